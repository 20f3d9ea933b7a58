package monitor

import (
	"testing"
	"time"
)

// 2026-03-01 is a Sunday. Times are UTC+1 unless they say otherwise.
func TestPlannedInterruptions(t *testing.T) {
	tests := []struct{ name, at, until string }{
		{"just before the nightly recycling", "2026-03-02T00:59:59+01:00", ""},
		{"the nightly recycling begins", "2026-03-02T01:00:00+01:00", "2026-03-02T03:00:00+01:00"},
		{"its last second", "2026-03-02T02:59:59+01:00", "2026-03-02T03:00:00+01:00"},
		{"its end is outside", "2026-03-02T03:00:00+01:00", ""},
		{"before a Tuesday's upgrade", "2026-03-03T19:59:59+01:00", ""},
		{"an upgrade begins on Tuesday", "2026-03-03T20:00:00+01:00", "2026-03-04T05:00:00+01:00"},
		{"the nightly recycling inside it ends with it", "2026-03-04T02:00:00+01:00", "2026-03-04T05:00:00+01:00"},
		{"its end is outside too", "2026-03-04T05:00:00+01:00", ""},
		{"before the patches of Thursday", "2026-03-05T21:59:59+01:00", ""},
		{"the patches begin", "2026-03-05T22:00:00+01:00", "2026-03-06T06:00:00+01:00"},
		{"the patches in the morning of Friday", "2026-03-06T05:59:59+01:00", "2026-03-06T06:00:00+01:00"},
		{"Friday at six", "2026-03-06T06:00:00+01:00", ""},
		{"an upgrade on Friday", "2026-03-06T20:00:00+01:00", "2026-03-07T05:00:00+01:00"},
		{"Saturday morning at five", "2026-03-07T05:00:00+01:00", ""},
		{"the weekend's maintenance begins", "2026-03-07T20:00:00+01:00", "2026-03-08T06:00:00+01:00"},
		{"it goes on into the new week", "2026-03-08T00:30:00+01:00", "2026-03-08T06:00:00+01:00"},
		{"Sunday at six", "2026-03-08T06:00:00+01:00", ""},
		{"over the end of a year", "2026-01-01T00:30:00+01:00", ""},
		{"a Thursday night over the end of a month", "2026-07-31T00:30:00+01:00", "2026-07-31T06:00:00+01:00"},
		{"told in UTC", "2026-03-05T21:00:00Z", "2026-03-06T06:00:00+01:00"},
		{"in summer local clocks are an hour ahead: at eleven it begins", "2026-07-02T23:00:00+02:00", "2026-07-03T06:00:00+01:00"},
		{"and not at ten", "2026-07-02T22:59:59+02:00", ""},
		{"the night in which summer time begins, before the change", "2026-03-29T01:30:00+01:00", "2026-03-29T06:00:00+01:00"},
		{"after the change, seven by the clock is six", "2026-03-29T07:00:00+02:00", ""},
		{"after the change, a second before", "2026-03-29T06:59:59+02:00", "2026-03-29T06:00:00+01:00"},
		{"the night in which it ends, in the hour that comes twice", "2026-10-25T02:30:00+02:00", "2026-10-25T06:00:00+01:00"},
		{"after that night", "2026-10-25T06:00:00+01:00", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			at, err := time.Parse(time.RFC3339, tt.at)
			if err != nil {
				t.Fatal(err)
			}
			until, ok := planned(at)
			got := ""
			if ok {
				got = until.Format(time.RFC3339)
			}
			if got != tt.until {
				t.Errorf("planned(%s) until %q, want %q", tt.at, got, tt.until)
			}
		})
	}
}

// Nobody but the table above knows the weeks; here a dumb twin counts every minute of two of them.
func TestPlannedHoursOfAWeek(t *testing.T) {
	minutes := 0
	for at := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC); at.Before(time.Date(2026, 3, 16, 12, 0, 0, 0, time.UTC)); at = at.Add(time.Minute) {
		until, ok := planned(at)
		if ok {
			minutes++
		}
		if ok && (!until.After(at) || until.Sub(at) > 10*time.Hour) {
			t.Fatalf("at %v it lasts until %v", at, until)
		}
	}
	// The long ones are 9+8+9+10 hours; the nightly two of Monday, Tuesday and Thursday lie outside them.
	if want := 2 * (36 + 6) * 60; minutes != want {
		t.Errorf("%d minutes of two weeks are planned, want %d", minutes, want)
	}
}
