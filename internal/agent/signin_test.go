//go:build unix

package agent

import (
	"context"
	"net/http/httputil"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"licensewatch/internal/keyring"
	"licensewatch/internal/oidcpeer"
	"licensewatch/internal/secret"
	"licensewatch/monitor"
	"licensewatch/monitor/link"
	"licensewatch/soapclient/simulator"
)

const tenantID = "Cust12345"

// online is a SuperOffice Online with one tenant, and a form of it.
func online(t *testing.T) (*oidcpeer.Peer, link.SiteForm) {
	t.Helper()
	app := oidcpeer.Application{ID: "1a2b3c4d5e6f", Secret: "the application's secret"}
	w := simulator.Build(1, 2, 3)
	at := &w.Sites[0]
	at.Path, at.OwnPort, at.Tenant = "/"+tenantID, false, &simulator.Tenant{ID: tenantID, ApplicationToken: app.Secret}
	at.Users = []simulator.User{{Name: "ADA", EMail: "ada@example.com", FullName: "Ada Admin", Admin: true}}
	sim := simulator.New(w)
	var peer *oidcpeer.Peer
	sim.AccessTokens = func(token string) (string, bool) { return peer.AccessToken(token) }
	base, err := sim.Start("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(sim.Close)
	to, err := url.Parse(base)
	if err != nil {
		t.Fatal(err)
	}
	peer, err = oidcpeer.Start(oidcpeer.Options{
		Applications: []oidcpeer.Application{app},
		Users:        []oidcpeer.User{{Name: "ada@example.com", Tenant: tenantID, Company: "Example AS"}},
		Else:         httputil.NewSingleHostReverseProxy(&url.URL{Scheme: "http", Host: to.Host}),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(peer.Close)
	return peer, link.SiteForm{Name: "Cloud", Services: "Services86", SignIn: "online", Tenant: tenantID, Environment: peer.Base, ClientID: app.ID, AppToken: app.Secret}
}

// browser makes the agent's browser a script that notes what it opens, and returns what it was last given, once it was.
func (s *stage) browser() (opened func() string) {
	s.t.Helper()
	s.t.Setenv("PATH", s.path("bin")+":"+os.Getenv("PATH"))
	write(s.t, s.path("bin", "xdg-open"), "#!/bin/sh\necho \"$1\" >"+s.path("opening")+" && mv "+s.path("opening")+" "+s.path("opened")+"\n")
	if err := os.Chmod(s.path("bin", "xdg-open"), 0o700); err != nil {
		s.t.Fatal(err)
	}
	return func() (address string) {
		s.t.Helper()
		until(s.t, "the browser", func() bool {
			text, err := os.ReadFile(s.path("opened"))
			address = strings.TrimSpace(string(text))
			return err == nil
		})
		os.Remove(s.path("opened"))
		return address
	}
}

// signsIn does what opens the browser, in which a person then signs in.
func signsIn(t *testing.T, peer *oidcpeer.Peer, opened func() string, what func() error) error {
	t.Helper()
	done := make(chan error, 1)
	go func() { done <- what() }()
	if err := peer.Browse(t.Context(), opened()); err != nil {
		t.Errorf("the browser: %v", err)
	}
	return <-done
}

func TestSomebodySignsInInTheBrowserAndAgain(t *testing.T) {
	s := begin(t)
	peer, f := online(t)
	opened := s.browser()
	var g link.Grant
	err := signsIn(t, peer, opened, func() (err error) {
		g, err = s.client.SignIn(t.Context(), f)
		return err
	})
	if err != nil || g.ID == "" || g.User != "ada@example.com" || g.Tenant != tenantID || g.Company != "Example AS" {
		t.Fatalf("the sign-in brings %+v, %v", g, err)
	}
	if len(s.secrets.stored) > 0 {
		t.Errorf("stored %q before anybody saved", s.secrets.stored)
	}
	f.Grant = g.ID
	trial, err := s.client.Test(t.Context(), f, func(link.Step) {})
	if err != nil || trial.Failure != nil || len(trial.Owners) != 2 {
		t.Fatalf("the test brings %+v (%v), %v", trial, trial.Failure, err)
	}
	s.save(f)
	s.shows("Cloud", monitor.OK)
	if s.secrets.has("Cloud", keyring.Password) == "" {
		t.Error("the refresh token is not in the keyring")
	}
	f.Was, f.Name = "Cloud", "Cloud 2"
	if err := s.client.Save(t.Context(), f); err == nil || !strings.Contains(err.Error(), "sign in again") {
		t.Errorf("a grant is saved twice (%v)", err)
	}

	peer.Revoke("ada@example.com")
	f.Grant, f.Name = "", "Cloud"
	s.save(f) // which drops the ticket
	s.sees("that somebody has to sign in again", func(v link.View) bool {
		failure := v.Snapshot.Sites[0].Failure
		return failure != nil && failure.Reason == "sign-in-again"
	})
	again := func() error { return s.client.SignInAgain(t.Context(), "Cloud") }
	if err := signsIn(t, peer, opened, again); err != nil {
		t.Fatal(err)
	}
	s.shows("Cloud", monitor.OK)

	s.secrets.shutTo(keyring.Locked)
	if err := again(); err == nil || !strings.Contains(err.Error(), "locked") {
		t.Errorf("without the application's secret the sign-in ends with %v", err)
	}
	s.secrets.Remember("Cloud", keyring.AppToken, f.AppToken)
	if err := signsIn(t, peer, opened, again); err == nil || !strings.Contains(err.Error(), "for this session only") || !strings.Contains(err.Error(), "locked") {
		t.Errorf("with a locked keyring the sign-in ends with %v", err)
	}
	if _, ok := s.secrets.Remembered("Cloud", keyring.Password); !ok {
		t.Error("with a locked keyring the sign-in is lost")
	}
	if err := s.client.SignInAgain(t.Context(), "Nowhere"); err == nil || !strings.Contains(err.Error(), "Nowhere") {
		t.Errorf("somebody signs in to a site that is not there: %v", err)
	}
	if says := s.says.String(); strings.Contains(says, "8A:") || strings.Contains(says, "application's secret") {
		t.Error("the log holds a secret")
	}
}

func TestWhoSignsInTwiceMeansTheSecondTime(t *testing.T) {
	s := begin(t)
	_, f := online(t)
	opened := s.browser()
	first := make(chan error, 1)
	go func() {
		_, err := s.client.SignIn(t.Context(), f)
		first <- err
	}()
	opened()
	ctx, cancel := context.WithCancel(t.Context())
	second := make(chan error, 1)
	go func() {
		_, err := s.client.SignIn(ctx, f)
		second <- err
	}()
	if err := <-first; err == nil || !strings.Contains(err.Error(), "called off") {
		t.Errorf("the first sign-in ends with %v", err)
	}
	opened()
	cancel()
	<-second
}

func TestGrantsAreKeptForAWhile(t *testing.T) {
	var g grants
	is := g.keep(link.Grant{User: "ada"}, "first")
	other := g.keep(link.Grant{User: "ada"}, "second")
	if is.ID == "" || is.ID == other.ID {
		t.Errorf("the grants are %q and %q, want names of their own", is.ID, other.ID)
	}
	g.replace(is.ID, "replaced")
	if text, ok := g.of(is.ID); !ok || string(text) != "replaced" {
		t.Error("what replaced a grant's secret is lost")
	}
	g.replace("nobody's", "x")
	if _, ok := g.of("nobody's"); ok {
		t.Error("a grant came from nowhere")
	}
	g.mu.Lock()
	old := g.kept[is.ID]
	old.until = time.Now().Add(-time.Second)
	g.kept[is.ID] = old
	g.mu.Unlock()
	if _, ok := g.of(is.ID); ok {
		t.Error("an old grant still holds")
	}
	g.drop(other.ID)
	if _, ok := g.of(other.ID); ok {
		t.Error("a dropped grant still holds")
	}
}

func TestATestTellsItsStepsAndOffers(t *testing.T) {
	s := begin(t)
	f := s.form(head)
	base := f.URL
	f.URL = strings.Replace(base, "/Remote/", "/web/Remote/", 1)
	var names []string
	trial, err := s.client.Test(t.Context(), f, func(step link.Step) { names = append(names, step.Name+" "+string(step.State)) })
	if err != nil || trial.Failure == nil || trial.Failure.Reason != "wrong-address" {
		t.Fatalf("the test brings %+v, %v", trial, err)
	}
	if want := []string{"settings running", "settings good", "connect running", "connect good", "netserver running", "netserver failed"}; !slices.Equal(names, want) {
		t.Errorf("reported %q, want %q", names, want)
	}
	if len(trial.Steps) != 3 || trial.Steps[2].State != link.StepFailed || trial.Steps[2].Detail == "" {
		t.Errorf("steps %+v", trial.Steps)
	}
	if len(trial.Offers) != 1 || trial.Offers[0].Field != "url" || trial.Offers[0].Value != base || trial.Offers[0].Words == "" {
		t.Errorf("offers %+v, want the right address", trial.Offers)
	}
}

func TestAFormsFieldsAndSecretsAreKeptMovedAndDropped(t *testing.T) {
	s := begin(t)
	f := s.form(head)
	f.AppToken, f.Proxy, f.ProxyUser, f.ProxySecret, f.HTTP1Only = "token", "http://127.0.0.1:1", "proxy user", "proxy secret", true
	f.Pin = "sha256/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
	s.save(f)
	forms, err := s.client.Sites(t.Context())
	if err != nil || len(forms) != 1 {
		t.Fatalf("forms %+v, %v", forms, err)
	}
	want := f
	want.Was, want.Secret, want.AppToken, want.ProxySecret = head, "", "", ""
	if got := forms[0]; got.Proxy != want.Proxy || got.ProxyUser != want.ProxyUser || got.Pin != want.Pin || !got.HTTP1Only || got.ProxySecret != "" {
		t.Errorf("the form is %+v, want %+v", got, want)
	}
	f.Was, f.Name, f.Secret, f.AppToken, f.ProxySecret = head, "Hovedkontor", "", "", ""
	s.save(f)
	for kind, text := range map[keyring.Kind]secret.Text{keyring.Password: simulator.DemoPassword, keyring.AppToken: "token", keyring.Proxy: "proxy secret"} {
		s.wantSecret("Hovedkontor", kind, text)
		s.wantSecret(head, kind, "")
	}
	if err := s.client.Remove(t.Context(), "Hovedkontor"); err != nil {
		t.Fatal(err)
	}
	for _, kind := range kinds {
		s.wantSecret("Hovedkontor", kind, "")
	}
	_, cloud := online(t)
	cloud.Secret = "refresh"
	s.save(cloud)
	forms, err = s.client.Sites(t.Context())
	if err != nil || len(forms) != 1 || forms[0].Tenant != tenantID || forms[0].ClientID != cloud.ClientID || forms[0].Environment != cloud.Environment {
		t.Errorf("the forms are %+v, %v", forms, err)
	}
}

func TestHelpOpensAtItsReason(t *testing.T) {
	s := begin(t)
	opened := s.browser()
	if err := s.client.Help(t.Context(), "certificate-expired"); err != nil {
		t.Fatal(err)
	}
	path, isFile := strings.CutPrefix(opened(), "file://")
	text, err := os.ReadFile(path)
	if !isFile || err != nil || !strings.Contains(string(text), `url=guide.html#certificate-expired"`) {
		t.Errorf("%s (%v) does not lead to the reason: %s", path, err, text)
	}
	page, err := os.ReadFile(s.path("cache", "guide.html"))
	if err != nil || !strings.Contains(string(page), `id="certificate-expired"`) {
		t.Errorf("the page (%v) has nothing about it", err)
	}
	if err := s.client.Help(t.Context(), `x"><script>`); err != nil {
		t.Fatal(err)
	}
	path, _ = strings.CutPrefix(opened(), "file://")
	if text, err := os.ReadFile(path); err != nil || strings.Contains(string(text), "<script") {
		t.Errorf("a reason became markup: %s (%v)", text, err)
	}
}
