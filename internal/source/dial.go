package source

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"sync/atomic"

	"licensewatch/internal/keyring"
	"licensewatch/internal/secret"
	"licensewatch/internal/settings"
	"licensewatch/soapclient"
	"licensewatch/soapclient/online"
)

// dial makes a client that goes over l; nothing is sent yet.
func (s *Source) dial(site settings.Site, secrets Secrets, l *line) (*soapclient.Client, error) {
	c := &soapclient.Client{Transport: l, AppToken: appToken(site, secrets)}
	if site.Tenant != "" {
		if err := s.follow(c, site, l); err != nil {
			return nil, err
		}
	} else {
		address, err := soapclient.ParseAddress(site.URL)
		if err != nil {
			return nil, configError(err.Error(), "Correct the address of the site.")
		}
		c.Address, c.Gate = address, s.gates.of(address.Base)
	}
	c.Address.Version = soapclient.Version(site.Services)
	var err error
	c.SignIn, err = signIn(site, secrets, l)
	return c, err
}

// follow makes a client go where SuperOffice Online says that the tenant is. The gate is that of the host it is on.
func (s *Source) follow(c *soapclient.Client, site settings.Site, l *line) error {
	base, err := environment(site)
	if err != nil {
		return err
	}
	tenant := s.tenant(site, base, l)
	c.Address.Base = base + "/" + site.Tenant + "/Remote/"
	var at atomic.Value
	at.Store(c.Address.Base)
	c.Locate = func(ctx context.Context, failed string) (string, error) {
		found, err := tenant.Locate(ctx, failed)
		if err == nil {
			at.Store(found)
		}
		return found, err
	}
	c.Gate = func(ctx context.Context) (func(), error) { return s.gates.of(at.Load().(string))(ctx) }
	return nil
}

// tenant returns what is known of a tenant's state, which all sites share that ask for it in the same way. A fresh line asks anew.
func (s *Source) tenant(site settings.Site, base string, l *line) *online.Tenant {
	fresh := &online.Tenant{ID: site.Tenant, Base: base, Transport: serviceLine{l}}
	if l.fresh {
		return fresh
	}
	whose := "" // the proxy's password, which each site has for itself
	if site.ProxyUser != "" {
		whose = site.Name
	}
	key := fmt.Sprintf("%q", []any{base, site.Tenant, site.CAFile, site.Proxy, site.ProxyUser, whose, site.HTTP1Only})
	s.mu.Lock()
	defer s.mu.Unlock()
	if known, ok := s.tenants[key]; ok {
		return known
	}
	s.tenants[key] = fresh
	return fresh
}

// signIn is the site's way to a ticket.
func signIn(site settings.Site, secrets Secrets, l *line) (soapclient.SignIn, error) {
	password := func(ctx context.Context) (secret.Text, error) { return secrets.Get(ctx, site.Name, keyring.Password) }
	switch site.SignIn {
	case "ticket":
		return soapclient.Ticket{Secret: password}, nil
	case "windows":
		return soapclient.Implicit{}, nil // the line proves to the web server who it is
	case "online":
		u, err := user(site, secrets, l)
		if err != nil {
			return nil, err
		}
		return soapclient.AccessToken{Token: u.Token}, nil
	case "system-user":
		base, err := environment(site)
		return &online.SystemUser{
			Base: base, Tenant: site.Tenant, Token: site.User, Key: password, Application: appToken(site, secrets), Transport: serviceLine{l},
		}, err
	}
	return soapclient.Password{User: site.User, Secret: password}, nil
}

// appToken brings the application token.
func appToken(site settings.Site, secrets Secrets) func(context.Context) (secret.Text, error) {
	onSite := site.SignIn == "password" || site.SignIn == "windows"
	return func(ctx context.Context) (secret.Text, error) {
		token, err := secrets.Get(ctx, site.Name, keyring.AppToken)
		// On-site servers check none (domain.md §2.3), and only they take passwords: there no keyring that fails is in
		// the way of a password that is at hand. SuperOffice Online wants one in every call.
		if e, ok := errors.AsType[*keyring.Error](err); ok && (e.State == keyring.Missing && site.Tenant == "" || onSite) {
			return "", nil
		}
		return token, err
	}
}

// Grant is what somebody allowed by signing in in the browser.
type Grant = online.Grant

// Authorize has a person sign in to SuperOffice Online with open, which shows an address in the browser. ctx limits the whole.
func (s *Source) Authorize(ctx context.Context, site settings.Site, secrets Secrets, open func(address string) error) (Grant, error) {
	l, err := s.connect(site, secrets, true)
	if err != nil {
		return Grant{}, err
	}
	defer l.close()
	u, err := user(site, secrets, l)
	if err != nil {
		return Grant{}, err
	}
	return u.Authorize(ctx, open)
}

// user is the person of a site on SuperOffice Online.
func user(site settings.Site, secrets Secrets, l *line) (*online.User, error) {
	base, err := environment(site)
	if err != nil {
		return nil, err
	}
	c := &consent{site: site.Name, secrets: secrets}
	return &online.User{
		Base: base, ClientID: site.ClientID, Tenant: site.Tenant, Transport: serviceLine{l},
		ClientSecret: appToken(site, secrets), RefreshToken: c.token, Save: c.save,
	}, nil
}

// environment returns the address of a site's environment of SuperOffice Online.
func environment(site settings.Site) (string, error) {
	base, err := online.Environment(cmp.Or(site.Environment, settings.DefaultEnvironment))
	if err != nil {
		return "", configError(err.Error(), "Correct the environment of the site.")
	}
	return base, nil
}
