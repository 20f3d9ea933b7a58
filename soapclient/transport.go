package soapclient

import (
	"context"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"time"
)

const connectTimeout = 10 * time.Second

// TransportOptions say how a server is reached and known. The zero value is right for most.
type TransportOptions struct {
	Roots *x509.CertPool // the certificate authorities; nil: the system's
	// Pin is the one key that the server's certificate may have, as the function Pin writes it. That key is then enough: neither
	// authority nor name nor dates could say more than that the right server holds it, and who pins one often does so since its
	// certificate has not all of them in order. It does not go together with a proxy that is itself reached by https.
	Pin            string
	Proxy          func(*http.Request) (*url.URL, error) // nil: the environment's
	HTTP1Only      bool                                  // no HTTP/2
	ConnectTimeout time.Duration                         // for the connection, and again for TLS; 0: 10 s
}

// NewTransport returns a transport with this package's limits: 10 s to connect and again for TLS, keep-alive,
// TLS 1.2 or newer, always verified.
func NewTransport(o TransportOptions) *http.Transport {
	if o.Proxy == nil {
		o.Proxy = http.ProxyFromEnvironment
	}
	if o.ConnectTimeout == 0 {
		o.ConnectTimeout = connectTimeout
	}
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true)
	protocols.SetHTTP2(!o.HTTP1Only)
	return &http.Transport{
		Proxy:                  o.Proxy,
		OnProxyConnectResponse: proxyAnswer,
		DialContext:            (&net.Dialer{Timeout: o.ConnectTimeout, KeepAlive: 30 * time.Second}).DialContext,
		TLSClientConfig:        o.tls(),
		TLSHandshakeTimeout:    o.ConnectTimeout,
		Protocols:              protocols,
		MaxIdleConnsPerHost:    2,
		IdleConnTimeout:        90 * time.Second,
		MaxResponseHeaderBytes: 64 << 10,
	}
}

func (o TransportOptions) tls() *tls.Config {
	c := &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: o.Roots}
	if o.Pin != "" {
		c.InsecureSkipVerify = true // in favour of the next line
		c.VerifyConnection = func(s tls.ConnectionState) error { return verifyPin(s.PeerCertificates, o.Pin) }
	}
	return c
}

func verifyPin(shown []*x509.Certificate, pin string) error {
	if len(shown) > 0 && Pin(shown[0]) == pin {
		return nil
	}
	e := &pinError{}
	if len(shown) > 0 {
		e.shown = shown[0]
	}
	return e
}

// pinError says that a server has another key than the pinned one.
type pinError struct{ shown *x509.Certificate }

func (*pinError) Error() string { return "the certificate's key is not the pinned one" }

// Pin returns "sha256/" and the base64 of the SHA-256 of the certificate's public key (its SubjectPublicKeyInfo), which
// stays when a certificate is renewed with the same key.
func Pin(cert *x509.Certificate) string {
	sum := sha256.Sum256(cert.RawSubjectPublicKeyInfo)
	return "sha256/" + base64.StdEncoding.EncodeToString(sum[:])
}

// proxyAnswer keeps the status with which a proxy answers CONNECT.
func proxyAnswer(_ context.Context, _ *url.URL, _ *http.Request, resp *http.Response) error {
	if resp.StatusCode == http.StatusOK {
		return nil
	}
	return &proxyError{resp.StatusCode}
}

// proxyError is a proxy's refusal to open a way to the server.
type proxyError struct{ status int }

func (e *proxyError) Error() string {
	return fmt.Sprintf("the proxy answers with HTTP %d %s", e.status, http.StatusText(e.status))
}

var defaultTransport = NewTransport(TransportOptions{})

func (c *Client) transport() http.RoundTripper {
	if c.Transport == nil {
		return defaultTransport
	}
	return c.Transport
}

// Certificate is what a server showed of itself.
type Certificate struct {
	Host     string    // as in the address, with its port where one was given
	NotAfter time.Time // the end of the certificate or of one that vouches for it, whichever comes first; with a pin, its own; UTC
}

// Certificate returns the certificate of the latest reply; nil before the first, and without TLS.
func (c *Client) Certificate() *Certificate { return c.certificate.Load() }

// see notes the certificate of a reply from u. It costs nothing while the certificate stays.
func (c *Client) see(u *url.URL, s *tls.ConnectionState) {
	if s == nil || u.Scheme != "https" { // over plain http it would be a proxy's
		c.certificate.Store(nil)
		return
	}
	end := validUntil(s)
	if known := c.certificate.Load(); known == nil || !known.NotAfter.Equal(end) || known.Host != u.Host {
		c.certificate.Store(&Certificate{Host: u.Host, NotAfter: end.UTC()})
	}
}

// validUntil returns when the chain that the server is trusted by ends, with its root, which counts no longer either once it
// has expired. Of several chains the longest-lived counts.
func validUntil(s *tls.ConnectionState) time.Time {
	var best time.Time
	for _, chain := range s.VerifiedChains {
		end := chain[0].NotAfter
		for _, cert := range chain[1:] {
			if cert.NotAfter.Before(end) {
				end = cert.NotAfter
			}
		}
		if end.After(best) {
			best = end
		}
	}
	if best.IsZero() { // pinned
		return s.PeerCertificates[0].NotAfter
	}
	return best
}
