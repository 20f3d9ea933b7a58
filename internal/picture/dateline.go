package picture

import (
	"fmt"
	"slices"
	"time"

	"licensewatch/monitor"
)

// Widths on a date line.
const (
	nearest    float32 = 12 // at least, between two days that are not the same, so that their marks lie apart
	leastBreak float32 = 44 // of a broken stretch
	lead       float32 = 12 // before the first day
)

// arrange gives each day its place. As few stretches as need be are broken, the longest first.
func (l *dateLine) arrange() {
	n := len(l.stops) - 1
	room := max(60, l.width-l.widest()-lead)
	gaps := make([]int, n)
	order := make([]int, n)
	for i := range gaps {
		gaps[i], order[i] = l.stops[i+1].day-l.stops[i].day, i
	}
	slices.SortFunc(order, func(a, b int) int { return gaps[b] - gaps[a] })
	widths := make([]float32, n)
	for broken := range n + 1 {
		if l.divide(widths, gaps, order, broken, room) {
			break
		}
	}
	l.stops[0].x = lead
	for i, w := range widths {
		l.stops[i+1].x = l.stops[i].x + w
	}
}

// divide shares out the room with that many stretches broken. It reports whether that is enough for the shortest; with all broken
// there is nothing more to be had.
func (l *dateLine) divide(widths []float32, gaps, order []int, broken int, room float32) bool {
	days, n := 0, len(gaps)
	for _, i := range order[broken:] {
		days += gaps[i]
	}
	var scale float32 // units per day where the line is whole
	nearest := max(nearest, 0.05*room)
	switch {
	case broken == n:
	case broken == 0:
		scale = room / float32(days)
	default:
		scale = max(nearest/float32(gaps[order[n-1]]), min(0.4*room, room-leastBreak*float32(broken))/float32(days))
	}
	left := room - scale*float32(days)
	if broken < n && (scale*float32(gaps[order[n-1]]) < nearest-0.01 || left < leastBreak*float32(broken)-0.01) {
		return false
	}
	for rank, i := range order {
		l.stops[i+1].broken = rank < broken
		widths[i] = scale * float32(gaps[i])
		if rank < broken {
			widths[i] = left / float32(broken)
		}
	}
	return true
}

// at is the place of a day. Between two that have a place of their own it is in proportion or, where the line is broken, near the one
// that it is nearer to, and never so near that it could not be told from it.
func (l *dateLine) at(day int) float32 {
	for i, s := range l.stops {
		if day > s.day {
			continue
		}
		if day == s.day || i == 0 {
			return s.x
		}
		before := l.stops[i-1]
		width, part := s.x-before.x, float32(day-before.day)/float32(s.day-before.day)
		apart := min(12, width/4)
		switch {
		case !s.broken:
			return before.x + min(max(width*part, apart), width-apart)
		case part < 0.5:
			return before.x + apart
		}
		return s.x - apart
	}
	return l.stops[len(l.stops)-1].x
}

// piece is a part of the line on which a licence stands the same.
type piece struct {
	from, until float32
	state       state
	now         bool      // today is in it
	breaks      []float32 // where the line is broken
}

// pieces cuts the line where the state changes.
func (l *dateLine) pieces() []piece {
	list := []piece{{until: l.width, state: l.state(l.stops[0].day - 1)}}
	for i, s := range l.stops {
		last := &list[len(list)-1]
		if i > 0 && s.broken {
			last.breaks = append(last.breaks, whole((l.stops[i-1].x+s.x)/2))
		}
		if now := l.state(s.day); now != last.state {
			last.until = whole(s.x)
			list = append(list, piece{from: whole(s.x), until: l.width, state: now})
			last = &list[len(list)-1]
		}
		last.now = last.now || s.day == 0
	}
	return list
}

// stretches fill the line by how the licence stands: strongly where it is today, faintly where it was or will be.
func (l *dateLine) stretches() {
	for _, p := range l.pieces() {
		box := Box{X: p.from, Y: l.bar, Height: barHeight, Role: OK}
		word := ""
		switch p.state {
		case reminds:
			box.Role = Warning
		case expired:
			box.Role, box.Pattern, word = Critical, Hatched, "expired"
			if l.has(monitor.DateGrace) {
				word = "grace"
			}
		case stopped:
			box.Role, word = Critical, "stopped"
		}
		if !p.now {
			box.Opacity = 0.4
		}
		if word != "" {
			l.word(&l.taken, word, (p.from+p.until)/2, l.ticks, p.from, p.until, Critical)
		}
		l.piece(box, p)
	}
	for i, s := range l.stops[1:] {
		if before := l.stops[i]; s.broken {
			l.word(&l.taken, span(s.day-before.day), (before.x+s.x)/2, l.ticks, before.x, s.x, Quiet)
		}
	}
}

// piece draws one; a licence that does not end has an arrow where the line does.
func (l *dateLine) piece(box Box, p piece) {
	end := p.until - 1
	switch last := p.until == l.width; {
	case last && p.state < expired:
		end = l.width - barHeight
		l.add(Path{Points: []Point{{end, l.bar - 3}, {l.width, l.bar + barHeight/2}, {end, l.bar + barHeight + 3}}, Role: box.Role, Opacity: box.Opacity})
		l.word(&l.taken, "does not end", l.width, l.ticks, p.from, l.width, Quiet)
	case last:
		end = l.width
	}
	for _, x := range p.breaks {
		box.Width = x - 4 - box.X
		l.add(box)
		box.X = x + 4
	}
	box.Width = end - box.X
	l.add(box)
	for _, x := range p.breaks {
		for _, x := range []float32{x - 4, x + 4} {
			l.add(Line{From: Point{x - 3, l.bar + barHeight + 2}, To: Point{x + 3, l.bar - 2}, Width: 1.5, Role: Quiet})
		}
	}
}

// span says how long a stretch is.
func span(days int) string {
	if days < 731 {
		return monitor.Days(days)
	}
	return fmt.Sprintf("%.1f years", float64(days)/365.25)
}

func (l *dateLine) has(kind monitor.DateKind) bool {
	return slices.ContainsFunc(l.list, func(c monitor.Countdown) bool { return c.Kind == kind && c.Date.IsDay() })
}

// maintenance is a line of its own beneath, strong as long as upgrades install.
func (l *dateLine) maintenance() {
	for _, c := range l.list {
		if c.Kind == monitor.DateMaintenance && c.Date.IsDay() {
			y, end := half(l.rail), l.at(c.Days)
			l.add(Line{From: Point{0, y}, To: Point{end, y}, Width: 3, Role: Quiet},
				Line{From: Point{end, y}, To: Point{l.width, y}, Width: 1, Role: Quiet, Dashed: true})
		}
	}
}

// reserve keeps words away from the poles that cross their row.
func (l *dateLine) reserve() {
	for _, f := range l.under {
		if x := l.at(f.day); !f.what.Apart {
			l.taken.take(x-1, x+2)
		}
	}
}

// flags draws the labels and their poles, and a dot for each on the line.
func (l *dateLine) flags() {
	low := l.bar + barHeight
	for _, f := range l.over {
		x, y := l.at(f.day), l.bar-5-laneHeight*float32(f.lane)
		if f.role == Accent {
			l.add(Line{From: Point{half(x), y - 10}, To: Point{half(x), low + 4}, Width: 2, Role: Accent})
		} else {
			l.hair(x, y-10, x, l.bar, Grid, 1)
		}
		l.label(f, x, y)
	}
	for _, f := range l.under {
		x, y := l.at(f.day), l.rail+8+laneHeight*float32(f.lane)+12
		top := l.rail
		if !f.what.Apart {
			top = low
		}
		l.hair(x, top, x, y+1, Grid, 1)
		l.label(f, x, y)
	}
	for _, f := range slices.Concat(l.under, l.over) {
		if f.role == Accent {
			continue
		}
		y := l.bar + barHeight/2
		if f.what.Apart {
			y = l.rail
		}
		l.add(Box{X: whole(l.at(f.day)) - 4, Y: whole(y) - 4, Width: 8, Height: 8, Radius: 4, Role: Ink})
	}
}

// label is a text beside its pole, after the icon of what is the matter.
func (l *dateLine) label(f *flag, x, y float32) {
	x = half(x) + flagGap
	if f.what.Severity > monitor.OK {
		l.add(Mark{X: x + iconSize/2, Y: y - 4, Size: iconSize, Severity: f.what.Severity})
		x += f.icon()
	}
	l.add(Text{X: x, Y: y, Text: f.name, More: f.date, Size: textSize, Bold: f.bold(), Role: f.role})
}

// scale names months and years where the line is whole.
func (l *dateLine) scale() {
	zero := calendar(l.today)
	at := func(t time.Time) float32 { return l.at(int(t.Sub(zero) / (24 * time.Hour))) }
	for i, s := range l.stops[1:] {
		if before := l.stops[i]; !s.broken {
			from, until := zero.AddDate(0, 0, before.day+1), zero.AddDate(0, 0, s.day)
			l.axis(&l.taken, ticks(from, until, s.x-before.x, monthly), at, l.bar+barHeight, 0, l.width)
		}
	}
}
