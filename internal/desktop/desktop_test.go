//go:build linux

package desktop

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/godbus/dbus/v5"
)

// begin starts a desktop that ends with the test.
func begin(t *testing.T, opts Options) *Desktop {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	d, err := Start(ctx, opts)
	if gone, ok := errors.AsType[*MissingError](err); ok {
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
	return d
}

// soon fails the test if try does not come true in time.
func soon(t *testing.T, what string, try func() error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	if err := Until(ctx, what, try); err != nil {
		t.Fatal(err)
	}
}

func TestDesktopIsWholeAndFresh(t *testing.T) {
	d := begin(t, Options{})
	for _, name := range []Name{Display, Bus, Manager, Keyring, Notifier, Panel} {
		if d.Service(name) == nil {
			t.Errorf("no %s", name)
		}
	}
	out, err := d.Command(t.Context(), "sh", "-c", `echo "$HOME $DISPLAY $DBUS_SESSION_BUS_ADDRESS"; ls -A ~`).Output()
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(string(out), d.Path("home")+" :") || strings.Count(string(out), "\n") != 1 {
		t.Errorf("a program sees %q, want an empty home, a display and a bus of the desktop's own", out)
	}
	if img, err := d.Screen(); err != nil || img.Bounds().Dx() != 1280 || img.Bounds().Dy() != 800 {
		t.Errorf("screen = %v, %v", img.Bounds(), err)
	}
}

func TestStopLeavesNothingBehind(t *testing.T) {
	d := begin(t, Options{})
	// A grandchild that has left its parent's process group ends too.
	if err := d.Command(t.Context(), "sh", "-c", "setsid sleep 1000 & echo $! >"+d.Path("pid")).Run(); err != nil {
		t.Fatal(err)
	}
	if !runs(t, d.dir) {
		t.Fatal("nothing runs in the desktop: the test looks in the wrong place")
	}
	if err := d.Stop(); err != nil {
		t.Fatal(err)
	}
	if runs(t, d.dir) {
		t.Error("a process outlives the desktop")
	}
	if _, err := os.Stat(d.dir); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("its folder is left: %v", err)
	}
}

func TestDesktopEndsWithAKilledProgram(t *testing.T) {
	begin(t, Options{NoBus: true}) // or skip
	cmd := exec.Command(executable(t))
	cmd.Env = append(os.Environ(), role+"=hold")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line := make([]byte, 4096)
	n, err := out.Read(line)
	if err != nil {
		t.Fatal(err)
	}
	dir := strings.TrimSpace(string(line[:n]))
	if !filepath.IsAbs(dir) || !runs(t, dir) {
		t.Fatalf("no desktop in %q", dir)
	}
	cmd.Process.Kill()
	cmd.Wait()
	soon(t, "the end of the desktop", func() error {
		_, err := os.Stat(dir)
		if err == nil || runs(t, dir) {
			return errors.New("it is still there")
		}
		return nil
	})
}

func TestOptionsLeaveServicesOut(t *testing.T) {
	tests := []struct {
		name    string
		opts    Options
		without []string
		with    []string
	}{
		{"no keyring", Options{NoKeyring: true}, []string{secrets}, []string{watcher, "org.freedesktop.Notifications"}},
		{"no notification daemon", Options{NoNotifications: true}, []string{"org.freedesktop.Notifications"}, []string{watcher, secrets}},
		{"no tray host", Options{NoTray: true}, []string{watcher}, []string{secrets, "org.freedesktop.Notifications"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := begin(t, tt.opts)
			for _, name := range tt.without {
				if d.owned(name)(t.Context()) == nil {
					t.Errorf("somebody owns %s", name)
				}
			}
			for _, name := range tt.with {
				if err := d.owned(name)(t.Context()); err != nil {
					t.Error(err)
				}
			}
		})
	}
	t.Run("no bus", func(t *testing.T) {
		d := begin(t, Options{NoBus: true})
		if env := strings.Join(d.Env(), "\n"); strings.Contains(env, "DBUS_SESSION_BUS_ADDRESS") {
			t.Errorf("a bus in the environment:\n%s", env)
		}
	})
	t.Run("no GL", func(t *testing.T) {
		for _, opts := range []Options{{NoBus: true, NoGL: true}, {NoBus: true}} {
			out, err := begin(t, opts).Command(t.Context(), "xdpyinfo").Output()
			if err != nil {
				t.Skip("xdpyinfo is not installed")
			}
			if got := strings.Contains(string(out), "GLX"); got == opts.NoGL {
				t.Errorf("%+v: GLX on the display: %v", opts, got)
			}
		}
	})
}

func TestALockedKeyringGivesNothing(t *testing.T) {
	d := begin(t, Options{LockedKeyring: true})
	var locked dbus.Variant
	locked, err := d.property(t.Context(), secrets, login, secretsIface+"Collection", "Locked")
	if err != nil || locked.Value() != true {
		t.Errorf("Locked = %v, %v", locked, err)
	}
	if _, err := d.Secret(t.Context(), map[string]string{"service": "x"}); !errors.Is(err, ErrNoSecret) {
		t.Errorf("Secret = %v, want %v", err, ErrNoSecret)
	}
}

func TestAPausedServiceHangsAndGoesOn(t *testing.T) {
	d := begin(t, Options{NoKeyring: true, NoTray: true})
	s := d.Service(Notifier)
	if err := s.Pause(); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	if _, err := d.Notifications(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("paused: %v, want no answer", err)
	}
	if err := s.Resume(); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Notifications(t.Context()); err != nil {
		t.Errorf("resumed: %v", err)
	}
}

func TestAServiceComesBackAfterARestart(t *testing.T) {
	d := begin(t, Options{NoKeyring: true})
	s := d.Service(Panel)
	old := s.PID()
	if err := s.Restart(t.Context()); err != nil {
		t.Fatal(err)
	}
	if s.PID() == old || syscall.Kill(old, 0) == nil {
		t.Errorf("the old panel %d still runs beside %d", old, s.PID())
	}
	if err := d.hasTray(t.Context()); err != nil {
		t.Error(err)
	}
}

// runs reports whether a process has the desktop of that folder in its environment.
func runs(t *testing.T, dir string) bool {
	t.Helper()
	files, err := filepath.Glob("/proc/[0-9]*/environ")
	if err != nil || len(files) == 0 {
		t.Fatal("no /proc", err)
	}
	for _, file := range files {
		if b, err := os.ReadFile(file); err == nil && strings.Contains(string(b), runtimeDir+dir+"/") {
			return true
		}
	}
	return false
}
