package report

import (
	"context"
	"fmt"
	"time"

	"licensewatch/internal/caldate"
	"licensewatch/monitor"
)

// owners are those of each site in a large installation.
var owners = []string{"SUPEROFFICE", "NORDVIK01"}

// installed is a source of many sites in memory. Those whose number trouble picks have one of many kinds of trouble.
type installed struct {
	today   caldate.Date
	trouble func(site int) bool
}

// many returns a snapshot of so many sites, judged as the monitor judges them now, and the instant of it.
func many(sites int, trouble func(site int) bool) (monitor.Snapshot, time.Time) {
	now := time.Now()
	src := installed{caldate.Of(now), trouble}
	s := monitor.Snapshot{At: now, Sites: make([]*monitor.SiteState, sites)}
	policy := monitor.DefaultPolicy(time.Hour)
	policy.Patience = 1
	for i := range s.Sites {
		site := monitor.Site{Name: fmt.Sprintf("%s %03d", towns[i%len(towns)], i), URL: fmt.Sprintf("https://crm%03d.example.com/remote/", i), Services: "Services88"}
		s.Sites[i] = monitor.ReadOnce(context.Background(), src, policy, site, nil)
	}
	return s, now
}

var towns = []string{"Tromsø", "Ålesund", "Sandefjord", "Haugesund", "Ørsta", "Bodø", "Lillehammer", "Kristiansund"}

func number(site string) (n int) {
	fmt.Sscanf(site[len(site)-3:], "%d", &n)
	return n
}

func (s installed) Details(_ context.Context, site string) (monitor.Details, error) {
	n := number(site)
	bad := s.trouble(n)
	if bad && n%7 == 3 {
		return monitor.Details{}, &monitor.Failure{
			Kind: monitor.KindTLS, Reason: "certificate-expired", Title: "Certificate expired",
			Text:   fmt.Sprintf("The certificate of crm%03d.example.com expired on 1 March.", n),
			Remedy: "Have the certificate of the web server renewed.",
		}
	}
	var d monitor.Details
	for i, owner := range owners {
		days := 90 + n%300
		if bad {
			days = n%75 - 15
		}
		end := s.today.AddDays(days)
		l := monitor.Licence{
			Owner: owner, Description: "SuperOffice AS", Company: fmt.Sprintf("%s Shipping and Maritime Services AS", towns[n%len(towns)]), Serial: fmt.Sprintf("101%06d%d", n, i),
			Dates:   monitor.Dates{NextCheck: s.today.AddDays(1), AdminWarning: end.AddDays(-28), Expiry: end, Grace: end.AddDays(12), Maintenance: end},
			Modules: seated(bad && n%4 == 0),
		}
		if n%11 == 5 && !bad {
			l.Dates = monitor.Dates{Expiry: caldate.Never}
		}
		d.Licences = append(d.Licences, l)
	}
	return d, nil
}

func (s installed) Verdict(_ context.Context, site, _ string) (monitor.Verdict, error) {
	n := number(site)
	switch {
	case s.trouble(n) && n%5 == 1:
		return monitor.Verdict{Status: "UseCustomMessageAndUrl", Message: "Your agreement ends soon. Please contact your account manager, or order the renewal in the shop.", URL: "https://shop.example/renew"}, nil
	case s.trouble(n) && n%5 == 2:
		return monitor.Verdict{Status: "NewLicenseAvailable"}, nil
	}
	return monitor.Verdict{Status: "Ok"}, nil
}

// seated returns as many modules as a licence has, most of them hidden.
func seated(over bool) []monitor.Module {
	list := []monitor.Module{
		{Name: "ten-sales", Description: "Sales Premium", Type: userLicence, Total: 21, InUse: 18, Free: 3, Plan: true},
		{Name: "ten-service", Description: "Service Premium", Type: userLicence, Total: 12, InUse: 9, Free: 3, Plan: true},
		{Name: "ten-complete", Description: "Complete CRM", Type: userLicence, Total: 6, InUse: 4, Free: 2, Plan: true},
		{Name: "web", Description: "CRM web", Type: userLicence, Total: 4000, InUse: 34, Unrestricted: true},
		{Name: "pocket", Description: "Pocket CRM", Type: userLicence, Total: 40, InUse: 21, Free: 19},
		{Name: "visual-sync", Description: "Synchroniser for calendars", Type: userLicence, Total: 40, InUse: 8, Free: 32},
	}
	if over {
		list[0].InUse, list[0].Free = 23, -2
	}
	for _, name := range []string{"server", "Document archive", "Audience", "Customer Service", "Development Tools", "Marketing", "Expander services", "Quote management", "Dashboards", "Chat"} {
		list = append(list, monitor.Module{Name: name, Description: name, Type: "SiteLicense", Total: 1, InUse: 1})
	}
	for i := range 40 {
		list = append(list, monitor.Module{Name: fmt.Sprintf("hidden-%d", i), Type: "SiteLicense", Total: 1, InUse: 1, Hidden: true})
	}
	return list
}

// seatsOf returns a year of seats of those modules.
func seatsOf(now time.Time) func(site, owner string) []monitor.SeatSeries {
	return func(string, string) []monitor.SeatSeries {
		var list []monitor.SeatSeries
		for i, m := range seated(false)[:6] {
			s := monitor.SeatSeries{Module: m}
			for day := range 365 {
				s.Samples = append(s.Samples, monitor.SeatSample{Day: caldate.Of(now).AddDays(day - 364), InUse: m.InUse * (200 + day) / 564, Total: m.Total})
			}
			if i < 2 {
				day := caldate.Of(now).AddDays(60)
				s.Forecast = monitor.Forecast{Known: true, Day: day, Early: day.AddDays(-20), Late: day.AddDays(40), Words: "The last seat is taken in about 60 days, between " + day.AddDays(-20).Words() + " and " + day.AddDays(40).Words() + "."}
			}
			list = append(list, s)
		}
		return list
	}
}

// pastOf returns a year of ups and downs.
func pastOf(now time.Time) func(site, owner string) monitor.Past {
	return func(site, owner string) monitor.Past {
		p := monitor.Past{Since: now.AddDate(-1, 0, 0)}
		texts := []string{"", "The licence expires in 60 days.", "The site cannot be reached: no answer in time.", "The licence server reports a problem with this licence."}
		for i := range 9 {
			at := p.Since.Add(time.Duration(i) * 40 * 24 * time.Hour)
			now, was := monitor.Severity(i%4), monitor.Severity((i+3)%4)
			p.Bands = append(p.Bands, monitor.Band{From: at, Until: at.Add(40 * 24 * time.Hour), Severity: now, Text: texts[now]})
			e := monitor.Event{At: at, Site: site, Owner: owner, From: was, To: now}
			if now > monitor.OK {
				e.Appeared = []monitor.Finding{{Kind: monitor.FindingStatus, Severity: now, Text: texts[now]}}
			}
			p.Events = append(p.Events, e)
		}
		return p
	}
}
