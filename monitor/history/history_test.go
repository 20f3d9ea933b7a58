package history

import (
	"context"
	"errors"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"licensewatch/internal/caldate"
	"licensewatch/monitor"
)

// book is a history that is being written, and what it said of its troubles.
type book struct {
	*Store
	stop func()

	mu   sync.Mutex
	said []string
}

// openBook opens a history and runs it until stop is called, or the test ends.
func openBook(t *testing.T, path string) *book {
	t.Helper()
	b := prepare(path)
	b.run(t)
	return b
}

// prepare opens a history that nobody writes yet.
func prepare(path string) *book {
	b := &book{}
	b.Store = Open(Options{Path: path, Trouble: func(text string) {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.said = append(b.said, text)
	}})
	return b
}

// written leaves a file as an agent does that was killed, or ended, after some snapshots.
func written(t *testing.T, path string, snapshots ...monitor.Snapshot) {
	t.Helper()
	b := prepare(path)
	for _, sn := range snapshots {
		b.Take(sn)
	}
	if err := b.save(t.Context()); err != nil {
		t.Fatal(err)
	}
	b.close()
}

func (b *book) run(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- b.Run(ctx) }()
	b.stop = sync.OnceFunc(func() {
		cancel()
		if err := <-done; !errors.Is(err, context.Canceled) {
			t.Errorf("Run = %v, want context.Canceled", err)
		}
	})
	t.Cleanup(b.stop)
}

func (b *book) troubles() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.said)
}

// flush has everything written, which must work.
func (b *book) flush(t *testing.T) {
	t.Helper()
	if err := b.Flush(t.Context()); err != nil {
		t.Fatalf("Flush = %v", err)
	}
}

func (b *book) past(t *testing.T, site, owner string) monitor.Past {
	t.Helper()
	past, err := b.Past(t.Context(), site, owner, time.Time{})
	if err != nil {
		t.Fatalf("Past(%q, %q) = %v", site, owner, err)
	}
	return past
}

func (b *book) seats(t *testing.T, site, owner string) []monitor.SeatSeries {
	t.Helper()
	list, err := b.Seats(t.Context(), site, owner, time.Time{})
	if err != nil {
		t.Fatalf("Seats(%q, %q) = %v", site, owner, err)
	}
	return list
}

// noon is when the tests' stories begin.
var noon = time.Date(2026, 6, 1, 12, 0, 0, 0, time.Local)

// site is a site with one owner that stands in some way; of nothing it says nothing.
func site(name, owner string, severity monitor.Severity, text string) *monitor.SiteState {
	o := monitor.OwnerState{Owner: owner, Severity: severity, Verdict: &monitor.Verdict{Status: "Ok"}}
	if text != "" {
		o.Findings = []monitor.Finding{{Kind: monitor.FindingStatus, Severity: severity, Text: text, Case: "X"}}
	}
	return &monitor.SiteState{Site: monitor.Site{Name: name, Network: monitor.NetworkDirect}, Owners: []monitor.OwnerState{o}, Severity: severity}
}

func at(t time.Time, sites ...*monitor.SiteState) monitor.Snapshot {
	return monitor.Snapshot{At: t, Sites: sites}
}

// newPath names a file that is not there yet, in a folder that is not either.
func newPath(t *testing.T) string { return filepath.Join(t.TempDir(), "state", "history.db") }

// story is two minutes in which a site goes bad, begun some time after noon.
func story(after time.Duration) []monitor.Snapshot {
	well, bad := site("A", "ONE", monitor.OK, ""), site("A", "ONE", monitor.Critical, "It is bad.")
	list := []monitor.Snapshot{at(noon.Add(after), well), at(noon.Add(after+time.Minute), bad), at(noon.Add(after+2*time.Minute), bad)}
	list[1].Events = []monitor.Event{{At: list[1].At, Site: "A", Owner: "ONE", To: monitor.Critical, Appeared: bad.Owners[0].Findings}}
	return list
}

// told are the bands of a story.
func told(after time.Duration) []stretch {
	return []stretch{{after, after + time.Minute, monitor.OK, ""}, {after + time.Minute, after + 2*time.Minute, monitor.Critical, "It is bad."}}
}

type stretch struct {
	from, until time.Duration // after noon
	severity    monitor.Severity
	text        string
}

func wantBands(t *testing.T, what string, past monitor.Past, want ...stretch) {
	t.Helper()
	var got []stretch
	for _, b := range past.Bands {
		got = append(got, stretch{b.From.Sub(noon), b.Until.Sub(noon), b.Severity, b.Text})
	}
	if !slices.Equal(got, want) {
		t.Errorf("%s: bands are\n%v, want\n%v", what, got, want)
	}
}

func TestBandsFollowTheStates(t *testing.T) {
	b := openBook(t, newPath(t))
	well := site("A", "ONE", monitor.OK, "")
	b.Take(at(noon, well))
	b.Take(at(noon.Add(time.Minute), well)) // nothing changed
	reading := *well
	reading.Reading = true
	b.Take(at(noon.Add(time.Minute), &reading)) // nothing that counts
	b.Take(at(noon.Add(2*time.Minute), site("A", "ONE", monitor.Critical, "It is bad.")))
	b.Take(at(noon.Add(4*time.Minute), site("A", "ONE", monitor.Critical, "It is bad.")))
	want := []stretch{{0, 2 * time.Minute, monitor.OK, ""}, {2 * time.Minute, 4 * time.Minute, monitor.Critical, "It is bad."}}
	for _, when := range []string{"in memory", "in the file"} {
		wantBands(t, when, b.past(t, "A", "ONE"), want...)
		site := slices.Clone(want)
		site[1].text = "ONE: It is bad."
		wantBands(t, when+", of the site", b.past(t, "A", ""), site...)
		wantBands(t, when+", of all", b.past(t, "", ""))
		b.flush(t)
	}
}

func TestWhereNobodyWatchedThereIsNoBand(t *testing.T) {
	path := newPath(t)
	written(t, path, at(noon, site("A", "ONE", monitor.OK, "")), at(noon.Add(2*time.Minute), site("A", "ONE", monitor.OK, "")))
	second := openBook(t, path)
	second.Take(at(noon.Add(time.Hour), site("A", "ONE", monitor.OK, "")))
	second.Take(at(noon.Add(time.Hour+time.Minute), site("A", "ONE", monitor.OK, "")))
	second.Take(at(noon.Add(2*time.Hour), site("A", "ONE", monitor.OK, ""))) // the machine slept
	second.Take(at(noon.Add(2*time.Hour+2*time.Minute), site("A", "ONE", monitor.OK, "")))
	second.Take(at(noon.Add(2*time.Hour + 3*time.Minute))) // the site is not watched any more
	second.Take(at(noon.Add(2*time.Hour + 4*time.Minute)))
	want := []stretch{{0, 2 * time.Minute, monitor.OK, ""}, {time.Hour, time.Hour + time.Minute, monitor.OK, ""},
		{2 * time.Hour, 2*time.Hour + 3*time.Minute, monitor.OK, ""}}
	wantBands(t, "in memory", second.past(t, "A", "ONE"), want...)
	second.flush(t)
	wantBands(t, "in the file", second.past(t, "A", "ONE"), want...)
}

func TestEventsAndTellingsComeBackWhole(t *testing.T) {
	b := openBook(t, newPath(t))
	f := monitor.Finding{Kind: "expired", Severity: monitor.Critical, Text: "It's \"over\" – naïve;\n--", Action: "Renew.", URL: "https://example.com/?a=b", Case: "c", Title: "T"}
	events := []monitor.Event{
		{At: noon, Site: "A", Owner: "ONE", From: monitor.OK, To: monitor.Critical, Appeared: []monitor.Finding{f, f}, Gone: []monitor.Finding{{Kind: "stale", Severity: monitor.Unknown}}},
		{At: noon.Add(time.Second), Site: "A", From: monitor.Critical, To: monitor.OK, Gone: []monitor.Finding{f}},
		{At: noon.Add(2 * time.Second), Network: monitor.NetworkDirect, To: monitor.Unknown, Appeared: []monitor.Finding{{Kind: "offline"}}},
		{At: noon.Add(3 * time.Second), Site: "A", Owner: "TWO"},
		{At: noon.Add(4 * time.Second), Site: "B", Owner: "ONE"},
		{At: noon.Add(5 * time.Second), Network: "proxy p:1"},
	}
	tellings := []monitor.Telling{
		{At: noon, Title: "A, ONE: critical", Text: "It is.", Severity: monitor.Critical, Outcome: monitor.Failed, Why: "nobody listens", About: []monitor.Subject{{Site: "A", Owner: "ONE"}}},
		{At: noon.Add(time.Second), Title: "2 changes", Severity: monitor.Warning, Outcome: monitor.Sent, About: []monitor.Subject{{Site: "A"}, {Site: "B", Owner: "ONE"}}},
		{At: noon.Add(2 * time.Second), Title: "B", Outcome: "held", Why: "snoozed", About: []monitor.Subject{{Site: "B", Owner: "ONE"}}},
		{At: noon.Add(3 * time.Second), Title: "A test", Outcome: monitor.Sent},
	}
	sn := at(noon, site("A", "ONE", monitor.OK, ""), site("B", "ONE", monitor.OK, ""))
	sn.Events = events
	b.Take(sn)
	for _, telling := range tellings {
		b.Tell(telling)
	}
	pick := func(list []int, n int) bool { return slices.Contains(list, n) }
	tests := []struct {
		name, site, owner string
		events, tellings  []int
	}{
		{"of an owner, with its site's and its way out's", "A", "ONE", []int{0, 1, 2}, []int{0, 1}},
		{"of a site", "A", "", []int{0, 1, 2, 3}, []int{0, 1}},
		{"of another", "B", "ONE", []int{2, 4}, []int{1, 2}},
		{"of all", "", "", []int{0, 1, 2, 3, 4, 5}, []int{0, 1, 2, 3}},
		{"of nobody known", "C", "", nil, nil},
	}
	for _, when := range []string{"in memory", "in the file"} {
		for _, tt := range tests {
			t.Run(tt.name+", "+when, func(t *testing.T) {
				past := b.past(t, tt.site, tt.owner)
				var wantEvents []monitor.Event
				for i, e := range events {
					if pick(tt.events, i) {
						wantEvents = append(wantEvents, e)
					}
				}
				var wantTellings []monitor.Telling
				for i, telling := range tellings {
					if pick(tt.tellings, i) {
						wantTellings = append(wantTellings, telling)
					}
				}
				if !reflect.DeepEqual(past.Events, wantEvents) {
					t.Errorf("events are\n%v, want\n%v", past.Events, wantEvents)
				}
				if !reflect.DeepEqual(past.Tellings, wantTellings) {
					t.Errorf("notifications are\n%v, want\n%v", past.Tellings, wantTellings)
				}
			})
		}
		b.flush(t)
	}
	late, err := b.Past(t.Context(), "", "", noon.Add(3*time.Second))
	if err != nil || len(late.Events) != 3 || len(late.Tellings) != 1 {
		t.Errorf("since later: %d events, %d notifications, %v; want 3 and 1", len(late.Events), len(late.Tellings), err)
	}
}

func TestWhatASiteSharesWithItsOwnerIsOnceInTheOwnersPast(t *testing.T) {
	b := openBook(t, newPath(t))
	away := monitor.Finding{Kind: "cannot-check", Case: "network", Severity: monitor.Unknown, Text: "It is away."}
	whole, cert := away, monitor.Finding{Kind: monitor.FindingCertificate, Text: "Its certificate ends."}
	whole.Whole = true
	sn := at(noon, site("A", "ONE", monitor.OK, ""))
	sn.Events = []monitor.Event{
		{At: noon, Site: "A", To: monitor.Unknown, Appeared: []monitor.Finding{away}},
		{At: noon, Site: "A", Owner: "ONE", To: monitor.Unknown, Appeared: []monitor.Finding{whole}},
		{At: noon.Add(time.Minute), Site: "A", From: monitor.Unknown, Appeared: []monitor.Finding{cert}, Gone: []monitor.Finding{away}},
		{At: noon.Add(time.Minute), Site: "A", Owner: "ONE", From: monitor.Unknown, Gone: []monitor.Finding{whole}},
		{At: noon.Add(time.Hour), Site: "A", To: monitor.Unknown, Appeared: []monitor.Finding{away}},
	}
	b.Take(sn)
	if got := b.past(t, "A", "ONE").Events; !reflect.DeepEqual(got, sn.Events[1:]) {
		t.Errorf("the owner's events are\n%v, want all but the first:\n%v", got, sn.Events)
	}
	if got := b.past(t, "A", "").Events; !reflect.DeepEqual(got, sn.Events) {
		t.Errorf("the site's events are\n%v, want\n%v", got, sn.Events)
	}
}

// licensed gives the owner of a site a licence that was read at some time.
func licensed(s *monitor.SiteState, read time.Time, modules ...monitor.Module) *monitor.SiteState {
	s.LicencesAt = read
	s.Owners[0].Licence = &monitor.Licence{Owner: s.Owners[0].Owner, Modules: modules}
	return s
}

func TestSeatsAreTheLastOfEachDay(t *testing.T) {
	b := openBook(t, newPath(t))
	plan := monitor.Module{Name: "ten-sales", Description: "Sales Premium", Type: "UserLicense", Total: 21, InUse: 18, Free: 3, Plan: true, Hidden: true}
	visible := monitor.Module{Name: "expander", Total: 1, Unrestricted: true}
	hidden := monitor.Module{Name: "user", Total: 63, Hidden: true}
	var last *monitor.SiteState
	take := func(read time.Time, inUse int) {
		p := plan
		p.InUse, p.Free = inUse, 21-inUse
		last = licensed(site("A", "ONE", monitor.OK, ""), read, visible, hidden, p)
		b.Take(at(read, last))
	}
	take(noon, 18)
	take(noon.Add(6*time.Hour), 20)
	b.flush(t)
	take(noon.Add(6*time.Hour), 19)         // the same day, again
	take(noon.AddDate(0, 0, 3), 21)         // the days between are missing
	b.Take(at(noon.AddDate(0, 0, 4), last)) // nothing was read that day
	day := caldate.Of(noon)
	plan.InUse, plan.Free = 21, 0
	want := []monitor.SeatSeries{
		{Module: plan, Samples: []monitor.SeatSample{{Day: day, InUse: 19, Total: 21}, {Day: day.AddDays(3), InUse: 21, Total: 21}}},
		{Module: visible, Samples: []monitor.SeatSample{{Day: day, Total: 1}, {Day: day.AddDays(3), Total: 1}}},
	}
	for _, when := range []string{"partly in memory", "in the file"} {
		if got := b.seats(t, "A", "ONE"); !reflect.DeepEqual(got, want) {
			t.Errorf("%s: seats are\n%v, want\n%v", when, got, want)
		}
		b.flush(t)
	}
	if list, err := b.Seats(t.Context(), "A", "ONE", noon.AddDate(0, 0, 1)); err != nil || len(list) != 2 || len(list[0].Samples) != 1 {
		t.Errorf("since the day after: %v, %v; want one sample of each", list, err)
	}
}

func TestWhatCameLastIsWrittenAtTheEnd(t *testing.T) {
	path := newPath(t)
	b := openBook(t, path)
	for _, sn := range story(0) {
		b.Take(sn)
	}
	b.stop()
	past := openBook(t, path).past(t, "A", "ONE")
	wantBands(t, "after a restart", past, told(0)...)
	if len(past.Events) != 1 {
		t.Errorf("events are %v, want one", past.Events)
	}
}

func TestTheLastLookIsRemembered(t *testing.T) {
	path := newPath(t)
	b := openBook(t, path)
	if at, err := b.LastLook(t.Context()); err != nil || !at.IsZero() {
		t.Errorf("LastLook of a new history = %v, %v; want never", at, err)
	}
	for _, look := range []time.Time{noon, noon.Add(time.Hour)} {
		if err := b.Looked(t.Context(), look); err != nil {
			t.Fatal(err)
		}
	}
	b.stop()
	if at, err := openBook(t, path).LastLook(t.Context()); err != nil || !at.Equal(noon.Add(time.Hour)) {
		t.Errorf("LastLook = %v, %v; want %v", at, err, noon.Add(time.Hour))
	}
}

func TestNothingIsSeenTwiceOrMissedWhileItIsWritten(t *testing.T) {
	b := openBook(t, newPath(t))
	ctx, cancel := context.WithCancel(t.Context())
	var flushing sync.WaitGroup
	flushing.Go(func() {
		for ctx.Err() == nil {
			b.Flush(ctx)
		}
	})
	for n := range 300 {
		sn := at(noon.Add(time.Duration(n)*time.Second), site("A", "ONE", monitor.Warning, strconv.Itoa(n)))
		sn.Events = []monitor.Event{{At: sn.At, Site: "A", Owner: "ONE"}}
		b.Take(sn)
		past := b.past(t, "A", "ONE")
		if len(past.Events) != n+1 || len(past.Bands) != n {
			t.Errorf("after %d: %d events and %d bands", n+1, len(past.Events), len(past.Bands))
			break
		}
	}
	cancel()
	flushing.Wait()
}
