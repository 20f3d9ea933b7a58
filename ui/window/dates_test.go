package window

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2/widget"

	"licensewatch/internal/caldate"
	"licensewatch/monitor"
)

func TestTheDateThatMattersNext(t *testing.T) {
	tests := []struct {
		name  string
		dates monitor.Dates
		want  monitor.DateKind
	}{
		{"the end that comes first", monitor.Dates{NextCheck: day(1), Maintenance: day(2), AdminWarning: day(9), Expiry: day(30), Grace: day(42)}, monitor.DateExpiry},
		{"a grace date alone", monitor.Dates{AdminWarning: day(-1), Grace: day(42)}, monitor.DateGrace},
		{"today is no longer ahead", monitor.Dates{Expiry: day(0), Grace: day(12)}, monitor.DateGrace},
		{"when all is past, the latest", monitor.Dates{AdminWarning: day(-40), Expiry: day(-30), Grace: day(-18)}, monitor.DateGrace},
		{"no grace", monitor.Dates{AdminWarning: day(-40), Expiry: day(-30)}, monitor.DateExpiry},
		{"no end", monitor.Dates{NextCheck: day(3), Maintenance: day(9), Expiry: caldate.Never}, monitor.DateExpiry},
		{"nothing", monitor.Dates{}, monitor.DateExpiry},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			list := monitor.Countdowns(tt.dates, day(0))
			if got := list[nextOf(list)].Kind; got != tt.want {
				t.Errorf("next is %s, want %s", got, tt.want)
			}
		})
	}
}

func TestTheDatesInWords(t *testing.T) {
	o := owner("SUPEROFFICE", 12, expiring)
	o.Licence.Dates = monitor.Dates{NextCheck: day(3), AdminWarning: day(-16), Maintenance: day(100), Expiry: day(12), Grace: day(24)}
	w := open(t, &fake{}, site("Alfa", o))
	w.openRow(t, "Alfa")
	var bold []string
	text, drawn := "", w.drawn()
	for _, o := range w.objects() {
		if l, ok := o.(*widget.Label); ok {
			text += l.Text + "\n"
			if strings.Contains(l.Text, "2026") && l.TextStyle.Bold {
				bold = append(bold, l.Text)
			}
		}
	}
	if want := "The licence expires in 12 days, on 4 December 2026."; len(bold) != 1 || bold[0] != want {
		t.Errorf("set in bold are %q, want %q", bold, want)
	}
	at := 0
	for _, c := range o.Countdowns(day(0)) {
		if n := strings.Count(text, c.Words); n != 1 {
			t.Errorf("%q is said %d times", c.Words, n)
		}
		if !strings.Contains(drawn, c.Date.Words()) {
			t.Errorf("%s is not in the picture: %s", c.Title, drawn)
		}
	}
	for _, want := range []string{"The licence expires", "Reminders began 16 days ago", "The site asks", "Modules become", "Upgrades will refuse"} {
		next := strings.Index(text, want)
		if next < at {
			t.Errorf("%q does not come where it should:\n%s", want, text)
		}
		at = next
	}
}
