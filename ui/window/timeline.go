package window

import (
	"context"
	"fmt"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"licensewatch/assets"
	"licensewatch/internal/picture"
	"licensewatch/monitor"
	"licensewatch/monitor/link"
)

// spans of time that a timeline shows.
var timeSpans = []struct {
	words string
	days  int
}{{"30 days", 30}, {"90 days", 90}, {"A year", 365}}

// someEvents is how many events a timeline lists before it is asked for more.
const someEvents = 60

// timeline is the page about what happened to an owner or, without one, to a site: a picture, and below it the events, which open in
// their places.
type timeline struct {
	page
	of          link.Target
	span        *choice
	body        *fyne.Container
	list, rest  *fyne.Container // the events, and a button for earlier ones
	past        monitor.Past
	from, until time.Time
	lines       []*eventLine // the newest first
	stop        func()       // ends the question under way; nil: there is none
}

// openTimeline opens the page and asks the agent what is on record.
func (w *Window) openTimeline(site, owner string) {
	if w.now.lost != "" || w.page != nil {
		return
	}
	t := &timeline{page: page{w: w, widest: tableWidth}, of: link.Target{Site: site, Owner: owner}, body: container.NewVBox()}
	var spans []string
	for _, s := range timeSpans {
		spans = append(spans, s.words)
	}
	t.span = newChoice(w, spans, nil)
	t.span.Selected = spans[1]
	t.span.OnChanged = func(string) { t.ask() }
	heading := "Timeline of " + monitor.Harmless(site, 80)
	if owner != "" {
		heading = "Timeline of " + monitor.Harmless(owner, 80) + " at " + monitor.Harmless(site, 80)
	}
	choose := container.NewHBox(widget.NewLabel("The last"), t.span)
	shut := newButton(w, "Close", nil, t.leave)
	w.openPage(&t.page, heading, container.NewVBox(choose, t.body), container.NewHBox(layout.NewSpacer(), shut), t.span)
	t.ask()
}

// timelineOfRow opens it for the row with the cursor.
func (w *Window) timelineOfRow() {
	if at := w.table.at(); at >= 0 {
		w.openTimeline(w.table.shown[at].site, w.table.shown[at].key.owner)
	}
}

// days is how far back somebody wants to look.
func (t *timeline) days() int {
	for _, s := range timeSpans {
		if s.words == t.span.Selected {
			return s.days
		}
	}
	return timeSpans[0].days
}

// ask asks for the past anew. Esc leaves the page also while it waits.
func (t *timeline) ask() {
	if t.stop != nil {
		t.stop()
	}
	t.until = t.w.now.view.Snapshot.At.Local()
	t.from = t.until.AddDate(0, 0, -t.days())
	turning := widget.NewActivity()
	turning.Start()
	t.show(container.NewHBox(beforeStep(turning), widget.NewLabel("Reading what is on record…")))
	var past monitor.Past
	cancel := t.w.ask(func(ctx context.Context) (err error) {
		past, err = t.w.agent.Past(ctx, t.of, t.from)
		return err
	}, func(err error) {
		t.stop()
		t.past = past
		t.fill(err)
	})
	t.stop = func() {
		t.stop, t.cancel = nil, nil
		turning.Stop()
		cancel()
	}
	t.cancel = func() {
		t.stop()
		t.leave()
	}
}

// show puts parts below the choice.
func (t *timeline) show(parts ...fyne.CanvasObject) {
	t.body.Objects = parts
	t.settle()
}

// settle lays the page out again: it does not see that a part of it has grown.
func (t *timeline) settle() {
	t.body.Refresh()
	t.scroll.Refresh()
}

// fill shows what came.
func (t *timeline) fill(err error) {
	if err != nil {
		retry := newButton(t.w, "Try again", theme.ViewRefreshIcon(), t.ask)
		t.show(outcome(assets.Unsure, "What is on record cannot be read.", say(sentence(err))), container.NewHBox(retry))
		return
	}
	if len(t.past.Bands) == 0 && len(t.past.Events) == 0 {
		t.show(say("Nothing is on record of this time."))
		return
	}
	t.lines, t.rest, t.list = nil, container.NewHBox(), container.New(layout.NewCustomPaddedVBoxLayout(0))
	parts := []fyne.CanvasObject{newDrawing(t.w, func(p picture.Paper) picture.Picture {
		return picture.Timeline(t.past, t.from, t.until, p)
	}, t.reveal)}
	parts = append(parts, title("What happened"))
	if len(t.past.Events) == 0 {
		parts = append(parts, quiet("Nothing changed in this time."))
	}
	t.more()
	t.show(append(parts, t.list, t.rest)...)
}

// more lists further events, the newest first, and returns the line of the first.
func (t *timeline) more() (first *eventLine) {
	for range someEvents {
		i := len(t.past.Events) - 1 - len(t.lines)
		if i < 0 {
			break
		}
		line := newEventLine(t.w, t.past, t.of.Owner, i, t.until)
		line.grown, line.beside = t.settle, func(by int) { t.focus(len(t.past.Events) - 1 - i + by) }
		t.lines = append(t.lines, line)
		t.list.Add(container.New(layout.NewCustomPaddedVBoxLayout(0), line, line.under))
		if first == nil {
			first = line
		}
	}
	t.rest.RemoveAll()
	if left := len(t.past.Events) - len(t.lines); left > 0 {
		t.rest.Add(newButton(t.w, fmt.Sprintf("Show %d earlier of %d", min(left, someEvents), left), nil, func() {
			next := t.more()
			t.settle()
			t.w.win.Canvas().Focus(next)
		}))
	}
	return first
}

// focus brings the keyboard to a line, counted from the newest.
func (t *timeline) focus(n int) {
	if n >= 0 && n < len(t.lines) {
		t.w.win.Canvas().Focus(t.lines[n])
	}
}

// reveal opens the events of a spot, and brings the latest of them into sight, below which the others are.
func (t *timeline) reveal(s picture.Spot) {
	latest := len(t.past.Events) - s.Index - s.Count
	for len(t.lines) < latest+s.Count {
		t.more()
	}
	for _, l := range t.lines[latest : latest+s.Count] {
		l.unfold(true)
	}
	t.settle()
	t.lines[latest].keys.reached(t.lines[latest].under)
	t.focus(latest)
}
