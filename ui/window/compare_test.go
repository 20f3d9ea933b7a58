package window

import (
	"slices"
	"testing"

	"licensewatch/internal/caldate"
	"licensewatch/monitor"
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

func TestTheWaitingLicenceIsShownBesideTheOneInForce(t *testing.T) {
	agent := &fake{offer: shortOffer()}
	w := open(t, agent, fleet()...)
	w.does(func() { w.compareOffer("Alfa", "SUPEROFFICE") })
	w.reads(t, "New licence of SUPEROFFICE at Alfa", "The new licence cannot be activated until 3 users give up Sales Premium.",
		"Fjord Shipping AS", "Fjord Group AS", "365 days later", "4 seats fewer", "3 users to remove", "Unchanged: 1 module.")
	if !slices.Equal(agent.asked, []string{"offer Alfa/SUPEROFFICE"}) {
		t.Errorf("the agent was asked %q", agent.asked)
	}
	w.press(t, "Close")
	if w.page != nil {
		t.Error("the page stays open")
	}
}
