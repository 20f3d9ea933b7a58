package report

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"time"

	"licensewatch/internal/caldate"
	"licensewatch/monitor"
)

// headlines is how many problems the status line tells; all are in the lines below it.
const headlines = 3

// maxPerformance is how many values of performance data there are at most.
const maxPerformance = 50

// Nagios writes the snapshot as a monitoring plugin does: a status line, performance data behind a "|" on
// that line, and every problem on a line of its own below. Days are counted from now's own date.
func Nagios(w io.Writer, s monitor.Snapshot, now time.Time) error {
	out := bufio.NewWriter(w)
	all := entries(s)
	var problems []string
	for _, o := range s.Outages {
		problems = append(problems, plain(o.Finding.Text, 2*long))
	}
	for _, e := range all {
		if e.severity == monitor.OK {
			continue
		}
		if first := e.remarks()[0]; !first.outage {
			problems = append(problems, plain(e.name()+": "+first.text, 2*long))
		}
	}
	fmt.Fprintf(out, "LICENSEWATCH %s - %s%s | %s\n", strings.ToUpper(Worst(s).String()), counts(all)+paused(s, now), headline(problems), performance(all, caldate.Of(now)))
	for _, o := range s.Outages {
		fmt.Fprintln(out, detail("outage", remarkOf(o.Finding)))
	}
	for _, e := range all {
		if e.severity == monitor.OK {
			continue
		}
		for _, r := range e.remarks() {
			if !r.outage {
				fmt.Fprintln(out, detail(e.name(), r))
			}
		}
	}
	return out.Flush()
}

// detail is one line below the status line.
func detail(name string, r remark) string {
	line := fmt.Sprintf("%s %s: %s", strings.ToUpper(r.severity.String()), name, r.text)
	if r.action != "" {
		line += " -> " + r.action
	}
	return plain(line, 3*long)
}

// headline puts the first problems behind the counts.
func headline(problems []string) string {
	if len(problems) == 0 {
		return ""
	}
	shown := problems[:min(len(problems), headlines)]
	lines := make([]string, len(shown))
	for i, p := range shown {
		lines[i] = monitor.Harmless(p, 200)
	}
	text := ": " + strings.Join(lines, "; ")
	if more := len(problems) - len(shown); more > 0 {
		text += fmt.Sprintf("; and %d more", more)
	}
	return text
}

// performance returns the counts, and the days left of each owner that has an expiry date.
func performance(all []entry, today caldate.Date) string {
	var data []string
	for s := monitor.OK; s <= monitor.Critical; s++ {
		data = append(data, fmt.Sprintf("%s=%d", s, count(all, s)))
	}
	label := strings.NewReplacer("'", "", "=", "")
	for _, e := range all { // worst first
		if len(data) == maxPerformance {
			break // monitoring systems cut long output, and then they read none of it
		}
		if days, ok := e.daysLeft(today); ok {
			data = append(data, fmt.Sprintf("'%s days_left'=%d", label.Replace(plain(e.name(), 2*long)), days))
		}
	}
	return strings.Join(data, " ")
}

// plain makes text fit for a plugin's output: the first "|" there would end it.
func plain(text string, limit int) string {
	return monitor.Harmless(strings.ReplaceAll(text, "|", "/"), limit)
}
