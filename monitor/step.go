package monitor

import (
	"cmp"
	"slices"
	"time"
)

// Observation is what one read brought. The zero Observation is the passing of time.
type Observation struct {
	Licences []Licence // a good read of the database; complete
	Read     bool      // Licences is set, even if it is empty
	Owner    string    // whose Verdict or Failure this is; empty: the whole site's
	Verdict  *Verdict
	Failure  *Failure
	Asked    []string // owners that the round is about to ask: they exist from now on
	Broken   bool     // nobody was asked for a while: a restart, a sleep of the machine, a pause
}

// Step folds one observation into what was known of a site and says what is news. It is pure: no clock, no I/O,
// no log, and prev is not changed. now carries the zone in which dates are judged.
//
// A failed read never erases what an earlier one established.
func (p Policy) Step(prev *SiteState, obs Observation, now time.Time) (*SiteState, []Event) {
	next := *prev
	next.Owners = slices.Clone(prev.Owners)
	next.learn(obs, now)
	next.Findings = p.judgeSite(&next)
	next.Severity = worst(next.Findings)
	var events []Event
	if e, ok := news(prev.Findings, next.Findings); ok {
		e.At, e.Site = now, next.Site.Name
		events = append(events, e)
	}
	for i := range next.Owners {
		o := &next.Owners[i]
		before := prev.owner(o.Owner)
		o.Findings = p.judgeOwner(o, next.Findings, now)
		o.Severity = worst(o.Findings)
		next.Severity = max(next.Severity, o.Severity)
		if e, ok := news(before, o.Findings); ok {
			e.At, e.Site, e.Owner = now, next.Site.Name, o.Owner
			events = append(events, e)
		}
	}
	if len(next.Owners) == 0 {
		next.Severity = max(next.Severity, Unknown) // nothing is known: never green
	}
	return &next, events
}

// learn takes in what obs says, without judging it.
func (s *SiteState) learn(obs Observation, now time.Time) {
	if obs.Broken {
		for i := range s.Owners {
			s.Owners[i].AskedSince = now
		}
	}
	if obs.Read {
		s.LicencesAt = now
		s.setOwners(obs.Licences)
	}
	for _, name := range obs.Asked {
		if o := s.add(name); o.AskedSince.IsZero() {
			o.AskedSince = now
		}
	}
	switch {
	case obs.Failure != nil && (obs.Owner == "" || obs.Failure.siteWide()):
		s.Failure, s.Failures = obs.Failure, s.Failures+1
		if s.FailingSince.IsZero() {
			s.FailingSince = now
		}
	case obs.Failure != nil:
		o := s.add(obs.Owner)
		o.Failure, o.Failures = obs.Failure, o.Failures+1
		if o.FailingSince.IsZero() {
			o.FailingSince = now
		}
		s.reached()
	case obs.Verdict != nil:
		o := s.add(obs.Owner)
		o.Verdict, o.VerdictAt = obs.Verdict, now
		o.Failure, o.Failures, o.FailingSince = nil, 0, time.Time{}
		s.reached()
	case obs.Read:
		s.Failure, s.Failures, s.FailingSince = nil, 0, time.Time{}
	}
}

// reached notes that the site answered, if only for one owner: what kept us from it is over. A database
// read that failed for another reason is still open.
func (s *SiteState) reached() {
	if s.Failure != nil && s.Failure.siteWide() {
		s.Failure, s.Failures, s.FailingSince = nil, 0, time.Time{}
	}
}

// setOwners takes in a complete list of licences: an owner that is neither in it nor named in the settings is gone.
func (s *SiteState) setOwners(licences []Licence) {
	for i := range licences {
		s.add(licences[i].Owner).Licence = &licences[i]
	}
	s.Owners = slices.DeleteFunc(s.Owners, func(o OwnerState) bool {
		listed := slices.ContainsFunc(licences, func(l Licence) bool { return l.Owner == o.Owner })
		return !listed && !slices.Contains(s.Site.Owners, o.Owner)
	})
}

// add returns the owner's state, a new one if need be. The pointer holds until the next add.
func (s *SiteState) add(name string) *OwnerState {
	i, found := slices.BinarySearchFunc(s.Owners, name, func(o OwnerState, name string) int { return cmp.Compare(o.Owner, name) })
	if !found {
		s.Owners = slices.Insert(s.Owners, i, OwnerState{Owner: name})
	}
	return &s.Owners[i]
}

// owner returns what was found of the owner, nil if it was not known.
func (s *SiteState) owner(name string) []Finding {
	for i := range s.Owners {
		if s.Owners[i].Owner == name {
			return s.Owners[i].Findings
		}
	}
	return nil
}

func worst(list []Finding) Severity {
	s := OK
	for _, f := range list {
		s = max(s, f.Severity)
	}
	return s
}

// news compares findings. What comes or goes is news, but for what is in order, what is only not known yet,
// and what is told for the site as a whole. A new licence that was activated is in order and news all the same.
func news(before, after []Finding) (Event, bool) {
	e := Event{From: known(before), To: known(after)}
	for _, f := range after {
		if notable(f) && !has(before, f) {
			e.Appeared = append(e.Appeared, f)
		}
	}
	for _, f := range before {
		if f.Severity > OK && notable(f) && !has(after, f) {
			e.Gone = append(e.Gone, f)
		}
	}
	return e, len(e.Appeared)+len(e.Gone) > 0
}

// known is the worst of what is known: that something is not known yet is no news.
func known(list []Finding) Severity {
	return worst(slices.DeleteFunc(slices.Clone(list), func(f Finding) bool { return f.Kind == FindingPending }))
}

func notable(f Finding) bool {
	if f.Whole || f.Kind == FindingPending {
		return false
	}
	return f.Severity > OK || f.Case == "NewLicenseActivated"
}

func has(list []Finding, f Finding) bool {
	return slices.ContainsFunc(list, func(o Finding) bool { return !o.Whole && o.key() == f.key() })
}
