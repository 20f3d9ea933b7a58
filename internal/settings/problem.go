package settings

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Error is all that is wrong in a settings file, or in a site that was to be saved.
type Error struct {
	Path     string    // of the file; empty when the problems are not in a file yet
	Problems []Problem // by line
}

// Problem is one thing that is wrong.
type Problem struct {
	Line   int    // from 1; 0 when the problem is not in a file yet
	Key    string // empty when the file's form is at fault
	Text   string // one sentence
	Remedy string // what to do
}

func newError(path string, problems []Problem) *Error {
	slices.SortStableFunc(problems, func(a, b Problem) int { return cmp.Compare(a.Line, b.Line) })
	return &Error{Path: path, Problems: problems}
}

// Error returns one line per problem: file, line, text, remedy.
func (e *Error) Error() string {
	lines := make([]string, len(e.Problems))
	for i, p := range e.Problems {
		lines[i] = p.String()
		if p.Line > 0 {
			lines[i] = fmt.Sprintf("%s:%d: %s", e.Path, p.Line, p)
		}
	}
	return strings.Join(lines, "\n")
}

// String returns text and remedy.
func (p Problem) String() string {
	if p.Remedy == "" {
		return p.Text
	}
	return p.Text + "; " + p.Remedy
}

// unknown is the problem of a key that is not among known.
func unknown(key string, known []string) Problem {
	p := Problem{Key: key, Text: fmt.Sprintf("key %q is not known", key)}
	if like := nearest(key, known); like != "" {
		p.Remedy = fmt.Sprintf("did you mean %q?", like)
	} else {
		p.Remedy = "known here are " + strings.Join(known, ", ")
	}
	return p
}

// nearest returns the word of known that word may be a slip of, or "".
func nearest(word string, known []string) string {
	plain := strings.NewReplacer("-", "", "_", "", " ", "")
	fold := func(s string) string { return plain.Replace(strings.ToLower(s)) }
	best, least := "", 0
	for _, k := range known {
		d := distance(fold(word), fold(k))
		if d <= max(1, len(k)/3) && (best == "" || d < least) {
			best, least = k, d
		}
	}
	return best
}

// distance counts the letters to insert, drop or replace between a and b (Levenshtein's).
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := diagonal
			if a[i] != b[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
