package monitor

import (
	"cmp"
	"slices"
	"strings"
)

// acknowledge notes that a person knows of all that is told of the subjects that h covers.
func (a *Alerts) acknowledge(h Hand, s Snapshot) {
	note := func(of Subject, found []Finding) {
		found = slices.DeleteFunc(telling(found), func(f Finding) bool { return f.Severity == OK })
		if len(found) == 0 {
			return
		}
		ack := h
		ack.Subject, ack.Severity, ack.Keys = of, worst(found), nil
		for _, f := range found {
			ack.Keys = append(ack.Keys, f.key())
		}
		alert := a.bySubject[of]
		alert.Ack = &ack
		a.set(of, alert)
	}
	outages := s.Outages
	for _, site := range s.Sites {
		mine := h.Site == site.Site.Name // what troubles the whole site is shown at each owner
		if of := (Subject{Site: site.Site.Name}); mine || h.Covers(of) {
			note(of, site.Findings)
			for _, o := range outages {
				if o.Network == site.Site.Network {
					note(Subject{Network: o.Network}, []Finding{o.Finding})
				}
			}
		}
		for _, o := range site.Owners {
			if of := (Subject{Site: site.Site.Name, Owner: o.Owner}); h.Covers(of) {
				note(of, o.Findings)
			}
		}
	}
}

// snooze lets nothing be told of what h covers until then.
func (a *Alerts) snooze(h Hand, s Snapshot) {
	h.Severity, h.Keys = s.worstOf(h.Subject)
	others := slices.DeleteFunc(slices.Clone(a.snoozes), func(o Hand) bool { return o.Subject == h.Subject })
	a.snoozes = append(others, h)
}

// resume takes back the acknowledgements and snoozes of what of covers.
func (a *Alerts) resume(of Subject) {
	a.snoozes = slices.DeleteFunc(slices.Clone(a.snoozes), func(h Hand) bool { return of.Covers(h.Subject) })
	for s, alert := range a.bySubject {
		if of.Covers(s) && alert.Ack != nil {
			alert.Ack = nil
			a.set(s, alert)
		}
	}
}

// rename lets sites keep their alerts and snoozes under their new names. The former names are by the new ones.
func (a *Alerts) rename(former map[string]string) {
	names := map[string]string{}
	for is, was := range former {
		names[was] = is
	}
	alerts := a.bySubject
	a.bySubject, a.saved = map[Subject]Alert{}, nil
	for of, alert := range alerts {
		if is, ok := names[of.Site]; ok {
			of.Site = is
			alert.Held = slices.Clone(alert.Held)
			for i := range alert.Held {
				alert.Held[i].Site = is
			}
			if alert.Ack != nil {
				ack := *alert.Ack
				ack.Site = is
				alert.Ack = &ack
			}
		}
		a.set(of, alert)
	}
	a.snoozes = slices.Clone(a.snoozes)
	for i := range a.snoozes {
		z := &a.snoozes[i]
		z.Site = cmp.Or(names[z.Site], z.Site)
		z.Keys = slices.Clone(z.Keys)
		for k, key := range z.Keys {
			if site, rest, _ := strings.Cut(key, "\x00"); names[site] != "" {
				z.Keys[k] = names[site] + "\x00" + rest
			}
		}
	}
}
