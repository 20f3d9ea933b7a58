package monitor

import (
	"context"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"
)

// Config is what a monitor watches and how.
type Config struct {
	Sites           []Site
	Source          Source
	Policy          Policy
	Rules           Rules         // of what is told; what is nil is as in DefaultRules
	DetailsInterval time.Duration // between two reads of a site's database; the owners are asked every Policy.Interval
	Initial         []*SiteState  // what an earlier run knew, so that it is no news again
	SavedAt         time.Time     // when it knew that; zero: nobody knows
	Alerts          []Alert       // of the same run
	Snoozes         []Hand
	PausedUntil     time.Time
	Renamed         map[string]string // for Update: the former names of sites by their new ones
	Jitter          func() float64    // in [-1, 1), times 10 % of the interval; nil: random
}

// Monitor watches sites. Its methods may be called from any goroutine and never block.
type Monitor struct {
	cfg    Config
	clock  clock
	mu     sync.Mutex
	orders []order // run on Run's goroutine
	wake   chan struct{}
	pulse  atomic.Pointer[Pulse]
}

// order is what a method asks of Run's goroutine.
type order func(l *loop, now time.Time)

// New returns a monitor that Run sets going.
func New(cfg Config) *Monitor {
	cfg.Rules = DefaultRules().Under(cfg.Rules)
	return &Monitor{cfg: cfg, clock: systemClock(), wake: make(chan struct{}, 1)}
}

// Run reads every site now and then on its schedule until ctx ends, and returns ctx's error. It calls publish
// with each new snapshot, one call at a time; publish must not block. Run owns all state and every goroutine that it starts:
// none is left when it returns.
func (m *Monitor) Run(ctx context.Context, publish func(Snapshot)) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	l := m.begin(ctx, publish, make(chan result))
	now := l.lastLook
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		l.startDue(now)
		m.beat(l)
		timer.Reset(l.untilNext(now))
		select {
		case <-ctx.Done():
			l.drain()
			return ctx.Err()
		case r := <-l.results:
			now = l.look()
			l.take(r, now)
		case <-m.wake:
			now = l.look()
			m.obey(l, now)
		case <-timer.C:
			now = l.look()
			l.pass(now)
		}
	}
}

// begin makes Run's loop and publishes what is known at first.
func (m *Monitor) begin(ctx context.Context, publish func(Snapshot), results chan result) *loop {
	l := &loop{cfg: m.cfg, clock: m.clock, ctx: ctx, publish: publish, results: results, pausedUntil: m.cfg.PausedUntil, alerts: NewAlerts(m.cfg.Alerts, m.cfg.Snoozes)}
	l.read = l.readers.Go
	now := l.look()
	l.ticked = now
	if by := now.Sub(l.cfg.SavedAt); by <= -jumpAfter && !l.cfg.SavedAt.IsZero() {
		l.postpone(by)
	}
	l.emit(now, l.setSites(m.cfg.Sites, m.cfg.Initial, now))
	return l
}

// obey does what was asked of Run's goroutine.
func (m *Monitor) obey(l *loop, now time.Time) {
	for _, order := range m.takeOrders() {
		order(l, now)
	}
}

// Refresh asks for a read now: of everything, of a site, or of one owner and its site's database.
func (m *Monitor) Refresh(site, owner string) {
	m.order(func(l *loop, _ time.Time) { l.refresh(site, owner) })
}

// Update changes what is watched and how. What is known of sites that stay is kept.
func (m *Monitor) Update(cfg Config) {
	cfg.Rules = DefaultRules().Under(cfg.Rules)
	m.order(func(l *loop, now time.Time) {
		l.cfg = cfg
		l.alerts.rename(cfg.Renamed)
		events := l.setSites(cfg.Sites, nil, now)
		l.judge(now, events, true)
	})
}

// Pause stops scheduled reads until then; a zero time ends the pause. Refresh works all the same.
func (m *Monitor) Pause(until time.Time) {
	m.order(func(l *loop, now time.Time) {
		l.pausedUntil = until
		l.judge(now, nil, true)
	})
}

// Acknowledge notes that a person knows of all that troubles h.Subject now. It is told no more until something changes.
func (m *Monitor) Acknowledge(h Hand) {
	m.order(func(l *loop, now time.Time) {
		l.alerts.acknowledge(h, l.snapshot(now))
		l.judge(now, nil, true)
	})
}

// Snooze lets nothing be told of h.Subject until h.Until, unless it grows worse.
func (m *Monitor) Snooze(h Hand) {
	m.order(func(l *loop, now time.Time) {
		l.alerts.snooze(h, l.snapshot(now))
		l.judge(now, nil, true)
	})
}

// Resume takes back what people said of a subject and of all that it covers.
func (m *Monitor) Resume(of Subject) {
	m.order(func(l *loop, now time.Time) {
		l.alerts.resume(of)
		l.judge(now, nil, true)
	})
}

func (m *Monitor) order(f order) {
	m.mu.Lock()
	m.orders = append(m.orders, f)
	m.mu.Unlock()
	select {
	case m.wake <- struct{}{}:
	default:
	}
}

func (m *Monitor) takeOrders() []order {
	m.mu.Lock()
	defer m.mu.Unlock()
	orders := m.orders
	m.orders = nil
	return orders
}

// jittered returns d ± 10 %.
func (c *Config) jittered(d time.Duration) time.Duration {
	jitter := c.Jitter
	if jitter == nil {
		jitter = func() float64 { return 2*rand.Float64() - 1 }
	}
	return d + time.Duration(jitter()*float64(d)/10)
}
