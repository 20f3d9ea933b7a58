//go:build linux

package desktop

import (
	"bufio"
	"cmp"
	"context"
	"embed"
	"errors"
	"fmt"
	"image"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/godbus/dbus/v5"
)

//go:embed files
var files embed.FS

// password opens the login collection. It must not be empty, else gnome-keyring makes no collection.
const password = "desktop"

// managedMark is a file that the window manager makes.
const managedMark = "run/managed"

// missing returns the programs that a desktop of these options needs and that are not installed.
func missing(opts Options) []string {
	need := []string{"Xvfb", "openbox", "xdotool", "xwininfo"}
	if !opts.NoBus {
		need = append(need, "dbus-daemon", "gnome-keyring-daemon", "dunst", "xfce4-panel")
	}
	var gone []string
	for _, program := range need {
		if _, err := exec.LookPath(program); err != nil {
			gone = append(gone, program)
		}
	}
	return gone
}

// start runs the services, those that do not need each other at the same time.
func (d *Desktop) start(ctx context.Context, opts Options) error {
	if err := d.prepare(); err != nil {
		return fmt.Errorf("its folder: %w", err)
	}
	d.env = environ(d.dir)
	display, err := d.startDisplay(ctx, opts)
	if err != nil {
		return fmt.Errorf("display: %w", err)
	}
	d.env = append(d.env, "DISPLAY="+display)
	if !opts.NoBus {
		if err := d.startBus(ctx); err != nil {
			return fmt.Errorf("session bus: %w", err)
		}
	}
	all := d.parts(opts)
	for _, s := range all {
		if err := s.start(); err != nil {
			return fmt.Errorf("%s: %w", s.Name, err)
		}
		d.services = append(d.services, s)
	}
	for _, s := range all {
		if err := s.wait(ctx); err != nil {
			return err
		}
	}
	if s := d.Service(Keyring); s != nil && opts.LockedKeyring {
		return d.lock(ctx)
	}
	return nil
}

// prepare makes the folders and the settings of the services.
func (d *Desktop) prepare() error {
	for _, name := range []string{"home", "config/dunst", "config/xfce4/xfconf/xfce-perchannel-xml", "data/keyrings",
		"state", "cache", "run", "log", "activation"} {
		if err := os.MkdirAll(d.Path(name), 0o700); err != nil {
			return err
		}
	}
	for from, to := range map[string]string{
		"bus.conf":        "bus.conf",
		"dunstrc":         "config/dunst/dunstrc",
		"xfce4-panel.xml": "config/xfce4/xfconf/xfce-perchannel-xml/xfce4-panel.xml",
	} {
		text, err := files.ReadFile("files/" + from)
		if err != nil {
			return err
		}
		filled := strings.ReplaceAll(string(text), "{{dir}}", d.dir)
		if err := os.WriteFile(d.Path(to), []byte(filled), 0o600); err != nil {
			return err
		}
	}
	const xfconf = "/usr/share/dbus-1/services/org.xfce.Xfconf.service"
	if _, err := os.Stat(xfconf); err != nil {
		return nil // no panel is installed, or it knows of another way
	}
	return os.Symlink(xfconf, d.Path("activation", filepath.Base(xfconf)))
}

// startDisplay runs Xvfb on a free display, which it names on descriptor 3 once it serves.
func (d *Desktop) startDisplay(ctx context.Context, opts Options) (string, error) {
	glx := "+extension"
	if opts.NoGL {
		glx = "-extension"
	}
	size := opts.Size
	if size == (image.Point{}) {
		size = image.Pt(1280, 800)
	}
	number, err := d.startTelling(ctx, &Service{Name: Display, args: []string{
		"Xvfb", "-displayfd", "3", "-screen", "0", fmt.Sprintf("%dx%dx24", size.X, size.Y),
		"-fbdir", d.dir, "-nolisten", "tcp", "-noreset", glx, "GLX"}})
	return ":" + number, err
}

// startBus runs the session bus, which tells its address on descriptor 3 once it serves, and connects to it.
func (d *Desktop) startBus(ctx context.Context) error {
	address, err := d.startTelling(ctx, &Service{Name: Bus, args: []string{
		"dbus-daemon", "--config-file=" + d.Path("bus.conf"), "--nofork", "--nosyslog", "--print-address=3"}})
	if err != nil {
		return err
	}
	d.env = append(d.env, "DBUS_SESSION_BUS_ADDRESS="+address)
	d.bus, err = dbus.Connect(address)
	return err
}

// startTelling runs a service that writes a line to descriptor 3 once it serves, and returns that line.
func (d *Desktop) startTelling(ctx context.Context, s *Service) (string, error) {
	r, w, err := os.Pipe()
	if err != nil {
		return "", err
	}
	defer r.Close()
	s.desktop, s.output = d, w
	err = s.start()
	w.Close()
	if err != nil {
		return "", err
	}
	d.services = append(d.services, s)
	defer context.AfterFunc(ctx, func() { r.Close() })()
	line, err := bufio.NewReader(r).ReadString('\n')
	if err != nil {
		return "", fmt.Errorf("%w\n%s", cmp.Or(ctx.Err(), errors.New("it ended at once")), s.Log())
	}
	return strings.TrimSpace(line), nil
}

// parts returns the services that need display and bus.
func (d *Desktop) parts(opts Options) []*Service {
	all := []*Service{{Name: Manager, ready: d.managed, mark: managedMark,
		args: []string{"openbox", "--startup", "touch " + d.Path(managedMark)}}}
	add := func(without bool, s *Service) {
		if !without && !opts.NoBus {
			all = append(all, s)
		}
	}
	add(opts.NoKeyring, &Service{Name: Keyring, input: password, ready: d.hasLogin,
		args: []string{"gnome-keyring-daemon", "--foreground", "--unlock", "--components=secrets"}})
	add(opts.NoNotifications, &Service{Name: Notifier, ready: d.owned("org.freedesktop.Notifications"),
		args: []string{"dunst", "-config", d.Path("config/dunst/dunstrc")}})
	add(opts.NoTray, &Service{Name: Panel, ready: d.hasTray,
		args: []string{"xfce4-panel", "--disable-wm-check"}})
	for _, s := range all {
		s.desktop = d
	}
	return all
}

// managed reports whether the window manager has run its startup command, the last thing before it serves. It
// takes the screen earlier, and loses a window that is mapped in between.
func (d *Desktop) managed(context.Context) error {
	_, err := os.Stat(d.Path(managedMark))
	return err
}

// owned returns a check that somebody on the bus owns the name.
func (d *Desktop) owned(name string) func(context.Context) error {
	return func(ctx context.Context) error {
		var has bool
		err := d.bus.BusObject().CallWithContext(ctx, "org.freedesktop.DBus.NameHasOwner", 0, name).Store(&has)
		if err == nil && !has {
			err = fmt.Errorf("nobody owns %s", name)
		}
		return err
	}
}
