package monitor

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// Alert folds what is seen of a subject into where its alert stood, and says what to tell, what to hold, what to drop, and why. It is
// pure, as Step is: no clock, no I/O, and prev is not changed. It must be called after each look, and now and then because time passes.
func (r Rules) Alert(prev Alert, seen Seen, hush Hush, now time.Time) (Alert, []Decision) {
	j := judging{Rules: r, Alert: prev.clone(), seen: seen, hush: hush, now: now}
	j.clip()
	j.look()
	j.heed()
	j.calm()
	j.confirm()
	j.release()
	j.remind()
	j.forget()
	return j.Alert, j.decisions
}

// judging is one call of Alert.
type judging struct {
	Rules
	Alert
	seen      Seen
	hush      Hush
	now       time.Time
	changed   bool
	instead   []string // families of troubles that somebody knows of and that others took the place of
	decisions []Decision
}

func (a Alert) clone() Alert {
	a.Troubles, a.Held, a.Changes = slices.Clone(a.Troubles), slices.Clone(a.Held), slices.Clone(a.Changes)
	return a
}

// clip takes back what a clock that was set back has put into the future: else a reminder would wait for it.
func (j *judging) clip() {
	clip := func(times ...*time.Time) {
		for _, t := range times {
			if t.After(j.now) {
				*t = j.now
			}
		}
	}
	for i := range j.Troubles {
		clip(&j.Troubles[i].Since, &j.Troubles[i].Told, &j.Troubles[i].Went)
	}
	for i := range j.Changes {
		clip(&j.Changes[i])
	}
	for i := range j.Held {
		clip(&j.Held[i].At, &j.Held[i].Since)
	}
	clip(&j.Unstable, &j.Spoke)
}

// look takes in what is there and what is not, and counts the looks that say so.
func (j *judging) look() {
	for i := range j.Troubles {
		t := &j.Troubles[i]
		at := slices.IndexFunc(j.seen.Findings, func(f Finding) bool { return f.key() == t.Finding.key() })
		switch there := at >= 0; {
		case there != t.There:
			t.turn(there, j.seen, j.now)
			j.changed = true
		case t.Look != j.seen.Look:
			t.Look, t.Looks = j.seen.Look, t.Looks+1
		}
		if at >= 0 {
			t.Finding = j.seen.Findings[at]
		}
	}
	for _, f := range j.seen.Findings {
		if j.trouble(f.key()) == nil {
			t := Trouble{Finding: f}
			t.turn(true, j.seen, j.now)
			j.Troubles = append(j.Troubles, t)
			j.changed = true
		}
	}
	if !j.changed {
		return
	}
	j.doubt()
	if j.Changes = append(j.Changes, j.now); len(j.Changes) > flapAfter {
		j.Changes = j.Changes[1:]
	}
}

// turn notes that the trouble comes or goes. What comes is confirmed by the judge of findings, so that one look is enough, unless it
// went within the last day; that it is over takes two.
func (t *Trouble) turn(there bool, seen Seen, now time.Time) {
	t.There, t.Looks, t.Look, t.Need = there, 1, seen.Look, 2
	if seen.Once || there && (t.Went.IsZero() || t.Finding.certain()) {
		t.Need = 1
	}
	switch {
	case !there && !t.Known:
		t.Went, t.Mild = now, false
	case there && !t.Known:
		t.Since = now
	}
}

// certain reports whether no second look is needed to know that the finding is there: time has passed, failures in a row were
// counted before, or nobody is asked any more.
func (f Finding) certain() bool {
	switch f.Kind {
	case FindingExpiring, FindingExpired, FindingStopped, FindingMaintenance, FindingCertificate, FindingUnlisted:
		return true
	}
	return f.ofReach()
}

// doubt makes what is milder than what it takes the place of wait for a second look: that would be good news.
func (j *judging) doubt() {
	gone := OK
	for _, t := range j.Troubles {
		if !t.There && t.Known && t.Look == j.seen.Look && t.Looks == 1 {
			gone = max(gone, t.Finding.Severity)
		}
	}
	for i := range j.Troubles {
		if t := &j.Troubles[i]; t.There && !t.Known && t.Look == j.seen.Look && !j.seen.Once && !t.Finding.certain() && t.Finding.Severity < gone {
			t.Need = 2
		}
	}
}

// heed ends an acknowledgement when something else counts or it grows worse, and when nothing of it is left. Reminders count from then on.
func (j *judging) heed() {
	if j.Ack == nil {
		return
	}
	left, other := false, false
	for i := range j.Troubles {
		t := &j.Troubles[i]
		known := slices.Contains(j.Ack.Keys, t.Finding.key())
		other = other || t.Finding.Severity > OK && t.There && t.counts() && (!known || t.Finding.Severity > j.Ack.Severity)
		left = left || known && (t.There || !t.counts())
	}
	if left && !other {
		return
	}
	j.Ack = nil
	for i := range j.Troubles {
		if t := &j.Troubles[i]; t.Known {
			t.Told = j.now
		}
	}
}

// forget drops what went so long ago that it would be news.
func (j *judging) forget() {
	j.Troubles = slices.DeleteFunc(j.Troubles, func(t Trouble) bool {
		return !t.There && !t.Known && j.now.Sub(t.Went) >= flapWithin && j.held(t.Finding.key()) == nil
	})
	j.Changes = slices.DeleteFunc(j.Changes, func(at time.Time) bool { return j.now.Sub(at) >= flapWithin })
}

// replaced reports whether another trouble about the same took the place of one that is not there: what is told of that one says so.
func (j *judging) replaced(t *Trouble) bool {
	return !t.There && slices.ContainsFunc(j.Troubles, func(o Trouble) bool {
		return o.There && o.counts() && !o.Since.Before(t.Since) && o.Finding.Severity >= *j.Least && family(o.Finding) == family(t.Finding)
	})
}

// family is what a finding is about, in the large.
func family(f Finding) string {
	switch f.Kind {
	case FindingExpiring, FindingExpired, FindingStopped:
		return FindingExpired
	case FindingUnreadable, FindingStale, FindingTenant:
		return FindingUnreadable
	case FindingSeats:
		_, module, _ := strings.Cut(f.Case, " ")
		return FindingSeats + " " + module
	}
	return f.Kind
}

func (j *judging) trouble(key string) *Trouble {
	for i := range j.Troubles {
		if t := &j.Troubles[i]; t.Finding.key() == key {
			return t
		}
	}
	return nil
}

// news is a decision to tell.
func (j *judging) news(act Act, t Trouble, why Reason) Decision {
	return Decision{At: j.now, Subject: j.Subject, Act: act, Fate: Tell, Reason: why, Finding: t.Finding, Since: t.Since, To: j.severity()}
}

// severity is the worst that is there now.
func (j *judging) severity() Severity { return worst(j.seen.Findings) }

// worst returns the worst trouble that is there, the worst of all if none is.
func (j *judging) worst() Trouble {
	if len(j.Troubles) == 0 {
		return Trouble{} // all is forgotten since long
	}
	return slices.MaxFunc(j.Troubles, func(a, b Trouble) int {
		switch {
		case a.There && !b.There:
			return 1
		case b.There && !a.There:
			return -1
		}
		return cmp.Compare(a.Finding.Severity, b.Finding.Severity)
	})
}
