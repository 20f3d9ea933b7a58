package monitor

import (
	"context"
	"fmt"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

const (
	days  = 24 * time.Hour
	years = 365 * days
)

// jumps are what may happen to a clock while the program runs, or does not.
var jumps = []time.Duration{-10 * years, -2 * days, -2 * time.Hour, -2 * time.Minute, 2 * time.Minute, 2 * time.Hour, 2 * days, 10 * years}

// set is a clock that somebody sets.
type set struct {
	clock
	by atomic.Int64
}

func (s *set) read() (time.Time, time.Duration) {
	wall, ran := s.clock()
	return wall.Add(time.Duration(s.by.Load())), ran
}

func (s *set) set(by time.Duration) { s.by.Add(int64(by)) }

func (s *set) now() time.Time {
	wall, _ := s.read()
	return wall
}

// hanging is a source that can be stopped: what is asked then waits for the end of ctx.
type hanging struct {
	source
	stopped atomic.Bool
	asked   atomic.Int64
	details atomic.Int64 // of these, for the database
}

func (h *hanging) Details(ctx context.Context, site string) (Details, error) {
	h.asked.Add(1)
	h.details.Add(1)
	if h.stopped.Load() {
		<-ctx.Done()
		return Details{}, ctx.Err()
	}
	return h.source.Details(ctx, site)
}

func (h *hanging) Verdict(ctx context.Context, site, owner string) (Verdict, error) {
	h.asked.Add(1)
	if h.stopped.Load() {
		<-ctx.Done()
		return Verdict{}, ctx.Err()
	}
	return h.source.Verdict(ctx, site, owner)
}

// startSet starts a monitor whose clock can be set, and already is set by so much.
func startSet(t *testing.T, cfg Config, by time.Duration) (*running, *set) {
	clock := &set{clock: systemClock()}
	clock.set(by)
	return startWith(t, cfg, func(m *Monitor) { m.clock = clock.read }), clock
}

func each(t *testing.T, test func(t *testing.T, by time.Duration)) {
	for _, by := range jumps {
		t.Run(fmt.Sprint(by), func(t *testing.T) { synctest.Test(t, func(t *testing.T) { test(t, by) }) })
	}
}

func kinds(s *SiteState) []string {
	var list []string
	for _, f := range s.Owners[0].Findings {
		list = append(list, f.Kind)
	}
	return list
}

// wantSchedule checks that nothing waits in a future that has been put off.
func (r *running) wantSchedule(now time.Time) {
	r.t.Helper()
	for _, s := range r.last().Sites {
		if s.NextCheck.After(now.Add(time.Hour)) {
			r.t.Errorf("%s is read next at %v, which is in %v", s.Site.Name, s.NextCheck, s.NextCheck.Sub(now))
		}
	}
}

func TestAClockThatIsSetMakesNothingFreshAndNothingStale(t *testing.T) {
	each(t, func(t *testing.T, by time.Duration) {
		src := &hanging{}
		r, clock := startSet(t, config(src, "one"), 0)
		r.wait(40 * time.Minute)
		src.stopped.Store(true)
		asked := src.asked.Load()
		clock.set(by)
		r.wait(time.Minute + time.Second)
		again := by < 0 || by >= sleepAfter // else its age is known well enough
		want := []string{FindingStatus}
		if by < 0 || by > 2*time.Hour { // as old as the interval allows, if the machine slept
			want = []string{FindingPending, FindingStatus}
		}
		s := r.last().Sites[0]
		if got := kinds(s); !slices.Equal(got, want) || s.Reading != again || (src.asked.Load() > asked) != again {
			t.Errorf("findings %v, asked %v; want %v and %v", got, s.Reading, want, again)
		}
		if s.Severity == OK && len(want) > 1 {
			t.Error("it is green and nobody knows")
		}
		r.wantSchedule(clock.now())
		r.end()
		if len(r.events()) > 0 {
			t.Errorf("it tells %+v", r.events())
		}
	})
}

func TestAfterAClockWasSetAllGoesOn(t *testing.T) {
	each(t, func(t *testing.T, by time.Duration) {
		src := &hanging{}
		r, clock := startSet(t, config(src, "one"), 0)
		r.wait(40 * time.Minute)
		clock.set(by)
		r.wait(2 * time.Minute)
		if s := r.last().Sites[0]; s.Severity != OK || s.Owners[0].Doubted {
			t.Errorf("%v with %v, want ok at once", s.Severity, kinds(s))
		}
		r.wantSchedule(clock.now())
		asked := src.asked.Load()
		r.wait(3 * time.Hour)
		if n := src.asked.Load() - asked; n < 3 || n > 8 {
			t.Errorf("%d questions in three hours, want one an hour, and one for the database at most", n)
		}
		details := src.details.Load()
		r.wait(5 * time.Hour)
		if src.details.Load() == details {
			t.Error("the database was not read again within its interval")
		}
		src.stopped.Store(true)
		r.wait(5 * time.Hour)
		if s := r.last().Sites[0]; !slices.Contains(kinds(s), FindingStale) || len(r.events()) != 1 {
			t.Errorf("%v, events %+v; want stale, told once", kinds(s), r.events())
		}
		r.end()
	})
}

func TestWhatNeverAnswersIsStaleHoweverOftenTheMachineSleeps(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		src := &hanging{}
		r, clock := startSet(t, config(src, "one"), 0)
		src.stopped.Store(true)
		for range 8 {
			r.wait(30 * time.Minute)
			clock.set(time.Hour)
		}
		r.wait(2 * time.Minute)
		if s := r.last().Sites[0]; !slices.Contains(kinds(s), FindingStale) || len(r.events()) != 1 {
			t.Errorf("%v, events %+v; want stale after four hours awake", kinds(s), r.events())
		}
		r.end()
	})
}

func TestAPauseDoesNotOutlastAClockThatIsSetBack(t *testing.T) {
	each(t, func(t *testing.T, by time.Duration) {
		src := &hanging{}
		r, clock := startSet(t, config(src, "one"), 0)
		r.Pause(clock.now().Add(3 * time.Hour))
		r.Snooze(Hand{Until: clock.now().Add(3 * time.Hour)})
		r.wait(time.Hour)
		clock.set(by)
		r.wait(time.Minute + time.Second)
		asked := src.asked.Load()
		if by < 0 && !clock.now().Before(r.last().PausedUntil) {
			t.Error("the pause ended early")
		}
		r.wait(2 * time.Hour)
		if !r.last().PausedUntil.IsZero() || len(r.last().Snoozes) > 0 {
			t.Errorf("the pause lasts until %v, snoozes %+v; it is %v", r.last().PausedUntil, r.last().Snoozes, clock.now())
		}
		if by <= 2*time.Hour && src.asked.Load() == asked {
			t.Error("nothing was read after the pause")
		}
		r.end()
	})
}

func TestAPauseFromAFileDoesNotOutlastAClockThatIsSetBack(t *testing.T) {
	each(t, func(t *testing.T, by time.Duration) {
		src := &hanging{}
		cfg := config(src, "one")
		cfg.SavedAt, cfg.PausedUntil = time.Now(), time.Now().Add(3*time.Hour)
		r, _ := startSet(t, cfg, by)
		if by < 0 && src.asked.Load() > 0 {
			t.Error("the pause ended early")
		}
		r.wait(3*time.Hour + time.Minute)
		if src.asked.Load() == 0 || !r.last().PausedUntil.IsZero() {
			t.Errorf("the pause lasts until %v", r.last().PausedUntil)
		}
		r.end()
	})
}

func TestAClockThatIsSetBackEndsTheWakingOfTheMachine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		src := newNetwork()
		r, clock := startSet(t, config(src, "one"), 0)
		clock.set(2 * days)
		r.wait(2 * time.Minute)
		clock.set(-2 * days)
		r.wait(2 * time.Minute)
		src.set(&Failure{Kind: KindServer, Text: "broken"})
		r.wait(2 * time.Hour)
		if got := r.events(); len(got) == 0 {
			t.Error("failures for two hours are not told")
		}
		r.end()
	})
}

// A state file may come from any time.
func TestARestartAtAnotherTimeTrustsNothingFromTheFuture(t *testing.T) {
	each(t, func(t *testing.T, by time.Duration) {
		src := &hanging{}
		first, clock := startSet(t, config(src, "one"), 0)
		first.wait(40 * time.Minute)
		first.end()
		cfg := config(src, "one")
		cfg.Initial, cfg.SavedAt = first.last().Sites, clock.now()
		cfg.Snoozes = []Hand{{Until: clock.now().Add(2 * time.Hour)}}
		src.stopped.Store(true)
		r, clock := startSet(t, cfg, by)
		s := r.last().Sites[0]
		if fresh := by > 0 && by <= 2*time.Hour; (s.Severity == OK) != fresh || !s.Reading || len(r.events()) > 0 {
			t.Errorf("%v with %v, reading %v, events %+v", s.Severity, kinds(s), s.Reading, r.events())
		}
		r.wait(5 * time.Minute) // times that were in the future are past by now
		if s := r.last().Sites[0]; by < 0 && s.Severity == OK {
			t.Errorf("the answer of another time is trusted later: %v", kinds(s))
		}
		r.wantSchedule(clock.now())
		r.wait(4 * time.Hour)
		if s := r.last().Sites[0]; !slices.Contains(kinds(s), FindingStale) || len(r.events()) != 1 || len(r.last().Snoozes) > 0 {
			t.Errorf("%v, events %+v, snoozes %+v; want stale, told once", kinds(s), r.events(), r.last().Snoozes)
		}
		r.end()
	})
}

// What an answer is dated by may have been wrong when it came.
func TestStatesWithWrongDates(t *testing.T) {
	each(t, func(t *testing.T, by time.Duration) {
		asked := time.Now().Add(by)
		old := &SiteState{
			Site: Site{Name: "one"}, LicencesAt: asked, NextCheck: asked.Add(time.Hour), FailingSince: asked, Way: Way{ReachedAt: asked, TriedAt: asked},
			Owners: []OwnerState{{Owner: "SUPEROFFICE", Licence: &Licence{Owner: "SUPEROFFICE"}, Verdict: &Verdict{Status: "Ok"}, VerdictAt: asked, AskedSince: asked, Unlisted: asked,
				Findings: []Finding{unlisted(asked, time.Now())}}},
		}
		src := &hanging{}
		src.stopped.Store(true)
		cfg := config(src, "one")
		cfg.Initial = []*SiteState{old}
		r := start(t, cfg)
		s := r.last().Sites[0]
		if o := s.Owners[0]; o.Unlisted.After(time.Now()) || o.AskedSince.After(time.Now()) || s.FailingSince.After(time.Now()) || s.Way.ReachedAt.After(time.Now()) {
			t.Errorf("times in the future: %+v", s)
		}
		r.wait(5 * time.Minute)
		if r.last().Sites[0].Owners[0].Doubted != (by > 0) {
			t.Errorf("an answer of %v is doubted: %v", by, by < 0)
		}
		r.wantSchedule(time.Now())
		src.stopped.Store(false)
		r.Update(config(src)) // ends the read that hangs
		synctest.Wait()
		if len(r.events()) > 0 {
			t.Errorf("it tells %+v", r.events())
		}
		r.end()
	})
}

func TestASiteThatHasNeverAnsweredIsToldOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		src := &hanging{}
		src.stopped.Store(true)
		r := start(t, config(src, "one"))
		r.wait(3 * time.Hour)
		if len(r.events()) > 0 {
			t.Errorf("told early: %+v", r.events())
		}
		r.wait(24 * time.Hour)
		if got := r.events(); len(got) != 1 || got[0].Appeared[0].Kind != FindingStale {
			t.Errorf("events %+v, want one: stale", got)
		}
		r.end()
	})
}

func TestDatesAreJudgedAnewWhenTheClockIsSet(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		end := time.Now().Add(60 * days)
		r, clock := startSet(t, config(&certified{end: end}, "one"), 0)
		want := func(when string, there bool) {
			t.Helper()
			r.wait(2 * time.Minute)
			_, found := judgeCertificate(r.last().Sites[0], clock.now())
			shown := slices.ContainsFunc(r.last().Sites[0].Findings, func(f Finding) bool { return f.Kind == FindingCertificate })
			if shown != there || found != there {
				t.Errorf("%s: certificate shown %v, judged %v; want %v", when, shown, found, there)
			}
		}
		want("two months before", false)
		clock.set(50 * days)
		want("set forward", true)
		clock.set(-50 * days)
		want("set back", false)
		r.end()
	})
}

// certified is a source whose server has a certificate.
type certified struct {
	source
	end time.Time
}

func (c *certified) Details(ctx context.Context, site string) (Details, error) {
	d, err := c.source.Details(ctx, site)
	d.Certificate = &Certificate{Host: "crm.example", NotAfter: c.end}
	return d, err
}

// However short the interval is: that the keyring is locked is told, not that there is no answer.
func TestALockedKeyringIsToldAsSuch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tries := 0
		src := source{licences: func(context.Context, string) ([]Licence, error) {
			if tries++; tries > 1 {
				time.Sleep(75 * time.Second) // the user is asked, or it hangs
			}
			return nil, &Failure{Kind: KindKeyring, Reason: reasonLocked, Text: "locked"}
		}}
		cfg := config(src, "one")
		cfg.Policy.Interval = time.Minute
		cfg.Initial = []*SiteState{{Site: Site{Name: "one"}, Owners: []OwnerState{{Owner: "A", Verdict: &Verdict{Status: "Ok"}, VerdictAt: time.Now().Add(-days)}}}}
		r := start(t, cfg)
		clock := time.Now()
		for time.Since(clock) < 20*time.Minute {
			if s := r.last().Sites[0]; s.Severity != Unknown {
				t.Errorf("after %v it is %v, and nobody knows", time.Since(clock), s.Severity)
			}
			r.wait(10 * time.Second)
		}
		for _, e := range r.events() {
			for _, f := range e.Appeared {
				if f.Kind != FindingUnreadable || e.At.Sub(clock) < 3*time.Minute {
					t.Errorf("after %v it tells %s", e.At.Sub(clock), f.Kind)
				}
			}
		}
		if len(r.events()) != 1 {
			t.Errorf("%d events, want one", len(r.events()))
		}
		r.end()
	})
}
