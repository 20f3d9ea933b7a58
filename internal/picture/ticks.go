package picture

import (
	"slices"
	"time"
)

// tick is a round instant with its name.
type tick struct {
	at   time.Time
	text string
}

// step is how far apart ticks are: one of its fields is set.
type step struct{ minutes, days, months int }

var steps = []step{
	{minutes: 5}, {minutes: 15}, {minutes: 30}, {minutes: 60}, {minutes: 180}, {minutes: 360}, {minutes: 720},
	{days: 1}, {days: 2}, {days: 7}, {months: 1}, {months: 3}, {months: 6}, {months: 12}, {months: 24}, {months: 60}, {months: 120},
}

// The finest steps of a scale, as indexes of steps.
const (
	hourly  = 0
	daily   = 7
	monthly = 10
)

// tickGap is about how much room a tick needs for its name.
const tickGap = 60

// ticks returns round instants from one until before another, which are width apart, in the zone of the first.
func ticks(from, until time.Time, width float32, finest int) []tick {
	if !until.After(from) || width <= 0 {
		return nil
	}
	chosen := steps[len(steps)-1]
	for _, s := range steps[finest:] {
		if float64(width)*s.length().Seconds()/until.Sub(from).Seconds() >= tickGap {
			chosen = s
			break
		}
	}
	var list []tick
	for t := chosen.first(from); t.Before(until); t = chosen.next(t) {
		if !t.Before(from) {
			list = append(list, tick{t, chosen.name(t)})
		}
	}
	return list
}

// length is about how long a step is.
func (s step) length() time.Duration {
	return time.Duration(s.minutes)*time.Minute + time.Duration(s.days)*24*time.Hour + time.Duration(s.months)*730*time.Hour
}

// first is a round instant at or before t.
func (s step) first(t time.Time) time.Time {
	y, m, d := t.Date()
	switch {
	case s.months >= 12:
		return time.Date(y-y%(s.months/12), time.January, 1, 0, 0, 0, 0, t.Location())
	case s.months > 0:
		return time.Date(y, m-(m-1)%time.Month(s.months), 1, 0, 0, 0, 0, t.Location())
	case s.days == 7: // Mondays
		return time.Date(y, m, d-(int(t.Weekday())+6)%7, 0, 0, 0, 0, t.Location())
	case s.days > 0:
		return time.Date(y, m, 1, 0, 0, 0, 0, t.Location())
	}
	return time.Date(y, m, d, 0, 0, 0, 0, t.Location())
}

// next is the one after t. The clock is set, not moved on, so that days of 23 and 25 hours keep round hours.
func (s step) next(t time.Time) time.Time {
	y, m, d := t.Date()
	if s.minutes == 0 {
		return time.Date(y, m+time.Month(s.months), d+s.days, 0, 0, 0, 0, t.Location())
	}
	next := time.Date(y, m, d, t.Hour(), t.Minute()+s.minutes, 0, 0, t.Location())
	if !next.After(t) { // the hour that is there twice
		next = t.Add(s.length())
	}
	return next
}

// name says what is new at t: a year, a month, a day or a time.
func (s step) name(t time.Time) string {
	switch {
	case s.months >= 12 || s.months > 0 && t.Month() == time.January:
		return t.Format("2006")
	case s.months > 0:
		return t.Format("Jan")
	case s.days > 0 || t.Hour() == 0 && t.Minute() == 0:
		return t.Format("2 Jan")
	}
	return t.Format("15:04")
}

// oriented adds to the first tick what none of them names: the day of times, the year of days and months.
func oriented(list []tick) []tick {
	if len(list) == 0 {
		return nil
	}
	first := &list[0]
	switch clock := first.at.Format("15:04"); {
	case slices.ContainsFunc(list, func(t tick) bool { return t.text == t.at.Format("2006") }):
	case !slices.ContainsFunc(list, func(t tick) bool { return t.text != t.at.Format("15:04") }):
		first.text = first.at.Format("2 Jan ") + clock
	case first.text != clock:
		first.text += first.at.Format(" 2006")
	}
	return list
}
