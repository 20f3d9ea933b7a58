// Package tray shows a snapshot as an icon with a menu in the desktop's tray.
//
//	monitor.Snapshot ─ FaceOf ─► Face ─ Show ─► fyne.io/systray
//
// It needs no OpenGL and no window.
package tray

import (
	"fmt"
	"slices"
	"sync"
	"time"

	"fyne.io/systray"

	"licensewatch/assets"
	"licensewatch/monitor"
)

// Actions are what the menu can ask for. They are called from a goroutine of the menu entry and may block
// only that entry.
type Actions struct {
	Refresh func()
	Open    func(site, owner string) // what the user clicked on; empty: nothing special
	Pause   func(until time.Time)    // zero time: go on

	AcknowledgeAll func()
	Snooze         func(until time.Time) // of all notifications; zero time: no more
	Quit           func()
}

// Tray is the icon with its menu. Make one per process: the desktop's library knows only one.
type Tray struct {
	panel assets.Panel
	do    Actions

	mu    sync.Mutex
	face  Face
	shown *Face // what the desktop has; nil: nothing yet
	menu  *menu // nil until the desktop is ready
}

// menu holds the entries, all made at the start: a menu that is rebuilt closes under the user's pointer.
type menu struct {
	lines         []*systray.MenuItem
	more          *systray.MenuItem
	acknowledge   *systray.MenuItem
	snooze, pause wait
	refresh       *systray.MenuItem
}

// wait is an entry with a submenu that says how long something waits.
type wait struct{ entry, off *systray.MenuItem }

// New returns a tray for an icon that lies on panel. Until the first Show it claims to know nothing.
func New(panel assets.Panel, do Actions) *Tray {
	return &Tray{panel: panel, do: do, face: Face{Look: assets.Unsure, Title: "Licensewatch"}}
}

// Run shows the tray and blocks until Quit. It must run on the main goroutine, and only where the desktop
// can be reached (see Host).
func (t *Tray) Run() {
	systray.SetOnTapped(t.open)
	systray.Run(t.ready, nil)
}

// Quit ends Run. Call it only after Run began.
func (t *Tray) Quit() { systray.Quit() }

// Show makes the tray look like f. It may be called from any goroutine, before Run too, and changes only what differs.
func (t *Tray) Show(f Face) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.face = f
	if t.menu != nil {
		t.apply()
	}
}

func (t *Tray) ready() {
	t.mu.Lock()
	defer t.mu.Unlock()
	m := &menu{}
	for i := range maxLines {
		m.lines = append(m.lines, t.entry("", func() { t.openLine(i) }))
	}
	m.more = t.entry("", t.open)
	systray.AddSeparator()
	m.refresh = t.entry("Refresh now", t.do.Refresh)
	t.entry("Open Licensewatch", t.open)
	m.acknowledge = t.entry("Acknowledge all", t.do.AcknowledgeAll)
	m.snooze = t.wait(t.do.Snooze)
	m.pause = t.wait(t.do.Pause)
	systray.AddSeparator()
	t.entry("Quit", t.do.Quit)
	t.menu = m
	t.apply()
	for _, wait := range settled {
		time.AfterFunc(wait, t.again)
	}
}

// settled are the times after the start at which everything is told anew: systray loses what it is told while it connects to
// the desktop, which takes milliseconds, or a second where the machine is busy.
var settled = []time.Duration{time.Second, 10 * time.Second}

// again tells the desktop everything, whatever it was told before.
func (t *Tray) again() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.shown = nil
	t.apply()
}

func (t *Tray) open() { t.do.Open("", "") }

// openLine opens what the menu's line i is about.
func (t *Tray) openLine(i int) {
	t.mu.Lock()
	var at Line
	if i < len(t.face.Lines) {
		at = t.face.Lines[i]
	}
	t.mu.Unlock()
	t.do.Open(at.Site, at.Owner)
}

// entry adds a menu entry. Its goroutine lives as long as the process, as the entry does.
func (t *Tray) entry(label string, clicked func()) *systray.MenuItem {
	return on(systray.AddMenuItem(label, ""), clicked)
}

// wait adds an entry for something that waits for an hour, until tomorrow, or, at the zero time, no more.
func (t *Tray) wait(do func(until time.Time)) wait {
	w := wait{entry: systray.AddMenuItem("", "")}
	t.under(w.entry, "For 1 hour", func() { do(time.Now().Add(time.Hour)) })
	t.under(w.entry, "Until tomorrow 08:00", func() { do(monitor.Tomorrow(time.Now())) })
	w.off = t.under(w.entry, "Off", func() { do(time.Time{}) })
	return w
}

func (t *Tray) under(parent *systray.MenuItem, label string, clicked func()) *systray.MenuItem {
	return on(parent.AddSubMenuItem(label, ""), clicked)
}

func on(item *systray.MenuItem, clicked func()) *systray.MenuItem {
	go func() {
		for range item.ClickedCh {
			clicked()
		}
	}()
	return item
}

// apply tells the desktop what differs between shown and face.
func (t *Tray) apply() {
	f, was := t.face, t.shown
	t.shown = &f
	if was == nil || was.Look != f.Look {
		systray.SetIcon(assets.Tray(f.Look, t.panel))
	}
	if was == nil || was.Title != f.Title {
		systray.SetTitle(f.Title)
		systray.SetTooltip(tooltip(f.Title))
	}
	if was == nil || !slices.Equal(was.Lines, f.Lines) || was.More != f.More {
		t.applyLines(was, f)
	}
	if was == nil || was.Paused != f.Paused {
		t.menu.pause.show("Pause checks", "Checks paused until ", f.Paused)
	}
	if was == nil || was.Snoozed != f.Snoozed {
		t.menu.snooze.show("Snooze notifications", "Notifications snoozed until ", f.Snoozed)
	}
	if was == nil || len(was.Lines) == 0 != (len(f.Lines) == 0) {
		enable(t.menu.acknowledge, len(f.Lines) > 0)
	}
}

func (t *Tray) applyLines(was *Face, f Face) {
	for i, item := range t.menu.lines {
		before := was != nil && i < len(was.Lines)
		switch {
		case i >= len(f.Lines):
			item.Hide()
		case !before || was.Lines[i].Text != f.Lines[i].Text:
			item.SetTitle(label(f.Lines[i].Text))
			item.Show()
		}
	}
	if f.More > 0 {
		t.menu.more.SetTitle(fmt.Sprintf("and %d more …", f.More))
		t.menu.more.Show()
	} else {
		t.menu.more.Hide()
	}
}

// show says that nothing waits or, with an end, until when.
func (w wait) show(idle, waiting, until string) {
	if until != "" {
		idle = waiting + until
	}
	w.entry.SetTitle(label(idle))
	enable(w.off, until != "")
}

func enable(item *systray.MenuItem, yes bool) {
	if yes {
		item.Enable()
	} else {
		item.Disable()
	}
}
