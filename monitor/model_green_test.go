package monitor

import (
	"cmp"
	"slices"
	"time"
)

// after holds what was published last against the true time: it is still shown.
func (l *law) after() {
	if l.many {
		return
	}
	s := l.latest
	l.neverGreen(s)
	for of := range l.items {
		if l.acknowledged(of, s) || l.unstable[of] || l.hushed(Decision{Subject: of, Act: Over}, s) != "" {
			l.clear[of] = l.now
		}
		l.nothingIsMissed(of)
	}
	l.silenceIsTold(s)
}

// acknowledged reports whether somebody knows of all that is there: what else comes must be told.
func (l *law) acknowledged(of Subject, s Snapshot) bool {
	alert, _ := s.Alert(of)
	if alert.Ack == nil {
		return false
	}
	for key, it := range l.items[of] {
		if it.there && it.finding.Severity > OK && l.now-it.since > l.soon() && (it.finding.certain() || l.looks[of]-it.looks >= 2) && !slices.Contains(alert.Ack.Keys, key) {
			l.breaks("%v is acknowledged, and %q is there for %v", of, key, l.now-it.since)
		}
	}
	return true
}

// soon is within what time everything is seen and told that stays as it is.
func (l *law) soon() time.Duration { return 3*l.applied.Policy.Interval + 5*time.Minute }

// quietFor returns for how long nothing kept the subject from being told, nor was anything meddled with.
func (l *law) quietFor(of Subject) time.Duration { return l.now - max(l.clear[of], l.calm) }

// neverGreen: nothing is shown in order without a good answer that is young.
func (l *law) neverGreen(s Snapshot) {
	if l.woke > 0 && l.now-l.woke < time.Minute {
		return // no timer has run yet
	}
	open := s.Open()
	for _, site := range s.Sites {
		if len(site.Owners) == 0 && site.Severity == OK {
			l.breaks("green, and nothing is known of %s", site.Site.Name)
		}
		for _, o := range site.Owners {
			t := l.sites[site.Site.Name].owners[o.Owner]
			young := t.good >= 0 && l.now-t.good <= 3*l.applied.Policy.Interval+2*time.Minute+time.Second // judged each minute
			switch {
			case young:
			case o.Severity == OK, site.Severity == OK:
				l.breaks("%s %s is green, and its last good answer is %v old", site.Site.Name, o.Owner, l.now-t.good)
			case open == OK && o.Unlisted.IsZero(): // of who is not listed nobody is asked
				l.breaks("the icon is green, and the last good answer of %s %s is %v old", site.Site.Name, o.Owner, l.now-t.good)
			}
		}
	}
}

// nothingIsMissed: what stays is told, what is over is told, and reminders come.
func (l *law) nothingIsMissed(of Subject) {
	rules := l.rules(of)
	for key, it := range l.items[of] {
		long := min(l.quietFor(of), l.now-it.since) > l.soon()
		switch {
		case it.there && !it.known && long && it.finding.Severity >= *rules.Least && (it.finding.certain() || l.looks[of]-it.looks >= 2):
			l.breaks("%v %q is there for %v, and not told", of, key, l.now-it.since)
		case !it.there && it.known && !it.gave && long && l.looks[of]-it.looks >= 3:
			l.breaks("%v %q is over for %v, and not told to be", of, key, l.now-it.since)
		case it.there && it.known && it.finding.Severity > OK && it.finding.Severity >= *rules.Least:
			after := rules.remindAfter(it.finding)
			if wait := after + time.Hour + 2*time.Minute; after > 0 && min(l.quietFor(of), l.now-it.since, l.now-it.seen) > wait {
				l.breaks("%v %q was not reminded of for %v", of, key, l.now-it.seen)
			}
		}
	}
	if _, held := l.heldOf(of); held && l.quietFor(of) > l.soon() {
		l.breaks("%v is held although nothing hushes it", of)
	}
}

func (l *law) heldOf(of Subject) (Decision, bool) {
	for key, d := range l.held {
		if key.Subject == of {
			return d, true
		}
	}
	return Decision{}, false
}

// silenceIsTold: no good answer for long is told, and what a server says is shown.
func (l *law) silenceIsTold(s Snapshot) {
	for _, site := range s.Sites {
		for _, o := range site.Owners {
			t := l.sites[site.Site.Name].owners[o.Owner]
			of := Subject{Site: site.Site.Name, Owner: o.Owner}
			whole, way := Subject{Site: of.Site}, Subject{Network: site.Site.Network}
			quiet := min(l.quietFor(of), l.quietFor(whole), l.quietFor(way))
			for _, of := range []Subject{of, whole, way} {
				if l.knowsAny(of) {
					l.knew[of] = l.now
				}
				quiet = min(quiet, l.now-l.knew[of])
			}
			if f := site.Failure; f != nil && cmp.Or(f.Severity, Unknown) < *l.rules(of).Least {
				l.knew[whole] = l.now // what says why is milder than what is wanted
			}
			if !o.Unlisted.IsZero() || *l.rules(of).Least > Unknown {
				continue
			}
			if silent := l.now - max(t.good, 0); min(silent, quiet) > l.soon()+2*l.applied.Policy.Interval {
				l.breaks("%v is silent for %v, and nobody was told", of, silent)
			}
			if t.good >= 0 && !has(o.Findings, Finding{Kind: FindingStatus, Case: t.said}) {
				l.breaks("%v: its server says %s, and that is not shown", of, t.said)
			}
		}
	}
}

func (l *law) knowsAny(of Subject) bool {
	for _, it := range l.items[of] {
		if it.known && it.finding.Severity > OK {
			return true
		}
	}
	return false
}
