package window

import (
	"reflect"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
)

// part is a piece of the detail pane. It is made anew only when what it shows has changed, for a snapshot may come every few seconds:
// what has the focus keeps it, and nothing that turns begins again.
type part struct {
	box   *fyne.Container
	shown any  // what it was made of; nil: make it anew
	fresh bool // made anew since the pane was laid out
}

// show makes the part of what unless it shows that already.
func (p *part) show(what any, content func() []fyne.CanvasObject) {
	if p.shown != nil && reflect.DeepEqual(p.shown, what) {
		return
	}
	p.shown, p.fresh = what, true
	c := fyne.CurrentApp().Driver().CanvasForObject(p.box)
	focused := focusIn(c, p.box)
	p.box.Objects = content()
	visible(len(p.box.Objects) > 0, p.box)
	arranged(p.box)
	if focused == nil {
		return
	}
	if now := twin(p.box, focused); now != nil {
		c.Focus(now)
	} else {
		c.Unfocus()
	}
}

// arranged lays a container out whose parts have changed. Its Refresh would draw each of them anew, too.
func arranged(c *fyne.Container) {
	c.Layout.Layout(c.Objects, c.Size())
	canvas.Refresh(c)
}

// focusIn is what has the focus of c if it is in box, else nil.
func focusIn(c fyne.Canvas, box *fyne.Container) fyne.Focusable {
	if c == nil || c.Focused() == nil {
		return nil
	}
	if o, ok := c.Focused().(fyne.CanvasObject); ok {
		if _, within := placeIn(box, o); within {
			return c.Focused()
		}
	}
	return nil
}

// twin finds in box what does the same as what was there before.
func twin(box *fyne.Container, before fyne.Focusable) fyne.Focusable {
	for _, o := range box.Objects {
		switch o := o.(type) {
		case *fyne.Container:
			if found := twin(o, before); found != nil {
				return found
			}
		case *button:
			if b, ok := before.(*button); ok && b.Text == o.Text && !o.Disabled() {
				return o
			}
		case *check:
			if _, ok := before.(*check); ok {
				return o
			}
		case *seatList:
			if _, ok := before.(*seatList); ok {
				return o
			}
		}
	}
	return nil
}
