package soapclient

import (
	"context"
	"errors"
	"sync"
	"time"

	"licensewatch/internal/secret"
)

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

// session returns a ticket that is neither the refused one nor due for renewal: the present one, that of a sign-in already on
// its way, or that of a new one.
func (c *Client) session(ctx context.Context, refused secret.Text) (Session, error) {
	if c.SignIn == nil {
		return Session{}, &Error{Kind: KindSignIn, Host: c.host(), Text: "no way to sign in is set up"}
	}
	for {
		c.sessions.mu.Lock()
		if s := c.sessions.current; s.Ticket != "" && s.Ticket != refused && (s.Renew.IsZero() || time.Now().Before(s.Renew)) {
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
