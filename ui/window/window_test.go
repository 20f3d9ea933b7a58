package window

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/theme"

	"licensewatch/monitor"
	"licensewatch/monitor/link"
)

func TestTheTableShowsProblemsFirstAndSortsByAPress(t *testing.T) {
	w := open(t, &fake{}, fleet()...)
	w.lists(t, "Zulu/SUPEROFFICE", "Nord/", "Bravo/SUPEROFFICE", "Bravo/IZIGO", "Alfa/SUPEROFFICE")
	w.reads(t, "1 critical, 1 unknown, 1 warning, 2 ok · checked 11:50", "Expired, in grace", "Sign-in refused", "Expires in 12 days", "OK")
	w.press(t, "Site")
	w.lists(t, "Alfa/SUPEROFFICE", "Bravo/SUPEROFFICE", "Bravo/IZIGO", "Nord/", "Zulu/SUPEROFFICE")
	up := w.button("Site").Icon
	w.press(t, "Site")
	w.lists(t, "Zulu/SUPEROFFICE", "Nord/", "Bravo/SUPEROFFICE", "Bravo/IZIGO", "Alfa/SUPEROFFICE")
	if down := w.button("Site").Icon; up == nil || down == nil || up == down {
		t.Error("the arrow at the sorted column does not turn round")
	}
	if w.button("Status").Icon != nil {
		t.Error("a column that does not sort has an arrow")
	}
}

func TestEveryColumnSorts(t *testing.T) {
	w := open(t, &fake{}, fleet()...)
	for i, c := range columns {
		w.press(t, c.title)
		first := w.table.order
		w.press(t, c.title)
		if second := w.table.order; first.by != i || second.by != i || first.down == second.down {
			t.Errorf("%s: sorted by %+v, then by %+v", c.title, first, second)
		}
	}
}

func TestSortingSurvivesTheWindow(t *testing.T) {
	app := test.NewTempApp(t)
	New(app, &fake{}).table.sortBy(colDays)
	if got := New(app, &fake{}).table.order; got != (order{by: colDays}) {
		t.Errorf("the next window sorts by %+v", got)
	}
}

func TestFilterAsYouType(t *testing.T) {
	w := open(t, &fake{}, fleet()...)
	w.ctrl(fyne.KeyF)
	test.Type(w.win.Canvas().Focused(), "izi")
	w.lists(t, "Bravo/IZIGO")
	w.reads(t, "1 of 5 rows shown")
	test.Type(w.win.Canvas().Focused(), "zzz")
	w.reads(t, "No row has “izizzz”. Esc clears the filter.")
	w.key(fyne.KeyEscape)
	if got := len(w.listed()); got != 5 || w.bar.filter.Text != "" {
		t.Errorf("after Esc %d rows are listed and the filter is %q", got, w.bar.filter.Text)
	}
}

func TestKeysWalkTheTable(t *testing.T) {
	agent := &fake{}
	w := open(t, agent, fleet()...)
	w.key(fyne.KeyDown)
	w.key(fyne.KeyReturn)
	w.reads(t, "The licence expired.")
	w.key(fyne.KeyDown)
	w.reads(t, "The site refuses the user.")
	w.key(fyne.KeyDown)
	w.reads(t, "The licence expires soon.") // the pane follows
	w.key(fyne.KeyEnd)
	w.reads(t, "The licence server has no news.")
	w.key(fyne.KeyHome)
	w.reads(t, "The licence expired.")
	w.key(fyne.KeyEscape)
	if w.detailOpen() {
		t.Error("Esc leaves the detail pane open")
	}
	w.key(fyne.KeyDelete)
	w.reads(t, "Remove Zulu?")
	w.key(fyne.KeyEscape)
	if w.question != nil || len(agent.asked) > 0 {
		t.Errorf("Esc does not keep the site: the agent was asked %q", agent.asked)
	}
	w.key(fyne.KeyDelete)
	w.press(t, "Remove")
	if got := strings.Join(agent.asked, ","); got != "remove Zulu" {
		t.Errorf("the agent was asked %q", got)
	}
}

func TestTheCursorStaysWithItsRow(t *testing.T) {
	sites := fleet()
	w := open(t, &fake{}, sites...)
	w.openRow(t, "Alfa")
	sites[0] = site("Alfa", owner("SUPEROFFICE", -1, expired))
	w.Show(link.View{Snapshot: monitor.Snapshot{At: noon, Sites: sites}})
	if at := w.table.at(); at < 0 || w.table.shown[at].site != "Alfa" || at > 1 {
		t.Errorf("the cursor is at %d", at)
	}
	w.reads(t, "The licence expired.")
	w.Show(link.View{Snapshot: monitor.Snapshot{At: noon, Sites: sites[1:]}})
	if w.detailOpen() {
		t.Error("the pane shows a row that is gone")
	}
}

func TestShortcuts(t *testing.T) {
	agent := &fake{}
	w := open(t, agent, fleet()...)
	w.ctrl(fyne.KeyR)
	w.ctrl(fyne.KeyF)
	w.ctrl(fyne.KeyR) // while the filter has the focus
	if got := strings.Join(agent.asked, ","); got != "refresh /,refresh /" {
		t.Errorf("Ctrl+R twice asked the agent %q", got)
	}
	w.ctrl(fyne.KeyN)
	w.reads(t, "Add a site")
	w.key(fyne.KeyEscape)
	if w.page != nil {
		t.Error("Esc leaves an untouched form open")
	}
}

func TestEveryControlIsReachedByTab(t *testing.T) {
	w := open(t, &fake{}, fleet()...)
	w.openRow(t, "Nord")
	w.win.Canvas().Unfocus()
	seen := map[fyne.Focusable]int{} // with its place in the order
	for {
		w.win.Canvas().FocusNext()
		f := w.win.Canvas().Focused()
		if seen[f] > 0 {
			break
		}
		seen[f] = len(seen) + 1
	}
	for _, o := range w.objects() {
		if b, ok := o.(*button); ok && !b.Disabled() && seen[b] == 0 {
			t.Errorf("Tab does not reach %q", b.Text)
		}
	}
	reading := []fyne.Focusable{w.button("Refresh"), w.bar.filter, w.button("Site"), w.table, w.button("Check now"), w.button("Edit sign-in…")}
	for i := range reading[1:] {
		if before, after := seen[reading[i]], seen[reading[i+1]]; before == 0 || before >= after {
			t.Errorf("control %d is reached as number %d, and the next as number %d", i, before, after)
		}
	}
}

func TestLostAgent(t *testing.T) {
	agent := &fake{}
	w := open(t, agent, fleet()...)
	w.Lost("The agent was stopped.")
	w.reads(t, "The agent was stopped. What you see is from 22 November 12:00 and does not change.", "Not known now. Last: 1 critical")
	for _, text := range []string{"Refresh", "Add site", "Settings", "Pause"} {
		if !w.button(text).Disabled() {
			t.Errorf("%s can be pressed without an agent", text)
		}
	}
	for _, o := range w.objects() {
		if l, ok := o.(*line); ok && (!l.faded || l.cells[colSite].color != theme.ColorNameDisabled) {
			t.Errorf("the row of %s looks like news", l.cells[colSite].text)
		}
	}
	w.ctrl(fyne.KeyR)
	w.ctrl(fyne.KeyN)
	if len(agent.asked) > 0 || w.page != nil {
		t.Errorf("without an agent, keys asked %q", agent.asked)
	}
	w.Show(w.now.view)
	if strings.Contains(w.texts(), "was stopped") || w.button("Refresh").Disabled() {
		t.Error("a new view does not end it")
	}
}

func TestWhyTheAgentIsGoneIsSaidOnce(t *testing.T) {
	w := open(t, &fake{}, fleet()...)
	w.Lost("The agent has ended.")
	banner := w.banners.lines[0].text
	if want := "The agent has ended. What you see is from 22 November 12:00 and does not change."; banner != want {
		t.Errorf("it says %q, want %q", banner, want)
	}
}

func TestAnAgentThatWasNeverThere(t *testing.T) {
	w := New(test.NewTempApp(t), &fake{})
	w.reads(t, "Waiting for the agent…")
	w.Lost("The agent is not running.")
	w.reads(t, "The agent is not running.", "Nothing is known yet.")
}

func TestFirstRun(t *testing.T) {
	w := open(t, &fake{})
	w.reads(t, "No sites yet")
	w.press(t, "Add your first site")
	w.reads(t, "Add a site")
}

func TestProgressIsVisibleWhileSitesAreRead(t *testing.T) {
	sites := fleet()
	reading := *sites[0]
	reading.Reading = true
	w := open(t, &fake{}, append(sites[1:], &reading)...)
	w.reads(t, "reading 1 of 4 sites")
	if !w.bar.busy.Visible() {
		t.Error("nothing turns during a read")
	}
	w.Show(link.View{Snapshot: monitor.Snapshot{At: noon, Sites: fleet()}})
	if w.bar.busy.Visible() || strings.Contains(w.texts(), "reading") {
		t.Error("progress shows after the read")
	}
}

func TestBanners(t *testing.T) {
	agent := &fake{}
	w := open(t, agent, fleet()...)
	v := link.View{
		Snapshot: monitor.Snapshot{At: noon, Sites: fleet(), PausedUntil: noon.Add(time.Hour)},
		Demo:     true, Notices: []string{"Notifications do not get through."},
	}
	w.Show(v)
	w.reads(t, "Demo: these sites are made up", "Checks are paused until 13:00.", "Notifications do not get through.")
	w.press(t, "Resume")
	if got := strings.Join(agent.asked, ","); got != "pause false" {
		t.Errorf("Resume asked %q", got)
	}
	w.press(t, "Dismiss")
	w.Show(v)
	if strings.Contains(w.texts(), "Notifications do not") {
		t.Error("a dismissed notice came back")
	}
}

func TestAPauseUntilTomorrowEndsWithTheTrays(t *testing.T) {
	agent := &fake{}
	w := open(t, agent, fleet()...)
	for _, item := range w.bar.pauses().Items {
		if item.Label == "Until tomorrow" {
			w.does(item.Action)
		}
	}
	if want := monitor.Tomorrow(time.Now()); !agent.paused.Equal(want) {
		t.Errorf("paused until %v, want %v", agent.paused, want)
	}
}

func TestAnErrorOfTheAgentIsShownUntilDismissed(t *testing.T) {
	agent := &fake{err: errors.New("the settings file cannot be written")}
	w := open(t, agent, fleet()...)
	w.press(t, "Refresh")
	w.reads(t, "The settings file cannot be written.")
	w.press(t, "Dismiss")
	if strings.Contains(w.texts(), "cannot be written") {
		t.Error("the error stays")
	}
}

// raised counts how often a window is brought to the front.
type raised struct {
	fyne.Window
	times int
}

func (r *raised) RequestFocus() { r.times++ }

func TestRaise(t *testing.T) {
	w := open(t, &fake{}, fleet()...)
	front := &raised{Window: w.win}
	w.win = front
	for i, want := range []int{0, 1, 1, 2} {
		w.Show(link.View{Raise: []int{0, 3, 3, 4}[i]})
		if front.times != want {
			t.Errorf("view %d: raised %d times, want %d", i, front.times, want)
		}
	}
}

// stuck is an agent whose refresh waits until it is cancelled.
type stuck struct {
	fake
	began chan struct{}
}

func (s *stuck) Refresh(ctx context.Context, _, _ string) error {
	close(s.began)
	<-ctx.Done()
	return ctx.Err()
}

func TestASlowAgentDoesNotStopTheWindow(t *testing.T) {
	agent := &stuck{began: make(chan struct{})}
	w := open(t, agent, fleet()...)
	test.Tap(w.button("Refresh"))
	<-agent.began
	w.table.find("zulu") // the window still works
	w.lists(t, "Zulu/SUPEROFFICE")
	w.stop()
	w.calls.Wait()
}

func TestAThousandRows(t *testing.T) {
	w := open(t, &fake{}, thousand()...)
	if got := len(w.table.shown); got != 1000 {
		t.Fatalf("%d rows are listed", got)
	}
	lines := 0
	for _, o := range w.objects() {
		if _, ok := o.(*line); ok {
			lines++
		}
	}
	if lines < 10 || lines > 60 {
		t.Errorf("%d lines are made for a window of 800 pixels", lines)
	}
	w.table.moveTo(999)
	last := w.table.shown[999]
	w.reads(t, last.cells[colSite].text)
	began := time.Now()
	w.find("izigo")
	w.table.sortBy(colDays)
	if took := time.Since(began); took > 500*time.Millisecond {
		t.Errorf("filter and sort took %v", took)
	}
	if got := len(w.table.shown); got != 500 {
		t.Errorf("the filter lists %d rows, want 500", got)
	}
}

func BenchmarkShow1000(b *testing.B) {
	w := open(b, &fake{}, thousand()...)
	sites := thousand()
	for i := 0; b.Loop(); i++ {
		fresh := *sites[i%len(sites)] // one site changes in each snapshot
		sites[i%len(sites)] = &fresh
		w.Show(link.View{Snapshot: monitor.Snapshot{At: noon, Sites: sites}})
	}
}

func BenchmarkType1000(b *testing.B) {
	w := open(b, &fake{}, thousand()...)
	for i := 0; b.Loop(); i++ {
		w.find(fmt.Sprint("site ", i%10))
	}
}
