package monitor

import "strings"

// Limits say how early to warn of what a licence runs out of.
type Limits struct {
	// Ladder are the numbers of days before a licence's end at which to warn, in any order. Nil: as it is said more generally; empty:
	// only the issuer's own warning date counts.
	Ladder []int `json:"ladder,omitzero"`
	// FreeSeats is how few free seats of a user licence are worth a warning; NoSeatWarning: none is. Nil: as it is said more generally.
	// More seats in use than owned is told in any case.
	FreeSeats *int `json:"free_seats,omitempty"`
}

// What limits may be.
const (
	MaxStep      = 3650   // days of a ladder's step; a licence is not sold for longer
	MaxSteps     = 20     // of a ladder
	MaxFreeSeats = 100000 // that may be called few
)

// NoSeatWarning as Limits.FreeSeats has no number of free seats warn.
const NoSeatWarning = -1

// OwnerLimits are the limits of one owner at a site.
type OwnerLimits struct {
	Owner string `json:"owner"` // in any case, as NetServer takes it (domain.md §4.1)
	Limits
}

// DefaultLimits are the steps of design, 60, 30, 14, 7, 3 and 1 days, and one free seat.
func DefaultLimits() Limits {
	return Limits{Ladder: []int{60, 30, 14, 7, 3, 1}, FreeSeats: new(1)}
}

// Under returns l with what special says in its place.
func (l Limits) Under(special Limits) Limits {
	if special.Ladder != nil {
		l.Ladder = special.Ladder
	}
	if special.FreeSeats != nil {
		l.FreeSeats = special.FreeSeats
	}
	return l
}

// of returns the limits that hold for an owner at a site: its own, else the site's, else those for all.
func (p Policy) of(s Site, owner string) Limits {
	l := p.Limits.Under(s.Limits)
	for _, o := range s.OwnerLimits {
		if strings.EqualFold(o.Owner, owner) {
			l = l.Under(o.Limits)
		}
	}
	return l
}
