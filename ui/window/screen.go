package window

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"licensewatch/assets"
)

// render shows w.now on all parts of the main screen.
func (w *Window) render() {
	rows := w.book.rowsOf(w.now.view.Snapshot)
	w.table.show(rows, w.now.lost != "")
	w.bar.show(w.now, rows)
	w.banners.show(w.now, rows)
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
	case w.detail.row != nil:
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
	w.arrange()
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
	text := widget.NewLabelWithStyle("Licensewatch asks your SuperOffice installations how their licences are doing,\n"+
		"and tells you before a user is locked out. All it needs is an address and a sign-in.",
		fyne.TextAlignCenter, fyne.TextStyle{})
	add := newButton(w, "Add your first site", theme.ContentAddIcon(), w.addSite)
	add.Importance = widget.HighImportance
	if w.now.lost != "" {
		add.Disable()
	}
	return container.NewCenter(container.NewVBox(icon, head, text, container.NewCenter(add)))
}

func centred(text string) fyne.CanvasObject {
	l := widget.NewLabel(text)
	l.Importance = widget.LowImportance
	return container.NewCenter(l)
}
