package simulator

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Story is a list of changes and when they happen. Its text is one step a line,
//
//	+20s Head office SUPEROFFICE status NewLicenseAvailable
//
// with # before a comment; demo.story names every change.
type Story struct {
	Steps []Step // the earliest first
}

// Step is one change of a story.
type Step struct {
	At time.Duration // since the story began
	Change
}

// String returns the step as a line of a story.
func (s Step) String() string { return "+" + s.At.String() + " " + s.Change.String() }

// String returns the story as text that ParseStory reads.
func (s Story) String() string {
	var b strings.Builder
	for _, step := range s.Steps {
		b.WriteString(step.String() + "\n")
	}
	return b.String()
}

// ParseStory reads a story that happens in w: its sites, owners and modules must be there. Every error names
// its line and what would be right.
func ParseStory(text string, w World) (Story, error) {
	var story Story
	for i, line := range strings.Split(text, "\n") {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		step, err := parseStep(line, w)
		if err != nil {
			return Story{}, fmt.Errorf("line %d: %w", i+1, err)
		}
		story.Steps = append(story.Steps, step)
	}
	slices.SortStableFunc(story.Steps, func(a, b Step) int { return cmp.Compare(a.At, b.At) })
	return story, nil
}

func parseStep(line string, w World) (Step, error) {
	when, rest := line, ""
	if i := strings.IndexFunc(line, unicode.IsSpace); i > 0 {
		when, rest = line[:i], line[i:]
	}
	at, ok := strings.CutPrefix(when, "+")
	d, err := time.ParseDuration(at)
	if !ok || err != nil || d < 0 || d > 30*24*time.Hour {
		return Step{}, fmt.Errorf("%q is not a time; a line begins with one such as +20s or +1m30s", when)
	}
	change, err := ParseChange(rest, w)
	return Step{d, change}, err
}

// ParseChange reads one line of a story without its time: "Head office SUPEROFFICE status Ok".
func ParseChange(line string, w World) (Change, error) {
	line = strings.TrimSpace(line)
	at := siteIn(line, w)
	if at == nil {
		return Change{}, fmt.Errorf("no site is called as in %q; the sites are %s", line, siteNames(w))
	}
	rest := &words{rest: line[len(at.Name):]}
	c, err := parseWhat(rest, at)
	switch {
	case err != nil:
		return Change{}, err
	case !rest.done():
		return Change{}, fmt.Errorf("%q is too much; put a comment behind #", strings.TrimSpace(rest.rest))
	}
	return c, nil
}

// siteIn returns the site whose name line begins with, the longest if several do.
func siteIn(line string, w World) (found *Site) {
	for i := range w.Sites {
		s := &w.Sites[i]
		rest, ok := strings.CutPrefix(line, s.Name)
		next, _ := utf8.DecodeRuneInString(rest)
		if ok && (rest == "" || unicode.IsSpace(next)) && (found == nil || len(s.Name) > len(found.Name)) {
			found = s
		}
	}
	return found
}

func siteNames(w World) string {
	var names []string
	for _, s := range w.Sites {
		names = append(names, s.Name)
	}
	return strings.Join(names, ", ")
}

// parseWhat reads what follows the site's name.
func parseWhat(rest *words, at *Site) (Change, error) {
	word, _, err := rest.next()
	if err != nil {
		return Change{}, fmt.Errorf("nothing happens at %s; name an owner (%s) and a change, or a fault", at.Name, at.ownerNames())
	}
	if word == "fault" {
		f, err := parseFault(rest)
		return Change{Site: at.Name, what: f}, err
	}
	if parse := tenantVerbs[word]; parse != nil {
		if at.Tenant == nil {
			return Change{}, fmt.Errorf("%s is no tenant of SuperOffice Online, so it has no %s", at.Name, word)
		}
		e, err := parse(rest)
		return Change{Site: at.Name, what: e}, err
	}
	o := at.owner(word)
	if o == nil {
		return Change{}, fmt.Errorf("%s has no owner %s; its owners are %s", at.Name, word, at.ownerNames())
	}
	c := Change{Site: at.Name, Owner: o.Name}
	verb, _, _ := rest.next()
	if verb == "fault" {
		f, err := parseFault(rest)
		if err == nil && !f.fitsOwner() {
			err = fmt.Errorf("%s happens to a whole site; leave out the owner", f)
		}
		c.what = f
		return c, err
	}
	parse := verbs[verb]
	if parse == nil {
		return Change{}, fmt.Errorf("%q is no change; say status, message, seats, date, offer or fault", verb)
	}
	c.what, err = parse(rest)
	if of, ok := c.what.(interface{ needs() string }); ok && err == nil && of.needs() != "" && o.Licence.module(of.needs()) == nil {
		err = fmt.Errorf("%s at %s has no module %s", o.Name, at.Name, of.needs())
	}
	return c, err
}

func (s *Site) ownerNames() string {
	var names []string
	for _, o := range s.Owners {
		names = append(names, o.Name)
	}
	return strings.Join(names, ", ")
}

// words reads a line word by word; a word in double quotes is as Go writes it.
type words struct{ rest string }

var errNoWord = errors.New("a word is missing")

// next returns the next word and whether it stood in quotes.
func (w *words) next() (word string, quoted bool, err error) {
	if w.done() {
		return "", false, errNoWord
	}
	w.rest = strings.TrimLeftFunc(w.rest, unicode.IsSpace)
	if w.rest[0] == '"' {
		prefix, err := strconv.QuotedPrefix(w.rest)
		if err != nil {
			return "", false, fmt.Errorf("the quotes that begin at %s do not end", w.rest)
		}
		w.rest = w.rest[len(prefix):]
		word, err = strconv.Unquote(prefix)
		return word, true, err
	}
	end := strings.IndexFunc(w.rest, unicode.IsSpace)
	if end < 0 {
		end = len(w.rest)
	}
	word, w.rest = w.rest[:end], w.rest[end:]
	return word, false, nil
}

// done reports whether nothing but a comment follows.
func (w *words) done() bool {
	rest := strings.TrimLeftFunc(w.rest, unicode.IsSpace)
	return rest == "" || rest[0] == '#'
}
