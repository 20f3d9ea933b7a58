//go:build unix

package command

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
)

// statusJSON is what status says of what people said.
type statusJSON struct {
	Severity string
	Sites    []struct {
		Site         string
		SnoozedUntil *time.Time `json:"snoozed_until"`
		Owners       []struct {
			Owner, Severity string
			Acknowledged    *struct {
				By, Note string
				At       time.Time
			}
			SnoozedUntil *time.Time `json:"snoozed_until"`
		}
	}
}

func (s *stage) status() (all statusJSON) {
	s.t.Helper()
	r := s.run("status", "--format", "json")
	if err := json.Unmarshal([]byte(r.stdout), &all); err != nil {
		s.t.Fatalf("status: %v (%v)", r, err)
	}
	return all
}

func TestWhatIsAcknowledgedKeepsItsSeverityAndSaysWhoAndWhy(t *testing.T) {
	s := begin(t, head, oslo)
	s.do(oslo + " PARTNER01 status ProblemWithLicense")
	s.agent()
	until(t, "an agent that has read both sites", func() bool { return s.run("status").code == 2 })
	r := s.run("ack", strings.ToLower(oslo), "partner01", "--note", "ordered\non Monday")
	r.want(t, 0)
	if want := "Acknowledged " + oslo + ", PARTNER01: "; !strings.HasPrefix(r.stdout, want) || strings.Count(r.stdout, "\n") != 1 {
		t.Errorf("ack prints %q, want one line that begins with %q", r.stdout, want)
	}
	until(t, "the acknowledgement", func() bool { return strings.Contains(s.run("status").stdout, "Acknowledged ") })
	if r := s.run("status"); r.code != 2 || !strings.Contains(r.stdout, ": ordered on Monday") || !strings.Contains(r.stdout, "CRITICAL") {
		t.Errorf("%v, want it critical as before, with the note in a line", r)
	}
	for _, site := range s.status().Sites {
		for _, o := range site.Owners {
			known := site.Site == oslo && o.Owner == "PARTNER01"
			if (o.Acknowledged != nil) != known || known && (o.Acknowledged.By == "" || o.Acknowledged.Note != "ordered on Monday" || time.Since(o.Acknowledged.At) > time.Hour || o.Severity != "critical") {
				t.Errorf("%s, %s is %+v", site.Site, o.Owner, o)
			}
		}
	}
	s.run("ack", head).want(t, 70, "nothing to acknowledge")
	s.run("resume", oslo, "PARTNER01").want(t, 0)
	until(t, "its end", func() bool { return !strings.Contains(s.run("status").stdout, "Acknowledged ") })
	s.run("resume", oslo, "PARTNER01").want(t, 70, "nothing to resume")
}

func TestASnoozeIsShownWithItsEnd(t *testing.T) {
	s := begin(t, head, oslo)
	s.agent()
	until(t, "an agent that has read both sites", func() bool { return s.run("status").code == 0 })
	s.run("snooze", oslo, "--until", "2020-01-31").want(t, 64, "past")
	s.run("snooze", oslo, "--for", "9000h").want(t, 70, "too far away")
	r := s.run("snooze", oslo, "--for", "2d")
	r.want(t, 0)
	if !strings.HasPrefix(r.stdout, "Snoozed "+oslo+" until ") || strings.Count(r.stdout, "\n") != 1 {
		t.Errorf("snooze prints %q, want one line with its end", r.stdout)
	}
	until(t, "the snooze", func() bool { return strings.Contains(s.run("status").stdout, "Snoozed until ") })
	for _, site := range s.status().Sites {
		if (site.SnoozedUntil != nil) != (site.Site == oslo) || (site.Owners[0].SnoozedUntil != nil) != (site.Site == oslo) {
			t.Errorf("%s is snoozed until %v, its first owner until %v", site.Site, site.SnoozedUntil, site.Owners[0].SnoozedUntil)
		}
	}
	s.run("resume", oslo, "PARTNER01").want(t, 70, "as part of", oslo)
	s.run("snooze", oslo, "PARTNER01", "--for", "1h").want(t, 0)
	if r := s.run("resume", oslo, "PARTNER01"); r.code != 0 || !strings.Contains(r.stdout, "still snoozed as part of "+oslo+".") {
		t.Errorf("resume of a part prints %q and ends with %d, want what it still is part of", r.stdout, r.code)
	}
	s.run("resume", "--all").want(t, 0)
	until(t, "its end", func() bool { return !strings.Contains(s.run("status").stdout, "Snoozed") })
	s.run("snooze", "--all", "--until", "tomorrow").want(t, 0)
	until(t, "the snooze of all", func() bool { return strings.Contains(s.run("status").stdout, ", snoozed until ") })
}

func TestHandsAreTakenAtTheirWord(t *testing.T) {
	s := begin(t, head)
	s.run("ack", head).want(t, 69, "no agent is running")
	for _, tt := range []struct {
		args  []string
		words []string
	}{
		{[]string{"ack"}, []string{"--all"}},
		{[]string{"ack", head, "--all"}, []string{"--all"}},
		{[]string{"resume", "a", "b", "c"}, []string{"one of its owners"}},
		{[]string{"snooze", head}, []string{"--for", "--until"}},
		{[]string{"snooze", head, "--for", "1h", "--until", "tomorrow"}, []string{"either"}},
		{[]string{"snooze", head, "--for", "soon"}, []string{`"soon"`, "1h"}},
		{[]string{"snooze", head, "--for", "-1h"}, []string{`"-1h"`}},
		{[]string{"snooze", head, "--until", "Monday"}, []string{`"Monday"`, "2027-01-31"}},
	} {
		s.run(tt.args...).want(t, 64, tt.words...)
	}
	s.agent()
	until(t, "an agent", func() bool { return s.run("status").code == 0 })
	s.run("ack", "Nowhere").want(t, 64, `"Nowhere"`, head)
	s.run("snooze", head, "NOBODY", "--for", "1h").want(t, 64, `"NOBODY"`, "PARTNER01")
}
