//go:build unix && !darwin

package notify

import (
	"context"
	"strings"
	"time"

	"github.com/godbus/dbus/v5"
)

// alertIsCalm says whether beeep.Alert keeps to Do Not Disturb.
const alertIsCalm = false

// askWithin is how long the notification service may take for all that it is asked.
const askWithin = 2 * time.Second

const (
	service = "org.freedesktop.Notifications"
	object  = "/org/freedesktop/Notifications"
)

// hushes are properties that say whether Do Not Disturb is on: that of the specification, which Plasma has, and dunst's.
var hushes = []string{service + ".Inhibited", "org.dunstproject.cmd0.paused"}

// ask finds out who took the notification.
func ask() (r Receipt) {
	ctx, cancel := context.WithTimeout(context.Background(), askWithin)
	defer cancel()
	conn, err := dbus.ConnectSessionBus(dbus.WithContext(ctx))
	if err != nil {
		return r
	}
	defer conn.Close()
	daemon := conn.Object(service, object)
	var program, vendor, version, spec string
	if daemon.CallWithContext(ctx, service+".GetServerInformation", 0).Store(&program, &vendor, &version, &spec) == nil {
		r.Service = program + " " + version
	}
	for _, name := range hushes {
		if v, err := property(ctx, daemon, name); err == nil {
			if on, ok := v.Value().(bool); ok {
				r.Hushed = &on
				return r
			}
		}
	}
	return r
}

// unserved reports whether nobody takes notifications.
func unserved() bool {
	ctx, cancel := context.WithTimeout(context.Background(), askWithin)
	defer cancel()
	conn, err := dbus.ConnectSessionBus(dbus.WithContext(ctx))
	if err != nil {
		return false
	}
	defer conn.Close()
	var owned bool
	err = conn.BusObject().CallWithContext(ctx, "org.freedesktop.DBus.NameHasOwner", 0, service).Store(&owned)
	return err == nil && !owned
}

// property asks for one property, which is named with its interface.
func property(ctx context.Context, o dbus.BusObject, name string) (v dbus.Variant, err error) {
	dot := strings.LastIndexByte(name, '.')
	err = o.CallWithContext(ctx, "org.freedesktop.DBus.Properties.Get", 0, name[:dot], name[dot+1:]).Store(&v)
	return v, err
}
