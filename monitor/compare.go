package monitor

import (
	"cmp"
	"slices"
	"strings"

	"licensewatch/internal/caldate"
)

// Comparison is an Offer as people compare it: what becomes other, and what keeps the new licence from coming into force.
type Comparison struct {
	Headline string   // one sentence
	Severity Severity // OK: nothing is in the way; Warning: something is; Unknown: too little is told
	// CanBeActivated and Reason are NetServer's. Where it says that it can be and users are too many all the same, Headline says both.
	CanBeActivated bool
	Reason         string

	Facts      []FactChange   // licence, company and serial number; nil if there is nothing new
	Dates      []DateChange   // all five, in the order in which they usually come; nil if there is nothing new
	Modules    []ModuleChange // those that change, and those that are short: user plans first, hidden ones last
	Same       int            // modules that stay as they are and are not hidden
	SameHidden int            // hidden ones that do
	Unlisted   bool           // the new licence is told without its modules, so nothing is known of them
}

// FactChange is a text of the licence in force and of the new one.
type FactChange struct{ Name, Now, New string }

// Changed reports whether the two differ.
func (f FactChange) Changed() bool { return f.Now != f.New }

// DateChange is one of the five dates (domain.md §4.2) of the licence in force and of the new one.
type DateChange struct {
	Kind     DateKind
	Name     string
	Now, New caldate.Date
}

// ModuleChange is a module of either licence that the new one changes, or has too few seats of.
type ModuleChange struct {
	Name     string  // for people
	Now, New *Module // nil: that licence does not have it
	InUse    int     // seats, at present
	Short    int     // how many of those in use the new licence has no seat for
	What     []Difference
}

// Difference is one way in which a module changes.
type Difference string

const (
	ModuleAdded   Difference = "added"
	ModuleRemoved Difference = "removed"
	MoreSeats     Difference = "more seats"
	FewerSeats    Difference = "fewer seats"
	Renamed       Difference = "renamed" // people know it by another name; NetServer's own name is what makes it the same module
	Retyped       Difference = "retyped"
	LimitLifted   Difference = "limit lifted" // the count is not enforced any more
	LimitSet      Difference = "limit set"
	NowHidden     Difference = "now hidden"
	NowShown      Difference = "now shown"
	NowPlan       Difference = "now a plan" // users are given it, and counted by it
	NoPlan        Difference = "no plan"
)

// Licence types that are not held by users (domain.md §4.1).
const (
	siteLicence      = "SiteLicense"
	satelliteLicence = "SatelliteLicense"
)

// Compare puts the licence that waits beside the one in force.
func Compare(o Offer) Comparison {
	c := Comparison{CanBeActivated: o.CanBeActivated, Reason: Harmless(o.Reason, 600)}
	if o.New != nil {
		c.Facts, c.Dates = facts(o.Current, o.New), dates(o.Current, o.New)
		c.compareModules(joined(o.Modules))
	}
	c.Severity, c.Headline = c.judge(o)
	return c
}

func facts(now, next *Licence) []FactChange {
	now = cmp.Or(now, &Licence{})
	return []FactChange{
		{"Licence", Harmless(now.Description, 200), Harmless(next.Description, 200)},
		{"Company", Harmless(now.Company, 200), Harmless(next.Company, 200)},
		{"Serial number", Harmless(now.Serial, 80), Harmless(next.Serial, 80)},
	}
}

func dates(now, next *Licence) []DateChange {
	now = cmp.Or(now, &Licence{})
	return []DateChange{
		{DateNextCheck, "Next check", now.Dates.NextCheck, next.Dates.NextCheck},
		{DateAdminWarning, "Reminders begin", now.Dates.AdminWarning, next.Dates.AdminWarning},
		{DateMaintenance, "Maintenance ends", now.Dates.Maintenance, next.Dates.Maintenance},
		{DateExpiry, "Licence expires", now.Dates.Expiry, next.Dates.Expiry},
		{DateGrace, "Modules stop", now.Dates.Grace, next.Dates.Grace},
	}
}

// joined makes a pair of two halves that NetServer has not put together, though they are of the same name. Where a name
// comes several times the first halves belong together, and the second; nothing is summed up or lost.
func joined(pairs []ModuleOffer) []ModuleOffer {
	var all []ModuleOffer
	lone := map[string][]int{} // where in all a module of the name stands that the new licence seems to lack
	for _, p := range pairs {
		if p.Current == nil {
			continue
		}
		if p.New == nil {
			lone[moduleKey(p.Current)] = append(lone[moduleKey(p.Current)], len(all))
		}
		all = append(all, p)
	}
	for _, p := range pairs {
		if p.Current != nil || p.New == nil {
			continue
		}
		if at := lone[moduleKey(p.New)]; len(at) > 0 {
			all[at[0]].New, lone[moduleKey(p.New)] = p.New, at[1:]
		} else {
			all = append(all, p)
		}
	}
	return all
}

func moduleKey(m *Module) string { return strings.ToLower(m.Name) }

// compareModules lists what changes. A new licence of which no module is told, though the one in force has some, is not taken
// for one that removes them all.
func (c *Comparison) compareModules(pairs []ModuleOffer) {
	if len(pairs) > 0 && !slices.ContainsFunc(pairs, func(p ModuleOffer) bool { return p.New != nil }) {
		c.Unlisted = true
		return
	}
	for _, p := range pairs {
		switch m := compareModule(p); {
		case len(m.What) > 0 || m.Short > 0:
			c.Modules = append(c.Modules, m)
		case m.Hidden():
			c.SameHidden++
		default:
			c.Same++
		}
	}
	slices.SortStableFunc(c.Modules, func(a, b ModuleChange) int {
		return cmp.Or(cmp.Compare(a.group(), b.group()), cmp.Compare(min(b.Short, 1), min(a.Short, 1)),
			cmp.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)))
	})
}

func compareModule(p ModuleOffer) ModuleChange {
	m := ModuleChange{Now: p.Current, New: p.New}
	switch {
	case p.Current == nil:
		m.Name, m.InUse, m.What = p.New.title(), p.New.InUse, []Difference{ModuleAdded}
	case p.New == nil:
		m.Name, m.InUse, m.What = p.Current.title(), p.Current.InUse, []Difference{ModuleRemoved}
	default:
		m.Name, m.InUse, m.What = p.Current.title(), max(p.Current.InUse, p.New.InUse), differences(p.Current, p.New)
	}
	m.Short = m.short()
	return m
}

// differences lists how a module changes that both licences have. Of a count that one of them does not enforce, only that is told.
func differences(now, next *Module) []Difference {
	var list []Difference
	add := func(differs bool, what Difference) {
		if differs {
			list = append(list, what)
		}
	}
	limited := !now.Unrestricted && !next.Unrestricted
	add(limited && next.Total > now.Total, MoreSeats)
	add(limited && next.Total < now.Total, FewerSeats)
	add(!now.Unrestricted && next.Unrestricted, LimitLifted)
	add(now.Unrestricted && !next.Unrestricted, LimitSet)
	add(!strings.EqualFold(now.title(), next.title()), Renamed)
	add(now.Type != next.Type, Retyped)
	add(!now.Hidden && next.Hidden, NowHidden)
	add(now.Hidden && !next.Hidden, NowShown)
	add(!now.Plan && next.Plan, NowPlan)
	add(now.Plan && !next.Plan, NoPlan)
	return list
}

// short returns how many seats are in use beyond those of the new licence, which is then refused (domain.md §4.1). NetServer's
// NumberOfLicensesNewFree says so by a negative number, and it counts (§4.6). It is 0 both where nothing is left and where
// NetServer did not fill it in; then the sum says the same, or what is missing. A count that is not enforced is never short, nor
// is a licence for the whole site, whose use is a tick and nobody's to give up (§4.3).
func (m *ModuleChange) short() int {
	of := cmp.Or(m.New, m.Now)
	switch {
	case of.Type == siteLicence:
		return 0
	case m.New == nil:
		return m.InUse
	case m.New.Unrestricted:
		return 0
	case m.New.Free != 0:
		return max(0, -m.New.Free)
	}
	return max(0, m.InUse-m.New.Total)
}

// Hidden reports whether SuperOffice shows the module neither now nor then.
func (m ModuleChange) Hidden() bool {
	return (m.Now == nil || m.Now.Hidden) && (m.New == nil || m.New.Hidden)
}

// Plan reports whether the module is a user plan, now or then (domain.md §4.1).
func (m ModuleChange) Plan() bool { return m.Now != nil && m.Now.Plan || m.New != nil && m.New.Plan }

// group is where in the list the module belongs.
func (m ModuleChange) group() int {
	switch {
	case m.Hidden():
		return 2
	case m.Plan():
		return 0
	}
	return 1
}

// title is the module's name for people.
func (m *Module) title() string { return cmp.Or(Harmless(m.Description, 80), Harmless(m.Name, 80)) }
