package soapclient

import (
	"crypto/x509"
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
	KindTenant   Kind = "tenant"   // SuperOffice Online says that the tenant is not to be called now
)

// Reason tells errors of one Kind apart where another remedy follows from it. Empty: no more is known than
// the Kind.
type Reason string

const (
	ReasonCredentials        Reason = "credentials"                // KindSignIn: user, password or key is refused
	ReasonTicket             Reason = "ticket"                     // KindSignIn: the ticket is refused, and there is no way to a new one
	ReasonWebServer          Reason = "web-server"                 // KindSignIn: the web server, not NetServer, refuses access (HTTP 401, 403)
	ReasonConsent            Reason = "consent"                    // KindSignIn: the consent is revoked or has expired; a person must sign in again
	ReasonNoConsent          Reason = "no-consent"                 // KindSignIn: nobody has signed in yet
	ReasonApproval           Reason = "approval"                   // KindSignIn: the tenant has not approved the application, or not any more
	ReasonApplication        Reason = "application"                // KindSignIn: client id, client secret or private key is not that of the application
	ReasonWrongTenant        Reason = "wrong-tenant"               // KindSignIn: the one who signed in belongs to another tenant
	ReasonClock              Reason = "clock"                      // KindSignIn: this computer's clock differs too much from the server's
	ReasonDomain             Reason = "domain"                     // KindSignIn: no domain controller answers, or the domain does not know the server
	ReasonRefused            Reason = "refused"                    // KindNetwork: nobody listens there
	ReasonNoAnswer           Reason = "no-answer"                  // KindNetwork: no connection in time
	ReasonCut                Reason = "cut"                        // KindNetwork: cut before the whole answer came
	ReasonExpired            Reason = "expired"                    // KindTLS: the certificate has expired, or is not valid yet
	ReasonName               Reason = "name"                       // KindTLS: the certificate is another host's
	ReasonAuthority          Reason = "authority"                  // KindTLS: an authority that this computer does not know issued it
	ReasonPlain              Reason = "plain"                      // KindTLS: the server speaks plain http
	ReasonTLSVersion         Reason = "tls-version"                // KindTLS: the server speaks no TLS 1.2 or newer
	ReasonPin                Reason = "pin"                        // KindTLS: the certificate's key is not the pinned one
	ReasonProxySignIn        Reason = "proxy-sign-in"              // KindProxy: it wants a sign-in, or another one (HTTP 407)
	ReasonProxyDown          Reason = "proxy-down"                 // KindProxy: it cannot be reached
	ReasonProxyDenies        Reason = "proxy-denies"               // KindProxy: it refuses the way to this server
	ReasonPage               Reason = "page"                       // KindHTTP: a web page came instead of SOAP
	ReasonNotFound           Reason = "not-found"                  // KindHTTP, KindFault: nothing is at the address (HTTP 404, EndpointNotFound)
	ReasonElsewhere          Reason = "elsewhere"                  // KindHTTP: a redirect
	ReasonUnavailable        Reason = "unavailable"                // KindHTTP: the web server answers, NetServer behind it does not (HTTP 5xx)
	ReasonMoved              Reason = "moved"                      // KindHTTP: the tenant is on another host (HTTP 421)
	ReasonVersion            Reason = "version"                    // KindFault, KindHTTP: the server lacks this version of the services
	ReasonRight              Reason = "right"                      // KindServer, KindFault: the user may not see licences
	ReasonIssuer             Reason = "licence-server"             // KindServer, KindFault: NetServer cannot reach the owner's licence server
	ReasonLicence            Reason = "licence"                    // KindServer, KindFault: NetServer cannot tell of this owner's licence; which of many causes it is, its words alone say
	ReasonSwitchedOff        Reason = "switched-off"               // KindServer, KindFault: web services are switched off in NetServer's settings
	ReasonTooLarge           Reason = "request-too-large"          // KindHTTP, KindFault, KindServer: the request is larger than the server takes
	ReasonSuspended          Reason = "tenant-suspended"           // KindTenant: its agreement is ending
	ReasonMaintenance        Reason = "tenant-maintenance"         // KindTenant: an upgrade that takes minutes
	ReasonDeleted            Reason = "tenant-deleted"             // KindTenant
	ReasonDeleting           Reason = "tenant-deleting"            // KindTenant
	ReasonDeleteFailed       Reason = "tenant-delete-failed"       // KindTenant
	ReasonProvisioning       Reason = "tenant-provisioning"        // KindTenant: it is being set up
	ReasonProvisioningFailed Reason = "tenant-provisioning-failed" // KindTenant
	ReasonMigration          Reason = "tenant-migration"           // KindTenant: it is being moved to SuperOffice Online
	ReasonNotRunning         Reason = "tenant-not-running"         // KindTenant: in a state that nothing more is known of
	ReasonTenantUnknown      Reason = "tenant-unknown"             // KindTenant: the environment has no such tenant
)

// Error is why a call failed.
type Error struct {
	Kind   Kind
	Reason Reason
	Op     string // the SOAP operation
	Host   string // the server, with its port where one was given
	Text   string // what happened, without Host; never a stack trace
	// Server is what the server itself said: its friendly text, fault string or title of its page. It is
	// data from outside.
	Server     string
	Types      []string      // the exception's type and those inside it; KindFault: the fault code first
	Status     int           // the HTTP status, 0 if none came
	RetryAfter time.Duration // as the server asked; 0 if it did not
	// Certificate is what the server showed, where a person may decide to trust it: ReasonName, ReasonAuthority, ReasonPin.
	Certificate *x509.Certificate
	Err         error // the cause, if it is a Go error
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
	return e.Names("SoSessionException") || e.Kind != KindProxy && (e.Status == 401 || e.Status == 403)
}

// unreached reports whether the installation may be elsewhere by now (domain.md §3.1).
func (e *Error) unreached() bool {
	switch e.Reason {
	case ReasonMoved, ReasonRefused, ReasonNoAnswer, ReasonName, ReasonUnavailable:
		return true
	case ReasonProxyDenies: // a proxy connects in our place, and says with 5xx that it could not
		return e.Status >= 500
	}
	return e.Kind == KindDNS
}

// AsIs marks an error of a Client's transport that the Client returns as it is: not the network's, but that of a
// keyring which a transport that signs in has asked.
type AsIs struct{ Err error }

func (a AsIs) Error() string { return a.Err.Error() }
func (a AsIs) Unwrap() error { return a.Err }
