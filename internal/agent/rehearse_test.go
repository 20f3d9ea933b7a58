//go:build unix

package agent

import (
	"errors"
	"strings"
	"testing"
	"time"

	"licensewatch/internal/settings"
	"licensewatch/monitor"
	"licensewatch/monitor/link"
)

func TestRulesAreRehearsedBeforeTheyAreSaved(t *testing.T) {
	s := begin(t, head, oslo)
	s.shows(head, monitor.OK)
	s.shows(oslo, monitor.OK)
	s.ailing(head)
	rehearsed := func(what link.WhatIf) monitor.Rehearsal {
		t.Helper()
		what.Days = 90
		r, err := s.client.Rehearse(t.Context(), what)
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	var r monitor.Rehearsal
	until(t, "a notification that would have been", func() bool {
		r = rehearsed(link.WhatIf{})
		return len(r.List) == 1
	})
	if r.List[0].Severity != monitor.Critical || !strings.Contains(r.List[0].Title+r.List[0].Text, owner) || r.Days != 1 {
		t.Errorf("rehearsal %+v, want one critical notification about %s", r, owner)
	}
	mute := monitor.Rules{Least: new(monitor.Nothing)}
	if r := rehearsed(link.WhatIf{Rules: mute}); len(r.List) != 0 {
		t.Errorf("with all muted: %+v", r)
	}
	if r := rehearsed(link.WhatIf{Sites: map[string]monitor.Rules{head: mute}}); len(r.List) != 0 {
		t.Errorf("with the site muted: %+v", r)
	}
	if r := rehearsed(link.WhatIf{Sites: map[string]monitor.Rules{oslo: mute}}); len(r.List) != 1 {
		t.Errorf("with the other site muted: %+v", r)
	}
	if now, err := s.client.Settings(t.Context()); err != nil || *now.Rules.Least != monitor.OK {
		t.Errorf("the settings are now %+v (%v): a rehearsal saves nothing", now, err)
	}
	for want, what := range map[string]link.WhatIf{
		"use 1 to 730":             {Days: 0},
		"of 731 days":              {Days: 731},
		"remind_critical is 1m":    {Days: 90, Rules: monitor.Rules{RemindCritical: new(time.Minute)}},
		`of site "` + oslo + `": `: {Days: 90, Sites: map[string]monitor.Rules{oslo: {RemindWarning: new(time.Minute)}}},
		settings.ErrNoSite.Error(): {Days: 90, Sites: map[string]monitor.Rules{"Nowhere": mute}},
	} {
		if _, err := s.client.Rehearse(t.Context(), what); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Rehearse = %v, want %q", err, want)
		}
	}
}

func TestARehearsalKnowsWhatStoodBefore(t *testing.T) {
	now := time.Now()
	stopped := monitor.Finding{Kind: monitor.FindingStopped, Severity: monitor.Critical, Text: "It has stopped."}
	past := monitor.Past{Events: []monitor.Event{{At: now.AddDate(0, 0, -200), Site: head, Owner: owner, To: monitor.Critical, Appeared: []monitor.Finding{stopped}}}}
	s := settings.Default()
	s.Sites = []settings.Site{{Name: head}}
	r, err := Rehearse(s, past, 10, now)
	if err != nil || len(r.List) < 9 || len(r.List) > 11 {
		t.Errorf("rehearsal %+v (%v), want a reminder each day", r, err)
	}
	if _, err := Rehearse(s, past, 0, now); err == nil || errors.Is(err, settings.ErrNoSite) {
		t.Errorf("Rehearse of no day = %v", err)
	}
}
