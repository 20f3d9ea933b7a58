package picture

// entry explains one thing that a picture shows.
type entry struct {
	text   string
	role   Role
	bold   bool
	swatch func(x, middle float32) // draws it, 18 wide; nil: there is none
}

const (
	swatchWidth  float32 = 18
	legendHeight float32 = 17
)

// legend explains what is shown, in as many rows as it takes, and returns where it ends.
func (s *sheet) legend(entries []entry, y float32) float32 {
	x := float32(0)
	for i, e := range entries {
		lead := float32(0)
		if e.swatch != nil {
			lead = swatchWidth + 5
		}
		width := lead + s.measure(e.text, textSize, e.bold)
		if i > 0 && x+width > s.width {
			x, y = 0, y+legendHeight
		}
		if e.swatch != nil {
			e.swatch(x, y+legendHeight/2)
		}
		text := s.fit(e.text, textSize, e.bold, s.width-lead)
		s.add(Text{X: x + lead, Y: y + 13, Text: text, Size: textSize, Bold: e.bold, Role: e.role})
		x += width + 14
	}
	if len(entries) == 0 {
		return y
	}
	return y + legendHeight
}

// fit cuts a text that is wider than width.
func (s *sheet) fit(text string, size float32, bold bool, width float32) string {
	if s.measure(text, size, bold) <= width {
		return text
	}
	runes := []rune(text)
	for len(runes) > 0 && s.measure(string(runes)+"…", size, bold) > width {
		runes = runes[:len(runes)-1]
	}
	return string(runes) + "…"
}
