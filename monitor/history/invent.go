package history

import (
	"context"
	"time"

	"licensewatch/monitor"
)

// Year is a past that never happened, of any length: the demo's.
type Year struct {
	Lives    []Life
	Events   []monitor.Event
	Tellings []monitor.Telling
	Looked   time.Time // when somebody is said to have looked last; zero: never
}

// Life is how an owner stood and how its seats were used, or how a site as a whole stood if Owner is empty. Forecasts are not
// looked at, and of a series' module only what does not change from day to day.
type Life struct {
	Site  string
	Owner string
	Bands []monitor.Band
	Seats []monitor.SeatSeries
}

// Invent writes a past that never happened and marks all of it as invented. It replaces nothing that was really seen. It waits for
// Run, and nothing of it is kept if it cannot be written.
func (s *Store) Invent(ctx context.Context, y Year) error {
	return s.request(ctx, func(ctx context.Context) error {
		return s.file.transact(ctx, func(w *writing) { w.year(y) })
	})
}

func (w *writing) year(y Year) {
	for _, life := range y.Lives {
		w.life(life)
	}
	for _, e := range y.Events {
		w.event(e, true)
	}
	for _, t := range y.Tellings {
		w.telling(t, true)
	}
	if !y.Looked.IsZero() {
		w.looked(y.Looked)
	}
}

func (w *writing) life(l Life) {
	at := place{l.Site, l.Owner}
	for _, b := range l.Bands {
		w.band(band{place: at, from: b.From, until: b.Until, severity: b.Severity, text: b.Text}, true)
	}
	owner := w.owner(at)
	for position, series := range l.Seats {
		if _, known := w.id(`select 1 from owner_modules where owner = ? and module = ?`, owner, w.module(series.Module.Name)); !known {
			w.about(owner, position, series.Module)
		}
		for _, sample := range series.Samples {
			w.seat(owner, sample.Day, series.Module, sample.InUse, sample.Total, true)
		}
	}
}
