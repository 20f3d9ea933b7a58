package history

import (
	"bytes"
	"context"
	"database/sql"
	_ "embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"testing"
	"time"

	"modernc.org/sqlite"

	"licensewatch/internal/caldate"
	"licensewatch/monitor"
)

// until waits until something holds.
func until(t *testing.T, what string, holds func() bool) {
	t.Helper()
	deadline := time.Now().Add(20 * time.Second)
	for !holds() {
		if time.Now().After(deadline) {
			t.Fatalf("not within 20 s: %s", what)
		}
		time.Sleep(5 * time.Millisecond)
	}
}

// wantTroubles holds what was said against parts of the sentences.
func wantTroubles(t *testing.T, when string, b *book, parts ...string) {
	t.Helper()
	said := b.troubles()
	if len(said) != len(parts) {
		t.Fatalf("%s: said %q, want %d sentences", when, said, len(parts))
	}
	for i, part := range parts {
		if !strings.Contains(said[i], part) || part == "" && said[i] != "" {
			t.Errorf("%s: said %q, want %q in it", when, said[i], part)
		}
	}
}

// shell runs SQL on a file, as others may.
func shell(t *testing.T, path, script string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.ExecContext(t.Context(), script); err != nil {
		t.Fatal(err)
	}
}

//go:embed testdata/version1.sql
var ofVersion1 string

func TestAHistoryOfVersion1Migrates(t *testing.T) {
	path := newPath(t)
	shell(t, path, ofVersion1)
	b := openBook(t, path)
	wantTroubles(t, "after the migration", b)
	began := time.Date(2026, 6, 1, 10, 0, 0, 0, time.UTC)
	past := b.past(t, "Head office", "SUPEROFFICE")
	want := []monitor.Band{{From: began, Until: began.Add(2 * time.Hour)},
		{From: began.Add(2 * time.Hour), Until: began.Add(5 * time.Hour), Severity: monitor.Critical, Text: "The licence expired."}}
	if len(past.Bands) != 2 || !past.Bands[0].From.Equal(want[0].From) || !past.Bands[1].Until.Equal(want[1].Until) ||
		past.Bands[1].Severity != want[1].Severity || past.Bands[1].Text != want[1].Text {
		t.Errorf("bands are %v, want %v", past.Bands, want)
	}
	if len(past.Events) != 2 || past.Events[0].Appeared[0].Kind != "expired" || past.Events[1].Network != "direct" {
		t.Errorf("events are %v", past.Events)
	}
	told := monitor.Telling{At: began.Add(6 * time.Hour).Local(), Title: "T", Outcome: monitor.Failed, Why: "nobody listens", About: []monitor.Subject{{Site: "Head office"}}}
	b.Tell(told)
	b.flush(t)
	all := b.past(t, "", "")
	if len(all.Tellings) != 2 || all.Tellings[0].Outcome != monitor.Sent || !reflect.DeepEqual(all.Tellings[1], told) {
		t.Errorf("notifications are %v", all.Tellings)
	}
	day := caldate.New(2026, 6, 1)
	list := b.seats(t, "Head office", "SUPEROFFICE")
	if len(list) != 2 || !reflect.DeepEqual(list[0], monitor.SeatSeries{
		Module:  monitor.Module{Name: "ten-sales", Description: "Sales Premium", Type: "UserLicense", Total: 21, InUse: 20, Free: 1, Plan: true},
		Samples: []monitor.SeatSample{{Day: day, InUse: 19, Total: 21}, {Day: day.AddDays(1), InUse: 20, Total: 21}},
	}) {
		t.Errorf("seats are %v", list)
	}
	b.stop()
	checkSchema(t, path)
}

// checkSchema holds a file's schema against that of a new one.
func checkSchema(t *testing.T, path string) {
	t.Helper()
	fresh := newPath(t)
	written(t, fresh)
	schema := func(path string) (lines []string) {
		db, err := sql.Open("sqlite", path)
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		rows, err := db.QueryContext(t.Context(), `select name || ': ' || coalesce(replace(sql, '"', ''), '') from sqlite_schema
			union all select 'version ' || user_version from pragma_user_version union all select 'vacuum ' || auto_vacuum from pragma_auto_vacuum order by 1`)
		if err != nil {
			t.Fatal(err)
		}
		defer rows.Close()
		for rows.Next() {
			var line string
			if err := rows.Scan(&line); err != nil {
				t.Fatal(err)
			}
			lines = append(lines, line)
		}
		return lines
	}
	if got, want := schema(path), schema(fresh); len(got) < 10 || !reflect.DeepEqual(got, want) {
		t.Errorf("the schema is\n%s\nwant that of a new file\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestAHistoryOfANewerVersionIsLeftAlone(t *testing.T) {
	path := newPath(t)
	written(t, path, story(0)...)
	shell(t, path, `pragma user_version = 99`)
	before := content(t, path)
	b := openBook(t, path)
	b.Take(story(time.Hour)[0])
	for range 2 {
		if err := b.Flush(t.Context()); err == nil {
			t.Error("Flush confirms what is in memory only")
		}
	}
	if past := b.past(t, "A", ""); len(past.Events) != 0 {
		t.Errorf("a schema that is not known was read: %v", past)
	}
	b.stop()
	wantTroubles(t, "all the time", b, "newer Licensewatch")
	if !bytes.Equal(content(t, path), before) {
		t.Error("the file was changed")
	}
}

func content(t *testing.T, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestWhatIsNoHistoryIsSetAside(t *testing.T) {
	tests := []struct {
		name string
		make func(t *testing.T, path string)
	}{
		{"a text", func(t *testing.T, path string) {
			write(t, path, []byte(strings.Repeat("This is no database.\n", 1000)))
		}},
		{"another program's database", func(t *testing.T, path string) { shell(t, path, `create table t (a); insert into t values (1)`) }},
		{"the header of one", func(t *testing.T, path string) {
			written(t, path, story(0)...)
			write(t, path, content(t, path)[:1000])
		}},
		{"one whose pages are damaged", func(t *testing.T, path string) {
			written(t, path, story(0)...)
			data := content(t, path)
			for i := 4096; i < len(data); i++ {
				data[i] = 0xa5
			}
			write(t, path, data)
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			path := newPath(t)
			tt.make(t, path)
			before := content(t, path)
			b := openBook(t, path)
			for _, sn := range story(time.Hour) {
				b.Take(sn)
			}
			b.flush(t)
			wantTroubles(t, "after a write", b, "could not be read")
			wantBands(t, "in the new file", b.past(t, "A", "ONE"), told(time.Hour)...)
			b.stop()
			aside, err := filepath.Glob(path + ".damaged-*")
			if err != nil || len(aside) != 1 || !strings.Contains(b.troubles()[0], filepath.Base(aside[0])) {
				t.Fatalf("set aside: %q, %v; said %q", aside, err, b.troubles())
			}
			if !bytes.Equal(content(t, aside[0]), before) {
				t.Error("what was set aside was changed")
			}
			second := openBook(t, path)
			second.flush(t)
			wantTroubles(t, "after a restart", second)
		})
	}
}

func write(t *testing.T, path string, data []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestDamageThatOnlyAReaderMeetsIsHealedToo(t *testing.T) {
	path := newPath(t)
	written(t, path, story(0)...)
	b := openBook(t, path)
	b.flush(t)
	b.suspect(&sqlite.Error{}) // none of SQLite's words for damage
	b.flush(t)
	wantTroubles(t, "after another error", b)
	b.Take(story(time.Hour)[0])
	var page int
	if err := b.request(t.Context(), func(ctx context.Context) error {
		return b.Store.file.conn.QueryRowContext(ctx, `select rootpage from sqlite_schema where name = 'events_of'`).Scan(&page)
	}); err != nil {
		t.Fatal(err)
	}
	if err := b.request(t.Context(), func(ctx context.Context) error { // so that the page is in the file, and in nobody's cache
		_, err := b.Store.file.conn.ExecContext(ctx, `pragma wal_checkpoint(truncate)`)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteAt(bytes.Repeat([]byte{0xa5}, 4096), int64(page-1)*4096); err != nil {
		t.Fatal(err)
	}
	// f stays open until the history is closed: closing it would take SQLite's locks away
	t.Cleanup(func() { f.Close() })
	b.past(t, "A", "ONE")
	until(t, "it is set aside", func() bool { return len(b.troubles()) == 1 })
	wantTroubles(t, "after a read", b, "could not be read")
	b.flush(t)
	if past := b.past(t, "A", "ONE"); len(past.Events) != 0 {
		t.Errorf("the new file has %v", past.Events)
	}
}

func TestAFileThatWasRemovedIsMadeAgain(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("Windows does not let go of a file that is open")
	}
	path := newPath(t)
	b := openBook(t, path)
	b.Take(story(0)[0])
	b.flush(t)
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	b.Take(story(0)[1])
	b.flush(t)
	b.stop()
	if events := openBook(t, path).past(t, "A", "ONE").Events; len(events) != 1 {
		t.Errorf("the new file has %v, want what came after the old one was removed", events)
	}
}

func TestTheFileIsItsUsersAloneAndOneAtTheEnd(t *testing.T) {
	path := newPath(t)
	b := openBook(t, path)
	b.Take(story(0)[0])
	b.flush(t)
	b.past(t, "A", "ONE") // a connection that reads
	if runtime.GOOS != "windows" {
		for name, want := range map[string]fs.FileMode{filepath.Dir(path): 0o700 | fs.ModeDir, path: 0o600, path + "-wal": 0o600, path + "-shm": 0o600} {
			if about, err := os.Stat(name); err != nil || about.Mode() != want {
				t.Errorf("%s: %v, %v; want %v", filepath.Base(name), about.Mode(), err, want)
			}
		}
	}
	b.stop()
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil || len(entries) != 1 {
		t.Errorf("at the end there are %v, %v; want one file", entries, err)
	}
	for _, err := range []error{b.Flush(t.Context()), b.Looked(t.Context(), noon), b.Rename(t.Context(), "A", "B"), b.Invent(t.Context(), Year{})} {
		if !errors.Is(err, ErrEnded) {
			t.Errorf("after the end: %v, want %v", err, ErrEnded)
		}
	}
	if _, err := b.Past(t.Context(), "A", "", noon); !errors.Is(err, ErrEnded) {
		t.Errorf("Past after the end = %v, want %v", err, ErrEnded)
	}
}

func TestOthersMayReadMeanwhile(t *testing.T) {
	path := newPath(t)
	b := openBook(t, path)
	b.Take(story(0)[0])
	b.flush(t)
	other, err := sql.Open("sqlite", fmt.Sprintf("file:%s?mode=ro", path))
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	tx, err := other.BeginTx(t.Context(), &sql.TxOptions{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback()
	count := func() (n int) {
		t.Helper()
		if err := tx.QueryRowContext(t.Context(), `select count(*) from states`).Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	before := count()
	for _, sn := range story(time.Hour) {
		b.Take(sn)
	}
	b.flush(t) // is not held up
	if after := count(); before != 2 || after != before {
		t.Errorf("the reader saw %d states, then %d; want 2 of one instant", before, after)
	}
	wantTroubles(t, "with a reader", b)
}

func TestSentencesNameTheFileAndTheRemedy(t *testing.T) {
	_, missing := os.Open(filepath.Join(t.TempDir(), "missing"))
	for _, err := range []error{errNewer, fs.ErrPermission, missing, errors.New("odd")} {
		text := sentence(err, "/x/history.db")
		if !strings.Contains(text, "/x/history.db") || !strings.Contains(text, "in memory only") || strings.Count(text, ". ") != 0 || !strings.HasSuffix(text, ".") {
			t.Errorf("of %v: %q", err, text)
		}
	}
}
