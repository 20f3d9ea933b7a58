// Package notify words news as desktop notifications and hands them to the desktop.
//
//	[]monitor.Decision ─ Compose ─► Message ─ Sender ─► child process ─ Deliver ─► beeep ─► desktop
//
// beeep takes no deadline, so each notification goes through a short-lived child of the same binary.
package notify

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"licensewatch/monitor"
)

const (
	maxTitle = 80  // characters
	maxLine  = 160 // characters of one piece of news
	maxNews  = 4   // pieces of news in one notification
	maxNames = 6   // sites or owners that are named of those with one cause
)

// Message is one notification. Its text is safe for every back end: some read markup, and one runs a shell.
type Message struct {
	Title    string           `json:"title"`
	Body     string           `json:"body"`
	Severity monitor.Severity `json:"severity"`
}

// Compose words decisions as one message. Several about one owner, site or way out are one piece of news, whose worst is told; pieces
// of one cause are told in one sentence. It reports false when there is nothing to tell.
func Compose(list []monitor.Decision) (Message, bool) {
	causes := byCause(bySubject(list))
	if len(causes) == 0 {
		return Message{}, false
	}
	m := Message{Severity: monitor.OK}
	for _, c := range causes {
		for _, p := range c {
			m.Severity = max(m.Severity, p.To)
		}
	}
	held := heldWords(list)
	switch first := causes[0]; {
	case len(causes) > 1:
		m.Title, m.Body = several(causes, held)
	case len(first) > 1:
		m.Title = Safe(first.title(), maxTitle)
		m.Body = Safe(held+first.sentence(), 2*maxLine) + "\n" + first.names()
	default:
		m.Title, m.Body = Safe(title(first[0]), maxTitle), Safe(held+sentence(first[0], true), 2*maxLine)
	}
	return m, true
}

// bySubject takes of the decisions about one subject the one that tells most, with what the subject is now, in the order of the subjects.
func bySubject(list []monitor.Decision) []monitor.Decision {
	var pieces []monitor.Decision
	for _, d := range list {
		i := slices.IndexFunc(pieces, func(p monitor.Decision) bool { return p.Subject == d.Subject })
		if i < 0 {
			pieces = append(pieces, d)
			continue
		}
		lead := pieces[i]
		if cmp.Or(cmp.Compare(rank(d), rank(lead)), cmp.Compare(d.Finding.Severity, lead.Finding.Severity)) >= 0 {
			lead = d
		}
		lead.To = d.To
		pieces[i] = lead
	}
	return pieces
}

// rank is how much a person wants to know news of its kind before other news of the same subject.
func rank(d monitor.Decision) int {
	switch d.Act {
	case monitor.Appeared, monitor.Unstable:
		return 3
	case monitor.Still, monitor.Steady:
		return 2
	case monitor.Over:
		return 1
	}
	return 0
}

// cause is news of one cause, at least one piece.
type cause []monitor.Decision

// byCause gathers pieces of one cause, the worst first.
func byCause(pieces []monitor.Decision) []cause {
	var list []cause
	for _, p := range pieces {
		i := slices.IndexFunc(list, func(c cause) bool { return sameCause(c[0], p) })
		if i < 0 {
			list = append(list, cause{p})
			continue
		}
		list[i] = append(list[i], p)
	}
	slices.SortStableFunc(list, func(a, b cause) int {
		return cmp.Or(cmp.Compare(b.worst(), a.worst()), cmp.Compare(rank(b[0]), rank(a[0])))
	})
	return list
}

func sameCause(a, b monitor.Decision) bool {
	f, g := a.Finding, b.Finding
	return a.Act == b.Act && a.Network == "" && b.Network == "" && (a.Act != monitor.Over || a.To == b.To) &&
		f.Kind == g.Kind && f.Case == g.Case && f.Failure == g.Failure && f.Reason == g.Reason && f.Severity == g.Severity
}

// worst is the worst that the news is about; what is over counts as what is left.
func (c cause) worst() monitor.Severity {
	worst := monitor.OK
	for _, d := range c {
		worst = max(worst, severity(d))
	}
	return worst
}

func severity(d monitor.Decision) monitor.Severity {
	if d.Act == monitor.Over || d.Act == monitor.Steady {
		return d.To
	}
	return d.Finding.Severity
}

// title says whom the cause concerns, and what it is in a few words.
func (c cause) title() string { return c.whom() + ": " + c.words() }

// whom counts sites and owners: "3 owners of Head office".
func (c cause) whom() string {
	owners, sites := 0, map[string]bool{}
	for _, d := range c {
		sites[d.Site] = true
		if d.Owner != "" {
			owners++
		}
	}
	switch {
	case owners == 0:
		return fmt.Sprintf("%d sites", len(c))
	case owners < len(c):
		return fmt.Sprintf("%d sites and owners", len(c))
	case len(sites) == 1:
		return fmt.Sprintf("%d owners of %s", len(c), c[0].Site)
	}
	return fmt.Sprintf("%d owners", len(c))
}

// sentence says what they have in common, and what to do.
func (c cause) sentence() string {
	same := func(of func(monitor.Decision) string) string {
		words := of(c[0])
		if slices.ContainsFunc(c, func(d monitor.Decision) bool { return of(d) != words }) {
			return ""
		}
		return words
	}
	if text := same(func(d monitor.Decision) string { return sentence(d, true) }); text != "" {
		return text
	}
	action := ""
	if c[0].Act == monitor.Appeared || c[0].Act == monitor.Still {
		action = same(func(d monitor.Decision) string { return d.Finding.Action })
	}
	return strings.TrimSpace(upper(c.words()) + ". " + action)
}

// names lists the sites and owners, in one line.
func (c cause) names() string {
	var names []string
	for _, d := range c[:min(len(c), maxNames)] {
		names = append(names, Safe(about(d), 40))
	}
	line := strings.Join(names, "; ")
	if more := len(c) - len(names); more > 0 {
		line += fmt.Sprintf("; and %d more", more)
	}
	return line
}

// several words news of several causes.
func several(causes []cause, held string) (title, body string) {
	pieces, over, still, others := 0, 0, 0, false
	worst := monitor.OK
	for _, c := range causes {
		pieces += len(c)
		worst = max(worst, c.worst())
		for _, d := range c {
			others = others || endings[d.Finding.Kind] != ""
		}
		switch c[0].Act {
		case monitor.Over:
			over += len(c)
		case monitor.Still:
			still += len(c)
		}
	}
	switch {
	case over == pieces && worst == monitor.OK && others:
		title = fmt.Sprintf("%d troubles are over", pieces)
	case over == pieces && worst == monitor.OK:
		title = fmt.Sprintf("%d licences are in order again", pieces)
	case still == pieces:
		title = fmt.Sprintf("Still: %d troubles, the worst %v", pieces, worst)
	case others || held != "":
		title = fmt.Sprintf("%s%d changes, the worst %v", held, pieces, worst)
	default:
		title = fmt.Sprintf("%d licence changes, the worst %v", pieces, worst)
	}
	var lines []string
	said := 0
	for _, c := range causes[:min(len(causes), maxNews)] {
		said += len(c)
		line := c.title()
		if len(c) == 1 {
			line = sentence(c[0], false)
			if c[0].Network == "" {
				line = about(c[0]) + ": " + line
			}
		}
		lines = append(lines, Safe(line, maxLine))
	}
	if said < pieces {
		lines = append(lines, fmt.Sprintf("and %d more", pieces-said))
	}
	return title, strings.Join(lines, "\n")
}

// Safe reduces text to what no notification back end interprets: no markup, no quotes, nothing that a shell
// expands; one line, at most limit characters.
func Safe(s string, limit int) string {
	s = strings.Map(func(r rune) rune {
		switch r {
		case '<', '>', '&', '$', '`', '"', '\\', '%', '{', '}', '\u2018', '\u2019', '\u201a', '\u201b', '\u201c', '\u201d', '\u201e':
			return -1
		case '\'':
			return '’'
		}
		return r
	}, s)
	return monitor.Harmless(s, limit)
}
