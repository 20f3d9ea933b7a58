package soapclient

import (
	"slices"
	"strings"
	"time"
)

// Kind tells errors apart by what can be done about them.
type Kind string

const (
	KindSignIn   Kind = "signin"   // the server refuses the credentials or the ticket
	KindNetwork  Kind = "network"  // no connection, or it was cut
	KindDNS      Kind = "dns"      // the host name has no address
	KindTLS      Kind = "tls"      // the certificate or the handshake is not acceptable
	KindProxy    Kind = "proxy"    // the proxy did not let us through
	KindTimeout  Kind = "timeout"  // connected, but no answer in time
	KindHTTP     Kind = "http"     // an HTTP answer that is not SOAP
	KindFault    Kind = "fault"    // a SOAP fault
	KindServer   Kind = "server"   // NetServer answered with an exception
	KindContract Kind = "contract" // a reply that breaks the contract
)

// Error is why a call failed.
type Error struct {
	Kind Kind
	Op   string // the SOAP operation
	Host string // the server, with its port where one was given
	Text string // what happened, without Host; never a stack trace
	// Server is what the server itself said: its friendly text, fault string or title of its page. It is
	// data from outside.
	Server     string
	Types      []string      // KindServer, KindSignIn: the exception's type and those inside it; KindFault: the fault code
	Status     int           // the HTTP status, 0 if none came
	RetryAfter time.Duration // as the server asked; 0 if it did not
	Err        error         // the cause, if it is a Go error
}

func (e *Error) Error() string {
	text := e.Text
	if e.Host != "" {
		text = e.Host + ": " + text
	}
	if e.Server != "" {
		text += ": " + e.Server
	}
	return text
}

func (e *Error) Unwrap() error { return e.Err }

// Names reports whether the server named an exception type or fault code that contains name, for example
// "SoSentryException" (domain.md §1.6).
func (e *Error) Names(name string) bool {
	return slices.ContainsFunc(e.Types, func(t string) bool { return strings.Contains(t, name) })
}

// ticketRefused reports whether a new sign-in may help (domain.md §2.8).
func (e *Error) ticketRefused() bool {
	return e.Names("SoSessionException") || e.Status == 401 || e.Status == 403
}
