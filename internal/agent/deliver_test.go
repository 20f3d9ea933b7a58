//go:build unix

package agent

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"licensewatch/internal/hook"
	"licensewatch/internal/settings"
	"licensewatch/monitor"
	"licensewatch/monitor/link"
	"licensewatch/ui/notify"
)

func TestEachEventIsFedToTheUsersProgram(t *testing.T) {
	s := begin(t, head)
	file := s.command(`cat >> "$1"`)
	if err := s.sim.Do(head + " PARTNER01 status ProblemWithLicense"); err != nil {
		t.Fatal(err)
	}
	s.agent.refresh(head, "")
	var e hook.Event
	until(t, "an event", func() bool {
		text, err := os.ReadFile(s.path("chat"))
		return err == nil && json.Unmarshal(text, &e) == nil
	})
	if e.Event != "appeared" || e.Site != head || e.Owner != "PARTNER01" || e.Severity != monitor.Critical || e.Kind != monitor.FindingStatus || e.Why != "sent: new" {
		t.Errorf("the program read %+v, want that the licence of PARTNER01 has a problem", e)
	}
	if err := os.WriteFile(file, []byte("#!/bin/sh\necho no such channel >&2; exit 1"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := s.sim.Do(head + " PARTNER01 status Ok"); err != nil {
		t.Fatal(err)
	}
	until(t, "a failure on record", func() bool {
		s.agent.refresh(head, "") // what is over counts at the second look
		return slices.ContainsFunc(s.tellings(), func(t monitor.Telling) bool {
			return t.Outcome == monitor.Failed && t.Title == head+", PARTNER01: ok again" && strings.Contains(t.Why, "the command to-chat failed (exit status 1): no such channel")
		})
	})
	s.wantNotice("Events do not get through to your command: the command to-chat failed (exit status 1): no such channel. Look at")
	s.command("cat > /dev/null")
	words, err := s.agent.testNotification(t.Context())
	if err == nil || !strings.HasPrefix(err.Error(), "the test did not get through: the notification service refuses: ") ||
		!strings.HasSuffix(err.Error(), ". Start the notification service of your desktop, or one such as dunst. Your command to-chat has taken the test too.") {
		t.Errorf("the test says %q, %v, want that the desktop did not take it, the remedy, and that the command did", words, err)
	}
	for _, n := range s.notices() {
		if strings.Contains(n, "your command") {
			t.Errorf("a notice says %q, want none when the command works again", n)
		}
	}
}

// tellings are on record.
func (s *stage) tellings() []monitor.Telling {
	s.t.Helper()
	past, err := s.agent.past(s.t.Context(), link.Target{}, time.Time{})
	if err != nil {
		s.t.Fatal(err)
	}
	return past.Tellings
}

func (s *stage) notices() []string {
	s.agent.mu.Lock()
	defer s.agent.mu.Unlock()
	return slices.Clone(s.agent.view.Notices)
}

func (s *stage) wantNotice(begins string) {
	s.t.Helper()
	if list := s.notices(); !slices.ContainsFunc(list, func(n string) bool { return strings.HasPrefix(n, begins) }) {
		s.t.Errorf("the notices are %q, want one that begins with %q", list, begins)
	}
}

// command makes a program of the user's, and has it run for events.
func (s *stage) command(script string) (file string) {
	s.t.Helper()
	file = s.path("to-chat")
	if err := os.WriteFile(file, []byte("#!/bin/sh\n"+script+"\n"), 0o700); err != nil {
		s.t.Fatal(err)
	}
	_, err := s.agent.settings.edit(func(path string) error {
		return settings.Change(path, func(now *settings.Settings) { now.Command = []string{file, s.path("chat")} })
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return file
}

func TestATestSaysWhatHappened(t *testing.T) {
	on, off := true, false
	for _, tt := range []struct {
		r    notify.Receipt
		want string
	}{
		{notify.Receipt{Service: "dunst 1.9", Hushed: &off}, "The notification service dunst 1.9 has taken the test, and Do Not Disturb is off."},
		{notify.Receipt{Service: "dunst 1.9", Hushed: &on}, "The notification service dunst 1.9 has taken the test, but Do Not Disturb is on: it is shown when that is off."},
		{notify.Receipt{}, "Your system has taken the test. If you do not see it, Do Not Disturb may be on, or notifications of Licensewatch are switched off there."},
	} {
		if got := receiptWords(tt.r); got != tt.want {
			t.Errorf("%+v is %q, want %q", tt.r, got, tt.want)
		}
	}
}
