package monitor

import (
	"cmp"
	"fmt"
	"slices"

	"licensewatch/internal/caldate"
)

// DateKind is one of the five dates of a licence (domain.md §4.2). Its text is the date's key in JSON and may be kept.
type DateKind string

const (
	DateNextCheck    DateKind = "next_check"
	DateMaintenance  DateKind = "maintenance"
	DateAdminWarning DateKind = "admin_warning"
	DateExpiry       DateKind = "expiry"
	DateGrace        DateKind = "grace"
)

// Countdown says what happens on a date of a licence, and when.
type Countdown struct {
	Kind     DateKind     `json:"kind"`
	Title    string       `json:"title"` // two or three words, the same whatever the date
	Date     caldate.Date `json:"date"`  // as the licence has it, also where another date of it forestalls this one
	Days     int          `json:"days"`  // calendar days from today to Date, negative once it is past; 0 if Date is no day
	Severity Severity     `json:"severity"`
	Words    string       `json:"words"` // one sentence, which names the date
	// Apart marks maintenance: the running system goes on when it has ended, so that it is shown apart from the dates that
	// lead to the licence's end.
	Apart bool `json:"apart,omitempty"`
}

// Countdowns returns the five countdowns of a licence in the order in which they come: days, then what never comes, then what has no
// date. today is the date where somebody watches.
//
// Its severities are those of dates that are reached, as judgeDates has them; what the ladder warns of is in OwnerState.Countdowns.
//
// Dates that contradict each other are told as what follows from them:
//   - without an expiry, the grace date alone is the end;
//   - a grace date before the expiry stops nothing until the licence has expired, and then at once;
//   - reminders after the expiry are told as such, and change nothing.
func Countdowns(d Dates, today caldate.Date) []Countdown {
	list := []Countdown{
		{Kind: DateNextCheck, Title: "Next check", Date: d.NextCheck, Words: d.nextCheckWords(today)},
		{Kind: DateAdminWarning, Title: "Reminders begin", Date: d.AdminWarning, Words: d.adminWarningWords(today)},
		{Kind: DateMaintenance, Title: "Maintenance ends", Date: d.Maintenance, Words: d.maintenanceWords(today), Apart: true},
		{Kind: DateExpiry, Title: "Licence expires", Date: d.Expiry, Words: d.expiryWords(today)},
		{Kind: DateGrace, Title: "Modules stop", Date: d.Grace, Words: d.graceWords(today)},
	}
	for i := range list {
		c := &list[i]
		if c.Date.IsDay() {
			c.Days = c.Date.DaysFrom(today)
		}
		c.Severity = d.severity(c.Kind, today)
	}
	slices.SortStableFunc(list, func(a, b Countdown) int {
		return cmp.Or(cmp.Compare(rank(a.Date), rank(b.Date)), cmp.Compare(a.Days, b.Days))
	})
	return list
}

// Countdowns returns the countdowns of the owner's licence, nil if none is known. The date that ends it is a warning from the step of
// the ladder on at which the owner was warned.
func (o OwnerState) Countdowns(today caldate.Date) []Countdown {
	if o.Licence == nil {
		return nil
	}
	list := Countdowns(o.Licence.Dates, today)
	if slices.ContainsFunc(o.Findings, func(f Finding) bool { return f.Kind == FindingExpiring }) {
		_, end := o.Licence.Dates.end()
		for i := range list {
			if list[i].Kind == end && list[i].Date.IsDay() {
				list[i].Severity = max(list[i].Severity, Warning)
			}
		}
	}
	return list
}

// rank puts days before never and never before none.
func rank(d caldate.Date) int {
	switch {
	case d.IsDay():
		return 0
	case d.IsNever():
		return 1
	}
	return 2
}

// end returns the date that ends the licence: the grace date if it has no expiry.
func (d Dates) end() (caldate.Date, DateKind) {
	if !d.Expiry.IsDay() && d.Grace.IsDay() {
		return d.Grace, DateGrace
	}
	return d.Expiry, DateExpiry
}

// stopped reports whether modules are read-only or off. Before a licence has expired none is, whatever its grace date.
func (d Dates) stopped(today caldate.Date) bool {
	return d.Grace.Reached(today) && (d.Expiry.Reached(today) || !d.Expiry.IsDay())
}

// stop returns the day on which modules stop, if there is one.
func (d Dates) stop() caldate.Date {
	if d.early() {
		return d.Expiry
	}
	return d.Grace
}

// early reports whether the grace date is before the expiry, which it should follow.
func (d Dates) early() bool {
	return d.Grace.IsDay() && d.Expiry.IsDay() && d.Grace.DaysFrom(d.Expiry) < 0
}

// severity says what it means today that the date of that kind is near or reached.
func (d Dates) severity(kind DateKind, today caldate.Date) Severity {
	end, last := d.end()
	switch {
	case kind == DateExpiry && d.Expiry.Reached(today),
		kind == DateGrace && (d.stopped(today) || d.Grace.IsDay() && d.Expiry.Reached(today)):
		return Critical
	case kind == DateMaintenance && d.Maintenance.Reached(today),
		kind == DateAdminWarning && d.AdminWarning.Reached(today),
		kind == last && end.IsDay() && d.AdminWarning.Reached(today):
		return Warning
	}
	return OK
}

func (d Dates) nextCheckWords(today caldate.Date) string {
	switch {
	case d.NextCheck.IsNone():
		return "No date is set on which the site asks its issuer for a new licence."
	case d.NextCheck.IsNever():
		return "The site does not ask its issuer for a new licence by itself."
	case d.NextCheck.DaysFrom(today) < 0:
		return fmt.Sprintf("The site was due to ask its issuer for a new licence %s.", when(d.NextCheck, today))
	}
	return fmt.Sprintf("The site asks its issuer for a new licence %s.", when(d.NextCheck, today))
}

func (d Dates) adminWarningWords(today caldate.Date) string {
	late := ""
	if d.AdminWarning.IsDay() && d.Expiry.IsDay() && d.AdminWarning.DaysFrom(d.Expiry) > 0 {
		late = ", after the expiry"
	}
	switch {
	case d.AdminWarning.IsNone():
		return "No date is set on which reminders begin."
	case d.AdminWarning.IsNever():
		return "Reminders do not begin."
	case d.AdminWarning.Reached(today):
		return fmt.Sprintf("Reminders began %s%s.", when(d.AdminWarning, today), late)
	}
	return fmt.Sprintf("Reminders begin %s%s.", when(d.AdminWarning, today), late)
}

func (d Dates) maintenanceWords(today caldate.Date) string {
	switch {
	case d.Maintenance.IsNone():
		return "No date is set on which maintenance ends."
	case d.Maintenance.IsNever():
		return "Maintenance does not end."
	}
	from := d.Maintenance.Words()
	switch n := d.Maintenance.DaysFrom(today); {
	case n < 0:
		return fmt.Sprintf("Upgrades refuse to install since %s: maintenance ended %s.", from, InDays(n))
	case n == 0:
		return fmt.Sprintf("Upgrades refuse to install from today on, %s: maintenance has ended.", from)
	default:
		return fmt.Sprintf("Upgrades will refuse to install from %s on: maintenance ends %s.", from, InDays(n))
	}
}

func (d Dates) expiryWords(today caldate.Date) string {
	switch {
	case !d.Expiry.IsDay() && d.Grace.IsDay():
		return "No expiry date is set: the date on which modules stop is the licence's end."
	case d.Expiry.IsNone():
		return "No expiry date is set: the licence does not end."
	case d.Expiry.IsNever():
		return "The licence does not end."
	case d.Expiry.Reached(today):
		return fmt.Sprintf("The licence expired %s.", when(d.Expiry, today))
	}
	return fmt.Sprintf("The licence expires %s.", when(d.Expiry, today))
}

func (d Dates) graceWords(today caldate.Date) string {
	switch {
	case d.Grace.IsNone():
		return "No date is set on which modules stop."
	case d.Grace.IsNever():
		return "Modules do not stop."
	case d.early() && d.stopped(today):
		return fmt.Sprintf("Modules became read-only or stopped when the licence expired: the date set for it, %s, was before.", d.Grace.Words())
	case d.early():
		return fmt.Sprintf("Modules become read-only or stop when the licence expires: the date set for it, %s, is before.", d.Grace.Words())
	case d.Grace.Reached(today):
		return fmt.Sprintf("Modules became read-only or stopped %s.", when(d.Grace, today))
	}
	return fmt.Sprintf("Modules become read-only or stop %s.", when(d.Grace, today))
}

// when puts a day in words, seen from today: "in 12 days, on 12 July 2027".
func when(d, today caldate.Date) string {
	n := d.DaysFrom(today)
	if n >= -1 && n <= 1 {
		return InDays(n) + ", " + d.Words()
	}
	return InDays(n) + ", on " + d.Words()
}

// InDays says how far away a day is that comes in n days: "in 12 days", "tomorrow", "3 days ago".
func InDays(n int) string {
	switch {
	case n == 0:
		return "today"
	case n == 1:
		return "tomorrow"
	case n == -1:
		return "yesterday"
	case n < 0:
		return Days(-n) + " ago"
	}
	return "in " + Days(n)
}
