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
	if j.Ack != nil && !j.Ack.holds(seen.Findings) {
		j.Ack = nil // something changed
	}
	j.calm()
	j.confirm()
	j.release()
	j.remind()
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
	decisions []Decision
}

func (a Alert) clone() Alert {
	a.Troubles, a.Held, a.Changes = slices.Clone(a.Troubles), slices.Clone(a.Held), slices.Clone(a.Changes)
	return a
}

// clip takes back what a clock that was set back has put into the future: else a reminder would wait for it.
func (j *judging) clip() {
	for i := range j.Troubles {
		t := &j.Troubles[i]
		for _, at := range []*time.Time{&t.Since, &t.Told, &t.Went} {
			*at = notAfter(*at, j.now)
		}
	}
	for i := range j.Changes {
		j.Changes[i] = notAfter(j.Changes[i], j.now)
	}
	j.Unstable = notAfter(j.Unstable, j.now)
}

func notAfter(t, now time.Time) time.Time {
	if t.After(now) {
		return now
	}
	return t
}

// look takes in what is there and what is not, and counts the looks that say so.
func (j *judging) look() {
	newcomers := false
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
		if !slices.ContainsFunc(j.Troubles, func(t Trouble) bool { return t.Finding.key() == f.key() }) {
			t := Trouble{Finding: f}
			t.turn(true, j.seen, j.now)
			j.Troubles = append(j.Troubles, t)
			newcomers = true
		}
	}
	j.changed = j.changed || newcomers
	if newcomers {
		j.doubt()
	}
	if j.changed {
		j.Changes = append(j.Changes, j.now)
	}
	j.Changes = slices.DeleteFunc(j.Changes, func(at time.Time) bool { return j.now.Sub(at) >= flapWithin })
	j.Troubles = slices.DeleteFunc(j.Troubles, func(t Trouble) bool {
		return !t.There && t.Told.IsZero() && j.now.Sub(t.Went) >= flapWithin && !j.holds(t.Finding.key())
	})
}

// turn notes that the trouble comes or goes. What comes is confirmed by the judge of findings, so that one look is enough, unless it
// went within the last day; that it is over takes two.
func (t *Trouble) turn(there bool, seen Seen, now time.Time) {
	t.There, t.Looks, t.Look, t.Need = there, 1, seen.Look, 2
	switch {
	case !there && t.Told.IsZero():
		t.Went = now
	case seen.Once, there && (t.Went.IsZero() || t.Finding.overdue()):
		t.Need = 1
	}
	if there && t.Told.IsZero() {
		t.Since = now
	}
}

// overdue reports whether the finding is about time that has passed: no look is needed to know.
func (f Finding) overdue() bool {
	switch f.Kind {
	case FindingExpiring, FindingExpired, FindingStopped, FindingMaintenance, FindingStale, FindingCertificate:
		return true
	}
	return false
}

// doubt makes what is milder than what it takes the place of wait for a second look: that would be good news.
func (j *judging) doubt() {
	gone := OK
	for _, t := range j.Troubles {
		if !t.There && !t.Told.IsZero() && t.Look == j.seen.Look {
			gone = max(gone, t.Finding.Severity)
		}
	}
	for i := range j.Troubles {
		if t := &j.Troubles[i]; t.There && t.Told.IsZero() && !j.seen.Once && !t.Finding.overdue() && t.Finding.Severity < gone {
			t.Need = 2
		}
	}
}

// calm begins and ends the time in which the subject changes too often to tell each time.
func (j *judging) calm() {
	switch {
	case !j.Unstable.IsZero() && j.changed:
		j.Counter++
	case !j.Unstable.IsZero() && (len(j.Changes) == 0 || j.now.Sub(j.Changes[len(j.Changes)-1]) >= steadyFor):
		d := j.news(Steady, j.worst(), ReasonSteady)
		d.Changes = j.Counter
		j.Unstable, j.Counter, j.Changes = time.Time{}, 0, nil
		j.settle()
		j.gate(d)
	case j.Unstable.IsZero() && j.changed && len(j.Changes) >= flapAfter:
		d := j.news(Unstable, j.worst(), ReasonFlapping)
		d.Changes, j.Counter = len(j.Changes), len(j.Changes)
		j.Unstable, j.Peak = j.now, OK
		for _, t := range j.Troubles { // the worst of this day
			j.Peak = max(j.Peak, t.Finding.Severity)
		}
		j.settle()
		j.gate(d)
	}
}

// settle takes all that is there for told, and what is not for over: one notification speaks for it.
func (j *judging) settle() {
	for i := range j.Troubles {
		if t := &j.Troubles[i]; t.There {
			t.Told = j.now
		} else if !t.Told.IsZero() {
			t.Told, t.Went = time.Time{}, j.now
		}
	}
}

// confirm tells what so many looks have seen that it counts.
func (j *judging) confirm() {
	told := OK // the worst that was told and still is
	for _, t := range j.Troubles {
		if t.There && !t.Told.IsZero() {
			told = max(told, t.Finding.Severity)
		}
	}
	for i := range j.Troubles {
		t := &j.Troubles[i]
		if t.Looks < t.Need {
			continue
		}
		switch {
		case t.There && t.Told.IsZero() && !j.holds(t.Finding.key()):
			reason := ReasonNew
			if t.Finding.Severity > told && told > OK {
				reason = ReasonWorse
			}
			j.tell(t, j.news(Appeared, *t, reason))
		case !t.There && !t.Told.IsZero():
			was := *t
			t.Told, t.Went = time.Time{}, j.now
			if was.Finding.Severity > OK && !j.superseded(was) {
				j.tellOver(j.news(Over, was, ReasonOver))
			}
		case !t.There && j.holds(t.Finding.key()):
			j.pass(t.Finding.key())
			t.Went = j.now
		}
	}
}

// tell gates what appeared, unless the subject changes too often; what is worse than all of these changes is told even then.
func (j *judging) tell(t *Trouble, d Decision) {
	if !j.Unstable.IsZero() && t.Finding.Severity <= j.Peak {
		d.Fate, d.Reason = Drop, ReasonFlapping
		j.decisions = append(j.decisions, d)
		t.Told = j.now // the counter tells of it
		return
	}
	j.Peak = max(j.Peak, t.Finding.Severity)
	if j.gate(d) != Hold {
		t.Told = j.now
	}
}

func (j *judging) tellOver(d Decision) {
	if !j.Unstable.IsZero() {
		d.Fate, d.Reason = Drop, ReasonFlapping
		j.decisions = append(j.decisions, d)
		return
	}
	j.gate(d)
}

// superseded reports whether another trouble about the same took its place: the notification about that one tells of the change.
func (j *judging) superseded(t Trouble) bool {
	return slices.ContainsFunc(j.Troubles, func(o Trouble) bool {
		return o.There && o.Finding.key() != t.Finding.key() && family(o.Finding) == family(t.Finding) && (o.Told.After(t.Told) || o.Told.IsZero() && o.Looks >= o.Need)
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

// gate lets a decision pass, or holds or drops it, and returns its fate.
func (j *judging) gate(d Decision) Fate {
	switch {
	case *j.Least == Nothing, d.Act != Steady && d.Act != Unstable && d.Finding.Severity < *j.Least && d.Finding.Severity > OK:
		d.Fate, d.Reason = Drop, ReasonMild
	case j.hush.Reason != "" && !(j.hush.Break && d.Finding.Severity == Critical && d.Act != Over && d.Act != Steady):
		d.Fate, d.Reason, d.Until = Hold, j.hush.Reason, j.hush.Until
		j.Held = append(j.Held, d)
	}
	j.decisions = append(j.decisions, d)
	return d.Fate
}

// holds reports whether it is held that a trouble appeared.
func (j *judging) holds(key string) bool {
	return slices.ContainsFunc(j.Held, func(d Decision) bool { return d.Act == Appeared && d.Finding.key() == key })
}

// pass makes of a held appearance that it came and went.
func (j *judging) pass(key string) {
	for i := range j.Held {
		if d := &j.Held[i]; d.Act == Appeared && d.Finding.key() == key {
			d.Act, d.Reason = Passed, ReasonUntold
			over := *d
			over.At, over.Act, over.Fate = j.now, Over, Drop
			j.decisions = append(j.decisions, over)
		}
	}
}

// release tells what was held, once nothing hushes it any more.
func (j *judging) release() {
	if len(j.Held) == 0 || j.hush.Reason != "" && j.Ack == nil {
		return
	}
	for _, d := range j.Held {
		if d.Act == Appeared && j.Ack != nil {
			d.Fate, d.Reason, d.Until = Drop, ReasonAcknowledged, time.Time{}
			j.decisions = append(j.decisions, d)
			j.toldOf(d)
			continue
		}
		d.Held, d.Fate, d.Reason, d.Until = d.Reason, Tell, ReasonReleased, time.Time{}
		d.To = j.severity()
		j.decisions = append(j.decisions, d)
		j.toldOf(d)
	}
	j.Held = nil
}

// toldOf notes that somebody knows of what the decision is about.
func (j *judging) toldOf(d Decision) {
	for i := range j.Troubles {
		if t := &j.Troubles[i]; d.Act == Appeared && t.Finding.key() == d.Finding.key() {
			t.Told = j.now
		}
	}
}

// remind tells the worst of what was told long ago and is still there, unless somebody knows of it.
func (j *judging) remind() {
	if j.Ack != nil || j.hush.Reason != "" && !j.hush.Break {
		return
	}
	var worst *Trouble
	told := 0
	due := false
	for i := range j.Troubles {
		t := &j.Troubles[i]
		if !t.There || t.Told.IsZero() || t.Finding.Severity == OK || t.Finding.Severity < *j.Least {
			continue
		}
		told++
		after := j.remindAfter(t.Finding)
		due = due || after > 0 && !j.now.Before(fullHour(t.Told.Add(after)))
		if worst == nil || t.Finding.Severity > worst.Finding.Severity {
			worst = t
		}
	}
	if !due || j.hush.Reason != "" && worst.Finding.Severity < Critical {
		return
	}
	d := j.news(Still, *worst, ReasonReminder)
	d.Others = told - 1
	for i := range j.Troubles {
		if t := &j.Troubles[i]; t.There && !t.Told.IsZero() {
			t.Told = j.now
		}
	}
	j.decisions = append(j.decisions, d)
}

// fullHour returns the next full hour, t itself if it is one: what is due within an hour is told together.
func fullHour(t time.Time) time.Time {
	if hour := t.Truncate(time.Hour); hour.Before(t) {
		return hour.Add(time.Hour)
	}
	return t
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
		return cmp.Or(cmp.Compare(a.weight(), b.weight()), cmp.Compare(a.Finding.Severity, b.Finding.Severity))
	})
}

func (t Trouble) weight() int {
	if t.There {
		return 1
	}
	return 0
}
