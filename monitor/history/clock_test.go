package history

import (
	"reflect"
	"testing"
	"time"

	"licensewatch/internal/caldate"
	"licensewatch/monitor"
)

func TestAClockThatIsSetBackHidesNothing(t *testing.T) {
	path := newPath(t)
	b := openBook(t, path)
	well, bad := site("A", "ONE", monitor.OK, ""), site("A", "ONE", monitor.Critical, "It is bad.")
	b.Take(at(noon, well))
	b.Take(at(noon.Add(2*time.Minute), bad))
	b.Take(at(noon.Add(4*time.Minute), bad))
	b.Take(at(noon.Add(6*time.Minute), bad))
	b.Take(at(noon.Add(time.Minute), bad)) // five minutes back, and on from there
	for minute := time.Duration(3); minute <= 15; minute += 2 {
		b.Take(at(noon.Add(minute*time.Minute), bad))
	}
	want := []stretch{{0, time.Minute, monitor.OK, ""}, {time.Minute, 15 * time.Minute, monitor.Critical, "It is bad."}}
	wantBands(t, "in memory", b.past(t, "A", "ONE"), want...)
	b.flush(t)
	wantBands(t, "in the file", b.past(t, "A", "ONE"), want...)
}

// While the clock was a day fast, somebody watched.
func TestWhatLastsEndsWithItsOwnWatch(t *testing.T) {
	path := newPath(t)
	well := site("A", "ONE", monitor.OK, "")
	day := 24 * time.Hour
	written(t, path, at(noon, well), at(noon.Add(day), well), at(noon.Add(day+time.Minute), well),
		at(noon.Add(5*time.Minute), well), at(noon.Add(7*time.Minute), well))
	past := openBook(t, path).past(t, "A", "ONE")
	wantBands(t, "after a restart", past, stretch{5 * time.Minute, 7 * time.Minute, monitor.OK, ""}, stretch{day, day + time.Minute, monitor.OK, ""})
}

func TestSeatsThatWereReadWithTheClockSetBackStandInTheirPlace(t *testing.T) {
	b := openBook(t, newPath(t))
	plan := monitor.Module{Name: "plan", Plan: true, Total: 9}
	take := func(days, inUse int) {
		m := plan
		m.InUse = inUse
		read := noon.AddDate(0, 0, days)
		b.Take(at(read, licensed(site("A", "ONE", monitor.OK, ""), read, m)))
	}
	for day := range 4 {
		take(2*day, day)
	}
	b.flush(t)
	take(3, 7)
	take(4, 8)
	first := caldate.Of(noon)
	want := []monitor.SeatSample{{Day: first, Total: 9}, {Day: first.AddDays(2), InUse: 1, Total: 9}, {Day: first.AddDays(3), InUse: 7, Total: 9},
		{Day: first.AddDays(4), InUse: 8, Total: 9}, {Day: first.AddDays(6), InUse: 3, Total: 9}}
	for _, when := range []string{"partly in memory", "in the file"} {
		list := b.seats(t, "A", "ONE")
		if len(list) != 1 || !reflect.DeepEqual(list[0].Samples, want) || list[0].Module.InUse != 3 {
			t.Errorf("%s: seats are %v, want samples %v", when, list, want)
		}
		b.flush(t)
	}
}

func TestAClockThatIsWrongForAWhileForgetsNothing(t *testing.T) {
	b := prepare(newPath(t))
	defer b.close()
	for _, sn := range story(0) {
		b.Take(sn)
	}
	wrong := noon.AddDate(10, 0, 0)
	b.Take(at(wrong))
	if err := b.save(t.Context()); err != nil {
		t.Fatal(err)
	}
	count := func() int { return number(t, b.Path, `select count(*) from events`) }
	b.prune(t.Context(), wrong.Add(time.Minute))
	if n := count(); n != 1 {
		t.Errorf("a minute after the clock jumped there are %d events, want 1", n)
	}
	b.prune(t.Context(), wrong.Add(2*time.Hour))
	if n := count(); n != 0 {
		t.Errorf("when it has gone on for hours there are %d events, want none", n)
	}
}
