package window

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"licensewatch/assets"
	"licensewatch/monitor"
	"licensewatch/monitor/link"
)

// away is the line above the table about what happened since somebody last looked, and the page that lists it. It is asked for once,
// when the window opens, and does not come back after it was closed.
type away struct {
	w     *Window
	card  *fyne.Container // empty: nothing happened, or it was closed
	past  monitor.Past
	shown string // the words on the card
	worst monitor.Severity
}

func newAway(w *Window) *away {
	a := &away{w: w, card: container.NewStack()}
	a.card.Hide()
	return a
}

// ask asks the agent. That it cannot tell is said, since it may hide news.
func (a *away) ask() {
	var past monitor.Past
	a.w.ask(func(ctx context.Context) (err error) {
		past, err = a.w.agent.Away(ctx)
		return err
	}, func(err error) {
		a.w.complain(err)
		if err == nil && len(past.Events) > 0 {
			a.past = past
			a.show()
		}
	})
}

// since is when somebody last looked or, if nobody ever did, when the first thing happened.
func (a *away) since() time.Time {
	if a.past.Since.IsZero() {
		return a.past.Events[0].At
	}
	return a.past.Since
}

// show words the card anew: how things are now may have changed.
func (a *away) show() {
	if len(a.past.Events) == 0 {
		return
	}
	s := a.w.now.view.Snapshot
	needing, worst := 0, monitor.OK
	for _, g := range a.groups() {
		if worst = max(worst, g.now); g.now > monitor.OK {
			needing++
		}
	}
	text := fmt.Sprintf("Since %s: %s, %s.", sinceWords(a.since(), s.At), plural(len(a.past.Events), "change"), needWords(needing))
	if a.past.Invented {
		text += " Partly invented."
	}
	if text == a.shown && worst == a.worst {
		return
	}
	a.shown, a.worst = text, worst
	look := newButton(a.w, "Show", nil, a.open)
	shut := newButton(a.w, "", theme.CancelIcon(), a.close)
	shut.Importance = widget.LowImportance
	words := widget.NewLabel(text)
	words.Truncation = fyne.TextTruncateEllipsis
	card := onPanel(colorCard, 6, framed(nil, nil, mark(assets.Icon(lookOf(worst)), 18), container.NewHBox(look, shut), words))
	a.card.Objects = []fyne.CanvasObject{container.New(layout.NewCustomPaddedLayout(0, 6, 8, 8), card)}
	a.card.Show()
	a.w.main.Refresh()
}

// needWords say how many of those that changed are not in order now.
func needWords(n int) string {
	switch n {
	case 0:
		return "nothing needs you now"
	case 1:
		return "1 needs you"
	}
	return fmt.Sprintf("%d need you", n)
}

// close takes the card away.
func (a *away) close() {
	a.past = monitor.Past{}
	a.card.RemoveAll()
	a.card.Hide()
	a.w.main.Refresh()
	a.w.focusTable()
}

// changes are the events about one owner, one site or one way out, with how that is now.
type changes struct {
	name    string
	row     *row // nil: there is none to go to
	now     monitor.Severity
	words   string
	target  link.Target
	events  []monitor.Event // the newest first
	network string
}

// groups gathers the events, the worst now first.
func (a *away) groups() []*changes {
	var list []*changes
	for _, e := range a.past.Events {
		i := slices.IndexFunc(list, func(g *changes) bool {
			return g.target == link.Target{Site: e.Site, Owner: e.Owner} && g.network == e.Network
		})
		if i < 0 {
			i = len(list)
			list = append(list, a.group(e))
		}
		list[i].events = slices.Insert(list[i].events, 0, e)
	}
	slices.SortStableFunc(list, func(x, y *changes) int {
		return cmp.Or(cmp.Compare(y.now, x.now), cmp.Compare(strings.ToLower(x.name), strings.ToLower(y.name)))
	})
	return list
}

// group begins the one that an event belongs to.
func (a *away) group(e monitor.Event) *changes {
	g := &changes{target: link.Target{Site: e.Site, Owner: e.Owner}, network: e.Network}
	if e.Site == "" {
		a.wayOut(g)
		return g
	}
	g.name = monitor.Harmless(e.Site, 80)
	if e.Owner != "" {
		g.name = monitor.Harmless(e.Owner, 80) + " · " + g.name
	}
	r := rowOf(a.w.table.all, g.target)
	switch {
	case r == nil || e.Owner != "" && r.key.owner != e.Owner:
		g.words = "no longer watched"
	case e.Owner != "":
		g.row, g.now, g.words = r, r.severity, r.cells[colStatus].text
	default:
		g.row = r
		g.words = severityWords[monitor.OK]
		for _, f := range r.state.Findings { // of the site itself: its owners have groups of their own
			if f.Severity > g.now {
				g.now, g.words = f.Severity, briefly(f)
			}
		}
	}
	return g
}

// wayOut says how the way out of several sites is.
func (a *away) wayOut(g *changes) {
	g.name, g.words = "This computer's network", "works"
	if g.network != monitor.NetworkDirect {
		g.name = "The way through " + monitor.Harmless(g.network, 80)
	}
	for _, o := range a.w.now.view.Snapshot.Outages {
		if o.Network == g.network {
			g.now, g.words = o.Finding.Severity, briefly(o.Finding)
		}
	}
}

// open lists all that happened on a page.
func (a *away) open() {
	if a.w.page != nil {
		return
	}
	p := &page{w: a.w, widest: tableWidth}
	now := a.w.now.view.Snapshot.At
	var parts []fyne.CanvasObject
	if a.past.Invented {
		parts = append(parts, framed(nil, nil, mark(theme.InfoIcon(), 16), nil, quiet("Some of this is invented: the demo made it up.")))
	}
	var first fyne.Focusable
	for _, g := range a.groups() {
		card, jump := a.groupCard(g, now)
		parts = append(parts, card)
		if first == nil && jump != nil {
			first = jump
		}
	}
	shut := newButton(a.w, "Close", nil, p.leave)
	if first == nil {
		first = shut
	}
	a.w.openPage(p, "Since "+sinceWords(a.since(), now), container.NewVBox(parts...), container.NewHBox(layout.NewSpacer(), shut), first)
}

// groupCard shows a group, and its button that leads to the row.
func (a *away) groupCard(g *changes, now time.Time) (card fyne.CanvasObject, jump *button) {
	name := say(g.name)
	name.TextStyle.Bold = true
	var right fyne.CanvasObject
	if g.row != nil {
		jump = newButton(a.w, "Go to it", theme.NavigateNextIcon(), func() {
			a.w.closePage()
			a.w.reveal(link.Target{Site: g.row.site, Owner: g.row.key.owner})
		})
		jump.IconPlacement = widget.ButtonIconTrailingText
		right = container.NewVBox(jump)
	}
	lines := container.NewVBox(framed(nil, nil, mark(assets.Icon(lookOf(g.now)), 20), right, tight(name, quiet("Now: "+g.words))))
	for _, e := range g.events {
		when := quiet(moment(e.At, now))
		lines.Add(framed(nil, nil, container.NewGridWrap(fyne.NewSize(eventColumns[0].least+gap, when.MinSize().Height), when), nil,
			closely(eventLines(e, tellings(a.past, e))...)))
	}
	return onPanel(theme.ColorNameInputBackground, 6, container.New(layout.NewCustomPaddedLayout(2, 6, 2, 6), lines)), jump
}
