package simulator

import (
	"encoding/xml"
	"strings"
	"testing"
)

// assigned is a world whose first user has a plan.
func assigned() World {
	w := Demo()
	w.Sites[0].Users[0].Licences = []string{"ten-sales"}
	w.Sites[0].Limit = Limit{Active: 85, Maximum: 100}
	return w
}

// link is what a test reads of a ModuleLicenseLink.
type link struct {
	Name                 string
	Assigned             bool
	Total, InUse, Free   int
	IsHidden, ExtraFlags *string
}

func TestUserLicencesTellPlanAndWhatItGrants(t *testing.T) {
	s := started(t, assigned())
	base := s.URL("Head office")
	ticket := signIn(t, base)
	for _, v := range versions {
		var reply struct {
			Owners []struct {
				Name                       string
				RestrictedModuleLicenses   struct{ ModuleLicenseLink []link }
				UnrestrictedModuleLicenses struct{ ModuleLicenseLink []link }
			} `xml:"Body>GetUserLicensesResponse>Response>LicenseOwner"`
		}
		got := post(t, base, msg{v, "License", "GetUserLicenses", ticket, "<AssociateId>11</AssociateId>"})
		if err := xml.Unmarshal([]byte(got.body), &reply); err != nil || len(reply.Owners) != 3 {
			t.Fatalf("%s: %d owners, %v: %.500s", v, len(reply.Owners), err, got.body)
		}
		has := map[string]bool{}
		for _, l := range reply.Owners[0].RestrictedModuleLicenses.ModuleLicenseLink {
			has[l.Name] = l.Assigned
			if l.Name == "ten-sales" && (l.Total != 21 || l.InUse != 17 || l.Free != 4) {
				t.Errorf("%s: the plan is %+v", v, l)
			}
			if (l.IsHidden != nil) != (v >= "Services87") || (l.ExtraFlags != nil) != (v >= "Services88") {
				t.Errorf("%s: IsHidden and ExtraFlags are there or not: %+v", v, l)
			}
		}
		for name, want := range map[string]bool{"user": true, "ten-sales": true, "sale-cal": true, "ten-service": false, "chat-cal": false} {
			if got, ok := has[name]; !ok || got != want {
				t.Errorf("%s: %s is assigned %t, there %t; want %t", v, name, got, ok, want)
			}
		}
		if n := len(reply.Owners[0].UnrestrictedModuleLicenses.ModuleLicenseLink); n != 2 {
			t.Errorf("%s: %d modules are unrestricted, want 2", v, n)
		}
	}
}

func TestAssignmentsOfWhomIsNotThere(t *testing.T) {
	s := started(t, assigned())
	base := s.URL("Head office")
	ticket := signIn(t, base)
	const notFound = "SuperOffice.Exceptions.SoNotFoundException"
	tests := []struct{ operation, body, want string }{
		{"GetUserLicenses", "<AssociateId>99</AssociateId>", notFound},
		{"GetUserLicenses", "", notFound},
		{"GetSatelliteLicenses", "<SatelliteId>7</SatelliteId>", notFound},
		{"GetSatelliteLicenses", "", ""},
		{"GetThirdPartyLicenseAssignments", "<AssociateId>11</AssociateId><ModuleOwner>NOBODY</ModuleOwner>", noLicence},
		{"GetThirdPartyLicenseAssignments", "<ModuleOwner>ACMEADDON</ModuleOwner><AssociateId>11</AssociateId>", notFound},
		{"GetShopUrl", "<OwnerName>NOBODY</OwnerName>", noLicence},
		{"GetModuleLicenseFromDB", "<OwnerName>SUPEROFFICE</OwnerName><ModuleName>none</ModuleName>", ""},
		{"GetModuleLicenseFromDB", "<OwnerName>NOBODY</OwnerName><ModuleName>user</ModuleName>", ""},
		{"GetUserAndInstallationLicenceStatus", "<AssociateId>99</AssociateId>", notFound},
	}
	for _, tt := range tests {
		got := post(t, base, msg{"Services88", "License", tt.operation, ticket, tt.body})
		if kind, _ := first(got.body, "ExceptionType"); got.status != 200 || kind != tt.want {
			t.Errorf("%s %s gives %d %q, want 200 %q", tt.operation, tt.body, got.status, kind, tt.want)
		}
		if strings.HasPrefix(tt.operation, "GetModule") && !strings.Contains(got.body, `<Response i:nil="true"`) {
			t.Errorf("%s %s is not nil: %s", tt.operation, tt.body, got.body)
		}
	}
	if got := post(t, base, msg{"Services86", "License", "GetUserLicenses", ticket, "<AssociateId>me</AssociateId>"}); got.status != 500 {
		t.Errorf("a number that is none is answered %d, want 500", got.status)
	}
}

func TestOtherReadsOfLicences(t *testing.T) {
	w := assigned()
	w.Sites[0].Owners[1].Shop = "https://shop.acme.example/buy?a=1&b=2"
	s := started(t, w)
	base := s.URL("Head office")
	ticket := signIn(t, base)
	tests := []struct{ operation, body, element, want string }{
		{"GetModuleLicenseFromDB", "<OwnerName>superoffice</OwnerName><ModuleName>ten-sales</ModuleName>", "ModuleDescription", "Sales Premium"},
		{"GetShopUrl", "<OwnerName>ACMEADDON</OwnerName>", "Response", "https://shop.acme.example/buy?a=1&b=2"},
		{"GetShopUrl", "<OwnerName>SUPEROFFICE</OwnerName>", "Response", "https://shop.superoffice.example/?serial=1010000014"},
		{"GetThirdPartyLicenseAssignments", "<AssociateId>12</AssociateId><ModuleOwner>acmeaddon</ModuleOwner>", "Assigned", "false"},
		{"GetUserLicensesMDOList", "", "Name", "SUPEROFFICE"},
		{"GetSatelliteLicenses", "<SatelliteId>0</SatelliteId>", "Description", "SuperOffice AS"},
		{"GetUserAndInstallationLicenceStatus", "<AssociateId>11</AssociateId>", "SerialNr", "1010000014"},
		{"GetUserAndInstallationLicenceStatus", "<AssociateId>11</AssociateId>", "string", "ten-sales"},
		{"GetUserAndInstallationLicenceStatus", "<AssociateId>12</AssociateId>", "string", "user"},
		{"GetFencingInfo", "", "IsNearingMaximum", "true"},
		{"GetFencingInfo", "", "HasReachedMaximum", "false"},
	}
	for _, tt := range tests {
		got := post(t, base, msg{"Services88", "License", tt.operation, ticket, tt.body})
		if text, _ := first(got.body, tt.element); got.status != 200 || text != tt.want {
			t.Errorf("%s: %s is %q, want %q: %d %.800s", tt.operation, tt.element, text, tt.want, got.status, got.body)
		}
	}
}

func TestWhatOnlyServices88Has(t *testing.T) {
	s := started(t, Demo())
	base := s.URL("Head office")
	ticket := signIn(t, base)
	for _, v := range versions {
		for _, operation := range []string{"GetFencingInfo", "GetUserAndInstallationLicenceStatus"} {
			got := post(t, base, msg{v, "License", operation, ticket, ""})
			code, _ := first(got.body, "faultcode")
			if refused := code == "a:ActionNotSupported"; refused != (v != "Services88") {
				t.Errorf("%s %s is answered %d %.500s", v, operation, got.status, got.body)
			}
		}
	}
}
