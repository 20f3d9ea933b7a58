// Package notify words news as desktop notifications and hands them to the desktop.
//
//	[]monitor.Event ─ Compose ─► Message ─ Sender ─► child process ─ Deliver ─► beeep ─► desktop
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
)

// Message is one notification. Its text is safe for every back end: some read markup, and one runs a shell.
type Message struct {
	Title    string           `json:"title"`
	Body     string           `json:"body"`
	Severity monitor.Severity `json:"severity"`
}

// Compose words news as one message. Several events about one owner count as what they come to in the end;
// it reports false when that is nothing.
func Compose(events []monitor.Event) (Message, bool) {
	news := settle(events)
	switch len(news) {
	case 0:
		return Message{}, false
	case 1:
		e := news[0]
		return Message{Title: Safe(about(e)+": "+verdict(e), maxTitle), Body: Safe(sentence(e, true), 2*maxLine), Severity: e.To}, true
	}
	worst := news[0].To
	title := fmt.Sprintf("%d licence changes, the worst %v", len(news), worst)
	if worst == monitor.OK {
		title = fmt.Sprintf("%d licences are in order again", len(news))
	}
	var lines []string
	for _, e := range news[:min(len(news), maxNews)] {
		lines = append(lines, Safe(about(e)+": "+sentence(e, false), maxLine))
	}
	if more := len(news) - len(lines); more > 0 {
		lines = append(lines, fmt.Sprintf("and %d more", more))
	}
	return Message{Title: title, Body: strings.Join(lines, "\n"), Severity: worst}, true
}

// settle merges the events about one owner, or one site, into one, drops what came to nothing, and sorts the
// worst to the front.
func settle(events []monitor.Event) []monitor.Event {
	var list []monitor.Event
	for _, e := range events {
		i := slices.IndexFunc(list, func(o monitor.Event) bool { return o.Site == e.Site && o.Owner == e.Owner })
		if i < 0 {
			list = append(list, e)
			continue
		}
		was := list[i]
		list[i] = monitor.Event{
			At: e.At, Site: e.Site, Owner: e.Owner, From: was.From, To: e.To,
			Appeared: append(without(was.Appeared, e.Gone), without(e.Appeared, was.Gone)...),
			Gone:     append(without(was.Gone, e.Appeared), without(e.Gone, was.Appeared)...),
		}
	}
	list = slices.DeleteFunc(list, func(e monitor.Event) bool { return len(e.Appeared)+len(e.Gone) == 0 })
	slices.SortStableFunc(list, func(a, b monitor.Event) int { return cmp.Compare(b.To, a.To) })
	return list
}

func without(list, other []monitor.Finding) []monitor.Finding {
	return slices.DeleteFunc(slices.Clone(list), func(f monitor.Finding) bool {
		return slices.ContainsFunc(other, func(o monitor.Finding) bool { return o.Kind == f.Kind && o.Case == f.Case })
	})
}

func about(e monitor.Event) string {
	if e.Owner == "" {
		return e.Site
	}
	return e.Site + ", " + e.Owner
}

// verdict is the event in a word or two.
func verdict(e monitor.Event) string {
	switch {
	case len(e.Appeared) > 0 && e.To == monitor.OK:
		return "news"
	case len(e.Appeared) > 0:
		return e.To.String()
	case e.To == monitor.OK:
		return "ok again"
	}
	return "still " + e.To.String()
}

// sentence says what appeared, worst first, or else what is over.
func sentence(e monitor.Event, action bool) string {
	if len(e.Appeared) == 0 {
		return "No longer true: " + e.Gone[0].Text
	}
	worst := slices.MaxFunc(e.Appeared, func(a, b monitor.Finding) int { return cmp.Compare(a.Severity, b.Severity) })
	if action && worst.Action != "" {
		return worst.Text + " " + worst.Action
	}
	return worst.Text
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
