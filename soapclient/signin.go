package soapclient

import (
	"context"
	"errors"
	"fmt"
	"sync"
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
	var s Session
	accepted := false
	err = c.do(ctx, call{
		service: "SoPrincipal", op: "AuthenticateUsernamePassword", wrapper: "AuthenticateResponse", timeout: databaseTimeout,
		members: []member{{"UserName", p.User}, {"Password", string(password)}},
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
	refused := &Error{Kind: KindSignIn, Op: "AuthenticateUsernamePassword", Host: c.Address.host(), Text: fmt.Sprintf("the sign-in of %q is refused", p.User)}
	e, failed := errors.AsType[*Error](err)
	switch {
	case failed && (e.Names("SoSessionException") || e.Names("SoInvalidPasswordException") || e.Names("SoSentryException")):
		refused.Server, refused.Types, refused.Status = e.Server, e.Types, e.Status
		return Session{}, refused
	case err != nil:
		return Session{}, err
	case !accepted:
		return Session{}, refused
	case s.Ticket == "":
		return Session{}, &Error{Kind: KindContract, Op: refused.Op, Host: refused.Host, Text: "the sign-in succeeded but brought no ticket"}
	}
	return s, nil
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

// sessions keeps the ticket of a client and lets concurrent calls share one sign-in.
type sessions struct {
	mu      sync.Mutex
	token   *secret.Text // the application token, once it is known
	current Session
	running *attempt // nil: nobody is signing in
}

// attempt is one sign-in that several callers wait for.
type attempt struct {
	done    chan struct{} // closed when session and err are there
	session Session
	err     error
}

// Principal returns who is signed in; it is empty before the first sign-in, and where the way of signing in
// does not tell.
func (c *Client) Principal() Principal {
	c.sessions.mu.Lock()
	defer c.sessions.mu.Unlock()
	return c.sessions.current.Principal
}

// token returns the application token.
func (c *Client) token(ctx context.Context) (secret.Text, error) {
	c.sessions.mu.Lock()
	known := c.sessions.token
	c.sessions.mu.Unlock()
	if known != nil || c.AppToken == nil {
		return deref(known), nil
	}
	token, err := c.AppToken(ctx)
	if err != nil {
		return "", err
	}
	c.sessions.mu.Lock()
	c.sessions.token = &token
	c.sessions.mu.Unlock()
	return token, nil
}

func deref(t *secret.Text) secret.Text {
	if t == nil {
		return ""
	}
	return *t
}

// session returns a ticket that is not the refused one: the present one, that of a sign-in already on its
// way, or that of a new one.
func (c *Client) session(ctx context.Context, refused secret.Text) (Session, error) {
	if c.SignIn == nil {
		return Session{}, &Error{Kind: KindSignIn, Host: c.Address.host(), Text: "no way to sign in is set up"}
	}
	for {
		c.sessions.mu.Lock()
		if s := c.sessions.current; s.Ticket != "" && s.Ticket != refused {
			c.sessions.mu.Unlock()
			return s, nil
		}
		a := c.sessions.running
		if a == nil {
			a = &attempt{done: make(chan struct{})}
			c.sessions.running = a
			c.sessions.mu.Unlock()
			c.signIn(ctx, a)
			return a.session, a.err
		}
		c.sessions.mu.Unlock()
		select {
		case <-a.done:
		case <-ctx.Done():
			return Session{}, ctx.Err()
		}
		// A sign-in that ended because its own caller went away says nothing to us.
		if a.err == nil || !errors.Is(a.err, context.Canceled) {
			return a.session, a.err
		}
	}
}

// signIn runs the attempt for its caller and everybody who waits.
func (c *Client) signIn(ctx context.Context, a *attempt) {
	a.err = errors.New("the sign-in was broken off") // what the others hear if it panics
	defer func() {
		c.sessions.mu.Lock()
		defer c.sessions.mu.Unlock()
		c.sessions.current = a.session
		c.sessions.running = nil
		close(a.done)
	}()
	a.session, a.err = c.SignIn.SignIn(ctx, c)
}
