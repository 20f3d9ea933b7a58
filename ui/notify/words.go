package notify

import (
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"licensewatch/monitor"
)

// heldWords begin what is told when it is quiet no more. They are empty if anything is told that was not held.
func heldWords(list []monitor.Decision) string {
	words := map[monitor.Reason]string{
		monitor.ReasonQuiet: "While it was quiet: ", monitor.ReasonSnoozed: "While it was snoozed: ", monitor.ReasonPaused: "While it was paused: ",
	}
	held := ""
	for i, d := range list {
		switch now := words[d.Held]; {
		case d.Held == "":
			return ""
		case i > 0 && now != held, now == "":
			held = "Meanwhile: "
		default:
			held = now
		}
	}
	return held
}

// about names a site or an owner.
func about(d monitor.Decision) string {
	if d.Owner == "" {
		return d.Site
	}
	return d.Site + ", " + d.Owner
}

// title is a piece of news in a few words.
func title(d monitor.Decision) string {
	if d.Network == "" {
		return about(d) + ": " + verdict(d)
	}
	direct := d.Network == monitor.NetworkDirect
	switch d.Act {
	case monitor.Over:
		if direct {
			return "Online again"
		}
		return "The proxy can be passed again"
	case monitor.Still:
		return "Still " + lower(d.Finding.Title)
	case monitor.Passed:
		return d.Finding.Title + ", and over"
	case monitor.Unstable:
		if direct {
			return "The network comes and goes"
		}
		return "The proxy comes and goes"
	case monitor.Steady:
		if direct {
			return "The network is steady again"
		}
		return "The proxy is steady again"
	}
	return d.Finding.Title
}

// verdict is a piece of news about a site or an owner in a few words.
func verdict(d monitor.Decision) string {
	f := d.Finding
	switch d.Act {
	case monitor.Appeared:
		switch {
		case f.Title != "":
			return f.Title
		case f.Severity == monitor.OK:
			return "news"
		}
		return f.Severity.String()
	case monitor.Still:
		if f.Title != "" {
			return "still: " + lower(f.Title)
		}
		return "still " + f.Severity.String()
	case monitor.Over:
		if d.To == monitor.OK {
			return "ok again"
		}
		return "still " + d.To.String()
	case monitor.Passed:
		return "was " + f.Severity.String() + ", and is over"
	case monitor.Unstable:
		return "changes often"
	case monitor.Steady:
		return "steady again, and " + d.To.String()
	}
	return f.Severity.String()
}

// endings say that what a finding of a kind tells is over. Other kinds are about the licence itself, and are repeated.
var endings = map[string]string{
	monitor.FindingUnreadable:  "It can be checked again.",
	monitor.FindingStale:       "The licence server answers again.",
	monitor.FindingTenant:      "The tenant runs again.",
	monitor.FindingCertificate: "The server has a new certificate.",
	monitor.FindingOffline:     "The sites can be reached again, and are being read.",
}

// sentence is a piece of news in a sentence or two, with what to do about it if action is set.
func sentence(d monitor.Decision, action bool) string {
	f := d.Finding
	text := f.Text
	switch d.Act {
	case monitor.Still:
		text = fmt.Sprintf("Still, %s: %s", since(d.Since, d.At), f.Text)
		if d.Others > 0 {
			text = fmt.Sprintf("%s And %d more.", ended(text), d.Others)
		}
	case monitor.Over:
		if words, ok := endings[f.Kind]; ok {
			return words
		}
		return "No longer true: " + f.Text
	case monitor.Passed:
		return ended(f.Text) + " It is over."
	case monitor.Unstable:
		return fmt.Sprintf("It changes often: %d times within a day, and is %v now. No more is told until it is steady or grows worse.", d.Changes, d.To)
	case monitor.Steady:
		return fmt.Sprintf("It changed %s, but not for half a day, and is %v now.", times(d.Changes), d.To)
	}
	if action && f.Action != "" {
		return ended(text) + " " + f.Action
	}
	return text
}

// words say what a cause is, within a sentence.
func (c cause) words() string {
	d := c[0]
	f := d.Finding
	what := lower(f.Title)
	if what == "" {
		what = kinds[f.Kind]
	}
	if what == "" || f.Kind == monitor.FindingStatus {
		what = lower(strings.TrimSuffix(f.Text, "."))
	}
	switch d.Act {
	case monitor.Still:
		return "still " + what
	case monitor.Over, monitor.Unstable, monitor.Steady:
		return verdict(d)
	case monitor.Passed:
		return what + ", and over"
	}
	return what
}

// kinds are findings in a few words, where neither text nor title is the same for all.
var kinds = map[string]string{
	monitor.FindingExpiring:    "licence expires soon",
	monitor.FindingExpired:     "licence expired",
	monitor.FindingStopped:     "licence stopped",
	monitor.FindingMaintenance: "maintenance ended",
	monitor.FindingSeats:       "few free seats",
	monitor.FindingUnreadable:  "cannot be checked",
	monitor.FindingStale:       "no good answer for too long",
	monitor.FindingUnlisted:    "not listed any more",
	monitor.FindingNoOwner:     "no licence owner is listed",
	monitor.FindingPending:     "not checked",
	monitor.FindingTenant:      "tenant not available",
	monitor.FindingCertificate: "certificate nears its end",
}

func times(n int) string {
	if n == 1 {
		return "once"
	}
	return fmt.Sprintf("%d times", n)
}

// since puts in words when something began, for who reads it at now.
func since(t, now time.Time) string {
	t = t.In(now.Location())
	midnight := time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, now.Location())
	switch {
	case t.IsZero():
		return "since some time"
	case !t.Before(midnight):
		return "since " + t.Format("15:04")
	case !t.Before(midnight.AddDate(0, 0, -1)):
		return "since yesterday"
	case !t.Before(midnight.AddDate(0, 0, -6)):
		return "since " + t.Format("Monday")
	case t.Year() == now.Year():
		return "since " + t.Format("2 January")
	}
	return "since " + t.Format("2 January 2006")
}

// ended is text that ends as a sentence does: that of a failure does not, for what a server said may be its end.
func ended(text string) string {
	if last, _ := utf8.DecodeLastRuneInString(text); strings.ContainsRune(".!?…", last) {
		return text
	}
	return text + "."
}

// lower makes the beginning of a sentence stand within one, unless it is an abbreviation.
func lower(text string) string {
	first, size := utf8.DecodeRuneInString(text)
	if second, _ := utf8.DecodeRuneInString(text[size:]); size == 0 || unicode.IsUpper(second) {
		return text
	}
	return string(unicode.ToLower(first)) + text[size:]
}

func upper(text string) string {
	first, size := utf8.DecodeRuneInString(text)
	if size == 0 {
		return text
	}
	return string(unicode.ToUpper(first)) + text[size:]
}
