package caldate

import (
	"encoding/json"
	"testing"
	"time"
)

func TestParseKeepsTheDayAsWritten(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"WCF form", "2027-06-30T00:00:00", "2027-06-30"},
		{"documentation form", "2027-06-30T13:13:28Z", "2027-06-30"},
		{"offset does not move the day", "2027-06-30T00:00:00+02:00", "2027-06-30"},
		{"late with a negative offset", "2027-06-30T23:59:59-11:00", "2027-06-30"},
		{"fractions", "2027-06-30T00:00:00.1234567", "2027-06-30"},
		{"fractions and offset", "2027-06-30T00:00:00.12+01:00", "2027-06-30"},
		{"date alone", "2027-06-30", "2027-06-30"},
		{"leap day", "2028-02-29T00:00:00", "2028-02-29"},
		{"nothing", "", ""},
		{"MinValue is none", "0001-01-01T00:00:00", ""},
		{"before 1900 is none", "1899-12-31T00:00:00", ""},
		{"MaxValue is never", "9999-12-31T23:59:59.9999999", "never"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := Parse(tt.in)
			if err != nil || got.String() != tt.want {
				t.Errorf("Parse(%q) = %q, %v; want %q", tt.in, got, err, tt.want)
			}
		})
	}
	for _, bad := range []string{"soon", "2027-13-01T00:00:00", "2027-02-30", "2027-06-30T25:00:00", "2027-06-30 noon", "30.06.2027", "2027-06-30T"} {
		if d, err := Parse(bad); err == nil {
			t.Errorf("Parse(%q) = %v, want an error", bad, d)
		}
	}
}

func TestDaysFromCountsCalendarDays(t *testing.T) {
	oslo := time.FixedZone("CEST", 2*60*60)
	today := Of(time.Date(2026, 3, 28, 23, 59, 0, 0, oslo)) // the night before clocks change
	if got := New(2026, 3, 30).DaysFrom(today); got != 2 {
		t.Errorf("DaysFrom = %d, want 2", got)
	}
	if got := New(9998, 12, 31).DaysFrom(New(1900, 1, 1)); got != 2958098 {
		t.Errorf("over all centuries DaysFrom = %d, want 2958098", got)
	}
	if !today.Reached(today) || today.AddDays(1).Reached(today) || (Date{}).Reached(today) || Never.Reached(today) {
		t.Error("Reached is wrong at the day itself, the day after, none or never")
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{"2027-06-30T00:00:00", "0001-01-01T00:00:00", "9999-12-31", "", "2027-06-30T00:00:00+25:00"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d, err := Parse(s)
		if err != nil {
			return
		}
		if d.IsDay() && d.String() != s[:10] {
			t.Errorf("Parse(%q) = %v: the day moved", s, d)
		}
		b, err := json.Marshal(d)
		if err != nil {
			t.Fatal(err)
		}
		var back Date
		if err := json.Unmarshal(b, &back); err != nil || back != d {
			t.Errorf("%s comes back as %v, %v; want %v", b, back, err, d)
		}
	})
}
