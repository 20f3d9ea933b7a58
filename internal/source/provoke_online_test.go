package source

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"net/http/httputil"
	"net/url"
	"sync"
	"testing"
	"time"

	"licensewatch/internal/keyring"
	"licensewatch/internal/oidcpeer"
	"licensewatch/internal/peers"
	"licensewatch/internal/secret"
	"licensewatch/internal/settings"
	"licensewatch/soapclient/simulator"
)

const tenantID = "Cust12345"

// tenancy is a SuperOffice Online on this computer: a real OpenID Connect provider in front of the simulated NetServer, which has
// a tenant and asks the provider about access tokens.
type tenancy struct {
	peer    *oidcpeer.Peer
	sim     *simulator.Server
	base    string // of the simulated NetServer's own services
	site    settings.Site
	secrets *keyring.Memory
}

func newTenancy(t *testing.T, o oidcpeer.Options) *tenancy {
	t.Helper()
	if len(o.Users) == 0 {
		o.Users = []oidcpeer.User{{Name: "ada@example.com", Tenant: tenantID, Company: "Example AS", Serial: "1010000014", Administrator: true}}
	}
	o.Applications = []oidcpeer.Application{{ID: "1a2b3c4d5e6f", Secret: "the application's secret"}}
	w := simulator.Build(1, 2, 3)
	at := &w.Sites[0]
	at.Name, at.Path, at.OwnPort = head, "/"+tenantID, false
	at.Users = []simulator.User{{Name: "ADA", EMail: "ada@example.com", FullName: "Ada Admin", Admin: true}}
	at.Tenant = &simulator.Tenant{ID: tenantID, ApplicationToken: o.Applications[0].Secret,
		SystemUser: &simulator.SystemUser{Token: "My App-x1y2z3w4v5", PublicKey: &applicationKey().PublicKey}}
	y := &tenancy{sim: simulator.New(w), secrets: &keyring.Memory{}}
	y.sim.AccessTokens = func(token string) (string, bool) { return y.peer.AccessToken(token) }
	var err error
	if y.base, err = y.sim.Start("127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(y.sim.Close)
	base, err := url.Parse(y.base)
	if err != nil {
		t.Fatal(err)
	}
	o.Else = httputil.NewSingleHostReverseProxy(&url.URL{Scheme: "http", Host: base.Host})
	if y.peer, err = oidcpeer.Start(o); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(y.peer.Close)
	y.secrets.Set(t.Context(), head, keyring.AppToken, o.Applications[0].Secret)
	y.site = settings.Site{Name: head, Services: "Services86", SignIn: "online", Tenant: tenantID, Environment: y.peer.Base, ClientID: o.Applications[0].ID}
	return y
}

// applicationKey is the private key of the application, made once, for it takes a while.
var applicationKey = sync.OnceValue(func() *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return key
})

// asSystemUser makes the site sign in by the application's key.
func (y *tenancy) asSystemUser(t *testing.T) {
	y.site.SignIn, y.site.User, y.site.Environment = "system-user", "My App-x1y2z3w4v5", y.base
	text := pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(applicationKey())})
	y.secrets.Set(t.Context(), head, keyring.Password, secret.Text(text))
}

// signIn has a person sign in in the browser and keeps what that brings.
func (y *tenancy) signIn(t *testing.T, s *Source, who oidcpeer.Person) (Grant, error) {
	t.Helper()
	g, err := s.Authorize(t.Context(), y.site, y.secrets, func(address string) error {
		go y.peer.BrowseAs(t.Context(), address, who)
		return nil
	})
	if err == nil {
		y.secrets.Set(t.Context(), head, keyring.Password, g.RefreshToken)
	}
	return g, err
}

// source is a source for the tenant, in which somebody has signed in.
func (y *tenancy) source(t *testing.T) *Source {
	t.Helper()
	s := with(t, y.secrets, y.site)
	if _, err := y.signIn(t, s, oidcpeer.Person{}); err != nil {
		t.Fatal(err)
	}
	return s
}

// inState reads a tenant that is in a state.
func inState(state string) func(*testing.T) error {
	return func(t *testing.T) error {
		y := newTenancy(t, oidcpeer.Options{})
		s := y.source(t)
		do(t, y.sim, head+" state "+state)
		err := details(t.Context(), s)
		if n := y.sim.Requests(head, "") - y.sim.Requests(head, simulator.OperationState); n != 0 {
			t.Errorf("NetServer was asked %d times", n)
		}
		return err
	}
}

// tenantRead reads a tenant in which somebody has signed in, after something happened.
func tenantRead(happens func(*testing.T, *tenancy, *Source)) func(*testing.T) error {
	return func(t *testing.T) error {
		y := newTenancy(t, oidcpeer.Options{})
		s := y.source(t)
		read(t, s, head)
		happens(t, y, s)
		s.Forget(head)
		return details(t.Context(), s)
	}
}

// systemUser reads a tenant as its system user, after something was changed.
func systemUser(change func(*testing.T, *tenancy)) func(*testing.T) error {
	return func(t *testing.T) error {
		y := newTenancy(t, oidcpeer.Options{})
		y.asSystemUser(t)
		change(t, y)
		return details(t.Context(), with(t, y.secrets, y.site))
	}
}

func onlineProvocations() []provocation {
	return []provocation{
		{"an upgrade", "tenant-maintenance", "", inState("OfflineMaintenance"), "upgraded"},
		{"an agreement that ends", "tenant-suspended", "", inState("Suspended"), "suspended"},
		{"Deleted", "tenant-deleted", "", inState("Deleted"), "deleted"},
		{"Deleting", "tenant-deleted", "", inState("Deleting"), "deleted"},
		{"DeleteFailed", "tenant-deleted", "", inState("DeleteFailed"), "deleted"},
		{"Provisioning", "tenant-provisioning", "", inState("Provisioning"), "set up"},
		{"ProvisioningFailed", "tenant-provisioning", "", inState("ProvisioningFailed"), "failed"},
		{"MigrationPending", "tenant-migration", "", inState("MigrationPending"), "moved"},
		{"a word that nobody knows", "tenant-not-running", "", inState(`"Sleeping"`), `"Sleeping"`},
		{"another environment", "tenant-unknown", "", func(t *testing.T) error {
			y := newTenancy(t, oidcpeer.Options{})
			y.site.Tenant, y.site.SignIn = "Cust99999", "ticket"
			y.secrets.Set(t.Context(), head, keyring.Password, "7T:x")
			return details(t.Context(), with(t, y.secrets, y.site))
		}, "no such tenant"},
		{"nobody has signed in", "sign-in-first", "", func(t *testing.T) error {
			y := newTenancy(t, oidcpeer.Options{})
			return details(t.Context(), with(t, y.secrets, y.site))
		}, "nobody has signed in yet"},
		{"the consent is revoked", "sign-in-again", "", tenantRead(func(t *testing.T, y *tenancy, _ *Source) {
			y.peer.Revoke(y.peer.Users[0].Name)
		}), "revoked"},
		{"a system user without the tenant's approval", "not-approved", "", systemUser(func(t *testing.T, y *tenancy) {
			do(t, y.sim, head+" consent Revoked")
		}), "revoked the application's approval"},
		{"a system user token of another tenant", "not-approved", "", systemUser(func(_ *testing.T, y *tenancy) {
			y.site.User = "My App-another"
		}), "not that of this tenant"},
		{"a system user of another application", "application-unknown", "", systemUser(func(t *testing.T, y *tenancy) {
			y.secrets.Set(t.Context(), head, keyring.AppToken, "another")
		}), "the service refuses the system user"},
		{"no application token for a tenant", "secret-missing", "", systemUser(func(t *testing.T, y *tenancy) {
			y.secrets.Delete(t.Context(), head, keyring.AppToken)
		}), "no application token"},
		{"another client secret", "application-unknown", "", tenantRead(func(t *testing.T, y *tenancy, _ *Source) {
			y.secrets.Set(t.Context(), head, keyring.AppToken, "another")
		}), ""},
		{"a private key that is none", "application-unknown", "", func(t *testing.T) error {
			y := newTenancy(t, oidcpeer.Options{})
			y.asSystemUser(t)
			y.secrets.Set(t.Context(), head, keyring.Password, "-----BEGIN NOTHING-----")
			return details(t.Context(), with(t, y.secrets, y.site))
		}, "key"},
		{"somebody of another tenant", "wrong-tenant", "", func(t *testing.T) error {
			y := newTenancy(t, oidcpeer.Options{Users: []oidcpeer.User{{Name: "eve@example.com", Tenant: "Cust54321"}}})
			_, err := y.signIn(t, with(t, y.secrets, y.site), oidcpeer.Person{})
			if err == nil {
				return nil
			}
			return Failure(err, head)
		}, "Cust54321"},
		{"a clock ten minutes behind", "clock", "", tenantRead(func(t *testing.T, y *tenancy, _ *Source) {
			y.peer.SetClock(10 * time.Minute)
		}), "10 minutes"},
		{"a clock ten minutes ahead", "clock", "", tenantRead(func(t *testing.T, y *tenancy, _ *Source) {
			y.peer.SetClock(-10 * time.Minute)
		}), "10 minutes"},
	}
}

func TestATenantIsReadAndHeals(t *testing.T) {
	y := newTenancy(t, oidcpeer.Options{})
	s := with(t, y.secrets, y.site)
	wantReason(t, details(t.Context(), s), "sign-in-first")
	g, err := y.signIn(t, s, oidcpeer.Person{})
	if err != nil || g.Tenant != tenantID || g.User == "" || g.Company == "" {
		t.Fatalf("the sign-in brings %+v, %v", g, err)
	}
	read(t, s, head)
	asked := y.sim.Requests(head, simulator.OperationState)
	read(t, s, head)
	if n := y.sim.Requests(head, simulator.OperationState); n != asked {
		t.Errorf("the state was asked %d times more while it holds", n-asked)
	}
	do(t, y.sim, head+" move")
	read(t, s, head) // it follows

	do(t, y.sim, head+" fault expire-tickets")
	y.peer.Revoke(y.peer.Users[0].Name)
	wantReason(t, details(t.Context(), s), "sign-in-again")
	if _, err := y.signIn(t, s, oidcpeer.Person{}); err != nil {
		t.Fatal(err)
	}
	read(t, s, head)

	do(t, y.sim, head+" fault expire-tickets")
	y.peer.SetClock(-10 * time.Minute)
	wantReason(t, details(t.Context(), s), "clock")
	y.peer.SetClock(0)
	read(t, s, head)
}

func TestAnAccessTokenThatHasEndedIsNoEnd(t *testing.T) {
	y := newTenancy(t, oidcpeer.Options{Life: time.Second})
	s := y.source(t)
	read(t, s, head)
	signIns := y.sim.Requests(head, "AuthenticateWithAccessToken")
	do(t, y.sim, head+" fault expire-tickets")
	read(t, s, head)
	if n := y.sim.Requests(head, "AuthenticateWithAccessToken"); n != signIns+1 {
		t.Errorf("%d sign-ins after the ticket had ended, want one", n-signIns)
	}
}

func TestATenantWaitsForItsTurnAtTheHostThatItIsOn(t *testing.T) {
	y := newTenancy(t, oidcpeer.Options{})
	s := y.source(t)
	read(t, s, head)
	leave, err := s.gates.of(y.sim.URL(head))(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	wantReason(t, details(ctx, s), "not-asked")
	leave()
	read(t, s, head)
}

func TestASystemUserIsReadAndHeals(t *testing.T) {
	y := newTenancy(t, oidcpeer.Options{})
	y.asSystemUser(t)
	s := with(t, y.secrets, y.site)
	read(t, s, head)
	do(t, y.sim, head+" fault expire-tickets")
	read(t, s, head)
	if n := y.sim.Requests(head, simulator.OperationSystemUser); n != 2 {
		t.Errorf("the system user's key was shown %d times, want once for each ticket", n)
	}
	do(t, y.sim, head+" consent Revoked")
	do(t, y.sim, head+" fault expire-tickets")
	wantReason(t, details(t.Context(), s), "not-approved")
	do(t, y.sim, head+" consent Active")
	read(t, s, head)
}

func TestATenantThatNobodyWatchesIsNotKept(t *testing.T) {
	y := newTenancy(t, oidcpeer.Options{})
	y.asSystemUser(t)
	s := with(t, y.secrets, y.site)
	read(t, s, head)
	s.Update(nil)
	if n := len(s.tenants); n != 0 {
		t.Errorf("%d tenants are kept", n)
	}
}

// A proxy's password is asked for by the services of SuperOffice Online too, and each site has its own.
func TestAProxysPasswordIsPutRight(t *testing.T) {
	squid := peers.Squid(t, "proxy user", proxySecret)
	y := newTenancy(t, oidcpeer.Options{})
	y.asSystemUser(t)
	y.site.Proxy, y.site.ProxyUser = "http://"+squid.Address, "proxy user"
	other := y.site
	other.Name = oslo
	for _, kind := range []keyring.Kind{keyring.Password, keyring.AppToken} {
		text, err := y.secrets.Get(t.Context(), head, kind)
		if err != nil {
			t.Fatal(err)
		}
		y.secrets.Set(t.Context(), oslo, kind, text)
	}
	y.secrets.Set(t.Context(), head, keyring.Proxy, "wrong")
	y.secrets.Set(t.Context(), oslo, keyring.Proxy, proxySecret)
	s := with(t, y.secrets, y.site, other)
	wantReason(t, details(t.Context(), s), "proxy-sign-in")
	read(t, s, oslo)
	y.secrets.Set(t.Context(), head, keyring.Proxy, proxySecret)
	read(t, s, head)
}
