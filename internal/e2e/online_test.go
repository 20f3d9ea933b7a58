//go:build linux

package e2e

import (
	"errors"
	"fmt"
	"net/http/httputil"
	"net/url"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"licensewatch/internal/desktop"
	"licensewatch/internal/oidcpeer"
	"licensewatch/soapclient/simulator"
)

const tenant = "Tenant"

// cloud is SuperOffice Online on this computer: an OpenID Connect provider in front of a NetServer with one tenant.
type cloud struct {
	*oidcpeer.Peer
	sim   *simulator.Server
	later atomic.Int64 // how far the NetServer's clock is ahead
}

func (s *stage) cloud() *cloud {
	s.t.Helper()
	w := simulator.Build(1, 2, 3)
	site := &w.Sites[0]
	site.Name, site.Path = tenant, "/Cust12345"
	site.Users = []simulator.User{{Name: "ADA", EMail: "ada@example.com", FullName: "Ada Admin", Admin: true}}
	site.Tenant = &simulator.Tenant{ID: "Cust12345", ApplicationToken: canary}
	c := &cloud{sim: simulator.New(w)}
	c.sim.Now = func() time.Time { return time.Now().Add(time.Duration(c.later.Load())) }
	c.sim.AccessTokens = func(token string) (string, bool) { return c.AccessToken(token) }
	base, err := c.sim.Start("127.0.0.1:0")
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(c.sim.Close)
	behind, err := url.Parse(base)
	if err != nil {
		s.t.Fatal(err)
	}
	c.Peer, err = oidcpeer.Start(oidcpeer.Options{
		Rotate:       true, // so that whoever does not keep what comes back has lost the sign-in for all
		Applications: []oidcpeer.Application{{ID: "1a2b3c", Secret: canary}},
		Users:        []oidcpeer.User{{Name: "ada@example.com", Tenant: "Cust12345", Company: "Example AS", Serial: "1010000014", Administrator: true}},
		Else:         httputil.NewSingleHostReverseProxy(&url.URL{Scheme: behind.Scheme, Host: behind.Host}),
	})
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(c.Peer.Close)
	s.write(s.config(), fmt.Sprintf("[[site]]\nname = %q\nsign_in = \"online\"\ntenant = \"Cust12345\"\nclient_id = \"1a2b3c\"\nenvironment = %q\n", tenant, c.Base))
	if r := s.feed(canary+"\n", "signin", tenant, "--stdin", "--app-token"); r.code != 0 {
		s.t.Fatal(r)
	}
	return c
}

// browser puts a browser on the path that notes what it is to open, and returns that path and what brings the next address.
func (s *stage) browser() (env []string, next func() string) {
	s.t.Helper()
	asked := s.Path("asked")
	s.write(s.Path("bin", "xdg-open"), "#!/bin/sh\nprintf %s \"$1\" > "+asked+".part && mv "+asked+".part "+asked+"\n")
	if err := os.Chmod(s.Path("bin", "xdg-open"), 0o700); err != nil {
		s.t.Fatal(err)
	}
	return []string{"PATH=" + s.Path("bin") + ":" + os.Getenv("PATH")}, func() string {
		s.t.Helper()
		var address []byte
		s.soon("the browser", func() (err error) {
			address, err = os.ReadFile(asked)
			return err
		})
		if err := os.Remove(asked); err != nil {
			s.t.Fatal(err)
		}
		return string(address)
	}
}

// signInThere runs "signin" while somebody signs in in the browser.
func (s *stage) signInThere(c *cloud, env []string, next func() string) {
	s.t.Helper()
	done := make(chan result, 1)
	go func() { done <- s.runWith(env, "signin", tenant) }()
	if err := c.Browse(s.t.Context(), next()); err != nil {
		s.t.Fatal(err)
	}
	if r := <-done; r.code != 0 || strings.Contains(r.stdout+r.stderr, canary) {
		s.t.Fatal(r)
	}
}

func TestSuperOfficeOnlineFromTheFirstSignInToARevokedConsent(t *testing.T) {
	s := setUp(t, desktop.Options{})
	c := s.cloud()
	env, next := s.browser()
	if r := s.run("check", "--format", "json"); r.code != 3 || !strings.Contains(r.stdout, `"signin"`) || !strings.Contains(r.stdout, "sign-in-first") {
		t.Fatalf("before anybody has signed in: %v", r)
	}
	s.signInThere(c, env, next)
	if r := s.run("check"); r.code != 0 || !strings.Contains(r.stdout, "SUPEROFFICE") {
		t.Fatalf("after the sign-in: %v", r)
	}

	a := s.startWith(env)
	a.isOK(tenant)
	c.Revoke("ada@example.com")
	c.later.Store(int64(7 * time.Hour)) // NetServer's own ticket lasts six
	a.refreshUntil("the agent to hear of the revoked consent", func(got answer) bool { return got.Severity == "unknown" })
	if told := s.received(1)[0]; !strings.Contains(strings.ToLower(told.Summary+told.Body), "sign in") {
		t.Errorf("told %+v", told)
	}
	failed := strings.Count(a.output(), "a read failed")
	a.refreshUntil("another read", func(answer) bool { return strings.Count(a.output(), "a read failed") > failed })

	s.signInThere(c, env, next) // the agent opens the browser
	a.isOK(tenant)
	a.choose(refreshNow) // that it is over counts when two looks say so
	s.received(2)        // the trouble, once, and its end
}

// isOK waits until the agent knows that all is well.
func (a *agent) isOK(site string) {
	a.t.Helper()
	a.soon(site+" to be well", func() error {
		if got := a.status(); got.Severity != "ok" {
			return fmt.Errorf("it is %q: %v", got.Severity, got.errors())
		}
		return nil
	})
}

// refreshUntil asks for a read now, until what is known is as wanted.
func (a *agent) refreshUntil(what string, ok func(answer) bool) {
	a.t.Helper()
	a.choose(refreshNow)
	a.soon(what, func() error {
		if !ok(a.status()) {
			return errors.New("not yet")
		}
		return nil
	})
}
