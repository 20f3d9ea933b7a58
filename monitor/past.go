package monitor

import (
	"cmp"
	"time"

	"licensewatch/internal/caldate"
)

// Past is what is on record of an owner, of a site or of all sites, since some instant.
type Past struct {
	Since    time.Time `json:"since"`
	Bands    []Band    `json:"bands,omitempty"`  // of one owner or one site alone, the earliest first, without overlaps
	Events   []Event   `json:"events,omitempty"` // the earliest first
	Tellings []Telling `json:"tellings,omitempty"`
	Invented bool      `json:"invented,omitempty"` // some of it is the demo's, and never happened
}

// Band is a stretch of time through which an owner stood the same. Where there is none, nobody watched.
type Band struct {
	From     time.Time `json:"from"`
	Until    time.Time `json:"until"` // exclusive
	Severity Severity  `json:"severity"`
	Text     string    `json:"text"` // the worst finding, one sentence; empty when all was well
}

// Telling is a notification and what became of it.
type Telling struct {
	At       time.Time `json:"at"`
	Title    string    `json:"title"`
	Text     string    `json:"text"`
	Severity Severity  `json:"severity"`
	Outcome  Outcome   `json:"outcome"`
	Why      string    `json:"why,omitempty"`   // it has this outcome
	About    []Subject `json:"about,omitempty"` // whose events it told of
}

// WhyTest is why a test was sent, which is no news.
const WhyTest = "sent: a test"

// Subject is an owner, a site as a whole if Owner is empty, or the way out of several sites (Site.Network), which has neither.
type Subject struct {
	Site    string `json:"site,omitempty"`
	Owner   string `json:"owner,omitempty"`
	Network string `json:"network,omitempty"`
}

func (s Subject) compare(o Subject) int {
	return cmp.Or(cmp.Compare(s.Site, o.Site), cmp.Compare(s.Owner, o.Owner), cmp.Compare(s.Network, o.Network))
}

// Outcome is what became of a notification.
type Outcome string

const (
	Sent         Outcome = "sent"         // handed over to the desktop without an error
	Failed       Outcome = "failed"       // the desktop did not take it; it is tried again
	Held         Outcome = "held"         // it is told later, if it is still so
	Dropped      Outcome = "dropped"      // it is not told
	Acknowledged Outcome = "acknowledged" // somebody said that it is known
	Snoozed      Outcome = "snoozed"      // somebody wants to hear nothing for a while
	Resumed      Outcome = "resumed"      // somebody took back either
)

// SeatSeries is how the seats of one module were used, a sample a day; days without one are missing.
type SeatSeries struct {
	Module   Module       `json:"module"` // as it was at the last sample
	Samples  []SeatSample `json:"samples"`
	Forecast Forecast     `json:"forecast"`
	Invented bool         `json:"invented,omitempty"` // some of it is the demo's, and never happened
}

// SeatSample is one day's seats.
type SeatSample struct {
	Day   caldate.Date `json:"day"` // in the zone of the computer that watched
	InUse int          `json:"in_use"`
	Total int          `json:"total"`
}

// Forecast says when the seats of a module run out if they go on to be used as they were.
type Forecast struct {
	Known bool         `json:"known"` // false: there is too little to go by, and Words says nothing
	Day   caldate.Date `json:"day"`   // the most likely first day without a free seat; never: not within the horizon
	Early caldate.Date `json:"early"` // the range in which Day lies
	Late  caldate.Date `json:"late"`  // never: there may be no such day
	Words string       `json:"words"` // one sentence
}

// Offer is the licence that an owner's licence server holds ready, beside the one in force (domain.md §4.6, GetLicenseFromLicenseServer).
type Offer struct {
	Current        *Licence      `json:"current,omitempty"` // nil: none is in force
	New            *Licence      `json:"new,omitempty"`     // nil: the issuer has nothing new
	Modules        []ModuleOffer `json:"modules,omitempty"` // of either licence
	CanBeActivated bool          `json:"can_be_activated"`
	Reason         string        `json:"reason,omitempty"` // why it cannot be activated: NetServer's words
}

// ModuleOffer is one module as it is and as it would become.
type ModuleOffer struct {
	Current *Module `json:"current,omitempty"` // nil: the licence in force does not have it
	New     *Module `json:"new,omitempty"`     // nil: the new licence does not have it; its InUse is what is in use now
}
