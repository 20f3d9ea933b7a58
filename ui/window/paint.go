package window

import (
	"image"
	"image/color"
	"math"

	"golang.org/x/image/vector"

	"licensewatch/internal/picture"
)

// painter paints the areas and lines of a picture at the resolution of the screen. Fyne's canvas has no object for an area of any shape,
// and draws each line as an object of its own, of which a plot has hundreds.
type painter struct {
	img   *image.RGBA
	scale float32 // pixels per unit
	color func(role picture.Role, area bool) color.NRGBA
	fill  vector.Rasterizer
}

func (p *painter) shape(shape picture.Shape) {
	switch s := shape.(type) {
	case picture.Box:
		p.box(s)
	case picture.Line:
		p.line(s)
	case picture.Path:
		if s.Width == 0 {
			p.area(p.shade(s.Role, true, s.Opacity), s.Points)
			return
		}
		var strokes [][]picture.Point
		for i := 1; i < len(s.Points); i++ {
			strokes = append(strokes, stroke(s.Points[i-1], s.Points[i], s.Width, s.Width/2))
		}
		p.area(p.shade(s.Role, false, s.Opacity), strokes...)
	}
}

func (p *painter) box(b picture.Box) {
	outer := rounded(b.X, b.Y, b.Width, b.Height, b.Radius)
	if b.Pattern == picture.Solid {
		p.area(p.shade(b.Role, true, b.Opacity), outer)
		return
	}
	inner := rounded(b.X+1, b.Y+1, b.Width-2, b.Height-2, b.Radius-1)
	for i, j := 0, len(inner)-1; i < j; i, j = i+1, j-1 {
		inner[i], inner[j] = inner[j], inner[i] // turned round, it is a hole
	}
	parts := [][]picture.Point{outer, inner}
	p.area(p.shade(b.Role, false, b.Opacity), parts...)
	var strokes [][]picture.Point
	for _, l := range b.Hatch() {
		strokes = append(strokes, stroke(l.From, l.To, l.Width, 0))
	}
	p.area(p.shade(b.Role, false, b.Opacity), strokes...)
}

// The lengths of a dash and of the gap after it, as picture.SVG has them.
const dash, dashGap = 4, 3

func (p *painter) line(l picture.Line) {
	c := p.shade(l.Role, false, l.Opacity)
	if !l.Dashed {
		p.area(c, stroke(l.From, l.To, l.Width, 0))
		return
	}
	dx, dy := l.To.X-l.From.X, l.To.Y-l.From.Y
	length := float32(math.Hypot(float64(dx), float64(dy)))
	at := func(d float32) picture.Point {
		part := min(d, length) / length
		return picture.Point{X: l.From.X + dx*part, Y: l.From.Y + dy*part}
	}
	var dashes [][]picture.Point
	for d := float32(0); d < length; d += dash + dashGap {
		dashes = append(dashes, stroke(at(d), at(d+dash), l.Width, 0))
	}
	p.area(c, dashes...)
}

// shade is the colour of a role, as opaque as that; 0 counts as 1.
func (p *painter) shade(role picture.Role, area bool, opacity float32) color.NRGBA {
	c := p.color(role, area)
	if opacity > 0 {
		c.A = uint8(float32(c.A)*min(1, opacity) + .5)
	}
	return c
}

// area fills polygons, whose edges are smoothed.
func (p *painter) area(c color.NRGBA, polygons ...[]picture.Point) {
	bounds := image.Rectangle{}
	for _, polygon := range polygons {
		for _, at := range polygon {
			x, y := int(math.Floor(float64(at.X*p.scale))), int(math.Floor(float64(at.Y*p.scale)))
			bounds = bounds.Union(image.Rect(x, y, x+2, y+2))
		}
	}
	bounds = bounds.Intersect(p.img.Bounds())
	if bounds.Empty() {
		return
	}
	left, top := float32(bounds.Min.X), float32(bounds.Min.Y)
	p.fill.Reset(bounds.Dx(), bounds.Dy())
	for _, polygon := range polygons {
		for i, at := range polygon {
			x, y := at.X*p.scale-left, at.Y*p.scale-top
			if i == 0 {
				p.fill.MoveTo(x, y)
			} else {
				p.fill.LineTo(x, y)
			}
		}
		p.fill.ClosePath()
	}
	p.fill.Draw(p.img, bounds, image.NewUniform(c), image.Point{})
}

// stroke is the outline of a line that is longer by more at either end.
func stroke(a, b picture.Point, width, more float32) []picture.Point {
	dx, dy := b.X-a.X, b.Y-a.Y
	length := float32(math.Hypot(float64(dx), float64(dy)))
	if length == 0 {
		return nil
	}
	dx, dy = dx/length, dy/length
	a, b = picture.Point{X: a.X - dx*more, Y: a.Y - dy*more}, picture.Point{X: b.X + dx*more, Y: b.Y + dy*more}
	nx, ny := -dy*width/2, dx*width/2
	return []picture.Point{{X: a.X + nx, Y: a.Y + ny}, {X: b.X + nx, Y: b.Y + ny}, {X: b.X - nx, Y: b.Y - ny}, {X: a.X - nx, Y: a.Y - ny}}
}

// rounded is the outline of a rectangle with round corners.
func rounded(x, y, width, height, radius float32) []picture.Point {
	r := max(0, min(radius, width/2, height/2))
	if r == 0 {
		return []picture.Point{{X: x, Y: y}, {X: x + width, Y: y}, {X: x + width, Y: y + height}, {X: x, Y: y + height}}
	}
	var outline []picture.Point
	const steps = 8
	for corner, middle := range []picture.Point{
		{X: x + width - r, Y: y + r}, {X: x + width - r, Y: y + height - r}, {X: x + r, Y: y + height - r}, {X: x + r, Y: y + r},
	} {
		for i := range steps + 1 {
			angle := (float64(corner-1) + float64(i)/steps) * math.Pi / 2
			outline = append(outline, picture.Point{X: middle.X + r*float32(math.Cos(angle)), Y: middle.Y + r*float32(math.Sin(angle))})
		}
	}
	return outline
}
