package monitor

import (
	"slices"
	"time"
)

// Settle takes from the news that waits to be delivered what needs no telling any more, because of what came after it or because
// somebody has acknowledged it since. What is over comes with its new fate and reason. Both keep the order of waiting, which is not changed.
func Settle(waiting []Decision, s Snapshot) (left, over []Decision) {
	left = make([]Decision, 0, len(waiting))
	drop := func(i int, why Reason, now time.Time) {
		d := left[i]
		d.At, d.Fate, d.Reason, d.Until = now, Drop, why, time.Time{}
		over, left = append(over, d), slices.Delete(left, i, i+1)
	}
	for _, d := range waiting {
		needed := true
		for i := len(left) - 1; i >= 0; i-- {
			switch was := left[i]; {
			case was.Subject != d.Subject:
			case was.Act == Still && d.Act == Still, was.Act == Unstable && d.Act == Steady, was.Act == Steady && d.Act == Unstable,
				was.Act == Appeared && d.Act == Appeared && family(was.Finding) == family(d.Finding):
				drop(i, ReasonOvertaken, d.At)
			case was.Finding.key() != d.Finding.key():
			case was.Act == Passed && d.Act == Passed, was.Act == Over && d.Act == Appeared && d.Finding.Severity > was.Finding.Severity:
				drop(i, ReasonOvertaken, d.At)
			case was.Act == Appeared && d.Act == Over, was.Act == Over && d.Act == Appeared:
				needed = was.Instead // somebody knows of what it took the place of
				drop(i, ReasonUntold, d.At)
			case was.Act == Still && d.Act == Over:
				drop(i, ReasonUntold, d.At)
			}
		}
		if needed {
			left = append(left, d)
			continue
		}
		d.Fate, d.Reason = Drop, ReasonUntold
		over = append(over, d)
	}
	for i := len(left) - 1; i >= 0; i-- {
		d := left[i]
		if alert, _ := s.Alert(d.Subject); alert.Ack != nil && alert.Ack.At.After(d.At) && (d.Act == Appeared || d.Act == Still) {
			drop(i, ReasonAcknowledged, s.At)
		}
	}
	return left, over
}

// Hushed holds of the news that waits to be delivered what a pause or a snooze that came since wants held, and lets go what none holds any
// more. It returns all of it in its order, what is newly held, and how long until something held may go; 0: nothing is held.
func Hushed(waiting []Decision, s Snapshot, now time.Time) (all, held []Decision, wait time.Duration) {
	all = slices.Clone(waiting)
	for i := range all {
		d := &all[i]
		reason, until := Reason(""), time.Time{}
		if z, ok := s.Snoozed(d.Subject); ok && now.Before(z.Until) {
			reason, until = ReasonSnoozed, z.Until
		} else if now.Before(s.PausedUntil) {
			reason, until = ReasonPaused, s.PausedUntil
		}
		switch {
		case reason != "" && d.Fate == Tell:
			d.At, d.Fate, d.Reason, d.Until = now.Round(0), Hold, reason, until
			held = append(held, *d)
		case reason == "" && d.Fate == Hold:
			d.Held, d.Fate, d.Reason, d.Until = d.Reason, Tell, ReasonReleased, time.Time{}
		}
		if left := until.Sub(now); reason != "" && (wait == 0 || left < wait) {
			wait = left
		}
	}
	return all, held, wait
}

// AlertsOf returns the alerts of sites all of whose findings were told: what a program that knew no alerts has left behind.
func AlertsOf(sites []*SiteState, now time.Time) []Alert {
	a := NewAlerts(nil, nil)
	a.Take(DefaultRules(), Snapshot{At: now, Sites: sites, Outages: outages(sites)}, true)
	alerts, _ := a.Saved()
	return alerts
}

// News are the decisions to tell what an event says, in the words of a program that knew events alone.
func (e Event) News() []Decision {
	var list []Decision
	of := Subject{Site: e.Site, Owner: e.Owner, Network: e.Network}
	add := func(act Act, why Reason, findings []Finding) {
		for _, f := range findings {
			list = append(list, Decision{At: e.At, Subject: of, Act: act, Fate: Tell, Reason: why, Finding: f, Since: e.At, To: e.To})
		}
	}
	add(Over, ReasonOver, e.Gone)
	add(Appeared, ReasonNew, e.Appeared)
	return list
}
