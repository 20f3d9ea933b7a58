package window

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"licensewatch/assets"
	"licensewatch/monitor"
)

// finding is a card: what was found, what to do, buttons that do it, and one that leads to what there is to know about it.
func (d *detail) finding(f monitor.Finding) fyne.CanvasObject {
	lines := tight(say(ended(monitor.Harmless(f.Text, 600))))
	if action := d.row.action(f); action != "" {
		lines.Add(quiet(monitor.Harmless(action, 600)))
	}
	about := newButton(d.keys, "", theme.HelpIcon(), func() { d.do.help(f.Topic()) })
	about.Importance = widget.LowImportance
	if d.lost {
		about.Disable()
	}
	rows := container.NewVBox(lines)
	if deeds := d.deeds(f); len(deeds) > 0 {
		rows.Add(container.New(layout.NewCustomPaddedLayout(0, 6, 5, 0), wrapped(cardWidth, deeds...)))
	}
	return onPanel(colorCard, 6, framed(nil, nil, mark(assets.Icon(lookOf(f.Severity)), 18), container.NewVBox(about), rows))
}

// cardWidth is what the buttons of a card have room in, between its mark and its help.
const cardWidth = paneWidth - 100

// wrapped sets objects beside each other, and what does not fit into width below.
func wrapped(width float32, objects ...fyne.CanvasObject) *fyne.Container {
	row := container.NewHBox()
	rows := container.NewVBox(row)
	left := width
	for _, o := range objects {
		need := o.MinSize().Width + theme.Padding()
		if need > left && len(row.Objects) > 0 {
			row = container.NewHBox()
			rows.Add(row)
			left = width
		}
		row.Add(o)
		left -= need
	}
	return rows
}

// deeds are the buttons for what follows from a finding.
func (d *detail) deeds(f monitor.Finding) []fyne.CanvasObject {
	var list []fyne.CanvasObject
	for _, what := range d.row.deeds(f) {
		if what == again && d.do.signingIn(d.row.site) {
			turning := widget.NewActivity()
			turning.Start()
			d.end = newButton(d.keys, "Cancel sign-in", nil, func() { d.do.cancelSignIn(d.row.site) })
			return []fyne.CanvasObject{turning, widget.NewLabel("Waiting for the browser…"), d.end}
		}
		b := newButton(d.keys, d.row.label(what, f), nil, func() { d.perform(what, f) })
		if len(list) > 0 {
			b.Importance = widget.LowImportance
		}
		if d.lost && what.needsAgent() {
			b.Disable()
		}
		list = append(list, b)
	}
	return list
}

func (d *detail) perform(what deed, f monitor.Finding) {
	switch what {
	case compare:
		d.do.compareOffer(d.row.site, d.row.key.owner)
	case openLink:
		d.do.openLink(f.URL)
	case shop:
		d.do.openShop(d.row.site, d.row.key.owner)
	case licences:
		d.do.openLicences(d.row.state.Site.Web)
	case warn:
		d.do.warnWhen(d.row.site, d.row.key.owner)
	case retry:
		d.do.refresh(d.row.site, d.row.key.owner)
	case edit:
		d.do.editSite(d.row.site)
	case again:
		d.do.signInAgain(d.row.site)
	case copyText:
		d.do.copy(d.support())
	}
}
