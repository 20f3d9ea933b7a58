package monitor

import (
	"testing"
	"testing/synctest"
	"time"
)

func TestRestartInTheMiddleOfAnOutage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		src := newNetwork()
		src.set(gone)
		first := start(t, shared(src, NetworkDirect, 8))
		first.wait(5 * time.Minute)
		first.wantNews("the first run", "+direct offline")
		first.end()
		time.Sleep(8 * time.Hour)

		cfg := shared(src, NetworkDirect, 8)
		cfg.Initial = saved(t, first.last().Sites)
		second := start(t, cfg)
		second.wait(2 * time.Hour)
		second.wantOutages("the second run", "direct 8")
		second.wantNews("the second run")
		second.end()

		src.set(nil)
		cfg.Initial = saved(t, second.last().Sites)
		third := start(t, cfg)
		third.wait(2 * time.Hour)
		third.wantOutages("the third run")
		third.wantNews("the third run", "-direct offline")
		if third.last().Worst() != OK {
			t.Errorf("the worst is %v", third.last().Worst())
		}
		third.end()
	})
}

func TestRestartWhileWitnessesAreAsked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		src := newNetwork()
		src.set(gone)
		first := start(t, shared(src, NetworkDirect, 8))
		first.wait(10 * time.Second)
		first.wantNews("the first run")
		first.end()
		cfg := shared(src, NetworkDirect, 8)
		cfg.Initial = saved(t, first.last().Sites)
		second := start(t, cfg)
		second.wait(time.Minute)
		second.wantNews("the second run", "+direct offline")
		second.end()
	})
}

func TestAPauseInAnOutage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		src := newNetwork()
		src.set(gone)
		r := start(t, shared(src, NetworkDirect, 5))
		r.wait(5 * time.Minute)
		r.wantNews("before the pause", "+direct offline")
		r.Pause(time.Now().Add(6 * time.Hour))
		synctest.Wait()
		src.reads.take()
		src.set(nil)
		r.wait(5 * time.Hour)
		if reads := src.reads.take(); len(reads) != 0 {
			t.Errorf("%d reads in a pause", len(reads))
		}
		r.wantOutages("in the pause", "direct 5")
		r.wait(time.Hour + 2*time.Minute)
		r.wantOutages("after the pause")
		r.wantNews("after the pause", "+direct offline", "-direct offline")
		if r.last().Worst() != OK {
			t.Errorf("the worst is %v", r.last().Worst())
		}
		r.end()
	})
}

func TestRemovalOfSitesInAnOutage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		src := newNetwork()
		src.set(gone)
		cfg := shared(src, NetworkDirect, 4)
		r := start(t, cfg)
		r.wait(5 * time.Minute)
		r.wantOutages("before", "direct 4")
		rest := cfg
		rest.Sites = append(cfg.Sites[1:3:3], Site{Name: "new", Network: NetworkDirect}, Site{Name: "else", Network: "proxy:1"})
		r.Update(rest)
		r.wait(time.Minute)
		r.wantOutages("two go, one comes", "direct 3")
		rest.Sites = cfg.Sites[1:2]
		r.Update(rest)
		r.wait(time.Minute)
		r.wantOutages("one is left", "direct 1")
		if f := r.last().Outages[0].Finding; f.Text != "This computer seems to be offline: its site cannot be reached." {
			t.Errorf("finding %+v", f)
		}
		r.wantNews("one is left", "+direct offline", "+else cannot-check")
		rest.Sites = nil
		r.Update(rest)
		r.wait(time.Minute)
		r.wantOutages("none is left")
		r.wantNews("none is left: nothing got better", "+direct offline", "+else cannot-check")
		r.end()
	})
}

// A site that changes to another way out, as when its proxy is corrected, is judged anew there.
func TestASiteThatLeavesTheNetwork(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		src := newNetwork()
		src.set(gone)
		cfg := shared(src, "proxy:1", 3)
		r := start(t, cfg)
		r.wait(5 * time.Minute)
		r.wantOutages("before", "proxy:1 3")
		src.set(nil)
		for i := range cfg.Sites {
			cfg.Sites[i].Network = NetworkDirect
		}
		r.Update(cfg)
		r.Refresh("", "")
		r.wait(time.Minute)
		r.wantOutages("after")
		if r.last().Worst() != OK {
			t.Errorf("the worst is %v", r.last().Worst())
		}
		r.wantNews("after", "+proxy:1 offline")
		r.end()
	})
}

// sleeps makes the monitor believe that the machine slept.
func (r *running) sleeps() {
	r.order(func(l *loop, _ time.Time) { l.lastLook = l.lastLook.Add(-8 * time.Hour) })
	synctest.Wait()
	r.wait(time.Minute) // the tick that sees it
}

func TestANetworkThatWakesAMinuteAfterTheMachine(t *testing.T) {
	for _, network := range []string{NetworkDirect, ""} {
		synctest.Test(t, func(t *testing.T) {
			src := newNetwork()
			cfg := shared(src, NetworkDirect, 5)
			for i := range cfg.Sites {
				cfg.Sites[i].Network = network
			}
			r := start(t, cfg)
			src.set(gone)
			r.sleeps()
			r.wait(time.Minute + time.Second)
			src.set(nil)
			r.wait(time.Minute)
			r.wantNews("a minute after waking")
			if r.last().Worst() != OK {
				t.Errorf("the worst is %v", r.last().Worst())
			}
			src.set(gone)
			r.sleeps()
			r.wait(2 * time.Minute)
			want := []string{"+direct offline"}
			if network == "" {
				want = []string{"+d000 cannot-check", "+d001 cannot-check", "+d002 cannot-check", "+d003 cannot-check", "+d004 cannot-check"}
			}
			r.wantNews("two minutes after waking", want...)
			r.end()
		})
	}
}

// Between two regular reads of few sites lies most of an interval; nobody waits so long to hear that the network is back.
func TestTheEndOfAnOutageIsSeenSoon(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		src := newNetwork()
		src.set(gone)
		r := start(t, shared(src, NetworkDirect, 2))
		r.wait(30 * time.Hour)
		r.wantOutages("for more than a day", "direct 2")
		src.set(nil)
		r.wait(2 * time.Minute)
		r.wantOutages("two minutes after it is over")
		if r.last().Worst() != OK {
			t.Errorf("the worst is %v", r.last().Worst())
		}
		r.wantNews("in all", "+direct offline", "-direct offline")
		r.end()
	})
}

// A site that comes back from an outage with a trouble of its own has its two looks like any other.
func TestATroubleThatOutlastsTheOutage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		src := newNetwork()
		r := start(t, shared(src, NetworkDirect, 5))
		src.set(gone)
		src.set(gone, "d002")
		r.wait(5 * time.Hour)
		r.wantNews("in the outage", "+direct offline")
		src.set(nil)
		synctest.Wait()
		began := time.Now()
		for len(r.events()) < 2 {
			r.wait(time.Second)
		}
		r.wait(5 * time.Second)
		r.wantNews("at its end", "+direct offline", "-direct offline")
		r.wait(2 * time.Minute)
		r.wantNews("after two looks", "+direct offline", "-direct offline", "+d002 cannot-check")
		if told := r.events()[2].At; told.Sub(began) < 30*time.Second {
			t.Errorf("told %v after the outage", told.Sub(began))
		}
		r.end()
	})
}
