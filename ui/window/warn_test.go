package window

import (
	"errors"
	"reflect"
	"slices"
	"testing"
	"time"

	"fyne.io/fyne/v2/test"

	"licensewatch/monitor"
	"licensewatch/monitor/link"
)

func TestLadder(t *testing.T) {
	const sample = "Write days such as “60, 30, 14”"
	tests := []struct {
		text, fault, again string
		needed             bool
		want               []int
	}{
		{text: "60, 30, 14", want: []int{60, 30, 14}, again: "60, 30, 14"},
		{text: " 7;30 60 ", want: []int{60, 30, 7}, again: "60, 30, 7"},
		{text: "30,30,7", want: []int{30, 7}, again: "30, 7"},
		{text: "3650,1", want: []int{3650, 1}, again: "3650, 1"},
		{text: "", want: nil},
		{text: " ", needed: true, fault: sample + ", or “off”."},
		{text: "Off", want: []int{}, again: "off"},
		{text: "60, soon", fault: "“soon” is no number of days. " + sample + "."},
		{text: "1.5", fault: "“1.5” is no number of days. " + sample + "."},
		{text: "0", fault: "0 is not between 1 and 3650 days."},
		{text: "3651", fault: "3651 is not between 1 and 3650 days."},
		{text: "-3", fault: "-3 is not between 1 and 3650 days."},
		{text: "99999999999999999999", fault: "“99999999999999999999” is no number of days. " + sample + "."},
		{text: "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21", fault: "These are too many steps: at most 20."},
		{text: ",", needed: true, fault: sample + ", or “off”."},
	}
	for _, tt := range tests {
		got, fault := readLadder(tt.text, tt.needed)
		if !reflect.DeepEqual(got, tt.want) || fault != tt.fault || fault == "" && ladderText(got) != tt.again {
			t.Errorf("%q is %v (%q), want %v (%q)", tt.text, got, fault, tt.want, tt.fault)
		}
	}
}

func TestFreeSeats(t *testing.T) {
	for text, want := range map[string]int{"0": 0, " 12 ": 12, "100000": 100000, "OFF": monitor.NoSeatWarning} {
		got, fault := readFreeSeats(text, true)
		if fault != "" || got == nil || *got != want {
			t.Errorf("%q is %v, %q", text, got, fault)
		}
	}
	for text, want := range map[string]string{
		"few": "“few” is no number of seats. Write one such as 1, or “off”.", "-1": "-1 is not between 0 and 100000 seats.",
		"100001": "100001 is not between 0 and 100000 seats.", "": "Write a number such as 1, or “off”.",
	} {
		if got, fault := readFreeSeats(text, true); got != nil || fault != want {
			t.Errorf("%q is %v, %q; want %q", text, got, fault, want)
		}
	}
	if got, fault := readFreeSeats("", false); got != nil || fault != "" {
		t.Errorf("nothing is %v, %q", got, fault)
	}
	if got := seatsText(new(monitor.NoSeatWarning)); got != "off" {
		t.Errorf("no warning is %q", got)
	}
}

// warned is an agent with a site that has limits of its own, and so has one of its owners.
func warned() *fake {
	return &fake{
		settings: link.Settings{Interval: time.Hour, DetailsInterval: 6 * time.Hour, Limits: monitor.DefaultLimits()},
		sites: []link.SiteForm{{Name: "Alfa"}, {Name: "Bravo", SignIn: "password", Limits: monitor.Limits{Ladder: []int{90, 30}},
			OwnerLimits: []monitor.OwnerLimits{{Owner: "superoffice", Limits: monitor.Limits{FreeSeats: new(4)}}}}},
	}
}

// warnPage opens the page about the owner of a row.
func warnPage(t *testing.T, w *Window, site string) {
	t.Helper()
	w.openRow(t, site)
	w.press(t, "When to warn…")
	if w.page == nil {
		t.Fatalf("no page opens; the window says:\n%s", w.texts())
	}
}

// typed are what the inputs of the page hold, or would hold if they were not empty, from the top.
func (w *Window) typed() (values, hints []string) {
	for _, o := range w.objects() {
		if e, ok := o.(*entry); ok {
			values, hints = append(values, e.Text), append(hints, e.PlaceHolder)
		}
	}
	return values, hints
}

// enter puts text into the input of that number.
func (w *Window) enter(i int, text string) {
	var entries []*entry
	for _, o := range w.objects() {
		if e, ok := o.(*entry); ok {
			entries = append(entries, e)
		}
	}
	entries[i].SetText("")
	test.Type(entries[i], text)
}

func TestWhenToWarnShowsWhatIsInherited(t *testing.T) {
	w := open(t, warned(), fleet()...)
	warnPage(t, w, "Bravo")
	values, hints := w.typed()
	if want := []string{"60, 30, 14, 7, 3, 1", "1", "90, 30", "", "", "4"}; !slices.Equal(values, want) {
		t.Errorf("the inputs hold %q, want %q", values, want)
	}
	if want := []string{"as for all sites: 60, 30, 14, 7, 3, 1", "as for all sites: 1", "as for the site: 90, 30", "as for the site: 1"}; !slices.Equal(hints[2:], want) {
		t.Errorf("empty inputs mean %q, want %q", hints[2:], want)
	}
	w.enter(1, "3")
	w.enter(2, "off")
	_, hints = w.typed()
	if want := []string{"as for all sites: 60, 30, 14, 7, 3, 1", "as for all sites: 3", "as for the site: off", "as for the site: 3"}; !slices.Equal(hints[2:], want) {
		t.Errorf("after a change empty inputs mean %q, want %q", hints[2:], want)
	}
	w.reads(t, "All sites", "Bravo", "SUPEROFFICE at Bravo")
}

func TestWhenToWarnSavesWhatHasChanged(t *testing.T) {
	agent := warned()
	w := open(t, agent, fleet()...)
	warnPage(t, w, "Bravo")
	w.enter(4, "7, 14")
	w.enter(5, "")
	w.press(t, "Save")
	want := agent.sites[1]
	want.Was = "Bravo"
	want.OwnerLimits = []monitor.OwnerLimits{{Owner: "superoffice", Limits: monitor.Limits{Ladder: []int{14, 7}}}}
	if len(agent.saved) != 1 || !equalForms(agent.saved[0], want) || slices.Contains(agent.asked, "save settings") {
		t.Errorf("saved %+v, want %+v; asked %q", agent.saved, want, agent.asked)
	}
	if w.page != nil {
		t.Error("the page stays open")
	}
	warnPage(t, w, "Bravo")
	w.enter(0, "30")
	w.press(t, "Save")
	all := link.Settings{Interval: time.Hour, DetailsInterval: 6 * time.Hour, Limits: monitor.Limits{Ladder: []int{30}, FreeSeats: new(1)}}
	if !reflect.DeepEqual(agent.settings, all) || len(agent.saved) != 1 {
		t.Errorf("saved %+v for all sites, and %d sites", agent.settings, len(agent.saved))
	}
	warnPage(t, w, "Bravo")
	w.enter(2, "")
	w.enter(5, "")
	w.press(t, "Save")
	want.Limits, want.OwnerLimits = monitor.Limits{}, []monitor.OwnerLimits{}
	if len(agent.saved) != 2 || !equalForms(agent.saved[1], want) {
		t.Errorf("an owner as its site, and a site as all, are saved as %+v", agent.saved[1:])
	}
	warnPage(t, w, "Alfa")
	w.enter(5, "2")
	w.press(t, "Save")
	if got := agent.saved[2].OwnerLimits; !reflect.DeepEqual(got, []monitor.OwnerLimits{{Owner: "SUPEROFFICE", Limits: monitor.Limits{FreeSeats: new(2)}}}) {
		t.Errorf("an owner's first limits are saved as %+v", got)
	}
}

func TestWhenToWarnSaysWhatIsWrong(t *testing.T) {
	agent := warned()
	w := open(t, agent, fleet()...)
	warnPage(t, w, "Bravo")
	w.enter(0, "soon")
	w.enter(5, "-2")
	w.press(t, "Save")
	w.reads(t, "“soon” is no number of days.", "-2 is not between 0 and 100000 seats.")
	if len(agent.saved) > 0 || slices.Contains(agent.asked, "save settings") || w.page == nil {
		t.Error("it was saved")
	}
	w.enter(0, "30")
	w.enter(5, "2")
	agent.err = errors.New("the disk is full")
	w.press(t, "Save")
	if w.reads(t, "The disk is full."); w.page == nil {
		t.Error("what was typed is lost")
	}
	agent.err = nil
	w.press(t, "Save")
	if len(agent.saved) != 1 || w.page != nil {
		t.Error("it cannot be saved after a failure")
	}
}

func TestWhenToWarnOfASiteWithoutOwners(t *testing.T) {
	agent := warned()
	w := open(t, agent, fleet()...)
	w.does(func() { w.warnWhen("Bravo", "") })
	if values, _ := w.typed(); len(values) != 4 {
		t.Errorf("there are inputs for %d values", len(values))
	}
	w.closePage()
	w.does(func() { w.warnWhen("Gone", "") })
	w.reads(t, "Gone is no longer among the sites.")
}

func TestWhenToWarnFromTheSettings(t *testing.T) {
	agent := warned()
	w := open(t, agent, fleet()...)
	w.press(t, "Settings")
	w.press(t, "When to warn…")
	w.reads(t, "When to warn", "All sites")
	if values, _ := w.typed(); len(values) != 2 {
		t.Errorf("there are inputs for %d values", len(values))
	}
	w.closePage()
	w.press(t, "Settings")
	w.enter(0, "2h")
	w.press(t, "When to warn…")
	w.reads(t, "Leave without saving?")
	w.press(t, "Leave")
	w.reads(t, "When to warn", "All sites")
}
