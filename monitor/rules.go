package monitor

import (
	"cmp"
	"time"
)

// Rules say what is told, and when. What is nil is as it is said more generally: for all sites, or by DefaultRules.
type Rules struct {
	RemindCritical *time.Duration `json:"remind_critical,omitempty"` // until a critical trouble that stays is told again; 0: never
	RemindUnknown  *time.Duration `json:"remind_unknown,omitempty"`
	RemindWarning  *time.Duration `json:"remind_warning,omitempty"`
	Quiet          []Quiet        `json:"quiet,omitzero"` // hours in which nothing is told; empty: none
	Zone           *Zone          `json:"zone,omitempty"` // of Quiet
	BreakQuiet     *bool          `json:"break_quiet,omitempty"`
	Least          *Severity      `json:"least,omitempty"` // the mildest severity that is told; OK: all; Nothing: none
}

// Overdue is how often a date that has passed is told, if no rule says more often: it is what nobody may miss.
const Overdue = 24 * time.Hour

// DefaultRules remind of what is critical or not known every day, of warnings every week, know no quiet hours, and tell all.
func DefaultRules() Rules {
	day, all, local := 24*time.Hour, OK, Zone{}
	return Rules{
		RemindCritical: new(day), RemindUnknown: new(day), RemindWarning: new(7 * day),
		Quiet: []Quiet{}, Zone: &local, BreakQuiet: new(false), Least: &all,
	}
}

// Under returns r with what special says in its place.
func (r Rules) Under(special Rules) Rules {
	r.RemindCritical = cmp.Or(special.RemindCritical, r.RemindCritical)
	r.RemindUnknown = cmp.Or(special.RemindUnknown, r.RemindUnknown)
	r.RemindWarning = cmp.Or(special.RemindWarning, r.RemindWarning)
	if special.Quiet != nil {
		r.Quiet = special.Quiet
	}
	r.Zone = cmp.Or(special.Zone, r.Zone)
	r.BreakQuiet = cmp.Or(special.BreakQuiet, r.BreakQuiet)
	r.Least = cmp.Or(special.Least, r.Least)
	return r
}

// remindAfter is how long a trouble stays until it is told again; 0: never.
func (r Rules) remindAfter(f Finding) time.Duration {
	after := map[Severity]*time.Duration{Critical: r.RemindCritical, Unknown: r.RemindUnknown, Warning: r.RemindWarning}[f.Severity]
	if after == nil {
		return 0
	}
	switch f.Kind {
	case FindingExpired, FindingStopped, FindingMaintenance:
		if *after > Overdue {
			return Overdue
		}
	}
	return *after
}
