package monitor

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// userLicense is the Type of modules that are assigned to people (domain.md §4.1).
const userLicense = "UserLicense"

// maxFew is how many modules beside user plans have a finding of their own about few seats.
const maxFew = 5

// moreFew is the Case of the finding that stands for the others.
const moreFew = "few"

// Counted reports whether the module's seats can run out: hidden ones come with a user plan, and are not what people are given.
func (m Module) Counted() bool {
	return m.Type == userLicense && !m.Hidden && !m.Unrestricted && !m.Uncounted && (m.Total > 0 || m.InUse > 0)
}

// label is what people call the module.
func (m Module) label() string { return cmp.Or(m.Description, m.Name) }

// judgeSeats returns the findings about an owner's seats, worst first and user plans before the rest; before are those until now. Of a
// licence whose modules this run has not read yet they stay what they were.
//
// Each module has its own finding, with one exception that keeps the list short: of those beside user plans that have few seats, the
// first maxFew have, and one finding names the rest. It goes when it has nobody left to name, and until then no module takes its
// own finding from it, so that seats that come and go at one module are no news about another.
func judgeSeats(l *Licence, few int, before []Finding) []Finding {
	if l.Modules == nil {
		return slices.DeleteFunc(slices.Clone(before), func(f Finding) bool { return f.Kind != FindingSeats })
	}
	var over, plans, others []Finding
	var rest []Module
	folded := has(before, Finding{Kind: FindingSeats, Case: moreFew})
	for _, m := range short(l.Modules, few) {
		switch f := fewSeats(m); {
		case m.Total < m.InUse:
			over = append(over, overAssigned(m))
		case m.Plan:
			plans = append(plans, f)
		case has(before, f), !folded && len(others) < maxFew:
			others = append(others, f)
		default:
			rest = append(rest, m)
		}
	}
	list := slices.Concat(over, plans, others)
	if len(rest) > 0 {
		list = append(list, fewElsewhere(rest))
	}
	return list
}

// short returns the modules that have no more than so many free seats: user plans first, then by what people call them. The order
// does not follow the numbers, which change.
func short(modules []Module, few int) []Module {
	var list []Module
	for _, m := range modules {
		if m.Counted() && (m.Total-m.InUse <= few || m.Total < m.InUse) {
			list = append(list, m)
		}
	}
	slices.SortStableFunc(list, func(a, b Module) int {
		switch {
		case a.Plan && !b.Plan:
			return -1
		case b.Plan && !a.Plan:
			return 1
		}
		return cmp.Or(cmp.Compare(a.label(), b.label()), cmp.Compare(a.Name, b.Name))
	})
	return list
}

func overAssigned(m Module) Finding {
	n := m.InUse - m.Total
	return Finding{
		Kind: FindingSeats, Case: "over " + m.Name, Severity: Critical,
		Title:  fmt.Sprintf("%s too many for %s", numbered(n, "user"), m.label()),
		Text:   fmt.Sprintf("%s is assigned to %s, %d more than the %s owned.", m.label(), numbered(m.InUse, "user"), n, numbered(m.Total, "seat")),
		Action: fmt.Sprintf("Remove it from %s, or buy %s: until then a new licence may be refused.", numbered(n, "user"), numbered(n, "seat")),
	}
}

func fewSeats(m Module) Finding {
	f := Finding{
		Kind: FindingSeats, Case: "few " + m.Name, Severity: Warning,
		Action: "Buy more seats, or take back those of users who left.",
	}
	switch free := m.Total - m.InUse; {
	case free > 0:
		f.Title = fmt.Sprintf("%s of %s", numbered(free, "free seat"), m.label())
		f.Text = fmt.Sprintf("%s has %s of %d.", m.label(), numbered(free, "free seat"), m.Total)
	case m.Total == 1:
		f.Title = "No free seat of " + m.label()
		f.Text = m.label() + " has no free seat: the only one is in use."
	default:
		f.Title = "No free seat of " + m.label()
		f.Text = fmt.Sprintf("%s has no free seat: all %d are in use.", m.label(), m.Total)
	}
	return f
}

// fewElsewhere is the finding about the modules that have none of their own. It names the first three.
func fewElsewhere(rest []Module) Finding {
	var names []string
	for _, m := range rest[:min(3, len(rest))] {
		names = append(names, m.label())
	}
	list := strings.Join(names, ", ")
	if n := len(rest) - len(names); n > 0 {
		list = fmt.Sprintf("%s and %d more", list, n)
	}
	verb := "have"
	if len(rest) == 1 {
		verb = "has"
	}
	return Finding{
		Kind: FindingSeats, Case: moreFew, Severity: Warning,
		Title:  fmt.Sprintf("Few free seats of %s", numbered(len(rest), "more module")),
		Text:   fmt.Sprintf("%s %s few free seats: %s.", numbered(len(rest), "more module"), verb, list),
		Action: "Buy more seats, or take back those of users who left.",
	}
}

// numbered puts a number of things in words, "1 seat" or "12 seats".
func numbered(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}
