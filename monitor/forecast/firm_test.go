package forecast

import (
	"math"
	"math/rand/v2"
	"time"

	"gonum.org/v1/gonum/stat/distuv"

	"licensewatch/internal/caldate"
	"licensewatch/monitor"
)

// firm is a made-up employer whose people are given seats and give them back. It knows nothing of how forecasts are made: people are
// hired, mostly on the first working day of a month; they leave and are replaced some weeks later; trainees, groups and
// seasonal staff come for a while. Only its past is shown to the forecast; its future goes on in the same way.
type firm struct {
	r     *rand.Rand
	first caldate.Date // day 0
	size  float64      // people at the beginning
	need  []int        // seats that are needed, day by day
	delta []int        // what changes on a day
	pace  float64      // seats that are expected to be added in a day
	turn  int          // the day on which hiring slows down or speeds up
	after float64      // by which factor
}

func newFirm(r *rand.Rand, first caldate.Date, days int) *firm {
	size := math.Exp(math.Log(15) + r.Float64()*(math.Log(250)-math.Log(15)))
	return &firm{r: r, first: first, size: math.Round(size), delta: make([]int, days), turn: days}
}

// add gives n seats on the day, or the working day after it, for so many days; 0: for good.
func (f *firm) add(day, n, stay int) {
	f.change(day, n)
	if stay > 0 {
		f.change(day+stay, -n)
	}
}

func (f *firm) change(day, n int) {
	for f.weekday(day) == time.Saturday || f.weekday(day) == time.Sunday {
		day++
	}
	if day < len(f.delta) {
		f.delta[day] += n
	}
}

func (f *firm) weekday(day int) time.Weekday {
	return time.Weekday((int(time.Monday) + f.first.AddDays(day).DaysFrom(caldate.New(2020, 1, 6)) + 7*1000) % 7)
}

func (f *firm) poisson(mean float64) int {
	if mean <= 0 {
		return 0
	}
	return int(distuv.Poisson{Lambda: mean, Src: f.r}.Rand())
}

func (f *firm) between(low, high float64) float64 { return low + f.r.Float64()*(high-low) }

// months calls do with the first day of each month and how many days it has.
func (f *firm) months(do func(day, length int, month time.Month)) {
	for day := 0; day < len(f.delta); {
		date, _ := time.Parse(time.DateOnly, f.first.AddDays(day).String())
		next := caldate.New(date.Year(), date.Month()+1, 1)
		if date.Month() == time.December {
			next = caldate.New(date.Year()+1, 1, 1)
		}
		length := next.DaysFrom(caldate.Of(date))
		do(day, length, date.Month())
		day += length
	}
}

// hire lets so many people start each month, as a share of the size, give or take.
func (f *firm) hire(share float64) {
	f.pace += share * f.size / 30.4
	f.months(func(day, length int, _ time.Month) {
		share := share
		if day > f.turn {
			share *= f.after
		}
		for range f.poisson(share * f.size * float64(length) / 30.4) {
			start := day
			if f.r.Float64() < 0.4 {
				start += f.r.IntN(length)
			}
			f.add(start, 1, 0)
		}
	})
}

// turnover lets so many people leave each month, as a share of the size; each is replaced some weeks later.
func (f *firm) turnover(share float64) {
	for day := range f.delta {
		for range f.poisson(share * f.size / 30.4) {
			f.change(day, -1)
			f.change(day+5+f.r.IntN(50), 1)
		}
	}
}

// trainees lets so many people come each month for one to ten weeks.
func (f *firm) trainees(share float64) {
	for day := range f.delta {
		for range f.poisson(share * f.size / 30.4) {
			f.add(day, 1, 7+f.r.IntN(63))
		}
	}
}

// groups lets projects and departments come as a whole, and some go.
func (f *firm) groups() {
	every, largest := f.between(20, 70), f.between(5, 15)
	f.pace += (3 + largest) / 2 * 0.8 / every
	f.pace -= (3 + largest) / 2 * 0.2 / every
	for at := f.between(0, every); int(at) < len(f.delta); at += f.between(0.3, 1.7) * every {
		n := int(math.Round(f.between(3, largest)))
		if f.r.Float64() < 0.2 {
			n = -n
		}
		f.add(int(at), n, 0)
	}
}

// season lets temporary staff come within three weeks around a day of the year and leave within three weeks after so many days.
func (f *firm) season(month time.Month, stay int, share float64) {
	f.months(func(day, _ int, m time.Month) {
		if m != month {
			return
		}
		for range int(math.Round(share * f.size * f.between(0.8, 1.2))) {
			f.add(day+f.r.IntN(21), 1, stay-10+f.r.IntN(21))
		}
	})
}

// live lets the days pass.
func (f *firm) live() {
	now := int(f.size)
	for _, change := range f.delta {
		now = max(0, now+change)
		f.need = append(f.need, now)
	}
}

// families are the kinds of firms.
var families = []struct {
	name string
	make func(f *firm)
}{
	{"linear", func(f *firm) { f.hire(f.between(0.005, 0.04)); f.turnover(0.01); f.trainees(0.01) }},
	{"step", func(f *firm) { f.groups(); f.turnover(0.005) }},
	{"seasonal", func(f *firm) {
		f.hire(f.between(0, 0.015))
		f.turnover(0.01)
		f.season(time.June, 85, f.between(0.1, 0.3))
		if f.r.Float64() < 0.5 {
			f.season(time.November, 50, f.between(0.05, 0.2))
		}
	}},
	{"noise", func(f *firm) { f.turnover(f.between(0.01, 0.03)); f.trainees(f.between(0.01, 0.05)) }},
	{"bought", func(f *firm) { f.hire(f.between(0.01, 0.04)); f.turnover(0.01) }},
	{"turn", func(f *firm) {
		f.turn, f.after = settling+f.r.IntN(len(f.delta)-366-settling), f.between(0, 2)
		f.hire(f.between(0.01, 0.03))
		f.turnover(0.01)
	}},
	{"uneven", func(f *firm) { f.hire(f.between(0.005, 0.04)); f.turnover(0.01); f.trainees(0.01) }},
}

// trial is what the forecast is shown of a firm, and what came of it.
type trial struct {
	past    int // days that were watched
	samples []monitor.SeatSample
	today   caldate.Date
	truth   caldate.Date // the first day without a free seat; never: not within a year
}

// horizons are for how many days the free seats last at the firm's pace.
var horizons = []int{15, 45, 120, 270}

// pasts are how many days were watched.
var pasts = []int{21, 45, 90, 180, 365, 540, 730}

const settling = 90 // days before anybody watched: until people leave as often as they come

func newTrial(family, horizon int, r *rand.Rand) trial {
	past := pasts[r.IntN(len(pasts))]
	first := caldate.New(2022, 1, 1).AddDays(r.IntN(1000))
	f := newFirm(r, first, settling+past+366)
	families[family].make(f)
	f.live()
	pace := max(f.pace, 0.002*f.size/30.4*5) // who does not grow keeps some in reserve, too
	free := max(1, int(math.Round(pace*float64(horizon))))
	last := settling + past - 1
	total := func(int) int { return f.need[last] + free }
	switch families[family].name {
	case "bought":
		total = f.purchases(last, max(2, 2*free))
	case "uneven":
		f.merge(last)
	}
	t := trial{past: past, today: first.AddDays(last), truth: caldate.Never}
	for day := settling; day <= last; day++ {
		t.samples = append(t.samples, monitor.SeatSample{Day: first.AddDays(day), InUse: min(f.need[day], total(day)), Total: total(day)})
	}
	for day := last; day < last+366; day++ {
		if f.need[day] >= total(last) {
			t.truth = first.AddDays(day)
			break
		}
	}
	if families[family].name == "uneven" {
		t.samples = f.unwatched(t.samples)
	}
	return t
}

// purchases returns the total of each day of a firm that buys a pack of seats a week or more after the last one was given out.
func (f *firm) purchases(last, pack int) func(day int) int {
	totals, wait := make([]int, last+1), -1
	now := f.need[0] + 1 + f.r.IntN(pack)
	for day := range totals {
		switch {
		case wait > 0:
			wait--
		case wait == 0:
			now, wait = max(now, f.need[day])+pack, -1
		case f.need[day] >= now:
			wait = 7 + f.r.IntN(30)
		}
		totals[day] = now
	}
	return func(day int) int { return totals[day] }
}

// merge takes over another firm on some day of the past.
func (f *firm) merge(last int) {
	day, people := settling+f.r.IntN(last-settling), int(f.size*f.between(0.2, 0.6))
	for i := day; i < len(f.need); i++ {
		f.need[i] += people
	}
}

// unwatched returns the samples without weekends or without some weeks, and with one that was misread.
func (f *firm) unwatched(all []monitor.SeatSample) []monitor.SeatSample {
	offWeekends, away := f.r.Float64() < 0.5, f.r.IntN(len(all))
	misread := f.r.IntN(len(all) - 1)
	var list []monitor.SeatSample
	for i, s := range all {
		weekend := f.weekday(s.Day.DaysFrom(f.first))%6 == 0
		if i < len(all)-1 && (weekend && offWeekends || i >= away && i < away+14) {
			continue
		}
		if i == misread {
			s.InUse = []int{0, 2 * s.InUse}[f.r.IntN(2)]
		}
		list = append(list, s)
	}
	return list
}
