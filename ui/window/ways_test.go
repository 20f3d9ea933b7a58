package window

import (
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"licensewatch/monitor/link"
)

// names are the fields that show, by their names, without those under a closed Advanced.
func (s *siteForm) names() []string {
	var names []string
	fields := s.shown
	if s.advanced.Visible() {
		fields = append(slices.Clone(fields), s.deep...)
	}
	for _, f := range fields {
		if f.name.Text != "" {
			names = append(names, f.name.Text)
		}
	}
	return names
}

func TestEachWayToSignInAsksForItsOwn(t *testing.T) {
	network := []string{"Certificate authority", "Pinned key", "Proxy", "Proxy user", "Proxy password"}
	tests := map[string]struct{ now, advanced []string }{
		"User and password": {[]string{"Address", "Web services", "User", "Password"}, []string{"Application token"}},
		"Windows user":      {[]string{"Address", "Web services", "User", "Domain", "Password"}, []string{"Application token"}},
		"SuperOffice Online, sign in with the browser": {[]string{"Tenant", "Client ID", "Client secret", "Consent", "Web services"}, []string{"Environment"}},
		"SuperOffice Online, system user":              {[]string{"Tenant", "System user token", "Private key", "Application token", "Web services"}, []string{"Environment"}},
		"Ticket":                                       {[]string{"Address", "Web services", "Ticket"}, []string{"Application token"}},
	}
	w := open(t, &fake{}, fleet()...)
	s := w.openForm(link.SiteForm{Services: "Services86", SignIn: "password"})
	if got := s.signIn.Options; len(got) != len(tests) {
		t.Errorf("the ways to sign in are %q", got)
	}
	for words, tt := range tests {
		s.signIn.SetSelected(words)
		s.showAdvanced(false)
		want := slices.Concat([]string{"Name", "Sign-in"}, tt.now, []string{"Owners"})
		if got := s.names(); !slices.Equal(got, want) {
			t.Errorf("%s asks for %q, want %q", words, got, want)
		}
		for _, f := range s.shown {
			if seen := slices.Contains(w.objects(), fyne.CanvasObject(f.box)); !seen {
				t.Errorf("%s: %q does not show", words, f.name.Text)
			}
		}
		s.showAdvanced(true)
		if got, all := s.names(), slices.Concat(want, tt.advanced, network); !slices.Equal(got, all) {
			t.Errorf("%s asks under Advanced for %q, want %q", words, got, all)
		}
	}
}

// filled opens a form and fills in all that any way to sign in asks for.
func filled(w *Window) *siteForm {
	s := w.openForm(link.SiteForm{Services: "Services87", SignIn: "password"})
	for e, text := range map[*entry]string{
		s.name: "A", s.address: "https://crm.example/", s.user: " svc ", s.password: " p w ", s.domain: "EXAMPLE", s.ticket: "7T:x\n",
		s.tenant: "Cust1", s.client: "id", s.system: "App-x", s.key: pemKey + "\n", s.token: " token ", s.environment: "sod",
		s.caFile: "/ca.pem", s.pin: "sha256/x", s.proxy: "http://proxy.example:3128", s.proxyUser: "p", s.proxyPassword: "pp",
	} {
		e.SetText(text)
	}
	s.allowHTTP.SetChecked(true)
	s.http1.SetChecked(true)
	return s
}

func TestValuesSurviveAnotherWayToSignIn(t *testing.T) {
	w := open(t, &fake{}, fleet()...)
	s := filled(w)
	s.consent.grant = link.Grant{ID: "g"}
	own := map[string]link.SiteForm{
		"password":    {URL: "https://crm.example/", AllowHTTP: true, User: "svc", Secret: " p w "},
		"windows":     {URL: "https://crm.example/", AllowHTTP: true, User: "svc", Domain: "EXAMPLE", Secret: " p w "},
		"online":      {Tenant: "Cust1", Environment: "sod", ClientID: "id", Grant: "g"},
		"system-user": {Tenant: "Cust1", Environment: "sod", ClientID: "id", User: "App-x", Secret: pemKey},
		"ticket":      {URL: "https://crm.example/", AllowHTTP: true, Secret: "7T:x"},
	}
	for range 2 {
		for _, k := range signIns {
			s.signIn.SetSelected(k.words)
			want := own[k.kind]
			want.Name, want.SignIn, want.Services, want.AppToken = "A", k.kind, s.services.Selected, "token"
			want.CAFile, want.Pin, want.HTTP1Only = "/ca.pem", "sha256/x", true
			want.Proxy, want.ProxyUser, want.ProxySecret = "http://proxy.example:3128", "p", "pp"
			if got := s.values(); !equalForms(got, want) {
				t.Errorf("%s holds %+v, want %+v", k.kind, got, want)
			}
		}
	}
}

func TestASiteComesBackAsItWasSaved(t *testing.T) {
	common := link.SiteForm{Was: "A", Name: "A", Services: "Services87", Owners: []string{"X", "Y"}, Proxy: "none", Pin: "sha256/x", HTTP1Only: true, CAFile: "/ca.pem"}
	for name, change := range map[string]func(*link.SiteForm){
		"windows":           func(f *link.SiteForm) { f.SignIn, f.URL, f.User, f.Domain = "windows", "https://a/", "svc", "EXAMPLE" },
		"online":            func(f *link.SiteForm) { f.SignIn, f.Tenant, f.ClientID, f.Environment = "online", "Cust1", "id", "sod" },
		"system-user":       func(f *link.SiteForm) { f.SignIn, f.Tenant, f.User, f.ClientID = "system-user", "Cust1", "App-x", "id" },
		"a tenant's ticket": func(f *link.SiteForm) { f.SignIn, f.Tenant, f.Environment = "ticket", "Cust1", "sod" },
		"an on-site ticket": func(f *link.SiteForm) { f.SignIn, f.URL, f.AllowHTTP = "ticket", "http://a/", true },
		"a proxy's own user": func(f *link.SiteForm) {
			f.SignIn, f.URL, f.User, f.Proxy, f.ProxyUser = "password", "https://a/", "u", "http://p:1", "p"
		},
	} {
		want := common
		change(&want)
		w := open(t, &fake{trial: passes}, fleet()...)
		s := w.openForm(want)
		if got := s.values(); !equalForms(got, want) {
			t.Errorf("%s: the form holds %+v, want %+v", name, got, want)
		}
		if wrong := s.faults(); len(wrong) > 0 || !s.advanced.Visible() {
			t.Errorf("%s: it has faults %v; what is under Advanced shows: %t", name, wrong, s.advanced.Visible())
		}
	}
}

func TestStoredSecretsNeedNotBeEntered(t *testing.T) {
	w := open(t, &fake{}, fleet()...)
	s := w.openForm(link.SiteForm{Was: "A", Name: "A", SignIn: "system-user", Tenant: "Cust1", User: "App-x", Proxy: "http://p:1", ProxyUser: "p"})
	for name, e := range map[string]*entry{"the key": s.key, "the token": s.token, "the proxy's password": s.proxyPassword} {
		if !strings.Contains(e.PlaceHolder, "stored, and not shown") {
			t.Errorf("%s says %q", name, e.PlaceHolder)
		}
	}
	s.signIn.SetSelected("Ticket")
	if s.ticket.PlaceHolder+s.token.PlaceHolder != "" {
		t.Error("a way to sign in that the site did not have seems to have a stored secret")
	}
}

func TestAnOnlineSiteBeginsWithTheServicesOfNewApplications(t *testing.T) {
	w := open(t, &fake{}, fleet()...)
	s := w.openForm(link.SiteForm{Services: "Services86", SignIn: "password"})
	s.signIn.SetSelected("SuperOffice Online, system user")
	if got := s.values().Services; got != "Services88" {
		t.Errorf("it begins with %s", got)
	}
	s.services.SetSelected("Services87")
	s.signIn.SetSelected("SuperOffice Online, sign in with the browser")
	if got := s.values().Services; got != "Services87" {
		t.Errorf("what the user chose becomes %s", got)
	}
	edited := w.openForm(link.SiteForm{Was: "A", Services: "Services86", SignIn: "password"})
	edited.signIn.SetSelected("SuperOffice Online, system user")
	if got := edited.values().Services; got != "Services86" {
		t.Errorf("a site that is set up goes to %s", got)
	}
}

func TestTheKeyIsPastedWholeAndNotShown(t *testing.T) {
	w := open(t, &fake{}, fleet()...)
	s := w.openForm(link.SiteForm{Services: "Services88", SignIn: "system-user"})
	long := "-----BEGIN PRIVATE KEY-----\r\n" + strings.Repeat("MIIEvQIBADANBgkqhkiG9w0BAQEFAASC\r\n", 150) + "-----END PRIVATE KEY-----"
	w.app.Clipboard().SetContent(long)
	w.win.Canvas().Focus(s.key)
	before := w.least()
	s.key.TypedShortcut(&fyne.ShortcutPaste{Clipboard: w.app.Clipboard()})
	if got := string(s.values().Secret); got != long {
		t.Errorf("of %d characters the form holds %d", len(long), len(got))
	}
	if strings.Contains(w.texts(), "MIIE") {
		t.Error("the key can be read")
	}
	if got := w.least(); got != before {
		t.Errorf("the key changes the minimum from %v to %v", before, got)
	}
	w.typeKey(fyne.KeyTab)
	if got := string(s.values().Secret); strings.Contains(got, "\t") || s.key.AcceptsTab() {
		t.Error("Tab stays in the key")
	}
}

func TestAFaultUnderAdvancedIsShown(t *testing.T) {
	w := open(t, &fake{}, fleet()...)
	s := w.openForm(link.SiteForm{Was: "A", Name: "A", Services: "Services86", SignIn: "password", URL: "https://a/", User: "u"})
	s.proxyUser.SetText("p")
	w.press(t, "Test connection")
	w.reads(t, "Enter the proxy that the user is for.")
	if w.win.Canvas().Focused() != fyne.Focusable(s.proxy) {
		t.Error("the focus is not at the fault")
	}
}
