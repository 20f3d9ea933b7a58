package monitor

import "time"

// Snapshot is everything known at one instant. It and all it points to are never written after it was
// published, so any goroutine may read it, and a site that did not change keeps its *SiteState.
type Snapshot struct {
	At          time.Time
	PausedUntil time.Time    // no scheduled reads before; zero: not paused
	Sites       []*SiteState // in the order of the settings
	Outages     []Outage     // ways out that fail for all sites that share them
	Events      []Event      // news since the snapshot before
}

// Worst returns the worst severity of all sites; with none set up it is OK.
func (s Snapshot) Worst() Severity {
	worst := OK
	for _, site := range s.Sites {
		worst = max(worst, site.Severity)
	}
	return worst
}

// Reading returns how many sites are being read right now.
func (s Snapshot) Reading() int {
	n := 0
	for _, site := range s.Sites {
		if site.Reading {
			n++
		}
	}
	return n
}

// SiteState is all that is known about one site.
type SiteState struct {
	Site   Site         `json:"site"`
	Owners []OwnerState `json:"owners"` // by name; empty until a first answer, unless the settings name some

	// Failure is why the latest read of the site as a whole failed, nil after a good one. It shows at
	// once; it becomes a finding when it is confirmed.
	Failure      *Failure  `json:"failure,omitempty"`
	Failures     int       `json:"failures,omitempty"` // in a row
	Counted      int       `json:"counted,omitempty"`  // of those: that nothing excuses, be it planned work, an outage or a machine that just woke
	FailingSince time.Time `json:"failing_since,omitzero"`

	Findings []Finding `json:"findings,omitempty"` // of the site as a whole
	Severity Severity  `json:"severity"`           // the worst of its findings and its owners

	LicencesAt  time.Time    `json:"licences_at,omitzero"`  // last good read of the database
	Certificate *Certificate `json:"certificate,omitempty"` // that the server showed then; nil without TLS
	Way         Way          `json:"way,omitzero"`
	NextCheck   time.Time    `json:"next_check,omitzero"`
	Reading     bool         `json:"reading,omitempty"` // a read is under way
}

// OwnerState is all that is known about one owner at a site.
type OwnerState struct {
	Owner string `json:"owner"`

	Licence   *Licence  `json:"licence,omitempty"` // nil: the database has not (yet) told of this owner
	Verdict   *Verdict  `json:"verdict,omitempty"` // nil: the licence server has not answered yet
	VerdictAt time.Time `json:"verdict_at,omitzero"`

	Failure      *Failure  `json:"failure,omitempty"` // of the latest question for this owner alone, nil after a good answer
	Failures     int       `json:"failures,omitempty"`
	Counted      int       `json:"counted,omitempty"` // see SiteState
	FailingSince time.Time `json:"failing_since,omitzero"`
	Unlisted     time.Time `json:"unlisted,omitzero"`    // since when the site's database does not list it any more
	AskedSince   time.Time `json:"asked_since,omitzero"` // since when it has been asked without a break: restart, sleep, pause, planned work or outage

	Findings []Finding `json:"findings,omitempty"` // worst first, the site's own among them
	Severity Severity  `json:"severity"`           // the worst of Findings, but for the certificate's, which is about the server
}

// Licence findings and their kinds.
const (
	FindingStatus      = "status"       // the licence server's verdict
	FindingExpiring    = "expiring"     // the warning date or a step of the ladder is reached
	FindingExpired     = "expired"      // expired, in grace
	FindingStopped     = "stopped"      // the grace date is reached
	FindingMaintenance = "maintenance"  // maintenance has ended
	FindingSeats       = "seats"        // few free seats of a module, or more in use than owned
	FindingUnreadable  = "cannot-check" // reads fail, confirmed
	FindingStale       = "stale"        // no good answer for three intervals
	FindingUnlisted    = "not-listed"   // the site's database does not list the owner any more
	FindingNoOwner     = "no-owner"     // the site's database lists nobody
	FindingPending     = "not-checked"  // not asked yet, or not since a break
	FindingTenant      = "tenant"       // SuperOffice Online says that the tenant is not to be called
	FindingCertificate = "certificate"  // the server's certificate nears its end
	FindingOffline     = "offline"      // the way out fails for all sites that share it
)

// Finding is one reason for a severity, with what to do.
type Finding struct {
	Kind     string   `json:"kind"`
	Severity Severity `json:"severity"`
	Text     string   `json:"text"`              // one plain sentence
	Action   string   `json:"action"`            // the next action, one plain sentence; empty if there is none
	URL      string   `json:"url,omitempty"`     // http or https, where the next action leads; shown with its host, opened only by a click
	Failure  Kind     `json:"failure,omitempty"` // of a cannot-check finding
	Reason   string   `json:"reason,omitempty"`  // of a cannot-check finding: see Failure
	Title    string   `json:"title,omitempty"`   // in a few words; empty: the kind says it
	// Case tells two findings of one kind apart: the status word, the step of the ladder. A changed
	// case is news; a changed text is not.
	Case string `json:"case,omitempty"`
	// Whole marks a site's finding that is repeated at its owners.
	Whole bool `json:"whole,omitempty"`
}

// key is what makes a finding the same as before.
func (f Finding) key() string { return f.Kind + "\x00" + f.Case }

// Event is one piece of news about an owner, about a site as a whole (Owner is empty then), or about the way out of several sites
// (Site is empty too).
type Event struct {
	At       time.Time `json:"at"`
	Site     string    `json:"site"`
	Network  string    `json:"network,omitempty"` // of an outage
	Owner    string    `json:"owner,omitempty"`
	From     Severity  `json:"from"`
	To       Severity  `json:"to"`
	Appeared []Finding `json:"appeared,omitempty"`
	Gone     []Finding `json:"gone,omitempty"`
}

// Tomorrow returns 08:00 of the day after now, in now's zone: when a pause "until tomorrow" ends.
func Tomorrow(now time.Time) time.Time {
	y, m, d := now.Date()
	return time.Date(y, m, d+1, 8, 0, 0, 0, now.Location())
}
