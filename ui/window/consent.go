package window

import (
	"context"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"licensewatch/assets"
	"licensewatch/monitor"
	"licensewatch/monitor/link"
)

// consent is the part of the form that has a person sign in to SuperOffice Online in the browser.
type consent struct {
	form    *siteForm
	field   *field
	ask     *button
	end     *button // shows while the browser is waited for
	turning *widget.Activity
	done    fyne.CanvasObject // the mark of a sign-in
	row     *fyne.Container
	waiting bool
	grant   link.Grant // of this form; without ID: none
}

func newConsent(s *siteForm) *consent {
	c := &consent{form: s, turning: widget.NewActivity(), done: mark(assets.Icon(assets.Good), 18)}
	c.ask = newButton(s.w, "Sign in with the browser…", theme.LoginIcon(), c.signIn)
	c.end = newButton(s.w, "Cancel sign-in", nil, func() { s.leave() })
	c.field = newField("", c.ask)
	c.row = container.NewHBox(c.ask, c.turning, c.end, c.done)
	c.field.box.Objects[0] = c.row
	return c
}

// show says how far the sign-in is.
func (c *consent) show() {
	signedIn := !c.waiting && c.grant.ID != ""
	visible(c.waiting, c.turning, c.end)
	visible(signedIn, c.done)
	if c.waiting {
		c.turning.Start()
		c.ask.Disable()
	} else {
		c.turning.Stop()
		c.ask.Enable()
	}
	c.row.Refresh() // what shows anew has no place yet
	switch was := c.form.was; {
	case c.waiting:
		c.field.advise("Waiting for the sign-in on the page that the browser opens…")
	case signedIn:
		c.field.advise(signedInWords(c.grant))
	case was.Was != "" && was.SignIn == "online":
		c.field.advise("Stored; sign in again only if it no longer works.")
	default:
		c.field.advise(grantHint)
	}
}

// signedInWords says who signed in, and to what.
func signedInWords(g link.Grant) string {
	who, where := monitor.Harmless(g.User, 80), monitor.Harmless(g.Tenant, 40)
	if company := monitor.Harmless(g.Company, 80); company != "" {
		where += " (" + company + ")"
	}
	return who + " signed in to " + where + "."
}

// forget drops a sign-in to another tenant, or for another application.
func (c *consent) forget() {
	c.grant = link.Grant{}
	c.show()
}

// signIn has the agent open the browser, and waits for the one who signs in there.
func (c *consent) signIn() {
	s := c.form
	s.edited()
	wrong := s.faults().only("tenant", "client_id", "app_token", "environment")
	if s.blame(wrong); len(wrong) > 0 {
		return
	}
	c.grant, c.waiting = link.Grant{}, true
	c.show()
	f := s.values()
	var grant link.Grant
	s.call(func(ctx context.Context) (err error) {
		grant, err = s.w.agent.SignIn(ctx, f)
		return err
	}, func() {
		c.waiting = false
		c.show()
		if s.w.win.Canvas().Focused() == c.end { // it does not show any more
			s.w.win.Canvas().Focus(c.ask)
		}
	}, func(err error) {
		if err != nil {
			c.field.blame(sentence(err))
			return
		}
		c.grant = grant
		c.show()
	})
	s.w.win.Canvas().Focus(c.end)
}
