package window

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
)

// fold lays out the middle of the main screen: the table and the detail pane side by side or, where there is
// no room for both, the pane in the place of the table. Its own minimum is the same whatever it holds:
// nothing that a server sends can widen the window.
type fold struct {
	w      *Window
	narrow bool // no room for both
}

// MinSize is what the table needs without the columns that it can leave out, and a few rows.
func (f *fold) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(530, 130) }

func (f *fold) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	(&fixed{}).Layout(objects, size)
	f.w.table.fit(size.Width)
	f.w.bar.fit(size.Width)
	if narrow := size.Width < f.w.beside.MinSize().Width; narrow != f.narrow {
		f.narrow = narrow
		f.w.arrange()
	}
}

// fixed gives all its room to what it holds and asks for a size of its own, not for what that needs.
type fixed struct{ least fyne.Size }

func (f *fixed) MinSize([]fyne.CanvasObject) fyne.Size { return f.least }

func (f *fixed) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	for _, o := range objects {
		o.Move(fyne.Position{})
		o.Resize(size)
	}
}

// lid gives a scroll the height of its content, up to most.
type lid struct{ most float32 }

func (l *lid) MinSize(objects []fyne.CanvasObject) fyne.Size {
	need := objects[0].(*container.Scroll).Content.MinSize()
	return fyne.NewSize(need.Width, min(need.Height, l.most))
}

func (l *lid) Layout(objects []fyne.CanvasObject, size fyne.Size) { (&fixed{}).Layout(objects, size) }
