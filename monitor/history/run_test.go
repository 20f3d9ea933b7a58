package history

import (
	"context"
	"database/sql"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"licensewatch/monitor"
)

func TestRunWritesCarriesAndForgetsByItself(t *testing.T) {
	path := newPath(t)
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		b := prepare(path)
		b.Keep = 24 * time.Hour
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error)
		go func() { done <- b.Run(ctx) }()
		b.Take(monitor.Snapshot{At: began, Sites: []*monitor.SiteState{site("A", "ONE", monitor.Warning, "It nears its end.")},
			Events: []monitor.Event{{At: began, Site: "A", Owner: "ONE"}}})
		time.Sleep(3 * time.Second)
		synctest.Wait()
		if n := number(t, path, `select count(*) from events`); n != 1 {
			t.Errorf("after 3 s there are %d events, want 1", n)
		}
		time.Sleep(20 * time.Minute) // no snapshot comes: nothing changes
		synctest.Wait()
		past, err := b.Past(t.Context(), "A", "ONE", time.Time{})
		if err != nil || len(past.Bands) != 1 || past.Bands[0].Until.Before(began.Add(20*time.Minute)) {
			t.Errorf("after 20 min: bands are %v, %v; want one that lasts", past.Bands, err)
		}
		if until := int64(number(t, path, `select max(until) from watches`)); until < began.Add(15*time.Minute).UnixMilli() {
			t.Errorf("a kill after 20 min would forget all after %v", time.UnixMilli(until))
		}
		time.Sleep(50 * time.Hour) // a day until it is too old, another until somebody looks again
		synctest.Wait()
		if n := number(t, path, `select count(*) from events`); n != 0 {
			t.Errorf("after two days there are %d events, want none", n)
		}
		past, err = b.Past(t.Context(), "A", "ONE", time.Time{})
		if err != nil || len(past.Bands) != 1 || !past.Bands[0].From.Equal(began) {
			t.Errorf("after two days: bands are %v, %v; want the one that lasts", past.Bands, err)
		}
		cancel()
		<-done
	})
}

// number asks the file for a number, as others may.
func number(t *testing.T, path, query string) (n int) {
	t.Helper()
	db, err := sql.Open("sqlite", dsn(path, "mode=ro"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := db.QueryRowContext(t.Context(), query).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestADiskThatHangsIsSaidOnce(t *testing.T) {
	var said []string
	v := voice{tell: func(text string) { said = append(said, text) }, log: slog.New(slog.DiscardHandler)}
	v.begins(noon)
	v.hangs(noon.Add(hangsAfter-time.Second), "/x/history.db")
	if len(said) != 0 {
		t.Errorf("too early: %q", said)
	}
	for n := range 3 {
		v.hangs(noon.Add(hangsAfter+time.Duration(n+1)*time.Minute), "/x/history.db")
	}
	v.ends()
	v.works()
	v.works()
	v.hangs(noon.Add(time.Hour), "/x/history.db") // nothing is being written
	if len(said) != 2 || said[1] != "" {
		t.Errorf("said %q, want one sentence and its end", said)
	}
}
