package window

import (
	"fmt"
	"slices"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"licensewatch/assets"
	"licensewatch/internal/caldate"
	"licensewatch/monitor"
	"licensewatch/monitor/link"
)

// detail is the pane beside the table: all that is known about one row, and what to do about it.
type detail struct {
	do     deeds
	keys   keys
	scroll *container.Scroll
	pane   fyne.CanvasObject

	heading, buttons, said, news, dates, seats, checks part // one below the other
	body                                               *fyne.Container

	row        *row
	now        time.Time
	lost       bool // the agent is gone: nothing can be done
	use        use
	list       *seatList // the licence's modules; nil: it has none
	showHidden bool      // modules that SuperOffice does not show either
	end        *button   // of a sign-in that is waited for; nil: there is none
}

// deeds is what the pane asks of the window.
type deeds interface {
	refresh(site, owner string)
	editSite(site string)
	openLink(address string)
	copy(text string)
	closeDetail()
	signInAgain(site string)
	cancelSignIn(site string)
	signingIn(site string) bool
	help(topic string)
	compareOffer(site, owner string)
	openShop(site, owner string)
	openLicences(address string)
	// readSeats asks how the seats of an owner were used since an instant. done is not called after cancel.
	readSeats(of link.Target, since time.Time, done func([]monitor.SeatSeries, error)) (cancel func())
	warnWhen(site, owner string)
	openTimeline(site, owner string)
	acknowledge(of key)
	snooze(of key)
	resume(of key)
}

// paneWidth is what all parts of the pane have room in.
const paneWidth float32 = 380

// usualSplit is the table's share of a wide window's width beside the pane.
const usualSplit = 0.62

func newDetail(do deeds, k keys) *detail {
	d := &detail{do: do, keys: k}
	d.body = container.NewVBox()
	for _, p := range d.parts() {
		p.box = container.NewVBox()
		d.body.Add(p.box)
	}
	d.scroll = container.NewVScroll(container.New(layout.NewCustomPaddedLayout(4, 12, 8, 14), d.body))
	d.pane = container.New(&fixed{fyne.NewSize(paneWidth, 100)}, d.scroll)
	return d
}

// show fills the pane with r, as of now. It keeps the place the reader is at if r is still the same row.
func (d *detail) show(r *row, now time.Time, lost bool) {
	if d.row == r && d.lost == lost && caldate.Of(d.now.Local()) == caldate.Of(now.Local()) {
		return
	}
	another := d.row == nil || d.row.key != r.key
	d.row, d.now, d.lost = r, now, lost
	if another {
		d.scroll.Offset, d.showHidden = fyne.Position{}, false
		d.use.stop()
		d.use = use{}
	}
	d.askUse()
	d.fill()
}

// again shows what has changed but is in no snapshot, such as that the browser is waited for.
func (d *detail) again() {
	if d.row != nil {
		d.fill()
	}
}

func (d *detail) fill() {
	d.fillHeading()
	d.fillButtons()
	d.fillSaid()
	d.fillNews()
	d.fillDates()
	d.fillSeats()
	d.fillChecks()
	d.settle()
}

func (d *detail) parts() []*part {
	return []*part{&d.heading, &d.buttons, &d.said, &d.news, &d.dates, &d.seats, &d.checks}
}

// settle lays the pane out again if a part of it has changed: it does not see that one has grown.
func (d *detail) settle() {
	fresh := false
	for _, p := range d.parts() {
		fresh = fresh || p.fresh
		p.fresh = false
	}
	if !fresh {
		return
	}
	for range 3 { // texts wrap when they are told their width, and only then know their height
		arranged(d.body)
		at := d.scroll.Offset
		d.scroll.Offset.Y++ // else it takes nothing for changed; its Refresh would draw all of the pane anew
		d.scroll.ScrollToOffset(at)
		if d.scroll.Content.MinSize().Height <= d.scroll.Content.Size().Height {
			return
		}
	}
}

// reached brings what got the focus into sight, if it is in the pane.
func (d *detail) reached(o fyne.CanvasObject) {
	if d.list != nil && o == fyne.CanvasObject(d.list) {
		d.showChosen()
		return
	}
	intoSight(d.scroll, o, 0)
}

// fillHeading names the row, and closes the pane.
func (d *detail) fillHeading() {
	name, under := d.row.cells[colOwner].text, d.row.cells[colSite].text
	if d.row.owner == nil {
		name, under = under, "No owners known yet"
	}
	if l := d.row.licence(); l != nil && l.Company != "" {
		under += " · " + monitor.Harmless(l.Company, 120)
	}
	what := struct {
		name, under string
		severity    monitor.Severity
	}{name, under, d.row.severity}
	d.heading.show(what, func() []fyne.CanvasObject {
		head := say(name)
		head.TextStyle.Bold, head.SizeName = true, theme.SizeNameSubHeadingText
		shut := newButton(d.keys, "", theme.CancelIcon(), d.do.closeDetail)
		shut.Importance = widget.LowImportance
		return []fyne.CanvasObject{framed(nil, nil, mark(assets.Icon(lookOf(what.severity)), 26), container.NewVBox(shut), tight(head, quiet(under)))}
	})
}

func (d *detail) fillButtons() {
	what := struct{ lost, wrong, known, said bool }{d.lost, d.row.troubled(), d.row.said.known, d.row.said.known || d.row.said.snoozed}
	d.buttons.show(what, func() []fyne.CanvasObject {
		again := newButton(d.keys, "Check now", theme.ViewRefreshIcon(), func() { d.do.refresh(d.row.site, d.row.key.owner) })
		change := newButton(d.keys, "Edit site…", theme.DocumentCreateIcon(), func() { d.do.editSite(d.row.site) })
		text := newButton(d.keys, "Copy", theme.ContentCopyIcon(), func() { d.do.copy(d.support()) })
		past := newButton(d.keys, "Timeline", nil, func() { d.do.openTimeline(d.row.site, d.row.key.owner) })
		known := newButton(d.keys, "Acknowledge…", nil, func() { d.do.acknowledge(d.row.key) })
		snooze := newButton(d.keys, "Snooze…", nil, func() { d.do.snooze(d.row.key) })
		resume := newButton(d.keys, "Resume", nil, func() { d.do.resume(d.row.key) })
		for _, b := range []*button{again, change, past, known, snooze, resume} {
			if d.lost || b == known && (!what.wrong || what.known) || b == resume && !what.said {
				b.Disable()
			}
		}
		rows := container.NewVBox(container.NewHBox(again, change, past, text), container.NewHBox(known, snooze, resume))
		return []fyne.CanvasObject{container.New(layout.NewCustomPaddedLayout(0, 6, 2, 0), rows)}
	})
}

// fillSaid tells what people said of the row's alerts.
func (d *detail) fillSaid() {
	sentences := d.row.said.sentences(d.now)
	d.said.show(sentences, func() []fyne.CanvasObject {
		if len(sentences) == 0 {
			return nil
		}
		lines := tight()
		for _, text := range sentences {
			lines.Add(say(text))
		}
		return []fyne.CanvasObject{onPanel(colorCard, 6, lines)}
	})
}

func (d *detail) support() string { return d.row.support(caldate.Of(d.now.Local())) }

// fillNews tells what was found and what the issuer says.
func (d *detail) fillNews() {
	findings, unconfirmed := d.row.findings(), d.unconfirmed()
	what := struct {
		key           key
		site          monitor.Site
		findings      []monitor.Finding
		verdict       *monitor.Verdict
		unconfirmed   string
		lost, waiting bool
	}{d.row.key, d.row.state.Site, findings, d.row.verdict(), unconfirmed, d.lost, d.do.signingIn(d.row.site)}
	d.news.show(what, func() []fyne.CanvasObject {
		d.end = nil
		var parts []fyne.CanvasObject
		for _, f := range findings {
			parts = append(parts, d.finding(f))
		}
		if unconfirmed != "" {
			parts = append(parts, quiet(unconfirmed))
		}
		return append(parts, d.message()...)
	})
}

// unconfirmed tells of a failed check that is no finding yet.
func (d *detail) unconfirmed() string {
	failure, _ := d.row.failure()
	if failure == nil {
		return ""
	}
	for _, f := range d.row.findings() {
		if f.Kind == monitor.FindingUnreadable {
			return ""
		}
	}
	text := "The latest check failed: " + ended(monitor.Harmless(failure.Text, 600))
	if next := d.row.state.NextCheck; !next.IsZero() {
		text += " It is asked again at " + clock(next, d.now) + "."
	}
	return text
}

// message is what the issuer says, as plain text, and the address it sent.
func (d *detail) message() []fyne.CanvasObject {
	v := d.row.verdict()
	refused := d.row.linkRefused()
	if v == nil || v.Message == "" && v.URL == "" && !refused {
		return nil
	}
	lines := tight(title("Message from the issuer"))
	if v.Message != "" {
		lines.Add(say(monitor.Harmless(v.Message, 2000)))
	}
	parts := []fyne.CanvasObject{lines}
	if refused {
		text := "The server sent a link that Licensewatch does not open."
		if v.URL != "" {
			text += " It is: " + monitor.Harmless(v.URL, 200)
		}
		lines.Add(quiet(text))
	}
	u, host, ok := webLink(v.URL)
	if !ok {
		return parts
	}
	lines.Add(quiet(spelled(u, host)))
	if !slices.ContainsFunc(d.row.findings(), func(f monitor.Finding) bool { return f.URL == v.URL }) {
		parts = append(parts, container.NewHBox(newButton(d.keys, openWords(host), nil, func() { d.do.openLink(v.URL) })))
	}
	return parts
}

// fillChecks tells the licence's own facts, and how the checks go.
func (d *detail) fillChecks() {
	var facts [][2]string
	note := func(name, value string) { facts = append(facts, [2]string{name, value}) }
	r, state := d.row, d.row.state
	if l := r.licence(); l != nil {
		note("Licence", monitor.Harmless(l.Description, 200))
		note("Company", monitor.Harmless(l.Company, 200))
		note("Serial number", monitor.Harmless(l.Serial, 80))
	}
	note("Address", monitor.Harmless(state.Site.URL, 300))
	note("Services", monitor.Harmless(state.Site.Services, 40))
	if r.owner != nil {
		note("Licence server", clock(r.owner.VerdictAt, d.now))
	}
	note("Database read", clock(state.LicencesAt, d.now))
	if failure, since := r.failure(); failure != nil && !since.IsZero() {
		note("Failing since", fmt.Sprintf("%s (%s)", clock(since, d.now), plural(failures(r), "time")))
	}
	if !state.NextCheck.IsZero() {
		note("Next check", clock(state.NextCheck, d.now))
	}
	d.checks.show(facts, func() []fyne.CanvasObject {
		lines := tight(title("Licence and checks"))
		for _, f := range facts {
			fact(lines, f[0], f[1])
		}
		return []fyne.CanvasObject{lines}
	})
}

// failures is how many checks failed in a row.
func failures(r *row) int {
	if r.state.Failure != nil || r.owner == nil {
		return r.state.Failures
	}
	return r.owner.Failures
}
