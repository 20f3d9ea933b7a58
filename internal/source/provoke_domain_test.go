package source

import (
	"context"
	"errors"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"licensewatch/internal/keyring"
	"licensewatch/internal/peers"
	"licensewatch/internal/secret"
	"licensewatch/internal/settings"
	"licensewatch/monitor"
	"licensewatch/soapclient/simulator"
)

const winter = "Winter is 1 coming"

// domained is a NetServer behind a real Apache that wants Windows users of a real domain, and a site of it. The domain is
// this process's; so tests with it are not parallel.
func domained(t *testing.T) (*peers.Domain, *simulator.Server, settings.Site) {
	t.Helper()
	d := peers.KDC(t, peers.Users{"alice": winter})
	t.Setenv("KRB5_CONFIG", d.Config)
	w := simulator.Build(1, 2, 3)
	w.Sites[0].Name, w.Sites[0].WindowsHeader = head, peers.UserHeader
	w.Sites[0].Users = []simulator.User{{Name: "alice", Windows: "alice@" + peers.Realm, FullName: "Alice Admin", Admin: true}}
	sim := simulator.New(w)
	if _, err := sim.Start("127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(sim.Close)
	base, err := url.Parse(sim.URL(head))
	if err != nil {
		t.Fatal(err)
	}
	web := peers.Apache(t, peers.Web{Backend: "http://" + base.Host, Domain: d})
	return d, sim, settings.Site{Name: head, URL: web.URL + base.Path, Services: "Services86", SignIn: "windows", User: "alice", Domain: peers.Realm}
}

// safe keeps a password.
func safe(t *testing.T, password string) *keyring.Memory {
	t.Helper()
	var m keyring.Memory
	m.Set(t.Context(), head, keyring.Password, secret.Text(password))
	return &m
}

func wantReason(t *testing.T, err error, reason string) {
	t.Helper()
	f, ok := errors.AsType[*monitor.Failure](err)
	if !ok || f.Reason != reason {
		t.Errorf("it ends with %v (%+v), want %s", err, f, reason)
		return
	}
	wantNoSecret(t, f)
}

func TestAWindowsUserIsReadAndHeals(t *testing.T) {
	d, _, site := domained(t)
	s := with(t, safe(t, winter), site)
	read(t, s, head)
	if _, err := s.Verdict(t.Context(), head, "SUPEROFFICE"); err != nil {
		t.Error(err)
	}

	wrong := safe(t, "wrong")
	s = with(t, wrong, site)
	wantReason(t, details(t.Context(), s), "sign-in-refused")
	wrong.Set(t.Context(), head, keyring.Password, winter)
	s.Forget(head)
	read(t, s, head)

	for side, shift := range map[string]time.Duration{"behind": 10 * time.Minute, "ahead of": -10 * time.Minute} {
		d.Shift(shift)
		s = with(t, safe(t, winter), site)
		err := details(t.Context(), s)
		wantReason(t, err, "clock")
		if err != nil && !(strings.Contains(err.Error(), "10m") && strings.Contains(err.Error(), side)) {
			t.Errorf("the failure %q does not tell how far the clocks are apart, or that ours is %s", err, side)
		}
		d.Shift(0)
		read(t, s, head)
	}

	d.Stop()
	s = with(t, safe(t, winter), site)
	wantReason(t, details(t.Context(), s), "domain")
	d.Start()
	read(t, s, head)

	wantHealed(t, site, safe(t, winter))
}

func TestAWindowsUserWhoseTicketHasEndedSignsInAnew(t *testing.T) {
	_, sim, site := domained(t)
	password := &counted{Secrets: safe(t, winter)}
	s := with(t, password, site)
	read(t, s, head)
	signIns := sim.Requests(head, "AuthenticateImplicit")
	do(t, sim, head+" fault expire-tickets")
	read(t, s, head)
	if n := sim.Requests(head, "AuthenticateImplicit") - signIns; n != 1 {
		t.Errorf("%d sign-ins after the ticket had ended, want one", n)
	}
	if n := password.asked.Load(); n != 1 {
		t.Errorf("the password was asked for %d times, want once: the Kerberos ticket still holds", n)
	}
}

func TestATestOfAWindowsUser(t *testing.T) {
	_, sim, site := domained(t)
	trial := try(t, site, Fixed{Password: winter})
	if got := stepLine(trial); got != "settings name connect netserver sign-in licences licence-server" || trial.Failure != nil {
		t.Errorf("steps %q (%v)", got, trial.Failure)
	}
	before := sim.Requests("", "")
	wrong := &counted{Secrets: Fixed{Password: "wrong"}}
	trial = try(t, site, wrong)
	if got := stepLine(trial); !strings.HasSuffix(got, "sign-in!") || trial.Failure == nil || trial.Failure.Reason != "sign-in-refused" {
		t.Errorf("steps %q (%v), want that the sign-in is refused", got, trial.Failure)
	}
	if n := sim.Requests("", "") - before; n != 0 {
		t.Errorf("NetServer was asked %d times", n)
	}
	if n := wrong.asked.Load(); n != 1 {
		t.Errorf("a wrong password was tried %d times, which brings the account nearer to being locked", n)
	}
}

// counted counts how often passwords are asked for.
type counted struct {
	Secrets
	asked atomic.Int32
}

func (c *counted) Get(ctx context.Context, site string, kind keyring.Kind) (secret.Text, error) {
	if kind == keyring.Password {
		c.asked.Add(1)
	}
	return c.Secrets.Get(ctx, site, kind)
}
