package window

import (
	"cmp"
	"context"
	"slices"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"licensewatch/assets"
	"licensewatch/monitor"
)

// banners are the lines above all else: what the user must know before reading on.
type banners struct {
	w         *Window
	top       fyne.CanvasObject // box, with a scroll bar if it is long
	box       *fyne.Container
	lines     []banner // what is shown
	complaint string   // the latest error of the agent
	dismissed map[string]bool
}

// banner is one line: a sentence, and a button if there is something to do about it.
type banner struct {
	icon   fyne.Resource
	text   string
	button string // empty: none
	press  func()
}

func newBanners(w *Window) *banners {
	b := &banners{w: w, box: container.NewVBox(), dismissed: map[string]bool{}}
	b.top = container.New(&lid{110}, container.NewVScroll(b.box))
	return b
}

// complain shows an error until it is dismissed or another follows.
func (b *banners) complain(text string) {
	b.complaint = text
	b.show(b.w.now, b.w.table.all)
}

// show works out the lines anew.
func (b *banners) show(n news, rows []*row) {
	var lines []banner
	if n.lost != "" {
		lines = append(lines, banner{icon: assets.Icon(assets.Unsure), text: lostWords(n, rows)})
	}
	if b.complaint != "" {
		lines = append(lines, banner{assets.Icon(assets.Bad), b.complaint, "Dismiss", func() { b.complain("") }})
	}
	if n.view.Demo {
		lines = append(lines, banner{icon: theme.InfoIcon(), text: "Demo: these sites are made up, and nothing is kept."})
	}
	if s := n.view.Snapshot; n.lost == "" && paused(s) {
		lines = append(lines, banner{assets.Icon(assets.Caution), pausedWords(s), "Resume", func() { b.w.setPause(time.Time{}) }})
	}
	if z, ok := n.view.Snapshot.Snoozed(monitor.Subject{}); ok && n.lost == "" {
		text := by(z, "All notifications are snoozed", "until "+endWords(z.Until, n.view.Snapshot.At))
		lines = append(lines, banner{theme.VolumeMuteIcon(), text, "End", func() {
			b.w.tell(func(ctx context.Context) error { return b.w.agent.Snooze(ctx, monitor.Subject{}, time.Time{}, "") })
		}})
	}
	if n.lost == "" {
		for _, o := range n.view.Snapshot.Outages {
			lines = append(lines, banner{assets.Icon(assets.Unsure), outageWords(o, n.view.Snapshot.At), "Try again", func() { b.w.refresh("", "") }})
		}
	}
	for _, notice := range n.view.Notices {
		if !b.dismissed[notice] {
			lines = append(lines, banner{assets.Icon(assets.Caution), monitor.Harmless(notice, 500), "Dismiss", func() {
				b.dismissed[notice] = true
				b.show(b.w.now, b.w.table.all)
			}})
		}
	}
	if slices.EqualFunc(lines, b.lines, func(x, y banner) bool { return x.text == y.text && x.button == y.button }) {
		return
	}
	b.lines = lines
	b.box.RemoveAll()
	for _, line := range lines {
		b.box.Add(b.object(line))
	}
}

func (b *banners) object(l banner) fyne.CanvasObject {
	var right fyne.CanvasObject
	if l.button != "" {
		press := newButton(b.w, l.button, nil, l.press)
		press.Importance = widget.LowImportance
		right = container.NewVBox(press)
	}
	return onPanel(theme.ColorNameHeaderBackground, 0, framed(nil, nil, mark(l.icon, 18), right, say(l.text)))
}

// outageWords say once what all sites behind a way out meet.
func outageWords(o monitor.Outage, now time.Time) string {
	text := monitor.Harmless(cmp.Or(o.Finding.Text, "This computer seems to be offline."), 300)
	if !o.Since.IsZero() {
		text += " It began at " + clock(o.Since, now) + "."
	}
	if action := monitor.Harmless(o.Finding.Action, 300); action != "" {
		text += " " + action
	}
	return text
}

// lostWords says that the agent is gone, and how old is what can be seen.
func lostWords(n news, rows []*row) string {
	text := monitor.Harmless(n.lost, 300)
	if !n.seen || len(rows) == 0 {
		return text
	}
	return text + " What you see is from " + n.view.Snapshot.At.Local().Format("2 January 15:04") + " and does not change."
}
