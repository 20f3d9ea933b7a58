package window

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// inColumns sets labels side by side. Unlike a line, which the table has hundreds of, it cuts nothing: texts wrap, and the
// highest makes the height.
func inColumns(columns []column, labels ...fyne.CanvasObject) fyne.CanvasObject {
	return container.New(&sideBySide{columns}, labels...)
}

// inRows sets such lines one below the other.
func inRows(lines ...fyne.CanvasObject) *fyne.Container {
	return container.New(layout.NewCustomPaddedVBoxLayout(0), lines...)
}

// heads are the titles of columns.
func heads(columns []column) fyne.CanvasObject {
	var labels []fyne.CanvasObject
	for _, c := range columns {
		l := widget.NewLabel(c.title)
		l.Importance = widget.LowImportance
		if c.right {
			l.Alignment = fyne.TextAlignTrailing
		}
		labels = append(labels, l)
	}
	return inColumns(columns, labels...)
}

// sideBySide lays labels out in columns that begin and end where other labels do, without the air that Fyne leaves above and
// below each.
type sideBySide struct{ columns []column }

// labelAir is how much of that air is left out.
const labelAir float32 = 4

func (s *sideBySide) MinSize(objects []fyne.CanvasObject) fyne.Size {
	height := float32(0)
	for _, o := range objects {
		height = max(height, o.MinSize().Height)
	}
	return fyne.NewSize(leastWidth(s.columns)-2*margin+2*theme.InnerPadding(), height-2*labelAir)
}

func (s *sideBySide) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	inset := theme.InnerPadding()
	for i, at := range spans(s.columns, size.Width+2*margin-2*inset) {
		objects[i].Move(fyne.NewPos(at.x-margin, -labelAir))
		objects[i].Resize(fyne.NewSize(at.width+2*inset, size.Height+2*labelAir))
	}
}
