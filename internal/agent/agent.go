// Package agent is the resident program: it wires monitor, tray, notifications and link, and is the only
// process that reads secrets and writes files.
//
//	monitor ─ Snapshot ─┬─► announcer ─► state file, notifications
//	                    ├─► hook ─► the user's program
//	                    ├─► history
//	                    ├─► tray
//	                    └─► link ─► window, status, scripts
//	clicks, commands ─► monitor, settings file, keyring
package agent

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"net"
	"sync"
	"time"

	"licensewatch/assets"
	"licensewatch/internal/hook"
	"licensewatch/internal/keyring"
	"licensewatch/internal/secret"
	"licensewatch/internal/settings"
	"licensewatch/internal/source"
	"licensewatch/monitor"
	"licensewatch/monitor/history"
	"licensewatch/monitor/link"
	"licensewatch/ui/notify"
	"licensewatch/ui/tray"
)

// faceEvery is how long the tray shows a face at least.
const faceEvery = time.Second / 2

// Secrets keeps the secrets of sites. Remember keeps one in memory only, where Remembered finds it; Retry says that
// a person wants a store that failed to be asked again.
type Secrets interface {
	source.Secrets
	Retry()
	Set(ctx context.Context, site string, kind keyring.Kind, text secret.Text) error
	Delete(ctx context.Context, site string, kind keyring.Kind) error
	Remember(site string, kind keyring.Kind, text secret.Text)
	Remembered(site string, kind keyring.Kind) (secret.Text, bool)
}

// Options are what an agent is made of.
type Options struct {
	Version  string
	Config   string            // path of the settings file
	Settings settings.Settings // as read from it
	State    string            // path of the file in which states outlive the agent
	History  string            // path of the database of what was
	Invented *history.Year     // what the demo puts there; nil: nothing
	Cache    string            // folder for what can be made again: icons, pages
	Secrets  Secrets
	Window   Command       // starts the window as a process of its own
	Tempo    time.Duration // an interval that overrides the settings'; 0: none. For the demo.
	Demo     bool
	Say      func(line string) // tells the user on standard output, in the demo; nil: nobody
	Log      *slog.Logger
}

// Agent is one resident program. Make it with New, then Run it once.
type Agent struct {
	Options
	settings *current
	source   *source.Source
	monitor  *monitor.Monitor
	server   *link.Server
	tray     *tray.Tray
	announce *announcer
	history  *history.Store
	sender   *notify.Sender
	hook     *hook.Hook
	window   *window
	watchdog *watchdog
	patience time.Duration // with parts that do not end
	changed  chan struct{} // there is a snapshot that the tray does not show yet
	grants   grants
	stop     context.CancelFunc

	mu   sync.Mutex // guards what follows
	view link.View  // what clients see
	halt *stuck     // why nothing in it is up to date; nil: it is

	noWindow  string // the notice that the window cannot be opened, if it stands
	noHistory string // the notice that history is kept in memory only, if it stands
	noHook    string // the notice that the command for events fails, if it stands
}

// New returns an agent that is ready to run.
func New(o Options) *Agent {
	a := &Agent{Options: o, settings: &current{path: o.Config, now: o.Settings}, changed: make(chan struct{}, 1)}
	a.source = source.New(Held{o.Secrets}, o.Settings.Sites)
	a.history = history.Open(history.Options{Path: o.History, Log: o.Log, Trouble: a.historyTrouble})
	a.sender = a.newSender()
	a.hook = hook.New(func() []string { return a.settings.read().Command }, a.hooked)
	a.announce = newAnnouncer(o, a.sender.Send, a.notice, a.history.Tell)
	saved := a.announce.load()
	cfg := a.monitorConfig(o.Settings)
	cfg.SavedAt = saved.At
	cfg.Initial, cfg.PausedUntil, cfg.Alerts, cfg.Snoozes = saved.Sites, saved.PausedUntil, saved.Alerts, saved.Snoozes
	a.monitor = monitor.New(cfg)
	a.window = &window{start: o.Window, log: o.Log, raise: a.raise, adopted: func() bool { return a.server.Watched() }}
	a.server = link.NewServer(o.Version, a.commands())
	a.tray = tray.New(panel(o.Settings.Panel), tray.Actions{
		Refresh: func() { a.refresh("", "") },
		Open:    func(site, owner string) { a.open(link.Target{Site: site, Owner: owner}) },
		Pause:   a.monitor.Pause,

		AcknowledgeAll: func() { a.fromMenu("acknowledge", a.acknowledge(context.Background(), monitor.Subject{}, "")) },
		Snooze: func(until time.Time) {
			a.fromMenu("snooze", a.snooze(context.Background(), monitor.Subject{}, until, ""))
		},
		Quit: func() { a.stop() },
	})
	a.watchdog = &watchdog{every: glanceEvery, silent: silentFor, pulse: a.monitor.Pulse, tray: a.tray.Show, clients: a.stuck, notify: a.warn}
	a.patience = endWithin
	a.view.Demo = o.Demo
	return a
}

func (a *Agent) monitorConfig(s settings.Settings) monitor.Config {
	interval, details := s.Interval, s.DetailsInterval
	if a.Tempo > 0 {
		interval, details = a.Tempo, a.Tempo
	}
	cfg := monitor.Config{Source: a.source, Policy: monitor.DefaultPolicy(interval), DetailsInterval: details}
	cfg.Policy.Limits, cfg.Rules = s.Limits, s.Rules
	for _, site := range s.Sites {
		cfg.Sites = append(cfg.Sites, source.Watched(site))
	}
	return cfg
}

// Run watches, serves on l and shows the tray until ctx or the user ends it. It must run on the main goroutine,
// which some desktops want for their tray.
func (a *Agent) Run(ctx context.Context, l net.Listener) error {
	ctx, a.stop = context.WithCancel(ctx)
	defer a.stop()
	defer a.recorded(ctx)() // the last to end: the other parts have their last words for it
	var parts sync.WaitGroup
	failed := make(chan error, 3) // room for each part
	part := func(name string, run func() error) {
		parts.Go(func() {
			if err := run(); err != nil && !errors.Is(err, context.Canceled) {
				failed <- fmt.Errorf("the agent's %s failed: %w", name, err)
			}
			a.stop() // one part's end is the agent's
		})
	}
	part("link", func() error { return a.server.Serve(ctx, l) })
	part("announcer", func() error { return a.announce.run(ctx) })
	part("monitor", func() error { return a.monitor.Run(ctx, a.publish) })
	parts.Go(func() { a.watchdog.run(ctx) })
	parts.Go(func() { a.face(ctx) })
	parts.Go(func() { trim(ctx) })
	parts.Go(func() { a.hook.Run(ctx) })
	reachable, shown := a.host(ctx)
	if a.Demo || len(a.Settings.Sites) == 0 {
		parts.Go(func() { a.open(link.Target{}) })
	} else if !shown {
		parts.Go(func() { a.awaitHost(ctx, reachable) })
	}
	if reachable {
		parts.Go(func() {
			<-ctx.Done()
			a.tray.Quit()
		})
		a.tray.Run()
		a.stop()
	}
	<-ctx.Done()
	a.window.close()
	a.await(&parts)
	select {
	case err := <-failed:
		return err
	default:
		return nil
	}
}

// endWithin is how long parts may take to end when the agent does.
const endWithin = 15 * time.Second

// await waits until all parts have ended. One that is stuck is left behind: who quits the program must get rid of it.
func (a *Agent) await(parts *sync.WaitGroup) {
	ended := make(chan struct{})
	go func() {
		parts.Wait()
		close(ended)
	}()
	select {
	case <-ended:
	case <-time.After(a.patience):
		a.Log.Error("a part of the program is stuck and is left behind")
	}
}

// publish passes a snapshot on; it runs on the monitor's goroutine and must not block.
func (a *Agent) publish(s monitor.Snapshot) {
	a.announce.take(s)
	a.feed(s.Decisions)
	a.history.Take(s)
	a.show(func(v *link.View) { v.Snapshot = s })
	select {
	case a.changed <- struct{}{}:
	default:
	}
}

// face shows the latest snapshot in the tray until ctx ends, at most twice a second: a round of a thousand owners is as many
// snapshots, and after each that looks different the desktop fetches the whole menu.
func (a *Agent) face(ctx context.Context) {
	for {
		select {
		case <-a.changed:
		case <-ctx.Done():
			return
		}
		a.mu.Lock()
		s := a.view.Snapshot
		a.mu.Unlock()
		face := tray.FaceOf(s, time.Now())
		a.watchdog.mark(&face)
		select {
		case <-time.After(faceEvery):
		case <-ctx.Done():
			return
		}
	}
}

// show changes what clients see.
func (a *Agent) show(change func(*link.View)) {
	a.mu.Lock()
	defer a.mu.Unlock()
	change(&a.view)
	if !a.view.Snapshot.At.IsZero() { // before the monitor has spoken there is nothing to show
		v := a.view
		if a.halt != nil {
			v.Snapshot = v.Snapshot.Halted(a.halt.finding())
		}
		a.server.Show(v)
	}
}

// notice adds or takes back one sentence that clients show. was is empty for a new one.
func (a *Agent) notice(was, is string) {
	a.show(func(v *link.View) {
		var kept []string
		for _, n := range v.Notices {
			if n != was && n != is {
				kept = append(kept, n)
			}
		}
		if is != "" {
			kept = append(kept, is)
		}
		v.Notices = kept
	})
}

func (a *Agent) raise() { a.show(func(v *link.View) { v.Raise++ }) }

// refresh is a person's wish.
func (a *Agent) refresh(site, owner string) {
	a.Secrets.Retry()
	a.monitor.Refresh(site, owner)
}

// open shows the window, with what the user wants to see.
func (a *Agent) open(focus link.Target) {
	a.show(func(v *link.View) { v.Focus = focus })
	stands := ""
	if err := a.window.show(); err != nil {
		a.Log.Error("the window cannot be opened", "err", err)
		stands = fmt.Sprintf("The window cannot be opened: %v.", err)
	}
	a.stand(&a.noWindow, stands)
}

// stand makes text the notice that is kept at notice, none if it is empty.
func (a *Agent) stand(notice *string, text string) {
	a.mu.Lock()
	was := *notice
	*notice = text
	a.mu.Unlock()
	if was != text {
		a.notice(was, text)
	}
}

const noTray = "This desktop shows no tray icons, so Licensewatch opens its window instead. On GNOME the AppIndicator extension adds a tray."

// host asks the desktop for its tray, for no longer than a second.
func (a *Agent) host(ctx context.Context) (reachable, shown bool) {
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	return tray.Host(ctx)
}

// awaitHost gives a desktop that is just starting ten seconds to show its tray, then says that there is none and
// opens the window: nobody must be left with a program that shows nothing. It takes that back when a tray comes.
func (a *Agent) awaitHost(ctx context.Context, reachable bool) {
	if reachable && a.hostWithin(ctx, 10, time.Second) || ctx.Err() != nil {
		return
	}
	a.Log.Warn(noTray)
	a.notice("", noTray)
	a.open(link.Target{})
	if reachable && a.hostWithin(ctx, math.MaxInt, time.Minute) {
		a.notice(noTray, "")
	}
}

// hostWithin looks for a tray so many times at the given distance.
func (a *Agent) hostWithin(ctx context.Context, tries int, every time.Duration) bool {
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	for range tries {
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return false
		}
		if _, shown := a.host(ctx); shown {
			return true
		}
	}
	return false
}

// panel returns the shade of the desktop's panel, as set or as the desktop prefers; most panels are dark.
func panel(set string) assets.Panel {
	switch set {
	case "light":
		return assets.Light
	case "dark":
		return assets.Dark
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	if dark, told := tray.Dark(ctx); told && !dark {
		return assets.Light
	}
	return assets.Dark
}
