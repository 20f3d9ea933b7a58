package window

import (
	"fmt"
	"strings"

	"licensewatch/internal/caldate"
	"licensewatch/monitor"
)

// deed is what the button of a finding does.
type deed int

const (
	nothing  deed = iota
	openLink      // in the browser, after its host was shown
	retry         // ask the site again
	edit          // the site's address, sign-in or certificate
	again         // sign in with the browser
	copyText      // for a message to SuperOffice
)

// deedFor picks the deed that follows a finding, and the words on its button.
func deedFor(f monitor.Finding) (deed, string) {
	if _, host, ok := webLink(f.URL); ok {
		return openLink, openWords(host)
	}
	if f.Reason == reasonAgain || f.Reason == reasonFirst {
		return again, "Sign in again"
	}
	switch f.Kind {
	case monitor.FindingUnreadable:
		switch f.Failure {
		case monitor.KindSignIn, monitor.KindKeyring:
			return edit, "Edit sign-in…"
		case monitor.KindConfig, monitor.KindTLS, monitor.KindDNS:
			return edit, "Edit site…"
		}
		return retry, "Try again"
	case monitor.FindingNoOwner:
		return edit, "Edit site…"
	case monitor.FindingStale, monitor.FindingPending, monitor.FindingTenant:
		return retry, "Check now"
	case monitor.FindingOffline:
		return retry, "Try again"
	case monitor.FindingCertificate:
		return copyText, "Copy details"
	case monitor.FindingStatus:
		switch f.Severity {
		case monitor.Unknown:
			return retry, "Try again"
		case monitor.Warning:
			return copyText, "Copy details"
		}
	}
	if f.Severity == monitor.OK {
		return nothing, ""
	}
	return copyText, "Copy text for SuperOffice"
}

// support is all that SuperOffice, or a colleague, needs to know about a row, as plain text.
func (r *row) support(today caldate.Date) string {
	var b strings.Builder
	field := func(name, value string) {
		if value = monitor.Harmless(value, 500); value != "" {
			fmt.Fprintf(&b, "%s: %s\n", name, value)
		}
	}
	field("Site", r.site)
	field("Address", r.state.Site.URL)
	field("Owner", r.key.owner)
	if l := r.licence(); l != nil {
		field("Licence", l.Description)
		field("Company", l.Company)
		field("Serial number", l.Serial)
	}
	if v := r.verdict(); v != nil {
		field("Status", v.Status)
		field("Message", v.Message)
		field("Link", v.URL)
	}
	for _, f := range r.findings() {
		field(severityWords[f.Severity], f.Text)
	}
	if f, _ := r.failure(); f != nil {
		field("Latest check failed", f.Text)
	}
	if l := r.licence(); l != nil {
		for _, d := range datesOf(l.Dates) {
			field(d.name, strings.TrimSpace(d.date.Words()+" "+parenthesised(untilDay(d.date, today))))
		}
		for _, m := range l.Modules {
			if !m.Hidden {
				field("Module "+m.Name, fmt.Sprintf("%d in use, %d in all", m.InUse, m.Total))
			}
		}
	}
	return b.String()
}

func parenthesised(s string) string {
	if s == "" {
		return ""
	}
	return "(" + s + ")"
}

// namedDate is one of a licence's five dates with its name, and how bad it is that it has come.
type namedDate struct {
	name    string
	date    caldate.Date
	reached monitor.Severity
}

// datesOf lists the five dates in the order in which they usually come.
func datesOf(d monitor.Dates) []namedDate {
	return []namedDate{
		{"Site asks the issuer", d.NextCheck, monitor.OK},
		{"Reminders begin", d.AdminWarning, monitor.Warning},
		{"Maintenance ends", d.Maintenance, monitor.Warning},
		{"Licence expires", d.Expiry, monitor.Critical},
		{"Modules stop", d.Grace, monitor.Critical},
	}
}
