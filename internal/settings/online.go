package settings

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"licensewatch/internal/loopback"
)

// environments are those of SuperOffice Online (domain.md §2.6).
var environments = []string{DefaultEnvironment, "qaonline", "sod"}

var tenantPattern = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9]{1,63}$`)

// place checks what says where the site is: an address, or a tenant of SuperOffice Online, whose address SuperOffice tells.
func (s Site) place() *Problem {
	online := s.SignIn == "online" || s.SignIn == "system-user"
	switch {
	case s.Tenant == "" && online:
		return problem("tenant", "the site has no tenant", fmt.Sprintf(`sign_in %q needs one, as tenant = "Cust12345"`, s.SignIn))
	case s.Tenant == "":
		return address(s.URL, s.AllowHTTP)
	case !tenantPattern.MatchString(s.Tenant):
		return problem("tenant", fmt.Sprintf("tenant %q cannot be one", s.Tenant), `write it as SuperOffice does, as "Cust12345"`)
	case !online && s.SignIn != "ticket":
		return problem("sign_in", fmt.Sprintf("sign_in %q does not work on SuperOffice Online", s.SignIn), `use "online" or "system-user", or leave tenant out for an installation of your own`)
	case s.URL != "":
		return problem("url", "the site has a tenant and a url", "leave url out: SuperOffice tells where the tenant is")
	}
	return nil
}

func (s Site) environment() *Problem {
	const sample = `use "online", or leave it out`
	switch {
	case s.Environment == "" || slices.Contains(environments, s.Environment):
		return nil
	case !strings.Contains(s.Environment, "://"):
		return problem("environment", fmt.Sprintf("environment %q is not known", s.Environment), "use one of "+strings.Join(environments, ", "))
	}
	u, err := url.Parse(s.Environment)
	switch {
	case err != nil || !printable(s.Environment) || u.Host == "" || u.User != nil || u.Scheme != "https" && u.Scheme != "http":
		return problem("environment", "environment is not an address", sample)
	case u.Scheme == "http" && !loopback.Host(u.Hostname()):
		return problem("environment", "environment is plain http, so anybody on the way could read the sign-in", "use https")
	}
	return nil
}

func (s Site) clientID() *Problem {
	if s.ClientID == "" && s.SignIn == "online" {
		return problem("client_id", "the site has no client_id", `sign_in "online" needs that of the application that SuperOffice registered for you`)
	}
	return plainText("client_id", s.ClientID, "1a2b3c4d5e6f7a8b9c0d1e2f3a4b5c6d")
}
