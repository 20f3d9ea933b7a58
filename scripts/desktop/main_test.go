//go:build linux

package main

import (
	"errors"
	"log"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/godbus/dbus/v5"

	"licensewatch/internal/desktop"
)

// notifier makes this test's binary send a notification and wait.
const notifier = "DESKTOP_TEST_NOTIFIER"

func TestMain(m *testing.M) {
	if os.Getenv(notifier) == "" {
		os.Exit(m.Run())
	}
	bus, err := dbus.ConnectSessionBus()
	if err == nil {
		err = bus.Object("org.freedesktop.Notifications", "/org/freedesktop/Notifications").Call(
			"org.freedesktop.Notifications.Notify", 0, "Tester", uint32(0), "", "News", "Body",
			[]string{}, map[string]dbus.Variant{}, int32(-1)).Err
	}
	if err != nil {
		log.Fatal(err)
	}
	select {}
}

func TestRunEndsWithTheCommandsExitCode(t *testing.T) {
	tests := []struct {
		name   string
		script string
		limit  time.Duration
		want   int
	}{
		{"it ends by itself", `test -n "$DISPLAY" || exit 1; exit 7`, 0, 7},
		{"a signal ends it", "kill -KILL $$", 0, 128 + 9},
		{"its time is over and it ends in its own way", "trap 'exit 3' TERM; while :; do sleep 0.01; done", time.Second, 3},
		{"its time is over and it does not care how it ends", "exec sleep 1000", time.Second, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			code, err := run(t.Context(), desktop.Options{NoBus: true}, tt.limit, picture{}, []string{"sh", "-c", tt.script})
			skipWithout(t, err)
			if code != tt.want {
				t.Errorf("exit code %d, want %d", code, tt.want)
			}
		})
	}
}

func TestRunSavesThePictureOnlyOfANotification(t *testing.T) {
	file := filepath.Join(t.TempDir(), "shot.png")
	code, err := run(t.Context(), desktop.Options{NoKeyring: true, NoTray: true}, 0, picture{file: file}, []string{"true"})
	skipWithout(t, err)
	if _, err := os.Stat(file); code != 0 || !errors.Is(err, os.ErrNotExist) {
		t.Errorf("exit code %d, picture: %v; want none", code, err)
	}
	t.Setenv(notifier, "1") // the command is this binary, in that role
	code, err = run(t.Context(), desktop.Options{NoKeyring: true, NoTray: true}, 5*time.Second, picture{file: file}, os.Args[:1])
	if err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(file); code != 0 || err != nil || info.Size() == 0 {
		t.Errorf("exit code %d, picture: %v", code, err)
	}
}

func skipWithout(t *testing.T, err error) {
	t.Helper()
	if gone, ok := errors.AsType[*desktop.MissingError](err); ok {
		t.Skip(gone)
	}
	if err != nil {
		t.Fatal(err)
	}
}
