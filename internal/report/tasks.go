package report

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"time"

	"licensewatch/internal/caldate"
	"licensewatch/monitor"
)

// How many tasks the summary lists, and for how many licences each.
const (
	listedTasks = 10
	listedCases = 4
)

// task is one thing to do, and what for.
type task struct {
	Severity string
	Text     string // what is wrong, if it is the same in all cases
	Action   string
	Cases    []taskCase
	More     int // cases that are not listed

	severity monitor.Severity
}

// taskCase is a licence for which a thing is to be done.
type taskCase struct {
	Card       int // its number, 0 if it is of no card
	Name, Text string
}

// tasks returns what is to be done, the most urgent first: findings that ask for the same are one task. later is how many it
// leaves out.
func tasks(outages []monitor.Outage, troubled []entry) (list []task, later int) {
	at := map[string]int{}
	add := func(r remark, c taskCase) {
		key := cmp.Or(r.action, r.text)
		i, known := at[key]
		if !known {
			i = len(list)
			at[key] = i
			list = append(list, task{Text: c.Text, Action: r.action, severity: r.severity})
		}
		t := &list[i]
		t.severity = max(t.severity, r.severity)
		if t.Text != c.Text {
			t.Text = ""
		}
		if len(t.Cases) == listedCases {
			t.More++
			return
		}
		t.Cases = append(t.Cases, c)
	}
	for _, o := range outages {
		r := remarkOf(o.Finding)
		add(r, taskCase{Text: r.text})
	}
	for i, e := range troubled {
		for _, r := range e.remarks() {
			if r.severity > monitor.OK && !r.outage {
				add(r, taskCase{Card: i + 1, Name: e.title(), Text: monitor.Harmless(r.text, 2*short)})
			}
		}
	}
	slices.SortStableFunc(list, func(a, b task) int { return cmp.Compare(b.severity, a.severity) })
	for i := range list {
		list[i].Severity = list[i].severity.String()
	}
	later = max(0, len(list)-listedTasks)
	return list[:len(list)-later], later
}

// split parts what needs somebody from what is well. Of one severity, what expires first is first.
func split(all []entry, now time.Time) (troubled, well []entry) {
	today := caldate.Of(now)
	left := func(e entry) int {
		if days, ok := e.daysLeft(today); ok {
			return days
		}
		return math.MaxInt
	}
	sorted := slices.Clone(all)
	slices.SortStableFunc(sorted, func(a, b entry) int {
		return cmp.Or(cmp.Compare(b.severity, a.severity), cmp.Compare(left(a), left(b)))
	})
	first := slices.IndexFunc(sorted, func(e entry) bool { return e.severity == monitor.OK })
	if first < 0 {
		return sorted, nil
	}
	return sorted[:first], sorted[first:]
}

// row is a licence that is well, in the table of those.
type row struct {
	Site, Owner, Company, Serial string
	Expires, Left                string
	Seats                        string
	Maintenance                  string
	Answer                       string
	Notes                        []string
}

func rowOf(e entry, now time.Time) row {
	today := caldate.Of(now)
	r := row{Site: monitor.Harmless(e.site.Site.Name, short), Owner: e.ownerName(), Answer: age(e.answered(), now)}
	for _, remark := range e.remarks() {
		r.Notes = append(r.Notes, monitor.Harmless(remark.text, 2*short))
	}
	if e.owner == nil || e.owner.Licence == nil {
		return r
	}
	l := e.owner.Licence
	r.Company, r.Serial = monitor.Harmless(l.Company, short), monitor.Harmless(l.Serial, short)
	r.Expires, r.Seats, r.Maintenance = brieflyDated(l.Dates.Expiry), seatsInUse(l.Modules), brieflyDated(l.Dates.Maintenance)
	if days, ok := e.daysLeft(today); ok {
		r.Left = monitor.Days(days)
	}
	return r
}

// brieflyDated returns a date that fits into a table.
func brieflyDated(d caldate.Date) string {
	if d.IsNone() {
		return "–"
	}
	return d.String()
}

// seatsInUse returns how many seats people use of how many: of the user plans, which alone tell (domain.md §4.1), or of the user
// licences where there are no plans.
func seatsInUse(all []monitor.Module) string {
	shown := people(all)
	used, total, open := 0, 0, len(shown) == 0
	for _, m := range shown {
		if m.Uncounted {
			return "not known"
		}
		used, total, open = used+m.InUse, total+m.Total, open || m.Unrestricted
	}
	switch {
	case len(shown) == 0:
		return "–"
	case open:
		return fmt.Sprintf("%d, not restricted", used)
	}
	return fmt.Sprintf("%d of %d", used, total)
}

// people returns the modules whose seats are people: the user plans, else the user licences.
func people(all []monitor.Module) []monitor.Module {
	shown := modules(all)
	var plans, users []monitor.Module
	for _, m := range shown {
		if m.Plan {
			plans = append(plans, m)
		} else if m.Type == userLicence {
			users = append(users, m)
		}
	}
	if plans != nil {
		return plans
	}
	return users
}

// userLicence is NetServer's word for a module that is given to people.
const userLicence = "UserLicense"
