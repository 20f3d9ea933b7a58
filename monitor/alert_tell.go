package monitor

import "slices"

// confirm tells what so many looks have seen that it counts.
func (j *judging) confirm() {
	told := OK // the worst that somebody knows of, and that is there
	for _, t := range j.Troubles {
		if t.There && t.Known {
			told = max(told, t.Finding.Severity)
		}
	}
	for i := range j.Troubles {
		switch t := &j.Troubles[i]; {
		case j.replaced(t):
			if t.Known {
				t.Known, t.Went = false, j.now
				j.instead = append(j.instead, family(t.Finding))
			}
			j.withdraw(ReasonOvertaken, t.Finding.key())
		case !t.counts():
		case t.There:
			j.appear(t, told)
		case t.Known:
			j.end(t)
		case t.Finding.Severity > OK:
			j.pass(t)
		}
	}
}

// appear tells that a trouble is there, or is worse than it was told to be.
func (j *judging) appear(t *Trouble, told Severity) {
	if t.Known && t.Finding.Severity <= t.As || t.Mild && t.Finding.Severity < *j.Least {
		return
	}
	d := j.news(Appeared, *t, ReasonNew)
	d.Instead = slices.Contains(j.instead, family(t.Finding))
	if t.Finding.Severity > told && told > OK {
		d.Reason = ReasonWorse
	}
	switch was := j.held(t.Finding.key()); {
	case was == nil:
	case was.Act == Over && t.Finding.Severity <= t.As: // as far as anybody knows it was there all the time
		j.withdraw(ReasonUntold, t.Finding.key())
		t.Known = true
		return
	case was.Act == Over:
		j.withdraw(ReasonOvertaken, t.Finding.key())
	default: // it is still held, or came back meanwhile
		was.Act = Appeared
		return
	}
	if !j.Unstable.IsZero() && t.Finding.Severity <= j.Peak && t.Finding.Severity >= *j.Least {
		j.drop(d, ReasonFlapping)
		j.know(t) // the counter tells of it
		return
	}
	if j.gate(d) == Tell && !j.Unstable.IsZero() {
		j.Spoke = j.now // what is worse than all of these changes is told even then
	}
	j.Peak = max(j.Peak, t.Finding.Severity)
}

// end tells that a trouble that somebody knows of is over.
func (j *judging) end(t *Trouble) {
	t.Known, t.Went = false, j.now
	j.withdraw(ReasonUntold, t.Finding.key()) // that it is worse
	switch d := j.news(Over, *t, ReasonOver); {
	case t.Finding.Severity == OK:
	case !j.Unstable.IsZero():
		j.drop(d, ReasonFlapping)
	default:
		j.gate(d)
	}
}

// pass makes of a held appearance that it came and went.
func (j *judging) pass(t *Trouble) {
	if d := j.held(t.Finding.key()); d != nil && d.Act == Appeared {
		d.Act, t.Went = Passed, j.now
		j.drop(j.news(Over, *t, ReasonOver), ReasonUntold)
	}
}

// gate lets a decision pass, or holds or drops it, notes what somebody knows from then on, and returns its fate.
func (j *judging) gate(d Decision) Fate {
	t := j.trouble(d.Finding.key())
	switch {
	case j.weight(d) < *j.Least:
		if d.Act == Appeared {
			t.Mild = true
		}
		return j.drop(d, ReasonMild)
	case j.Ack != nil && (d.Act == Unstable || d.Act == Steady || d.Act == Appeared && slices.Contains(j.Ack.Keys, d.Finding.key())):
		if d.Act == Appeared {
			j.know(t)
		}
		return j.drop(d, ReasonAcknowledged)
	case j.hushed(d.Act, j.weight(d)):
		d.Fate, d.Reason, d.Until = Hold, j.hush.Reason, j.hush.Until
		j.Held = append(j.Held, d)
	case d.Act == Appeared:
		j.know(t)
	}
	j.decisions = append(j.decisions, d)
	return d.Fate
}

// weight is how bad the news is.
func (j *judging) weight(d Decision) Severity {
	if d.Act == Unstable || d.Act == Steady {
		return j.Peak
	}
	return d.Finding.Severity
}

// hushed reports whether such news is not told just now.
func (j *judging) hushed(act Act, weight Severity) bool {
	breaks := j.hush.Break && weight == Critical && (act == Appeared || act == Still || act == Unstable)
	return j.hush.Reason != "" && !breaks
}

// know notes that somebody knows of the trouble as it is.
func (j *judging) know(t *Trouble) {
	t.Known, t.As, t.Mild, t.Told = true, t.Finding.Severity, false, j.now
}

func (j *judging) drop(d Decision, why Reason) Fate {
	d.At, d.Fate, d.Reason = j.now, Drop, why
	j.decisions = append(j.decisions, d)
	return Drop
}

// held returns what is held about a trouble.
func (j *judging) held(key string) *Decision {
	for i := range j.Held {
		if d := &j.Held[i]; d.Finding.key() == key && d.Act != Unstable && d.Act != Steady {
			return d
		}
	}
	return nil
}

// withdraw drops what is held about the troubles of these keys, or all that is held if there are none.
func (j *judging) withdraw(why Reason, keys ...string) {
	j.Held = slices.DeleteFunc(j.Held, func(d Decision) bool {
		gone := len(keys) == 0 || slices.Contains(keys, d.Finding.key()) && d.Act != Unstable && d.Act != Steady
		if gone {
			d.Held, d.Until = d.Reason, j.now
			j.drop(d, why)
		}
		return gone
	})
}

// release tells what was held, once nothing hushes it any more.
func (j *judging) release() {
	held := j.Held
	j.Held = nil
	for _, d := range held {
		t := j.trouble(d.Finding.key())
		appeared := d.Act == Appeared && t != nil
		if appeared {
			d.Finding = t.Finding
		}
		act := d.Act
		if appeared && !t.There && d.Finding.Severity > OK { // it has just gone
			act = Passed
		}
		acked := j.Ack != nil && (appeared && slices.Contains(j.Ack.Keys, d.Finding.key()) || d.Act == Unstable)
		switch {
		case !acked && j.hushed(act, j.weight(d)):
			d.Reason, d.Until = j.hush.Reason, j.hush.Until
			j.Held = append(j.Held, d)
			continue
		case act != d.Act:
			d.Act, t.Went, appeared = Passed, j.now, false
		}
		d.Held, d.Until, d.To = d.Reason, j.now, j.severity()
		switch {
		case acked:
			j.drop(d, ReasonAcknowledged)
		case j.weight(d) < *j.Least:
			j.drop(d, ReasonMild)
			if appeared {
				t.Mild = true
			}
			continue
		default:
			d.At, d.Fate, d.Reason = j.now, Tell, ReasonReleased
			j.decisions = append(j.decisions, d)
		}
		if appeared {
			j.know(t)
		}
		j.Spoke = j.now
	}
}
