package history

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	_ "modernc.org/sqlite" // the driver: SQLite itself, translated to Go, so that no C compiler is needed for any system
)

// file is the open history file with its one connection that writes.
type file struct {
	path    string
	about   fs.FileInfo // to see whether it is still there
	db      *sql.DB
	conn    *sql.Conn
	stmts   map[string]*sql.Stmt
	owners  map[place]int64
	modules map[string]int64
}

// openFile opens the file, makes it if there is none, and migrates it.
func openFile(ctx context.Context, path string) (f *file, err error) {
	if err := create(path); err != nil {
		return nil, err
	}
	f = &file{path: path, stmts: map[string]*sql.Stmt{}, owners: map[place]int64{}, modules: map[string]int64{}}
	defer func() {
		if err != nil {
			f.close()
		}
	}()
	if f.about, err = os.Stat(path); err != nil {
		return nil, err
	}
	// 1.5 MB of cache is enough for a batch; a journal that grew is cut again. Full: what is confirmed outlives a power cut too.
	if f.db, err = sql.Open("sqlite", dsn(path, "mode=rw", "cache_size(-1500)", "synchronous(full)", "journal_size_limit(4194304)")); err != nil {
		return nil, err
	}
	f.db.SetMaxOpenConns(1)
	if f.conn, err = f.db.Conn(ctx); err != nil {
		return nil, err
	}
	if err := migrate(ctx, f.conn); err != nil {
		return nil, err
	}
	return f, nil
}

// create makes an empty file that only its user may read, where there is none; one that is there is not opened: closing it would
// take SQLite's locks on it away.
func create(path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	if about, err := os.Stat(path); err == nil {
		if about.Mode().Perm()&0o077 != 0 {
			os.Chmod(path, 0o600) // a disk without modes is no reason to do without a history
		}
		return nil
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	return f.Close()
}

// dsn names the file to the driver, with a few pragmas.
func dsn(path, mode string, pragmas ...string) string {
	path = filepath.ToSlash(path)
	if !strings.HasPrefix(path, "/") {
		path = "/" + path // C:/…
	}
	u := url.URL{Scheme: "file", Path: path, RawQuery: mode + "&_pragma=busy_timeout(5000)&_pragma=mmap_size(0)"}
	for _, p := range pragmas {
		u.RawQuery += "&_pragma=" + p
	}
	return u.String()
}

// close closes the file. The last connection takes the WAL files away.
func (f *file) close() {
	if f == nil {
		return
	}
	for _, stmt := range f.stmts {
		stmt.Close()
	}
	if f.conn != nil {
		f.conn.Close()
	}
	if f.db != nil {
		f.db.Close()
	}
}

// there reports whether the file is still the one at its path: somebody may have removed it.
func (f *file) there() bool {
	about, err := os.Stat(f.path)
	return err == nil && os.SameFile(about, f.about)
}

// setAside renames a damaged file and what of it is in its WAL, and returns the new name.
func setAside(path string) (string, error) {
	stem := path + ".damaged-" + time.Now().Format("20060102-150405")
	aside := stem
	for n := 2; ; n++ { // a rename would replace what another was set aside as
		if _, err := os.Lstat(aside); errors.Is(err, fs.ErrNotExist) {
			break
		} else if err != nil {
			return "", err
		}
		aside = fmt.Sprintf("%s-%d", stem, n)
	}
	if err := os.Rename(path, aside); err != nil {
		return "", err
	}
	if err := os.Rename(path+"-wal", aside+"-wal"); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", err
	}
	os.Remove(path + "-shm") // made again from the WAL
	return aside, nil
}

// endLasting ends what lasts with the watch in which it began: one that ends later may be of a clock that was wrong.
const endLasting = `update bands set until = max(began, coalesce(
	(select w.until from watches w where w.began <= bands.began order by w.began desc limit 1), 0)) where until is null`

// connect opens the file for writing, and a new one if it is damaged. What lasted in it ends when somebody last watched.
func (s *Store) connect(ctx context.Context) error {
	f, err := s.openOrReplace(ctx)
	if err != nil {
		return err
	}
	if _, err := f.conn.ExecContext(ctx, endLasting); err != nil {
		f.close()
		return err
	}
	s.file = f
	s.mu.Lock()
	defer s.mu.Unlock()
	lasting := batch{networks: s.known.networks}
	for _, of := range s.known.lasting {
		for _, b := range of {
			lasting.bands = append(lasting.bands, b)
		}
	}
	s.queue = joined(s.queue, lasting)
	return nil
}

func (s *Store) openOrReplace(ctx context.Context) (f *file, err error) {
	s.mu.Lock()
	err = s.damage
	s.mu.Unlock()
	if err == nil {
		f, err = openFile(ctx, s.Path)
	}
	if !damaged(err) {
		return f, err
	}
	s.freshReader()
	aside, moved := setAside(s.Path)
	if moved != nil {
		return nil, fmt.Errorf("%w, and it cannot be set aside: %w", err, moved)
	}
	s.mu.Lock()
	s.damage = nil
	s.mu.Unlock()
	s.voice.notes(fmt.Sprintf("The history in %s could not be read (%v): it is kept as %s, and a new one has begun.", s.Path, err, filepath.Base(aside)))
	return openFile(ctx, s.Path)
}
