package notify

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/godbus/dbus/v5"

	"licensewatch/internal/desktop"
	"licensewatch/monitor"
)

// onDesktop starts a desktop that ends with the test, and a sender of children in it.
func onDesktop(t *testing.T, opts desktop.Options) (*desktop.Desktop, *Sender) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	d, err := desktop.Start(ctx, opts)
	if gone, ok := errors.AsType[*desktop.MissingError](err); ok {
		t.Skip(gone)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Stop(); err != nil {
			t.Error(err)
		}
	})
	s := sender("")
	s.Command = func(ctx context.Context) *exec.Cmd {
		cmd := d.Command(ctx, os.Args[0], ChildCommand)
		cmd.Env = append(cmd.Env, role+"=deliver", "GORACE=atexit_sleep_ms=0")
		return cmd
	}
	return d, s
}

// received returns the notifications that the daemon has got.
func received(t *testing.T, d *desktop.Desktop) []desktop.Notification {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	var list []desktop.Notification
	err := desktop.Until(ctx, "a notification", func() (err error) {
		if list, err = d.Notifications(ctx); err == nil && len(list) == 0 {
			err = errors.New("the daemon has none")
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func TestTheDesktopGetsWhatWasComposed(t *testing.T) {
	d, s := onDesktop(t, desktop.Options{NoKeyring: true, NoTray: true})
	icon := filepath.Join(t.TempDir(), "icon.png")
	s.Icon = func(Message) string { return icon }
	bad := func(text string) monitor.Decision {
		f := monitor.Finding{Kind: "k", Severity: monitor.Critical, Text: text + " <b>bold</b> & $(x) It's 100%\n.", Action: "Act."}
		return appears(text, "Ærø ADDON", f)
	}
	m, ok := Compose([]monitor.Decision{bad("<i>one</i>"), bad("two")})
	if !ok {
		t.Fatal("there is no message")
	}
	if err := s.Send(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	got := received(t, d)
	if len(got) != 1 || got[0].App != "Licensewatch" || got[0].Summary != m.Title || got[0].Body != m.Body {
		t.Errorf("the daemon received %+v, want one of Licensewatch with %q and %q", got, m.Title, m.Body)
	}
	if strings.Count(m.Body, "\n") != 1 {
		t.Errorf("the body is %q, want two lines", m.Body)
	}
}

func TestTheServiceIsAskedWhoItIsAndWhetherItIsHushed(t *testing.T) {
	d, s := onDesktop(t, desktop.Options{NoKeyring: true, NoTray: true})
	s.Sound = func(Message) bool { return true }
	r, err := s.Try(t.Context(), message)
	if err != nil || !strings.HasPrefix(r.Service, "dunst 1.") || r.Hushed == nil || *r.Hushed {
		t.Errorf("Try = %+v, %v, want dunst, which is not hushed", r, err)
	}
	if out, err := d.Command(t.Context(), "dunstctl", "set-paused", "true").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if r, err = s.Try(t.Context(), message); err != nil || r.Hushed == nil || !*r.Hushed {
		t.Errorf("Try = %+v, %v, want that Do Not Disturb is on", r, err)
	}
	shown, err := d.Command(t.Context(), "dunstctl", "count", "displayed").Output()
	if err != nil || strings.TrimSpace(string(shown)) != "0" {
		t.Errorf("%s are shown in spite of Do Not Disturb (%v), want none: the message is critical, its notification must not be", shown, err)
	}
}

// urgencies is a notification service that takes all and notes how urgent each is said to be.
type urgencies chan any

func (u urgencies) Notify(_ string, _ uint32, _, _, _ string, _ []string, hints map[string]dbus.Variant, _ int32) (uint32, *dbus.Error) {
	u <- hints["urgency"].Value()
	return 1, nil
}

// Services let what is of the urgency critical, 2, break through Do Not Disturb.
func TestNothingIsOfTheUrgencyThatBreaksThrough(t *testing.T) {
	d, s := onDesktop(t, desktop.Options{NoKeyring: true, NoTray: true, NoNotifications: true})
	var address string
	for _, v := range d.Env() {
		if a, ok := strings.CutPrefix(v, "DBUS_SESSION_BUS_ADDRESS="); ok {
			address = a
		}
	}
	bus, err := dbus.Connect(address)
	if err != nil {
		t.Fatal(err)
	}
	defer bus.Close()
	got := make(urgencies, 2)
	if err := bus.Export(got, object, service); err != nil {
		t.Fatal(err)
	}
	if _, err := bus.RequestName(service, dbus.NameFlagDoNotQueue); err != nil {
		t.Fatal(err)
	}
	for _, loud := range []bool{false, true} {
		s.Sound = func(Message) bool { return loud }
		if err := s.Send(t.Context(), message); err != nil {
			t.Fatal(err)
		}
		if urgency := <-got; urgency != byte(1) {
			t.Errorf("with sound (%v), what is critical is sent with the urgency %v, want 1, normal", loud, urgency)
		}
	}
}

func TestWithoutADaemonDeliveryFails(t *testing.T) {
	_, s := onDesktop(t, desktop.Options{NoKeyring: true, NoTray: true, NoNotifications: true})
	if err := s.Send(t.Context(), message); err == nil || err.Error() != noService {
		t.Errorf("Send = %v, want %q", err, noService)
	}
}

func TestWithoutABusDeliveryFails(t *testing.T) {
	s := sender("deliver", "DBUS_SESSION_BUS_ADDRESS=unix:path="+filepath.Join(t.TempDir(), "nobody"), "PATH=")
	err := s.Send(t.Context(), message)
	if err == nil || !strings.HasPrefix(err.Error(), "the notification service refuses: ") {
		t.Errorf("Send = %v, want that the service refuses", err)
	}
	if err != nil && strings.Contains(err.Error(), "Canary") {
		t.Errorf("%v repeats the message", err)
	}
}
