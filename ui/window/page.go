package window

import (
	"cmp"

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
	widest  float32 // that its column gets; 0: as wide as a form
}

// formWidth is how wide a form gets, and tableWidth a page with a table.
const (
	formWidth  float32 = 640
	tableWidth float32 = 860
)

// openPage shows fields under a heading, with buttons below that stay in sight.
func (w *Window) openPage(p *page, heading string, fields, buttons fyne.CanvasObject, first fyne.Focusable) {
	head := widget.NewLabel(heading)
	head.TextStyle.Bold, head.SizeName = true, theme.SizeNameHeadingText
	head.Truncation = fyne.TextTruncateEllipsis
	p.scroll = container.NewVScroll(container.New(layout.NewCustomPaddedLayout(6, 12, 6, 14), fields))
	column := framed(head, container.New(layout.NewCustomPaddedLayout(6, 10, 0, 0), buttons), nil, nil,
		p.scroll)
	w.page = p
	w.stage.Objects = []fyne.CanvasObject{onPanel(colorCard, 0, container.New(&narrow{cmp.Or(p.widest, formWidth)}, column))}
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
	if p.cancel != nil {
		p.cancel()
		return
	}
	p.leaveFor(func() {})
}

// leaveFor closes the page for something else, asking first when something would be lost.
func (p *page) leaveFor(next func()) {
	then := func() {
		p.w.closePage()
		next()
	}
	if p.changed {
		p.w.confirm("Leave without saving?", "What you changed here is lost.", "Leave", "Stay", then)
		return
	}
	then()
}

// reached brings an input that got the focus into sight, with its hint.
func (p *page) reached(o fyne.CanvasObject) { intoSight(p.scroll, o, 34) }

// turn moves through what the page shows, for keys that nothing with the focus has a use for.
func (p *page) turn(key fyne.KeyName) {
	const line float32 = 40
	at, seen := p.scroll.Offset.Y, p.scroll.Size().Height
	switch key {
	case fyne.KeyUp:
		at -= line
	case fyne.KeyDown:
		at += line
	case fyne.KeyPageUp:
		at -= seen - line
	case fyne.KeyPageDown:
		at += seen - line
	case fyne.KeyHome:
		at = 0
	case fyne.KeyEnd:
		at = p.scroll.Content.MinSize().Height
	}
	p.scroll.ScrollToOffset(fyne.NewPos(0, at)) // which stops at either end
}

// toEnd brings the end of the form into sight. A scroll does not move as long as what was laid out fits, so what has grown since is
// laid out before.
func (p *page) toEnd() {
	p.scroll.Refresh()
	p.scroll.ScrollToBottom()
}

// intoSight scrolls to an object of s and as much as hangs below it; not to what is in sight, or elsewhere.
func intoSight(s *container.Scroll, o fyne.CanvasObject, below float32) {
	y, ok := placeIn(s.Content, o)
	if !ok {
		return
	}
	top := y - s.Offset.Y
	over := top + o.Size().Height + below - s.Size().Height
	switch {
	case top < 0:
		s.ScrollToOffset(fyne.NewPos(0, y-theme.Padding()))
	case over > 0:
		s.ScrollToOffset(fyne.NewPos(0, s.Offset.Y+min(over, top)))
	}
}

// placeIn is how far below the top of root an object in its containers is. Fyne tells places only of what is in sight.
func placeIn(root, o fyne.CanvasObject) (y float32, ok bool) {
	if root == o {
		return 0, true
	}
	var parts []fyne.CanvasObject
	switch root := root.(type) {
	case *fyne.Container:
		parts = root.Objects
	case *seatList:
		parts = root.box.Objects
	}
	for _, part := range parts {
		if y, ok = placeIn(part, o); ok {
			return y + part.Position().Y, true
		}
	}
	return 0, false
}

// narrow keeps a column readable: at most widest wide, and in the middle.
type narrow struct{ widest float32 }

func (n *narrow) MinSize(objects []fyne.CanvasObject) fyne.Size { return objects[0].MinSize() }

func (n *narrow) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	width := min(size.Width, n.widest)
	objects[0].Move(fyne.NewPos((size.Width-width)/2, 0))
	objects[0].Resize(fyne.NewSize(width, size.Height))
}

// field is a named input with a line below for what to enter or, in its place, what is wrong with it.
type field struct {
	name    *widget.Label
	input   fyne.CanvasObject
	hint    *widget.Label
	problem *widget.Label
	box     *fyne.Container
}

func newField(name string, input fyne.CanvasObject) *field {
	f := &field{name: widget.NewLabel(name), input: input, hint: quiet(""), problem: say("")}
	f.problem.Importance = widget.DangerImportance
	f.box = container.New(layout.NewCustomPaddedVBoxLayout(-4), input, f.hint, f.problem) // closer than Fyne sets labels
	f.blame("")
	return f
}

// advise says what to enter; nothing if text is empty.
func (f *field) advise(text string) {
	f.hint.SetText(text)
	f.blame(f.problem.Text)
}

// blame shows what is wrong; nothing if text is empty.
func (f *field) blame(text string) {
	f.problem.SetText(text)
	visible(text != "", f.problem)
	visible(text == "" && f.hint.Text != "", f.hint)
	arranged(f.box) // one may have taken the other's room, which nobody else sees
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

// grid sets fields one below the other.
func grid(fields ...*field) *fyne.Container {
	return container.New(layout.NewFormLayout(), lines(fields)...)
}

// nameWidth is what the names of fields have room in, so that inputs do not move when others are shown.
const nameWidth float32 = 148

// lines are the parts of a grid.
func lines(fields []*field) []fyne.CanvasObject {
	var parts []fyne.CanvasObject
	for _, f := range fields {
		need := f.name.MinSize()
		parts = append(parts, container.NewGridWrap(fyne.NewSize(max(need.Width, nameWidth), need.Height), f.name), f.box)
	}
	return parts
}
