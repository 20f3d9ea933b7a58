package report

import (
	"cmp"
	"fmt"
	"html/template"
	"net/url"
	"slices"
	"strings"
	"time"

	"licensewatch/internal/caldate"
	"licensewatch/internal/picture"
	"licensewatch/monitor"
)

// form is how much a card tells.
type form int

const (
	brief  form = iota // findings and expiry
	worded             // and the dates and seats in words
	full               // and pictures, and the past
)

// template returns the name of the form's template.
func (f form) template() string {
	if f == brief {
		return "brief"
	}
	return "card"
}

// How much of a licence a card lists.
const (
	briefRemarks = 3
	listedSeats  = 12
	listedEvents = 5
)

// card is one owner, or a site as a whole.
type card struct {
	Number     int
	Severity   string
	Name       string
	Licence    string // "SuperOffice AS, Fjord AS, 1010000014"
	Where      string // "crm.example.com, Services86"
	Expiry     string
	Remarks    []line
	Unsaid     int // remarks that are not listed
	Message    string
	DateLine   template.HTML
	Dates      []dateLine
	Seats      []seat
	MoreSeats  int
	System     string // the modules that are in force for all, by name
	Timeline   template.HTML
	Changes    []change
	History    bool
	Answer     string
	AnswerTime string
}

type line struct {
	Severity, Text, Action, Link, Host string
}

type dateLine struct{ Severity, Words string }

// seat is a module that is given to people.
type seat struct {
	Name    string
	Plan    bool
	Over    bool // more are in use than owned
	Bar     template.HTML
	Words   string
	Outlook string
}

// The widths of pictures, in pixels: of those that are as wide as a sheet of paper allows, and of those within tables.
const (
	wide   = 640
	narrow = 140
)

func paper(width float32) picture.Paper {
	return picture.Paper{Width: width, Measure: picture.Approximate}
}

// drawn returns a picture for the page; its text alternative is within.
func drawn(p picture.Picture) template.HTML {
	p.Spots = nil // there is nobody to ask
	var svg strings.Builder
	picture.SVG(&svg, p) // a Builder takes everything
	return template.HTML(svg.String())
}

// change is what happened at some instant.
type change struct{ Day, Severity, Text string }

func lineOf(r remark, limit int) line {
	return line{r.severity.String(), monitor.Harmless(r.text, limit), monitor.Harmless(r.action, limit), r.link, host(r.link)}
}

func cardOf(in Input, e entry, number int, f form, now time.Time) card {
	today := caldate.Of(now)
	c := card{
		Number: number, Severity: e.severity.String(), Name: e.title(), Expiry: e.expiryWords(today),
		Answer: age(e.answered(), now),
	}
	if t := e.answered(); !t.IsZero() {
		c.AnswerTime = clock(t, now)
	}
	limit, said := long, long
	if f == brief {
		limit, said = 2*short, short
	}
	for _, r := range e.remarks() {
		if f == brief && len(c.Remarks) == briefRemarks {
			c.Unsaid++
			continue
		}
		c.Remarks = append(c.Remarks, lineOf(r, limit))
	}
	c.Message = monitor.Harmless(e.message(), said)
	if e.owner != nil && e.owner.Licence != nil {
		c.Licence = commas(e.owner.Licence.Description, e.owner.Licence.Company, e.owner.Licence.Serial)
	}
	if f > brief {
		c.tell(in, e, f, now)
	}
	return c
}

// tell adds what a brief card leaves out.
func (c *card) tell(in Input, e entry, f form, now time.Time) {
	c.Where = commas(host(e.site.Site.URL), e.site.Site.Services)
	if e.owner != nil && e.owner.Licence != nil {
		today := caldate.Of(now)
		dates := e.owner.Countdowns(today)
		for _, d := range dates {
			if !d.Date.IsNone() {
				c.Dates = append(c.Dates, dateLine{d.Severity.String(), d.Words})
			}
		}
		var series map[string]monitor.SeatSeries
		if f == full {
			c.DateLine = drawn(picture.DateLine(dates, today, paper(wide)))
			series = in.seats(e)
		}
		c.seat(e.owner.Licence.Modules, series, f == full)
	}
	if f == full && in.Past != nil {
		past := in.Past(e.site.Site.Name, e.ownerID())
		c.History, c.Changes = true, changes(past.Events, now)
		c.Timeline = drawn(picture.Timeline(past, now.AddDate(-1, 0, 0), now, paper(wide)))
	}
}

// seat adds the modules that SuperOffice shows too: user plans first, then where fewest are free.
func (c *card) seat(all []monitor.Module, series map[string]monitor.SeatSeries, bars bool) {
	var system []string
	var given []monitor.Module
	for _, m := range modules(all) {
		if m.Type == userLicence || m.Plan {
			given = append(given, m)
		} else {
			system = append(system, m.Description)
		}
	}
	slices.SortStableFunc(given, bySeats)
	for i, m := range given {
		if i == listedSeats {
			c.MoreSeats = len(given) - i
			break
		}
		s := seat{
			Name: m.Description, Plan: m.Plan, Over: over(m) > 0, Words: seatWords(m),
			Outlook: monitor.Harmless(series[m.Name].Forecast.Words, 2*short),
		}
		if bars {
			s.Bar = drawn(picture.SeatBar(m, picture.Paper{Width: narrow, Bare: true}))
		}
		c.Seats = append(c.Seats, s)
	}
	c.System = monitor.Harmless(strings.Join(system, ", "), 5*short)
}

// over returns how many seats are in use beyond what is owned.
func over(m monitor.Module) int {
	if m.Unrestricted {
		return 0
	}
	return max(0, m.InUse-m.Total)
}

// seatWords says how the seats of a module are used.
func seatWords(m monitor.Module) string {
	switch over := over(m); {
	case m.Unrestricted:
		return fmt.Sprintf("%d in use, no limit", m.InUse)
	case m.Uncounted:
		return fmt.Sprintf("%d owned, use not known", m.Total)
	case over > 0:
		return fmt.Sprintf("%d of %d, %d over", m.InUse, m.Total, over)
	}
	return fmt.Sprintf("%d of %d, %d free", m.InUse, m.Total, m.Total-m.InUse)
}

func bySeats(a, b monitor.Module) int {
	last := func(b bool) int {
		if b {
			return 1
		}
		return 0
	}
	return cmp.Or(last(b.Plan)-last(a.Plan), last(a.Unrestricted)-last(b.Unrestricted), cmp.Compare(a.Total-a.InUse, b.Total-b.InUse))
}

// changes puts the latest events in words, the newest first.
func changes(events []monitor.Event, now time.Time) []change {
	var list []change
	for _, e := range slices.Backward(events) {
		if len(list) == listedEvents {
			break
		}
		list = append(list, change{e.At.In(now.Location()).Format("2 January 2006"), e.To.String(), eventWords(e)})
	}
	return list
}

// eventWords says what happened in one sentence.
func eventWords(e monitor.Event) string {
	switch {
	case len(e.Appeared) > 0:
		return monitor.Harmless(e.Appeared[0].Text, 2*short)
	case e.To == monitor.OK:
		return "All was well again."
	case len(e.Gone) > 0:
		return monitor.Harmless("No longer: "+e.Gone[0].Text, 2*short)
	}
	return fmt.Sprintf("It went from %s to %s.", e.From, e.To)
}

// commas joins what is not empty.
func commas(texts ...string) string {
	var parts []string
	for _, t := range texts {
		if t = monitor.Harmless(t, short); t != "" {
			parts = append(parts, t)
		}
	}
	return strings.Join(parts, ", ")
}

// modules returns those that SuperOffice shows too, fit to be shown.
func modules(all []monitor.Module) []monitor.Module {
	var shown []monitor.Module
	for _, m := range all {
		if m.Hidden {
			continue
		}
		m.Name, m.Description, m.Type = monitor.Harmless(m.Name, short), monitor.Harmless(m.Description, short), monitor.Harmless(m.Type, short)
		m.Description = cmp.Or(m.Description, m.Name)
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
