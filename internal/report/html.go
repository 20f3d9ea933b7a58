package report

import (
	"bufio"
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"time"

	"licensewatch/internal/picture"
	"licensewatch/monitor"
)

var (
	//go:embed page.html
	pageText string
	//go:embed card.html
	cardText string
	//go:embed page.css
	pageStyle string

	pageTemplate = template.Must(template.Must(template.New("page").Parse(pageText)).Parse(cardText))
)

// roomy is how many bytes the page may have before it tells less of each licence: people send it by mail.
const roomy = 950_000

// page is what the template shows: texts, already harmless.
type page struct {
	Style    template.CSS
	Severity string
	Counts   string
	Made, At string // when it was written, and what it shows
	Day      string
	Version  string
	Paused   string
	Demo     bool
	Sites    int
	Tiles    []tile
	Tasks    []task
	Later    int // tasks that are not listed
	Cards    []template.HTML
	Full     int // of the cards: with pictures and the past
	Brief    int // of the cards: without dates and seats, too
	Rest     []row
}

// tile counts the licences of one severity.
type tile struct {
	Severity, Meaning string
	Count             int
}

var meanings = map[monitor.Severity]string{
	monitor.Critical: "users lose, or have lost, something",
	monitor.Unknown:  "no trustworthy answer",
	monitor.Warning:  "something to do, nobody is hurt yet",
	monitor.OK:       "nothing to do",
}

// writeHTML writes a page that stands alone: no script, nothing from elsewhere, light or dark as the browser wants, and it prints on
// A4. It has what needs doing, a card for each licence in trouble, and a table of the others. Where there are so many cards that the page
// would grow beyond what can be sent by mail, only the first have pictures, and the last tell the findings alone; the page says so.
func writeHTML(w io.Writer, in Input, now time.Time) error {
	s := in.Snapshot
	all := entries(s)
	p := page{
		Style: styleOf(now), Severity: Worst(s).String(), Counts: counts(all), Demo: in.Demo, Version: monitor.Harmless(in.Version, short),
		Made: clock(now, now), At: clock(checkedAt(s, now), now), Day: now.Format("2 January 2006"), Sites: len(s.Sites),
	}
	if text := paused(s, now); text != "" {
		p.Paused = "Nobody is asked: " + text[2:] + "."
	}
	for severity := monitor.Critical; severity >= monitor.OK; severity-- {
		p.Tiles = append(p.Tiles, tile{severity.String(), meanings[severity], count(all, severity)})
	}
	troubled, well := split(all, now)
	p.Tasks, p.Later = tasks(s.Outages, troubled)
	for _, e := range well {
		p.Rest = append(p.Rest, rowOf(e, now))
	}
	var frame bytes.Buffer
	if err := pageTemplate.Execute(&frame, p); err != nil {
		return err
	}
	var err error
	var forms [full + 1]int
	if p.Cards, forms, err = cards(in, troubled, roomy-frame.Len(), now); err != nil {
		return err
	}
	p.Full, p.Brief = forms[full], forms[brief]
	out := bufio.NewWriter(w)
	if err := pageTemplate.Execute(out, p); err != nil {
		return err
	}
	return out.Flush()
}

// styleOf returns the page's style, with the date on each sheet of paper.
func styleOf(now time.Time) template.CSS {
	return template.CSS(picture.Style + pageStyle + `@page { @top-right { content: "` + clock(now, now) + `" } }`)
}

// cards renders a card for each entry, which may have room bytes in all, as far as the shortest fit. No card is fuller than one before
// it. It returns how many there are of each form.
func cards(in Input, troubled []entry, room int, now time.Time) (list []template.HTML, forms [full + 1]int, err error) {
	list, forms[brief] = make([]template.HTML, len(troubled)), len(troubled)
	for i, e := range troubled {
		if list[i], err = rendered(in, e, i, brief, now); err != nil {
			return nil, forms, err
		}
		room -= len(list[i])
	}
	has := make([]form, len(list))
	for _, pass := range []struct {
		form form
		to   int
	}{{full, min(pictured, len(list))}, {worded, len(list)}, {full, len(list)}} { // words for all go before pictures for many
		for i := range pass.to {
			if has[i] >= pass.form {
				continue
			}
			fuller, err := rendered(in, troubled[i], i, pass.form, now)
			if err != nil {
				return nil, forms, err
			}
			if room -= len(fuller) - len(list[i]); room < 0 {
				room += len(fuller) - len(list[i])
				break
			}
			forms[has[i]]--
			forms[pass.form]++
			list[i], has[i] = fuller, pass.form
		}
	}
	return list, forms, nil
}

// pictured is how many cards have pictures, and the past, before all the others have their dates and seats in words.
const pictured = 12

func rendered(in Input, e entry, i int, f form, now time.Time) (template.HTML, error) {
	var text bytes.Buffer
	err := pageTemplate.ExecuteTemplate(&text, f.template(), cardOf(in, e, i+1, f, now))
	return template.HTML(text.String()), err
}

// clock returns an instant to the minute, in now's zone.
func clock(t, now time.Time) string { return t.In(now.Location()).Format("2 January 2006, 15:04") }

// age says how long ago an answer came.
func age(t, now time.Time) string {
	switch d := now.Sub(t); {
	case t.IsZero():
		return "never"
	case d < time.Minute:
		return "just now"
	case d < time.Hour:
		return fmt.Sprintf("%d min ago", int(d.Minutes()))
	case d < 48*time.Hour:
		return fmt.Sprintf("%d h ago", int(d.Hours()))
	default:
		return monitor.Days(int(d.Hours()/24)) + " ago"
	}
}
