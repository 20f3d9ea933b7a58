package window

import (
	"context"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"licensewatch/internal/secret"
	"licensewatch/monitor/link"
)

// siteForm adds or edits a site. It has the agent test the connection before anything is saved.
type siteForm struct {
	page
	was link.SiteForm // as it was opened

	name, address, user, secret, owners, token, caFile *entry
	services, signIn                                   *choice
	allowHTTP, session                                 *check

	nameField, addressField, userField, secretField *field

	more     *button
	advanced *fyne.Container
	outcome  *fyne.Container // of the test
	try      *button
	save     *button // hidden until there is an outcome
	passed   bool    // the test of what is in the form now
	testing  bool
	attempt  int // which test it is: the answer of a cancelled one means nothing
}

var serviceNames = []string{"Services84", "Services85", "Services86", "Services87", "Services88"}

// signIns are the ways to sign in, by their words in the form.
var signIns = []struct{ kind, words, secret string }{
	{"password", "User and password", "Password"},
	{"ticket", "Ticket", "Ticket"},
}

// servicesIn is the version of the services that an address names, as that of a service does; empty if it
// names none that there is.
func servicesIn(address string) string {
	address, _, _ = strings.Cut(address, "?")
	if _, rest, ok := strings.Cut(address, "://"); ok {
		address = rest
	}
	_, path, _ := strings.Cut(address, "/") // what stands before is the host
	for part := range strings.SplitSeq(path, "/") {
		for _, name := range serviceNames {
			if strings.EqualFold(strings.TrimSpace(part), name) {
				return name
			}
		}
	}
	return ""
}

func (w *Window) openForm(f link.SiteForm) *siteForm {
	s := &siteForm{page: page{w: w}, was: f}
	s.inputs()
	s.fill(f)
	s.watch()
	heading := "Add a site"
	if f.Was != "" {
		heading = "Edit " + f.Was
	}
	w.openPage(&s.page, heading, s.fields(), s.buttons(), s.name)
	return s
}

func (s *siteForm) inputs() {
	s.name = newEntry(s.w, "Head office")
	s.address = newEntry(s.w, "https://crm.example.com/remote/")
	s.services = newChoice(s.w, serviceNames, nil)
	s.signIn = newChoice(s.w, nil, nil)
	for _, k := range signIns {
		s.signIn.Options = append(s.signIn.Options, k.words)
	}
	s.user, s.secret = newEntry(s.w, ""), newSecretEntry(s.w)
	s.owners = newEntry(s.w, "all that the site lists")
	s.token, s.caFile = newSecretEntry(s.w), newEntry(s.w, "/path/to/authority.pem")
	s.allowHTTP = newCheck(s.w, "Allow plain http: others on the way can read the password", nil)
	s.session = newCheck(s.w, "Keep the secret for this session only, not in the keyring", nil)
	if s.was.Was != "" {
		s.secret.PlaceHolder, s.token.PlaceHolder = "empty: keep the stored one", "empty: keep the stored one"
	}
}

// fill puts f into the inputs.
func (s *siteForm) fill(f link.SiteForm) {
	s.name.Text, s.address.Text, s.user.Text, s.caFile.Text = f.Name, f.URL, f.User, f.CAFile
	s.owners.Text = strings.Join(f.Owners, ", ")
	s.services.Selected = f.Services
	s.signIn.Selected = signIns[max(0, s.signInAt(f.SignIn))].words
	s.allowHTTP.Checked, s.session.Checked = f.AllowHTTP, f.SessionOnly
}

// signInAt finds a sign-in by its kind or its words.
func (s *siteForm) signInAt(name string) int {
	for i, k := range signIns {
		if k.kind == name || k.words == name {
			return i
		}
	}
	return -1
}

// watch has every change forget the test, and Enter go on.
func (s *siteForm) watch() {
	for _, e := range []*entry{s.name, s.address, s.user, s.secret, s.owners, s.token, s.caFile} {
		e.OnChanged = func(string) { s.edited() }
		e.OnSubmitted = func(string) { s.proceed() }
	}
	for _, c := range []*check{s.allowHTTP, s.session} {
		c.OnChanged = func(bool) { s.edited() }
	}
	s.address.OnChanged = func(text string) {
		if named := servicesIn(text); named != "" {
			s.services.SetSelected(named)
		}
		s.edited()
	}
	s.services.OnChanged = func(string) { s.edited() }
	s.signIn.OnChanged = func(string) { s.fitSignIn(); s.edited() }
}

func (s *siteForm) fields() fyne.CanvasObject {
	s.nameField, s.addressField = newField("Name", s.name), newField("Address", s.address)
	s.userField, s.secretField = newField("User", s.user), newField("Password", s.secret)
	s.advanced = container.NewVBox(grid(
		newField("Application token", s.token),
		newField("Certificate authority", s.caFile),
		newField("", s.allowHTTP)))
	s.more = newButton(s.w, "Advanced", theme.MenuExpandIcon(), func() { s.showAdvanced(!s.advanced.Visible()) })
	s.more.Importance, s.more.Alignment = widget.LowImportance, widget.ButtonAlignLeading
	s.showAdvanced(s.was.CAFile != "" || s.was.AllowHTTP)
	s.fitSignIn()
	s.outcome = container.NewVBox()
	return container.NewVBox(
		grid(s.nameField, s.addressField, newField("Web services", s.services), newField("Sign-in", s.signIn),
			s.userField, s.secretField, newField("", s.session), newField("Owners", s.owners)),
		container.NewHBox(s.more), s.advanced, s.outcome)
}

func (s *siteForm) showAdvanced(yes bool) {
	if yes {
		s.advanced.Show()
		s.more.SetIcon(theme.MenuDropDownIcon())
		return
	}
	s.advanced.Hide()
	s.more.SetIcon(theme.MenuExpandIcon())
}

// fitSignIn shows the inputs that the way to sign in needs.
func (s *siteForm) fitSignIn() {
	k := signIns[max(0, s.signInAt(s.signIn.Selected))]
	s.userField.show(k.kind == "password")
	s.secretField.name.SetText(k.secret)
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
		s.try.SetText("Test again")
		s.save.SetText("Save anyway")
		s.save.Show()
	}
	if s.testing {
		s.try.Disable()
	} else {
		s.try.Enable()
	}
	s.try.Refresh()
	s.save.Refresh()
}

// edited forgets a test of other values.
func (s *siteForm) edited() {
	s.changed, s.passed = true, false
	if s.cancel != nil {
		s.cancel()
	}
	s.outcome.RemoveAll()
	s.blame(faults{})
	s.settle()
}

func (s *siteForm) blame(f faults) {
	s.nameField.blame(f.name)
	s.addressField.blame(f.address)
	s.userField.blame(f.user)
	s.secretField.blame(f.secret)
}

// values is what the inputs hold.
func (s *siteForm) values() link.SiteForm {
	f := link.SiteForm{
		Was: s.was.Was, Name: strings.TrimSpace(s.name.Text), URL: strings.TrimSpace(s.address.Text),
		Services: s.services.Selected, SignIn: signIns[max(0, s.signInAt(s.signIn.Selected))].kind,
		User: strings.TrimSpace(s.user.Text), Owners: split(s.owners.Text), CAFile: strings.TrimSpace(s.caFile.Text),
		AllowHTTP: s.allowHTTP.Checked, SessionOnly: s.session.Checked,
		Secret: secret.Text(s.secret.Text), AppToken: secret.Text(s.token.Text),
	}
	if f.SignIn != "password" {
		f.User = ""
	}
	return f
}

// split reads a list with commas.
func split(list string) []string {
	var names []string
	for name := range strings.SplitSeq(list, ",") {
		if name = strings.TrimSpace(name); name != "" {
			names = append(names, name)
		}
	}
	return names
}

// valid shows what is wrong with the inputs, and reports whether nothing is.
func (s *siteForm) valid() bool {
	var taken []string
	for _, site := range s.w.now.view.Snapshot.Sites {
		if site.Site.Name != s.was.Was {
			taken = append(taken, site.Site.Name)
		}
	}
	wrong := faultsOf(s.values(), s.was, taken)
	s.blame(wrong)
	s.focusFault(s.nameField, s.addressField, s.userField, s.secretField)
	return wrong == faults{}
}

// proceed is Enter: the next step.
func (s *siteForm) proceed() {
	if s.passed {
		s.store()
	} else if !s.testing {
		s.test()
	}
}

// store saves the form and closes it.
func (s *siteForm) store() {
	if !s.valid() {
		return
	}
	f := s.values()
	s.save.Disable()
	s.w.ask(func(ctx context.Context) error { return s.w.agent.Save(ctx, f) }, func(err error) {
		s.save.Enable()
		if err != nil {
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
	if strings.EqualFold(f.Was, f.Name) && (f.Secret != "" || f.AppToken != "") {
		return "The settings of the site are as before; what you entered as its " + f.SignIn + " or token may be stored already."
	}
	return "Nothing was saved."
}
