package windows_test

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"licensewatch/internal/peers"
	"licensewatch/internal/secret"
	"licensewatch/soapclient"
	"licensewatch/soapclient/windows"
)

const password = "Winter is 1 coming ‹ä›"

var users = peers.Users{"alice": password, "bob": "another one"}

// backend tells who is signed in and how much has come.
func backend(t *testing.T) string {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n, _ := io.Copy(io.Discard, r.Body)
		fmt.Fprintf(w, "%s sent %d", r.Header.Get(peers.UserHeader), n)
	}))
	t.Cleanup(s.Close)
	return s.URL
}

// domain starts a domain controller that this process knows.
func domain(t *testing.T) *peers.Domain {
	t.Helper()
	d := peers.KDC(t, users)
	t.Setenv("KRB5_CONFIG", d.Config)
	return d
}

// noDomain lets this process know the users' domain, but nobody listens where its domain controller should be.
func noDomain(t *testing.T) {
	t.Helper()
	setDomain(t, "127.0.0.1:1")
}

func setDomain(t *testing.T, controller string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "krb5.conf")
	text := "[libdefaults]\ndefault_realm = EXAMPLE.TEST\n[realms]\nEXAMPLE.TEST = {\n  kdc = " + controller + "\n}\n"
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("KRB5_CONFIG", path)
}

// visitor is a user with the transport that signs in for him.
type visitor struct {
	http.RoundTripper
	asked atomic.Int32 // how often for the password
}

func visit(t *testing.T, base *http.Transport, user, domain, password string) *visitor {
	v := &visitor{}
	v.RoundTripper = windows.Transport(base, windows.Identity{User: user, Domain: domain, Password: func(context.Context) (secret.Text, error) {
		v.asked.Add(1)
		return secret.Text(password), nil
	}})
	t.Cleanup(v.RoundTripper.(interface{ CloseIdleConnections() }).CloseIdleConnections)
	return v
}

// post sends a body and returns the answer's.
func (v *visitor) post(t *testing.T, url, body string) (string, error) {
	t.Helper()
	// Without GetBody, so that replaying the body is the transport's own work.
	req, err := http.NewRequestWithContext(t.Context(), "POST", url, io.NopCloser(strings.NewReader(body)))
	if err != nil {
		t.Fatal(err)
	}
	req.ContentLength = int64(len(body))
	resp, err := v.RoundTrip(req)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	if resp.StatusCode != http.StatusOK {
		return "", fmt.Errorf("HTTP %d: %s", resp.StatusCode, b)
	}
	return string(b), nil
}

// admitted posts and checks as whom the server sees us.
func (v *visitor) admitted(t *testing.T, s *peers.Server, url, user string) {
	t.Helper()
	got, err := v.post(t, url, "hello")
	if want := user + " sent 5"; err != nil || got != want {
		t.Fatalf("got %q, %v; want %q\n%s", got, err, want, s.Log())
	}
}

// refused posts and checks the error.
func (v *visitor) refused(t *testing.T, url string, reason soapclient.Reason, words ...string) {
	t.Helper()
	got, err := v.post(t, url, "hello")
	e, ok := err.(*soapclient.Error)
	if !ok || e.Kind != soapclient.KindSignIn || e.Reason != reason || e.Status != 0 {
		t.Fatalf("got %q, %#v; want reason %q", got, err, reason)
	}
	for _, word := range words {
		if !strings.Contains(e.Error(), word) {
			t.Errorf("the error does not say %q: %s", word, e)
		}
	}
	for cause := err; cause != nil; cause = errors.Unwrap(cause) {
		if text := fmt.Sprintf("%v %+v", cause, cause); strings.Contains(text, "coming") || strings.Contains(text, "wrong") {
			t.Errorf("the error gives the password away: %s", text)
		}
	}
	t.Log(e)
}

// answered waits until the server has logged n requests, and checks their statuses and that no more come. It returns
// their connections.
func answered(t *testing.T, s *peers.Server, statuses ...string) map[string]bool {
	t.Helper()
	peers.Until(t, fmt.Sprintf("%d requests are logged", len(statuses)), func() bool { return len(s.Requests(t)) >= len(statuses) })
	var got []string
	connections := map[string]bool{}
	for _, r := range s.Requests(t) {
		got = append(got, r.Status)
		connections[r.Connection] = true
	}
	if !slices.Equal(got, statuses) {
		t.Errorf("the web server answered with %v, want %v", got, statuses)
	}
	return connections
}

func TestKerberos(t *testing.T) {
	d := domain(t)
	for _, tt := range []struct{ name, user, domain string }{
		{"realm", "alice", "EXAMPLE.TEST"},
		{"lower case", "alice", "example.test"},
		{"short name", "alice", "example"},
		{"user with realm", "alice@example.test", ""},
		{"user with domain", `EXAMPLE\alice`, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := peers.Apache(t, peers.Web{Backend: backend(t), Domain: d})
			v := visit(t, nil, tt.user, tt.domain, password)
			for range 3 {
				v.admitted(t, s, s.URL, "alice@EXAMPLE.TEST")
			}
			if n := len(answered(t, s, "401", "200", "200", "200")); n != 1 || v.asked.Load() != 1 {
				t.Errorf("%d connections, the password was asked %d times", n, v.asked.Load())
			}
		})
	}
}

func TestKerberosTicketsAreKept(t *testing.T) {
	d := domain(t)
	s := peers.Apache(t, peers.Web{Backend: backend(t), Domain: d})
	base := soapclient.NewTransport(soapclient.TransportOptions{})
	base.DisableKeepAlives = true // each request signs in anew
	v := visit(t, base, "alice", "EXAMPLE.TEST", password)
	v.admitted(t, s, s.URL, "alice@EXAMPLE.TEST")
	d.Stop()
	v.admitted(t, s, s.URL, "alice@EXAMPLE.TEST")
	if v.asked.Load() != 1 {
		t.Errorf("the password was asked %d times", v.asked.Load())
	}
	v.RoundTripper.(interface{ CloseIdleConnections() }).CloseIdleConnections()
	v.refused(t, s.URL, soapclient.ReasonDomain, "no domain controller")
}

func TestNTLMHoldsForItsConnection(t *testing.T) {
	for name, only := range map[string]bool{"NTLM": false, "within Negotiate": true} {
		t.Run(name, func(t *testing.T) {
			noDomain(t)
			s := peers.Apache(t, peers.Web{Backend: backend(t), NTLM: users, NegotiateOnly: only})
			v := visit(t, nil, "alice", "EXAMPLE", password)
			want := []string{"401", "401"}
			for range 20 {
				v.admitted(t, s, s.URL, `EXAMPLE\alice`)
				want = append(want, "200")
			}
			if n := len(answered(t, s, want...)); n != 1 || v.asked.Load() != 1 {
				t.Errorf("%d connections, the password was asked %d times", n, v.asked.Load())
			}
		})
	}
}

func TestManyAtOnce(t *testing.T) {
	noDomain(t)
	s := peers.Apache(t, peers.Web{Backend: backend(t), NTLM: users})
	alice := visit(t, nil, `EXAMPLE\alice`, "", password)
	var wg sync.WaitGroup
	for range 16 {
		wg.Go(func() {
			if got, err := alice.post(t, s.URL, "hello"); got != `EXAMPLE\alice sent 5` {
				t.Errorf("got %q, %v", got, err)
			}
		})
	}
	wg.Wait()
	if alice.asked.Load() != 1 {
		t.Errorf("the password was asked %d times", alice.asked.Load())
	}
}

func TestIdentitiesShareNoConnection(t *testing.T) {
	noDomain(t)
	s := peers.Apache(t, peers.Web{Backend: backend(t), NTLM: users})
	base := soapclient.NewTransport(soapclient.TransportOptions{})
	alice, bob := visit(t, base, `EXAMPLE\alice`, "", password), visit(t, base, `EXAMPLE\bob`, "", users["bob"])
	for range 3 {
		alice.admitted(t, s, s.URL, `EXAMPLE\alice`)
		bob.admitted(t, s, s.URL, `EXAMPLE\bob`)
	}
	owner := map[string]string{}
	peers.Until(t, "10 requests are logged", func() bool { return len(s.Requests(t)) >= 10 })
	for _, r := range s.Requests(t) {
		if r.User == "-" {
			continue
		}
		if before := owner[r.Connection]; before != "" && before != r.User {
			t.Errorf("%s and %s share a connection", before, r.User)
		}
		owner[r.Connection] = r.User
	}
	if len(owner) != 2 {
		t.Errorf("signed-in connections: %v", owner)
	}
	if resp, err := base.RoundTrip(httptest.NewRequestWithContext(t.Context(), "GET", s.URL, nil)); err != nil || resp.StatusCode != http.StatusUnauthorized {
		t.Errorf("the transport that was given is signed in: %v, %v", resp, err)
	}
}

func TestLargeBodyIsReplayed(t *testing.T) {
	d := domain(t)
	long := strings.Repeat("0123456789abcdef", 1<<18)
	for name, w := range map[string]peers.Web{"Kerberos": {Domain: d}, "NTLM": {NTLM: users}} {
		t.Run(name, func(t *testing.T) {
			w.Backend = backend(t)
			s := peers.Apache(t, w)
			v := visit(t, nil, `EXAMPLE\alice`, "", password)
			for range 2 {
				if got, err := v.post(t, s.URL, long); err != nil || !strings.HasSuffix(got, fmt.Sprintf(" sent %d", len(long))) {
					t.Errorf("got %q, %v", got, err)
				}
			}
		})
	}
}

func TestHTTPS(t *testing.T) {
	d := domain(t)
	for name, w := range map[string]peers.Web{"Kerberos": {Domain: d}, "NTLM": {NTLM: users}} {
		t.Run(name, func(t *testing.T) {
			w.Backend, w.TLS = backend(t), true
			s := peers.Apache(t, w)
			want := map[string]string{"Kerberos": "alice@EXAMPLE.TEST", "NTLM": `EXAMPLE\alice`}[name]
			v := visit(t, soapclient.NewTransport(soapclient.TransportOptions{Roots: s.CA}), `EXAMPLE\alice`, "", password)
			v.admitted(t, s, s.URL, want)
			v.admitted(t, s, s.URL, want)
			_, err := visit(t, nil, `EXAMPLE\alice`, "", password).post(t, s.URL, "")
			if _, ok := errors.AsType[*tls.CertificateVerificationError](err); !ok {
				t.Errorf("without the authority: %v", err)
			}
		})
	}
}

func TestHTTP1Only(t *testing.T) {
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, r.Proto) }))
	s.EnableHTTP2 = true
	s.StartTLS()
	defer s.Close()
	base := soapclient.NewTransport(soapclient.TransportOptions{Roots: s.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs})
	defer base.CloseIdleConnections()
	resp, err := base.RoundTrip(httptest.NewRequestWithContext(t.Context(), "GET", s.URL, nil))
	if err != nil || resp.ProtoMajor != 2 {
		t.Fatalf("the server should speak HTTP/2 to others: %v, %v", resp, err)
	}
	if got, err := visit(t, base, "alice", "", password).post(t, s.URL, ""); err != nil || got != "HTTP/1.1" {
		t.Errorf("got %q, %v", got, err)
	}
}

// A web server may refuse without having read the body, and closes the connection then if there is much of it.
func TestLongBodyThatTheServerDoesNotRead(t *testing.T) {
	noDomain(t)
	s := peers.Apache(t, peers.Web{Backend: backend(t), NTLM: users})
	behind := &http.Transport{MaxConnsPerHost: 1}
	defer behind.CloseIdleConnections()
	hasty := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		out := r.Clone(r.Context())
		out.RequestURI, out.URL.Scheme, out.URL.Host = "", "http", strings.TrimPrefix(s.URL, "http://")
		if len(r.Header.Get("Authorization")) < 100 { // the last message of NTLM is long
			out.Body, out.ContentLength = http.NoBody, 0
		}
		resp, err := behind.RoundTrip(out)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadGateway)
			return
		}
		defer resp.Body.Close()
		w.Header()["Www-Authenticate"] = resp.Header["Www-Authenticate"]
		w.WriteHeader(resp.StatusCode)
		io.Copy(w, resp.Body)
	}))
	defer hasty.Close()
	v := visit(t, nil, `EXAMPLE\alice`, "", password)
	if got, err := v.post(t, hasty.URL, strings.Repeat("x", 1<<22)); err != nil || got != fmt.Sprintf(`EXAMPLE\alice sent %d`, 1<<22) {
		t.Errorf("got %q, %v\n%v", got, err, s.Requests(t))
	}
}
