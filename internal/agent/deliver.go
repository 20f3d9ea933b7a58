package agent

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"licensewatch/assets"
	"licensewatch/internal/atomicfile"
	"licensewatch/internal/hook"
	"licensewatch/monitor"
	"licensewatch/ui/notify"
	"licensewatch/ui/tray"
)

// newSender hands notifications to the desktop, with icons from files that stay where they are.
func (a *Agent) newSender() *notify.Sender {
	return &notify.Sender{
		Icon:  func(m notify.Message) string { return a.icon(tray.Look(m.Severity)) },
		Sound: func(m notify.Message) bool { return m.Severity == monitor.Critical && a.settings.read().Sound },
	}
}

// icon returns the path of the icon file of a look, made if it is not there. It never changes, because Windows keeps the first
// one that it was given.
func (o Options) icon(look assets.Look) string {
	path := filepath.Join(o.Cache, fmt.Sprintf("notification-%d.png", look))
	if _, err := os.Stat(path); err == nil {
		return path
	}
	if os.MkdirAll(o.Cache, 0o700) != nil || atomicfile.Write(path, assets.PNG(look), 0o600) != nil {
		return "" // a notification without an icon is still one
	}
	return path
}

// feed lets the user's program have what is to be told.
func (a *Agent) feed(list []monitor.Decision) {
	for _, d := range list {
		if d.Fate == monitor.Tell {
			a.hook.Put(hookEvent(d))
		}
	}
}

// hookEvent is a decision as the user's program reads it. What servers said is made harmless here, as everywhere.
func hookEvent(d monitor.Decision) hook.Event {
	m, _ := notify.Compose([]monitor.Decision{d})
	return hook.Event{
		Event: string(d.Act), At: d.At, Site: d.Site, Owner: monitor.Harmless(d.Owner, 200), Network: d.Network, Title: m.Title, Text: m.Body,
		Kind: d.Finding.Kind, Severity: d.Finding.Severity, Now: d.To, Action: monitor.Harmless(d.Finding.Action, 500),
		URL: monitor.WebLink(d.Finding.URL), Since: d.Since, Reason: string(d.Reason), Why: d.Why(), Changes: d.Changes,
	}
}

const hookRemedy = "Look at the key command of the settings file, and run the program by hand: docs/hook.md says how."

// hooked notes how the user's program fared with an event. A failure is on record, and shown once.
func (a *Agent) hooked(e hook.Event, err error) {
	if err == nil {
		a.stand(&a.noHook, "")
		return
	}
	a.Log.Warn("the command for events failed", "event", e.Title, "err", err)
	t := monitor.Telling{At: time.Now(), Title: e.Title, Text: e.Text, Severity: e.Now, Outcome: monitor.Failed, Why: err.Error()}
	if e.Site != "" {
		t.About = []monitor.Subject{{Site: e.Site, Owner: e.Owner}}
	}
	a.history.Tell(t)
	a.stand(&a.noHook, fmt.Sprintf("Events do not get through to your command: %v. %s", err, hookRemedy))
}

var testMessage = notify.Message{Title: "A test of Licensewatch", Body: "If you can read this, notifications get through.", Severity: monitor.OK}

// testNotification sends one at once, past all that holds others, and runs the user's program once. It says how that went.
func (a *Agent) testNotification(ctx context.Context) (string, error) {
	receipt, err := a.sender.Try(ctx, testMessage)
	t := monitor.Telling{At: time.Now(), Title: testMessage.Title, Text: testMessage.Body, Outcome: monitor.Sent, Why: monitor.WhyTest}
	if err != nil {
		t.Outcome, t.Why = monitor.Failed, err.Error()
	}
	a.history.Tell(t)
	ran, hookErr := a.testHook(ctx)
	if err != nil {
		return "", fmt.Errorf("the test did not get through: %w. %s%s", err, deliveryRemedy(), ran)
	}
	words := receiptWords(receipt) + ran
	if hookErr != nil {
		return "", errors.New(words)
	}
	return words, nil
}

// testHook runs the user's program once, if there is one, and says how that went, in a sentence with a blank before it.
func (a *Agent) testHook(ctx context.Context) (words string, err error) {
	command := a.settings.read().Command
	if len(command) == 0 {
		return "", nil
	}
	e := hook.Event{Event: "test", At: time.Now(), Title: testMessage.Title, Text: "If you can read this, events get through.", Reason: "test", Why: monitor.WhyTest}
	err = hook.Once(ctx, command, e)
	a.hooked(e, err)
	if err != nil {
		return fmt.Sprintf(" For your command: %v. %s", err, hookRemedy), err
	}
	return fmt.Sprintf(" Your command %s has taken the test too.", monitor.Harmless(filepath.Base(command[0]), 60)), nil
}

// receiptWords say who took a notification, and whether it is seen.
func receiptWords(r notify.Receipt) string {
	who := "Your system"
	if r.Service != "" {
		who = "The notification service " + r.Service
	}
	switch {
	case r.Hushed == nil:
		return who + " has taken the test. If you do not see it, Do Not Disturb may be on, or notifications of Licensewatch are switched off there."
	case *r.Hushed:
		return who + " has taken the test, but Do Not Disturb is on: it is shown when that is off."
	}
	return who + " has taken the test, and Do Not Disturb is off."
}

func deliveryRemedy() string {
	if runtime.GOOS == "windows" || runtime.GOOS == "darwin" {
		return "Allow notifications of Licensewatch in the system's settings."
	}
	return "Start the notification service of your desktop, or one such as dunst."
}
