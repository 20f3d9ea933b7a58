package monitor

import (
	"cmp"
	"time"
)

// retries are the waits before a failure is looked at again; then the interval.
var retries = []time.Duration{30 * time.Second, time.Minute, 5 * time.Minute, 15 * time.Minute}

// refusedWait is how long a sign-in that was refused is not tried again unless a person asks: domains lock an account after a
// handful of wrong passwords within half an hour.
const refusedWait = 10 * time.Minute

// A keyring that is not open yet is looked at each minute, and only after so many looks is it told. After many more looks it is looked
// at less often: it may stay so for days.
const (
	openLooks = 5
	openAgain = time.Minute
	openLater = 5 * time.Minute
	openTired = 20
)

// finish ends a round and sets when to look again.
func (w *watched) finish(interval time.Duration, now time.Time) {
	w.cancel()
	w.cancel = nil
	w.retry = time.Time{}
	if failures, hand := w.troubles(); failures > 0 && !hand {
		wait := interval
		if failures <= len(retries) {
			wait = min(interval, retries[failures-1])
		}
		if f := w.state.Failure; f != nil && f.mayPass() {
			again := openAgain
			if failures > openTired {
				again = openLater
			}
			wait = min(wait, again)
		}
		w.retry = now.Add(max(wait, w.wait))
	}
	if f := w.state.Failure; f != nil && f.Kind == KindSignIn && f.needsHand() {
		w.wait = max(w.wait, refusedWait)
	}
	if asked := now.Add(w.wait); w.wait > 0 && w.due.Before(asked) {
		w.due = asked
	}
	w.wait = 0
	state := *w.state
	state.Reading = false
	state.NextCheck = w.due
	if !w.retry.IsZero() {
		state.NextCheck = earliest(w.due, w.retry)
	}
	w.state = &state
}

// troubles returns the smallest count of failures in a row among what fails, and whether only a person can
// help, so that asking early is useless, or harmful: a wrong password asked too often locks an account.
func (w *watched) troubles() (failures int, hand bool) {
	hand = true
	note := func(f *Failure, n int) {
		if f == nil {
			return
		}
		hand = hand && f.needsHand()
		if failures == 0 || n < failures {
			failures = n
		}
	}
	note(w.state.Failure, cmp.Or(w.state.Counted, w.state.Failures)) // the first that counts again needs its second look soon
	for _, o := range w.state.Owners {
		note(o.Failure, cmp.Or(o.Counted, o.Failures))
	}
	return failures, hand
}
