package report

import (
	"crypto/sha256"
	"fmt"
	"io"
	"strings"
	"time"

	ics "github.com/arran4/golang-ical"

	"licensewatch/internal/caldate"
	"licensewatch/monitor"
)

const producer = "-//Licensewatch//Licensewatch"

// writeICS writes the dates of all licences as a calendar (RFC 5545): a whole day for each date that is one. A date that moved keeps
// its UID, so that importing the file again moves it and adds none.
func writeICS(w io.Writer, in Input, now time.Time) error {
	cal := ics.NewCalendarFor("Licensewatch")
	cal.SetProductId(producer + " " + monitor.Harmless(in.Version, short) + "//EN")
	cal.SetCalscale("GREGORIAN")
	name := "SuperOffice licences"
	if in.Demo {
		name += " (made up, for the demo)"
	}
	cal.SetXWRCalName(name)
	today := caldate.Of(now)
	for _, site := range in.Snapshot.Sites {
		for i := range site.Owners {
			e := entry{site: site, owner: &site.Owners[i]}
			for _, c := range e.owner.Countdowns(today) {
				if c.Date.IsDay() {
					cal.AddVEvent(e.event(c, in.Demo, now))
				}
			}
		}
	}
	return cal.SerializeTo(w, ics.WithNewLineWindows)
}

// event returns a date as a day in a calendar that blocks no time.
func (e entry) event(c monitor.Countdown, demo bool, now time.Time) *ics.VEvent {
	event := ics.NewEvent(e.uid(c.Kind))
	event.SetDtStampTime(now)
	event.SetProperty(ics.ComponentPropertyDtStart, strings.ReplaceAll(c.Date.String(), "-", ""), ics.WithValue(string(ics.ValueDataTypeDate)))
	event.SetSummary(c.Title + ": " + e.title())
	event.SetDescription(e.eventText(c, demo, now))
	event.SetTimeTransparency(ics.TransparencyTransparent)
	if days := notice[c.Kind]; days > 0 && !e.forestalled(c) && now.Before(morning(c.Date.AddDays(-days), now.Location())) {
		alarm := event.AddAlarm()
		alarm.SetAction(ics.ActionDisplay)
		alarm.SetTrigger(fmt.Sprintf("-P%dDT15H", days-1)) // nine in the morning of that day
		alarm.SetDescription(c.Title + ": " + e.title())
	}
	return event
}

// notice is how many days before a date its reminder comes; the others have none.
var notice = map[monitor.DateKind]int{monitor.DateExpiry: 14, monitor.DateGrace: 3}

func morning(d caldate.Date, zone *time.Location) time.Time {
	t, err := time.ParseInLocation(time.DateOnly, d.String(), zone)
	if err != nil {
		return time.Time{}
	}
	return t.Add(9 * time.Hour)
}

// uid names a date for good: what it is about, and nothing that changes.
func (e entry) uid(kind monitor.DateKind) string {
	sum := sha256.Sum256([]byte(e.site.Site.Name + "\x00" + strings.ToUpper(e.owner.Owner) + "\x00" + string(kind)))
	return fmt.Sprintf("%x@licensewatch", sum[:16])
}

// eventText says in words that stay true what happens on a date, and what to do about it.
func (e entry) eventText(c monitor.Countdown, demo bool, now time.Time) string {
	what := fmt.Sprintf(happens[c.Kind].what, c.Date.Words())
	if e.forestalled(c) {
		what = c.Words
	}
	lines := []string{
		what,
		happens[c.Kind].action,
		"",
		"Licence: " + commas(e.owner.Licence.Description, e.owner.Licence.Company, e.owner.Licence.Serial),
		"As Licensewatch knew it on " + caldate.Of(now).Words() + ".",
	}
	if demo {
		lines = append(lines, "The site is made up, for the demo.")
	}
	return strings.Join(lines, "\n")
}

// forestalled reports whether c is a grace date before the expiry, which stops nothing by itself (see monitor.Countdowns).
func (e entry) forestalled(c monitor.Countdown) bool {
	expiry := e.expiry()
	return c.Kind == monitor.DateGrace && expiry.IsDay() && c.Date.DaysFrom(expiry) < 0
}

var happens = map[monitor.DateKind]struct{ what, action string }{
	monitor.DateNextCheck:    {"The site asks its issuer for a new licence on %s.", "Nothing is to be done if the server can reach the licence server."},
	monitor.DateAdminWarning: {"SuperOffice begins to remind its administrators on %s.", "Renew the licence with its issuer."},
	monitor.DateMaintenance:  {"Maintenance ends on %s: from then on upgrades refuse to install. The running system goes on.", "Renew maintenance before the next upgrade."},
	monitor.DateExpiry:       {"The licence expires on %s.", "Renew the licence with its issuer."},
	monitor.DateGrace:        {"Modules become read-only or stop on %s.", "Renew the licence with its issuer, then load it in Settings and maintenance, Licences."},
}
