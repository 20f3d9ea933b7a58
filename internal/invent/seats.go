package invent

import (
	"hash/fnv"
	"math/rand/v2"
	"slices"
	"time"

	"licensewatch/internal/caldate"
	"licensewatch/monitor"
	"licensewatch/monitor/history"
	"licensewatch/soapclient/simulator"
)

// use is how the seats of a module were used; the lists begin with today, and go back a day each.
type use struct {
	module       monitor.Module
	inUse, total []int
}

// growth is what is said of a module whose past is not to be left to chance.
type growth struct {
	from   int // seats in use at the beginning; they grow evenly
	before int // seats owned before the last purchase
	bought int // in days ago
}

// growths are the modules whose seats run low, or ran low.
var growths = map[string]growth{
	"Nordlys/SUPEROFFICE/standard-sales": {4, 20, 150},
	"Branch Oslo/SUPEROFFICE/ten-sales":  {9, 15, 135},
}

// seats returns how the seats of a site's user licences were used, by owner. Today all is as the site says.
func (y *year) seats(site simulator.Site) map[string][]use {
	all := map[string][]use{}
	for _, o := range site.Owners {
		for _, m := range o.Licence.Modules {
			if m.Type != "UserLicense" || m.Hidden || m.Unrestricted {
				continue
			}
			name := site.Name + "/" + o.Name + "/" + m.Name
			u := use{module: monitor.Module{Name: m.Name, Description: m.Description, Type: m.Type, Plan: m.ExtraFlags == 1}}
			h := fnv.New64a()
			h.Write([]byte(name))
			r := rand.New(rand.NewPCG(h.Sum64(), 0))
			if g, ok := growths[name]; ok {
				u.inUse, u.total = y.evenly(m.InUse, g.from), bought(m.Total, g)
			} else {
				u.inUse, u.total = y.comeAndGo(m, r), slices.Repeat([]int{m.Total}, days+1)
			}
			if name == "Head office/SUPEROFFICE/ten-complete" {
				u.inUse[lastLook-1]++ // a guest, for a day
			}
			if name == "Web shop/SUPEROFFICE/ten-marketing" {
				cut(u, m)
			}
			all[o.Name] = append(all[o.Name], u)
		}
	}
	return all
}

// evenly returns use that grows from so many seats at the beginning, a seat every so many days, and on working days only.
func (y *year) evenly(now, from int) []int {
	list := make([]int, days+1)
	for ago := range list {
		list[ago] = now - ago*(now-from)/days
	}
	for ago := len(list) - 2; ago >= 0; ago-- {
		if y.quiet(ago) && ago > 0 {
			list[ago] = list[ago+1]
		}
	}
	return list
}

func bought(now int, g growth) []int {
	list := slices.Repeat([]int{now}, days+1)
	for ago := g.bought; ago <= days; ago++ {
		list[ago] = g.before
	}
	return list
}

// comeAndGo returns use by people who leave and are replaced some weeks later, and a few who are new.
func (y *year) comeAndGo(m simulator.Module, r *rand.Rand) []int {
	list := slices.Repeat([]int{m.InUse}, days+1)
	add := func(from, until, n int) { // from is the earlier day, and longer ago
		for ago := from; ago > until && ago >= 1; ago-- {
			if ago <= days {
				list[ago] = min(m.Total-2, max(0, list[ago]+n))
			}
		}
	}
	for range m.InUse/5 + r.IntN(2) {
		add(days, r.IntN(days), -1) // who is there only since then
	}
	for range m.InUse / 4 {
		from := 30 + r.IntN(days-30)
		add(from, from-14-r.IntN(30), -1)
	}
	for range m.InUse / 6 {
		from := 20 + r.IntN(days-20)
		add(from, from-10-r.IntN(60), 1)
	}
	for ago := len(list) - 2; ago > 0; ago-- {
		if y.quiet(ago) {
			list[ago] = list[ago+1]
		}
	}
	return list
}

// cut has a contract reduced while more seats are in use than it leaves: two days passed until that was mended.
func cut(u use, m simulator.Module) {
	for ago := 214; ago <= days; ago++ {
		u.total[ago] = m.Total + 4
	}
	for ago := 207; ago <= days; ago++ {
		u.inUse[ago] = min(m.Total+4, u.inUse[ago]+4)
	}
	for ago := 212; ago <= 240; ago++ {
		u.inUse[ago] = m.Total + 1
	}
	for ago := 207; ago < 212; ago++ {
		u.inUse[ago] = m.Total - 1
	}
}

// quiet reports whether nobody is given a seat on that day: at weekends and in holidays.
func (y *year) quiet(ago int) bool {
	switch at := y.at(ago, "12:00"); {
	case weekend(at):
		return true
	case at.Month() == time.July && at.Day() > 7, at.Month() == time.December && at.Day() > 20, at.Month() == time.January && at.Day() < 5:
		return true
	}
	return false
}

// with returns the lives with the seats of all days on which somebody watched, but for today, which is real.
func (l *lives) with(seats map[string][]use, y *year) []history.Life {
	for i := range l.list {
		life := &l.list[i]
		for _, u := range seats[life.Owner] {
			series := monitor.SeatSeries{Module: u.module, Invented: true}
			for ago := days - 1; ago > 0; ago-- {
				if at := y.at(ago, "08:02"); !y.off(at) {
					series.Samples = append(series.Samples, monitor.SeatSample{Day: caldate.Of(at), InUse: u.inUse[ago], Total: u.total[ago]})
				}
			}
			life.Seats = append(life.Seats, series)
		}
	}
	return l.list
}
