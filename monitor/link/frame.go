package link

import (
	"time"

	"licensewatch/monitor"
)

// frame is a View on the wire. It carries only the sites that changed since the frame before: the states of a
// thousand owners are megabytes, and a refresh of all publishes a thousand times.
type frame struct {
	At          time.Time            `json:"at"`
	PausedUntil time.Time            `json:"paused_until,omitzero"`
	Demo        bool                 `json:"demo,omitempty"`
	Notices     []string             `json:"notices,omitempty"`
	Raise       int                  `json:"raise,omitempty"`
	Order       []string             `json:"order"` // all sites by name, in order
	Changed     []*monitor.SiteState `json:"changed,omitempty"`
}

// sites is what one end of a stream knows by name.
type sites map[string]*monitor.SiteState

// encode makes the frame that brings an end that knows known up to date, and notes that it does.
func (known sites) encode(v View) frame {
	f := frame{At: v.Snapshot.At, PausedUntil: v.Snapshot.PausedUntil, Demo: v.Demo, Notices: v.Notices, Raise: v.Raise, Order: []string{}}
	for _, s := range v.Snapshot.Sites {
		name := s.Site.Name
		f.Order = append(f.Order, name)
		if known[name] != s { // an unchanged site keeps its pointer
			known[name] = s
			f.Changed = append(f.Changed, s)
		}
	}
	known.keep(f.Order)
	return f
}

// decode makes the view that f stands for at an end that knows known.
func (known sites) decode(f frame) View {
	for _, s := range f.Changed {
		known[s.Site.Name] = s
	}
	known.keep(f.Order)
	v := View{Demo: f.Demo, Notices: f.Notices, Raise: f.Raise, Snapshot: monitor.Snapshot{At: f.At, PausedUntil: f.PausedUntil}}
	for _, name := range f.Order {
		if s, ok := known[name]; ok {
			v.Snapshot.Sites = append(v.Snapshot.Sites, s)
		}
	}
	return v
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
