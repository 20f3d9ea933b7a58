package window

import (
	"fmt"
	"strings"
	"time"

	"fyne.io/fyne/v2"

	"licensewatch/internal/caldate"
	"licensewatch/monitor"
)

// said is what people said of a row's alerts, and what else is to be known of them.
type said struct {
	known    bool         // somebody acknowledged all that is wrong
	ack      monitor.Hand // if so
	snoozed  bool
	snooze   monitor.Hand // if so: the one that lasts longest
	unstable time.Time    // since when it changes too often to be told each time; zero: it does not
	changes  int          // since then
	held     int          // notifications that are told later
	why      monitor.Decision
}

// saidOf gathers it for an owner, or for a site without owners.
func saidOf(s monitor.Snapshot, site *monitor.SiteState, owner string) (out said) {
	out.ack, out.known = s.Acknowledged(site, owner)
	of := monitor.Subject{Site: site.Site.Name, Owner: owner}
	out.snooze, out.snoozed = s.Snoozed(of)
	list := []monitor.Subject{of, {Network: site.Site.Network}}
	if owner != "" {
		list = append(list, monitor.Subject{Site: site.Site.Name})
	}
	for _, of := range list {
		a, _ := s.Alert(of)
		if !a.Unstable.IsZero() && out.unstable.IsZero() {
			out.unstable, out.changes = a.Unstable, a.Counter
		}
		if n := len(a.Held); n > 0 {
			out.held, out.why = out.held+n, a.Held[n-1]
		}
	}
	return out
}

// mark puts before a row's status, in a few words, what it would not show otherwise. That all is snoozed is told above the table.
func (x said) mark(status string, now time.Time) string {
	switch {
	case x.known:
		return "Acknowledged · " + status
	case x.snoozed && x.snooze.Subject != (monitor.Subject{}):
		return "Snoozed until " + clock(x.snooze.Until, now) + " · " + status
	case !x.unstable.IsZero():
		return fmt.Sprintf("Unstable (%d) · %s", x.changes, status)
	}
	return status
}

// sentences tell all of it.
func (x said) sentences(now time.Time) []string {
	var list []string
	if x.known {
		list = append(list, by(x.ack, "Acknowledged", atMoment(x.ack.At, now)))
	}
	if x.snoozed {
		list = append(list, by(x.snooze, "Snoozed", "until "+endWords(x.snooze.Until, now)))
	}
	if !x.unstable.IsZero() {
		list = append(list, fmt.Sprintf("Unstable: it changed %s since %s. You are told again once it is steady.", plural(x.changes, "time"), sinceWords(x.unstable, now)))
	}
	if x.held > 0 {
		x.why.At = now
		words := "1 notification is held: "
		if x.held > 1 {
			words = fmt.Sprintf("%d notifications are held: ", x.held)
		}
		list = append(list, ended(words+strings.TrimPrefix(x.why.Why(), "held: ")))
	}
	return list
}

// by says who did something, when, and why.
func by(h monitor.Hand, did, when string) string {
	if h.By != "" {
		did += " by " + monitor.Harmless(h.By, 80)
	}
	did += " " + when
	if note := monitor.Harmless(h.Note, 500); note != "" {
		return ended(did + ": " + note)
	}
	return did + "."
}

// endWords say until when something holds: "13:00", "tomorrow, 08:00", "31 Jan 08:00".
func endWords(until, now time.Time) string {
	if local := until.Local(); caldate.Of(local) == caldate.Of(now.Local()).AddDays(1) {
		return "tomorrow, " + local.Format("15:04")
	}
	return moment(until, now)
}

// troubled reports whether anything that can be acknowledged is wrong at the row.
func (r *row) troubled() bool {
	for _, f := range r.findings() {
		if f.Severity > monitor.OK && f.Kind != monitor.FindingPending {
			return true
		}
	}
	return false
}

// subject is what people say something of at the row.
func (r *row) subject() monitor.Subject { return monitor.Subject{Site: r.site, Owner: r.key.owner} }

// rowMenu offers what can be done about a row, where it was clicked.
func (w *Window) rowMenu(r *row) *fyne.Menu {
	item := func(words string, possible bool, do func()) *fyne.MenuItem {
		i := fyne.NewMenuItem(words, do)
		i.Disabled = !possible || w.now.lost != ""
		return i
	}
	return fyne.NewMenu("",
		item("Acknowledge…", r.troubled() && !r.said.known, func() { w.acknowledge(r.key) }),
		item("Snooze…", true, func() { w.snooze(r.key) }),
		item("Resume", r.said.known || r.said.snoozed, func() { w.resume(r.key) }),
		fyne.NewMenuItemSeparator(),
		item("Check now", true, func() { w.refresh(r.site, r.key.owner) }),
		item("Timeline", true, func() { w.openTimeline(r.site, r.key.owner) }),
		item("Edit site…", true, func() { w.editSite(r.site) }))
}
