package settings

import (
	"bytes"
	"strconv"
	"strings"
	"time"

	"licensewatch/monitor"
)

// encode writes a field's value as TOML; nothing if it is nil.
func encode(at any) string {
	switch value := at.(type) {
	case *string:
		return quote(*value)
	case *bool:
		return strconv.FormatBool(*value)
	case *time.Duration:
		return quote(words(*value))
	case *[]string:
		quoted := make([]string, len(*value))
		for i, s := range *value {
			quoted[i] = quote(s)
		}
		return "[" + strings.Join(quoted, ", ") + "]"
	case *[]int:
		return ints(*value)
	case **int:
		return count(*value)
	}
	return encodeRule(at)
}

// ints writes a list of numbers, nothing for nil.
func ints(list []int) string {
	if list == nil {
		return ""
	}
	words := make([]string, len(list))
	for i, n := range list {
		words[i] = strconv.Itoa(n)
	}
	return "[" + strings.Join(words, ", ") + "]"
}

// count writes a number of free seats, nothing for nil.
func count(n *int) string {
	switch {
	case n == nil:
		return ""
	case *n == monitor.NoSeatWarning:
		return quote(off)
	}
	return strconv.Itoa(*n)
}

// quote writes s, which has no control characters, as a TOML string: as people would.
func quote(s string) string {
	if strings.Contains(s, `\`) && !strings.Contains(s, "'") {
		return "'" + s + "'"
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`
}

// words writes a duration as people do: "1h", not "1h0m0s".
func words(d time.Duration) string {
	s := d.String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}

// extent returns where the section's header, or its first key, begins and where its last value ends.
func (s section) extent() (first, last int) {
	first, last = s.header.start, s.header.end
	if n := len(s.entries); n > 0 {
		last = s.entries[n-1].value.end
	}
	return first, last
}

// whole is the extent of a site's block together with its owners' blocks.
func (s section) whole() (first, last int) {
	first, last = s.extent()
	if n := len(s.owners); n > 0 {
		_, last = s.owners[n-1].extent()
	}
	return first, last
}

// newline returns the line ending that the text uses.
func (d *document) newline() string {
	if bytes.Contains(d.data, []byte("\r\n")) {
		return "\r\n"
	}
	return "\n"
}

func (d *document) lineStart(offset int) int { return 1 + bytes.LastIndexByte(d.data[:offset], '\n') }

// lineEnd returns the first offset behind the line that offset is in.
func (d *document) lineEnd(offset int) int {
	if n := bytes.IndexByte(d.data[offset:], '\n'); n >= 0 {
		return offset + n + 1
	}
	return len(d.data)
}

// indent returns the white space before the first word of the line that offset is in.
func (d *document) indent(offset int) string {
	line := d.data[d.lineStart(offset):]
	return string(line[:len(line)-len(bytes.TrimLeft(line, " \t"))])
}

// head returns where a first key may stand: behind a comment that is a paragraph of its own, as a file's
// title, else at the very beginning.
func (d *document) head() int {
	at := 0
	for at < len(d.data) && d.data[at] == '#' {
		at = d.lineEnd(at)
	}
	if at > 0 && at < len(d.data) && blankFirst(d.data[at:]) {
		return d.lineEnd(at)
	}
	return 0
}

// blankFirst reports whether the first line of text holds nothing but blanks.
func blankFirst(text []byte) bool {
	line, _, _ := bytes.Cut(text, []byte("\n"))
	return len(bytes.TrimSpace(line)) == 0
}
