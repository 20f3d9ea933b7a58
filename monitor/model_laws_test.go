package monitor

import (
	"fmt"
	"slices"
	"time"
)

// law watches what a monitor publishes, and says what it may not. It knows what truly is and what was told, and of the policy
// only what people were promised.
type law struct {
	*world
	items    map[Subject]map[string]*item
	looks    map[Subject]int // good answers
	unstable map[Subject]bool
	lastTold map[Subject]time.Duration
	clear    map[Subject]time.Duration // since when nothing keeps it from being told
	knew     map[Subject]time.Duration // until when something of it was known
	held     map[heldKey]Decision
	calm     time.Duration // since when nobody meddled with clocks, settings or the program
	ahead    time.Duration // when the time of day last ran ahead of the time
	broken   string        // the law that was broken first, and how
	told     int
}

// item is a finding of a subject, in the eyes of who is told.
type item struct {
	finding Finding
	there   bool
	since   time.Duration // that it is there, or is not
	looks   int           // then
	known   bool          // it was told, and not that it is over
	as      Severity
	gave    bool            // way to another of its family: its end need not be told
	came    []time.Duration // when it was told to be there, at once
	seen    time.Duration   // when a person could know of it last
}

type heldKey struct {
	Subject
	about string
}

func about(d Decision) heldKey {
	if d.Act == Unstable || d.Act == Steady {
		return heldKey{d.Subject, "changes"}
	}
	return heldKey{d.Subject, d.Finding.key()}
}

func newLaw(w *world) *law {
	return &law{
		world: w, items: map[Subject]map[string]*item{}, looks: map[Subject]int{}, unstable: map[Subject]bool{}, lastTold: map[Subject]time.Duration{},
		clear: map[Subject]time.Duration{}, knew: map[Subject]time.Duration{}, held: map[heldKey]Decision{},
	}
}

func (l *law) breaks(format string, args ...any) {
	if l.broken == "" {
		l.broken = fmt.Sprintf("%v: ", l.now) + fmt.Sprintf(format, args...)
	}
}

// meddled notes that from now on waiting times count anew.
func (l *law) meddled() { l.calm = l.now }

// shown holds a new snapshot against the laws.
func (l *law) shown(s Snapshot) {
	found := l.find(s)
	l.turn(found)
	for _, d := range s.Decisions {
		l.decided(d, s, found[d.Subject])
	}
	l.giveWay()
	l.keepsHeld(s)
	l.snoozed(s, found)
}

// snoozed: a snooze ends when it grows worse.
func (l *law) snoozed(s Snapshot, found map[Subject][]Finding) {
	for _, z := range s.Snoozes {
		for of, list := range found {
			if z.Covers(of) && slices.ContainsFunc(list, func(f Finding) bool { return f.Severity > z.Severity }) {
				l.breaks("it is snoozed since it was %v, and worse: %v %+v", z.Severity, of, list)
			}
		}
	}
}

// find lists by subject what is to be told of in a snapshot.
func (l *law) find(s Snapshot) map[Subject][]Finding {
	found := map[Subject][]Finding{}
	note := func(of Subject, list []Finding) {
		found[of] = []Finding{}
		for _, f := range list {
			if !f.Whole && f.Kind != FindingPending && (f.Kind != FindingOffline || of.Network != "") && (f.Severity > OK || f.Case == "NewLicenseActivated") {
				found[of] = append(found[of], f)
			}
		}
	}
	for _, site := range s.Sites {
		note(Subject{Site: site.Site.Name}, site.Findings)
		if site.Site.Network != "" {
			found[Subject{Network: site.Site.Network}] = nil
		}
		for _, o := range site.Owners {
			note(Subject{Site: site.Site.Name, Owner: o.Owner}, o.Findings)
		}
	}
	for _, o := range s.Outages {
		note(Subject{Network: o.Network}, []Finding{o.Finding})
	}
	return found
}

// turn notes what came and what went.
func (l *law) turn(found map[Subject][]Finding) {
	for of := range l.items {
		if _, watched := found[of]; !watched {
			l.forget(of)
		}
	}
	for of, list := range found {
		if l.items[of] == nil {
			l.items[of], l.clear[of] = map[string]*item{}, l.now
		}
		for key, it := range l.items[of] {
			if there := slices.ContainsFunc(list, func(f Finding) bool { return f.key() == key }); there != it.there {
				it.there, it.since, it.looks = there, l.now, l.looks[of]-1
			}
		}
		for _, f := range list {
			it := l.items[of][f.key()]
			if it == nil {
				it = &item{there: true, since: l.now, looks: l.looks[of] - 1}
				l.items[of][f.key()] = it
			}
			it.finding = f
		}
	}
}

func (l *law) forget(of Subject) {
	delete(l.items, of)
	delete(l.unstable, of)
	delete(l.lastTold, of)
	delete(l.clear, of)
	if t := l.sites[of.Site]; t != nil && of.Owner != "" {
		t.owners[of.Owner].good = -1
	}
}

// decided holds a decision against what is known of it.
func (l *law) decided(d Decision, s Snapshot, found []Finding) {
	if !d.At.Equal(s.At) {
		l.breaks("a decision of %v in a snapshot of %v: %+v", d.At, s.At, d)
	}
	key := about(d)
	_, was := l.held[key]
	switch {
	case d.Held != "" && !was:
		l.breaks("it ends to be held and was not: %+v", d)
	case d.Held != "":
		delete(l.held, key)
	case d.Fate == Hold && was:
		l.breaks("held twice: %+v", d)
	case d.Fate == Hold:
		l.held[key] = d
	case d.Fate == Tell && was && d.Act != Still:
		l.breaks("told while it is held: %+v", d)
	}
	why := l.hushed(d, s)
	if d.Fate == Tell && why != "" {
		l.breaks("told although %s: %+v", why, d)
	}
	if d.Fate == Hold && why == "" {
		l.breaks("held without a reason: %+v", d)
	}
	if d.Fate == Tell {
		l.told++
		if d.Finding.Severity < l.least(d.Subject) && d.Act != Unstable && d.Act != Steady && d.Act != Still {
			l.breaks("told although it is mild: %+v", d)
		}
	}
	l.learn(d, s, found)
	if d.Fate == Tell {
		l.lastTold[d.Subject] = l.now
	}
}

// hushed says what keeps news of a subject from being told.
func (l *law) hushed(d Decision, s Snapshot) string {
	for _, z := range s.Snoozes {
		if z.Covers(d.Subject) {
			return "it is snoozed"
		}
	}
	if !s.PausedUntil.IsZero() {
		return "it is paused"
	}
	rules := l.rules(d.Subject)
	critical := d.Finding.Severity == Critical || d.Fate == Tell && (d.Act == Unstable || d.Act == Still)
	if _, quiet := rules.QuietUntil(s.At); quiet && !(*rules.BreakQuiet && critical && d.Act != Over && d.Act != Steady && d.Act != Passed) {
		return "it is quiet"
	}
	return ""
}

func (l *law) rules(of Subject) Rules {
	r := l.general
	for _, s := range l.applied.Sites {
		if s.Name == of.Site {
			r = r.Under(s.Rules)
		}
	}
	return r
}

func (l *law) least(of Subject) Severity { return *l.rules(of).Least }

// learn notes what is known after a decision, and says what was wrong to tell.
func (l *law) learn(d Decision, s Snapshot, found []Finding) {
	it := l.items[d.Subject][d.Finding.key()]
	if it == nil {
		it = &item{}
	}
	tell := d.Fate == Tell
	switch {
	case d.Act == Appeared && d.Fate != Hold && (tell || d.Reason == ReasonFlapping && d.Held == "" || d.Reason == ReasonAcknowledged):
		if tell && !it.there && d.Finding.Severity > OK {
			l.breaks("told that it is there: %+v", d)
		}
		if tell && it.known && !it.gave && d.Finding.Severity <= it.as {
			l.breaks("told twice: %+v", d)
		}
		if tell && d.Held == "" {
			it.came = append(it.came, l.now)
			l.notTooOften(it, d)
		}
		it.known, it.gave, it.as, it.seen = true, false, d.Finding.Severity, l.now
	case d.Act == Over && d.Held == "" && d.Reason != ReasonUntold:
		if !it.known {
			l.breaks("told that it is over, and nobody knew: %+v", d)
		}
		if it.there {
			l.breaks("told that it is over: %+v", d)
		}
		if d.Network == "" && l.looks[d.Subject]-it.looks < 2 {
			l.breaks("told that it is over after %d good answers: %+v", l.looks[d.Subject]-it.looks, d)
		}
		it.known = false
	case d.Act == Over && d.Held != "" && d.Reason == ReasonUntold: // it came back
		it.known = true
	case d.Act == Still && tell:
		l.reminded(d, s)
	case d.Act == Unstable || d.Act == Steady:
		if d.Held == "" {
			l.unstable[d.Subject] = d.Act == Unstable
			for _, it := range l.items[d.Subject] {
				it.known = it.there && (it.known || d.Reason != ReasonMild)
				if it.as = it.finding.Severity; d.Reason != ReasonMild {
					it.seen = l.now
				}
			}
		}
	}
}

// notTooOften: the fifth change in a day is not told.
func (l *law) notTooOften(it *item, d Decision) {
	if n := len(it.came); n >= 3 && l.now-it.came[n-3] < 12*time.Hour && it.came[n-3] > max(l.ahead, l.woke) {
		l.breaks("told three times in %v: %+v", l.now-it.came[n-3], d)
	}
}

// reminded judges a reminder.
func (l *law) reminded(d Decision, s Snapshot) {
	if alert, _ := s.Alert(d.Subject); alert.Ack != nil {
		l.breaks("a reminder of what is acknowledged: %+v", d)
	}
	last, after := l.lastTold[d.Subject], l.rules(d.Subject).remindAfter(d.Finding)
	if it := l.items[d.Subject][d.Finding.key()]; l.unstable[d.Subject] {
		for _, it := range l.items[d.Subject] { // as often as of the worst
			if often := l.rules(d.Subject).remindAfter(Finding{Severity: it.finding.Severity}); often > 0 && (often < after || after == 0) {
				after = often
			}
		}
	} else if it != nil {
		if !it.there || !it.known {
			l.breaks("a reminder of what is not known to be there: %+v", d)
		}
		last = it.seen
	}
	if l.now-last < after-time.Minute && last > l.ahead { // at full hours, give or take a tick
		l.breaks("reminded %v after it was told: %+v", l.now-last, d)
	}
	for _, it := range l.items[d.Subject] {
		if it.there && it.known && it.finding.Severity >= l.least(d.Subject) && (it.finding.Severity <= d.Finding.Severity || l.unstable[d.Subject]) {
			it.seen = l.now
		}
	}
}

// giveWay notes what is known no more since something of its family took its place, or since it was in order all the time.
func (l *law) giveWay() {
	for of, list := range l.items {
		for _, it := range list {
			if it.there || !it.known {
				continue
			}
			if it.finding.Severity == OK && l.looks[of]-it.looks >= 2 {
				it.known = false
			}
			for _, other := range list {
				_, held := l.held[heldKey{of, other.finding.key()}]
				if other.there && (other.known || held) && family(other.finding) == family(it.finding) {
					it.gave = true
				}
			}
		}
	}
}

// keepsHeld compares what is held with what is known to be.
func (l *law) keepsHeld(s Snapshot) {
	n := 0
	for _, a := range s.Alerts {
		for _, d := range a.Held {
			n++
			if _, ok := l.held[about(d)]; !ok {
				l.breaks("held, and nobody was told so: %+v", d)
			}
		}
	}
	if n < len(l.held) {
		l.breaks("%d held, %d kept", len(l.held), n)
	}
}
