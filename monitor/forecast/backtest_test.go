package forecast

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

const (
	each    = 300 // firms of each family with each stock of free seats
	promise = 85  // of a hundred forecasts, so many must hold
)

// tally counts forecasts and what came of them.
type tally struct {
	cases, given, right int
	soon, late          int   // the seats were gone before Early, or not by Late
	shut                int   // right, of those with both ends
	widths              []int // of these, in days
}

func (c *tally) add(x trial) {
	c.cases++
	f := Of(x.samples, x.today)
	if !f.Known {
		return
	}
	c.given++
	right := false
	switch {
	case x.truth.IsDay() && x.truth.DaysFrom(f.Early) < 0:
		c.soon++
	case f.Late.IsDay() && (x.truth.IsNever() || x.truth.DaysFrom(f.Late) > 0):
		c.late++
	default:
		c.right++
		right = true
	}
	if f.Late.IsDay() {
		c.widths = append(c.widths, f.Late.DaysFrom(f.Early))
		if right {
			c.shut++
		}
	}
}

func (c *tally) String() string {
	slices.Sort(c.widths)
	width := "–"
	if n := len(c.widths); n > 0 {
		width = fmt.Sprint(c.widths[n/2])
	}
	return fmt.Sprintf("%5d | %4d%% | %4d%% | %4d | %4d | %5d%% | %4d%% | %4s", c.cases, share(c.given, c.cases), share(c.right, c.given),
		c.soon, c.late, share(len(c.widths), c.given), share(c.shut, len(c.widths)), width)
}

func share(part, whole int) int { return 100 * part / max(1, whole) }

// TestRangesHoldTheTrueDay plays firms on beyond the day of the forecast. It fails if the true first day without a free seat lies
// outside the range too often, or if silence is what makes it lie inside.
func TestRangesHoldTheTrueDay(t *testing.T) {
	const given = 25 // of a hundred, so many must be given at the least; in a firm that neither grows nor shrinks there is least to tell
	table := []string{"firms    | watched  | free for | cases | given | right | soon | late | ended | right | days"}
	for i, family := range families {
		var all, short, long tally
		byStock := make([]tally, len(horizons))
		for h, days := range horizons {
			for n := range each {
				x := newTrial(i, days, rand.New(rand.NewPCG(uint64(i*len(horizons)+h), uint64(n)))) // seeds
				if last := x.samples[len(x.samples)-1]; last.InUse >= last.Total {
					continue // there is nothing to forecast
				}
				all.add(x)
				byStock[h].add(x)
				if x.past < year {
					short.add(x)
				} else {
					long.add(x)
				}
			}
		}
		row := func(watched, stock string, c *tally) {
			table = append(table, fmt.Sprintf("%-8s | %-8s | %8s | %s", family.name, watched, stock, c))
		}
		for h := range horizons {
			row("any", fmt.Sprintf("%d days", horizons[h]), &byStock[h])
		}
		row("< 1 year", "any", &short)
		row("≥ 1 year", "any", &long)
		row("any", "any", &all)
		if got := share(all.right, all.given); got < promise {
			t.Errorf("%s: %d of a hundred ranges hold the true day, want %d", family.name, got, promise)
		}
		if got := share(all.given, all.cases); got < given {
			t.Errorf("%s: a forecast is given in %d of a hundred cases, want %d", family.name, got, given)
		}
	}
	t.Logf("seeds: PCG(family × %d + stock, 0…%d)\n%s", len(horizons), each-1, strings.Join(table, "\n"))
}

func BenchmarkOf730Days(b *testing.B) {
	for i, family := range families {
		b.Run(family.name, func(b *testing.B) {
			var x trial
			for seed := uint64(0); x.past != Memory; seed++ {
				x = newTrial(i, 270, rand.New(rand.NewPCG(1, seed)))
			}
			b.ReportAllocs()
			for b.Loop() {
				Of(x.samples, x.today)
			}
		})
	}
}
