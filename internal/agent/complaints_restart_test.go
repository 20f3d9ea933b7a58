package agent

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"licensewatch/assets"
	"licensewatch/monitor"
)

// A restart told what was known, or lost what was not.
func TestRestarts(t *testing.T) {
	replay(t, true, []complaint{
		{"restart-alerts-again", restartAlertsAgain},
		{"restart-loses-counters", restartLosesCounters},
		{"recovery-lost-over-a-restart", recoveryLost},
		{"acknowledged-and-told-at-the-start", acknowledgedAtStart},
		{"stopped-before-it-was-sent", stoppedBeforeSent},
	})
}

func restartAlertsAgain(o *office) {
	o.watch("head", "branch")
	o.sites.set("head", problem)
	o.sites.set("branch", refused)
	o.start()
	after(time.Hour)
	before := len(o.told())
	if before == 0 {
		o.t.Error("nothing was told in the first place")
	}
	for range 6 {
		o.restart(10 * time.Minute)
		after(time.Hour)
	}
	o.wantBetween("after six restarts", before, before)
}

func restartLosesCounters(o *office) {
	o.cfg.Sites = nil
	for i := range 100 {
		o.cfg.Sites = append(o.cfg.Sites, monitor.Site{Name: fmt.Sprintf("site %02d", i)})
	}
	o.start()
	after(2 * time.Hour)
	o.sites.set("site 07", refused)
	o.m.Refresh("site 07", "")
	after(time.Second) // the first failure; the second look is due in half a minute
	o.restart(time.Second)
	after(15 * time.Second)
	if n := o.snapshot().Sites[7].Counted; n != 2 {
		o.t.Errorf("%d failures in a row are counted, want the one before the restart and the one after", n)
	}
	o.wantTold("of all sites", "Nobody listens there.")
	for _, site := range []string{"site 00", "site 99"} {
		before := o.sites.asked(site)
		after(10 * time.Minute)
		if n := o.sites.asked(site) - before; n > 3 {
			o.t.Errorf("%s is asked %d times within ten minutes of the restart", site, n)
		}
	}
}

func recoveryLost(o *office) {
	o.sites.set("head", problem)
	o.start()
	after(time.Hour)
	o.wantTold("before", "head, A")
	o.sites.set("head", reply{})
	o.restart(8 * time.Hour) // it recovers meanwhile
	after(2 * time.Hour)
	o.wantTold("after", "head, A", "ok again")
}

func acknowledgedAtStart(o *office) {
	o.sites.set("head", problem)
	o.start()
	after(time.Hour)
	o.acknowledge("head")
	for range 3 {
		o.restart(30 * time.Hour)
		after(time.Hour)
	}
	o.wantTold("days and restarts after somebody said it is known", "head, A")
	if h, ok := o.acknowledged("head"); !ok || h.By != "ada" || h.Note != "ticket 7" {
		o.t.Errorf("it is acknowledged %v by %q with %q", ok, h.By, h.Note)
	}
}

func stoppedBeforeSent(o *office) {
	o.start()
	o.breaks(errors.New("nobody listens"))
	o.sites.set("head", problem)
	after(2 * time.Hour)
	o.restart(time.Hour)
	after(time.Minute)
	o.wantTold("after the restart", "head, A")
	o.wantLook("then", assets.Bad)
}
