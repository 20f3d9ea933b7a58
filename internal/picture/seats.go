package picture

import (
	"cmp"
	"fmt"

	"licensewatch/monitor"
)

// Sizes of a seat bar.
const (
	leastSeatBar float32 = 60
	seatHeight   float32 = 10
	bareHeight   float32 = 7   // where it stands beneath its numbers
	seatNarrow   float32 = 190 // up to it, the numbers stand above the bar
)

// SeatBar shows how many seats of a module are in use, how many are free, and by how many the owned ones are passed. A bar whose module
// has no limit has no end. Its height depends on the paper alone.
func SeatBar(m monitor.Module, p Paper) Picture {
	s := newSheet(p, leastSeatBar)
	text, role := seatText(m)
	switch bold := role != Ink; {
	case p.Bare:
		s.seats(m, role, 4, bareHeight, s.width)
		return s.picture(15, seatWords(m))
	case s.width < seatNarrow:
		s.add(Text{X: 0, Y: 12, Text: s.fit(text, textSize, bold, s.width), Size: textSize, Bold: bold, Role: role})
		s.seats(m, role, 18, seatHeight, s.width)
		return s.picture(31, seatWords(m))
	default:
		// Bars beneath each other end at the same place, if their numbers are not unusually long.
		words := max(s.measure(text, textSize, bold), s.measure("000 of 000, 00 free", textSize, false))
		s.add(Text{X: s.width, Y: 13, Text: text, Size: textSize, Align: End, Bold: bold, Role: role})
		s.seats(m, role, 4, seatHeight, max(20, whole(s.width-words-14)))
		return s.picture(18, seatWords(m))
	}
}

// seatText is what stands beside the bar, and its role. How few free seats are worth a warning is not for a picture to judge.
func seatText(m monitor.Module) (string, Role) {
	free := m.Total - m.InUse
	switch {
	case m.Unrestricted:
		return fmt.Sprintf("%d, no limit", m.InUse), Ink
	case m.Uncounted:
		return fmt.Sprintf("%d owned", m.Total), Ink
	case free < 0:
		return fmt.Sprintf("%d of %d, %d over", m.InUse, m.Total, -free), Critical
	case m.Total == 0:
		return "none owned", Ink
	case free == 0 && m.Type == "UserLicense":
		return fmt.Sprintf("%d of %d, none free", m.InUse, m.Total), Warning
	}
	return fmt.Sprintf("%d of %d, %d free", m.InUse, m.Total, free), Ink
}

// seats draws the bar itself from y on, up to width.
func (s *sheet) seats(m monitor.Module, role Role, y, height, width float32) {
	if role == Ink {
		role = Accent
	}
	inUse, total := float32(max(0, m.InUse)), float32(max(0, m.Total))
	if m.Uncounted {
		inUse = 0
	}
	switch {
	case m.Unrestricted:
		s.endless(inUse > 0, y, height, width)
	case inUse > total:
		owned := whole((width - 18) * total / inUse)
		s.add(Box{X: 0, Y: y, Width: owned, Height: height, Role: Accent},
			Box{X: owned, Y: y, Width: whole(width-18) - owned, Height: height, Role: role, Pattern: Hatched},
			Line{From: Point{owned, y - 3}, To: Point{owned, y + height + 3}, Width: 2, Role: Ink},
			Mark{X: width - 7, Y: y + height/2, Size: 14, Severity: monitor.Critical})
	default:
		s.add(Box{X: 0, Y: y, Width: width, Height: height, Radius: 2, Role: Grid, Pattern: Outlined})
		if inUse > 0 {
			s.add(Box{X: 0, Y: y, Width: max(2, whole(width*inUse/total)), Height: height, Radius: 2, Role: role})
		}
	}
}

// endless is a bar that is open at its end.
func (s *sheet) endless(used bool, y, height, width float32) {
	var begin float32
	if used {
		begin = whole(width * 0.4)
		s.add(Box{X: 0, Y: y, Width: begin, Height: height, Role: Accent})
	} else {
		s.hair(0, y, 0, y+height-1, Grid, 1)
	}
	for _, y := range []float32{half(y), half(y + height - 1)} {
		s.add(Line{From: Point{begin, y}, To: Point{whole(width * 0.7), y}, Width: 1, Role: Grid},
			Line{From: Point{whole(width*0.7) + 3, y}, To: Point{width, y}, Width: 1, Role: Grid, Dashed: true})
	}
}

// seatWords say what the bar shows.
func seatWords(m monitor.Module) string {
	name, free := moduleName(m), m.Total-m.InUse
	switch {
	case m.Unrestricted:
		return fmt.Sprintf("Seats of %s: %d in use, without a limit.", name, m.InUse)
	case m.Uncounted:
		return fmt.Sprintf("Seats of %s: %d owned, and nobody tells how many are in use.", name, m.Total)
	case free < 0:
		return fmt.Sprintf("Seats of %s: %d in use, %d more than the %d that are owned.", name, m.InUse, -free, m.Total)
	}
	return fmt.Sprintf("Seats of %s: %d of %d in use, %d free.", name, m.InUse, m.Total, free)
}

func moduleName(m monitor.Module) string { return monitor.Harmless(cmp.Or(m.Description, m.Name), 80) }
