// Package online speaks the sign-in and state services of SuperOffice Online: it brings tickets and access tokens for
// soapclient's calls, and tells where a tenant is.
//
//	User        a person signs in once in the browser; from then on a refresh token brings access tokens (domain.md §2.6)
//	SystemUser  a private key brings tickets without any person (domain.md §2.5)
//	Tenant      the host that a tenant is on now, or why it is not to be called (domain.md §3.1)
//
// Failures are *soapclient.Error, but for those of the functions that bring secrets, which come back as they are. Neither
// errors nor pages hold a token, code, secret or key.
package online

import (
	"fmt"
	"net/url"
	"strings"

	"licensewatch/internal/loopback"
)

// Environment returns the base address of an environment of SuperOffice Online: "online" (production), "qaonline" (stage)
// or "sod" (development). An absolute https address stands for itself, and so does one of plain http on this computer.
func Environment(name string) (base string, err error) {
	switch name {
	case "online", "qaonline", "sod":
		return "https://" + name + ".superoffice.com", nil
	}
	u, err := url.Parse(name)
	switch {
	case err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Hostname() == "":
		return "", fmt.Errorf("%q is no environment of SuperOffice Online: use online, qaonline or sod", name)
	case u.User != nil || u.RawQuery != "" || u.Fragment != "":
		return "", fmt.Errorf("the environment's address at %s holds more than a host and a path: leave out what is behind", u.Host)
	case u.Scheme == "http" && !loopback.Host(u.Hostname()):
		return "", fmt.Errorf("the environment's address at %s is plain http, so anybody on the way could read the sign-in: use https", u.Host)
	}
	return strings.TrimRight(name, "/"), nil
}

// hostOf returns the host of an address, to name in errors.
func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	return u.Host
}
