package source

import (
	"bytes"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"
)

const nextSteps = "../../docs/next-steps.md"

// stepsDocument is the guides as Markdown, for docs/next-steps.md.
func stepsDocument() string {
	var b strings.Builder
	b.WriteString("<!-- Written by the tests of internal/source from the guides; change those, then run: " +
		"go test -tags migrated_fynedo ./internal/source -run Document -update -->\n\n# What it means, and what to do\n\n" +
		"Every finding that Licensewatch shows is one of these; what can fail on the way to a licence is in [failures.md](failures.md). " +
		"Licensewatch changes no licence: that is done in SuperOffice.\n")
	for _, p := range parts {
		fmt.Fprintf(&b, "\n## %s\n", p.Heading)
		for _, g := range p.Guides {
			fmt.Fprintf(&b, "\n<a id=\"%s\"></a>\n\n### %s\n\n%s\n\n**If nothing is done:** %s\n\n**What to do:**", g.Topic, g.Title, g.Means, g.Otherwise)
			if len(g.Steps) == 0 {
				b.WriteString(" Nothing.\n")
			} else {
				b.WriteString("\n\n")
			}
			for i, s := range g.Steps {
				fmt.Fprintf(&b, "%d. %s\n", i+1, s)
			}
			fmt.Fprintf(&b, "\n**Who can help:** %s\n", g.Who)
		}
	}
	return b.String()
}

func TestTheDocumentOfNextStepsIsTheGuides(t *testing.T) { written(t, nextSteps, stepsDocument()) }

// written fails the test unless a file says what it is to say; with -update it is written.
func written(t *testing.T, file, want string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(file)
	if err != nil || string(got) != want {
		t.Errorf("%s (%v) is not what the program says; run this test with -update", file, err)
	}
}

func TestGuidesAreWhole(t *testing.T) {
	seen := map[string]bool{}
	for _, e := range entries {
		seen[e.Reason] = true
	}
	for _, p := range parts {
		for _, g := range p.Guides {
			if g.Topic == "" || seen[g.Topic] {
				t.Errorf("topic %q is none of its own", g.Topic)
			}
			seen[g.Topic] = true
			if n := len(strings.Fields(g.Title)); n == 0 || n > 6 {
				t.Errorf("%s: title %q is not a few words", g.Topic, g.Title)
			}
			for _, text := range append([]string{g.Means, g.Otherwise, g.Who}, g.Steps...) {
				if !strings.HasSuffix(text, ".") && !strings.HasSuffix(text, "?") || strings.Contains(text, "!") {
					t.Errorf("%s: %q is no sentence", g.Topic, text)
				}
			}
		}
	}
}

func TestTheHelpPageNeedsNothingElse(t *testing.T) {
	var page bytes.Buffer
	if err := HelpPage(&page); err != nil {
		t.Fatal(err)
	}
	text := page.String()
	leads := func(topic string) {
		t.Helper()
		if strings.Count(text, ` id="`+topic+`"`) != 1 || !strings.Contains(text, `href="#`+topic+`"`) {
			t.Errorf("the page has no section for %s, or no way to it", topic)
		}
	}
	for _, e := range entries {
		leads(e.Reason)
	}
	for _, p := range parts {
		for _, g := range p.Guides {
			leads(g.Topic)
		}
	}
	if found := regexp.MustCompile(`<script|<link|<img|\ssrc=|\{[a-z]+\}`).FindString(text); found != "" {
		t.Errorf("the page holds %q", found)
	}
}
