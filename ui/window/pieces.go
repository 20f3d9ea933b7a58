package window

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// panel is a rectangle in a colour of the theme, which follows a change from light to dark.
type panel struct {
	widget.BaseWidget
	name   fyne.ThemeColorName
	radius float32
	rect   *canvas.Rectangle
}

func newPanel(name fyne.ThemeColorName, radius float32) *panel {
	p := &panel{name: name, radius: radius, rect: canvas.NewRectangle(theme.Color(name))}
	p.rect.CornerRadius = radius
	p.ExtendBaseWidget(p)
	return p
}

// CreateRenderer shows the rectangle.
func (p *panel) CreateRenderer() fyne.WidgetRenderer { return widget.NewSimpleRenderer(p.rect) }

// Refresh takes the colour anew.
func (p *panel) Refresh() {
	p.rect.FillColor = theme.Color(p.name)
	p.rect.Refresh()
}

// onPanel puts content on a panel.
func onPanel(name fyne.ThemeColorName, radius float32, content fyne.CanvasObject) fyne.CanvasObject {
	return container.NewStack(newPanel(name, radius), content)
}

// say is a label that wraps. Its text is shown as it is, never as markup.
func say(text string) *widget.Label {
	l := widget.NewLabel(text)
	l.Wrapping = fyne.TextWrapWord
	return l
}

// quiet is a label that wraps, in a lighter colour.
func quiet(text string) *widget.Label {
	l := say(text)
	l.Importance = widget.LowImportance
	return l
}

// title heads a part of the detail pane or of a page.
func title(text string) *widget.Label {
	return widget.NewLabelWithStyle(text, fyne.TextAlignLeading, fyne.TextStyle{Bold: true})
}

// tight is a column of labels without the air that Fyne leaves around each.
func tight(labels ...fyne.CanvasObject) *fyne.Container {
	return container.New(layout.NewCustomPaddedVBoxLayout(-9), labels...)
}

// rule is a thin line between parts that belong together.
func rule() fyne.CanvasObject {
	pad := theme.InnerPadding()
	return container.New(layout.NewCustomPaddedLayout(2, 2, pad, pad), widget.NewSeparator())
}

// fact is a line with a name and a value; nothing without a value.
func fact(lines *fyne.Container, name, value string) {
	if value == "" {
		return
	}
	label := quiet(name)
	lines.Add(framed(nil, nil, container.NewGridWrap(fyne.NewSize(124, label.MinSize().Height), label), nil, say(value)))
}

// mark is an icon of a fixed size that stays at the top of what it stands beside.
func mark(icon fyne.Resource, size float32) fyne.CanvasObject {
	img := canvas.NewImageFromResource(icon)
	img.FillMode = canvas.ImageFillContain
	img.SetMinSize(fyne.NewSquareSize(size))
	inset := theme.InnerPadding()
	return container.NewVBox(container.New(layout.NewCustomPaddedLayout(inset-2, 0, inset, 0), img))
}

// framed is a Border whose parts take the keyboard's focus in the order in which they are read. Each part
// but the last may be nil.
func framed(top, bottom, left, right, middle fyne.CanvasObject) *fyne.Container {
	c := container.New(layout.NewBorderLayout(top, bottom, left, right))
	for _, o := range []fyne.CanvasObject{top, left, middle, right, bottom} {
		if o != nil {
			c.Objects = append(c.Objects, o)
		}
	}
	return c
}

// visible shows objects, or hides them.
func visible(yes bool, objects ...fyne.CanvasObject) {
	for _, o := range objects {
		if yes {
			o.Show()
		} else {
			o.Hide()
		}
	}
}
