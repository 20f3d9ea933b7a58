//go:build linux

package desktop

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/godbus/dbus/v5"
)

// A Notification is one that the notification daemon has received.
type Notification struct {
	ID      int32
	App     string
	Summary string
	Body    string
}

const (
	dunstPath = "/org/freedesktop/Notifications"
	dunst     = "org.dunstproject.cmd0"
)

// Notifications returns all that the notification daemon has received since it started, oldest first. The
// daemon lists only what is closed, so those still on the screen are closed first.
func (d *Desktop) Notifications(ctx context.Context) ([]Notification, error) {
	daemon := d.bus.Object("org.freedesktop.Notifications", dunstPath)
	if err := daemon.CallWithContext(ctx, dunst+".NotificationCloseAll", 0).Err; err != nil {
		return nil, fmt.Errorf("notification daemon: %w", err)
	}
	var list []map[string]dbus.Variant
	if err := daemon.CallWithContext(ctx, dunst+".NotificationListHistory", 0).Store(&list); err != nil {
		return nil, fmt.Errorf("notification daemon: %w", err)
	}
	received := make([]Notification, 0, len(list))
	for _, item := range list {
		n := Notification{}
		n.ID, _ = item["id"].Value().(int32)
		n.App, _ = item["appname"].Value().(string)
		n.Summary, _ = item["summary"].Value().(string)
		n.Body, _ = item["body"].Value().(string)
		received = append(received, n)
	}
	slices.SortFunc(received, func(a, b Notification) int { return cmp.Compare(a.ID, b.ID) })
	return received, nil
}

// Notified returns how many notifications are on the screen, and how many have come since the daemon
// started. It closes none.
func (d *Desktop) Notified(ctx context.Context) (shown, all int, err error) {
	for _, property := range []string{"displayedLength", "waitingLength", "historyLength"} {
		v, err := d.property(ctx, "org.freedesktop.Notifications", dunstPath, dunst, property)
		if err != nil {
			return 0, 0, err
		}
		n, _ := v.Value().(uint32)
		if property == "displayedLength" {
			shown = int(n)
		}
		all += int(n)
	}
	return shown, all, nil
}
