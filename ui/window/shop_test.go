package window

import (
	"errors"
	"slices"
	"testing"

	"fyne.io/fyne/v2"

	"licensewatch/monitor"
)

// shopping is a window with the row of an owner whose finding leads to its shop.
func shopping(t *testing.T, agent *fake) (*Window, *browser) {
	t.Helper()
	w := open(t, agent, site("Alfa", owner("SUPEROFFICE", 90, monitor.Finding{Kind: monitor.FindingMaintenance, Severity: monitor.Warning, Text: "Maintenance has ended."})))
	b := &browser{App: w.app}
	w.app = b
	w.openRow(t, "Alfa")
	return w, b
}

func TestTheShopIsOpenedAfterItsHostWasShown(t *testing.T) {
	const address = "https://shop.example/so?c=14"
	agent := &fake{shop: address}
	w, b := shopping(t, agent)
	w.press(t, "Open the shop…")
	w.reads(t, "Open shop.example?", address)
	if want := []string{"shop Alfa/SUPEROFFICE"}; !slices.Equal(agent.asked, want) || len(b.opened) > 0 {
		t.Errorf("the agent was asked %q, and unasked %q was opened", agent.asked, b.opened)
	}
	w.press(t, "Cancel")
	w.press(t, "Open the shop…")
	w.key(fyne.KeyEscape)
	if len(b.opened) > 0 {
		t.Errorf("after a no %q was opened", b.opened)
	}
	w.press(t, "Open the shop…")
	w.press(t, "Open")
	if !slices.Equal(b.opened, []string{address}) {
		t.Errorf("opened %q", b.opened)
	}
}

func TestAShopThatIsNoneIsNotOpened(t *testing.T) {
	for _, address := range []string{"", "javascript:alert(1)", "file:///etc/passwd", "https://superoffice.com@evil.example/"} {
		w, b := shopping(t, &fake{shop: address})
		w.press(t, "Open the shop…")
		w.reads(t, "The licence server of SUPEROFFICE names no shop that can be opened: ask the issuer.")
		if w.question != nil || len(b.opened) > 0 {
			t.Errorf("%q is asked about, or was opened: %q", address, b.opened)
		}
	}
	w, _ := shopping(t, &fake{err: errors.New("the licence server did not answer")})
	w.press(t, "Open the shop…")
	w.reads(t, "The licence server did not answer.")
}

func TestAShopIsNotAskedAboutOverAForm(t *testing.T) {
	w, _ := shopping(t, &fake{shop: "https://shop.example/"})
	w.does(func() {
		w.openShop("Alfa", "SUPEROFFICE")
		w.addSite()
	})
	if w.question != nil {
		t.Error("the form is covered by a question that nobody expects")
	}
}

func TestLicencesOpenInTheSitesOwnWebClient(t *testing.T) {
	s := site("Alfa", owner("SUPEROFFICE", 90, monitor.Finding{Kind: monitor.FindingStatus, Case: "NewLicenseActivated", Text: "A new licence was activated."}))
	s.Site.Web = "https://crm.example/"
	w := open(t, &fake{}, s)
	b := &browser{App: w.app}
	w.app = b
	w.openRow(t, "Alfa")
	w.press(t, "Open crm.example")
	if !slices.Equal(b.opened, []string{"https://crm.example/"}) {
		t.Errorf("opened %q", b.opened)
	}
	w.reads(t, "See Settings and maintenance, Licences.")
	w.Lost("The agent has ended.")
	if b := w.button("Open crm.example"); b == nil || b.Disabled() {
		t.Error("without the agent the site's own client cannot be opened")
	}
}
