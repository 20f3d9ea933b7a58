package monitor

import (
	"slices"
	"time"
)

// Hand is what a person said about alerts: that a trouble is known, or that nothing is to be told for a while.
type Hand struct {
	Subject `json:"subject"` // of a snooze an owner, a site with all its owners, or, if it is empty, everything
	At      time.Time        `json:"at"`
	By      string           `json:"by,omitempty"`   // the user of the computer
	Note    string           `json:"note,omitempty"` // why, in their words
	Until   time.Time        `json:"until,omitzero"` // of a snooze; an acknowledgement holds until something changes
	// Severity is the worst at the time of a snooze: when it grows worse than this, the snooze ends.
	Severity Severity `json:"severity"`
	// Keys are the troubles that are acknowledged: another one ends the acknowledgement.
	Keys []string `json:"keys,omitempty"`
}

// Covers reports whether a hand on h is one on s too.
func (h Subject) Covers(s Subject) bool {
	return h == Subject{} || h == s || h.Owner == "" && h.Network == "" && h.Site != "" && h.Site == s.Site
}

// holds reports whether the acknowledgement still fits these findings: some of its troubles are there, and no other.
func (h *Hand) holds(found []Finding) bool {
	return len(found) > 0 && !slices.ContainsFunc(found, func(f Finding) bool { return !slices.Contains(h.Keys, f.key()) })
}
