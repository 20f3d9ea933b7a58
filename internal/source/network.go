package source

import (
	"cmp"
	"net/http"
	"net/url"
	"strings"

	"licensewatch/internal/loopback"
	"licensewatch/internal/settings"
	"licensewatch/monitor"
)

// Watched returns what a monitor must know of a site. A tenant's address is the one that stands for it everywhere; where it is at
// the moment, SuperOffice Online tells.
func Watched(site settings.Site) monitor.Site {
	site = Plain(site)
	w := monitor.Site{Name: site.Name, URL: site.URL, Services: site.Services, Owners: site.Owners, Network: Network(site), Online: site.Tenant != "",
		Limits: site.Limits, OwnerLimits: site.OwnerLimits, Rules: site.Rules}
	if base, err := environment(site); err == nil && w.Online {
		w.URL = base + "/" + site.Tenant + "/"
	}
	w.Web = monitor.WebLink(cmp.Or(site.Web, withoutRemote(w.URL)))
	return w
}

// withoutRemote returns where the web client is whose NetServer answers at the address: one folder up, where that is called Remote.
func withoutRemote(address string) string {
	trimmed := strings.TrimSuffix(address, "/")
	if at := strings.LastIndex(trimmed, "/"); at >= 0 && strings.EqualFold(trimmed[at+1:], "Remote") {
		return trimmed[:at+1]
	}
	return address
}

// Network names the way out to a site, which sites that fail together share: "" for this computer's own, "proxy host:port"
// for one behind a proxy, else "direct".
func Network(site settings.Site) string {
	w, err := wayOf(site)
	switch {
	case err != nil:
		return "direct"
	case loopback.Host(w.server.Hostname()):
		return ""
	case w.proxy != nil:
		return "proxy " + hostPort(w.proxy)
	}
	return "direct"
}

// wayOf returns how a site is reached; of a tenant, how SuperOffice Online is.
func wayOf(site settings.Site) (way, error) {
	address := site.URL
	if site.Tenant != "" {
		var err error
		if address, err = environment(site); err != nil {
			return way{}, err
		}
	}
	server, err := url.Parse(address)
	if err != nil {
		return way{}, err
	}
	return way{}.to(server, site)
}

// to is the site's way to a server.
func (way) to(server *url.URL, site settings.Site) (way, error) {
	w := way{server: server}
	var err error
	switch site.Proxy {
	case settings.NoProxy:
	case "":
		w.proxy, err = http.ProxyFromEnvironment(&http.Request{URL: server})
	default:
		w.proxy, err = url.Parse(site.Proxy)
	}
	return w, err
}
