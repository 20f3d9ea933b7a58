package agent

import (
	"context"
	"fmt"
	"os/user"
	"slices"
	"strings"
	"time"

	"licensewatch/monitor"
)

// longestSnooze is how far away the end of a snooze may lie: longer, and nobody would know any more that it holds.
const longestSnooze = 366 * 24 * time.Hour

// acknowledge notes that the user knows of what troubles a subject.
func (a *Agent) acknowledge(_ context.Context, of monitor.Subject, note string) error {
	s := a.snapshot()
	if err := exists(s, of); err != nil {
		return err
	}
	if !troubled(s, of) {
		return fmt.Errorf("there is nothing to acknowledge: %s is in order, or not known yet", name(of))
	}
	h := hand(of, note)
	a.monitor.Acknowledge(h)
	a.record(h, monitor.Acknowledged, "acknowledged")
	return nil
}

// snooze lets nothing be told of a subject until then. The zero time ends its snooze, and leaves what is acknowledged.
func (a *Agent) snooze(_ context.Context, of monitor.Subject, until time.Time, note string) error {
	s := a.snapshot()
	if err := exists(s, of); err != nil {
		return err
	}
	h := hand(of, note)
	if until.IsZero() {
		if !slices.ContainsFunc(s.Snoozes, func(z monitor.Hand) bool { return z.Subject == of }) {
			return nothingToResume(s, of)
		}
		a.monitor.Snooze(h)
		a.record(h, monitor.Resumed, "snoozed no more")
		return nil
	}
	switch {
	case !until.After(h.At):
		return fmt.Errorf("%s is past: name an instant to come", until.Local().Format("2 January 2006 15:04"))
	case until.Sub(h.At) > longestSnooze:
		return fmt.Errorf("%s is too far away: snooze for a year at most", until.Local().Format("2 January 2006"))
	}
	h.Until = until
	a.monitor.Snooze(h)
	a.record(h, monitor.Snoozed, "snoozed until "+monitor.Moment(until, h.At))
	return nil
}

// resume takes back what the user said of a subject.
func (a *Agent) resume(_ context.Context, of monitor.Subject) error {
	s := a.snapshot()
	if err := exists(s, of); err != nil {
		return err
	}
	all := []monitor.Subject{of}
	for _, site := range s.Sites {
		if way := (monitor.Subject{Network: site.Site.Network}); of == (monitor.Subject{Site: site.Site.Name}) && way.Network != "" {
			all = append(all, way) // an outage is acknowledged by way of any of its sites
		}
	}
	all = slices.DeleteFunc(all, func(of monitor.Subject) bool { return !handled(s, of) })
	if len(all) == 0 {
		return nothingToResume(s, of)
	}
	for _, of := range all {
		a.monitor.Resume(of)
	}
	a.record(hand(of, ""), monitor.Resumed, "neither acknowledged nor snoozed any more")
	return nil
}

// nothingToResume says what it is that a person spoke of, if not of this.
func nothingToResume(s monitor.Snapshot, of monitor.Subject) error {
	if z, ok := s.Snoozed(of); ok {
		return fmt.Errorf("%s is snoozed as part of %s: resume that", name(of), name(z.Subject))
	}
	for _, site := range s.Sites {
		if h, ok := s.Acknowledged(site, of.Owner); ok && site.Site.Name == of.Site {
			return fmt.Errorf("%s is acknowledged as part of %s: resume that", name(of), name(h.Subject))
		}
	}
	return fmt.Errorf("there is nothing to resume: %s is neither acknowledged nor snoozed", name(of))
}

// log returns all notifications since an instant, the newest first.
func (a *Agent) log(ctx context.Context, since time.Time) ([]monitor.Telling, error) {
	p, err := a.history.Past(ctx, "", "", since)
	slices.Reverse(p.Tellings)
	return p.Tellings, err
}

func (a *Agent) snapshot() monitor.Snapshot {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.view.Snapshot
}

// fromMenu notes what came of a click in the menu, which cannot show it. Only what has just changed is refused there.
func (a *Agent) fromMenu(what string, err error) {
	if err != nil {
		a.Log.Warn("what was chosen in the menu is not done", "what", what, "err", err)
	}
}

// record puts on record who said what of a subject, and why.
func (a *Agent) record(h monitor.Hand, outcome monitor.Outcome, did string) {
	about := "Everything"
	if h.Site != "" {
		about = strings.TrimSuffix(h.Site+", "+h.Owner, ", ")
	}
	t := monitor.Telling{At: h.At, Title: about + ": " + did, Text: "By " + h.By + ".", Outcome: outcome, Why: h.Note}
	if h.Site != "" {
		t.About = []monitor.Subject{h.Subject}
	}
	a.history.Tell(t)
	a.Log.Info(did+" by a person", "site", h.Site, "owner", h.Owner)
}

// hand is what the computer's user says of a subject now.
func hand(of monitor.Subject, note string) monitor.Hand {
	h := monitor.Hand{Subject: of, At: time.Now().Round(0), By: "the user", Note: monitor.Harmless(note, 500)}
	if u, err := user.Current(); err == nil && u.Username != "" {
		h.By = u.Username
	}
	return h
}

// name names a subject in a sentence.
func name(of monitor.Subject) string {
	switch {
	case of.Network != "":
		return "the way to all sites that share it"
	case of.Owner != "":
		return fmt.Sprintf("the owner %s at %q", of.Owner, of.Site)
	case of.Site != "":
		return fmt.Sprintf("the site %q", of.Site)
	}
	return "everything"
}

// exists returns an error that names what there is, unless the subject is watched.
func exists(s monitor.Snapshot, of monitor.Subject) error {
	if of == (monitor.Subject{}) || of.Network != "" {
		return nil
	}
	i := slices.IndexFunc(s.Sites, func(site *monitor.SiteState) bool { return site.Site.Name == of.Site })
	if i < 0 {
		var names []string
		for _, site := range s.Sites {
			names = append(names, site.Site.Name)
		}
		return fmt.Errorf("no site %q is watched; %s", of.Site, listed("the sites are", names))
	}
	if of.Owner == "" {
		return nil
	}
	var names []string
	for _, o := range s.Sites[i].Owners {
		if o.Owner == of.Owner {
			return nil
		}
		names = append(names, o.Owner)
	}
	return fmt.Errorf("the site %q has no owner %q; %s", of.Site, of.Owner, listed("its owners are", names))
}

// listed lists names for a person, who needs no more than ten.
func listed(are string, names []string) string {
	if len(names) == 0 {
		return "there are none"
	}
	const most = 10
	more := ""
	if n := len(names) - most; n > 0 {
		names, more = names[:most], fmt.Sprintf(" and %d more", n)
	}
	return are + " " + strings.Join(names, ", ") + more
}

// troubled reports whether anything that may be told is wrong with a subject.
func troubled(s monitor.Snapshot, of monitor.Subject) bool {
	wrong := func(list []monitor.Finding) bool {
		return slices.ContainsFunc(list, func(f monitor.Finding) bool { return f.Severity > monitor.OK && f.Kind != monitor.FindingPending })
	}
	for _, site := range s.Sites {
		if (of.Site == "" || of.Site == site.Site.Name && of.Owner == "") && wrong(site.Findings) {
			return true
		}
		for _, o := range site.Owners {
			if of.Covers(monitor.Subject{Site: site.Site.Name, Owner: o.Owner}) && wrong(o.Findings) {
				return true
			}
		}
	}
	return false
}

// handled reports whether something that a subject covers is acknowledged or snoozed.
func handled(s monitor.Snapshot, of monitor.Subject) bool {
	return slices.ContainsFunc(s.Alerts, func(a monitor.Alert) bool { return a.Ack != nil && of.Covers(a.Subject) }) ||
		slices.ContainsFunc(s.Snoozes, func(h monitor.Hand) bool { return of.Covers(h.Subject) })
}
