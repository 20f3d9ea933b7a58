// Package window shows what the agent knows in a Fyne window, and hands clicks to the agent.
//
//	link.View ─► Show ─► rows ─► filter, order ─► table ─► detail
//	click, key ─► Agent, off the UI thread ─► its error as a banner
//
// Show, Lost and New may be called from any goroutine. All else runs on the UI thread; the window keeps
// no state that it could not lose, and no secret.
package window

import (
	"context"
	"sync"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"licensewatch/assets"
	"licensewatch/monitor"
	"licensewatch/monitor/link"
)

// Agent is what the window asks of the agent. Its errors are shown to the user as they are.
type Agent interface {
	// Refresh reads a site, or one owner of it, or with two empty names all sites.
	Refresh(ctx context.Context, site, owner string) error
	// Pause stops scheduled reads until then; the zero time goes on.
	Pause(ctx context.Context, until time.Time) error
	Settings(ctx context.Context) (link.Settings, error)
	SaveSettings(ctx context.Context, s link.Settings) error
	// Sites returns all sites as forms, without secrets.
	Sites(ctx context.Context) ([]link.SiteForm, error)
	// Test signs in with the form's values and saves nothing. It reports each step as it begins and as it ends.
	Test(ctx context.Context, f link.SiteForm, report func(link.Step)) (link.Trial, error)
	Save(ctx context.Context, f link.SiteForm) error
	Remove(ctx context.Context, name string) error
	// SignIn waits until somebody has signed in in the browser, with the form's values.
	SignIn(ctx context.Context, f link.SiteForm) (link.Grant, error)
	// SignInAgain does the same for a site that is set up.
	SignInAgain(ctx context.Context, site string) error
	// Help opens the page about the reason of a failure.
	Help(ctx context.Context, reason string) error

	// Past, Seats and Away return what is on record: see link.Commands.
	Past(ctx context.Context, of link.Target, since time.Time) (monitor.Past, error)
	Seats(ctx context.Context, of link.Target, since time.Time) ([]monitor.SeatSeries, error)
	Away(ctx context.Context) (monitor.Past, error)
	// Acknowledge, Snooze and Resume say what is to be told of an owner, a site or, if of is empty, everything: see link.Commands.
	Acknowledge(ctx context.Context, of monitor.Subject, note string) error
	Snooze(ctx context.Context, of monitor.Subject, until time.Time, note string) error
	Resume(ctx context.Context, of monitor.Subject) error
	// Log returns all notifications since an instant, the newest first.
	Log(ctx context.Context, since time.Time) ([]monitor.Telling, error)
	// TestNotification shows one and returns what happened.
	TestNotification(ctx context.Context) (string, error)
	// Offer and Shop ask an owner's licence server.
	Offer(ctx context.Context, of link.Target) (monitor.Offer, error)
	Shop(ctx context.Context, of link.Target) (string, error)
	// Rehearse says which notifications other rules would have made of the past.
	Rehearse(ctx context.Context, what link.WhatIf) (monitor.Rehearsal, error)
	// Export writes a report, "html", "csv", "json" or "ics", to a file.
	Export(ctx context.Context, format, file string) error
}

// Window is the program's one window.
type Window struct {
	app   fyne.App
	agent Agent
	win   fyne.Window

	ctx   context.Context // of calls to the agent: they have no caller but a click, and end with the window
	stop  context.CancelFunc
	calls sync.WaitGroup

	mu     sync.Mutex // guards what Show and Lost leave for the UI thread
	next   news
	queued bool

	// The rest belongs to the UI thread.
	now      news
	book     book
	table    *table
	detail   *detail
	bar      *toolbar
	away     *away
	banners  *banners
	middle   *fyne.Container // the table, the detail pane, both, or what is there instead
	fold     *fold           // of the middle
	beside   *container.Split
	stage    *fyne.Container // the main screen, or a page over it
	main     fyne.CanvasObject
	page     *page             // nil: the main screen
	question *question         // nil: none is asked
	chooser  dialog.Dialog     // of a folder, over the page; nil: none
	waits    map[string]func() // by site: ends a sign-in that the browser is waited for in
}

// news is the latest that is known of the agent.
type news struct {
	view link.View
	seen bool   // there was a view
	lost string // why the agent is gone; empty: it is there
}

// New makes the window. It shows that it waits until Show or Lost is called.
func New(app fyne.App, agent Agent) *Window {
	w := &Window{app: app, agent: agent, waits: map[string]func(){}}
	w.ctx, w.stop = context.WithCancel(context.Background())
	app.Settings().SetTheme(palette{theme.DefaultTheme()})
	w.win = app.NewWindow("Licensewatch")
	w.win.SetIcon(assets.App())
	w.win.SetMaster()
	w.build()
	w.recall()
	w.listen()
	w.render()
	return w
}

// Show hands v to the UI thread and returns at once. Of several views that wait there, the latest is
// shown.
func (w *Window) Show(v link.View) {
	w.post(func(n *news) { *n = news{view: v, seen: true} })
}

// Lost says that the agent is gone, and why: reason is a sentence, shown as it is. What was known stays, marked with its age,
// until Show is called again.
func (w *Window) Lost(reason string) {
	w.post(func(n *news) { n.lost = reason })
}

// Run shows the window and blocks until it is closed and all calls to the agent have ended.
func (w *Window) Run() {
	w.win.ShowAndRun()
	w.stop()
	w.calls.Wait()
}

func (w *Window) post(change func(*news)) {
	w.mu.Lock()
	change(&w.next)
	queued := w.queued
	w.queued = true
	w.mu.Unlock()
	if !queued {
		w.onUI(w.take)
	}
}

// take shows what post has left.
func (w *Window) take() {
	w.mu.Lock()
	n := w.next
	w.queued = false
	w.mu.Unlock()
	opening := n.seen && !w.now.seen
	raise := w.now.seen && n.view.Raise > w.now.view.Raise
	w.now = n
	w.render()
	if opening {
		w.away.ask()
	}
	if opening || raise {
		w.reveal(n.view.Focus)
	}
	if raise {
		w.win.Show()
		w.win.RequestFocus()
	}
}

// ask runs call off the UI thread, and done with its outcome on it. cancel, which is for the UI thread, ends call; what comes of it
// then means nothing, and done is not called.
func (w *Window) ask(call func(context.Context) error, done func(error)) (cancel func()) {
	ctx, end := context.WithCancel(w.ctx)
	cancelled := false
	w.calls.Go(func() {
		defer end()
		err := call(ctx)
		w.onUI(func() {
			if !cancelled {
				done(err)
			}
		})
	})
	return func() {
		cancelled = true
		end()
	}
}

// onUI runs f on the UI thread, unless the window is closed and there is none.
func (w *Window) onUI(f func()) {
	if w.ctx.Err() == nil {
		fyne.Do(f)
	}
}

// tell runs call off the UI thread, and shows its error.
func (w *Window) tell(call func(context.Context) error) { w.ask(call, w.complain) }

// complain shows an error of the agent.
func (w *Window) complain(err error) {
	if err != nil {
		w.banners.complain(sentence(err))
	}
}

// build puts the parts together.
func (w *Window) build() {
	w.banners = newBanners(w)
	w.bar = newToolbar(w)
	w.away = newAway(w)
	w.detail = newDetail(w, w)
	w.table = newTable(w)
	w.table.onOpen = w.open
	w.table.onMove = func(r *row) {
		w.bar.note("")
		if w.detailOpen() {
			w.open(r)
		}
	}
	w.table.onRemove = func(r *row) { w.removeSite(r.site) }
	w.table.onOrder = w.keepOrder
	w.table.onAsk = func(r *row, at fyne.Position) {
		if w.page == nil {
			widget.ShowPopUpMenuAtPosition(w.rowMenu(r), w.win.Canvas(), at)
		}
	}
	w.beside = container.NewHSplit(w.table.content(), w.detail.pane)
	w.beside.Offset = usualSplit
	w.fold = &fold{w: w}
	w.middle = container.New(w.fold)
	w.main = framed(container.New(layout.NewCustomPaddedVBoxLayout(0), w.bar.top, w.away.card), w.bar.foot, nil, nil, w.middle)
	w.stage = container.NewStack(w.main)
	w.win.SetContent(framed(w.banners.top, nil, nil, nil, w.stage))
}

// listen takes the shortcuts, and the keys that no widget has.
func (w *Window) listen() {
	for _, k := range []fyne.KeyName{fyne.KeyR, fyne.KeyF, fyne.KeyN, fyne.KeyE, fyne.KeyT, fyne.KeyK, fyne.KeyS, fyne.KeyL} {
		s := &desktop.CustomShortcut{KeyName: k, Modifier: fyne.KeyModifierShortcutDefault}
		w.win.Canvas().AddShortcut(s, w.shortcut)
	}
	w.win.Canvas().SetOnTypedKey(func(e *fyne.KeyEvent) {
		switch {
		case e.Name == fyne.KeyEscape:
			w.escape()
		case w.question != nil:
		case w.page != nil:
			w.turn(e.Name)
		default:
			onRow := w.table.at() >= 0
			w.focusTable()
			if onRow || e.Name != fyne.KeyDown { // else the focus itself has come to the first row
				w.table.TypedKey(e)
			}
		}
	})
	w.win.SetOnClosed(func() {
		w.keepSize()
		w.stop()
	})
}

// shortcut does what Ctrl with a letter stands for.
func (w *Window) shortcut(s fyne.Shortcut) {
	c, ok := s.(*desktop.CustomShortcut)
	if !ok || c.Modifier != fyne.KeyModifierShortcutDefault || w.page != nil || w.question != nil {
		return
	}
	switch c.KeyName {
	case fyne.KeyR:
		w.refresh("", "")
	case fyne.KeyF:
		w.win.Canvas().Focus(w.bar.filter)
	case fyne.KeyN:
		w.addSite()
	case fyne.KeyE:
		w.exportReport()
	case fyne.KeyT:
		w.timelineOfRow()
	case fyne.KeyK:
		w.atRow(w.acknowledge)
	case fyne.KeyS:
		w.atRow(w.snooze)
	case fyne.KeyL:
		w.openLog()
	}
}

// reached brings what got the focus into sight, if it is on a page or in the detail pane.
func (w *Window) reached(o fyne.CanvasObject) {
	switch {
	case w.page != nil:
		w.page.reached(o)
	case w.detailOpen():
		w.detail.reached(o)
	}
}

// turn moves through a page.
func (w *Window) turn(key fyne.KeyName) {
	if w.page != nil {
		w.page.turn(key)
	}
}

// escape leaves the innermost thing that can be left: a question, a page, the filter, the detail pane.
func (w *Window) escape() {
	switch {
	case w.chooser != nil:
		w.chooser.Hide()
	case w.question != nil:
		w.question.escape()
	case w.page != nil:
		w.page.leave()
	case w.detailOpen() && w.fold.narrow: // it hides what the filter has found
		w.closeDetail()
	case w.bar.filter.Text != "":
		w.bar.filter.SetText("")
		w.focusTable()
	case w.detailOpen():
		w.closeDetail()
	default:
		w.focusTable()
	}
}

func (w *Window) focusTable() {
	if w.page == nil && len(w.table.shown) > 0 {
		w.win.Canvas().Focus(w.table)
	}
}
