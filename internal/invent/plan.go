package invent

import (
	"slices"
	"time"

	"licensewatch/internal/caldate"
	"licensewatch/soapclient"
	"licensewatch/soapclient/simulator"
)

// What happened, in days ago.
const (
	lastLook    = 3   // when the window was looked at last: what came after is news
	computerOff = 131 // when it was switched off for the holidays
	computerOn  = 121
)

// off reports whether the computer was off then.
func (y *year) off(at time.Time) bool {
	return at.After(y.at(computerOff, "18:00")) && at.Before(y.at(computerOn, "08:00"))
}

// renewals are when licences were renewed for a year, which some were late.
var renewals = []struct {
	site, owner string
	ago         int
}{
	{"Head office", "SUPEROFFICE", 152}, {"Head office", "ACMEADDON", 20},
	{"Branch Oslo", "SUPEROFFICE", 66}, {"Branch Oslo", "ACMEADDON", 345},
	{"Nordlys", "SUPEROFFICE", 246}, {"Nordlys", "METERSYNC", 173}, {"Nordlys", "FORMSPLUS", 290},
	{"Warehouse", "SUPEROFFICE", 230}, {"Web shop", "CARTLINK", 240},
}

// plan says what happened in the year before the world was as w has it.
func (y *year) plan(w simulator.World) {
	start := y.at(days, "08:02")
	for _, r := range renewals {
		day := y.workday(r.ago)
		y.turns = append(y.turns,
			turn{start, r.site, r.owner, func(o *simulator.Owner) { o.Licence = moved(o.Licence, -365) }},
			turn{y.at(day+2, "09:40"), r.site, r.owner, says("NewLicenseAvailable", "")},
			turn{y.at(day, "10:15"), r.site, r.owner, func(o *simulator.Owner) {
				o.Licence = moved(o.Licence, 365)
				says("Ok", "")(o)
			}})
	}
	y.messages(w)
	y.outages = []outage{
		{"Warehouse", y.friday(70, "18:40"), y.friday(70, "18:40").Add(61 * time.Hour), soapclient.Error{
			Kind: soapclient.KindNetwork, Reason: soapclient.ReasonRefused, Host: "warehouse.example", Text: "the connection was refused"}},
		{"Nordlys", y.at(196, "10:00"), y.at(196, "11:20"), soapclient.Error{
			Kind: soapclient.KindHTTP, Reason: soapclient.ReasonUnavailable, Host: "crm.nordlys.example", Text: "the server answered with HTTP 503 Service Unavailable"}},
		{"Web shop", y.at(1, "02:10"), y.at(1, "02:50"), soapclient.Error{
			Kind: soapclient.KindTimeout, Host: "shop.example", Text: "no answer in time"}},
	}
	slices.SortStableFunc(y.turns, func(a, b turn) int { return a.at.Compare(b.at) })
}

// messages are what licence servers said besides. What one of them says now it has said since the day before yesterday.
func (y *year) messages(w simulator.World) {
	say := func(site, owner string, from, until time.Time, status, message string) {
		y.turns = append(y.turns, turn{from, site, owner, says(status, message)}, turn{until, site, owner, says("Ok", "")})
	}
	say("Nordlys", "METERSYNC", y.at(118, "11:30"), y.at(112, "07:45"), "UseCustomMessage", "Our licence server moves next week. You need not do anything.")
	say("Head office", "GEOMAP", y.at(88, "14:20"), y.at(85, "09:05"), "NewCompanyNameAvailable", "")
	say("Nordlys", "METERSYNC", y.at(41, "13:05"), y.at(41, "16:30"), "ProblemWithLicense", "The licence could not be validated.")
	for _, site := range w.Sites {
		for _, o := range site.Owners {
			if o.Status != "" {
				y.turns = append(y.turns, turn{y.at(days, "08:02"), site.Name, o.Name, says("Ok", "")},
					turn{y.at(2, "09:20"), site.Name, o.Name, says(o.Status, o.Message)})
			}
		}
	}
}

// workday returns how many days ago the last working day was, until so many days ago.
func (y *year) workday(ago int) int {
	for weekend(y.at(ago, "12:00")) {
		ago++
	}
	return ago
}

func weekend(at time.Time) bool { return at.Weekday() == time.Saturday || at.Weekday() == time.Sunday }

// friday returns a time of the last Friday before so many days ago.
func (y *year) friday(ago int, clock string) time.Time {
	for y.at(ago, clock).Weekday() != time.Friday {
		ago++
	}
	return y.at(ago, clock)
}

func says(status, message string) func(*simulator.Owner) {
	return func(o *simulator.Owner) { o.Status, o.Message, o.URL = status, message, "" }
}

// moved returns a licence with its dates so many days later.
func moved(l simulator.Licence, n int) simulator.Licence {
	for _, d := range []*caldate.Date{&l.Maintenance, &l.Warning, &l.Expiry, &l.Grace} {
		*d = d.AddDays(n)
	}
	return l
}
