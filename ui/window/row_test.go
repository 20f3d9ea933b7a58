package window

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"licensewatch/internal/caldate"
	"licensewatch/monitor"
)

func cellTexts(r *row) []string {
	var texts []string
	for _, c := range r.cells {
		texts = append(texts, c.text)
	}
	return texts
}

func TestRowTexts(t *testing.T) {
	seated := owner("SUPEROFFICE", 220, fine)
	seated.Licence.Modules = []monitor.Module{
		{Name: "sales", Type: "UserLicense", Total: 21, InUse: 20, Free: 1},
		{Name: "service", Type: "UserLicense", Total: 5, InUse: 2, Free: 3},
		{Name: "secret", Type: "UserLicense", Total: 9, InUse: 9, Hidden: true},
		{Name: "web", Type: "UserLicense", InUse: 40, Unrestricted: true},
		{Name: "archive", Type: "SiteLicense", Total: 1, InUse: 1},
	}
	endless := owner("SUPEROFFICE", 0, fine)
	endless.Licence.Dates.Expiry = caldate.Never
	reading := site("Alfa", owner("SUPEROFFICE", 1, fine))
	reading.Reading = true
	lone := fleet()[2]

	tests := []struct {
		name string
		site *monitor.SiteState
		want []string
	}{
		{"seats are those of visible user licences with a limit", site("Alfa", seated),
			[]string{"Alfa", "SUPEROFFICE", "OK", "220", "22/26", "11:50", "12:30"}},
		{"a licence that does not end", site("Alfa", endless),
			[]string{"Alfa", "SUPEROFFICE", "OK", "no end", "—", "11:50", "12:30"}},
		{"the worst finding is told, and how many more there are", site("Alfa", owner("SUPEROFFICE", -5, fine, expiring, expired)),
			[]string{"Alfa", "SUPEROFFICE", "Expired, in grace +1", "−5", "—", "11:50", "12:30"}},
		{"a site without owners is one row", lone,
			[]string{"Nord", "—", "Sign-in refused", "", "", "never", "12:30"}},
		{"a read under way", reading,
			[]string{"Alfa", "SUPEROFFICE", "OK", "1", "—", "11:50", "checking…"}},
		{"marks that would turn text round are dropped", site("Al\u202efa\n", owner("OWN\x07ER", 1, fine)),
			[]string{"Alfa", "OWNER", "OK", "1", "—", "11:50", "12:30"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			rows := siteRows(tt.site, noon)
			if got := cellTexts(rows[0]); len(rows) != 1 || !slices.Equal(got, tt.want) {
				t.Errorf("%d rows, the first %q, want %q", len(rows), got, tt.want)
			}
		})
	}
}

func TestRowsOfUnchangedSitesAreKept(t *testing.T) {
	var b book
	sites := fleet()
	before := b.rowsOf(monitor.Snapshot{At: noon, Sites: sites})
	sites = slices.Clone(sites)
	sites[0] = site("Alfa", owner("SUPEROFFICE", 219, fine))
	after := b.rowsOf(monitor.Snapshot{At: noon, Sites: sites})
	if before[0] == after[0] {
		t.Error("the row of a changed site is the old one")
	}
	if !slices.Equal(before[1:], after[1:]) {
		t.Error("rows of unchanged sites were made anew")
	}
	next := b.rowsOf(monitor.Snapshot{At: noon.AddDate(0, 0, 1), Sites: sites})
	if got := next[0].cells[colDays].text; got != "218" {
		t.Errorf("a day later %s days are left, want 218", got)
	}
}

func TestFilterAndOrder(t *testing.T) {
	var b book
	rows := b.rowsOf(monitor.Snapshot{At: noon, Sites: fleet()})
	const a, b1, b2, n, z = "Alfa/SUPEROFFICE", "Bravo/SUPEROFFICE", "Bravo/IZIGO", "Nord/", "Zulu/SUPEROFFICE"
	tests := []struct {
		name   string
		filter string
		order  order
		want   []string
	}{
		{"problems come first", "", problemsFirst, []string{z, n, b1, b2, a}},
		{"problems last", "", order{by: colStatus}, []string{b2, a, b1, n, z}},
		{"by site", "", order{by: colSite}, []string{a, b1, b2, n, z}},
		{"by site, down", "", order{by: colSite, down: true}, []string{z, n, b1, b2, a}},
		{"by owner, and equal ones by urgency", "", order{by: colOwner}, []string{b2, z, b1, a, n}},
		{"by days, no date last", "", order{by: colDays}, []string{z, b1, b2, a, n}},
		{"by last answer, never first", "", order{by: colAnswer}, []string{n, z, b1, b2, a}},
		{"a filter over the site", "ALF", problemsFirst, []string{a}},
		{"a filter over the owner", "izi", problemsFirst, []string{b2}},
		{"a filter over the company", "fjord", problemsFirst, []string{z, b1, b2, a}},
		{"a filter over words of the status", "refused", problemsFirst, []string{n}},
		{"a filter over the severity", "critical", problemsFirst, []string{z}},
		{"all words must be there", "bravo warning", problemsFirst, []string{b1}},
		{"nothing matches", "nothing of the kind", problemsFirst, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, r := range arrange(rows, tt.filter, tt.order) {
				got = append(got, r.site+"/"+r.key.owner)
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("arrange = %q, want %q", got, tt.want)
			}
		})
	}
}

func TestSeatsSortByWhatIsFree(t *testing.T) {
	with := func(name string, total, inUse int) *monitor.SiteState {
		o := owner("SUPEROFFICE", 100, fine)
		o.Licence.Modules = []monitor.Module{{Type: "UserLicense", Total: total, InUse: inUse, Free: total - inUse}}
		return site(name, o)
	}
	var b book
	rows := b.rowsOf(monitor.Snapshot{At: noon, Sites: []*monitor.SiteState{with("roomy", 10, 2), with("full", 50, 50), site("none", owner("SUPEROFFICE", 9, fine))}})
	got := arrange(rows, "", order{by: colSeats})
	if got[0].site != "full" || got[1].site != "roomy" || got[2].site != "none" {
		t.Errorf("by seats: %s, %s, %s", got[0].site, got[1].site, got[2].site)
	}
}

// thousand is a fleet of 500 sites with two owners each.
func thousand() []*monitor.SiteState {
	var sites []*monitor.SiteState
	for i := range 500 {
		name := fmt.Sprintf("Site %03d", (i*271)%500)
		sites = append(sites, site(name, owner("SUPEROFFICE", i-20, []monitor.Finding{fine, expiring, expired}[i%3]), owner("IZIGO", 2*i, fine)))
	}
	return sites
}

func BenchmarkFilterSort1000(b *testing.B) {
	var k book
	rows := k.rowsOf(monitor.Snapshot{At: noon, Sites: thousand()})
	orders := []order{problemsFirst, {by: colSite}, {by: colDays, down: true}}
	for i := 0; b.Loop(); i++ {
		if len(arrange(rows, "super", orders[i%len(orders)])) != 500 {
			b.Fatal("the filter lost rows")
		}
	}
}

func TestACertificateIsToldOnceAndNotByItsOwnersRows(t *testing.T) {
	end := monitor.Finding{Kind: monitor.FindingCertificate, Severity: monitor.Warning, Title: "Certificate expires in 5 days"}
	whole := end
	whole.Whole = true
	ok := monitor.Finding{Kind: monitor.FindingStatus, Case: "Ok"}
	site := func(name string) *monitor.SiteState {
		return &monitor.SiteState{Site: monitor.Site{Name: name}, Severity: monitor.Warning, Findings: []monitor.Finding{end},
			Owners: []monitor.OwnerState{{Owner: "A", Verdict: &monitor.Verdict{Status: "Ok"}, Findings: []monitor.Finding{ok, whole}}}}
	}
	one := monitor.Snapshot{Sites: []*monitor.SiteState{site("Head office")}}
	r := &row{state: one.Sites[0], owner: &one.Sites[0].Owners[0]}
	if got := r.status(); got != "OK" {
		t.Errorf("the owner's row says %q, want OK", got)
	}
	if got := summary(one, []*row{r}, true); !strings.Contains(got, "1 ok") || !strings.HasSuffix(got, "the certificate of Head office nears its end") {
		t.Errorf("summary %q", got)
	}
	two := monitor.Snapshot{Sites: append(one.Sites, site("Oslo"))}
	if got := summary(two, []*row{r}, true); !strings.HasSuffix(got, "the certificates of 2 sites near their end") {
		t.Errorf("summary of two %q", got)
	}
}
