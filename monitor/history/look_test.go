package history

import (
	"bytes"
	"database/sql"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"licensewatch/monitor"
)

func TestReadChangesNothing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "history.db")
	if past, err := Read(t.Context(), path, time.UnixMilli(0)); err != nil || len(past.Events) > 0 {
		t.Errorf("of no file: %+v, %v", past, err)
	}
	if _, err := os.Stat(path); err == nil {
		t.Error("a file was made")
	}
	at := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	db, err := sql.Open("sqlite", dsn(path, "mode=rwc"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	s := Open(Options{Path: path})
	s.Tell(monitor.Telling{At: at, Title: "It ends", Severity: monitor.Warning, Outcome: monitor.Sent})
	if err := s.save(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.close()
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	past, err := Read(t.Context(), path, time.UnixMilli(0))
	if err != nil || len(past.Tellings) != 1 || past.Tellings[0].Title != "It ends" || !past.Tellings[0].At.Equal(at) {
		t.Errorf("Read = %+v, %v", past, err)
	}
	if after, err := os.ReadFile(path); err != nil || !bytes.Equal(after, before) {
		t.Errorf("the file has changed (%v)", err)
	}
	if _, err := db.Exec("pragma user_version = 99"); err != nil {
		t.Fatal(err)
	}
	if _, err := Read(t.Context(), path, time.UnixMilli(0)); err == nil || !strings.Contains(err.Error(), "another version of Licensewatch") {
		t.Errorf("of a newer file: %v", err)
	}
}
