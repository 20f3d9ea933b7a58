// Package windows signs in to web servers that want a Windows user: HTTP Negotiate and NTLM, as IIS asks for them in
// front of NetServer's services (domain.md §2.1).
//
// Kerberos comes first where the server offers Negotiate and the user's domain is known; NTLMv2 where Kerberos cannot be
// used, because no domain controller answers or the domain does not know the web server. Once a domain controller has refused
// the password nothing else is tried, for each further try would bring the account nearer to being locked. On Windows
// the signed-in user's own identity needs no password.
//
// Credentials go to a server that asks for them, and never in a form that could be read: Basic and Digest are not answered.
package windows

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"licensewatch/internal/secret"
	"licensewatch/soapclient"
)

// Identity is the Windows user who signs in.
type Identity struct {
	User   string // name, name@domain or DOMAIN\name; empty: whoever is signed in to this computer, on Windows alone
	Domain string // Windows domain or Kerberos realm; empty where User names it, or the web server has users of its own

	// Password is asked at each sign-in that needs it, so that it need not stay in memory. Its errors come back as
	// soapclient.AsIs, so that soapclient.Client returns them as they are.
	Password func(ctx context.Context) (secret.Text, error)
}

// Transport returns a transport that makes requests as base does, but by HTTP/1.1, and signs in as id when the server
// asks for that. base nil means soapclient.NewTransport(soapclient.TransportOptions{}); base itself is not used, as signed-in connections are no
// one else's.
//
// A sign-in holds for its connection, so each host has one, and requests go one after another. Errors of the sign-in are
// *soapclient.Error of KindSignIn. CloseIdleConnections signs out.
func Transport(base *http.Transport, id Identity) http.RoundTripper {
	if base == nil {
		base = soapclient.NewTransport(soapclient.TransportOptions{})
	}
	own := base.Clone()
	own.Protocols = new(http.Protocols)
	own.Protocols.SetHTTP1(true) // NTLM is bound to its connection, which HTTP/2 does not allow
	if own.ForceAttemptHTTP2 = false; own.TLSClientConfig != nil {
		own.TLSClientConfig.NextProtos = nil // base may have made HTTP/2 known there
	}
	own.MaxConnsPerHost = 1
	return &transport{base: own, id: id.account(), turn: make(chan struct{}, 1)}
}

// account is a user's name and domain, told apart.
type account struct {
	user, domain string
	mail         bool // the user gave both as one, name@domain, which the web server may know better than we
	password     func(ctx context.Context) (secret.Text, error)
}

func (id Identity) account() account {
	a := account{user: id.User, domain: id.Domain, password: id.Password}
	if domain, user, ok := strings.Cut(id.User, `\`); ok {
		a.user, a.domain = user, domain
	} else if at := strings.LastIndex(id.User, "@"); at > 0 {
		a.user, a.domain, a.mail = id.User[:at], id.User[at+1:], true
	}
	return a
}

// String names the account for a person.
func (a account) String() string {
	switch {
	case a.mail:
		return fmt.Sprintf("%q", a.user+"@"+a.domain)
	case a.domain == "":
		return fmt.Sprintf("%q", a.user)
	}
	return fmt.Sprintf("%q of domain %q", a.user, a.domain)
}

// refusal is an error that tells why a sign-in failed.
func refusal(reason soapclient.Reason, cause error, format string, args ...any) *soapclient.Error {
	return &soapclient.Error{Kind: soapclient.KindSignIn, Reason: reason, Text: fmt.Sprintf(format, args...), Err: cause}
}
