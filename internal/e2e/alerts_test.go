//go:build linux

package e2e

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"licensewatch/assets"
	"licensewatch/internal/desktop"
)

// told returns the latest of n notifications, which names all of these.
func (a *agent) told(n int, names ...string) desktop.Notification {
	a.t.Helper()
	last := a.received(n)[n-1]
	for _, name := range names {
		if text := last.Summary + "\n" + last.Body; !strings.Contains(text, name) {
			a.t.Errorf("notification %+v does not say %q", last, name)
		}
	}
	return last
}

func TestASnoozeFromTheMenuHoldsAllThatIsNotWorse(t *testing.T) {
	s := setUp(t, desktop.Options{})
	s.configure(head, oslo)
	s.signIn(head, oslo)
	a := s.startKnowing(head, oslo)
	s.do(head + " SUPEROFFICE status NewLicenseAvailable")
	a.refresh(head, oslo)
	a.told(1, head)

	a.choose("Snooze notifications", "For 1 hour")
	a.soon("a word about the snooze", func() error { return a.hasEntry("Notifications snoozed until ") })
	s.do(oslo + " PARTNER01 status NewLicenseAvailable")
	a.refresh(head, oslo)
	a.shows(oslo, "PARTNER01", "NewLicenseAvailable")
	a.refresh(head, oslo)
	a.told(1, head)

	s.do(oslo + " SUPEROFFICE status ProblemWithLicense")
	a.refresh(head, oslo)
	a.told(2, "PARTNER01", "SUPEROFFICE")
	a.soon("the end of the snooze", func() error { return a.hasEntry("Snooze notifications") })
}

func TestAnAcknowledgementFromTheShellHoldsUntilSomethingChanges(t *testing.T) {
	s := setUp(t, desktop.Options{})
	s.configure(head)
	s.signIn(head)
	a := s.startKnowing(head)
	s.do(head + " SUPEROFFICE status NewLicenseAvailable")
	a.refresh(head)
	a.told(1, head)
	a.soon("the icon of a warning", func() error { return a.hasIcon(assets.Caution) })

	if r := s.run("ack", head, "SUPEROFFICE", "--note", "ordered on Monday"); r.code != 0 {
		t.Fatalf("ack says %v", r)
	}
	a.soon("the icon without what is acknowledged", func() error { return a.hasIcon(assets.Good) })
	if o := a.status().owner(head, "SUPEROFFICE"); o.Severity != "warning" || o.Acknowledged == nil || o.Acknowledged.Note != "ordered on Monday" || o.Acknowledged.By == "" {
		t.Errorf("status says %+v, want a warning that is acknowledged", o)
	}

	s.do(head + " SUPEROFFICE status ProblemWithLicense")
	a.refresh(head)
	a.told(2, "SUPEROFFICE")
	a.soon("the icon of what is new", func() error { return a.hasIcon(assets.Bad) })
	if o := a.status().owner(head, "SUPEROFFICE"); o.Acknowledged != nil {
		t.Errorf("still acknowledged: %+v", o)
	}
}

func TestQuietHoursEndWithADigest(t *testing.T) {
	s := setUp(t, desktop.Options{})
	s.configure(head, oslo)
	now := time.Now()
	end := now.Add(80 * time.Second).Truncate(time.Minute) // between 20 s and 80 s from now
	if end.Sub(now) < 40*time.Second {
		end = end.Add(time.Minute)
	}
	hours := fmt.Sprintf("daily %s-%s", now.Add(-time.Hour).Format("15:04"), end.Format("15:04"))
	s.write(s.config(), fmt.Sprintf("quiet = [%q]\n\n%s", hours, s.read("config/licensewatch/config.toml")))
	s.signIn(head, oslo)
	a := s.startKnowing(head, oslo)
	s.do(head+" SUPEROFFICE status NewLicenseAvailable", oslo+" PARTNER01 status ProblemWithLicense")
	a.refresh(head, oslo)
	a.soon("the icon in quiet hours", func() error { return a.hasIcon(assets.Bad) })
	if time.Now().Before(end) {
		a.received(0)
	} else {
		t.Log("the machine is too slow to see that it is quiet")
	}
	s.within(3*time.Minute, "the digest", func() error {
		list, err := s.Notifications(t.Context())
		if err == nil && len(list) != 1 {
			err = fmt.Errorf("%d notifications", len(list))
		}
		return err
	})
	a.told(1, "quiet", head, oslo)
}

// tries presses keys in the window until done, each time all of them: a busy machine may lose one while the focus moves, and a page
// takes a moment to open. Escape leaves what an earlier try has opened.
func (s *stage) tries(w desktop.Window, what string, done func() error, keys ...func(context.Context) error) {
	s.t.Helper()
	var pressed time.Time
	s.within(time.Minute, what, func() error {
		err := done()
		if err == nil || time.Since(pressed) < 4*time.Second {
			return err
		}
		err = errors.Join(err, s.Raise(s.t.Context(), w), s.Key(s.t.Context(), "Escape"))
		for _, key := range keys {
			before := s.picture(w)
			err = errors.Join(err, key(s.t.Context()))
			for limit := time.Now().Add(2 * time.Second); bytes.Equal(s.picture(w), before) && time.Now().Before(limit); {
				// what the key opens takes a moment to be drawn, and only then takes the next
			}
		}
		pressed = time.Now()
		return err
	})
}

func (s *stage) key(keys ...string) func(context.Context) error {
	return func(ctx context.Context) error { return s.Key(ctx, keys...) }
}

func TestAnAcknowledgementInTheWindowLeavesTheRow(t *testing.T) {
	s := setUp(t, desktop.Options{})
	s.configure(head)
	s.signIn(head)
	a := s.startKnowing(head)
	s.do(head + " SUPEROFFICE status NewLicenseAvailable")
	a.refresh(head)
	a.told(1, head)
	a.choose(openWindow)
	w := s.window()
	s.showsSomething(w)
	s.tries(w, "the acknowledgement", func() error {
		if o := a.status().owner(head, "SUPEROFFICE"); o.Severity != "warning" || o.Acknowledged == nil || o.Acknowledged.Note != "renewed" {
			return fmt.Errorf("status says %+v", o)
		}
		return nil
	}, s.key("Home"), s.key("ctrl+k"), func(ctx context.Context) error { return s.Type(ctx, "renewed") }, s.key("Return"))
	a.soon("the icon without what is acknowledged", func() error { return a.hasIcon(assets.Good) })
}

func TestATestNotificationFromTheWindowComes(t *testing.T) {
	s := setUp(t, desktop.Options{})
	s.configure(head)
	s.signIn(head)
	a := s.startKnowing(head)
	a.choose(openWindow)
	w := s.window()
	s.showsSomething(w)
	s.tries(w, "the test notification", func() error {
		list, err := s.Notifications(t.Context())
		if err == nil && len(list) == 0 {
			err = errors.New("none has come")
		}
		return err
	}, s.key("ctrl+l"), s.key("Tab"), s.key("Return"))
	list, err := s.Notifications(t.Context())
	if err != nil || !strings.Contains(strings.ToLower(list[0].Summary+list[0].Body), "test") {
		t.Errorf("received %+v, %v; want one that says that it is a test", list, err)
	}
}
