//go:build linux || freebsd || netbsd || openbsd || dragonfly

package keyring

import (
	"errors"
	"fmt"
	"os/exec"
	"slices"
	"syscall"
	"time"

	"github.com/godbus/dbus/v5"
)

// MaxSecret is how many bytes a secret may have. The Secret Service itself names no limit; no key or token
// needs more.
const MaxSecret = 16 << 10

const (
	tellsLocked = true                 // without asking the user
	refusedFor  = 365 * 24 * time.Hour // until Retry
)

// Names of the Secret Service.
const (
	busName         = "org.freedesktop.secrets"
	servicePath     = dbus.ObjectPath("/org/freedesktop/secrets")
	loginPath       = dbus.ObjectPath("/org/freedesktop/secrets/collection/login")
	noPath          = dbus.ObjectPath("/")
	serviceIface    = "org.freedesktop.Secret.Service"
	promptIface     = "org.freedesktop.Secret.Prompt"
	collectionIface = "org.freedesktop.Secret.Collection"
)

// desktop looks at the Secret Service on a bus connection of its own and unlocks there what go-keyring
// needs: go-keyring takes the first signal that comes for the user's answer, and does not tell a refusal
// from other errors.
type desktop struct{ conn *dbus.Conn }

// open makes sure that the keyring is there and unlocked for r. It calls asking before it asks the user.
func (d *desktop) open(r request, asking func()) error {
	if err := d.connect(); err != nil {
		return err
	}
	locked, err := d.locked(r.Account)
	if err != nil || len(locked) == 0 {
		return err
	}
	if !r.Ask {
		return &refusal{Locked, ""}
	}
	asking()
	return d.unlock(locked)
}

// connect never starts a bus: one without a desktop around it has no keyring either.
func (d *desktop) connect() error {
	if d.conn != nil {
		return nil
	}
	conn, err := dbus.SessionBusPrivateNoAutoStartup()
	if err == nil {
		err = errors.Join(conn.Auth(nil), conn.Hello())
	}
	if err != nil {
		return &refusal{Absent, "no session bus"}
	}
	d.conn = conn
	return nil
}

func (d *desktop) close() {
	if d.conn != nil {
		d.conn.Close()
	}
}

func (d *desktop) service() dbus.BusObject { return d.conn.Object(busName, servicePath) }

// locked returns what has to be unlocked before the account's item can be used.
func (d *desktop) locked(account string) ([]dbus.ObjectPath, error) {
	collection, err := d.collection()
	if err != nil {
		return nil, err
	}
	var locked []dbus.ObjectPath
	is, err := d.conn.Object(busName, collection).GetProperty(collectionIface + ".Locked")
	if err != nil {
		return nil, err
	}
	if is.Value() == true {
		locked = append(locked, collection)
	}
	var usable, items []dbus.ObjectPath
	wanted := map[string]string{"service": service, "username": account}
	err = d.service().Call(serviceIface+".SearchItems", 0, wanted).Store(&usable, &items)
	if err != nil {
		return nil, err
	}
	if len(locked) == 0 { // unlocking the collection unlocks its items
		locked = items
	}
	return locked, nil
}

// collection returns the collection that go-keyring uses: "login", else the default one.
func (d *desktop) collection() (dbus.ObjectPath, error) {
	all, err := d.service().GetProperty(serviceIface + ".Collections")
	if err != nil {
		return "", err
	}
	if paths, ok := all.Value().([]dbus.ObjectPath); ok && slices.Contains(paths, loginPath) {
		return loginPath, nil
	}
	var path dbus.ObjectPath
	if err := d.service().Call(serviceIface+".ReadAlias", 0, "default").Store(&path); err != nil {
		return "", err
	}
	if path == noPath || path == "" {
		return "", &refusal{Absent, "the keyring service has no default keyring"}
	}
	return path, nil
}

// unlock asks the user, through the service's own prompt, and waits for the answer.
func (d *desktop) unlock(paths []dbus.ObjectPath) error {
	var unlocked []dbus.ObjectPath
	var prompt dbus.ObjectPath
	if err := d.service().Call(serviceIface+".Unlock", 0, paths).Store(&unlocked, &prompt); err != nil {
		return err
	}
	if prompt == noPath {
		if len(unlocked) < len(paths) {
			return &refusal{Locked, "the keyring service does not unlock it"}
		}
		return nil
	}
	match := []dbus.MatchOption{dbus.WithMatchObjectPath(prompt), dbus.WithMatchInterface(promptIface), dbus.WithMatchSender(busName)}
	if err := d.conn.AddMatchSignal(match...); err != nil {
		return err
	}
	defer d.conn.RemoveMatchSignal(match...)
	signals := make(chan *dbus.Signal, 16)
	d.conn.Signal(signals)
	defer d.conn.RemoveSignal(signals)
	if err := d.conn.Object(busName, prompt).Call(promptIface+".Prompt", 0, "").Err; err != nil {
		return &refusal{Locked, "nobody can be asked to unlock it"}
	}
	for s := range signals {
		if s.Path != prompt || s.Name != promptIface+".Completed" || len(s.Body) == 0 {
			continue
		}
		if s.Body[0] != false { // gnome-keyring says this also when it has no way to ask
			return &refusal{Locked, "it was not unlocked when it asked for that"}
		}
		return nil
	}
	return &refusal{Absent, "the session bus went away"}
}

// systemState names the state that an error of the bus means, "" for none.
func systemState(err error) State {
	e, ok := errors.AsType[dbus.Error](err)
	if !ok {
		return ""
	}
	switch e.Name {
	case "org.freedesktop.DBus.Error.ServiceUnknown", "org.freedesktop.DBus.Error.NameHasNoOwner",
		"org.freedesktop.DBus.Error.UnknownMethod", "org.freedesktop.DBus.Error.UnknownObject",
		"org.freedesktop.DBus.Error.UnknownInterface", "org.freedesktop.DBus.Error.Disconnected",
		"org.freedesktop.DBus.Error.Spawn.ServiceNotFound", "org.freedesktop.DBus.Error.Spawn.ChildExited",
		"org.freedesktop.DBus.Error.Spawn.ExecFailed", "org.freedesktop.DBus.Error.Spawn.ChildSignaled":
		return Absent
	case "org.freedesktop.DBus.Error.NoReply", "org.freedesktop.DBus.Error.Timeout", "org.freedesktop.DBus.Error.TimedOut":
		return Hung
	case "org.freedesktop.DBus.Error.AccessDenied":
		return Denied
	case "org.freedesktop.Secret.Error.IsLocked":
		return Locked
	}
	return ""
}

// ownGroup puts the child into a process group of its own, for killGroup.
func ownGroup(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }

func killGroup(cmd *exec.Cmd) error {
	if err := syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL); err != nil {
		return fmt.Errorf("kill keyring child: %w", err)
	}
	return nil
}
