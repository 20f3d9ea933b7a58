package invent

import (
	"slices"
	"time"

	"licensewatch/internal/source"
	"licensewatch/monitor"
	"licensewatch/monitor/history"
	"licensewatch/soapclient"
	"licensewatch/soapclient/simulator"
)

// asked is how often the sites were asked: seldom, so that a year is made up in no time. Between two looks nothing happens.
const asked = 24 * time.Hour

// watch plays the past year of a site and has the monitor judge it.
func (y *year) watch(site simulator.Site) {
	site.Owners = slices.Clone(site.Owners) // how they stood at the time that is being watched
	turns := slices.DeleteFunc(slices.Clone(y.turns), func(t turn) bool { return t.site != site.Name })
	seats := y.seats(site)
	policy := monitor.DefaultPolicy(asked)
	state := &monitor.SiteState{Site: monitor.Site{Name: site.Name}}
	life := newLives(site)
	off := false
	for _, at := range y.looks(site.Name) {
		for len(turns) > 0 && !turns[0].at.After(at) {
			turns[0].take(&site)
			turns = turns[1:]
		}
		if y.off(at) {
			life.end(y.at(computerOff, "18:00"))
			off = true
			continue
		}
		for _, seen := range y.answers(site, seats, at, off) {
			var events []monitor.Event
			state, events = policy.Step(state, seen, at)
			y.past.Events = append(y.past.Events, events...)
		}
		off = false
		life.see(state, at)
	}
	life.end(y.now)
	y.past.Lives = append(y.past.Lives, life.with(seats, y)...)
}

// looks returns when a site was looked at: each morning, when something happened, twice when it could not be reached, and just now.
func (y *year) looks(site string) []time.Time {
	list := []time.Time{y.now.Add(-time.Minute)}
	for ago := range days {
		list = append(list, y.at(ago, "08:02"))
	}
	for _, t := range y.turns {
		if t.site == site {
			list = append(list, t.at)
		}
	}
	for _, o := range y.outages {
		if o.site == site {
			list = append(list, o.from, o.from.Add(5*time.Minute), o.until)
		}
	}
	list = slices.DeleteFunc(list, func(t time.Time) bool { return !t.Before(y.now) })
	slices.SortFunc(list, time.Time.Compare)
	return slices.CompactFunc(list, time.Time.Equal)
}

// answers returns what a look brings.
func (y *year) answers(site simulator.Site, seats map[string][]use, at time.Time, broken bool) []monitor.Observation {
	for _, o := range y.outages {
		if o.site == site.Name && !at.Before(o.from) && at.Before(o.until) {
			return []monitor.Observation{{Failure: source.Failure(new(o.failure), site.Name), Broken: broken}}
		}
	}
	first := monitor.Observation{Read: true, Broken: broken}
	for i := range site.Owners {
		first.Licences = append(first.Licences, licence(&site.Owners[i], seats[site.Owners[i].Name], y.ago(at)))
	}
	list := []monitor.Observation{first}
	for _, o := range site.Owners {
		status := o.Status
		if status == "" {
			status = "Ok"
		}
		list = append(list, monitor.Observation{Owner: o.Name, Verdict: &monitor.Verdict{Status: status, Message: o.Message, URL: o.URL}})
	}
	return list
}

// licence is an owner's licence with its user licences as they were used so many days ago.
func licence(o *simulator.Owner, seats []use, ago int) monitor.Licence {
	l := o.Licence
	list := monitor.Licence{
		Owner: o.Name, Description: o.Description, Company: l.Company, Serial: l.Serial,
		Dates: monitor.Dates{NextCheck: l.NextCheck, Maintenance: l.Maintenance, AdminWarning: l.Warning, Expiry: l.Expiry, Grace: l.Grace},
	}
	for _, u := range seats {
		m := u.module
		m.InUse, m.Total = u.inUse[ago], u.total[ago]
		m.Free = m.Total - m.InUse
		list.Modules = append(list.Modules, m)
	}
	return list
}

// lives are those of a site and of its owners.
type lives struct {
	list []history.Life
	open map[string]monitor.Band // by owner
}

func newLives(site simulator.Site) *lives {
	l := &lives{list: []history.Life{{Site: site.Name}}, open: map[string]monitor.Band{}}
	for _, o := range site.Owners {
		l.list = append(l.list, history.Life{Site: site.Name, Owner: o.Name})
	}
	return l
}

// see takes in how all stand.
func (l *lives) see(s *monitor.SiteState, at time.Time) {
	whole := monitor.Band{From: at, Severity: s.Severity, Text: worst(s.Findings, s.Severity)}
	for _, o := range s.Owners {
		text := worst(o.Findings, o.Severity)
		l.change(o.Owner, monitor.Band{From: at, Severity: o.Severity, Text: text})
		if whole.Text == "" && o.Severity == s.Severity && text != "" {
			whole.Text = o.Owner + ": " + text
		}
	}
	l.change("", whole)
}

func (l *lives) change(owner string, now monitor.Band) {
	was, ok := l.open[owner]
	if ok && was.Severity == now.Severity && was.Text == now.Text {
		return
	}
	if ok {
		l.close(owner, now.From)
	}
	l.open[owner] = now
}

// end ends all bands: nobody watches.
func (l *lives) end(at time.Time) {
	for owner := range l.open {
		l.close(owner, at)
	}
}

func (l *lives) close(owner string, at time.Time) {
	b := l.open[owner]
	delete(l.open, owner)
	if b.Until = at; !b.Until.After(b.From) {
		return
	}
	i := slices.IndexFunc(l.list, func(life history.Life) bool { return life.Owner == owner })
	l.list[i].Bands = append(l.list[i].Bands, b)
}

// worst returns the sentence of the first finding that is as bad as the whole.
func worst(list []monitor.Finding, severity monitor.Severity) string {
	i := slices.IndexFunc(list, func(f monitor.Finding) bool { return f.Severity == severity && severity > monitor.OK })
	if i < 0 {
		return ""
	}
	return list[i].Text
}

// turn is a moment from which on an owner's licence server says something else, or its licence has other dates.
type turn struct {
	at          time.Time
	site, owner string
	does        func(*simulator.Owner)
}

func (t turn) take(site *simulator.Site) {
	i := slices.IndexFunc(site.Owners, func(o simulator.Owner) bool { return o.Name == t.owner })
	if i < 0 {
		panic("invent: " + site.Name + " has no " + t.owner) // the demo's world has it
	}
	t.does(&site.Owners[i])
}

// outage is a time in which a site could not be reached.
type outage struct {
	site        string
	from, until time.Time
	failure     soapclient.Error
}
