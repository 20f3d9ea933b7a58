package window

import (
	"slices"
	"testing"
	"time"

	"licensewatch/monitor"
)

// when is so many hours before noon.
func when(hours float64) time.Time { return noon.Add(-time.Duration(hours * float64(time.Hour))) }

var (
	zulu = monitor.Subject{Site: "Zulu", Owner: "SUPEROFFICE"}
	soon = monitor.Finding{Kind: monitor.FindingExpiring, Severity: monitor.Warning, Text: "The licence expires in 7 days.", Action: "Renew it."}
)

// change is an event at Zulu.
func change(hours float64, from, to monitor.Severity, appeared, gone []monitor.Finding) monitor.Event {
	return monitor.Event{At: when(hours), Site: zulu.Site, Owner: zulu.Owner, From: from, To: to, Appeared: appeared, Gone: gone}
}

func TestTheNotificationOfAnEvent(t *testing.T) {
	tell := func(hours float64, o monitor.Outcome, about ...monitor.Subject) monitor.Telling {
		return monitor.Telling{At: when(hours), Title: "Zulu: trouble", Outcome: o, Why: "nobody takes it", About: about}
	}
	first, second := change(48, monitor.OK, monitor.Warning, nil, nil), change(24, monitor.Warning, monitor.Critical, nil, nil)
	quick := change(47.95, monitor.Warning, monitor.Critical, nil, nil) // three minutes after the first
	other := monitor.Subject{Site: "Alfa", Owner: "SUPEROFFICE"}
	tests := []struct {
		name     string
		events   []monitor.Event
		tellings []monitor.Telling
		of       monitor.Event
		word     string
		words    []string
	}{
		{"none", []monitor.Event{first}, nil, first, "", []string{"No notification about it is on record."}},
		{"sent the same day", []monitor.Event{first}, []monitor.Telling{tell(47.9, monitor.Sent, zulu)}, first, "notified", []string{"Notification sent at 12:06: Zulu: trouble"}},
		{"about another owner", []monitor.Event{first}, []monitor.Telling{tell(47.9, monitor.Sent, other)}, first, "", []string{"No notification about it is on record."}},
		{"among several", []monitor.Event{first}, []monitor.Telling{tell(47.9, monitor.Sent, other, zulu)}, first, "notified", []string{"Notification sent at 12:06: Zulu: trouble"}},
		{"before it", []monitor.Event{first}, []monitor.Telling{tell(49, monitor.Sent, zulu)}, first, "", []string{"No notification about it is on record."}},
		{"of the next event", []monitor.Event{first, second}, []monitor.Telling{tell(23.9, monitor.Sent, zulu)}, first, "", []string{"No notification about it is on record."}},
		{"of two events in a row", []monitor.Event{first, quick}, []monitor.Telling{tell(47.9, monitor.Sent, zulu)}, first, "notified", []string{"Notification sent at 12:06: Zulu: trouble"}},
		{"failed, then sent the day after", []monitor.Event{first}, []monitor.Telling{tell(47, monitor.Failed, zulu), tell(26, monitor.Sent, zulu)}, first, "notified",
			[]string{"Notification not sent at 13:00: nobody takes it.", "Notification sent on 21 Nov 10:00: Zulu: trouble"}},
		{"failed", []monitor.Event{first}, []monitor.Telling{tell(47, monitor.Failed, zulu)}, first, "not sent", []string{"Notification not sent at 13:00: nobody takes it."}},
		{"acknowledged", []monitor.Event{first}, []monitor.Telling{tell(47, monitor.Sent, zulu), tell(46, monitor.Acknowledged, zulu)}, first, "acknowledged",
			[]string{"Notification sent at 13:00: Zulu: trouble", "Acknowledged at 14:00. nobody takes it."}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			list := tellings(monitor.Past{Events: tt.events, Tellings: tt.tellings}, tt.of)
			if got := told(list); got != tt.word {
				t.Errorf("told = %q, want %q", got, tt.word)
			}
			if got := toldWords(list, tt.of.At); !slices.Equal(got, tt.words) {
				t.Errorf("toldWords = %q, want %q", got, tt.words)
			}
		})
	}
}

func TestWhatCameInAFewWords(t *testing.T) {
	of := func(f ...monitor.Finding) []monitor.Finding { return f }
	for _, tt := range []struct {
		event monitor.Event
		want  string
	}{
		{change(1, 0, 0, of(soon), nil), "Expires soon"},
		{change(1, 0, 0, of(expired), of(soon)), "Expired"}, // which takes the place of the other
		{change(1, 0, 0, of(monitor.Finding{Kind: monitor.FindingExpiring, Case: "30 days"}), of(soon)), "Expires within 30 days"},
		{change(1, 0, 0, of(monitor.Finding{Kind: monitor.FindingExpiring, Case: "1 days"}), nil), "Expires within 1 day"},
		{change(1, 0, 0, of(expired), of(refused)), "Expired; over: sign-in refused"},
		{change(1, 0, 0, of(expired), of(fine)), "Expired"}, // good news ends with it
		{change(1, 0, 0, nil, of(refused)), "Over: sign-in refused"},
		{change(1, 0, 0, nil, of(refused, outdated)), "Over: sign-in refused; over: no recent answer"},
		{change(1, 0, 0, of(monitor.Finding{Kind: monitor.FindingStatus, Case: "NewLicenseActivated"}), nil), "New licence activated"},
		{change(1, 0, 0, nil, of(monitor.Finding{Kind: monitor.FindingSeats, Title: "DNS seats: 0"})), "Over: DNS seats: 0"},
		{change(1, 0, 0, of(monitor.Finding{Kind: monitor.FindingUnreadable, Failure: monitor.KindDNS}), nil), "Host name not found"},
		{change(1, 0, 0, of(monitor.Finding{Kind: "later", Text: "Something new."}), nil), "Something new."},
		{change(1, monitor.OK, monitor.Warning, nil, nil), "Warning"},
	} {
		if got := came(tt.event); got != tt.want {
			t.Errorf("came = %q, want %q", got, tt.want)
		}
	}
}

func TestSinceWhen(t *testing.T) {
	for hours, want := range map[float64]string{
		1: "11:00", 24: "yesterday 12:00", 43.5: "Friday 16:30", 6 * 24: "Monday 12:00", 7 * 24: "15 November 12:00", 366 * 24: "21 November 2025 12:00",
	} {
		if got := sinceWords(when(hours), noon); got != want {
			t.Errorf("%v hours ago is %q, want %q", hours, got, want)
		}
	}
	for hours, want := range map[float64]string{1: "at 11:00", 24: "on 21 Nov 12:00", 366 * 24: "on 21 Nov 2025 12:00"} {
		if got := atMoment(when(hours), noon); got != want {
			t.Errorf("%v hours ago is %q, want %q", hours, got, want)
		}
	}
}
