package window

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/theme"

	"licensewatch/monitor"
	"licensewatch/monitor/link"
)

// revoked is a site whose consent is no longer valid.
func revoked(reason string) *monitor.SiteState {
	s := site("Online")
	s.Severity = monitor.Unknown
	s.Findings = []monitor.Finding{{Kind: monitor.FindingUnreadable, Severity: monitor.Unknown, Failure: monitor.KindSignIn, Reason: reason,
		Title: "The sign-in has ended", Text: "SuperOffice no longer accepts the sign-in.", Action: "Sign in again."}}
	return s
}

func TestSignInAgain(t *testing.T) {
	for _, reason := range []string{"sign-in-again", "sign-in-first"} {
		agent := &fake{}
		w := open(t, agent, append(fleet(), revoked(reason))...)
		w.openRow(t, "Online")
		w.press(t, "Sign in again")
		w.reads(t, "Signed in to Online.", "The sign-in has ended")
		agent.err = errors.New("anna belongs to another tenant")
		w.press(t, "Sign in again")
		w.reads(t, "Online: anna belongs to another tenant.")
		agent.err = nil
		w.does(func() { test.Tap(w.helps()[0]) })
		if want := []string{"sign in again Online", "sign in again Online", "help " + reason}; !slices.Equal(agent.asked, want) {
			t.Errorf("the agent was asked %q, want %q", agent.asked, want)
		}
	}
}

func TestASignInAgainWaitsAndCanBeCancelled(t *testing.T) {
	began, typed := make(chan struct{}), make(chan struct{})
	agent := &fake{grant: browsing(began, typed)}
	sites := append(fleet(), revoked("sign-in-again"))
	w := open(t, agent, sites...)
	w.openRow(t, "Online")
	test.Tap(w.button("Sign in again"))
	<-began
	waits := func(yes bool) {
		t.Helper()
		if got := strings.Contains(w.texts(), "Waiting for the browser…"); got != yes || (w.button("Sign in again") == nil) != yes {
			t.Errorf("it waits: %t, want %t; the window says:\n%s", got, yes, w.texts())
		}
	}
	waits(true)
	w.table.moveTo(0)
	if strings.Contains(w.texts(), "Waiting for the browser") {
		t.Error("another row seems to wait")
	}
	w.table.moveTo(slices.IndexFunc(w.table.shown, func(r *row) bool { return r.site == "Online" }))
	w.Show(link.View{Snapshot: monitor.Snapshot{At: noon, Sites: append(fleet(), revoked("sign-in-again"))}})
	waits(true)
	test.Tap(w.button("Cancel sign-in"))
	waits(false)
	close(typed)
	w.calls.Wait()
	if text := w.texts(); strings.Contains(text, "Signed in") || strings.Contains(text, "canceled") {
		t.Errorf("a cancelled sign-in has an outcome:\n%s", text)
	}
}

// Else the end of a cancelled sign-in would be taken for that of the next one.
func TestWhatIsCancelledHasNoOutcome(t *testing.T) {
	w := open(t, &fake{})
	deaf := make(chan struct{})
	cancel := w.ask(func(context.Context) error {
		<-deaf
		return nil
	}, func(error) { t.Error("what was cancelled has an outcome") })
	cancel()
	close(deaf)
	w.calls.Wait()
}

func TestACancelIsReachedByEnter(t *testing.T) {
	began, typed := make(chan struct{}), make(chan struct{})
	w := open(t, &fake{grant: browsing(began, typed)}, revoked("sign-in-again"))
	w.openRow(t, "Online")
	w.win.Canvas().Focus(w.button("Sign in again"))
	w.typeKey(fyne.KeyReturn)
	<-began
	w.typeKey(fyne.KeyReturn)
	if w.signingIn("Online") {
		t.Error("the focus is not at Cancel")
	}
	close(typed)
	w.calls.Wait()
}

func TestWithoutAnAgentNobodySignsIn(t *testing.T) {
	w := open(t, &fake{}, revoked("sign-in-again"))
	w.openRow(t, "Online")
	w.Lost("The agent has ended.")
	if !w.button("Sign in again").Disabled() || !w.helps()[0].Disabled() {
		t.Error("what needs the agent can be pressed")
	}
}

// helps are the buttons that lead to the help.
func (w *Window) helps() []*button {
	var list []*button
	for _, o := range w.objects() {
		if b, ok := o.(*button); ok && b.Icon == theme.HelpIcon() {
			list = append(list, b)
		}
	}
	return list
}

func TestEachFindingHasItsHelp(t *testing.T) {
	agent := &fake{}
	w := open(t, agent, fleet()...)
	w.openRow(t, "Zulu")
	w.does(func() { test.Tap(w.helps()[0]) })
	if want := []string{"help expired"}; !slices.Equal(agent.asked, want) {
		t.Errorf("the agent was asked %q, want %q", agent.asked, want)
	}
}

func TestAnOutageIsSaidOnce(t *testing.T) {
	agent := &fake{}
	w := open(t, agent, fleet()...)
	v := link.View{Snapshot: monitor.Snapshot{At: noon, Sites: fleet(), Outages: []monitor.Outage{{
		Since: noon.Add(-20 * time.Minute), Sites: 4, Finding: monitor.Finding{Kind: monitor.FindingOffline,
			Text: "This computer seems to be offline:\u202e no site answers.", Action: "Check its network."}}}}}
	w.Show(v)
	const want = "This computer seems to be offline: no site answers. It began at 11:40. Check its network."
	if w.reads(t, want); len(w.banners.lines) != 1 {
		t.Errorf("there are %d banners", len(w.banners.lines))
	}
	w.press(t, "Try again")
	if got := strings.Join(agent.asked, ","); got != "refresh /" {
		t.Errorf("the agent was asked %q", got)
	}
	w.Lost("The agent has ended.")
	if strings.Contains(w.texts(), "seems to be offline") {
		t.Error("an outage of which nothing is known now shows")
	}
	w.Show(v)
	w.Show(link.View{Snapshot: monitor.Snapshot{At: noon, Sites: fleet()}})
	if strings.Contains(w.texts(), "seems to be offline") {
		t.Error("an outage that is over shows")
	}
	if got := outageWords(monitor.Outage{}, noon); got != "This computer seems to be offline." {
		t.Errorf("an outage without words is %q", got)
	}
}
