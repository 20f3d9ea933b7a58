package soapclient

import (
	"context"
	"errors"
	"fmt"
	"time"

	"licensewatch/internal/secret"
)

// Session is a successful sign-in. A ticket lives 6 hours from its last use (domain.md §2.8).
type Session struct {
	Ticket    secret.Text
	Principal Principal // empty where the way of signing in does not tell
	Renew     time.Time // from then on a new session is due, before the server refuses this one; zero: it is not known
}

// SignIn is a way to a ticket. Its errors reach the caller of the operation as they are.
type SignIn interface {
	SignIn(ctx context.Context, c *Client) (Session, error)
}

// Password signs in with AuthenticateUsernamePassword (domain.md §2.2). Secret is asked at every sign-in, so that the
// password need not stay in memory.
type Password struct {
	User   string
	Secret func(ctx context.Context) (secret.Text, error)
}

// SignIn asks for the password and then the server.
func (p Password) SignIn(ctx context.Context, c *Client) (Session, error) {
	password, err := p.Secret(ctx)
	if err != nil {
		return Session{}, err
	}
	return c.authenticate(ctx, "AuthenticateUsernamePassword", fmt.Sprintf("the sign-in of %q is refused", p.User),
		member{"UserName", p.User}, member{"Password", string(password)})
}

// Implicit signs in as the Windows user that the web server knows from HTTP authentication, which is the business of the
// Client's Transport (AuthenticateImplicit, domain.md §2.1).
type Implicit struct{}

// SignIn asks the server.
func (Implicit) SignIn(ctx context.Context, c *Client) (Session, error) {
	return c.authenticate(ctx, "AuthenticateImplicit", "NetServer does not know the Windows user")
}

// Token is an access token of SuperOffice Online.
type Token struct {
	Text    secret.Text
	Expires time.Time // zero: it is not known
}

// AccessToken signs in with an access token of SuperOffice Online (AuthenticateWithAccessToken, domain.md §2.6). Servers that
// lack the operation take the token itself as ticket. Token brings a fresh one at every sign-in.
type AccessToken struct {
	Token func(ctx context.Context) (Token, error)
}

// SignIn asks for a token and then the server.
func (a AccessToken) SignIn(ctx context.Context, c *Client) (Session, error) {
	const op = "AuthenticateWithAccessToken"
	token, err := a.Token(ctx)
	if err != nil {
		return Session{}, err
	}
	direct := Session{Ticket: token.Text, Renew: token.renew(time.Now())}
	if c.permit(op) != nil {
		return direct, nil
	}
	s, err := c.authenticated(ctx, op, "NetServer refuses the access token", member{"AccessToken", string(token.Text)})
	e, failed := errors.AsType[*Error](err)
	switch {
	case failed && (e.Reason == ReasonVersion || e.Reason == ReasonNotFound):
		return direct, nil
	case failed && e.Reason == ReasonCredentials:
		e.Reason = ReasonTicket // there is neither user nor password to correct
		return Session{}, err
	case err != nil:
		return Session{}, err
	case s.Ticket == "" || s.Ticket == token.Text:
		direct.Principal = s.Principal
		return direct, nil
	}
	return s, nil
}

// renew returns when another token is due: two minutes before this one's end, but not before now.
func (t Token) renew(now time.Time) time.Time {
	if t.Expires.IsZero() {
		return time.Time{}
	}
	return now.Add(max(0, t.Expires.Sub(now)-2*time.Minute))
}

// Ticket uses a ready ticket. There is no way to a new one when it is refused.
type Ticket struct {
	Secret func(ctx context.Context) (secret.Text, error)
}

// SignIn hands out the ready ticket.
func (t Ticket) SignIn(ctx context.Context, _ *Client) (Session, error) {
	ticket, err := t.Secret(ctx)
	return Session{Ticket: ticket}, err
}

// authenticate calls one of the operations that answer with AuthenticateResponse (domain.md §1.4) and wants a ticket for it.
// refusal words that the server says no.
func (c *Client) authenticate(ctx context.Context, op, refusal string, members ...member) (Session, error) {
	s, err := c.authenticated(ctx, op, refusal, members...)
	if err == nil && s.Ticket == "" {
		err = &Error{Kind: KindContract, Op: op, Host: c.host(), Text: "the sign-in succeeded but AuthenticateResponse/Credentials/Ticket is missing"}
	}
	return s, err
}

// authenticated is authenticate for those who can do without a ticket.
func (c *Client) authenticated(ctx context.Context, op, refusal string, members ...member) (Session, error) {
	var s Session
	accepted := false
	err := c.do(ctx, call{
		service: "SoPrincipal", op: op, wrapper: "AuthenticateResponse", timeout: databaseTimeout, members: members,
		read: func(r *reader, name string) error {
			switch name {
			case "Response":
				return r.principal(&s.Principal)
			case "Credentials":
				return r.credentials(&s.Ticket)
			case "AuthenticationSucceeded":
				return r.bool(&accepted)
			}
			return r.skip()
		},
	})
	refused := &Error{Kind: KindSignIn, Reason: ReasonCredentials, Op: op, Host: c.host(), Text: refusal}
	e, failed := errors.AsType[*Error](err)
	switch {
	case failed && (e.Names("SoSessionException") || e.Names("SoInvalidPasswordException") || e.Names("SoSentryException")):
		refused.Server, refused.Types, refused.Status = e.Server, e.Types, e.Status
		return Session{}, refused
	case err != nil:
		return Session{}, err
	case !accepted:
		return Session{}, refused
	}
	return s, nil
}
