package window

import (
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
)

// logDays is how far back the page of notifications looks.
const logDays = 90

// outcomeWords are outcomes for people.
var outcomeWords = map[monitor.Outcome]string{
	monitor.Sent:         "Sent",
	monitor.Failed:       "Not delivered",
	monitor.Held:         "Held",
	monitor.Dropped:      "Not sent",
	monitor.Acknowledged: "Acknowledged",
	monitor.Snoozed:      "Snoozed",
	monitor.Resumed:      "Resumed",
}

// logFilters are what the page may be narrowed to.
var logFilters = []struct {
	words    string
	outcomes []monitor.Outcome // none: all
}{
	{"All", nil},
	{"Sent", []monitor.Outcome{monitor.Sent}},
	{"Not delivered", []monitor.Outcome{monitor.Failed}},
	{"Held", []monitor.Outcome{monitor.Held}},
	{"Not sent", []monitor.Outcome{monitor.Dropped}},
	{"By people", []monitor.Outcome{monitor.Acknowledged, monitor.Snoozed, monitor.Resumed}},
}

// logPage is the page about all notifications, and what became of each and why.
type logPage struct {
	page
	filter *choice
	tally  *widget.Label
	list   *logList
	middle *fyne.Container // the list, or what is there instead
	below  *fyne.Container // all about the line with the cursor
	tried  *fyne.Container // what came of a test
	try    *button
	all    []monitor.Telling // the newest first
}

// openLog opens the page and asks the agent.
func (w *Window) openLog() {
	if w.now.lost != "" || !w.now.seen || w.page != nil {
		return
	}
	l := &logPage{page: page{w: w, widest: tableWidth}, tally: widget.NewLabel(""), middle: container.NewStack(), below: container.NewStack(), tried: container.NewVBox()}
	l.tally.Importance = widget.LowImportance
	l.list = newLogList(w, l.tell)
	var words []string
	for _, f := range logFilters {
		words = append(words, f.words)
	}
	l.filter = newChoice(w, words, nil)
	l.filter.Selected = words[0]
	l.filter.OnChanged = func(string) { l.narrow() }
	l.try = newButton(w, "Send a test notification", nil, l.test)
	top := container.NewVBox(framed(nil, nil, container.NewHBox(widget.NewLabel("Show"), l.filter, l.tally), l.try, layout.NewSpacer()), l.tried)
	text := newButton(w, "Copy as text", theme.ContentCopyIcon(), func() {
		w.copy(l.text())
		l.tally.SetText("The list is on the clipboard.")
	})
	buttons := container.NewHBox(text, layout.NewSpacer(), newButton(w, "Close", nil, l.leave))
	w.openPage(&l.page, fmt.Sprintf("Notifications of the last %d days", logDays), framed(top, l.below, nil, nil, l.middle), buttons, l.filter)
	l.ask()
}

// ask asks for all of it anew.
func (l *logPage) ask() {
	turning := widget.NewActivity()
	turning.Start()
	l.show(container.NewVBox(container.NewHBox(beforeStep(turning), widget.NewLabel("Reading what is on record…"))))
	since := l.since()
	var all []monitor.Telling
	stop := l.w.ask(func(ctx context.Context) (err error) {
		all, err = l.w.agent.Log(ctx, since)
		return err
	}, func(err error) {
		turning.Stop()
		l.cancel = nil
		if err != nil {
			retry := newButton(l.w, "Try again", theme.ViewRefreshIcon(), l.ask)
			l.show(container.NewVBox(outcome(assets.Unsure, "What is on record cannot be read.", say(sentence(err))), container.NewHBox(retry)))
			return
		}
		l.all = all
		l.narrow()
	})
	l.cancel = func() {
		stop()
		turning.Stop()
		l.cancel = nil
		l.leave()
	}
}

func (l *logPage) since() time.Time { return l.w.now.view.Snapshot.At.AddDate(0, 0, -logDays) }

func (l *logPage) show(o fyne.CanvasObject) {
	l.middle.Objects = []fyne.CanvasObject{o}
	l.middle.Refresh()
}

// narrow shows what the filter lets through.
func (l *logPage) narrow() {
	var wanted []monitor.Outcome
	for _, f := range logFilters {
		if f.words == l.filter.Selected {
			wanted = f.outcomes
		}
	}
	shown := slices.DeleteFunc(slices.Clone(l.all), func(t monitor.Telling) bool { return wanted != nil && !slices.Contains(wanted, t.Outcome) })
	l.tally.SetText(plural(len(shown), "line"))
	if len(shown) < len(l.all) {
		l.tally.SetText(fmt.Sprintf("%d of %s", len(shown), plural(len(l.all), "line")))
	}
	l.list.show(shown, l.w.now.view.Snapshot.At)
	if len(shown) == 0 {
		l.show(centred("There is none."))
		l.below.RemoveAll()
		return
	}
	l.show(container.New(&fixed{fyne.NewSize(100, 160)}, l.list))
	l.list.moveTo(0)
}

// tell shows all about a line below the list.
func (l *logPage) tell(t monitor.Telling) {
	head := say(monitor.Harmless(t.Title, 300))
	head.TextStyle.Bold = true
	lines := tight(head)
	if text := monitor.Harmless(t.Text, 600); text != "" {
		lines.Add(say(text))
	}
	words := outcomeWords[t.Outcome] + " " + atMoment(t.At, l.w.now.view.Snapshot.At) + "."
	if why := reason(t); why != "" {
		words += " " + capital(ended(why))
	}
	lines.Add(quiet(words))
	scroll := container.NewVScroll(lines)
	scroll.SetMinSize(fyne.NewSize(100, 112))
	l.below.Objects = []fyne.CanvasObject{container.New(layout.NewCustomPaddedLayout(8, 0, 0, 0), onPanel(theme.ColorNameInputBackground, 6, scroll))}
	l.below.Refresh()
}

// reason is why a notification was or was not sent, without the outcome, which stands beside it.
func reason(t monitor.Telling) string {
	why := monitor.Harmless(t.Why, 400)
	for _, fate := range []string{"sent: ", "held: ", "not sent: "} {
		why = strings.TrimPrefix(why, fate)
	}
	return why
}

// capital begins text with a capital letter.
func capital(text string) string {
	r := []rune(text)
	if len(r) == 0 {
		return text
	}
	return strings.ToUpper(string(r[:1])) + string(r[1:])
}

// test sends a notification and says what happened.
func (l *logPage) test() {
	l.try.Disable()
	var happened string
	var all []monitor.Telling
	var unread error
	since := l.since()
	l.w.ask(func(ctx context.Context) (err error) {
		happened, err = l.w.agent.TestNotification(ctx)
		all, unread = l.w.agent.Log(ctx, since) // it is on record, too
		return err
	}, func(err error) {
		l.try.Enable()
		if l.w.page != &l.page {
			return
		}
		said := outcome(assets.Good, "The test notification is sent.", say(ended(monitor.Harmless(happened, 600))))
		if err != nil {
			said = outcome(assets.Bad, "The test has failed.", say(sentence(err)))
		}
		l.tried.Objects = []fyne.CanvasObject{said}
		l.tried.Refresh()
		l.scroll.Refresh()
		if unread == nil && l.cancel == nil {
			l.all = all
			l.narrow()
		}
	})
}

// text is all that is listed, a line each, for a message to others.
func (l *logPage) text() string {
	var b strings.Builder
	for _, t := range l.list.shown {
		fmt.Fprintf(&b, "%s  %s  %s", t.At.Local().Format("2006-01-02 15:04"), outcomeWords[t.Outcome], monitor.Harmless(t.Title, 300))
		if text := monitor.Harmless(t.Text, 600); text != "" {
			fmt.Fprintf(&b, ": %s", text)
		}
		if why := reason(t); why != "" {
			fmt.Fprintf(&b, " (%s)", why)
		}
		b.WriteByte('\n')
	}
	return b.String()
}
