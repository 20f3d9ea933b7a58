package monitor

import (
	"fmt"
	"maps"
	"slices"
	"time"
)

// Rehearsal is what other rules would have made of the past.
type Rehearsal struct {
	Since    time.Time   `json:"since"`              // of what is compared: as asked, or when the record begins
	Made     int         `json:"made"`               // notifications that were really sent
	List     []Rehearsed `json:"list"`               // those that the rules would have made, the earliest first
	Days     int         `json:"days"`               // since Since; 0: nothing is on record
	Invented bool        `json:"invented,omitempty"` // some of the past is the demo's, and never happened
}

// Rehearsed is a notification that would have been.
type Rehearsed struct {
	At       time.Time `json:"at"`
	Title    string    `json:"title"`
	Text     string    `json:"text"`
	Severity Severity  `json:"severity"`
}

// NotRehearsed says what a rehearsal leaves out.
const NotRehearsed = "Warning days and seats count as they were then; what people acknowledged, snoozed or paused, hours without this computer, " +
	"and sites that are watched no more are left out."

// Words says in one sentence what came of it.
func (r Rehearsal) Words() string {
	days, would := fmt.Sprintf("the last %d days", r.Days), fmt.Sprintf("%d notifications", len(r.List))
	switch r.Days {
	case 0:
		return "Nothing is on record yet."
	case 1:
		days = "the last day"
	}
	if len(r.List) == 1 {
		would = "1 notification"
	}
	text := fmt.Sprintf("With these settings, %s would have made %s instead of %d.", days, would, r.Made)
	if r.Invented {
		text += " Some of this past is the demo's, and never happened."
	}
	return text
}

// Rehearse plays the events of the past, which should reach back further than since, through the alert policy with other rules: r for all,
// a site's own in their place. Decisions that would have been told together become one notification, which compose words; it reports false
// when there is nothing to say. now carries the zone in which reminders come at full hours.
func Rehearse(r Rules, sites []Site, past Past, since, now time.Time, compose func([]Decision) (Rehearsed, bool)) Rehearsal {
	since, any := past.reaches(since)
	result := Rehearsal{Since: since, List: []Rehearsed{}, Invented: past.Invented}
	if !any {
		return result
	}
	result.Days = int((now.Sub(since) + wholeDay - 1) / wholeDay)
	r = DefaultRules().Under(r)
	rules := map[string]Rules{"": r}
	for _, site := range sites {
		rules[site.Name] = r.Under(site.Rules)
	}
	gone := func(s Subject) bool { _, watched := rules[s.Site]; return !watched }
	for _, t := range past.Tellings {
		if t.Outcome == Sent && t.Why != WhyTest && !t.At.Before(since) && (len(t.About) == 0 || !slices.ContainsFunc(t.About, gone)) {
			result.Made++
		}
	}
	bySubject := map[Subject][]Event{}
	for _, e := range past.Events {
		of := Subject{Site: e.Site, Owner: e.Owner, Network: e.Network}
		if !gone(of) {
			bySubject[of] = append(bySubject[of], e)
		}
	}
	moments := map[string][]moment{}
	var told []Decision
	for _, of := range slices.SortedFunc(maps.Keys(bySubject), Subject.compare) {
		r := rules[of.Site]
		if moments[of.Site] == nil {
			moments[of.Site] = r.moments(since.Add(-settled-r.longest()), now)
		}
		p := play{rules: r, alert: Alert{Subject: of}, seen: Seen{Once: of.Network != ""}}
		begin, changes := p.stood(bySubject[of], since)
		p.run(begin, now, changes, moments[of.Site])
		told = append(told, slices.DeleteFunc(p.told, func(d Decision) bool { return d.At.Before(since) })...)
	}
	slices.SortStableFunc(told, func(a, b Decision) int { return a.At.Compare(b.At) })
	for len(told) > 0 {
		n := together(told)
		if text, ok := compose(told[:n]); ok {
			text.At = told[n-1].At
			result.List = append(result.List, text)
		}
		told = told[n:]
	}
	return result
}

// reaches returns since, or when the record begins if that is later; false: nothing is on record.
func (p Past) reaches(since time.Time) (from time.Time, any bool) {
	first := time.Time{}
	if len(p.Events) > 0 {
		first = p.Events[0].At
	}
	if len(p.Tellings) > 0 {
		first = earliest(first, p.Tellings[0].At)
	}
	if first.After(since) {
		since = first
	}
	return since, !first.IsZero()
}

// together returns how many of the decisions, which are in order, become one notification: the first would have waited for the others,
// long for a failure alone.
func together(told []Decision) int {
	company := func(n int) bool {
		coming := &SiteState{Reading: true} // the site of the next, while that was on its way
		if told[n].Finding.ofReach() {
			coming.Failure = &Failure{}
		}
		at := told[n-1].At
		return told[n].At.Sub(at) <= Ripe(told[:n], Snapshot{Sites: []*SiteState{coming}}, at)
	}
	n := 1
	for n < len(told) && company(n) {
		n++
	}
	return n
}
