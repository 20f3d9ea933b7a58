package agent

import (
	"context"
	"fmt"

	"licensewatch/internal/keyring"
	"licensewatch/internal/secret"
	"licensewatch/internal/settings"
	"licensewatch/internal/source"
	"licensewatch/monitor/link"
)

// Held are secrets of sites that are watched: what a server puts in the place of one is kept where that was.
type Held struct{ Secrets }

// Keep keeps a secret in the keyring, or for this session if the one before was.
func (h Held) Keep(ctx context.Context, site string, kind keyring.Kind, text secret.Text) error {
	if _, session := h.Remembered(site, kind); session {
		h.Remember(site, kind, text)
		return nil
	}
	return h.Set(ctx, site, kind, text)
}

// secretsOf are the secrets of a form: what it brings, what its sign-in in the browser brought, and what is stored.
func (a *Agent) secretsOf(f link.SiteForm) source.Fixed {
	secrets := source.Fixed{Password: f.Secret, AppToken: f.AppToken, Proxy: f.ProxySecret, Behind: Held{a.Secrets}, Site: f.Was}
	if refresh, ok := a.grants.of(f.Grant); ok {
		secrets.Password = refresh
		secrets.Replaced = func(text secret.Text) { a.grants.replace(f.Grant, text) }
	}
	return secrets
}

// signIn has a person sign in for a form.
func (a *Agent) signIn(ctx context.Context, f link.SiteForm) (link.Grant, error) {
	g, err := a.authorize(ctx, site(f), a.secretsOf(f))
	if err != nil {
		return link.Grant{}, err
	}
	return a.grants.keep(link.Grant{User: g.User, Tenant: g.Tenant, Company: g.Company}, g.RefreshToken), nil
}

// signInAgain has a person sign in for a site that is set up, and reads it. Where the keyring does not take the outcome
// it lasts for this session, and the error says so.
func (a *Agent) signInAgain(ctx context.Context, name string) error {
	for _, s := range a.settings.read().Sites {
		if s.Name != name {
			continue
		}
		g, err := a.authorize(ctx, s, a.Secrets)
		if err != nil {
			return err
		}
		err = (Held{a.Secrets}).Keep(ctx, name, keyring.Password, g.RefreshToken)
		if err != nil {
			a.Secrets.Remember(name, keyring.Password, g.RefreshToken)
			err = fmt.Errorf("the sign-in holds for this session only: %w", worded(err))
		}
		a.source.Forget(name)
		a.refresh(name, "")
		return err
	}
	return fmt.Errorf("%w: %q", settings.ErrNoSite, name)
}

// authorize opens the browser for a person, one at a time for each site.
func (a *Agent) authorize(ctx context.Context, s settings.Site, secrets source.Secrets) (source.Grant, error) {
	ctx, done := a.grants.begin(ctx, s.Name)
	defer done()
	g, err := a.source.Authorize(ctx, s, secrets, browse)
	if err != nil {
		return source.Grant{}, worded(source.Failure(err, s.Name))
	}
	a.Log.Info("somebody has signed in in the browser", "site", s.Name, "tenant", g.Tenant)
	return g, nil
}
