package simulator

import (
	"fmt"
	"slices"
	"strings"

	"licensewatch/internal/caldate"
	"licensewatch/internal/secret"
)

// World is what a Server plays: the sites and all that they know. New copies it.
type World struct {
	Sites []Site
}

// Site is one SuperOffice installation. It answers on Services84 to Services88 alike.
type Site struct {
	Name string // unique; the story calls it so
	Path string // unique; what stands before /Remote/Services86/License.svc, such as "/HeadOffice"

	// OwnPort gives the site a listener of its own, beside the shared one, as if it were another host:
	// only so can its connections be truly refused.
	OwnPort bool

	// Documented makes the site answer in the form that SuperOffice's documentation shows instead of the one
	// that real servers send: SOAP 1.2 envelope, no Header, xsi:type, dates with Z (domain.md §1.7).
	Documented bool

	// WindowsHeader is the HTTP header in which the web server in front, which does the Negotiate, names the Windows
	// user that it let in: "X-Remote-User". AuthenticateImplicit believes it, so none but that server may reach
	// the site. "": there is no such server, and AuthenticateImplicit is refused.
	WindowsHeader string

	Tenant *Tenant // nil: the site is not SuperOffice Online's

	Users  []User
	Owners []Owner
	Limit  Limit
}

// Limit is what the site's plan of CRM Suite allows of what the plan counts (domain.md §4.3); zero: no limit.
type Limit struct{ Active, Maximum int }

// User is one who may sign in to a site.
type User struct {
	Name     string // associate name; any case signs in
	Password secret.Text
	FullName string
	EMail    string   // signs in too
	Windows  string   // the Windows account, such as EXAMPLE\admin; "": none
	Licences []string // user licences assigned, such as "ten-sales", beside "user", which everybody has
	Admin    bool     // has the right admin-all; without it the License service refuses (domain.md §2.9)
}

// Owner is an issuer of licences at a site, with what its licence server says.
type Owner struct {
	Name        string // such as "SUPEROFFICE"; any case finds it
	Description string
	Status      string // NetServer's word of domain.md §4.5, or one it does not have; "" is Ok
	Message     string
	URL         string
	Shop        string // where the owner sells licences; "" is an address made of its name
	Licence     Licence
	Offer       *Licence // what the licence server holds ready; its modules' InUse counts for nothing; nil: what follows from Status
}

// Licence is what the site's database holds about one owner (domain.md §1.4, LicenseInfo).
type Licence struct {
	Company     string
	Serial      string // 10 digits
	Version     string
	URL         string // of the owner's licence server
	Deployment  int
	Product     string
	NextCheck   caldate.Date
	Maintenance caldate.Date
	Warning     caldate.Date
	Expiry      caldate.Date
	Grace       caldate.Date
	Modules     []Module
}

// Module is one module of a licence with its seats (domain.md §4.1).
type Module struct {
	Name         string
	Description  string
	Tooltip      string
	Type         string // SiteLicense, SatelliteLicense or UserLicense; "" is Unknown
	Users        string // AllowedUserType; "" is Unknown
	Total        int
	InUse        int // may be more than Total
	ExtraFlags   int // 1: a user plan, 2: the marker of a plan's tier
	ExtraInfo    string
	Unrestricted bool
	Hidden       bool
}

// superOffice is the owner whose licence GetSystemInfo tells.
const superOffice = "SUPEROFFICE"

// clone returns a copy of w that shares nothing that changes.
func (w World) clone() World {
	w.Sites = slices.Clone(w.Sites)
	for i := range w.Sites {
		s := &w.Sites[i]
		if s.Tenant != nil {
			s.Tenant = new(*s.Tenant)
		}
		s.Users, s.Owners = slices.Clone(s.Users), slices.Clone(s.Owners)
		for j := range s.Users {
			s.Users[j].Licences = slices.Clone(s.Users[j].Licences)
		}
		for j := range s.Owners {
			o := &s.Owners[j]
			o.Licence.Modules = slices.Clone(o.Licence.Modules)
			if o.Offer != nil {
				o.Offer = new(*o.Offer)
				o.Offer.Modules = slices.Clone(o.Offer.Modules)
			}
		}
	}
	return w
}

// check returns what makes w unplayable.
func (w World) check() error {
	names, paths, tenants := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for _, s := range w.Sites {
		path := strings.ToLower(s.Path)
		switch {
		case s.Name == "" || s.Name != strings.TrimSpace(s.Name) || strings.ContainsAny(s.Name, "\r\n"):
			return fmt.Errorf("site name %q does not fit in a line of a story", s.Name)
		case path != "" && !strings.HasPrefix(path, "/") || strings.HasSuffix(path, "/"):
			return fmt.Errorf("site %s: path %q must begin with a slash and not end with one", s.Name, s.Path)
		case names[s.Name] || paths[path]:
			return fmt.Errorf("site %s: its name or its path %q stands twice", s.Name, s.Path)
		}
		names[s.Name], paths[path] = true, true
		if s.Tenant == nil {
			continue
		}
		id := strings.ToLower(s.Tenant.ID)
		if err := s.Tenant.check(); err != nil {
			return fmt.Errorf("site %s: %w", s.Name, err)
		}
		if tenants[id] {
			return fmt.Errorf("site %s: its tenant %s stands twice", s.Name, s.Tenant.ID)
		}
		tenants[id] = true
	}
	return nil
}

// site returns the site with exactly that name, or nil.
func (w World) site(name string) *Site {
	i := slices.IndexFunc(w.Sites, func(s Site) bool { return s.Name == name })
	if i < 0 {
		return nil
	}
	return &w.Sites[i]
}

// owner returns the owner of that name in any case, or nil.
func (s *Site) owner(name string) *Owner {
	i := slices.IndexFunc(s.Owners, func(o Owner) bool { return strings.EqualFold(o.Name, name) })
	if i < 0 {
		return nil
	}
	return &s.Owners[i]
}

// user returns who signs in with that name or e-mail address, or nil.
func (s *Site) user(name string) *User {
	i := slices.IndexFunc(s.Users, func(u User) bool {
		return strings.EqualFold(u.Name, name) || u.EMail != "" && strings.EqualFold(u.EMail, name)
	})
	if i < 0 || name == "" {
		return nil
	}
	return &s.Users[i]
}

// module returns the module of that name, or nil; a nil licence has none.
func (l *Licence) module(name string) *Module {
	if l == nil {
		return nil
	}
	i := slices.IndexFunc(l.Modules, func(m Module) bool { return m.Name == name })
	if i < 0 {
		return nil
	}
	return &l.Modules[i]
}
