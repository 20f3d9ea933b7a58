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
	fmt.Fprintf(out, "%s (%s)%s\n", counts(all), checkedAt(s, now).In(now.Location()).Format("2 January 2006, 15:04"), paused(s, now))
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
		if m := e.message(); m != "" {
			fmt.Fprintf(out, "          The server says: %s\n", m)
		}
	}
	return out.Flush()
}
