package monitor

import (
	"cmp"
	"slices"
	"time"
)

// Observation is what one read brought. The zero Observation is the passing of time.
type Observation struct {
	Licences    []Licence    // a good read of the database; complete
	Certificate *Certificate // that came with it
	Read        bool         // Licences is set, even if it is empty
	Owner       string       // whose Verdict or Failure this is; empty: the whole site's
	Verdict     *Verdict
	Failure     *Failure
	Asked       []string // owners that the round is about to ask: they exist from now on
	Broken      bool     // nobody was asked for a while: a pause, a restart after which nobody knows how long
	// Jump is by how much further than the time the clock went, below zero: back. It was set, or the machine slept, or the
	// program did not run.
	Jump   time.Duration
	Waking bool // the machine has just woken: a second failure is none yet
	Shared bool // others may share the way out: a failure that may lie in it waits until it is weighed
	Way    *Way // what weighing it brought
}

// Step folds one observation into what was known of a site and says what is news. It is pure: no clock, no I/O,
// no log, and prev is not changed. now carries the zone in which dates are judged.
//
// A failed read never erases what an earlier one established.
func (p Policy) Step(prev *SiteState, obs Observation, now time.Time) (*SiteState, []Event) {
	next := *prev
	next.Owners = slices.Clone(prev.Owners)
	next.learn(obs, now)
	next.Findings = p.judgeSite(&next, prev.Findings, now)
	next.Severity = worst(next.Findings)
	var events []Event
	if e, ok := news(prev.Findings, next.Findings); ok {
		e.At, e.Site = now, next.Site.Name
		events = append(events, e)
	}
	// What one owner answers changes no other, and a site may have thousands: only time and what concerns the
	// whole site make all of them judged again.
	alone := obs.Owner
	if !slices.Equal(prev.Findings, next.Findings) {
		alone = ""
	}
	for i := range next.Owners {
		o := &next.Owners[i]
		if alone == "" || alone == o.Owner {
			before := prev.findings(o.Owner)
			o.Findings = p.judgeOwner(&next, o, before, now)
			o.Severity = worst(o.Findings)
			if e, ok := news(before, o.Findings); ok {
				e.At, e.Site, e.Owner = now, next.Site.Name, o.Owner
				events = append(events, e)
			}
		}
		next.Severity = max(next.Severity, o.Severity)
	}
	if len(next.Owners) == 0 {
		next.Severity = max(next.Severity, Unknown) // nothing is known: never green
	}
	return &next, events
}

// learn takes in what obs says, without judging it.
func (s *SiteState) learn(obs Observation, now time.Time) {
	if obs.Jump != 0 {
		s.jump(obs.Jump)
	}
	if obs.Broken {
		s.begin(now)
	}
	if obs.Owner == "" {
		s.clip(now)
	}
	if obs.Way != nil {
		s.takeWay(*obs.Way, now)
	}
	if obs.Read {
		s.LicencesAt, s.Certificate = now, obs.Certificate
		s.Looks++
		s.setOwners(obs.Licences, now)
	}
	for _, name := range obs.Asked {
		if o := s.add(name); o.AskedSince.IsZero() {
			o.AskedSince = now
		}
	}
	if obs.Read || obs.Verdict != nil || obs.Failure != nil {
		s.noteWay(obs, now)
	}
	switch {
	case obs.Failure != nil && (obs.Owner == "" || obs.Failure.siteWide()):
		s.Counted = s.count(s.Counted, obs, now)
		s.Failure, s.Failures = obs.Failure, s.Failures+1
		if s.FailingSince.IsZero() {
			s.FailingSince = now
		}
	case obs.Failure != nil:
		o := s.add(obs.Owner)
		o.Counted = s.count(o.Counted, obs, now)
		o.Failure, o.Failures = obs.Failure, o.Failures+1
		if o.FailingSince.IsZero() {
			o.FailingSince = now
		}
		s.reached(now)
	case obs.Verdict != nil:
		o := s.add(obs.Owner)
		o.Verdict, o.VerdictAt, o.Doubted = obs.Verdict, now, false
		o.Looks++
		o.Failure, o.Failures, o.Counted, o.FailingSince = nil, 0, 0, time.Time{}
		s.reached(now)
	case obs.Read:
		s.clear(now)
	}
	if _, planned := s.plannedWork(now, obs.Failure); planned {
		s.begin(now) // three intervals without an answer count from the end of the work on
	}
}

// count returns how many failures in a row count after one more.
func (s *SiteState) count(n int, obs Observation, now time.Time) int {
	_, planned := s.plannedWork(now, obs.Failure)
	switch {
	case planned, s.Way.Down() && s.Way.excuses(obs.Failure):
		return 0
	case obs.Waking && n > 0:
		return n
	}
	return n + 1
}

// begin makes the time count anew in which answers grow stale.
func (s *SiteState) begin(now time.Time) {
	s.AskedSince = now
	for i := range s.Owners {
		s.Owners[i].AskedSince = now
	}
}

// plannedWork reports whether one of the failures, nil ones aside, may be due to work at SuperOffice Online that is planned for
// now, and until when that lasts.
func (s *SiteState) plannedWork(now time.Time, failures ...*Failure) (until time.Time, ok bool) {
	if s.Site.Online && slices.ContainsFunc(failures, func(f *Failure) bool { return f != nil && f.maybePlanned() }) {
		return planned(now)
	}
	return time.Time{}, false
}

// reached notes that the site answered, if only for one owner: what kept us from it is over. A database
// read that failed for another reason is still open.
func (s *SiteState) reached(now time.Time) {
	if s.Failure != nil && s.Failure.siteWide() {
		s.Looks++
		s.clear(now)
	}
}

// clear notes that the site as a whole does not fail any more.
func (s *SiteState) clear(now time.Time) {
	if _, told := standing(s.Findings); told {
		s.begin(now) // its owners could not be asked meanwhile
	}
	s.Failure, s.Failures, s.Counted, s.FailingSince = nil, 0, 0, time.Time{}
}

// forgetAfter is how long an owner stays that the database does not list any more: long enough to be seen.
const forgetAfter = 24 * time.Hour

// setOwners takes in a complete list of licences. An owner that was in the list and is not any more stays for a day, so that
// it does not vanish with what was wrong with it.
func (s *SiteState) setOwners(licences []Licence, now time.Time) {
	listed := make(map[string]bool, len(licences))
	for i := range licences {
		name := licences[i].Owner
		if len(s.Site.Owners) > 0 && !s.Site.names(name) {
			continue
		}
		listed[name] = true
		o := s.add(name)
		o.Licence, o.Unlisted = &licences[i], time.Time{}
	}
	s.Owners = slices.DeleteFunc(s.Owners, func(o OwnerState) bool {
		return !listed[o.Owner] && !s.Site.names(o.Owner) && (len(s.Site.Owners) > 0 || !o.Unlisted.IsZero() && now.Sub(o.Unlisted) >= forgetAfter)
	})
	for i := range s.Owners {
		if o := &s.Owners[i]; !listed[o.Owner] && !s.Site.names(o.Owner) && o.Unlisted.IsZero() {
			o.Unlisted = now
		}
	}
}

// add returns the owner's state, a new one if need be. The pointer holds until the next add.
func (s *SiteState) add(name string) *OwnerState {
	i, found := s.find(name)
	if !found {
		s.Owners = slices.Insert(s.Owners, i, OwnerState{Owner: name})
	}
	return &s.Owners[i]
}

// findings returns what was found of the owner, nil if it was not known.
func (s *SiteState) findings(name string) []Finding {
	if i, found := s.find(name); found {
		return s.Owners[i].Findings
	}
	return nil
}

// find returns where the owner stands, or belongs, in Owners, which is sorted by name.
func (s *SiteState) find(name string) (int, bool) {
	return slices.BinarySearchFunc(s.Owners, name, func(o OwnerState, name string) int { return cmp.Compare(o.Owner, name) })
}

func worst(list []Finding) Severity {
	s := OK
	for _, f := range list {
		if f.weighs() {
			s = max(s, f.Severity)
		}
	}
	return s
}

// weighs reports whether the finding makes what it is found of worse. A certificate is about the server: at its owners it is only shown.
func (f Finding) weighs() bool { return !(f.Whole && f.Kind == FindingCertificate) }

// silent reports whether the finding is no news: that something is not known yet, and what an outage tells for all its sites.
func (f Finding) silent() bool { return f.Kind == FindingPending || f.Kind == FindingOffline }

// news compares findings. What comes or goes is news, but for what is in order, what is silent,
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

// known is the worst of what is known.
func known(list []Finding) Severity {
	return worst(slices.DeleteFunc(slices.Clone(list), Finding.silent))
}

func notable(f Finding) bool {
	return !f.Whole && !f.silent() && (f.Severity > OK || f.Case == "NewLicenseActivated")
}

func has(list []Finding, f Finding) bool {
	return slices.ContainsFunc(list, func(o Finding) bool { return !o.Whole && o.key() == f.key() })
}
