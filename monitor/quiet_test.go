package monitor

import (
	"strings"
	"testing"
	"time"
)

func hours(t testing.TB, lines ...string) []Quiet {
	t.Helper()
	list := []Quiet{}
	for _, line := range lines {
		q, err := ParseQuiet(line)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, q)
	}
	return list
}

func place(t *testing.T, name string) Zone {
	t.Helper()
	z, err := LoadZone(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

func TestQuietHoursAreWrittenAsTheyAreRead(t *testing.T) {
	for text, want := range map[string]string{
		"Mon-Fri 18:00-08:00":          "Mon-Fri 18:00-08:00",
		" mon - fri  18:00 - 8:00 ":    "Mon-Fri 18:00-08:00",
		"Sat-Sun 00:00-24:00":          "Sat-Sun 00:00-24:00",
		"Sun 00:00-00:00":              "Sun 00:00-00:00",
		"DAILY 22:30-06:15":            "daily 22:30-06:15",
		"Mon-Sun 12:00-13:00":          "daily 12:00-13:00",
		"Fri-Mon 20:00-07:00":          "Mon,Fri-Sun 20:00-07:00",
		"Sun,Wed,Tue 01:00-02:00":      "Tue-Wed,Sun 01:00-02:00",
		"Mon, Wed, Fri-Sat 9:00-24:00": "Mon,Wed,Fri-Sat 09:00-24:00",
	} {
		q, err := ParseQuiet(text)
		if err != nil || q.String() != want {
			t.Errorf("%q is %q, %v; want %q", text, q, err, want)
			continue
		}
		if again, err := ParseQuiet(want); err != nil || again != q {
			t.Errorf("%q read again is %v, %v; want %v", want, again, err, q)
		}
	}
}

func TestWhatAreNoQuietHours(t *testing.T) {
	for text, want := range map[string]string{
		"":                      "no hours",
		"Mon-Fri":               "no hours",
		"18:00-08:00":           "no days",
		"Mon 18:00":             "no end",
		"Mon 18-08":             `"18" is not a time`,
		"Mon 18:00-25:00":       `"25:00" is not a time`,
		"Mon 24:00-08:00":       "begins at the end of a day",
		"Mon-Fry 18:00-08:00":   `"Mon-Fry" is not a day`,
		"Mon,,Tue 18:00-08:00":  `"" is not a day`,
		"Mon-Tue-Wed 1:00-2:00": `"Mon-Tue-Wed" is not a day`,
		"Mon 18:00-08:00 daily": `"08:00 daily" is not a time`,
	} {
		_, err := ParseQuiet(text)
		if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), `write it as "Mon-Fri 18:00-08:00"`) {
			t.Errorf("%q: %v, want %q and how to write it", text, err, want)
		}
	}
}

func TestQuietUntil(t *testing.T) {
	work := []string{"Mon-Fri 18:00-08:00", "Sat-Sun 00:00-24:00"}
	tests := []struct {
		name, zone string
		hours      []string
		now, want  string // in zone; no want: it is not quiet
	}{
		{"none", "Europe/Oslo", nil, "2026-03-02 03:00", ""},
		{"before they begin", "Europe/Oslo", work, "2026-03-02 17:59", ""},
		{"as they begin", "Europe/Oslo", work, "2026-03-02 18:00", "2026-03-03 08:00"},
		{"behind midnight they are yesterday's", "Europe/Oslo", work, "2026-03-03 07:59", "2026-03-03 08:00"},
		{"as they end", "Europe/Oslo", work, "2026-03-03 08:00", ""},
		{"Monday's early hours are nobody's", "Europe/Oslo", work, "2026-03-02 07:00", ""},
		{"the weekend follows Friday", "Europe/Oslo", work, "2026-03-06 18:30", "2026-03-09 00:00"},
		{"hours that touch", "Europe/Oslo", []string{"daily 12:00-13:00", "daily 13:00-14:00", "daily 10:00-12:00"}, "2026-03-02 10:00", "2026-03-02 14:00"},
		{"over the week's end", "Europe/Oslo", []string{"Sat-Mon 22:00-06:00"}, "2026-03-02 05:00", "2026-03-02 06:00"},
		{"one day alone", "Europe/Oslo", []string{"Sun 00:00-24:00"}, "2026-03-02 00:00", ""},
		{"as many hours as a day has", "Europe/Oslo", []string{"Wed 09:00-09:00"}, "2026-03-05 08:59", "2026-03-05 09:00"},
		{"another zone than the computer's", "Pacific/Auckland", work, "2026-03-02 18:00", "2026-03-03 08:00"},
		{"a night with a missing hour", "Europe/Oslo", []string{"daily 18:00-08:00"}, "2026-03-28 20:00", "2026-03-29 08:00"},
		{"a night with an hour twice", "Europe/Oslo", []string{"daily 18:00-08:00"}, "2026-10-24 20:00", "2026-10-25 08:00"},
		{"an end within the missing hour", "Europe/Oslo", []string{"daily 18:00-02:30"}, "2026-03-28 20:00", "2026-03-29 03:30"},
		{"quiet for ever ends in a week, and begins anew", "Europe/Oslo", []string{"daily 00:00-24:00"}, "2026-03-02 12:00", "2026-03-10 00:00"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			zone := place(t, tt.zone)
			at := func(s string) time.Time {
				at, err := time.ParseInLocation("2006-01-02 15:04", s, zone.location())
				if err != nil {
					t.Fatal(err)
				}
				return at
			}
			r := Rules{Quiet: hours(t, tt.hours...), Zone: &zone}
			end, quiet := r.QuietUntil(at(tt.now).UTC()) // whatever zone the clock has
			switch {
			case quiet != (tt.want != ""):
				t.Errorf("quiet is %v until %v", quiet, end)
			case quiet && !end.Equal(at(tt.want)):
				t.Errorf("quiet until %v, want %s", end, tt.want)
			}
		})
	}
}

// Minute by minute through a year, in which the clock changes twice: it is quiet where the wall clock says so.
func TestQuietUntilHoldsEveryMinuteOfAYear(t *testing.T) {
	zone := place(t, "Europe/Oslo")
	r := Rules{Quiet: hours(t, "Mon-Fri 18:00-08:00", "Sat-Sun 00:00-24:00"), Zone: &zone}
	covered := func(at time.Time) bool {
		day, minute := at.Weekday(), at.Hour()*60+at.Minute()
		switch {
		case day == time.Saturday || day == time.Sunday:
			return true
		case minute >= 18*60:
			return true
		}
		return day != time.Monday && minute < 8*60
	}
	start := time.Date(2026, 1, 1, 0, 0, 0, 0, zone.location())
	for at := start; at.Year() == 2026; at = at.Add(7 * time.Minute) {
		end, quiet := r.QuietUntil(at)
		if quiet != covered(at) {
			t.Fatalf("at %v quiet is %v", at, quiet)
		}
		if quiet && (covered(end) || !covered(end.Add(-time.Minute))) {
			t.Fatalf("at %v it is quiet until %v", at, end)
		}
	}
}

func TestAlwaysQuiet(t *testing.T) {
	for _, tt := range []struct {
		want  bool
		lines []string
	}{
		{false, nil},
		{true, []string{"daily 00:00-24:00"}},
		{true, []string{"daily 08:00-08:00"}},
		{true, []string{"Mon-Fri 18:00-08:00", "Mon-Fri 08:00-18:00", "Sat 08:00-24:00", "Sun 00:00-24:00", "Mon 00:00-08:00"}},
		{false, []string{"Mon-Fri 18:00-08:00", "Mon-Fri 08:00-18:00", "Sat 08:00-24:00", "Sun 00:00-24:00", "Mon 00:00-07:59"}},
		{false, []string{"Mon-Sat 00:00-24:00"}},
	} {
		if got := AlwaysQuiet(hours(t, tt.lines...)); got != tt.want {
			t.Errorf("%q: %v, want %v", tt.lines, got, tt.want)
		}
	}
}

func TestZones(t *testing.T) {
	for _, name := range []string{"Europe/Olso", "Local", "/etc/localtime", "../Oslo"} {
		if _, err := LoadZone(name); err == nil || !strings.Contains(err.Error(), `write it as "Europe/Oslo"`) {
			t.Errorf("%q: %v", name, err)
		}
	}
	if z := place(t, ""); z.String() != "" || z.location() != time.Local {
		t.Errorf("no name is %q in %v", z, z.location())
	}
}
