package monitor

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"sort"
	"strings"
	"testing"
	"time"

	"licensewatch/internal/caldate"
)

// twinOffer is an offer as the two lists that it was made of: the other way to see it.
type twinOffer struct {
	now, next []Module
	told      map[int]int // what NetServer says is free of the module at that place of next, if it does
	offer     Offer
}

// randomOffer makes an offer from two lists of modules, some of the same name, and pairs some of them as NetServer does.
func randomOffer(r *rand.Rand) twinOffer {
	t := twinOffer{told: map[int]int{}}
	some := func(words ...string) string { return words[r.IntN(len(words))] }
	yes := func(percent int) bool { return r.IntN(100) < percent }
	inUse := map[string]int{}
	module := func(name string) Module {
		m := Module{Name: name, Description: some("", name+" plan", name+" plan", "Another"), Type: some("UserLicense", "UserLicense", "UserLicense", "SiteLicense", "SatelliteLicense", "Unknown"),
			Total: r.IntN(12), InUse: inUse[name], Unrestricted: yes(10), Hidden: yes(25), Plan: yes(30)}
		m.Free = m.Total - m.InUse
		return m
	}
	for i := range 1 + r.IntN(7) {
		name := fmt.Sprintf("module-%d", i)
		inUse[name] = r.IntN(12)
		m := module(name)
		copies := 1 + r.IntN(7)/6
		pairs := yes(70)
		in := r.IntN(5) // 0: only now, 1: only new, else both
		for range copies {
			var p ModuleOffer
			if in != 1 {
				t.now = append(t.now, m)
				p.Current = new(m)
			}
			if in != 0 {
				next := m
				if yes(60) {
					next = module(name)
				}
				next.Free = 0
				if yes(50) {
					next.Free = r.IntN(9) - 4
				}
				if next.Free != 0 {
					t.told[len(t.next)] = next.Free
				}
				t.next = append(t.next, next)
				p.New = new(next)
			}
			if pairs || p.Current == nil || p.New == nil {
				t.offer.Modules = append(t.offer.Modules, p)
				continue
			}
			p.New.Name = strings.ToUpper(p.New.Name)
			halves := []ModuleOffer{{Current: p.Current}, {New: p.New}}
			if yes(50) {
				slices.Reverse(halves)
			}
			t.offer.Modules = append(t.offer.Modules, halves...)
		}
	}
	date := func() caldate.Date {
		return []caldate.Date{{}, caldate.Never, caldate.New(2027, 2, 28), caldate.New(2027, 3, 1), caldate.New(2028, 2, 29)}[r.IntN(5)]
	}
	licence := func() *Licence {
		return &Licence{Description: some("SuperOffice AS", "Acme"), Company: some("", "Fjord AS", "Fjord Group AS"), Serial: some("1010000014", "1099000012"),
			Dates: Dates{date(), date(), date(), date(), date()}}
	}
	t.offer.Current, t.offer.New, t.offer.CanBeActivated = licence(), licence(), yes(50)
	return t
}

// twin compares the naive way: it looks each module up in the other list, word by word.
func (t twinOffer) twin() (changed []string, same, sameHidden int) {
	used := map[int]bool{}
	take := func(name string) int {
		for i, m := range t.next {
			if m.Name == name && !used[i] {
				used[i] = true
				return i
			}
		}
		return -1
	}
	called := func(m Module) string {
		if m.Description != "" {
			return m.Description
		}
		return m.Name
	}
	seats := func(m Module) string {
		if m.Unrestricted {
			return "no limit"
		}
		return fmt.Sprint(m.Total)
	}
	tooMany := func(m Module, at int) int {
		if m.Type == "SiteLicense" || m.Unrestricted {
			return 0
		}
		if free, ok := t.told[at]; ok {
			if free < 0 {
				return -free
			}
			return 0
		}
		if m.InUse > m.Total {
			return m.InUse - m.Total
		}
		return 0
	}
	for _, m := range t.now {
		i := take(m.Name)
		if i < 0 {
			short := m.InUse
			if m.Type == "SiteLicense" {
				short = 0
			}
			changed = append(changed, fmt.Sprintf("%s: %d in use, %s to —, %d short: removed", called(m), m.InUse, seats(m), short))
			continue
		}
		n := t.next[i]
		var how []string
		if m.Unrestricted != n.Unrestricted {
			how = append(how, map[bool]string{true: "limit lifted", false: "limit set"}[n.Unrestricted])
		} else if m.Total != n.Total && !m.Unrestricted {
			how = append(how, map[bool]string{true: "more seats", false: "fewer seats"}[n.Total > m.Total])
		}
		if called(m) != called(n) {
			how = append(how, "renamed")
		}
		if m.Type != n.Type {
			how = append(how, "retyped")
		}
		if m.Hidden != n.Hidden {
			how = append(how, map[bool]string{true: "now hidden", false: "now shown"}[n.Hidden])
		}
		if m.Plan != n.Plan {
			how = append(how, map[bool]string{true: "now a plan", false: "no plan"}[n.Plan])
		}
		short := tooMany(n, i)
		if len(how) == 0 && short == 0 {
			if m.Hidden && n.Hidden {
				sameHidden++
			} else {
				same++
			}
			continue
		}
		sort.Strings(how)
		changed = append(changed, fmt.Sprintf("%s: %d in use, %s to %s, %d short: %s", called(m), n.InUse, seats(m), seats(n), short, strings.Join(how, ", ")))
	}
	for i, m := range t.next {
		if !used[i] {
			changed = append(changed, fmt.Sprintf("%s: %d in use, — to %s, %d short: added", called(m), m.InUse, seats(m), tooMany(m, i)))
		}
	}
	sort.Strings(changed)
	return changed, same, sameHidden
}

// twinTurn says by their texts alone how two dates differ.
func twinTurn(now, next string) string {
	switch {
	case now == next:
		return "same: unchanged"
	case next == "":
		return "none: no date any more"
	case next == "never":
		return "never: will not come"
	case now == "":
		return "new date: there was none"
	case now == "never":
		return "earlier: was never"
	}
	a, _ := time.Parse(time.DateOnly, now)
	b, _ := time.Parse(time.DateOnly, next)
	days, words := int(b.Sub(a).Hours())/24, "later"
	if days < 0 {
		days, words = -days, "earlier"
	}
	if days == 1 {
		return words + ": 1 day " + words
	}
	return fmt.Sprintf("%s: %d days %s", words, days, words)
}

func TestCompareAgreesWithItsTwin(t *testing.T) {
	for seed := range uint64(400) {
		o := randomOffer(rand.New(rand.NewPCG(seed, 5)))
		want, same, sameHidden := o.twin()
		c := Compare(o.offer)
		if len(o.next) == 0 && len(o.now) > 0 {
			if !c.Unlisted || len(c.Modules) > 0 {
				t.Errorf("%d: of a new licence without modules it tells %+v", seed, c)
			}
			continue
		}
		var got []string
		for _, m := range c.Modules {
			var how []string
			for _, d := range m.What {
				how = append(how, string(d))
			}
			sort.Strings(how)
			got = append(got, fmt.Sprintf("%s: %d in use, %s to %s, %d short: %s", m.Name, m.InUse, SeatWords(m.Now), SeatWords(m.New), m.Short, strings.Join(how, ", ")))
		}
		if sort.Strings(got); !slices.Equal(got, want) || c.Same != same || c.SameHidden != sameHidden || c.Unlisted {
			t.Errorf("%d: Compare tells\n%s\nand %d, %d unchanged; the twin\n%s\nand %d, %d", seed, strings.Join(got, "\n"), c.Same, c.SameHidden, strings.Join(want, "\n"), same, sameHidden)
		}
		now, next := o.offer.Current, o.offer.New
		for i, d := range [][2]caldate.Date{{now.Dates.NextCheck, next.Dates.NextCheck}, {now.Dates.AdminWarning, next.Dates.AdminWarning},
			{now.Dates.Maintenance, next.Dates.Maintenance}, {now.Dates.Expiry, next.Dates.Expiry}, {now.Dates.Grace, next.Dates.Grace}} {
			if got, want := string(c.Dates[i].Turn())+": "+c.Dates[i].Words(), twinTurn(d[0].String(), d[1].String()); got != want {
				t.Errorf("%d: %s goes %q from %s to %s, the twin says %q", seed, c.Dates[i].Name, got, d[0], d[1], want)
			}
		}
		for i, f := range [][2]string{{now.Description, next.Description}, {now.Company, next.Company}, {now.Serial, next.Serial}} {
			if got := c.Facts[i]; got.Now != f[0] || got.New != f[1] || got.Changed() != (f[0] != f[1]) {
				t.Errorf("%d: the fact is %+v, want %q", seed, got, f)
			}
		}
	}
}

// The order is what people read by: user plans, other modules, hidden ones; of each those with too few seats first.
func TestModulesAreInTheOrderOfTheirWeight(t *testing.T) {
	weight := func(m ModuleChange) (n int) {
		for _, side := range []*Module{m.Now, m.New} {
			if side != nil && !side.Hidden {
				n |= 4
			}
			if side != nil && side.Plan {
				n |= 2
			}
		}
		if n&4 == 0 {
			n = 0 // of hidden modules no plan comes first
		}
		if m.Short > 0 {
			n |= 1
		}
		return n
	}
	seen := map[int]bool{}
	for seed := range uint64(400) {
		list := Compare(randomOffer(rand.New(rand.NewPCG(seed, 5))).offer).Modules
		for i, m := range list {
			seen[weight(m)] = true
			if i > 0 && weight(m) > weight(list[i-1]) {
				t.Errorf("%d: %s stands behind %s", seed, m.Name, list[i-1].Name)
			}
		}
	}
	if len(seen) != 6 {
		t.Errorf("the offers had modules of %d weights, want all 6", len(seen))
	}
}
