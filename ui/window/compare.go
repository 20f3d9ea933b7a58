package window

import (
	"cmp"
	"context"
	"fmt"
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

// comparison is the page that shows the licence that waits for an owner beside the one in force.
type comparison struct {
	page
	of         key
	site       monitor.Site
	got        monitor.Comparison
	at         time.Time // when the licence server was asked
	showHidden bool
	hidden     *check // the switch for that; nil: there is none
	body       *fyne.Container
	buttons    *fyne.Container
}

// compareOffer opens the page and asks the owner's licence server, through the site.
func (w *Window) compareOffer(site, owner string) {
	if w.now.lost != "" || w.page != nil {
		return
	}
	c := &comparison{page: page{w: w, widest: tableWidth}, of: key{site, owner}, body: container.NewVBox(), buttons: container.NewHBox()}
	c.site.Name = site
	for _, s := range w.now.view.Snapshot.Sites {
		if s.Site.Name == site {
			c.site = s.Site
		}
	}
	heading := "New licence of " + monitor.Harmless(owner, 80) + " at " + monitor.Harmless(site, 80)
	c.offer(newButton(w, "Cancel", nil, c.leave)) // before it is laid out, so that it is high enough
	w.openPage(&c.page, heading, c.body, c.buttons, nil)
	c.ask()
}

// ask asks the licence server. Esc ends that, and with it the page.
func (c *comparison) ask() {
	turning := widget.NewActivity()
	turning.Start()
	text := fmt.Sprintf("Asking the licence server of %s, through %s…", monitor.Harmless(c.of.owner, 80), monitor.Harmless(c.of.site, 80))
	c.show(framed(nil, nil, beforeStep(turning), nil, say(text)))
	var offer monitor.Offer
	c.at = time.Now()
	stop := c.w.ask(func(ctx context.Context) (err error) {
		offer, err = c.w.agent.Offer(ctx, link.Target{Site: c.of.site, Owner: c.of.owner})
		return err
	}, func(err error) {
		c.cancel = nil
		turning.Stop()
		if err != nil {
			c.fail(err)
			return
		}
		c.got = monitor.Compare(offer)
		c.fill()
		text := newButton(c.w, "Copy as text", theme.ContentCopyIcon(), nil)
		text.OnTapped = func() { c.copy(text) }
		c.offer(newButton(c.w, "Close", nil, c.leave), text)
	})
	c.cancel = func() {
		stop()
		turning.Stop()
		c.cancel = nil
		c.w.closePage()
	}
	c.offer(newButton(c.w, "Cancel", nil, c.leave))
}

// show puts parts on the page, from its top.
func (c *comparison) show(parts ...fyne.CanvasObject) {
	c.body.Objects = parts
	c.body.Refresh()
	c.scroll.Refresh()
}

// offer shows buttons; the last is what people most likely want.
func (c *comparison) offer(buttons ...*button) {
	last := buttons[len(buttons)-1]
	last.Importance = widget.HighImportance
	c.buttons.Objects = []fyne.CanvasObject{layout.NewSpacer()}
	for _, b := range buttons {
		c.buttons.Add(b)
	}
	if c.w.page == &c.page && c.w.question == nil {
		c.w.win.Canvas().Focus(last)
	}
}

// fail says why nothing came.
func (c *comparison) fail(err error) {
	c.show(outcome(assets.Unsure, "The licence server could not be asked.", say(sentence(err))))
	c.offer(newButton(c.w, "Close", nil, c.leave), newButton(c.w, "Try again", theme.ViewRefreshIcon(), c.ask))
}

// fill shows what came.
func (c *comparison) fill() {
	got := c.got
	var more []fyne.CanvasObject
	if got.Reason != "" && !strings.Contains(got.Headline, strings.TrimSuffix(got.Reason, ".")) {
		more = append(more, say("NetServer says: "+got.Reason))
	}
	if len(got.Facts) > 0 {
		more = append(more, quiet("Licensewatch activates nothing. That is done in Settings and maintenance, Licences."))
	}
	parts := []fyne.CanvasObject{outcome(lookOf(got.Severity), got.Headline, more...)}
	if len(got.Facts) > 0 {
		parts = append(parts, c.licence())
		parts = append(parts, c.modules()...)
	}
	c.show(parts...)
}

var licenceColumns = []column{
	{least: 116},
	{title: "Now", least: 110, grow: 1},
	{title: "New", least: 110, grow: 1},
	{title: "Change", least: 110, grow: 0.5},
}

// licence shows facts and dates side by side. What changes is set in bold, and said.
func (c *comparison) licence() fyne.CanvasObject {
	rows := inRows(heads(licenceColumns))
	line := func(name, now, next, words string, changed bool) {
		value, change := say(next), quiet(words)
		if changed {
			value.TextStyle.Bold = true
			change = say(words)
		}
		rows.Add(inColumns(licenceColumns, quiet(name), say(now), value, change))
	}
	for _, f := range c.got.Facts {
		words := "unchanged"
		if f.Changed() {
			words = "changed"
		}
		line(f.Name, cmp.Or(f.Now, "—"), cmp.Or(f.New, "—"), words, f.Changed())
	}
	for _, d := range c.got.Dates {
		line(d.Name, d.Now.Words(), d.New.Words(), d.Words(), d.Turn() != monitor.SameDate)
	}
	return rows
}

var changeColumns = []column{
	{title: "Module", least: 120, grow: 1},
	{title: "In use", least: 46, right: true},
	{title: "Now", least: 58, right: true},
	{title: "New", least: 58, right: true},
	{}, // room between what ends at the right and what begins at the left
	{title: "Change", least: 136, grow: 1},
}

// modules lists the modules that change. Hidden ones wait behind a switch, but for those with too few seats.
func (c *comparison) modules() []fyne.CanvasObject {
	rows, hidden := inRows(heads(changeColumns)), 0
	for _, m := range c.got.Modules {
		if m.Hidden() && m.Short == 0 {
			hidden++
			if !c.showHidden {
				continue
			}
		}
		rows.Add(inColumns(changeColumns, moduleLabel(m), number(fmt.Sprint(m.InUse)),
			number(monitor.SeatWords(m.Now)), number(monitor.SeatWords(m.New)), layout.NewSpacer(), changeLabels(m)))
	}
	var parts []fyne.CanvasObject
	if len(c.got.Modules) > 0 {
		parts = append(parts, title("Modules that change"))
	}
	if len(rows.Objects) > 1 { // the heads alone say nothing
		parts = append(parts, rows)
	}
	if hidden > 0 {
		show := newCheck(c.w, "Show "+plural(hidden, "hidden module"), nil)
		show.Checked = c.showHidden
		show.OnChanged = func(on bool) {
			c.showHidden = on
			c.fill()
			c.w.win.Canvas().Focus(c.hidden)
		}
		c.hidden = show
		parts = append(parts, show)
	}
	return append(parts, quiet(c.got.SameWords()))
}

func moduleLabel(m monitor.ModuleChange) fyne.CanvasObject {
	if m.Hidden() {
		return quiet(m.Name + " (hidden)")
	}
	return say(m.Name)
}

func number(text string) fyne.CanvasObject {
	l := widget.NewLabel(text)
	l.Alignment = fyne.TextAlignTrailing
	return l
}

// changeLabels say how a module changes and, in red, how many must give it up.
func changeLabels(m monitor.ModuleChange) fyne.CanvasObject {
	words := say(m.Words())
	if m.Short == 0 {
		return words
	}
	short := say(m.ShortWords())
	short.TextStyle.Bold, short.Importance = true, widget.DangerImportance
	bad := container.New(layout.NewCustomPaddedLayout(3, 0, 0, 0), mark(assets.Icon(assets.Bad), 14))
	return tight(words, framed(nil, nil, bad, nil, short))
}

// copy puts the comparison on the clipboard.
func (c *comparison) copy(b *button) {
	c.w.copy(c.got.Text(c.site, c.of.owner, c.at))
	b.SetText("Copied")
	b.SetIcon(theme.ConfirmIcon())
}
