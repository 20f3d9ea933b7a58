package picture

// Approximate returns about how wide a text is in a sans-serif font, rather too much than too little: it is for pictures that are shown
// where nobody can measure, in a font that is not known.
func Approximate(text string, size float32, bold bool) float32 {
	var ems float32
	for _, r := range text {
		ems += advance(r)
	}
	if bold {
		ems *= 1.12
	}
	return ems * size
}

// advance is the width of r, in sizes of the font.
func advance(r rune) float32 {
	switch {
	case r == 'i' || r == 'j' || r == 'l' || r == 'I' || r == '\'':
		return 0.3
	case r == ' ' || r == '.' || r == ',' || r == ':' || r == ';' || r == '|' || r == '·':
		return 0.33
	case r == 'f' || r == 't' || r == 'r' || r == '(' || r == ')' || r == '[' || r == ']' || r == '-' || r == '/':
		return 0.41
	case r == 'm' || r == 'M' || r == 'W' || r == '%' || r == '@' || r == '…' || r == '—':
		return 1
	case r == 'w' || r == '+' || r == '=' || r == '<' || r == '>' || r == '−':
		return 0.82
	case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
		return 0.63
	case r >= 'A' && r <= 'Z':
		return 0.74
	case r < 0x2e80:
		return 0.75
	}
	return 1.05 // of a script whose letters are squares
}
