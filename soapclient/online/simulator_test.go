package online

import (
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"licensewatch/internal/oidcpeer"
	"licensewatch/internal/secret"
	"licensewatch/soapclient"
	"licensewatch/soapclient/simulator"
)

const site = "Head office"

// simulated starts a simulated SuperOffice Online with one tenant, whose clock is off by what the function says.
func simulated(t *testing.T, off func() time.Duration) (sim *simulator.Server, base string) {
	t.Helper()
	w := simulator.Build(1, 2, 3)
	at := &w.Sites[0]
	at.Name, at.Path = site, "/Cust12345"
	at.Users = []simulator.User{{Name: "ADA", EMail: "ada@example.com", Admin: true}}
	at.Tenant = &simulator.Tenant{ID: "Cust12345", ApplicationToken: "app-secret",
		SystemUser: &simulator.SystemUser{Token: "My App-x1y2z3w4v5", PublicKey: &keys().application.PublicKey}}
	sim = simulator.New(w)
	sim.Now = func() time.Time { return time.Now().Add(off()) }
	base, err := sim.Start("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(sim.Close)
	return sim, base
}

// client returns a client of the tenant in the environment.
func client(base string, transport http.RoundTripper, way soapclient.SignIn) *soapclient.Client {
	n := &Tenant{ID: "Cust12345", Base: base, Transport: transport}
	return &soapclient.Client{
		Address: soapclient.Address{Version: "Services86"}, SignIn: way, Transport: transport, AppToken: bring("app-secret"), Locate: n.Locate,
	}
}

// reads checks that a client reads both owners' licences.
func reads(t *testing.T, c *soapclient.Client) {
	t.Helper()
	if list, err := c.Licences(t.Context()); err != nil || len(list) != 2 {
		t.Errorf("%d licences, error %v", len(list), err)
	}
}

func TestASystemUserReadsLicences(t *testing.T) {
	var off atomic.Int64
	sim, base := simulated(t, func() time.Duration { return time.Duration(off.Load()) })
	transport := soapclient.NewTransport(soapclient.TransportOptions{})
	t.Cleanup(transport.CloseIdleConnections)
	key := pemOf(keys().application)
	s := &SystemUser{Base: base, Tenant: "Cust12345", Token: "My App-x1y2z3w4v5", Application: bring("app-secret"), Transport: transport}
	s.Key = bring(key)
	c := client(base, transport, s)
	reads(t, c)
	for _, line := range []string{"move", "fault expire-tickets"} {
		if err := sim.Do(site + " " + line); err != nil {
			t.Fatal(err)
		}
		reads(t, c)
	}
	refused := func(s *SystemUser, reason soapclient.Reason, words string) {
		t.Helper()
		_, err := s.SignIn(t.Context(), nil)
		want(t, err, soapclient.KindSignIn, reason, words, "app-secret", key[40:60])
	}
	var here time.Duration
	s.Now = func() time.Time { return time.Now().Add(here) }
	for _, clocks := range []struct {
		here, server time.Duration
		words        string
	}{
		{10 * time.Minute, 0, "10 minutes ahead"},
		{-10 * time.Minute, 0, "10 minutes behind"},
		{0, 10 * time.Minute, "clock differs"}, // of the service; that of its web server is right
	} {
		here = clocks.here
		off.Store(int64(clocks.server))
		refused(s, soapclient.ReasonClock, clocks.words)
		here = 0
		off.Store(0)
		if _, err := s.SignIn(t.Context(), nil); err != nil {
			t.Errorf("it does not heal: %v", err)
		}
	}
	stranger := &SystemUser{Base: base, Tenant: s.Tenant, Token: s.Token, Application: s.Application, Key: bring(pemOf(keys().stranger)), Transport: transport}
	refused(stranger, soapclient.ReasonApplication, "private key is not that")
	stranger.Key = bring(secret.Text(xmlOf(keys().application)))
	if _, err := stranger.SignIn(t.Context(), nil); err != nil {
		t.Errorf("with the key as RSA-XML: %v", err)
	}
	for _, consent := range []string{"Revoked", "Expired"} {
		if err := sim.Do(site + " consent " + consent); err != nil {
			t.Fatal(err)
		}
		refused(s, soapclient.ReasonApproval, "approval")
	}
}

func TestAPersonsTokenReadsLicences(t *testing.T) {
	sim, base := simulated(t, func() time.Duration { return 0 })
	p := start(t, oidcpeer.Options{})
	sim.AccessTokens = p.AccessToken
	u, _ := signedIn(t, p)
	c := client(base, u.Transport, soapclient.AccessToken{Token: u.Token})
	reads(t, c)
	if who := c.Principal(); who.Associate != "ADA" {
		t.Errorf("signed in as %q", who.Associate)
	}
	p.Revoke("ada@example.com")
	if err := sim.Do(site + " fault expire-tickets"); err != nil {
		t.Fatal(err)
	}
	_, err := c.Licences(t.Context())
	want(t, err, soapclient.KindSignIn, soapclient.ReasonConsent, "revoked")
}
