package monitor

import (
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"licensewatch/internal/caldate"
)

// datesOf reads dates as NetServer writes them: expiry, grace, warning, maintenance. What is left out is missing.
func datesOf(t testing.TB, written ...string) Dates {
	t.Helper()
	var d Dates
	for i, at := range []*caldate.Date{&d.Expiry, &d.Grace, &d.AdminWarning, &d.Maintenance} {
		if i < len(written) {
			*at = date(t, written[i])
		}
	}
	return d
}

// told is what findings say of dates: kinds and cases, worst first.
func told(list []Finding) string {
	var words []string
	for _, f := range list {
		words = append(words, strings.TrimSpace(f.Kind+" "+f.Case))
	}
	return strings.Join(words, ", ")
}

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	l, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func TestDatesAreJudged(t *testing.T) {
	usual := DefaultLimits().Ladder
	oslo, york := zone(t, "Europe/Oslo"), zone(t, "America/New_York")
	noon := func(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 12, 0, 0, 0, oslo) }
	const minValue, maxValue = "0001-01-01T00:00:00", "9999-12-31T23:59:59.9999999"
	tests := []struct {
		name   string
		now    time.Time
		dates  []string // expiry, grace, warning, maintenance
		ladder []int
		want   string
		words  string // of the finding, or of the expiry's countdown if there is none
	}{
		{"no dates at all", noon(2026, 11, 25), nil, usual, "", "No expiry date is set: the licence does not end."},
		{"MinValue stands for none", noon(2026, 11, 25), []string{minValue, minValue, minValue, minValue}, usual, "", "No expiry date is set"},
		{"MaxValue stands for never", noon(2026, 11, 25), []string{maxValue, maxValue, maxValue, maxValue}, usual, "", "The licence does not end."},
		{"a date of the years of COM is none", noon(2026, 11, 25), []string{"1760-01-01T00:00:00"}, usual, "", "No expiry date is set"},
		{"never in the grace date", noon(2026, 11, 25), []string{"2026-11-24", maxValue}, usual, "expired", "The licence expired on 24 November 2026; modules do not stop."},
		{"the last day of .NET without its time", noon(2026, 11, 25), []string{"9999-12-31"}, usual, "", "The licence does not end."},

		{"yesterday", noon(2026, 11, 25), []string{"2026-11-24", "2026-12-06"}, usual, "expired", "expired on 24 November 2026; modules stop in 11 days, on 6 December 2026."},
		{"today", noon(2026, 11, 25), []string{"2026-11-25", "2026-12-07"}, usual, "expired", "modules stop in 12 days, on 7 December 2026."},
		{"tomorrow", noon(2026, 11, 25), []string{"2026-11-26", "2026-12-08"}, usual, "expiring 1 days", "The licence expires tomorrow, 26 November 2026."},
		{"modules stop tomorrow", noon(2026, 11, 25), []string{"2026-11-14", "2026-11-26"}, usual, "expired", "modules stop tomorrow, 26 November 2026."},
		{"modules stop today", noon(2026, 11, 25), []string{"2026-11-13", "2026-11-25"}, usual, "stopped", "The licence stopped on 25 November 2026"},
		{"the warning date was yesterday", noon(2026, 11, 25), []string{"2027-06-30", "", "2026-11-24"}, usual, "expiring warning-date", "expires in 217 days, on 30 June 2027."},
		{"the warning date is today", noon(2026, 11, 25), []string{"2027-06-30", "", "2026-11-25"}, usual, "expiring warning-date", "expires in 217 days"},
		{"the warning date is tomorrow", noon(2026, 11, 25), []string{"2027-06-30", "", "2026-11-26"}, usual, "", "expires in 217 days"},
		{"maintenance ended yesterday", noon(2026, 11, 25), []string{"", "", "", "2026-11-24"}, usual, "maintenance", "Maintenance ended on 24 November 2026"},
		{"maintenance ends today", noon(2026, 11, 25), []string{"", "", "", "2026-11-25"}, usual, "maintenance", "Maintenance ended on 25 November 2026"},
		{"maintenance ends tomorrow", noon(2026, 11, 25), []string{"", "", "", "2026-11-26"}, usual, "", "does not end"},
		{"expired and maintenance ended", noon(2026, 11, 25), []string{"2026-11-20", "2026-12-02", "2026-10-23", "2026-11-20"}, usual, "expired, maintenance", "expired on 20 November"},

		{"61 days ahead", noon(2026, 11, 25), []string{"2027-01-25"}, usual, "", "in 61 days"},
		{"60 days ahead", noon(2026, 11, 25), []string{"2027-01-24"}, usual, "expiring 60 days", "in 60 days, on 24 January 2027."},
		{"31 days ahead", noon(2026, 11, 25), []string{"2026-12-26"}, usual, "expiring 60 days", "in 31 days"},
		{"30 days ahead", noon(2026, 11, 25), []string{"2026-12-25"}, usual, "expiring 30 days", "in 30 days"},
		{"14 days ahead", noon(2026, 11, 25), []string{"2026-12-09"}, usual, "expiring 14 days", "in 14 days"},
		{"8 days ahead", noon(2026, 11, 25), []string{"2026-12-03"}, usual, "expiring 14 days", "in 8 days"},
		{"7 days ahead", noon(2026, 11, 25), []string{"2026-12-02"}, usual, "expiring 7 days", "in 7 days"},
		{"3 days ahead", noon(2026, 11, 25), []string{"2026-11-28"}, usual, "expiring 3 days", "in 3 days"},
		{"a ladder of its own", noon(2026, 11, 25), []string{"2027-02-23"}, []int{90, 10}, "expiring 90 days", "in 90 days"},
		{"a ladder of its own is quiet where the usual one warns", noon(2026, 11, 25), []string{"2027-01-24"}, []int{10}, "", "in 60 days"},
		{"a ladder in any order", noon(2026, 11, 25), []string{"2026-11-30"}, []int{1, 7, 60, 30}, "expiring 7 days", "in 5 days"},
		{"an empty ladder", noon(2026, 11, 25), []string{"2026-11-26"}, []int{}, "", "expires tomorrow"},
		{"an empty ladder and the warning date", noon(2026, 11, 25), []string{"2026-11-26", "", "2026-10-29"}, []int{}, "expiring warning-date", "expires tomorrow"},

		{"the last minute of a year", time.Date(2026, 12, 31, 23, 59, 59, 0, oslo), []string{"2027-01-01"}, usual, "expiring 1 days", "expires tomorrow, 1 January 2027."},
		{"the first minute of the next", time.Date(2027, 1, 1, 0, 0, 0, 0, oslo), []string{"2027-01-01"}, usual, "expired", "The licence expired on 1 January 2027"},
		{"over the end of a year", noon(2026, 12, 25), []string{"2027-01-08"}, usual, "expiring 14 days", "in 14 days, on 8 January 2027."},
		{"to a leap day", noon(2028, 2, 22), []string{"2028-02-29"}, usual, "expiring 7 days", "in 7 days, on 29 February 2028."},
		{"over a leap day", noon(2028, 2, 28), []string{"2028-03-01"}, usual, "expiring 3 days", "in 2 days, on 1 March 2028."},
		{"over the end of February without one", noon(2027, 2, 28), []string{"2027-03-01"}, usual, "expiring 1 days", "expires tomorrow, 1 March 2027."},
		{"a century without a leap day", noon(2100, 2, 28), []string{"2100-03-01"}, usual, "expiring 1 days", "expires tomorrow, 1 March 2100."},

		{"summer time begins in Oslo: 23 hours", time.Date(2027, 3, 28, 0, 30, 0, 0, oslo), []string{"2027-03-29"}, usual, "expiring 1 days", "expires tomorrow, 29 March 2027."},
		{"the hour that is left out", time.Date(2027, 3, 28, 2, 30, 0, 0, oslo), []string{"2027-03-28"}, usual, "expired", "expired on 28 March 2027"},
		{"over the day on which summer time begins", time.Date(2027, 3, 27, 23, 59, 0, 0, oslo), []string{"2027-04-03"}, usual, "expiring 7 days", "in 7 days"},
		{"summer time ends in Oslo: 25 hours", time.Date(2026, 10, 25, 23, 30, 0, 0, oslo), []string{"2026-10-26"}, usual, "expiring 1 days", "expires tomorrow, 26 October 2026."},
		{"the hour that comes twice", time.Date(2026, 10, 25, 2, 30, 0, 0, oslo).Add(time.Hour), []string{"2026-10-25"}, usual, "expired", "expired on 25 October 2026"},
		{"summer time begins in New York", time.Date(2027, 3, 14, 0, 30, 0, 0, york), []string{"2027-03-15"}, usual, "expiring 1 days", "expires tomorrow, 15 March 2027."},
		{"summer time ends in New York", time.Date(2026, 11, 1, 23, 59, 0, 0, york), []string{"2026-11-02"}, usual, "expiring 1 days", "expires tomorrow, 2 November 2026."},
		{"one instant, evening in New York", time.Date(2026, 11, 24, 22, 0, 0, 0, york), []string{"2026-11-25"}, usual, "expiring 1 days", "expires tomorrow"},
		{"the same instant, morning in Oslo", time.Date(2026, 11, 24, 22, 0, 0, 0, york).In(oslo), []string{"2026-11-25"}, usual, "expired", "expired on 25 November 2026"},

		{"without a zone", noon(2026, 11, 25), []string{"2026-11-26T00:00:00"}, usual, "expiring 1 days", "tomorrow, 26 November 2026."},
		{"in UTC", noon(2026, 11, 25), []string{"2026-11-26T00:00:00Z"}, usual, "expiring 1 days", "tomorrow, 26 November 2026."},
		{"with an offset that would make it the day before", noon(2026, 11, 25), []string{"2026-11-26T00:00:00+14:00"}, usual, "expiring 1 days", "tomorrow, 26 November 2026."},
		{"with an offset that would make it the day after", noon(2026, 11, 25), []string{"2026-11-26T23:59:59.9999999-11:00"}, usual, "expiring 1 days", "tomorrow, 26 November 2026."},
		{"a day with a zone and no time", noon(2026, 11, 25), []string{"2026-11-26+01:00"}, usual, "expiring 1 days", "tomorrow, 26 November 2026."},

		{"grace before the expiry, both ahead", noon(2026, 11, 25), []string{"2027-06-30", "2027-06-01"}, usual, "", "in 217 days, on 30 June 2027."},
		{"grace before the expiry, grace past", noon(2026, 11, 25), []string{"2027-06-30", "2026-11-01"}, usual, "", "in 217 days, on 30 June 2027."},
		{"grace before the expiry, both past", noon(2026, 11, 25), []string{"2026-11-20", "2026-11-01"}, usual, "stopped", "The licence stopped on 20 November 2026"},
		{"grace on the day of the expiry", noon(2026, 11, 25), []string{"2026-11-25", "2026-11-25"}, usual, "stopped", "The licence stopped on 25 November 2026"},
		{"warning after the expiry", noon(2026, 11, 25), []string{"2026-11-20", "", "2026-12-20"}, usual, "expired", "The licence expired on 20 November 2026; no grace date is known."},
		{"warning after the expiry, all ahead", noon(2026, 11, 25), []string{"2027-06-30", "", "2027-07-20"}, usual, "", "in 217 days"},
		{"grace without an expiry, far", noon(2026, 11, 25), []string{"", "2027-06-30"}, usual, "", "the date on which modules stop is the licence's end"},
		{"grace without an expiry, near", noon(2026, 11, 25), []string{"", "2026-12-02"}, usual, "expiring 7 days", "Modules become read-only or stop in 7 days, on 2 December 2026."},
		{"grace without an expiry, past", noon(2026, 11, 25), []string{maxValue, "2026-11-02"}, usual, "stopped", "The licence stopped on 2 November 2026"},
		{"a warning date alone", noon(2026, 11, 25), []string{"", "", "2026-11-25"}, usual, "expiring warning-date", "The issuer's warning date, 25 November 2026, is reached."},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d, today := datesOf(t, tt.dates...), caldate.Of(tt.now)
			list := judgeDates(d, today, tt.ladder)
			if got := told(list); got != tt.want {
				t.Errorf("found %q, want %q", got, tt.want)
			}
			words := d.expiryWords(today)
			if len(list) > 0 {
				words = list[0].Text
			}
			if !strings.Contains(words, tt.words) {
				t.Errorf("it says %q, want %q", words, tt.words)
			}
		})
	}
}

// The laws of dates, whatever they are and whatever day it is.
func FuzzDates(f *testing.F) {
	f.Add(uint16(0), int32(217), int32(12), int32(-28), int32(0), int32(7), uint8(0), uint8(60))
	f.Add(uint16(9000), int32(1), int32(-40), int32(30), int32(-1), int32(0), uint8(0), uint8(0))
	f.Add(uint16(1), int32(120_000), int32(150_000), int32(400), int32(200_000), int32(2_000_000), uint8(0), uint8(60)) // centuries
	f.Add(uint16(1), int32(-5), int32(3), int32(900), int32(5), int32(2), uint8(0b10101), uint8(9))
	f.Add(uint16(60000), int32(math.MaxInt32), int32(math.MinInt32), int32(math.MaxInt32), int32(3), int32(0), uint8(255), uint8(1))
	f.Fuzz(func(t *testing.T, start uint16, expiry, grace, warning, maintenance, check int32, missing uint8, step uint8) {
		first := caldate.New(1960, 1, 1).AddDays(int(start))
		at := func(base caldate.Date, n int32, bit int) caldate.Date {
			switch {
			case missing>>bit&1 == 1 && n%2 == 0:
				return caldate.Date{}
			case missing>>bit&1 == 1:
				return caldate.Never
			}
			return base.AddDays(int(n % 3_000_000))
		}
		d := Dates{Expiry: at(first, expiry, 0), AdminWarning: at(first, warning, 2), Maintenance: at(first, maintenance, 3), NextCheck: at(first, check, 4)}
		d.Grace = at(first, grace, 1)
		ladder := []int{int(step), int(step) / 2}
		var before map[DateKind]Countdown
		was := OK
		for n := range 40 {
			today := first.AddDays(n)
			list := Countdowns(d, today)
			findings := judgeDates(d, today, ladder)
			wantSameAgain(t, d, today, ladder, list, findings)
			wantSound(t, today, list)
			wantAgreement(t, d, today, findings)
			if worst(findings) < was {
				t.Fatalf("on %v it is %v and was %v the day before: %+v", today, worst(findings), was, d)
			}
			was = worst(findings)
			now := map[DateKind]Countdown{}
			for _, c := range list {
				now[c.Kind] = c
				if b, ok := before[c.Kind]; ok && (c.Severity < b.Severity || c.Date.IsDay() && c.Days != b.Days-1) {
					t.Fatalf("on %v: %+v after %+v", today, c, b)
				}
			}
			before = now
		}
	})
}

// Same input, same output, and nothing kept of it.
func wantSameAgain(t *testing.T, d Dates, today caldate.Date, ladder []int, list []Countdown, findings []Finding) {
	t.Helper()
	if !slices.Equal(list, Countdowns(d, today)) || !slices.Equal(findings, judgeDates(d, today, ladder)) {
		t.Fatalf("twice the same gives two answers: %+v on %v", d, today)
	}
}

// Each of the five is there once, in order, names its very date and no other, and what has no day is never reached.
func wantSound(t *testing.T, today caldate.Date, list []Countdown) {
	t.Helper()
	seen := map[DateKind]bool{}
	for i, c := range list {
		seen[c.Kind] = true
		if c.Words == "" || c.Title == "" || strings.Contains(c.Words, c.Date.Words()) != c.Date.IsDay() {
			t.Fatalf("%q does not name the very date %v", c.Words, c.Date)
		}
		if !c.Date.IsDay() && (c.Days != 0 || c.Severity != OK || strings.ContainsAny(c.Words, "0123456789")) {
			t.Fatalf("what has no day is counted: %+v", c)
		}
		if c.Date.IsDay() && c.Date != today.AddDays(c.Days) {
			t.Fatalf("%d days from %v is not %v", c.Days, today, c.Date)
		}
		if i > 0 && (rank(list[i-1].Date) > rank(c.Date) || rank(list[i-1].Date) == rank(c.Date) && list[i-1].Days > c.Days) {
			t.Fatalf("%+v comes after %+v", c, list[i-1])
		}
	}
	if len(list) != 5 || len(seen) != 5 {
		t.Fatalf("%d countdowns of %d kinds", len(list), len(seen))
	}
}

// Findings and countdowns tell the same: nothing is past in one and ahead in the other, and they are as severe.
func wantAgreement(t *testing.T, d Dates, today caldate.Date, findings []Finding) {
	t.Helper()
	is := map[string]bool{}
	for _, f := range findings {
		is[f.Kind] = true
	}
	owner := OwnerState{Licence: &Licence{Dates: d}, Findings: findings}
	severest := OK
	for _, c := range owner.Countdowns(today) {
		severest = max(severest, c.Severity)
		past := c.Date.Reached(today)
		switch c.Kind {
		case DateExpiry:
			if past != (is[FindingExpired] || is[FindingStopped] && c.Date.IsDay()) || past != strings.Contains(c.Words, "expired") {
				t.Fatalf("%q beside %v", c.Words, told(findings))
			}
		case DateGrace:
			if strings.Contains(c.Words, "became") != is[FindingStopped] {
				t.Fatalf("%q beside %v", c.Words, told(findings))
			}
		case DateMaintenance:
			if past != is[FindingMaintenance] {
				t.Fatalf("%q beside %v", c.Words, told(findings))
			}
		}
	}
	if severest != worst(findings) {
		t.Fatalf("the countdowns are %v, the findings %v: %+v on %v", severest, worst(findings), d, today)
	}
}
