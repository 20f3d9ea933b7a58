package online

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"licensewatch/soapclient"
)

// stateAPI is that of an environment.
type stateAPI struct {
	mu    sync.Mutex
	reply string // "": HTTP 503
	asked int
	hold  chan struct{} // nil: answers wait for nothing
	ahead time.Duration // of the test's clock, for the Date of its replies
}

func (a *stateAPI) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a.mu.Lock()
	a.asked++
	reply, hold := a.reply, a.hold
	a.mu.Unlock()
	if hold != nil {
		<-hold
	}
	w.Header().Set("Date", time.Now().Add(a.ahead).UTC().Format(http.TimeFormat))
	switch {
	case r.URL.Path != "/api/state/Cust12345":
		http.NotFound(w, r)
	case reply == "":
		http.Error(w, "away", http.StatusServiceUnavailable)
	default:
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprint(w, reply)
	}
}

func (a *stateAPI) set(reply string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.reply = reply
}

func (a *stateAPI) count() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.asked
}

// watch is a clock that a test moves.
type watch struct{ off time.Duration }

func (w *watch) now() time.Time          { return time.Now().Add(w.off) }
func (w *watch) forward(d time.Duration) { w.off += d }

// tenant returns a tenant that runs on host for another ten minutes.
func tenant(t *testing.T) (*Tenant, *stateAPI, *watch) {
	t.Helper()
	api := new(stateAPI)
	srv := httptest.NewServer(api)
	t.Cleanup(srv.Close)
	w := new(watch)
	api.reply = running("one", 10*time.Minute)
	return &Tenant{ID: "Cust12345", Base: srv.URL, Now: w.now}, api, w
}

func running(place string, valid time.Duration) string {
	return fmt.Sprintf(`{"ContextIdentifier":"Cust12345","Endpoint":"http://127.0.0.1:1/%s","State":"Running","IsRunning":true,"ValidUntil":"%s"}`,
		place, time.Now().Add(valid).UTC().Format("2006-01-02T15:04:05.0000000Z"))
}

// located checks where the tenant is said to be and how often the state service has been asked by then.
func located(t *testing.T, n *Tenant, api *stateAPI, failed, place string, asked int) {
	t.Helper()
	base, err := n.Locate(t.Context(), failed)
	if want := "http://127.0.0.1:1/" + place + "/Remote/"; err != nil || base != want || api.count() != asked {
		t.Errorf("at %q, error %v, asked %d times; want %q, asked %d times", base, err, api.count(), want, asked)
	}
}

func TestTheHostIsAskedAndKept(t *testing.T) {
	n, api, w := tenant(t)
	located(t, n, api, "", "one", 1)
	api.set(running("two", time.Hour))
	w.forward(9 * time.Minute)
	located(t, n, api, "", "one", 1)
	w.forward(2 * time.Minute)
	located(t, n, api, "", "two", 2)
}

func TestHowLongAnAnswerIsKept(t *testing.T) {
	for name, c := range map[string]struct {
		valid, still, over time.Duration
		ahead              time.Duration // of the server's clock, by which ValidUntil is written
	}{
		"as long as it says":      {10 * time.Minute, 9 * time.Minute, 11 * time.Minute, 0},
		"a minute at least":       {-time.Hour, 50 * time.Second, 61 * time.Second, 0},
		"a day at most":           {1000 * time.Hour, 23 * time.Hour, 25 * time.Hour, 0},
		"by the server's clock":   {40 * time.Minute, 9 * time.Minute, 11 * time.Minute, 30 * time.Minute},
		"if that clock is behind": {-20 * time.Minute, 9 * time.Minute, 11 * time.Minute, -30 * time.Minute},
	} {
		t.Run(name, func(t *testing.T) {
			n, api, w := tenant(t)
			api.ahead = c.ahead
			api.set(running("one", c.valid))
			located(t, n, api, "", "one", 1)
			w.forward(c.still)
			located(t, n, api, "", "one", 1)
			w.forward(c.over - c.still)
			located(t, n, api, "", "one", 2)
		})
	}
}

func TestAHostThatFailsIsAskedAboutAtOnce(t *testing.T) {
	const one, two = "http://127.0.0.1:1/one/Remote/", "http://127.0.0.1:1/two/Remote/"
	n, api, w := tenant(t)
	located(t, n, api, "", "one", 1)
	api.set(running("two", time.Hour))
	located(t, n, api, one, "two", 2)
	located(t, n, api, one, "two", 2) // it is known that it moved
	w.forward(30 * time.Second)
	located(t, n, api, two, "two", 2) // the minute is not over
	w.forward(31 * time.Second)
	located(t, n, api, two, "two", 3)
	located(t, n, api, two, "two", 3)
}

func TestManyShareOneQuestion(t *testing.T) {
	n, api, _ := tenant(t)
	api.hold = make(chan struct{})
	answer := sync.OnceFunc(func() { close(api.hold) })
	defer answer()
	impatient, leave := context.WithCancel(t.Context())
	first := make(chan error, 1)
	go func() { _, err := n.Locate(impatient, ""); first <- err }()
	until(t, "the question", func() bool { return api.count() == 1 })
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			if base, err := n.Locate(t.Context(), ""); err != nil || base != "http://127.0.0.1:1/one/Remote/" {
				t.Errorf("at %q, error %v", base, err)
			}
		})
	}
	leave() // the one who asks goes away, and the others ask once more
	if err := <-first; !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	until(t, "another question", func() bool { return api.count() == 2 })
	answer()
	all.Wait()
	if api.count() != 2 {
		t.Errorf("asked %d times", api.count())
	}
}

func until(t *testing.T, what string, try func() bool) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); !try(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("waited in vain for %s", what)
		}
	}
}

func TestATenantThatDoesNotRunIsNamed(t *testing.T) {
	reasons := map[soapclient.Reason]string{}
	for name, c := range map[string]struct {
		state  string // as JSON
		reason soapclient.Reason
		words  string
	}{
		"Provisioning":       {`"Provisioning"`, soapclient.ReasonProvisioning, "set up"},
		"Deleted":            {`"Deleted"`, soapclient.ReasonDeleted, "is deleted"},
		"Suspended":          {`"Suspended"`, soapclient.ReasonSuspended, "suspended"},
		"OfflineMaintenance": {`"OfflineMaintenance"`, soapclient.ReasonMaintenance, "upgraded"},
		"ProvisioningFailed": {`"ProvisioningFailed"`, soapclient.ReasonProvisioningFailed, "failed"},
		"Deleting":           {`10`, soapclient.ReasonDeleting, "being deleted"},
		"DeleteFailed":       {`11`, soapclient.ReasonDeleteFailed, "was to be deleted"},
		"MigrationPending":   {`12`, soapclient.ReasonMigration, "moved to SuperOffice Online"},
		"Unknown":            {`"Unknown"`, soapclient.ReasonNotRunning, `"Unknown"`},
	} {
		t.Run(name, func(t *testing.T) {
			n, api, _ := tenant(t)
			api.set(`{"Endpoint":"","State":` + c.state + `,"IsRunning":false}`)
			for range 2 {
				base, err := n.Locate(t.Context(), "")
				want(t, err, soapclient.KindTenant, c.reason, c.words)
				if e, _ := errors.AsType[*soapclient.Error](err); base != "" || !e.Names(name) || e.Host != hostOf(n.Base) {
					t.Errorf("at %q, types %v, host %q", base, e.Types, e.Host)
				}
			}
			if api.count() != 1 {
				t.Errorf("asked %d times", api.count())
			}
		})
		if before := reasons[c.reason]; before != "" {
			t.Errorf("%s has the reason of %s", name, before)
		}
		reasons[c.reason] = name
	}
	t.Run("it runs again", func(t *testing.T) {
		n, api, w := tenant(t)
		api.set(`{"State":"OfflineMaintenance","IsRunning":false}`)
		_, err := n.Locate(t.Context(), "")
		want(t, err, soapclient.KindTenant, soapclient.ReasonMaintenance, "")
		api.set(running("one", time.Hour))
		w.forward(time.Minute)
		located(t, n, api, "", "one", 2)
	})
	t.Run("it runs while it is maintained", func(t *testing.T) {
		n, api, _ := tenant(t)
		api.set(strings.Replace(running("one", time.Hour), `"Running"`, `"OnlineMaintenance"`, 1))
		located(t, n, api, "", "one", 1)
	})
	t.Run("nobody knows it", func(t *testing.T) {
		n, api, _ := tenant(t)
		n.ID = "Cust999"
		for range 2 {
			_, err := n.Locate(t.Context(), "")
			want(t, err, soapclient.KindTenant, soapclient.ReasonTenantUnknown, "no such tenant in this environment")
		}
		if api.count() != 1 {
			t.Errorf("asked %d times", api.count())
		}
	})
}

func TestWithoutTheStateService(t *testing.T) {
	n, api, w := tenant(t)
	api.set("")
	_, err := n.Locate(t.Context(), "")
	if e, ok := errors.AsType[*soapclient.Error](err); !ok || e.Kind != soapclient.KindHTTP || e.Status != 503 || e.Host != hostOf(n.Base) {
		t.Errorf("error %v", err)
	}
	api.set(running("one", 10*time.Minute))
	located(t, n, api, "", "one", 2)
	api.set("")
	w.forward(time.Hour)
	located(t, n, api, "", "one", 3) // what is known holds
	located(t, n, api, "", "one", 3) // and it is not asked each time
	w.forward(61 * time.Second)
	located(t, n, api, "http://127.0.0.1:1/one/Remote/", "one", 4)
	api.set("no JSON")
	w.forward(61 * time.Second)
	located(t, n, api, "", "one", 5)
	api.set(running("two", time.Hour))
	w.forward(61 * time.Second)
	located(t, n, api, "", "two", 6)
}

func TestCredentialsFollowNowhereElse(t *testing.T) {
	const home = "https://online.superoffice.com"
	for endpoint, want := range map[string]string{
		"https://online2.superoffice.com/Cust12345":            "https://online2.superoffice.com/Cust12345/Remote/",
		"https://disasterrecovery.superoffice.com/Cust12345/":  "https://disasterrecovery.superoffice.com/Cust12345/Remote/",
		"https://APP.SuperOffice.com/Cust12345":                "https://APP.SuperOffice.com/Cust12345/Remote/",
		"http://online2.superoffice.com/Cust12345":             "",
		"https://superoffice.com.evil.example/Cust12345":       "",
		"https://evilsuperoffice.com/Cust12345":                "",
		"https://online.superoffice.com@evil.example/x":        "",
		"https://user:pass@online.superoffice.com/x":           "",
		"https://evil.example/?https://online.superoffice.com": "",
		"https://online2.superoffice.com/Cust12345?x=1":        "",
		"https://127.0.0.1/Cust12345":                          "",
		"http://localhost/Cust12345":                           "",
		"//online2.superoffice.com/Cust12345":                  "",
		"https:///Cust12345":                                   "",
		"":                                                     "",
		"https://com/":                                         "",
	} {
		s, err := parseState(fmt.Appendf(nil, `{"IsRunning":true,"State":"Running","Endpoint":%q}`, endpoint), home)
		if s.base != want || (err == nil) != (want != "") {
			t.Errorf("%q: at %q, error %v; want %q", endpoint, s.base, err, want)
		}
	}
	n, api, _ := tenant(t)
	api.set(`{"IsRunning":true,"Endpoint":"https://evil.example/Cust12345"}`)
	_, err := n.Locate(t.Context(), "")
	want(t, err, soapclient.KindContract, "", `"evil.example" is not on this computer`)
}

func TestEnvironments(t *testing.T) {
	for name, want := range map[string]string{
		"online":                    "https://online.superoffice.com",
		"qaonline":                  "https://qaonline.superoffice.com",
		"sod":                       "https://sod.superoffice.com",
		"https://id.example.com/x/": "https://id.example.com/x",
		"http://127.0.0.1:8086/":    "http://127.0.0.1:8086",
		"http://[::1]:8086":         "http://[::1]:8086",
		"http://localhost:1":        "http://localhost:1",
		"http://id.example.com":     "",
		"https://u:p@example.com":   "",
		"https://example.com?x=1":   "",
		"ftp://example.com":         "",
		"qastage":                   "",
		"":                          "",
	} {
		base, err := Environment(name)
		if base != want || (err == nil) != (want != "") {
			t.Errorf("%q: %q, error %v; want %q", name, base, err, want)
		}
		if err != nil && strings.Contains(err.Error(), "u:p") {
			t.Errorf("the error tells a password: %v", err)
		}
	}
}

// FuzzState holds that a reply leads to the environment's own hosts by https, or nowhere.
func FuzzState(f *testing.F) {
	f.Add([]byte(`{"ContextIdentifier":"Cust12345","Endpoint":"https://online2.superoffice.com/Cust12345","State":"Running","IsRunning":true,"ValidUntil":"2026-02-23T09:52:01.9342965Z"}`))
	f.Add([]byte(`{"State":6,"IsRunning":false}`))
	f.Add([]byte(`{"IsRunning":true,"Endpoint":"https://online.superoffice.com@evil.example"}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		s, err := parseState(body, "https://online.superoffice.com")
		if err != nil {
			return
		}
		if (s.base == "") == (s.err == nil) {
			t.Fatalf("at %q, with error %v", s.base, s.err)
		}
		if s.err != nil {
			if s.err.Kind != soapclient.KindTenant || s.err.Reason == "" || len(s.err.Text) > 2000 {
				t.Errorf("error %+v", s.err)
			}
			return
		}
		req, err := http.NewRequest("POST", s.base, nil)
		if err != nil {
			t.Fatalf("%q cannot be asked: %v", s.base, err)
		}
		if host := strings.ToLower(req.URL.Hostname()); req.URL.Scheme != "https" || host != "superoffice.com" && !strings.HasSuffix(strings.TrimSuffix(host, "."), ".superoffice.com") {
			t.Errorf("%q is elsewhere", s.base)
		}
	})
}
