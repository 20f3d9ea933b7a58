package window

import (
	"context"
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"licensewatch/internal/secret"
	"licensewatch/monitor"
	"licensewatch/monitor/link"
)

func passes(context.Context) (link.Trial, error) {
	return link.Trial{Company: "Fjord AS", Serial: "1010000014", Version: "10.2", Owners: []string{"SUPEROFFICE", "IZIGO"},
		URL: "https://crm.example/remote/", Warning: "The user is not an administrator."}, nil
}

func fails(context.Context) (link.Trial, error) {
	return link.Trial{Failure: &monitor.Failure{Kind: monitor.KindSignIn, Text: "crm.example refuses the user.", Remedy: "Check user and password."}}, nil
}

// newSite opens the form of a new site and fills it in by keys alone.
func newSite(t *testing.T, w *Window) {
	t.Helper()
	w.ctrl(fyne.KeyN)
	if w.page == nil {
		t.Fatal("Ctrl+N opens no form")
	}
	c := w.win.Canvas()
	for i, text := range []string{"Head office", "", "crm.example/remote", "", "svc", "hunter2"} {
		if i > 0 {
			c.FocusNext()
		}
		if text != "" {
			test.Type(c.Focused(), text)
		}
	}
}

func TestASiteIsSavedAfterItsTest(t *testing.T) {
	agent := &fake{trial: passes}
	w := open(t, agent, fleet()...)
	newSite(t, w)
	if w.button("Save") != nil || w.button("Save anyway") != nil {
		t.Error("the form can be saved before its test")
	}
	w.press(t, "Test connection")
	w.reads(t, "Is this the installation you meant?", "Fjord AS", "1010000014", "10.2", "SUPEROFFICE, IZIGO", "The user is not an administrator.")
	if len(agent.saved) > 0 {
		t.Fatal("the test saved the site")
	}
	w.press(t, "Save")
	want := link.SiteForm{Name: "Head office", URL: "crm.example/remote", Services: "Services86", SignIn: "password", User: "svc", Secret: "hunter2"}
	if len(agent.saved) != 1 || !equalForms(agent.saved[0], want) || !equalForms(agent.tested[0], want) {
		t.Errorf("tested %+v, saved %+v, want %+v", agent.tested, agent.saved, want)
	}
	if w.page != nil {
		t.Error("the form stays open")
	}
}

func equalForms(a, b link.SiteForm) bool { return reflect.DeepEqual(a, b) }

func TestAFailedTestSaysWhyAndWhatToDo(t *testing.T) {
	agent := &fake{trial: fails}
	w := open(t, agent, fleet()...)
	newSite(t, w)
	w.key(fyne.KeyReturn) // Enter in a field goes on
	w.reads(t, "crm.example refuses the user.", "Check user and password.")
	w.press(t, "Save anyway")
	if len(agent.saved) != 1 {
		t.Error("it was not saved although the user wants to")
	}
}

func TestAChangeForgetsTheTest(t *testing.T) {
	w := open(t, &fake{trial: passes}, fleet()...)
	newSite(t, w)
	w.key(fyne.KeyReturn)
	test.Type(w.win.Canvas().Focused(), "x")
	if w.button("Save") != nil || strings.Contains(w.texts(), "Is this the installation") {
		t.Error("the test of another password still counts")
	}
}

func TestAnEmptyPasswordKeepsTheStoredOne(t *testing.T) {
	agent := &fake{trial: passes, sites: []link.SiteForm{
		{Name: "Zulu", URL: "http://old.example/", Services: "Services84", SignIn: "password", User: "svc", Owners: []string{"A", "B"}, AllowHTTP: true},
	}}
	w := open(t, agent, fleet()...)
	w.openRow(t, "Zulu")
	w.press(t, "Edit site…")
	w.reads(t, "Edit Zulu", "stored, and not shown: empty keeps it")
	w.reads(t, "empty keeps what is stored, if anything is") // the application token, which few have
	w.press(t, "Test connection")
	w.press(t, "Save")
	want := agent.sites[0]
	want.Was = "Zulu"
	if len(agent.saved) != 1 || !equalForms(agent.saved[0], want) {
		t.Errorf("saved %+v, want %+v", agent.saved, want)
	}
}

func TestASiteIsRemovedFromItsForm(t *testing.T) {
	agent := &fake{sites: []link.SiteForm{{Name: "Nord", SignIn: "ticket"}}}
	w := open(t, agent, fleet()...)
	w.openRow(t, "Nord")
	w.press(t, "Edit sign-in…")
	w.press(t, "Remove site…")
	w.press(t, "Keep")
	w.press(t, "Remove site…")
	w.press(t, "Remove")
	if strings.Join(agent.asked, ",") != "sites,remove Nord" || w.page != nil {
		t.Errorf("the agent was asked %q, and the form is open: %t", agent.asked, w.page != nil)
	}
}

func TestATestCanBeCancelled(t *testing.T) {
	began, typed := make(chan struct{}), make(chan struct{})
	agent := &fake{trial: func(ctx context.Context) (link.Trial, error) {
		close(began)
		<-ctx.Done()
		<-typed // the test driver has no UI thread of its own
		return link.Trial{}, ctx.Err()
	}}
	w := open(t, agent, fleet()...)
	newSite(t, w)
	test.Tap(w.button("Test connection"))
	<-began
	w.reads(t, "Testing the connection…")
	w.typeKey(fyne.KeyEscape)
	close(typed)
	w.calls.Wait()
	if w.page == nil {
		t.Fatal("Esc closed the form and not only the test")
	}
	if text := w.texts(); strings.Contains(text, "Testing the") || strings.Contains(text, "canceled") || w.button("Test connection").Disabled() {
		t.Errorf("the form does not go on after a cancelled test:\n%s", text)
	}
}

func TestLeavingAFormAsksForWhatWasTyped(t *testing.T) {
	w := open(t, &fake{}, fleet()...)
	newSite(t, w)
	w.key(fyne.KeyEscape)
	w.reads(t, "Leave without saving?")
	w.press(t, "Stay")
	if w.page == nil {
		t.Fatal("Stay leaves")
	}
	w.key(fyne.KeyEscape)
	w.press(t, "Leave")
	if w.page != nil {
		t.Error("Leave stays")
	}
}

func TestAnAgentThatCannotSave(t *testing.T) {
	agent := &fake{trial: passes}
	w := open(t, agent, fleet()...)
	newSite(t, w)
	w.key(fyne.KeyReturn)
	agent.err = errors.New("the keyring is locked")
	w.press(t, "Save")
	w.reads(t, "The keyring is locked.", "Nothing was saved.")
	if w.page == nil {
		t.Error("the form closed although nothing was saved")
	}
}

func TestEnterTwiceSavesOnce(t *testing.T) {
	agent := &fake{trial: passes}
	w := open(t, agent, fleet()...)
	newSite(t, w)
	w.key(fyne.KeyReturn)
	w.does(func() {
		w.typeKey(fyne.KeyReturn)
		w.typeKey(fyne.KeyReturn)
	})
	if len(agent.saved) != 1 || w.page != nil {
		t.Errorf("it was saved %d times, and the form is open: %t", len(agent.saved), w.page != nil)
	}
	agent.err = errors.New("the disk is full")
	newSite(t, w)
	w.key(fyne.KeyReturn)
	w.press(t, "Save")
	w.press(t, "Save anyway")
	if len(agent.saved) != 3 {
		t.Error("after a failure it cannot be saved again")
	}
}

func TestWhatAFailedSaveLeavesBehind(t *testing.T) {
	const nothing, perhaps = "Nothing was saved.", "The settings of the site are as before; the secrets that you entered may be stored already."
	tests := []struct {
		name string
		form link.SiteForm
		want string
	}{
		{"a new site", link.SiteForm{Name: "A", Secret: "x"}, nothing},
		{"a renamed site", link.SiteForm{Was: "A", Name: "B", Secret: "x"}, nothing},
		{"an edited site", link.SiteForm{Was: "A", Name: "A"}, nothing},
		{"an edited site with a new password", link.SiteForm{Was: "A", Name: "A", Secret: "x"}, perhaps},
		{"an edited site with a new token", link.SiteForm{Was: "A", Name: "A", AppToken: "x"}, perhaps},
		{"another case of the name alone", link.SiteForm{Was: "A", Name: "a", Secret: "x"}, perhaps},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.form.SignIn = "password"
			if got := unsaved(tt.form); got != tt.want {
				t.Errorf("unsaved = %q, want %q", got, tt.want)
			}
		})
	}
}

func TestAPastedAddressChoosesTheServices(t *testing.T) {
	for address, want := range map[string]string{
		"https://crm.example/Remote/Services84/License.svc?wsdl":     "Services84",
		"https://crm.example/Remote/services88/soprincipal.svc":      "Services88",
		" crm.example/SERVICES85 ":                                   "Services85",
		"https://crm.example/Remote/":                                "Services87",
		"https://services84.example/Remote/":                         "Services87",
		"https://crm.example/Remote/Services99/License.svc":          "Services87",
		"https://crm.example/Remote/?from=/Services84/License.svc":   "Services87",
		"https://crm.example/Remote/MyServices84/Services840/X.svc/": "Services87",
	} {
		w := open(t, &fake{}, fleet()...)
		f := w.openForm(link.SiteForm{Services: "Services87", SignIn: "password"})
		f.address.SetText(address)
		if got := f.values(); got.Services != want || f.services.Selected != want || got.URL != strings.TrimSpace(address) {
			t.Errorf("%q: the form holds %q at %q, want %q", address, got.Services, got.URL, want)
		}
	}
}

func TestWhatIsWrongIsSaidAtTheField(t *testing.T) {
	w := open(t, &fake{}, fleet()...)
	w.press(t, "Add site")
	w.press(t, "Test connection")
	w.reads(t, "Give the site a name", "Enter the address", "Enter the user", "Enter the password.")
	test.Type(w.win.Canvas().Focused(), "x")
	if strings.Contains(w.texts(), "Give the site a name") {
		t.Error("the reproach stays while the user types")
	}
}

func TestAdvancedFieldsAndTicket(t *testing.T) {
	agent := &fake{trial: passes}
	w := open(t, agent, fleet()...)
	f := w.openForm(link.SiteForm{Services: "Services86", SignIn: "password"})
	f.name.SetText("A")
	f.address.SetText("http://crm.example")
	f.signIn.SetSelected("Ticket")
	f.ticket.SetText("7T:abc")
	f.owners.SetText(" SUPEROFFICE, ,IZIGO ")
	if slices.Contains(w.objects(), fyne.CanvasObject(f.user)) {
		t.Error("a ticket asks for a user")
	}
	w.press(t, "Advanced")
	f.token.SetText("token")
	f.caFile.SetText(" /etc/ca.pem ")
	f.allowHTTP.SetChecked(true)
	f.session.SetChecked(true)
	w.press(t, "Test connection")
	want := link.SiteForm{Name: "A", URL: "http://crm.example", Services: "Services86", SignIn: "ticket", Secret: "7T:abc", Owners: []string{"SUPEROFFICE", "IZIGO"},
		AppToken: "token", CAFile: "/etc/ca.pem", AllowHTTP: true, SessionOnly: true}
	if len(agent.tested) != 1 || !equalForms(agent.tested[0], want) {
		t.Errorf("tested %+v, want %+v", agent.tested, want)
	}
}

func TestSecretsAreNotShown(t *testing.T) {
	w := open(t, &fake{trial: fails}, fleet()...)
	newSite(t, w)
	w.key(fyne.KeyReturn)
	if text := w.texts(); strings.Contains(text, "hunter2") {
		t.Errorf("the password can be read:\n%s", text)
	}
	var _ secret.Text = link.SiteForm{}.Secret // which prints as [redacted]
}

func TestSettings(t *testing.T) {
	agent := &fake{settings: link.Settings{Interval: time.Hour, DetailsInterval: 6 * time.Hour, Sound: true, Command: []string{"/bin/hook"}}}
	w := open(t, agent, fleet()...)
	w.press(t, "Settings")
	w.reads(t, "1h", "6h")
	entry := w.win.Canvas().Focused().(*entry)
	for text, fault := range map[string]string{"10s": "At least 1m", "soon": "Write a time such as 15m"} {
		entry.SetText(text)
		w.press(t, "Save")
		w.reads(t, fault)
	}
	entry.SetText("15m")
	w.press(t, "Save")
	if want := (link.Settings{Interval: 15 * time.Minute, DetailsInterval: 6 * time.Hour, Sound: true, Command: []string{"/bin/hook"}}); !reflect.DeepEqual(agent.settings, want) || w.page != nil {
		t.Errorf("saved %+v, want %+v", agent.settings, want)
	}
}
