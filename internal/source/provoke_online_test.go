package source

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"licensewatch/internal/keyring"
	"licensewatch/internal/oidcpeer"
	"licensewatch/internal/secret"
	"licensewatch/internal/settings"
	"licensewatch/soapclient"
	"licensewatch/soapclient/simulator"
)

const tenantID = "Cust12345"

// tenancy is a SuperOffice Online on this computer: a real OpenID Connect provider, a state service, and the simulated NetServer
// behind a server that takes the provider's access tokens as tickets.
type tenancy struct {
	peer    *oidcpeer.Peer
	sim     *simulator.Server
	site    settings.Site
	secrets *keyring.Memory
	state   atomic.Value // string: the tenant's state
	asked   atomic.Int32 // how often for the state

	mu   sync.Mutex
	seen map[string]bool // access tokens that came as tickets
}

// tokens returns how many access tokens have been used.
func (y *tenancy) tokens() int {
	y.mu.Lock()
	defer y.mu.Unlock()
	return len(y.seen)
}

var headerTicket = regexp.MustCompile(`<h:Ticket>([^<]*)</h:Ticket>`)

func newTenancy(t *testing.T, o oidcpeer.Options) *tenancy {
	t.Helper()
	w := simulator.Build(1, 2, 3)
	w.Sites[0].Name, w.Sites[0].Path = head, "/"+tenantID
	y := &tenancy{sim: simulator.New(w), secrets: &keyring.Memory{}, seen: map[string]bool{}}
	if _, err := y.sim.Start("127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(y.sim.Close)
	y.state.Store("Running")
	front := httptest.NewServer(y.front(t))
	t.Cleanup(front.Close)
	o.Else = http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		state := y.state.Load().(string)
		if r.URL.Path != "/api/state/"+tenantID || state == "" {
			http.NotFound(rw, r)
			return
		}
		y.asked.Add(1)
		fmt.Fprintf(rw, `{"ContextIdentifier":%q,"Endpoint":%q,"State":%q,"IsRunning":%v,"ValidUntil":%q}`,
			tenantID, front.URL+"/"+tenantID, state, state == "Running", time.Now().Add(time.Hour).UTC().Format(time.RFC3339Nano))
	})
	var err error
	if y.peer, err = oidcpeer.Start(o); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(y.peer.Close)
	app := y.peer.Applications[0]
	y.secrets.Set(t.Context(), head, keyring.AppToken, app.Secret)
	y.site = settings.Site{Name: head, Services: "Services86", SignIn: "online", Tenant: tenantID, Environment: y.peer.Base, ClientID: app.ID}
	return y
}

// front passes requests on; whoever brings a valid access token gets an administrator's ticket for it.
func (y *tenancy) front(t *testing.T) http.Handler {
	base, err := url.Parse(y.sim.URL(head))
	if err != nil {
		t.Fatal(err)
	}
	proxy := httputil.NewSingleHostReverseProxy(&url.URL{Scheme: "http", Host: base.Host})
	address, err := soapclient.ParseAddress(y.sim.URL(head) + "Services86/")
	if err != nil {
		t.Fatal(err)
	}
	admin := soapclient.Password{User: "admin", Secret: func(context.Context) (secret.Text, error) { return simulator.DemoPassword, nil }}
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if m := headerTicket.FindSubmatch(body); m != nil {
			if _, ok := y.peer.AccessToken(string(m[1])); ok {
				y.mu.Lock()
				y.seen[string(m[1])] = true
				y.mu.Unlock()
				session, err := admin.SignIn(r.Context(), &soapclient.Client{Address: address})
				if err != nil {
					http.Error(rw, err.Error(), http.StatusBadGateway)
					return
				}
				body = headerTicket.ReplaceAllLiteral(body, []byte("<h:Ticket>"+string(session.Ticket)+"</h:Ticket>"))
			}
		}
		r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
		proxy.ServeHTTP(rw, r)
	})
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
		y.state.Store(state)
		err := details(t.Context(), s)
		if n := y.sim.Requests("", ""); n != 0 {
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
		{"a word that nobody knows", "tenant-not-running", "", inState("Sleeping"), `"Sleeping"`},
		{"another environment", "tenant-unknown", "", inState(""), "no such tenant"},
		{"nobody has signed in", "sign-in-first", "", func(t *testing.T) error {
			y := newTenancy(t, oidcpeer.Options{})
			return details(t.Context(), with(t, y.secrets, y.site))
		}, "nobody has signed in yet"},
		{"the consent is revoked", "sign-in-again", "", tenantRead(func(t *testing.T, y *tenancy, _ *Source) {
			y.peer.Revoke(y.peer.Users[0].Name)
		}), "revoked"},
		{"another client secret", "application-unknown", "", tenantRead(func(t *testing.T, y *tenancy, _ *Source) {
			y.secrets.Set(t.Context(), head, keyring.AppToken, "another")
		}), ""},
		{"a private key that is none", "application-unknown", "", func(t *testing.T) error {
			y := newTenancy(t, oidcpeer.Options{})
			y.site.SignIn, y.site.User = "system-user", "My App-x1y2z3w4v5"
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
	asked := y.asked.Load()
	read(t, s, head)
	if n := y.asked.Load(); n != asked {
		t.Errorf("the state was asked %d times more while it holds", n-asked)
	}

	y.peer.Revoke(y.peer.Users[0].Name)
	wantReason(t, details(t.Context(), s), "sign-in-again")
	if _, err := y.signIn(t, s, oidcpeer.Person{}); err != nil {
		t.Fatal(err)
	}
	read(t, s, head)

	s.Forget(head)
	y.peer.SetClock(-10 * time.Minute)
	wantReason(t, details(t.Context(), s), "clock")
	y.peer.SetClock(0)
	read(t, s, head)
}

func TestAnAccessTokenIsRenewedBeforeItEnds(t *testing.T) {
	y := newTenancy(t, oidcpeer.Options{Life: time.Second})
	s := y.source(t)
	until(t, "a second access token", func() bool {
		if err := details(t.Context(), s); err != nil {
			t.Fatalf("a read in between fails: %v", err)
		}
		return y.tokens() > 1
	})
}

// rotating is a place for secrets that takes what replaces one, or does not.
type rotating struct {
	*keyring.Memory
	kept atomic.Int32
	full bool
}

func (r *rotating) Keep(ctx context.Context, site string, kind keyring.Kind, text secret.Text) error {
	r.kept.Add(1)
	if r.full {
		return &keyring.Error{State: keyring.Locked, Text: "the keyring is locked"}
	}
	return r.Set(ctx, site, kind, text)
}

func TestARefreshTokenThatIsReplacedIsKept(t *testing.T) {
	for name, full := range map[string]bool{"in the keyring": false, "for this session, where the keyring is locked": true} {
		t.Run(name, func(t *testing.T) {
			y := newTenancy(t, oidcpeer.Options{Rotate: true, Life: time.Millisecond}) // so that each read refreshes
			r := &rotating{Memory: y.secrets, full: full}
			s := with(t, r, y.site)
			if _, err := y.signIn(t, s, oidcpeer.Person{}); err != nil {
				t.Fatal(err)
			}
			first, _ := r.Get(t.Context(), head, keyring.Password)
			for range 3 {
				details(t.Context(), s) // its token may end on the way
			}
			if n := r.kept.Load(); n < 2 {
				t.Errorf("%d refresh tokens were kept, want one of each refresh", n)
			}
			last, _ := r.Get(t.Context(), head, keyring.Password)
			if changed := last != first; changed == full {
				t.Errorf("the stored refresh token changed: %v", changed)
			}
			if err := details(t.Context(), s); err != nil && strings.Contains(err.Error(), "revoked") {
				t.Errorf("the latest refresh token was not used: %v", err)
			}
		})
	}
}

func TestATestOfATenantAsksForItsStateFirst(t *testing.T) {
	y := newTenancy(t, oidcpeer.Options{})
	y.source(t)
	trial := try(t, y.site, Fixed{Behind: y.secrets, Site: head})
	if got := stepLine(trial); trial.Failure != nil || !strings.HasPrefix(got, "settings tenant connect netserver sign-in") || !strings.HasSuffix(got, "licences licence-server") {
		t.Errorf("steps %q (%v)", got, trial.Failure)
	}
	y.state.Store("Suspended")
	trial = try(t, y.site, Fixed{Behind: y.secrets, Site: head})
	if got := stepLine(trial); got != "settings tenant!" || trial.Failure == nil || trial.Failure.Reason != "tenant-suspended" {
		t.Errorf("steps %q (%v), want that the tenant is suspended", got, trial.Failure)
	}
}
