package windows_test

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"licensewatch/internal/peers"
	"licensewatch/internal/secret"
	"licensewatch/soapclient"
	"licensewatch/soapclient/windows"
)

func TestWrongPasswordIsTriedOnce(t *testing.T) {
	d := domain(t)
	t.Run("Kerberos", func(t *testing.T) {
		s := peers.Apache(t, peers.Web{Backend: backend(t), Domain: d, NTLM: users})
		v := visit(t, nil, "alice", "EXAMPLE.TEST", "wrong")
		v.refused(t, s.URL, soapclient.ReasonCredentials, `"alice" of domain "EXAMPLE.TEST"`)
		if n := strings.Count(d.Log(), "PREAUTH_FAILED: alice@EXAMPLE.TEST"); n != 1 || v.asked.Load() != 1 {
			t.Errorf("the domain controller saw %d wrong passwords, %d were asked for\n%s", n, v.asked.Load(), d.Log())
		}
		answered(t, s, "401") // NTLM would be a second try
	})
	t.Run("NTLM", func(t *testing.T) {
		noDomain(t)
		s := peers.Apache(t, peers.Web{Backend: backend(t), NTLM: users})
		v := visit(t, nil, "alice", "EXAMPLE", "wrong")
		v.refused(t, s.URL, soapclient.ReasonCredentials, `"alice" of domain "EXAMPLE"`, `no domain controller of "EXAMPLE" answers`)
		answered(t, s, "401", "401", "401")
		v.refused(t, s.URL, soapclient.ReasonCredentials) // the next read stands on its own
		answered(t, s, "401", "401", "401", "401", "401", "401")
	})
}

func TestUnknownUser(t *testing.T) {
	d := domain(t)
	s := peers.Apache(t, peers.Web{Backend: backend(t), Domain: d, NTLM: users})
	visit(t, nil, "carol@example.test", "", password).refused(t, s.URL, soapclient.ReasonCredentials, "does not know the user", "carol@example.test")
	noDomain(t)
	visit(t, nil, `EXAMPLE\carol`, "", password).refused(t, s.URL, soapclient.ReasonCredentials, "carol")
}

func TestClockThatDiffersIsNamedAndHeals(t *testing.T) {
	d := domain(t)
	s := peers.Apache(t, peers.Web{Backend: backend(t), Domain: d, NTLM: users})
	v := visit(t, nil, "alice", "EXAMPLE.TEST", password)
	d.Shift(10 * time.Minute)
	v.refused(t, s.URL, soapclient.ReasonClock, `clock is 10m0s behind that of the domain "EXAMPLE.TEST"`, "alice")
	d.Shift(-10 * time.Minute)
	v.refused(t, s.URL, soapclient.ReasonClock, "clock is 10m0s ahead of that of the domain")
	d.Shift(0)
	v.admitted(t, s, s.URL, "alice@EXAMPLE.TEST")
}

func TestNoDomainController(t *testing.T) {
	d := domain(t)
	both := peers.Apache(t, peers.Web{Backend: backend(t), Domain: d, NTLM: users, NegotiateOnly: true})
	kerberos := peers.Apache(t, peers.Web{Backend: backend(t), Domain: d})
	d.Stop()
	visit(t, nil, "alice", "EXAMPLE", password).admitted(t, both, both.URL, `EXAMPLE\alice`)
	v := visit(t, nil, "alice", "EXAMPLE", password)
	v.refused(t, kerberos.URL, soapclient.ReasonDomain, `no domain controller of "EXAMPLE" answers`, "alice")
	visit(t, nil, "alice", "", password).refused(t, kerberos.URL, soapclient.ReasonDomain, "must be known")
	d.Start()
	v.admitted(t, kerberos, kerberos.URL, "alice@EXAMPLE.TEST")
}

func TestServiceUnknownToTheDomain(t *testing.T) {
	d := domain(t)
	both := peers.Apache(t, peers.Web{Backend: backend(t), Domain: d, NTLM: users})
	kerberos := peers.Apache(t, peers.Web{Backend: backend(t), Domain: d})
	address := func(s *peers.Server) string { return strings.Replace(s.URL, "localhost", "127.0.0.1", 1) }
	visit(t, nil, "alice", "EXAMPLE", password).admitted(t, both, address(both), `EXAMPLE\alice`)
	v := visit(t, nil, "alice", "EXAMPLE", password)
	v.refused(t, address(kerberos), soapclient.ReasonDomain, "knows no service HTTP/127.0.0.1")
	v.admitted(t, kerberos, kerberos.URL, "alice@EXAMPLE.TEST")
	if v.asked.Load() != 1 {
		t.Errorf("the password was asked %d times", v.asked.Load())
	}
}

func TestTicketThatTheWebServerRefuses(t *testing.T) {
	stranger := peers.KDC(t, users) // of the same name, with other keys
	d := domain(t)
	both := peers.Apache(t, peers.Web{Backend: backend(t), Domain: stranger, NTLM: users})
	kerberos := peers.Apache(t, peers.Web{Backend: backend(t), Domain: stranger})
	visit(t, nil, "alice", "EXAMPLE", password).admitted(t, both, both.URL, `EXAMPLE\alice`)
	v := visit(t, nil, "alice", "EXAMPLE", password)
	v.refused(t, kerberos.URL, soapclient.ReasonWebServer, "refuses the Kerberos ticket")
	t.Setenv("KRB5_CONFIG", stranger.Config)
	v.admitted(t, kerberos, kerberos.URL, "alice@EXAMPLE.TEST")
	if strings.Contains(d.Log(), "PREAUTH_FAILED") {
		t.Error(d.Log())
	}
}

func TestKeyringErrorComesUnchanged(t *testing.T) {
	d := domain(t)
	locked := errors.New("the keyring is locked")
	for name, w := range map[string]peers.Web{"Kerberos": {Domain: d}, "NTLM": {NTLM: users}} {
		t.Run(name, func(t *testing.T) {
			if w.Domain == nil {
				noDomain(t)
			}
			w.Backend = backend(t)
			c := client(t, peers.Apache(t, w).URL, windows.Transport(nil, windows.Identity{
				User: "alice", Domain: "EXAMPLE", Password: func(context.Context) (secret.Text, error) { return "", locked },
			}))
			if _, err := c.SystemInfo(t.Context()); err != locked {
				t.Errorf("got %v", err)
			}
		})
	}
}

// handler serves h and notes every Authorization header.
func handler(t *testing.T, h http.HandlerFunc) (url string, authorizations *[]string) {
	authorizations = new([]string)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if a := r.Header.Get("Authorization"); a != "" {
			*authorizations = append(*authorizations, a)
		}
		h(w, r)
	}))
	t.Cleanup(s.Close)
	return s.URL, authorizations
}

func TestNothingGoesToAServerThatDoesNotAsk(t *testing.T) {
	url, sent := handler(t, func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(http.StatusOK) })
	v := visit(t, nil, "alice", "EXAMPLE", password)
	if got, err := v.post(t, url, "hello"); err != nil || v.asked.Load() != 0 || len(*sent) > 0 {
		t.Errorf("got %q, %v; asked %d, sent %v", got, err, v.asked.Load(), *sent)
	}
}

func TestOtherSchemesAreNamedNotAnswered(t *testing.T) {
	url, sent := handler(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Add("WWW-Authenticate", `Basic realm="a, NTLM"`)
		w.Header().Add("WWW-Authenticate", `Digest realm="x", nonce="y", Bearer`)
		w.WriteHeader(http.StatusUnauthorized)
	})
	v := visit(t, nil, "alice", "EXAMPLE", password)
	v.refused(t, url, soapclient.ReasonWebServer, "only: Basic, Digest, Bearer")
	if v.asked.Load() != 0 || len(*sent) > 0 {
		t.Errorf("asked %d, sent %v", v.asked.Load(), *sent)
	}
}

func TestRefusalOfTheApplicationComesThrough(t *testing.T) {
	url, sent := handler(t, func(w http.ResponseWriter, r *http.Request) { http.Error(w, "no ticket", http.StatusUnauthorized) })
	if _, err := visit(t, nil, "alice", "EXAMPLE", password).post(t, url, ""); err == nil || err.Error() != "HTTP 401: no ticket\n" || len(*sent) > 0 {
		t.Errorf("got %v, sent %v", err, *sent)
	}
}

func TestServerThatDropsTheConnection(t *testing.T) {
	noDomain(t)
	s := peers.Apache(t, peers.Web{Backend: backend(t), NTLM: users})
	// What stands between gives each request a connection of its own.
	between := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		out := r.Clone(r.Context())
		out.RequestURI, out.URL.Scheme, out.URL.Host = "", "http", strings.TrimPrefix(s.URL, "http://")
		own := &http.Transport{DisableKeepAlives: true}
		resp, err := own.RoundTrip(out)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadGateway)
			return
		}
		resp.Body.Close()
		w.Header()["Www-Authenticate"] = resp.Header["Www-Authenticate"]
		w.Header().Set("Connection", "close")
		w.WriteHeader(resp.StatusCode)
	}))
	defer between.Close()
	visit(t, nil, `EXAMPLE\alice`, "", password).refused(t, between.URL, soapclient.ReasonWebServer, "keep the connection")
}

func TestSignInEndsWithItsCaller(t *testing.T) {
	silent, err := net.ListenPacket("udp", "127.0.0.1:0") // a domain controller that does not answer
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	setDomain(t, silent.LocalAddr().String())
	url, _ := handler(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("WWW-Authenticate", "Negotiate")
		w.WriteHeader(http.StatusUnauthorized)
	})
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		silent.ReadFrom(make([]byte, 4096))
		cancel()
	}()
	v := visit(t, nil, "alice", "EXAMPLE", password)
	if _, err := v.RoundTrip(httptest.NewRequestWithContext(ctx, "GET", url, nil)); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}
