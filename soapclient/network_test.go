package soapclient_test

import (
	"context"
	"crypto/x509"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"licensewatch/soapclient"
)

// quiet is for servers whose clients go away on purpose.
var quiet = log.New(io.Discard, "", 0)

func host(t *testing.T, base string) string {
	t.Helper()
	u, err := url.Parse(base)
	if err != nil {
		t.Fatal(err)
	}
	return u.Host
}

// front starts a web server that asks h first, and the simulated NetServer when h returns false.
func front(t *testing.T, netserver http.Handler, h func(http.ResponseWriter, *http.Request) bool) (base string) {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if h == nil || !h(w, r) {
			netserver.ServeHTTP(w, r)
		}
	}))
	t.Cleanup(s.Close)
	return s.URL + "/HeadOffice/Remote/"
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestHTTP2AndWithout(t *testing.T) {
	a := newAuthority(t, 365*day)
	cert := a.issue(t, newKey(t), nil)
	for _, tt := range []struct {
		o    soapclient.TransportOptions
		want string
	}{
		{soapclient.TransportOptions{Roots: a.roots()}, "HTTP/2.0"},
		{soapclient.TransportOptions{Roots: a.roots(), HTTP1Only: true}, "HTTP/1.1"},
		{soapclient.TransportOptions{Pin: pinOf(t, cert)}, "HTTP/2.0"},
	} {
		_, c := secure(t, cert, func(s *httptest.Server) { s.EnableHTTP2 = true })
		reach(t, c, tt.o)
		under, spoken := c.Transport, []string(nil)
		c.Transport = roundTrip(func(r *http.Request) (*http.Response, error) {
			resp, err := under.RoundTrip(r)
			if err == nil {
				spoken = append(spoken, resp.Proto)
			}
			return resp, err
		})
		if _, err := c.Licences(t.Context()); err != nil || !slices.Equal(spoken, []string{tt.want, tt.want}) {
			t.Errorf("HTTP1Only %v: %v, %v; want %s twice", tt.o.HTTP1Only, spoken, err, tt.want)
		}
	}
}

func TestIPv6(t *testing.T) {
	l, err := net.Listen("tcp", "[::1]:0")
	if err != nil {
		t.Skipf("skipped: this machine has no IPv6 loopback: %v", err)
	}
	a := newAuthority(t, 365*day)
	_, c := secure(t, a.issue(t, newKey(t), nil), func(s *httptest.Server) {
		s.Listener.Close()
		s.Listener = l
	})
	parsed, err := soapclient.ParseAddress("https://" + l.Addr().String() + "/HeadOffice/Remote/Services86/License.svc")
	if err != nil || !strings.HasPrefix(parsed.Base, "https://[::1]:") {
		t.Fatalf("ParseAddress = %+v, %v", parsed, err)
	}
	c.Address = parsed
	reach(t, c, soapclient.TransportOptions{Roots: a.roots()})
	if _, err := c.Licences(t.Context()); err != nil {
		t.Error(err)
	}
	if got := c.Certificate(); got == nil || got.Host != l.Addr().String() {
		t.Errorf("Certificate = %+v, want that of %v", got, l.Addr())
	}
	l.Close()
	reach(t, c, soapclient.TransportOptions{Roots: a.roots()})
	_, err = c.Licences(t.Context())
	if e, ok := errors.AsType[*soapclient.Error](err); !ok || e.Reason != soapclient.ReasonRefused || e.Host != l.Addr().String() {
		t.Errorf("error %+v, want a refused connection of %v", err, l.Addr())
	}
}

func TestPackedReplies(t *testing.T) {
	s, c := begin(t, world())
	var packed []string
	c.Address.Base = front(t, s, func(w http.ResponseWriter, r *http.Request) bool {
		s.ServeHTTP(w, r) // it packs where it may
		if w.Header().Get("Content-Encoding") == "gzip" {
			action := strings.Trim(r.Header.Get("SOAPAction"), `"`)
			packed = append(packed, action[strings.LastIndex(action, "/")+1:])
		}
		return true
	})
	if list, err := c.Licences(t.Context()); err != nil || len(list) != 2 {
		t.Errorf("Licences = %d, %v", len(list), err)
	}
	if v, err := c.LicenceStatus(t.Context(), "SUPEROFFICE"); err != nil || v.Status != soapclient.StatusOk {
		t.Errorf("LicenceStatus = %+v, %v", v, err)
	}
	if want := []string{"AuthenticateUsernamePassword", "GetLicenseForAllOwnersFromDB"}; !slices.Equal(packed, want) {
		t.Errorf("packed are %v, want %v: unpacking a short one costs more than it saves", packed, want)
	}
}

func TestRetryAfterInSecondsAndAsADate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		now := time.Now()
		for said, want := range map[string]time.Duration{
			"120": 2 * time.Minute, now.Add(90 * time.Second).UTC().Format(http.TimeFormat): 90 * time.Second,
			now.Add(-time.Hour).UTC().Format(http.TimeFormat): 0, "-5": 0, "soon": 0, "": 0, "999999999": day,
		} {
			c := &soapclient.Client{Address: soapclient.Address{Base: "http://h/Remote/", Version: "Services86"}}
			c.Transport = roundTrip(func(r *http.Request) (*http.Response, error) {
				return &http.Response{StatusCode: http.StatusServiceUnavailable, Header: http.Header{"Retry-After": {said}}, Body: http.NoBody, Request: r}, nil
			})
			_, err := c.SystemInfo(t.Context())
			e, ok := errors.AsType[*soapclient.Error](err)
			if !ok || e.Reason != soapclient.ReasonUnavailable || e.RetryAfter != want {
				t.Errorf("Retry-After %q: %+v, want %v", said, err, want)
			}
		}
	})
}

// A port that nobody listens on, at which the connection is refused.
func closed(t *testing.T) string {
	t.Helper()
	l := listen(t)
	l.Close()
	return "http://" + l.Addr().String() + "/Remote/"
}

func TestInstallationThatMoves(t *testing.T) {
	misdirected := func(w http.ResponseWriter, _ *http.Request) bool {
		http.Error(w, "Wrong subdomain used to access tenant", http.StatusMisdirectedRequest)
		return true
	}
	tests := []struct {
		name   string
		old    func(t *testing.T) string
		follow bool // else the failure is one of a server that is there
	}{
		{"HTTP 421", func(t *testing.T) string { return front(t, nil, misdirected) }, true},
		{"a refused connection", closed, true},
		{"a name without address", func(*testing.T) string { return "http://nowhere.invalid/Remote/" }, true},
		{"another host's certificate", func(t *testing.T) string {
			a := newAuthority(t, 365*day)
			_, c := secure(t, a.issue(t, newKey(t), func(c *x509.Certificate) { c.IPAddresses = nil }))
			return c.Address.Base
		}, true},
		{"a server that is down, as that of a suspended tenant", func(t *testing.T) string {
			return front(t, nil, func(w http.ResponseWriter, _ *http.Request) bool { w.WriteHeader(503); return true })
		}, true},
		{"a connection that is cut", func(t *testing.T) string {
			return front(t, nil, func(http.ResponseWriter, *http.Request) bool { panic(http.ErrAbortHandler) })
		}, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s, c := begin(t, world())
			here, old := s.URL("Head office"), tt.old(t)
			at := here
			var asked []string
			c.Locate = func(_ context.Context, failed string) (string, error) {
				asked = append(asked, failed)
				if failed == old {
					at = here
				}
				return at, nil
			}
			c.Address.Base = "http://name.invalid/Remote/"
			if _, err := c.Licences(t.Context()); err != nil {
				t.Fatal(err)
			}
			at, asked = old, nil
			_, err := c.LicenceStatus(t.Context(), "SUPEROFFICE")
			if !tt.follow {
				e, ok := errors.AsType[*soapclient.Error](err)
				if !ok || !slices.Equal(asked, []string{""}) || e.Host != host(t, old) {
					t.Errorf("error %+v after asking %q, want %s's and one question", err, asked, old)
				}
				return
			}
			if err != nil || !slices.Equal(asked, []string{"", old}) {
				t.Errorf("%v after asking %q, want it told that %s has failed", err, asked, old)
			}
			if n := s.Requests("Head office", "AuthenticateUsernamePassword"); n != 1 {
				t.Errorf("%d sign-ins, want the first one's ticket to stay", n)
			}
		})
	}
}

func TestOneMoveForEachRequest(t *testing.T) {
	requests := map[string]int{}
	misdirected := func(w http.ResponseWriter, r *http.Request) bool {
		requests[r.Host]++
		w.WriteHeader(http.StatusMisdirectedRequest)
		return true
	}
	first, second := front(t, nil, misdirected), front(t, nil, misdirected)
	c := &soapclient.Client{Address: soapclient.Address{Version: "Services86"}}
	next := map[string]string{"": first, first: second, second: first}
	c.Locate = func(_ context.Context, failed string) (string, error) { return next[failed], nil }
	_, err := c.SystemInfo(t.Context())
	e, ok := errors.AsType[*soapclient.Error](err)
	if !ok || e.Kind != soapclient.KindHTTP || e.Reason != soapclient.ReasonMoved || e.Host != host(t, second) {
		t.Errorf("error %+v, want the second host's 421", err)
	}
	if requests[host(t, first)] != 1 || requests[host(t, second)] != 1 {
		t.Errorf("requests %v, want one for each host", requests)
	}
	next[first] = first
	if _, err := c.SystemInfo(t.Context()); err == nil || requests[host(t, first)] != 2 {
		t.Errorf("%v after %v, want no second try where it has just failed", err, requests)
	}
}

func TestLocatesErrorIsReturnedAsItIs(t *testing.T) {
	away := errors.New("the tenant does not run")
	for _, when := range []string{"", "after a failure"} {
		c := &soapclient.Client{Address: soapclient.Address{Version: "Services86"}}
		nobody := closed(t)
		c.Locate = func(_ context.Context, failed string) (string, error) {
			if when != "" && failed == "" {
				return nobody, nil
			}
			return "", away
		}
		if _, err := c.SystemInfo(t.Context()); err != away {
			t.Errorf("%s: error %v, want Locate's own", when, err)
		}
	}
}
