package history

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"licensewatch/internal/caldate"
	"licensewatch/monitor"
)

func TestARenamedSiteKeepsItsHistory(t *testing.T) {
	rename := func(list []monitor.Snapshot, name string) []monitor.Snapshot {
		for i, sn := range list {
			state := *sn.Sites[0]
			state.Site.Name = name
			list[i].Sites = []*monitor.SiteState{&state}
			for j := range sn.Events {
				sn.Events[j].Site = name
			}
		}
		return list
	}
	tests := []struct {
		name   string
		broken bool // the file cannot be written when the name changes
	}{{"in the file", false}, {"in memory", true}}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			path := newPath(t)
			b := openBook(t, path)
			for _, sn := range rename(story(0), "B") { // another site that is watched no more
				b.Take(sn)
			}
			for _, sn := range story(time.Hour) {
				b.Take(sn)
			}
			b.flush(t)
			if tt.broken {
				shell(t, path, `pragma user_version = 99`)
				b.request(t.Context(), func(context.Context) error { b.Store.file.close(); return nil })
				b.Flush(t.Context())
			}
			late := story(time.Hour + 2*time.Minute)
			b.Take(late[0]) // still under the old name, and being written under it or not
			if err := b.Rename(t.Context(), "A", "B"); err != nil {
				t.Fatal(err)
			}
			b.Take(late[1]) // the monitor does not know yet
			b.Tell(monitor.Telling{At: late[2].At, About: []monitor.Subject{{Site: "B", Owner: "ONE"}}})
			late = rename(late, "B")
			b.Take(late[2])
			if tt.broken {
				shell(t, path, fmt.Sprintf(`pragma user_version = %d`, len(migrations)))
			}
			want := append(told(time.Hour), told(time.Hour+2*time.Minute)...)
			if !tt.broken {
				wantBands(t, "at once", b.past(t, "B", "ONE"), want...)
			}
			b.flush(t)
			past := b.past(t, "B", "ONE")
			wantBands(t, "in the file", past, want...)
			if len(past.Events) != 2 || past.Events[0].Site != "B" || len(past.Tellings) != 1 || past.Tellings[0].About[0].Site != "B" {
				t.Errorf("events are %v, notifications %v", past.Events, past.Tellings)
			}
			wantBands(t, "under the old name", b.past(t, "A", "ONE"))
			if n := len(b.past(t, "", "").Events); n != 3 {
				t.Errorf("there are %d events, want 3: those of the other site are kept", n)
			}
		})
	}
}

func TestSnapshotsUnderAFormerNameBelongToTheLatest(t *testing.T) {
	b := openBook(t, newPath(t))
	b.Take(at(noon, site("A", "ONE", monitor.OK, "")))
	if err := b.Rename(t.Context(), "A", "M"); err != nil {
		t.Fatal(err)
	}
	if err := b.Rename(t.Context(), "M", "B"); err != nil {
		t.Fatal(err)
	}
	b.Take(at(noon.Add(time.Minute), site("A", "ONE", monitor.Critical, "It is bad."))) // the monitor knows of neither
	b.Take(at(noon.Add(2*time.Minute), site("B", "ONE", monitor.Critical, "It is bad.")))
	wantBands(t, "under the latest name", b.past(t, "B", "ONE"), told(0)...)
	wantBands(t, "under the one between", b.past(t, "M", "ONE"))
}

func TestANewNameHoldsBeforeItIsWritten(t *testing.T) {
	b := prepare(newPath(t))
	defer b.close()
	for _, sn := range story(0) {
		b.Take(sn)
	}
	b.Tell(monitor.Telling{At: noon, About: []monitor.Subject{{Site: "A"}}})
	if err := b.save(t.Context()); err != nil {
		t.Fatal(err)
	}
	late := story(2 * time.Minute)
	b.Take(late[0])
	b.Take(late[1])
	b.writes, b.queue = b.queue, batch{} // being written
	b.rename("A", "M")
	b.rename("M", "B")
	b.Take(late[2])
	for _, when := range []string{"before", "after it failed", "in the file"} {
		past := b.past(t, "B", "ONE")
		wantBands(t, when, past, append(told(0), told(2*time.Minute)...)...)
		if len(past.Events) != 2 || past.Events[0].Site != "B" || past.Events[1].Site != "B" || len(past.Tellings) != 1 || past.Tellings[0].About[0].Site != "B" {
			t.Errorf("%s: events are %v, notifications %v", when, past.Events, past.Tellings)
		}
		wantBands(t, when+", under the old name", b.past(t, "A", "ONE"))
		if when == "before" {
			b.queue, b.writes = joined(b.writes, b.queue), batch{}
		} else if err := b.save(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
}

// year is an invented past of an owner: bad from the second day on, seats that grow.
func year(days int) Year {
	life := Life{Site: "A", Owner: "ONE", Bands: []monitor.Band{{From: noon, Until: noon.AddDate(0, 0, 1)},
		{From: noon.AddDate(0, 0, 1), Until: noon.AddDate(0, 0, days), Severity: monitor.Warning, Text: "It was invented."}}}
	for _, m := range []monitor.Module{{Name: "visible"}, {Name: "plan", Plan: true, Free: 3}} {
		series := monitor.SeatSeries{Module: m}
		for n := range days {
			series.Samples = append(series.Samples, monitor.SeatSample{Day: caldate.Of(noon.AddDate(0, 0, n)), InUse: n, Total: days})
		}
		life.Seats = append(life.Seats, series)
	}
	return Year{Lives: []Life{life},
		Events:   []monitor.Event{{At: noon.AddDate(0, 0, 1), Site: "A", Owner: "ONE", To: monitor.Warning}},
		Tellings: []monitor.Telling{{At: noon.AddDate(0, 0, 1), Title: "A, ONE: warning", Outcome: monitor.Sent, About: []monitor.Subject{{Site: "A", Owner: "ONE"}}}}}
}

func TestAnInventedYearIsMarkedAndReplacesNothing(t *testing.T) {
	b := openBook(t, newPath(t))
	after := noon.AddDate(0, 0, 3)
	seen := licensed(site("A", "ONE", monitor.Critical, "It is bad."), after, monitor.Module{Name: "plan", Plan: true, InUse: 7, Total: 9, Free: 2})
	b.Take(at(after, seen))
	b.Take(at(after.Add(time.Minute), seen))
	b.flush(t)
	if past := b.past(t, "A", "ONE"); past.Invented {
		t.Error("what was seen is marked as invented")
	}
	for range 2 { // the second time changes no band and no seat
		if err := b.Invent(t.Context(), year(4)); err != nil {
			t.Fatal(err)
		}
	}
	past := b.past(t, "A", "ONE")
	day := 24 * time.Hour
	wantBands(t, "of the owner", past, stretch{0, day, monitor.OK, ""}, stretch{day, 3 * day, monitor.Warning, "It was invented."},
		stretch{3 * day, 3*day + time.Minute, monitor.Critical, "It is bad."}, stretch{3*day + time.Minute, 4 * day, monitor.Warning, "It was invented."})
	if !past.Invented || len(past.Events) != 2 || len(past.Tellings) != 2 || !b.past(t, "", "").Invented {
		t.Errorf("invented: %v, with %d events and %d notifications", past.Invented, len(past.Events), len(past.Tellings))
	}
	list := b.seats(t, "A", "ONE")
	if len(list) != 2 || list[0].Module.Name != "plan" || list[0].Module.Free != 2 || !list[0].Invented || !list[1].Invented {
		t.Fatalf("seats are %v", list)
	}
	first := caldate.Of(noon)
	want := []monitor.SeatSample{{Day: first, Total: 4}, {Day: first.AddDays(1), InUse: 1, Total: 4}, {Day: first.AddDays(2), InUse: 2, Total: 4}, {Day: first.AddDays(3), InUse: 7, Total: 9}}
	if !slices.Equal(list[0].Samples, want) {
		t.Errorf("samples are %v, want %v", list[0].Samples, want)
	}
	if since, err := b.Seats(t.Context(), "A", "ONE", after); err != nil || len(since) != 2 || since[0].Invented {
		t.Errorf("of the last day alone: %v, %v; want a plan that was seen", since, err)
	}
}

func TestWhatIsTooOldIsForgotten(t *testing.T) {
	b := prepare(newPath(t))
	defer b.close()
	b.Keep = 200 * 24 * time.Hour
	y := year(400)
	for n := range 40 {
		life := y.Lives[0]
		life.Owner = fmt.Sprint("OWNER ", n)
		y.Lives = append(y.Lives, life)
	}
	y.Lives = append(y.Lives, Life{Site: "Long gone", Owner: "ONE", Bands: y.Lives[0].Bands[:1], Seats: []monitor.SeatSeries{
		{Module: monitor.Module{Name: "m"}, Samples: []monitor.SeatSample{{Day: caldate.Of(noon)}}}}})
	y.Events = append(y.Events, monitor.Event{At: noon.AddDate(0, 0, 300), Site: "A", Owner: "ONE"})
	y.Tellings = append(y.Tellings, monitor.Telling{At: noon.AddDate(0, 0, 300), About: y.Tellings[0].About})
	if err := b.Store.file.transact(t.Context(), func(w *writing) { w.year(y) }); err != nil {
		t.Fatal(err)
	}
	now, steps := noon.AddDate(0, 0, 400), 0
	for ; now.After(b.pruned.next); steps++ {
		if steps > 100 {
			t.Fatal("it never ends")
		}
		b.prune(t.Context(), now)
	}
	if steps < 3 {
		t.Errorf("all was forgotten in %d steps, want small ones", steps)
	}
	first := caldate.Of(noon.AddDate(0, 0, 200))
	for _, owner := range []string{"ONE", "OWNER 0", "OWNER 39"} {
		for _, series := range b.seats(t, "A", owner) {
			if len(series.Samples) != 200 || series.Samples[0].Day != first {
				t.Errorf("%s, %s: %d samples from %v on, want 200 from %v", owner, series.Module.Name, len(series.Samples), series.Samples[0].Day, first)
			}
		}
		if past := b.past(t, "A", owner); len(past.Bands) != 1 || past.Bands[0].Severity != monitor.Warning {
			t.Errorf("%s: bands are %v, want the one that reaches into what is kept", owner, past.Bands)
		}
	}
	if past := b.past(t, "A", "ONE"); len(past.Events) != 1 || len(past.Tellings) != 1 {
		t.Errorf("%d events and %d notifications are left, want 1 and 1", len(past.Events), len(past.Tellings))
	}
	var sites string
	if err := b.Store.file.conn.QueryRowContext(t.Context(), `select group_concat(name) from sites`).Scan(&sites); err != nil || sites != "A" {
		t.Errorf("the sites are %q, %v; want A alone", sites, err)
	}
	b.prune(t.Context(), now.Add(time.Hour)) // it is not time yet
	if b.pruned.owner != 0 || b.pruned.next != now.Add(pruneEvery) {
		t.Errorf("the next time is %v after %d, want a day later", b.pruned.next, b.pruned.owner)
	}
	checkIntegrity(t, b.Store.file.conn)
}

func TestRoomIsGivenBack(t *testing.T) {
	path := newPath(t)
	b := prepare(path)
	defer b.close()
	conn := b.Store.file.conn
	number := func(query string) (n int) {
		t.Helper()
		if err := conn.QueryRowContext(t.Context(), query).Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	shell(t, path, `create table filler (a); insert into filler with recursive n(i) as (select 1 union all select i + 1 from n where i < 4000) select zeroblob(4000) from n; drop table filler`)
	before := number(`pragma page_count`)
	for range 5 {
		if err := b.Store.file.giveBack(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if after, free := number(`pragma page_count`), number(`pragma freelist_count`); before < 4000 || after > before-2900 || free != spareKept {
		t.Errorf("%d pages became %d, %d of them free; want %d free", before, after, free, spareKept)
	}
}

func TestTheQueueDoesNotGrowWithoutEnd(t *testing.T) {
	b := prepare(newPath(t)) // nobody writes, as if the disk hung
	defer b.close()
	sn := at(noon)
	for n := range maxReadings + 500 {
		sn.At = noon.Add(time.Duration(n) * 24 * time.Hour)
		sn.Sites = []*monitor.SiteState{licensed(site("A", "ONE", monitor.Warning, fmt.Sprint(n)), sn.At, monitor.Module{Name: "m", InUse: n})}
		sn.Events = slices.Repeat([]monitor.Event{{At: sn.At, Site: "A", Owner: "ONE"}}, 3)
		b.Take(sn)
		b.Tell(monitor.Telling{At: sn.At, Title: fmt.Sprint(n)})
	}
	q := &b.queue
	if len(q.bands) > maxBands || len(q.events) > maxEvents || len(q.tellings) > maxTellings || len(q.seats) > maxReadings || len(q.watches) > maxTellings {
		t.Errorf("%d bands, %d events, %d notifications, %d readings, %d watches wait", len(q.bands), len(q.events), len(q.tellings), len(q.seats), len(q.watches))
	}
	last := fmt.Sprint(maxReadings + 499)
	past := b.past(t, "A", "ONE")
	if n := len(past.Events); n < maxEvents/2 || !past.Events[n-1].At.Equal(sn.At) {
		t.Errorf("%d events are left, want the latest", n)
	}
	if all := b.past(t, "", ""); all.Tellings[len(all.Tellings)-1].Title != last {
		t.Errorf("the last notification is %v, want %s", all.Tellings[len(all.Tellings)-1], last)
	}
	list := b.seats(t, "A", "ONE")
	if samples := list[0].Samples; len(samples) < maxReadings/2 || samples[len(samples)-1].Day != caldate.Of(sn.At) {
		t.Errorf("%d samples are left, want the latest", len(samples))
	}
}

func TestTheExamplesOfTheManualWork(t *testing.T) {
	path := newPath(t)
	b := prepare(path)
	sn := at(noon, licensed(site("Head office", "SUPEROFFICE", monitor.Critical, "It is bad."), noon, monitor.Module{Name: "ten-sales", Description: "Sales Premium", Plan: true, InUse: 20, Total: 21}))
	sn.Events = []monitor.Event{{At: noon, Site: "Head office", Owner: "SUPEROFFICE", To: monitor.Critical,
		Appeared: []monitor.Finding{{Kind: "expired", Severity: monitor.Critical, Text: "It is bad."}}}}
	b.Take(sn)
	b.Tell(monitor.Telling{At: noon, Title: "T", Outcome: monitor.Failed, Why: "nobody listens", About: []monitor.Subject{{Site: "Head office", Owner: "SUPEROFFICE"}}})
	if err := b.save(t.Context()); err != nil {
		t.Fatal(err)
	}
	b.close()
	manual, err := os.ReadFile("../../docs/history.md")
	if err != nil {
		t.Fatal(err)
	}
	blocks := regexp.MustCompile("(?s)```sql\n(.*?)```").FindAllSubmatch(manual, -1)
	if len(blocks) < 3 {
		t.Fatalf("the manual has %d examples", len(blocks))
	}
	db, err := sql.Open("sqlite", dsn(path, "mode=ro"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	n := 0
	for _, block := range blocks {
		for query := range strings.SplitSeq(strings.TrimSpace(string(block[1])), ";\n") {
			n++
			rows, err := db.QueryContext(t.Context(), query)
			if err != nil {
				t.Errorf("%s\n%v", query, err)
				continue
			}
			if !rows.Next() {
				t.Errorf("%s\nfinds nothing, %v", query, rows.Err())
			}
			rows.Close()
		}
	}
	if n < 6 {
		t.Errorf("there are %d examples", n)
	}
}
