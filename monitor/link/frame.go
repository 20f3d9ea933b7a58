package link

import (
	"iter"
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
	Demo        bool                 `json:"demo,omitempty"`
	Notices     []string             `json:"notices,omitempty"`
	Raise       int                  `json:"raise,omitempty"`
	Focus       Target               `json:"focus,omitzero"`
	Order       []string             `json:"order,omitempty"` // all sites by name, in order; in the last piece
	Changed     []*monitor.SiteState `json:"changed,omitempty"`
	More        bool                 `json:"more,omitempty"` // another piece of the same view follows
}

// sites is what one end of a stream knows by name.
type sites map[string]*monitor.SiteState

// encode returns the frames that bring an end that knows known up to date, and notes that they do.
func (known sites) encode(v View) iter.Seq[frame] {
	return func(yield func(frame) bool) {
		f := frame{At: v.Snapshot.At, PausedUntil: v.Snapshot.PausedUntil, Outages: v.Snapshot.Outages, Demo: v.Demo, Notices: v.Notices, Raise: v.Raise, Focus: v.Focus}
		for _, s := range v.Snapshot.Sites {
			name := s.Site.Name
			f.Order = append(f.Order, name)
			if known[name] == s { // an unchanged site keeps its pointer
				continue
			}
			known[name] = s
			if f.Changed = append(f.Changed, s); len(f.Changed) == perFrame {
				if !yield(frame{Changed: f.Changed, More: true}) {
					return
				}
				f.Changed = nil
			}
		}
		known.keep(f.Order)
		yield(f)
	}
}

// decode takes in a frame at an end that knows known, and returns the view when it is complete.
func (known sites) decode(f frame) (v View, complete bool) {
	for _, s := range f.Changed {
		known[s.Site.Name] = s
	}
	if f.More {
		return View{}, false
	}
	known.keep(f.Order)
	v = View{Demo: f.Demo, Notices: f.Notices, Raise: f.Raise, Focus: f.Focus, Snapshot: monitor.Snapshot{At: f.At, PausedUntil: f.PausedUntil, Outages: f.Outages}}
	for _, name := range f.Order {
		if s, ok := known[name]; ok {
			v.Snapshot.Sites = append(v.Snapshot.Sites, s)
		}
	}
	return v, true
}

func (known sites) keep(names []string) {
	if len(known) == len(names) {
		return
	}
	stay := make(map[string]bool, len(names))
	for _, name := range names {
		stay[name] = true
	}
	for name := range known {
		if !stay[name] {
			delete(known, name)
		}
	}
}
