package link

import (
	"iter"
	"reflect"
	"time"

	"licensewatch/monitor"
)

// perFrame is how many sites one frame carries at most. A frame is put together in memory, and a thousand
// owners with their modules are ten megabytes.
const perFrame = 8

// frame is a View on the wire, or a piece of one. It carries only the sites that changed since the view before: a
// refresh of all publishes a thousand views.
type frame struct {
	At          time.Time            `json:"at"`
	PausedUntil time.Time            `json:"paused_until,omitzero"`
	Outages     []monitor.Outage     `json:"outages,omitempty"`
	Hands       *hands               `json:"hands,omitempty"` // nil: as in the view before
	Demo        bool                 `json:"demo,omitempty"`
	Notices     []string             `json:"notices,omitempty"`
	Raise       int                  `json:"raise,omitempty"`
	Focus       Target               `json:"focus,omitzero"`
	Order       []string             `json:"order,omitempty"` // all sites by name, in order; in the last piece
	Changed     []*monitor.SiteState `json:"changed,omitempty"`
	More        bool                 `json:"more,omitempty"` // another piece of the same view follows
}

// hands are what people said about alerts, and what else views tell of them. An alert of which there is none of that is left out:
// a thousand troubled owners are as many alerts.
type hands struct {
	Alerts  []alert        `json:"alerts,omitempty"`
	Snoozes []monitor.Hand `json:"snoozes,omitempty"`
}

// alert is a monitor.Alert without what is only the policy's.
type alert struct {
	monitor.Subject
	Ack      *monitor.Hand  `json:"ack,omitempty"`
	Unstable time.Time      `json:"unstable,omitzero"`
	Counter  int            `json:"counter,omitempty"`
	Held     int            `json:"held,omitempty"`
	Reason   monitor.Reason `json:"reason,omitempty"` // why the latest is held
	Until    time.Time      `json:"until,omitzero"`   // and until when
}

func handsOf(s monitor.Snapshot) hands {
	h := hands{Snoozes: s.Snoozes}
	for _, a := range s.Alerts {
		if a.Ack == nil && a.Unstable.IsZero() && len(a.Held) == 0 {
			continue
		}
		short := alert{Subject: a.Subject, Ack: a.Ack, Unstable: a.Unstable, Counter: a.Counter, Held: len(a.Held)}
		if short.Held > 0 {
			last := a.Held[short.Held-1]
			short.Reason, short.Until = last.Reason, last.Until
		}
		h.Alerts = append(h.Alerts, short)
	}
	return h
}

// alerts returns them as a snapshot has them. What is held has nothing but its number, its reason and its end.
func (h hands) alerts() []monitor.Alert {
	var list []monitor.Alert
	for _, a := range h.Alerts {
		full := monitor.Alert{Subject: a.Subject, Ack: a.Ack, Unstable: a.Unstable, Counter: a.Counter}
		for range a.Held {
			full.Held = append(full.Held, monitor.Decision{Subject: a.Subject, Fate: monitor.Hold, Reason: a.Reason, Until: a.Until})
		}
		list = append(list, full)
	}
	return list
}

// end is what one end of a stream knows.
type end struct {
	sites map[string]*monitor.SiteState // by name
	hands hands
}

func newEnd() *end { return &end{sites: map[string]*monitor.SiteState{}} }

// encode returns the frames that bring an end that knows known up to date, and notes that they do.
func (known *end) encode(v View) iter.Seq[frame] {
	return func(yield func(frame) bool) {
		f := frame{At: v.Snapshot.At, PausedUntil: v.Snapshot.PausedUntil, Outages: v.Snapshot.Outages, Demo: v.Demo, Notices: v.Notices, Raise: v.Raise, Focus: v.Focus}
		for _, s := range v.Snapshot.Sites {
			name := s.Site.Name
			f.Order = append(f.Order, name)
			if known.sites[name] == s { // an unchanged site keeps its pointer
				continue
			}
			known.sites[name] = s
			if f.Changed = append(f.Changed, s); len(f.Changed) == perFrame {
				if !yield(frame{Changed: f.Changed, More: true}) {
					return
				}
				f.Changed = nil
			}
		}
		known.keep(f.Order)
		if h := handsOf(v.Snapshot); !reflect.DeepEqual(h, known.hands) {
			known.hands, f.Hands = h, &h
		}
		yield(f)
	}
}

// decode takes in a frame at an end that knows known, and returns the view when it is complete.
func (known *end) decode(f frame) (v View, complete bool) {
	for _, s := range f.Changed {
		known.sites[s.Site.Name] = s
	}
	if f.More {
		return View{}, false
	}
	known.keep(f.Order)
	if f.Hands != nil {
		known.hands = *f.Hands
	}
	v = View{Demo: f.Demo, Notices: f.Notices, Raise: f.Raise, Focus: f.Focus}
	v.Snapshot = monitor.Snapshot{At: f.At, PausedUntil: f.PausedUntil, Outages: f.Outages, Alerts: known.hands.alerts(), Snoozes: known.hands.Snoozes}
	for _, name := range f.Order {
		if s, ok := known.sites[name]; ok {
			v.Snapshot.Sites = append(v.Snapshot.Sites, s)
		}
	}
	return v, true
}

func (known *end) keep(names []string) {
	if len(known.sites) == len(names) {
		return
	}
	stay := make(map[string]bool, len(names))
	for _, name := range names {
		stay[name] = true
	}
	for name := range known.sites {
		if !stay[name] {
			delete(known.sites, name)
		}
	}
}
