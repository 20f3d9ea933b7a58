package monitor

import (
	"slices"
	"time"
)

// Pulse shows whether Run goes on. It can be had without asking Run's goroutine, which may be stuck.
type Pulse struct {
	Beats       uint64        // turns of Run's loop so far; one a minute at least
	Interval    time.Duration // of the policy in force
	PausedUntil time.Time     // zero: not paused
	Rounds      []Round       // under way
}

// Round is a visit to a site that is under way.
type Round struct {
	Site  string
	Since time.Time // when it began
	Step  uint64    // changes with each answer, and is another in each round: while it is the same, nothing comes
}

// Pulse returns how Run stood at its latest turn. It never blocks.
func (m *Monitor) Pulse() Pulse {
	if p := m.pulse.Load(); p != nil {
		return *p
	}
	return Pulse{}
}

// beat shows that Run goes on.
func (m *Monitor) beat(l *loop) {
	l.beats++
	p := &Pulse{Beats: l.beats, Interval: l.cfg.Policy.Interval, PausedUntil: l.pausedUntil}
	for _, w := range l.sites {
		if w.cancel != nil {
			p.Rounds = append(p.Rounds, Round{Site: w.state.Site.Name, Since: w.since, Step: w.step})
		}
	}
	m.pulse.Store(p)
}

// Halted returns the snapshot as it is to be shown when nothing is read any more, for the reason that f gives: nothing in it is in order.
func (s Snapshot) Halted(f Finding) Snapshot {
	sites := make([]*SiteState, len(s.Sites))
	for i, site := range s.Sites {
		halted := *site
		halted.Findings = slices.Concat([]Finding{f}, site.Findings)
		halted.Severity = max(site.Severity, f.Severity)
		halted.Owners = slices.Clone(site.Owners)
		whole := f
		whole.Whole = true
		for j := range halted.Owners {
			o := &halted.Owners[j]
			o.Findings = append(slices.Clone(o.Findings), whole)
			slices.SortStableFunc(o.Findings, func(a, b Finding) int { return int(b.Severity) - int(a.Severity) })
			o.Severity = max(o.Severity, f.Severity)
		}
		sites[i] = &halted
	}
	s.Sites = sites
	return s
}
