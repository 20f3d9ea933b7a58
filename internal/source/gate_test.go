package source

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"
)

// pass goes through the gate of a host and stays inside for d.
func pass(t *testing.T, g *gates, host string, d time.Duration) {
	t.Helper()
	leave, err := g.of("http://" + host + "/")(t.Context())
	if err != nil {
		t.Error(err)
		return
	}
	time.Sleep(d) // fake time
	leave()
}

func TestHostsThatHangLeavePlacesToTheOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newGates()
		hanging := func() {
			for i := range 2 * inFlight {
				go pass(t, g, fmt.Sprintf("hangs%d", i), time.Minute)
			}
			synctest.Wait()
		}
		hanging() // nobody knows them yet: they take all places
		began := time.Now()
		pass(t, g, "well", time.Second)
		if waited := time.Since(began); waited < time.Minute {
			t.Errorf("%v through full gates: the test tests nothing", waited)
		}
		time.Sleep(time.Hour)
		hanging()
		began = time.Now()
		pass(t, g, "well", time.Second)
		if waited := time.Since(began); waited > time.Second {
			t.Errorf("%v beside hosts that are known to hang, want no wait", waited)
		}
		time.Sleep(time.Hour)
		for i := range 2 * inFlight { // all are well again
			pass(t, g, fmt.Sprintf("hangs%d", i), time.Second)
		}
		if n := len(g.all) + len(g.suspects); n != 0 {
			t.Errorf("%d places are still taken", n)
		}
	})
}
