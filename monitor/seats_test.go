package monitor

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"licensewatch/internal/caldate"
)

// module is a visible licence of users with so many seats in use of those owned.
func module(name string, inUse, total int, change ...func(*Module)) Module {
	m := Module{Name: name, Description: strings.ToUpper(name[:1]) + name[1:], Type: userLicense, InUse: inUse, Total: total, Free: total - inUse}
	for _, f := range change {
		f(&m)
	}
	return m
}

func asPlan(m *Module) { m.Plan = true }

func TestSeatsAreJudged(t *testing.T) {
	hidden, unrestricted := func(m *Module) { m.Hidden = true }, func(m *Module) { m.Unrestricted = true }
	ofType := func(word string) func(*Module) { return func(m *Module) { m.Type = word } }
	tests := []struct {
		name     string
		few      int
		module   Module
		want     string // the finding's case; empty: none
		severity Severity
		text     string
	}{
		{"room enough", 1, module("sales", 19, 21), "", OK, ""},
		{"one seat left", 1, module("sales", 20, 21), "few sales", Warning, "Sales has 1 free seat of 21."},
		{"no seat left", 1, module("sales", 21, 21), "few sales", Warning, "Sales has no free seat: all 21 are in use."},
		{"the only seat", 1, module("sales", 1, 1), "few sales", Warning, "Sales has no free seat: the only one is in use."},
		{"one more than owned", 1, module("sales", 22, 21), "over sales", Critical, "Sales is assigned to 22 users, 1 more than the 21 seats owned."},
		{"many more than owned", 1, module("sales", 30, 21), "over sales", Critical, "Sales is assigned to 30 users, 9 more than the 21 seats owned."},
		{"in use and none owned", 1, module("sales", 1, 0), "over sales", Critical, "Sales is assigned to 1 user, 1 more than the 0 seats owned."},
		{"neither owned nor in use", 1, module("sales", 0, 0), "", OK, ""},
		{"owned and nobody has it", 1, module("sales", 0, 5), "", OK, ""},
		{"few, of which nobody has one", 1, module("sales", 0, 1), "few sales", Warning, "Sales has 1 free seat of 1."},
		{"a user plan", 1, module("sales", 20, 21, asPlan), "few sales", Warning, "Sales has 1 free seat of 21."},
		{"a hidden one", 1, module("sales", 21, 21, hidden), "", OK, ""},
		{"a hidden one with more than owned", 1, module("sales", 25, 21, hidden), "", OK, ""},
		{"an unrestricted one", 1, module("sales", 1, 1, unrestricted), "", OK, ""},
		{"an unrestricted one with more than owned", 1, module("sales", 214, 1, unrestricted), "", OK, ""},
		{"a licence of the whole site", 1, module("server", 1, 1, ofType("SiteLicense")), "", OK, ""},
		{"a licence of a satellite", 1, module("satellite", 1, 1, ofType("SatelliteLicense")), "", OK, ""},
		{"a type of which nothing is known", 1, module("later", 1, 1, ofType("Unknown")), "", OK, ""},
		{"NetServer told no use", 1, module("sales", 0, 1, func(m *Module) { m.Uncounted = true }), "", OK, ""},
		{"a free number that contradicts the others", 1, module("sales", 10, 21, func(m *Module) { m.Free = 0 }), "", OK, ""},
		{"a higher limit", 5, module("sales", 16, 21), "few sales", Warning, "Sales has 5 free seats of 21."},
		{"just above a higher limit", 5, module("sales", 15, 21), "", OK, ""},
		{"limit 0: one seat left", 0, module("sales", 20, 21), "", OK, ""},
		{"limit 0: none left", 0, module("sales", 21, 21), "few sales", Warning, "Sales has no free seat: all 21 are in use."},
		{"off: none left", NoSeatWarning, module("sales", 21, 21), "", OK, ""},
		{"off: more than owned", NoSeatWarning, module("sales", 22, 21), "over sales", Critical, "1 more than the 21 seats owned."},
		{"without a description", 1, module("sales", 21, 21, func(m *Module) { m.Description = "" }), "few sales", Warning, "sales has no free seat"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			list := judgeSeats(&Licence{Modules: []Module{tt.module}}, tt.few, nil)
			if tt.want == "" {
				if len(list) > 0 {
					t.Errorf("found %+v, want nothing", list)
				}
				return
			}
			if len(list) != 1 || list[0].Kind != FindingSeats || list[0].Case != tt.want || list[0].Severity != tt.severity || !strings.Contains(list[0].Text, tt.text) {
				t.Errorf("found %+v, want %q, %v: %q", list, tt.want, tt.severity, tt.text)
			}
		})
	}
}

func TestHowManyUsersToRemove(t *testing.T) {
	for n, want := range map[int]string{1: "Remove it from 1 user, or buy 1 seat", 3: "Remove it from 3 users, or buy 3 seats"} {
		if f := overAssigned(module("sales", 21+n, 21)); !strings.HasPrefix(f.Action, want) || !strings.HasPrefix(f.Title, numbered(n, "user")) {
			t.Errorf("%q, %q; want %q", f.Title, f.Action, want)
		}
	}
}

func TestSeatsComeWorstFirst(t *testing.T) {
	modules := []Module{module("beta", 5, 5), module("alfa", 5, 5), module("plan", 5, 5, asPlan), module("over", 6, 5), module("zplan", 9, 5, asPlan)}
	if got, want := told(judgeSeats(&Licence{Modules: modules}, 1, nil)), "seats over zplan, seats over over, seats few plan, seats few alfa, seats few beta"; got != want {
		t.Errorf("found %s\nwant %s", got, want)
	}
	s, _, _ := after(Observation{Read: true, Licences: []Licence{{Owner: "SUPEROFFICE", Modules: modules[:3], Dates: Dates{Expiry: day(5)}}}}, verdict("NewLicenseAvailable"))
	if got, want := told(s.Owners[0].Findings), "expiring 7 days, status NewLicenseAvailable, seats few plan, seats few alfa, seats few beta"; got != want {
		t.Errorf("found %s\nwant %s", got, want)
	}
}

// seated is a read of the database of an owner with these modules.
func seated(modules ...Module) Observation {
	return Observation{Read: true, Licences: []Licence{{Owner: "SUPEROFFICE", Modules: modules}}}
}

func TestNewsOfSeats(t *testing.T) {
	tests := []struct {
		name           string
		before, after  Observation
		appeared, gone string
	}{
		{"the last seats go", seated(module("sales", 10, 21)), seated(module("sales", 20, 21)), "seats few sales", ""},
		{"another number is no news", seated(module("sales", 20, 21)), seated(module("sales", 21, 21)), "", ""},
		{"from few to too many", seated(module("sales", 21, 21)), seated(module("sales", 22, 21)), "seats over sales", "seats few sales"},
		{"still more is no news", seated(module("sales", 22, 21)), seated(module("sales", 29, 21)), "", ""},
		{"seats were bought", seated(module("sales", 22, 21)), seated(module("sales", 22, 30)), "", "seats over sales"},
		{"a restart, of which the modules are not read yet", seated(module("sales", 22, 21)), seated(), "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s, events, _ := after(verdict("Ok"), tt.before, tt.after)
			var appeared, gone []Finding
			for _, e := range events {
				appeared, gone = append(appeared, e.Appeared...), append(gone, e.Gone...)
			}
			if told(appeared) != tt.appeared || told(gone) != tt.gone {
				t.Errorf("appeared %q and gone %q, want %q and %q", told(appeared), told(gone), tt.appeared, tt.gone)
			}
			if wrong := s.Owners[0].Severity == OK; wrong != (tt.gone != "" && tt.appeared == "") {
				t.Errorf("it is %v", s.Owners[0].Severity)
			}
		})
	}
}

// An owner with many small modules has a short list, in which one module's seats are no news about another.
func TestManyModulesWithFewSeats(t *testing.T) {
	var modules []Module
	for i := range 9 {
		modules = append(modules, module(fmt.Sprintf("m%d", i), 5, 5))
	}
	modules = append(modules, module("plan", 5, 5, asPlan), module("zover", 6, 5))
	look := func(before []Finding) []Finding { return judgeSeats(&Licence{Modules: modules}, 1, before) }
	first := look(nil)
	if got, want := told(first), "seats over zover, seats few plan, seats few m0, seats few m1, seats few m2, seats few m3, seats few m4, seats few"; got != want {
		t.Fatalf("found %s\nwant %s", got, want)
	}
	if rest := first[len(first)-1]; rest.Text != "4 more modules have few free seats: M5, M6, M7 and 1 more." {
		t.Errorf("the rest is %q", rest.Text)
	}
	modules[2].Total = 50
	second := look(first)
	if got, want := told(second), "seats over zover, seats few plan, seats few m0, seats few m1, seats few m3, seats few m4, seats few"; got != want {
		t.Errorf("after one got seats: found %s\nwant %s", got, want)
	}
	modules[7].InUse = 9
	if third := look(second); !strings.HasPrefix(told(third), "seats over m7, seats over zover, ") {
		t.Errorf("one of the rest has too many, found %s", told(third))
	}
	for i := range modules[:8] {
		modules[i].Total, modules[i].InUse = 50, 1
	}
	fourth := look(second)
	if got := fourth[len(fourth)-1].Text; got != "1 more module has few free seats: M8." {
		t.Errorf("one is left: %q", got)
	}
	modules[8].Total = 50
	if got, want := told(look(fourth)), "seats over zover, seats few plan"; got != want {
		t.Errorf("all have seats: found %s, want %s", got, want)
	}
}

func TestLimitsHoldForOwnersFirst(t *testing.T) {
	p := DefaultPolicy(time.Hour)
	s := Site{Limits: Limits{FreeSeats: new(4)}, OwnerLimits: []OwnerLimits{{Owner: "acmeaddon", Limits: Limits{Ladder: []int{}}}, {Owner: "GEOMAP", Limits: Limits{FreeSeats: new(NoSeatWarning), Ladder: []int{90}}}}}
	tests := []struct {
		site   Site
		owner  string
		ladder []int
		few    int
	}{
		{Site{}, "SUPEROFFICE", []int{60, 30, 14, 7, 3, 1}, 1},
		{s, "SUPEROFFICE", []int{60, 30, 14, 7, 3, 1}, 4},
		{s, "ACMEADDON", []int{}, 4}, // as NetServer, which takes it in any case
		{s, "GEOMAP", []int{90}, NoSeatWarning},
	}
	for _, tt := range tests {
		l := p.of(tt.site, tt.owner)
		if !slices.Equal(l.Ladder, tt.ladder) || l.Ladder == nil || *l.FreeSeats != tt.few {
			t.Errorf("%s has %v and %d, want %v and %d", tt.owner, l.Ladder, *l.FreeSeats, tt.ladder, tt.few)
		}
	}
}

func TestNewLimitsJudgeAtOnceWhatIsKnown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		reads := 0
		src := source{licences: func(context.Context, string) ([]Licence, error) {
			reads++
			l := Licence{Modules: []Module{module("sales", 18, 21)}, Dates: Dates{Expiry: caldate.Of(time.Now()).AddDays(80)}}
			a, b := l, l
			a.Owner, b.Owner = "A", "B"
			return []Licence{a, b}, nil
		}}
		cfg := config(src, "Head office")
		r := start(t, cfg)
		defer r.end()
		r.wait(time.Second)
		says := func(what, a, b string) {
			t.Helper()
			synctest.Wait()
			owners := r.last().Sites[0].Owners
			if got, other := told(owners[0].Findings), told(owners[1].Findings); got != a || other != b || reads != 1 {
				t.Errorf("%s: %q and %q after %d reads, want %q and %q after 1", what, got, other, reads, a, b)
			}
		}
		says("as all have it", "status Ok", "status Ok")
		cfg.Sites = slices.Clone(cfg.Sites)
		cfg.Sites[0].OwnerLimits = []OwnerLimits{{Owner: "B", Limits: Limits{Ladder: []int{90}, FreeSeats: new(3)}}}
		r.Update(cfg)
		says("one owner's own", "status Ok", "expiring 90 days, seats few sales, status Ok")
		cfg.Sites = slices.Clone(cfg.Sites)
		cfg.Sites[0].OwnerLimits, cfg.Sites[0].Limits = nil, Limits{FreeSeats: new(3)}
		r.Update(cfg)
		says("the site's", "seats few sales, status Ok", "seats few sales, status Ok")
		cfg.Sites = slices.Clone(cfg.Sites)
		cfg.Sites[0].Limits, cfg.Policy.Limits.Ladder = Limits{}, []int{80}
		r.Update(cfg)
		says("that for all", "expiring 80 days, status Ok", "expiring 80 days, status Ok")
	})
}
