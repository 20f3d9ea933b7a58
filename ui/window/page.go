package window

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// page is a form over the main screen.
type page struct {
	w       *Window
	changed bool   // something was typed that leaving would lose
	cancel  func() // ends the call under way; nil: there is none
	scroll  *container.Scroll
}

// openPage shows fields under a heading, with buttons below that stay in sight.
func (w *Window) openPage(p *page, heading string, fields, buttons fyne.CanvasObject, first fyne.Focusable) {
	head := widget.NewLabel(heading)
	head.TextStyle.Bold, head.SizeName = true, theme.SizeNameHeadingText
	head.Truncation = fyne.TextTruncateEllipsis
	p.scroll = container.NewVScroll(container.New(layout.NewCustomPaddedLayout(6, 12, 6, 14), fields))
	column := framed(head, container.New(layout.NewCustomPaddedLayout(6, 10, 0, 0), buttons), nil, nil,
		p.scroll)
	w.page = p
	w.stage.Objects = []fyne.CanvasObject{onPanel(colorCard, 0, container.New(&narrow{640}, column))}
	w.stage.Refresh()
	w.win.Canvas().Focus(first)
}

// closePage goes back to the main screen.
func (w *Window) closePage() {
	w.page = nil
	w.stage.Objects = []fyne.CanvasObject{w.main}
	w.stage.Refresh()
	w.win.Canvas().Unfocus()
	w.focusTable()
}

// leave is Esc and Cancel: it ends a call under way, else closes the page, asking first when something
// would be lost.
func (p *page) leave() {
	switch {
	case p.cancel != nil:
		p.cancel()
	case !p.changed:
		p.w.closePage()
	default:
		p.w.confirm("Leave without saving?", "What you changed here is lost.", "Leave", "Stay", p.w.closePage)
	}
}

// narrow keeps a column readable: at most widest wide, and in the middle.
type narrow struct{ widest float32 }

func (n *narrow) MinSize(objects []fyne.CanvasObject) fyne.Size { return objects[0].MinSize() }

func (n *narrow) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	width := min(size.Width, n.widest)
	objects[0].Move(fyne.NewPos((size.Width-width)/2, 0))
	objects[0].Resize(fyne.NewSize(width, size.Height))
}

// field is a named input with a place for what is wrong with it.
type field struct {
	name    *widget.Label
	input   fyne.CanvasObject
	problem *widget.Label
	box     *fyne.Container
}

func newField(name string, input fyne.CanvasObject) *field {
	f := &field{name: widget.NewLabel(name), input: input, problem: say("")}
	f.problem.Importance = widget.DangerImportance
	f.problem.Hide()
	f.box = container.NewVBox(input, f.problem)
	return f
}

// blame shows what is wrong; nothing if text is empty.
func (f *field) blame(text string) {
	f.problem.SetText(text)
	visible(text != "", f.problem)
}

// focusFault brings the user to the first of fields that has a fault.
func (p *page) focusFault(fields ...*field) {
	for _, f := range fields {
		if input, ok := f.input.(fyne.Focusable); ok && f.problem.Visible() {
			p.w.win.Canvas().Focus(input)
			return
		}
	}
}

// show shows or hides the field.
func (f *field) show(yes bool) { visible(yes, f.name, f.box) }

// grid sets fields one below the other.
func grid(fields ...*field) *fyne.Container {
	c := container.New(layout.NewFormLayout())
	for _, f := range fields {
		c.Add(f.name)
		c.Add(f.box)
	}
	return c
}
