package source

import (
	"context"
	"sync/atomic"
	"testing"

	"licensewatch/internal/keyring"
	"licensewatch/internal/oidcpeer"
	"licensewatch/internal/secret"
	"licensewatch/internal/settings"
)

// lockable is a keyring that can be locked.
type lockable struct {
	Secrets
	locked atomic.Bool
}

func (l *lockable) Get(ctx context.Context, site string, kind keyring.Kind) (secret.Text, error) {
	if l.locked.Load() {
		return refusing(keyring.Locked).Get(ctx, site, kind)
	}
	return l.Secrets.Get(ctx, site, kind)
}

// wantHealed reads a site while its keyring is locked, and again once that is open, with nothing done in between.
func wantHealed(t *testing.T, site settings.Site, secrets Secrets) {
	t.Helper()
	l := &lockable{Secrets: secrets}
	l.locked.Store(true)
	s := with(t, l, site)
	for range 2 {
		wantReason(t, details(t.Context(), s), "keyring-locked")
	}
	l.locked.Store(false)
	read(t, s, head)
}

func TestALockedKeyringIsNamedAndHeals(t *testing.T) {
	t.Run("password", func(t *testing.T) {
		_, sites := begin(t)
		wantHealed(t, sites[0], passwords(sites...))
	})
	t.Run("ticket", func(t *testing.T) {
		_, sites := begin(t)
		c, err := sourceOf(t, sites...).client(head)
		if err != nil {
			t.Fatal(err)
		}
		session, err := c.SignIn.SignIn(t.Context(), c)
		if err != nil {
			t.Fatal(err)
		}
		sites[0].SignIn, sites[0].User = "ticket", ""
		wantHealed(t, sites[0], safe(t, string(session.Ticket)))
	})
	t.Run("online", func(t *testing.T) {
		y := newTenancy(t, oidcpeer.Options{})
		y.source(t)
		wantHealed(t, y.site, y.secrets)
	})
	t.Run("system user", func(t *testing.T) {
		y := newTenancy(t, oidcpeer.Options{})
		y.asSystemUser(t)
		wantHealed(t, y.site, y.secrets)
	})
	// Windows users: TestAWindowsUserIsReadAndHeals.
}
