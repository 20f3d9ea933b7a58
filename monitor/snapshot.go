package monitor

import (
	"slices"
	"time"
)

// Snapshot is everything known at one instant. It and all it points to are never written after it was
// published, so any goroutine may read it, and a site that did not change keeps its *SiteState.
type Snapshot struct {
	At          time.Time
	PausedUntil time.Time    // no scheduled reads before; zero: not paused
	Sites       []*SiteState // in the order of the settings
	Outages     []Outage     // ways out that fail for all sites that share them
	Events      []Event      // news since the snapshot before
	Decisions   []Decision   // what the alert policy makes of it
	Alerts      []Alert      // by subject; the others have nothing to know of
	Snoozes     []Hand       // that hold
}

// Worst returns the worst severity of all sites; with none set up it is OK.
func (s Snapshot) Worst() Severity {
	worst := OK
	for _, site := range s.Sites {
		worst = max(worst, site.Severity)
	}
	return worst
}

// Open returns the worst severity of what nobody has acknowledged: the icon's. It is not OK while something is not known, acknowledged or not.
func (s Snapshot) Open() Severity {
	open, unknown := OK, false
	for _, site := range s.Sites {
		note := func(f Finding, owner string) {
			unknown = unknown || f.Severity == Unknown || f.ofReach()
			if f.weighs() && !s.Knows(site, f, owner) {
				open = max(open, f.Severity)
			}
		}
		unknown = unknown || len(site.Owners) == 0
		for _, f := range site.Findings {
			note(f, "")
		}
		for _, o := range site.Owners {
			for _, f := range o.Findings {
				note(f, o.Owner)
			}
		}
	}
	if open == OK && unknown {
		return Unknown
	}
	return open
}

// Knows reports whether somebody knows of a finding of the site or, if it is not empty, of its owner.
func (s Snapshot) Knows(site *SiteState, f Finding, owner string) bool {
	of := Subject{Site: site.Site.Name, Owner: owner}
	switch {
	case f.Kind == FindingOffline:
		of = Subject{Network: site.Site.Network}
	case f.Whole:
		of.Owner = ""
	}
	alert, _ := s.Alert(of)
	return alert.Ack != nil && slices.Contains(alert.Ack.Keys, f.key())
}

// Acknowledged reports whether somebody knows of all that an owner, or a site as a whole, is not in order for, and who.
func (s Snapshot) Acknowledged(site *SiteState, owner string) (by Hand, ok bool) {
	found := site.Findings
	if i, has := site.find(owner); has {
		found = site.Owners[i].Findings
	}
	for _, f := range found {
		if f.Severity == OK || !f.weighs() {
			continue
		}
		if !s.Knows(site, f, owner) {
			return Hand{}, false
		}
		ok = true
	}
	for _, of := range []Subject{{Site: site.Site.Name, Owner: owner}, {Site: site.Site.Name}, {Network: site.Site.Network}} {
		if alert, _ := s.Alert(of); ok && alert.Ack != nil {
			return *alert.Ack, true
		}
	}
	return Hand{}, false
}

// Alert returns the alert of a subject, if there is one.
func (s Snapshot) Alert(of Subject) (Alert, bool) {
	i, found := slices.BinarySearchFunc(s.Alerts, of, func(a Alert, of Subject) int { return a.Subject.compare(of) })
	if !found {
		return Alert{Subject: of}, false
	}
	return s.Alerts[i], true
}

// Snoozed returns the snooze that lasts longest of those that hold for a subject.
func (s Snapshot) Snoozed(of Subject) (longest Hand, ok bool) {
	for _, z := range s.Snoozes {
		if z.Covers(of) && z.Until.After(longest.Until) {
			longest, ok = z, true
		}
	}
	return longest, ok
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
	AskedSince  time.Time    `json:"asked_since,omitzero"` // see OwnerState
	Looks       int          `json:"looks,omitempty"`      // good answers of the site as a whole, so far
	Reading     bool         `json:"reading,omitempty"`    // a read is under way
}

// OwnerState is all that is known about one owner at a site.
type OwnerState struct {
	Owner string `json:"owner"`

	Licence   *Licence  `json:"licence,omitempty"` // nil: the database has not (yet) told of this owner
	Verdict   *Verdict  `json:"verdict,omitempty"` // nil: the licence server has not answered yet
	VerdictAt time.Time `json:"verdict_at,omitzero"`
	Doubted   bool      `json:"doubted,omitempty"` // the clock was set back since VerdictAt, or was wrong then: nobody knows how old the verdict is

	Failure      *Failure  `json:"failure,omitempty"` // of the latest question for this owner alone, nil after a good answer
	Failures     int       `json:"failures,omitempty"`
	Counted      int       `json:"counted,omitempty"` // see SiteState
	FailingSince time.Time `json:"failing_since,omitzero"`
	Unlisted     time.Time `json:"unlisted,omitzero"`    // since when the site's database does not list it any more
	AskedSince   time.Time `json:"asked_since,omitzero"` // since when it has been asked without a break: restart, sleep, pause, planned work or outage

	Looks    int       `json:"looks,omitempty"`    // good answers, so far
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
