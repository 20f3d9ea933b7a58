// Package link serves a monitor on a local socket that only its user may open, and dials one.
//
// It is HTTP with JSON: one stream of frames from the agent, a few commands to it. The window, a second
// start, "licensewatch status" and scripts use it. It listens on no network address.
package link

import (
	"context"
	"time"

	"licensewatch/internal/secret"
	"licensewatch/monitor"
)

// View is what the agent shows of itself: the monitor's snapshot and what else the user must know.
type View struct {
	Snapshot monitor.Snapshot
	Demo     bool
	Notices  []string // one sentence each, e.g. that desktop notifications do not get through
	Raise    int      // grows when the window is asked to come to the front
	Focus    Target   // what the user wants to see then; empty: nothing special
}

// Commands are what a client can ask of the agent. The agent supplies the functions, Handler calls
// them from many goroutines. An error's text is shown to the user as it is.
type Commands struct {
	Refresh      func(site, owner string)  // empty site: all; empty owner: the whole site
	Pause        func(until time.Time)     // zero time: go on
	Show         func() error              // open the window, or bring it to the front
	NoGL         func(reason string) error // the window could not open: show the report in the browser
	Settings     func() Settings
	SaveSettings func(Settings) error
	Sites        func() []SiteForm // without secrets
	// Test signs in with the form's values, reads the owners and saves nothing.
	// It reports each step as it begins and as it ends.
	Test   func(ctx context.Context, form SiteForm, report func(Step)) Trial
	Save   func(ctx context.Context, form SiteForm) error
	Remove func(ctx context.Context, name string) error
	// SignIn has a person sign in to SuperOffice Online in the browser, with the form's values. What that brings stays in the
	// agent: the form names it by the grant's ID.
	SignIn func(ctx context.Context, form SiteForm) (Grant, error)
	// SignInAgain does the same for a site that is set up, and keeps what it brings.
	SignInAgain func(ctx context.Context, site string) error
	// Help opens the page about a reason (monitor.Failure) or a kind of finding in the browser.
	Help func(reason string) error

	// Past returns what is on record since an instant: of an owner, of a site (Owner is empty), or of all.
	Past func(ctx context.Context, of Target, since time.Time) (monitor.Past, error)
	// Seats returns the seats of an owner's modules since an instant, with what is to be expected.
	Seats func(ctx context.Context, of Target, since time.Time) ([]monitor.SeatSeries, error)
	// Away returns what happened since somebody last looked at the window.
	Away func(ctx context.Context) (monitor.Past, error)
	// Left tells that nobody watches any more: the window was closed. It may be nil.
	Left func()
	// Acknowledge notes that the user knows of all that troubles an owner, a site with its owners or, if of is empty, everything.
	Acknowledge func(ctx context.Context, of monitor.Subject, note string) error
	// Snooze lets nothing be told of the same until then, unless it grows worse. The zero time ends such a snooze.
	Snooze func(ctx context.Context, of monitor.Subject, until time.Time, note string) error
	// Resume takes back both, also for all that of covers.
	Resume func(ctx context.Context, of monitor.Subject) error
	// Log returns all notifications since an instant, the newest first, with what became of them and why.
	Log func(ctx context.Context, since time.Time) ([]monitor.Telling, error)
	// TestNotification shows a notification and returns what happened, in a sentence or two.
	TestNotification func(ctx context.Context) (string, error)
	// Offer asks the owner's licence server which licence it holds ready. Nothing is activated.
	Offer func(ctx context.Context, of Target) (monitor.Offer, error)
	// Shop asks the owner's licence server where it sells licences: a web address.
	Shop func(ctx context.Context, of Target) (string, error)
	// Rehearse answers what other rules would have made of the past.
	Rehearse func(ctx context.Context, what WhatIf) (monitor.Rehearsal, error)
	// Report returns a report, "html", "csv", "json" or "ics", on the sites and owners that are named; no names are all.
	Report func(ctx context.Context, format string, sites, owners []string) ([]byte, error)
	// Export writes a report on all sites to a file, whole or not at all.
	Export func(ctx context.Context, format, file string) error
}

// Grant is a sign-in in the browser.
type Grant struct {
	ID      string `json:"id"`
	User    string `json:"user"`
	Tenant  string `json:"tenant"`
	Company string `json:"company"`
}

// Target is a site or an owner of one.
type Target struct {
	Site  string `json:"site,omitempty"`
	Owner string `json:"owner,omitempty"`
}

// Settings are the values that hold for all sites.
type Settings struct {
	Interval        time.Duration `json:"interval"`
	DetailsInterval time.Duration `json:"details_interval"`
	// Limits are those for all sites; what is nil when it is saved stays as it was.
	Limits monitor.Limits `json:"limits,omitzero"`
	// Rules are those for all sites; what is nil when it is saved stays as it was.
	Rules   monitor.Rules `json:"rules,omitzero"`
	Sound   bool          `json:"sound,omitempty"`   // what is critical is told with a sound
	Command []string      `json:"command,omitempty"` // run for each event, with its arguments; empty: none
}

// WhatIf are rules to rehearse.
type WhatIf struct {
	Rules monitor.Rules            `json:"rules,omitzero"`  // for all sites; what is nil is as it is saved
	Sites map[string]monitor.Rules `json:"sites,omitempty"` // in place of those that are saved of these sites
	Days  int                      `json:"days"`            // how far back: 1 to 730
}

// SiteForm is a site as a form edits it.
type SiteForm struct {
	Was         string      `json:"was"` // the name it is saved under; empty: a new site
	Name        string      `json:"name"`
	URL         string      `json:"url"`
	Services    string      `json:"services"` // "Services84" … "Services88"
	SignIn      string      `json:"sign_in"`  // "password", "windows", "online", "system-user" or "ticket"
	User        string      `json:"user"`
	Owners      []string    `json:"owners"`
	CAFile      string      `json:"ca_file"`
	AllowHTTP   bool        `json:"allow_http"`
	Secret      secret.Text `json:"secret"`       // empty: keep the stored one
	AppToken    secret.Text `json:"app_token"`    // empty: keep the stored one
	SessionOnly bool        `json:"session_only"` // keep the secrets in memory, not in the keyring

	Domain      string      `json:"domain"` // from here on as settings.Site has them
	Tenant      string      `json:"tenant"`
	Environment string      `json:"environment"`
	ClientID    string      `json:"client_id"`
	Proxy       string      `json:"proxy"`
	ProxyUser   string      `json:"proxy_user"`
	ProxySecret secret.Text `json:"proxy_secret"` // empty: keep the stored one
	Pin         string      `json:"pin"`
	HTTP1Only   bool        `json:"http1_only"`
	Web         string      `json:"web"`

	Limits      monitor.Limits        `json:"limits,omitzero"`        // of the site; what is nil is as for all sites
	OwnerLimits []monitor.OwnerLimits `json:"owner_limits,omitempty"` // what is nil is as for the site
	Rules       monitor.Rules         `json:"rules,omitzero"`         // of the site; what is nil is as for all sites

	Grant string `json:"grant"` // the ID of a sign-in in the browser whose outcome is the secret
}

// Step is a step of a connection test.
type Step struct {
	Name   string        `json:"name"`  // "connect", … : equal names are the same step
	Words  string        `json:"words"` // what it does, such as "Connect to crm.example.com:443"
	State  StepState     `json:"state"`
	Took   time.Duration `json:"took"`   // once it has ended
	Detail string        `json:"detail"` // what it found, in a few words
}

// StepState is how far a step is.
type StepState string

const (
	StepRunning StepState = "running"
	StepGood    StepState = "good"
	StepCaution StepState = "caution" // it passed, with something to know
	StepFailed  StepState = "failed"
)

// Offer is a value that would make a failed test go on.
type Offer struct {
	Words string `json:"words"` // what it is, such as "Use Services88"
	Field string `json:"field"` // of the SiteForm, by its JSON name
	Value string `json:"value"`
}

// Trial is the outcome of a connection test.
type Trial struct {
	Failure *monitor.Failure `json:"failure"` // nil: all went well
	Company string           `json:"company"`
	Serial  string           `json:"serial"`
	Version string           `json:"version"` // NetServer's own
	Owners  []string         `json:"owners"`
	URL     string           `json:"url"`     // the address as understood
	Warning string           `json:"warning"` // one sentence, e.g. that the user is not an administrator
	Steps   []Step           `json:"steps"`   // all that were taken, in order
	Offers  []Offer          `json:"offers"`
}
