package monitor

import "time"

// Hand is what a person said about alerts: that a trouble is known, or that nothing is to be told for a while.
type Hand struct {
	Subject `json:"subject"` // of a snooze an owner, a site with all its owners, or, if it is empty, everything
	At      time.Time        `json:"at"`
	By      string           `json:"by,omitempty"`   // the user of the computer
	Note    string           `json:"note,omitempty"` // why, in their words
	Until   time.Time        `json:"until,omitzero"` // of a snooze; an acknowledgement holds until something changes
	// Severity is the worst at that time: when it grows worse than this, the acknowledgement or snooze ends.
	Severity Severity `json:"severity"`
	// Keys are the troubles that are acknowledged or, of a snooze, those that were critical, each after its subject: another one ends it.
	Keys []string `json:"keys,omitempty"`
}

// Covers reports whether a hand on h is one on s too.
func (h Subject) Covers(s Subject) bool {
	return h == Subject{} || h == s || h.Owner == "" && h.Network == "" && h.Site != "" && h.Site == s.Site
}
