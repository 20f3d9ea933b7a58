package soapclient

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"regexp"
	"strings"
	"time"
)

const connectTimeout = 10 * time.Second

// NewTransport returns a transport with this package's limits: 10 s to connect and again for TLS, keep-alive,
// TLS 1.2 or newer, always verified. roots nil means the system's certificate authorities. The proxy is that of the
// environment.
func NewTransport(roots *x509.CertPool) *http.Transport {
	return &http.Transport{
		Proxy:                  http.ProxyFromEnvironment,
		DialContext:            (&net.Dialer{Timeout: connectTimeout, KeepAlive: 30 * time.Second}).DialContext,
		TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: roots},
		TLSHandshakeTimeout:    connectTimeout,
		ForceAttemptHTTP2:      true,
		MaxIdleConnsPerHost:    2,
		IdleConnTimeout:        90 * time.Second,
		MaxResponseHeaderBytes: 64 << 10,
	}
}

var defaultTransport = NewTransport(nil)

func (c *Client) transport() http.RoundTripper {
	if c.Transport == nil {
		return defaultTransport
	}
	return c.Transport
}

// transportError names what kept a request from its answer. A cancelled ctx is no error of the server's.
func transportError(ctx context.Context, err error, timeout time.Duration) error {
	if errors.Is(ctx.Err(), context.Canceled) {
		return ctx.Err()
	}
	e := &Error{Err: err}
	op, _ := errors.AsType[*net.OpError](err)
	dns, isDNS := errors.AsType[*net.DNSError](err)
	switch {
	case op != nil && op.Op == "proxyconnect", strings.HasPrefix(err.Error(), "Proxy Authentication"):
		e.Kind, e.Text = KindProxy, "the proxy does not let the connection through"
	case isDNS:
		e.Kind, e.Text = KindDNS, fmt.Sprintf("the name %s has no address", dns.Name)
	case isTLS(err):
		e.Kind, e.Text = KindTLS, "the secure connection failed: "+tlsText(err)
	case op != nil && op.Op == "dial" && op.Timeout():
		e.Kind, e.Text = KindNetwork, fmt.Sprintf("no connection within %v", connectTimeout)
	case errors.Is(err, context.DeadlineExceeded), isTimeout(err):
		e.Kind, e.Text = KindTimeout, "no answer in time"
		if !errors.Is(ctx.Err(), context.DeadlineExceeded) {
			e.Text = fmt.Sprintf("no answer within %v", timeout)
		}
	case op != nil && op.Op == "dial":
		e.Kind, e.Text = KindNetwork, "the connection was refused or cannot be made"
	default:
		e.Kind, e.Text = KindNetwork, "the connection was cut before the whole answer came"
	}
	return e
}

func isTimeout(err error) bool {
	n, ok := errors.AsType[net.Error](err)
	return ok && n.Timeout()
}

func isTLS(err error) bool {
	_, verify := errors.AsType[*tls.CertificateVerificationError](err)
	_, record := errors.AsType[tls.RecordHeaderError](err)
	_, alert := errors.AsType[tls.AlertError](err)
	text := err.Error()
	return verify || record || alert || errors.Is(err, http.ErrSchemeMismatch) || strings.HasPrefix(text, "tls: ") ||
		strings.Contains(text, "remote error: tls") || strings.Contains(text, "TLS handshake timeout")
}

func tlsText(err error) string {
	if verify, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return verify.Err.Error()
	}
	if _, ok := errors.AsType[tls.RecordHeaderError](err); ok || errors.Is(err, http.ErrSchemeMismatch) {
		return "the server speaks plain http at this address"
	}
	return strings.TrimPrefix(err.Error(), "tls: ")
}

var titlePattern = regexp.MustCompile(`(?is)<title[^>]*>\s*([^<]{1,200})`)

// httpError describes an answer that is not SOAP: pages of IIS, proxies and sign-in portals.
func httpError(resp *http.Response, body []byte) *Error {
	e := &Error{Kind: KindHTTP, Status: resp.StatusCode, RetryAfter: retryAfter(resp)}
	page := strings.Contains(resp.Header.Get("Content-Type"), "html") || regexp.MustCompile(`(?i)^\s*<(!doctype )?html`).Match(body)
	if m := titlePattern.FindSubmatch(body); m != nil {
		e.Server = strings.TrimSpace(string(m[1]))
	}
	switch code := resp.StatusCode; {
	case code == http.StatusProxyAuthRequired:
		e.Kind, e.Text = KindProxy, "the proxy asks for a sign-in (HTTP 407)"
	case code == http.StatusUnauthorized, code == http.StatusForbidden:
		e.Kind, e.Text = KindSignIn, fmt.Sprintf("the server refuses access (HTTP %d)", code)
	case code >= 300 && code < 400:
		e.Text = fmt.Sprintf("the server sends us elsewhere (HTTP %d)", code)
		if to, err := resp.Location(); err == nil {
			e.Text += ", to " + to.Scheme + "://" + to.Host + to.EscapedPath()
		}
	case code == http.StatusOK && page:
		e.Text = "a web page came instead of a SOAP reply"
	case code == http.StatusOK:
		e.Kind, e.Text = KindContract, "the answer is not a SOAP reply"
	default:
		e.Text = fmt.Sprintf("the server answered with HTTP %d %s", code, http.StatusText(code))
	}
	return e
}
