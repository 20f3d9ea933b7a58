package monitor

import (
	"context"
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
	Online  bool   `json:"online,omitempty"` // a tenant of SuperOffice Online, which has planned interruptions (domain.md §3.2)
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
	Unrestricted bool   `json:"unrestricted"` // the count is not enforced
	Hidden       bool   `json:"hidden"`       // SuperOffice does not show it either
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

// Kind tells failures apart by what can be done about them.
type Kind string

const (
	KindSignIn   Kind = "signin"   // the site refuses the credentials
	KindNetwork  Kind = "network"  // no connection
	KindDNS      Kind = "dns"      // the host name has no address
	KindTLS      Kind = "tls"      // the certificate or the handshake is not acceptable
	KindProxy    Kind = "proxy"    // the proxy refuses
	KindTimeout  Kind = "timeout"  // connected, but no answer in time
	KindHTTP     Kind = "http"     // an HTTP answer that is not NetServer's
	KindFault    Kind = "fault"    // a SOAP fault
	KindServer   Kind = "server"   // NetServer answered with an exception
	KindContract Kind = "contract" // an answer that breaks the contract
	KindTenant   Kind = "tenant"   // SuperOffice Online says that the tenant is not available
	KindKeyring  Kind = "keyring"  // the secret cannot be had
	KindConfig   Kind = "config"   // the site's settings cannot work
)

// Failure is why a read failed. It is an error.
type Failure struct {
	Kind Kind `json:"kind"`
	// Reason tells failures of a kind apart and is a heading of docs/failures.md, such as "certificate-expired".
	Reason string `json:"reason,omitempty"`
	Title  string `json:"title,omitempty"` // the same in a few words, such as "Certificate expired"
	// Severity is that of the finding; OK, the zero value, stands for Unknown.
	Severity Severity `json:"severity,omitempty"`
	Text     string   `json:"text"`   // one sentence: what failed, with names
	Remedy   string   `json:"remedy"` // one sentence: what to do
	// RetryAfter is how long the server asked to be left alone; 0 if it did not.
	RetryAfter time.Duration `json:"retry_after,omitempty"`
}

func (f *Failure) Error() string { return f.Text }

// names reports whether the settings name the owner.
func (s Site) names(owner string) bool { return slices.Contains(s.Owners, owner) }

// siteWide reports whether the failure holds for every owner of the site, so that asking for the next
// one is useless.
func (f *Failure) siteWide() bool {
	switch f.Kind {
	case KindSignIn, KindNetwork, KindDNS, KindTLS, KindProxy, KindTenant, KindKeyring, KindConfig:
		return true
	}
	return false
}

// needsHand reports whether only a person can end the failure; such a failure needs no second look.
func (f *Failure) needsHand() bool {
	return f.Kind == KindSignIn || f.Kind == KindConfig
}
