// Package source lets a monitor read sites through NetServer's SOAP: it is the one place that knows both.
//
//	monitor ─ Licences, Verdict ─► Source ─ soapclient ─► NetServer
//	                                 └─ Secrets: keyring, folder or memory
package source

import (
	"context"
	"log/slog"
	"net/http"
	"reflect"
	"sync"

	"licensewatch/internal/keyring"
	"licensewatch/internal/secret"
	"licensewatch/internal/settings"
	"licensewatch/monitor"
	"licensewatch/soapclient"
	"licensewatch/soapclient/online"
)

// Secrets brings a site's secrets. Its error is *keyring.Error, or ctx's.
type Secrets interface {
	Get(ctx context.Context, site string, kind keyring.Kind) (secret.Text, error)
}

// Source is a monitor.Source over SOAP. It keeps one client, with its ticket, per site.
type Source struct {
	secrets Secrets
	gates   *gates
	plain   http.RoundTripper // for sites without a network of their own

	mu      sync.Mutex
	sites   map[string]settings.Site
	open    map[string]*soapclient.Client // made when first needed
	tenants map[string]*online.Tenant     // of SuperOffice Online, by how they are asked for
}

// New returns a source for sites, which Update replaces.
func New(secrets Secrets, sites []settings.Site) *Source {
	s := &Source{secrets: secrets, gates: newGates(), plain: soapclient.NewTransport(soapclient.TransportOptions{}), tenants: map[string]*online.Tenant{}}
	s.Update(sites)
	return s
}

// Update replaces the sites. A site that did not change keeps its ticket.
func (s *Source) Update(sites []settings.Site) {
	s.mu.Lock()
	defer s.mu.Unlock()
	before := s.sites
	s.sites = make(map[string]settings.Site, len(sites))
	kept := make(map[string]*soapclient.Client, len(sites))
	for _, site := range sites {
		site = Plain(site)
		s.sites[site.Name] = site
		if c, ok := s.open[site.Name]; ok && Same(before[site.Name], site) {
			kept[site.Name] = c
		}
	}
	s.open = kept
	clear(s.tenants) // the clients that stay hold theirs
}

// Plain returns the site with its address cut to what stands before the services; a version that the address
// names is the one that is meant. An address that is not understood stays, for dial to refuse.
func Plain(site settings.Site) settings.Site {
	address, err := soapclient.ParseAddress(site.URL)
	if err != nil {
		return site
	}
	site.URL = address.Base
	if address.Version.Known() {
		site.Services = string(address.Version)
	}
	return site
}

// Same reports whether two sites are reached alike. When to warn of their owners, what is told, and where a person works there, is the monitor's business.
func Same(a, b settings.Site) bool { return reflect.DeepEqual(reached(a), reached(b)) }

func reached(s settings.Site) settings.Site {
	s.Web, s.Limits, s.OwnerLimits, s.Rules = "", monitor.Limits{}, nil, monitor.Rules{}
	return s
}

// Forget drops the ticket of a site, so that the next read signs in with the secrets as they are then.
func (s *Source) Forget(site string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.open, site)
}

// Details reads all owners of the site from its database.
func (s *Source) Details(ctx context.Context, site string) (monitor.Details, error) {
	c, err := s.client(site)
	if err != nil {
		return monitor.Details{}, failed(err, site, "")
	}
	list, err := c.Licences(ctx)
	if err != nil {
		return monitor.Details{}, failed(err, site, "")
	}
	slog.Debug("the database is read", "site", site, "owners", len(list))
	d := monitor.Details{Licences: licences(list)}
	if shown := c.Certificate(); shown != nil {
		d.Certificate = &monitor.Certificate{Host: shown.Host, NotAfter: shown.NotAfter}
	}
	return d, nil
}

// Verdict asks the owner's licence server, through the site.
func (s *Source) Verdict(ctx context.Context, site, owner string) (monitor.Verdict, error) {
	c, err := s.client(site)
	if err != nil {
		return monitor.Verdict{}, failed(err, site, owner)
	}
	v, err := c.LicenceStatus(ctx, owner)
	if err != nil {
		return monitor.Verdict{}, failed(err, site, owner)
	}
	slog.Debug("the licence server has answered", "site", site, "owner", owner, "status", v.Status)
	return monitor.Verdict{Status: string(v.Status), Message: monitor.Harmless(v.Message, maxMessage), URL: monitor.WebLink(v.URL)}, nil
}

// client returns the site's client.
func (s *Source) client(name string) (*soapclient.Client, error) {
	s.mu.Lock()
	c, open := s.open[name]
	site, known := s.sites[name]
	s.mu.Unlock()
	if open {
		return c, nil
	}
	if !known {
		return nil, errUnknownSite
	}
	l, err := s.connect(site, s.secrets, false) // not under the lock: it may read a file from a share that hangs
	if err != nil {
		return nil, err
	}
	if c, err = s.dial(site, s.secrets, l); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if now, ok := s.sites[name]; ok && Same(now, site) {
		if other, open := s.open[name]; open { // made meanwhile, for a person who asks while the site is read
			return other, nil
		}
		s.open[name] = c
	}
	return c, nil
}
