package agent

import (
	"context"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"licensewatch/assets"
	"licensewatch/monitor"
	"licensewatch/ui/notify"
	"licensewatch/ui/tray"
)

// deaf is a source that can be held, so that it does not hear even the end of its context.
type deaf struct {
	mu   sync.Mutex
	held map[string]chan struct{} // by site
	slow time.Duration            // how long each question takes
}

func (d *deaf) hold(site string) (release func()) {
	d.mu.Lock()
	defer d.mu.Unlock()
	held := make(chan struct{})
	d.held = map[string]chan struct{}{site: held}
	return sync.OnceFunc(func() {
		d.mu.Lock()
		defer d.mu.Unlock()
		d.held = nil
		close(held)
	})
}

func (d *deaf) wait(site string) {
	d.mu.Lock()
	held := d.held[site]
	d.mu.Unlock()
	if held != nil {
		<-held
	}
	time.Sleep(d.slow)
}

func (d *deaf) Details(_ context.Context, site string) (monitor.Details, error) {
	d.wait(site)
	var owners []monitor.Licence
	for _, o := range strings.Fields("A B C D E F G H I J K L M N O P Q R S T U V W X Y Z") {
		owners = append(owners, monitor.Licence{Owner: o})
	}
	return monitor.Details{Licences: owners}, nil
}

func (d *deaf) Verdict(_ context.Context, site, _ string) (monitor.Verdict, error) {
	d.wait(site)
	return monitor.Verdict{Status: "Ok"}, nil
}

// guarded is a monitor with its watchdog, inside a synctest bubble.
type guarded struct {
	t         *testing.T
	source    deaf
	monitor   *monitor.Monitor
	dog       *watchdog
	publish   atomic.Pointer[func()]        // called with each snapshot
	trayHangs atomic.Pointer[chan struct{}] // until it is closed
	mu        sync.Mutex
	face      tray.Face
	notices   []string
	told      []notify.Message
	refuse    bool // the desktop takes no notification
	end       func()
}

func guard(t *testing.T, interval time.Duration) *guarded {
	g := &guarded{t: t}
	cfg := monitor.Config{Source: &g.source, Policy: monitor.DefaultPolicy(interval), DetailsInterval: 24 * time.Hour}
	cfg.Sites = []monitor.Site{{Name: "one"}, {Name: "two"}}
	g.monitor = monitor.New(cfg)
	g.dog = &watchdog{
		every: glanceEvery, silent: silentFor, pulse: g.monitor.Pulse,
		tray: func(f tray.Face) {
			if hangs := g.trayHangs.Load(); hangs != nil {
				<-*hangs
			}
			g.note(func() { g.face = f })
		},
		clients: func(_, is stuck) { g.note(func() { g.notices = append(g.notices, is.notice()) }) },
		notify: func(_ context.Context, m notify.Message) (told bool) {
			g.note(func() {
				if told = !g.refuse; told {
					g.told = append(g.told, m)
				}
			})
			return told
		},
	}
	ctx, cancel := context.WithCancel(t.Context())
	var parts sync.WaitGroup
	parts.Go(func() { g.dog.run(ctx) })
	parts.Go(func() {
		g.monitor.Run(ctx, func(s monitor.Snapshot) {
			if block := g.publish.Load(); block != nil {
				(*block)()
			}
			face := tray.FaceOf(s, time.Now())
			g.dog.mark(&face)
		})
	})
	g.end = func() { cancel(); parts.Wait() }
	g.wait(time.Minute)
	return g
}

func (g *guarded) note(f func()) {
	g.mu.Lock()
	defer g.mu.Unlock()
	f()
}

func (g *guarded) wait(d time.Duration) {
	time.Sleep(d) // the bubble's clock
	synctest.Wait()
}

// want checks what everybody is shown and has been told until now.
func (g *guarded) want(when string, look assets.Look, title, notice string, told ...string) {
	g.t.Helper()
	g.mu.Lock()
	defer g.mu.Unlock()
	shown := ""
	if len(g.notices) > 0 {
		shown = g.notices[len(g.notices)-1]
	}
	var titles []string
	for _, m := range g.told {
		titles = append(titles, m.Title)
	}
	if g.face.Look != look || !strings.Contains(g.face.Title, title) {
		g.t.Errorf("%s: the icon is %v with %q, want %v with %q", when, g.face.Look, g.face.Title, look, title)
	}
	if !strings.Contains(shown, notice) || notice == "" && shown != "" {
		g.t.Errorf("%s: clients see %q, want %q", when, shown, notice)
	}
	if !slices.Equal(titles, told) {
		g.t.Errorf("%s: told %q, want %q", when, titles, told)
	}
}

const (
	broken  = "A check does not end"
	stopped = "Checks have stopped"
	onward  = "The checks go on"
)

func TestARoundThatNeverEndsIsSeenWithinTwoIntervals(t *testing.T) {
	for _, interval := range []time.Duration{time.Minute, 30 * time.Minute} {
		synctest.Test(t, func(t *testing.T) {
			g := guard(t, interval)
			g.want("at first", assets.Good, "ok", "")
			release := g.source.hold("one")
			g.monitor.Refresh("one", "")
			g.wait(2*interval - glanceEvery - time.Second)
			g.want("just before", assets.Good, "ok", "")
			g.wait(glanceEvery + time.Second)
			g.want("after two intervals", assets.Unsure, "the check of one does not end", `The check of "one" has not ended since 1 January, 00:01. Quit Licensewatch and start it again.`, broken)
			g.wait(5 * interval)
			g.want("later", assets.Unsure, "does not end", "has not ended", broken)
			release()
			g.wait(interval)
			g.want("when it goes on", assets.Good, "ok", "", broken, onward)
			g.end()
		})
	}
}

func TestAPublishThatBlocksIsSeen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := guard(t, 30*time.Minute)
		blocked := make(chan struct{})
		block := func() { <-blocked }
		g.publish.Store(&block)
		g.monitor.Refresh("", "")
		g.wait(90 * time.Second)
		g.want("at first", assets.Good, "ok", "")
		g.wait(time.Minute)
		g.want("after two minutes", assets.Unsure, "the checks have stopped", "nothing that is shown is up to date. Quit", stopped)
		g.wait(5 * time.Hour)
		g.want("later", assets.Unsure, "the checks have stopped", "The checks have stopped", stopped)
		g.publish.Store(nil)
		close(blocked)
		g.wait(time.Minute)
		g.want("when it goes on", assets.Good, "ok", "", stopped, onward)
		g.end()
	})
}

// Whatever the watchdog uses to say something may be what is stuck.
func TestTheWatchdogWaitsForNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := guard(t, 30*time.Minute)
		blocked, hangs := make(chan struct{}), make(chan struct{})
		g.trayHangs.Store(&hangs)
		block := func() { <-blocked }
		g.publish.Store(&block)
		g.monitor.Refresh("", "")
		g.wait(3 * time.Minute)
		g.want("without a tray", assets.Good, "ok", "The checks have stopped", stopped)
		g.trayHangs.Store(nil)
		close(hangs)
		synctest.Wait()
		g.publish.Store(nil)
		close(blocked)
		g.wait(time.Minute)
		g.want("when it goes on", assets.Good, "ok", "", stopped, onward)
		g.end()
	})
}

func TestANotificationOfTheWatchdogIsTriedAgainAndNotToldTwice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := guard(t, 30*time.Minute)
		g.note(func() { g.refuse = true })
		release := g.source.hold("two")
		g.monitor.Refresh("two", "")
		g.wait(time.Hour)
		g.want("while it is refused", assets.Unsure, "two", `"two"`)
		g.note(func() { g.refuse = false })
		g.wait(time.Minute + glanceEvery)
		g.want("when it is taken", assets.Unsure, "two", `"two"`, broken)
		g.note(func() { g.refuse = true })
		release()
		g.wait(time.Hour)
		release = g.source.hold("one")
		g.monitor.Refresh("one", "")
		g.wait(time.Hour)
		g.note(func() { g.refuse = false })
		g.wait(time.Hour)
		g.want("stuck again before it was told that it went on", assets.Unsure, "one", `"one"`, broken)
		release()
		g.end()
	})
}

// What takes long goes on all the same.
func TestTheWatchdogDoesNotBarkAt(t *testing.T) {
	quiet := func(name string, test func(g *guarded)) {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				g := guard(t, 10*time.Minute)
				test(g)
				if len(g.notices)+len(g.told) > 0 {
					t.Errorf("it says %q and tells %+v", g.notices, g.told)
				}
				g.end()
			})
		})
	}
	quiet("a site of many owners that answers slowly", func(g *guarded) {
		g.source.slow = 5 * time.Minute // 27 questions take more than two hours
		g.monitor.Refresh("one", "")
		g.wait(3 * time.Hour)
	})
	quiet("an idle monitor", func(g *guarded) { g.wait(7 * 24 * time.Hour) })
	quiet("a pause", func(g *guarded) {
		release := g.source.hold("one")
		g.monitor.Refresh("one", "")
		g.monitor.Pause(time.Now().Add(5 * time.Hour))
		g.wait(4 * time.Hour)
		release()
		g.wait(time.Hour)
	})
}

// After a sleep the watchdog may be the first to run, and some clocks have gone on: what counts is how often it looked.
func TestTheWatchdogCountsNoSleep(t *testing.T) {
	w := &watchdog{every: glanceEvery, silent: silentFor}
	p := monitor.Pulse{Beats: 7, Interval: time.Minute, Rounds: []monitor.Round{{Site: "one", Step: 3}}}
	now := time.Now()
	for i := range 3 {
		if is := w.look(p, now); is.some() {
			t.Errorf("look %d after a sleep: %+v", i, is)
		}
		now = now.Add(8 * time.Hour)
	}
}
