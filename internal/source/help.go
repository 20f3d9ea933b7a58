package source

import (
	_ "embed"
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
