package notify

import (
	"strings"
	"testing"
	"unicode/utf8"

	"licensewatch/monitor"
)

func status(severity monitor.Severity, word string) monitor.Finding {
	return monitor.Finding{Kind: monitor.FindingStatus, Case: word, Severity: severity, Text: "It says " + word + ".", Action: "Act on " + word + "."}
}

func event(site, owner string, from, to monitor.Severity, appeared, gone []monitor.Finding) monitor.Event {
	return monitor.Event{Site: site, Owner: owner, From: from, To: to, Appeared: appeared, Gone: gone}
}

func list(f ...monitor.Finding) []monitor.Finding { return f }

func TestCompose(t *testing.T) {
	newLicence, problem := status(monitor.Warning, "New"), status(monitor.Critical, "Problem")
	activated := status(monitor.OK, "Activated")
	appears := event("Head office", "SUPEROFFICE", monitor.OK, monitor.Warning, list(newLicence), nil)
	goes := event("Head office", "SUPEROFFICE", monitor.Warning, monitor.OK, nil, list(newLicence))
	outage := func(network, title string, began bool) monitor.Event {
		f := list(monitor.Finding{Kind: monitor.FindingOffline, Severity: monitor.Unknown, Title: title, Text: "None of its 12 sites can be reached.", Action: "Check the network."})
		if began {
			return monitor.Event{Network: network, To: monitor.Unknown, Appeared: f}
		}
		return monitor.Event{Network: network, From: monitor.Unknown, Gone: f}
	}
	of := func(kind, title, text string) monitor.Finding {
		return monitor.Finding{Kind: kind, Severity: monitor.Warning, Title: title, Text: text, Action: "Do it."}
	}
	suspended := of(monitor.FindingTenant, "Tenant suspended", "The tenant is suspended.")
	certificate := of(monitor.FindingCertificate, "Certificate expires in 7 days", "It ends.")
	tests := []struct {
		name        string
		events      []monitor.Event
		title, body string
	}{
		{"nothing is no message", nil, "", ""},
		{"one trouble", []monitor.Event{appears}, "Head office, SUPEROFFICE: warning", "It says New. Act on New."},
		{"one recovery", []monitor.Event{goes}, "Head office, SUPEROFFICE: ok again", "No longer true: It says New."},
		{"one trouble less", []monitor.Event{event("A", "B", monitor.Critical, monitor.Warning, nil, list(problem))}, "A, B: still warning", "No longer true: It says Problem."},
		{"a site as a whole", []monitor.Event{event("A", "", monitor.OK, monitor.Unknown, list(status(monitor.Unknown, "X")), nil)}, "A: unknown", "It says X. Act on X."},
		{"news that is in order", []monitor.Event{event("A", "B", monitor.OK, monitor.OK, list(activated), nil)}, "A, B: news", "It says Activated. Act on Activated."},
		{"the worst of two findings", []monitor.Event{event("A", "B", monitor.OK, monitor.Critical, list(newLicence, problem), nil)}, "A, B: critical", "It says Problem. Act on Problem."},
		{"what came and went is nothing", []monitor.Event{appears, goes}, "", ""},
		{"what went and came is nothing", []monitor.Event{goes, appears}, "", ""},
		{"two owners are one message, worst first", []monitor.Event{appears, event("A", "B", monitor.OK, monitor.Critical, list(problem), nil)},
			"2 licence changes, the worst critical", "A, B: It says Problem.\nHead office, SUPEROFFICE: It says New."},
		{"an outage", []monitor.Event{outage("direct", "Offline", true)}, "Offline", "None of its 12 sites can be reached. Check the network."},
		{"its end", []monitor.Event{outage("direct", "Offline", false)}, "Online again", "The sites can be reached again, and are being read."},
		{"the end of a proxy's", []monitor.Event{outage("proxy:1", "Proxy not passed", false)}, "The proxy can be passed again", "The sites can be reached again, and are being read."},
		{"an outage that came and went is nothing", []monitor.Event{outage("direct", "Offline", true), outage("direct", "Offline", false)}, "", ""},
		{"two ways out are two pieces of news", []monitor.Event{outage("direct", "Offline", true), outage("proxy:1", "Proxy not passed", true)},
			"2 changes, the worst unknown", "None of its 12 sites can be reached.\nNone of its 12 sites can be reached."},
		{"a tenant", []monitor.Event{event("A", "", monitor.OK, monitor.Warning, list(suspended), nil)}, "A: Tenant suspended", "The tenant is suspended. Do it."},
		{"a tenant that runs again", []monitor.Event{event("A", "", monitor.Warning, monitor.OK, nil, list(suspended))}, "A: ok again", "The tenant runs again."},
		{"a certificate", []monitor.Event{event("A", "", monitor.OK, monitor.Warning, list(certificate), nil)}, "A: Certificate expires in 7 days", "It ends. Do it."},
		{"a new certificate", []monitor.Event{event("A", "", monitor.Warning, monitor.OK, nil, list(certificate))}, "A: ok again", "The server has a new certificate."},
		{"a site that can be checked again", []monitor.Event{event("A", "", monitor.Unknown, monitor.OK, nil, list(of(monitor.FindingUnreadable, "", "No.")))}, "A: ok again", "It can be checked again."},
		{"a failure, whose sentence is not ended", []monitor.Event{event("A", "", monitor.OK, monitor.Unknown, list(of(monitor.FindingUnreadable, "", "It is refused")), nil)},
			"A: unknown", "It is refused. Do it."},
		{"a licence and a tenant", []monitor.Event{appears, event("A", "", monitor.OK, monitor.Warning, list(suspended), nil)},
			"2 changes, the worst warning", "Head office, SUPEROFFICE: It says New.\nA: The tenant is suspended."},
		{"two other recoveries", []monitor.Event{outage("direct", "Offline", false), event("A", "", monitor.Warning, monitor.OK, nil, list(suspended))},
			"2 troubles are over", "The sites can be reached again, and are being read.\nA: The tenant runs again."},
		{"two recoveries", []monitor.Event{goes, event("A", "B", monitor.Critical, monitor.OK, nil, list(problem))},
			"2 licences are in order again", "Head office, SUPEROFFICE: No longer true: It says New.\nA, B: No longer true: It says Problem."},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m, ok := Compose(tt.events)
			if ok != (tt.title != "") || m.Title != tt.title || m.Body != tt.body {
				t.Errorf("Compose = %q %q (%v), want %q %q", m.Title, m.Body, ok, tt.title, tt.body)
			}
		})
	}
}

func TestManyChangesAreCounted(t *testing.T) {
	var events []monitor.Event
	for _, site := range []string{"A", "B", "C", "D", "E", "F"} {
		events = append(events, event(site, "X", monitor.OK, monitor.Warning, list(status(monitor.Warning, "New")), nil))
	}
	m, _ := Compose(events)
	if m.Title != "6 licence changes, the worst warning" || strings.Count(m.Body, "\n") != maxNews || !strings.HasSuffix(m.Body, "and 2 more") {
		t.Errorf("message %+v, want four pieces of news and two counted", m)
	}
}

// Text from a server can be anything; what a back end reads must be inert.
func FuzzComposeIsInert(f *testing.F) {
	f.Add("<b>$(reboot)</b>", "]]> `x` \u202e%s")
	f.Add("Head office", "It's fine; \"quoted\" \\ & {x}")
	f.Fuzz(func(t *testing.T, site, text string) {
		finding := monitor.Finding{Kind: "k", Severity: monitor.Critical, Text: text, Action: text}
		one := event(site, text, monitor.OK, monitor.Critical, list(finding), nil)
		finding.Title = site
		titled := monitor.Event{Network: site + "x", To: monitor.Unknown, Appeared: list(finding)}
		for _, events := range [][]monitor.Event{{titled}, {titled, one}, {one}, {one, event("other"+site, site, monitor.OK, monitor.Critical, list(finding), nil)}} {
			m, ok := Compose(events)
			if !ok {
				t.Fatal("news got lost")
			}
			if all := m.Title + m.Body; strings.ContainsAny(all, "<>&$`\"'\\%{}\u201c\u201d\u2018\x00\x1b\r") || !utf8.ValidString(all) {
				t.Errorf("message %q is not inert", all)
			}
			if strings.Contains(m.Title, "\n") || utf8.RuneCountInString(m.Title) > maxTitle || utf8.RuneCountInString(m.Body) > (maxNews+1)*(maxLine+1) {
				t.Errorf("message %q is too long", m)
			}
		}
	})
}
