package agent

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"licensewatch/assets"
	"licensewatch/internal/atomicfile"
	"licensewatch/monitor"
	"licensewatch/ui/notify"
)

const (
	saveEvery   = 5 * time.Minute  // states without news are saved no more often: those of a thousand owners are 0.6 MB, and as much for the .bak
	gatherFor   = 10 * time.Second // news waits no longer for the round to end
	badDelivery = "Desktop notifications do not get through: %v. They are kept and tried again."
)

// deliveries are the waits after a failed delivery.
var deliveries = []time.Duration{30 * time.Second, time.Minute, 5 * time.Minute, 15 * time.Minute}

// memory is what outlives the agent. An event stays in Outbox until the desktop took its notification.
type memory struct {
	Version     int                  `json:"version"`
	PausedUntil time.Time            `json:"paused_until,omitzero"`
	Sites       []*monitor.SiteState `json:"sites"`
	Outbox      []monitor.Event      `json:"outbox,omitempty"`
}

// announcer saves states and tells news. One goroutine, run's, does both, in this order: what was told is
// saved as told, so a restart does not repeat it.
type announcer struct {
	Options
	send    func(context.Context, notify.Message) error
	notice  func(was, is string)
	record  func(monitor.Telling)
	trouble string // the notice about deliveries that stands
	unsaved string // the notice about saving that stands

	mu     sync.Mutex
	latest monitor.Snapshot
	outbox []monitor.Event
	dirty  bool // something changed since the last save
	wake   chan struct{}
}

func newAnnouncer(o Options, notice func(was, is string), record func(monitor.Telling)) *announcer {
	return &announcer{Options: o, send: o.sender().Send, notice: notice, record: record, wake: make(chan struct{}, 1)}
}

// take notes a snapshot and its news. It does not block.
func (n *announcer) take(s monitor.Snapshot) {
	n.mu.Lock()
	n.latest = s
	n.outbox = append(n.outbox, s.Events...)
	n.dirty = true
	n.mu.Unlock()
	select {
	case n.wake <- struct{}{}:
	default:
	}
}

func (n *announcer) now() (s monitor.Snapshot, outbox []monitor.Event, dirty bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.latest, slices.Clip(n.outbox), n.dirty
}

// delivery is where run stands with news.
type delivery struct {
	saved    time.Time // when states were last saved
	known    int       // events in the saved outbox
	paused   time.Time // as saved
	sites    []string  // whose states are saved
	since    time.Time // since when there is news; zero: there is none
	next     time.Time // when a failed delivery is tried again
	failures int       // in a row
}

// run saves and tells until ctx ends, then saves once more.
func (n *announcer) run(ctx context.Context) error {
	var d delivery
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			n.save()
			return ctx.Err()
		case <-n.wake:
		case <-timer.C:
		}
		timer.Reset(n.step(ctx, &d, time.Now()))
	}
}

// step saves and tells what is to be saved and told now, and returns how long to wait if nothing comes.
func (n *announcer) step(ctx context.Context, d *delivery, now time.Time) time.Duration {
	snapshot, events, dirty := n.now()
	if snapshot.At.IsZero() {
		return time.Hour // the monitor has not spoken yet: what an earlier agent saved still holds
	}
	sites := names(snapshot.Sites)
	wished := !snapshot.PausedUntil.Equal(d.paused) || !slices.Equal(sites, d.sites) // what a person did is not to be lost
	if len(events) != d.known || wished || dirty && now.Sub(d.saved) >= saveEvery {
		n.save()
		d.saved, d.known, d.paused, d.sites = now, len(events), snapshot.PausedUntil, sites
	}
	if len(events) == 0 {
		d.since = time.Time{}
		if dirty {
			return max(0, d.saved.Add(saveEvery).Sub(now))
		}
		return time.Hour
	}
	if d.since.IsZero() {
		d.since = now
	}
	round := snapshot.Reading() > 0 && now.Sub(d.since) < gatherFor
	switch {
	case round || now.Before(snapshot.PausedUntil):
		return time.Second
	case now.Before(d.next):
		return d.next.Sub(now)
	}
	if !n.tell(ctx, events) {
		d.next = now.Add(deliveries[min(d.failures, len(deliveries)-1)])
		d.failures++
		return d.next.Sub(now)
	}
	*d = delivery{known: -1} // what was told is saved as told, at once
	return 0
}

func names(sites []*monitor.SiteState) []string {
	list := make([]string, len(sites))
	for i, site := range sites {
		list[i] = site.Site.Name
	}
	return list
}

// tell hands events to the desktop as one notification and takes them from the outbox. It reports whether
// they are told.
func (n *announcer) tell(ctx context.Context, events []monitor.Event) bool {
	if m, ok := notify.Compose(events); ok {
		if err := n.send(ctx, m); err != nil {
			n.Log.Warn("a notification is kept for later", "err", err)
			if n.stand(fmt.Sprintf(badDelivery, err)) { // else this failure is on record
				n.record(telling(m, events, monitor.Failed, err))
			}
			return false
		}
		n.record(telling(m, events, monitor.Sent, nil))
		n.Log.Info("notified", "title", m.Title)
		if n.Say != nil {
			n.Say("notification: " + m.Title)
		}
	}
	n.stand("")
	n.mu.Lock()
	n.outbox = n.outbox[len(events):]
	n.mu.Unlock()
	return true
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

// load reads what an earlier agent saved. What cannot be read is said, and kept beside the file.
func (n *announcer) load() memory {
	var m memory
	_, err := atomicfile.Read(n.State, func(data []byte) error {
		m = memory{}
		if err := json.Unmarshal(data, &m); err != nil {
			return err
		}
		if m.Version != 1 {
			return fmt.Errorf("it is of version %d, which this program does not know", m.Version)
		}
		return nil
	})
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		n.Log.Warn("what was known before cannot be read: all that is found now counts as new", "file", n.State, "err", err)
		os.Rename(n.State, n.State+".unreadable")
		return memory{}
	}
	n.outbox = m.Outbox
	return m
}

// save writes states and outbox. Modules are left out: they are most of the bytes, and are read again at once.
func (n *announcer) save() {
	n.mu.Lock()
	n.dirty = false
	n.mu.Unlock()
	snapshot, events, _ := n.now()
	if snapshot.At.IsZero() {
		return // the monitor never spoke: what an earlier agent saved still holds
	}
	m := memory{Version: 1, PausedUntil: snapshot.PausedUntil, Sites: make([]*monitor.SiteState, len(snapshot.Sites)), Outbox: events}
	for i, site := range snapshot.Sites {
		m.Sites[i] = light(site)
	}
	data, err := json.Marshal(m)
	if err == nil {
		err = os.MkdirAll(filepath.Dir(n.State), 0o700)
	}
	if err == nil {
		err = atomicfile.Write(n.State, data, 0o600)
	}
	unsaved := ""
	if err != nil {
		unsaved = fmt.Sprintf("What is known cannot be saved, so a restart may repeat notifications: %v.", err)
	}
	if unsaved != n.unsaved {
		if err != nil {
			n.Log.Error("what is known cannot be saved: a restart may repeat notifications", "err", err)
		}
		n.notice(n.unsaved, unsaved)
		n.unsaved = unsaved
	}
}

func light(s *monitor.SiteState) *monitor.SiteState {
	c := *s
	c.Reading = false
	c.Owners = append([]monitor.OwnerState(nil), s.Owners...)
	for i := range c.Owners {
		if l := c.Owners[i].Licence; l != nil && len(l.Modules) > 0 {
			bare := *l
			bare.Modules = nil
			c.Owners[i].Licence = &bare
		}
	}
	return &c
}

// icon returns the path of the icon file of a look, made if it is not there. It never changes, because Windows keeps the first
// one that it was given.
func (o Options) icon(look assets.Look) string {
	path := filepath.Join(o.Cache, fmt.Sprintf("notification-%d.png", look))
	if _, err := os.Stat(path); err == nil {
		return path
	}
	if os.MkdirAll(o.Cache, 0o700) != nil || atomicfile.Write(path, assets.PNG(look), 0o600) != nil {
		return "" // a notification without an icon is still one
	}
	return path
}
