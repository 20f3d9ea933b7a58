//go:build unix

package agent

import (
	"context"
	"log/slog"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"licensewatch/internal/keyring"
	"licensewatch/internal/settings"
	"licensewatch/monitor"
	"licensewatch/monitor/link"
	"licensewatch/soapclient/simulator"
)

// save saves a form and fails the test if that fails.
func (s *stage) save(f link.SiteForm) {
	s.t.Helper()
	if err := s.client.Save(s.t.Context(), f); err != nil {
		s.t.Fatal(err)
	}
}

// refused saves a form and fails the test if that does not fail with these words.
func (s *stage) refused(f link.SiteForm, words ...string) {
	s.t.Helper()
	err := s.client.Save(s.t.Context(), f)
	if err == nil {
		s.t.Fatal("the form was saved")
	}
	for _, word := range words {
		if !strings.Contains(err.Error(), word) {
			s.t.Errorf("the form is refused with %q, want a word of %q", err, word)
		}
	}
	if strings.Contains(err.Error(), string(f.Secret)) && f.Secret != "" {
		s.t.Error("the refusal holds the secret")
	}
}

func TestSaveAddsASiteAndReadsIt(t *testing.T) {
	s := begin(t)
	f := s.form(head)
	f.AppToken = "token"
	s.save(f)
	s.wantSaved(head)
	s.shows(head, monitor.OK)
	if want := []string{head + "/apptoken", head + "/password"}; !slices.Equal(slices.Sorted(slices.Values(s.secrets.stored)), want) || len(s.secrets.session) > 0 {
		t.Errorf("stored %q, for this session %q, want %q stored", s.secrets.stored, s.secrets.session, want)
	}
	s.wantSecret(head, keyring.Password, simulator.DemoPassword)
	text, err := os.ReadFile(s.config())
	if err != nil || strings.Contains(string(text), string(simulator.DemoPassword)) || strings.Contains(string(text), "token") {
		t.Errorf("the settings file (%v) holds a secret", err)
	}
	forms, err := s.client.Sites(t.Context())
	if err != nil || len(forms) != 1 || forms[0].Was != head || forms[0].Secret != "" || forms[0].AppToken != "" || forms[0].URL != f.URL {
		t.Errorf("the forms are %+v (%v), want the site's without secrets", forms, err)
	}
}

func TestSecretsForThisSessionAreNotStored(t *testing.T) {
	s := begin(t)
	s.secrets.shutTo(keyring.Locked)
	f := s.form(head)
	f.SessionOnly = true
	s.save(f)
	s.wantSaved(head)
	if want := []string{head + "/password", head + "/apptoken"}; !slices.Equal(s.secrets.session, want) || len(s.secrets.stored) > 0 {
		t.Errorf("stored %q, for this session %q, want %q for this session only", s.secrets.stored, s.secrets.session, want)
	}
	s.shows(head, monitor.OK) // the locked keyring is not in the way
}

func TestARenamedSiteKeepsItsSecretsForThisSessionOnly(t *testing.T) {
	s := begin(t)
	f := s.form(head)
	f.SessionOnly = true
	s.save(f)
	f.Was, f.Name, f.Secret, f.SessionOnly = head, "Hovedkontor", "", false // as the form sends it
	s.save(f)
	s.wantSaved("Hovedkontor")
	s.shows("Hovedkontor", monitor.OK)
	if len(s.secrets.stored) > 0 {
		t.Errorf("stored %q: what was for this session went into the keyring", s.secrets.stored)
	}
	if _, ok := s.secrets.Remembered(head, keyring.Password); ok {
		t.Error("the password is still there under the former name")
	}
}

func TestAPastedAddressIsCutAndItsVersionMeant(t *testing.T) {
	s := begin(t)
	f := s.form(head)
	base := f.URL
	f.URL = base + "services88/License.svc?wsdl"
	s.save(f)
	forms, err := s.client.Sites(t.Context())
	if err != nil || len(forms) != 1 || forms[0].URL != base || forms[0].Services != "Services88" {
		t.Errorf("saved as %+v (%v), want %s and Services88", forms, err, base)
	}
}

func TestAFailedSaveLeavesNoSecret(t *testing.T) {
	s := begin(t, oslo)
	if err := os.MkdirAll(s.config()+".bak/full", 0o700); err != nil { // a folder stands where the file's former state should
		t.Fatal(err)
	}
	if err := s.client.Save(t.Context(), s.form(head)); err == nil {
		t.Fatal("a site is saved into a folder")
	}
	if len(s.secrets.stored) == 0 {
		t.Fatal("no secret was stored before")
	}
	if text, err := s.secrets.Get(t.Context(), head, keyring.Password); err == nil {
		t.Errorf("%d bytes of a password are left behind", len(text))
	}
}

func TestAKeyringThatFailsLeavesTheSettingsAlone(t *testing.T) {
	s := begin(t, oslo)
	s.secrets.shutTo(keyring.Locked)
	s.refused(s.form(head), "the keyring is locked. Mend it.")
	f := s.form(oslo)
	f.Was, f.User = oslo, "reader"
	s.refused(f, "the keyring is locked")
	s.wantSaved(oslo)
	if forms, err := s.client.Sites(t.Context()); err != nil || forms[0].User != "admin" {
		t.Errorf("the forms are %+v (%v), want the user as before", forms, err)
	}
}

func TestAnEmptyPasswordKeepsTheStoredOne(t *testing.T) {
	s := begin(t, head)
	s.shows(head, monitor.OK)
	signIns := s.sim.Requests(head, "AuthenticateUsernamePassword")
	f := s.form(head)
	f.Was, f.Secret, f.Services = head, "", "Services88"
	s.save(f)
	s.wantSecret(head, keyring.Password, simulator.DemoPassword)
	s.sees("the site on its new services version", func(v link.View) bool {
		st := v.Snapshot.Sites[0]
		return st.Site.Services == "Services88" && st.Severity == monitor.OK
	})
	until(t, "a new sign-in", func() bool { return s.sim.Requests(head, "AuthenticateUsernamePassword") > signIns })
}

func TestANewPasswordIsUsedAtOnce(t *testing.T) {
	s := begin(t, head)
	s.shows(head, monitor.OK)
	f := s.form(head)
	f.Was, f.Secret = head, "wrong"
	s.save(f)
	s.shows(head, monitor.Unknown)
	f.Secret = simulator.DemoPassword
	s.save(f)
	s.shows(head, monitor.OK)
}

// Secrets are stored before the settings: a name that is taken must be noticed before them.
func TestANameThatIsTakenCostsNobodyASecret(t *testing.T) {
	s := begin(t, head, oslo)
	for _, name := range []string{oslo, "branch OSLO"} {
		f := s.form(head)
		f.Name, f.Secret = name, "Canary-pw"
		s.refused(f, "there is a site named", oslo)
		f.Was = head
		s.refused(f, "there is a site named", oslo)
	}
	f := s.form(head)
	f.Was, f.Name, f.Secret = "Gone meanwhile", "New name", "Canary-pw"
	s.refused(f, "no such site")
	s.wantSaved(head, oslo)
	s.wantSecret(oslo, keyring.Password, simulator.DemoPassword)
	s.wantSecret(head, keyring.Password, simulator.DemoPassword)
	if len(s.secrets.stored) > 0 {
		t.Errorf("stored %q, want nothing", s.secrets.stored)
	}
}

// The file may know of sites that the agent does not: somebody else wrote them.
func TestANameThatTheFileAloneKnowsCostsNobodyASecret(t *testing.T) {
	s := begin(t, head)
	if err := settings.SaveSite(s.config(), "", site(s.form(oslo))); err != nil {
		t.Fatal(err)
	}
	s.secrets.Memory.Set(t.Context(), oslo, keyring.Password, "Written by hand")
	f := s.form(head)
	f.Name, f.Secret = oslo, "Canary-pw"
	s.refused(f, "there is a site named", oslo)
	f.Was = head
	s.refused(f, "there is a site named", oslo)
	s.wantSecret(oslo, keyring.Password, "Written by hand")
	s.wantSecret(head, keyring.Password, simulator.DemoPassword)
	s.wantSaved(head, oslo)
}

// Whoever removes a site may hang up before its secrets are gone.
func TestARemovalWhoseClientIsGoneTakesTheSecretsToo(t *testing.T) {
	s := begin(t, head)
	loaded, err := settings.Load(s.config())
	if err != nil {
		t.Fatal(err)
	}
	a := New(Options{Config: s.config(), Settings: loaded, State: s.path("state", "other.json"), Secrets: s.secrets, Log: slog.New(slog.NewTextHandler(s.says, nil))})
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if err := a.remove(gone, head); err != nil {
		t.Fatal(err)
	}
	s.wantSaved()
	s.wantSecret(head, keyring.Password, "")
}

func TestARenamedSiteTakesItsSecretsAlong(t *testing.T) {
	s := begin(t, head)
	s.secrets.Memory.Set(t.Context(), head, keyring.AppToken, "token")
	s.shows(head, monitor.OK)
	f := s.form(head)
	f.Was, f.Name, f.Secret = head, "Hovedkontor", ""
	s.save(f)
	s.wantSaved("Hovedkontor")
	s.wantSecret("Hovedkontor", keyring.Password, simulator.DemoPassword)
	s.wantSecret("Hovedkontor", keyring.AppToken, "token")
	s.wantSecret(head, keyring.Password, "")
	s.wantSecret(head, keyring.AppToken, "")
	s.shows("Hovedkontor", monitor.OK)
}

func TestARenameWaitsForALockedKeyring(t *testing.T) {
	s := begin(t, head)
	f := s.form(head)
	f.Was, f.Name, f.Secret = head, "Hovedkontor", ""
	for _, state := range []keyring.State{keyring.Locked, keyring.Denied, keyring.Hung, keyring.Failed} {
		s.secrets.shutTo(state)
		s.refused(f, "the keyring is "+string(state), "Mend it.")
	}
	s.wantSaved(head)
	s.secrets.shutTo("")
	s.wantSecret(head, keyring.Password, simulator.DemoPassword)
	s.save(f)
	s.wantSecret("Hovedkontor", keyring.Password, simulator.DemoPassword)
}

func TestRemoveTakesTheSecretsToo(t *testing.T) {
	s := begin(t, head, oslo)
	s.secrets.Memory.Set(t.Context(), head, keyring.AppToken, "token")
	if err := s.client.Remove(t.Context(), head); err != nil {
		t.Fatal(err)
	}
	s.wantSaved(oslo)
	s.wantSecret(head, keyring.Password, "")
	s.wantSecret(head, keyring.AppToken, "")
	s.wantSecret(oslo, keyring.Password, simulator.DemoPassword)
	s.sees("one site", func(v link.View) bool { return len(v.Snapshot.Sites) == 1 && v.Snapshot.Sites[0].Site.Name == oslo })
	if err := s.client.Remove(t.Context(), head); err == nil || !strings.Contains(err.Error(), head) {
		t.Errorf("a second removal ends with %v, want that there is no such site", err)
	}
	s.secrets.shutTo(keyring.Hung)
	if err := s.client.Remove(t.Context(), oslo); err != nil {
		t.Errorf("a keyring that hangs keeps the site: %v", err)
	}
	s.wantSaved()
	if !strings.Contains(s.says.String(), "stays in the keyring") {
		t.Errorf("the log says %q, want that the secret stays", s.says)
	}
}

func TestHostileFormsAreRefused(t *testing.T) {
	s := begin(t)
	tests := []struct {
		name   string
		change func(*link.SiteForm)
		word   string
	}{
		{"a name that leads out of a folder", func(f *link.SiteForm) { f.Name = "../../etc" }, "name"},
		{"a name of several lines", func(f *link.SiteForm) { f.Name = "a\n[[site]]" }, "name"},
		{"a name that turns the text around", func(f *link.SiteForm) { f.Name = "a\u202eb" }, "name"},
		{"no name", func(f *link.SiteForm) { f.Name = "  " }, "no name"},
		{"a name without an end", func(f *link.SiteForm) { f.Name = strings.Repeat("n", 1000) }, "too long"},
		{"an address with a password", func(f *link.SiteForm) { f.URL = "https://user:pw@crm.example/" }, "password"},
		{"an address of another kind", func(f *link.SiteForm) { f.URL = "file:///etc/passwd" }, "https://"},
		{"plain http to another host", func(f *link.SiteForm) { f.URL = "http://crm.example/" }, "plain http"},
		{"another services version", func(f *link.SiteForm) { f.Services = "Services1" }, "Services1"},
		{"a way to sign in that nobody knows", func(f *link.SiteForm) { f.SignIn = "telepathy" }, "telepathy"},
		{"a proxy with a password", func(f *link.SiteForm) { f.Proxy = "http://user:pw@proxy.example:3128" }, "proxy"},
		{"a pin that is none", func(f *link.SiteForm) { f.Pin = "sha1/x" }, "pin"},
		{"no user", func(f *link.SiteForm) { f.User = "" }, "user"},
		{"an owner that is none", func(f *link.SiteForm) { f.Owners = []string{"A\x00"} }, "owner"},
		{"a file of authorities that is not there", func(f *link.SiteForm) { f.CAFile = "/no/such.pem" }, "/no/such.pem"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := s.form(head)
			tt.change(&f)
			s.refused(f, tt.word)
		})
	}
	s.wantSaved()
	if len(s.secrets.stored)+len(s.secrets.session) > 0 {
		t.Errorf("stored %q and %q, want nothing", s.secrets.stored, s.secrets.session)
	}
}

func TestTestSavesNothing(t *testing.T) {
	s := begin(t, oslo)
	trial, err := s.client.Test(t.Context(), s.form(head), func(link.Step) {})
	if err != nil || trial.Failure != nil || len(trial.Owners) != 2 {
		t.Errorf("trial %+v (%v), want success with two owners", trial, err)
	}
	f := s.form(head)
	f.Secret = "wrong"
	if trial, err = s.client.Test(t.Context(), f, func(link.Step) {}); err != nil || trial.Failure == nil || trial.Failure.Kind != monitor.KindSignIn || trial.Failure.Remedy == "" {
		t.Errorf("trial %+v (%v), want a refused sign-in with its remedy", trial, err)
	}
	f.Was, f.Name, f.URL, f.Secret = oslo, "New name", s.sim.URL(oslo), ""
	if trial, err = s.client.Test(t.Context(), f, func(link.Step) {}); err != nil || trial.Failure != nil {
		t.Errorf("trial %+v (%v), want success with the stored password", trial, err)
	}
	s.wantSaved(oslo)
	if len(s.secrets.stored)+len(s.secrets.session) > 0 {
		t.Errorf("stored %q and %q, want nothing", s.secrets.stored, s.secrets.session)
	}
}

func TestIntervalsAreSavedAndChecked(t *testing.T) {
	s := begin(t, head)
	now, err := s.client.Settings(t.Context())
	if err != nil || !reflect.DeepEqual(now.Limits, monitor.DefaultLimits()) || now.Interval != settings.DefaultInterval || now.DetailsInterval != settings.DefaultDetailsInterval {
		t.Errorf("settings %+v (%v), want the defaults", now, err)
	}
	night, err := monitor.ParseQuiet("daily 22:00-06:00")
	if err != nil {
		t.Fatal(err)
	}
	want := link.Settings{Interval: 2 * time.Hour, DetailsInterval: 12 * time.Hour, Limits: monitor.Limits{Ladder: []int{}, FreeSeats: new(monitor.NoSeatWarning)},
		Rules: monitor.DefaultRules(), Sound: true, Command: []string{"/bin/hook", "a b"}}
	want.Rules.Quiet, want.Rules.BreakQuiet = []monitor.Quiet{night}, new(true)
	if err := s.client.SaveSettings(t.Context(), want); err != nil {
		t.Fatal(err)
	}
	if err := s.client.SaveSettings(t.Context(), link.Settings{Interval: want.Interval, DetailsInterval: want.DetailsInterval, Sound: true, Command: want.Command}); err != nil {
		t.Fatal(err) // without limits: they stay
	}
	if err := s.client.SaveSettings(t.Context(), link.Settings{Interval: time.Second, DetailsInterval: time.Hour}); err == nil || !strings.Contains(err.Error(), "too short") {
		t.Errorf("a second as interval ends with %v, want that it is too short", err)
	}
	if got, err := s.client.Settings(t.Context()); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("settings %+v (%v), want %+v", got, err, want)
	}
	if loaded, err := settings.Load(s.config()); err != nil || loaded.Interval != want.Interval || len(loaded.Sites) != 1 {
		t.Errorf("the file says %+v (%v)", loaded, err)
	}
}

func TestAFileThatWasBrokenByHandIsNamedWithItsLine(t *testing.T) {
	s := begin(t, head)
	write(t, s.config(), "\nintervall = \"1h\"\n")
	s.refused(s.form(oslo), s.config()+", line 2", "intervall")
}

func TestWithoutOpenGLTheStatusPageIsShown(t *testing.T) {
	s := begin(t, head)
	s.shows(head, monitor.OK)
	bin := s.path("bin")
	t.Setenv("PATH", bin)
	page := s.path("cache", "status.html")
	if err := s.client.NoGL(t.Context(), "no GLX"); err == nil || !strings.Contains(err.Error(), page) {
		t.Errorf("without a browser NoGL ends with %v, want the name of the page", err)
	}
	write(t, s.path("bin", "xdg-open"), "#!/bin/sh\necho \"$1\" >"+s.path("opened")+"\n")
	if err := os.Chmod(s.path("bin", "xdg-open"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := s.client.NoGL(t.Context(), "no GLX"); err != nil {
		t.Fatal(err)
	}
	if got, err := os.ReadFile(s.path("opened")); err != nil || strings.TrimSpace(string(got)) != "file://"+page {
		t.Errorf("the browser opened %q (%v), want %s", got, err, page)
	}
	text, err := os.ReadFile(page)
	if err != nil || !strings.Contains(string(text), head) {
		t.Errorf("the page (%v) does not name the site", err)
	}
	if about, err := os.Stat(page); err != nil || about.Mode().Perm() != 0o600 {
		t.Errorf("the page has mode %v (%v), want 0600", about.Mode(), err)
	}
}
