package monitor

import (
	"slices"
	"time"
)

// clock reads both clocks of the computer: what they say of the time of day, without a monotonic reading, and for how long they have
// run evenly, which nobody can set. The latter may stand still while the machine sleeps, or not: systems differ.
type clock func() (wall time.Time, ran time.Duration)

// systemClock returns the clocks of this computer.
func systemClock() clock {
	start := time.Now()
	return func() (time.Time, time.Duration) {
		now := time.Now()
		return now.Round(0), now.Sub(start)
	}
}

const (
	tickEvery  = time.Minute      // how often the passing of time is judged
	sleepAfter = 3 * tickEvery    // a longer gap between two looks at the clock means that the machine slept
	jumpAfter  = 30 * time.Second // clocks that differ by more since the last look were set, or the machine slept
	wakesFor   = 75 * time.Second // so long after a sleep the network may still be away: two looks at 0 and 60 s are one
)

// look returns the time of day and, if that went on otherwise than the time has passed, sets right what this would make wrong.
func (l *loop) look() time.Time {
	now, ran := l.clock()
	passed, lived := now.Sub(l.lastLook), ran-l.lastRan
	first := l.lastLook.IsZero()
	l.lastLook, l.lastRan = now, ran
	jump := passed - lived
	if passed > sleepAfter && jump < jumpAfter && jump > -jumpAfter {
		jump = passed // both clocks went on in a sleep, or nobody looked at them
	}
	if !first && (jump > jumpAfter || jump < -jumpAfter) {
		l.jumped(jump, now)
	}
	return now
}

// jumped has everything read again after the clock went so much further than the time, or back, and lets nothing hang in a future
// that has been put off.
func (l *loop) jumped(by time.Duration, now time.Time) {
	l.woke = time.Time{}
	if by >= sleepAfter {
		l.woke = now
	}
	if by < 0 {
		l.postpone(by)
	}
	for _, w := range l.sites {
		if by < 0 {
			w.postpone(by)
		}
		if w.state.patient() && (by < 0 || by >= sleepAfter) {
			w.due = now
		}
	}
	l.age(now, Observation{Jump: by, Broken: now.Before(l.pausedUntil)})
}

// postpone keeps how long pauses and snoozes last when the clock is set back.
func (l *loop) postpone(by time.Duration) {
	if !l.pausedUntil.IsZero() {
		l.pausedUntil = l.pausedUntil.Add(by)
	}
	l.alerts.postpone(by)
}

func (a *Alerts) postpone(by time.Duration) {
	a.snoozes = slices.Clone(a.snoozes) // snapshots have the others
	for i := range a.snoozes {
		a.snoozes[i].Until = a.snoozes[i].Until.Add(by)
	}
	a.saved = nil
}

// postpone keeps how long it is to the next reads when the clock is set back.
func (w *watched) postpone(by time.Duration) {
	w.due = w.due.Add(by)
	if !w.retry.IsZero() {
		w.retry = w.retry.Add(by)
	}
	if w.turn != nil {
		w.turn = &turn{w.turn.at.Add(by), w.turn.round}
	}
	state := *w.state
	if !state.NextCheck.IsZero() {
		state.NextCheck = state.NextCheck.Add(by)
	}
	w.state = &state
}

// earliest returns the earlier of two times; a zero a is none.
func earliest(a, b time.Time) time.Time {
	if a.IsZero() || b.Before(a) {
		return b
	}
	return a
}
