package picture

import (
	"time"

	"licensewatch/internal/caldate"
)

// sheet collects the shapes of a picture.
type sheet struct {
	paper  Paper
	width  float32
	shapes []Shape
	spots  []Spot
}

// newSheet is as wide as the paper, but at least that wide: below it, nothing could be read.
func newSheet(p Paper, least float32) *sheet { return &sheet{paper: p, width: max(p.Width, least)} }

func (s *sheet) picture(height float32, alt string) Picture {
	return Picture{Width: s.width, Height: height, Shapes: s.shapes, Spots: s.spots, Alt: alt}
}

func (s *sheet) measure(text string, size float32, bold bool) float32 {
	if s.paper.Measure == nil {
		return Approximate(text, size, bold)
	}
	return s.paper.Measure(text, size, bold)
}

func (s *sheet) add(shapes ...Shape) { s.shapes = append(s.shapes, shapes...) }

// hair is a line one unit wide, on whole pixels.
func (s *sheet) hair(x1, y1, x2, y2 float32, role Role, opacity float32) {
	s.add(Line{From: Point{half(x1), half(y1)}, To: Point{half(x2), half(y2)}, Width: 1, Role: role, Opacity: opacity})
}

// half is the middle of the unit in which v is.
func half(v float32) float32 { return float32(int(v)) + 0.5 }

// whole is the nearest unit.
func whole(v float32) float32 { return float32(int(v + 0.5)) }

// room keeps a row of words from being written over.
type room []stretch

type stretch struct{ from, until float32 }

// take reserves a stretch unless something is there, and reports whether it did.
func (r *room) take(from, until float32) bool {
	for _, t := range *r {
		if from < t.until && until > t.from {
			return false
		}
	}
	*r = append(*r, stretch{from, until})
	return true
}

// word writes a small text into a row where it is free: around x, else at either end of from and until.
func (s *sheet) word(r *room, text string, x, y, from, until float32, role Role) {
	width := s.measure(text, smallSize, false)
	low, high := from+width/2, until-width/2
	if low > high {
		return
	}
	for _, x := range []float32{min(max(x, low), high), low, high} {
		if r.take(x-width/2-4, x+width/2+4) {
			s.add(Text{X: x, Y: y, Text: text, Size: smallSize, Align: Middle, Role: role})
			return
		}
	}
}

// axis names the ticks of a row that begins at y. at is where an instant is; ticks that lie too close to another are left out.
func (s *sheet) axis(r *room, ticks []tick, at func(time.Time) float32, y, from, until float32) {
	for _, t := range ticks {
		x, width := at(t.at), s.measure(t.text, smallSize, false)
		if x-width/2 < from || x+width/2 > until || !r.take(x-width/2-4, x+width/2+4) {
			continue
		}
		s.hair(x, y, x, y+3, Quiet, 1)
		s.add(Text{X: half(x), Y: y + 13, Text: t.text, Size: smallSize, Align: Middle, Role: Quiet})
	}
}

var epoch = caldate.New(2000, time.January, 1)

// calendar is a day for package time, which knows months; its clock and zone mean nothing.
func calendar(d caldate.Date) time.Time {
	return time.Date(2000, time.January, 1+d.DaysFrom(epoch), 0, 0, 0, 0, time.UTC)
}

// short is a day for a label.
func short(d caldate.Date) string { return calendar(d).Format("2 Jan 2006") }
