package keyring

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"sync"
	"time"

	"licensewatch/internal/secret"
)

// Store is the desktop's keyring. Its zero value works; it is safe for use by many goroutines. It must not
// be copied.
type Store struct {
	// Command makes the child, with exec.CommandContext: a process that runs Serve on its standard input
	// and output. Nil stands for this program with the one argument "keyring-child".
	Command func(context.Context) *exec.Cmd

	Deadline       time.Duration // for each answer; 0: 10 s
	PromptDeadline time.Duration // for an answer while the user is being asked; 0: 60 s
	HungFor        time.Duration // how long a keyring that hung is not asked again; 0: 30 s
	// RefusedFor is how long Get does not ask the user again who did not unlock; 0: until Retry where the system tells
	// whether the keyring is open, so that Get goes on by itself once it is, else 15 min.
	RefusedFor time.Duration
	// QuietFor is how long after its first call Get does not ask the user, where the system tells whether the keyring is open: a desktop
	// that has just begun may be about to open it, or to ask by itself. 0: it asks at once.
	QuietFor time.Duration

	session Memory

	mu      sync.Mutex
	queue   []*waiter
	running bool // a goroutine empties the queue
	closed  bool
	kill    context.CancelFunc // of the child that runs
	hung    time.Time          // until then nobody is sent there
	refused time.Time          // until then Get does not prompt
	quiet   time.Time          // nor until then; zero: nothing was asked yet
	workers sync.WaitGroup
}

// waiter is a request with the caller that waits for it.
type waiter struct {
	ctx  context.Context // the caller may be gone before a child is free
	req  request
	done chan reply // room for one
}

// ending is what callers hear after Close.
var ending = reply{State: Absent, Reason: "the program is ending"}

// Get returns a site's secret: the one for this session if there is one, else the keyring's. Its error is
// *Error, or ctx's.
func (s *Store) Get(ctx context.Context, site string, kind Kind) (secret.Text, error) {
	if text, err := s.session.Get(ctx, site, kind); err == nil {
		return text, nil
	}
	return s.do(ctx, request{Op: get}, site, kind)
}

// Set stores a site's secret in the keyring and ends what Remember said. Its error is *Error, or ctx's;
// after the latter the secret may have been stored.
func (s *Store) Set(ctx context.Context, site string, kind Kind, text secret.Text) error {
	if len(text) > MaxSecret {
		return newError(TooLong, site, kind, "") // before anything that is stored is lost
	}
	_, err := s.do(ctx, request{Op: set, Secret: text}, site, kind)
	if err == nil {
		s.session.forget(site, kind)
	}
	return err
}

// Delete removes a site's secret from the keyring and from this session. It is no error if there is none.
func (s *Store) Delete(ctx context.Context, site string, kind Kind) error {
	s.session.forget(site, kind)
	_, err := s.do(ctx, request{Op: remove}, site, kind)
	if e, ok := errors.AsType[*Error](err); ok && e.State == Missing {
		return nil
	}
	return err
}

// Remember keeps a site's secret in memory, for this session only.
func (s *Store) Remember(site string, kind Kind, text secret.Text) { s.session.put(site, kind, text) }

// Remembered returns what Remember was given and nothing has ended since.
func (s *Store) Remembered(site string, kind Kind) (secret.Text, bool) {
	text, err := s.session.Get(context.Background(), site, kind)
	return text, err == nil
}

// Retry makes the next call ask a keyring that hung or is locked: the user wants it tried again.
func (s *Store) Retry() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hung, s.refused, s.quiet = time.Time{}, time.Time{}, time.Now()
}

// Close kills the child if one runs and waits for it; calls under way and later ones fail.
func (s *Store) Close() {
	s.mu.Lock()
	s.closed = true
	s.dismiss(ending)
	if s.kill != nil {
		s.kill()
	}
	s.mu.Unlock()
	s.workers.Wait()
}

func (s *Store) do(ctx context.Context, req request, site string, kind Kind) (secret.Text, error) {
	req.Account = account(site, kind)
	w := &waiter{ctx: ctx, req: req, done: make(chan reply, 1)}
	s.enqueue(w)
	select {
	case r := <-w.done:
		if r.State != "" {
			return "", newError(r.State, site, kind, r.Reason)
		}
		return r.Secret, nil
	case <-ctx.Done():
		return "", fmt.Errorf("keyring: %w", ctx.Err())
	}
}

// enqueue puts w into line, or answers it at once when there is no sense in that.
func (s *Store) enqueue(w *waiter) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch now := time.Now(); {
	case s.closed:
		w.done <- ending
		return
	case now.Before(s.hung):
		w.done <- reply{State: Hung}
		return
	}
	s.queue = append(s.queue, w)
	if !s.running {
		s.running = true
		s.workers.Go(s.work)
	}
}

// work runs children until nobody waits.
func (s *Store) work() {
	for {
		batch := s.take()
		if len(batch) == 0 {
			return
		}
		s.run(batch)
	}
}

// take removes the next batch from the queue; an empty one means that work is over.
func (s *Store) take() []*waiter {
	s.mu.Lock()
	defer s.mu.Unlock()
	var batch []*waiter
	now := time.Now()
	if s.quiet.IsZero() {
		s.quiet = now.Add(s.QuietFor)
	}
	for len(s.queue) > 0 && len(batch) < maxBatch {
		w := s.queue[0]
		s.queue = s.queue[1:]
		if w.ctx.Err() != nil {
			continue
		}
		w.req.ID = len(batch)
		// who sets or deletes sits before the screen; Get also comes from a timer
		w.req.Ask = w.req.Op != get || now.After(s.refused) && (!tellsLocked || !now.Before(s.quiet))
		batch = append(batch, w)
	}
	s.running = len(batch) > 0
	return batch
}

// opened remembers whether the user opens the keyring when it asks for that.
func (s *Store) opened(yes bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refused = time.Time{}
	if !yes {
		s.refused = time.Now().Add(or(s.RefusedFor, refusedFor))
	}
}

// stuck remembers that the keyring hangs.
func (s *Store) stuck() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hung = time.Now().Add(or(s.HungFor, 30*time.Second))
	s.dismiss(reply{State: Hung})
}

// dismiss answers all who wait for a next child; s.mu is held.
func (s *Store) dismiss(r reply) {
	for _, w := range s.queue {
		w.done <- r
	}
	s.queue = nil
}

// killable lets Close reach the child; it reports false when Close was faster.
func (s *Store) killable(kill context.CancelFunc) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.kill = kill
	return !s.closed
}

func (s *Store) command(ctx context.Context) (*exec.Cmd, error) {
	if s.Command != nil {
		return s.Command(ctx), nil
	}
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	return exec.CommandContext(ctx, self, "keyring-child"), nil
}

func (s *Store) deadline() time.Duration { return or(s.Deadline, 10*time.Second) }

func or(d, fallback time.Duration) time.Duration {
	if d > 0 {
		return d
	}
	return fallback
}
