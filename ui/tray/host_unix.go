//go:build unix && !darwin

package tray

import (
	"context"
	"strings"

	"github.com/godbus/dbus/v5"
)

// label makes text fit for a menu entry: "_" marks a mnemonic there.
func label(s string) string { return strings.ReplaceAll(s, "_", "__") }

// Host reports whether the desktop can be reached at all, and whether it has a tray that shows icons. It uses a
// connection of its own, so that it cannot disturb the tray's.
func Host(ctx context.Context) (reachable, shown bool) {
	bus, err := dbus.ConnectSessionBus(dbus.WithContext(ctx))
	if err != nil {
		return false, false
	}
	defer bus.Close()
	const watcher = "org.kde.StatusNotifierWatcher"
	if err := bus.BusObject().CallWithContext(ctx, "org.freedesktop.DBus.NameHasOwner", 0, watcher).Store(&shown); err != nil || !shown {
		return err == nil, false
	}
	var has dbus.Variant
	object := bus.Object(watcher, "/StatusNotifierWatcher")
	err = object.CallWithContext(ctx, "org.freedesktop.DBus.Properties.Get", 0, watcher, "IsStatusNotifierHostRegistered").Store(&has)
	if registered, ok := has.Value().(bool); err == nil && ok {
		shown = registered
	}
	return true, shown
}

// Dark reports whether the desktop prefers dark colours, and whether it told.
func Dark(ctx context.Context) (dark, told bool) {
	bus, err := dbus.ConnectSessionBus(dbus.WithContext(ctx))
	if err != nil {
		return false, false
	}
	defer bus.Close()
	var v dbus.Variant
	portal := bus.Object("org.freedesktop.portal.Desktop", "/org/freedesktop/portal/desktop")
	call := portal.CallWithContext(ctx, "org.freedesktop.portal.Settings.ReadOne", dbus.FlagNoAutoStart, "org.freedesktop.appearance", "color-scheme")
	if err := call.Store(&v); err != nil {
		return false, false
	}
	scheme, ok := v.Value().(uint32)
	return scheme == 1, ok && scheme != 0
}
