package soapclient

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// unescape resolves character references and the five entities that XML itself declares.
func unescape(text []byte) ([]byte, error) {
	amp := bytes.IndexByte(text, '&')
	if amp < 0 {
		return clean(text)
	}
	out := make([]byte, 0, len(text))
	for amp >= 0 {
		plain, err := clean(text[:amp])
		if err != nil {
			return nil, err
		}
		out = append(out, plain...)
		semi := bytes.IndexByte(text[amp:], ';')
		if semi < 0 {
			return nil, errors.New("& stands alone")
		}
		r, ok := reference(string(text[amp+1 : amp+semi]))
		if !ok {
			return nil, fmt.Errorf("%s is not a known entity", text[amp:amp+semi+1])
		}
		out = utf8.AppendRune(out, r)
		text = text[amp+semi+1:]
		amp = bytes.IndexByte(text, '&')
	}
	plain, err := clean(text)
	return append(out, plain...), err
}

func reference(name string) (rune, bool) {
	switch name {
	case "amp":
		return '&', true
	case "lt":
		return '<', true
	case "gt":
		return '>', true
	case "quot":
		return '"', true
	case "apos":
		return '\'', true
	}
	digits, base := strings.CutPrefix(name, "#x")
	radix := 16
	if !base {
		if digits, base = strings.CutPrefix(name, "#"); !base {
			return 0, false
		}
		radix = 10
	}
	n, err := strconv.ParseUint(digits, radix, 32)
	if err != nil || n > utf8.MaxRune || n >= 0xD800 && n < 0xE000 || n == 0xFFFE || n == 0xFFFF ||
		n < ' ' && n != '\t' && n != '\n' && n != '\r' {
		return 0, false
	}
	return rune(n), true
}

// clean folds line ends to "\n", as XML demands, and refuses characters that XML does not have.
func clean(text []byte) ([]byte, error) {
	folded := false
	for i, c := range text {
		switch {
		case c == '\r':
			folded = true
		case c < ' ' && c != '\t' && c != '\n', c == 0xEF && i+2 < len(text) && text[i+1] == 0xBF && text[i+2] >= 0xBE:
			return nil, errors.New("a character that XML does not allow stands in text")
		}
	}
	if !folded {
		return text, nil
	}
	text = bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n"))
	return bytes.ReplaceAll(text, []byte("\r"), []byte("\n")), nil
}
