package window

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"

	"licensewatch/monitor"
	"licensewatch/monitor/link"
)

func hours(t *testing.T, lines ...string) []monitor.Quiet {
	t.Helper()
	list := []monitor.Quiet{}
	for _, line := range lines {
		q, err := monitor.ParseQuiet(line)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, q)
	}
	return list
}

func TestReminders(t *testing.T) {
	for text, want := range map[string]struct {
		after time.Duration
		again string
	}{
		"1 day": {24 * time.Hour, "1 day"}, "1d": {24 * time.Hour, "1 day"}, " 7 Days": {7 * 24 * time.Hour, "7 days"}, "168h": {7 * 24 * time.Hour, "7 days"},
		"12h": {12 * time.Hour, "12h"}, "1h 30m": {90 * time.Minute, "1h30m"}, "OFF": {0, "off"}, "365 days": {365 * 24 * time.Hour, "365 days"}, "60m": {time.Hour, "1h"},
	} {
		got, fault := readReminder(text, true)
		if fault != "" || got == nil || *got != want.after || reminderText(got) != want.again {
			t.Errorf("%q is %v (%q), written %q; want %v, %q", text, got, fault, reminderText(got), want.after, want.again)
		}
	}
	for text, want := range map[string]string{
		"": remindHelp, "daily": remindHelp, "x days": remindHelp, "59m": "Between 1h and 365 days, or “off”.", "0 days": "Between 1h", "-3h": "Between 1h", "366 days": remindHelp, "9000h": "Between 1h",
	} {
		if got, fault := readReminder(text, true); got != nil || !strings.HasPrefix(fault, want) {
			t.Errorf("%q is %v, %q; want %q", text, got, fault, want)
		}
	}
	if got, fault := readReminder(" ", false); got != nil || fault != "" || reminderText(nil) != "" {
		t.Errorf("nothing is %v, %q", got, fault)
	}
}

func TestQuietHoursAsText(t *testing.T) {
	nights := hours(t, "Mon-Fri 18:00-08:00", "Sat-Sun 00:00-24:00")
	for _, tt := range []struct {
		text, again, fault string
		general            bool
		want               []monitor.Quiet
	}{
		{text: "Mon-Fri 18:00-8:00\n\n Sat,Sun 00:00-24:00 ", want: nights, again: "Mon-Fri 18:00-08:00\nSat-Sun 00:00-24:00"},
		{text: "", want: nil},
		{text: "", general: true, want: []monitor.Quiet{}},
		{text: "None", want: []monitor.Quiet{}, again: "none"},
		{text: "none", general: true, want: []monitor.Quiet{}},
		{text: "Mon-Fry 18:00-08:00", fault: `"Mon-Fry" is not a day, such as Mon, nor days, such as Mon-Fri; write it as "Mon-Fri 18:00-08:00".`},
		{text: "at night", fault: "has no hours"},
		{text: "daily 00:00-24:00", fault: "This covers the whole week"},
	} {
		got, fault := readQuiet(tt.text, tt.general)
		if !reflect.DeepEqual(got, tt.want) || !strings.Contains(fault, tt.fault) || tt.fault == "" && (fault != "" || quietText(got, tt.general) != tt.again) {
			t.Errorf("%q is %v (%q), want %v (%q)", tt.text, got, fault, tt.want, tt.fault)
		}
	}
}

func TestZonesAndCommandsAsText(t *testing.T) {
	for text, want := range map[string]string{"Europe/Oslo": "Europe/Oslo", "this computer's": here, "This Computer's": here} {
		if z, fault := readZone(text, false); fault != "" || zoneText(z) != want {
			t.Errorf("%q is %q, %q", text, zoneText(z), fault)
		}
	}
	if z, fault := readZone("", true); fault != "" || zoneText(z) != here {
		t.Errorf("nothing, for all, is %q, %q", zoneText(z), fault)
	}
	if z, fault := readZone("", false); z != nil || fault != "" || zoneText(nil) != "" {
		t.Errorf("nothing, for a site, is %v, %q", z, fault)
	}
	if z, fault := readZone("Europe/Olso", true); z != nil || fault != "“Europe/Olso” is no time zone. Write it as “Europe/Oslo”." {
		t.Errorf("a slip is %v, %q", z, fault)
	}
	words := []string{"/opt/to chat", "two words", "", "x"}
	if got, fault := readCommand(commandText(words) + "\n"); fault != "" || !slices.Equal(got, words) {
		t.Errorf("command %q, %q", got, fault)
	}
	if got, fault := readCommand("to-chat\nx"); got != nil || !strings.HasPrefix(fault, "Begin with the whole path") {
		t.Errorf("a command without a path is %q, %q", got, fault)
	}
	if got, fault := readCommand(" \n"); got != nil || fault != "" {
		t.Errorf("no command is %q, %q", got, fault)
	}
}

func TestWhenItIsQuietNext(t *testing.T) {
	oslo, err := monitor.LoadZone("Europe/Oslo")
	if err != nil {
		t.Fatal(err)
	}
	r := monitor.DefaultRules().Under(monitor.Rules{Quiet: hours(t, "Mon-Fri 18:00-08:00"), Zone: &oslo})
	at := func(hour int) time.Time { return time.Date(2026, 11, 24, hour, 7, 0, 0, time.UTC) } // a Tuesday, an hour behind Oslo
	for hour, want := range map[int]string{12: "Next from Tue 18:00 until Wed 08:00.", 20: "It is quiet now, until Wed 08:00."} {
		if got := nextQuiet(r, at(hour)); got != want {
			t.Errorf("at %v: %q, want %q", at(hour), got, want)
		}
	}
	if got := nextQuiet(monitor.DefaultRules(), at(12)); got != "" {
		t.Errorf("without quiet hours: %q", got)
	}
}

// ruled is an agent with rules, and a site that has some of its own.
func ruled(t *testing.T) *fake {
	all := monitor.DefaultRules().Under(monitor.Rules{Quiet: hours(t, "Mon-Fri 18:00-08:00"), Least: new(monitor.Warning)})
	return &fake{
		settings: link.Settings{Interval: time.Hour, DetailsInterval: 6 * time.Hour, Limits: monitor.DefaultLimits(), Rules: all, Command: []string{"/bin/hook", "a b"}},
		sites:    []link.SiteForm{{Name: "Alfa"}, {Name: "Bravo", SignIn: "password", Rules: monitor.Rules{Quiet: []monitor.Quiet{}, RemindCritical: new(6 * time.Hour)}}},
	}
}

// toldPage opens the page through the settings.
func toldPage(t *testing.T, w *Window) {
	t.Helper()
	w.does(func() { w.editSettings() })
	w.press(t, "What is told…")
	w.reads(t, "What is told", allSites)
}

// turnChoice takes an option of the choice of that number.
func (w *Window) turnChoice(i int, option string) {
	var list []*choice
	for _, o := range w.objects() {
		if c, ok := o.(*choice); ok {
			list = append(list, c)
		}
	}
	w.does(func() { list[i].SetSelected(option) })
}

func TestWhatIsToldIsSavedForAll(t *testing.T) {
	agent := ruled(t)
	w := open(t, agent, fleet()...)
	toldPage(t, w)
	if values, _ := w.typed(); !slices.Equal(values, []string{"1 day", "1 day", "7 days", "Mon-Fri 18:00-08:00", here, "/bin/hook\na b"}) {
		t.Errorf("the inputs hold %q", values)
	}
	w.enter(0, "2h")
	w.enter(2, "off")
	w.enter(4, "America/St_Johns")
	w.turnChoice(1, "Nothing")
	w.turnChoice(2, "It is told at once")
	for _, o := range w.objects() {
		if c, ok := o.(*check); ok {
			test.Tap(c)
		}
	}
	w.press(t, "Save")
	zone, err := monitor.LoadZone("America/St_Johns")
	if err != nil {
		t.Fatal(err)
	}
	want := ruled(t).settings
	want.Sound = true
	want.Rules = want.Rules.Under(monitor.Rules{RemindCritical: new(2 * time.Hour), RemindWarning: new(time.Duration(0)), Zone: &zone, Least: new(monitor.Nothing), BreakQuiet: new(true)})
	if !reflect.DeepEqual(agent.settings, want) || w.page != nil || len(agent.saved) > 0 {
		t.Errorf("saved %+v, want %+v", agent.settings, want)
	}
	w.reads(t, "What is told is saved.")
}

func TestWhatIsToldOfASiteIsSaved(t *testing.T) {
	agent := ruled(t)
	w := open(t, agent, fleet()...)
	toldPage(t, w)
	w.turnChoice(0, "Bravo")
	values, hints := w.typed()
	if !slices.Equal(values, []string{"6h", "", "", "none", ""}) {
		t.Errorf("the inputs hold %q", values)
	}
	if want := []string{"as for all sites: 1 day", "as for all sites: 1 day", "as for all sites: 7 days", "as for all sites: Mon-Fri 18:00-08:00", "as for all sites: this computer's"}; !slices.Equal(hints, want) {
		t.Errorf("empty inputs mean %q, want %q", hints, want)
	}
	w.reads(t, "As for all sites: Warnings and worse", "As for all sites: It waits like the rest")
	w.enter(0, "")
	w.enter(3, "daily 22:00-06:00")
	w.turnChoice(1, "Everything")
	w.press(t, "Save")
	want := agent.sites[1]
	want.Was, want.Rules = "Bravo", monitor.Rules{Quiet: hours(t, "daily 22:00-06:00"), Least: new(monitor.OK)}
	if len(agent.saved) != 1 || !reflect.DeepEqual(agent.saved[0], want) || slices.Contains(agent.asked, "save settings") {
		t.Errorf("saved %+v, want %+v", agent.saved, want)
	}
}

func TestNothingIsSavedThatHasNotChanged(t *testing.T) {
	for _, name := range []string{allSites, "Bravo"} {
		agent := ruled(t)
		w := open(t, agent, fleet()...)
		toldPage(t, w)
		w.turnChoice(0, name)
		w.press(t, "Save")
		if slices.Contains(agent.asked, "save settings") || len(agent.saved) > 0 || w.page != nil {
			t.Errorf("%s: the agent was asked %q", name, agent.asked)
		}
	}
}

func TestWhatIsWrongWithWhatIsToldIsShownAtOnce(t *testing.T) {
	agent := ruled(t)
	w := open(t, agent, fleet()...)
	toldPage(t, w)
	for i, fault := range []string{"Write a time such as “1 day” or “12h”", "Between 1h", "Write a time such as", `"Mon-Fry" is not a day`, "“Olso” is no time zone", "Begin with the whole path"} {
		before, _ := w.typed()
		text := []string{"daily", "1m", "", "Mon-Fry 18:00-08:00", "Olso", "hook"}[i]
		w.enter(i, text)
		w.reads(t, fault)
		w.press(t, "Rehearse")
		w.press(t, "Save")
		if w.page == nil || slices.Contains(agent.asked, "save settings") || len(agent.rehearsed) > 0 {
			t.Fatalf("%q is saved or rehearsed", text)
		}
		if e, ok := w.win.Canvas().Focused().(*entry); !ok || e.Text != text {
			t.Errorf("the focus is not on what is wrong: %q", text)
		}
		w.enter(i, before[i])
	}
}

func TestAChangedPageIsNotLeftForAnotherSiteUnasked(t *testing.T) {
	agent := ruled(t)
	w := open(t, agent, fleet()...)
	toldPage(t, w)
	w.enter(0, "3h")
	w.turnChoice(0, "Bravo")
	w.reads(t, "Leave without saving?")
	w.press(t, "Stay")
	if values, _ := w.typed(); values[0] != "3h" {
		t.Errorf("the inputs hold %q", values)
	}
	w.turnChoice(0, "Bravo")
	w.press(t, "Leave")
	if values, _ := w.typed(); values[0] != "6h" {
		t.Errorf("the inputs hold %q, want those of Bravo", values)
	}
	w.turnChoice(0, allSites)
	if values, _ := w.typed(); values[0] != "1 day" {
		t.Errorf("the inputs hold %q, want those for all", values)
	}
	w.key(fyne.KeyEscape)
	if w.page != nil {
		t.Error("Esc does not close the page")
	}
}

func TestRulesAreRehearsedAsTheyStandOnThePage(t *testing.T) {
	agent := ruled(t)
	agent.rehearsal = monitor.Rehearsal{Days: 90, Made: 61, List: []monitor.Rehearsed{
		{At: noon.AddDate(0, 0, -3), Title: "The older one", Text: "It ends.", Severity: monitor.Warning}, {At: noon, Title: "The newer one\u202e", Text: "It stopped.", Severity: monitor.Critical}}}
	w := open(t, agent, fleet()...)
	toldPage(t, w)
	w.enter(0, "3h")
	w.press(t, "Rehearse")
	w.reads(t, "With these settings, the last 90 days would have made 2 notifications instead of 61.", monitor.NotRehearsed, "The newer one", "The older one", "It ends.")
	if all := w.texts(); strings.Index(all, "The newer one") > strings.Index(all, "The older one") || strings.Contains(all, "\u202e") {
		t.Errorf("the list is not in order or not harmless:\n%s", all)
	}
	want := agent.settings.Rules.Under(monitor.Rules{RemindCritical: new(3 * time.Hour)})
	if len(agent.rehearsed) != 1 || !reflect.DeepEqual(agent.rehearsed[0], link.WhatIf{Rules: want, Days: 90}) || slices.Contains(agent.asked, "save settings") {
		t.Errorf("rehearsed %+v, want %+v", agent.rehearsed, want)
	}
	w.enter(0, "4h")
	if strings.Contains(w.texts(), "instead of 61") {
		t.Error("what came of other rules still stands")
	}
	w.enter(0, "1 day")
	w.press(t, "Cancel")
	w.press(t, "Leave")
	toldPage(t, w)
	w.turnChoice(0, "Bravo")
	w.press(t, "Rehearse")
	if want := (link.WhatIf{Days: 90, Sites: map[string]monitor.Rules{"Bravo": agent.sites[1].Rules}}); len(agent.rehearsed) != 2 || !reflect.DeepEqual(agent.rehearsed[1], want) {
		t.Errorf("rehearsed %+v, want %+v", agent.rehearsed, want)
	}
}

func TestALongRehearsalIsCut(t *testing.T) {
	agent := ruled(t)
	agent.rehearsal = monitor.Rehearsal{Days: 90, List: slices.Repeat([]monitor.Rehearsed{{At: noon, Title: "One more"}}, rehearsedMost+7)}
	w := open(t, agent, fleet()...)
	toldPage(t, w)
	w.press(t, "Rehearse")
	w.reads(t, "And 7 before these.")
	n := 0
	for _, o := range w.objects() {
		if l, ok := o.(*widget.Label); ok && l.Text == "One more" {
			n++
		}
	}
	if n != rehearsedMost {
		t.Errorf("%d are listed", n)
	}
}
