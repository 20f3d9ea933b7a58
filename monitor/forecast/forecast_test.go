package forecast

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"licensewatch/internal/caldate"
	"licensewatch/monitor"
)

var today = caldate.New(2026, 11, 25)

// past returns so many days up to today; use and total are given the days until today, 0 for today.
func past(days int, use, total func(ago int) int) []monitor.SeatSample {
	var list []monitor.SeatSample
	for ago := days - 1; ago >= 0; ago-- {
		list = append(list, monitor.SeatSample{Day: today.AddDays(-ago), InUse: use(ago), Total: total(ago)})
	}
	return list
}

func always(n int) func(int) int { return func(int) int { return n } }

// weekly is one more seat in use each week, and 80 today.
func weekly(ago int) int { return 80 - (ago+6)/7 }

func TestSilence(t *testing.T) {
	year := past(365, weekly, always(100))
	tests := []struct {
		name    string
		samples []monitor.SeatSample
		known   bool
	}{
		{"nothing was counted", nil, false},
		{"thirteen days", past(13, always(10), always(100)), false},
		{"fourteen days", past(14, always(10), always(100)), true},
		{"thirteen days after a gap of two months", append(past(100, always(10), always(100))[:20], past(13, always(10), always(100))...), false},
		{"the last count is eight days old", year[:len(year)-8], false},
		{"the last count is a week old", year[:len(year)-7], true},
		{"one day twenty times", slices.Repeat(past(1, always(10), always(100)), 20), false},
		{"all in the future", []monitor.SeatSample{{Day: today.AddDays(1), InUse: 1, Total: 2}}, false},
		{"no day", make([]monitor.SeatSample, 20), false},
		{"nothing owned", past(365, always(0), always(0)), false},
		{"full until yesterday", past(100, always(50), func(ago int) int { return 50 + 10*max(0, 1-ago) }), false},
		{"one free seat, and people come and go", past(60, func(ago int) int { return 48 + ago/3%2 }, always(49)), false},
		{"full, but only thirteen days", past(13, always(10), always(10)), false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := Of(tt.samples, today)
			if f.Known != tt.known {
				t.Errorf("the forecast is %+v, want known %t", f, tt.known)
			}
			if !f.Known && f != (monitor.Forecast{}) {
				t.Errorf("a silent forecast says %+v", f)
			}
		})
	}
}

func TestWords(t *testing.T) {
	misread := past(365, weekly, always(100))
	misread[360].InUse = 0
	misread[200].InUse = 170
	const inApril = "Seats run out in about 5 months, around 11 April 2027 (between 1 and 21 April 2027)."
	tests := []struct {
		name    string
		samples []monitor.SeatSample
		want    string
	}{
		{"a seat a week, three free", past(365, weekly, always(83)), "Seats run out in about 18 days, around 13 December (between 10 and 16 December)."},
		{"a seat a week, twenty free", past(365, weekly, always(100)), inApril},
		{"two counts that were misread", misread, inApril},
		{"days without a count", slices.DeleteFunc(past(365, weekly, always(100)), func(s monitor.SeatSample) bool {
			ago := -s.Day.DaysFrom(today)
			return ago%7 > 4 || ago > 100 && ago < 130
		}), inApril},
		{"thirty came at once, half a year ago", past(365, func(ago int) int { return weekly(ago) - 30*min(1, ago/180) }, always(100)), inApril},
		{"fifty seats were bought a month ago", past(365, weekly, func(ago int) int { return 100 - 18*min(1, ago/30) }), inApril},
		{"seats were given back a month ago", past(365, weekly, func(ago int) int { return 100 + 50*min(1, ago/30) }), inApril},
		{"nothing happens", past(365, always(10), always(20)), "Seats do not run out within a year if it goes on like this."},
		{"nothing happened for a quarter", past(91, always(10), always(40)), "Seats do not run out within 4 weeks if it goes on like this."},
		{"a seat less each week", past(365, func(ago int) int { return 20 + (ago+6)/7 }, always(100)), "Seats do not run out within a year if it goes on like this."},
		{"full", past(20, always(20), always(20)), "No seat is free today."},
		{"full yesterday", past(20, always(20), always(20))[:19], "No seat is free today, as counted on 24 November."},
		{"one too many", past(20, always(21), always(20)), "1 seat more is in use than is owned."},
		{"many too many", past(20, always(32), always(20)), "12 seats more are in use than are owned."},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if f := Of(tt.samples, today); !f.Known || f.Words != tt.want {
				t.Errorf("the forecast is %+v\nwant %q", f, tt.want)
			}
		})
	}
}

func TestWhatIsOlderThanTwoYearsIsForgotten(t *testing.T) {
	use := func(ago int) int {
		if ago >= Memory {
			return 10 + ago%50
		}
		return weekly(ago) + 50
	}
	if got, want := Of(past(Memory+300, use, always(150)), today), Of(past(Memory, use, always(150)), today); got != want || !got.Known {
		t.Errorf("with what is older it says %+v, without it %+v", got, want)
	}
}

func TestSeasonsAreSeen(t *testing.T) {
	// Thirty people come each June and leave in September.
	summer := func(ago int) int {
		switch strings.Fields(today.AddDays(-ago).Words())[1] {
		case "June", "July", "August":
			return 90
		}
		return 60
	}
	// The seats of the last summer were given back in autumn; while they were owned, all who came could be counted.
	owned := func(ago int) int {
		if ago > 45 {
			return 95
		}
		return 75
	}
	f := Of(past(Memory, summer, owned), today)
	if june := caldate.New(2027, 6, 1); f.Late.IsNever() || f.Early.DaysFrom(june) < -20 || f.Late.DaysFrom(june) > 20 || f.Day.DaysFrom(june) < -10 || f.Day.DaysFrom(june) > 10 {
		t.Errorf("with summers like two before, the forecast is %+v", f)
	}
}

func TestWhatNobodyHasSeenMayCome(t *testing.T) {
	f := Of(past(180, always(200), always(203)), today)
	if !f.Known || f.Day.IsDay() || f.Early.DaysFrom(today) > 50 {
		t.Errorf("after half a year without a change three seats of 203 are said to last: %+v", f)
	}
}

// TestWordsAreNoMorePreciseThanTheRange holds the sentence against ranges of all kinds.
func TestWordsAreNoMorePreciseThanTheRange(t *testing.T) {
	day := today.AddDays
	tests := []struct {
		early, likely, late caldate.Date
		horizon             int
		want                string
	}{
		{day(1), day(1), day(1), 365, "Seats run out in about 1 day, around 26 November (on that day)."},
		{day(0), day(0), day(4), 365, "Seats run out any day now (between 25 and 29 November)."},
		{day(3), day(12), day(40), 365, "Seats run out in about 12 days, around 7 December (between 28 November and 4 January 2027)."},
		{day(60), day(90), day(119), 365, "Seats run out in about 3 months, around 23 February 2027 (between 24 January and 24 March 2027)."},
		{day(10), day(50), day(75), 365, "Seats run out in about 7 weeks, in January 2027 (between December 2026 and February 2027)."},
		{day(45), day(140), day(300), 365, "Seats run out in about 5 months, in April 2027 (between January and September 2027)."},
		{day(50), day(340), caldate.Never, 365, "Seats may run out in about 11 months, in October 2027 (not before 14 January 2027, perhaps not within a year)."},
		{day(20), day(25), caldate.Never, 30, "Seats may run out in about 4 weeks, in December 2026 (not before 15 December, perhaps not within 4 weeks)."},
		{day(100), caldate.Never, caldate.Never, 365, "Seats are not likely to run out within a year, and not before March 2027."},
		{day(366), caldate.Never, caldate.Never, 365, "Seats do not run out within a year if it goes on like this."},
		{day(8), caldate.Never, caldate.Never, 7, "Seats do not run out within 7 days if it goes on like this."},
	}
	for _, tt := range tests {
		f := monitor.Forecast{Known: true, Early: tt.early, Day: tt.likely, Late: tt.late}
		if got := words(f, outlook{early: tt.early.DaysFrom(today), horizon: tt.horizon}, today); got != tt.want {
			t.Errorf("%v to %v is worded\n%q, want\n%q", tt.early, tt.late, got, tt.want)
		}
	}
}

// FuzzOf states the laws of a forecast for any past.
func FuzzOf(f *testing.F) {
	f.Add(uint64(1), uint8(20), uint16(3), uint8(7))
	f.Add(uint64(2), uint8(3), uint16(0), uint8(0))
	f.Add(uint64(145), uint8(60), uint16(25), uint8(163)) // the last count is some days old
	f.Fuzz(func(t *testing.T, seed uint64, spread uint8, free uint16, gaps uint8) {
		r := rand.New(rand.NewPCG(seed, 1))
		use := 1000
		var samples []monitor.SeatSample
		for ago := r.IntN(900); ago >= 0; ago-- {
			use = max(0, use+r.IntN(int(spread)+1)-int(spread)/2)
			if r.IntN(256) >= int(gaps) {
				samples = append(samples, monitor.SeatSample{Day: today.AddDays(-ago), InUse: use})
			}
		}
		forecast := func(extra int) monitor.Forecast {
			for i := range samples {
				samples[i].Total = 1_000_000
			}
			if len(samples) > 0 {
				samples[len(samples)-1].Total = samples[len(samples)-1].InUse + int(free) + extra
			}
			return Of(samples, today)
		}
		got, more := forecast(0), forecast(1)
		before := slices.Clone(samples)
		r.Shuffle(len(samples), func(i, j int) { samples[i], samples[j] = samples[j], samples[i] })
		if again := Of(samples, today); again != more {
			t.Errorf("in another order %+v becomes %+v", more, again)
		}
		samples = before
		if !got.Known {
			return
		}
		if got.Early.DaysFrom(today) < 0 || sooner(got.Day, got.Early) || sooner(got.Late, got.Day) {
			t.Errorf("the range is %+v", got)
		}
		if more.Known && (sooner(more.Early, got.Early) || sooner(more.Day, got.Day) || sooner(more.Late, got.Late)) {
			t.Errorf("with one seat more %+v becomes %+v", got, more)
		}
		if !strings.HasSuffix(got.Words, ".") || strings.Contains(got.Words, "never") || strings.Contains(got.Words, "in about 0") {
			t.Errorf("it says %q", got.Words)
		}
	})
}

func sooner(a, b caldate.Date) bool {
	return a.IsDay() && (b.IsNever() || a.DaysFrom(b) < 0)
}
