package window

import (
	"cmp"
	"net/url"
	"slices"
	"strings"
	"time"

	"licensewatch/internal/loopback"
	"licensewatch/monitor/link"
)

// minInterval is the shortest that a site may be asked at.
const minInterval = time.Minute

// faults are what is wrong with a form: a sentence for each input, by the key of its need.
type faults map[string]string

// only are the faults of some inputs.
func (f faults) only(keys ...string) faults {
	some := faults{}
	for _, key := range keys {
		if text, ok := f[key]; ok {
			some[key] = text
		}
	}
	return some
}

// faultsOf says what a person must put right before f can be tried. taken are the names of the other sites;
// was is the form as it was opened; own tells that the program's user can sign in with his Windows identity.
func faultsOf(f, was link.SiteForm, taken []string, own bool) faults {
	wrong := faults{}
	say := func(key, text string, yes bool) {
		if yes {
			wrong[key] = text
		}
	}
	say("name", "There is a site of that name already.", slices.Contains(taken, f.Name))
	say("name", "Give the site a name, for you to know it by.", f.Name == "")
	stored := f.Was != "" && f.SignIn == was.SignIn // its secrets
	switch f.SignIn {
	case "password":
		say("user", "Enter the user to sign in as.", f.User == "")
		say("password", "Enter the password.", f.Secret == "" && !stored)
	case "windows":
		say("user", "Enter the Windows user to sign in as.", f.User == "" && (!own || f.Secret != "" || f.Domain != ""))
		say("password", "Enter the password.", f.Secret == "" && f.User != "" && !(stored && was.User != ""))
	case "online":
		say("client_id", "Enter the client ID of your application.", f.ClientID == "")
		say("app_token", "Enter the client secret.", f.AppToken == "" && !stored)
		say("grant", "Sign in with the browser first.", f.Grant == "" && !(stored && sameTenant(f, was)))
	case "system-user":
		say("system", "Enter the system user token.", f.User == "")
		say("key", keyFault(string(f.Secret)), keyFault(string(f.Secret)) != "" && !(stored && f.Secret == ""))
		say("app_token", "Enter the application token.", f.AppToken == "" && !stored)
	case "ticket":
		say("ticket", "Enter the ticket.", f.Secret == "" && !stored)
	}
	switch f.SignIn {
	case "online", "system-user":
		say("tenant", "Enter the tenant.", f.Tenant == "")
	default:
		text := addressFault(f)
		say("url", text, text != "" && f.Tenant == "")
	}
	say("proxy", "Enter the proxy that the user is for.", f.ProxyUser != "" && (f.Proxy == "" || f.Proxy == "none"))
	return wrong
}

// sameTenant reports whether a sign-in for was holds for f.
func sameTenant(f, was link.SiteForm) bool {
	const environment = "online" // where nothing is said
	return strings.EqualFold(f.Tenant, was.Tenant) && f.ClientID == was.ClientID &&
		cmp.Or(f.Environment, environment) == cmp.Or(was.Environment, environment)
}

// keyFault says why text cannot be a private key. Whether it is that of the application shows when it is used.
func keyFault(text string) string {
	switch {
	case text == "":
		return "Paste the private key."
	case strings.Contains(text, "PUBLIC KEY-----"):
		return "This is the public key. The private one is needed."
	case strings.Contains(text, "<RSAKeyValue") && !strings.Contains(text, "<D>"):
		return "This is the public half of an RSA key. The private one is needed."
	case !strings.Contains(text, "PRIVATE KEY-----") && !strings.Contains(text, "<RSAKeyValue"):
		return "This is neither a PEM file nor RSA-XML. Paste the whole file."
	}
	return ""
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
	case strings.EqualFold(scheme, "http") && !f.AllowHTTP && !loopback.Host(u.Hostname()):
		return "Over http, others on the way can read the password. Use https, or allow http under Advanced."
	}
	return ""
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
