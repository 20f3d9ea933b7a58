package window

import (
	"net"
	"net/url"
	"slices"
	"strings"
	"time"

	"licensewatch/monitor/link"
)

// minInterval is the shortest that a site may be asked at.
const minInterval = time.Minute

// faults are what is wrong with a form, one sentence for each field.
type faults struct{ name, address, user, secret string }

// faultsOf says what a person must put right before f can be tried. taken are the names of the other sites;
// was is the form as it was opened.
func faultsOf(f, was link.SiteForm, taken []string) faults {
	var wrong faults
	switch {
	case f.Name == "":
		wrong.name = "Give the site a name, for you to know it by."
	case slices.Contains(taken, f.Name):
		wrong.name = "There is a site of that name already."
	}
	wrong.address = addressFault(f)
	if f.SignIn == "password" && f.User == "" {
		wrong.user = "Enter the user to sign in as."
	}
	if f.Secret == "" && (f.Was == "" || f.SignIn != was.SignIn) {
		wrong.secret = "Enter the " + f.SignIn + "."
	}
	return wrong
}

// addressFault says what is wrong with the address. It is generous: the agent understands an address
// in any form that people paste.
func addressFault(f link.SiteForm) string {
	if f.URL == "" {
		return "Enter the address of the installation."
	}
	scheme, _, found := strings.Cut(f.URL, "://")
	if !found {
		return ""
	}
	u, err := url.Parse(f.URL)
	switch {
	case err != nil || u.Host == "":
		return "This is not a web address."
	case !strings.EqualFold(scheme, "https") && !strings.EqualFold(scheme, "http"):
		return "The address must begin with https:// or http://."
	case strings.EqualFold(scheme, "http") && !f.AllowHTTP && !loopback(u.Hostname()):
		return "Over http, others on the way can read the password. Use https, or allow http under Advanced."
	}
	return ""
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return strings.EqualFold(host, "localhost") || ip != nil && ip.IsLoopback()
}

// readInterval reads "30m", "1h" or "1h30m". fault is what is wrong with it.
func readInterval(s string) (d time.Duration, fault string) {
	d, err := time.ParseDuration(strings.ReplaceAll(strings.TrimSpace(s), " ", ""))
	switch {
	case err != nil:
		return 0, "Write a time such as 15m, 1h or 1h30m."
	case d < minInterval:
		return 0, "At least 1m, so that the sites are not flooded."
	}
	return d, ""
}
