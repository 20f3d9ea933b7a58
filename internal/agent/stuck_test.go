//go:build unix

package agent

import (
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"licensewatch/monitor"
	"licensewatch/monitor/link"
)

// beginGuarded is begin with a watchdog that sees soon that the monitor is stuck, once still is set.
func beginGuarded(t *testing.T, still *atomic.Bool) *stage {
	s := begin(t, head)
	s.shows(head, monitor.OK)
	s.stop()
	s.prepare = func(a *Agent) {
		var beats atomic.Uint64
		a.watchdog.every, a.watchdog.silent, a.patience = 5*time.Millisecond, 50*time.Millisecond, 200*time.Millisecond
		a.watchdog.pulse = func() monitor.Pulse {
			p := a.monitor.Pulse()
			if !still.Load() {
				beats.Add(1)
			}
			p.Beats = beats.Load()
			return p
		}
	}
	s.run()
	s.shows(head, monitor.OK)
	return s
}

func TestClientsOfAMonitorThatIsStuckSeeNothingInOrder(t *testing.T) {
	var still atomic.Bool
	s := beginGuarded(t, &still)
	s.agent.announce.mu.Lock() // whoever publishes waits for this
	s.agent.monitor.Refresh("", "")
	still.Store(true)
	s.notes("The checks have stopped, so nothing that is shown is up to date. Quit Licensewatch and start it again.")
	s.shows(head, monitor.Unknown)
	s.sees("the reason at each owner", func(v link.View) bool {
		return slices.ContainsFunc(v.Snapshot.Sites[0].Owners, func(o monitor.OwnerState) bool {
			return o.Severity == monitor.Unknown && o.Findings[0].Kind == monitor.FindingStale && o.Findings[0].Whole
		})
	})
	s.agent.announce.mu.Unlock()
	still.Store(false)
	s.shows(head, monitor.OK)
	s.sees("no notice any more", func(v link.View) bool {
		return !slices.ContainsFunc(v.Notices, func(n string) bool { return strings.Contains(n, "have stopped") })
	})
}

// The remedy is to quit the program and to start it again, so it must end.
func TestAnAgentWhoseMonitorIsStuckEndsAllTheSame(t *testing.T) {
	var still atomic.Bool
	s := beginGuarded(t, &still)
	s.agent.announce.mu.Lock()
	defer s.agent.announce.mu.Unlock()
	s.agent.monitor.Refresh("", "")
	s.stop()
	if !strings.Contains(s.says.String(), "is left behind") {
		t.Errorf("the log says %q, want a word about what is stuck", s.says)
	}
}
