package source

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"testing"

	"licensewatch/internal/keyring"
	"licensewatch/internal/oidcpeer"
	"licensewatch/internal/secret"
	"licensewatch/monitor"
)

// rotating is a place for secrets that takes what replaces one, or does not.
type rotating struct {
	*keyring.Memory
	kept atomic.Int32
	full bool
}

func (r *rotating) Keep(ctx context.Context, site string, kind keyring.Kind, text secret.Text) error {
	r.kept.Add(1)
	if err := ctx.Err(); err != nil {
		return err
	}
	if r.full {
		return &keyring.Error{State: keyring.Locked, Text: "the keyring is locked"}
	}
	return r.Set(ctx, site, kind, text)
}

func TestARefreshTokenThatIsReplacedIsKept(t *testing.T) {
	y := newTenancy(t, oidcpeer.Options{Rotate: true})
	r := &rotating{Memory: y.secrets}
	s := with(t, r, y.site)
	if _, err := y.signIn(t, s, oidcpeer.Person{}); err != nil {
		t.Fatal(err)
	}
	stored := func() secret.Text {
		text, _ := r.Get(t.Context(), head, keyring.Password)
		return text
	}
	first := stored()
	for range 3 {
		read(t, s, head)
		do(t, y.sim, head+" fault expire-tickets")
	}
	if n := r.kept.Load(); n != 3 || stored() == first {
		t.Errorf("%d refresh tokens were to be kept, want one of each refresh; changed: %v", n, stored() != first)
	}
	r.full = true
	last := stored()
	for range 3 { // they hold for this session
		read(t, s, head)
		do(t, y.sim, head+" fault expire-tickets")
	}
	if stored() != last {
		t.Error("the stored refresh token changed")
	}
}

func TestARefreshTokenThatWaitsIsKeptOnceItCanBe(t *testing.T) {
	r := &rotating{Memory: safe(t, "first"), full: true}
	c := &consent{site: head, secrets: r}
	bring := func(want, stored secret.Text) {
		t.Helper()
		text, err := c.token(t.Context())
		if now, _ := r.Get(t.Context(), head, keyring.Password); text != want || err != nil || now != stored {
			t.Errorf("it brings %q (%v) with %q stored, want %q and %q", string(text), err, string(now), string(want), string(stored))
		}
	}
	bring("first", "first")
	c.save(t.Context(), "second")
	bring("second", "first")
	r.full = false
	bring("second", "second")

	ended, cancel := context.WithCancel(t.Context())
	cancel()
	c.save(ended, "third") // by a read that is called off: the program may be about to end
	if now, _ := r.Get(t.Context(), head, keyring.Password); now != "third" {
		t.Errorf("%q is stored, want what a read brought that was called off", string(now))
	}
	r.Set(t.Context(), head, keyring.Password, "somebody signed in anew")
	bring("somebody signed in anew", "somebody signed in anew")
}

func TestATenantThatIsSuspendedWhileItsStateIsKnownIsNamed(t *testing.T) {
	y := newTenancy(t, oidcpeer.Options{})
	s := y.source(t)
	read(t, s, head)
	do(t, y.sim, head+" state Suspended") // NetServer answers with 503 from now on
	_, err := s.Details(t.Context(), head)
	if f, ok := errors.AsType[*monitor.Failure](err); !ok || f.Reason != "tenant-suspended" {
		t.Errorf("failure %+v, want that the tenant is suspended", err)
	}
}

func TestATestOfATenantAsksForItsStateFirst(t *testing.T) {
	y := newTenancy(t, oidcpeer.Options{})
	y.source(t)
	trial := try(t, y.site, Fixed{Behind: y.secrets, Site: head})
	if got := stepLine(trial); trial.Failure != nil || !strings.HasPrefix(got, "settings tenant connect netserver sign-in") || !strings.HasSuffix(got, "licences licence-server") {
		t.Errorf("steps %q (%v)", got, trial.Failure)
	}
	do(t, y.sim, head+" state Suspended")
	trial = try(t, y.site, Fixed{Behind: y.secrets, Site: head})
	if got := stepLine(trial); got != "settings tenant!" || trial.Failure == nil || trial.Failure.Reason != "tenant-suspended" {
		t.Errorf("steps %q (%v), want that the tenant is suspended", got, trial.Failure)
	}
}
