package source

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"strings"
)

// HelpPage writes the catalogue as one HTML page that needs nothing else; each entry's reason is its anchor.
func HelpPage(w io.Writer) error { return helpPage.Execute(w, helpChapters()) }

//go:embed help.html
var helpText string

var helpPage = template.Must(template.New("help").Parse(helpText))

// helpChapter is a chapter as the help shows it.
type helpChapter struct {
	Heading string
	Entries []helpEntry
}

// helpEntry is an entry as the help shows it.
type helpEntry struct{ Reason, Title, Sentence, Remedy, Why string }

func helpChapters() []helpChapter {
	var list []helpChapter
	for _, c := range chapters {
		var of []helpEntry
		for _, e := range entries {
			if e.Kind == c.kind {
				of = append(of, helpEntry{e.Reason, e.Title, e.Sentence, strings.ReplaceAll(e.Remedy, "{site}", `"Head office"`), e.Why})
			}
		}
		list = append(list, helpChapter{c.heading, of})
	}
	return list
}

// helpDocument is the same as Markdown, for docs/failures.md.
func helpDocument() string {
	var b strings.Builder
	b.WriteString("<!-- Written by the tests of internal/source from the catalogue; change that, then run: " +
		"go test -tags migrated_fynedo ./internal/source -run Document -update -->\n\n# What can fail, and what to do\n\n" +
		"Every failure that Licensewatch shows is one of these. A sentence names its host before and the server's own words behind; " +
		"names and numbers below are examples.\n")
	for _, c := range helpChapters() {
		fmt.Fprintf(&b, "\n## %s\n", c.Heading)
		for _, e := range c.Entries {
			fmt.Fprintf(&b, "\n<a id=\"%s\"></a>\n\n### %s\n\n> %s\n\n**%s**\n\n%s\n", e.Reason, e.Title, e.Sentence, e.Remedy, e.Why)
		}
	}
	return b.String()
}
