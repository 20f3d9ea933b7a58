package monitor

import (
	"fmt"
	"net/url"
	"strings"
	"text/tabwriter"
	"time"
)

// Text is the comparison as plain text, for a message to SuperOffice: what is asked about, when that was, and all that changes, in
// columns. It holds no secret.
func (c Comparison) Text(site Site, owner string, at time.Time) string {
	var b strings.Builder
	table := func(head string, rows func(row func(cells ...string))) {
		if head != "" {
			b.WriteString("\n" + head + "\n")
		}
		w := tabwriter.NewWriter(&b, 0, 0, 3, ' ', 0)
		rows(func(cells ...string) { fmt.Fprintln(w, strings.TrimRight(strings.Join(cells, "\t"), "\t")) })
		w.Flush() // a Builder takes everything
	}
	table("", func(row func(...string)) {
		for _, f := range [][2]string{
			{"Site", site.Name}, {"Address", addressOf(site)}, {"Services", site.Services}, {"Owner", owner},
			{"Asked at", at.Format("2 January 2006, 15:04")}, {"Outcome", c.Headline}, {"Reason", c.Reason},
		} {
			if text := Harmless(f[1], 600); text != "" {
				row(f[0]+":", text)
			}
		}
	})
	if len(c.Facts) == 0 {
		return b.String()
	}
	table("Licence", func(row func(...string)) {
		row("", "Now", "New", "")
		for _, f := range c.Facts {
			words := "unchanged"
			if f.Changed() {
				words = "changed"
			}
			row(f.Name, textCell(f.Now), textCell(f.New), words)
		}
		for _, d := range c.Dates {
			row(d.Name, d.Now.Words(), d.New.Words(), d.Words())
		}
	})
	if len(c.Modules) > 0 {
		table("Modules that change", func(row func(...string)) {
			row("Module", "Name", "In use", "Now", "New", "Change")
			for _, m := range c.Modules {
				row(textCell(m.Name), textCell(m.module().Name), fmt.Sprint(m.InUse), SeatWords(m.Now), SeatWords(m.New), m.textWords())
			}
		})
	}
	b.WriteString("\n" + c.SameWords() + "\n")
	return b.String()
}

// SameWords counts the modules that do not change, in a sentence.
func (c Comparison) SameWords() string {
	switch {
	case c.Unlisted:
		return "The licence server did not tell the modules of the new licence."
	case len(c.Modules)+c.Same+c.SameHidden == 0:
		return "Neither licence lists a module."
	case c.Same+c.SameHidden == 0:
		return "No module stays as it is."
	case c.SameHidden == 0:
		return fmt.Sprintf("Unchanged: %s.", counted(c.Same, "module"))
	case c.Same == 0:
		return fmt.Sprintf("Unchanged: %s.", counted(c.SameHidden, "hidden module"))
	}
	return fmt.Sprintf("Unchanged: %s and %s.", counted(c.Same, "module"), counted(c.SameHidden, "hidden one"))
}

func (m ModuleChange) module() *Module {
	if m.Now != nil {
		return m.Now
	}
	return m.New
}

// textWords are all that is to say of a module's change, on one line.
func (m ModuleChange) textWords() string {
	words := m.Words()
	if short := m.ShortWords(); short != "" {
		words += "; " + short
	}
	if m.Hidden() {
		words += " (hidden)"
	}
	return words
}

// textCell is a text that leaves room for the columns beside it.
func textCell(s string) string {
	if s = Harmless(s, 48); s == "" {
		return "—"
	}
	return s
}

// addressOf is a site's address without what may stand in one that is nobody's business.
func addressOf(s Site) string {
	u, err := url.Parse(s.URL)
	if err != nil {
		return ""
	}
	u.User, u.RawQuery, u.Fragment = nil, "", ""
	return u.String()
}
