package keyring

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"time"
)

// batch is one child with the requests that it has to answer. It is the child's standard output.
type batch struct {
	store   *Store
	pending map[int]*waiter
	stdin   io.WriteCloser
	timer   *time.Timer // kills the child when no answer comes in time
	part    []byte      // of a line that is not complete yet
	asked   bool        // the user is being asked, for the next answer
}

// run starts a child for the waiters, answers each of them, and returns when the child is gone. What that
// teaches is remembered before anybody hears of it.
func (s *Store) run(waiters []*waiter) {
	ctx, kill := context.WithCancel(context.Background())
	defer kill()
	b := &batch{store: s, pending: map[int]*waiter{}}
	for i, w := range waiters {
		b.pending[i] = w
	}
	if !s.killable(kill) {
		b.over(ending)
		return
	}
	err := b.child(ctx, kill)
	switch {
	case len(b.pending) == 0:
	case !s.killable(nil): // Close has ended it
		b.over(ending)
	case ctx.Err() == nil:
		b.over(reply{State: Failed, Reason: reason(err)})
	case b.asked:
		s.opened(false)
		b.over(reply{State: Locked, Reason: "nobody answered when it asked to be unlocked"})
	default:
		s.stuck()
		b.over(reply{State: Hung})
	}
}

func reason(err error) string {
	if err == nil {
		return "its helper process ended early"
	}
	return "its helper process ended early: " + err.Error()
}

// child runs the process from start to end.
func (b *batch) child(ctx context.Context, kill context.CancelFunc) error {
	cmd, err := b.store.command(ctx)
	if err != nil {
		return err
	}
	cmd.Cancel = func() error { return killGroup(cmd) }
	cmd.WaitDelay = time.Second
	ownGroup(cmd)
	cmd.Stdout = b
	if b.stdin, err = cmd.StdinPipe(); err != nil {
		return err
	}
	var lines bytes.Buffer
	out := json.NewEncoder(&lines)
	for i := range len(b.pending) {
		if err := out.Encode(b.pending[i].req); err != nil {
			return err
		}
	}
	b.timer = time.AfterFunc(b.store.deadline(), kill)
	defer b.timer.Stop()
	if err := cmd.Start(); err != nil {
		return err
	}
	// A child that does not read is killed, which ends this too; one that has died shows at Wait.
	b.stdin.Write(lines.Bytes())
	return cmd.Wait()
}

// Write takes what the child says, line by line.
func (b *batch) Write(p []byte) (int, error) {
	b.part = append(b.part, p...)
	for {
		line, rest, found := bytes.Cut(b.part, []byte("\n"))
		if !found {
			break
		}
		b.part = rest
		var r reply
		if json.Unmarshal(line, &r) == nil {
			b.take(r)
		}
	}
	if len(b.part) > maxLine {
		return 0, errors.New("a line of the keyring child does not end")
	}
	return len(p), nil
}

// take hands an answer to the one who waits for it. Each line from the child starts a new deadline.
func (b *batch) take(r reply) {
	w, ok := b.pending[r.ID]
	if !ok {
		return
	}
	if r.Prompt {
		b.asked = true
		b.timer.Reset(or(b.store.PromptDeadline, time.Minute))
		return
	}
	b.timer.Reset(b.store.deadline())
	if b.asked {
		b.store.opened(!r.closed())
		b.asked = false
	}
	delete(b.pending, r.ID)
	w.done <- r
	if len(b.pending) == 0 {
		b.stdin.Close() // the child may go
	}
}

// over gives r to all that still wait.
func (b *batch) over(r reply) {
	for _, w := range b.pending {
		w.done <- r
	}
}
