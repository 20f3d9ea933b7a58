package report

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	ics "github.com/arran4/golang-ical"

	"licensewatch/internal/caldate"
	"licensewatch/monitor"
)

// dated is a snapshot of one owner with these dates.
func dated(d monitor.Dates) monitor.Snapshot {
	s := sample()
	s.Sites = s.Sites[1:2]
	s.Sites[0].Owners[0].Licence.Dates = d
	return s
}

// calendar reads a calendar back after it has checked the form of its lines.
func calendar(t *testing.T, in Input, now time.Time) []*ics.VEvent {
	t.Helper()
	var text strings.Builder
	if err := Write(&text, "ics", in, now); err != nil {
		t.Fatal(err)
	}
	for line := range strings.SplitSeq(strings.TrimSuffix(text.String(), "\r\n"), "\r\n") {
		if len(line) > 75 || !utf8.ValidString(line) || strings.ContainsAny(line, "\r\n") || line == "" {
			t.Errorf("the line %q is longer than 75 octets, empty or broken", line)
		}
	}
	cal, err := ics.ParseCalendar(strings.NewReader(text.String()))
	if err != nil {
		t.Fatal(err)
	}
	return cal.Events()
}

// value returns a property of an event, "" if it has none.
func value(e *ics.VEvent, p ics.ComponentProperty) string {
	if got := e.GetProperty(p); got != nil {
		return got.Value
	}
	return ""
}

func TestTheCalendarHasEachDayAndNoOther(t *testing.T) {
	day := caldate.New
	events := calendar(t, Input{Snapshot: dated(monitor.Dates{
		NextCheck: day(2024, 2, 29), Maintenance: caldate.Never, Expiry: day(2027, 6, 30), Grace: day(2027, 7, 12),
	})}, noon)
	want := [][2]string{
		{"20240229", "Next check: Head office / SUPEROFFICE"},
		{"20270630", "Licence expires: Head office / SUPEROFFICE"},
		{"20270712", "Modules stop: Head office / SUPEROFFICE"},
	}
	if len(events) != len(want) {
		t.Fatalf("%d events, want %d: none and never are no days", len(events), len(want))
	}
	ids := map[string]bool{}
	for i, e := range events {
		start := e.GetProperty(ics.ComponentPropertyDtStart)
		if start.Value != want[i][0] || start.ICalParameters["VALUE"][0] != "DATE" || len(start.ICalParameters) != 1 || value(e, ics.ComponentPropertySummary) != want[i][1] {
			t.Errorf("event %d is %q on %s (%v), want %q", i+1, value(e, ics.ComponentPropertySummary), start.Value, start.ICalParameters, want[i])
		}
		if value(e, ics.ComponentPropertyTransp) != "TRANSPARENT" || value(e, ics.ComponentPropertyDtstamp) != "20261122T213000Z" || value(e, ics.ComponentPropertyDtEnd) != "" {
			t.Errorf("event %d blocks time, or says that it was made at another time", i+1)
		}
		ids[value(e, ics.ComponentPropertyUniqueId)] = true
	}
	if len(ids) != len(want) {
		t.Errorf("the events share UIDs: %v", ids)
	}
	if text := value(events[1], ics.ComponentPropertyDescription); !strings.Contains(text, "expires on 30 June 2027.\nRenew the licence with its issuer.") || !strings.Contains(text, "Fjord AS, 1010000014") || strings.Contains(text, "made up") {
		t.Errorf("the expiry is described as %q", text)
	}
}

func TestADateThatMovesKeepsItsUID(t *testing.T) {
	uids := func(s monitor.Snapshot) string {
		var list []string
		for _, e := range calendar(t, Input{Snapshot: s, Demo: true}, noon) {
			list = append(list, value(e, ics.ComponentPropertyUniqueId))
			if !strings.Contains(value(e, ics.ComponentPropertyDescription), "made up") {
				t.Error("an event of the demo does not say so")
			}
		}
		return strings.Join(list, " ")
	}
	was := uids(dated(monitor.Dates{Expiry: caldate.New(2027, 6, 30), Grace: caldate.New(2027, 7, 12)}))
	is := dated(monitor.Dates{Expiry: caldate.New(2028, 6, 30), Grace: caldate.New(2028, 7, 12)})
	is.Sites[0].Owners[0].Owner = "SuperOffice" // NetServer's lookup does not tell them apart
	is.Sites[0].Owners[0].Licence.Company = "Another AS"
	if got := uids(is); got != was {
		t.Errorf("the UIDs were %s and are %s", was, got)
	}
	is.Sites[0].Site.Name = "Branch"
	if got := uids(is); got == was {
		t.Error("another site has the same UIDs")
	}
}

func TestRemindersComeInTimeAndNeverLate(t *testing.T) {
	expiry := caldate.New(2027, 6, 30)
	alarms := func(now time.Time) map[string]string {
		triggers := map[string]string{}
		for _, e := range calendar(t, Input{Snapshot: dated(monitor.Dates{NextCheck: expiry, AdminWarning: expiry, Maintenance: expiry, Expiry: expiry, Grace: expiry.AddDays(12)})}, now) {
			for _, a := range e.Alarms() {
				title, _, _ := strings.Cut(value(e, ics.ComponentPropertySummary), ":")
				triggers[title] += a.GetProperty(ics.ComponentPropertyTrigger).Value
				if a.GetProperty(ics.ComponentPropertyAction).Value != "DISPLAY" || a.GetProperty(ics.ComponentPropertyDescription).Value == "" {
					t.Errorf("the reminder of %s shows nothing", title)
				}
			}
		}
		return triggers
	}
	at := func(day, hour int) time.Time {
		return time.Date(2027, 6, day, hour, 0, 0, 0, time.FixedZone("", -8*3600))
	}
	for _, tt := range []struct {
		name          string
		now           time.Time
		expiry, grace string
	}{
		{"before either", at(16, 8), "-P13DT15H", "-P2DT15H"},
		{"from fourteen days before on", at(16, 9), "", "-P2DT15H"},
		{"when all is over", at(30, 12).AddDate(0, 0, 20), "", ""},
	} {
		got := alarms(tt.now)
		if got["Licence expires"] != tt.expiry || got["Modules stop"] != tt.grace || got["Next check"]+got["Reminders begin"]+got["Maintenance ends"] != "" {
			t.Errorf("%s: %v, want %q for the expiry and %q for the stop", tt.name, got, tt.expiry, tt.grace)
		}
	}
}

func TestAGraceDateThatStopsNothingIsNotCalledAStop(t *testing.T) {
	expiry := caldate.New(2027, 6, 30)
	events := calendar(t, Input{Snapshot: dated(monitor.Dates{Expiry: expiry, Grace: expiry.AddDays(-5)})}, noon)
	if text := value(events[0], ics.ComponentPropertyDescription); !strings.Contains(text, "when the licence expires") || len(events[0].Alarms()) > 0 {
		t.Errorf("a grace date before the expiry is described as %q, with %d reminders", text, len(events[0].Alarms()))
	}
}

func TestACalendarTakesAnyText(t *testing.T) {
	expiry := caldate.New(2027, 6, 30)
	for name, text := range map[string]string{
		"long and Norwegian": strings.Repeat("Blåbærsyltetøy på Ærøya, ", 60),
		"without a blank":    strings.Repeat("ÆØÅ", 90),
		"an injection":       "x\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nSUMMARY:y\rATTENDEE:mailto:a@b.example\nURL:http://evil.example",
		"separators":         `a;b,c:d\n"e"\\f\`,
		"invisible":          "a\x00\u2028b\u0085c\ufeff\xffd",
	} {
		t.Run(name, func(t *testing.T) {
			s := dated(monitor.Dates{Expiry: expiry})
			s.Sites[0].Site.Name, s.Sites[0].Owners[0].Owner = text, text
			l := s.Sites[0].Owners[0].Licence
			l.Description, l.Company, l.Serial = text, text, text
			events := calendar(t, Input{Snapshot: s, Version: text}, noon)
			if len(events) != 1 || len(events[0].Alarms()) != 1 {
				t.Fatalf("%d events, want one with one reminder", len(events))
			}
			for _, p := range events[0].Properties {
				switch p.IANAToken {
				case "UID", "DTSTAMP", "DTSTART", "SUMMARY", "DESCRIPTION", "TRANSP":
				default:
					t.Errorf("the text makes a property %s", p.IANAToken)
				}
			}
			shown := monitor.Harmless(text, short)
			if got := value(events[0], ics.ComponentPropertySummary); got != "Licence expires: "+shown+" / "+shown {
				t.Errorf("the summary is %q, want the text %q in it", got, shown)
			}
			if got := value(events[0], ics.ComponentPropertyDescription); !strings.Contains(got, "Licence: "+shown+", "+shown) {
				t.Errorf("the description is %q, want the text %q in it", got, shown)
			}
		})
	}
}
