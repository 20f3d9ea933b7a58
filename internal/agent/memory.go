package agent

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"licensewatch/internal/atomicfile"
	"licensewatch/monitor"
)

// saveEvery is how often states without news are saved: those of a thousand owners are 0.6 MB, and as much for the copy of the former.
const saveEvery = 5 * time.Minute

// memory is what outlives the agent. A decision stays in Outbox until the desktop took its notification.
type memory struct {
	Version     int                  `json:"version"`     // 2
	At          time.Time            `json:"at,omitzero"` // when it was saved
	PausedUntil time.Time            `json:"paused_until,omitzero"`
	Sites       []*monitor.SiteState `json:"sites"`
	Alerts      []monitor.Alert      `json:"alerts,omitempty"`
	Snoozes     []monitor.Hand       `json:"snoozes,omitempty"`
	Outbox      []monitor.Decision   `json:"outbox,omitempty"`
}

// first is the memory of version 1. It knew events where there are decisions now, and told all of them.
type first struct {
	PausedUntil time.Time            `json:"paused_until"`
	Sites       []*monitor.SiteState `json:"sites"`
	Outbox      []monitor.Event      `json:"outbox"`
}

// remember reads a memory of any version.
func remember(data []byte, now time.Time) (m memory, err error) {
	var head struct {
		Version int `json:"version"`
	}
	if err := json.Unmarshal(data, &head); err != nil {
		return memory{}, err
	}
	switch head.Version {
	case 1:
		var f first
		err = json.Unmarshal(data, &f)
		m = memory{PausedUntil: f.PausedUntil, Sites: f.Sites, Alerts: monitor.AlertsOf(f.Sites, now)}
		for _, e := range f.Outbox {
			m.Outbox = append(m.Outbox, e.News()...)
		}
	case 2:
		err = json.Unmarshal(data, &m)
	default:
		err = fmt.Errorf("it is of version %d, which this program does not know", head.Version)
	}
	return m, err
}

// load reads what an earlier agent saved. What cannot be read is said, and kept beside the file.
func (n *announcer) load() memory {
	var m memory
	_, err := atomicfile.Read(n.State, func(data []byte) (err error) {
		m, err = remember(data, time.Now())
		return err
	})
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		n.Log.Warn("what was known before cannot be read: all that is found now counts as new", "file", n.State, "err", err)
		os.Rename(n.State, n.State+".unreadable")
		return memory{}
	}
	n.outbox = m.Outbox
	return m
}

// keep saves until ctx ends: news at once, else now and then.
func (n *announcer) keep(ctx context.Context) {
	var saved time.Time
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-n.stale:
		case <-timer.C:
		}
		n.mu.Lock()
		dirty, urgent := n.dirty, n.urgent
		n.mu.Unlock()
		now := time.Now()
		wait := saved.Add(saveEvery).Sub(now)
		if urgent || dirty && wait <= 0 {
			n.save()
			saved, dirty = now, false
		}
		if !dirty {
			wait = time.Hour
		}
		timer.Reset(wait)
	}
}

// save writes states and outbox. Modules are left out: they are most of the bytes, and are read again at once.
func (n *announcer) save() {
	n.mu.Lock()
	n.dirty, n.urgent = false, false
	s, outbox := n.latest, n.outbox
	n.mu.Unlock()
	if s.At.IsZero() {
		return // the monitor never spoke: what an earlier agent saved still holds
	}
	m := memory{
		Version: 2, At: time.Now().Round(0), PausedUntil: s.PausedUntil, Sites: make([]*monitor.SiteState, len(s.Sites)),
		Alerts: s.Alerts, Snoozes: s.Snoozes, Outbox: outbox,
	}
	for i, site := range s.Sites {
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
