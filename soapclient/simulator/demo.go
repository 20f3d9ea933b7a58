package simulator

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"time"

	"licensewatch/internal/caldate"
	"licensewatch/internal/secret"
)

// DemoPassword is the password of the administrator "admin" at every site that Demo and Build make. It
// opens nothing but a simulator.
const DemoPassword secret.Text = "let me see"

//go:embed demo.story
var demoStory string

// DemoStory returns the story that goes with Demo: about four minutes in which every severity comes up
// within the first. Its text is demo.story beside this file.
func DemoStory() Story {
	story, err := ParseStory(demoStory, Demo())
	if err != nil {
		panic("simulator: demo.story: " + err.Error()) // a test reads it
	}
	return story
}

// Demo returns five sites of three partners, each on a port of its own. All is well but one owner with a
// message and one that nears its end; of one the maintenance ends soon, and a user plan has few seats left. Its
// dates are counted from today.
func Demo() World { return demo(caldate.Of(time.Now())) }

func demo(today caldate.Date) World {
	fjord := company{"Fjord Shipping AS", "1010000014"}
	nord := company{"Nordlys Energi AS", "1020434410"}
	harbour := company{"Harbour & Sons Ltd", "1030877225"}

	head := newSite("Head office", "/HeadOffice",
		fjord.superOffice(today, 50, 220), fjord.partner("ACMEADDON", "Acme Add-ons", today, 400, "report-pack", "mail-merge"),
		fjord.partner("GEOMAP", "Geomap AB", today, endless, "map-view"))
	oslo := newSite("Branch Oslo", "/Oslo",
		fjord.superOffice(today, 50, 310), fjord.partner("ACMEADDON", "Acme Add-ons", today, 24, "report-pack"))
	energy := newSite("Nordlys", "/Nordlys/SuperOffice",
		nord.superOffice(today, 50, 150), nord.partner("METERSYNC", "Metersync Oy", today, 190, "meter-import", "meter-view"),
		nord.partner("GEOMAP", "Geomap AB", today, endless, "map-view"), nord.partner("FORMSPLUS", "Forms Plus ApS", today, 95, "forms-plus"))
	warehouse := newSite("Warehouse", "/Warehouse", harbour.superOffice(today, 30, 500))
	shop := newSite("Web shop", "/Shop",
		harbour.superOffice(today, 50, endless), harbour.partner("CARTLINK", "Cartlink BV", today, 130, "cart-import", "cart-view"))

	plan := energy.owner(superOffice).Licence.module("standard-sales")
	plan.InUse = 28 // of 30: some weeks more, at the pace of the demo's past
	energy.owner("GEOMAP").Licence.Maintenance = today.AddDays(9)

	cart := shop.owner("CARTLINK")
	cart.Status = "UseCustomMessage"
	cart.Message = "Version 2 of Cartlink is out. Your licence covers it."
	return World{Sites: []Site{head, oslo, energy, warehouse, shop}}
}

// Build returns a world of that many sites with so many owners each and so many modules per owner, all on
// one port and all well: for benchmarks and for long lists. Its texts are long, so that an owner of 50
// modules fills about 143 KB.
func Build(sites, owners, modulesEach int) World {
	today := caldate.Of(time.Now())
	list := modules(modulesEach)
	for i := range list {
		list[i].Tooltip += longTooltip
	}
	var w World
	for i := range sites {
		c := company{fmt.Sprintf("Company %03d AS", i+1), fmt.Sprintf("10%07d4", 1000+i)}
		s := newSite(fmt.Sprintf("Site %03d", i+1), fmt.Sprintf("/Site%03d", i+1))
		s.OwnPort = false
		for j := range owners {
			o := c.superOffice(today, 0, 200+j)
			o.Licence.Modules = slices.Clone(list)
			if j > 0 {
				o.Name, o.Description = fmt.Sprintf("PARTNER%02d", j), fmt.Sprintf("Partner %d AS", j)
			}
			s.Owners = append(s.Owners, o)
		}
		w.Sites = append(w.Sites, s)
	}
	return w
}

const longTooltip = ". Whoever holds this licence may also see what colleagues have entered, follow up on it in lists and " +
	"on dashboards, share searches with a group, attach documents from templates, and print or export what the role allows. " +
	"The right to change settings, to import or delete in bulk, and to look into the archive of others is not part of it and " +
	"must be given by an administrator in the role. Numbers are counted per database; users who are retired do not count. " +
	"See the licence agreement and its appendix for how assignments may be moved between users within a period"

// endless stands for a licence without end where days are counted.
const endless = -1

type company struct{ name, serial string }

// superOffice returns the licence of SuperOffice itself, which ends in days days. What lies between its
// dates is taken from the real sample in domain.md §4.2.
func (c company) superOffice(today caldate.Date, count, days int) Owner {
	return Owner{Name: superOffice, Description: "SuperOffice AS", Licence: Licence{
		Company: c.name, Serial: c.serial, Version: "11.11", URL: "https://license.superoffice.com/LicenseSvc/LicenseService.svc",
		Deployment: 1, Modules: modules(count),
	}.ending(today, days)}
}

// partner returns the licence of an add-on, which ends in days days.
func (c company) partner(name, description string, today caldate.Date, days int, names ...string) Owner {
	l := Licence{Company: c.name, Serial: c.serial, Version: "1.0",
		URL: "https://licence." + strings.ToLower(name) + ".example/LicenseService.svc"}
	for i, n := range names {
		m := Module{Name: n, Description: strings.ReplaceAll(n, "-", " "), Type: "UserLicense", Users: "InternalAssociate", Total: 10, InUse: 6 - i}
		l.Modules = append(l.Modules, m)
	}
	return Owner{Name: name, Description: description, Licence: l.ending(today, days)}
}

func (l Licence) ending(today caldate.Date, days int) Licence {
	l.NextCheck = today.AddDays(7)
	if days == endless {
		l.Expiry = caldate.Never
		return l
	}
	l.Maintenance, l.Expiry = today.AddDays(max(days, 60)), today.AddDays(days)
	l.Warning, l.Grace = l.Expiry.AddDays(-28), l.Expiry.AddDays(12)
	return l
}

// newSite returns a site on a port of its own with an administrator and one who is none.
func newSite(name, path string, owners ...Owner) Site {
	return Site{Name: name, Path: path, OwnPort: true, Owners: owners, Users: []User{
		{Name: "admin", Password: DemoPassword, FullName: "Ada Admin", EMail: "ada@example.com", Admin: true},
		{Name: "reader", Password: DemoPassword, FullName: "Rolf Reader"},
	}}
}
