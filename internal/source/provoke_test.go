package source

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"licensewatch/internal/keyring"
	"licensewatch/internal/secret"
	"licensewatch/internal/settings"
	"licensewatch/monitor"
	"licensewatch/soapclient/simulator"
)

// provocation makes a failure of the catalogue come true.
type provocation struct {
	name   string
	reason string
	kind   monitor.Kind // empty: that of the entry
	fail   func(t *testing.T) error
	says   string // part of the sentence
}

// alone are reasons whose provocations change this process.
var alone = []string{"domain"}

// proxySecret is a password of proxies, which must show nowhere.
const proxySecret = "it's a pass:word"

// Each entry of the catalogue is met in the open, by a read or a test of a site against something that fails in its way.
func TestEachEntryIsProvoked(t *testing.T) {
	all := slices.Concat(localProvocations(), wayProvocations(), certificateProvocations(), webProvocations(), serverProvocations(), signInProvocations(), onlineProvocations())
	provoked := map[string]bool{}
	for _, p := range all {
		provoked[p.reason] = true
	}
	for _, e := range entries {
		if !provoked[e.Reason] {
			t.Errorf("nothing provokes %s", e.Reason)
		}
	}
	for _, p := range all {
		t.Run(p.reason+"/"+p.name, func(t *testing.T) {
			if !slices.Contains(alone, p.reason) {
				t.Parallel()
			}
			i := slices.IndexFunc(entries, func(e Entry) bool { return e.Reason == p.reason })
			if i < 0 {
				t.Fatal("there is no such entry")
			}
			f, ok := errors.AsType[*monitor.Failure](p.fail(t))
			if !ok {
				t.Fatal("nothing failed")
			}
			want := entries[i]
			if p.kind == "" {
				p.kind = want.Kind
			}
			if f.Reason != p.reason || f.Kind != p.kind || f.Title != want.Title || f.Severity != want.Severity {
				t.Errorf("failure %+v, want %s (%s), %q", f, p.reason, p.kind, want.Title)
			}
			if !strings.Contains(f.Text, p.says) || f.Remedy == "" {
				t.Errorf("it says %q, remedy %q; want %q in it, and a remedy", f.Text, f.Remedy, p.says)
			}
			wantNoSecret(t, f)
		})
	}
}

// wantNoSecret wants neither a secret of these tests nor a stack trace in what people read.
func wantNoSecret(t *testing.T, f *monitor.Failure) {
	t.Helper()
	for _, hidden := range []string{"   at ", "goroutine", string(simulator.DemoPassword), proxySecret, "it%27s", "BEGIN"} {
		if strings.Contains(f.Text+f.Remedy, hidden) {
			t.Errorf("%q, %q shows %q", f.Text, f.Remedy, hidden)
		}
	}
}

// simulated reads a site of the simulated NetServer with a fault of the whole site.
func simulated(fault string, change ...func(*settings.Site)) func(*testing.T) error {
	return func(t *testing.T) error {
		sim, sites := begin(t)
		if fault != "" {
			do(t, sim, head+" fault "+fault)
		}
		for _, c := range change {
			c(&sites[0])
		}
		return details(t.Context(), sourceOf(t, sites...))
	}
}

// details reads the site.
func details(ctx context.Context, s *Source) error {
	_, err := s.Details(ctx, head)
	return err
}

// at reads a site with a password at an address.
func at(t *testing.T, url string, change ...func(*settings.Site)) error {
	t.Helper()
	site := settings.Site{Name: head, URL: url, Services: "Services86", SignIn: "password", User: "admin"}
	for _, c := range change {
		c(&site)
	}
	return details(t.Context(), sourceOf(t, site))
}

func localProvocations() []provocation {
	list := []provocation{
		{"an address that is none", "settings", "", simulated("", func(s *settings.Site) { s.URL = "ftp://crm.example/" }), "not an address"},
		{"no file of authorities", "settings", "", simulated("", func(s *settings.Site) { s.CAFile = "no-such.pem" }), "no-such.pem"},
		{"a file without authorities", "settings", "", simulated("", func(s *settings.Site) { s.CAFile = "provoke_test.go" }), "no certificate"},
		{"an error that nobody foresaw", "bug", "", func(t *testing.T) error {
			_, sites := begin(t)
			return details(t.Context(), with(t, strange{}, sites...))
		}, "a strange error"},
		{"a read that is called off", "called-off", "", func(t *testing.T) error {
			sim, sites := begin(t)
			do(t, sim, head+" fault hang")
			ctx, cancel := context.WithCancel(t.Context())
			s := sourceOf(t, sites...)
			done := make(chan error, 1)
			go func() { done <- details(ctx, s) }()
			until(t, "a request that hangs", func() bool { return sim.Requests(head, "") == 1 })
			cancel()
			return <-done
		}, "called off"},
		{"a host that is busy for too long", "not-asked", "", func(t *testing.T) error {
			_, sites := begin(t)
			s := sourceOf(t, sites...)
			leave, err := s.gates.of(sites[0].URL)(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			defer leave()
			ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
			defer cancel()
			return details(ctx, s)
		}, "before it could be asked"},
	}
	for state, reason := range map[keyring.State]string{
		keyring.Missing: "secret-missing", keyring.Locked: "keyring-locked", keyring.Absent: "keyring-absent", keyring.TooLong: "secret-too-long",
		keyring.Denied: "keyring-denied", keyring.Hung: "keyring-hangs", keyring.Failed: "keyring-fails",
	} {
		list = append(list, provocation{"a password", reason, "", func(t *testing.T) error {
			sim, sites := begin(t)
			err := details(t.Context(), with(t, refusing(state), sites...))
			if n := sim.Requests("", ""); n != 0 {
				t.Errorf("the server was asked %d times without a password", n)
			}
			return err
		}, "the keyring is " + string(state)})
	}
	return list
}

// strange is a keyring whose errors nobody knows.
type strange struct{}

func (strange) Get(context.Context, string, keyring.Kind) (secret.Text, error) {
	return "", errors.New("a strange error")
}

func webProvocations() []provocation {
	return []provocation{
		{"HTTP 404", "not-found", "", simulated("http 404"), "HTTP 404"},
		{"another folder", "wrong-address", monitor.KindHTTP, tried(func(s *settings.Site) { s.URL = strings.Replace(s.URL, "/Remote/", "/somewhere/Remote/", 1) }), "at another one"},
		{"a page for people", "web-page", "", simulated("html"), "web page"},
		{"HTTP 307", "redirect", "", simulated(`redirect "https://elsewhere.example/"`), "https://elsewhere.example/"},
		{"HTTP 503", "server-error", "", simulated("http 503"), "HTTP 503"},
		{"HTTP 500 with a page", "server-error", "", simulated("http 500"), "HTTP 500"},
		{"HTTP 421", "tenant-moved", "", simulated("http 421"), "HTTP 421"},
		{"HTTP 413", "request-too-large", "", simulated("http 413"), "larger than the server takes"},
		{"HTTP 418", "http-answer", "", simulated("http 418"), "HTTP 418"},
		{"HTTP 401", "web-server-refuses", "", simulated("http 401"), "HTTP 401"},
		{"HTTP 403", "web-server-refuses", "", simulated("http 403"), "HTTP 403"},
	}
}

// tried tests a site of the simulated NetServer.
func tried(change func(*settings.Site)) func(*testing.T) error {
	return func(t *testing.T) error {
		_, sites := begin(t)
		change(&sites[0])
		trial := sourceOf(t).Try(t.Context(), sites[0], known(), quiet)
		if trial.Failure == nil {
			return nil
		}
		return trial.Failure
	}
}

func TestAServersWishToWaitIsKept(t *testing.T) {
	f, ok := errors.AsType[*monitor.Failure](simulated("http 503 retry-after 30s")(t))
	if !ok || f.RetryAfter != 30*time.Second {
		t.Errorf("failure %+v, want to retry after 30 s", f)
	}
}

// A site that fails spoils no other.
func TestAFailureStaysWithItsSite(t *testing.T) {
	sim, sites := begin(t)
	s := sourceOf(t, sites...)
	for _, fault := range []string{"refuse", "reset", "http 503", "html", "truncated", "session"} {
		do(t, sim, head+" fault "+fault)
		if details(t.Context(), s) == nil {
			t.Errorf("%s: the site is read", fault)
		}
		if _, err := s.Verdict(t.Context(), head, "SUPEROFFICE"); err == nil {
			t.Errorf("%s: the licence server answers", fault)
		}
		read(t, s, oslo)
	}
	do(t, sim, head+" fault none")
	read(t, s, head)
}
