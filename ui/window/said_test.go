package window

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"licensewatch/assets"
	"licensewatch/monitor"
	"licensewatch/monitor/link"
)

// acked is an alert that ola acknowledged for these findings.
func acked(of monitor.Subject, list ...monitor.Finding) monitor.Alert {
	h := &monitor.Hand{Subject: of, At: noon.Add(-time.Hour), By: "ola", Note: "ordered"}
	for _, f := range list {
		h.Keys = append(h.Keys, f.Kind+"\x00"+f.Case)
	}
	return monitor.Alert{Subject: of, Ack: h}
}

// hears shows the fleet with what people said of it.
func (w *Window) hears(alerts []monitor.Alert, snoozes ...monitor.Hand) {
	w.does(func() {
		w.Show(link.View{Snapshot: monitor.Snapshot{At: noon, Sites: fleet(), Alerts: alerts, Snoozes: snoozes}})
	})
}

var bravo = monitor.Subject{Site: "Bravo", Owner: "SUPEROFFICE"}

func TestAcknowledgedRowsStayListedDimmedAndBelow(t *testing.T) {
	second := site("Xray", owner("SUPEROFFICE", 3, expired))
	sites := append(fleet(), second)
	w := open(t, &fake{}, sites...)
	w.lists(t, "Zulu/SUPEROFFICE", "Xray/SUPEROFFICE", "Nord/", "Bravo/SUPEROFFICE", "Bravo/IZIGO", "Alfa/SUPEROFFICE")
	w.openRow(t, "Zulu")
	w.does(func() {
		w.Show(link.View{Snapshot: monitor.Snapshot{At: noon, Sites: sites, Alerts: []monitor.Alert{acked(zulu, expired)}}})
	})
	w.lists(t, "Xray/SUPEROFFICE", "Zulu/SUPEROFFICE", "Nord/", "Bravo/SUPEROFFICE", "Bravo/IZIGO", "Alfa/SUPEROFFICE")
	w.reads(t, "1 critical, 1 unknown, 1 warning, 2 ok, 1 acknowledged", "Acknowledged · ", "Acknowledged by ola at 11:00: ordered.")
	for _, o := range w.objects() {
		if l, ok := o.(*line); ok && len(l.cells) == len(columns) {
			known := l.cells[colSite].text == "Zulu"
			if l.faded != known || (l.cells[colDays].color == theme.ColorNamePlaceHolder) != known {
				t.Errorf("the row of %s is dimmed: %t, want %t", l.cells[colSite].text, l.faded, known)
			}
		}
	}
	if b := w.button("Acknowledge…"); b == nil || !b.Disabled() || w.button("Resume").Disabled() {
		t.Error("what is acknowledged can be acknowledged again, or not be resumed")
	}
}

// All that is wrong may be acknowledged, but what is not known is never green.
func TestTheToolbarIsNeverGreenForWhatIsNotKnown(t *testing.T) {
	w := open(t, &fake{}, fleet()...)
	w.hears([]monitor.Alert{acked(bravo, expiring), acked(monitor.Subject{Site: "Nord"}, refused), acked(zulu, expired)})
	w.reads(t, "2 ok, 3 acknowledged")
	if s := w.now.view.Snapshot.Open(); s != monitor.Unknown {
		t.Errorf("the toolbar shows %v, want unknown", s)
	}
	if got, want := w.bar.worst.Resource.Name(), assets.Icon(lookOf(monitor.Unknown)).Name(); got != want {
		t.Errorf("the toolbar shows the mark %s, want %s", got, want)
	}
}

func TestASnoozeIsShownAtItsRowsAndAboveAll(t *testing.T) {
	agent := &fake{}
	w := open(t, agent, fleet()...)
	w.hears(nil, monitor.Hand{Subject: zulu, By: "kari", Until: noon.Add(2 * time.Hour)})
	w.reads(t, "Snoozed until 14:00 ·")
	w.openRow(t, "Zulu")
	w.reads(t, "Snoozed by kari until 14:00.")
	w.press(t, "Resume")
	w.hears(nil, monitor.Hand{By: "kari", Note: "moving", Until: noon.Add(20 * time.Hour)})
	w.reads(t, "All notifications are snoozed by kari until tomorrow, 08:00: moving.")
	if strings.Contains(w.texts(), "Snoozed until") {
		t.Error("each row repeats that all is snoozed")
	}
	w.press(t, "End")
	if want := []string{"snooze Zulu/SUPEROFFICE ", "snooze / "}; !slices.Equal(agent.asked, want) || !agent.until.IsZero() {
		t.Errorf("asked %q, want %q with no end", agent.asked, want)
	}
}

func TestWhatIsUnstableOrHeldIsSaid(t *testing.T) {
	w := open(t, &fake{}, fleet()...)
	held := monitor.Decision{Fate: monitor.Hold, Reason: monitor.ReasonQuiet, Until: noon.Add(20 * time.Hour)}
	w.hears([]monitor.Alert{{Subject: zulu, Unstable: noon.Add(-3 * time.Hour), Counter: 5, Held: []monitor.Decision{held, held}}})
	w.reads(t, "Unstable (5) · ")
	w.openRow(t, "Zulu")
	w.reads(t, "Unstable: it changed 5 times since 09:00.", "2 notifications are held: quiet hours until Mon 23 Nov 08:00.")
}

func TestAcknowledgingAsksOfWhatAndWhy(t *testing.T) {
	agent := &fake{}
	w := open(t, agent, fleet()...)
	w.openRow(t, "Zulu")
	w.press(t, "Acknowledge…")
	w.reads(t, "It stays listed")
	f := w.win.Canvas().Focused().(*entry)
	f.SetText("ordered on Monday")
	w.press(t, "Acknowledge")
	if w.page != nil || len(agent.asked) != 1 || agent.asked[0] != "acknowledge Zulu/SUPEROFFICE ordered on Monday" {
		t.Errorf("asked %q", agent.asked)
	}
	w.ctrl(fyne.KeyK)
	form := w.formOf(t, []string{"SUPEROFFICE at Zulu", "Zulu with all its owners", "Everything"})
	form.SetSelected("Everything")
	agent.err = errors.New("nothing is wrong")
	w.press(t, "Acknowledge")
	w.reads(t, "Nothing is wrong.")
	if w.page == nil || agent.asked[1] != "acknowledge / " {
		t.Errorf("asked %q", agent.asked)
	}
}

// formOf finds the choice with these options.
func (w *Window) formOf(t *testing.T, options []string) *choice {
	t.Helper()
	for _, o := range w.objects() {
		if c, ok := o.(*choice); ok && slices.Equal(c.Options, options) {
			return c
		}
	}
	t.Fatalf("there is no choice of %q", options)
	return nil
}

func TestSnoozingTakesAnHourAMorningOrADay(t *testing.T) {
	agent := &fake{}
	w := open(t, agent, fleet()...)
	w.openRow(t, "Bravo")
	for _, tt := range []struct {
		length, day string
		want        func(time.Time) time.Time
	}{
		{"For 1 hour", "", func(now time.Time) time.Time { return now.Add(time.Hour) }},
		{"Until tomorrow 08:00", "", monitor.Tomorrow},
		{"Until another day", time.Now().AddDate(0, 0, 9).Format(time.DateOnly), func(now time.Time) time.Time {
			y, m, d := now.AddDate(0, 0, 9).Date()
			return time.Date(y, m, d, 8, 0, 0, 0, time.Local)
		}},
	} {
		w.ctrl(fyne.KeyS)
		w.formOf(t, snoozeLengths).SetSelected(tt.length)
		for _, o := range w.objects() {
			if e, ok := o.(*entry); ok && e.PlaceHolder == "2027-01-31" {
				e.SetText("some day")
				w.press(t, "Snooze")
				w.reads(t, "This is not a day; write it as 2027-01-31.")
				e.SetText("2020-01-31")
				w.press(t, "Snooze")
				w.reads(t, "This is past: name a day to come.")
				e.SetText(tt.day)
			}
		}
		w.press(t, "Snooze")
		if off := agent.until.Sub(tt.want(time.Now())).Abs(); off > time.Minute || w.page != nil {
			t.Errorf("%s: it ends at %v, which is off by %v", tt.length, agent.until, off)
		}
	}
}

func TestTheOtherMouseButtonOffersWhatCanBeDone(t *testing.T) {
	agent := &fake{}
	w := open(t, agent, fleet()...)
	i := slices.IndexFunc(w.table.shown, func(r *row) bool { return r.site == "Zulu" })
	menu := w.rowMenu(w.table.shown[i])
	states := map[string]bool{}
	for _, item := range menu.Items {
		states[item.Label] = !item.Disabled
	}
	if !states["Acknowledge…"] || !states["Snooze…"] || states["Resume"] || !states["Check now"] {
		t.Errorf("the menu offers %v", states)
	}
	for _, o := range w.objects() {
		if l, ok := o.(*line); ok && l.cells[colSite].text == "Zulu" {
			l.TappedSecondary(&fyne.PointEvent{AbsolutePosition: fyne.NewPos(50, 50)})
		}
	}
	if len(w.win.Canvas().Overlays().List()) != 1 || w.table.at() != i {
		t.Error("no menu opens at the row")
	}
}
