package monitor

import (
	"slices"
	"time"
)

// calm begins and ends the time in which the subject changes too often to tell each time.
func (j *judging) calm() {
	recent := 0 // changes
	for _, at := range j.Changes {
		if j.now.Sub(at) < flapWithin {
			recent++
		}
	}
	var d Decision
	switch {
	case !j.Unstable.IsZero() && j.changed:
		j.Counter++
		return
	case !j.Unstable.IsZero() && j.steady():
		d = j.news(Steady, j.worst(), ReasonSteady)
		d.Changes = j.Counter
		j.Unstable, j.Counter, j.Changes, j.Spoke = time.Time{}, 0, nil, time.Time{}
	case j.Unstable.IsZero() && j.changed && recent >= flapAfter:
		d = j.news(Unstable, j.worst(), ReasonFlapping)
		d.Changes, j.Counter = recent, recent
		j.Unstable, j.Spoke, j.Peak = j.now, j.now, OK
		for _, t := range j.Troubles { // the worst of this day
			j.Peak = max(j.Peak, t.Finding.Severity)
		}
	default:
		return
	}
	j.withdraw(ReasonFlapping) // one notification speaks for all of it
	j.settle()
	j.gate(d)
}

// steady reports whether nothing has changed for long, and whether somebody looked: a computer that was off has seen nothing.
func (j *judging) steady() bool {
	if len(j.Changes) > 0 && j.now.Sub(j.Changes[len(j.Changes)-1]) < steadyFor {
		return false
	}
	return j.seen.Once || !slices.ContainsFunc(j.Troubles, func(t Trouble) bool { return t.Looks < 2 })
}

// settle takes it that somebody knows of all that is there, and that what is not is over.
func (j *judging) settle() {
	for i := range j.Troubles {
		switch t := &j.Troubles[i]; {
		case t.There && j.Peak < *j.Least:
			t.Mild = true
		case t.There:
			j.know(t)
		case t.Known:
			t.Known, t.Went = false, j.now
		}
	}
}

// remind tells the worst of what was told long ago and is still there, unless somebody said that it is known.
func (j *judging) remind() {
	if j.Ack != nil {
		return
	}
	if !j.Unstable.IsZero() {
		j.remindUnstable()
		return
	}
	known := func(t Trouble) bool {
		return t.There && t.Known && t.Finding.Severity > OK && t.Finding.Severity >= *j.Least
	}
	var worst *Trouble // of what is due
	for i := range j.Troubles {
		t := &j.Troubles[i]
		due := known(*t) && j.due(t.Told, j.remindAfter(t.Finding)) && !j.hushed(Still, t.Finding.Severity)
		if due && (worst == nil || t.Finding.Severity > worst.Finding.Severity) {
			worst = t
		}
	}
	if worst == nil {
		return
	}
	d := j.news(Still, *worst, ReasonReminder)
	for i := range j.Troubles { // it speaks for what is milder, too
		if t := &j.Troubles[i]; known(*t) && t.Finding.Severity <= worst.Finding.Severity {
			t.Told = j.now
			d.Others++
		}
	}
	d.Others--
	j.decisions = append(j.decisions, d)
}

// remindUnstable tells that it still changes too often.
func (j *judging) remindUnstable() {
	if j.Peak >= *j.Least && j.due(j.Spoke, j.remindAfter(Finding{Severity: j.Peak})) && !j.hushed(Still, j.Peak) {
		d := j.news(Still, j.worst(), ReasonReminder)
		d.Changes = j.Counter
		j.Spoke = j.now
		for i := range j.Troubles { // it speaks for all of them
			if t := &j.Troubles[i]; t.There && t.Known {
				t.Told = j.now
			}
		}
		j.decisions = append(j.decisions, d)
	}
}

// due reports whether what was told at some time is to be told again after a while; 0: never. What was told just after a full hour,
// since the tick came then, is due at a full hour too: else it would be told an hour later every day.
func (j *judging) due(told time.Time, after time.Duration) bool {
	return after > 0 && !j.now.Before(fullHour(told.Add(after-tickEvery).In(j.now.Location())))
}

// fullHour returns the next full hour of t's zone, t itself if it is one: what is due within an hour is told together.
func fullHour(t time.Time) time.Time {
	past := time.Duration(t.Minute())*time.Minute + time.Duration(t.Second())*time.Second + time.Duration(t.Nanosecond())
	if past == 0 {
		return t
	}
	return t.Add(time.Hour - past)
}
