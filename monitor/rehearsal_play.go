package monitor

import (
	"slices"
	"time"
)

const (
	wholeDay   = 24 * time.Hour
	settled    = 7 * wholeDay // what stood before the rehearsal is told so long before it, that all of it is out
	secondLook = time.Minute  // so soon after a change another look confirms it
)

// play is the rehearsal of one subject.
type play struct {
	rules Rules
	alert Alert
	seen  Seen
	told  []Decision
}

// moment is an instant at which something may be told because time passes.
type moment struct {
	at   time.Time
	hush Hush
}

// quietAt returns what keeps things from being told at an instant, when no person does.
func (r Rules) quietAt(at time.Time) Hush { return new(Alerts).hush(r, Subject{}, Snapshot{At: at}) }

// moments returns each full hour and each end of quiet hours.
func (r Rules) moments(from, until time.Time) []moment {
	list := make([]moment, 0, until.Sub(from)/time.Hour+1)
	for at := fullHour(from.In(until.Location())); !at.After(until); at = at.Add(time.Hour) {
		hush := r.quietAt(at)
		list = append(list, moment{at, hush})
		if end := hush.Until; hush.Reason != "" && end.Before(at.Add(time.Hour)) && !end.After(until) {
			list = append(list, moment{end, r.quietAt(end)})
		}
	}
	return list
}

// longest is the longest time between two reminders, or a day.
func (r Rules) longest() time.Duration {
	return max(wholeDay, *r.RemindCritical, *r.RemindUnknown, *r.RemindWarning)
}

// stood takes in what stood before an instant, and returns the events from then on and when the play begins: so long before that reminders
// come at the hours at which they would have come.
func (p *play) stood(events []Event, since time.Time) (begin time.Time, changes []Event) {
	var appeared time.Time
	n := 0
	for ; n < len(events) && events[n].At.Before(since); n++ {
		if p.take(events[n]); len(events[n].Appeared) > 0 {
			appeared = events[n].At
		}
	}
	standing := slices.Clone(p.seen.Findings)
	for _, e := range events[n:] {
		for _, f := range e.Gone { // what goes was there, also if nobody knows since when
			if !slices.ContainsFunc(p.seen.Findings, f.same) {
				standing = append(standing, f)
			}
		}
		p.take(e)
	}
	p.seen.Findings = standing
	begin = since.Add(-settled)
	if !appeared.IsZero() && appeared.Before(begin) {
		begin = begin.Add(-(begin.Sub(appeared) % p.rules.longest()))
	}
	return begin, events[n:]
}

func (f Finding) same(o Finding) bool { return f.key() == o.key() }

// take notes what appeared and what is gone. That something in order is gone, such as a new licence's arrival, is no event: it is taken
// to be gone by the next look.
func (p *play) take(e Event) {
	list := slices.DeleteFunc(slices.Clone(p.seen.Findings), func(f Finding) bool {
		return f.Severity == OK || slices.ContainsFunc(e.Gone, f.same) || slices.ContainsFunc(e.Appeared, f.same)
	})
	p.seen.Findings = append(list, e.Appeared...)
}

// step is a change or, without an event, what follows from one.
type step struct {
	Event
	looked bool // somebody looked, so that what is not sure yet may be
}

// run plays the events and the moments, both in order, from one instant until another.
func (p *play) run(begin, until time.Time, events []Event, moments []moment) {
	at, _ := slices.BinarySearchFunc(moments, begin, func(m moment, t time.Time) int { return m.at.Compare(t) })
	moments = moments[at:]
	var steps []step
	for _, e := range append([]Event{{At: begin}}, events...) {
		steps = append(steps, step{e, true}, step{Event{At: e.At.Add(secondLook)}, true})
		if slices.ContainsFunc(e.Appeared, func(f Finding) bool { return f.Severity == OK }) {
			steps = append(steps, step{Event{At: e.At.Add(2 * secondLook)}, true}) // confirms that it is gone
		}
	}
	for _, s := range steps { // they come behind what happens at the same instant
		steps = append(steps, step{Event{At: s.At.Add(steadyFor)}, false})
	}
	steps = slices.DeleteFunc(steps, func(s step) bool { return s.At.After(until) })
	slices.SortStableFunc(steps, func(a, b step) int { return a.At.Compare(b.At) })
	for len(steps)+len(moments) > 0 {
		if len(moments) > 0 && (len(steps) == 0 || moments[0].at.Before(steps[0].At)) {
			p.look(moments[0])
			moments = moments[1:]
			continue
		}
		s := steps[0]
		steps = steps[1:]
		if s.looked {
			p.take(s.Event)
			p.seen.Look++
		}
		p.look(moment{s.At, p.rules.quietAt(s.At)})
	}
}

// look judges what is seen.
func (p *play) look(m moment) {
	if len(p.seen.Findings) == 0 && p.alert.idle() {
		return
	}
	var list []Decision
	p.alert, list = p.rules.Alert(p.alert, p.seen, m.hush, m.at)
	for _, d := range list {
		if d.Fate == Tell {
			d.At = m.at // of what was held, too
			p.told = append(p.told, d)
		}
	}
	p.forget(m.at)
}

// forget drops an owner that the database has not listed for so long that the monitor forgot it.
func (p *play) forget(now time.Time) {
	i := slices.IndexFunc(p.alert.Troubles, func(t Trouble) bool { return t.There && t.Finding.Kind == FindingUnlisted })
	if i >= 0 && now.Sub(p.alert.Troubles[i].Since) >= forgetAfter {
		p.alert, p.seen.Findings = Alert{Subject: p.alert.Subject}, nil
	}
}
