package history

import (
	"cmp"
	"context"
	"database/sql"
	"maps"
	"slices"
	"time"
)

// reader opens connections that only read, when somebody asks, and closes them soon after.
type reader struct{ db *sql.DB }

func newReader(path string) *reader {
	db, err := sql.Open("sqlite", dsn(path, "mode=ro", "cache_size(-1000)"))
	if err != nil {
		panic(err) // the driver is not registered: it is imported here
	}
	db.SetMaxOpenConns(2)
	db.SetMaxIdleConns(1)
	db.SetConnMaxIdleTime(30 * time.Second)
	return &reader{db}
}

func (r *reader) close() { r.db.Close() }

// freshReader lets go of a file that is not at its path any more.
func (s *Store) freshReader() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.reader.close()
	s.reader = newReader(s.Path)
}

// view is the file and memory at one instant: nothing is in both, nothing in neither.
type view struct {
	ctx    context.Context
	tx     *sql.Tx // nil: the file cannot be read
	memory batch
	known  map[string]band // by owner: how the site that is asked for stands
	until  time.Time       // they last until then
	out    string          // its network
}

// look calls f with a view for a site. What the file does not tell while there is trouble, which has been said, is left out.
func (s *Store) look(ctx context.Context, site string, f func(*view) error) error {
	select {
	case <-s.ended:
		return ErrEnded
	default:
	}
	select {
	case s.gate <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	s.mu.Lock()
	r := s.reader
	s.mu.Unlock()
	v := &view{ctx: ctx}
	tx, err := r.db.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err == nil {
		defer tx.Rollback()
		err = v.begin(tx)
	}
	s.mu.Lock()
	v.memory = joined(s.writes, s.queue)
	v.known, v.until, v.out = maps.Clone(s.known.lasting[site]), s.known.carried, s.known.networks[site]
	s.mu.Unlock()
	<-s.gate
	if err == nil {
		err = f(v)
	}
	if err == nil || ctx.Err() != nil {
		return cmp.Or(ctx.Err(), err)
	}
	s.mu.Lock()
	present := r == s.reader
	s.mu.Unlock()
	if present { // else it is of a file that has been set aside
		s.suspect(err)
	}
	s.Log.Warn("the history cannot be read", "file", s.Path, "err", err)
	v.tx = nil
	return f(v)
}

// begin fixes what the file says, if it is of the present version: others are not read.
func (v *view) begin(tx *sql.Tx) error {
	var version, tables int
	err := tx.QueryRowContext(v.ctx, `select user_version, (select count(*) from sqlite_schema) from pragma_user_version`).Scan(&version, &tables)
	if err == nil && version == len(migrations) {
		v.tx = tx
	}
	return err
}

// rows calls each for every row that the file has.
func (v *view) rows(each func(*sql.Rows) error, query string, args ...any) error {
	if v.tx == nil {
		return nil
	}
	rows, err := v.tx.QueryContext(v.ctx, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := each(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// inFile returns the name that a site has in the file, where it may not be renamed yet.
func (v *view) inFile(site string) string {
	for _, r := range slices.Backward(v.memory.renames) {
		switch site {
		case r.is:
			site = r.was
		case r.was:
			return "\x00" // the site that has it there has another now, and this one is not there
		}
	}
	return site
}

// LastLook returns when the window was last looked at, zero if never.
func (s *Store) LastLook(ctx context.Context) (at time.Time, err error) {
	err = s.look(ctx, "", func(v *view) error {
		at = v.memory.looked
		return v.rows(func(rows *sql.Rows) error {
			var saved int64
			err := rows.Scan(&saved)
			if t := time.UnixMilli(saved); t.After(at) {
				at = t
			}
			return err
		}, `select at from looks`)
	})
	return at, err
}
