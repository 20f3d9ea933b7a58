package tray

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf16"

	"licensewatch/assets"
	"licensewatch/monitor"
)

const (
	maxLines   = 10  // problems in the menu; more would not fit a screen
	maxLabel   = 80  // characters of a menu line
	maxTooltip = 127 // UTF-16 units that Windows shows
)

// Face is what the tray says: a pure function of a snapshot. Two faces that are equal look the same.
type Face struct {
	Look    assets.Look
	Title   string // the worst that nobody acknowledged and how many there are; hosts on Linux show it as tooltip
	Lines   []Line // the worst problems that nobody acknowledged first, at most 10
	More    int    // such problems that Lines leaves out
	Paused  string // until when, in words; empty: not paused
	Snoozed string // until when all notifications are snoozed, in words; empty: they are not
}

// Line is one problem in the menu. An outage is no site's.
type Line struct{ Text, Site, Owner string }

// FaceOf returns the face for a snapshot. now gives the zone and the day for times in words.
func FaceOf(s monitor.Snapshot, now time.Time) Face {
	f := Face{Look: Look(s.Open())}
	if len(s.Sites) == 0 {
		f.Look = assets.Unsure // nothing is watched: that is not well
	}
	problems := problems(s)
	for _, p := range problems[:min(len(problems), maxLines)] {
		f.Lines = append(f.Lines, p.line())
	}
	f.More = len(problems) - len(f.Lines)
	if now.Before(s.PausedUntil) {
		f.Paused = untilWords(s.PausedUntil, now)
	}
	if z, ok := s.Snoozed(monitor.Subject{}); ok && now.Before(z.Until) {
		f.Snoozed = untilWords(z.Until, now)
	}
	f.Title = title(s, f)
	return f
}

// Look returns the mark of a severity.
func Look(s monitor.Severity) assets.Look {
	switch s {
	case monitor.OK:
		return assets.Good
	case monitor.Warning:
		return assets.Caution
	case monitor.Critical:
		return assets.Bad
	}
	return assets.Unsure
}

// title says the worst that is open and the counts, "Licensewatch: critical (1 critical, 2 warning, 14 ok, 2 acknowledged)".
func title(s monitor.Snapshot, f Face) string {
	if len(s.Sites) == 0 {
		return "Licensewatch: no site is set up yet"
	}
	counts, known := map[monitor.Severity]int{}, 0
	count := func(site *monitor.SiteState, owner string, severity monitor.Severity) {
		if _, ok := s.Acknowledged(site, owner); ok {
			known++
		} else {
			counts[severity]++
		}
	}
	for _, site := range s.Sites {
		if len(site.Owners) == 0 {
			count(site, "", site.Severity)
		}
		for _, o := range site.Owners {
			count(site, o.Owner, o.Severity)
		}
	}
	var parts []string
	for severity := monitor.Critical; severity >= monitor.OK; severity-- {
		if n := counts[severity]; n > 0 {
			parts = append(parts, fmt.Sprintf("%d %v", n, severity))
		}
	}
	if known > 0 {
		parts = append(parts, fmt.Sprintf("%d acknowledged", known))
	}
	text := fmt.Sprintf("Licensewatch: %v (%s)", s.Open(), strings.Join(parts, ", "))
	for _, o := range s.Outages {
		text += ", " + strings.ToLower(monitor.Harmless(o.Finding.Title, maxLabel))
	}
	if f.Paused != "" {
		text += ", paused until " + f.Paused
	}
	if f.Snoozed != "" {
		text += ", snoozed until " + f.Snoozed
	}
	return text
}

// problem is a site or an owner that is not in order, or a way out that fails for several sites.
type problem struct {
	severity    monitor.Severity
	site, owner string
	text        string
	outage      bool // of several sites: site and owner are empty
}

func (p problem) line() Line {
	if p.outage {
		return Line{Text: monitor.Harmless(mark(p.severity)+" "+p.text, maxLabel)}
	}
	name := monitor.Harmless(p.site, 40)
	if p.owner != "" {
		name += ", " + monitor.Harmless(p.owner, 20)
	}
	return Line{Text: monitor.Harmless(fmt.Sprintf("%s %s: %s", mark(p.severity), name, p.text), maxLabel), Site: p.site, Owner: p.owner}
}

// mark tells severities apart without colour, as the icons' shapes do.
func mark(s monitor.Severity) string {
	switch s {
	case monitor.Critical:
		return "✖"
	case monitor.Unknown:
		return "?"
	}
	return "!"
}

// problems lists what is not ok and not acknowledged, worst first. What holds for a whole site is one problem, not one for each
// of its owners, and an outage is one, not one for each of its sites.
func problems(s monitor.Snapshot) []problem {
	var list []problem
	for _, o := range s.Outages {
		if alert, _ := s.Alert(monitor.Subject{Network: o.Network}); alert.Ack == nil {
			list = append(list, problem{severity: o.Finding.Severity, text: o.Finding.Text, outage: true})
		}
	}
	for _, site := range s.Sites {
		name := site.Site.Name
		for _, f := range site.Findings {
			if f.Kind != monitor.FindingOffline && !s.Knows(site, f, "") {
				list = append(list, problem{severity: f.Severity, site: name, text: f.Text})
			}
		}
		if len(site.Owners) == 0 && len(site.Findings) == 0 {
			text := "no answer yet"
			if !site.LicencesAt.IsZero() {
				text = "its database lists no licence owner"
			}
			list = append(list, problem{severity: site.Severity, site: name, text: text})
		}
		for _, o := range site.Owners {
			i := slices.IndexFunc(o.Findings, func(f monitor.Finding) bool { return f.Severity > monitor.OK && !f.Whole && !s.Knows(site, f, o.Owner) })
			if i >= 0 {
				list = append(list, problem{severity: o.Findings[i].Severity, site: name, owner: o.Owner, text: o.Findings[i].Text})
			}
		}
	}
	slices.SortStableFunc(list, func(a, b problem) int { return cmp.Compare(b.severity, a.severity) })
	return list
}

// untilWords says when a pause ends: the time, with the day if it is another one.
func untilWords(t, now time.Time) string {
	t = t.In(now.Location())
	if t.YearDay() == now.YearDay() && t.Year() == now.Year() {
		return t.Format("15:04")
	}
	return t.Format("2 January 15:04")
}

// tooltip cuts s to what Windows shows; longer text would end without a terminator there.
func tooltip(s string) string {
	for len(utf16.Encode([]rune(s))) > maxTooltip {
		r := []rune(s)
		s = string(r[:len(r)-2]) + "…"
	}
	return s
}
