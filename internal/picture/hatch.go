package picture

// hatchStep is how far apart, along an edge, the lines of a hatched box are.
const hatchStep = 6

// Hatch returns the slanted lines that fill a hatched box; none for another.
func (b Box) Hatch() []Line {
	if b.Pattern != Hatched {
		return nil
	}
	var lines []Line
	// A line is x+y = c within the box.
	for c := float32(hatchStep) / 2; c < b.Width+b.Height; c += hatchStep {
		from := Point{b.X + max(0, c-b.Height), b.Y + min(c, b.Height)}
		to := Point{b.X + min(c, b.Width), b.Y + max(0, c-b.Width)}
		lines = append(lines, Line{From: from, To: to, Width: 1.5, Role: b.Role, Opacity: b.Opacity})
	}
	return lines
}
