package source

import (
	"context"
	"encoding/pem"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"licensewatch/internal/keyring"
	"licensewatch/internal/settings"
	"licensewatch/monitor"
	"licensewatch/soapclient"
	"licensewatch/soapclient/simulator"
)

func seats(m monitor.Module) string { return fmt.Sprintf("%d/%d/%d", m.Total, m.InUse, m.Free) }

func TestEachFailureHasItsKindAndRemedy(t *testing.T) {
	tests := []struct {
		name   string
		fault  string // of the whole site
		change func(*settings.Site)
		kind   monitor.Kind
		text   string
		remedy string
	}{
		{"a wrong password", "bad-password", nil, monitor.KindSignIn, `sign-in of "admin" is refused`, `licensewatch signin "Head office"`},
		{"a user that does not exist", "", func(s *settings.Site) { s.User = "nobody" }, monitor.KindSignIn, `"nobody"`, "Correct user and password"},
		{"no ticket is good enough", "session", nil, monitor.KindSignIn, "", "Get a new ticket"},
		{"the web server wants another sign-in", "http 401", nil, monitor.KindSignIn, "HTTP 401", "Windows sign-in"},
		{"a connection that is refused", "refuse", nil, monitor.KindNetwork, "refused", "firewall"},
		{"a connection that is torn", "reset", nil, monitor.KindNetwork, "cut", "firewall"},
		{"an answer that is torn", "cut", nil, monitor.KindNetwork, "cut", "firewall"},
		{"a proxy's page", "html", nil, monitor.KindHTTP, "web page", "a sign-in page, a proxy"},
		{"a reply that is cut", "truncated", nil, monitor.KindContract, "", "services version"},
		{"a reply that is too large", "large", nil, monitor.KindContract, "16 MiB", "services version"},
		{"a reply of another namespace", "namespace", nil, monitor.KindContract, "", "services version"},
		{"a server that is down", "http 503 retry-after 30s", nil, monitor.KindHTTP, "HTTP 503", "NetServer behind it"},
		{"a page that is not there", "http 404", nil, monitor.KindHTTP, "HTTP 404", "must end in front of ServicesNN"},
		{"a page that is elsewhere", `redirect "https://elsewhere.example/"`, nil, monitor.KindHTTP, "https://elsewhere.example/", "if you trust it"},
		{"a SOAP fault", "soapfault", nil, monitor.KindFault, "SOAP fault", "NetServer's log"},
		{"an exception", `exception "The database is asleep"`, nil, monitor.KindServer, "The database is asleep", "NetServer's log"},
		{"a user without the right", "", func(s *settings.Site) { s.User = "reader" }, monitor.KindServer, "", "admin-all"},
		{"a services version that the server lacks", "", func(s *settings.Site) { s.Services = "Services99" }, monitor.KindHTTP, "HTTP 404", "services version"},
		{"an address that is none", "", func(s *settings.Site) { s.URL = "ftp://crm.example/" }, monitor.KindConfig, "not an address", "Correct the address"},
		{"a file of authorities that is not there", "", func(s *settings.Site) { s.CAFile = "no-such.pem" }, monitor.KindConfig, "no-such.pem", "ca_file"},
		{"a file of authorities that holds none", "", func(s *settings.Site) { s.CAFile = "failure_test.go" }, monitor.KindConfig, "no certificate", "ca_file"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			sim, sites := begin(t)
			if tt.fault != "" {
				do(t, sim, head+" fault "+tt.fault)
			}
			if tt.change != nil {
				tt.change(&sites[0])
			}
			s := sourceOf(t, sites...)
			_, err := s.Details(t.Context(), head)
			f := wantFailure(t, err, tt.kind, tt.text, tt.remedy)
			if _, err := s.Verdict(t.Context(), head, "SUPEROFFICE"); err != nil {
				wantFailure(t, err, tt.kind, tt.text, tt.remedy)
			} else {
				t.Error("the database cannot be read, and the licence server can")
			}
			if want := 30 * time.Second; strings.Contains(tt.fault, "retry-after") && f.RetryAfter != want {
				t.Errorf("retry after %v, want %v", f.RetryAfter, want)
			}
			if all := f.Text + f.Remedy; strings.Contains(all, "   at ") || strings.Contains(all, string(simulator.DemoPassword)) || f.Remedy == "" {
				t.Errorf("failure %+v, want a remedy, and neither stack trace nor password", f)
			}
			read(t, s, oslo) // the other site does not suffer
		})
	}
}

func TestAServerThatHangsIsATimeout(t *testing.T) {
	sim, sites := begin(t)
	do(t, sim, head+" fault hang")
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	_, err := sourceOf(t, sites...).Details(ctx, head)
	wantFailure(t, err, monitor.KindTimeout, "no answer in time", "overloaded")
}

func TestACheckThatIsCalledOffIsNoBug(t *testing.T) {
	sim, sites := begin(t)
	do(t, sim, head+" fault hang")
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(50*time.Millisecond, cancel)
	_, err := sourceOf(t, sites...).Details(ctx, head)
	wantFailure(t, err, monitor.KindTimeout, "called off", "Check again")
}

// Kinds that need another network than this test may use.
func TestRemediesOfTheOtherKinds(t *testing.T) {
	tests := []struct {
		err    *soapclient.Error
		kind   monitor.Kind
		remedy string
	}{
		{&soapclient.Error{Kind: soapclient.KindDNS}, monitor.KindDNS, "host name"},
		{&soapclient.Error{Kind: soapclient.KindProxy}, monitor.KindProxy, "HTTPS_PROXY"},
		{&soapclient.Error{Kind: soapclient.KindFault, Types: []string{"a:ActionNotSupported"}}, monitor.KindFault, "another services version"},
		{&soapclient.Error{Kind: soapclient.KindHTTP, Status: 418}, monitor.KindHTTP, "what stands between"},
		{&soapclient.Error{Kind: soapclient.KindServer, Text: strings.Repeat("long\u202e ", 400)}, monitor.KindServer, "NetServer's log"},
	}
	for _, tt := range tests {
		f := wantFailure(t, failure(tt.err, head), tt.kind, "", tt.remedy)
		if len(f.Text) > 310 || strings.Contains(f.Text, "\u202e") {
			t.Errorf("text %q is not made harmless", f.Text)
		}
	}
}

func TestEachStateOfTheKeyringIsNamed(t *testing.T) {
	sim, sites := begin(t)
	for _, state := range []keyring.State{keyring.Missing, keyring.Locked, keyring.Absent, keyring.TooLong, keyring.Denied, keyring.Hung, keyring.Failed} {
		_, err := with(t, refusing(state), sites...).Details(t.Context(), head)
		wantFailure(t, err, monitor.KindKeyring, "the keyring is "+string(state), "Mend it.")
	}
	if n := sim.Requests("", ""); n != 0 {
		t.Errorf("the server was asked %d times without a password", n)
	}
}

func TestOwnCertificateAuthority(t *testing.T) {
	w := simulator.Build(1, 2, 3)
	w.Sites[0].Name = head
	server := httptest.NewUnstartedServer(simulator.New(w))
	server.Config.ErrorLog = log.New(io.Discard, "", 0) // handshakes fail on purpose
	server.StartTLS()
	t.Cleanup(server.Close)
	site := settings.Site{Name: head, URL: server.URL + w.Sites[0].Path + "/Remote/", Services: "Services86", SignIn: "password", User: "admin"}
	_, err := sourceOf(t, site).Details(t.Context(), head)
	wantFailure(t, err, monitor.KindTLS, "does not know the authority", "ca_file")

	site.CAFile = filepath.Join(t.TempDir(), "ca.pem")
	text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	if err := os.WriteFile(site.CAFile, text, 0o600); err != nil {
		t.Fatal(err)
	}
	if list := read(t, sourceOf(t, site), head); len(list) != 2 {
		t.Errorf("%d licences over TLS, want 2", len(list))
	}
}

// until waits for try, with patience.
func until(t *testing.T, what string, try func() bool) {
	t.Helper()
	deadline := time.After(patience)
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for !try() {
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatalf("%s: not within %v", what, patience)
		}
	}
}

func TestAHangingHostDelaysNoOther(t *testing.T) {
	sim, sites := begin(t)
	do(t, sim, head+" fault hang")
	s := sourceOf(t, sites...)
	ctx, cancel := context.WithCancel(t.Context())
	hanging := make(chan error, 1)
	go func() {
		_, err := s.Details(ctx, head)
		hanging <- err
	}()
	until(t, "a request that hangs", func() bool { return sim.Requests(head, "") == 1 })
	read(t, s, oslo)

	short, end := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer end()
	_, err := s.Verdict(short, head, "SUPEROFFICE")
	wantFailure(t, err, monitor.KindTimeout, "", "")
	if n := sim.Requests(head, ""); n != 1 {
		t.Errorf("%d requests at the host at once, want 1", n)
	}
	cancel()
	if err := <-hanging; err == nil {
		t.Error("the hanging read ended well")
	}
	do(t, sim, head+" fault none")
	read(t, s, head) // who gave up does not hold the host
}

// within takes a place at the gate in a goroutine of its own, and leaves when told.
func within(ctx context.Context, g *gates, base string, taken chan<- error, leave <-chan struct{}) {
	go func() {
		out, err := g.of(base)(ctx)
		taken <- err
		if err == nil {
			<-leave
			out()
		}
	}()
}

func TestGates(t *testing.T) {
	t.Run("sixteen in flight, over all hosts", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			g, taken, leave := newGates(), make(chan error, 20), make(chan struct{})
			for i := range 20 {
				within(t.Context(), g, fmt.Sprintf("https://host%d/", i), taken, leave)
			}
			synctest.Wait()
			if len(taken) != 16 {
				t.Errorf("%d requests are under way, want 16", len(taken))
			}
			leave <- struct{}{}
			synctest.Wait()
			if len(taken) != 17 {
				t.Errorf("after one left, %d have been let through, want 17", len(taken))
			}
			close(leave)
		})
	})
	t.Run("one at a host, however it is written", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			g, taken, leave := newGates(), make(chan error, 3), make(chan struct{})
			within(t.Context(), g, "https://crm.example/Remote/", taken, leave)
			synctest.Wait()
			within(t.Context(), g, "https://CRM.example/other/Remote/", taken, leave)
			within(t.Context(), g, "https://crm.example:8443/Remote/", taken, leave) // another server
			synctest.Wait()
			if len(taken) != 2 {
				t.Errorf("%d requests are under way, want one at each of two hosts", len(taken))
			}
			close(leave)
		})
	})
	t.Run("who gives up frees the host", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			g, taken, leave := newGates(), make(chan error, 20), make(chan struct{})
			for i := range inFlight {
				within(t.Context(), g, fmt.Sprintf("https://host%d/", i), taken, leave)
			}
			synctest.Wait()
			ctx, cancel := context.WithCancel(t.Context())
			late, impatient := make(chan error, 1), make(chan error, 2)
			within(ctx, g, "https://late/", impatient, leave) // waits for one of the sixteen
			synctest.Wait()
			within(ctx, g, "https://late/", impatient, leave) // waits for the host
			synctest.Wait()
			cancel()
			synctest.Wait()
			if len(impatient) != 2 || <-impatient == nil || <-impatient == nil {
				t.Error("a wait does not end with its context")
			}
			leave <- struct{}{}
			within(t.Context(), g, "https://late/", late, leave)
			synctest.Wait()
			if len(late) != 1 {
				t.Error("the host is still held by who gave up")
			}
			close(leave)
		})
	})
}

// roundTripper is a transport made of a function.
type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestTheTimeAtTheGateIsNotTheServers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		site := settings.Site{Name: head, URL: "https://crm.example/Remote/", Services: "Services86", SignIn: "password", User: "admin"}
		s := New(passwords(site), []settings.Site{site})
		var left time.Duration
		s.plain = roundTripper(func(r *http.Request) (*http.Response, error) {
			deadline, _ := r.Context().Deadline()
			left = time.Until(deadline)
			return nil, io.ErrUnexpectedEOF
		})
		taken, leave, done := make(chan error, 1), make(chan struct{}), make(chan error)
		within(t.Context(), s.gates, site.URL, taken, leave)
		synctest.Wait()
		go func() {
			_, err := s.Details(t.Context(), head)
			done <- err
		}()
		time.Sleep(10 * time.Minute) // fake time
		close(leave)
		<-done
		if left != time.Minute {
			t.Errorf("after ten minutes at the gate the server has %v, want a minute", left)
		}
	})
}
