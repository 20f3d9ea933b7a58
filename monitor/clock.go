package monitor

import "time"

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

// jumped has everything read again after the time of day went so much further than the time, or back.
func (l *loop) jumped(by time.Duration, now time.Time) {
	if by < sleepAfter {
		return
	}
	l.woke = now
	for _, w := range l.sites {
		w.due = now
	}
	l.tick(now, true)
}
