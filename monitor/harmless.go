package monitor

import (
	"strings"
	"unicode"
)

// Harmless makes text from a server fit to be shown as plain text on one line: control, format and
// bidirectional marks are dropped, white space is folded to single blanks, and what is longer than
// limit runes ends in "…".
func Harmless(s string, limit int) string {
	var b strings.Builder
	n, blank := 0, false
	for _, r := range s {
		switch {
		case unicode.IsSpace(r):
			blank = b.Len() > 0
			continue
		case r == unicode.ReplacementChar, unicode.In(r, unicode.C, unicode.Zl, unicode.Zp):
			continue
		}
		room := 1
		if blank {
			room = 2
		}
		if n+room > limit {
			return cut(b.String(), limit)
		}
		if blank {
			b.WriteByte(' ')
			blank = false
		}
		b.WriteRune(r)
		n += room
	}
	return b.String()
}

// cut shortens s, which has at most limit runes, so that "…" fits in too.
func cut(s string, limit int) string {
	runes := []rune(s)
	return strings.TrimRight(string(runes[:max(0, min(len(runes), limit-1))]), " ") + "…"
}
