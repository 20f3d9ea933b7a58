package tray

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"licensewatch/assets"
	"licensewatch/monitor"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// owner is one with these findings, worst first.
func owner(name string, findings ...monitor.Finding) monitor.OwnerState {
	o := monitor.OwnerState{Owner: name, Findings: findings}
	for _, f := range findings {
		o.Severity = max(o.Severity, f.Severity)
	}
	return o
}

func site(name string, owners ...monitor.OwnerState) *monitor.SiteState {
	s := &monitor.SiteState{Site: monitor.Site{Name: name}, Owners: owners}
	if len(owners) == 0 {
		s.Severity = monitor.Unknown
	}
	for _, o := range owners {
		s.Severity = max(s.Severity, o.Severity)
	}
	return s
}

// unreachable is a site as a whole that cannot be read, as the monitor tells it: at the site and, marked as
// the site's, at each owner.
func unreachable(name string, owners ...string) *monitor.SiteState {
	s := &monitor.SiteState{Site: monitor.Site{Name: name}, Severity: monitor.Unknown, Findings: []monitor.Finding{says(monitor.Unknown, "No connection.")}}
	for _, o := range owners {
		whole := says(monitor.Unknown, "No connection.")
		whole.Whole = true
		s.Owners = append(s.Owners, owner(o, whole))
	}
	return s
}

func says(severity monitor.Severity, text string) monitor.Finding {
	return monitor.Finding{Severity: severity, Text: text}
}

func snapshot(sites ...*monitor.SiteState) monitor.Snapshot {
	return monitor.Snapshot{At: noon, Sites: sites}
}

func texts(f Face) []string {
	var all []string
	for _, l := range f.Lines {
		all = append(all, l.Text)
	}
	return all
}

func TestFaceSaysTheWorstAndTheProblems(t *testing.T) {
	fine := owner("SUPEROFFICE", says(monitor.OK, "Fine."))
	read := site("Read")
	read.LicencesAt = noon
	behind := unreachable("Head office", "A")
	behind.Owners = append(behind.Owners, owner("B", says(monitor.Critical, "Expired."), monitor.Finding{Severity: monitor.Unknown, Text: "No connection.", Whole: true}))
	behind.Severity = monitor.Critical
	offline := snapshot()
	for i := range 50 {
		away := unreachable(fmt.Sprint("Site ", i), "A")
		away.Findings[0].Kind, away.Owners[0].Findings[0].Kind = monitor.FindingOffline, monitor.FindingOffline
		offline.Sites = append(offline.Sites, away)
	}
	offline.Outages = []monitor.Outage{{Network: "direct", Sites: 50, Finding: monitor.Finding{Severity: monitor.Unknown, Title: "Offline", Text: "None of 50 can be reached."}}}
	tests := []struct {
		name  string
		of    monitor.Snapshot
		look  assets.Look
		title string
		lines []string
	}{
		{"no site is not green", snapshot(), assets.Unsure, "Licensewatch: no site is set up yet", nil},
		{"all well has no problem", snapshot(site("Head office", fine)), assets.Good, "Licensewatch: ok (1 ok)", nil},
		{"a site without an answer is not known", snapshot(site("Head office")), assets.Unsure, "Licensewatch: unknown (1 unknown)", []string{"? Head office: no answer yet"}},
		{"a site that answered with no owner is not told as unasked", snapshot(read), assets.Unsure, "Licensewatch: unknown (1 unknown)", []string{"? Read: its database lists no licence owner"}},
		{"a warning", snapshot(site("Head office", fine, owner("ADDON", says(monitor.Warning, "It ends soon.")))), assets.Caution,
			"Licensewatch: warning (1 warning, 1 ok)", []string{"! Head office, ADDON: It ends soon."}},
		{"the worst comes first, equals in the order of the settings",
			snapshot(site("A", owner("x", says(monitor.Warning, "one")), owner("y", says(monitor.Critical, "two"))),
				site("B", owner("x", says(monitor.Unknown, "three")), owner("y", says(monitor.Warning, "four")))),
			assets.Bad, "Licensewatch: critical (1 critical, 1 unknown, 2 warning)",
			[]string{"✖ A, y: two", "? B, x: three", "! A, x: one", "! B, y: four"}},
		{"an owner is one line, of its worst finding", snapshot(site("A", owner("x", says(monitor.Critical, "Expired."), says(monitor.Warning, "Maintenance ended.")))),
			assets.Bad, "Licensewatch: critical (1 critical)", []string{"✖ A, x: Expired."}},
		{"what holds for the whole site is told once", snapshot(unreachable("Head office", "A", "B", "C")), assets.Unsure,
			"Licensewatch: unknown (3 unknown)", []string{"? Head office: No connection."}},
		{"an outage is one line", offline, assets.Unsure, "Licensewatch: unknown (50 unknown), offline", []string{"? None of 50 can be reached."}},
		{"an owner's own trouble stays visible behind its site's", snapshot(behind), assets.Bad,
			"Licensewatch: critical (1 critical, 1 unknown)", []string{"✖ Head office, B: Expired.", "? Head office: No connection."}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := FaceOf(tt.of, noon)
			if f.Look != tt.look || f.Title != tt.title {
				t.Errorf("look %v, title %q, want %v, %q", f.Look, f.Title, tt.look, tt.title)
			}
			if got := texts(f); !slices.Equal(got, tt.lines) || f.More != 0 {
				t.Errorf("lines %q and %d more, want %q", got, f.More, tt.lines)
			}
		})
	}
}

func TestAtMostTenProblemsAreNamed(t *testing.T) {
	for _, tt := range []struct{ problems, lines, more int }{{9, 9, 0}, {10, 10, 0}, {11, 10, 1}, {1000, 10, 990}} {
		var sites []*monitor.SiteState
		for i := range tt.problems {
			severity := monitor.Warning
			if i == tt.problems-1 {
				severity = monitor.Critical
			}
			sites = append(sites, site(fmt.Sprint("Site ", i), owner("X", says(severity, "Look."))))
		}
		f := FaceOf(snapshot(sites...), noon)
		if len(f.Lines) != tt.lines || f.More != tt.more {
			t.Errorf("%d problems: %d lines and %d more, want %d and %d", tt.problems, len(f.Lines), f.More, tt.lines, tt.more)
		}
		if want := fmt.Sprint("Site ", tt.problems-1); f.Lines[0].Site != want || f.Lines[0].Owner != "X" {
			t.Errorf("%d problems: the first line is about %q %q, want the critical %q", tt.problems, f.Lines[0].Site, f.Lines[0].Owner, want)
		}
	}
}

func TestAPauseIsToldWithItsEnd(t *testing.T) {
	oslo, err := time.LoadLocation("Europe/Oslo")
	if err != nil {
		t.Skip("no time zones are installed: ", err)
	}
	now := noon.In(oslo) // 13:00
	tests := []struct {
		name   string
		until  time.Time
		paused string
	}{
		{"no pause", time.Time{}, ""},
		{"a pause that is over", noon, ""},
		{"today is told by the clock, in the user's zone", noon.Add(time.Hour), "14:00"},
		{"another day is named", noon.Add(20 * time.Hour), "2 March 09:00"},
		{"the same day of another year is another day", noon.AddDate(1, 0, 0), "1 March 13:00"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := snapshot(site("A", owner("x", says(monitor.OK, "Fine."))))
			s.PausedUntil = tt.until
			f := FaceOf(s, now)
			if f.Paused != tt.paused {
				t.Errorf("paused until %q, want %q", f.Paused, tt.paused)
			}
			if want := ", paused until " + tt.paused; strings.Contains(f.Title, "paused") != (tt.paused != "") || tt.paused != "" && !strings.HasSuffix(f.Title, want) {
				t.Errorf("title %q, want it to say %q", f.Title, want)
			}
		})
	}
}

// Names and texts come from a server or a file; a menu line must stay one line of plain text.
func TestHostileNamesAreMadeHarmless(t *testing.T) {
	for _, bad := range []string{"a\nb", "a\r\n\tb\x00\x1b[31m", "\u202etxt.exe\u2066", "\xff\xfe", strings.Repeat("long ", 100), strings.Repeat("😀", 200), ""} {
		f := FaceOf(snapshot(site(bad, owner(bad, says(monitor.Critical, bad)))), noon)
		l := f.Lines[0]
		if n := utf8.RuneCountInString(l.Text); n > maxLabel || !utf8.ValidString(l.Text) {
			t.Errorf("the line for %q is %q of %d characters, want at most %d of sound text", bad, l.Text, n, maxLabel)
		}
		if strings.ContainsFunc(l.Text, func(r rune) bool { return r != ' ' && (unicode.IsSpace(r) || unicode.In(r, unicode.C)) }) {
			t.Errorf("the line for %q is %q: control or direction marks are left", bad, l.Text)
		}
		if l.Site != bad || l.Owner != bad {
			t.Errorf("the line is about %q %q, want the names as they are, %q", l.Site, l.Owner, bad)
		}
	}
}

// A long name must not push what is wrong out of the line.
func TestALongNameLeavesRoomForTheProblem(t *testing.T) {
	long := strings.Repeat("n", 300)
	f := FaceOf(snapshot(site(long, owner(long, says(monitor.Critical, "Expired.")))), noon)
	if !strings.Contains(f.Lines[0].Text, ": Expired.") {
		t.Errorf("line %q, want it to say what is wrong", f.Lines[0].Text)
	}
}

func TestTooltipFitsWindows(t *testing.T) {
	tests := []struct {
		name, in string
		cut      bool
	}{
		{"short text stays", "Licensewatch: ok", false},
		{"what just fits stays", strings.Repeat("a", 127), false},
		{"one too many is cut", strings.Repeat("a", 128), true},
		{"characters beyond the basic plane count twice", strings.Repeat("😀", 64), true},
		{"and are not cut in half", "a" + strings.Repeat("😀", 100), true},
		{"nothing stays nothing", "", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := tooltip(tt.in)
			kept, cut := strings.CutSuffix(got, "…")
			if cut != tt.cut || !strings.HasPrefix(tt.in, kept) || !cut && kept != tt.in {
				t.Errorf("tooltip = %q, want the beginning of %q, cut: %v", got, tt.in, tt.cut)
			}
			if n := len(utf16.Encode([]rune(got))); n > 127 || cut && n < 124 {
				t.Errorf("tooltip has %d units, want as many as 127 hold", n)
			}
		})
	}
}

func TestBeforeTheFirstSnapshotTheTrayIsNotGreen(t *testing.T) {
	if f := New(assets.Dark, Actions{}).face; f.Look != assets.Unsure || f.Title == "" {
		t.Errorf("a new tray shows %+v, want a name and a question mark", f)
	}
}

// What somebody knows of leaves the icon, the counts and the menu, but for its own count; what is not known is never green.
func TestWhatIsAcknowledgedLeavesTheIcon(t *testing.T) {
	bad := monitor.Finding{Kind: monitor.FindingExpired, Severity: monitor.Critical, Text: "Expired."}
	soon := monitor.Finding{Kind: monitor.FindingExpiring, Severity: monitor.Warning, Text: "Ends soon."}
	dark := monitor.Finding{Kind: monitor.FindingUnreadable, Severity: monitor.Unknown, Text: "No connection."}
	ack := func(owner string, f monitor.Finding) monitor.Alert {
		of := monitor.Subject{Site: "A", Owner: owner}
		return monitor.Alert{Subject: of, Ack: &monitor.Hand{Subject: of, Keys: []string{f.Kind + "\x00" + f.Case}}}
	}
	known := snapshot(site("A", owner("x", bad), owner("y", soon), owner("z", says(monitor.OK, "Fine."))))
	known.Alerts = []monitor.Alert{ack("x", bad)}
	f := FaceOf(known, noon)
	if f.Look != assets.Caution || f.Title != "Licensewatch: warning (1 warning, 1 ok, 1 acknowledged)" || !slices.Equal(texts(f), []string{"! A, y: Ends soon."}) {
		t.Errorf("one acknowledged: %+v", f)
	}
	known.Alerts = append(known.Alerts, ack("y", soon))
	if f = FaceOf(known, noon); f.Look != assets.Good || f.Title != "Licensewatch: ok (1 ok, 2 acknowledged)" || len(f.Lines) != 0 {
		t.Errorf("all acknowledged: %+v", f)
	}
	known.Alerts[0] = ack("x", soon) // of another trouble than it has
	if f = FaceOf(known, noon); f.Look != assets.Bad || len(f.Lines) != 1 {
		t.Errorf("another trouble acknowledged: %+v", f)
	}
	unseen := snapshot(site("A", owner("x", dark)))
	unseen.Alerts = []monitor.Alert{ack("x", dark)}
	if f = FaceOf(unseen, noon); f.Look != assets.Unsure {
		t.Errorf("what is not known is acknowledged: %+v, want a question mark", f)
	}
}

func TestASnoozeOfAllIsToldWithItsEnd(t *testing.T) {
	s := snapshot(site("A", owner("x", says(monitor.OK, "Fine."))))
	s.Snoozes = []monitor.Hand{{Subject: monitor.Subject{Site: "A"}, Until: noon.Add(2 * time.Hour)}}
	if f := FaceOf(s, noon); f.Snoozed != "" || strings.Contains(f.Title, "snoozed") {
		t.Errorf("one site is snoozed: %+v, want nothing about all", f)
	}
	s.Snoozes = append(s.Snoozes, monitor.Hand{Until: noon.Add(time.Hour)})
	if f := FaceOf(s, noon); f.Snoozed != "13:00" || !strings.HasSuffix(f.Title, ", snoozed until 13:00") {
		t.Errorf("all is snoozed: %+v", f)
	}
	if f := FaceOf(s, noon.Add(time.Hour)); f.Snoozed != "" {
		t.Errorf("after it: %+v", f)
	}
}
