package monitor

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

// saved is what a restart brings back.
func saved(t *testing.T, sites []*SiteState) []*SiteState {
	t.Helper()
	data, err := json.Marshal(sites)
	if err != nil {
		t.Fatal(err)
	}
	var back []*SiteState
	if err := json.Unmarshal(data, &back); err != nil {
		t.Fatal(err)
	}
	for _, s := range back {
		s.Reading = false
	}
	return back
}

func TestWeigh(t *testing.T) {
	at := func(minute int) time.Time { return noon.Add(time.Duration(minute) * time.Minute) }
	up := func(minute int) Way { return Way{TriedAt: at(minute), ReachedAt: at(minute)} }
	lost := func(since, last int) Way {
		return Way{TriedAt: at(last), LostSince: at(since), LostAt: at(last), Open: true}
	}
	own := func(since, last int) Way { w := lost(since, last); w.Open = false; return w }
	silent := func(minute int) Way { return Way{TriedAt: at(minute)} }
	down := func(w Way) Way { w.Open, w.DownSince = false, at(10); return w }
	const reading, refused = 1, 2
	tests := []struct {
		name  string
		ways  []Way
		marks map[int]int
		state string // of each: o open, d down, . neither
		ask   []int
	}{
		{"nothing is wrong", []Way{up(1), up(2)}, nil, "..", nil},
		{"the first failure asks others, last reached and then longest ago", []Way{lost(10, 10), up(3), up(1), up(2), up(4)}, nil, "o....", []int{4, 2, 3}},
		{"two share it", []Way{lost(10, 10), up(3)}, nil, "o.", []int{1}},
		{"those that are being read are waited for", []Way{lost(10, 10), up(3), up(1), up(2), up(4)}, map[int]int{1: reading, 2: reading}, "o....", []int{4}},
		{"all fail once: the second look is open", []Way{lost(10, 10), lost(10, 10)}, nil, "oo", nil},
		{"a second look before the witnesses answer", []Way{lost(10, 11), up(3), up(1)}, map[int]int{1: reading, 2: reading}, "o..", nil},
		{"a second look and all witnesses", []Way{lost(10, 11), lost(10, 10)}, nil, "dd", nil},
		{"three witnesses are enough for five", []Way{lost(10, 11), lost(10, 10), lost(10, 10), lost(10, 10), up(2)}, nil, "ddddd", nil},
		{"a witness answers", []Way{lost(10, 11), lost(10, 10), up(11)}, nil, "...", nil},
		{"a witness answered before a later failure", []Way{lost(10, 11), lost(12, 12), up(11)}, nil, ".o.", []int{2, 0}},
		{"a site that has been down for long is a witness like others", []Way{lost(10, 11), own(1, 5), up(6)}, nil, "o..", []int{2, 1}},
		{"and its failure counts since anybody came through", []Way{lost(10, 11), own(1, 10), up(6)}, nil, "o..", []int{2}},
		{"a refused sign-in is no witness", []Way{lost(10, 11), up(5)}, map[int]int{1: refused}, "..", nil},
		{"a witness whose silence tells nothing", []Way{lost(10, 11), silent(11)}, nil, "..", nil},
		{"one such and one that fails", []Way{lost(10, 11), silent(11), lost(11, 11)}, nil, "ddd", nil},
		{"an outage goes on", []Way{down(lost(10, 20)), down(lost(10, 10))}, nil, "dd", nil},
		{"a new site joins it", []Way{down(lost(10, 20)), {}}, nil, "dd", nil},
		{"one answers: it is over", []Way{down(lost(10, 20)), down(up(21)), down(up(2))}, nil, "...", nil},
		{"one site alone", []Way{lost(10, 11)}, nil, ".", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			sites := make([]*SiteState, len(tt.ways))
			for i, w := range tt.ways {
				sites[i] = &SiteState{Way: w, Reading: tt.marks[i] == reading}
				if tt.marks[i] == refused {
					sites[i].Failure = &Failure{Kind: KindSignIn}
				}
			}
			ways, ask := weigh(sites, 30*time.Second)
			state := ""
			for _, w := range ways {
				switch {
				case w.Down():
					state += "d"
				case w.Open:
					state += "o"
				default:
					state += "."
				}
			}
			if state != tt.state || !slices.Equal(ask, tt.ask) {
				t.Errorf("weigh = %q and asks %v, want %q and %v", state, ask, tt.state, tt.ask)
			}
			for i := range sites {
				sites[i].Way = ways[i]
			}
			if again, _ := weigh(sites, 30*time.Second); !slices.Equal(again, ways) {
				t.Errorf("weighed again it is %+v, was %+v", again, ways)
			}
		})
	}
}

// Whatever answers come in whatever order, nothing is green without a young good answer, and each outage is told once.
func TestWhateverAnswersCome(t *testing.T) {
	failures := []*Failure{nil, nil, nil, gone, gone, {Kind: KindDNS}, {Kind: KindTimeout}, {Kind: KindTLS}, {Kind: KindHTTP, Reason: "server-error"},
		{Kind: KindSignIn, Reason: "clock"}, {Kind: KindTenant, Reason: "tenant-maintenance", Severity: Warning}, {Kind: KindNetwork, Reason: "connection-cut"}}
	for seed := range uint64(6) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				dice := rand.New(rand.NewPCG(seed, 1))
				src := newNetwork()
				cfg := shared(src, NetworkDirect, 6)
				cfg.Sites[0].Online, cfg.Sites[1].Network = true, ""
				r := start(t, cfg)
				var told []Event
				for range 300 {
					switch dice.IntN(8) {
					case 0:
						src.set(gone)
					case 1, 2:
						src.set(nil)
					case 3:
						r.Refresh("", "")
					case 4: // restart
						r.end()
						told = append(told, r.events()...)
						cfg.Initial = saved(t, r.last().Sites)
						time.Sleep(time.Duration(dice.IntN(5)) * time.Hour)
						r = start(t, cfg)
					default:
						src.set(failures[dice.IntN(len(failures))], cfg.Sites[dice.IntN(len(cfg.Sites))].Name)
					}
					r.wait(time.Duration(dice.IntN(40*60)) * time.Second)
					wantNoFalseGreen(t, r.last())
				}
				r.end()
				wantTurns(t, append(told, r.events()...))
			})
		})
	}
}

func wantNoFalseGreen(t *testing.T, s Snapshot) {
	t.Helper()
	for _, site := range s.Sites {
		for _, o := range site.Owners {
			if o.Severity == OK && (o.Verdict == nil || s.At.Sub(o.VerdictAt) > 3*time.Hour+time.Minute) {
				t.Fatalf("%s is green, its last answer %v old", site.Site.Name, s.At.Sub(o.VerdictAt))
			}
		}
		if site.Way.Down() != slices.ContainsFunc(s.Outages, func(o Outage) bool { return o.Network == site.Site.Network }) {
			t.Fatalf("%s: %+v, outages %+v", site.Site.Name, site.Way, s.Outages)
		}
		if site.Way.Down() && site.Severity == OK {
			t.Fatalf("%s is green in an outage", site.Site.Name)
		}
	}
}

// wantTurns checks that of each thing its beginning and its end are told in turns.
func wantTurns(t *testing.T, events []Event) {
	t.Helper()
	stands := map[string]bool{}
	for _, e := range events {
		for i, f := range slices.Concat(e.Appeared, e.Gone) {
			what := e.Site + "/" + e.Owner + "/" + e.Network + "/" + f.key()
			if begins := i < len(e.Appeared); stands[what] == begins {
				t.Fatalf("%q is told twice (begins: %v) at %v", what, begins, e.At)
			}
			stands[what] = !stands[what]
		}
		if (e.Network != "") != (e.Site == "") {
			t.Fatalf("event %+v", e)
		}
	}
}
