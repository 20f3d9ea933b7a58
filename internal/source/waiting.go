package source

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"

	"licensewatch/monitor"
	"licensewatch/soapclient"
)

// Offer asks the owner's licence server, through the site, which licence it holds ready (GetLicenseFromLicenseServer, domain.md
// §4.6). It activates nothing. Its error is *monitor.Failure.
func (s *Source) Offer(ctx context.Context, site, owner string) (monitor.Offer, error) {
	c, err := s.client(site)
	if err != nil {
		return monitor.Offer{}, failed(err, site, owner)
	}
	l, err := c.LicenceFromIssuer(ctx, owner)
	if err != nil {
		return monitor.Offer{}, failed(err, site, owner)
	}
	if l == nil {
		return monitor.Offer{}, nil
	}
	slog.Debug("the licence server has shown its licence", "site", site, "owner", owner, "new", l.New != nil, "activatable", l.CanBeActivated)
	return offer(l), nil
}

// Shop asks the owner's licence server, through the site, where it sells licences (GetShopUrl): a web address. Its error is
// *monitor.Failure or, where the owner names no shop or none that may be opened, ErrNoShop or ErrStrangeShop.
func (s *Source) Shop(ctx context.Context, site, owner string) (string, error) {
	c, err := s.client(site)
	if err != nil {
		return "", failed(err, site, owner)
	}
	address, err := c.ShopURL(ctx, owner)
	if err != nil {
		return "", failed(err, site, owner)
	}
	link := monitor.WebLink(address)
	switch name := monitor.Harmless(owner, maxName); {
	case address == "":
		return "", fmt.Errorf("%s %w", name, ErrNoShop)
	case link == "":
		return "", fmt.Errorf("%s %w", name, ErrStrangeShop)
	}
	return link, nil
}

// What Shop's error may be; the owner's name stands before it.
var (
	ErrNoShop      = errors.New("names no shop: ask whoever sold you its licences")
	ErrStrangeShop = errors.New("names a shop by a link that is not opened, since it is no plain web address: ask whoever sold you its licences")
)

// offer turns what NetServer answers about a waiting licence into the monitor's.
func offer(l *soapclient.Licence) monitor.Offer {
	return monitor.Offer{
		Current: bare(l.Current), New: bare(l.New), Modules: moduleOffers(l),
		CanBeActivated: l.CanBeActivated, Reason: monitor.Harmless(l.Reason, maxMessage),
	}
}

// bare is a licence whose modules are told elsewhere; nil stays nil.
func bare(terms *soapclient.Terms) *monitor.Licence {
	if terms == nil {
		return nil
	}
	return new(licence(terms))
}

// moduleOffers pairs the modules of the two licences as NetServer does, with their use. What it has left out there, and the
// licences themselves list, follows without a partner and without use.
func moduleOffers(l *soapclient.Licence) []monitor.ModuleOffer {
	var all []monitor.ModuleOffer
	var now, next []string
	for _, u := range l.Modules {
		var p monitor.ModuleOffer
		if m := u.Current; m != nil {
			p.Current, now = new(module(*m, u.Total, u.InUse, u.Free)), append(now, m.Name)
		}
		if m := u.New; m != nil {
			// A server that does not fill in the numbers of the new licence sends zeros; no module has no seats (domain.md §4.1, §6).
			p.New, next = new(module(*m, cmp.Or(u.NewTotal, m.Licences), u.InUse, u.NewFree)), append(next, m.Name)
		}
		if p != (monitor.ModuleOffer{}) {
			all = append(all, p)
		}
	}
	for _, m := range listed(l.Current, now) {
		all = append(all, monitor.ModuleOffer{Current: new(module(m, m.Licences, 0, m.Licences))})
	}
	for _, m := range listed(l.New, next) {
		all = append(all, monitor.ModuleOffer{New: new(module(m, m.Licences, 0, 0))})
	}
	return all
}

// listed returns the modules of a licence that are not among names.
func listed(terms *soapclient.Terms, names []string) []soapclient.Module {
	if terms == nil {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(terms.Modules), func(m soapclient.Module) bool { return slices.Contains(names, m.Name) })
}
