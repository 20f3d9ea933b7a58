package report

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"licensewatch/internal/caldate"
	"licensewatch/monitor"
)

var update = flag.Bool("update", false, "write the golden files anew")

// noon is the instant of design's own example, in a zone where it is another day in UTC.
var noon = time.Date(2026, 11, 22, 22, 30, 0, 0, time.FixedZone("", 3600))

// sample is a snapshot with one of everything.
func sample() monitor.Snapshot {
	day := caldate.New
	return monitor.Snapshot{At: noon, Sites: []*monitor.SiteState{
		{
			Site: monitor.Site{Name: "Branch", URL: "https://b.example/", Services: "Services88"}, LicencesAt: noon,
			Owners: []monitor.OwnerState{{
				Owner: "SUPEROFFICE", VerdictAt: noon,
				Licence:  &monitor.Licence{Owner: "SUPEROFFICE", Company: "Vik AS", Dates: monitor.Dates{Expiry: caldate.Never}},
				Verdict:  &monitor.Verdict{Status: "Ok"},
				Findings: []monitor.Finding{{Kind: "status", Severity: monitor.OK, Text: "The licence server has no news."}},
			}},
		},
		{
			Site: monitor.Site{Name: "Head office", URL: "https://crm.example.com/remote/", Services: "Services86"}, LicencesAt: noon, Severity: monitor.Warning,
			Owners: []monitor.OwnerState{{
				Owner: "SUPEROFFICE", VerdictAt: noon, Severity: monitor.Warning,
				Licence: &monitor.Licence{
					Owner: "SUPEROFFICE", Description: "SuperOffice AS", Company: "Fjord AS", Serial: "1010000014",
					Dates: monitor.Dates{
						NextCheck: day(2026, 12, 1), Maintenance: day(2027, 6, 30), AdminWarning: caldate.Date{},
						Expiry: day(2027, 6, 30), Grace: day(2027, 7, 12),
					},
					Modules: []monitor.Module{
						{Name: "ten-sales", Description: "Sales Premium", Type: "UserLicense", Total: 21, InUse: 20, Free: 1},
						{Name: "secret-module", Description: "Not shown", Type: "SiteLicense", Hidden: true},
					},
				},
				Verdict: &monitor.Verdict{Status: "UseCustomMessageAndUrl", Message: "Renew <b>soon</b> | now\u202e\n\x1b[1m", URL: "https://shop.example/renew"},
				Findings: []monitor.Finding{
					{Kind: "status", Severity: monitor.Warning, Text: "The issuer has a message and a link for you.", Action: "Open the link if you trust its host.", URL: "https://shop.example/renew"},
				},
				Failure: &monitor.Failure{Kind: monitor.KindTimeout, Text: "the licence server did not answer", Remedy: "Try again."},
			}},
		},
		{
			Site: monitor.Site{Name: "Lost", URL: "https://lost.example/", Services: "Services86"}, Severity: monitor.Unknown,
			Failure:  &monitor.Failure{Kind: monitor.KindDNS, Text: "lost.example has no address", Remedy: "Check the address."},
			Findings: []monitor.Finding{{Kind: monitor.FindingUnreadable, Severity: monitor.Unknown, Text: "lost.example has no address", Action: "Check the address.", Failure: monitor.KindDNS}},
		},
	}}
}

// troubled is a snapshot in which a proxy cannot be passed, a tenant is suspended and certificates near their ends.
func troubled() monitor.Snapshot {
	s := sample()
	offline := monitor.Finding{Kind: monitor.FindingOffline, Severity: monitor.Unknown, Text: "The proxy p:1 cannot be passed.", Action: "Check the proxy."}
	whole := offline
	whole.Whole = true
	away := func(name string) *monitor.SiteState {
		return &monitor.SiteState{
			Site: monitor.Site{Name: name, Network: "p:1"}, Severity: monitor.Unknown, Findings: []monitor.Finding{offline},
			Failure: &monitor.Failure{Kind: monitor.KindProxy, Reason: "proxy-down", Text: "p:1 refuses", Remedy: "Check it."},
			Owners:  []monitor.OwnerState{{Owner: "A", Severity: monitor.Unknown, Findings: []monitor.Finding{whole}}},
		}
	}
	told := offline
	told.Text = "The proxy p:1 cannot be passed: none of its 2 sites can be reached."
	s.Outages = []monitor.Outage{{Network: "p:1", Since: noon, Sites: 2, Finding: told}}
	certificate := monitor.Finding{Kind: monitor.FindingCertificate, Severity: monitor.Warning, Case: "7 days", Text: "The certificate of b.example expires in 5 days.", Action: "Renew it."}
	branch, office := s.Sites[0], s.Sites[1]
	for _, site := range []*monitor.SiteState{branch, office} { // the owners of one are well, of the other not
		whole := certificate
		whole.Whole = true
		site.Findings, site.Severity = []monitor.Finding{certificate}, monitor.Warning
		site.Owners[0].Findings = append(site.Owners[0].Findings, whole)
	}
	tenant := &monitor.SiteState{
		Site: monitor.Site{Name: "Cust12345", Online: true}, Severity: monitor.Unknown,
		Failure:  &monitor.Failure{Kind: monitor.KindTenant, Reason: "tenant-suspended", Text: "the tenant is suspended", Remedy: "Ask SuperOffice."},
		Findings: []monitor.Finding{{Kind: monitor.FindingTenant, Severity: monitor.Unknown, Text: "the tenant is suspended", Action: "Ask SuperOffice.", Reason: "tenant-suspended"}},
	}
	s.Sites = []*monitor.SiteState{branch, office, tenant, away("Near"), away("Far")}
	return s
}

// render runs one of the writers.
func render(t *testing.T, write func(*bytes.Buffer) error) string {
	t.Helper()
	var out bytes.Buffer
	if err := write(&out); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// golden holds got against a file in testdata.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := "testdata/" + name
	if *update {
		if err := os.WriteFile(path, []byte(lines(got)), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := lines(got), lines(string(want)); got != want {
		t.Errorf("%s should be\n%s\nbut is\n%s", name, want, got)
	}
}

// lines ends lines as files under version control may not: with a newline alone.
func lines(text string) string { return strings.ReplaceAll(text, "\r\n", "\n") }

// written returns a report on the snapshot.
func written(t *testing.T, format string, in Input) string {
	t.Helper()
	return render(t, func(b *bytes.Buffer) error { return Write(b, format, in, noon) })
}

func TestTheFormsStay(t *testing.T) {
	golden(t, "sample.txt", render(t, func(b *bytes.Buffer) error { return Text(b, sample(), noon) }))
	golden(t, "sample.json", render(t, func(b *bytes.Buffer) error {
		compact := render(t, func(b *bytes.Buffer) error { return JSON(b, sample(), noon) })
		return json.Indent(b, []byte(compact), "", "  ") // to be read here
	}))
	golden(t, "sample.nagios", render(t, func(b *bytes.Buffer) error { return Nagios(b, sample(), noon) }))
	golden(t, "sample.csv", written(t, "csv", Input{Snapshot: sample()}))
	golden(t, "sample.ics", written(t, "ics", Input{Snapshot: sample(), Version: "1.2.3"}))
	golden(t, "troubled.txt", render(t, func(b *bytes.Buffer) error { return Text(b, troubled(), noon) }))
	golden(t, "troubled.nagios", render(t, func(b *bytes.Buffer) error { return Nagios(b, troubled(), noon) }))
}

func TestJSONHasTheFieldsOfTheContract(t *testing.T) {
	var doc map[string]any
	if err := json.Unmarshal([]byte(render(t, func(b *bytes.Buffer) error { return JSON(b, sample(), noon) })), &doc); err != nil {
		t.Fatal(err)
	}
	at := func(v any, path ...any) any {
		for _, step := range path {
			switch step := step.(type) {
			case string:
				v = v.(map[string]any)[step]
			case int:
				v = v.([]any)[step]
			}
		}
		return v
	}
	office := at(doc, "sites", 1, "owners", 0)
	for _, tt := range []struct {
		name      string
		got, want any
	}{
		{"the version", at(doc, "version"), 1.0},
		{"the instant is UTC", at(doc, "checked_at"), "2026-11-22T21:30:00Z"},
		{"the worst severity", at(doc, "severity"), "unknown"},
		{"no error is null", at(doc, "sites", 0, "error"), nil},
		{"a site's error", at(doc, "sites", 2, "error", "kind"), "dns"},
		{"an owner's error", at(office, "error", "kind"), "timeout"},
		{"no owners is an empty list", len(at(doc, "sites", 2, "owners").([]any)), 0},
		{"no modules is an empty list", len(at(doc, "sites", 0, "owners", 0, "modules").([]any)), 0},
		{"days left", at(office, "days_left"), 220.0},
		{"days left of a licence that does not end", at(doc, "sites", 0, "owners", 0, "days_left"), nil},
		{"a missing date", at(office, "dates", "admin_warning"), nil},
		{"a date that does not come", at(doc, "sites", 0, "owners", 0, "dates", "expiry"), "never"},
		{"a day", at(office, "dates", "grace"), "2027-07-12"},
		{"seats", at(office, "modules", 0, "in_use"), 20.0},
		{"a finding's action", at(office, "findings", 0, "action"), "Open the link if you trust its host."},
		{"the first date that comes", at(office, "countdowns", 0, "kind"), "next_check"},
		{"the days to a date", at(office, "countdowns", 1, "days"), 220.0},
		{"the days to a date that is none", at(office, "countdowns", 4, "days"), nil},
		{"when the licence server answered", at(office, "answered_at"), "2026-11-22T21:30:00Z"},
		{"a site that never answered", at(doc, "sites", 2, "read_at"), nil},
		{"what nobody can expect", at(office, "modules", 0, "forecast"), nil},
		{"a message without marks", at(office, "message"), "Renew <b>soon</b> | now [1m"},
	} {
		if tt.got != tt.want {
			t.Errorf("%s: %v, want %v", tt.name, tt.got, tt.want)
		}
	}
}

func TestJSONTellsWhatIsToBeExpected(t *testing.T) {
	s := sample()
	in := Input{Snapshot: s, Version: "1.2.3", Demo: true, Seats: func(site, owner string) []monitor.SeatSeries {
		return []monitor.SeatSeries{{Module: s.Sites[1].Owners[0].Licence.Modules[0], Forecast: monitor.Forecast{
			Known: true, Day: caldate.New(2027, 3, 1), Early: caldate.New(2027, 2, 1), Late: caldate.Never, Words: "In March.",
		}}}
	}}
	var doc struct {
		Program string
		Demo    bool
		Sites   []struct {
			Owners []struct {
				Modules []struct {
					Name     string
					Forecast *struct{ Day, Early, Late, Words string }
				}
			}
		}
	}
	if err := json.Unmarshal([]byte(written(t, "json", in)), &doc); err != nil {
		t.Fatal(err)
	}
	modules := doc.Sites[1].Owners[0].Modules
	if f := modules[0].Forecast; f == nil || f.Day != "2027-03-01" || f.Early != "2027-02-01" || f.Late != "never" || f.Words != "In March." || modules[1].Forecast != nil {
		t.Errorf("forecasts %+v, %+v; want that of the first module alone", f, modules[1].Forecast)
	}
	if doc.Program != "1.2.3" || !doc.Demo {
		t.Errorf("made by %q, demo: %v", doc.Program, doc.Demo)
	}
}

func TestJSONTellsOutagesAndReasons(t *testing.T) {
	var doc struct {
		Outages []struct {
			Network, Since, Text, Action string
			Sites                        int
		}
		Sites []struct {
			Error  *struct{ Kind, Reason string }
			Owners []struct {
				Findings []struct{ Kind, Reason string }
			}
		}
	}
	if err := json.Unmarshal([]byte(render(t, func(b *bytes.Buffer) error { return JSON(b, troubled(), noon) })), &doc); err != nil {
		t.Fatal(err)
	}
	if o := doc.Outages; len(o) != 1 || o[0].Network != "p:1" || o[0].Since != "2026-11-22T21:30:00Z" || o[0].Sites != 2 || !strings.Contains(o[0].Text, "none of its 2 sites") || o[0].Action != "Check the proxy." {
		t.Errorf("outages %+v", o)
	}
	if e := doc.Sites[2].Error; e == nil || e.Reason != "tenant-suspended" {
		t.Errorf("a tenant's error %+v", e)
	}
	if f := doc.Sites[0].Owners[0].Findings; f[len(f)-1].Kind != "certificate" {
		t.Errorf("findings %+v, want the certificate's", f)
	}
	if all := render(t, func(b *bytes.Buffer) error { return JSON(b, sample(), noon) }); !strings.Contains(all, `"outages":[]`) {
		t.Error("no outage is no empty list")
	}
}

func TestExit(t *testing.T) {
	for severity, want := range map[monitor.Severity]int{monitor.OK: 0, monitor.Warning: 1, monitor.Critical: 2, monitor.Unknown: 3, monitor.Severity(9): 3} {
		if got := Exit(severity); got != want {
			t.Errorf("Exit(%v) = %d, want %d", severity, got, want)
		}
	}
}

func TestNagiosOutputIsSound(t *testing.T) {
	s := sample()
	s.Sites[1].Owners[0].Owner = "it's|a=b\n" + strings.Repeat("x", 300)
	s.Sites[1].Owners[0].Findings[0].Text = "first | second\nthird"
	for i := range 5 {
		more := *s.Sites[2]
		more.Site.Name = "Lost " + string(rune('A'+i))
		s.Sites = append(s.Sites, &more)
	}
	lines := strings.Split(strings.TrimSuffix(render(t, func(b *bytes.Buffer) error { return Nagios(b, s, noon) }), "\n"), "\n")
	status, data, _ := strings.Cut(lines[0], " | ")
	if !strings.HasPrefix(status, "LICENSEWATCH UNKNOWN - 6 unknown, 1 warning, 1 ok: Lost: ") || !strings.HasSuffix(status, "; and 4 more") {
		t.Errorf("the status line is %q", status)
	}
	perf := regexp.MustCompile(`^ok=1 warning=1 unknown=6 critical=0 '[^'=|]+ days_left'=220$`)
	if !perf.MatchString(data) {
		t.Errorf("the performance data are %q", data)
	}
	if rest := strings.Join(lines[1:], "\n"); len(lines) != 9 || strings.Contains(rest, "|") || !strings.Contains(rest, "first / second third") {
		t.Errorf("the lines below are %d:\n%s", len(lines)-1, rest)
	}
}

func TestNothingIsSetUp(t *testing.T) {
	for name, write := range map[string]func(*bytes.Buffer) error{
		"text":   func(b *bytes.Buffer) error { return Text(b, monitor.Snapshot{}, noon) },
		"nagios": func(b *bytes.Buffer) error { return Nagios(b, monitor.Snapshot{}, noon) },
		"html":   func(b *bytes.Buffer) error { return Write(b, "html", Input{}, noon) },
	} {
		if got := render(t, write); !strings.Contains(got, "no site is set up") || name == "nagios" && !strings.HasPrefix(got, "LICENSEWATCH UNKNOWN") {
			t.Errorf("%s says %q", name, got)
		}
	}
	if got := render(t, func(b *bytes.Buffer) error { return JSON(b, monitor.Snapshot{}, noon) }); !strings.Contains(got, `"sites":[]`) || !strings.Contains(got, `"severity":"unknown"`) {
		t.Errorf("JSON says %s", got)
	}
}

func TestASiteThatIsWorseThanItsOwnersShows(t *testing.T) {
	s := sample()
	s.Sites = s.Sites[:1]
	s.Sites[0].Severity = monitor.Unknown
	got := render(t, func(b *bytes.Buffer) error { return Text(b, s, noon) })
	if !strings.HasPrefix(got, "1 unknown, 1 ok") || !strings.Contains(got, "UNKNOWN   Branch\n") || !strings.Contains(got, "Nothing is known about it yet.") {
		t.Errorf("the text hides what the site is:\n%s", got)
	}
}

func TestExpiryWords(t *testing.T) {
	today := caldate.Of(noon)
	for _, tt := range []struct {
		name string
		date caldate.Date
		want string
	}{
		{"none", caldate.Date{}, "no end date"},
		{"never", caldate.Never, "no end date"},
		{"tomorrow", today.AddDays(1), "expires 23 November 2026, 1 day left"},
		{"today", today, "expired 22 November 2026, today"},
		{"the day before yesterday", today.AddDays(-2), "expired 20 November 2026, 2 days ago"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e := entry{owner: &monitor.OwnerState{Licence: &monitor.Licence{Dates: monitor.Dates{Expiry: tt.date}}}}
			if got := e.expiryWords(today); got != tt.want {
				t.Errorf("%q, want %q", got, tt.want)
			}
		})
	}
}

// What people said is told beside what is wrong, and changes neither severity nor exit code.
func TestWhatPeopleSaidIsToldBesideTheTrouble(t *testing.T) {
	s := troubled()
	at := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	var of monitor.Subject
	for _, site := range s.Sites {
		for _, o := range site.Owners {
			if o.Severity == monitor.Warning && of.Site == "" {
				of = monitor.Subject{Site: site.Site.Name, Owner: o.Owner}
			}
		}
	}
	worst := Worst(s)
	s.Snoozes = []monitor.Hand{{Subject: of, Until: at.AddDate(1, 0, 0), By: "kari", Note: "moving\x1b[31m"}, {Until: at.AddDate(2, 0, 0)}}
	text := render(t, func(b *bytes.Buffer) error { return Text(b, s, at) })
	if want := ", snoozed until 1 Mar 2028 09:00"; !strings.Contains(text, want) {
		t.Errorf("the text lacks %q:\n%s", want, text)
	}
	s.Snoozes = s.Snoozes[:1]
	text = render(t, func(b *bytes.Buffer) error { return Text(b, s, at) })
	if want := "Snoozed until 1 Mar 2027 09:00 by kari: moving"; !strings.Contains(text, want) || strings.Contains(text, "\x1b") {
		t.Errorf("the text lacks %q:\n%s", want, text)
	}
	if Worst(s) != worst {
		t.Error("a snooze changes the severity")
	}
}
