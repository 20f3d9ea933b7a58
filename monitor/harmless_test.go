package monitor

import (
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestHarmless(t *testing.T) {
	tests := []struct {
		name, in string
		limit    int
		want     string
	}{
		{"plain text stays", "Renew soon", 200, "Renew soon"},
		{"lines and tabs fold to one blank", "  Renew\r\n\tsoon  ", 200, "Renew soon"},
		{"control characters go", "Re\x1b[31mnew\x07", 200, "Re[31mnew"},
		{"bidirectional marks go", "abc\u202etxt.exe\u2066", 200, "abctxt.exe"},
		{"zero width and BOM go", "pay\u200bpal\ufeff", 200, "paypal"},
		{"broken UTF-8 goes", "a\xffb", 200, "ab"},
		{"markup is only text", "<b>$(x)</b>", 200, "<b>$(x)</b>"},
		{"long text is cut", "abcdef", 4, "abc…"},
		{"exact length is not cut", "abcd", 4, "abcd"},
		{"a cut leaves no blank at its end", "abc defg", 5, "abc…"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := Harmless(tt.in, tt.limit); got != tt.want {
				t.Errorf("Harmless(%q, %d) = %q, want %q", tt.in, tt.limit, got, tt.want)
			}
		})
	}
}

func FuzzHarmless(f *testing.F) {
	f.Add("Renew\u202e soon\n", 5)
	f.Fuzz(func(t *testing.T, s string, limit int) {
		limit = 1 + abs(limit)%300
		got := Harmless(s, limit)
		if n := utf8.RuneCountInString(got); n > limit {
			t.Errorf("%d runes, want at most %d", n, limit)
		}
		for _, r := range got {
			if r != ' ' && (unicode.IsSpace(r) || unicode.In(r, unicode.C)) {
				t.Errorf("%q is left in %q", r, got)
			}
		}
		if again := Harmless(got, limit); again != got {
			t.Errorf("a second pass changes %q to %q", got, again)
		}
	})
}

func abs(n int) int {
	if n < 0 {
		return -(n + 1)
	}
	return n
}
