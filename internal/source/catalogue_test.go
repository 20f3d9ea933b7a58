package source

import (
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"licensewatch/internal/keyring"
	"licensewatch/monitor"
	"licensewatch/soapclient"
)

var update = flag.Bool("update", false, "write docs/failures.md and docs/next-steps.md anew")

const document = "../../docs/failures.md"

// helpDocument is the help page as Markdown, for docs/failures.md.
func helpDocument() string {
	var b strings.Builder
	b.WriteString("<!-- Written by the tests of internal/source from the catalogue; change that, then run: " +
		"go test -tags migrated_fynedo ./internal/source -run Document -update -->\n\n# What can fail, and what to do\n\n" +
		"Every failure that Licensewatch shows is one of these. A sentence names its host before and the server's own words behind; " +
		"names and numbers below are examples.\n")
	for _, c := range helpChapters() {
		fmt.Fprintf(&b, "\n<a id=\"%s\"></a>\n\n## %s\n", c.Topic, c.Heading)
		for _, e := range c.Entries {
			fmt.Fprintf(&b, "\n<a id=\"%s\"></a>\n\n### %s\n\n> %s\n\n**%s**\n\n%s\n", e.Reason, e.Title, e.Sentence, e.Remedy, e.Why)
		}
	}
	return b.String()
}

// constants returns the values of a package's constants of a string type, as its source has them: what is added there must
// not be missing here.
func constants(t *testing.T, dir, of string) []string {
	t.Helper()
	files, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for _, name := range files {
		if !strings.HasSuffix(name.Name(), ".go") || strings.HasSuffix(name.Name(), "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), dir+"/"+name.Name(), nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			spec, ok := n.(*ast.ValueSpec)
			if !ok {
				return true
			}
			if id, ok := spec.Type.(*ast.Ident); !ok || id.Name != of {
				return true
			}
			for _, v := range spec.Values {
				if lit, ok := v.(*ast.BasicLit); ok {
					value, _ := strconv.Unquote(lit.Value)
					list = append(list, value)
				}
			}
			return true
		})
	}
	if len(list) == 0 {
		t.Fatalf("%s has no constants of type %s", dir, of)
	}
	return list
}

func TestEverythingThatFailsHasOneEntry(t *testing.T) {
	kinds, reasons := constants(t, "../../soapclient", "Kind"), constants(t, "../../soapclient", "Reason")
	reached := map[string]bool{}
	for _, kind := range kinds {
		for _, reason := range append(reasons, "", "a later reason") {
			e := entryOf(&soapclient.Error{Kind: soapclient.Kind(kind), Reason: soapclient.Reason(reason)})
			if e.Reason == origins[ownBug].Reason {
				t.Errorf("kind %q, reason %q has no entry", kind, reason)
			}
			reached[e.Reason] = true
		}
	}
	for _, reason := range reasons {
		if !slices.ContainsFunc(kinds, func(kind string) bool {
			_, ok := origins[cause{soapclient.Kind(kind), soapclient.Reason(reason)}]
			return ok
		}) {
			t.Errorf("reason %q has no entry of its own at any kind", reason)
		}
	}
	for _, state := range constants(t, "../keyring", "State") {
		e, ok := origins[keyring.State(state)]
		if !ok {
			t.Errorf("the keyring's state %q has no entry", state)
			continue
		}
		reached[e.Reason] = true
	}
	for from, e := range origins {
		if _, ok := from.(own); ok {
			reached[e.Reason] = true
		}
	}
	for _, e := range entries {
		if !reached[e.Reason] {
			t.Errorf("nothing leads to the entry %q", e.Reason)
		}
	}
}

func TestEntriesAreWhole(t *testing.T) {
	kebab := regexp.MustCompile(`^[a-z]+(-[a-z]+)*$`)
	seen := map[any]string{}
	for _, e := range entries {
		if !kebab.MatchString(e.Reason) || seen[e.Reason] != "" {
			t.Errorf("reason %q is no unique word", e.Reason)
		}
		seen[e.Reason] = e.Reason
		if n := len(strings.Fields(e.Title)); n == 0 || n > 6 {
			t.Errorf("%s: title %q is not a few words", e.Reason, e.Title)
		}
		if n := len(regexp.MustCompile(`[.?](\s|$)`).FindAllString(e.Why, -1)); n < 1 || n > 5 {
			t.Errorf("%s: %q is no explanation of a few sentences", e.Reason, e.Why)
		}
		if strings.HasSuffix(e.Sentence, ".") || e.Sentence == "" || strings.Count(e.Remedy, ". ") > 0 || e.Remedy == "" {
			t.Errorf("%s: sentence %q or remedy %q is not one", e.Reason, e.Sentence, e.Remedy)
		}
		if !slices.ContainsFunc(chapters, func(c chapter) bool { return c.kind == e.Kind }) {
			t.Errorf("%s: kind %q has no chapter", e.Reason, e.Kind)
		}
		for _, from := range e.from {
			if of := seen[from]; of != "" {
				t.Errorf("%v is of both %s and %s", from, of, e.Reason)
			}
			seen[from] = e.Reason
		}
	}
}

// The kinds are part of the JSON that scripts read.
func TestKindsStay(t *testing.T) {
	kinds := constants(t, "../../monitor", "Kind")
	for _, e := range entries {
		if !slices.Contains(kinds, string(e.Kind)) {
			t.Errorf("%s has kind %q, which is none of %q", e.Reason, e.Kind, kinds)
		}
	}
	f := Failure(&soapclient.Error{Kind: soapclient.KindHTTP, Reason: soapclient.ReasonVersion}, head)
	if f.Kind != monitor.KindHTTP || f.Reason != "wrong-version" {
		t.Errorf("failure %+v, want the kind of the error with the entry of its reason", f)
	}
}

func TestTheDocumentIsTheCatalogues(t *testing.T) {
	want := helpDocument()
	written(t, document, want)
	for _, e := range entries {
		if !strings.Contains(want, `<a id="`+e.Reason+`">`) || !strings.Contains(want, "### "+e.Title+"\n") {
			t.Errorf("the document lacks %s", e.Reason)
		}
	}
	if strings.Contains(want, "{") {
		t.Error("the document leaves something open")
	}
}
