// Package forecast tells from the past of a module's seats when they run out. How it does so, and what it cannot tell,
// is in docs/forecast.md.
package forecast

import (
	"licensewatch/internal/caldate"
	"licensewatch/monitor"
)

// Memory is how many days are looked back.
const Memory = 730

const (
	enough   = 14 // days that must have been counted
	freshest = 7  // days without a count after which the present is not known
	longest  = 42 // days without a count after which what was before is forgotten

	// A fortnight's notice is the least that is worth a word where the seats may as well last.
	notice = 14
)

// Of returns when no seat will be free, if seats go on to be given out and back as they were, and the present total stays. The samples
// may come in any order and lack days; those after today are left out. They are to be of a module whose count is enforced.
//
// It is silent, Known is false, when fewer than 14 days were counted, when the last count is more than a week old, and when the past allows
// both that seats run out within a fortnight and that they do not at all. Where today no seat is free, the Day is today.
// Nine times in ten the true day is meant to lie from Early to Late. Early is always a day; it lies beyond the horizon when the seats last
// longer. The horizon is a year, or a third of what was watched while that is less than a year.
//
// The same samples give the same forecast. It takes about a millisecond, and needs no more memory than the samples themselves.
func Of(samples []monitor.SeatSample, today caldate.Date) monitor.Forecast {
	counts := usable(samples, today)
	if len(counts) < enough {
		return monitor.Forecast{}
	}
	last := counts[len(counts)-1]
	switch {
	case last.Total <= 0 || last.Day.DaysFrom(today) < -freshest:
		return monitor.Forecast{}
	case last.InUse >= last.Total:
		return monitor.Forecast{Known: true, Day: today, Early: today, Late: today, Words: full(last, today)}
	}
	changes, whole := daily(counts)
	if len(changes) < enough-1 {
		return monitor.Forecast{} // it was full nearly always, which says nothing of how many more would have come
	}
	o := look(changes, whole, last.InUse, last.Total-last.InUse)
	if o.late > o.horizon && o.early <= min(notice, o.horizon) {
		return monitor.Forecast{}
	}
	f := monitor.Forecast{Known: true, Day: caldate.Never, Early: day(last, o.early, today), Late: caldate.Never}
	if o.likely <= o.horizon {
		f.Day = day(last, o.likely, today)
	}
	if o.late <= o.horizon {
		f.Late = day(last, o.late, today)
	}
	f.Words = words(f, o, today)
	return f
}

// day returns the day so many days after the last count, but none before today.
func day(last monitor.SeatSample, after int, today caldate.Date) caldate.Date {
	if d := last.Day.AddDays(after); d.DaysFrom(today) > 0 {
		return d
	}
	return today
}
