package agent

import (
	"cmp"
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"
	"time"

	"licensewatch/monitor"
	"licensewatch/ui/notify"
)

const badDelivery = "Desktop notifications do not get through: %v. They are kept and tried again."

// deliveries are the waits after a failed delivery.
var deliveries = []time.Duration{30 * time.Second, time.Minute, 5 * time.Minute, 15 * time.Minute}

// announcer tells what the monitor decided to tell, and saves states. Each has a goroutine of its own, since a disk may take longer than
// the desktop: what is to be told is saved as such at once, so that no end of the agent loses it, and what was told is saved as told at
// once, so that a restart does not repeat it.
type announcer struct {
	Options
	send    func(context.Context, notify.Message) error
	notice  func(was, is string)
	record  func(monitor.Telling)
	trouble string // the notice about deliveries that stands
	unsaved string // the notice about saving that stands

	mu     sync.Mutex
	latest monitor.Snapshot
	outbox []monitor.Decision // to be told; each stays until the desktop took its notification
	dirty  bool               // something changed since the last save
	urgent bool               // and must not get lost
	wake   chan struct{}      // deliver
	stale  chan struct{}      // keep
}

func newAnnouncer(o Options, send func(context.Context, notify.Message) error, notice func(was, is string), record func(monitor.Telling)) *announcer {
	return &announcer{Options: o, send: send, notice: notice, record: record, wake: make(chan struct{}, 1), stale: make(chan struct{}, 1)}
}

// take notes a snapshot and what it decides, and puts on record what is not told. It does not block.
func (n *announcer) take(s monitor.Snapshot) {
	n.mu.Lock()
	n.urgent = n.urgent || len(s.Decisions) > 0 || !reflect.DeepEqual(wished(n.latest), wished(s))
	n.latest = s
	for _, d := range s.Decisions {
		if d.Fate == monitor.Tell {
			n.outbox = append(n.outbox, d)
		}
	}
	n.dirty = true
	n.mu.Unlock()
	n.untold(s.Decisions)
	poke(n.wake)
	poke(n.stale)
}

// poke wakes who listens to c.
func poke(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// wish is what a person did: it must not get lost either.
type wish struct {
	paused time.Time
	hands  []monitor.Hand // what was said of alerts
	sites  []string
}

func wished(s monitor.Snapshot) wish {
	w := wish{paused: s.PausedUntil, hands: slices.Clone(s.Snoozes)}
	for _, a := range s.Alerts {
		if a.Ack != nil {
			w.hands = append(w.hands, *a.Ack)
		}
	}
	for _, site := range s.Sites {
		w.sites = append(w.sites, site.Site.Name)
	}
	return w
}

// untold puts on record what is held or dropped.
func (n *announcer) untold(list []monitor.Decision) {
	outcomes := map[monitor.Fate]monitor.Outcome{monitor.Hold: monitor.Held, monitor.Drop: monitor.Dropped}
	for _, d := range list {
		alone := []monitor.Decision{d}
		if m, ok := notify.Compose(alone); ok && outcomes[d.Fate] != "" {
			n.record(telling(m, alone, outcomes[d.Fate], d.Why()))
		}
	}
}

// waiting returns the latest snapshot, what of the outbox is to be told by now, and how long until something that a person wants held may
// be; 0: nothing is held. What is held or needs no telling any more is put on record.
func (n *announcer) waiting(now time.Time) (s monitor.Snapshot, list []monitor.Decision, wait time.Duration) {
	n.mu.Lock()
	s = n.latest
	left, over := monitor.Settle(n.outbox, s)
	left, held, wait := monitor.Hushed(left, s, now)
	n.outbox = left
	n.urgent = n.urgent || len(over)+len(held) > 0
	n.mu.Unlock()
	if len(over)+len(held) > 0 {
		n.untold(append(over, held...))
		poke(n.stale)
	}
	for _, d := range left {
		if d.Fate == monitor.Tell {
			list = append(list, d)
		}
	}
	return s, list, wait
}

// delivery is where deliver stands.
type delivery struct {
	next     time.Time // when a failed delivery is tried again
	failures int       // in a row
}

// run saves and tells until ctx ends, then saves once more.
func (n *announcer) run(ctx context.Context) error {
	var keeping sync.WaitGroup
	keeping.Go(func() { n.keep(ctx) })
	n.deliver(ctx)
	keeping.Wait()
	n.save()
	return ctx.Err()
}

// deliver tells until ctx ends.
func (n *announcer) deliver(ctx context.Context) {
	var d delivery
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-n.wake:
		case <-timer.C:
		}
		timer.Reset(n.step(ctx, &d, time.Now()))
	}
}

// step tells what is to be told now, and returns how long to wait if nothing comes.
func (n *announcer) step(ctx context.Context, d *delivery, now time.Time) time.Duration {
	n.mu.Lock()
	silent := n.latest.At.IsZero()
	n.mu.Unlock()
	if silent {
		return time.Hour // the monitor has not spoken yet: it does not know how things stand
	}
	snapshot, list, held := n.waiting(now)
	if len(list) == 0 {
		*d = delivery{}
		return cmp.Or(held, time.Hour)
	}
	if wait := max(monitor.Ripe(list, snapshot, now), d.next.Sub(now)); wait > 0 {
		return wait
	}
	if !n.tell(ctx, list) {
		d.next = now.Add(deliveries[min(d.failures, len(deliveries)-1)])
		d.failures++
		return d.next.Sub(now)
	}
	*d = delivery{}
	return 0
}

// tell hands decisions to the desktop as one notification and takes them from the outbox. It reports whether they are told.
func (n *announcer) tell(ctx context.Context, list []monitor.Decision) bool {
	if m, ok := notify.Compose(list); ok {
		if err := n.send(ctx, m); err != nil {
			if ctx.Err() != nil {
				return false // the agent ends: that is no trouble of the desktop
			}
			n.Log.Warn("a notification is kept for later", "err", err)
			if n.stand(fmt.Sprintf(badDelivery, err)) { // else this failure is on record
				n.record(telling(m, list, monitor.Failed, err.Error()))
			}
			return false
		}
		n.record(telling(m, list, monitor.Sent, why(list)))
		n.Log.Info("notified", "title", m.Title)
		if n.Say != nil {
			n.Say("notification: " + m.Title)
		}
	}
	n.stand("")
	n.mu.Lock()
	n.outbox = slices.DeleteFunc(slices.Clone(n.outbox), func(d monitor.Decision) bool {
		return d.Fate == monitor.Tell && slices.Contains(list, d)
	})
	n.urgent = true
	n.mu.Unlock()
	poke(n.stale)
	return true
}

// telling is the record of what became of decisions that m tells of.
func telling(m notify.Message, list []monitor.Decision, outcome monitor.Outcome, why string) monitor.Telling {
	t := monitor.Telling{At: time.Now(), Title: m.Title, Text: m.Body, Severity: m.Severity, Outcome: outcome, Why: why}
	for _, d := range list {
		if of := (monitor.Subject{Site: d.Site, Owner: d.Owner}); d.Site != "" && !slices.Contains(t.About, of) {
			t.About = append(t.About, of)
		}
	}
	return t
}

// why says of all decisions why they are told.
func why(list []monitor.Decision) string {
	const sent = "sent: "
	var reasons []string
	for _, d := range list {
		if w := strings.TrimPrefix(d.Why(), sent); !slices.Contains(reasons, w) {
			reasons = append(reasons, w)
		}
	}
	return sent + strings.Join(reasons, "; ")
}

// stand shows what keeps notifications from getting through, and reports whether that is new.
func (n *announcer) stand(trouble string) bool {
	if trouble == n.trouble {
		return false
	}
	n.notice(n.trouble, trouble)
	n.trouble = trouble
	return true
}
