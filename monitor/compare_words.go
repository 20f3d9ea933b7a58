package monitor

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// judge returns the one sentence that says how things stand, and how badly.
func (c *Comparison) judge(o Offer) (Severity, string) {
	short := c.shortest()
	switch {
	case o.New == nil && o.Current == nil:
		return OK, "The licence server has no licence for this owner."
	case o.New == nil:
		return OK, "The licence server has nothing new: the licence in force stays."
	case !c.CanBeActivated && len(short) > 0:
		return Warning, "The new licence cannot be activated until " + giveUp(short, "give up", "gives up") + "."
	case !c.CanBeActivated && c.Reason != "":
		return Warning, "The new licence cannot be activated: " + strings.TrimSuffix(Harmless(c.Reason, 200), ".") + "."
	case c.Unlisted:
		return Unknown, "A new licence is ready, but the licence server does not tell which modules it has."
	case len(short) > 0:
		return Warning, "The new licence can be activated, although " + giveUp(short, "would have to give up", "would have to give up") + "."
	case !c.changes():
		return OK, "The new licence is the same as the one in force."
	case !c.CanBeActivated:
		return Warning, "The new licence cannot be activated, and NetServer does not say why."
	case o.Current == nil:
		return OK, "A first licence is ready and can be activated."
	}
	return OK, "The new licence can be activated: it changes " + c.summary() + "."
}

// shortest lists the modules that are short. Hidden ones mostly follow from the plans that grant them, so they are left out
// where there are others.
func (c *Comparison) shortest() []ModuleChange {
	var list []ModuleChange
	for _, m := range c.Modules {
		if m.Short > 0 {
			list = append(list, m)
		}
	}
	if shown := slices.DeleteFunc(slices.Clone(list), ModuleChange.Hidden); len(shown) > 0 {
		return shown
	}
	return list
}

// giveUp says who has to give up what, by name for two modules at most.
func giveUp(short []ModuleChange, many, one string) string {
	var parts []string
	for _, m := range short[:min(2, len(short))] {
		verb := many
		if m.Short == 1 {
			verb = one
		}
		parts = append(parts, fmt.Sprintf("%s %s %s", m.holders(), verb, m.Name))
	}
	text := strings.Join(parts, " and ")
	switch rest := len(short) - len(parts); {
	case rest == 1:
		text += "; 1 more module is short of seats"
	case rest > 1:
		text += fmt.Sprintf("; %d more modules are short of seats", rest)
	}
	return text
}

// holders is how many of whom the new licence has no seat for: "3 users".
func (m ModuleChange) holders() string {
	if cmp.Or(m.New, m.Now).Type == satelliteLicence {
		return counted(m.Short, "satellite")
	}
	return counted(m.Short, "user")
}

// ShortWords says how many must give the module up before the new licence can be activated: "3 users to remove"; nothing if
// nobody must.
func (m ModuleChange) ShortWords() string {
	if m.Short == 0 {
		return ""
	}
	return m.holders() + " to remove"
}

// changes reports whether the new licence differs from the one in force.
func (c *Comparison) changes() bool { return c.summary() != "" }

// summary counts what changes: "2 modules, 4 dates and the company".
func (c *Comparison) summary() string {
	var parts []string
	n := 0
	for _, m := range c.Modules {
		if len(m.What) > 0 {
			n++
		}
	}
	if n > 0 {
		parts = append(parts, counted(n, "module"))
	}
	n = 0
	for _, d := range c.Dates {
		if d.Turn() != SameDate {
			n++
		}
	}
	if n > 0 {
		parts = append(parts, counted(n, "date"))
	}
	for _, f := range c.Facts {
		if f.Changed() {
			parts = append(parts, factWords[f.Name])
		}
	}
	if len(parts) < 2 {
		return strings.Join(parts, "")
	}
	return strings.Join(parts[:len(parts)-1], ", ") + " and " + parts[len(parts)-1]
}

var factWords = map[string]string{"Licence": "the description", "Company": "the company", "Serial number": "the serial number"}

// Turn is which way a date goes.
type Turn string

const (
	SameDate Turn = "same"
	Later    Turn = "later"
	Earlier  Turn = "earlier"
	NewDate  Turn = "new date" // where there was none
	NoDate   Turn = "none"     // there is none any more
	Endless  Turn = "never"    // it does not come any more
)

// Turn returns which way the date goes. One that never came and now does has come nearer.
func (d DateChange) Turn() Turn {
	switch {
	case d.Now == d.New:
		return SameDate
	case d.New.IsNone():
		return NoDate
	case d.New.IsNever():
		return Endless
	case d.Now.IsNone():
		return NewDate
	case d.Now.IsNever() || d.New.DaysFrom(d.Now) < 0:
		return Earlier
	}
	return Later
}

// Words says which way the date goes, and by how much: "365 days later".
func (d DateChange) Words() string {
	switch turn := d.Turn(); {
	case turn == SameDate:
		return "unchanged"
	case turn == NewDate:
		return "there was none"
	case turn == NoDate:
		return "no date any more"
	case turn == Endless:
		return "will not come"
	case d.Now.IsNever():
		return "was never"
	case turn == Earlier:
		return Days(d.Now.DaysFrom(d.New)) + " earlier"
	}
	return Days(d.New.DaysFrom(d.Now)) + " later"
}

// Words says how the module changes: "4 seats fewer, now hidden".
func (m ModuleChange) Words() string {
	var parts []string
	for _, d := range m.What {
		parts = append(parts, m.words(d))
	}
	if len(parts) == 0 {
		return "unchanged"
	}
	return strings.Join(parts, ", ")
}

func (m ModuleChange) words(d Difference) string {
	switch d {
	case MoreSeats:
		return counted(m.New.Total-m.Now.Total, "seat") + " more"
	case FewerSeats:
		return counted(m.Now.Total-m.New.Total, "seat") + " fewer"
	case Renamed:
		return "now called " + m.New.title()
	case Retyped:
		return "now " + typeWords(m.New.Type)
	}
	return differenceWords[d]
}

var differenceWords = map[Difference]string{
	ModuleAdded: "added", ModuleRemoved: "removed", LimitLifted: "no limit any more", LimitSet: "limited now",
	NowHidden: "hidden now", NowShown: "not hidden any more", NowPlan: "a user plan now", NoPlan: "no user plan any more",
}

func typeWords(kind string) string {
	switch kind {
	case siteLicence:
		return "a licence for the whole site"
	case satelliteLicence:
		return "a licence for satellites"
	case "UserLicense":
		return "a licence for users"
	}
	return "of type " + cmp.Or(Harmless(kind, 40), "none")
}

// SeatWords says how many seats a licence has of a module: "21", "no limit", or "—" where it does not have it.
func SeatWords(m *Module) string {
	switch {
	case m == nil:
		return "—"
	case m.Unrestricted:
		return "no limit"
	}
	return fmt.Sprint(m.Total)
}

// counted is "1 user", "3 users".
func counted(n int, one string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %ss", n, one)
}
