package report

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf8"

	"licensewatch/internal/caldate"
	"licensewatch/monitor"
)

// Text writes the snapshot for a terminal. Days are counted from now's own date.
func Text(w io.Writer, s monitor.Snapshot, now time.Time) error {
	out := bufio.NewWriter(w)
	all := entries(s)
	fmt.Fprintf(out, "%s (%s)%s\n", counts(all), checkedAt(s, now).In(now.Location()).Format("2 January 2006, 15:04"), paused(s, now)+snoozed(s, now))
	for _, o := range s.Outages {
		r := remarkOf(o.Finding)
		fmt.Fprintf(out, "\n%-8s  %s\n          → %s\n", strings.ToUpper(r.severity.String()), r.text, r.action)
	}
	width := 0
	for _, e := range all {
		width = max(width, utf8.RuneCountInString(e.name()))
	}
	for _, e := range all {
		line := fmt.Sprintf("%-8s  %-*s  %s", strings.ToUpper(e.severity.String()), width, e.name(), e.expiryWords(caldate.Of(now)))
		fmt.Fprintf(out, "\n%s\n", strings.TrimRight(line, " "))
		for _, r := range e.remarks() {
			fmt.Fprintf(out, "          %s\n", r.text)
			if r.action != "" {
				fmt.Fprintf(out, "          → %s\n", r.action)
			}
			if r.link != "" {
				fmt.Fprintf(out, "            %s\n", r.link)
			}
		}
		for _, words := range e.said(s, now) {
			fmt.Fprintf(out, "          %s\n", words)
		}
		if m := e.message(); m != "" {
			fmt.Fprintf(out, "          The server says: %s\n", m)
		}
	}
	return out.Flush()
}

// snoozed says until when nothing is told of anything, if a person wants it so.
func snoozed(s monitor.Snapshot, now time.Time) string {
	if z, ok := s.Snoozed(monitor.Subject{}); ok && now.Before(z.Until) {
		return ", snoozed until " + monitor.Moment(z.Until, now)
	}
	return ""
}

// said is what a person said of the entry, in sentences.
func (e entry) said(s monitor.Snapshot, now time.Time) []string {
	var list []string
	if h, ok := s.Acknowledged(e.site, e.ownerID()); ok {
		list = append(list, sentence(h, "Acknowledged "+monitor.Moment(h.At, now)))
	}
	if z, ok := s.Snoozed(monitor.Subject{Site: e.site.Site.Name, Owner: e.ownerID()}); ok && z.Subject != (monitor.Subject{}) && now.Before(z.Until) {
		list = append(list, sentence(z, "Snoozed until "+monitor.Moment(z.Until, now)))
	}
	return list
}

// sentence adds to what somebody did who that was, and why.
func sentence(h monitor.Hand, did string) string {
	if h.By != "" {
		did += " by " + monitor.Harmless(h.By, short)
	}
	if h.Note != "" {
		return did + ": " + monitor.Harmless(h.Note, long)
	}
	return did + "."
}
