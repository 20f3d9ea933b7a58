package forecast

import (
	"math"
	"slices"

	"licensewatch/internal/caldate"
	"licensewatch/monitor"
)

// usable returns the samples up to today, one a day and the earliest first, from the last long gap on.
func usable(samples []monitor.SeatSample, today caldate.Date) []monitor.SeatSample {
	list := slices.DeleteFunc(slices.Clone(samples), func(s monitor.SeatSample) bool {
		return !s.Day.IsDay() || s.Day.DaysFrom(today) > 0 || s.Day.DaysFrom(today) <= -Memory
	})
	slices.SortStableFunc(list, func(a, b monitor.SeatSample) int { return a.Day.DaysFrom(b.Day) })
	list = slices.CompactFunc(list, func(a, b monitor.SeatSample) bool { return a.Day == b.Day })
	for i := len(list) - 1; i > 0; i-- {
		if list[i].Day.DaysFrom(list[i-1].Day) > longest {
			return list[i:]
		}
	}
	return list
}

// step is how the seats in use changed from one count to the next.
type step struct {
	days   int // between the two
	change float64
}

// daily returns how the seats in use changed, day by day. What a gap brought is spread over its days. Days through which the module
// was full are left out: whoever would have been given a seat was not. It reports whether none was.
func daily(counts []monitor.SeatSample) (changes []float64, whole bool) {
	whole = true
	use := withoutMisreadings(counts)
	steps := make([]step, 0, len(counts))
	for i := 1; i < len(counts); i++ {
		a, b := counts[i-1], counts[i]
		if a.InUse >= a.Total && b.InUse == a.InUse {
			whole = false
			continue
		}
		steps = append(steps, step{b.Day.DaysFrom(a.Day), use[i] - use[i-1]})
	}
	withoutUpheavals(steps)
	for _, s := range steps {
		for range s.days {
			changes = append(changes, s.change/float64(s.days))
		}
	}
	return changes, whole
}

// withoutMisreadings returns the seats in use, and in place of a count that is far from both of its neighbours the median of the
// three. The last one has but one neighbour, and is believed.
func withoutMisreadings(counts []monitor.SeatSample) []float64 {
	use := make([]float64, len(counts))
	steps := make([]step, len(counts)-1)
	for i, c := range counts {
		use[i] = float64(c.InUse)
		if i > 0 {
			steps[i-1].change = use[i] - use[i-1]
		}
	}
	far := max(3, 4*usual(steps))
	clean := slices.Clone(use)
	for i := 1; i+1 < len(use); i++ {
		low, high := min(use[i-1], use[i+1]), max(use[i-1], use[i+1])
		if middle := min(max(use[i], low), high); math.Abs(use[i]-middle) > far {
			clean[i] = middle
		}
	}
	return clean
}

// withoutUpheavals takes out one or two changes that are out of all proportion: a department that moved in, a clearing up. They
// are no pace that goes on. What happens more often than twice is one.
func withoutUpheavals(steps []step) {
	large := max(5, 5*usual(steps))
	upheaval := func(s step) bool { return math.Abs(s.change) > large }
	found := 0
	for _, s := range steps {
		if upheaval(s) {
			found++
		}
	}
	for i := range steps {
		if found <= 2 && upheaval(steps[i]) {
			steps[i].change = 0
		}
	}
}

// usual returns the median size of those changes that are any; 0 if none is.
func usual(steps []step) float64 {
	var sizes []float64
	for _, s := range steps {
		if s.change != 0 {
			sizes = append(sizes, math.Abs(s.change))
		}
	}
	if len(sizes) == 0 {
		return 0
	}
	slices.Sort(sizes)
	return sizes[len(sizes)/2]
}
