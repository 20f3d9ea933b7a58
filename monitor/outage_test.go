package monitor

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// network is a source of sites whose ways fail as the test says.
type network struct {
	mu    sync.Mutex
	fails map[string]*Failure // by site
	all   *Failure            // for every site; nil: none
	reads list[string]
}

func (n *network) set(f *Failure, sites ...string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if len(sites) == 0 {
		n.all = f
	}
	for _, s := range sites {
		n.fails[s] = f
	}
}

func (n *network) answer(site string) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	if f := n.fails[site]; f != nil {
		return f
	}
	if n.all != nil {
		return n.all
	}
	return nil
}

func (n *network) Details(_ context.Context, site string) (Details, error) {
	n.reads.add(site)
	if err := n.answer(site); err != nil {
		return Details{}, err
	}
	return Details{Licences: []Licence{{Owner: "SUPEROFFICE", Modules: []Module{{}}}}}, nil
}

func (n *network) Verdict(_ context.Context, site, _ string) (Verdict, error) {
	n.reads.add(site)
	if err := n.answer(site); err != nil {
		return Verdict{}, err
	}
	return Verdict{Status: "Ok"}, nil
}

func newNetwork() *network { return &network{fails: map[string]*Failure{}} }

var gone = &Failure{Kind: KindNetwork, Reason: "connection-refused", Text: "refused", Remedy: "Look."}

// shared is a config of n sites on one network.
func shared(src Source, way string, n int) Config {
	var names []string
	for i := range n {
		names = append(names, fmt.Sprintf("%s%03d", way[:1], i))
	}
	cfg := config(src, names...)
	for i := range cfg.Sites {
		cfg.Sites[i].Network = way
	}
	return cfg
}

func (r *running) wantOutages(when string, want ...string) {
	r.t.Helper()
	var got []string
	for _, o := range r.last().Outages {
		got = append(got, fmt.Sprint(o.Network, " ", o.Sites))
	}
	if !slices.Equal(got, want) {
		r.t.Errorf("%s: outages %q, want %q", when, got, want)
	}
}

// wantNews checks all that was told so far, in any order: "+" for what appeared, "-" for what is over.
func (r *running) wantNews(when string, want ...string) {
	r.t.Helper()
	var got []string
	for _, e := range r.events() {
		about := e.Site
		if about == "" {
			about = e.Network
		}
		for _, f := range e.Appeared {
			got = append(got, "+"+about+" "+f.Kind)
		}
		for _, f := range e.Gone {
			got = append(got, "-"+about+" "+f.Kind)
		}
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		r.t.Errorf("%s: told %q, want %q", when, got, want)
	}
}

func TestManySitesThatFailTogetherAreOneOutage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		src := newNetwork()
		r := start(t, shared(src, NetworkDirect, 500))
		r.wait(time.Minute)
		src.reads.take()
		src.set(gone)
		r.wait(20 * time.Second) // sites are 7.2 s apart
		if n := len(src.reads.take()); n < 4 || n > 8 {
			t.Errorf("%d reads within 20 s, want the first site, its witnesses and those that are due", n)
		}
		r.wantOutages("before the second look")
		r.wantNews("before the second look")
		r.wait(25 * time.Second)
		r.wantOutages("after it", "direct 500")
		r.wantNews("after it", "+direct offline")
		s := r.last()
		if o := s.Outages[0]; o.Finding.Text != "This computer seems to be offline: none of its 500 sites can be reached." || o.Since.IsZero() || s.Worst() != Unknown {
			t.Errorf("outage %+v, the worst %v", o, s.Worst())
		}
		for _, site := range s.Sites {
			if len(site.Findings) != 1 || site.Findings[0].Kind != FindingOffline || site.Severity != Unknown || site.Owners[0].Verdict == nil {
				t.Fatalf("%s has %+v, %v", site.Site.Name, site.Findings, site.Severity)
			}
		}
		r.wait(45 * time.Minute)
		r.wantNews("much later", "+direct offline")
		src.set(nil)
		src.reads.take()
		r.wait(30 * time.Second)
		r.wantOutages("soon after it is over")
		r.wantNews("soon after it is over", "+direct offline", "-direct offline")
		if n := len(src.reads.take()); n < 300 || n > 700 {
			t.Errorf("%d requests in the half minute after the outage, want less than half of all sites' two", n)
		}
		r.wait(45 * time.Second)
		if r.last().Worst() != OK {
			t.Errorf("after the outage the worst is %v", r.last().Worst())
		}
		r.wait(45 * time.Minute)
		r.wantNews("at the end", "+direct offline", "-direct offline")
		r.end()
	})
}

func TestAWitnessThatAnswersMakesTheFailureTheSitesOwn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		src := newNetwork()
		r := start(t, shared(src, NetworkDirect, 10))
		src.set(gone, "d004")
		src.reads.take()
		r.wait(31 * time.Minute) // d004 is due after 30
		r.wantNews("a site that is down", "+d004 cannot-check")
		if o := r.last().Sites[4].Owners[0]; o.Severity != Unknown {
			t.Errorf("its owner is %v", o.Severity)
		}
		r.wantOutages("a site that is down")
		src.set(nil, "d004")
		r.wait(time.Hour)
		r.wantNews("it is up again", "+d004 cannot-check", "-d004 cannot-check")
		r.end()
	})
}

func TestTheFailingSiteIsToldAfterItsOwnSecondLook(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		src := newNetwork()
		r := start(t, shared(src, NetworkDirect, 4))
		r.wait(time.Second)
		src.set(gone, "d001")
		src.reads.take()
		r.Refresh("d001", "")
		r.wait(time.Second)
		r.wantNews("a first look")
		asked := src.reads.take()
		for _, other := range []string{"d000", "d002", "d003"} {
			if n := len(slices.DeleteFunc(slices.Clone(asked), func(s string) bool { return s != other })); n != 1 {
				t.Errorf("asked %q, want %s to be a witness with one request", asked, other)
			}
		}
		r.wait(30 * time.Second)
		r.wantNews("its second look", "+d001 cannot-check")
		r.end()
	})
}

func TestOnlyFailuresOfTheWayCount(t *testing.T) {
	for _, f := range []*Failure{{Kind: KindTLS}, {Kind: KindHTTP, Reason: "server-error"}, {Kind: KindTimeout}, {Kind: KindNetwork, Reason: "connection-cut"},
		{Kind: KindSignIn, Reason: "clock"}, {Kind: KindServer}, {Kind: KindKeyring}} {
		synctest.Test(t, func(t *testing.T) {
			src := newNetwork()
			src.set(f)
			r := start(t, shared(src, NetworkDirect, 3))
			r.wait(10 * time.Minute)
			r.wantOutages(string(f.Kind))
			if n := len(r.events()); n != 3 {
				t.Errorf("%s %s: %d events, want one for each site", f.Kind, f.Reason, n)
			}
			r.end()
		})
	}
}

func TestTwoNetworksOfWhichOneFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		src := newNetwork()
		cfg := shared(src, NetworkDirect, 5)
		cfg.Sites = append(cfg.Sites, shared(src, "proxy proxy.example:3128", 5).Sites...)
		cfg.Sites = append(cfg.Sites, Site{Name: "here"}, Site{Name: "alone", Network: "proxy other:8080"})
		r := start(t, cfg)
		proxied := []string{"p000", "p001", "p002", "p003", "p004"}
		src.set(&Failure{Kind: KindProxy, Reason: "proxy-sign-in", Text: "407"}, proxied...)
		src.set(gone, "here", "alone")
		r.wait(90 * time.Minute)
		r.wantOutages("one proxy fails", "proxy proxy.example:3128 5")
		if f := r.last().Outages[0].Finding; f.Text != "The proxy proxy.example:3128 cannot be passed: none of its 5 sites can be reached." || f.Title == "" || f.Action == "" {
			t.Errorf("finding %+v", f)
		}
		got := map[string]int{}
		for _, e := range r.events() {
			got[e.Site+e.Network]++
		}
		if len(got) != 3 || got["proxy proxy.example:3128"] != 1 || got["here"] != 1 || got["alone"] != 1 {
			t.Errorf("told of %v; want the proxy, and the two that share nothing", got)
		}
		if r.last().Sites[0].Severity != OK {
			t.Errorf("the direct sites are %v", r.last().Sites[0].Severity)
		}
		r.end()
	})
}

// A site that was down before is no part of the outage, and neither its recovery nor a new failure is told with it.
func TestWhatWasToldBeforeAnOutageStands(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		src := newNetwork()
		src.set(gone, "d000")
		src.set(&Failure{Kind: KindSignIn, Reason: "sign-in-refused", Text: "no"}, "d001")
		r := start(t, shared(src, NetworkDirect, 6))
		r.wait(time.Hour)
		before := []string{"+d000 cannot-check", "+d001 cannot-check"}
		r.wantNews("before", before...)
		src.set(gone)
		src.set(gone, "d001")
		r.wait(4 * time.Hour)
		r.wantOutages("then all fail", "direct 6")
		r.wantNews("then all fail", append(before, "+direct offline")...)
		src.set(nil)
		src.set(&Failure{Kind: KindSignIn, Reason: "sign-in-refused", Text: "no"}, "d001")
		r.wait(4 * time.Hour)
		r.wantOutages("after")
		r.wantNews("after", append(before, "+direct offline", "-direct offline")...)
		r.end()
	})
}

// Planned work at SuperOffice looks like a network that is away, from inside tenants of SuperOffice Online alone.
func TestPlannedWorkIsNoOutage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		src := newNetwork()
		cfg := shared(src, NetworkDirect, 3)
		for i := range cfg.Sites {
			cfg.Sites[i].Online = true
		}
		r := start(t, cfg) // a bubble begins at 01:00 of Saturday by SuperOffice's clock; a Friday's upgrade lasts until 05:00
		src.set(gone)
		r.wait(3*time.Hour + 59*time.Minute)
		r.wantOutages("in planned work")
		r.wantNews("in planned work")
		if r.last().Worst() != Unknown {
			t.Errorf("without an answer for hours the worst is %v", r.last().Worst())
		}
		r.wait(3 * time.Hour)
		r.wantOutages("after it", "direct 3")
		r.wantNews("after it", "+direct offline")
		r.end()
	})
}

func TestARefusedSignInIsNoWitness(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		src := newNetwork()
		src.set(&Failure{Kind: KindSignIn, Text: "no"}, "d001", "d002")
		r := start(t, shared(src, NetworkDirect, 3))
		src.set(gone, "d000")
		src.reads.take()
		r.Refresh("d000", "")
		r.wait(5 * time.Minute)
		if asked := src.reads.take(); slices.ContainsFunc(asked, func(s string) bool { return s != "d000" }) {
			t.Errorf("asked %q: more sign-ins can lock an account", asked)
		}
		r.wantNews("nobody can tell", "+d000 cannot-check", "+d001 cannot-check", "+d002 cannot-check")
		r.end()
	})
}

// Of the reads after planned work the second comes soon, not an interval later.
func TestTheSecondLookAfterPlannedWorkComesSoon(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		src := newNetwork()
		cfg := shared(src, NetworkDirect, 1)
		cfg.Sites[0].Online = true
		r := start(t, cfg) // see TestPlannedWorkIsNoOutage
		src.set(gone)
		r.wait(5*time.Hour + time.Minute)
		r.wantNews("an hour after the work", "+d000 cannot-check")
		if at := r.events()[0].At.In(superOffice).Format("15:04:05"); at < "05:00:30" {
			t.Errorf("told at %s", at)
		}
		r.end()
	})
}

// On connections that were open before, an outage shows as silence.
func TestSilenceInAnOutageIsPartOfIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		src := newNetwork()
		r := start(t, shared(src, NetworkDirect, 5))
		src.set(gone)
		r.wait(time.Hour)
		r.wantNews("an outage", "+direct offline")
		src.set(&Failure{Kind: KindTimeout, Text: "silence"})
		r.wait(3 * time.Hour)
		r.wantNews("in silence", "+direct offline")
		src.set(&Failure{Kind: KindKeyring, Text: "locked"})
		r.wait(3 * time.Hour)
		if n := len(r.events()); n != 6 {
			t.Errorf("%d events, want what is wrong on this computer told", n)
		}
		r.end()
	})
}

func TestAnOwnersSilenceInAnOutage(t *testing.T) {
	s, _, now := after(Observation{Licences: licence(Dates{}), Read: true}, verdict("Ok"))
	for _, obs := range []Observation{{Way: &Way{DownSince: now}}, refusedOwner(KindTimeout), refusedOwner(KindTimeout)} {
		var events []Event
		if s, events = policy.Step(s, obs, now); len(events) != 0 {
			t.Errorf("%+v tells %+v", obs, events)
		}
	}
}

func TestALookBeforeAnOutageDoesNotCountAfterIt(t *testing.T) {
	s, _, now := after(Observation{Licences: licence(Dates{}), Read: true}, verdict("Ok"), refused(KindDNS))
	for _, obs := range []Observation{{Way: &Way{DownSince: now}}, {Way: &Way{}}, refused(KindDNS)} {
		var events []Event
		if s, events = policy.Step(s, obs, now); len(events) != 0 {
			t.Errorf("%+v tells %+v", obs, events)
		}
	}
	if _, events := policy.Step(s, refused(KindDNS), now); len(events) != 1 {
		t.Errorf("two looks after it tell %+v", events)
	}
}
