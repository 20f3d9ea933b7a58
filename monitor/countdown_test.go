package monitor

import (
	"testing"
	"time"

	"licensewatch/internal/caldate"
)

func date(t testing.TB, s string) caldate.Date {
	t.Helper()
	d, err := caldate.Parse(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestCountdowns(t *testing.T) {
	today := caldate.New(2026, time.November, 25)
	at := today.AddDays
	never, none := caldate.Never, caldate.Date{}
	tests := []struct {
		name     string
		kind     DateKind
		dates    Dates
		severity Severity
		words    string
	}{
		{"next check ahead", DateNextCheck, Dates{NextCheck: at(7)}, OK, "The site asks its issuer for a new licence in 7 days, on 2 December 2026."},
		{"next check tomorrow", DateNextCheck, Dates{NextCheck: at(1)}, OK, "The site asks its issuer for a new licence tomorrow, 26 November 2026."},
		{"next check today", DateNextCheck, Dates{NextCheck: at(0)}, OK, "The site asks its issuer for a new licence today, 25 November 2026."},
		{"next check past", DateNextCheck, Dates{NextCheck: at(-3)}, OK, "The site was due to ask its issuer for a new licence 3 days ago, on 22 November 2026."},
		{"no next check", DateNextCheck, Dates{}, OK, "No date is set on which the site asks its issuer for a new licence."},
		{"next check never", DateNextCheck, Dates{NextCheck: never}, OK, "The site does not ask its issuer for a new licence by itself."},

		{"reminders ahead", DateAdminWarning, Dates{AdminWarning: at(2), Expiry: at(30)}, OK, "Reminders begin in 2 days, on 27 November 2026."},
		{"reminders today", DateAdminWarning, Dates{AdminWarning: at(0), Expiry: at(30)}, Warning, "Reminders began today, 25 November 2026."},
		{"reminders yesterday", DateAdminWarning, Dates{AdminWarning: at(-1)}, Warning, "Reminders began yesterday, 24 November 2026."},
		{"reminders after the expiry", DateAdminWarning, Dates{AdminWarning: at(9), Expiry: at(-3)}, OK, "Reminders begin in 9 days, on 4 December 2026, after the expiry."},
		{"no reminders", DateAdminWarning, Dates{AdminWarning: none}, OK, "No date is set on which reminders begin."},
		{"reminders never", DateAdminWarning, Dates{AdminWarning: never}, OK, "Reminders do not begin."},

		{"maintenance ahead", DateMaintenance, Dates{Maintenance: at(40)}, OK, "Upgrades will refuse to install from 4 January 2027 on: maintenance ends in 40 days."},
		{"maintenance tomorrow", DateMaintenance, Dates{Maintenance: at(1)}, OK, "Upgrades will refuse to install from 26 November 2026 on: maintenance ends tomorrow."},
		{"maintenance today", DateMaintenance, Dates{Maintenance: at(0)}, Warning, "Upgrades refuse to install from today on, 25 November 2026: maintenance has ended."},
		{"maintenance past", DateMaintenance, Dates{Maintenance: at(-1)}, Warning, "Upgrades refuse to install since 24 November 2026: maintenance ended yesterday."},
		{"no maintenance", DateMaintenance, Dates{}, OK, "No date is set on which maintenance ends."},
		{"maintenance never", DateMaintenance, Dates{Maintenance: never}, OK, "Maintenance does not end."},

		{"expiry ahead", DateExpiry, Dates{Expiry: at(200)}, OK, "The licence expires in 200 days, on 13 June 2027."},
		{"expiry after the warning date", DateExpiry, Dates{AdminWarning: at(-1), Expiry: at(200)}, Warning, "The licence expires in 200 days, on 13 June 2027."},
		{"expiry tomorrow", DateExpiry, Dates{Expiry: at(1)}, OK, "The licence expires tomorrow, 26 November 2026."},
		{"expiry today", DateExpiry, Dates{Expiry: at(0)}, Critical, "The licence expired today, 25 November 2026."},
		{"expiry past", DateExpiry, Dates{Expiry: at(-2)}, Critical, "The licence expired 2 days ago, on 23 November 2026."},
		{"no expiry", DateExpiry, Dates{AdminWarning: at(-1)}, OK, "No expiry date is set: the licence does not end."},
		{"expiry never", DateExpiry, Dates{Expiry: never}, OK, "The licence does not end."},
		{"no expiry, yet a grace date", DateExpiry, Dates{Grace: at(12)}, OK, "No expiry date is set: the date on which modules stop is the licence's end."},
		{"expiry never, yet a grace date", DateExpiry, Dates{Expiry: never, Grace: at(-1)}, OK, "No expiry date is set: the date on which modules stop is the licence's end."},

		{"grace ahead", DateGrace, Dates{Expiry: at(217), Grace: at(229)}, OK, "Modules become read-only or stop in 229 days, on 12 July 2027."},
		{"in grace", DateGrace, Dates{Expiry: at(-1), Grace: at(11)}, Critical, "Modules become read-only or stop in 11 days, on 6 December 2026."},
		{"grace today", DateGrace, Dates{Expiry: at(-12), Grace: at(0)}, Critical, "Modules became read-only or stopped today, 25 November 2026."},
		{"grace past", DateGrace, Dates{Expiry: at(-12), Grace: at(-1)}, Critical, "Modules became read-only or stopped yesterday, 24 November 2026."},
		{"grace alone, ahead", DateGrace, Dates{Grace: at(12)}, OK, "Modules become read-only or stop in 12 days, on 7 December 2026."},
		{"grace alone, reminded", DateGrace, Dates{AdminWarning: at(0), Grace: at(12)}, Warning, "Modules become read-only or stop in 12 days, on 7 December 2026."},
		{"grace alone, past", DateGrace, Dates{Expiry: never, Grace: at(-5)}, Critical, "Modules became read-only or stopped 5 days ago, on 20 November 2026."},
		{"grace before the expiry", DateGrace, Dates{Expiry: at(30), Grace: at(10)}, OK, "Modules become read-only or stop when the licence expires: the date set for it, 5 December 2026, is before."},
		{"grace before the expiry, past", DateGrace, Dates{Expiry: at(30), Grace: at(-10)}, OK, "Modules become read-only or stop when the licence expires: the date set for it, 15 November 2026, is before."},
		{"both past in the wrong order", DateGrace, Dates{Expiry: at(-1), Grace: at(-10)}, Critical, "Modules became read-only or stopped when the licence expired: the date set for it, 15 November 2026, was before."},
		{"no grace", DateGrace, Dates{Expiry: at(-1)}, OK, "No date is set on which modules stop."},
		{"grace never", DateGrace, Dates{Expiry: at(-1), Grace: never}, OK, "Modules do not stop."},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			list := Countdowns(tt.dates, today)
			if len(list) != 5 {
				t.Fatalf("%d countdowns, want 5", len(list))
			}
			for _, c := range list {
				if c.Kind == tt.kind && (c.Severity != tt.severity || c.Words != tt.words) {
					t.Errorf("%v, %q\nwant %v, %q", c.Severity, c.Words, tt.severity, tt.words)
				}
				if c.Apart != (c.Kind == DateMaintenance) {
					t.Errorf("%s is apart: %v", c.Kind, c.Apart)
				}
			}
		})
	}
}

func TestCountdownsComeInTheirOrder(t *testing.T) {
	today := date(t, "2026-11-25")
	list := Countdowns(Dates{NextCheck: today.AddDays(400), Maintenance: caldate.Never, Expiry: today.AddDays(-3), Grace: today.AddDays(9)}, today)
	want := []DateKind{DateExpiry, DateGrace, DateNextCheck, DateMaintenance, DateAdminWarning}
	for i, c := range list {
		if c.Kind != want[i] {
			t.Errorf("countdown %d is of %s, want %s", i, c.Kind, want[i])
		}
	}
}

func TestInDays(t *testing.T) {
	for n, want := range map[int]string{0: "today", 1: "tomorrow", 12: "in 12 days", -1: "yesterday", -30: "30 days ago"} {
		if got := InDays(n); got != want {
			t.Errorf("InDays(%d) = %q, want %q", n, got, want)
		}
	}
}
