package window

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"licensewatch/internal/picture"
)

// spotLayer lies over a picture and makes its spots into something to choose. What the one says that is pointed at, or that has the
// focus, stands in a line beneath. Hidden, where there are none, it takes no focus.
type spotLayer struct {
	widget.BaseWidget
	keys    keys
	chosen  func(picture.Spot)
	spots   []picture.Spot
	at      int // the spot that has, or had, the focus
	over    int // the one that is pointed at; -1: none
	focused bool
}

// spotHint stands beneath while no spot is pointed at.
const spotHint = "Point at a mark to read what happened."

func newSpotLayer(k keys, chosen func(picture.Spot)) *spotLayer {
	p := &spotLayer{keys: k, chosen: chosen, over: -1}
	p.ExtendBaseWidget(p)
	return p
}

// show takes other spots. The focus stays at the event it was at; at first it is at the latest.
func (p *spotLayer) show(spots []picture.Spot) {
	if p.chosen == nil {
		spots = nil
	}
	event := -1
	if p.at < len(p.spots) {
		event = p.spots[p.at].Index + p.spots[p.at].Count - 1
	}
	p.spots, p.at, p.over = spots, max(0, len(spots)-1), -1
	for i, s := range spots {
		if event >= s.Index && event < s.Index+s.Count {
			p.at = i
		}
	}
	p.Hidden = len(spots) == 0
}

// caption is the height of the line beneath.
func (p *spotLayer) caption() float32 {
	if len(p.spots) == 0 {
		return 0
	}
	return fyne.MeasureText("Mg", theme.CaptionTextSize(), fyne.TextStyle{}).Height + 4
}

// find returns the spot at a place, -1 for none.
func (p *spotLayer) find(at fyne.Position) int {
	for i, s := range p.spots {
		if at.X >= s.X && at.X < s.X+s.Width && at.Y >= s.Y && at.Y < s.Y+s.Height {
			return i
		}
	}
	return -1
}

func (p *spotLayer) Tapped(e *fyne.PointEvent) {
	i := p.find(e.Position)
	if i < 0 {
		return
	}
	p.at = i
	if c := fyne.CurrentApp().Driver().CanvasForObject(p); c != nil {
		c.Focus(p)
	}
	p.Refresh()
	p.chosen(p.spots[i])
}

// MouseIn, MouseMoved and MouseOut follow the pointer.
func (p *spotLayer) MouseIn(e *desktop.MouseEvent)    { p.point(p.find(e.Position)) }
func (p *spotLayer) MouseMoved(e *desktop.MouseEvent) { p.point(p.find(e.Position)) }
func (p *spotLayer) MouseOut()                        { p.point(-1) }

func (p *spotLayer) point(spot int) {
	if p.over != spot {
		p.over = spot
		p.Refresh()
	}
}

// Cursor is a hand over a spot.
func (p *spotLayer) Cursor() desktop.Cursor {
	if p.over >= 0 {
		return desktop.PointerCursor
	}
	return desktop.DefaultCursor
}

func (p *spotLayer) FocusGained() {
	p.focused = true
	p.Refresh()
	p.keys.reached(p)
}

func (p *spotLayer) FocusLost() {
	p.focused = false
	p.Refresh()
}

func (p *spotLayer) TypedRune(rune) {}

// TypedKey goes from spot to spot, and chooses.
func (p *spotLayer) TypedKey(e *fyne.KeyEvent) {
	last := len(p.spots) - 1
	switch e.Name {
	case fyne.KeyEscape:
		p.keys.escape()
		return
	case fyne.KeyLeft:
		p.at = max(0, p.at-1)
	case fyne.KeyRight:
		p.at = min(last, p.at+1)
	case fyne.KeyHome:
		p.at = 0
	case fyne.KeyEnd:
		p.at = last
	case fyne.KeyReturn, fyne.KeyEnter, fyne.KeySpace:
		p.chosen(p.spots[p.at])
		return
	default:
		p.keys.turn(e.Name)
		return
	}
	p.Refresh()
}

// CreateRenderer shows the focus, the pointer and the line beneath.
func (p *spotLayer) CreateRenderer() fyne.WidgetRenderer {
	r := &spotLayerRenderer{p: p, ring: canvas.NewRectangle(nil), shade: canvas.NewRectangle(nil), line: canvas.NewText("", nil)}
	r.ring.CornerRadius, r.shade.CornerRadius, r.ring.StrokeWidth = 5, 5, 2
	r.Refresh()
	return r
}

type spotLayerRenderer struct {
	p           *spotLayer
	ring, shade *canvas.Rectangle
	line        *canvas.Text
}

func (r *spotLayerRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.shade, r.ring, r.line}
}

func (r *spotLayerRenderer) Destroy()           {}
func (r *spotLayerRenderer) MinSize() fyne.Size { return fyne.Size{} }
func (r *spotLayerRenderer) Layout(fyne.Size)   { r.Refresh() }

func (r *spotLayerRenderer) Refresh() {
	r.frame(r.shade, r.p.over, r.p.over >= 0)
	r.frame(r.ring, r.p.at, r.p.focused)
	r.shade.FillColor = theme.Color(theme.ColorNameHover)
	r.ring.StrokeColor = theme.Color(theme.ColorNamePrimary)
	text := spotHint
	r.line.Color = theme.Color(theme.ColorNamePlaceHolder)
	said := r.p.over
	if said < 0 && r.p.focused {
		said = r.p.at
	}
	if said >= 0 && said < len(r.p.spots) {
		text, r.line.Color = r.p.spots[said].Title, theme.Color(theme.ColorNameForeground)
	}
	size := r.p.Size()
	r.line.TextSize = theme.CaptionTextSize()
	r.line.Text, _ = fit(text, size.Width, r.line.TextSize, r.line.TextStyle)
	r.line.Move(fyne.NewPos(0, size.Height-r.p.caption()+4))
	r.line.Resize(fyne.NewSize(size.Width, r.p.caption()-4))
	canvas.Refresh(r.p)
}

// frame puts a rectangle around a spot.
func (r *spotLayerRenderer) frame(rect *canvas.Rectangle, spot int, visible bool) {
	rect.Hidden = !visible || spot >= len(r.p.spots)
	if rect.Hidden {
		return
	}
	s := r.p.spots[spot]
	rect.Move(fyne.NewPos(s.X, s.Y))
	rect.Resize(fyne.NewSize(s.Width, s.Height))
}
