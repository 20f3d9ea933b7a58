package soapclient_test

import (
	"context"
	"errors"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"

	"licensewatch/soapclient"
)

// proxy is a small HTTP proxy: it forwards what is plain, opens tunnels for the rest, and wants the user Ada.
func proxy(t *testing.T) *url.URL {
	t.Helper()
	plain := new(http.Transport)
	t.Cleanup(plain.CloseIdleConnections)
	return proxied(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Proxy-Authorization") != "Basic QWRhOm9wZW4=" { // Ada:open
			w.Header().Set("Proxy-Authenticate", `Basic realm="way out"`)
			http.Error(w, "<html><title>Way out</title></html>", http.StatusProxyAuthRequired)
			return
		}
		if r.Method == http.MethodConnect {
			tunnel(w, r)
			return
		}
		onward := r.Clone(r.Context())
		onward.RequestURI = ""
		onward.Header.Del("Proxy-Authorization")
		resp, err := plain.RoundTrip(onward)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadGateway)
			return
		}
		defer resp.Body.Close()
		maps.Copy(w.Header(), resp.Header)
		w.WriteHeader(resp.StatusCode)
		io.Copy(w, resp.Body)
	})
}

func proxied(t *testing.T, h http.HandlerFunc) *url.URL {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	u, err := url.Parse(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func tunnel(w http.ResponseWriter, r *http.Request) {
	there, err := net.Dial("tcp", r.Host)
	if err != nil {
		http.Error(w, err.Error(), http.StatusServiceUnavailable)
		return
	}
	here, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		there.Close()
		return
	}
	io.WriteString(here, "HTTP/1.1 200 Connection established\r\n\r\n")
	var both sync.WaitGroup
	for _, way := range [][2]net.Conn{{here, there}, {there, here}} {
		both.Go(func() {
			io.Copy(way[0], way[1])
			way[0].Close()
		})
	}
	go func() { both.Wait(); here.Close(); there.Close() }()
}

// socks answers every greeting with method and, if that is 0, every request with reply.
func socks(t *testing.T, method, reply byte) *url.URL {
	t.Helper()
	l := listen(t)
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			buffer := make([]byte, 512)
			conn.Read(buffer)
			conn.Write([]byte{5, method})
			if method == 0 {
				conn.Read(buffer)
				conn.Write([]byte{5, reply, 0, 1, 0, 0, 0, 0, 0, 0})
			}
			conn.Close()
		}
	}()
	return &url.URL{Scheme: "socks5", Host: l.Addr().String()}
}

func with(user string, u *url.URL) *url.URL {
	named := *u
	named.User = url.UserPassword(user, "open")
	return &named
}

// says returns a proxy that answers all with status, and with a header where one is named.
func says(status int, header string) func(t *testing.T) *url.URL {
	return func(t *testing.T) *url.URL {
		return proxied(t, func(w http.ResponseWriter, _ *http.Request) {
			if header != "" {
				w.Header().Set(header, "ERR_CANNOT_FORWARD 0")
			}
			w.WriteHeader(status)
		})
	}
}

func TestProxies(t *testing.T) {
	a := newAuthority(t, 365*day)
	const both, overTLS, overHTTP = "http https", "https", "http"
	tests := []struct {
		name   string
		proxy  func(t *testing.T) *url.URL
		over   string
		kind   soapclient.Kind
		reason soapclient.Reason
		status int
	}{
		{"one that lets us through", func(t *testing.T) *url.URL { return with("Ada", proxy(t)) }, both, "", "", 0},
		{"one that wants a sign-in", proxy, both, soapclient.KindProxy, soapclient.ReasonProxySignIn, 407},
		{"one that does not know the user", func(t *testing.T) *url.URL { return with("Eve", proxy(t)) }, both, soapclient.KindProxy, soapclient.ReasonProxySignIn, 407},
		{"one that forbids the server", says(403, ""), overTLS, soapclient.KindProxy, soapclient.ReasonProxyDenies, 403},
		{"one that finds no server", says(503, ""), overTLS, soapclient.KindProxy, soapclient.ReasonProxyDenies, 503},
		{"squid that forbids the server", says(403, "X-Squid-Error"), overHTTP, soapclient.KindProxy, soapclient.ReasonProxyDenies, 403},
		{"squid that finds no server", says(503, "X-Squid-Error"), overHTTP, soapclient.KindProxy, soapclient.ReasonProxyDenies, 503},
		{"a server that forbids, behind a proxy", says(403, ""), overHTTP, soapclient.KindSignIn, soapclient.ReasonWebServer, 403},
		{"one that is down", func(t *testing.T) *url.URL {
			u, err := url.Parse(closed(t))
			if err != nil {
				t.Fatal(err)
			}
			return u
		}, both, soapclient.KindProxy, soapclient.ReasonProxyDown, 0},
		{"one without an address", func(*testing.T) *url.URL { return &url.URL{Scheme: "http", Host: "nowhere.invalid:3128"} }, both, soapclient.KindProxy, soapclient.ReasonProxyDown, 0},
		{"a SOCKS proxy that wants a sign-in", func(t *testing.T) *url.URL { return socks(t, 0xff, 0) }, both, soapclient.KindProxy, soapclient.ReasonProxySignIn, 0},
		{"a SOCKS proxy that forbids the server", func(t *testing.T) *url.URL { return socks(t, 0, 2) }, both, soapclient.KindProxy, soapclient.ReasonProxyDenies, 0},
	}
	for _, tt := range tests {
		for scheme := range strings.FieldsSeq(tt.over) {
			t.Run(tt.name+", "+scheme, func(t *testing.T) {
				s, c := secure(t, a.issue(t, newKey(t), nil))
				if scheme == "http" {
					c.Address.Base = s.URL("Head office")
				}
				u := tt.proxy(t)
				reach(t, c, soapclient.TransportOptions{Roots: a.roots(), Proxy: http.ProxyURL(u)})
				list, err := c.Licences(t.Context())
				if tt.reason == "" {
					if err != nil || len(list) != 2 {
						t.Errorf("Licences = %d, %v", len(list), err)
					}
					return
				}
				e, ok := errors.AsType[*soapclient.Error](err)
				if !ok || e.Kind != tt.kind || e.Reason != tt.reason || e.Status != tt.status || e.Op != "AuthenticateUsernamePassword" || e.Host != host(t, c.Address.Base) {
					t.Fatalf("error %+v, want kind %s, reason %s, status %d", err, tt.kind, tt.reason, tt.status)
				}
				if strings.Contains(e.Error(), ":open") {
					t.Errorf("the error tells the proxy's password: %v", e)
				}
			})
		}
	}
}

type signInFunc func(context.Context, *soapclient.Client) (soapclient.Session, error)

func (f signInFunc) SignIn(ctx context.Context, c *soapclient.Client) (soapclient.Session, error) {
	return f(ctx, c)
}

// A proxy that did not reach a server is no reason to sign in anew, but one to ask where the server is.
func TestProxyThatFindsNoServerIsAReasonToMove(t *testing.T) {
	for status, moves := range map[int]bool{503: true, 403: false} {
		s, c := begin(t, world())
		u := proxied(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) })
		reach(t, c, soapclient.TransportOptions{Proxy: func(r *http.Request) (*url.URL, error) {
			if r.URL.Scheme == "https" {
				return u, nil
			}
			return nil, nil
		}})
		signIns := 0
		password := c.SignIn
		c.SignIn = signInFunc(func(ctx context.Context, c *soapclient.Client) (soapclient.Session, error) {
			signIns++
			return password.SignIn(ctx, c)
		})
		at := s.URL("Head office")
		c.Locate = func(_ context.Context, failed string) (string, error) {
			if failed != "" {
				at = s.URL("Head office")
			}
			return at, nil
		}
		if _, err := c.Licences(t.Context()); err != nil {
			t.Fatal(err)
		}
		at = "https://crm.example.com/Remote/"
		if _, err := c.Licences(t.Context()); (err == nil) != moves {
			t.Errorf("HTTP %d to CONNECT: %v, want a move: %v", status, err, moves)
		}
		if signIns != 1 {
			t.Errorf("HTTP %d to CONNECT: %d sign-ins, want 1", status, signIns)
		}
	}
}
