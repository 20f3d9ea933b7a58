package window

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"licensewatch/assets"
	"licensewatch/monitor/link"
)

// render shows w.now on all parts of the main screen.
func (w *Window) render() {
	rows := w.book.rowsOf(w.now.view.Snapshot)
	w.table.show(rows, w.now.lost != "")
	w.bar.show(w.now, rows)
	w.banners.show(w.now, rows)
	w.away.show()
	if w.detailOpen() {
		i := slices.IndexFunc(rows, func(r *row) bool { return r.key == w.detail.row.key })
		if i < 0 {
			w.closeDetail() // its owner is gone
		} else {
			w.detail.show(rows[i], w.now.view.Snapshot.At, w.now.lost != "")
		}
	}
	w.arrange()
}

// arrange puts into the middle what there is to see.
func (w *Window) arrange() {
	w.bar.tally(len(w.table.shown), len(w.table.all))
	var content fyne.CanvasObject
	switch {
	case !w.now.seen && w.now.lost == "":
		content = centred("Waiting for the agent…")
	case !w.now.seen:
		content = centred("Nothing is known yet.")
	case len(w.table.all) == 0:
		content = w.welcome()
	case len(w.table.shown) == 0:
		content = centred("No row has “" + w.table.filter + "”. Esc clears the filter.")
	case w.detailOpen() && w.fold.narrow:
		content = w.beside.Trailing
	case w.detailOpen():
		content = w.beside
	default:
		content = w.beside.Leading
	}
	if len(w.middle.Objects) == 1 && w.middle.Objects[0] == content {
		return
	}
	w.middle.Objects = []fyne.CanvasObject{content}
	w.middle.Refresh()
}

// find filters the table.
func (w *Window) find(filter string) {
	w.table.find(filter)
	if w.fold.narrow && filter != "" {
		w.detail.row = nil // it hides what is found
	}
	w.arrange()
}

// reveal opens the row that the user asked to see: an owner's or, if none is named, the worst of a site. It
// clears a filter that hides the row, and leaves a form unless something was typed there.
func (w *Window) reveal(at link.Target) {
	r := rowOf(w.table.all, at)
	if r == nil {
		return
	}
	if p := w.page; p != nil && !p.changed && p.cancel == nil && w.question == nil {
		w.closePage()
	}
	if !slices.Contains(w.table.shown, r) {
		w.bar.filter.SetText("")
	}
	w.table.moveTo(slices.Index(w.table.shown, r))
	w.open(r)
	w.focusTable()
}

// rowOf finds the row of an owner or, if there is none, the worst of its site; nil if there is no such site.
func rowOf(rows []*row, at link.Target) *row {
	var worst *row
	for _, r := range rows {
		switch {
		case r.site != at.Site:
		case r.key.owner == at.Owner:
			return r
		case worst == nil || worse(r, worst) < 0:
			worst = r
		}
	}
	return worst
}

func (w *Window) detailOpen() bool { return w.detail.row != nil }

// open shows a row in the detail pane.
func (w *Window) open(r *row) {
	w.detail.show(r, w.now.view.Snapshot.At, w.now.lost != "")
	w.arrange()
	w.table.Refresh()
}

func (w *Window) closeDetail() {
	w.detail.row = nil
	w.arrange()
	w.focusTable()
}

// welcome is the first screen of all.
func (w *Window) welcome() fyne.CanvasObject {
	icon := canvas.NewImageFromResource(assets.App())
	icon.FillMode = canvas.ImageFillContain
	icon.SetMinSize(fyne.NewSquareSize(96))
	head := widget.NewLabelWithStyle("No sites yet", fyne.TextAlignCenter, fyne.TextStyle{Bold: true})
	head.SizeName = theme.SizeNameHeadingText
	text := say("Licensewatch asks your SuperOffice installations how their licences are doing, " +
		"and tells you before a user is locked out. All it needs is an address and a sign-in.")
	text.Alignment = fyne.TextAlignCenter
	add := newButton(w, "Add your first site", theme.ContentAddIcon(), w.addSite)
	add.Importance = widget.HighImportance
	if w.now.lost != "" {
		add.Disable()
	}
	return container.NewVBox(layout.NewSpacer(), icon, head, container.New(&narrow{520}, text), container.NewCenter(add), layout.NewSpacer())
}

func centred(text string) fyne.CanvasObject {
	l := quiet(text)
	l.Alignment = fyne.TextAlignCenter
	return container.NewVBox(layout.NewSpacer(), l, layout.NewSpacer())
}
