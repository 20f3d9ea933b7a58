package monitor

import (
	"maps"
	"slices"
)

// Alerts are the alerts of all subjects, with what people said about them. It belongs to one goroutine.
type Alerts struct {
	bySubject map[Subject]Alert
	snoozes   []Hand
	looked    map[string]*SiteState // as they were judged last, by name
}

// NewAlerts returns alerts that go on where saved ones ended.
func NewAlerts(saved []Alert, snoozes []Hand) *Alerts {
	a := &Alerts{bySubject: map[Subject]Alert{}, snoozes: slices.Clone(snoozes), looked: map[string]*SiteState{}}
	for _, s := range saved {
		a.bySubject[s.Subject] = s
	}
	return a
}

// Saved returns what is to be known of each alert, by subject, and the snoozes that hold.
func (a *Alerts) Saved() ([]Alert, []Hand) {
	return slices.SortedFunc(maps.Values(a.bySubject), func(x, y Alert) int { return x.Subject.compare(y.Subject) }), slices.Clone(a.snoozes)
}

// Take judges what a snapshot shows: of the sites that changed since the last call or, if all is set, because time passes or
// rules changed, of all.
func (a *Alerts) Take(r Rules, s Snapshot, all bool) []Decision {
	a.wake(s)
	var decisions []Decision
	judge := func(r Rules, of Subject, seen Seen) {
		was, known := a.bySubject[of]
		if !known && len(seen.Findings) == 0 {
			return
		}
		was.Subject = of
		next, told := r.Alert(was, seen, a.hush(r, of, s), s.At)
		decisions = append(decisions, told...)
		if next.idle() {
			delete(a.bySubject, of)
		} else {
			a.bySubject[of] = next
		}
	}
	present := make(map[Subject]bool, len(a.bySubject))
	for _, o := range s.Outages {
		of := Subject{Network: o.Network}
		present[of] = true
		judge(r, of, Seen{Findings: []Finding{o.Finding}, Once: true})
	}
	names := make(map[string]bool, len(s.Sites))
	for _, site := range s.Sites {
		name := site.Site.Name
		names[name] = true
		if a.looked[name] == site && !all {
			continue
		}
		a.looked[name] = site
		rules := r.Under(site.Site.Rules)
		judge(rules, Subject{Site: name}, Seen{Findings: telling(site.Findings), Look: site.Looks})
		for _, o := range site.Owners {
			judge(rules, Subject{Site: name, Owner: o.Owner}, Seen{Findings: telling(o.Findings), Look: o.Looks})
		}
	}
	for of := range a.bySubject {
		switch {
		case of.Network != "" && !present[of]:
			judge(r, of, Seen{Once: true})
		case of.Network == "" && !names[of.Site]:
			delete(a.bySubject, of)
		case of.Owner != "" && !a.looked[of.Site].has(of.Owner):
			delete(a.bySubject, of)
		}
	}
	maps.DeleteFunc(a.looked, func(name string, _ *SiteState) bool { return !names[name] })
	return decisions
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

// wake ends the snoozes that are over: it is late enough, or something grew worse.
func (a *Alerts) wake(s Snapshot) {
	a.snoozes = slices.DeleteFunc(a.snoozes, func(h Hand) bool { return !s.At.Before(h.Until) || s.worstOf(h.Subject) > h.Severity })
}

// hush returns why nothing is told of a subject just now: what a person wants goes first.
func (a *Alerts) hush(r Rules, of Subject, s Snapshot) Hush {
	var h Hush
	for _, z := range a.snoozes {
		if z.Covers(of) && z.Until.After(h.Until) {
			h = Hush{Reason: ReasonSnoozed, Until: z.Until}
		}
	}
	if s.At.Before(s.PausedUntil) && h.Reason == "" {
		h = Hush{Reason: ReasonPaused, Until: s.PausedUntil}
	}
	if end, quiet := r.QuietUntil(s.At); quiet && h.Reason == "" {
		h = Hush{Reason: ReasonQuiet, Until: end, Break: *r.BreakQuiet}
	}
	return h
}

// worstOf is the worst that is known of a subject and all that it covers.
func (s Snapshot) worstOf(of Subject) Severity {
	worst := OK
	for _, site := range s.Sites {
		if of.Covers(Subject{Site: site.Site.Name}) {
			worst = max(worst, known(site.Findings))
		}
		for _, o := range site.Owners {
			if of.Covers(Subject{Site: site.Site.Name, Owner: o.Owner}) {
				worst = max(worst, known(o.Findings))
			}
		}
	}
	for _, o := range s.Outages {
		if of.Covers(Subject{Network: o.Network}) {
			worst = max(worst, o.Finding.Severity)
		}
	}
	return worst
}

// acknowledge notes that a person knows of all that is told of the subjects that of covers, and returns of which there was something to know.
func (a *Alerts) acknowledge(h Hand, s Snapshot) []Subject {
	var list []Subject
	note := func(of Subject, found []Finding, shown bool) {
		found = slices.DeleteFunc(telling(found), func(f Finding) bool { return f.Severity == OK })
		if !h.Covers(of) && !shown || len(found) == 0 {
			return
		}
		ack := h
		ack.Subject, ack.Severity = of, worst(found)
		for _, f := range found {
			ack.Keys = append(ack.Keys, f.key())
		}
		alert := a.bySubject[of]
		alert.Subject, alert.Ack = of, &ack
		a.bySubject[of] = alert
		if !slices.Contains(list, of) {
			list = append(list, of)
		}
	}
	for _, site := range s.Sites {
		mine := h.Site == site.Site.Name // what troubles the whole site is shown at each owner
		note(Subject{Site: site.Site.Name}, site.Findings, mine)
		for _, o := range site.Owners {
			note(Subject{Site: site.Site.Name, Owner: o.Owner}, o.Findings, false)
		}
		for _, o := range s.Outages {
			if h.Site == "" || mine && site.Site.Network == o.Network {
				note(Subject{Network: o.Network}, []Finding{o.Finding}, true)
			}
		}
	}
	return list
}

// snooze lets nothing be told of what h covers until then.
func (a *Alerts) snooze(h Hand, s Snapshot) {
	h.Severity = s.worstOf(h.Subject)
	a.snoozes = slices.DeleteFunc(a.snoozes, func(o Hand) bool { return o.Subject == h.Subject })
	a.snoozes = append(a.snoozes, h)
}

// resume takes back the acknowledgements and snoozes of what of covers.
func (a *Alerts) resume(of Subject) {
	a.snoozes = slices.DeleteFunc(a.snoozes, func(h Hand) bool { return of.Covers(h.Subject) })
	for s, alert := range a.bySubject {
		if of.Covers(s) && alert.Ack != nil {
			alert.Ack = nil
			a.bySubject[s] = alert
		}
	}
}

// doubtful returns the owners of a site that another look must confirm, and whether it must look at the site as a whole.
func (a *Alerts) doubtful(site *SiteState) (owners []string, whole bool) {
	doubted := func(of Subject) bool {
		return slices.ContainsFunc(a.bySubject[of].Troubles, func(t Trouble) bool { return t.Looks < t.Need && (t.There || !t.Told.IsZero()) })
	}
	for _, o := range site.Owners {
		if doubted(Subject{Site: site.Site.Name, Owner: o.Owner}) {
			owners = append(owners, o.Owner)
		}
	}
	return owners, doubted(Subject{Site: site.Site.Name})
}

// rename lets a site keep its alerts under its new name.
func (a *Alerts) rename(was, is string) {
	for of, alert := range a.bySubject {
		if of.Site == was {
			delete(a.bySubject, of)
			alert.Site, alert.Held = is, slices.Clone(alert.Held)
			for i := range alert.Held {
				alert.Held[i].Site = is
			}
			if alert.Ack != nil {
				ack := *alert.Ack
				ack.Site = is
				alert.Ack = &ack
			}
			a.bySubject[alert.Subject] = alert
		}
	}
	for i := range a.snoozes {
		if a.snoozes[i].Site == was {
			a.snoozes[i].Site = is
		}
	}
}
