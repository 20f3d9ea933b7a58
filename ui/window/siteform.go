package window

import (
	"context"
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"licensewatch/monitor/link"
)

// siteForm adds or edits a site. It has the agent test the connection before anything is saved.
type siteForm struct {
	page
	inputs
	was     link.SiteForm // as it was opened
	consent *consent

	fields         map[string]*field // all there are, by the key of a need
	shown, deep    []*field          // those of the chosen way to sign in, at once and under Advanced
	body, advanced *fyne.Container   // where they are
	more           *button

	outcome *fyne.Container // of the test
	try     *button
	save    *button // hidden until there is an outcome
	passed  bool    // the test of what is in the form now
	offered bool    // it failed, and offers a value
	testing bool
}

func (w *Window) openForm(f link.SiteForm) *siteForm {
	s := &siteForm{page: page{w: w}, inputs: newInputs(w), was: f, fields: map[string]*field{}}
	s.fill(f)
	for key, input := range s.named() {
		s.fields[key] = newField("", input)
	}
	s.consent = newConsent(s)
	s.fields["grant"] = s.consent.field
	s.watch()
	heading := "Add a site"
	if f.Was != "" {
		heading = "Edit " + f.Was
	}
	w.openPage(&s.page, heading, s.content(), s.buttons(), s.name)
	return s
}

// watch has every change forget the test, and Enter go on.
func (s *siteForm) watch() {
	for _, f := range s.fields {
		switch input := f.input.(type) {
		case *entry:
			input.OnChanged = func(string) { s.edited() }
			input.OnSubmitted = func(string) { s.proceed() }
		case *check:
			input.OnChanged = func(bool) { s.edited() }
		}
	}
	s.address.OnChanged = func(text string) {
		if named := servicesIn(text); named != "" {
			s.services.SetSelected(named)
		}
		s.edited()
	}
	for _, e := range []*entry{s.tenant, s.client, s.environment} {
		e.OnChanged = func(string) { s.edited(); s.consent.forget() }
	}
	s.services.OnChanged = func(string) { s.edited() }
	s.signIn.OnChanged = func(string) {
		if s.was.Was == "" && s.tenanted() && s.services.Selected == s.was.Services {
			s.services.SetSelected(onlineVersion)
		}
		s.edited()
		s.fitSignIn()
	}
}

func (s *siteForm) content() fyne.CanvasObject {
	s.body, s.advanced, s.outcome = grid(), grid(), container.NewVBox()
	s.more = newButton(s.w, "Advanced", theme.MenuExpandIcon(), func() { s.showAdvanced(!s.advanced.Visible()) })
	s.more.Importance, s.more.Alignment = widget.LowImportance, widget.ButtonAlignLeading
	s.fitSignIn()
	s.showAdvanced(s.was.CAFile+s.was.Pin+s.was.Proxy+s.was.Environment != "" || s.was.AllowHTTP || s.was.HTTP1Only)
	return container.NewVBox(s.body, container.NewHBox(s.more), s.advanced, s.outcome)
}

func (s *siteForm) showAdvanced(yes bool) {
	visible(yes, s.advanced)
	if yes {
		s.more.SetIcon(theme.MenuDropDownIcon())
	} else {
		s.more.SetIcon(theme.MenuExpandIcon())
	}
}

// tenanted reports whether SuperOffice Online, and no address, tells where the site is.
func (s *siteForm) tenanted() bool {
	switch s.way().kind {
	case "online", "system-user":
		return true
	case "ticket":
		return s.was.Tenant != ""
	}
	return false
}

// fitSignIn shows the inputs that the way to sign in needs.
func (s *siteForm) fitSignIn() {
	take := func(needs []need) (fields []*field) {
		for _, n := range needs {
			f := s.fields[n.key]
			f.name.SetText(n.label)
			f.advise(n.hint)
			fields = append(fields, f)
		}
		return fields
	}
	now, deep := needsOf(s.way(), s.tenanted())
	s.shown, s.deep = take(now), take(deep)
	s.body.Objects, s.advanced.Objects = lines(s.shown), lines(s.deep)
	s.keep(s.was)
	s.consent.show()
	s.body.Refresh()
	s.advanced.Refresh()
}

func (s *siteForm) buttons() fyne.CanvasObject {
	s.try = newButton(s.w, "Test connection", theme.ConfirmIcon(), s.test)
	s.save = newButton(s.w, "Save", theme.DocumentSaveIcon(), s.store)
	cancel := newButton(s.w, "Cancel", nil, s.leave)
	left := container.NewHBox()
	if s.was.Was != "" {
		remove := newButton(s.w, "Remove site…", theme.DeleteIcon(), func() { s.w.removeSite(s.was.Was) })
		remove.Importance = widget.LowImportance
		left.Add(remove)
	}
	s.settle()
	return framed(nil, nil, left, container.NewHBox(cancel, s.try, s.save), layout.NewSpacer())
}

// settle makes the likely next step the prominent button.
func (s *siteForm) settle() {
	s.try.Importance, s.save.Importance = widget.HighImportance, widget.MediumImportance
	s.try.SetText("Test connection")
	s.save.Hide()
	switch {
	case s.passed:
		s.try.Importance, s.save.Importance = widget.MediumImportance, widget.HighImportance
		s.try.SetText("Test again")
		s.save.SetText("Save")
		s.save.Show()
	case len(s.outcome.Objects) > 0 && !s.testing:
		if s.offered {
			s.try.Importance = widget.MediumImportance
		}
		s.try.SetText("Test again")
		s.save.SetText("Save anyway")
		s.save.Show()
	}
	if s.cancel != nil {
		s.try.Disable()
	} else {
		s.try.Enable()
	}
	s.try.Refresh()
	s.save.Refresh()
}

// edited forgets a test of other values.
func (s *siteForm) edited() {
	s.changed, s.passed, s.offered = true, false, false
	if s.cancel != nil {
		s.cancel()
	}
	s.outcome.RemoveAll()
	s.blame(nil)
	s.settle()
}

// blame shows what is wrong at the inputs, and all of it.
func (s *siteForm) blame(wrong faults) {
	for key, f := range s.fields {
		f.blame(wrong[key])
	}
	if slices.ContainsFunc(s.deep, func(f *field) bool { return f.problem.Visible() }) {
		s.showAdvanced(true)
	}
	s.focusFault(append(slices.Clone(s.shown), s.deep...)...)
}

// values is what the inputs hold.
func (s *siteForm) values() link.SiteForm {
	f := s.read(s.tenanted())
	f.Was, f.Web, f.Limits, f.OwnerLimits, f.Rules = s.was.Was, s.was.Web, s.was.Limits, s.was.OwnerLimits, s.was.Rules // which this form does not show
	if f.SignIn == "online" {
		f.Grant = s.consent.grant.ID
	}
	return f
}

// faults says what is wrong with the inputs.
func (s *siteForm) faults() faults {
	var taken []string
	for _, site := range s.w.now.view.Snapshot.Sites {
		if site.Site.Name != s.was.Was {
			taken = append(taken, site.Site.Name)
		}
	}
	return faultsOf(s.values(), s.was, taken, ownIdentity)
}

// valid shows what is wrong with the inputs, and reports whether nothing is.
func (s *siteForm) valid() bool {
	wrong := s.faults()
	s.blame(wrong)
	return len(wrong) == 0
}

// call has the agent do something that may take long, and that can be cancelled. ended is called in any case,
// done only if it was not cancelled.
func (s *siteForm) call(do func(context.Context) error, ended func(), done func(error)) {
	stop := s.w.ask(do, func(err error) {
		s.cancel = nil
		ended()
		done(err)
		s.settle()
	})
	s.cancel = func() {
		stop()
		s.cancel = nil
		ended()
		s.settle()
	}
	s.settle()
}

// proceed is Enter: the next step.
func (s *siteForm) proceed() {
	if s.passed {
		s.store()
	} else if s.cancel == nil {
		s.test()
	}
}

// store saves the form and closes it.
func (s *siteForm) store() {
	if s.save.Disabled() || !s.valid() { // it is being saved already
		return
	}
	f := s.values()
	s.save.Disable()
	s.w.ask(func(ctx context.Context) error { return s.w.agent.Save(ctx, f) }, func(err error) {
		s.save.Enable()
		if err != nil {
			s.outcome.RemoveAll()
			s.fail(sentence(err), unsaved(f))
			return
		}
		if s.w.page == &s.page {
			s.w.closePage()
			s.w.bar.note(f.Name + " is saved.")
		}
	})
}

// unsaved says what became of f when it could not be saved. The agent takes back the secrets that it stored
// for a new or renamed site; of the others it does not know the old ones.
func unsaved(f link.SiteForm) string {
	if strings.EqualFold(f.Was, f.Name) && f.Secret+f.AppToken+f.ProxySecret != "" {
		return "The settings of the site are as before; the secrets that you entered may be stored already."
	}
	return "Nothing was saved."
}
