package monitor

import "time"

// jump goes on to count where a jump of the clock has interrupted it: neither a sleep nor a clock that was set makes an answer stale, nor
// keeps one from it. After a clock was set back nobody knows how old an answer is: in a sleep the time may have gone on.
func (s *SiteState) jump(by time.Duration) {
	if !s.AskedSince.IsZero() {
		s.AskedSince = s.AskedSince.Add(by)
	}
	for i := range s.Owners {
		o := &s.Owners[i]
		if !o.AskedSince.IsZero() {
			o.AskedSince = latest(o.AskedSince, o.VerdictAt).Add(by)
		}
		if by <= -jumpAfter {
			o.Doubted = o.Doubted || o.Verdict != nil
		}
	}
	if s.Failure != nil && s.Failure.mayPass() {
		s.Counted = 0 // a keyring is locked again after a restart
	}
}

// clip takes back what a clock that went wrong has put into the future: else it would be waited for, or be believed.
func (s *SiteState) clip(now time.Time) {
	s.AskedSince, s.FailingSince = notAfter(s.AskedSince, now), notAfter(s.FailingSince, now)
	w := s.Way
	if latest(latest(w.TriedAt, w.ReachedAt), latest(w.LostAt, latest(w.LostSince, w.DownSince))).After(now) {
		s.Way = Way{DownSince: notAfter(w.DownSince, now)} // what came before what cannot be told any more
	}
	for i := range s.Owners {
		o := &s.Owners[i]
		o.AskedSince, o.FailingSince, o.Unlisted = notAfter(o.AskedSince, now), notAfter(o.FailingSince, now), notAfter(o.Unlisted, now)
		o.Doubted = o.Doubted || o.VerdictAt.After(now.Add(jumpAfter))
	}
}

func latest(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// fresh reports whether the owner's answer is young enough to be trusted.
func (p Policy) fresh(o *OwnerState, now time.Time) bool {
	age := now.Sub(o.VerdictAt)
	return !o.VerdictAt.IsZero() && !o.Doubted && -jumpAfter <= age && age <= p.staleAfter()
}

// notAfter returns t, but now if t is later.
func notAfter(t, now time.Time) time.Time {
	if t.After(now) {
		return now
	}
	return t
}
