package notify

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"licensewatch/monitor"
)

func status(severity monitor.Severity, word string) monitor.Finding {
	return monitor.Finding{Kind: monitor.FindingStatus, Case: word, Severity: severity, Text: "It says " + word + ".", Action: "Act on " + word + "."}
}

// wednesday is when all is decided; the trouble began on Monday.
var wednesday = time.Date(2026, time.November, 25, 9, 30, 0, 0, time.UTC)

func news(act monitor.Act, site, owner string, f monitor.Finding, to monitor.Severity) monitor.Decision {
	return monitor.Decision{At: wednesday, Subject: monitor.Subject{Site: site, Owner: owner}, Act: act, Fate: monitor.Tell, Finding: f,
		Since: wednesday.AddDate(0, 0, -2), To: to}
}

// appears is news of a finding that is the worst of its subject.
func appears(site, owner string, f monitor.Finding) monitor.Decision {
	return news(monitor.Appeared, site, owner, f, f.Severity)
}

// over is news that a finding was the last.
func over(site, owner string, f monitor.Finding) monitor.Decision {
	return news(monitor.Over, site, owner, f, monitor.OK)
}

func held(d monitor.Decision, why monitor.Reason) monitor.Decision {
	d.Held = why
	return d
}

func TestCompose(t *testing.T) {
	newLicence, problem := status(monitor.Warning, "New"), status(monitor.Critical, "Problem")
	offline := monitor.Finding{Kind: monitor.FindingOffline, Severity: monitor.Unknown, Title: "Offline", Text: "None of its 12 sites can be reached.", Action: "Check the network."}
	outage := func(act monitor.Act, network string, to monitor.Severity) monitor.Decision {
		d := news(act, "", "", offline, to)
		d.Subject = monitor.Subject{Network: network}
		return d
	}
	of := func(kind, title, text string) monitor.Finding {
		return monitor.Finding{Kind: kind, Severity: monitor.Warning, Title: title, Text: text, Action: "Do it."}
	}
	suspended := of(monitor.FindingTenant, "Tenant suspended", "The tenant is suspended.")
	locked := of(monitor.FindingUnreadable, "Keyring locked", "The keyring is locked.")
	ends := func(text string) monitor.Finding { return of(monitor.FindingExpiring, "", text) }
	reminder := news(monitor.Still, "A", "B", problem, monitor.Critical)
	more := reminder
	more.Others = 2
	unstable, steady := news(monitor.Unstable, "A", "B", problem, monitor.Critical), news(monitor.Steady, "A", "B", problem, monitor.OK)
	unstable.Changes, steady.Changes = 4, 12
	type list = []monitor.Decision
	tests := []struct {
		name        string
		list        list
		title, body string
	}{
		{"nothing is no message", nil, "", ""},
		{"one trouble", list{appears("Head office", "SUPEROFFICE", newLicence)}, "Head office, SUPEROFFICE: warning", "It says New. Act on New."},
		{"one recovery", list{over("A", "B", newLicence)}, "A, B: ok again", "No longer true: It says New."},
		{"one trouble less", list{news(monitor.Over, "A", "B", problem, monitor.Warning)}, "A, B: still warning", "No longer true: It says Problem."},
		{"a site as a whole", list{appears("A", "", status(monitor.Unknown, "X"))}, "A: unknown", "It says X. Act on X."},
		{"news that is in order", list{appears("A", "B", status(monitor.OK, "Activated"))}, "A, B: news", "It says Activated. Act on Activated."},
		{"the worst of two findings", list{appears("A", "B", problem), news(monitor.Appeared, "A", "B", newLicence, monitor.Critical)}, "A, B: critical", "It says Problem. Act on Problem."},
		{"what came goes before what went", list{over("A", "B", problem), appears("A", "B", newLicence)}, "A, B: warning", "It says New. Act on New."},
		{"a reminder", list{reminder}, "A, B: still critical", "Still, since Monday: It says Problem. Act on Problem."},
		{"a reminder of several", list{more}, "A, B: still critical", "Still, since Monday: It says Problem. And 2 more. Act on Problem."},
		{"a reminder of what has a name", list{news(monitor.Still, "A", "", locked, monitor.Warning)}, "A: still: keyring locked", "Still, since Monday: The keyring is locked. Do it."},
		{"it changes often", list{unstable}, "A, B: changes often", "It changes often: 4 times within a day, and is critical now. No more is told until it is steady or grows worse."},
		{"it is steady", list{steady}, "A, B: steady again, and ok", "It changed 12 times, but not for half a day, and is ok now."},
		{"two owners are one message, worst first", list{appears("Head office", "SUPEROFFICE", newLicence), appears("A", "B", problem)},
			"2 licence changes, the worst critical", "A, B: It says Problem.\nHead office, SUPEROFFICE: It says New."},
		{"two sites of one cause", list{appears("A", "", locked), appears("C", "", locked)}, "2 sites: keyring locked", "The keyring is locked. Do it.\nA; C"},
		{"owners of one cause", list{appears("A", "B", newLicence), appears("A", "C", newLicence)}, "2 owners of A: it says New", "It says New. Act on New.\nA, B; A, C"},
		{"owners of several sites", list{appears("A", "B", ends("It ends on 3 May.")), appears("C", "D", ends("It ends on 4 May."))},
			"2 owners: licence expires soon", "Licence expires soon. Do it.\nA, B; C, D"},
		{"sites and owners", list{appears("A", "", locked), appears("C", "D", locked)}, "2 sites and owners: keyring locked", "The keyring is locked. Do it.\nA; C, D"},
		{"one cause is over", list{over("A", "", locked), over("C", "", locked)}, "2 sites: ok again", "It can be checked again.\nA; C"},
		{"one cause stays", list{news(monitor.Still, "A", "", locked, monitor.Warning), news(monitor.Still, "C", "", locked, monitor.Warning)},
			"2 sites: still keyring locked", "Still, since Monday: The keyring is locked. Do it.\nA; C"},
		{"one cause among several", list{appears("A", "", locked), appears("X", "Y", problem), appears("C", "", locked)},
			"3 changes, the worst critical", "X, Y: It says Problem.\n2 sites: keyring locked"},
		{"several stay", list{reminder, news(monitor.Still, "C", "", locked, monitor.Warning)}, "Still: 2 troubles, the worst critical",
			"A, B: Still, since Monday: It says Problem.\nC: Still, since Monday: The keyring is locked."},
		{"an outage", list{outage(monitor.Appeared, "direct", monitor.Unknown)}, "Offline", "None of its 12 sites can be reached. Check the network."},
		{"an outage that stays", list{outage(monitor.Still, "direct", monitor.Unknown)}, "Still offline", "Still, since Monday: None of its 12 sites can be reached. Check the network."},
		{"its end", list{outage(monitor.Over, "direct", monitor.OK)}, "Online again", "The sites can be reached again, and are being read."},
		{"the end of a proxy's", list{outage(monitor.Over, "proxy:1", monitor.OK)}, "The proxy can be passed again", "The sites can be reached again, and are being read."},
		{"two ways out are two pieces of news", list{outage(monitor.Appeared, "direct", monitor.Unknown), outage(monitor.Appeared, "proxy:1", monitor.Unknown)},
			"2 changes, the worst unknown", "None of its 12 sites can be reached.\nNone of its 12 sites can be reached."},
		{"a tenant", list{appears("A", "", suspended)}, "A: Tenant suspended", "The tenant is suspended. Do it."},
		{"a tenant that runs again", list{over("A", "", suspended)}, "A: ok again", "The tenant runs again."},
		{"a failure, whose sentence is not ended", list{appears("A", "", of(monitor.FindingUnreadable, "", "It is refused"))}, "A: warning", "It is refused. Do it."},
		{"two other recoveries", list{outage(monitor.Over, "direct", monitor.OK), over("A", "", suspended)},
			"2 troubles are over", "The sites can be reached again, and are being read.\nA: The tenant runs again."},
		{"two recoveries", list{over("H", "S", newLicence), over("A", "B", problem)},
			"2 licences are in order again", "H, S: No longer true: It says New.\nA, B: No longer true: It says Problem."},
		{"what was held", list{held(appears("A", "B", problem), monitor.ReasonQuiet)}, "A, B: critical", "While it was quiet: It says Problem. Act on Problem."},
		{"what passed while it was held", list{held(news(monitor.Passed, "A", "B", problem, monitor.OK), monitor.ReasonSnoozed)},
			"A, B: was critical, and is over", "While it was snoozed: It says Problem. It is over."},
		{"a digest", list{held(appears("A", "B", newLicence), monitor.ReasonQuiet), held(news(monitor.Passed, "C", "D", problem, monitor.OK), monitor.ReasonQuiet), held(over("E", "", locked), monitor.ReasonQuiet)},
			"While it was quiet: 3 changes, the worst critical", "C, D: It says Problem. It is over.\nA, B: It says New.\nE: It can be checked again."},
		{"held for several reasons", list{held(appears("A", "B", newLicence), monitor.ReasonPaused), held(appears("C", "D", problem), monitor.ReasonSnoozed)},
			"Meanwhile: 2 changes, the worst critical", "C, D: It says Problem.\nA, B: It says New."},
		{"what was held with what was not", list{held(appears("A", "B", newLicence), monitor.ReasonPaused), appears("C", "D", problem)},
			"2 licence changes, the worst critical", "C, D: It says Problem.\nA, B: It says New."},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m, ok := Compose(tt.list)
			if ok != (tt.title != "") || m.Title != tt.title || m.Body != tt.body {
				t.Errorf("Compose = %q %q (%v), want %q %q", m.Title, m.Body, ok, tt.title, tt.body)
			}
		})
	}
}

func TestWhatHasPassedIsNoAlarm(t *testing.T) {
	if m, _ := Compose([]monitor.Decision{news(monitor.Passed, "A", "B", status(monitor.Critical, "Problem"), monitor.OK)}); m.Severity != monitor.OK {
		t.Errorf("the message is %v, want ok: all is in order", m.Severity)
	}
	if m, _ := Compose([]monitor.Decision{over("A", "B", status(monitor.Warning, "New")), appears("C", "D", status(monitor.Critical, "Problem"))}); m.Severity != monitor.Critical {
		t.Errorf("the message is %v, want critical: one of them is", m.Severity)
	}
}

func TestSinceIsInTheWordsOfToday(t *testing.T) {
	for _, tt := range []struct {
		before time.Duration
		want   string
	}{
		{time.Hour, "since 08:30"}, {9*time.Hour + 30*time.Minute, "since 00:00"}, {10 * time.Hour, "since yesterday"}, {48 * time.Hour, "since Monday"},
		{6 * 24 * time.Hour, "since Thursday"}, {7 * 24 * time.Hour, "since 18 November"}, {365 * 24 * time.Hour, "since 25 November 2025"},
	} {
		if got := since(wednesday.Add(-tt.before), wednesday); got != tt.want {
			t.Errorf("%v before is %q, want %q", tt.before, got, tt.want)
		}
	}
}

func TestManyChangesAreCounted(t *testing.T) {
	var causes, sites []monitor.Decision
	for _, name := range []string{"A", "B", "C", "D", "E", "F", "G", "H"} {
		causes = append(causes, appears(name, "X", status(monitor.Warning, name)))
		sites = append(sites, appears(name, "", status(monitor.Warning, "New")))
	}
	m, _ := Compose(causes)
	if m.Title != "8 licence changes, the worst warning" || strings.Count(m.Body, "\n") != maxNews || !strings.HasSuffix(m.Body, "and 4 more") {
		t.Errorf("message %+v, want four pieces of news and four counted", m)
	}
	if m, _ = Compose(sites); m.Title != "8 sites: it says New" || !strings.HasSuffix(m.Body, "\nA; B; C; D; E; F; and 2 more") {
		t.Errorf("message %+v, want six names and two counted", m)
	}
}

// Text from a server can be anything; what a back end reads must be inert.
func FuzzComposeIsInert(f *testing.F) {
	f.Add("<b>$(reboot)</b>", "]]> `x` \u202e%s")
	f.Add("Head office", "It's fine; \"quoted\" \\ & {x}")
	f.Fuzz(func(t *testing.T, site, text string) {
		finding := monitor.Finding{Kind: "k", Severity: monitor.Critical, Text: text, Action: text}
		one, stays := appears(site, text, finding), news(monitor.Still, site, text, finding, monitor.Critical)
		finding.Title = site
		titled := appears("", "", finding)
		titled.Subject = monitor.Subject{Network: site + "x"}
		for _, list := range [][]monitor.Decision{{titled}, {titled, one}, {one}, {stays}, {one, appears("other"+site, text, one.Finding)}, {one, over("other"+site, site, finding)}} {
			m, ok := Compose(list)
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
