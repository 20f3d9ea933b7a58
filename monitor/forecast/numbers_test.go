package forecast

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"
)

func TestMomentsAndQuantilesAreGonums(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, n := range []int{2, 3, 20, 399, 400} {
		list := make([]float64, n)
		for i := range list {
			list[i] = math.Floor(20*r.NormFloat64()) + 1000 // with equal ones among them
		}
		slices.Sort(list)
		if got, want := mean(list), stat.Mean(list, nil); math.Abs(got-want) > 1e-9 {
			t.Errorf("the mean of %d is %v, want %v", n, got, want)
		}
		if got, want := deviation(list), stat.StdDev(list, nil); math.Abs(got-want) > 1e-9 {
			t.Errorf("the deviation of %d is %v, want %v", n, got, want)
		}
		for _, share := range []float64{0.05, 0.3, 0.5, 0.95, 1} {
			if got, want := quantile(share, list), stat.Quantile(share, stat.Empirical, list, nil); got != want {
				t.Errorf("the quantile %v of %d is %v, want %v", share, n, got, want)
			}
		}
	}
}

func TestDrawsFollowStudentsDistribution(t *testing.T) {
	const draws = 20_000
	for _, freedom := range []int{1, 2, 5, 12} {
		r := rand.New(rand.NewPCG(3, uint64(freedom)))
		list := make([]float64, draws)
		for i := range list {
			list[i] = studentsT{scale: 0.5, freedom: freedom}.draw(r)
		}
		slices.Sort(list)
		want := distuv.StudentsT{Sigma: 0.5, Nu: float64(freedom)}
		furthest := 0.0 // by Kolmogorov and Smirnov: more than 1.95 of √draws once in a thousand
		for i, x := range list {
			furthest = max(furthest, math.Abs(want.CDF(x)-float64(i)/draws))
		}
		if furthest > 1.95/math.Sqrt(draws) {
			t.Errorf("with %d degrees of freedom the draws are %v off, want at most %v", freedom, furthest, 1.95/math.Sqrt(draws))
		}
	}
}
