package monitor

import (
	"slices"
	"time"
)

// How long news waits for company, so that one notification tells all of it.
const (
	companyFor = 3 * time.Minute  // of failures elsewhere that a second look is about to confirm
	roundFor   = 10 * time.Second // of what else a read brings
)

// Ripe returns how long the decisions that wait to be told still wait for company; 0: they are told now, as one notification. What is
// found of the way to a site, or is over, waits for failures elsewhere that are not confirmed yet; all waits for a read under way. A
// server's critical word and a critical date do not wait for other sites. It is pure, and to be asked again with each snapshot.
func Ripe(waiting []Decision, s Snapshot, now time.Time) (wait time.Duration) {
	if len(waiting) == 0 {
		return 0
	}
	oldest := slices.MinFunc(waiting, func(a, b Decision) int { return a.At.Compare(b.At) }).At
	if oldest.After(now) {
		return 0 // the clock was set back: nobody knows how long it has waited
	}
	has := func(of func(Decision) bool) bool { return slices.ContainsFunc(waiting, of) }
	urgent := has(func(d Decision) bool { return d.Act != Over && d.Finding.Severity == Critical && !d.Finding.ofReach() })
	if !urgent && (has(s.ending) || has(func(d Decision) bool { return d.Finding.ofReach() }) && s.doubted(now)) {
		return max(0, oldest.Add(companyFor).Sub(now))
	}
	if s.Reading() > 0 {
		return max(0, oldest.Add(roundFor).Sub(now))
	}
	return 0
}

// ofReach reports whether the finding is about asking, not about what was answered.
func (f Finding) ofReach() bool {
	switch f.Kind {
	case FindingUnreadable, FindingStale, FindingTenant, FindingOffline:
		return true
	}
	return false
}

// ending reports whether the decision tells an end, and one more look may tell another of the same subject: a new licence ends several
// troubles, but not with one answer.
func (s Snapshot) ending(d Decision) bool {
	alert, _ := s.Alert(d.Subject)
	return d.Act == Over && slices.ContainsFunc(alert.Troubles, func(t Trouble) bool { return t.Known && !t.There && !t.counts() })
}

// doubted reports whether some site or owner fails in a way that may yet have to be told.
func (s Snapshot) doubted(now time.Time) bool {
	return slices.ContainsFunc(s.Sites, func(site *SiteState) bool {
		if site.Way.Down() {
			return false
		}
		return site.doubts(site.Failure, site.Findings, now) ||
			slices.ContainsFunc(site.Owners, func(o OwnerState) bool { return site.doubts(o.Failure, o.Findings, now) })
	})
}

func (s *SiteState) doubts(f *Failure, found []Finding, now time.Time) bool {
	if f == nil {
		return false
	}
	_, told := standing(found)
	_, planned := s.plannedWork(now, f)
	return !told && !planned
}
