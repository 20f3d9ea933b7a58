package monitor

import (
	"context"
	"errors"
	"slices"
	"time"

	"licensewatch/internal/caldate"
)

// Site is one installation to watch. How it is reached is the Source's business; URL and Services are
// only shown.
type Site struct {
	Name     string   `json:"name"` // unique
	URL      string   `json:"url"`
	Services string   `json:"services"`
	Owners   []string `json:"owners,omitempty"` // only these, even if the site's database does not list them; empty: all that it lists

	// Network names the way out to the site: sites of one network that fail together are one outage. Empty: there is
	// none, since the site is on this computer.
	Network string `json:"network,omitempty"`
	Web     string `json:"web,omitempty"`    // address of the site's web client, where Settings and maintenance is; empty: not known
	Online  bool   `json:"online,omitempty"` // a tenant of SuperOffice Online, which has planned interruptions (domain.md §3.2)

	Limits      Limits        `json:"limits,omitzero"` // of its owners that have none of their own
	OwnerLimits []OwnerLimits `json:"owner_limits,omitempty"`
	Rules       Rules         `json:"rules,omitzero"` // of what is told of it
}

// Details is what one read of a site's database brings. It is never written after a Source has returned it.
type Details struct {
	Licences    []Licence    // of all owners
	Certificate *Certificate // of the server; nil without TLS
}

// Certificate is what a server showed of itself when it was read.
type Certificate struct {
	Host     string    `json:"host"`
	NotAfter time.Time `json:"not_after"` // the end of it or of one that vouches for it, whichever is first; UTC
}

// Licence is what a site's database says about one owner's licence (domain.md §1.4, LicenseInfo).
// It is never written after a Source has returned it.
type Licence struct {
	Owner       string   `json:"owner"`
	Description string   `json:"description"`
	Company     string   `json:"company"`
	Serial      string   `json:"serial"`
	Dates       Dates    `json:"dates"`
	Modules     []Module `json:"modules,omitempty"`
}

// Dates are the five dates of a licence (domain.md §4.2), calendar days without a zone.
type Dates struct {
	NextCheck    caldate.Date `json:"next_check"`    // when the site next asks the issuer by itself
	Maintenance  caldate.Date `json:"maintenance"`   // after it, upgrades refuse to install
	AdminWarning caldate.Date `json:"admin_warning"` // when SuperOffice begins to remind its administrators
	Expiry       caldate.Date `json:"expiry"`        // none or never: the licence does not end
	Grace        caldate.Date `json:"grace"`         // when modules stop
}

// Module is one module of a licence with its seats.
type Module struct {
	Name         string `json:"name"`
	Description  string `json:"description"`
	Type         string `json:"type"` // NetServer's word: SiteLicense, SatelliteLicense, UserLicense, Unknown
	Total        int    `json:"total"`
	InUse        int    `json:"in_use"`
	Free         int    `json:"free"`
	Unrestricted bool   `json:"unrestricted"`        // the count is not enforced
	Hidden       bool   `json:"hidden"`              // SuperOffice does not show it either
	Uncounted    bool   `json:"uncounted,omitempty"` // NetServer told no use: Total is what the licence lists, InUse and Free say nothing
	Plan         bool   `json:"plan"`                // a user plan: what people are given, and what is counted (ExtraFlags 1, domain.md §4.1)
}

// Verdict is what an owner's licence server says through the site (domain.md §4.5).
type Verdict struct {
	Status  string `json:"status"`  // NetServer's own word, whatever it is
	Message string `json:"message"` // from the server: data, never markup
	URL     string `json:"url"`     // from the server: not to be opened unasked
}

// Source reads sites. Its methods return when ctx ends; their errors are *Failure, anything else
// counts as one of kind "contract". Several goroutines call it, but never two for the same site.
type Source interface {
	// Details reads all owners of the site from its database.
	Details(ctx context.Context, site string) (Details, error)
	// Verdict asks the owner's licence server, through the site.
	Verdict(ctx context.Context, site, owner string) (Verdict, error)
}

// ErrUnwatched is what a Source answers of a site that it does not know (any more): settings reach it before they reach the monitor, so
// that a read under a former name says nothing.
var ErrUnwatched = errors.New("not watched")

// names reports whether the settings name the owner.
func (s Site) names(owner string) bool { return slices.Contains(s.Owners, owner) }
