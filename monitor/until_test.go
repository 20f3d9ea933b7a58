package monitor

import (
	"testing"
	"time"
)

func TestEndsAreReadAsPeopleWriteThem(t *testing.T) {
	oslo, err := time.LoadLocation("Europe/Oslo")
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 10, 24, 12, 0, 0, 0, oslo) // the night to come has an hour more
	for text, want := range map[string]string{
		"tomorrow":         "2026-10-25T08:00:00+01:00",
		" Tomorrow ":       "2026-10-25T08:00:00+01:00",
		"2027-01-31":       "2027-01-31T08:00:00+01:00",
		"2026-10-25":       "2026-10-25T08:00:00+01:00",
		"2026-10-24 14:30": "2026-10-24T14:30:00+02:00",
	} {
		if end, ok := ReadEnd(text, now); !ok || end.Format(time.RFC3339) != want {
			t.Errorf("ReadEnd(%q) = %s, %t, want %s", text, end.Format(time.RFC3339), ok, want)
		}
	}
	for _, text := range []string{"", "soon", "31.01.2027", "2027-02-30", "2026-10-24 25:00", "2026-10-24T14:30"} {
		if end, ok := ReadEnd(text, now); ok {
			t.Errorf("ReadEnd(%q) = %s, want it refused", text, end)
		}
	}
}
