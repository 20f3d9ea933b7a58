// Package invent makes up the past year of the demo: how its licences stood, what happened, what was told, and how seats were used, up
// to where the demo's world begins. What its sites would have answered is invented; the monitor judges and words it as it does real answers.
package invent

import (
	"slices"
	"time"

	"licensewatch/internal/caldate"
	"licensewatch/monitor"
	"licensewatch/monitor/history"
	"licensewatch/soapclient/simulator"
	"licensewatch/ui/notify"
)

// Year returns the past year of the demo's world, which is now as w has it. The same world and instant give the same past.
func Year(w simulator.World, now time.Time) history.Year {
	y := &year{now: now.Round(0)}
	y.plan(w)
	for i := range w.Sites {
		y.watch(w.Sites[i])
	}
	slices.SortStableFunc(y.past.Events, func(a, b monitor.Event) int { return a.At.Compare(b.At) })
	y.tell(w)
	y.past.Looked = y.at(lastLook, "16:30")
	return y.past
}

// year is a past in the making.
type year struct {
	now     time.Time
	turns   []turn
	outages []outage
	past    history.Year
}

// days is how long the past is: a year and a week, so that seasons can be seen in it.
const days = 372

// at returns a time of a day so many days ago.
func (y *year) at(ago int, clock string) time.Time {
	t, err := time.Parse("15:04", clock)
	if err != nil {
		panic("invent: " + err.Error())
	}
	year, month, day := y.now.Date()
	return time.Date(year, month, day-ago, t.Hour(), t.Minute(), 0, 0, y.now.Location())
}

// ago returns how many days ago an instant was.
func (y *year) ago(at time.Time) int { return caldate.Of(y.now).DaysFrom(caldate.Of(at)) }

// tell makes the notifications that the usual settings would have made of what happened, but for the days on which the computer was off.
func (y *year) tell(w simulator.World) {
	var sites []monitor.Site
	for _, s := range w.Sites {
		sites = append(sites, monitor.Site{Name: s.Name})
	}
	compose := func(news []monitor.Decision) (monitor.Rehearsed, bool) {
		m, ok := notify.Compose(news)
		at := news[len(news)-1].At
		if !ok || y.off(at) {
			return monitor.Rehearsed{}, false
		}
		t := monitor.Telling{At: at.Add(2 * time.Second), Title: m.Title, Text: m.Body, Severity: m.Severity, Outcome: monitor.Sent, Why: news[0].Why()}
		for _, d := range news {
			if !slices.Contains(t.About, d.Subject) {
				t.About = append(t.About, d.Subject)
			}
		}
		y.past.Tellings = append(y.past.Tellings, t)
		return monitor.Rehearsed{}, true
	}
	monitor.Rehearse(monitor.Rules{}, sites, monitor.Past{Events: y.past.Events}, y.at(days, "00:00"), y.now, compose)
}
