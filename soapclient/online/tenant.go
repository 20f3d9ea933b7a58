package online

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"sync"
	"time"

	"licensewatch/soapclient"
)

// Tenant finds the host that a tenant of SuperOffice Online is on (domain.md §3.1). Its exported fields must not change once it
// is used; then it is safe for concurrent use.
type Tenant struct {
	ID        string            // such as "Cust12345"
	Base      string            // of the environment, see Environment
	Transport http.RoundTripper // nil: soapclient.NewTransport(nil), shared
	Now       func() time.Time  // nil: time.Now

	mu      sync.Mutex
	known   *state    // the latest answer; nil: none yet
	asked   time.Time // when it came, or the service last failed to give another
	until   time.Time // it holds till then, by this computer's clock
	retried time.Time // when it was last asked because its host failed
	running *query    // nil: nobody is asking
}

// query is one request that several callers wait for.
type query struct {
	done chan struct{} // closed when err is there
	err  error
}

const (
	leastValid = time.Minute    // also between two questions because a host failed
	mostValid  = 24 * time.Hour // whatever the server says
)

// Locate returns the address, ending in /Remote/, of the host that the tenant is on, as soapclient.Client.Locate wants it. failed is an
// address that did not answer, or ""; if it is the known one, the state service is asked again. A tenant that is not to be called is
// an error of KindTenant. When the state service does not answer, what is known still holds.
func (t *Tenant) Locate(ctx context.Context, failed string) (base string, err error) {
	for {
		t.mu.Lock()
		if s := t.known; s != nil && t.fresh(failed) {
			t.mu.Unlock()
			return t.tell(s)
		}
		q := t.running
		if q == nil {
			q = &query{done: make(chan struct{})}
			t.running = q
			if t.isKnown(failed) {
				t.retried = t.now()
			}
			t.mu.Unlock()
			t.ask(ctx, q)
			return t.result(q)
		}
		t.mu.Unlock()
		select {
		case <-q.done:
		case <-ctx.Done():
			return "", ctx.Err()
		}
		// A request that ended because its own caller went away says nothing to us.
		if !errors.Is(q.err, context.Canceled) {
			return t.result(q)
		}
	}
}

// fresh reports whether the known answer will do. The caller holds t.mu.
func (t *Tenant) fresh(failed string) bool {
	now := t.now()
	if t.isKnown(failed) {
		return now.Sub(t.retried).Abs() < leastValid
	}
	return now.Before(t.until) && !now.Before(t.asked) // before: the clock was set back
}

// isKnown reports whether base is the address that the known answer names. The caller holds t.mu.
func (t *Tenant) isKnown(base string) bool {
	return t.known != nil && t.known.base != "" && t.known.base == base
}

// ask runs the query for its caller and everybody who waits.
func (t *Tenant) ask(ctx context.Context, q *query) {
	q.err = errors.New("the question to the state service was broken off") // what the others hear if it panics
	var s *state
	var c clock
	defer func() {
		t.mu.Lock()
		defer t.mu.Unlock()
		switch now := t.now(); {
		case s != nil:
			t.known, t.asked, t.until = s, now, now.Add(s.holds(now, c))
		case t.known != nil && ctx.Err() == nil:
			t.asked, t.until = now, now.Add(leastValid)
		}
		t.running = nil
		close(q.done)
	}()
	s, q.err = t.fetch(ctx, &c)
}

// holds returns how long an answer that came at now is to be used. The server's own clock counts, as far as it is known.
func (s *state) holds(now time.Time, c clock) time.Duration {
	if s.until.IsZero() {
		return leastValid
	}
	return min(max(leastValid, s.until.Sub(now.Add(-c.ahead))), mostValid)
}

func (t *Tenant) fetch(ctx context.Context, c *clock) (*state, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, t.Base+"/api/state/"+url.PathEscape(t.ID), nil)
	if err != nil {
		return nil, &soapclient.Error{Kind: soapclient.KindNetwork, Op: opState, Text: "the environment's address cannot be used"}
	}
	req.Header.Set("Accept", "application/json")
	resp, err := road{op: opState, under: t.Transport, now: t.now, clock: c}.ask(req)
	if e, ok := errors.AsType[*soapclient.Error](err); ok && e.Status == http.StatusNotFound {
		return &state{err: unknown()}, nil
	} else if err != nil {
		return nil, err
	}
	body, _ := io.ReadAll(resp.Body) // it is in memory
	s, err := parseState(body, t.Base)
	if err != nil {
		return nil, &soapclient.Error{Kind: soapclient.KindContract, Op: opState, Host: hostOf(t.Base), Text: err.Error()}
	}
	return &s, nil
}

const opState = "tenant state" // in errors

// result returns what is known after a query.
func (t *Tenant) result(q *query) (string, error) {
	t.mu.Lock()
	s := t.known
	t.mu.Unlock()
	if s == nil || errors.Is(q.err, context.Canceled) {
		return "", q.err
	}
	return t.tell(s)
}

// tell returns a state as Locate does. Each caller gets an error of its own.
func (t *Tenant) tell(s *state) (string, error) {
	if s.err == nil {
		return s.base, nil
	}
	e := *s.err
	e.Op, e.Host = opState, hostOf(t.Base)
	return "", &e
}

func (t *Tenant) now() time.Time {
	if t.Now == nil {
		return time.Now()
	}
	return t.Now()
}
