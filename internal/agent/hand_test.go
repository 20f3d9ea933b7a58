//go:build unix

package agent

import (
	"os/user"
	"slices"
	"strings"
	"testing"
	"time"

	"licensewatch/monitor"
	"licensewatch/monitor/link"
)

// refuses fails the test unless err has these words.
func refuses(t *testing.T, err error, words ...string) {
	t.Helper()
	for _, word := range words {
		if err == nil || !strings.Contains(err.Error(), word) {
			t.Errorf("the error is %v, want a word of %q", err, word)
		}
	}
}

func TestWhoAcknowledgedWhatAndWhyIsKept(t *testing.T) {
	s := begin(t, head, oslo)
	s.shows(oslo, monitor.OK)
	of, ctx := monitor.Subject{Site: head, Owner: "PARTNER01"}, t.Context()
	refuses(t, s.client.Acknowledge(ctx, of, ""), "nothing to acknowledge", "PARTNER01")
	if err := s.sim.Do(head + " PARTNER01 status ProblemWithLicense"); err != nil {
		t.Fatal(err)
	}
	if err := s.client.Refresh(ctx, head, "PARTNER01"); err != nil {
		t.Fatal(err)
	}
	s.shows(head, monitor.Critical)
	if err := s.client.Acknowledge(ctx, of, "ordered\x1b[31m"); err != nil {
		t.Fatal(err)
	}
	me, err := user.Current()
	if err != nil {
		t.Fatal(err)
	}
	known := func(v link.View) bool {
		a, _ := v.Snapshot.Alert(of)
		return a.Ack != nil && a.Ack.By == me.Username && strings.HasPrefix(a.Ack.Note, "ordered") && !strings.Contains(a.Ack.Note, "\x1b") &&
			v.Snapshot.Open() == monitor.OK && v.Snapshot.Worst() == monitor.Critical
	}
	s.sees("the acknowledgement, out of the icon's colour", known)
	s.stop()
	s.run()
	s.sees("the acknowledgement after a restart", known)
	if err := s.client.Resume(ctx, of); err != nil {
		t.Fatal(err)
	}
	s.sees("its end", func(v link.View) bool { return v.Snapshot.Open() == monitor.Critical })
	refuses(t, s.client.Resume(ctx, of), "nothing to resume")
	list, err := s.client.Log(ctx, time.Now().Add(-time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	var outcomes []monitor.Outcome
	for _, l := range list {
		if slices.Contains(l.About, of) && (l.Outcome == monitor.Acknowledged || l.Outcome == monitor.Resumed) {
			outcomes = append(outcomes, l.Outcome)
			if !strings.Contains(l.Text, me.Username) || l.Outcome == monitor.Acknowledged && !strings.HasPrefix(l.Why, "ordered") {
				t.Errorf("on record is %+v, want who and why", l)
			}
		}
	}
	if want := []monitor.Outcome{monitor.Resumed, monitor.Acknowledged}; !slices.Equal(outcomes, want) {
		t.Errorf("on record are %q, want %q, the newest first", outcomes, want)
	}
}

func TestASnoozeEndsInTimeAndLeavesAcknowledgements(t *testing.T) {
	s := begin(t, head, oslo)
	s.shows(oslo, monitor.OK)
	s.shows(head, monitor.OK)
	ctx, all := t.Context(), monitor.Subject{}
	refuses(t, s.client.Snooze(ctx, all, time.Now().Add(-time.Minute), ""), "is past")
	refuses(t, s.client.Snooze(ctx, all, time.Now().AddDate(1, 0, 2), ""), "too far away")
	refuses(t, s.client.Snooze(ctx, all, time.Time{}, ""), "nothing to resume")
	refuses(t, s.client.Snooze(ctx, monitor.Subject{Site: "Nowhere"}, time.Now().Add(time.Hour), ""), `"Nowhere"`, head, oslo)
	refuses(t, s.client.Acknowledge(ctx, monitor.Subject{Site: head, Owner: "NOBODY"}, ""), `"NOBODY"`, "PARTNER01")
	if err := s.sim.Do(head + " PARTNER01 status ProblemWithLicense"); err != nil {
		t.Fatal(err)
	}
	if err := s.client.Refresh(ctx, head, ""); err != nil {
		t.Fatal(err)
	}
	s.shows(head, monitor.Critical)
	until := time.Now().Add(time.Hour).Truncate(time.Second)
	if err := s.client.Acknowledge(ctx, monitor.Subject{Site: head}, ""); err != nil {
		t.Fatal(err)
	}
	if err := s.client.Snooze(ctx, all, until, "moving"); err != nil {
		t.Fatal(err)
	}
	s.sees("both", func(v link.View) bool {
		z, ok := v.Snapshot.Snoozed(all)
		return ok && z.Until.Equal(until) && z.Note == "moving" && v.Snapshot.Open() == monitor.OK
	})
	refuses(t, s.client.Resume(ctx, monitor.Subject{Site: oslo}), "as part of everything")
	if err := s.client.Snooze(ctx, all, time.Time{}, ""); err != nil {
		t.Fatal(err)
	}
	s.sees("the acknowledgement alone", func(v link.View) bool {
		_, snoozed := v.Snapshot.Snoozed(all)
		return !snoozed && v.Snapshot.Open() == monitor.OK
	})
}
