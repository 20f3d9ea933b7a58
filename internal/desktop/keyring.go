//go:build linux

package desktop

import (
	"context"
	"errors"
	"fmt"

	"github.com/godbus/dbus/v5"
)

const (
	secrets      = "org.freedesktop.secrets"
	secretsPath  = "/org/freedesktop/secrets"
	secretsIface = "org.freedesktop.Secret."
	login        = dbus.ObjectPath("/org/freedesktop/secrets/collection/login")
	none         = dbus.ObjectPath("/")
)

// ErrNoSecret says that the Secret Service holds no such item.
var ErrNoSecret = errors.New("no such secret")

// Secret returns what the Secret Service holds under these attributes, asking it as any program would and
// not by way of the code under test.
func (d *Desktop) Secret(ctx context.Context, attributes map[string]string) (string, error) {
	service := d.bus.Object(secrets, secretsPath)
	var session dbus.ObjectPath
	err := service.CallWithContext(ctx, secretsIface+"Service.OpenSession", 0, "plain", dbus.MakeVariant("")).
		Store(new(dbus.Variant), &session)
	if err != nil {
		return "", fmt.Errorf("secret service: %w", err)
	}
	var open, locked []dbus.ObjectPath
	err = service.CallWithContext(ctx, secretsIface+"Service.SearchItems", 0, attributes).Store(&open, &locked)
	switch {
	case err != nil:
		return "", fmt.Errorf("secret service: %w", err)
	case len(open) != 1:
		return "", fmt.Errorf("%w: %d open and %d locked items match", ErrNoSecret, len(open), len(locked))
	}
	var secret struct {
		Session    dbus.ObjectPath
		Parameters []byte
		Value      []byte
		Type       string
	}
	err = d.bus.Object(secrets, open[0]).CallWithContext(ctx, secretsIface+"Item.GetSecret", 0, session).Store(&secret)
	if err != nil {
		return "", fmt.Errorf("secret service: %w", err)
	}
	return string(secret.Value), nil
}

// hasLogin reports whether the login collection is there, and makes it the default one.
func (d *Desktop) hasLogin(ctx context.Context) error {
	if err := d.owned(secrets)(ctx); err != nil {
		return err
	}
	service := d.bus.Object(secrets, secretsPath)
	if err := service.CallWithContext(ctx, secretsIface+"Service.SetAlias", 0, "default", login).Err; err != nil {
		return err
	}
	var alias dbus.ObjectPath
	err := service.CallWithContext(ctx, secretsIface+"Service.ReadAlias", 0, "default").Store(&alias)
	if err == nil && alias != login {
		err = errors.New("no login collection yet")
	}
	return err
}

// lock locks the login collection. Nothing in the desktop can show gnome-keyring's prompt to open it.
func (d *Desktop) lock(ctx context.Context) error {
	var locked []dbus.ObjectPath
	var prompt dbus.ObjectPath
	err := d.bus.Object(secrets, secretsPath).CallWithContext(ctx, secretsIface+"Service.Lock", 0,
		[]dbus.ObjectPath{login}).Store(&locked, &prompt)
	if err == nil && (len(locked) != 1 || prompt != none) {
		err = errors.New("the keyring does not let itself be locked")
	}
	return err
}
