package window

import (
	"net/url"
	"strings"

	"golang.org/x/net/idna"

	"licensewatch/monitor"
)

// webLink reads an address that a server sent. It returns one that may be opened, and its host for people
// to see first; ok is false for what monitor.WebLink refuses, and for a host that is no host name.
func webLink(raw string) (address *url.URL, host string, ok bool) {
	u, err := url.Parse(monitor.WebLink(strings.TrimSpace(raw)))
	if err != nil {
		return nil, "", false
	}
	host = u.Hostname()
	if !strings.Contains(host, ":") { // not an IPv6 address
		// Letters that look alike show their difference in this form only.
		if host, err = idna.Lookup.ToASCII(host); err != nil {
			return nil, "", false
		}
	}
	if host == "" {
		return nil, "", false
	}
	if port := u.Port(); port != "" {
		host += ":" + port
	}
	return u, host, true
}
