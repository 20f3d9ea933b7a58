package forecast

import (
	"fmt"
	"strings"

	"licensewatch/internal/caldate"
	"licensewatch/monitor"
)

// full says that no seat is free.
func full(last monitor.SeatSample, today caldate.Date) string {
	over, when := last.InUse-last.Total, ""
	if last.Day != today {
		when = ", as counted on " + date(last.Day, today)
	}
	switch over {
	case 0:
		return "No seat is free today" + when + "."
	case 1:
		return "1 seat more is in use than is owned" + when + "."
	}
	return fmt.Sprintf("%d seats more are in use than are owned%s.", over, when)
}

// fine is how many days a range may have for its days to be named; of a wider one only months are.
const fine = 60

// words puts a forecast into one sentence that is no more precise than it.
func words(f monitor.Forecast, o outlook, today caldate.Date) string {
	within := "within " + about(o.horizon)
	switch {
	case f.Day == today && f.Late.IsDay(): // the last count is some days old
		return fmt.Sprintf("Seats run out any day now (%s).", between(f, today))
	case f.Late.IsDay() && f.Late.DaysFrom(f.Early) <= fine:
		return fmt.Sprintf("Seats run out in about %s, around %s (%s).", distance(f.Day.DaysFrom(today)), date(f.Day, today), between(f, today))
	case f.Late.IsDay():
		return fmt.Sprintf("Seats run out in about %s, in %s (%s).", about(f.Day.DaysFrom(today)), monthOf(f.Day), between(f, today))
	case f.Day.IsDay():
		return fmt.Sprintf("Seats may run out in about %s, in %s (not before %s, perhaps not %s).",
			about(f.Day.DaysFrom(today)), monthOf(f.Day), soonest(f.Early, today), within)
	case o.early <= o.horizon:
		return fmt.Sprintf("Seats are not likely to run out %s, and not before %s.", within, soonest(f.Early, today))
	}
	return fmt.Sprintf("Seats do not run out %s if it goes on like this.", within)
}

// between words the range: "between 7 and 25 December", "between March and August 2027".
func between(f monitor.Forecast, today caldate.Date) string {
	from, until := date(f.Early, today), date(f.Late, today)
	if f.Late.DaysFrom(f.Early) > fine {
		from, until = monthOf(f.Early), monthOf(f.Late)
	}
	if from == until {
		return "on that day"
	}
	// What both end with is said once.
	first, last := strings.Fields(from), strings.Fields(until)
	for len(first) > 1 && len(last) > 1 && first[len(first)-1] == last[len(last)-1] {
		first, last = first[:len(first)-1], last[:len(last)-1]
	}
	return fmt.Sprintf("between %s and %s", strings.Join(first, " "), until)
}

// soonest words the early end of a range without a late one.
func soonest(d, today caldate.Date) string {
	if d.DaysFrom(today) <= fine {
		return date(d, today)
	}
	return monthOf(d)
}

// date words a day, with its year unless that is today's.
func date(d, today caldate.Date) string {
	word := strings.Fields(d.Words())
	if strings.HasSuffix(today.Words(), word[2]) {
		word = word[:2]
	}
	return strings.Join(word, " ")
}

func monthOf(d caldate.Date) string {
	_, month, _ := strings.Cut(d.Words(), " ")
	return month
}

// about words a number of days roughly: "10 days", "6 weeks", "5 months", "a year".
func about(n int) string {
	switch {
	case n < 14:
		return monitor.Days(n)
	case n < fine:
		return fmt.Sprintf("%d weeks", (n+3)/7)
	case n < 350:
		return fmt.Sprintf("%d months", (n*10+152)/304)
	}
	return "a year"
}

// distance words a number of days as exactly as a range of days allows.
func distance(n int) string {
	if n < fine {
		return monitor.Days(n)
	}
	return about(n)
}
