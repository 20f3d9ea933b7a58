package report

import (
	"bufio"
	_ "embed"
	"html/template"
	"io"
	"net/url"
	"time"

	"licensewatch/internal/caldate"
	"licensewatch/monitor"
)

//go:embed page.html
var pageText string

var pageTemplate = template.Must(template.New("page").Parse(pageText))

// page is what the template shows: texts, already harmless.
type page struct {
	Severity  string
	Counts    string
	CheckedAt string
	Outages   []line
	Problems  []card
	Fine      []card
}

// card is one owner, or a site as a whole.
type card struct {
	Severity        string
	Site, Owner     string
	Host            string // of the site
	Licence         string // "Fjord AS, 1010000014"
	Expiry, Message string
	Remarks         []line
	Dates           []dateLine
	Modules         []monitor.Module
	LastAnswer      string
}

type line struct {
	Severity, Text, Action, Link, Host string
}

type dateLine struct{ Label, Date, Days string }

// HTML writes the snapshot as a page that stands alone: no script, nothing from elsewhere, light or dark as
// the browser wants, and it prints. Days are counted from now's own date.
func HTML(w io.Writer, s monitor.Snapshot, now time.Time) error {
	return writeHTML(w, Input{Snapshot: s}, now)
}

func writeHTML(w io.Writer, in Input, now time.Time) error {
	s := in.Snapshot
	all := entries(s)
	p := page{
		Severity: Worst(s).String(), Counts: counts(all),
		CheckedAt: checkedAt(s, now).In(now.Location()).Format("2 January 2006, 15:04"),
	}
	for _, o := range s.Outages {
		p.Outages = append(p.Outages, lineOf(remarkOf(o.Finding)))
	}
	for _, e := range all {
		if c := cardOf(e, now); e.severity > monitor.OK {
			p.Problems = append(p.Problems, c)
		} else {
			p.Fine = append(p.Fine, c)
		}
	}
	out := bufio.NewWriter(w)
	if err := pageTemplate.Execute(out, p); err != nil {
		return err
	}
	return out.Flush()
}

func lineOf(r remark) line {
	return line{r.severity.String(), r.text, r.action, r.link, host(r.link)}
}

func cardOf(e entry, now time.Time) card {
	today := caldate.Of(now)
	c := card{
		Severity: e.severity.String(), Site: monitor.Harmless(e.site.Site.Name, short), Host: host(e.site.Site.URL),
		Expiry: e.expiryWords(today), Message: e.message(), LastAnswer: "never",
	}
	for _, r := range e.remarks() {
		c.Remarks = append(c.Remarks, lineOf(r))
	}
	answered := e.site.LicencesAt
	if o := e.owner; o != nil {
		c.Owner, answered = monitor.Harmless(o.Owner, short), o.VerdictAt
		if l := o.Licence; l != nil {
			c.Licence = commas(l.Description, l.Company, l.Serial)
			c.Dates = dateLines(l.Dates, today)
			c.Modules = modules(l.Modules)
		}
	}
	if !answered.IsZero() {
		c.LastAnswer = answered.In(now.Location()).Format("2 January 2006, 15:04")
	}
	return c
}

// commas joins what is not empty.
func commas(texts ...string) string {
	joined := ""
	for _, t := range texts {
		t = monitor.Harmless(t, short)
		if t == "" {
			continue
		}
		if joined != "" {
			joined += ", "
		}
		joined += t
	}
	return joined
}

func dateLines(d monitor.Dates, today caldate.Date) []dateLine {
	all := []struct {
		label string
		date  caldate.Date
	}{
		{"Expires", d.Expiry},
		{"Modules stop", d.Grace},
		{"Warning from", d.AdminWarning},
		{"Maintenance until", d.Maintenance},
		{"Next check by the site", d.NextCheck},
	}
	lines := make([]dateLine, len(all))
	for i, a := range all {
		lines[i] = dateLine{Label: a.label, Date: a.date.Words()}
		if !a.date.IsDay() {
			continue
		}
		switch n := a.date.DaysFrom(today); {
		case n == 0:
			lines[i].Days = "today"
		case n > 0:
			lines[i].Days = "in " + monitor.Days(n)
		default:
			lines[i].Days = monitor.Days(-n) + " ago"
		}
	}
	return lines
}

// modules returns those that SuperOffice shows too.
func modules(all []monitor.Module) []monitor.Module {
	var shown []monitor.Module
	for _, m := range all {
		if m.Hidden {
			continue
		}
		m.Name, m.Description, m.Type = monitor.Harmless(m.Name, short), monitor.Harmless(m.Description, short), monitor.Harmless(m.Type, short)
		if m.Description == "" {
			m.Description = m.Name
		}
		shown = append(shown, m)
	}
	return shown
}

// host returns the host of an address, "" if it has none.
func host(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return monitor.Harmless(u.Host, short)
}
