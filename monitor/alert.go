package monitor

import "time"

// Alert is where the telling about one subject stands: what it is troubled by, what of that was told, and what is held back.
// Judge leads from one to the next.
type Alert struct {
	Subject  `json:"subject"`
	Troubles []Trouble   `json:"troubles,omitempty"`
	Held     []Decision  `json:"held,omitempty"`    // what is told when it is quiet no more
	Changes  []time.Time `json:"changes,omitempty"` // of what is found, within the last day
	Unstable time.Time   `json:"unstable,omitzero"` // since when it changes too often to tell each time; zero: it does not
	Counter  int         `json:"counter,omitempty"` // changes since then
	Peak     Severity    `json:"peak,omitempty"`    // the worst of these changes
	Spoke    time.Time   `json:"spoke,omitzero"`    // when that was last told
	Ack      *Hand       `json:"ack,omitempty"`     // somebody knows of its troubles
}

// Trouble is a finding with what was told of it.
type Trouble struct {
	Finding Finding   `json:"finding"`
	Since   time.Time `json:"since"`
	There   bool      `json:"there"`         // at the latest look
	Looks   int       `json:"looks"`         // in a row that said so
	Look    int       `json:"look"`          // the latest of them
	Need    int       `json:"need"`          // looks until it counts
	Known   bool      `json:"known"`         // somebody was told of it, or has seen it, and not yet that it is over
	As      Severity  `json:"as"`            // how bad it was then
	Mild    bool      `json:"mild"`          // nobody was told, since the settings want worse
	Told    time.Time `json:"told,omitzero"` // when it was last told
	Went    time.Time `json:"went,omitzero"` // when it was last over, or made way for another
}

// counts reports whether enough looks have seen that the trouble is there, or is not.
func (t *Trouble) counts() bool { return t.Looks >= t.Need }

// Seen is what is found of a subject.
type Seen struct {
	Findings []Finding
	Look     int  // grows with each good answer: a change that only one of them saw may be none
	Once     bool // one look is enough: an outage is over when one site was reached
}

// Hush is why nothing is told just now. The zero Hush is none.
type Hush struct {
	Reason Reason
	Until  time.Time
	Break  bool // what is critical is told all the same
}

// Decision is what the policy makes of one piece of news, and why.
type Decision struct {
	At      time.Time `json:"at"`
	Subject `json:"subject"`
	Act     Act       `json:"act"`
	Fate    Fate      `json:"fate"`
	Reason  Reason    `json:"reason"`
	Until   time.Time `json:"until,omitzero"` // of Hold: when it is looked at again; zero: when something changes
	Finding Finding   `json:"finding"`        // the worst that it is about
	Since   time.Time `json:"since,omitzero"` // of the finding
	To      Severity  `json:"to"`             // the worst of the subject from now on
	Others  int       `json:"others,omitempty"`
	Changes int       `json:"changes,omitempty"` // of Unstable and Steady: how many there were
	Held    Reason    `json:"held,omitempty"`    // why it was held until now
	Instead bool      `json:"instead,omitempty"` // of Appeared: it took the place of what was told
}

// Act is a kind of news.
type Act string

// What there may be to tell.
const (
	Appeared Act = "appeared"
	Still    Act = "still"    // a reminder
	Over     Act = "over"     // what was told is over
	Passed   Act = "passed"   // it came and went while it was held
	Unstable Act = "unstable" // it changes too often to tell each time
	Steady   Act = "steady"   // it does so no more
)

// Fate is what becomes of news.
type Fate string

// What may become of news.
const (
	Tell Fate = "tell" // at once
	Hold Fate = "hold" // until Until, or a change
	Drop Fate = "drop" // never
)

// Reason is why a decision is as it is.
type Reason string

// Why something is told, held or dropped.
const (
	ReasonNew          Reason = "new"
	ReasonWorse        Reason = "worse"        // worse than all that was told of the subject
	ReasonReminder     Reason = "reminder"     // nobody took care of it
	ReasonOver         Reason = "over"         // what was told is over
	ReasonFlapping     Reason = "flapping"     // four changes in a day
	ReasonSteady       Reason = "steady"       // no change for half a day
	ReasonReleased     Reason = "released"     // it was held until now
	ReasonSnoozed      Reason = "snoozed"      // by a person
	ReasonAcknowledged Reason = "acknowledged" // by a person
	ReasonQuiet        Reason = "quiet"        // quiet hours
	ReasonPaused       Reason = "paused"       // by a person, with all reads
	ReasonMild         Reason = "mild"         // the settings want worse
	ReasonUntold       Reason = "untold"       // it was over before it was told
	ReasonOvertaken    Reason = "overtaken"    // later news says it better
	ReasonRemoved      Reason = "removed"      // nobody watches the subject any more
)

// The times of the policy.
const (
	flapWithin = 24 * time.Hour // so many changes within this time are too many
	flapAfter  = 4
	steadyFor  = 12 * time.Hour
)
