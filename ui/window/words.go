package window

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"licensewatch/internal/caldate"
	"licensewatch/monitor"
)

// messageAndLink is the status of a verdict that comes with a message and a link.
const messageAndLink = "UseCustomMessageAndUrl"

// statusWords are NetServer's status words (domain.md §4.5) for people.
var statusWords = map[string]string{
	"Ok":                      "OK",
	"NewLicenseActivated":     "New licence activated",
	"NewLicenseAvailable":     "New licence available",
	"NewCompanyNameAvailable": "New company name available",
	"NewSerialAvailable":      "New serial number available",
	"UseCustomMessage":        "Message from the issuer",
	messageAndLink:            "Message from the issuer",
	"ProblemWithLicense":      "Problem with the licence",
	"UnknownError":            "Licence server: unknown error",
}

// failureWords say in a few words why a site cannot be checked, where the agent has no title for it.
var failureWords = map[monitor.Kind]string{
	monitor.KindSignIn:   "Sign-in refused",
	monitor.KindNetwork:  "No connection",
	monitor.KindDNS:      "Host name not found",
	monitor.KindTLS:      "Certificate not accepted",
	monitor.KindProxy:    "Proxy refuses",
	monitor.KindTimeout:  "No answer in time",
	monitor.KindHTTP:     "No NetServer at the address",
	monitor.KindFault:    "NetServer refuses the request",
	monitor.KindServer:   "NetServer reports an error",
	monitor.KindContract: "Answer not understood",
	monitor.KindTenant:   "Tenant not available",
	monitor.KindKeyring:  "Password not available",
	monitor.KindConfig:   "Settings do not work",
}

// severityWords are severities for people.
var severityWords = map[monitor.Severity]string{
	monitor.OK:       "OK",
	monitor.Warning:  "Warning",
	monitor.Unknown:  "Unknown",
	monitor.Critical: "Critical",
}

// statusWord puts a verdict's status into words. One that is not known stays as it was sent.
func statusWord(status string) string {
	if words, ok := statusWords[status]; ok {
		return words
	}
	return "Unknown status “" + monitor.Harmless(status, 40) + "”"
}

// findingWords say in a few words what was found, where nothing more is known of it.
var findingWords = map[string]string{
	monitor.FindingExpiring:    "Expires soon",
	monitor.FindingExpired:     "Expired",
	monitor.FindingStopped:     "Expired, modules stopped",
	monitor.FindingMaintenance: "Maintenance has ended",
	monitor.FindingUnreadable:  "Cannot be checked",
	monitor.FindingTenant:      failureWords[monitor.KindTenant],
	monitor.FindingCertificate: "Certificate nears its end",
	monitor.FindingOffline:     "Offline",
	monitor.FindingUnlisted:    "No longer listed",
	monitor.FindingNoOwner:     "No owner listed",
	monitor.FindingStale:       "No recent answer",
	monitor.FindingPending:     "Not checked yet",
}

// brief says in a few words what f found about the row.
func (r *row) brief(f monitor.Finding) string {
	switch l := r.licence(); {
	case f.Title != "":
	case f.Kind == monitor.FindingStatus && r.verdict() != nil:
		return statusWord(r.verdict().Status)
	case f.Kind == monitor.FindingExpiring && r.days == noDays:
		return "Warning date is reached"
	case f.Kind == monitor.FindingExpiring:
		return "Expires " + monitor.InDays(r.days)
	case f.Kind == monitor.FindingExpired && l != nil && l.Dates.Grace.IsDay():
		return "Expired, in grace"
	case f.Kind == monitor.FindingPending && !r.answered.IsZero():
		return "Last answer is old"
	}
	return briefly(f)
}

// briefly says in a few words what was found, whenever that was.
func briefly(f monitor.Finding) string {
	if words := monitor.Harmless(f.Title, 60); words != "" {
		return words
	}
	if f.Kind == monitor.FindingStatus && f.Case != "" {
		return statusWord(f.Case)
	}
	step, _ := strings.CutSuffix(f.Case, " days")
	if days, err := strconv.Atoi(step); err == nil && f.Kind == monitor.FindingExpiring {
		return "Expires within " + monitor.Days(days)
	}
	if words, ok := failureWords[f.Failure]; ok && f.Kind == monitor.FindingUnreadable {
		return words
	}
	if words, ok := findingWords[f.Kind]; ok {
		return words
	}
	return monitor.Harmless(f.Text, 80)
}

// clock is a time for people in the local zone: without its day if that is today, and "never" for no time.
func clock(t, now time.Time) string {
	t, now = t.Local(), now.Local()
	switch {
	case t.IsZero():
		return "never"
	case caldate.Of(t) == caldate.Of(now):
		return t.Format("15:04")
	case t.Year() == now.Year():
		return t.Format("2 Jan 15:04")
	}
	return t.Format("2 Jan 2006")
}

// spell writes a duration without the zeros of its String: "1h", "1h30m".
func spell(d time.Duration) string {
	s := d.String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}

// sentence makes an error's text one for people.
func sentence(err error) string {
	text := monitor.Harmless(err.Error(), 500)
	first, size := utf8.DecodeRuneInString(text)
	return ended(string(unicode.ToUpper(first)) + text[size:])
}

// ended is text that ends as a sentence does.
func ended(text string) string {
	if text == "" || strings.HasSuffix(text, ".") || strings.HasSuffix(text, "…") {
		return text
	}
	return text + "."
}

// plural is "1 site", "2 sites".
func plural(n int, one string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %ss", n, one)
}

// counts says how many rows are in which state, worst first, and how many are acknowledged: "2 critical, 1 unknown, 5 ok, 1 acknowledged".
func counts(rows []*row) string {
	var n [monitor.Critical + 1]int
	known := 0
	for _, r := range rows {
		if r.said.known {
			known++
		} else {
			n[r.severity]++
		}
	}
	var parts []string
	for s := monitor.Critical; s >= monitor.OK; s-- {
		if n[s] > 0 {
			parts = append(parts, fmt.Sprintf("%d %v", n[s], s))
		}
	}
	if known > 0 {
		parts = append(parts, fmt.Sprintf("%d acknowledged", known))
	}
	return strings.Join(parts, ", ")
}
