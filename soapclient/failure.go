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
	"syscall"
	"time"
)

// wsaRefused is Windows' word for ECONNREFUSED.
const wsaRefused = syscall.Errno(10061)

// TransportError names what kept a request from its answer, as *Error without Op and Host. timeout is how long it was given. The
// error of a cancelled ctx comes back as it is, and so does one that a transport has named itself. It is for those who speak
// SuperOffice's other services.
func TransportError(ctx context.Context, err error, timeout time.Duration) error {
	if errors.Is(ctx.Err(), context.Canceled) {
		return ctx.Err()
	}
	if as, ok := errors.AsType[AsIs](err); ok {
		return as.Err
	}
	if named, ok := errors.AsType[*Error](err); ok {
		own := *named // others may hold the same one
		return &own
	}
	e := &Error{Err: err}
	op, _ := errors.AsType[*net.OpError](err)
	dns, isDNS := errors.AsType[*net.DNSError](err)
	switch {
	case e.proxy(op):
	case isDNS && dns.IsTimeout:
		e.Kind, e.Text = KindDNS, fmt.Sprintf("no name server answers for the name %s", dns.Name)
	case isDNS:
		e.Kind, e.Text = KindDNS, fmt.Sprintf("the name %s has no address", dns.Name)
	case e.tls():
	case op != nil && op.Op == "dial" && op.Timeout():
		e.Kind, e.Reason, e.Text = KindNetwork, ReasonNoAnswer, "no connection in time"
	case errors.Is(err, context.DeadlineExceeded), isTimeout(err):
		e.Kind, e.Text = KindTimeout, "no answer in time"
		if !errors.Is(ctx.Err(), context.DeadlineExceeded) {
			e.Text = fmt.Sprintf("no answer within %v", timeout)
		}
	case errors.Is(err, syscall.ECONNREFUSED), errors.Is(err, wsaRefused):
		e.Kind, e.Reason, e.Text = KindNetwork, ReasonRefused, "the connection was refused"
	case op != nil && op.Op == "dial":
		e.Kind, e.Reason, e.Text = KindNetwork, ReasonNoAnswer, "the connection cannot be made: "+op.Err.Error()
	default:
		e.Kind, e.Reason, e.Text = KindNetwork, ReasonCut, "the connection was cut before the whole answer came"
	}
	return e
}

func isTimeout(err error) bool {
	n, ok := errors.AsType[net.Error](err)
	return ok && n.Timeout()
}

// proxy names what a proxy did, and reports whether one did something.
func (e *Error) proxy(op *net.OpError) bool {
	refusal, refused := errors.AsType[*proxyError](e.Err)
	switch {
	case refused && refusal.status == http.StatusProxyAuthRequired:
		e.Kind, e.Reason, e.Status, e.Text = KindProxy, ReasonProxySignIn, refusal.status, "the proxy asks for a sign-in (HTTP 407)"
	case refused:
		e.Kind, e.Reason, e.Status, e.Text = KindProxy, ReasonProxyDenies, refusal.status, proxyDenies(refusal.status)
	case op != nil && op.Op == "proxyconnect":
		e.Kind, e.Reason, e.Text = KindProxy, ReasonProxyDown, fmt.Sprintf("the proxy cannot be reached: %v", op.Err)
	case op != nil && strings.HasPrefix(op.Op, "socks") && strings.Contains(e.Err.Error(), "authentication"):
		e.Kind, e.Reason, e.Text = KindProxy, ReasonProxySignIn, "the proxy asks for a sign-in, or another one"
	case op != nil && strings.HasPrefix(op.Op, "socks"):
		e.Kind, e.Reason, e.Text = KindProxy, ReasonProxyDenies, "the proxy opens no way to the server"
	default:
		return false
	}
	return true
}

// tls names what is wrong with the secure connection, and reports whether it was that.
func (e *Error) tls() bool {
	verify, unverified := errors.AsType[*tls.CertificateVerificationError](e.Err)
	pin, mispinned := errors.AsType[*pinError](e.Err)
	record, plain := errors.AsType[tls.RecordHeaderError](e.Err)
	_, alert := errors.AsType[tls.AlertError](e.Err)
	text := e.Err.Error()
	e.Kind = KindTLS
	switch {
	case unverified:
		e.unverified(verify)
	case mispinned:
		e.Reason, e.Text, e.Certificate = ReasonPin, pin.Error(), pin.shown
	case plain && record.Msg == "first record does not look like a TLS handshake", errors.Is(e.Err, http.ErrSchemeMismatch):
		e.Reason, e.Text = ReasonPlain, "the server speaks plain http at this address"
	case strings.Contains(text, "protocol version"):
		e.Reason, e.Text = ReasonTLSVersion, "the server speaks no TLS 1.2 or newer"
	case plain, alert, strings.HasPrefix(text, "tls: "), strings.Contains(text, "remote error: tls"), strings.Contains(text, "TLS handshake timeout"):
		e.Text = "the secure connection failed: " + strings.TrimPrefix(text, "tls: ")
	default:
		e.Kind = ""
		return false
	}
	return true
}

// unverified names why a certificate is not accepted.
func (e *Error) unverified(v *tls.CertificateVerificationError) {
	e.Text = "the server's certificate is not acceptable: " + strings.TrimPrefix(v.Err.Error(), "x509: ")
	if len(v.UnverifiedCertificates) == 0 {
		return
	}
	shown := v.UnverifiedCertificates[0]
	const day = "2 January 2006"
	invalid, isInvalid := errors.AsType[x509.CertificateInvalidError](v.Err)
	_, isName := errors.AsType[x509.HostnameError](v.Err)
	_, isAuthority := errors.AsType[x509.UnknownAuthorityError](v.Err)
	switch {
	case isInvalid && invalid.Reason == x509.Expired:
		e.Reason, e.Text = ReasonExpired, "the server's certificate, or one that vouches for it, has expired"
		if now := time.Now(); now.Before(shown.NotBefore) {
			e.Text = "the server's certificate is not valid before " + shown.NotBefore.Local().Format(day)
		} else if now.After(shown.NotAfter) {
			e.Text = "the server's certificate expired on " + shown.NotAfter.Local().Format(day)
		}
	case isName:
		e.Reason, e.Certificate = ReasonName, shown
		e.Text = "the server's certificate is for " + names(shown)
	case isAuthority:
		e.Reason, e.Certificate = ReasonAuthority, shown
		e.Text = "this computer does not know the authority that issued the server's certificate: " + issuer(shown)
	}
}

// names lists the hosts that a certificate is for; a few of them, if there are many.
func names(c *x509.Certificate) string {
	list := append([]string(nil), c.DNSNames...)
	for _, ip := range c.IPAddresses {
		list = append(list, ip.String())
	}
	switch {
	case len(list) == 0 && c.Subject.CommonName != "":
		return c.Subject.CommonName
	case len(list) == 0:
		return "no host"
	case len(list) > 3:
		return strings.Join(list[:3], ", ") + " and others"
	}
	return strings.Join(list, ", ")
}

func issuer(c *x509.Certificate) string {
	if s := c.Issuer.String(); s != "" {
		return s
	}
	return "it has no name"
}

var (
	titlePattern = regexp.MustCompile(`(?is)<title[^>]*>\s*([^<]{1,200})`)
	pagePattern  = regexp.MustCompile(`(?i)^\s*<(!doctype )?html`)
)

// HTTPError names an HTTP answer that is not the one that was asked for, without Op and Host: pages of IIS, proxies and sign-in
// portals. body may be nil.
func HTTPError(resp *http.Response, body []byte) *Error {
	e := &Error{Kind: KindHTTP, Status: resp.StatusCode, RetryAfter: retryAfter(resp)}
	page := strings.Contains(resp.Header.Get("Content-Type"), "html") || pagePattern.Match(body)
	if m := titlePattern.FindSubmatch(body); m != nil {
		e.Server = strings.TrimSpace(string(m[1]))
	}
	switch code := resp.StatusCode; {
	case code == http.StatusProxyAuthRequired:
		e.Kind, e.Reason, e.Text = KindProxy, ReasonProxySignIn, "the proxy asks for a sign-in (HTTP 407)"
	case code >= 400 && fromSquid(resp):
		e.Kind, e.Reason, e.Text = KindProxy, ReasonProxyDenies, proxyDenies(code)
	case code == http.StatusUnauthorized, code == http.StatusForbidden:
		e.Kind, e.Reason, e.Text = KindSignIn, ReasonWebServer, fmt.Sprintf("the web server refuses access (HTTP %d)", code)
	case code == http.StatusMisdirectedRequest:
		e.Reason, e.Text = ReasonMoved, "the tenant is on another host (HTTP 421)"
	case code == http.StatusRequestEntityTooLarge, code >= 400 && requestTooLarge.Match(body):
		e.Reason, e.Text = ReasonTooLarge, fmt.Sprintf("the request is larger than the server takes (HTTP %d)", code)
	case code == http.StatusNotFound, code == http.StatusGone:
		e.Reason, e.Text = ReasonNotFound, fmt.Sprintf("nothing is at this address (HTTP %d)", code)
	case code >= 300 && code < 400:
		e.Reason, e.Text = ReasonElsewhere, fmt.Sprintf("the server sends us elsewhere (HTTP %d)", code)
		if to, err := resp.Location(); err == nil {
			e.Text += ", to " + to.Scheme + "://" + to.Host + to.EscapedPath()
		}
	case code >= 500:
		e.Reason, e.Text = ReasonUnavailable, fmt.Sprintf("the server answered with HTTP %d %s", code, http.StatusText(code))
	case code == http.StatusOK && page:
		e.Reason, e.Text = ReasonPage, "a web page came instead of a SOAP reply"
	case code == http.StatusOK:
		e.Kind, e.Text = KindContract, "the answer is not a SOAP reply"
	default:
		e.Text = fmt.Sprintf("the server answered with HTTP %d %s", code, http.StatusText(code))
	}
	return e
}

// fromSquid reports whether squid, the most common of proxies, answered in place of a server that is asked by plain http. Over
// https it is no proxy of ours that says so.
func fromSquid(resp *http.Response) bool {
	return resp.Header.Get("X-Squid-Error") != "" && resp.Request != nil && resp.Request.URL.Scheme == "http"
}

func proxyDenies(status int) string {
	return fmt.Sprintf("the proxy opens no way to the server (HTTP %d)", status)
}
