package window

import (
	"fmt"
	"slices"
	"strings"

	"licensewatch/internal/caldate"
	"licensewatch/monitor"
)

// deed is what a button of a finding does.
type deed int

const (
	nothing  deed = iota
	compare       // show what the issuer holds ready beside what is in force
	openLink      // of the issuer, in the browser
	shop          // of the issuer, in the browser
	licences      // the site's own web client, where Settings and maintenance is
	warn          // say when to be warned
	retry         // ask the site again
	edit          // the site's address, sign-in or certificate
	again         // sign in with the browser
	copyText      // for a message to the issuer
)

// needsAgent reports whether nothing comes of the deed while the agent is gone.
func (d deed) needsAgent() bool { return d != openLink && d != licences && d != copyText }

// step is what follows from a finding: what to do first and, where it is of use, a lesser deed.
type step struct{ first, second deed }

// afterStatus is what follows from NetServer's word on a licence (domain.md §4.5); no word stands for those that are not known.
var afterStatus = map[string]step{
	"Ok":                      {},
	"NewLicenseActivated":     {first: licences},
	"NewLicenseAvailable":     {compare, licences},
	"NewCompanyNameAvailable": {compare, licences},
	"NewSerialAvailable":      {compare, licences},
	"UseCustomMessage":        {first: copyText},
	messageAndLink:            {openLink, copyText},
	"ProblemWithLicense":      {copyText, licences},
	"UnknownError":            {first: retry},
	"":                        {licences, retry},
}

// afterFinding is what follows from the other kinds of findings.
var afterFinding = map[string]step{
	monitor.FindingExpiring:    {compare, warn},
	monitor.FindingExpired:     {copyText, compare},
	monitor.FindingStopped:     {copyText, licences},
	monitor.FindingMaintenance: {copyText, shop},
	monitor.FindingSeats:       {shop, warn}, // few are free
	monitor.FindingStale:       {first: retry},
	monitor.FindingUnlisted:    {licences, retry},
	monitor.FindingNoOwner:     {edit, retry},
	monitor.FindingPending:     {first: retry},
	monitor.FindingTenant:      {first: retry},
	monitor.FindingCertificate: {first: copyText},
	monitor.FindingOffline:     {first: retry},
}

// afterFailure is what follows from a site that cannot be read.
var afterFailure = map[monitor.Kind]step{
	monitor.KindSignIn:   {first: edit},
	monitor.KindNetwork:  {first: retry},
	monitor.KindDNS:      {edit, retry},
	monitor.KindTLS:      {edit, retry},
	monitor.KindProxy:    {edit, retry},
	monitor.KindTimeout:  {first: retry},
	monitor.KindHTTP:     {retry, edit},
	monitor.KindFault:    {retry, edit},
	monitor.KindServer:   {retry, copyText},
	monitor.KindContract: {retry, copyText},
	monitor.KindTenant:   {first: retry},
	monitor.KindKeyring:  {edit, retry},
	monitor.KindConfig:   {first: edit},
}

// after looks a finding up in the tables.
func after(f monitor.Finding) step {
	switch {
	case f.Reason == reasonAgain || f.Reason == reasonFirst:
		return step{again, edit}
	case f.Kind == monitor.FindingUnreadable:
		if s, ok := afterFailure[f.Failure]; ok {
			return s
		}
		return step{first: retry}
	case f.Kind == monitor.FindingStatus:
		if s, ok := afterStatus[f.Case]; ok {
			return s
		}
		return afterStatus[""]
	}
	if f.Kind == monitor.FindingSeats && f.Severity == monitor.Critical {
		return step{licences, shop} // more are in use than there are
	}
	if s, ok := afterFinding[f.Kind]; ok {
		return s
	}
	return step{first: copyText}
}

// deeds are what follows from a finding at the row, the most useful first and at most two. A link of the issuer comes before what is only
// copied; what cannot be done here is left out.
func (r *row) deeds(f monitor.Finding) []deed {
	s := after(f)
	wanted := []deed{s.first, openLink, s.second}
	if s.first == nothing || s.first == copyText {
		wanted = []deed{openLink, s.first, s.second}
	}
	var list []deed
	for _, d := range wanted {
		if len(list) < 2 && r.can(d, f) && !slices.Contains(list, d) {
			list = append(list, d)
		}
	}
	if len(list) == 0 && s.first != nothing {
		list = []deed{copyText}
	}
	return list
}

// can reports whether a deed is possible at the row.
func (r *row) can(d deed, f monitor.Finding) bool {
	switch d {
	case nothing:
		return false
	case openLink:
		_, _, ok := webLink(f.URL)
		return ok
	case licences:
		_, _, ok := webLink(r.state.Site.Web)
		return ok
	case compare, shop, warn:
		return r.owner != nil
	}
	return true
}

// label is the words on the button of a deed.
func (r *row) label(d deed, f monitor.Finding) string {
	switch d {
	case compare:
		if f.Kind == monitor.FindingStatus {
			return "Compare…"
		}
		return "Look for a new one…"
	case openLink:
		_, host, _ := webLink(f.URL)
		return openWords(host)
	case shop:
		return "Open the shop…"
	case licences:
		_, host, _ := webLink(r.state.Site.Web)
		return openWords(host)
	case warn:
		return "When to warn…"
	case retry:
		if f.Kind == monitor.FindingStale || f.Kind == monitor.FindingPending || f.Kind == monitor.FindingTenant {
			return "Check now"
		}
		return "Try again"
	case edit:
		if f.Failure == monitor.KindSignIn || f.Failure == monitor.KindKeyring {
			return "Edit sign-in…"
		}
		return "Edit site…"
	case again:
		return "Sign in again"
	}
	switch {
	case f.Severity < monitor.Critical:
		return "Copy details"
	case strings.EqualFold(r.key.owner, "SUPEROFFICE"):
		return "Copy text for SuperOffice"
	}
	return "Copy text for the issuer"
}

// action is what to do about f in a sentence: nobody is told to open a link that is not opened.
func (r *row) action(f monitor.Finding) string {
	v := r.verdict()
	switch {
	case f.Kind != monitor.FindingStatus || v == nil || v.Status != messageAndLink || !r.linkRefused():
		return f.Action
	case v.Message == "":
		return "Look into Licences in Settings and maintenance."
	}
	return "Read the message."
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
		for _, c := range monitor.Countdowns(l.Dates, today) {
			field(c.Title, c.Words)
		}
		for _, m := range l.Modules {
			if !m.Hidden {
				field("Module "+m.Name, supportSeats(m))
			}
		}
	}
	return b.String()
}

// supportSeats says how the seats of a module are used.
func supportSeats(m monitor.Module) string {
	switch {
	case m.Unrestricted:
		return fmt.Sprintf("%d in use, no limit", m.InUse)
	case m.Uncounted:
		return fmt.Sprintf("%d in all, use not known", m.Total)
	}
	return fmt.Sprintf("%d in use, %d in all", m.InUse, m.Total)
}
