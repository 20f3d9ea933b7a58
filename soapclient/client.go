// Package soapclient speaks the few SOAP operations of SuperOffice NetServer that tell how licences stand, and
// returns plain Go values.
//
// It speaks SOAP 1.1 over HTTP, to Services84 … Services88, and calls operations that read, never one that writes: those
// that operation.go lists.
//
// It is strict in what it sends and generous in what it reads. Errors are *Error.
package soapclient

import (
	"context"
	"errors"
	"net/http"
	"sync/atomic"
	"time"

	"licensewatch/internal/secret"
)

const (
	databaseTimeout = 60 * time.Second  // for what NetServer answers from its own database
	issuerTimeout   = 120 * time.Second // for what it asks a licence server first
)

// Client asks one installation. Its exported fields must not change once it is used; then it is safe for
// concurrent use. It keeps its ticket and signs in again when the ticket is refused.
type Client struct {
	Address   Address
	SignIn    SignIn            // nil: only SystemInfo can be called
	Transport http.RoundTripper // nil: that of no TransportOptions, shared

	// AppToken brings the application token, which SuperOffice Online alone needs (domain.md §2.3). It is asked until it
	// has answered once. Nil: there is none.
	AppToken func(ctx context.Context) (secret.Text, error)

	// Locate, if set, says where the installation is, in place of Address.Base, before each request. When that address turns
	// out to be wrong, or nobody is there, it is told so in failed, which else is empty, and the request is made once more
	// where it says then. It is for tenants of SuperOffice Online, which move (domain.md §3.1). Its errors reach the caller of the
	// operation as they are.
	Locate func(ctx context.Context, failed string) (base string, err error)

	// Gate, if set, is waited for before each request and left after it. The time in front of it does not count
	// as the server's.
	Gate func(ctx context.Context) (leave func(), err error)

	sessions    sessions
	base        atomic.Pointer[string] // what Locate said last
	certificate atomic.Pointer[Certificate]
}

// LicenceStatus asks the owner's licence server, through NetServer, whether it has news
// (GetLicenseStatusFromLicenseServer).
func (c *Client) LicenceStatus(ctx context.Context, owner string) (Verdict, error) {
	var v Verdict
	found := false
	err := c.ask(ctx, call{
		op: "GetLicenseStatusFromLicenseServer", timeout: issuerTimeout, small: true, members: []member{{"OwnerName", owner}},
		read: func(r *reader, name string) error {
			if name != "Response" {
				return r.skip()
			}
			v, found = Verdict{}, true
			return r.verdict(&v)
		},
	})
	if err == nil && !found {
		err = c.missing("GetLicenseStatusFromLicenseServer")
	}
	return v, err
}

// Licences reads the licences of all owners from the installation's database (GetLicenseForAllOwnersFromDB).
func (c *Client) Licences(ctx context.Context) ([]Licence, error) {
	var list []Licence
	found := false
	err := c.ask(ctx, call{
		op: "GetLicenseForAllOwnersFromDB", timeout: databaseTimeout,
		read: func(r *reader, name string) error {
			if name != "Response" {
				return r.skip()
			}
			list, found = nil, true
			return r.licences(&list)
		},
	})
	if err == nil && !found {
		err = c.missing("GetLicenseForAllOwnersFromDB")
	}
	return list, err
}

// Licence reads one owner's licence from the installation's database (GetLicenseFromDB). It is nil when
// the database has none of that owner.
func (c *Client) Licence(ctx context.Context, owner string) (*Licence, error) {
	return c.licence(ctx, "GetLicenseFromDB", databaseTimeout, owner)
}

// LicenceFromIssuer fetches the licence that the owner's licence server has ready, beside the present one
// (GetLicenseFromLicenseServer). It activates nothing. It is nil when there is none.
func (c *Client) LicenceFromIssuer(ctx context.Context, owner string) (*Licence, error) {
	return c.licence(ctx, "GetLicenseFromLicenseServer", issuerTimeout, owner)
}

func (c *Client) licence(ctx context.Context, op string, timeout time.Duration, owner string) (*Licence, error) {
	var l *Licence
	err := c.ask(ctx, call{
		op: op, timeout: timeout, members: []member{{"OwnerName", owner}},
		read: func(r *reader, name string) error {
			if name != "Response" {
				return r.skip()
			}
			l = new(Licence)
			return r.licence(l)
		},
	})
	if err != nil {
		return nil, err
	}
	return l, nil
}

// SystemInfo tells which installation this is. It needs no sign-in (GetSystemInfo, domain.md §1.4).
func (c *Client) SystemInfo(ctx context.Context) (SystemInfo, error) {
	var s SystemInfo
	err := c.do(ctx, call{
		service: "SoPrincipal", op: "GetSystemInfo", wrapper: "GetSystemInfoResponse", timeout: databaseTimeout,
		read: func(r *reader, name string) error {
			if name != "SystemInfo" {
				return r.skip()
			}
			return r.systemInfo(&s)
		},
	})
	return s, err
}

// ask calls an operation of the License service with a ticket. When the ticket is refused it signs in
// anew, once (domain.md §2.8).
func (c *Client) ask(ctx context.Context, q call) error {
	q.service, q.wrapper = "License", q.op+"Response"
	if err := c.permit(q.op); err != nil { // before a sign-in that would be in vain
		return err
	}
	session, err := c.session(ctx, "")
	if err != nil {
		return err
	}
	q.ticket = session.Ticket
	err = c.do(ctx, q)
	if e, ok := errors.AsType[*Error](err); !ok || !e.ticketRefused() {
		return err
	}
	session, fresh := c.session(ctx, session.Ticket)
	if fresh != nil {
		return fresh
	}
	q.ticket = session.Ticket
	err = c.do(ctx, q)
	if e, ok := errors.AsType[*Error](err); ok && e.ticketRefused() {
		e.Kind = KindSignIn
		if e.Reason != ReasonWebServer {
			e.Reason = ReasonTicket
			e.Text = "the server refuses the ticket, a new one too"
			if _, ready := c.SignIn.(Ticket); ready {
				e.Text = "the server refuses the ticket"
			}
		}
	}
	return err
}

func (c *Client) missing(op string) error {
	return &Error{Kind: KindContract, Op: op, Host: c.host(), Text: op + "Response/Response is missing or nil"}
}
