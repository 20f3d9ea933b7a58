package window

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"licensewatch/monitor"
	"licensewatch/monitor/link"
)

// staffed is an owner with modules of every kind.
func staffed() monitor.OwnerState {
	o := owner("SUPEROFFICE", 220, fine)
	o.Licence.Modules = []monitor.Module{
		{Name: "server", Description: "NetServer", Type: "SiteLicense", Total: 1, InUse: 1},
		{Name: "extra", Description: "Extra tables", Type: "SiteLicense", Total: 1, Free: 1},
		{Name: "quote", Description: "Quote", Type: "UserLicense", Total: 26, InUse: 11, Free: 15},
		{Name: "web", Description: "Web client", Type: "UserLicense", InUse: 40, Unrestricted: true},
		{Name: "sales", Description: "Sales Premium", Type: "UserLicense", Total: 21, InUse: 15, Free: 6, Plan: true},
		{Name: "service", Description: "Service Premium", Type: "UserLicense", Total: 12, InUse: 14, Free: -2, Plan: true},
		{Name: "inner", Description: "Inner key", Type: "UserLicense", Total: 1, InUse: 5, Free: -4, Hidden: true},
		{Name: "mail", Description: "Mail link", Type: "UserLicense", Total: 33, Uncounted: true},
	}
	return o
}

// onRecord is so many days of a module, until today.
func onRecord(o monitor.OwnerState, module string, days int) monitor.SeatSeries {
	i := slices.IndexFunc(o.Licence.Modules, func(m monitor.Module) bool { return m.Name == module })
	s := monitor.SeatSeries{Module: o.Licence.Modules[i]}
	for n := days - 1; n >= 0; n-- {
		s.Samples = append(s.Samples, monitor.SeatSample{Day: day(-n), InUse: s.Module.InUse, Total: s.Module.Total})
	}
	return s
}

// unfolded is the module whose use is shown; empty: none.
func (w *Window) unfolded() string {
	for _, l := range w.detail.list.lines {
		if l.unfolded() {
			return l.module.Name
		}
	}
	return ""
}

// drawn is what the pictures in sight say.
func (w *Window) drawn() string {
	all := ""
	for _, o := range w.objects() {
		if d, ok := o.(*drawing); ok {
			all += d.AltText() + "\n"
		}
	}
	return all
}

// again shows sites anew, as a snapshot of a little later would.
func (w *Window) again(after time.Duration, sites ...*monitor.SiteState) {
	w.does(func() { w.Show(link.View{Snapshot: monitor.Snapshot{At: noon.Add(after), Sites: sites}}) })
}

func TestSeatsInTheirGroups(t *testing.T) {
	w := open(t, &fake{}, site("Alfa", staffed()))
	w.openRow(t, "Alfa")
	text := w.texts()
	text = text[strings.Index(text, "\nSeats\n"):]
	at := -1
	for _, want := range []string{
		"User plans", "Service Premium", "−2", "More in use than owned: remove 2 users.", "Sales Premium", "15", "21", "6",
		"User licences", "Quote", "11", "26", "15", "Mail link", "—", "33", "—", "Web client", "40", "no limit", "—",
		"For the whole site", "Extra tables", "not in use", "NetServer", "on",
	} {
		next := strings.Index(text[at+1:], "\n"+want+"\n")
		if next < 0 {
			t.Fatalf("%q does not come where it should:\n%s", want, text)
		}
		at += 1 + next
	}
	if strings.Contains(text, "Inner key") || strings.Contains(text, "remove 4") {
		t.Error("a hidden module shows unasked")
	}
}

func TestHiddenModulesShowBehindTheirSwitch(t *testing.T) {
	w := open(t, &fake{}, site("Alfa", staffed()))
	w.openRow(t, "Alfa")
	flip := func() {
		for _, o := range w.objects() {
			if c, ok := o.(*check); ok && c.Text == "Show 1 hidden module" {
				w.win.Canvas().Focus(c)
				test.Tap(c)
				return
			}
		}
		t.Fatal("there is no switch")
	}
	flip()
	w.reads(t, "Inner key", "Hidden in SuperOffice")
	if _, ok := w.win.Canvas().Focused().(*check); !ok {
		t.Error("the switch has lost the focus")
	}
	flip()
	if strings.Contains(w.texts(), "Inner key") {
		t.Error("the switch cannot be turned back")
	}
}

func TestFewSeatsAreThoseThatWereJudgedToBe(t *testing.T) {
	o := staffed()
	test.NewTempApp(t)
	if got := newRow(site("Alfa", o), &o, noon).fewSeats(); got != -1 {
		t.Errorf("without a finding %d free seats are few", got)
	}
	o.Findings = append(o.Findings, monitor.Finding{Kind: monitor.FindingSeats, Case: "few sales", Severity: monitor.Warning})
	if got := newRow(site("Alfa", o), &o, noon).fewSeats(); got != 6 {
		t.Errorf("%d free seats are few, want 6", got)
	}
	short := seatCells(o.Licence.Modules[4], 6)[3]
	enough, gone := seatCells(o.Licence.Modules[2], 6)[3], seatCells(o.Licence.Modules[5], 6)[3]
	if short.color != colorWarning || enough.color != "" || gone.color != colorCritical || gone.text != "−2" {
		t.Errorf("few: %+v, enough: %+v, too many: %+v", short, enough, gone)
	}
}

func TestTheUseIsAskedForWhenItMayHaveChanged(t *testing.T) {
	o := staffed()
	agent := &fake{seats: []monitor.SeatSeries{onRecord(o, "sales", 3)}}
	w := open(t, agent, site("Alfa", o), site("Bravo", owner("SUPEROFFICE", 9, fine)), site("Nord"))
	asked := func(what string, want int) {
		t.Helper()
		if len(agent.seatsOf) != want {
			t.Errorf("%s: asked %d times, want %d: %v", what, len(agent.seatsOf), want, agent.seatsOf)
		}
	}
	w.openRow(t, "Alfa")
	asked("on opening", 1)
	if agent.seatsOf[0] != (link.Target{Site: "Alfa", Owner: "SUPEROFFICE"}) {
		t.Errorf("asked of %+v", agent.seatsOf[0])
	}
	o.VerdictAt = noon
	w.again(time.Second, site("Alfa", o))
	asked("a snapshot without other numbers", 1)
	o.Licence = new(*o.Licence)
	o.Licence.Modules = slices.Clone(o.Licence.Modules)
	o.Licence.Modules[2].InUse++
	w.again(2*time.Second, site("Alfa", o))
	asked("other numbers", 2)
	w.again(24*time.Hour, site("Alfa", o))
	asked("another day", 3)
	w.closeDetail()
	w.openRow(t, "Alfa")
	asked("opened again", 4)
	w.again(25*time.Hour, site("Bravo", owner("SUPEROFFICE", 9, fine)), site("Nord"))
	w.openRow(t, "Bravo")
	w.openRow(t, "Nord")
	asked("rows without modules", 4)
}

func TestTheUseOfARowThatWasLeftIsNotWaitedFor(t *testing.T) {
	agent := &fake{}
	w := open(t, agent, site("Alfa", staffed()), site("Bravo", staffed()))
	w.open(w.table.shown[0])
	w.open(w.table.shown[1])
	w.does(func() {})
	if !slices.Equal(agent.seatsOf, []link.Target{{Site: "Bravo", Owner: "SUPEROFFICE"}}) {
		t.Errorf("the agent told of %v", agent.seatsOf)
	}
}

func TestTheUseIsWaitedForAndTriedAgain(t *testing.T) {
	o := staffed()
	agent := &fake{noSeats: errors.New("the history is being repaired"), seats: []monitor.SeatSeries{onRecord(o, "sales", 20)}}
	w := open(t, agent, site("Alfa", o))
	w.table.moveTo(0)
	w.typeKey(fyne.KeyReturn)
	w.reads(t, "Reading how they were used…")
	if got := w.unfolded(); got != "" {
		t.Errorf("%s is unfolded before anything is known", got)
	}
	w.does(func() {})
	w.reads(t, "Use over time: The history is being repaired.")
	w.again(time.Second, site("Alfa", o))
	w.reads(t, "Use over time: The history is being repaired.")
	w.Lost("The agent has ended.")
	if !w.button("Read again").Disabled() {
		t.Error("without an agent it can be tried again")
	}
	w.again(2*time.Second, site("Alfa", o))
	agent.noSeats = nil
	w.does(func() { test.Tap(w.button("Read again")) })
	if text := w.texts(); strings.Contains(text, "Use over time") || strings.Contains(text, "Reading how") || w.unfolded() == "" {
		t.Errorf("it was told at the second attempt, and the pane says:\n%s", text)
	}
}

func TestWhatIsUnfoldedFirst(t *testing.T) {
	o := staffed()
	soon, later := onRecord(o, "quote", 30), onRecord(o, "sales", 30)
	soon.Forecast = monitor.Forecast{Known: true, Day: day(40), Early: day(30), Late: day(60), Words: "Runs out in spring."}
	later.Forecast = monitor.Forecast{Known: true, Day: day(90), Early: day(80), Late: day(100), Words: "Runs out in summer."}
	outdated := onRecord(o, "service", 30)
	outdated.Samples = outdated.Samples[:22]
	tests := []struct {
		name   string
		series []monitor.SeatSeries
		want   string
		words  string
	}{
		{"what is forecast to run out first", []monitor.SeatSeries{later, soon}, "quote", "Runs out in spring."},
		{"without a forecast, the fewest free seats", []monitor.SeatSeries{onRecord(o, "sales", 30), onRecord(o, "service", 30)}, "service", "What is on record says too little for a forecast."},
		{"little history", []monitor.SeatSeries{onRecord(o, "service", 13)}, "service", "A forecast needs 14 days of history; so far there are 13."},
		{"a first day", []monitor.SeatSeries{onRecord(o, "service", 1)}, "service", "so far there is 1."},
		{"an old history", []monitor.SeatSeries{outdated}, "service", "Seats were last counted on 14 November 2026, too long ago for a forecast."},
		{"no history", nil, "service", "There is no history yet"},
		{"no sample", []monitor.SeatSeries{{Module: o.Licence.Modules[5]}}, "service", "There is no history yet"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := open(t, &fake{seats: tt.series}, site("Alfa", o))
			w.openRow(t, "Alfa")
			if got := w.unfolded(); got != tt.want {
				t.Errorf("%q is unfolded, want %q", got, tt.want)
			}
			w.reads(t, tt.words)
			if strings.Contains(w.drawn(), "invented") {
				t.Error("what is on record is called invented")
			}
		})
	}
}

func TestAnInventedPastIsCalledSo(t *testing.T) {
	o := staffed()
	s := onRecord(o, "web", 30)
	s.Invented = true
	w := open(t, &fake{seats: []monitor.SeatSeries{s}}, site("Alfa", o))
	w.openRow(t, "Alfa")
	w.choose(t, "web")
	w.reads(t, "There is no limit to run into.")
	if got := w.drawn(); !strings.Contains(got, "invented for the demo") {
		t.Errorf("the pictures do not say it: %s", got)
	}
}

// choose taps the line of a module.
func (w *Window) choose(t *testing.T, module string) {
	t.Helper()
	i := slices.IndexFunc(w.detail.list.lines, func(l *seatLine) bool { return l.module.Name == module })
	if i < 0 {
		t.Fatalf("there is no line of %s", module)
	}
	test.Tap(w.detail.list.lines[i].line)
}

func TestAModuleIsChosenByClickAndByKeys(t *testing.T) {
	o := staffed()
	agent := &fake{seats: []monitor.SeatSeries{onRecord(o, "sales", 30), onRecord(o, "quote", 30)}}
	w := open(t, agent, site("Alfa", o))
	w.win.Resize(fyne.NewSize(1200, 500))
	w.openRow(t, "Alfa")
	is := func(what, want string) {
		t.Helper()
		if got := w.unfolded(); got != want {
			t.Errorf("%s: %q is unfolded, want %q", what, got, want)
		}
	}
	w.choose(t, "quote")
	is("a click", "quote")
	w.choose(t, "quote")
	is("a click on what is unfolded", "")
	w.typeKey(fyne.KeyReturn)
	is("Enter", "quote")
	w.typeKey(fyne.KeyUp)
	is("up", "sales")
	w.typeKey(fyne.KeyHome)
	w.typeKey(fyne.KeyUp)
	is("the first line", "service")
	w.typeKey(fyne.KeyEnd)
	w.typeKey(fyne.KeyDown)
	is("the last line", "web")
	list, line := w.detail.list, w.detail.list.lines[w.detail.list.at]
	place := fyne.CurrentApp().Driver().AbsolutePositionForObject
	top, bottom := place(w.detail.scroll).Y, place(w.detail.scroll).Y+w.detail.scroll.Size().Height
	if at := place(line.box).Y; at < top || at+line.box.Size().Height > bottom+1 {
		t.Errorf("the line is at %v to %v, and %v to %v is in sight", at, at+line.box.Size().Height, top, bottom)
	}
	w.again(24*time.Hour, site("Alfa", o))
	if is("a new day", "web"); w.detail.list == list || w.win.Canvas().Focused() != fyne.Focusable(w.detail.list) {
		t.Error("the list made anew has not the focus that the old one had")
	}
	w.typeKey(fyne.KeyEscape)
	if w.detailOpen() {
		t.Error("Esc does not close the pane")
	}
}

func TestALineStaysUnderThePointerThatUnfoldsIt(t *testing.T) {
	o := staffed()
	w := open(t, &fake{seats: []monitor.SeatSeries{onRecord(o, "service", 30), onRecord(o, "quote", 30)}}, site("Alfa", o))
	w.win.Resize(fyne.NewSize(1200, 520))
	w.openRow(t, "Alfa")
	line := w.detail.list.lines[2]
	intoSight(w.detail.scroll, line.box, 260) // with room for what unfolds
	place := fyne.CurrentApp().Driver().AbsolutePositionForObject
	before := place(line.line).Y
	w.choose(t, "quote")
	if after := place(line.line).Y; after < before-1 || after > before+1 {
		t.Errorf("the line moved from %v to %v", before, after)
	}
}

func TestASnapshotMovesNothingThatIsLookedAt(t *testing.T) {
	o := staffed()
	w := open(t, &fake{seats: []monitor.SeatSeries{onRecord(o, "sales", 30)}}, site("Alfa", o))
	w.win.Resize(fyne.NewSize(1200, 420))
	w.openRow(t, "Alfa")
	w.detail.scroll.ScrollToOffset(fyne.NewPos(0, 120))
	focus, list := w.button("Check now"), w.detail.list
	w.win.Canvas().Focus(focus)
	w.detail.scroll.ScrollToOffset(fyne.NewPos(0, 120))
	s := site("Alfa", o)
	s.NextCheck, s.Reading = noon.Add(time.Hour), true
	w.again(3*time.Second, s)
	if got := w.detail.scroll.Offset.Y; got != 120 {
		t.Errorf("the pane was scrolled to 120, and is at %v", got)
	}
	if w.win.Canvas().Focused() != fyne.Focusable(focus) || w.button("Check now") != focus || w.detail.list != list {
		t.Error("what has not changed was made anew")
	}
	w.reads(t, "13:00")
	w.Lost("The agent has ended.")
	if w.win.Canvas().Focused() != nil {
		t.Error("a button that cannot be pressed any more has the focus")
	}
}
