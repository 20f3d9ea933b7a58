package report

import (
	"bytes"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"licensewatch/monitor"
)

func TestThePageStandsAloneAndShowsProblemsFirst(t *testing.T) {
	page := written(t, "html", Input{Snapshot: sample(), Version: "1.2.3"})
	if m := regexp.MustCompile(`(?i)<script|<link|<img|<iframe|@import|url\(|\son[a-z]+=`).FindString(page); m != "" {
		t.Errorf("the page holds %q: it must need nothing and run nothing", m)
	}
	for _, m := range regexp.MustCompile(`(?:src|href)="([^"]*)"`).FindAllStringSubmatch(page, -1) {
		if !strings.HasPrefix(m[1], "#") && m[1] != "https://shop.example/renew" {
			t.Errorf("the page refers to %s", m[1])
		}
	}
	for _, want := range []string{
		`<a href="https://shop.example/renew" rel="noreferrer noopener nofollow">Open shop.example</a>`,
		"Renew &lt;b&gt;soon&lt;/b&gt; | now [1m",
		"prefers-color-scheme: dark", "size: A4", `content: "22 November 2026, 22:30"`, "Sales Premium", "The licence expires in 220 days, on 30 June 2027.",
		"The latest question failed: the licence server did not answer", "by Licensewatch 1.2.3", "Last answer just now, 22 November 2026, 22:30",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not hold %q", want)
		}
	}
	if strings.Contains(page, "Not shown") || strings.Contains(page, "made up") || strings.Contains(page, "last year") {
		t.Error("the page shows a hidden module, calls real sites made up, or has a past that nobody knows")
	}
	last := 0
	for _, name := range []string{">What to do first<", "Check the address.", ">Lost</span>", ">Head office / SUPEROFFICE</span>", "<b>Branch</b> / SUPEROFFICE"} {
		at := strings.Index(page, name)
		if at < last {
			t.Errorf("%s stands at %d, want it behind %d: the worst comes first", name, at, last)
		}
		last = at
	}
}

func TestThePageHasPicturesAndThePast(t *testing.T) {
	s := sample()
	var asked []string
	in := Input{Snapshot: s, Demo: true}
	in.Seats = func(site, owner string) []monitor.SeatSeries {
		asked = append(asked, site+"/"+owner)
		return []monitor.SeatSeries{{Module: s.Sites[1].Owners[0].Licence.Modules[0], Forecast: monitor.Forecast{Known: true, Words: "The last seat <goes> in March."}}}
	}
	in.Past = func(site, owner string) monitor.Past {
		if site == "Lost" {
			return monitor.Past{}
		}
		return monitor.Past{
			Bands: []monitor.Band{{From: noon.AddDate(0, -2, 0), Until: noon.AddDate(0, -1, 0), Severity: monitor.Warning, Text: "It <expires>."}},
			Events: []monitor.Event{
				{At: noon.AddDate(0, -2, 0), To: monitor.Warning, Appeared: []monitor.Finding{{Text: "It <expires>."}}},
				{At: noon.AddDate(0, -1, 0), From: monitor.Warning, To: monitor.OK, Gone: []monitor.Finding{{Text: "It <expires>."}}},
			},
		}
	}
	page := written(t, "html", in)
	wantValid(t, page)
	for _, want := range []string{"The last seat &lt;goes&gt; in March.", ">All was well again.<", "It &lt;expires&gt;.", "22 September 2026", "made up", ">The last year<"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not hold %q", want)
		}
	}
	if n := strings.Count(page, `<svg xmlns`); n != 4 { // dates, one module, and a year of each card
		t.Errorf("%d pictures, want 4", n)
	}
	if strings.Index(page, ">All was well again.<") > strings.Index(page, `class="when">22 September`) {
		t.Error("what changed is not told with the newest first")
	}
	if len(asked) == 0 || slices.ContainsFunc(asked, func(s string) bool { return s != "Head office/SUPEROFFICE" }) {
		t.Errorf("the seats of %q were asked for, want those of the card that shows them alone", asked)
	}
}

func TestThePageTellsAnOutageOnce(t *testing.T) {
	page := written(t, "html", Input{Snapshot: troubled()})
	wantValid(t, page)
	for text, want := range map[string]int{"none of its 2 sites can be reached": 1, "It cannot be reached now.": 2, ">Cust12345</span>": 1, "<b>Branch</b>": 1, "The certificate of b.example": 3} {
		if n := strings.Count(page, text); n != want {
			t.Errorf("the page says %q %d times, want %d", text, n, want)
		}
	}
}

func TestWhatIsToBeDoneIsToldOnceForAllThatNeedIt(t *testing.T) {
	var troubled []entry
	add := func(name string, f ...monitor.Finding) {
		worst := monitor.OK
		for _, f := range f {
			worst = max(worst, f.Severity)
		}
		troubled = append(troubled, entry{site: &monitor.SiteState{Site: monitor.Site{Name: name}}, severity: worst, findings: f})
	}
	for i := range 6 {
		add(fmt.Sprintf("Site %d", i), monitor.Finding{Severity: monitor.Warning, Text: fmt.Sprintf("It expires in %d days.", i+1), Action: "Renew it."})
	}
	add("New", monitor.Finding{Severity: monitor.Warning, Text: "A new licence is there.", Action: "Compare."})
	add("Newer", monitor.Finding{Severity: monitor.Warning, Text: "A new licence is there.", Action: "Compare."})
	add("Broken", monitor.Finding{Severity: monitor.Critical, Text: "It is broken.", Action: "Call."}, monitor.Finding{Severity: monitor.OK, Text: "It was.", Action: "Look."})
	list, later := tasks(nil, troubled)
	if len(list) != 3 || later != 0 {
		t.Fatalf("%d tasks and %d more, want 3", len(list), later)
	}
	if got := list[0]; got.Action != "Call." || got.Severity != "critical" || got.Cases[0].Card != 9 {
		t.Errorf("the first task is %+v, want the critical one, of the ninth card", got)
	}
	if got := list[1]; got.Text != "" || len(got.Cases) != listedCases || got.More != 2 || got.Cases[1].Text != "It expires in 2 days." {
		t.Errorf("the second task is %+v, want four cases with their own words, and 2 more", got)
	}
	if got := list[2]; got.Text != "A new licence is there." || len(got.Cases) != 2 {
		t.Errorf("the third task is %+v, want its text once", got)
	}
	for i := range 2 * listedTasks {
		add("Many", monitor.Finding{Severity: monitor.Warning, Text: "It.", Action: fmt.Sprintf("Do %d.", i)})
	}
	if list, later := tasks(nil, troubled); len(list) != listedTasks || later != listedTasks+3 {
		t.Errorf("%d tasks and %d more, want %d and %d", len(list), later, listedTasks, listedTasks+3)
	}
}

func TestEverySeverityHasAShapeAndAWord(t *testing.T) {
	s := sample()
	s.Sites[0].Severity, s.Sites[0].Owners[0].Severity = monitor.Critical, monitor.Critical
	page := written(t, "html", Input{Snapshot: s})
	shapes := map[string]bool{}
	for severity := monitor.OK; severity <= monitor.Critical; severity++ {
		shape := regexp.MustCompile(`<symbol id="` + severity.String() + `"[^>]*>(.*?)</symbol>`).FindStringSubmatch(page)
		if shape == nil || shapes[shape[1]] {
			t.Errorf("%v has no shape of its own", severity)
			continue
		}
		shapes[shape[1]] = true
		if severity > monitor.OK && !strings.Contains(page, `<span class="word `+severity.String()+`">`+severity.String()) {
			t.Errorf("%v is not said in words", severity)
		}
	}
}

func TestHostileTextStaysText(t *testing.T) {
	s := sample()
	o := &s.Sites[1].Owners[0]
	const evil = `"><script>alert(1)</script></style><a href="javascript:x">` + "\u202e\x00"
	o.Owner, o.Verdict.Message, o.Licence.Company, o.Licence.Modules[0].Description = evil, evil, evil, evil
	o.Findings[0].Text, o.Findings[0].Action = evil, evil
	past := monitor.Past{
		Events: []monitor.Event{{At: noon.AddDate(0, -1, 0), To: monitor.Warning, Appeared: []monitor.Finding{{Text: evil}}}},
		Bands:  []monitor.Band{{From: noon.AddDate(0, -1, 0), Until: noon, Severity: monitor.Warning, Text: evil}},
	}
	in := Input{Snapshot: s, Version: evil, Past: func(string, string) monitor.Past { return past }}
	in.Seats = func(string, string) []monitor.SeatSeries {
		return []monitor.SeatSeries{{Module: o.Licence.Modules[0], Forecast: monitor.Forecast{Known: true, Words: evil}}}
	}
	for _, link := range []string{"javascript:alert(1)", "https://u:p@shop.example/", "file:///etc/passwd", `https://shop.example/"onclick="x`} {
		o.Findings[0].URL = link
		page := written(t, "html", in)
		if strings.Contains(page, "<script") || strings.Contains(page, "\u202e") || regexp.MustCompile(`<a [^>]*(javascript|u:p@|file:|onclick="x)`).MatchString(page) {
			t.Errorf("with %s the page holds what a server smuggled in", link)
		}
		wantValid(t, page)
	}
}

// sized writes a page about s and checks what holds for every page of 500 sites.
func sized(t *testing.T, s monitor.Snapshot, now time.Time) string {
	t.Helper()
	var out bytes.Buffer
	if err := Write(&out, "html", Input{Snapshot: s, Version: "1.2.3", Seats: seatsOf(now), Past: pastOf(now)}, now); err != nil {
		t.Fatal(err)
	}
	if out.Len() > 1_000_000 {
		t.Errorf("the page has %d bytes, want at most 1 MB", out.Len())
	}
	page := out.String()
	wantValid(t, page)
	for _, site := range s.Sites {
		if !strings.Contains(page, ">"+site.Site.Name+" / ") && !strings.Contains(page, ">"+site.Site.Name+"<") {
			t.Errorf("the page leaves %s out", site.Site.Name)
		}
	}
	return page
}

func TestFiveHundredSitesFitIntoAMegabyte(t *testing.T) {
	s, now := many(500, func(site int) bool { return site%25 == 0 })
	page := sized(t, s, now)
	if strings.Contains(page, "To keep this page small") {
		t.Error("with one site in twenty-five in trouble the page tells less of some of them")
	}
	if n, rows := strings.Count(page, "<article"), strings.Count(page, "<tr><td><b>"); n+rows < 990 || n < 35 {
		t.Errorf("%d cards and %d rows, want about a thousand", n, rows)
	}
}

func TestWordsForAllGoBeforePicturesForMany(t *testing.T) {
	s, now := many(500, func(site int) bool { return site%4 == 0 })
	page := sized(t, s, now)
	cards, pictures, dates := strings.Count(page, "<article"), strings.Count(page, ">The last year</h4>"), strings.Count(page, ">Dates</h4>")
	if pictures < pictured || pictures > cards/2 || dates < cards*9/10 {
		t.Errorf("of %d cards %d have pictures and %d have dates, want pictures for the first and dates for nearly all", cards, pictures, dates)
	}
}

func TestFiveHundredSitesInTroubleFitToo(t *testing.T) {
	s, now := many(500, func(int) bool { return true })
	for name, message := range map[string]string{"realistic": "", "long-winded": strings.Repeat("Vær så snill å bestille fornyelsen. ", 100)} {
		t.Run(name, func(t *testing.T) {
			for _, site := range s.Sites {
				for i := range site.Owners {
					if o := &site.Owners[i]; message != "" && o.Verdict != nil {
						o.Verdict = &monitor.Verdict{Status: o.Verdict.Status, Message: message[:1000]}
					}
				}
			}
			page := sized(t, s, now)
			cards := strings.Count(page, "<article")
			var pictures, of, short int
			if m := regexp.MustCompile(`pictures and the past are with the first (\d+) of (\d+), and the last (\d+) are told in short`).FindStringSubmatch(page); m != nil {
				fmt.Sscan(strings.Join(m[1:], " "), &pictures, &of, &short)
			}
			if message == "" && pictures < pictured {
				t.Errorf("%d cards have pictures, want at least %d", pictures, pictured)
			}
			if full, dated := strings.Count(page, ">The last year</h4>"), strings.Count(page, ">Dates</h4>"); of != cards || full != pictures || dated > cards-short || short == 0 {
				t.Errorf("the page tells of %d cards with pictures, %d in short and %d in all; it has %d with a past, %d with dates and %d in all", pictures, short, of, full, dated, cards)
			}
			for _, e := range entries(s) {
				if e.severity > monitor.OK && !strings.Contains(page, html.EscapeString(e.remarks()[0].text)) {
					t.Errorf("the page does not tell what is wrong with %s", e.name())
				}
			}
		})
	}
}

// wantValid checks that a browser has nothing to mend in the page: every element is closed in order, no ID is there twice, and what is
// referred to is there.
func wantValid(t *testing.T, page string) {
	t.Helper()
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	void := map[string]bool{"meta": true, "br": true}
	written, open := map[string]int{}, []string{}
	for tokens := html.NewTokenizer(strings.NewReader(page)); tokens.Next() != html.ErrorToken; {
		switch token := tokens.Token(); token.Type {
		case html.StartTagToken:
			written[token.Data]++
			if !void[token.Data] {
				open = append(open, token.Data)
			}
		case html.SelfClosingTagToken:
			written[token.Data]++
		case html.EndTagToken:
			if n := len(open); n == 0 || open[n-1] != token.Data {
				t.Fatalf("</%s> closes %v", token.Data, open)
			}
			open = open[:len(open)-1]
		}
	}
	ids, refs, built := map[string]int{}, map[string]bool{}, map[string]int{}
	for n := range root.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		built[strings.ToLower(n.Data)]++
		for _, a := range n.Attr {
			if a.Key == "id" {
				ids[a.Val]++
			} else if a.Key == "href" && strings.HasPrefix(a.Val, "#") {
				refs[a.Val[1:]] = true
			}
		}
	}
	if len(open) > 0 || !maps.Equal(written, built) {
		t.Errorf("%v stays open, or a browser makes of the elements %v these: %v", open, written, built)
	}
	for id, n := range ids {
		if n > 1 {
			t.Errorf("the ID %s is there %d times", id, n)
		}
	}
	for ref := range refs {
		if ids[ref] == 0 {
			t.Errorf("nothing has the ID %s, which is referred to", ref)
		}
	}
}
