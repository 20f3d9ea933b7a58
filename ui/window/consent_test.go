package window

import (
	"context"
	"errors"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"licensewatch/monitor/link"
)

func signsIn(context.Context) (link.Grant, error) {
	return link.Grant{ID: "g1", User: "anna@fjord.example", Tenant: "Cust1", Company: "Fjord AS"}, nil
}

// onlineForm opens the form of a site of SuperOffice Online, with all but the sign-in.
func onlineForm(w *Window) *siteForm {
	s := w.openForm(link.SiteForm{Services: "Services88", SignIn: "online"})
	s.name.SetText("A")
	s.tenant.SetText("Cust1")
	s.client.SetText("id")
	s.token.SetText("x")
	return s
}

func TestASignInWithTheBrowserIsSavedByItsGrant(t *testing.T) {
	agent := &fake{trial: passes, grant: signsIn}
	w := open(t, agent, fleet()...)
	onlineForm(w)
	w.press(t, "Test connection")
	w.reads(t, "Sign in with the browser first.")
	w.press(t, "Sign in with the browser…")
	w.reads(t, "anna@fjord.example signed in to Cust1 (Fjord AS).")
	if f := agent.granted[0]; f.Tenant != "Cust1" || f.ClientID != "id" || f.AppToken != "x" {
		t.Errorf("somebody was to sign in for %+v", f)
	}
	w.press(t, "Test connection")
	w.press(t, "Save")
	if len(agent.saved) != 1 || agent.saved[0].Grant != "g1" || agent.saved[0].URL != "" {
		t.Errorf("saved %+v", agent.saved)
	}
}

func TestTheBrowserOpensOnlyForACompleteApplication(t *testing.T) {
	agent := &fake{grant: signsIn}
	w := open(t, agent, fleet()...)
	w.openForm(link.SiteForm{Services: "Services88", SignIn: "online"})
	w.press(t, "Sign in with the browser…")
	w.reads(t, "Enter the tenant.", "Enter the client ID", "Enter the client secret.")
	if text := w.texts(); len(agent.asked) > 0 || strings.Contains(text, "Give the site a name") {
		t.Errorf("the agent was asked %q, and the window says:\n%s", agent.asked, text)
	}
}

func TestAnotherTenantOrApplicationForgetsTheSignIn(t *testing.T) {
	for name, change := range map[string]func(*siteForm){
		"the tenant":      func(s *siteForm) { s.tenant.SetText("Cust2") },
		"the client ID":   func(s *siteForm) { s.client.SetText("other") },
		"the environment": func(s *siteForm) { s.environment.SetText("sod") },
	} {
		w := open(t, &fake{grant: signsIn}, fleet()...)
		s := onlineForm(w)
		w.press(t, "Sign in with the browser…")
		s.name.SetText("B")
		if s.values().Grant != "g1" {
			t.Error("another name forgets the sign-in")
		}
		change(s)
		if s.values().Grant != "" || strings.Contains(w.texts(), "signed in to") {
			t.Errorf("another value for %s leaves the sign-in", name)
		}
	}
}

func TestAFailedSignInSaysWhy(t *testing.T) {
	agent := &fake{grant: func(context.Context) (link.Grant, error) {
		return link.Grant{}, errors.New("nobody signed in\u202e " + endless)
	}}
	w := open(t, agent, fleet()...)
	w.win.Resize(fyne.NewSize(600, 400))
	before := w.least().Width
	s := onlineForm(w)
	w.press(t, "Sign in with the browser…")
	w.reads(t, "Nobody signed in WWW")
	if strings.Contains(w.texts(), "\u202e") || w.least().Width > max(before, 560) {
		t.Errorf("what the agent says is not made harmless; the window needs %v", w.least())
	}
	if s.values().Grant != "" || w.button("Cancel sign-in") != nil || w.button("Sign in with the browser…").Disabled() {
		t.Error("it is not over")
	}
	agent.grant = signsIn
	w.press(t, "Sign in with the browser…")
	w.reads(t, "signed in to Cust1")
}

func TestHostileWordsOfASignIn(t *testing.T) {
	got := signedInWords(link.Grant{User: "a\u202eb\n" + endless, Tenant: endless, Company: endless})
	if len([]rune(got)) > 250 || strings.ContainsAny(got, "\u202e\n") {
		t.Errorf("it says %q", got)
	}
}

// browsing waits in the browser until it is cancelled, and then until typed is closed: the test driver has no UI thread.
func browsing(began, typed chan struct{}) func(context.Context) (link.Grant, error) {
	return func(ctx context.Context) (link.Grant, error) {
		close(began)
		<-ctx.Done()
		<-typed
		return link.Grant{ID: "late"}, nil
	}
}

func TestASignInCanBeCancelled(t *testing.T) {
	for name, cancel := range map[string]func(*Window, *siteForm){
		"its button":   func(w *Window, _ *siteForm) { test.Tap(w.button("Cancel sign-in")) },
		"Enter on it":  func(w *Window, _ *siteForm) { w.typeKey(fyne.KeyReturn) }, // it has the focus
		"Esc":          func(w *Window, _ *siteForm) { w.typeKey(fyne.KeyEscape) },
		"another text": func(_ *Window, s *siteForm) { s.tenant.SetText("Cust2") },
		"another way": func(_ *Window, s *siteForm) {
			s.signIn.SetSelected("Ticket")
			s.signIn.SetSelected(signInOf("online").words)
		},
	} {
		t.Run(name, func(t *testing.T) {
			began, typed := make(chan struct{}), make(chan struct{})
			w := open(t, &fake{grant: browsing(began, typed)}, fleet()...)
			s := onlineForm(w)
			test.Tap(w.button("Sign in with the browser…"))
			<-began
			w.reads(t, "Waiting for the sign-in")
			if !w.button("Sign in with the browser…").Disabled() || !w.button("Test connection").Disabled() {
				t.Error("something else can be begun meanwhile")
			}
			cancel(w, s)
			close(typed)
			w.calls.Wait()
			if w.page == nil || s.values().Grant != "" {
				t.Errorf("the form is open: %t, with grant %q", w.page != nil, s.values().Grant)
			}
			if text := w.texts(); strings.Contains(text, "Waiting") || w.button("Test connection").Disabled() || w.button("Sign in with the browser…").Disabled() {
				t.Errorf("the form does not go on:\n%s", text)
			}
		})
	}
}

func TestAnEditedSiteKeepsItsSignIn(t *testing.T) {
	agent := &fake{trial: passes}
	w := open(t, agent, fleet()...)
	s := w.openForm(link.SiteForm{Was: "A", Name: "A", Services: "Services88", SignIn: "online", Tenant: "Cust1", ClientID: "id"})
	w.reads(t, "Stored; sign in again only if it no longer works.")
	w.press(t, "Test connection")
	if len(agent.tested) != 1 {
		t.Error("it cannot be tested")
	}
	s.tenant.SetText("Cust2")
	w.press(t, "Test connection")
	w.reads(t, "Sign in with the browser first.")
	if len(agent.tested) != 1 {
		t.Error("the sign-in of another tenant is tried")
	}
}
