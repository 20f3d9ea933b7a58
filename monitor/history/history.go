// Package history keeps what was: how owners and sites stood, what was news, what was told, and how many seats were in use.
//
// It is one SQLite file that other programs may read (docs/history.md). Take and Tell only note in memory; Run's goroutine
// is the only one that writes. What cannot be written stays in memory, where everything that reads finds it too, and is
// written as soon as it can be.
package history

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"sync"
	"time"

	"licensewatch/monitor"
)

const (
	gatherFor  = 2 * time.Second // what comes within this time is written at once
	carryEvery = time.Minute     // how often it is noted that somebody still watches
	saveEvery  = 5 * time.Minute // how often that is written, if nothing else is
	sleptAfter = 3 * carryEvery  // a longer gap means that the machine slept: nobody watched
	hangsAfter = 30 * time.Second
	twoYears   = 2 * 366 * 24 * time.Hour
)

// ErrEnded is what a Store answers after its Run has returned.
var ErrEnded = errors.New("the history is closed")

// Options say where the history is and how long it reaches back.
type Options struct {
	Path string        // of the file; its folder is made if need be
	Keep time.Duration // what is older is forgotten; 0: two years
	Log  *slog.Logger  // nil: none
	// Trouble is called with a sentence when the history cannot be written and is kept in memory only, and with "" when it is
	// in its file again; also with a sentence, once, when a damaged file was set aside. It is called from Open and from Run's
	// goroutines, one call at a time, and must not call the Store. It may be nil.
	Trouble func(text string)
}

// Store is a history. Its methods may be called from any goroutine.
type Store struct {
	Options
	retry    time.Duration // after a failure; it doubles up to maxRetry
	maxRetry time.Duration
	requests chan request
	wake     chan struct{}
	ended    chan struct{}
	voice    voice

	file   *file // Open's, then Run's goroutine's; nil while there is trouble
	pruned pruning

	gate   chan struct{} // held while a batch moves from memory into the file, and while somebody looks at both
	mu     sync.Mutex
	reader *reader
	known  known
	queue  batch // taken and not yet being written
	writes batch // being written
	damage error // why the file is to be set aside
}

// request is something that Run's goroutine is to do.
type request struct {
	do   func(ctx context.Context) error
	done chan error
}

// Open opens the history, makes or migrates its file, and never fails: what is wrong is said through Trouble, and the history
// is kept in memory until it is mended.
func Open(o Options) *Store {
	o.Keep = cmp.Or(o.Keep, twoYears)
	if abs, err := filepath.Abs(o.Path); err == nil {
		o.Path = abs
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	s := &Store{
		Options: o, retry: 5 * time.Second, maxRetry: time.Minute,
		requests: make(chan request), wake: make(chan struct{}, 1), ended: make(chan struct{}), gate: make(chan struct{}, 1),
		reader: newReader(o.Path), known: newKnown(),
	}
	s.voice = voice{tell: o.Trouble, log: o.Log}
	if err := s.connect(context.Background()); err != nil {
		s.voice.fails(err, o.Path)
	}
	return s
}

// Run writes what Take and Tell bring and forgets what is too old, until ctx ends. Then it writes what is left, closes the
// file and returns ctx's error. It is called once.
func (s *Store) Run(ctx context.Context) error {
	defer s.close()
	var watching sync.WaitGroup
	defer watching.Wait()
	watching.Go(func() { s.watch(ctx) })

	write := time.NewTimer(gatherFor)
	defer write.Stop()
	prune := time.NewTicker(carryEvery)
	defer prune.Stop()
	wait, waiting := s.retry, true
	attempt := func() error {
		err := s.save(context.WithoutCancel(ctx))
		if waiting = err != nil; waiting {
			write.Reset(wait)
			wait = min(2*wait, s.maxRetry)
		} else {
			wait = s.retry
		}
		return err
	}
	for {
		select {
		case <-ctx.Done():
			s.pass(time.Now())
			s.save(context.WithoutCancel(ctx))
			return ctx.Err()
		case <-s.wake:
			if !waiting {
				waiting = true
				write.Reset(gatherFor)
			}
		case <-write.C:
			attempt()
		case r := <-s.requests:
			err := attempt()
			if err == nil && r.do != nil {
				err = r.do(context.WithoutCancel(ctx))
			}
			r.done <- err
		case <-prune.C:
			s.prune(context.WithoutCancel(ctx), time.Now())
		}
	}
}

// watch notes that somebody watches, and says so when a write hangs, which Run's goroutine cannot.
func (s *Store) watch(ctx context.Context) {
	tick := time.NewTicker(carryEvery)
	defer tick.Stop()
	for n := 1; ; n++ {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			s.pass(time.Now())
			s.voice.hangs(time.Now(), s.Path)
			if n%int(saveEvery/carryEvery) == 0 {
				s.nudge()
			}
		}
	}
}

// nudge makes Run write soon.
func (s *Store) nudge() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// close ends everything. The last connection to close takes the WAL files away.
func (s *Store) close() {
	close(s.ended)
	s.mu.Lock()
	r := s.reader
	s.mu.Unlock()
	r.close()
	s.file.close()
}

// Flush returns when all that was taken before is in the file and would outlive the program. It waits for Run to do it.
func (s *Store) Flush(ctx context.Context) error { return s.request(ctx, nil) }

func (s *Store) request(ctx context.Context, do func(context.Context) error) error {
	r := request{do, make(chan error, 1)}
	select {
	case s.requests <- r:
	case <-s.ended:
		return ErrEnded
	case <-ctx.Done():
		return ctx.Err()
	}
	select {
	case err := <-r.done:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Looked notes that the window was looked at. It waits for Run to write it; while the file cannot be written it is noted in
// memory, and that is no error.
func (s *Store) Looked(ctx context.Context, at time.Time) error {
	s.mu.Lock()
	s.queue.looked = at
	s.mu.Unlock()
	return s.settle(ctx)
}

// Rename gives a site another name and lets it keep its history. Call it before the monitor learns of the new name. What is on
// record of another site that once had this name is kept under that name with a number added. It waits for Run to write it;
// while the file cannot be written the name is changed in memory, and that is no error.
func (s *Store) Rename(ctx context.Context, was, is string) error {
	if was == is {
		return nil
	}
	s.rename(was, is)
	return s.settle(ctx)
}

func (s *Store) rename(was, is string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.known.rename(was, is)
	s.queue.rename(was, is)
}

// settle is Flush for what memory remembers just as well.
func (s *Store) settle(ctx context.Context) error {
	err := s.Flush(ctx)
	if err != nil && ctx.Err() == nil && !errors.Is(err, ErrEnded) {
		return nil // said through Trouble
	}
	return err
}

// Tell notes what became of a notification. It never blocks.
func (s *Store) Tell(t monitor.Telling) {
	s.mu.Lock()
	s.queue.tellings = append(s.queue.tellings, t)
	s.bound()
	s.mu.Unlock()
	s.nudge()
}
