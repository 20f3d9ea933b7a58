package window

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"licensewatch/internal/caldate"
	"licensewatch/monitor"
	"licensewatch/monitor/link"
)

// user is a user plan with seats.
func plan(name string, inUse, total int) *monitor.Module {
	return &monitor.Module{Name: "ten-" + name, Description: name, Type: "UserLicense", Plan: true, Total: total, InUse: inUse, Free: total - inUse}
}

// shortOffer waits for three users to give up Sales Premium.
func shortOffer() monitor.Offer {
	hide := func(m *monitor.Module) *monitor.Module {
		m.Hidden, m.Plan = true, false
		return m
	}
	return monitor.Offer{
		Current: &monitor.Licence{Owner: "SUPEROFFICE", Description: "SuperOffice AS", Company: "Fjord Shipping AS", Serial: "1010000014",
			Dates: monitor.Dates{NextCheck: day(3), AdminWarning: day(190), Maintenance: day(190), Expiry: day(218), Grace: day(230)}},
		New: &monitor.Licence{Owner: "SUPEROFFICE", Description: "SuperOffice AS", Company: "Fjord Group AS", Serial: "1010000014",
			Dates: monitor.Dates{NextCheck: day(3), AdminWarning: day(555), Maintenance: caldate.Never, Expiry: day(583), Grace: day(595)}},
		Modules: []monitor.ModuleOffer{
			{Current: hide(plan("Sale", 20, 21)), New: hide(plan("Sale", 20, 17))},
			{Current: hide(plan("Diary", 20, 30)), New: hide(plan("Diary", 20, 26))},
			{Current: plan("Reader", 3, 10), New: plan("Reader", 3, 15)},
			{Current: plan("Sales Premium", 20, 21), New: plan("Sales Premium", 20, 17)},
			{Current: plan("Service Premium", 9, 12), New: plan("Service Premium", 9, 12)},
			{New: plan("Marketing Premium", 0, 5)},
			{Current: &monitor.Module{Name: "erp-sync", Description: "ERP Sync", Type: "SiteLicense", Total: 1, InUse: 1}},
		},
		Reason: "More licences of Sales Premium are assigned than the new licence has.",
	}
}

// compared opens the page about an offer.
func compared(t *testing.T, agent *fake) *Window {
	t.Helper()
	w := open(t, agent, fleet()...)
	w.does(func() { w.compareOffer("Alfa", "SUPEROFFICE") })
	return w
}

func TestTheWaitingLicenceIsShownBesideTheOneInForce(t *testing.T) {
	agent := &fake{offer: shortOffer()}
	w := compared(t, agent)
	w.reads(t, "New licence of SUPEROFFICE at Alfa", "The new licence cannot be activated until 3 users give up Sales Premium.",
		"NetServer says: More licences of Sales Premium are assigned", "Licensewatch activates nothing.",
		"Fjord Shipping AS", "Fjord Group AS", "365 days later", "4 seats fewer", "3 users to remove", "Unchanged: 1 module.")
	if !slices.Equal(agent.asked, []string{"offer Alfa/SUPEROFFICE"}) {
		t.Errorf("the agent was asked %q", agent.asked)
	}
	w.press(t, "Close")
	if w.page != nil {
		t.Error("the page stays open")
	}
}

func TestHiddenModulesWaitBehindASwitchUnlessTheyAreShort(t *testing.T) {
	w := compared(t, &fake{offer: shortOffer()})
	w.reads(t, "Sale (hidden)", "Show 1 hidden module")
	if strings.Contains(w.texts(), "Diary") {
		t.Error("a hidden module that is not short is shown")
	}
	c := w.win.Canvas()
	for c.FocusNext(); ; c.FocusNext() {
		if check, ok := c.Focused().(*check); ok {
			check.TypedRune(' ')
			break
		}
		if c.Focused() == fyne.Focusable(w.button("Close")) {
			t.Fatal("no switch takes the focus")
		}
	}
	w.reads(t, "Diary (hidden)")
	check, ok := c.Focused().(*check)
	if !ok || !slices.Contains(w.objects(), fyne.CanvasObject(check)) {
		t.Fatalf("after the switch the focus is on %T", c.Focused())
	}
	check.TypedRune(' ')
	if strings.Contains(w.texts(), "Diary") {
		t.Error("the hidden module cannot be hidden again")
	}
}

func TestAComparisonIsCopiedByKeysAlone(t *testing.T) {
	w := compared(t, &fake{offer: shortOffer()})
	w.key(fyne.KeyReturn)
	text := w.app.Clipboard().Content()
	for _, part := range []string{"Site:       Alfa\n", "Address:    https://crm.example/remote/\n", "Owner:      SUPEROFFICE\n", "3 users to remove", "Diary"} {
		if !strings.Contains(text, part) {
			t.Errorf("%q is not in what was copied:\n%s", part, text)
		}
	}
	if w.button("Copied") == nil {
		t.Error("nothing says that it was copied")
	}
	w.key(fyne.KeyEscape)
	if w.page != nil {
		t.Error("Esc leaves the page open")
	}
}

func TestArrowsMoveThroughAComparison(t *testing.T) {
	w := compared(t, &fake{offer: shortOffer()})
	w.win.Resize(fyne.NewSize(600, 400))
	s := w.page.scroll
	most := s.Content.MinSize().Height - s.Size().Height
	if most < 50 {
		t.Fatalf("only %v does not fit", most)
	}
	for _, step := range []struct {
		key  fyne.KeyName
		want float32
	}{
		{fyne.KeyUp, 0}, {fyne.KeyDown, 40}, {fyne.KeyEnd, most}, {fyne.KeyPageDown, most}, {fyne.KeyUp, most - 40}, {fyne.KeyHome, 0},
		{fyne.KeyPageDown, min(most, s.Size().Height-40)}, {fyne.KeyPageUp, max(0, min(most, s.Size().Height-40)-s.Size().Height+40)},
	} {
		w.key(step.key)
		if s.Offset.Y != step.want {
			t.Errorf("after %s the page stands at %v, want %v", step.key, s.Offset.Y, step.want)
		}
	}
	w.win.Canvas().Unfocus()
	w.key(fyne.KeyEnd)
	if s.Offset.Y != most {
		t.Errorf("without a focus, End brings the page to %v, want %v", s.Offset.Y, most)
	}
	w.win.Resize(fyne.NewSize(1200, 1000))
	w.key(fyne.KeyDown)
	if s.Offset.Y != 0 {
		t.Errorf("a page that is in sight as a whole moves to %v", s.Offset.Y)
	}
}

// hesitant is an agent whose licence server does not answer until it is called off.
type hesitant struct {
	*fake
	began, typed chan struct{}
}

func (h hesitant) Offer(ctx context.Context, _ link.Target) (monitor.Offer, error) {
	close(h.began)
	<-ctx.Done()
	<-h.typed // the test driver has no UI thread of its own
	return monitor.Offer{}, ctx.Err()
}

func TestEscEndsAQuestionToALicenceServer(t *testing.T) {
	agent := hesitant{&fake{}, make(chan struct{}), make(chan struct{})}
	w := open(t, agent, fleet()...)
	w.compareOffer("Alfa", "SUPEROFFICE")
	<-agent.began
	w.reads(t, "Asking the licence server of SUPEROFFICE, through Alfa…")
	if w.win.Canvas().Focused() != fyne.Focusable(w.button("Cancel")) {
		t.Error("Cancel does not have the focus")
	}
	w.typeKey(fyne.KeyEscape)
	if w.page != nil {
		t.Error("the page stays open")
	}
	close(agent.typed)
	w.calls.Wait()
	if text := w.texts(); strings.Contains(text, "could not be asked") || w.page != nil {
		t.Errorf("what was called off has an outcome:\n%s", text)
	}
}

func TestALicenceServerThatFailsCanBeAskedAgain(t *testing.T) {
	agent := &fake{err: errors.New("crm.example: NetServer reports an error: no way out. Let the server out"), offer: shortOffer()}
	w := compared(t, agent)
	w.reads(t, "The licence server could not be asked.", "Crm.example: NetServer reports an error: no way out. Let the server out.")
	agent.err = nil
	w.press(t, "Try again")
	w.reads(t, "3 users give up Sales Premium")
	if strings.Contains(w.texts(), "could not be asked") || w.button("Try again") != nil {
		t.Error("the failure stays on the page")
	}
}

func TestNothingNewIsSaidInOneSentence(t *testing.T) {
	w := compared(t, &fake{offer: monitor.Offer{Current: shortOffer().Current}})
	w.reads(t, "The licence server has nothing new: the licence in force stays.")
	for _, text := range []string{"Modules that change", "Serial number", "activates nothing"} {
		if strings.Contains(w.texts(), text) {
			t.Errorf("it says %q", text)
		}
	}
}

func TestAReasonIsSaidOnce(t *testing.T) {
	o := shortOffer()
	o.Modules, o.Reason = nil, "The agreement is not paid."
	w := compared(t, &fake{offer: o})
	w.reads(t, "The new licence cannot be activated: The agreement is not paid.")
	if strings.Contains(w.texts(), "NetServer says") {
		t.Errorf("the reason is said twice:\n%s", w.texts())
	}
}

func TestAComparisonIsNotOpenedOverAPageOrWithoutAnAgent(t *testing.T) {
	agent := &fake{offer: shortOffer()}
	w := open(t, agent, fleet()...)
	form := w.openForm(link.SiteForm{Services: "Services86", SignIn: "password"})
	w.does(func() { w.compareOffer("Alfa", "SUPEROFFICE") })
	if w.page != &form.page {
		t.Error("it takes the place of a form")
	}
	w.closePage()
	w.Lost("The agent is gone.")
	w.does(func() { w.compareOffer("Alfa", "SUPEROFFICE") })
	if w.page != nil || len(agent.asked) > 0 {
		t.Errorf("without an agent the page is open, and %q asked", agent.asked)
	}
}

func TestAHostileLicenceDoesNotWidenTheWindow(t *testing.T) {
	o := shortOffer()
	for _, l := range []*monitor.Licence{o.Current, o.New} {
		l.Company, l.Serial, l.Description = endless, endless, endless
	}
	o.New.Company, o.Reason = "x"+endless, endless
	for _, p := range o.Modules {
		for _, m := range []*monitor.Module{p.Current, p.New} {
			if m != nil {
				m.Name, m.Description, m.Total, m.InUse, m.Free = endless, endless, m.Total*1e8, m.InUse*1e8, m.Free*1e8
			}
		}
	}
	for _, agent := range []*fake{{offer: o}, {err: errors.New(endless)}} {
		w := open(t, agent, hostileSite(endless))
		w.win.Resize(fyne.NewSize(560, 400))
		w.does(func() { w.compareOffer(endless, endless) })
		if got := w.least(); got.Width > 560 || got.Height > 360 {
			t.Errorf("the window cannot be smaller than %v", got)
		}
		if got, room := w.page.scroll.Content.MinSize().Width, w.page.scroll.Size().Width; got > room {
			t.Errorf("the page is %v wide, and has %v", got, room)
		}
	}
}
