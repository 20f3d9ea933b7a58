package source

import (
	_ "embed"
	"html/template"
	"io"
	"strings"

	"licensewatch/monitor"
)

// HelpPage writes all that there is to know about findings and failures as one HTML page that needs nothing else; the anchors are
// monitor.Finding's topics.
func HelpPage(w io.Writer) error {
	return helpPage.Execute(w, struct {
		Parts    []part
		Chapters []helpChapter
	}{parts, helpChapters()})
}

//go:embed help.html
var helpText string

var helpPage = template.Must(template.New("help").Parse(helpText))

// part gathers guides under a heading.
type part struct {
	Heading string
	Guides  []Guide
}

var parts = []part{
	{"What the licence server says", statusGuides},
	{"What Licensewatch finds", findingGuides},
}

// helpChapter is a chapter of failures as the help shows it.
type helpChapter struct {
	Topic   string
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
		topic := monitor.Finding{Kind: monitor.FindingUnreadable, Failure: c.kind}.Topic()
		list = append(list, helpChapter{topic, c.heading, of})
	}
	return list
}
