package window

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"licensewatch/monitor"
)

func logged() []monitor.Telling {
	return []monitor.Telling{
		{At: noon.Add(-time.Minute), Title: "Zulu: expired", Text: "Renew the licence now.", Severity: monitor.Critical, Outcome: monitor.Held, Why: "held: snoozed until Mon 23 Nov 08:00", About: []monitor.Subject{zulu}},
		{At: noon.Add(-time.Hour), Title: "Snoozed: everything", Text: "By ola.", Outcome: monitor.Snoozed, Why: "moving"},
		{At: noon.Add(-48 * time.Hour), Title: "Bravo: expires soon", Severity: monitor.Warning, Outcome: monitor.Sent, Why: "sent: new"},
		{At: noon.Add(-72 * time.Hour), Title: "Nord: no connection", Severity: monitor.Unknown, Outcome: monitor.Dropped, Why: "not sent: it was over before it was told"},
		{At: noon.Add(-96 * time.Hour), Title: "Alfa\x1b[31m: failed", Outcome: monitor.Failed, Why: "nobody takes notifications"},
	}
}

func TestTheLogSaysWhatBecameOfEachAndWhy(t *testing.T) {
	agent := &fake{log: logged()}
	w := open(t, agent, fleet()...)
	w.ctrl(fyne.KeyL)
	w.reads(t, "Notifications of the last 90 days", "5 lines", "11:59", "Zulu: expired", "Held", "snoozed until Mon 23 Nov 08:00",
		"Renew the licence now.", "Held at 11:59. Snoozed until Mon 23 Nov 08:00.")
	if strings.Contains(w.texts(), "\x1b") {
		t.Error("a mark of a terminal is shown")
	}
	list := w.logList(t)
	w.win.Canvas().Focus(list)
	w.key(fyne.KeyEnd)
	w.reads(t, "Not delivered on 18 Nov 12:00. Nobody takes notifications.")
	w.key(fyne.KeyUp)
	w.reads(t, "Not sent on 19 Nov 12:00. It was over before it was told.")
	w.key(fyne.KeyEscape)
	if w.page != nil {
		t.Error("Esc does not leave the page")
	}
}

// logList finds the list.
func (w *Window) logList(t *testing.T) *logList {
	t.Helper()
	for _, o := range w.objects() {
		if l, ok := o.(*logList); ok {
			return l
		}
	}
	t.Fatalf("there is no list; the window says:\n%s", w.texts())
	return nil
}

func TestTheLogIsNarrowedByOutcomeAndCopied(t *testing.T) {
	agent := &fake{log: logged()}
	w := open(t, agent, fleet()...)
	w.press(t, "Notifications")
	var words []string
	for _, f := range logFilters {
		words = append(words, f.words)
	}
	filter := w.formOf(t, words)
	for i, want := range []int{5, 1, 1, 1, 1, 1} {
		filter.SetSelected(words[i])
		if got := len(w.logList(t).shown); got != want {
			t.Errorf("%s: %d lines, want %d", words[i], got, want)
		}
	}
	filter.SetSelected("Held")
	w.press(t, "Copy as text")
	text := w.app.Clipboard().Content()
	if want := noon.Add(-time.Minute).Format("2006-01-02 15:04") + "  Held  Zulu: expired: Renew the licence now. (snoozed until Mon 23 Nov 08:00)\n"; text != want {
		t.Errorf("copied is %q, want %q", text, want)
	}
	agent.log = nil
	w.key(fyne.KeyEscape)
	w.press(t, "Notifications")
	w.reads(t, "There is none.")
}

func TestATestNotificationSaysWhatHappened(t *testing.T) {
	agent := &fake{tried: "Xfce took it, and shows it for ten seconds"}
	w := open(t, agent, fleet()...)
	w.press(t, "Notifications")
	w.press(t, "Send a test notification")
	w.reads(t, "The test notification is sent.", "Xfce took it, and shows it for ten seconds.")
	agent.err = errors.New("nobody takes notifications here: start a notification daemon")
	w.press(t, "Send a test notification")
	w.reads(t, "The test has failed.", "Nobody takes notifications here: start a notification daemon.")
	w.key(fyne.KeyEscape)
	w.press(t, "Notifications")
	w.reads(t, "What is on record cannot be read.")
	agent.err, agent.log = nil, logged()
	w.press(t, "Try again")
	w.reads(t, "5 lines")
}

// Ten thousand notifications make no more lines than are in sight.
func TestALongLogMakesOnlyTheLinesInSight(t *testing.T) {
	agent := &fake{}
	for i := range 10_000 {
		agent.log = append(agent.log, monitor.Telling{At: noon.Add(-time.Duration(i) * time.Minute), Title: fmt.Sprint("Number ", i), Outcome: monitor.Sent})
	}
	w := open(t, agent, fleet()...)
	w.press(t, "Notifications")
	w.logList(t).moveTo(9_999)
	w.reads(t, "Number 9999")
	made := 0
	for _, o := range w.objects() {
		if l, ok := o.(*line); ok && len(l.columns) == len(logColumns) {
			made++
		}
	}
	if made == 0 || made > 60 {
		t.Errorf("%d lines are made for a list of 10,000", made)
	}
}
