package window

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"licensewatch/internal/picture"
	"licensewatch/monitor"
	"licensewatch/monitor/link"
)

// lines are the events that can be seen.
func (w *Window) lines() []*eventLine {
	var list []*eventLine
	for _, o := range w.objects() {
		if l, ok := o.(*eventLine); ok {
			list = append(list, l)
		}
	}
	return list
}

// story is the past of Zulu.
func story() monitor.Past {
	return monitor.Past{
		Since: when(24 * 90),
		Bands: []monitor.Band{{From: when(800), Until: when(600)}, {From: when(600), Until: when(100), Severity: monitor.Warning, Text: soon.Text},
			{From: when(100), Until: noon, Severity: monitor.Critical, Text: expired.Text}},
		Events: []monitor.Event{
			change(600, monitor.OK, monitor.Warning, []monitor.Finding{soon}, nil),
			change(100, monitor.Warning, monitor.Critical, []monitor.Finding{expired}, []monitor.Finding{soon}),
		},
		Tellings: []monitor.Telling{{At: when(99.9), Title: "Zulu: expired", Outcome: monitor.Sent, About: []monitor.Subject{zulu}}},
	}
}

// timelineOf opens the timeline of Zulu by its key.
func timelineOf(t *testing.T, agent *fake) *Window {
	t.Helper()
	w := open(t, agent, fleet()...)
	w.openRow(t, "Zulu")
	w.ctrl(fyne.KeyT)
	return w
}

func TestTheTimelineOfAnOwner(t *testing.T) {
	agent := &fake{past: story()}
	w := timelineOf(t, agent)
	w.reads(t, "Timeline of SUPEROFFICE at Zulu", "What happened", "18 Nov 08:00", "Expired", "notified", "28 Oct 12:00", "Expires soon")
	if !slices.Equal(agent.asked, []string{"past Zulu/SUPEROFFICE"}) || !agent.since.Equal(noon.AddDate(0, 0, -90)) {
		t.Errorf("the agent was asked %q since %v", agent.asked, agent.since)
	}
	if strings.Contains(w.texts(), "invented") || strings.Contains(w.texts(), "The licence expired.") {
		t.Error("it is called invented, or details show unasked")
	}
	test.Tap(w.lines()[0])
	details := []string{"From Warning to Critical.", "The licence expired.", "Renew the licence now.", "Notification sent at 08:06: Zulu: expired"}
	w.reads(t, details...)
	w.key(fyne.KeyDown) // the focus is on the line that was tapped
	w.key(fyne.KeyReturn)
	w.reads(t, "From OK to Warning.", "No notification about it is on record.")
	w.key(fyne.KeyUp)
	w.key(fyne.KeySpace)
	if strings.Contains(w.texts(), "From Warning to Critical.") {
		t.Error("details that were closed show")
	}
	w.key(fyne.KeyEscape)
	if w.page != nil {
		t.Error("Esc does not leave the timeline")
	}
}

func TestASpotOfTheTimelineOpensItsEvent(t *testing.T) {
	past := story()
	for i := range 3 * someEvents {
		past.Events = append(past.Events, change(float64(90)-float64(i)/10, monitor.Critical, monitor.Critical, []monitor.Finding{{Kind: "later", Text: fmt.Sprintf("Number %d.", i)}}, nil))
	}
	w := timelineOf(t, &fake{past: past})
	if got := len(w.lines()); got != someEvents {
		t.Errorf("%d events are listed, want %d at first", got, someEvents)
	}
	var spots *drawing
	for _, o := range w.objects() {
		if d, ok := o.(*drawing); ok {
			spots = d
		}
	}
	if spots == nil {
		t.Fatal("there is no picture")
	}
	w.page.scroll.ScrollToTop()
	spots.spots.chosen(picture.Spot{Index: 0, Count: 1})
	w.reads(t, "From OK to Warning.", "The licence expires in 7 days.")
	if at, ok := w.win.Canvas().Focused().(*eventLine); !ok || at.cells[1].text != "Expires soon" || w.page.scroll.Offset.Y == 0 {
		t.Errorf("the focus is on %v, and the page stands at %v", w.win.Canvas().Focused(), w.page.scroll.Offset.Y)
	}
}

func TestASpotOfSeveralEventsOpensAllOfThem(t *testing.T) {
	past := story()
	for i := range 2 * someEvents {
		past.Events = append(past.Events, change(float64(90)-float64(i)/10, monitor.Critical, monitor.Critical, []monitor.Finding{{Kind: "later", Text: fmt.Sprintf("Number %d.", i)}}, nil))
	}
	w := timelineOf(t, &fake{past: past})
	for _, o := range w.objects() {
		if d, ok := o.(*drawing); ok {
			d.spots.chosen(picture.Spot{Index: 1, Count: 3})
		}
	}
	w.reads(t, "From Warning to Critical.", "Number 0.", "Number 1.")
	if strings.Contains(w.texts(), "From OK to Warning.") {
		t.Error("an event that is not of the spot is open, too")
	}
	opened := 0
	for _, l := range w.lines() {
		if l.under.Visible() {
			opened++
		}
	}
	if at, ok := w.win.Canvas().Focused().(*eventLine); opened != 3 || !ok || at != w.lines()[2*someEvents-2] {
		t.Errorf("%d events are open, want 3; the focus is on %v", opened, w.win.Canvas().Focused())
	}
}

func TestEarlierEventsComeWhenTheyAreAskedFor(t *testing.T) {
	past := story()
	for i := range someEvents + 5 {
		past.Events = append(past.Events, change(float64(90)-float64(i)/10, monitor.Critical, monitor.Critical, []monitor.Finding{expired}, nil))
	}
	w := timelineOf(t, &fake{past: past})
	w.press(t, "Show 7 earlier of 7")
	if got := len(w.lines()); got != someEvents+7 || w.button("Show 7 earlier of 7") != nil {
		t.Errorf("%d events are listed, want %d", got, someEvents+7)
	}
	if at, ok := w.win.Canvas().Focused().(*eventLine); !ok || at != w.lines()[someEvents] {
		t.Error("the focus is not on the first that came")
	}
}

func TestTheTimeThatATimelineShows(t *testing.T) {
	agent := &fake{past: story()}
	w := timelineOf(t, agent)
	for words, days := range map[string]int{"30 days": 30, "A year": 365} {
		w.does(func() { choose(t, w, words) })
		if !agent.since.Equal(noon.AddDate(0, 0, -days)) {
			t.Errorf("%s asks for what was since %v", words, agent.since)
		}
	}
	agent.past = monitor.Past{}
	w.does(func() { choose(t, w, "30 days") })
	w.reads(t, "Nothing is on record of this time.")
	agent.past = monitor.Past{Bands: story().Bands, Invented: true}
	w.does(func() { choose(t, w, "90 days") })
	w.reads(t, "Nothing changed in this time.", "invented for the demo")
}

// choose takes one of the options of the page's choice.
func choose(t *testing.T, w *Window, option string) {
	t.Helper()
	for _, o := range w.objects() {
		if c, ok := o.(*choice); ok && slices.Contains(c.Options, option) {
			c.SetSelected(option)
			return
		}
	}
	t.Fatalf("nothing offers %q", option)
}

func TestATimelineThatCannotBeRead(t *testing.T) {
	agent := &fake{err: errors.New("the history cannot be read: the disk is gone")}
	w := timelineOf(t, agent)
	w.reads(t, "What is on record cannot be read.", "The history cannot be read: the disk is gone.")
	agent.err, agent.past = nil, story()
	w.press(t, "Try again")
	w.reads(t, "Expired")
}

func TestATimelineCanBeLeftWhileItIsRead(t *testing.T) {
	reading := make(chan struct{})
	w := open(t, &slow{fake: &fake{}, reading: reading}, fleet()...)
	w.table.moveTo(0)
	w.openTimeline("Zulu", "SUPEROFFICE")
	<-reading
	w.reads(t, "Reading what is on record…")
	w.typeKey(fyne.KeyEscape)
	if w.page != nil {
		t.Error("Esc does not leave a timeline that is read")
	}
	w.calls.Wait()
	if text := w.texts(); strings.Contains(text, "cannot be read") || strings.Contains(text, "canceled") {
		t.Errorf("a timeline that was left has an outcome:\n%s", text)
	}
}

// slow is an agent whose history answers no more, until nobody waits.
type slow struct {
	*fake
	reading chan struct{}
}

func (s *slow) Past(ctx context.Context, _ link.Target, _ time.Time) (monitor.Past, error) {
	close(s.reading)
	<-ctx.Done()
	return monitor.Past{}, ctx.Err()
}

func TestTheTimelineOfAnOwnerSaysWhatIsOfItsSite(t *testing.T) {
	past := story()
	of := monitor.Event{At: when(50), Site: "Zulu", To: monitor.Unknown, Appeared: []monitor.Finding{{Kind: monitor.FindingCertificate, Title: "Certificate ends"}}}
	out := monitor.Event{At: when(40), Network: "direct", To: monitor.Unknown, Appeared: []monitor.Finding{{Kind: monitor.FindingOffline, Title: "No network"}}}
	past.Events = append(past.Events, of, out)
	w := timelineOf(t, &fake{past: past})
	w.reads(t, "The whole site: Certificate ends\n", "\nNo network\n", "\nExpired\n")
}

func TestTheTimelineOfASite(t *testing.T) {
	agent := &fake{past: story()} // that of an owner stands for all of them
	w := open(t, agent, fleet()...)
	w.openRow(t, "Nord")
	w.ctrl(fyne.KeyT)
	w.reads(t, "Timeline of Nord")
	w.reads(t, "SUPEROFFICE: Expired", "SUPEROFFICE: Expires soon")
	if !slices.Equal(agent.asked, []string{"past Nord/"}) {
		t.Errorf("the agent was asked %q", agent.asked)
	}
	w.key(fyne.KeyEscape)
	w.Lost("The agent has ended.")
	w.ctrl(fyne.KeyT)
	if w.page != nil {
		t.Error("without an agent there is a timeline")
	}
}
