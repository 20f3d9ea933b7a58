package history

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"
	"time"

	"licensewatch/internal/caldate"
	"licensewatch/monitor"
)

// Seats returns the seats of an owner's modules since the day of an instant, user plans first, then in the licence's order. The
// forecasts are left empty.
func (s *Store) Seats(ctx context.Context, site, owner string, since time.Time) ([]monitor.SeatSeries, error) {
	var list []monitor.SeatSeries
	err := s.look(ctx, site, func(v *view) (err error) {
		list, err = v.seats(place{site, owner}, caldate.Of(since.Local()))
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("the seats in %s: %w", s.Path, err)
	}
	return list, nil
}

// table is the seats of an owner's modules.
type table struct {
	byName    map[string]*monitor.SeatSeries
	positions map[string]int // in the licence
}

func (v *view) seats(of place, since caldate.Date) ([]monitor.SeatSeries, error) {
	t := table{map[string]*monitor.SeatSeries{}, map[string]int{}}
	if err := v.savedSeats(t, of, since); err != nil {
		return nil, err
	}
	var days []caldate.Date
	for at := range v.memory.seats {
		if at.place == of && at.day.DaysFrom(since) >= 0 {
			days = append(days, at.day)
		}
	}
	slices.SortFunc(days, func(a, b caldate.Date) int { return a.DaysFrom(b) })
	for _, day := range days {
		for position, m := range v.memory.seats[onDay{of, day}] {
			series := t.of(m, position)
			add(series, day, m.InUse, m.Total)
		}
	}
	return t.sorted(), nil
}

// of returns the series of a module, which is as m from now on.
func (t table) of(m monitor.Module, position int) *monitor.SeatSeries {
	series := t.byName[m.Name]
	if series == nil {
		series = &monitor.SeatSeries{}
		t.byName[m.Name] = series
	}
	series.Module, t.positions[m.Name] = m, position
	return series
}

// add adds a day's seats where they belong, or corrects them.
func add(series *monitor.SeatSeries, day caldate.Date, inUse, total int) {
	at := len(series.Samples)
	for at > 0 && series.Samples[at-1].Day.DaysFrom(day) >= 0 { // of an earlier day only where the clock was set back
		at--
	}
	sample := monitor.SeatSample{Day: day, InUse: inUse, Total: total}
	if at < len(series.Samples) && series.Samples[at].Day == day {
		series.Samples[at] = sample
	} else {
		series.Samples = slices.Insert(series.Samples, at, sample)
	}
	last := series.Samples[len(series.Samples)-1]
	series.Module.InUse, series.Module.Total = last.InUse, last.Total
}

// sorted returns the series that have samples.
func (t table) sorted() []monitor.SeatSeries {
	var list []monitor.SeatSeries
	for _, series := range t.byName {
		if len(series.Samples) > 0 {
			list = append(list, *series)
		}
	}
	slices.SortFunc(list, func(a, b monitor.SeatSeries) int {
		if a.Module.Plan != b.Module.Plan {
			if a.Module.Plan {
				return -1
			}
			return 1
		}
		return cmp.Or(cmp.Compare(t.positions[a.Module.Name], t.positions[b.Module.Name]), cmp.Compare(a.Module.Name, b.Module.Name))
	})
	return list
}

// savedSeats adds what is in the file.
func (v *view) savedSeats(t table, of place, since caldate.Date) error {
	const owner = `(select id from owners where site = (select id from sites where name = ?1) and name = ?2)`
	site := v.inFile(of.site)
	byID := map[int64]*monitor.SeatSeries{}
	err := v.rows(func(rows *sql.Rows) error {
		var id int64
		var position int
		var m monitor.Module
		err := rows.Scan(&id, &m.Name, &position, &m.Description, &m.Type, &m.Free, &m.Unrestricted, &m.Hidden, &m.Plan)
		byID[id] = t.of(m, position)
		return err
	}, `select module, name, position, description, type, free, unrestricted, hidden, plan
		from owner_modules join modules on modules.id = module where owner = `+owner, site, of.owner)
	if err != nil {
		return err
	}
	var number int
	var day caldate.Date
	return v.rows(func(rows *sql.Rows) error {
		var n, inUse, total int
		var id int64
		var invented bool
		if err := rows.Scan(&n, &id, &inUse, &total, &invented); err != nil {
			return err
		}
		if n != number {
			number, day = n, epoch.AddDays(n)
		}
		if series := byID[id]; series != nil {
			add(series, day, inUse, total)
			series.Invented = series.Invented || invented
		}
		return nil
	}, `select day, module, in_use, total, invented from seats where owner = `+owner+` and day >= ?3 order by day, module`,
		site, of.owner, dayNumber(since))
}
