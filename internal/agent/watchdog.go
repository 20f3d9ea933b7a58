package agent

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"licensewatch/monitor"
	"licensewatch/ui/notify"
	"licensewatch/ui/tray"
)

const (
	glanceEvery = 10 * time.Second // how often the watchdog looks at the monitor
	silentFor   = 2 * time.Minute  // without a beat, which comes each minute, the monitor is stuck
	tellAgain   = time.Minute      // after a notification that did not get through
)

// watchdog sees when the monitor, or a read, does not go on, says so, and takes that back. It waits for nobody: what it looks at never
// blocks, and each place where it says something has a goroutine of its own, since that place may be what is stuck.
//
// It counts its own looks at a monitor that stands still, and measures no time: while the machine sleeps it does not look.
type watchdog struct {
	every   time.Duration
	silent  time.Duration // silentFor, but in tests
	pulse   func() monitor.Pulse
	tray    func(tray.Face)
	clients func(was, is stuck)
	notify  func(context.Context, notify.Message) bool // reports whether it is told

	beats  uint64
	still  int              // looks that saw no beat since
	rounds map[string]round // by site

	mu    sync.Mutex
	stuck stuck

	showing sync.Mutex // held while the tray is told
	face    tray.Face

	shown stuck     // to clients
	told  bool      // that something is stuck
	tried time.Time // to tell
}

// round is how long a round has brought nothing.
type round struct {
	step  uint64
	still int
}

// stuck is what does not go on.
type stuck struct {
	all   bool            // the monitor itself
	sites []monitor.Round // reads, if the monitor goes on
}

func (s stuck) some() bool { return s.all || len(s.sites) > 0 }

func (s stuck) equal(o stuck) bool {
	return s.all == o.all && slices.EqualFunc(s.sites, o.sites, func(a, b monitor.Round) bool { return a.Site == b.Site })
}

// run looks until ctx ends.
func (w *watchdog) run(ctx context.Context) {
	ticker := time.NewTicker(w.every)
	defer ticker.Stop()
	mark, show, tell := errand(ctx, func() { w.mark(nil) }), errand(ctx, w.show), errand(ctx, func() { w.tell(ctx) })
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		is := w.look(w.pulse(), time.Now())
		w.mu.Lock()
		changed := !is.equal(w.stuck)
		w.stuck = is
		w.mu.Unlock()
		if changed {
			mark()
			show()
		}
		tell()
	}
}

// errand returns what asks for do, which runs in a goroutine of its own, once more after each time it was asked for.
func errand(ctx context.Context, do func()) (ask func()) {
	asked := make(chan struct{}, 1)
	go func() {
		for {
			select {
			case <-ctx.Done():
				return
			case <-asked:
				do()
			}
		}
	}()
	return func() {
		select {
		case asked <- struct{}{}:
		default:
		}
	}
}

// look judges one pulse.
func (w *watchdog) look(p monitor.Pulse, now time.Time) stuck {
	if p.Beats != w.beats {
		w.beats, w.still = p.Beats, 0
	} else {
		w.still++
	}
	if w.lasts(w.still, w.silent) {
		w.rounds = nil // nobody takes what they bring
		return stuck{all: true}
	}
	var is stuck
	rounds := make(map[string]round, len(p.Rounds))
	for _, r := range p.Rounds {
		was, known := w.rounds[r.Site]
		switch {
		case !known || was.step != r.Step:
			was = round{step: r.Step}
		case !now.Before(p.PausedUntil):
			was.still++
		}
		rounds[r.Site] = was
		if w.lasts(was.still, max(2*p.Interval, w.silent)) {
			is.sites = append(is.sites, r)
		}
	}
	w.rounds = rounds
	return is
}

// lasts reports whether so many looks in a row, after a first one, are so long; the next would be too late.
func (w *watchdog) lasts(looks int, limit time.Duration) bool {
	return time.Duration(looks+1)*w.every >= limit
}

func (w *watchdog) now() stuck {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.stuck
}

// mark shows a new face in the tray, or the latest one again, as what is stuck makes it.
func (w *watchdog) mark(f *tray.Face) {
	w.showing.Lock()
	defer w.showing.Unlock()
	if f != nil {
		w.face = *f
	}
	if s := w.now(); s.some() {
		w.tray(w.face.Stuck(s.title()))
	} else {
		w.tray(w.face)
	}
}

// show tells clients.
func (w *watchdog) show() {
	if is := w.now(); !is.equal(w.shown) {
		w.clients(w.shown, is)
		w.shown = is
	}
}

// tell tells once that something is stuck, and that all goes on again.
func (w *watchdog) tell(ctx context.Context) {
	is := w.now()
	if is.some() == w.told || !w.tried.IsZero() && time.Since(w.tried) < tellAgain {
		return
	}
	w.tried = time.Now()
	if w.notify(ctx, is.message()) {
		w.told, w.tried = is.some(), time.Time{}
	}
}

const restart = "Quit Licensewatch and start it again."

// title says it in a few words.
func (s stuck) title() string {
	switch {
	case s.all:
		return "unknown, the checks have stopped"
	case len(s.sites) == 1:
		return fmt.Sprintf("unknown, the check of %s does not end", monitor.Harmless(s.sites[0].Site, 40))
	}
	return fmt.Sprintf("unknown, the checks of %d sites do not end", len(s.sites))
}

// sentence says what is wrong, without what to do; it is empty if nothing is.
func (s stuck) sentence() string {
	switch {
	case s.all:
		return "The checks have stopped, so nothing that is shown is up to date."
	case len(s.sites) == 1:
		r := s.sites[0]
		return fmt.Sprintf("The check of %q has not ended since %s.", monitor.Harmless(r.Site, 100), r.Since.Format("2 January, 15:04"))
	case len(s.sites) > 1:
		first := slices.MinFunc(s.sites, func(a, b monitor.Round) int { return a.Since.Compare(b.Since) })
		return fmt.Sprintf("The checks of %d sites do not end, that of %q since %s.",
			len(s.sites), monitor.Harmless(first.Site, 100), first.Since.Format("2 January, 15:04"))
	}
	return ""
}

// notice is what clients show; it is empty if nothing is wrong.
func (s stuck) notice() string {
	if !s.some() {
		return ""
	}
	return s.sentence() + " " + restart
}

// finding is what is shown of each site when all of them are not read any more.
func (s stuck) finding() monitor.Finding {
	return monitor.Finding{Kind: monitor.FindingStale, Severity: monitor.Unknown, Title: "Checks have stopped", Text: s.sentence(), Action: restart}
}

// message is the notification.
func (s stuck) message() notify.Message {
	if !s.some() {
		return notify.Message{Title: "The checks go on", Body: "All sites are checked again.", Severity: monitor.OK}
	}
	m := notify.Message{Title: "Checks have stopped", Body: notify.Safe(s.notice(), 300), Severity: monitor.Unknown}
	if !s.all {
		m.Title = "A check does not end"
	}
	return m
}

// stuck shows clients what is stuck, and nothing as in order that is not checked any more.
func (a *Agent) stuck(was, is stuck) {
	a.mu.Lock()
	a.halt = nil
	if is.all {
		a.halt = &is
	}
	a.mu.Unlock()
	if is.some() {
		a.Log.Error("the watchdog sees what is stuck", "what", is.sentence())
	}
	a.notice(was.notice(), is.notice())
}

// warn tells the desktop that something is stuck, or no more, once the settings let it be told.
func (a *Agent) warn(ctx context.Context, m notify.Message) bool {
	rules := monitor.DefaultRules().Under(a.settings.read().Rules)
	if _, quiet := rules.QuietUntil(time.Now()); quiet || *rules.Least > monitor.Unknown {
		return false
	}
	t := monitor.Telling{At: time.Now(), Title: m.Title, Text: m.Body, Severity: m.Severity, Outcome: monitor.Sent}
	if err := a.sender.Send(ctx, m); err != nil {
		a.Log.Warn("a notification is kept for later", "err", err)
		return false
	}
	a.history.Tell(t)
	a.Log.Info("notified", "title", m.Title)
	return true
}
