package monitor

import (
	"maps"
	"reflect"
	"slices"
	"time"
)

// Alerts are the alerts of all subjects, with what people said about them. It belongs to one goroutine.
type Alerts struct {
	bySubject map[Subject]Alert
	snoozes   []Hand
	looked    map[string]*SiteState // as they were judged last, by name
	at        time.Time             // when all were judged last
	paused    bool                  // then
	saved     []Alert               // nil: to be made anew
}

// NewAlerts returns alerts that go on where saved ones ended.
func NewAlerts(saved []Alert, snoozes []Hand) *Alerts {
	a := &Alerts{bySubject: map[Subject]Alert{}, snoozes: slices.Clone(snoozes), looked: map[string]*SiteState{}}
	for _, s := range saved {
		a.bySubject[s.Subject] = s
	}
	return a
}

// Saved returns what is to be known of each alert, by subject, and the snoozes that hold. Neither is to be written.
func (a *Alerts) Saved() ([]Alert, []Hand) {
	if a.saved == nil {
		a.saved = append(make([]Alert, 0, len(a.bySubject)), slices.SortedFunc(maps.Values(a.bySubject), func(x, y Alert) int { return x.Subject.compare(y.Subject) })...)
	}
	return a.saved, slices.Clip(a.snoozes)
}

// Unsaved reports whether something changed since Saved.
func (a *Alerts) Unsaved() bool { return a.saved == nil }

// set keeps an alert, unless there is nothing to know of it.
func (a *Alerts) set(of Subject, alert Alert) {
	alert.Subject, a.saved = of, nil
	if alert.idle() {
		delete(a.bySubject, of)
	} else {
		a.bySubject[of] = alert
	}
}

// Take judges what a snapshot shows: of the sites that changed since the last call or, if all is set, because rules changed or time
// passes, of all. It judges all too in each minute anew, and when something that hushes ends, so that what is due then is told together.
func (a *Alerts) Take(r Rules, s Snapshot, all bool) []Decision {
	paused := s.At.Before(s.PausedUntil)
	all = a.wake(s) || all || paused != a.paused || !s.At.Truncate(time.Minute).Equal(a.at.Truncate(time.Minute))
	if all {
		a.at, a.paused = s.At, paused
	}
	var decisions []Decision
	judge := func(r Rules, of Subject, seen Seen) {
		was, known := a.bySubject[of]
		if !known && len(seen.Findings) == 0 {
			return
		}
		was.Subject = of
		next, told := r.Alert(was, seen, a.hush(r, of, s), s.At)
		decisions = append(decisions, told...)
		if !reflect.DeepEqual(was, next) {
			a.set(of, next)
		}
	}
	left := all // somebody may not be watched any more
	for _, o := range s.Outages {
		judge(r, Subject{Network: o.Network}, Seen{Findings: []Finding{o.Finding}, Once: true})
	}
	for _, site := range s.Sites {
		of, way := Subject{Site: site.Site.Name}, Subject{Network: site.Site.Network}
		was := a.looked[of.Site]
		if was == site && !all {
			continue
		}
		left = left || was != nil && slices.ContainsFunc(was.Owners, func(o OwnerState) bool { return !site.has(o.Owner) })
		a.looked[of.Site] = site
		if !slices.ContainsFunc(s.Outages, func(o Outage) bool { return o.Network == way.Network }) {
			judge(r, way, Seen{Once: true})
		}
		rules := r.Under(site.Site.Rules)
		judge(rules, of, Seen{Findings: telling(site.Findings), Look: site.Looks})
		for _, o := range site.Owners {
			of.Owner = o.Owner
			judge(rules, of, Seen{Findings: telling(o.Findings), Look: o.Looks})
		}
	}
	if left {
		decisions = append(decisions, a.prune(s)...)
	}
	return decisions
}

// prune forgets the subjects that nobody watches any more, and drops what was held of them.
func (a *Alerts) prune(s Snapshot) []Decision {
	watched := make(map[Subject]bool, len(s.Sites))
	for _, site := range s.Sites {
		watched[Subject{Site: site.Site.Name}] = true
		watched[Subject{Network: site.Site.Network}] = site.Site.Network != ""
	}
	maps.DeleteFunc(a.looked, func(name string, _ *SiteState) bool { return !watched[Subject{Site: name}] })
	var dropped []Decision
	for of, alert := range a.bySubject {
		if watched[Subject{Site: of.Site, Network: of.Network}] && (of.Owner == "" || a.looked[of.Site].has(of.Owner)) {
			continue
		}
		for _, d := range alert.Held {
			d.At, d.Fate, d.Held, d.Reason, d.Until = s.At, Drop, d.Reason, ReasonRemoved, time.Time{}
			dropped = append(dropped, d)
		}
		a.set(of, Alert{})
	}
	a.snoozes = slices.DeleteFunc(slices.Clone(a.snoozes), func(h Hand) bool { return h.Site != "" && !watched[Subject{Site: h.Site}] })
	return dropped
}

func (s *SiteState) has(owner string) bool {
	_, found := s.find(owner)
	return found
}

// telling are the findings that there is something to tell of.
func telling(list []Finding) []Finding {
	return slices.DeleteFunc(slices.Clone(list), func(f Finding) bool { return !notable(f) })
}

// idle reports whether there is nothing to know of the alert.
func (a Alert) idle() bool {
	return len(a.Troubles) == 0 && len(a.Held) == 0 && len(a.Changes) == 0 && a.Unstable.IsZero() && a.Ack == nil
}

// wake ends the snoozes that are over, because it is late enough or something grew worse, and reports whether there were any.
func (a *Alerts) wake(s Snapshot) bool {
	var left []Hand
	for _, h := range a.snoozes {
		if worst, critical := s.worstOf(h.Subject); s.At.Before(h.Until) && worst <= h.Severity && subset(critical, h.Keys) {
			left = append(left, h)
		}
	}
	ended := len(left) < len(a.snoozes)
	if ended {
		a.saved = nil
	}
	a.snoozes = left
	return ended
}

func subset(some, all []string) bool {
	return !slices.ContainsFunc(some, func(s string) bool { return !slices.Contains(all, s) })
}

// hush returns why nothing is told of a subject just now: what a person wants goes first.
func (a *Alerts) hush(r Rules, of Subject, s Snapshot) Hush {
	var h Hush
	if z, ok := (Snapshot{Snoozes: a.snoozes}).Snoozed(of); ok {
		h = Hush{Reason: ReasonSnoozed, Until: z.Until}
	}
	if s.At.Before(s.PausedUntil) && h.Reason == "" {
		h = Hush{Reason: ReasonPaused, Until: s.PausedUntil}
	}
	if end, quiet := r.QuietUntil(s.At); quiet && h.Reason == "" {
		h = Hush{Reason: ReasonQuiet, Until: end, Break: *r.BreakQuiet}
	}
	return h
}

// worstOf is the worst that is known of a subject and all that it covers, with the keys of what is critical, each after its subject.
func (s Snapshot) worstOf(of Subject) (worst Severity, critical []string) {
	note := func(about Subject, found []Finding) {
		if !of.Covers(about) {
			return
		}
		for _, f := range found {
			worst = max(worst, f.Severity)
			if f.Severity == Critical {
				critical = append(critical, about.Site+"\x00"+about.Owner+"\x00"+f.key())
			}
		}
	}
	for _, site := range s.Sites {
		note(Subject{Site: site.Site.Name}, telling(site.Findings))
		for _, o := range site.Owners {
			note(Subject{Site: site.Site.Name, Owner: o.Owner}, telling(o.Findings))
		}
	}
	for _, o := range s.Outages {
		note(Subject{Network: o.Network}, []Finding{o.Finding})
	}
	return worst, critical
}

// doubtful returns the owners of a site that another look must confirm soon, and whether it must look at the site as a whole. What has
// changed twice since then may well change again: it waits for the next regular look, and so is not told at each.
func (a *Alerts) doubtful(site *SiteState, then time.Time) (owners []string, whole bool) {
	soon := func(of Subject) bool {
		c := a.bySubject[of].Changes
		return a.doubts(of) && (len(c) < 2 || !c[len(c)-2].After(then))
	}
	for _, o := range site.Owners {
		if soon(Subject{Site: site.Site.Name, Owner: o.Owner}) {
			owners = append(owners, o.Owner)
		}
	}
	return owners, soon(Subject{Site: site.Site.Name})
}

// doubts reports whether news of a subject waits for another look.
func (a *Alerts) doubts(of Subject) bool {
	return slices.ContainsFunc(a.bySubject[of].Troubles, func(t Trouble) bool { return !t.counts() && (t.There || t.Known) })
}
