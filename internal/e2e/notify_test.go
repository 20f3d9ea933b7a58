//go:build linux

package e2e

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"licensewatch/assets"
	"licensewatch/internal/desktop"
)

// Where a test says that no second notification comes, it makes one more change and finds the notification
// of that one next, so that it need not wait for nothing.

func TestAStatusChangeMakesOneNotification(t *testing.T) {
	s := setUp(t, desktop.Options{})
	s.configure(head, oslo)
	s.signIn(head, oslo)
	a := s.startKnowing(head, oslo)
	s.do(head + " SUPEROFFICE status NewLicenseAvailable")
	a.refresh(head, oslo)
	first := s.received(1)[0]
	if text := first.Summary + "\n" + first.Body; !strings.Contains(text, head) || !strings.Contains(text, "SUPEROFFICE") {
		t.Errorf("notification %+v names neither site nor owner", first)
	}
	if first.App != "Licensewatch" {
		t.Errorf("notification of %q, want Licensewatch", first.App)
	}
	a.refresh(head, oslo)
	s.do(oslo + " PARTNER01 status ProblemWithLicense")
	a.refresh(head, oslo)
	second := s.received(2)[1]
	if text := second.Summary + "\n" + second.Body; !strings.Contains(text, oslo) || strings.Contains(text, head) {
		t.Errorf("second notification %+v, want one of %s alone", second, oslo)
	}
}

func TestSeveralChangesOfOneRoundMakeOneNotification(t *testing.T) {
	s := setUp(t, desktop.Options{})
	s.configure(head, oslo)
	s.signIn(head, oslo)
	a := s.startKnowing(head, oslo)
	s.do(head+" SUPEROFFICE status NewLicenseAvailable", head+" PARTNER01 status ProblemWithLicense",
		oslo+" SUPEROFFICE status UnknownError")
	a.refresh(head, oslo)
	s.received(1)
	s.do(oslo + " PARTNER01 status NewLicenseAvailable")
	a.refresh(head, oslo)
	s.received(2)
}

func TestTextFromAServerIsHarmlessInANotification(t *testing.T) {
	s := setUp(t, desktop.Options{})
	s.configure(head)
	s.signIn(head)
	a := s.startKnowing(head)
	s.do(head+` SUPEROFFICE message "<b>Renew</b> $(reboot) now" url "https://shop.example/renew"`,
		head+" SUPEROFFICE status UseCustomMessageAndUrl")
	a.refresh(head)
	n := s.received(1)[0]
	if strings.ContainsAny(n.Summary+n.Body, "<>$`") {
		t.Errorf("notification %+v holds what a notification daemon or a shell would interpret", n)
	}
}

func TestARestartRepeatsNoNotification(t *testing.T) {
	s := setUp(t, desktop.Options{})
	s.configure(head, oslo)
	s.signIn(head, oslo)
	a := s.startKnowing(head, oslo)
	s.do(head + " SUPEROFFICE status NewLicenseAvailable")
	a.refresh(head, oslo)
	s.received(1)
	a.refresh(head, oslo) // killed in the instant of telling, it would rather tell twice than not at all
	a.kill()

	a = s.startKnowing(head, oslo)
	a.shows(head, "SUPEROFFICE", "NewLicenseAvailable")
	a.refresh(head, oslo)
	a.kill()

	s.do(oslo + " PARTNER01 status ProblemWithLicense")
	a = s.start()
	a.inTray()
	last := s.received(2)[1]
	if text := last.Summary + "\n" + last.Body; !strings.Contains(text, oslo) {
		t.Errorf("notification %+v, want the change at %s while the agent was off", last, oslo)
	}
	a.shows(oslo, "PARTNER01", "ProblemWithLicense")
}

func TestAHungNotificationDaemonDelaysNothingElse(t *testing.T) {
	s := setUp(t, desktop.Options{})
	s.configure(head, oslo)
	s.signIn(head, oslo)
	a := s.startKnowing(head, oslo)
	daemon := s.Service(desktop.Notifier)
	if err := daemon.Pause(); err != nil {
		t.Fatal(err)
	}
	s.do(head + " SUPEROFFICE status NewLicenseAvailable")
	a.refresh(head, oslo)
	s.within(3*time.Second, "the icon beside a hung daemon", func() error { return a.hasIcon(assets.Caution) })
	s.do(oslo + " SUPEROFFICE status ProblemWithLicense")
	a.refresh(head, oslo)
	s.within(3*time.Second, "the next icon beside a hung daemon", func() error { return a.hasIcon(assets.Bad) })
	a.answersQuickly()
	if err := daemon.Resume(); err != nil {
		t.Fatal(err)
	}
	s.soon("the kept notification", func() error {
		list, err := s.Notifications(t.Context())
		if err == nil && len(list) == 0 {
			err = fmt.Errorf("none has come")
		}
		return err
	})
}

func TestAHungKeyringDelaysNothingElse(t *testing.T) {
	s := setUp(t, desktop.Options{})
	s.configure(head, oslo)
	s.signIn(head) // oslo has to ask the keyring each time
	a := s.startKnowing(head)
	keyring := s.Service(desktop.Keyring)
	if err := keyring.Pause(); err != nil {
		t.Fatal(err)
	}
	s.do(head + " SUPEROFFICE status NewLicenseAvailable")
	start := time.Now()
	a.refresh(head)
	s.within(3*time.Second, "the icon beside a hung keyring", func() error { return a.shown(head, "NewLicenseAvailable") })
	a.answersQuickly()
	if took := time.Since(start); took > 6*time.Second {
		t.Errorf("the other site took %v", took)
	}
	a.soon("a word about the hung keyring", func() error {
		for _, e := range a.status().errors() {
			if e.Kind == "keyring" && strings.Contains(e.Text, "does not answer") {
				return nil
			}
		}
		return fmt.Errorf("errors %+v", a.status().errors())
	})
	if err := keyring.Resume(); err != nil {
		t.Fatal(err)
	}
	s.signIn(oslo)
	a.choose(refreshNow)
	a.knows(head, oslo)
}

// shown says whether the agent's status has SUPEROFFICE at the site with that status.
func (a *agent) shown(site, status string) error {
	if got := a.status().owner(site, "SUPEROFFICE").Status; got != status {
		return fmt.Errorf("status %q", got)
	}
	return nil
}

// answersQuickly fails the test if the menu takes its time.
func (a *agent) answersQuickly() {
	a.t.Helper()
	start := time.Now()
	if _, err := a.tray.Menu(a.t.Context()); err != nil || time.Since(start) > time.Second {
		a.t.Errorf("the menu answered after %v with %v", time.Since(start), err)
	}
}

func TestWithoutANotificationDaemonTheAgentGoesOn(t *testing.T) {
	s := setUp(t, desktop.Options{NoNotifications: true})
	s.configure(head)
	s.signIn(head)
	a := s.startKnowing(head)
	s.do(head + " SUPEROFFICE status NewLicenseAvailable")
	a.refresh(head)
	a.soon("the icon", func() error { return a.hasIcon(assets.Caution) })
	a.alive()
}

func TestANotificationThatCouldNotBeDeliveredIsTriedAgain(t *testing.T) {
	s := setUp(t, desktop.Options{})
	s.configure(head)
	s.signIn(head)
	a := s.startKnowing(head)
	daemon := s.Service(desktop.Notifier)
	daemon.Kill()
	s.do(head + " SUPEROFFICE status NewLicenseAvailable")
	a.refresh(head)
	a.soon("the failed delivery", func() error {
		if !strings.Contains(a.output(), "kept for later") {
			return fmt.Errorf("the log says %s", a.output())
		}
		return nil
	})
	if err := daemon.Restart(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.within(time.Minute, "the second try", func() error {
		list, err := s.Notifications(t.Context())
		if err == nil && len(list) != 1 {
			err = fmt.Errorf("%d notifications", len(list))
		}
		return err
	})
}
