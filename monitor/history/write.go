package history

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"licensewatch/internal/caldate"
	"licensewatch/monitor"
)

// save writes what has been taken until now as one transaction. What cannot be written goes back into the queue, and the file is
// closed, since some troubles end only by opening it anew.
func (s *Store) save(ctx context.Context) error {
	s.voice.begins(time.Now())
	defer s.voice.ends()
	err := s.saveOnce(ctx)
	if damaged(err) {
		s.suspect(err)
		err = s.saveOnce(ctx) // into a new file
	}
	if err != nil {
		s.file.close()
		s.file = nil
		s.voice.fails(err, s.Path)
		return err
	}
	s.voice.works()
	return nil
}

func (s *Store) saveOnce(ctx context.Context) error {
	s.mu.Lock()
	damage := s.damage
	s.mu.Unlock()
	if s.file != nil && (damage != nil || !s.file.there()) {
		s.file.close()
		s.file = nil
		s.freshReader()
	}
	if s.file == nil {
		if err := s.connect(ctx); err != nil {
			return err
		}
	}
	s.mu.Lock()
	s.writes, s.queue = s.queue, batch{}
	b := s.writes
	s.mu.Unlock()
	err := s.file.begin(ctx, func(w *writing) { w.batch(b) })
	s.gate <- struct{}{}
	if err == nil {
		_, err = s.file.conn.ExecContext(ctx, "commit")
	}
	s.mu.Lock()
	if s.known.full = err != nil && s.known.full; err != nil {
		s.queue = joined(s.writes, s.queue)
		s.bound()
	}
	s.writes = batch{}
	s.mu.Unlock()
	<-s.gate
	return err
}

// suspect has the file set aside by the next save if an error says that it is damaged.
func (s *Store) suspect(err error) {
	if damaged(err) {
		s.mu.Lock()
		s.damage = err
		s.mu.Unlock()
		s.nudge()
	}
}

// transact does something whole or not at all.
func (f *file) transact(ctx context.Context, do func(*writing)) error {
	err := f.begin(ctx, do)
	if err == nil {
		_, err = f.conn.ExecContext(ctx, "commit")
	}
	if err != nil {
		f.conn.ExecContext(ctx, "rollback") // some errors have done it already
		f.forget()
	}
	return err
}

// begin begins a transaction, does something in it, and leaves it open.
func (f *file) begin(ctx context.Context, do func(*writing)) error {
	if _, err := f.conn.ExecContext(ctx, "begin immediate"); err != nil {
		return err
	}
	w := &writing{file: f, ctx: ctx}
	do(w)
	return w.err
}

// forget forgets the numbers of names: some may not be in the file.
func (f *file) forget() {
	clear(f.owners)
	clear(f.modules)
}

// batch writes what was taken.
func (w *writing) batch(b batch) {
	for _, r := range b.renames {
		w.rename(r)
	}
	for site, network := range b.networks {
		w.owner(place{site: site})
		w.exec(`update sites set network = ? where name = ?`, network, site)
	}
	for _, t := range b.watches {
		w.exec(`insert into watches (began, until) values (?, ?) on conflict do update set until = excluded.until`, ms(t.from), ms(t.until))
	}
	for _, b := range b.bands {
		w.band(b, false)
	}
	for _, e := range b.events {
		w.event(e, false)
	}
	for _, t := range b.tellings {
		w.telling(t, false)
	}
	w.seats(b.seats)
	if !b.looked.IsZero() {
		w.looked(b.looked)
	}
}

func (w *writing) looked(at time.Time) {
	w.exec(`delete from looks`)
	w.exec(`insert into looks (at) values (?)`, ms(at))
}

// writing is a transaction under way. After an error nothing more is done.
type writing struct {
	*file
	ctx context.Context
	err error
}

// stmt returns the prepared statement of a text.
func (w *writing) stmt(text string) *sql.Stmt {
	if stmt, ok := w.stmts[text]; ok || w.err != nil {
		return stmt
	}
	stmt, err := w.conn.PrepareContext(w.ctx, text)
	if err != nil {
		w.err = err
		return nil
	}
	w.stmts[text] = stmt
	return stmt
}

func (w *writing) exec(text string, args ...any) {
	if stmt := w.stmt(text); w.err == nil {
		_, w.err = stmt.ExecContext(w.ctx, args...)
	}
}

// id returns the number that a query finds or a statement gives.
func (w *writing) id(text string, args ...any) (id int64, found bool) {
	stmt := w.stmt(text)
	if w.err != nil {
		return 0, false
	}
	err := stmt.QueryRowContext(w.ctx, args...).Scan(&id)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, false
	}
	w.err = err
	return id, err == nil
}

// intern returns the number of what a query finds, else of what a statement makes.
func (w *writing) intern(find, make string, args ...any) int64 {
	id, found := w.id(find, args...)
	if !found && w.err == nil {
		id, _ = w.id(make, args...)
	}
	return id
}

func (w *writing) owner(p place) int64 {
	id, ok := w.owners[p]
	if !ok {
		site := w.intern(`select id from sites where name = ?`, `insert into sites (name) values (?) returning id`, p.site)
		id = w.intern(`select id from owners where site = ? and name = ?`, `insert into owners (site, name) values (?, ?) returning id`, site, p.owner)
		w.owners[p] = id
	}
	return id
}

func (w *writing) module(name string) int64 {
	id, ok := w.modules[name]
	if !ok {
		id = w.intern(`select id from modules where name = ?`, `insert into modules (name) values (?) returning id`, name)
		w.modules[name] = id
	}
	return id
}

// rename gives a site its new name. Another one that had it keeps its history under a name that no site has.
func (w *writing) rename(r renaming) {
	if _, known := w.id(`select id from sites where name = ?`, r.was); known {
		w.exec(`update sites set name = name || ' #' || id where name = ?`, r.is)
		w.exec(`update sites set name = ? where name = ?`, r.is, r.was)
	}
	clear(w.owners)
}

// band notes how a place stood. What was invented never replaces what was seen.
func (w *writing) band(b band, invented bool) {
	var until any
	if !b.until.IsZero() {
		until = ms(b.until)
	}
	text := `insert into bands (owner, began, until, severity, status, text, invented) values (?, ?, ?, ?, ?, ?, ?) on conflict `
	if invented {
		text += `do nothing`
	} else {
		text += `do update set until = excluded.until, severity = excluded.severity, status = excluded.status, text = excluded.text, invented = 0`
	}
	w.exec(text, w.owner(b.place), ms(b.from), until, int(b.severity), b.status, b.text, invented)
}

func (w *writing) event(e monitor.Event, invented bool) {
	w.exec(`insert into events (at, owner, network, was, became, appeared, gone, invented) values (?, ?, ?, ?, ?, ?, ?, ?)`,
		ms(e.At), w.owner(place{e.Site, e.Owner}), e.Network, int(e.From), int(e.To), w.json(e.Appeared), w.json(e.Gone), invented)
}

func (w *writing) json(list []monitor.Finding) string {
	if len(list) == 0 {
		return "[]"
	}
	data, err := json.Marshal(list)
	if w.err == nil {
		w.err = err
	}
	return string(data)
}

func (w *writing) telling(t monitor.Telling, invented bool) {
	id, _ := w.id(`insert into tellings (at, title, text, severity, outcome, why, invented) values (?, ?, ?, ?, ?, ?, ?) returning id`,
		ms(t.At), t.Title, t.Text, int(t.Severity), string(t.Outcome), t.Why, invented)
	for _, of := range t.About {
		w.exec(`insert or ignore into about (telling, owner) values (?, ?)`, id, w.owner(place{of.Site, of.Owner}))
	}
}

// seats writes readings in the order in which the file keeps them.
func (w *writing) seats(list map[onDay][]monitor.Module) {
	order := make([]onDay, 0, len(list))
	for at := range list {
		order = append(order, at)
	}
	slices.SortFunc(order, func(a, b onDay) int {
		return cmp.Or(cmp.Compare(w.owner(a.place), w.owner(b.place)), dayNumber(a.day)-dayNumber(b.day))
	})
	for i, at := range order {
		owner := w.owner(at.place)
		latest := i+1 == len(order) || order[i+1].place != at.place
		for position, m := range list[at] {
			w.seat(owner, at.day, m, m.InUse, m.Total, false)
			if latest {
				w.about(owner, position, m)
			}
		}
	}
}

func (w *writing) seat(owner int64, day caldate.Date, m monitor.Module, inUse, total int, invented bool) {
	text := `insert into seats (owner, day, module, in_use, total, invented) values (?, ?, ?, ?, ?, ?) on conflict `
	if invented {
		text += `do nothing`
	} else {
		text += `do update set in_use = excluded.in_use, total = excluded.total, invented = 0
			where in_use <> excluded.in_use or total <> excluded.total or invented`
	}
	w.exec(text, owner, dayNumber(day), w.module(m.Name), inUse, total, invented)
}

// about notes a module as it is now.
func (w *writing) about(owner int64, position int, m monitor.Module) {
	w.exec(`insert into owner_modules (owner, module, position, description, type, free, unrestricted, hidden, plan) values (?, ?, ?, ?, ?, ?, ?, ?, ?)
		on conflict do update set position = excluded.position, description = excluded.description, type = excluded.type, free = excluded.free,
			unrestricted = excluded.unrestricted, hidden = excluded.hidden, plan = excluded.plan
		where (position, description, type, free, unrestricted, hidden, plan) is not
			(excluded.position, excluded.description, excluded.type, excluded.free, excluded.unrestricted, excluded.hidden, excluded.plan)`,
		owner, w.module(m.Name), position, m.Description, m.Type, m.Free, m.Unrestricted, m.Hidden, m.Plan)
}

// ms is how instants are kept.
func ms(t time.Time) int64 { return t.UnixMilli() }

var epoch = caldate.New(1970, time.January, 1)

// dayNumber is how days are kept.
func dayNumber(d caldate.Date) int { return d.DaysFrom(epoch) }
