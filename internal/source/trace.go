package source

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"net"
	"net/http/httptrace"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"licensewatch/internal/caldate"
	"licensewatch/monitor"
)

// way is how the requests of a test reach their server.
type way struct {
	server *url.URL
	proxy  *url.URL // nil: none
}

func (w way) connectWords() string {
	if w.proxy != nil {
		return "Connect to the proxy " + hostPort(w.proxy)
	}
	return "Connect to " + hostPort(w.server)
}

func (w way) proxyWords() string { return "Ask the proxy for the way to " + hostPort(w.server) }

// hostPort returns an address's host with its port, also where that goes without saying.
func hostPort(u *url.URL) string {
	port := u.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443", "socks5": "1080"}[u.Scheme]
	}
	return net.JoinHostPort(u.Hostname(), port)
}

// trace makes the requests under ctx tell their steps: the name, the connection, the proxy, TLS. The time of each is
// that of the real thing.
// What comes after NetServer's first answer is not the way to it any more: a sign-in asks other servers too.
func (w way) trace(ctx context.Context, s *steps) context.Context {
	tunnel := w.proxy != nil && w.server.Scheme == "https" && strings.HasPrefix(w.proxy.Scheme, "http")
	var outer atomic.Bool // the next TLS is the proxy's own
	outer.Store(w.proxy != nil && w.proxy.Scheme == "https")
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		DNSStart: func(info httptrace.DNSStartInfo) { s.lead("name", "Look up "+info.Host) },
		DNSDone: func(info httptrace.DNSDoneInfo) {
			if info.Err == nil {
				s.end("name", StepGood, addresses(info.Addrs))
			}
		},
		ConnectStart: func(string, string) { s.lead("connect", w.connectWords()) },
		ConnectDone: func(_, addr string, err error) {
			if err != nil {
				return // another address may do; if none does, the request says so
			}
			if strings.HasSuffix(w.connectWords(), addr) {
				addr = "" // the step says it already
			}
			s.end("connect", StepGood, addr)
			if tunnel {
				s.lead("proxy", w.proxyWords())
			}
		},
		TLSHandshakeStart: func() {
			if !outer.Load() {
				s.lead("tls", tlsWords)
			}
		},
		TLSHandshakeDone: func(state tls.ConnectionState, err error) {
			if !outer.CompareAndSwap(true, false) && err == nil {
				end, detail := secured(state)
				s.end("tls", end, detail)
			}
		},
		WroteRequest: func(httptrace.WroteRequestInfo) { s.lead("netserver", netserverWords) },
	})
}

// What the steps of every connection say that they do.
const (
	tlsWords       = "Make the connection secure"
	netserverWords = "Ask NetServer which installation it is"
)

func addresses(list []net.IPAddr) string {
	var all []string
	for _, a := range list {
		all = append(all, a.String())
	}
	return strings.Join(all, ", ")
}

// secured says who vouches for the server, until when, and how it is spoken to. That the end is near is to know.
func secured(state tls.ConnectionState) (end StepState, detail string) {
	end = StepGood
	var parts []string
	if len(state.PeerCertificates) > 0 {
		c := state.PeerCertificates[0]
		until := "valid until " + validUntil(c)
		if left := caldate.Of(c.NotAfter.Local()).DaysFrom(caldate.Of(time.Now())); left <= monitor.CertificateDays {
			end = StepCaution
			until += ", for " + monitor.Days(left) + " more"
		}
		parts = append(parts, "issued by "+monitor.Harmless(authority(c), maxName), until)
	}
	parts = append(parts, tls.VersionName(state.Version))
	if state.NegotiatedProtocol == "h2" {
		return end, strings.Join(append(parts, "HTTP/2"), ", ")
	}
	return end, strings.Join(append(parts, "HTTP/1.1"), ", ")
}

func validUntil(c *x509.Certificate) string {
	return caldate.Of(c.NotAfter.Local()).Words()
}
