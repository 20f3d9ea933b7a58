package forecast

import (
	"math"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"
)

const (
	futures = 400 // that are played through
	month   = 28  // days; whole weeks, so that a weekend falls on one
	year    = 364 // likewise
	shift   = 10  // days by which a season may come earlier or later than in another year

	// While less than a year was watched, a season may be near that nobody has seen: the pace may be off by this share of the
	// seats in use in a year, and nothing is said of days further ahead than a third of those that were watched.
	unseen = 0.2
	ahead  = 3
)

// outlook is after how many days the seats are gone: in one future of twenty earlier, in half of them, in one of twenty later. More
// than horizon: not within it.
type outlook struct{ early, likely, late, horizon int }

// look plays futures through. Each is made of stretches of the past, as they were, and of a pace that is a little off: the past
// does not tell it any better. Of a past that is not whole the seasons are not looked for: its days are not those of the calendar.
func look(changes []float64, whole bool, inUse, free int) outlook {
	seeds, chance := rand.NewPCG(1, 2), rand.NewPCG(0, 0)
	r := rand.New(chance)
	f := future{r: r, changes: changes, free: float64(free), horizon: len(changes) / ahead}
	if len(changes) >= year {
		f.horizon = 365
	}
	error := paceError(changes, r)
	if n := len(changes); n < year {
		error.Sigma = math.Hypot(error.Sigma, unseen*float64(inUse)/year*(1-float64(n)/year))
	}
	seasonError, seasonal := error, 0.0 // the share of futures that follow the seasons
	switch n := len(changes); {
	case !whole:
	case n >= year+2*month:
		if d := fromYearToYear(changes); spread(d) < spread(changes[year:]) {
			floats.AddConst(-stat.Mean(d, nil), d)
			d = smooth(d)
			f.surprises, seasonal = d, 1
			seasonError = paceError(d, r)
			seasonError.Sigma *= math.Sqrt2 / 2 // a difference of two years has the noise of both
		}
	case n >= year:
		seasonal = 0.5 // there may be seasons: one year cannot tell them from chance
	}
	days := make([]float64, futures)
	for i := range days {
		chance.Seed(seeds.Uint64(), seeds.Uint64()) // always the same futures: a seat more makes none of them end sooner
		if r.Float64() < seasonal {
			days[i] = float64(f.seasonal(seasonError.Rand()))
		} else {
			days[i] = float64(f.plain(error.Rand()))
		}
	}
	slices.Sort(days)
	at := func(share float64) int { return int(stat.Quantile(share, stat.Empirical, days, nil)) }
	return outlook{at(0.05), at(0.5), at(0.95), f.horizon}
}

// paceError returns by how much the pace of a past may differ from the true one, by the method of batch means.
func paceError(changes []float64, r *rand.Rand) distuv.StudentsT {
	n := len(changes)
	length := max(min(7, n/3), n/10)
	means := make([]float64, n/length)
	for i := range means {
		end := n - i*length
		means[i] = stat.Mean(changes[end-length:end], nil)
	}
	// Where nothing has changed something may yet: a third of a seat in a batch.
	deviation := math.Hypot(stat.StdDev(means, nil), 1/(3*float64(length)))
	return distuv.StudentsT{Sigma: deviation / math.Sqrt(float64(len(means))), Nu: float64(len(means) - 1), Src: r}
}

// fromYearToYear returns by how much each change differs from that of a year before.
func fromYearToYear(changes []float64) []float64 {
	d := slices.Clone(changes[year:])
	floats.Sub(d, changes[:len(d)])
	return d
}

// smooth spreads each change over a month: people who come on another day than the year before are no change there and back.
func smooth(changes []float64) []float64 {
	list, sum := make([]float64, len(changes)), 0.0
	for i, change := range changes {
		if sum += change; i >= month {
			sum -= changes[i-month]
		}
		list[i] = sum / month
	}
	return list
}

// spread is the standard deviation of what changes in a month.
func spread(changes []float64) float64 {
	var sums []float64
	for end := len(changes); end >= month; end -= month / 4 {
		sums = append(sums, floats.Sum(changes[end-month:end]))
	}
	return stat.StdDev(sums, nil)
}

// future makes futures out of a past.
type future struct {
	r       *rand.Rand
	changes []float64
	free    float64 // seats
	horizon int     // days

	surprises []float64 // by how much more than a year before the seats in use changed; nil: not known
}

// plain strings stretches of the past together, from anywhere, and returns the first day without a free seat.
func (f *future) plain(off float64) int {
	n := len(f.changes)
	length := min(month, n/3)
	free := f.free
	for day := 1; day <= f.horizon; {
		start := f.r.IntN(n - length + 1)
		for _, change := range f.changes[start : start+length] {
			if free -= change + off; free < 0.5 {
				return day
			}
			day++
		}
	}
	return f.horizon + 1
}

// seasonal lets the year go as the one before, or the one before that, a little earlier or later. It adds stretches of what was not
// as the year before.
func (f *future) seasonal(off float64) int {
	n := len(f.changes)
	free, late, back, surprise := f.free, f.r.IntN(2*shift+1)-shift, year, 0
	if n >= 2*year {
		back *= 1 + f.r.IntN(2)
	}
	for day := range f.horizon {
		if day%month == 0 {
			surprise = f.r.IntN(max(1, len(f.surprises)-month+1))
		}
		i := n - back + day%year + late
		switch {
		case i < 0:
			i += year
		case i >= n:
			i -= year
		}
		free -= f.changes[i] + off
		if f.surprises != nil {
			free -= f.surprises[surprise+day%month]
		}
		if free < 0.5 {
			return day + 1
		}
	}
	return f.horizon + 1
}
