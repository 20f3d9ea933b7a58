package tray

import (
	"context"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/godbus/dbus/v5"
	"github.com/godbus/dbus/v5/prop"
)

func TestAnUnderscoreInALabelIsShown(t *testing.T) {
	if got := label("my_addon & co"); got != "my__addon & co" {
		t.Errorf("label = %q, want the underscore doubled: one alone marks a mnemonic", got)
	}
}

// bus starts a session bus for this test and makes it the process's.
func bus(t *testing.T) *dbus.Conn {
	t.Helper()
	program, err := exec.LookPath("dbus-daemon")
	if err != nil {
		t.Skip("dbus-daemon is not installed: ", err)
	}
	address := "unix:path=" + filepath.Join(t.TempDir(), "bus")
	cmd := exec.Command(program, "--session", "--nofork", "--nosyslog", "--nopidfile", "--address="+address, "--print-address=1")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
	})
	line := make([]byte, 512)
	n, err := out.Read(line) // it serves once it has told
	if err != nil {
		t.Fatalf("dbus-daemon does not start: %v", err)
	}
	address = strings.TrimSpace(string(line[:n]))
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", address)
	conn, err := dbus.Connect(address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return conn
}

func within(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	t.Cleanup(cancel)
	return ctx
}

func TestWithoutABusThereIsNoHost(t *testing.T) {
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path="+filepath.Join(t.TempDir(), "nobody"))
	if reachable, shown := Host(within(t)); reachable || shown {
		t.Errorf("Host = %v, %v without a bus, want neither", reachable, shown)
	}
	if dark, told := Dark(within(t)); dark || told {
		t.Errorf("Dark = %v, %v without a bus, want neither", dark, told)
	}
}

func TestHostAsksTheWatcher(t *testing.T) {
	conn := bus(t)
	expect := func(when string, want bool) {
		t.Helper()
		if reachable, shown := Host(within(t)); !reachable || shown != want {
			t.Errorf("%s: Host = %v, %v, want true, %v", when, reachable, shown, want)
		}
	}
	expect("no watcher", false)
	const watcher = "org.kde.StatusNotifierWatcher"
	if _, err := conn.RequestName(watcher, dbus.NameFlagDoNotQueue); err != nil {
		t.Fatal(err)
	}
	expect("a watcher that does not tell of hosts", true)
	props, err := prop.Export(conn, "/StatusNotifierWatcher", prop.Map{watcher: {"IsStatusNotifierHostRegistered": {Value: false}}})
	if err != nil {
		t.Fatal(err)
	}
	expect("a watcher without a host", false)
	props.SetMust(watcher, "IsStatusNotifierHostRegistered", true)
	expect("a watcher with a host", true)
}

// portal answers as the desktop's settings portal.
type portal struct{ scheme any }

func (p portal) ReadOne(space, key string) (dbus.Variant, *dbus.Error) {
	if space != "org.freedesktop.appearance" || key != "color-scheme" {
		return dbus.Variant{}, dbus.NewError("org.freedesktop.portal.Error.NotFound", nil)
	}
	return dbus.MakeVariant(p.scheme), nil
}

func TestDarkAsksThePortal(t *testing.T) {
	conn := bus(t)
	if dark, told := Dark(within(t)); dark || told {
		t.Errorf("Dark = %v, %v without a portal, want neither", dark, told)
	}
	if _, err := conn.RequestName("org.freedesktop.portal.Desktop", dbus.NameFlagDoNotQueue); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name       string
		scheme     any
		dark, told bool
	}{
		{"no preference", uint32(0), false, false},
		{"dark", uint32(1), true, true},
		{"light", uint32(2), false, true},
		{"an answer that is no number", "dark", false, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if err := conn.Export(portal{tt.scheme}, "/org/freedesktop/portal/desktop", "org.freedesktop.portal.Settings"); err != nil {
				t.Fatal(err)
			}
			if dark, told := Dark(within(t)); dark != tt.dark || told != tt.told {
				t.Errorf("Dark = %v, %v, want %v, %v", dark, told, tt.dark, tt.told)
			}
		})
	}
}

func TestAHungBusIsNotWaitedFor(t *testing.T) {
	conn := bus(t)
	if _, err := conn.RequestName("org.kde.StatusNotifierWatcher", dbus.NameFlagDoNotQueue); err != nil {
		t.Fatal(err)
	}
	release := make(chan struct{})
	defer close(release)
	hang := func(string, string) (dbus.Variant, *dbus.Error) { <-release; return dbus.Variant{}, nil }
	if err := conn.ExportMethodTable(map[string]any{"Get": hang}, "/StatusNotifierWatcher", "org.freedesktop.DBus.Properties"); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	answered := make(chan bool)
	go func() {
		reachable, _ := Host(ctx)
		answered <- reachable
	}()
	select {
	case reachable := <-answered:
		if !reachable {
			t.Error("the bus answered, and Host says that it cannot be reached")
		}
	case <-time.After(10 * time.Second):
		t.Fatal("Host waits for a watcher that hangs")
	}
}
