//go:build linux

package desktop

import (
	"context"
	"errors"
	"fmt"
	"image"
	"image/color"
	"slices"
	"strings"

	"github.com/godbus/dbus/v5"
)

const (
	watcher     = "org.kde.StatusNotifierWatcher"
	watcherPath = "/StatusNotifierWatcher"
	itemIface   = "org.kde.StatusNotifierItem"
	itemPath    = "/StatusNotifierItem"
	menuIface   = "com.canonical.dbusmenu"
)

// A TrayItem is a program's icon in the tray, seen over the bus as a panel sees it.
type TrayItem struct {
	d    *Desktop
	name string
}

// A MenuEntry is one line of a tray item's menu.
type MenuEntry struct {
	ID        int32
	Label     string // as shown: without the mnemonic marks
	Enabled   bool
	Separator bool
	Depth     int // 0 at the top; the entries of a submenu follow their parent
}

// TrayItem returns the tray item of the process, whether or not it is there yet.
func (d *Desktop) TrayItem(pid int) *TrayItem {
	return &TrayItem{d, fmt.Sprintf("%s-%d-1", itemIface, pid)}
}

// Registered reports whether the tray's watcher lists the item.
func (i *TrayItem) Registered(ctx context.Context) (bool, error) {
	v, err := i.d.property(ctx, watcher, watcherPath, watcher, "RegisteredStatusNotifierItems")
	if err != nil {
		return false, err
	}
	items, _ := v.Value().([]string)
	owner := ""
	if err := i.d.bus.BusObject().CallWithContext(ctx, "org.freedesktop.DBus.GetNameOwner", 0, i.name).Store(&owner); err != nil {
		return false, nil // the item is not on the bus
	}
	// A watcher lists an item as NAME, NAME/path or UNIQUE/path.
	return slices.ContainsFunc(items, func(item string) bool {
		name, _, _ := strings.Cut(item, "/")
		return name == i.name || name == owner
	}), nil
}

// Title returns the item's title, which a panel shows when the pointer rests on the icon.
func (i *TrayItem) Title(ctx context.Context) (string, error) {
	v, err := i.d.property(ctx, i.name, itemPath, itemIface, "Title")
	title, _ := v.Value().(string)
	return title, err
}

// Icon returns the item's icon, the largest if it has several.
func (i *TrayItem) Icon(ctx context.Context) (*image.NRGBA, error) {
	v, err := i.d.property(ctx, i.name, itemPath, itemIface, "IconPixmap")
	if err != nil {
		return nil, err
	}
	var pixmaps []struct {
		W, H int32
		Pix  []byte // alpha, red, green, blue
	}
	if err := v.Store(&pixmaps); err != nil {
		return nil, fmt.Errorf("icon of %s: %w", i.name, err)
	}
	img := image.NewNRGBA(image.Rectangle{})
	for _, p := range pixmaps {
		w, h := int(p.W), int(p.H)
		if w*h <= len(img.Pix)/4 || len(p.Pix) != 4*w*h {
			continue
		}
		img = image.NewNRGBA(image.Rect(0, 0, w, h))
		for n := range w * h {
			b := p.Pix[4*n:]
			img.SetNRGBA(n%w, n/w, color.NRGBA{A: b[0], R: b[1], G: b[2], B: b[3]})
		}
	}
	if img.Bounds().Empty() {
		return nil, fmt.Errorf("icon of %s: none", i.name)
	}
	return img, nil
}

// Menu returns the entries of the item's menu.
func (i *TrayItem) Menu(ctx context.Context) ([]MenuEntry, error) {
	menu, err := i.menu(ctx)
	if err != nil {
		return nil, err
	}
	var top layout
	var revision uint32
	err = menu.CallWithContext(ctx, menuIface+".GetLayout", 0, int32(0), int32(-1), []string{}).Store(&revision, &top)
	if err != nil {
		return nil, fmt.Errorf("menu of %s: %w", i.name, err)
	}
	return top.entries(nil, 0)
}

// Activate chooses a menu entry, as a panel does it: a clicked event. It is named by its label or, in submenus, by how the labels of those
// begin and its own.
func (i *TrayItem) Activate(ctx context.Context, path ...string) error {
	entries, err := i.Menu(ctx)
	if err != nil {
		return err
	}
	label, at := path[len(path)-1], -1
	for depth, name := range path {
		next := slices.IndexFunc(entries[at+1:], func(e MenuEntry) bool {
			if depth < len(path)-1 {
				return strings.HasPrefix(e.Label, name)
			}
			return e.Label == name && (depth == 0 || e.Depth == depth)
		})
		if next < 0 {
			return fmt.Errorf("menu of %s: no entry %q", i.name, path)
		}
		at += 1 + next
	}
	if !entries[at].Enabled {
		return fmt.Errorf("menu of %s: %q is disabled", i.name, label)
	}
	menu, err := i.menu(ctx)
	if err != nil {
		return err
	}
	return menu.CallWithContext(ctx, menuIface+".Event", 0, entries[at].ID, "clicked", dbus.MakeVariant(int32(0)), uint32(0)).Err
}

// Click is the left click on the icon.
func (i *TrayItem) Click(ctx context.Context) error {
	return i.d.bus.Object(i.name, itemPath).CallWithContext(ctx, itemIface+".Activate", 0, int32(0), int32(0)).Err
}

func (i *TrayItem) menu(ctx context.Context) (dbus.BusObject, error) {
	v, err := i.d.property(ctx, i.name, itemPath, itemIface, "Menu")
	if err != nil {
		return nil, err
	}
	path, ok := v.Value().(dbus.ObjectPath)
	if !ok {
		return nil, fmt.Errorf("menu of %s: none", i.name)
	}
	return i.d.bus.Object(i.name, path), nil
}

// layout is a node of a dbusmenu: (ia{sv}av).
type layout struct {
	ID       int32
	Props    map[string]dbus.Variant
	Children []dbus.Variant
}

// entries appends the nodes below l to list.
func (l layout) entries(list []MenuEntry, depth int) ([]MenuEntry, error) {
	for _, v := range l.Children {
		var node layout
		if err := v.Store(&node); err != nil {
			return nil, fmt.Errorf("menu: %w", err)
		}
		if visible, ok := node.Props["visible"].Value().(bool); ok && !visible {
			continue
		}
		e := MenuEntry{ID: node.ID, Enabled: true, Depth: depth}
		e.Label, _ = node.Props["label"].Value().(string)
		e.Label = shown(e.Label)
		if enabled, ok := node.Props["enabled"].Value().(bool); ok {
			e.Enabled = enabled
		}
		e.Separator = node.Props["type"].Value() == "separator"
		var err error
		if list, err = node.entries(append(list, e), depth+1); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// shown is a label as a panel shows it: "_" marks a mnemonic, "__" is an underscore.
func shown(label string) string {
	parts := strings.Split(label, "__")
	for n := range parts {
		parts[n] = strings.ReplaceAll(parts[n], "_", "")
	}
	return strings.Join(parts, "_")
}

// hasTray reports whether a tray host is there.
func (d *Desktop) hasTray(ctx context.Context) error {
	v, err := d.property(ctx, watcher, watcherPath, watcher, "IsStatusNotifierHostRegistered")
	if host, _ := v.Value().(bool); err == nil && !host {
		err = errors.New("no tray host yet")
	}
	return err
}

func (d *Desktop) property(ctx context.Context, name string, path dbus.ObjectPath, iface, property string) (dbus.Variant, error) {
	var v dbus.Variant
	err := d.bus.Object(name, path).CallWithContext(ctx, "org.freedesktop.DBus.Properties.Get", 0, iface, property).Store(&v)
	if err != nil {
		err = fmt.Errorf("%s of %s: %w", property, name, err)
	}
	return v, err
}
