// Package report writes a snapshot for people, scripts, monitoring systems and browsers.
//
// Text, JSON, Nagios and HTML say the same: the worst first, and never green for what is not known. Whatever
// a server sent is made harmless on its way out.
package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"licensewatch/internal/caldate"
	"licensewatch/monitor"
)

// Runes that are left of a text from outside: a name in a line, and a text of its own.
const (
	short = 100
	long  = 2000
)

// Exit returns the exit code that the monitoring-plugins convention has for a severity: 0 ok, 1 warning,
// 2 critical, 3 unknown.
func Exit(s monitor.Severity) int {
	switch s {
	case monitor.OK:
		return 0
	case monitor.Warning:
		return 1
	case monitor.Critical:
		return 2
	}
	return 3
}

// Worst returns the snapshot's worst severity. With no site set up nothing is watched, which is not well.
func Worst(s monitor.Snapshot) monitor.Severity {
	if len(s.Sites) == 0 {
		return monitor.Unknown
	}
	return s.Worst()
}

// entry is an owner, or a site as a whole that has no owner to show its state.
type entry struct {
	site     *monitor.SiteState
	owner    *monitor.OwnerState // nil: the site as a whole
	severity monitor.Severity
	findings []monitor.Finding
	failure  *monitor.Failure
}

// entries returns all there is to say, the worst first, else in the order of the settings.
func entries(s monitor.Snapshot) []entry {
	var all []entry
	for _, site := range s.Sites {
		worst := monitor.OK
		for i := range site.Owners {
			o := &site.Owners[i]
			worst = max(worst, o.Severity)
			all = append(all, entry{site, o, o.Severity, slices.DeleteFunc(slices.Clone(o.Findings), ofServer), cmp.Or(o.Failure, site.Failure)})
		}
		i := slices.IndexFunc(site.Findings, ofServer)
		switch {
		case len(site.Owners) == 0 || site.Severity > worst:
			all = append(all, entry{site, nil, site.Severity, site.Findings, site.Failure})
		case i >= 0: // its owners are worse for other reasons
			all = append(all, entry{site, nil, site.Findings[i].Severity, site.Findings[i : i+1], nil})
		}
	}
	slices.SortStableFunc(all, func(a, b entry) int { return cmp.Compare(b.severity, a.severity) })
	return all
}

// ofServer reports whether a finding is told of the site, not of its owners.
func ofServer(f monitor.Finding) bool { return f.Kind == monitor.FindingCertificate }

// ownerID returns the owner as the site calls it, "" of a site as a whole.
func (e entry) ownerID() string {
	if e.owner == nil {
		return ""
	}
	return e.owner.Owner
}

// ownerName is ownerID for people.
func (e entry) ownerName() string { return monitor.Harmless(e.ownerID(), short) }

// title returns "Head office / SUPEROFFICE", or the site alone.
func (e entry) title() string {
	if e.owner == nil {
		return monitor.Harmless(e.site.Site.Name, short)
	}
	return monitor.Harmless(e.site.Site.Name, short) + " / " + e.ownerName()
}

// answered returns when the latest good answer came, the zero time if none did.
func (e entry) answered() time.Time {
	if e.owner != nil {
		return e.owner.VerdictAt
	}
	return e.site.LicencesAt
}

// name returns "Head office/SUPEROFFICE", or the site alone.
func (e entry) name() string {
	if e.owner == nil {
		return monitor.Harmless(e.site.Site.Name, short)
	}
	return monitor.Harmless(e.site.Site.Name, short) + "/" + monitor.Harmless(e.owner.Owner, short)
}

// remark is a finding, or a failure that is no finding yet, in words.
type remark struct {
	severity monitor.Severity
	text     string
	action   string
	link     string // http or https, or empty
	outage   bool   // told once for all sites that it concerns
}

// remarks returns what is to be said of e beyond that it is well.
func (e entry) remarks() []remark {
	var list []remark
	told := false
	for _, f := range e.findings {
		switch f.Kind {
		case monitor.FindingOffline:
			told = true
			list = append(list, remark{severity: f.Severity, text: "It cannot be reached now.", outage: true})
			continue
		case monitor.FindingUnreadable, monitor.FindingTenant:
			told = true
		}
		if f.Severity > monitor.OK || f.Action != "" {
			list = append(list, remarkOf(f))
		}
	}
	if e.failure != nil && !told {
		text := monitor.Harmless("The latest question failed: "+e.failure.Text, long)
		list = append(list, remark{severity: monitor.Unknown, text: text, action: monitor.Harmless(e.failure.Remedy, long)})
	}
	if e.severity > monitor.OK && len(list) == 0 {
		list = append(list, remark{severity: e.severity, text: "Nothing is known about it yet.", action: "Wait for the first answer, or refresh."})
	}
	return list
}

func remarkOf(f monitor.Finding) remark {
	return remark{severity: f.Severity, text: monitor.Harmless(f.Text, long), action: monitor.Harmless(f.Action, long), link: monitor.WebLink(f.URL)}
}

// message returns the licence server's own text.
func (e entry) message() string {
	if e.owner == nil || e.owner.Verdict == nil {
		return ""
	}
	return monitor.Harmless(e.owner.Verdict.Message, long)
}

// expiry returns the licence's expiry date, none if there is no licence.
func (e entry) expiry() caldate.Date {
	if e.owner == nil || e.owner.Licence == nil {
		return caldate.Date{}
	}
	return e.owner.Licence.Dates.Expiry
}

// daysLeft returns the days from today to the expiry, false if no day is set.
func (e entry) daysLeft(today caldate.Date) (int, bool) {
	if d := e.expiry(); d.IsDay() {
		return d.DaysFrom(today), true
	}
	return 0, false
}

// expiryWords puts the expiry date in words, "" if no licence is known.
func (e entry) expiryWords(today caldate.Date) string {
	d := e.expiry()
	days, isDay := e.daysLeft(today)
	switch {
	case e.owner == nil || e.owner.Licence == nil:
		return ""
	case !isDay:
		return "no end date"
	case days < 0:
		return fmt.Sprintf("expired %s, %s ago", d.Words(), monitor.Days(-days))
	case days == 0:
		return fmt.Sprintf("expired %s, today", d.Words())
	}
	return fmt.Sprintf("expires %s, %s left", d.Words(), monitor.Days(days))
}

// counts returns "1 critical, 4 ok", the worst first.
func counts(all []entry) string {
	if len(all) == 0 {
		return "no site is set up"
	}
	var parts []string
	for s := monitor.Critical; s >= monitor.OK; s-- {
		if n := count(all, s); n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, s))
		}
	}
	return strings.Join(parts, ", ")
}

func count(all []entry, s monitor.Severity) int {
	n := 0
	for _, e := range all {
		if e.severity == s {
			n++
		}
	}
	return n
}

// checkedAt returns the instant that the snapshot shows.
func checkedAt(s monitor.Snapshot, now time.Time) time.Time {
	if s.At.IsZero() {
		return now
	}
	return s.At
}

// paused says until when nobody is asked, if the monitor is paused.
func paused(s monitor.Snapshot, now time.Time) string {
	if !now.Before(s.PausedUntil) {
		return ""
	}
	return ", paused until " + s.PausedUntil.In(now.Location()).Format("2 January 15:04")
}
