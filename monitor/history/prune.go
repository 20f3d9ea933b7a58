package history

import (
	"context"
	"strconv"
	"time"

	"licensewatch/internal/caldate"
)

const (
	pruneEvery = 24 * time.Hour
	steadyFor  = time.Hour // nothing is forgotten before the clock has gone on so long: it may have been set wrong
	pruneRows  = 5_000     // about so many are forgotten in one transaction
	spareKept  = 1_000     // free pages that are kept for what comes
	spareGiven = 2_000     // pages given back to the disk in one transaction
)

// pruning is how far the forgetting of what is too old has come.
type pruning struct {
	next  time.Time // when it begins again
	owner int64     // whose seats and bands were forgotten last; 0: it has not begun
}

// old are what is forgotten by its age alone.
var old = []string{
	`delete from about where telling in (select id from tellings where at < ? order by at limit ?)`,
	`delete from tellings where id in (select id from tellings where at < ? order by at limit ?)`,
	`delete from events where id in (select id from events where at < ? order by at limit ?)`,
	`delete from watches where began in (select began from watches where until < ? order by began limit ?)`,
}

// empty are names that nothing is said of any more.
var empty = []string{
	`delete from owner_modules where owner = ?1 and not exists (select 1 from seats where owner = ?1)`,
	`delete from owners where id = ?1 and not exists (select 1 from seats where owner = ?1) and not exists (select 1 from bands where owner = ?1)
		and not exists (select 1 from events where owner = ?1) and not exists (select 1 from about where owner = ?1)`,
}

// prune takes a step in forgetting what is older than it is to be kept, if there is anything to do, and gives room back. Steps are
// small, so that nothing waits long.
func (s *Store) prune(ctx context.Context, now time.Time) {
	s.mu.Lock()
	steady := now.Sub(s.known.began) >= steadyFor
	s.mu.Unlock()
	if s.file == nil || now.Before(s.pruned.next) || !steady {
		return
	}
	next := s.pruned
	before := now.Add(-s.Keep)
	err := s.file.transact(ctx, func(w *writing) {
		left := int64(pruneRows)
		for left > 0 {
			owner, found := w.id(`select id from owners where id > ? order by id limit 1`, next.owner)
			if !found {
				break
			}
			next.owner = owner
			left -= 1 + w.changes(`delete from seats where owner = ? and day < ?`, owner, dayNumber(caldate.Of(before.Local())))
			left -= w.changes(`delete from bands where owner = ? and until < ?`, owner, ms(before))
			for _, text := range empty {
				w.changes(text, owner)
			}
		}
		if left <= 0 {
			return
		}
		more := false
		for _, text := range old {
			more = w.changes(text, ms(before), pruneRows) == pruneRows || more
		}
		w.changes(`delete from sites where id not in (select site from owners)`)
		if !more {
			next = pruning{next: now.Add(pruneEvery)}
		}
	})
	if err == nil {
		s.file.forget() // numbers of names that may be gone
		err = s.file.giveBack(ctx)
	}
	if err != nil {
		s.suspect(err)
		s.Log.Warn("old history cannot be forgotten now: it is tried again", "file", s.Path, "err", err)
		return
	}
	s.pruned = next
}

// changes does what exec does and returns how many rows it changed.
func (w *writing) changes(text string, args ...any) int64 {
	stmt := w.stmt(text)
	if w.err != nil {
		return 0
	}
	result, err := stmt.ExecContext(w.ctx, args...)
	if err != nil {
		w.err = err
		return 0
	}
	n, _ := result.RowsAffected()
	return n
}

// giveBack makes the file smaller where much of it is free.
func (f *file) giveBack(ctx context.Context) error {
	var free int
	if err := f.conn.QueryRowContext(ctx, `pragma freelist_count`).Scan(&free); err != nil || free <= spareKept {
		return err
	}
	_, err := f.conn.ExecContext(ctx, `pragma incremental_vacuum(`+strconv.Itoa(min(free-spareKept, spareGiven))+`)`)
	return err
}
