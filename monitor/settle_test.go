package monitor

import (
	"fmt"
	"slices"
	"testing"
	"time"
)

func TestSettle(t *testing.T) {
	now := time.Date(2026, time.November, 24, 21, 0, 0, 0, time.UTC)
	a, b := Subject{Site: "A"}, Subject{Site: "B"}
	status := func(word string) Finding { return Finding{Kind: FindingStatus, Case: word, Severity: Warning} }
	step := func(step string) Finding { return Finding{Kind: FindingExpiring, Case: step, Severity: Warning} }
	worse := status("x")
	worse.Severity = Critical
	minute := 0
	news := func(of Subject, act Act, f Finding) Decision {
		minute++
		return Decision{At: now.Add(time.Duration(minute) * time.Minute), Subject: of, Act: act, Fate: Tell, Reason: ReasonNew, Finding: f}
	}
	type list = []Decision
	tests := []struct {
		name    string
		waiting list
		ack     *Hand
		left    string // sites and acts
		over    string // the same, with reasons
	}{
		{"nothing", nil, nil, "[]", "[]"},
		{"two sites", list{news(a, Appeared, status("x")), news(b, Over, status("x"))}, nil, "[A appeared B over]", "[]"},
		{"it came and went", list{news(a, Appeared, status("x")), news(b, Appeared, status("x")), news(a, Over, status("x"))}, nil, "[B appeared]", "[A appeared untold A over untold]"},
		{"it went and came", list{news(a, Over, status("x")), news(a, Appeared, status("x"))}, nil, "[]", "[A over untold A appeared untold]"},
		{"one of two went", list{news(a, Appeared, status("x")), news(a, Appeared, Finding{Kind: FindingSeats}), news(a, Over, status("x"))}, nil, "[A appeared]", "[A appeared untold A over untold]"},
		{"a reminder and the end", list{news(a, Still, status("x")), news(a, Over, status("x"))}, nil, "[A over]", "[A still untold]"},
		{"two reminders", list{news(a, Still, status("x")), news(a, Still, status("y"))}, nil, "[A still]", "[A still overtaken]"},
		{"two steps of the ladder", list{news(a, Appeared, step("7 days")), news(a, Appeared, step("3 days"))}, nil, "[A appeared]", "[A appeared overtaken]"},
		{"unstable and steady again", list{news(a, Unstable, status("x")), news(a, Steady, status("x"))}, nil, "[A steady]", "[A unstable overtaken]"},
		{"steady, and unstable again", list{news(a, Steady, status("x")), news(a, Unstable, status("x"))}, nil, "[A unstable]", "[A steady overtaken]"},
		{"passed twice", list{news(a, Passed, status("x")), news(a, Passed, status("x"))}, nil, "[A passed]", "[A passed overtaken]"},
		{"it went and came worse", list{news(a, Over, status("x")), news(a, Appeared, worse)}, nil, "[A appeared]", "[A over overtaken]"},
		{"acknowledged since", list{news(a, Appeared, status("x")), news(b, Appeared, status("x"))}, &Hand{At: now.Add(time.Hour)}, "[B appeared]", "[A appeared acknowledged]"},
		{"acknowledged before", list{news(a, Appeared, status("x"))}, &Hand{At: now}, "[A appeared]", "[]"},
		{"an end is told of what is acknowledged", list{news(a, Over, status("x"))}, &Hand{At: now.Add(time.Hour)}, "[A over]", "[]"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := Snapshot{At: now.Add(2 * time.Hour)}
			if tt.ack != nil {
				s.Alerts = []Alert{{Subject: a, Ack: tt.ack}}
			}
			before := slices.Clone(tt.waiting)
			left, over := Settle(tt.waiting, s)
			var l, o list = left, over
			var leftWords, overWords []string
			for _, d := range l {
				leftWords = append(leftWords, d.Site, string(d.Act))
			}
			for _, d := range o {
				overWords = append(overWords, d.Site, string(d.Act), string(d.Reason))
				if d.Fate != Drop {
					t.Errorf("%+v is over, and not dropped", d)
				}
			}
			if fmt.Sprint(leftWords) != tt.left || fmt.Sprint(overWords) != tt.over {
				t.Errorf("left %v, over %v, want %v and %v", leftWords, overWords, tt.left, tt.over)
			}
			if fmt.Sprint(before) != fmt.Sprint(tt.waiting) {
				t.Error("Settle changed what it was given")
			}
		})
	}
}
