package simulator

import (
	"net/http"
	"strings"
)

// implicit signs in the Windows user that the trusted front end has named (domain.md §2.1). Where IIS lets
// everybody in there is no such user.
func implicit(c *call) (body, *exception) {
	if c.at.Tenant != nil {
		return nil, onSiteOnly
	}
	if c.windows == "" {
		return rejected, nil
	}
	u := c.at.windowsUser(c.windows)
	if u == nil {
		return rejected, nil
	}
	return c.accepted(u), nil
}

// windowsName returns the Windows user that a request's header names; "": none.
func (s *Site) windowsName(h http.Header) string {
	if s.WindowsHeader == "" {
		return ""
	}
	return strings.TrimSpace(h.Get(s.WindowsHeader))
}

// windowsUser returns the user with that Windows account, or nil. The name is one of EXAMPLE\admin,
// admin@EXAMPLE.TEST and admin.
func (s *Site) windowsUser(name string) *User {
	domain, account := splitAccount(name)
	for i := range s.Users {
		d, a := splitAccount(s.Users[i].Windows)
		if a != "" && strings.EqualFold(a, account) && (domain == "" || d == "" || sameDomain(d, domain)) {
			return &s.Users[i]
		}
	}
	return nil
}

func splitAccount(name string) (domain, account string) {
	if domain, account, ok := strings.Cut(name, `\`); ok {
		return domain, account
	}
	account, domain, _ = strings.Cut(name, "@")
	return domain, account
}

// sameDomain reports whether two names, each NetBIOS or DNS, may be those of one domain.
func sameDomain(a, b string) bool {
	x, _, dns := strings.Cut(a, ".")
	y, _, dns2 := strings.Cut(b, ".")
	return strings.EqualFold(a, b) || dns != dns2 && strings.EqualFold(x, y)
}
