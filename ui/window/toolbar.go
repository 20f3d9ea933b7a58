package window

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"licensewatch/assets"
	"licensewatch/monitor"
)

// toolbar is the buttons and the filter above the table, the state of all in a sentence, and a line of
// help below.
type toolbar struct {
	w         *Window
	top, foot fyne.CanvasObject
	state     *fyne.Container // how all is, and what is under way

	filter  *entry
	buttons []*button // those that need the agent
	wordy   []*button // those whose icon says it all where there is no room for words
	words   []string  // of these
	wide    []float32 // how wide a window is in which they have their words
	pause   *button
	worst   *widget.Icon
	summary *widget.Label
	busy    *widget.Activity
	tallied *widget.Label // how many rows pass the filter
	noted   *widget.Label
}

const help = "Enter: details · Ctrl+R: refresh · Ctrl+F: filter · Ctrl+N: add a site · Ctrl+T: timeline · Ctrl+K: acknowledge · Ctrl+S: snooze · Ctrl+L: notifications · Ctrl+E: export · Del: remove · Esc: back"

func newToolbar(w *Window) *toolbar {
	b := &toolbar{
		w: w, worst: widget.NewIcon(assets.Icon(assets.Unsure)), summary: widget.NewLabel(""),
		busy: widget.NewActivity(), tallied: widget.NewLabel(""), noted: widget.NewLabel(""),
	}
	b.filter = newEntry(w, "Filter by any words")
	b.filter.SetIcon(theme.SearchIcon())
	b.filter.OnChanged = w.find
	b.filter.OnSubmitted = func(string) { w.focusTable() }
	b.filter.down = w.focusTable
	b.summary.TextStyle.Bold = true
	b.summary.Truncation = fyne.TextTruncateEllipsis
	b.tallied.Importance = widget.LowImportance
	refresh := newButton(w, "Refresh", theme.ViewRefreshIcon(), func() { w.refresh("", "") })
	add := newButton(w, "Add site", theme.ContentAddIcon(), w.addSite)
	settings := newButton(w, "Settings", theme.SettingsIcon(), w.editSettings)
	b.pause = newButton(w, "Pause", theme.MediaPauseIcon(), b.offerPause)
	export := newButton(w, "Export…", theme.DownloadIcon(), w.exportReport)
	list := newButton(w, "Notifications", theme.ListIcon(), w.openLog)
	b.buttons = []*button{refresh, add, settings, b.pause, export, list}
	b.wordy = []*button{settings, b.pause, export, list}
	b.wide = []float32{680, 680, 680, 820}
	for _, button := range b.wordy {
		b.words = append(b.words, button.Text)
	}

	tools := container.NewHBox(refresh, add, settings, b.pause, export, list)
	search := container.New(layout.NewCustomPaddedLayout(0, 0, 6, 0), b.filter)
	b.state = framed(nil, nil, b.worst, container.NewHBox(b.busy, b.tallied), b.summary)
	b.top = container.New(layout.NewCustomPaddedLayout(6, 2, 8, 8), container.NewVBox(
		framed(nil, nil, tools, nil, search), b.state))
	keys := widget.NewLabel(help)
	keys.Importance = widget.LowImportance
	keys.Truncation = fyne.TextTruncateEllipsis
	b.foot = framed(widget.NewSeparator(), nil, nil, b.noted, keys)
	return b
}

// fit leaves out words where the filter would have no room beside them.
func (b *toolbar) fit(width float32) {
	for i, button := range b.wordy {
		words := b.words[i]
		if width < b.wide[i] {
			words = ""
		}
		if button.Text != words {
			button.SetText(words)
			b.top.Refresh()
		}
	}
}

// show puts the state of all rows into a sentence.
func (b *toolbar) show(n news, rows []*row) {
	s := n.view.Snapshot
	look, text := lookOf(s.Open()), summary(s, rows, n.lost == "")
	if n.lost != "" && text != "" {
		look, text = assets.Unsure, "Not known now. Last: "+text
	}
	b.worst.SetResource(assets.Icon(look))
	if len(rows) == 0 {
		b.worst.SetResource(nil) // and not hidden: the summary keeps its place
	}
	b.summary.SetText(text)
	if yes := len(rows) > 0 || !n.seen; yes != b.top.Visible() {
		visible(yes, b.top, b.foot)
		b.w.main.Refresh()
	}
	if reading := s.Reading() > 0 && n.lost == ""; reading {
		b.busy.Show()
		b.busy.Start()
	} else {
		b.busy.Stop()
		b.busy.Hide()
	}
	b.state.Refresh() // Fyne does not always see that the parts need another place
	for _, button := range b.buttons {
		if n.lost != "" || !n.seen {
			button.Disable()
		} else {
			button.Enable()
		}
	}
}

// summary says how all is: "2 critical, 1 unknown, 5 ok · checked 21:30 · reading 1 of 8 sites". What is
// under way is told only of a live agent.
func summary(s monitor.Snapshot, rows []*row, live bool) string {
	if len(rows) == 0 {
		return ""
	}
	var last time.Time
	for _, r := range rows {
		if r.answered.After(last) {
			last = r.answered
		}
	}
	text := counts(rows) + " · no answer yet"
	if !last.IsZero() {
		text = counts(rows) + " · checked " + clock(last, s.At)
	}
	text += certificates(s)
	if n := s.Reading(); live && n > 0 {
		text += fmt.Sprintf(" · reading %d of %s", n, plural(len(s.Sites), "site"))
	}
	return text
}

// certificates says whose certificate nears its end: " · the certificate of Head office nears its end".
func certificates(s monitor.Snapshot) string {
	first, n := "", 0
	for _, site := range s.Sites {
		if i := slices.IndexFunc(site.Findings, func(f monitor.Finding) bool { return f.Kind == monitor.FindingCertificate }); i >= 0 {
			first, n = cmp.Or(first, monitor.Harmless(site.Site.Name, 40)), n+1
		}
	}
	switch n {
	case 0:
		return ""
	case 1:
		return " · the certificate of " + first + " nears its end"
	}
	return fmt.Sprintf(" · the certificates of %d sites near their end", n)
}

// tally says how many rows of all the filter lets through.
func (b *toolbar) tally(shown, all int) {
	text := ""
	if shown < all {
		text = fmt.Sprintf("%d of %s shown", shown, plural(all, "row"))
	}
	if b.tallied.Text != text {
		b.tallied.SetText(text)
		b.state.Refresh()
	}
}

// note says below the table that something was done.
func (b *toolbar) note(text string) {
	if text, _ = fit(text, 300, theme.TextSize(), fyne.TextStyle{}); b.noted.Text != text {
		b.noted.SetText(text)
	}
}

// offerPause asks how long, or ends the pause.
func (b *toolbar) offerPause() {
	below := fyne.NewPos(0, b.pause.Size().Height)
	widget.NewPopUpMenu(b.pauses(), b.w.win.Canvas()).ShowAtRelativePosition(below, b.pause)
}

func (b *toolbar) pauses() *fyne.Menu {
	menu := fyne.NewMenu("",
		fyne.NewMenuItem("For an hour", func() { b.w.setPause(time.Now().Add(time.Hour)) }),
		fyne.NewMenuItem("Until tomorrow", func() { b.w.setPause(monitor.Tomorrow(time.Now())) }))
	if paused(b.w.now.view.Snapshot) {
		menu.Items = append(menu.Items, fyne.NewMenuItem("Resume", func() { b.w.setPause(time.Time{}) }))
	}
	return menu
}

// paused reports whether the scheduled reads wait.
func paused(s monitor.Snapshot) bool { return s.PausedUntil.After(s.At) }

// pausedWords says until when they wait.
func pausedWords(s monitor.Snapshot) string {
	return "Checks are paused until " + endWords(s.PausedUntil, s.At) + "."
}
