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
)

// detail is the pane beside the table: all that is known about one row, and what to do about it.
type detail struct {
	do     deeds
	keys   keys
	scroll *container.Scroll
	pane   fyne.CanvasObject

	row        *row
	now        time.Time
	lost       bool    // the agent is gone: nothing can be done
	showHidden bool    // modules that SuperOffice does not show either
	end        *button // of a sign-in that is waited for; nil: there is none
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
	openShop(site, owner string)
	openLicences(address string)
}

// paneWidth is what all parts of the pane have room in.
const paneWidth float32 = 380

func newDetail(do deeds, k keys) *detail {
	d := &detail{do: do, keys: k, scroll: container.NewVScroll(container.NewVBox())}
	d.pane = container.New(&fixed{fyne.NewSize(paneWidth, 100)}, d.scroll)
	return d
}

// show fills the pane with r, as of now. It keeps the place the reader is at if r is still the same row.
func (d *detail) show(r *row, now time.Time, lost bool) {
	if d.row == r && d.lost == lost && caldate.Of(d.now.Local()) == caldate.Of(now.Local()) {
		return
	}
	if d.row == nil || d.row.key != r.key {
		d.scroll.Offset, d.showHidden = fyne.Position{}, false
	}
	d.row, d.now, d.lost = r, now, lost
	d.fill()
}

// again fills the pane anew if it shows anything.
func (d *detail) again() {
	if d.row != nil {
		d.fill()
	}
}

func (d *detail) fill() {
	d.end = nil
	parts := []fyne.CanvasObject{d.heading(), d.buttons()}
	for _, f := range d.row.findings() {
		parts = append(parts, d.finding(f))
	}
	parts = append(parts, d.unconfirmed()...)
	parts = append(parts, d.message()...)
	if l := d.row.licence(); l != nil {
		parts = append(parts, d.dates(l)...)
		parts = append(parts, d.modules(l.Modules)...)
	}
	parts = append(parts, d.facts()...)
	d.scroll.Content = container.New(layout.NewCustomPaddedLayout(4, 12, 8, 14), container.NewVBox(parts...))
	d.scroll.Refresh()
}

// heading names the row, and closes the pane.
func (d *detail) heading() fyne.CanvasObject {
	name, under := d.row.cells[colOwner].text, d.row.cells[colSite].text
	if d.row.owner == nil {
		name, under = under, "No owners known yet"
	}
	if l := d.row.licence(); l != nil && l.Company != "" {
		under += " · " + monitor.Harmless(l.Company, 120)
	}
	head := say(name)
	head.TextStyle.Bold, head.SizeName = true, theme.SizeNameSubHeadingText
	shut := newButton(d.keys, "", theme.CancelIcon(), d.do.closeDetail)
	shut.Importance = widget.LowImportance
	return framed(nil, nil, mark(assets.Icon(lookOf(d.row.severity)), 26), container.NewVBox(shut), tight(head, quiet(under)))
}

func (d *detail) buttons() fyne.CanvasObject {
	again := newButton(d.keys, "Check now", theme.ViewRefreshIcon(), func() { d.do.refresh(d.row.site, d.row.key.owner) })
	change := newButton(d.keys, "Edit site…", theme.DocumentCreateIcon(), func() { d.do.editSite(d.row.site) })
	text := newButton(d.keys, "Copy", theme.ContentCopyIcon(), func() { d.do.copy(d.support()) })
	if d.lost {
		again.Disable()
		change.Disable()
	}
	return container.New(layout.NewCustomPaddedLayout(0, 6, 2, 0), container.NewHBox(again, change, text))
}

func (d *detail) support() string { return d.row.support(caldate.Of(d.now.Local())) }

// unconfirmed tells of a failed check that is no finding yet.
func (d *detail) unconfirmed() []fyne.CanvasObject {
	failure, _ := d.row.failure()
	if failure == nil {
		return nil
	}
	for _, f := range d.row.findings() {
		if f.Kind == monitor.FindingUnreadable {
			return nil
		}
	}
	text := "The latest check failed: " + ended(monitor.Harmless(failure.Text, 600))
	if next := d.row.state.NextCheck; !next.IsZero() {
		text += " It is asked again at " + clock(next, d.now) + "."
	}
	return []fyne.CanvasObject{quiet(text)}
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

var dateColumns = []column{{least: 124, grow: 1}, {least: 112, grow: 1}, {least: 78, right: true}}

func (d *detail) dates(l *monitor.Licence) []fyne.CanvasObject {
	today := caldate.Of(d.now.Local())
	parts := []fyne.CanvasObject{title("Dates")}
	for _, date := range datesOf(l.Dates) {
		row := newLine(dateColumns, -1)
		words := cell{text: untilDay(date.date, today)}
		if date.date.Reached(today) && date.reached > monitor.OK {
			words.color, words.bold = colorOf(date.reached), true
		}
		row.cells = []cell{{text: date.name, color: theme.ColorNamePlaceHolder}, {text: date.date.Words()}, words}
		parts = append(parts, row)
	}
	return parts
}

// facts are the licence's own, and how the checks go.
func (d *detail) facts() []fyne.CanvasObject {
	r, state := d.row, d.row.state
	lines := tight(title("Licence and checks"))
	if l := r.licence(); l != nil {
		fact(lines, "Licence", monitor.Harmless(l.Description, 200))
		fact(lines, "Company", monitor.Harmless(l.Company, 200))
		fact(lines, "Serial number", monitor.Harmless(l.Serial, 80))
	}
	fact(lines, "Address", monitor.Harmless(state.Site.URL, 300))
	fact(lines, "Services", monitor.Harmless(state.Site.Services, 40))
	if r.owner != nil {
		fact(lines, "Licence server", clock(r.owner.VerdictAt, d.now))
	}
	fact(lines, "Database read", clock(state.LicencesAt, d.now))
	if failure, since := r.failure(); failure != nil && !since.IsZero() {
		fact(lines, "Failing since", fmt.Sprintf("%s (%s)", clock(since, d.now), plural(failures(r), "time")))
	}
	if !state.NextCheck.IsZero() {
		fact(lines, "Next check", clock(state.NextCheck, d.now))
	}
	return []fyne.CanvasObject{lines}
}

// failures is how many checks failed in a row.
func failures(r *row) int {
	if r.state.Failure != nil || r.owner == nil {
		return r.state.Failures
	}
	return r.owner.Failures
}
