package window

import (
	"cmp"
	"slices"
	"strings"
)

// order is by which column the table is sorted, and which way.
type order struct {
	by   int
	down bool
}

// problemsFirst is how the table begins.
var problemsFirst = order{by: colStatus, down: true}

// compares rows by each column. Equal rows go on to worse.
var compares = []func(a, b *row) int{
	colSite:   func(a, b *row) int { return cmp.Compare(a.siteFold, b.siteFold) },
	colOwner:  func(a, b *row) int { return cmp.Compare(a.ownerFold, b.ownerFold) },
	colStatus: func(a, b *row) int { return cmp.Compare(a.severity, b.severity) },
	colDays:   func(a, b *row) int { return cmp.Compare(a.days, b.days) },
	colSeats:  func(a, b *row) int { return cmp.Compare(a.free, b.free) },
	colAnswer: func(a, b *row) int { return a.answered.Compare(b.answered) },
	colNext:   func(a, b *row) int { return a.state.NextCheck.Compare(b.state.NextCheck) },
}

// worse orders rows that are equal in their column: the worst, then what nobody acknowledged, then the most urgent, then by name.
func worse(a, b *row) int {
	return cmp.Or(
		cmp.Compare(b.severity, a.severity),
		cmp.Compare(a.rank(), b.rank()),
		cmp.Compare(a.days, b.days),
		cmp.Compare(a.siteFold, b.siteFold),
		cmp.Compare(a.ownerFold, b.ownerFold),
	)
}

// rank puts what is acknowledged behind what is open.
func (r *row) rank() int {
	if r.said.known {
		return 1
	}
	return 0
}

// arrange returns the rows that match filter, sorted. It leaves rows as it is.
func arrange(rows []*row, filter string, o order) []*row {
	words := strings.Fields(strings.ToLower(filter))
	shown := make([]*row, 0, len(rows))
	for _, r := range rows {
		if r.matches(words) {
			shown = append(shown, r)
		}
	}
	slices.SortFunc(shown, func(a, b *row) int {
		c := compares[o.by](a, b)
		if o.down {
			c = -c
		}
		if c == 0 {
			c = worse(a, b)
		}
		return c
	})
	return shown
}

// matches reports whether the row has all of words.
func (r *row) matches(words []string) bool {
	for _, w := range words {
		if !strings.Contains(r.search, w) {
			return false
		}
	}
	return true
}
