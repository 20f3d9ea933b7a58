package window

import (
	"cmp"
	"fmt"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"

	"licensewatch/internal/caldate"
	"licensewatch/monitor"
)

// fillSeats lists the modules of the licence.
func (d *detail) fillSeats() {
	l := d.row.licence()
	if l == nil || len(l.Modules) == 0 {
		d.list = nil
		d.seats.show(false, func() []fyne.CanvasObject { return nil })
		return
	}
	u := &d.use
	what := struct {
		key     key
		day     caldate.Date
		modules []monitor.Module
		hidden  bool
		series  []monitor.SeatSeries
		known   bool
		problem string
		few     int
		lost    bool
	}{d.row.key, u.asked.day, l.Modules, d.showHidden, u.series, u.known, u.problem, d.row.fewSeats(), d.lost}
	d.seats.show(what, func() []fyne.CanvasObject {
		parts := []fyne.CanvasObject{title("Seats")}
		if note := d.useNote(); note != nil {
			parts = append(parts, note)
		}
		d.list = d.newSeatList(l.Modules)
		d.unfoldFirst()
		d.showUse()
		edge := theme.InnerPadding() - margin // so that its texts stand under the titles of other parts
		parts = append(parts, container.New(layout.NewCustomPaddedLayout(0, 0, edge, edge), d.list))
		if n := hiddenIn(l.Modules); n > 0 {
			parts = append(parts, d.hiddenSwitch(n))
		}
		return parts
	})
}

// hiddenSwitch shows the modules that SuperOffice does not show either.
func (d *detail) hiddenSwitch(n int) fyne.CanvasObject {
	c := newCheck(d.keys, "Show "+plural(n, "hidden module"), nil)
	c.Checked = d.showHidden
	c.OnChanged = func(on bool) {
		d.showHidden = on
		d.fillSeats()
		d.settle()
	}
	return c
}

// seatGroup are modules that belong together.
type seatGroup struct {
	title   string
	modules []monitor.Module
}

// seatGroups orders the modules of a licence: user plans, other user licences, what holds for the whole site and, if they are asked
// for, hidden ones. In each group the scarcest comes first.
func seatGroups(all []monitor.Module, hidden bool) []seatGroup {
	groups := []seatGroup{{title: "User plans"}, {title: "User licences"}, {title: "For the whole site"}, {title: "Hidden in SuperOffice"}}
	for _, m := range all {
		at := 2
		switch {
		case m.Hidden && !hidden:
			continue
		case m.Hidden:
			at = 3
		case m.Plan:
			at = 0
		case m.Type == "UserLicense":
			at = 1
		}
		groups[at].modules = append(groups[at].modules, m)
	}
	for _, g := range groups {
		slices.SortStableFunc(g.modules, scarcest)
	}
	return slices.DeleteFunc(groups, func(g seatGroup) bool { return len(g.modules) == 0 })
}

func hiddenIn(all []monitor.Module) int {
	n := 0
	for _, m := range all {
		if m.Hidden {
			n++
		}
	}
	return n
}

// scarcest orders modules: those that run out by free seats, then the others by name.
func scarcest(a, b monitor.Module) int {
	limited := func(m monitor.Module) int {
		if seated(m) && !m.Unrestricted && !m.Uncounted {
			return m.Free
		}
		return noDays
	}
	return cmp.Or(cmp.Compare(limited(a), limited(b)), cmp.Compare(moduleName(a), moduleName(b)))
}

// seated reports whether a module is counted by seats. The others hold for the whole site, or do not.
func seated(m monitor.Module) bool { return m.Type == "UserLicense" || m.Total > 1 || m.Unrestricted }

// excess is how many users more have a module than are allowed to.
func excess(m monitor.Module) int {
	if m.Unrestricted || m.Uncounted || !seated(m) {
		return 0
	}
	return max(0, m.InUse-m.Total)
}

func moduleName(m monitor.Module) string {
	return monitor.Harmless(cmp.Or(m.Description, m.Name), 80)
}

// seatColumns are a module with its mark, and its seats.
var seatColumns = []column{
	{title: "", least: 120, grow: 1},
	{title: "In use", least: 44, right: true},
	{title: "Total", least: 52, right: true},
	{title: "Free", least: 44, right: true},
}

// siteColumns are those of a module that is on for the whole site.
var siteColumns = []column{{least: 120, grow: 1}, {least: 80, right: true}}

// seatCells names the seats of m. A module whose count is not enforced has no end of them.
func seatCells(m monitor.Module, few int) []cell {
	name, inUse := cell{text: moduleName(m)}, cell{text: fmt.Sprint(m.InUse)}
	switch {
	case m.Unrestricted:
		return []cell{name, inUse, {text: "no limit"}, {text: "—"}}
	case m.Uncounted:
		return []cell{name, {text: "—"}, {text: fmt.Sprint(m.Total)}, {text: "—"}}
	}
	free := cell{text: signed(m.Free)}
	switch {
	case m.Hidden:
	case m.Free < 0 || excess(m) > 0:
		free.color, free.bold = colorCritical, true
	case m.Free <= few:
		free.color, free.bold = colorWarning, true
	}
	return []cell{name, inUse, {text: fmt.Sprint(m.Total)}, free}
}

// signed writes a number with the sign that is as wide as a digit.
func signed(n int) string {
	if n < 0 {
		return fmt.Sprintf("−%d", -n)
	}
	return fmt.Sprint(n)
}

// fewSeats is how many free seats of a module were judged to be few: the most of those that a finding is about. -1: no number was.
func (r *row) fewSeats() int {
	few := -1
	l := r.licence()
	for _, f := range r.findings() {
		if f.Kind != monitor.FindingSeats || l == nil {
			continue
		}
		for _, m := range l.Modules {
			if f.Case == "few "+m.Name {
				few = max(few, m.Free)
			}
		}
	}
	return few
}

// siteCells names a module that holds for the whole site.
func siteCells(m monitor.Module) []cell {
	if m.InUse > 0 {
		return []cell{{text: moduleName(m)}, {text: "on"}}
	}
	return []cell{{text: moduleName(m)}, {text: "not in use", color: theme.ColorNamePlaceHolder}}
}
