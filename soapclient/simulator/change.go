package simulator

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"licensewatch/internal/caldate"
)

// Change is one thing that happens at a site or to one of its owners. ParseChange and ParseStory make it.
type Change struct {
	Site  string
	Owner string // "": the whole site
	what  effect
}

// String returns the change as a story writes it: "Head office SUPEROFFICE status Ok".
func (c Change) String() string {
	if c.Owner == "" {
		return c.Site + " " + c.what.String()
	}
	return c.Site + " " + c.Owner + " " + c.what.String()
}

// effect is what a change does: a fault, an ownerEffect or a tenantEffect.
type effect interface{ fmt.Stringer }

// ownerEffect is what a change does to an owner.
type ownerEffect interface {
	effect
	apply(o *Owner, today caldate.Date) error
}

// statusWords are NetServer's own words for the state of a licence (domain.md §4.5).
var statusWords = []string{"Ok", "NewLicenseAvailable", "NewCompanyNameAvailable", "NewSerialAvailable", "UseCustomMessage",
	"UseCustomMessageAndUrl", newLicenseActivated, "ProblemWithLicense", "UnknownError"}

// newLicenseActivated exists in Services88 only (domain.md §1.4).
const newLicenseActivated = "NewLicenseActivated"

// status is a word of statusWords, or another.
type status string

func (s status) String() string {
	if slices.Contains(statusWords, string(s)) {
		return "status " + string(s)
	}
	return "status " + strconv.Quote(string(s))
}

func (s status) apply(o *Owner, _ caldate.Date) error {
	o.Status = string(s)
	if s == "Ok" {
		o.Message, o.URL = "", ""
	}
	return nil
}

type message struct{ text, url string }

func (m message) String() string {
	s := "message " + strconv.Quote(m.text)
	if m.url != "" {
		s += " url " + strconv.Quote(m.url)
	}
	return s
}

func (m message) apply(o *Owner, _ caldate.Date) error {
	o.Message, o.URL = m.text, m.url
	return nil
}

type seats struct {
	module       string
	inUse, total int
}

func (s seats) String() string { return fmt.Sprintf("seats %s %d/%d", s.module, s.inUse, s.total) }

func (s seats) apply(o *Owner, _ caldate.Date) error {
	m := o.Licence.module(s.module)
	if m == nil {
		return fmt.Errorf("there is no module %s any more", s.module)
	}
	m.InUse, m.Total = s.inUse, s.total
	return nil
}

func (s seats) needs() string { return s.module }

// dateMove sets one date: to a day, none or never, or so many days from the day when it is applied.
type dateMove struct {
	field    string
	to       caldate.Date
	days     int
	relative bool
}

// dateFields are the five dates of a licence under the story's names.
var dateFields = []string{"next-check", "maintenance", "warning", "expiry", "grace"}

func (d dateMove) String() string {
	to := d.to.String()
	switch {
	case d.relative:
		to = fmt.Sprintf("%+dd", d.days)
	case d.to.IsNone():
		to = "none"
	}
	return "date " + d.field + " " + to
}

func (d dateMove) apply(o *Owner, today caldate.Date) error {
	d.move(&o.Licence, today)
	return nil
}

// move sets the date of l.
func (d dateMove) move(l *Licence, today caldate.Date) {
	to := d.to
	if d.relative {
		to = today.AddDays(d.days)
	}
	*map[string]*caldate.Date{
		"next-check": &l.NextCheck, "maintenance": &l.Maintenance, "warning": &l.Warning, "expiry": &l.Expiry, "grace": &l.Grace,
	}[d.field] = to
}

// verbs are the effects that an owner knows beside fault.
var verbs = map[string]func(*words) (effect, error){"status": parseStatus, "message": parseMessage, "seats": parseSeats, "date": parseDate, "offer": parseOffer}

func parseStatus(w *words) (effect, error) {
	word, quoted, err := w.next()
	if err != nil || word == "" {
		return nil, fmt.Errorf("status needs a word, one of %s", strings.Join(statusWords, ", "))
	}
	if !quoted && !slices.Contains(statusWords, word) {
		return nil, fmt.Errorf("NetServer knows no status %s; say one of %s, or put it in quotes", word, strings.Join(statusWords, ", "))
	}
	return status(word), nil
}

func parseMessage(w *words) (effect, error) {
	text, quoted, err := w.next()
	if err != nil || !quoted {
		return nil, errors.New(`message needs a text in quotes, and may have a link: message "text" url "https://…"`)
	}
	m := message{text: text}
	if w.done() {
		return m, nil
	}
	if word, _, _ := w.next(); word != "url" {
		return nil, errors.New(`after the message's text only url "https://…" may stand`)
	}
	if m.url, _, err = w.next(); err != nil || m.url == "" {
		return nil, errors.New(`url needs an address in quotes`)
	}
	return m, nil
}

func parseSeats(w *words) (effect, error) {
	module, _, err := w.next()
	count, _, err2 := w.next()
	inUse, total, ok := strings.Cut(count, "/")
	used, err3 := parseCount(inUse)
	all, err4 := parseCount(total)
	if err := errors.Join(err, err2, err3, err4); err != nil || !ok {
		return nil, errors.New("seats needs a module and the seats in use and owned: seats ten-sales 21/21")
	}
	return seats{module, used, all}, nil
}

// parseCount reads an int of NetServer's size that is not negative.
func parseCount(s string) (int, error) {
	n, err := strconv.ParseUint(s, 10, 31)
	return int(n), err
}

func parseDate(w *words) (effect, error) {
	field, _, err := w.next()
	to, _, err2 := w.next()
	if errors.Join(err, err2) != nil || !slices.Contains(dateFields, field) {
		return nil, fmt.Errorf("date needs one of %s and a day: date expiry +5d, or 2027-06-30, none, never", strings.Join(dateFields, ", "))
	}
	d := dateMove{field: field}
	switch {
	case to == "none":
		return d, nil
	case to == "never":
		d.to = caldate.Never
		return d, nil
	case strings.HasSuffix(to, "d") && strings.ContainsAny(to[:1], "+-"):
		days, err := strconv.ParseInt(strings.TrimSuffix(to, "d"), 10, 17)
		if err == nil {
			d.days, d.relative = int(days), true
			return d, nil
		}
	default:
		day, err := time.Parse(time.DateOnly, to)
		if d.to = caldate.Of(day); err == nil && d.to.IsDay() {
			return d, nil
		}
	}
	return nil, fmt.Errorf("%q is not a day; say +5d, -3d, 2027-06-30, none or never", to)
}
