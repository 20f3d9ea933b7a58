package monitor

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"time"

	"licensewatch/internal/caldate"
)

// Policy is how strictly Step judges. The zero Policy is not useful; see DefaultPolicy.
type Policy struct {
	Interval time.Duration // between two questions for an owner; no good answer for three of them is stale
	Patience int           // failed reads in a row until a failure counts
	Limits   Limits        // of all sites and owners that have none of their own; neither of its values is nil
}

// DefaultPolicy is the policy of design: two failures in a row, and DefaultLimits.
func DefaultPolicy(interval time.Duration) Policy {
	return Policy{Interval: interval, Patience: 2, Limits: DefaultLimits()}
}

// staleAfter is how old an answer may become, with a minute's room for the answer itself.
func (p Policy) staleAfter() time.Duration { return 3*p.Interval + time.Minute }

// judgeSite returns the findings of the site as a whole; before are those until now. A failure that does not count, or not yet,
// leaves what an earlier one was told to be.
func (p Policy) judgeSite(s *SiteState, before []Finding, now time.Time) []Finding {
	var list []Finding
	told, stands := standing(before)
	noOwner := !s.LicencesAt.IsZero() && len(s.Owners) == 0
	switch f := s.Failure; {
	case f != nil && p.confirmed(f, s.Counted) && !s.Way.excuses(f):
		list, noOwner = append(list, f.finding()), false
	case f != nil && stands:
		list, noOwner = append(list, told), false
	case s.Way.Down():
		list = append(list, offline(s.Site.Network))
	}
	if s.LicencesAt.IsZero() && len(s.Owners) == 0 && len(list) == 0 && p.unheard(s, before, now) {
		list = append(list, Finding{
			Kind: FindingStale, Severity: Unknown, Text: "The site has never given a good answer.",
			Action: "Refresh; if it stays so, look at the connection to the site.",
		})
	}
	if noOwner {
		list = append(list, Finding{
			Kind: FindingNoOwner, Severity: Unknown, Text: "The site lists no licence owner.",
			Action: "Check that this is the installation you mean, and its licences in Settings and maintenance.",
		})
	}
	if f, ok := judgeCertificate(s, now); ok {
		list = append(list, f)
	}
	return list
}

// unheardAfter is how long a site, or an owner, is asked in vain until this counts: a failure that may pass comes first.
func (p Policy) unheardAfter(s *SiteState) time.Duration {
	if s.Failure != nil && s.Failure.mayPass() {
		return max(p.staleAfter(), 2*openLooks*openAgain)
	}
	return p.staleAfter()
}

// unheard reports whether a site of which no owner is known has been asked in vain for so long that this counts.
func (p Policy) unheard(s *SiteState, before []Finding, now time.Time) bool {
	told := slices.ContainsFunc(before, func(f Finding) bool { return f.Kind == FindingStale })
	return told || !s.AskedSince.IsZero() && now.Sub(s.AskedSince) > p.unheardAfter(s)
}

// judgeOwner returns the owner's findings, worst first, the site's among them; before are those until now.
func (p Policy) judgeOwner(s *SiteState, o *OwnerState, before []Finding, now time.Time) []Finding {
	var list, server []Finding
	limits := p.of(s.Site, o.Owner)
	if o.Licence != nil {
		list = append(list, judgeDates(o.Licence.Dates, caldate.Of(now), limits.Ladder)...)
	}
	if o.Verdict != nil {
		list = append(list, judgeVerdict(*o.Verdict))
	}
	if o.Licence != nil {
		list = append(list, judgeSeats(o.Licence, *limits.FreeSeats, before)...)
	}
	explained := OK // how well the site's findings say why there is no answer
	for _, f := range s.Findings {
		f.Whole = true
		if !f.weighs() {
			server = append(server, f)
			continue
		}
		explained = max(explained, f.Severity)
		list = append(list, f)
	}
	told, stands := standing(before)
	switch {
	case o.Failure == nil:
	case p.confirmed(o.Failure, o.Counted):
		list, explained = append(list, o.Failure.finding()), Unknown
	case stands:
		list, explained = append(list, told), Unknown
	}
	if !o.Unlisted.IsZero() {
		list = append(list, unlisted(o.Unlisted, now)) // nobody is asked about it any more
	} else if f, old := p.judgeAge(s, o, before, explained, now); old {
		list = append(list, f)
	}
	slices.SortStableFunc(list, func(a, b Finding) int { return cmp.Compare(b.Severity, a.Severity) })
	return append(list, server...)
}

// judgeAge returns the finding about an answer that is too old to trust. Where another finding says why it is, there is none, but for
// one that has been told already.
func (p Policy) judgeAge(s *SiteState, o *OwnerState, before []Finding, explained Severity, now time.Time) (f Finding, old bool) {
	if p.fresh(o, now) {
		return Finding{}, false
	}
	until, planned := s.plannedWork(now, s.Failure, o.Failure)
	told := slices.ContainsFunc(before, func(f Finding) bool { return f.Kind == FindingStale })
	switch {
	case told:
		return stale(o, now), true
	case explained >= Unknown:
		return Finding{}, false
	case planned:
		return interrupted(o, until, now), true
	case explained == OK && !o.AskedSince.IsZero() && now.Sub(o.AskedSince) > p.unheardAfter(s):
		return stale(o, now), true
	}
	return pending(o, now), true
}

func (p Policy) confirmed(f *Failure, counted int) bool {
	if f.mayPass() {
		return counted >= max(p.Patience, openLooks)
	}
	return f.needsHand() || counted >= p.Patience
}

// judgeDates weighs the five dates (domain.md §4.2); Countdowns tells the same of them.
func judgeDates(d Dates, today caldate.Date, ladder []int) []Finding {
	var list []Finding
	switch step, near := d.step(today, ladder); {
	case d.stopped(today):
		list = append(list, Finding{
			Kind: FindingStopped, Severity: Critical,
			Text:   fmt.Sprintf("The licence stopped on %s: its modules are read-only or off.", d.stop().Words()),
			Action: "Renew the licence with its issuer, then load it in Settings and maintenance, Licences.",
		})
	case d.Expiry.Reached(today):
		list = append(list, d.expired(today))
	case near:
		list = append(list, d.expiring(today, step))
	}
	if d.Maintenance.Reached(today) {
		list = append(list, Finding{
			Kind: FindingMaintenance, Severity: Warning,
			Text:   fmt.Sprintf("Maintenance ended on %s: upgrades will refuse to install.", d.Maintenance.Words()),
			Action: "Renew the maintenance agreement before the next upgrade.",
		})
	}
	return list
}

// step returns the lowest step of the ladder that the days to the licence's end have reached, else "warning-date" if that is reached.
func (d Dates) step(today caldate.Date, ladder []int) (step string, ok bool) {
	end, _ := d.end()
	lowest := 0
	for _, days := range ladder {
		if end.IsDay() && end.DaysFrom(today) <= days && (lowest == 0 || days < lowest) {
			lowest = days
		}
	}
	switch {
	case lowest > 0:
		return fmt.Sprintf("%d days", lowest), true
	case d.AdminWarning.Reached(today):
		return "warning-date", true
	}
	return "", false
}

func (d Dates) expired(today caldate.Date) Finding {
	f := Finding{Kind: FindingExpired, Severity: Critical, Action: "Renew the licence with its issuer now."}
	f.Text = fmt.Sprintf("The licence expired on %s; no grace date is known.", d.Expiry.Words())
	switch {
	case d.Grace.IsDay():
		f.Text = fmt.Sprintf("The licence expired on %s; modules stop %s.", d.Expiry.Words(), when(d.Grace, today))
		f.Action = "Renew the licence with its issuer before modules stop."
	case d.Grace.IsNever():
		f.Text = fmt.Sprintf("The licence expired on %s; modules do not stop.", d.Expiry.Words())
	}
	return f
}

func (d Dates) expiring(today caldate.Date, step string) Finding {
	f := Finding{Kind: FindingExpiring, Severity: Warning, Case: step, Action: "Renew the licence with its issuer."}
	switch end, kind := d.end(); {
	case kind == DateGrace:
		f.Title, f.Text = "Modules stop "+InDays(end.DaysFrom(today)), d.graceWords(today)
	case end.IsDay():
		f.Text = d.expiryWords(today)
	default:
		f.Text = fmt.Sprintf("The issuer's warning date, %s, is reached.", d.AdminWarning.Words())
	}
	return f
}

// Days puts a number of days in words, "1 day" or "12 days".
func Days(n int) string { return numbered(n, "day") }

// verdicts says of every status word that NetServer documents what it means and what to do (domain.md §4.5).
var verdicts = map[string]Finding{
	"Ok":                      {Severity: OK, Text: "The licence server has no news."},
	"NewLicenseActivated":     {Severity: OK, Text: "A new licence was activated.", Action: "See what changed in Settings and maintenance, Licences."},
	"NewLicenseAvailable":     {Severity: Warning, Text: "A new licence is available.", Action: "Compare it with the present one, then open Licences in Settings and maintenance and activate it."},
	"NewCompanyNameAvailable": {Severity: Warning, Text: "A licence with a new company name is available.", Action: "Check the new name, then open Licences in Settings and maintenance and activate it."},
	"NewSerialAvailable":      {Severity: Warning, Text: "A licence with a new serial number is available.", Action: "Verify the new serial number with SuperOffice, then open Licences in Settings and maintenance."},
	"UseCustomMessage":        {Severity: Warning, Text: "The issuer has a message for you.", Action: "Read the message and follow it."},
	"UseCustomMessageAndUrl":  {Severity: Warning, Text: "The issuer has a message and a link for you.", Action: "Read the message; open the link if you trust its host."},
	"ProblemWithLicense":      {Severity: Critical, Text: "The licence server reports a problem with this licence.", Action: "Check that the server can reach its licence server, load a licence file, or contact SuperOffice."},
	"UnknownError":            {Severity: Unknown, Text: "The licence server answers with an unknown error.", Action: "Try again later; check that the server can reach its licence server."},
}

func judgeVerdict(v Verdict) Finding {
	f, known := verdicts[v.Status]
	if !known {
		f = Finding{
			Severity: Unknown,
			Text:     fmt.Sprintf("The licence server answers %q, which this version does not know.", Harmless(v.Status, 60)),
			Action:   "Look into Licences in Settings and maintenance; look for a newer Licensewatch.",
		}
	}
	f.Kind, f.Case, f.URL = FindingStatus, v.Status, WebLink(v.URL)
	return f
}

// WebLink returns s if it is an absolute http or https address with a host and without user name, else "".
func WebLink(s string) string {
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil || s != Harmless(s, len(s)+1) {
		return ""
	}
	return s
}

func unlisted(since, now time.Time) Finding {
	return Finding{
		Kind: FindingUnlisted, Severity: Warning,
		Text:   fmt.Sprintf("The site does not list this owner any more, since %s.", clockTime(since, now)),
		Action: "If the licence was not removed on purpose, look into Licences in Settings and maintenance.",
	}
}

func pending(o *OwnerState, now time.Time) Finding {
	text := "The licence server has not been asked yet."
	switch {
	case o.Doubted:
		text = "The clock was changed since the last answer, so nobody knows how old that is."
	case !o.VerdictAt.IsZero():
		text = fmt.Sprintf("The last answer is of %s, and too old to trust.", clockTime(o.VerdictAt, now))
	}
	return Finding{Kind: FindingPending, Severity: Unknown, Text: text, Action: "Wait for the next answer, or refresh."}
}

func interrupted(o *OwnerState, until, now time.Time) Finding {
	text := "there is no answer yet"
	switch {
	case o.Doubted:
		text = "the clock was changed since the last answer"
	case !o.VerdictAt.IsZero():
		text = fmt.Sprintf("the last answer is of %s", clockTime(o.VerdictAt, now))
	}
	return Finding{
		Kind: FindingPending, Severity: Unknown, Title: "Planned work",
		Text:   fmt.Sprintf("SuperOffice Online has planned work until %s, and %s.", clockTime(until, now), text),
		Action: "Wait: it is asked again by itself.",
	}
}

// clockTime puts last in words, in now's zone.
func clockTime(last, now time.Time) string {
	return last.In(now.Location()).Format("2 January, 15:04")
}

func stale(o *OwnerState, now time.Time) Finding {
	text := "The licence server has never given a good answer."
	switch {
	case o.Doubted:
		text = "There was no good answer since the clock was changed."
	case !o.VerdictAt.IsZero():
		text = fmt.Sprintf("There was no good answer since %s.", clockTime(o.VerdictAt, now))
	}
	return Finding{Kind: FindingStale, Severity: Unknown, Text: text, Action: "Refresh; if it stays so, look at the connection to the site."}
}
