package window

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"

	"licensewatch/internal/caldate"
	"licensewatch/monitor"
	"licensewatch/monitor/link"
)

// noon is when the snapshots of these tests are taken.
var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.Local)

// fake is an agent that remembers what it was asked. It answers only after the key or button that asked
// is done with, for the test driver has no UI thread that would see to that.
type fake struct {
	typing   sync.Mutex
	busy     sync.Mutex // held while a test goes on: what the window asks for by itself is answered while the test waits in does
	asked    []string
	sites    []link.SiteForm
	settings link.Settings
	trial    func(context.Context) (link.Trial, error)
	steps    []link.Step // that a test reports, in this order
	grant    func(context.Context) (link.Grant, error)
	granted  []link.SiteForm // that somebody was to sign in for
	tested   []link.SiteForm
	saved    []link.SiteForm
	paused   time.Time
	past     monitor.Past
	since    time.Time // since when Past was asked for
	away     monitor.Past
	unread   error // why Away cannot tell
	looked   int   // how often Away was asked
	seats    []monitor.SeatSeries
	noSeats  error         // why there are none
	seatsOf  []link.Target // whose were asked for
	offer    monitor.Offer

	rehearsed []link.WhatIf
	rehearsal monitor.Rehearsal
	shop      string
	until     time.Time // of the latest snooze
	log       []monitor.Telling
	tried     string // what came of a test notification
	err       error
}

func (f *fake) note(what string) error {
	f.typing.Lock()
	defer f.typing.Unlock()
	f.asked = append(f.asked, what)
	return f.err
}

func (f *fake) Refresh(_ context.Context, site, owner string) error {
	return f.note("refresh " + site + "/" + owner)
}

func (f *fake) Pause(_ context.Context, until time.Time) error {
	err := f.note(fmt.Sprintf("pause %t", !until.IsZero()))
	f.paused = until
	return err
}

func (f *fake) Settings(context.Context) (link.Settings, error) {
	return f.settings, f.note("settings")
}

func (f *fake) SaveSettings(_ context.Context, s link.Settings) error {
	err := f.note("save settings")
	f.settings = s
	return err
}

func (f *fake) Sites(context.Context) ([]link.SiteForm, error) { return f.sites, f.note("sites") }

func (f *fake) Test(ctx context.Context, form link.SiteForm, report func(link.Step)) (link.Trial, error) {
	f.note("test")
	f.tested = append(f.tested, form)
	for _, s := range f.steps {
		report(s)
	}
	return f.trial(ctx)
}

func (f *fake) Save(_ context.Context, form link.SiteForm) error {
	err := f.note("save")
	f.saved = append(f.saved, form)
	return err
}

func (f *fake) Remove(_ context.Context, name string) error { return f.note("remove " + name) }

func (f *fake) SignIn(ctx context.Context, form link.SiteForm) (link.Grant, error) {
	f.note("sign in")
	f.granted = append(f.granted, form)
	return f.grant(ctx)
}

func (f *fake) SignInAgain(ctx context.Context, site string) error {
	err := f.note("sign in again " + site)
	if f.grant != nil {
		_, err = f.grant(ctx)
	}
	return err
}

func (f *fake) Help(_ context.Context, reason string) error { return f.note("help " + reason) }

func (f *fake) Past(_ context.Context, of link.Target, since time.Time) (monitor.Past, error) {
	err := f.note("past " + of.Site + "/" + of.Owner)
	f.since = since
	return f.past, err
}

func (f *fake) Seats(ctx context.Context, of link.Target, _ time.Time) ([]monitor.SeatSeries, error) {
	f.busy.Lock()
	defer f.busy.Unlock()
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	f.seatsOf = append(f.seatsOf, of)
	return f.seats, f.noSeats
}

// Away is asked by every window that opens, so it is counted apart.
func (f *fake) Away(context.Context) (monitor.Past, error) {
	f.typing.Lock()
	defer f.typing.Unlock()
	f.looked++
	return f.away, f.unread
}

func (f *fake) Offer(_ context.Context, of link.Target) (monitor.Offer, error) {
	return f.offer, f.note("offer " + of.Site + "/" + of.Owner)
}

func (f *fake) Shop(_ context.Context, of link.Target) (string, error) {
	return f.shop, f.note("shop " + of.Site + "/" + of.Owner)
}

func (f *fake) Acknowledge(_ context.Context, of monitor.Subject, note string) error {
	return f.note("acknowledge " + of.Site + "/" + of.Owner + " " + note)
}

func (f *fake) Snooze(_ context.Context, of monitor.Subject, until time.Time, note string) error {
	f.until = until
	return f.note("snooze " + of.Site + "/" + of.Owner + " " + note)
}

func (f *fake) Resume(_ context.Context, of monitor.Subject) error {
	return f.note("resume " + of.Site + "/" + of.Owner)
}

func (f *fake) Log(context.Context, time.Time) ([]monitor.Telling, error) {
	return f.log, f.note("log")
}

func (f *fake) TestNotification(context.Context) (string, error) {
	return f.tried, f.note("test notification")
}

func (f *fake) Rehearse(_ context.Context, what link.WhatIf) (monitor.Rehearsal, error) {
	f.rehearsed = append(f.rehearsed, what)
	return f.rehearsal, f.note("rehearse")
}

func (f *fake) Export(_ context.Context, format, file string) error {
	return f.note("export " + format + " " + file)
}

// does does what a user does, and waits for what the agent says to it.
func (w *Window) does(what func()) {
	if f, ok := w.agent.(*fake); ok {
		f.typing.Lock()
		defer f.busy.Lock()
		defer w.calls.Wait()
		defer f.busy.Unlock()
		defer f.typing.Unlock()
	}
	what()
}

// open makes a window that shows sites.
func open(t testing.TB, agent Agent, sites ...*monitor.SiteState) *Window {
	t.Helper()
	w := New(test.NewTempApp(t), agent)
	f, _ := agent.(*fake)
	if f != nil {
		f.busy.Lock()
	}
	t.Cleanup(func() {
		w.stop()
		if f != nil {
			f.busy.Unlock()
		}
		w.calls.Wait()
	})
	w.win.Resize(fyne.NewSize(1200, 800))
	w.does(func() { w.Show(link.View{Snapshot: monitor.Snapshot{At: noon, Sites: sites}}) })
	return w
}

func day(n int) caldate.Date { return caldate.Of(noon).AddDays(n) }

// site is an installation with owners, whose severity is the worst of theirs.
func site(name string, owners ...monitor.OwnerState) *monitor.SiteState {
	s := &monitor.SiteState{
		Site:   monitor.Site{Name: name, URL: "https://crm.example/remote/", Services: "Services86"},
		Owners: owners, LicencesAt: noon.Add(-2 * time.Hour), NextCheck: noon.Add(30 * time.Minute),
	}
	for _, o := range owners {
		s.Severity = max(s.Severity, o.Severity)
	}
	return s
}

// owner has a licence that expires in days, and findings.
func owner(name string, days int, findings ...monitor.Finding) monitor.OwnerState {
	o := monitor.OwnerState{
		Owner: name, Findings: findings, VerdictAt: noon.Add(-10 * time.Minute), Verdict: &monitor.Verdict{Status: "Ok"},
		Licence: &monitor.Licence{Owner: name, Company: "Fjord AS", Serial: "1010000014", Description: "SuperOffice AS",
			Dates: monitor.Dates{NextCheck: day(3), Maintenance: day(days), Expiry: day(days), Grace: day(days + 12)}},
	}
	for _, f := range findings {
		o.Severity = max(o.Severity, f.Severity)
	}
	return o
}

var (
	fine     = monitor.Finding{Kind: monitor.FindingStatus, Text: "The licence server has no news."}
	expiring = monitor.Finding{Kind: monitor.FindingExpiring, Severity: monitor.Warning, Text: "The licence expires soon.", Action: "Renew the licence with its issuer."}
	expired  = monitor.Finding{Kind: monitor.FindingExpired, Severity: monitor.Critical, Text: "The licence expired.", Action: "Renew the licence now."}
	refused  = monitor.Finding{Kind: monitor.FindingUnreadable, Severity: monitor.Unknown, Failure: monitor.KindSignIn, Text: "The site refuses the user.", Action: "Check user and password."}
	outdated = monitor.Finding{Kind: monitor.FindingStale, Severity: monitor.Unknown, Text: "No good answer for long.", Action: "Refresh."}
)

// fleet has a row in each state.
func fleet() []*monitor.SiteState {
	locked := site("Nord")
	locked.Findings, locked.Severity, locked.LicencesAt = []monitor.Finding{refused}, monitor.Unknown, time.Time{}
	return []*monitor.SiteState{
		site("Alfa", owner("SUPEROFFICE", 220, fine)),
		site("Bravo", owner("IZIGO", 90, fine), owner("SUPEROFFICE", 12, expiring, fine)),
		locked,
		site("Zulu", owner("SUPEROFFICE", -5, fine, expired)),
	}
}

// objects are all that is visible in the window, what is over the content included.
func (w *Window) objects() []fyne.CanvasObject {
	var all []fyne.CanvasObject
	var collect func(fyne.CanvasObject)
	collect = func(o fyne.CanvasObject) {
		if !o.Visible() {
			return
		}
		all = append(all, o)
		var parts []fyne.CanvasObject
		switch o := o.(type) {
		case *fyne.Container:
			parts = o.Objects
		case fyne.Widget:
			parts = test.WidgetRenderer(o).Objects()
		}
		for _, part := range parts {
			collect(part)
		}
	}
	c := w.win.Canvas()
	for _, o := range append([]fyne.CanvasObject{c.Content()}, c.Overlays().List()...) {
		collect(o)
	}
	return all
}

// texts is all that can be read in the window.
func (w *Window) texts() string {
	var b strings.Builder
	for _, o := range w.objects() {
		switch o := o.(type) {
		case *widget.Label:
			fmt.Fprintln(&b, o.Text)
		case *canvas.Text:
			fmt.Fprintln(&b, o.Text)
		}
	}
	return b.String()
}

// reads fails the test unless all of want can be read in the window.
func (w *Window) reads(t *testing.T, want ...string) {
	t.Helper()
	got := w.texts()
	for _, text := range want {
		if !strings.Contains(got, text) {
			t.Errorf("%q is not to be read in the window; it says:\n%s", text, got)
		}
	}
}

// button finds a visible button by its text; nil if there is none.
func (w *Window) button(text string) *button {
	for _, o := range w.objects() {
		if b, ok := o.(*button); ok && b.Text == text {
			return b
		}
	}
	return nil
}

// press taps a button and waits for what the agent says to it.
func (w *Window) press(t *testing.T, text string) {
	t.Helper()
	b := w.button(text)
	if b == nil || b.Disabled() {
		t.Fatalf("there is no button %q to press; the window says:\n%s", text, w.texts())
	}
	w.does(func() { test.Tap(b) })
}

// key types a key and waits for what the agent says to it.
func (w *Window) key(name fyne.KeyName) {
	w.does(func() { w.typeKey(name) })
}

// typeKey types a key where the focus is, as the window system would.
func (w *Window) typeKey(name fyne.KeyName) {
	e := &fyne.KeyEvent{Name: name}
	if f := w.win.Canvas().Focused(); f != nil {
		f.TypedKey(e)
	} else {
		w.win.Canvas().OnTypedKey()(e)
	}
}

// ctrl types a shortcut where the focus is, as the window system would.
func (w *Window) ctrl(name fyne.KeyName) {
	s := &desktop.CustomShortcut{KeyName: name, Modifier: fyne.KeyModifierShortcutDefault}
	at, ok := w.win.Canvas().Focused().(fyne.Shortcutable)
	if !ok {
		at = w.win.Canvas().(fyne.Shortcutable)
	}
	w.does(func() { at.TypedShortcut(s) })
}

// listed are the site and owner of each row shown, in order.
func (w *Window) listed() []string {
	var names []string
	for _, r := range w.table.shown {
		names = append(names, r.site+"/"+r.key.owner)
	}
	return names
}

func (w *Window) lists(t *testing.T, want ...string) {
	t.Helper()
	if got := w.listed(); !slices.Equal(got, want) {
		t.Errorf("the table lists %q, want %q", got, want)
	}
}

// openRow opens the row of a site in the detail pane.
func (w *Window) openRow(t *testing.T, site string) {
	t.Helper()
	i := slices.IndexFunc(w.table.shown, func(r *row) bool { return r.site == site })
	if i < 0 {
		t.Fatalf("there is no row of %s", site)
	}
	w.table.moveTo(i)
	w.key(fyne.KeyReturn)
}
