package simulator

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"licensewatch/internal/caldate"
)

// OfferForms are what can happen to the licence that an owner's licence server holds ready, as a story writes it.
const OfferForms = `offer seats ten-sales 26 | module new-plan 10 | without ten-service | date expiry +585d | company "Fjord Group AS" | serial 1010000014 | none | activate`

// offer is a change of the licence that waits. The first one makes it of the licence in force; "none" takes it away, and
// "activate" brings it into force as Settings and maintenance does.
type offer struct {
	verb  string   // a word of offerVerbs
	name  string   // of a module, a company, a serial number
	seats int      // of a module
	date  dateMove // of the licence
}

// offerVerbs read what follows each verb.
var offerVerbs = map[string]func(*words, *offer) error{
	"seats": readSeats, "module": readSeats, "without": readName, "company": readName, "serial": readName,
	"date": func(w *words, o *offer) error {
		e, err := parseDate(w)
		if err == nil {
			o.date = e.(dateMove)
		}
		return err
	},
	"none":     func(*words, *offer) error { return nil },
	"activate": func(*words, *offer) error { return nil },
}

func parseOffer(w *words) (effect, error) {
	o := offer{}
	o.verb, _, _ = w.next()
	read := offerVerbs[o.verb]
	if read == nil {
		return nil, fmt.Errorf("%q is nothing that happens to a licence that waits; say one of: %s", o.verb, OfferForms)
	}
	err := read(w, &o)
	return o, err
}

func readName(w *words, o *offer) error {
	name, _, err := w.next()
	if err != nil || name == "" {
		return fmt.Errorf(`offer %s needs a word, or several in quotes: offer company "Fjord Group AS"`, o.verb)
	}
	o.name = name
	return nil
}

func readSeats(w *words, o *offer) error {
	name, _, err := w.next()
	count, _, err2 := w.next()
	seats, err3 := parseCount(count)
	if errors.Join(err, err2, err3) != nil || name == "" {
		return fmt.Errorf("offer %s needs a module and its seats: offer %s ten-sales 26", o.verb, o.verb)
	}
	o.name, o.seats = name, seats
	return nil
}

// needs returns the module that the licence in force must have for o to make sense; "": none.
func (o offer) needs() string {
	if o.verb == "seats" || o.verb == "without" {
		return o.name
	}
	return ""
}

func (o offer) String() string {
	s := "offer " + o.verb
	switch o.verb {
	case "seats", "module":
		return fmt.Sprintf("%s %s %d", s, word(o.name), o.seats)
	case "without", "company", "serial":
		return s + " " + word(o.name)
	case "date":
		return "offer " + o.date.String()
	}
	return s
}

// word is s as words.next reads it back.
func word(s string) string {
	if strings.ContainsFunc(s, func(r rune) bool {
		return !(r == '-' || r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z')
	}) {
		return strconv.Quote(s)
	}
	return s
}

func (o offer) apply(to *Owner, today caldate.Date) error {
	switch o.verb {
	case "none":
		to.Offer = nil
		return nil
	case "activate":
		return to.activate()
	}
	if to.Offer == nil {
		to.Offer = new(to.Licence)
		to.Offer.Modules = slices.Clone(to.Licence.Modules)
	}
	l := to.Offer
	switch o.verb {
	case "date":
		o.date.move(l, today)
	case "company":
		l.Company = o.name
	case "serial":
		l.Serial = o.name
	case "without":
		l.Modules = slices.DeleteFunc(l.Modules, func(m Module) bool { return m.Name == o.name })
	default:
		m := l.module(o.name)
		if m == nil {
			title := []rune(strings.ReplaceAll(o.name, "-", " "))
			title[0] = unicode.ToUpper(title[0])
			l.Modules = append(l.Modules, plan(o.name, string(title), "Can be assigned", "user,web", 0, 0))
			m = &l.Modules[len(l.Modules)-1]
		}
		m.Total = o.seats
	}
	return nil
}

// activate brings the licence that waits into force. Who has what stays, and all is well then.
func (o *Owner) activate() error {
	next := o.waiting()
	if next == nil {
		return errors.New("no new licence waits there")
	}
	if why := overAssigned(&o.Licence, next); why != "" {
		return errors.New(why)
	}
	for i := range next.Modules {
		m := &next.Modules[i]
		m.InUse = 0
		if now := o.Licence.module(m.Name); now != nil {
			m.InUse = now.InUse
		}
	}
	o.Licence, o.Offer = *next, nil
	return status("Ok").apply(o, caldate.Date{})
}

// waiting returns the licence that the owner's licence server holds ready, or nil if there is none. Where nobody said which, it
// follows from the status: another year and five more seats in each plan, another company name, another serial number.
func (o *Owner) waiting() *Licence {
	next := o.Licence
	if o.Offer != nil {
		next = *o.Offer
	}
	next.Modules = slices.Clone(next.Modules)
	switch {
	case o.Offer != nil:
	case o.Status == "NewLicenseAvailable":
		for _, d := range []*caldate.Date{&next.Maintenance, &next.Warning, &next.Expiry, &next.Grace} {
			*d = d.AddDays(365)
		}
		for i := range next.Modules {
			if next.Modules[i].ExtraFlags == 1 {
				next.Modules[i].Total += 5
			}
		}
	case o.Status == "NewCompanyNameAvailable":
		next.Company += " Group"
	case o.Status == "NewSerialAvailable":
		next.Serial = "1099000012"
	default:
		return nil
	}
	return &next
}

// overAssigned returns why a waiting licence cannot be activated: more seats in use than it has (domain.md §4.1). A licence for
// the whole site is assigned to nobody. "" is that it can, or that none waits.
func overAssigned(now, waiting *Licence) string {
	if now == nil || waiting == nil {
		return ""
	}
	for _, m := range now.Modules {
		var next Module
		if found := waiting.module(m.Name); found != nil {
			next = *found
		}
		if m.InUse > next.Total && !next.Unrestricted && m.Type != "SiteLicense" {
			return "More licences of " + m.Description + " are assigned than the new licence has."
		}
	}
	return ""
}
