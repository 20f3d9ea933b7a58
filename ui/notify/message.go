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
	"unicode/utf8"

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
		return Message{Title: Safe(title(e), maxTitle), Body: Safe(sentence(e, true), 2*maxLine), Severity: e.To}, true
	}
	worst := news[0].To
	title := fmt.Sprintf("%d licence changes, the worst %v", len(news), worst)
	switch other := slices.ContainsFunc(news, otherThanLicence); {
	case worst == monitor.OK && other:
		title = fmt.Sprintf("%d troubles are over", len(news))
	case worst == monitor.OK:
		title = fmt.Sprintf("%d licences are in order again", len(news))
	case other:
		title = fmt.Sprintf("%d changes, the worst %v", len(news), worst)
	}
	var lines []string
	for _, e := range news[:min(len(news), maxNews)] {
		line := sentence(e, false)
		if e.Network == "" {
			line = about(e) + ": " + line
		}
		lines = append(lines, Safe(line, maxLine))
	}
	if more := len(news) - len(lines); more > 0 {
		lines = append(lines, fmt.Sprintf("and %d more", more))
	}
	return Message{Title: title, Body: strings.Join(lines, "\n"), Severity: worst}, true
}

// settle merges the events about one owner, one site, or one way out, into one, drops what came to nothing, and sorts the
// worst to the front.
func settle(events []monitor.Event) []monitor.Event {
	var list []monitor.Event
	for _, e := range events {
		i := slices.IndexFunc(list, func(o monitor.Event) bool { return o.Site == e.Site && o.Owner == e.Owner && o.Network == e.Network })
		if i < 0 {
			list = append(list, e)
			continue
		}
		was := list[i]
		list[i] = monitor.Event{
			At: e.At, Site: e.Site, Owner: e.Owner, Network: e.Network, From: was.From, To: e.To,
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

// otherThanLicence reports whether the event is about the way to a licence, not the licence itself.
func otherThanLicence(e monitor.Event) bool {
	return slices.ContainsFunc(slices.Concat(e.Appeared, e.Gone), func(f monitor.Finding) bool { return endings[f.Kind] != "" })
}

// title is the event in a few words.
func title(e monitor.Event) string {
	switch {
	case e.Network == "":
		return about(e) + ": " + verdict(e)
	case len(e.Appeared) > 0:
		return e.Appeared[0].Title
	case e.Network == monitor.NetworkDirect:
		return "Online again"
	}
	return "The proxy can be passed again"
}

func about(e monitor.Event) string {
	if e.Owner == "" {
		return e.Site
	}
	return e.Site + ", " + e.Owner
}

// verdict is the event about a site or an owner in a few words.
func verdict(e monitor.Event) string {
	switch {
	case len(e.Appeared) > 0 && worst(e.Appeared).Title != "":
		return worst(e.Appeared).Title
	case len(e.Appeared) > 0 && e.To == monitor.OK:
		return "news"
	case len(e.Appeared) > 0:
		return e.To.String()
	case e.To == monitor.OK:
		return "ok again"
	}
	return "still " + e.To.String()
}

// endings say that what a finding of a kind tells is over. Other kinds are about the licence itself, and are repeated.
var endings = map[string]string{
	monitor.FindingUnreadable:  "It can be checked again.",
	monitor.FindingStale:       "The licence server answers again.",
	monitor.FindingTenant:      "The tenant runs again.",
	monitor.FindingCertificate: "The server has a new certificate.",
	monitor.FindingOffline:     "The sites can be reached again, and are being read.",
}

// sentence says what appeared, worst first, or else what is over.
func sentence(e monitor.Event, action bool) string {
	if len(e.Appeared) == 0 {
		if words, ok := endings[e.Gone[0].Kind]; ok {
			return words
		}
		return "No longer true: " + e.Gone[0].Text
	}
	f := worst(e.Appeared)
	if action && f.Action != "" {
		return ended(f.Text) + " " + f.Action
	}
	return f.Text
}

// ended is text that ends as a sentence does: that of a failure does not, for what a server said may be its end.
func ended(text string) string {
	if last, _ := utf8.DecodeLastRuneInString(text); strings.ContainsRune(".!?…", last) {
		return text
	}
	return text + "."
}

func worst(list []monitor.Finding) monitor.Finding {
	return slices.MaxFunc(list, func(a, b monitor.Finding) int { return cmp.Compare(a.Severity, b.Severity) })
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
