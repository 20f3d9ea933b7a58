package window

import (
	"context"
	"fmt"

	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"licensewatch/monitor"
)

// Reasons that a new sign-in in the browser is the cure of.
const (
	reasonAgain = "sign-in-again" // the consent is revoked, or has ended
	reasonFirst = "sign-in-first" // nobody has signed in yet
)

// signInAgain has the agent open the browser for a site of SuperOffice Online. The site's details show that it
// waits; how it ended is said even if another row is looked at then.
func (w *Window) signInAgain(site string) {
	if w.now.lost != "" || w.signingIn(site) {
		return
	}
	stop := w.ask(func(ctx context.Context) error { return w.agent.SignInAgain(ctx, site) }, func(err error) {
		delete(w.waits, site)
		w.detail.again()
		shown := monitor.Harmless(site, 60)
		if err != nil {
			w.complain(fmt.Errorf("%s: %w", shown, err))
			return
		}
		w.bar.note("Signed in to " + shown + ".")
	})
	w.waits[site] = stop
	w.detail.again()
	if w.detail.end != nil {
		w.win.Canvas().Focus(w.detail.end)
	}
}

// signingIn reports whether the browser is waited for.
func (w *Window) signingIn(site string) bool { return w.waits[site] != nil }

// cancelSignIn waits no longer.
func (w *Window) cancelSignIn(site string) {
	w.waits[site]()
	delete(w.waits, site)
	w.detail.again()
	w.focusTable()
}

// help has the agent open the page about a reason.
func (w *Window) help(reason string) {
	w.tell(func(ctx context.Context) error { return w.agent.Help(ctx, reason) })
}

// newHelp is a button that leads to the page about a reason.
func newHelp(k keys, reason string, open func(reason string)) *button {
	b := newButton(k, "What does this mean?", theme.HelpIcon(), func() { open(reason) })
	b.Importance = widget.LowImportance
	return b
}
