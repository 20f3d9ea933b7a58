package window

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"licensewatch/monitor"
	"licensewatch/monitor/link"
)

// vocabulary is what the source of package monitor can say: what is added there must not be missing here.
type vocabulary struct{ statuses, kinds, failures []string }

func vocabularyOf(t *testing.T) (v vocabulary) {
	t.Helper()
	files, err := filepath.Glob("../../monitor/*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		v.take(t, file)
	}
	if len(v.statuses) != 9 || len(v.kinds) < 13 || len(v.failures) < 13 {
		t.Fatalf("package monitor seems to know %d statuses, %d kinds of findings and %d of failures", len(v.statuses), len(v.kinds), len(v.failures))
	}
	return v
}

// take adds what a file can say.
func (v *vocabulary) take(t *testing.T, file *ast.File) {
	t.Helper()
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok || len(spec.Values) != len(spec.Names) {
			return true
		}
		of, _ := spec.Type.(*ast.Ident)
		for i, name := range spec.Names {
			switch {
			case of != nil && of.Name == "Kind":
				v.failures = append(v.failures, text(t, spec.Values[i]))
			case strings.HasPrefix(name.Name, "Finding"):
				v.kinds = append(v.kinds, text(t, spec.Values[i]))
			case name.Name == "verdicts":
				for _, e := range spec.Values[i].(*ast.CompositeLit).Elts {
					v.statuses = append(v.statuses, text(t, e.(*ast.KeyValueExpr).Key))
				}
			}
		}
		return true
	})
}

func text(t *testing.T, e ast.Expr) string {
	t.Helper()
	lit, ok := e.(*ast.BasicLit)
	if !ok {
		t.Fatalf("%T is no literal", e)
	}
	s, err := strconv.Unquote(lit.Value)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// judged are the findings that the monitor comes to in all the situations that it tells apart.
func judged(v vocabulary) []monitor.Finding {
	var all []monitor.Finding
	policy := monitor.DefaultPolicy(time.Hour)
	look := func(s monitor.SiteState, seen ...monitor.Observation) {
		s.Site.Name = "Alfa"
		state := &s
		for _, obs := range seen {
			state, _ = policy.Step(state, obs, noon)
		}
		all = append(all, state.Findings...)
		for _, o := range state.Owners {
			all = append(all, o.Findings...)
		}
	}
	read := func(l monitor.Licence) monitor.Observation {
		l.Owner = "SUPEROFFICE"
		return monitor.Observation{Read: true, Licences: []monitor.Licence{l}}
	}
	dates := func(d monitor.Dates) { look(monitor.SiteState{}, read(monitor.Licence{Dates: d})) }
	dates(monitor.Dates{Expiry: day(5), Grace: day(17)})
	dates(monitor.Dates{AdminWarning: day(-1)})
	dates(monitor.Dates{Expiry: day(-1), Grace: day(11)})
	dates(monitor.Dates{Expiry: day(-1)})
	dates(monitor.Dates{Expiry: day(-20), Grace: day(-8)})
	dates(monitor.Dates{Maintenance: day(-1)})
	for _, m := range []monitor.Module{{Total: 5, InUse: 5}, {Total: 5, InUse: 9, Free: -4}} {
		m.Name, m.Description, m.Type, m.Plan = "sales", "Sales", "UserLicense", true
		look(monitor.SiteState{}, read(monitor.Licence{Modules: []monitor.Module{m}}))
	}
	for _, status := range append(slices.Clone(v.statuses), "SomethingLater") {
		look(monitor.SiteState{}, read(monitor.Licence{}), monitor.Observation{Owner: "SUPEROFFICE", Verdict: &monitor.Verdict{Status: status}})
	}
	for _, kind := range v.failures {
		obs := monitor.Observation{Failure: &monitor.Failure{Kind: monitor.Kind(kind), Text: "It fails.", Remedy: "Mend it."}}
		look(monitor.SiteState{}, obs, obs)
	}
	look(monitor.SiteState{}, monitor.Observation{Read: true})                                                  // no owner
	look(monitor.SiteState{}, read(monitor.Licence{}), monitor.Observation{Read: true})                         // an owner less
	look(monitor.SiteState{}, monitor.Observation{Asked: []string{"SUPEROFFICE"}})                              // no answer yet
	look(monitor.SiteState{}, read(monitor.Licence{}), monitor.Observation{Way: &monitor.Way{DownSince: noon}}) // offline
	old := monitor.OwnerState{Owner: "SUPEROFFICE", VerdictAt: noon.Add(-9 * time.Hour), AskedSince: noon.Add(-99 * time.Hour), Verdict: &monitor.Verdict{Status: "Ok"}}
	look(monitor.SiteState{Owners: []monitor.OwnerState{old}, LicencesAt: noon}, monitor.Observation{Asked: []string{"SUPEROFFICE"}})
	certified := read(monitor.Licence{})
	certified.Certificate = &monitor.Certificate{Host: "crm.example", NotAfter: noon.AddDate(0, 0, 3)}
	look(monitor.SiteState{}, certified)
	return all
}

// Whatever the monitor can find has one sentence that says what to do, a button that does it, and a part of the help. Only where all is
// well there is nothing to do.
func TestEveryFindingHasItsNextStep(t *testing.T) {
	test.NewTempApp(t) // which knows how wide texts are
	v := vocabularyOf(t)
	anchors := map[string]bool{} // whether something leads there
	for _, file := range []string{"../../docs/next-steps.md", "../../docs/failures.md"} {
		page, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`<a id="([^"]+)"></a>`).FindAllStringSubmatch(string(page), -1) {
			anchors[m[1]] = !strings.Contains(file, "next-steps") // failures have reasons besides, which their own tests know
		}
	}
	met := map[string]bool{}
	s := site("Alfa", owner("SUPEROFFICE", 220))
	s.Site.Web = "https://crm.example/"
	known, unknown := siteRows(s, noon)[0], siteRows(site("Alfa", owner("SUPEROFFICE", 220)), noon)[0]
	for _, f := range judged(v) {
		met["kind "+f.Kind], met["status "+f.Case], met["failure "+string(f.Failure)] = true, true, true
		name := f.Kind + " " + f.Case + " " + string(f.Failure)
		if strings.Count(f.Action+" ", ". ") != 1 && f.Severity > monitor.OK {
			t.Errorf("%s: what to do is not one sentence: %q", name, f.Action)
		}
		if _, there := anchors[f.Topic()]; !there {
			t.Errorf("%s: the help has nothing about %q", name, f.Topic())
		}
		anchors[f.Topic()] = true
		for _, r := range []*row{known, unknown} {
			deeds := r.deeds(f)
			if nothingToDo := f.Kind == monitor.FindingStatus && f.Case == "Ok"; (len(deeds) == 0) != nothingToDo {
				t.Errorf("%s: its buttons are %v", name, deeds)
			}
			for _, d := range deeds {
				if r.label(d, f) == "" {
					t.Errorf("%s: a button of it says nothing", name)
				}
			}
		}
	}
	for what, words := range map[string][]string{"status ": append(v.statuses, "SomethingLater"), "kind ": v.kinds, "failure ": v.failures} {
		for _, word := range words {
			if !met[what+word] {
				t.Errorf("no situation of this test leads to %s%q", what, word)
			}
		}
	}
	for anchor, led := range anchors {
		if !led && anchor != monitor.FindingUnreadable && anchor != monitor.FindingTenant { // what only an old agent can say
			t.Errorf("nothing leads to %q in the help", anchor)
		}
	}
}

// The tables say it of each word by itself, so that none is met by a rule for all the others.
func TestEveryWordIsInATable(t *testing.T) {
	v := vocabularyOf(t)
	for _, status := range v.statuses {
		if _, ok := afterStatus[status]; !ok {
			t.Errorf("nothing follows from the status %q", status)
		}
	}
	for _, kind := range v.kinds {
		if _, ok := afterFinding[kind]; !ok && kind != monitor.FindingStatus && kind != monitor.FindingUnreadable {
			t.Errorf("nothing follows from a finding of kind %q", kind)
		}
	}
	for _, kind := range v.failures {
		if _, ok := afterFailure[monitor.Kind(kind)]; !ok {
			t.Errorf("nothing follows from a failure of kind %q", kind)
		}
	}
}

func TestWhatTheButtonsOfFindingsOpen(t *testing.T) {
	agent := &fake{}
	w := open(t, agent, site("Alfa", owner("SUPEROFFICE", 12, expiring)))
	w.openRow(t, "Alfa")
	w.press(t, "Look for a new one…")
	w.reads(t, "New licence of SUPEROFFICE at Alfa")
	w.key(fyne.KeyEscape)
	w.press(t, "Timeline")
	w.reads(t, "Timeline of SUPEROFFICE at Alfa")
	w.key(fyne.KeyEscape)
	agent.sites = []link.SiteForm{{Name: "Alfa"}}
	w.press(t, "When to warn…")
	w.reads(t, "When to warn")
	if want := []string{"offer Alfa/SUPEROFFICE", "past Alfa/SUPEROFFICE", "settings", "sites"}; !slices.Equal(agent.asked, want) {
		t.Errorf("the agent was asked %q, want %q", agent.asked, want)
	}
	w.key(fyne.KeyEscape)
	w.Lost("The agent has ended.")
	for _, label := range []string{"Look for a new one…", "When to warn…", "Timeline"} {
		if !w.button(label).Disabled() {
			t.Errorf("without an agent %s can be pressed", label)
		}
	}
}

func TestButtonsOfFindings(t *testing.T) {
	test.NewTempApp(t) // which knows how wide texts are
	cannot := func(k monitor.Kind, reason string) monitor.Finding {
		return monitor.Finding{Kind: monitor.FindingUnreadable, Severity: monitor.Unknown, Failure: k, Reason: reason}
	}
	status := func(s monitor.Severity, word, url string) monitor.Finding {
		return monitor.Finding{Kind: monitor.FindingStatus, Severity: s, Case: word, URL: url}
	}
	of := func(kind string, s monitor.Severity) monitor.Finding { return monitor.Finding{Kind: kind, Severity: s} }
	tests := []struct {
		name    string
		owner   string
		web     string
		finding monitor.Finding
		want    []string
	}{
		{"nothing follows from a good status", "SUPEROFFICE", "", status(monitor.OK, "Ok", ""), nil},
		{"a link shows its host", "SUPEROFFICE", "", status(monitor.Warning, messageAndLink, "https://shop.example:8443/renew"), []string{"Open shop.example:8443", "Copy details"}},
		{"a script is no link", "SUPEROFFICE", "", status(monitor.Warning, messageAndLink, "javascript:alert(1)"), []string{"Copy details"}},
		{"a good status with a link", "SUPEROFFICE", "", status(monitor.OK, "Ok", "https://shop.example/"), []string{"Open shop.example"}},
		{"an unknown error is asked again", "SUPEROFFICE", "", status(monitor.Unknown, "UnknownError", ""), []string{"Try again"}},
		{"a word that is not known", "SUPEROFFICE", "https://crm.example/", status(monitor.Unknown, "Later", ""), []string{"Open crm.example", "Try again"}},
		{"a problem goes to SuperOffice", "SUPEROFFICE", "https://crm.example/", status(monitor.Critical, "ProblemWithLicense", ""), []string{"Copy text for SuperOffice", "Open crm.example"}},
		{"a problem of another issuer", "IZIGO", "", status(monitor.Critical, "ProblemWithLicense", ""), []string{"Copy text for the issuer"}},
		{"a new licence", "SUPEROFFICE", "https://crm.example/", status(monitor.Warning, "NewLicenseAvailable", ""), []string{"Compare…", "Open crm.example"}},
		{"a new licence with a link", "SUPEROFFICE", "https://crm.example/", status(monitor.Warning, "NewSerialAvailable", "https://shop.example/"), []string{"Compare…", "Open shop.example"}},
		{"the end that nears", "SUPEROFFICE", "", expiring, []string{"Look for a new one…", "When to warn…"}},
		{"the end that has come", "SUPEROFFICE", "", expired, []string{"Copy text for SuperOffice", "Look for a new one…"}},
		{"more seats in use than there are", "SUPEROFFICE", "https://crm.example/", of(monitor.FindingSeats, monitor.Critical), []string{"Open crm.example", "Open the shop…"}},
		{"few seats", "SUPEROFFICE", "https://crm.example/", of(monitor.FindingSeats, monitor.Warning), []string{"Open the shop…", "When to warn…"}},
		{"an activated licence without an address", "SUPEROFFICE", "", status(monitor.OK, "NewLicenseActivated", ""), []string{"Copy details"}},
		{"an activated licence", "SUPEROFFICE", "https://crm.example/", status(monitor.OK, "NewLicenseActivated", ""), []string{"Open crm.example"}},
		{"a web client whose address is none", "SUPEROFFICE", "file:///etc", status(monitor.OK, "NewLicenseActivated", ""), []string{"Copy details"}},
		{"the end of maintenance", "SUPEROFFICE", "", of(monitor.FindingMaintenance, monitor.Warning), []string{"Copy details", "Open the shop…"}},
		{"a refused sign-in is edited", "SUPEROFFICE", "", cannot(monitor.KindSignIn, "credentials"), []string{"Edit sign-in…"}},
		{"a missing secret is edited", "", "", cannot(monitor.KindKeyring, ""), []string{"Edit sign-in…", "Try again"}},
		{"a certificate needs the site's settings", "", "", cannot(monitor.KindTLS, ""), []string{"Edit site…", "Try again"}},
		{"a lost connection is tried again", "", "", cannot(monitor.KindNetwork, ""), []string{"Try again"}},
		{"silence is asked again", "SUPEROFFICE", "", outdated, []string{"Check now"}},
		{"a consent that has ended", "", "", cannot(monitor.KindSignIn, "sign-in-again"), []string{"Sign in again", "Edit sign-in…"}},
		{"nobody has signed in", "", "", cannot(monitor.KindSignIn, "sign-in-first"), []string{"Sign in again", "Edit sign-in…"}},
		{"a certificate is others' to renew", "SUPEROFFICE", "", of(monitor.FindingCertificate, monitor.Warning), []string{"Copy details"}},
		{"a failure of a later version", "", "", cannot("later", ""), []string{"Try again"}},
		{"a finding of a later version", "", "", of("later", monitor.Warning), []string{"Copy details"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := site("Alfa")
			if tt.owner != "" {
				s = site("Alfa", owner(tt.owner, 220))
			}
			s.Site.Web = tt.web
			r := siteRows(s, noon)[0]
			var got []string
			for _, d := range r.deeds(tt.finding) {
				got = append(got, r.label(d, tt.finding))
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("the buttons are %q, want %q", got, tt.want)
			}
		})
	}
}
