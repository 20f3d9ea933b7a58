package monitor

import (
	"testing"
	"time"
)

func TestTomorrowIsEightInTheMorning(t *testing.T) {
	oslo, err := time.LoadLocation("Europe/Oslo")
	if err != nil {
		t.Skip("no time zones are installed: ", err)
	}
	tests := []struct {
		name string
		now  time.Time
		want string
	}{
		{"an evening", time.Date(2026, 3, 1, 22, 0, 0, 0, oslo), "2026-03-02T08:00:00+01:00"},
		{"just after midnight it is the day that follows", time.Date(2026, 3, 1, 0, 1, 0, 0, oslo), "2026-03-02T08:00:00+01:00"},
		{"the last day of a year", time.Date(2026, 12, 31, 12, 0, 0, 0, oslo), "2027-01-01T08:00:00+01:00"},
		{"the night in which summer time begins", time.Date(2026, 3, 28, 20, 0, 0, 0, oslo), "2026-03-29T08:00:00+02:00"},
		{"the night in which it ends", time.Date(2026, 10, 24, 20, 0, 0, 0, oslo), "2026-10-25T08:00:00+01:00"},
		{"in the zone of now", time.Date(2026, 3, 1, 22, 0, 0, 0, time.UTC), "2026-03-02T08:00:00Z"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := Tomorrow(tt.now).Format(time.RFC3339); got != tt.want {
				t.Errorf("Tomorrow(%v) = %s, want %s", tt.now, got, tt.want)
			}
		})
	}
}
