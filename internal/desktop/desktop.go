//go:build linux

package desktop

import (
	"context"
	"errors"
	"fmt"
	"image"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/godbus/dbus/v5"
)

// Options leave out what a desktop may lack. The zero value is a complete desktop.
type Options struct {
	NoBus           bool        // no session bus, and so neither keyring, notifications nor panel
	NoKeyring       bool        // nobody owns org.freedesktop.secrets
	LockedKeyring   bool        // the login collection exists but is locked, and no prompter can open it
	NoNotifications bool        // nobody owns org.freedesktop.Notifications
	NoTray          bool        // no panel, so no StatusNotifierWatcher
	NoGL            bool        // an X server without GLX
	Size            image.Point // of the screen in pixels; zero: 1280 x 800
}

// A Desktop is a running session. Its methods may be called from several goroutines.
type Desktop struct {
	dir      string
	env      []string
	services []*Service
	bus      *dbus.Conn // private; nil without a bus
	reaper   *reaper
	stop     func() error // once
}

// MissingError says which programs of the desktop are not installed.
type MissingError struct{ Programs []string }

func (e *MissingError) Error() string {
	return fmt.Sprintf("the virtual desktop needs %s: run scripts/setup desktop", strings.Join(e.Programs, ", "))
}

// Start brings a desktop up and returns once every service in it answers. ctx limits the start alone;
// Stop ends the desktop. The error is a *MissingError if programs are not installed.
func Start(ctx context.Context, opts Options) (*Desktop, error) {
	if missing := missing(opts); missing != nil {
		return nil, &MissingError{missing}
	}
	dir, err := os.MkdirTemp("", "desktop-")
	if err != nil {
		return nil, err
	}
	d := &Desktop{dir: dir}
	d.stop = sync.OnceValue(d.end)
	if d.reaper, err = startReaper(dir); err != nil {
		return nil, errors.Join(fmt.Errorf("watcher of the virtual desktop: %w", err), os.RemoveAll(dir))
	}
	if err := d.start(ctx, opts); err != nil {
		return nil, errors.Join(fmt.Errorf("virtual desktop: %w", err), d.Stop())
	}
	return d, nil
}

// Stop ends everything in the desktop and removes its folder. A second call does nothing more.
func (d *Desktop) Stop() error { return d.stop() }

func (d *Desktop) end() error {
	if d.bus != nil {
		d.bus.Close()
	}
	for _, s := range d.services {
		s.signal(syscall.SIGCONT)
		s.signal(syscall.SIGTERM)
	}
	deadline := time.After(2 * time.Second)
	for _, s := range d.services {
		select {
		case <-s.exited():
		case <-deadline:
		}
	}
	return d.reaper.stop() // kills what is left
}

// Env returns the environment of a program in this desktop: the caller's, with home, XDG folders, display,
// bus and locale replaced.
func (d *Desktop) Env() []string { return append([]string(nil), d.env...) }

// Path returns the name of a file below the desktop's own folder, such as "config/licensewatch".
func (d *Desktop) Path(elem ...string) string {
	return filepath.Join(append([]string{d.dir}, elem...)...)
}

// Command is exec.CommandContext for a program in this desktop. It leads a process group; the end of ctx
// kills the whole group, the end of the caller kills it too.
func (d *Desktop) Command(ctx context.Context, name string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Env, cmd.Dir = d.Env(), d.Path("home")
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = 2 * time.Second // a grandchild may hold the pipes
	return cmd
}

// Service returns the running service of that name, nil if this desktop was started without it.
func (d *Desktop) Service(name Name) *Service {
	for _, s := range d.services {
		if s.Name == name {
			return s
		}
	}
	return nil
}

// Until calls try, again and again, until it returns nil. When ctx ends first, the error names what was
// waited for and why the last try failed.
func Until(ctx context.Context, what string, try func() error) error {
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for {
		err := try()
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("waiting for %s: %w (last: %w)", what, context.Cause(ctx), err)
		case <-tick.C:
		}
	}
}

// environ is the caller's environment without what ties it to the caller's own session.
func environ(dir string) []string {
	var env []string
	for _, kv := range os.Environ() {
		name, _, _ := strings.Cut(kv, "=")
		switch {
		case strings.HasPrefix(name, "XDG_"), strings.HasPrefix(name, "LC_"), strings.HasPrefix(name, "DBUS_"),
			strings.HasPrefix(name, "GNOME_"), strings.HasPrefix(name, "LICENSEWATCH_"):
		case name == "HOME", name == "DISPLAY", name == "WAYLAND_DISPLAY", name == "XAUTHORITY", name == "LANG",
			name == "LANGUAGE", name == "BROWSER", name == "CREDENTIALS_DIRECTORY", name == "SESSION_MANAGER":
		default:
			env = append(env, kv)
		}
	}
	return append(env,
		"HOME="+filepath.Join(dir, "home"),
		"XDG_CONFIG_HOME="+filepath.Join(dir, "config"),
		"XDG_DATA_HOME="+filepath.Join(dir, "data"),
		"XDG_STATE_HOME="+filepath.Join(dir, "state"),
		"XDG_CACHE_HOME="+filepath.Join(dir, "cache"),
		runtimeDir+filepath.Join(dir, "run"),
		"XDG_CURRENT_DESKTOP=XFCE",
		"LANG=en_US.UTF-8", // Fyne complains of "C"
		"LIBGL_ALWAYS_SOFTWARE=1",
		"GALLIUM_DRIVER=llvmpipe",
		"NO_AT_BRIDGE=1",
		"GTK_A11Y=none",
	)
}

// runtimeDir is also what a desktop's processes are known by; see reaper.
const runtimeDir = "XDG_RUNTIME_DIR="
