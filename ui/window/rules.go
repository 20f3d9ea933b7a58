package window

import (
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"licensewatch/monitor"
)

// How rules are written for people. An empty text is what is said more generally.
const (
	none       = "none"            // no quiet hours
	here       = "this computer's" // zone
	asForAll   = "As for all sites"
	minRemind  = time.Hour
	maxRemind  = 365 * aDay
	aDay       = 24 * time.Hour
	remindHelp = "Write a time such as “1 day” or “12h”, or “off”."
)

// reminderText writes how often a trouble is told again: "1 day", "7 days", "12h", "off".
func reminderText(after *time.Duration) string {
	switch {
	case after == nil:
		return ""
	case *after == 0:
		return off
	case *after == aDay:
		return "1 day"
	case *after%aDay == 0:
		return fmt.Sprintf("%d days", *after/aDay)
	}
	return spell(*after)
}

// readReminder reads what reminderText writes. fault is what is wrong with it.
func readReminder(text string, needed bool) (after *time.Duration, fault string) {
	text = strings.ToLower(strings.TrimSpace(text))
	switch {
	case text == "" && needed:
		return nil, remindHelp
	case text == "":
		return nil, ""
	case text == off:
		return new(time.Duration(0)), ""
	}
	var d time.Duration
	days, isDays := strings.CutSuffix(strings.TrimSuffix(strings.TrimSuffix(text, "s"), "ay"), "d")
	if n, err := strconv.Atoi(strings.TrimSpace(days)); isDays && err == nil && n >= 0 && n <= int(maxRemind/aDay) {
		d = time.Duration(n) * aDay
	} else if d, err = time.ParseDuration(strings.ReplaceAll(text, " ", "")); err != nil {
		return nil, remindHelp
	}
	if d < minRemind || d > maxRemind {
		return nil, "Between 1h and 365 days, or “off”."
	}
	return &d, ""
}

// quietText writes quiet hours, a line each. Nil is an empty text, and so are none where nothing is said more generally.
func quietText(hours []monitor.Quiet, general bool) string {
	if hours != nil && len(hours) == 0 && !general {
		return none
	}
	lines := make([]string, len(hours))
	for i, q := range hours {
		lines[i] = q.String()
	}
	return strings.Join(lines, "\n")
}

// readQuiet reads what quietText writes. fault is what is wrong with it.
func readQuiet(text string, general bool) (hours []monitor.Quiet, fault string) {
	text = strings.TrimSpace(text)
	switch {
	case text == "" && !general:
		return nil, ""
	case text == "", strings.EqualFold(text, none):
		return []monitor.Quiet{}, ""
	}
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		q, err := monitor.ParseQuiet(line)
		if err != nil {
			return nil, ended(sentence(err))
		}
		hours = append(hours, q)
	}
	if monitor.AlwaysQuiet(hours) {
		return nil, "This covers the whole week, so that nothing would ever be told. Leave out some hours."
	}
	return hours, ""
}

// zoneText writes a zone: its name, or that it is this computer's.
func zoneText(z *monitor.Zone) string {
	switch {
	case z == nil:
		return ""
	case z.String() == "":
		return here
	}
	return z.String()
}

// readZone reads what zoneText writes. fault is what is wrong with it.
func readZone(text string, general bool) (zone *monitor.Zone, fault string) {
	text = strings.TrimSpace(text)
	if text == "" && !general {
		return nil, ""
	}
	if strings.EqualFold(text, here) {
		text = ""
	}
	z, err := monitor.LoadZone(text)
	if err != nil {
		return nil, fmt.Sprintf("“%s” is no time zone. Write it as “Europe/Oslo”.", monitor.Harmless(text, 40))
	}
	return &z, ""
}

// loudness are what may be told, by the mildest severity of it.
var loudness = []string{"Everything", "Warnings and worse", "What is not known or critical", "What is critical", "Nothing"}

// breaking are what happens to critical news in quiet hours: whether it breaks through.
var breaking = []string{"It waits like the rest", "It is told at once"}

// commandText writes a command, a line for the program and one for each argument.
func commandText(words []string) string { return strings.Join(words, "\n") }

// readCommand reads what commandText writes. fault is what is wrong with it.
func readCommand(text string) (words []string, fault string) {
	for line := range strings.Lines(strings.TrimSpace(text)) {
		words = append(words, strings.TrimRight(line, "\r\n"))
	}
	if len(words) > 0 && !filepath.IsAbs(words[0]) {
		return nil, "Begin with the whole path of a program, such as “/usr/local/bin/to-chat”."
	}
	return words, ""
}

// nextQuiet says in a sentence when it is quiet next by these rules, none of whose values is nil.
func nextQuiet(r monitor.Rules, now time.Time) string {
	const look, at = 5 * time.Minute, "Mon 15:04"
	if len(r.Quiet) == 0 {
		return ""
	}
	zone := now.Location()
	if z, err := time.LoadLocation(r.Zone.String()); err == nil && r.Zone.String() != "" {
		zone = z
	}
	now = now.In(zone)
	if end, quiet := r.QuietUntil(now); quiet {
		return "It is quiet now, until " + end.Format(at) + "."
	}
	for from := now.Truncate(look); from.Before(now.Add(7 * aDay)); from = from.Add(look) {
		if end, quiet := r.QuietUntil(from); quiet {
			return "Next from " + from.Format(at) + " until " + end.Format(at) + "."
		}
	}
	return ""
}
