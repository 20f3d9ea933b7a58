package window

import (
	"cmp"
	"fmt"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"

	"licensewatch/monitor"
)

var moduleColumns = []column{
	{title: "Module", least: 120, grow: 1},
	{title: "In use", least: 48, right: true},
	{title: "Free", least: 48, right: true},
	{title: "Total", least: 62, right: true},
}

// modules lists the seats of a licence, the scarcest first.
func (d *detail) modules(all []monitor.Module) []fyne.CanvasObject {
	if len(all) == 0 {
		return nil
	}
	shown := slices.Clone(all)
	if !d.showHidden {
		shown = slices.DeleteFunc(shown, func(m monitor.Module) bool { return m.Hidden })
	}
	slices.SortStableFunc(shown, scarcest)
	heads := newLine(moduleColumns, -1)
	for i, c := range moduleColumns {
		heads.cells[i] = cell{text: c.title, color: theme.ColorNamePlaceHolder}
	}
	list := container.NewVBox(heads)
	for _, m := range shown {
		l := newLine(moduleColumns, -1)
		l.cells = moduleCells(m)
		list.Add(l)
	}
	parts := []fyne.CanvasObject{title("Modules"), list}
	hidden := 0
	for _, m := range all {
		if m.Hidden {
			hidden++
		}
	}
	if hidden > 0 {
		c := newCheck(d.keys, "Show "+plural(hidden, "hidden module"), nil)
		c.Checked = d.showHidden
		c.OnChanged = func(on bool) { d.showHidden = on; d.fill() }
		parts = append(parts, c)
	}
	return parts
}

// scarcest orders modules: those that run out by free seats, then the others by name.
func scarcest(a, b monitor.Module) int {
	limited := func(m monitor.Module) int {
		if m.Type == "UserLicense" && !m.Unrestricted {
			return m.Free
		}
		return noDays
	}
	return cmp.Or(cmp.Compare(limited(a), limited(b)), cmp.Compare(moduleName(a), moduleName(b)))
}

func moduleName(m monitor.Module) string {
	return monitor.Harmless(cmp.Or(m.Description, m.Name), 80)
}

// moduleCells names the seats of m. A module whose count is not enforced has no end of them.
func moduleCells(m monitor.Module) []cell {
	name, inUse := cell{text: moduleName(m)}, cell{text: fmt.Sprint(m.InUse)}
	if m.Hidden {
		name.color = theme.ColorNamePlaceHolder
	}
	if m.Unrestricted {
		return []cell{name, inUse, {text: "—"}, {text: "no limit"}}
	}
	free := cell{text: fmt.Sprint(m.Free)}
	switch {
	case m.Type != "UserLicense" || m.Hidden:
	case m.Free <= 0:
		free.color, free.bold = colorCritical, true
	case m.Free == 1:
		free.color, free.bold = colorWarning, true
	}
	return []cell{name, inUse, free, {text: fmt.Sprint(m.Total)}}
}
