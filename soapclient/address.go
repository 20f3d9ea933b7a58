package soapclient

import (
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// Version is a version of NetServer's services: "Services84" to "Services88". One parser reads them all
// (domain.md §1.5).
type Version string

// Versions are the versions that this package speaks, newest last.
var Versions = []Version{"Services84", "Services85", "Services86", "Services87", "Services88"}

// Known reports whether this package speaks v.
func (v Version) Known() bool { return slices.Contains(Versions, v) }

// namespace is the one namespace of everything a version sends (domain.md §1.1).
func (v Version) namespace() string {
	return "http://www.superoffice.net/ws/crm/NetServer/" + string(v)
}

// Address is where one installation's services of one version are.
type Address struct {
	Base    string  // what stands before "Services86/License.svc", with its trailing slash
	Version Version // which contract to speak
}

var bareIPv6 = regexp.MustCompile(`(?i)^https?://[0-9a-f]*:[0-9a-f]*:[0-9a-f:.]*(/|$)`)

var servicePart = regexp.MustCompile(`(?i)^(services(\d+))(/[a-z]+\.svc)?$`)

// ParseAddress understands an address as people paste it: the web root, with or without ".../Remote", with or
// without a trailing slash, or the full address of a service. It returns the base, and the version where
// the address names one. Without "Remote" at its end, "Remote/" is added (domain.md §1.1).
func ParseAddress(pasted string) (Address, error) {
	pasted = strings.TrimSpace(pasted)
	u, err := url.Parse(pasted)
	switch {
	case pasted == "":
		return Address{}, errors.New("the address is empty: enter one like https://crm.example.com/Remote/")
	case bareIPv6.MatchString(pasted):
		return Address{}, fmt.Errorf("%q holds an IPv6 address without brackets: write it as https://[2001:db8::1]/Remote/", pasted)
	case err != nil, u.Scheme != "http" && u.Scheme != "https", u.Host == "":
		return Address{}, fmt.Errorf("%q is not an address: enter one like https://crm.example.com/Remote/", pasted)
	case u.User != nil:
		return Address{}, errors.New("the address holds a user name or password: leave them out, they have fields of their own")
	}
	parts := strings.FieldsFunc(u.Path, func(r rune) bool { return r == '/' })
	var a Address
	if n := len(parts); n > 0 && strings.HasSuffix(strings.ToLower(parts[n-1]), ".svc") {
		if n < 2 || !servicePart.MatchString(parts[n-2]) {
			return Address{}, fmt.Errorf("%q has no ServicesNN before its %s", pasted, parts[n-1])
		}
		parts = parts[:n-1]
	}
	if n := len(parts); n > 0 {
		if m := servicePart.FindStringSubmatch(parts[n-1]); m != nil {
			a.Version = Version("Services" + m[2])
			parts = parts[:n-1]
		}
	}
	if n := len(parts); n == 0 || !strings.EqualFold(parts[n-1], "remote") {
		parts = append(parts, "Remote")
	}
	u.Path, u.RawPath, u.RawQuery, u.Fragment, u.ForceQuery = "/"+strings.Join(parts, "/")+"/", "", "", "", false
	a.Base = u.String()
	return a, nil
}

// service returns the address of one service.
func (a Address) service(name string) string {
	return a.Base + string(a.Version) + "/" + name + ".svc"
}

// host returns the host to name in errors.
func (a Address) host() string {
	if u, err := url.Parse(a.Base); err == nil {
		return u.Host
	}
	return a.Base
}
