package window

import (
	"sort"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// span is a column's place on a line.
type span struct{ x, width float32 }

// column is how a column shares the width of a line.
type column struct {
	title string
	least float32 // width that it always has
	grow  float32 // share of the width that is left
	right bool    // texts end at the right edge
	wide  float32 // the column is left out of lines that are narrower than this
}

// gap lies between two columns, and margin before the first and after the last, where a scroll bar shows.
const (
	gap    float32 = 12
	margin float32 = 10
)

// spans lays columns out over width. One that is left out has no width.
func spans(columns []column, width float32) []span {
	left, shares := width-2*margin+gap, float32(0)
	for _, c := range columns {
		if width >= c.wide {
			left -= c.least + gap
			shares += c.grow
		}
	}
	left = max(left, 0)
	places := make([]span, len(columns))
	x := margin
	for i, c := range columns {
		if width < c.wide {
			continue
		}
		places[i] = span{x, c.least}
		if shares > 0 {
			places[i].width += left * c.grow / shares
		}
		x += places[i].width + gap
	}
	return places
}

// leastWidth is what the columns need that are never left out.
func leastWidth(columns []column) float32 {
	width := 2*margin - gap
	for _, c := range columns {
		if c.wide == 0 {
			width += c.least + gap
		}
	}
	return width
}

// cell is what a line shows in one column.
type cell struct {
	text  string
	color fyne.ThemeColorName // empty: the foreground's
	bold  bool
}

// line shows cells in columns. A text that does not fit ends in "…". It is lighter than a container of
// labels, for the table shows hundreds of its cells at once.
type line struct {
	widget.BaseWidget

	columns []column
	iconAt  int // the column that begins with the icon; -1: none
	cells   []cell
	icon    fyne.Resource
	faded   bool                // the icon is old news
	chosen  bool                // shown on a selected background
	focused bool                // and with a bar at its left edge
	tapped  func()              // nil: not to be tapped
	asked   func(fyne.Position) // the same with the other mouse button, at a place of the window
}

func newLine(columns []column, iconAt int) *line {
	l := &line{columns: columns, iconAt: iconAt, cells: make([]cell, len(columns))}
	l.ExtendBaseWidget(l)
	return l
}

// Tapped calls what the table has put there.
func (l *line) Tapped(*fyne.PointEvent) {
	if l.tapped != nil {
		l.tapped()
	}
}

// TappedSecondary calls it with the place.
func (l *line) TappedSecondary(e *fyne.PointEvent) {
	if l.asked != nil {
		l.asked(e.AbsolutePosition)
	}
}

// CreateRenderer makes the texts.
func (l *line) CreateRenderer() fyne.WidgetRenderer {
	r := &lineRenderer{line: l, back: canvas.NewRectangle(nil), bar: canvas.NewRectangle(nil)}
	r.back.CornerRadius, r.bar.CornerRadius = 4, 2
	r.objects = append(r.objects, r.back, r.bar)
	if l.iconAt >= 0 {
		r.icon = canvas.NewImageFromResource(l.icon)
		r.icon.FillMode = canvas.ImageFillContain
		r.objects = append(r.objects, r.icon)
	}
	for range l.columns {
		t := canvas.NewText("", theme.Color(theme.ColorNameForeground))
		r.texts = append(r.texts, t)
		r.objects = append(r.objects, t)
	}
	r.Refresh()
	return r
}

type lineRenderer struct {
	line      *line
	back, bar *canvas.Rectangle
	icon      *canvas.Image
	texts     []*canvas.Text
	objects   []fyne.CanvasObject
}

const iconSize float32 = 16

func (r *lineRenderer) Objects() []fyne.CanvasObject { return r.objects }
func (r *lineRenderer) Destroy()                     {}

func (r *lineRenderer) MinSize() fyne.Size {
	height := fyne.MeasureText("Mg", theme.TextSize(), fyne.TextStyle{}).Height
	return fyne.NewSize(leastWidth(r.line.columns), height+6)
}

func (r *lineRenderer) Layout(size fyne.Size) {
	r.back.Resize(size)
	r.bar.Move(fyne.NewPos(1, 3))
	r.bar.Resize(fyne.NewSize(3, size.Height-6))
	for i, at := range spans(r.line.columns, size.Width) {
		if i == r.line.iconAt {
			r.icon.Move(fyne.NewPos(at.x, (size.Height-iconSize)/2))
			r.icon.Resize(fyne.NewSquareSize(iconSize))
			at.x += iconSize + 6
			at.width -= iconSize + 6
		}
		r.place(i, at, size.Height)
	}
}

// place fits the text of column i into its span.
func (r *lineRenderer) place(i int, at span, height float32) {
	t, c := r.texts[i], r.line.cells[i]
	t.Hidden = at.width <= 0
	if t.Hidden {
		return
	}
	style := fyne.TextStyle{Bold: c.bold}
	text, width := fit(c.text, at.width, theme.TextSize(), style)
	if r.line.columns[i].right {
		at.x += at.width - width
	}
	t.Move(fyne.NewPos(at.x, 0))
	t.Resize(fyne.NewSize(width, height))
	name := c.color
	if name == "" {
		name = theme.ColorNameForeground
	}
	shade := theme.Color(name)
	if t.Text == text && t.Color == shade && t.TextStyle == style && t.TextSize == theme.TextSize() {
		return
	}
	t.Text, t.Color, t.TextStyle, t.TextSize = text, shade, style, theme.TextSize()
	t.Refresh()
}

func (r *lineRenderer) Refresh() {
	r.back.Hidden, r.bar.Hidden = !r.line.chosen, !r.line.focused
	r.back.FillColor, r.bar.FillColor = theme.Color(theme.ColorNameSelection), theme.Color(theme.ColorNamePrimary)
	r.showIcon()
	r.Layout(r.line.Size())
	r.back.Refresh()
	r.bar.Refresh()
}

func (r *lineRenderer) showIcon() {
	fade := 0.0
	if r.line.faded {
		fade = 0.6
	}
	if r.icon != nil && (r.icon.Resource != r.line.icon || r.icon.Translucency != fade) {
		r.icon.Resource, r.icon.Translucency = r.line.icon, fade
		r.icon.Refresh()
	}
}

// fit cuts text so that it is at most width wide, and returns how wide it is.
func fit(text string, width, size float32, style fyne.TextStyle) (string, float32) {
	measure := func(s string) float32 { return fyne.MeasureText(s, size, style).Width }
	if w := measure(text); w <= width || text == "" {
		return text, w
	}
	runes := []rune(text)
	n := sort.Search(len(runes), func(n int) bool { return measure(string(runes[:n+1])+"…") > width })
	short := string(runes[:n]) + "…"
	return short, measure(short)
}

// fitEnd cuts text so that its end is at most width wide.
func fitEnd(text string, width, size float32, style fyne.TextStyle) string {
	measure := func(s string) float32 { return fyne.MeasureText(s, size, style).Width }
	if measure(text) <= width {
		return text
	}
	runes := []rune(text)
	n := sort.Search(len(runes), func(n int) bool { return measure("…"+string(runes[n:])) <= width })
	return "…" + string(runes[n:])
}
