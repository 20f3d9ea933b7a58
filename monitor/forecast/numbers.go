package forecast

import (
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/floats"
)

// What follows is what gonum/stat and its distuv would serve for. They bring all of gonum's linear algebra into the program,
// nearly three megabytes of it that the idle agent keeps in memory; the tests hold these few lines against them.

func mean(list []float64) float64 { return floats.Sum(list) / float64(len(list)) }

// deviation is the standard deviation of a sample, of at least two.
func deviation(list []float64) float64 {
	m, sum := mean(list), 0.0
	for _, x := range list {
		sum += (x - m) * (x - m)
	}
	return math.Sqrt(sum / float64(len(list)-1))
}

// quantile returns the least of a sorted list than which a share of it is not greater.
func quantile(share float64, sorted []float64) float64 {
	i := int(math.Ceil(share*float64(len(sorted)))) - 1
	return sorted[max(0, min(i, len(sorted)-1))]
}

// studentsT is Student's distribution around 0.
type studentsT struct {
	scale   float64
	freedom int // degrees, at least 1
}

// draw returns a normal number, in units of the deviation of as many others as there are degrees of freedom.
func (t studentsT) draw(r *rand.Rand) float64 {
	sum := 0.0
	for range t.freedom {
		x := r.NormFloat64()
		sum += x * x
	}
	return t.scale * r.NormFloat64() / math.Sqrt(sum/float64(t.freedom))
}
