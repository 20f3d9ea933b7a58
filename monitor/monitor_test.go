package monitor

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// source is a Source of two functions.
type source struct {
	licences func(ctx context.Context, site string) ([]Licence, error)
	verdict  func(ctx context.Context, site, owner string) (Verdict, error)
}

func (s source) Details(ctx context.Context, site string) (Details, error) {
	if s.licences == nil {
		return Details{Licences: []Licence{{Owner: "SUPEROFFICE", Modules: []Module{{Name: "user"}}}}}, nil
	}
	list, err := s.licences(ctx, site)
	return Details{Licences: list}, err
}

func (s source) Verdict(ctx context.Context, site, owner string) (Verdict, error) {
	if s.verdict == nil {
		return Verdict{Status: "Ok"}, nil
	}
	return s.verdict(ctx, site, owner)
}

func config(src Source, names ...string) Config {
	cfg := Config{Source: src, Policy: DefaultPolicy(time.Hour), DetailsInterval: 6 * time.Hour, Jitter: func() float64 { return 0 }}
	for _, name := range names {
		cfg.Sites = append(cfg.Sites, Site{Name: name})
	}
	return cfg
}

// running is a monitor under test, inside a synctest bubble.
type running struct {
	*Monitor
	t      *testing.T
	mu     sync.Mutex
	latest Snapshot
	told   []Event
	stop   context.CancelFunc
	done   chan error
}

func start(t *testing.T, cfg Config) *running { return startWith(t, cfg, func(*Monitor) {}) }

func startWith(t *testing.T, cfg Config, change func(*Monitor)) *running {
	r := &running{Monitor: New(cfg), t: t, done: make(chan error, 1)}
	change(r.Monitor)
	ctx, cancel := context.WithCancel(t.Context())
	r.stop = cancel
	go func() {
		r.done <- r.Run(ctx, func(s Snapshot) {
			r.mu.Lock()
			defer r.mu.Unlock()
			r.latest, r.told = s, append(r.told, s.Events...)
		})
	}()
	synctest.Wait()
	return r
}

func (r *running) last() Snapshot {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.latest
}

func (r *running) events() []Event {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.told
}

// list is written by readers and read by the test.
type list[T any] struct {
	mu  sync.Mutex
	all []T
}

func (l *list[T]) add(v T) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.all = append(l.all, v)
}

// take returns what was added since the last take.
func (l *list[T]) take() []T {
	l.mu.Lock()
	defer l.mu.Unlock()
	all := l.all
	l.all = nil
	return all
}

// wait lets fake time pass until all is quiet again.
func (r *running) wait(d time.Duration) {
	time.Sleep(d) // the bubble's clock
	synctest.Wait()
}

func (r *running) end() {
	r.t.Helper()
	r.stop()
	if err := <-r.done; !errors.Is(err, context.Canceled) {
		r.t.Errorf("Run = %v, want context.Canceled", err)
	}
}

func TestSlowSiteDelaysNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(t, config(source{verdict: func(ctx context.Context, site, _ string) (Verdict, error) {
			if site == "slow" {
				<-ctx.Done()
				return Verdict{}, ctx.Err()
			}
			return Verdict{Status: "Ok"}, nil
		}}, "slow", "fast"))
		if slow, fast := r.last().Sites[0], r.last().Sites[1]; fast.Severity != OK || slow.Severity != Unknown || !slow.Reading || fast.Reading {
			t.Errorf("slow is %v (reading %v), fast %v (reading %v)", slow.Severity, slow.Reading, fast.Severity, fast.Reading)
		}
		r.end() // also while a read hangs
	})
}

func TestSchedule(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		var reads, asks list[time.Duration]
		r := start(t, config(source{
			licences: func(context.Context, string) ([]Licence, error) {
				reads.add(time.Since(began))
				return []Licence{{Owner: "A", Modules: []Module{{}}}}, nil
			},
			verdict: func(context.Context, string, string) (Verdict, error) {
				asks.add(time.Since(began))
				return Verdict{Status: "Ok"}, nil
			},
		}, "one"))
		r.wait(6*time.Hour + time.Minute)
		r.end()
		if got, want := reads.take(), []time.Duration{0, 6 * time.Hour}; !slices.Equal(got, want) {
			t.Errorf("the database is read at %v, want %v", got, want)
		}
		if got, want := asks.take(), 7; len(got) != want || got[1] != time.Hour {
			t.Errorf("the owner is asked at %v, want hourly, %d times", got, want)
		}
	})
}

func TestSitesSpreadOverTheInterval(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		var second list[string]
		r := start(t, config(source{verdict: func(_ context.Context, site, _ string) (Verdict, error) {
			if d := time.Since(began); d > 0 {
				second.add(fmt.Sprint(site, " ", d))
			}
			return Verdict{Status: "Ok"}, nil
		}}, "a", "b", "c", "d"))
		r.wait(time.Hour)
		r.end()
		if got, want := second.take(), []string{"a 15m0s", "b 30m0s", "c 45m0s", "d 1h0m0s"}; !slices.Equal(got, want) {
			t.Errorf("asked again: %q, want %q", got, want)
		}
	})
}

func TestFailuresBackOffToTheInterval(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		var asks list[time.Duration]
		r := start(t, config(source{licences: func(context.Context, string) ([]Licence, error) {
			asks.add(time.Since(began).Round(time.Second))
			return nil, &Failure{Kind: KindNetwork, Text: "no"}
		}}, "down"))
		if got := r.last().Sites[0].NextCheck.Sub(began); got != 30*time.Second {
			t.Errorf("the next check is shown for %v, want 30s", got)
		}
		r.wait(59 * time.Minute)
		want := []time.Duration{0, 30 * time.Second, 90 * time.Second, 390 * time.Second, 1290 * time.Second}
		if got := asks.take(); !slices.Equal(got, want) {
			t.Errorf("asked at %v, want %v", got, want)
		}
		if len(r.events()) != 1 || r.events()[0].Site != "down" {
			t.Errorf("events %+v, want one about the site", r.events())
		}
		r.end()
	})
}

func TestRefusedSignInIsNotRepeatedBeforeTheInterval(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var asks list[string]
		r := start(t, config(source{licences: func(_ context.Context, site string) ([]Licence, error) {
			asks.add(site)
			return nil, &Failure{Kind: KindSignIn, Text: "no"}
		}}, "locked out"))
		r.wait(59 * time.Minute)
		if n := len(asks.take()); n != 1 {
			t.Errorf("%d sign-ins within the interval, want 1: more can lock the account", n)
		}
		r.end()
	})
}

func TestRefusedSignInIsNotRepeatedEveryMinuteEither(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var asks list[string]
		cfg := config(source{licences: func(_ context.Context, site string) ([]Licence, error) {
			asks.add(site)
			return nil, &Failure{Kind: KindSignIn, Text: "no"}
		}}, "locked out")
		cfg.Policy.Interval = time.Minute
		r := start(t, cfg)
		r.wait(29 * time.Minute)
		if n := len(asks.take()); n != 3 {
			t.Errorf("%d sign-ins within half an hour, want 3: more can lock the account", n)
		}
		r.Refresh("", "")
		r.wait(time.Second)
		if n := len(asks.take()); n != 1 {
			t.Errorf("%d sign-ins after a person asked, want 1", n)
		}
		r.end()
	})
}

func TestRetryAfterIsHonoured(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var asks list[string]
		r := start(t, config(source{licences: func(_ context.Context, site string) ([]Licence, error) {
			asks.add(site)
			return nil, &Failure{Kind: KindHTTP, Text: "busy", RetryAfter: 2 * time.Hour}
		}}, "busy"))
		r.wait(2*time.Hour - time.Second)
		if n := len(asks.take()); n != 1 {
			t.Errorf("%d reads within two hours, want 1", n)
		}
		r.wait(time.Second)
		if n := len(asks.take()); n != 1 {
			t.Errorf("%d more reads after two hours, want 1", n)
		}
		r.end()
	})
}

func TestOneOwnersFailureAsksOnlyThatOwnerAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var asks list[string]
		r := start(t, config(source{
			licences: func(context.Context, string) ([]Licence, error) {
				asks.add("database")
				return []Licence{{Owner: "A", Modules: []Module{{}}}, {Owner: "B"}}, nil
			},
			verdict: func(_ context.Context, _, owner string) (Verdict, error) {
				asks.add(owner)
				if owner == "B" {
					return Verdict{}, &Failure{Kind: KindTimeout, Text: "slow"}
				}
				return Verdict{Status: "Ok"}, nil
			},
		}, "one"))
		r.wait(10 * time.Minute)
		if got, want := asks.take(), []string{"database", "A", "B", "B", "B", "B"}; !slices.Equal(got, want) {
			t.Errorf("asked %q, want %q", got, want)
		}
		r.end()
	})
}

func TestRefresh(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var asks list[string]
		r := start(t, config(source{
			licences: func(context.Context, string) ([]Licence, error) {
				return []Licence{{Owner: "A", Modules: []Module{{}}}, {Owner: "B"}}, nil
			},
			verdict: func(_ context.Context, site, owner string) (Verdict, error) {
				asks.add(site + "/" + owner)
				return Verdict{Status: "Ok"}, nil
			},
		}, "one", "two"))
		check := func(what string, want ...string) {
			synctest.Wait()
			got := asks.take()
			slices.Sort(got)
			if !slices.Equal(got, want) {
				t.Errorf("%s asks %q, want %q", what, got, want)
			}
		}
		check("the start", "one/A", "one/B", "two/A", "two/B")
		r.Refresh("", "")
		check("a refresh of all", "one/A", "one/B", "two/A", "two/B")
		r.Refresh("two", "")
		check("a refresh of a site", "two/A", "two/B")
		r.Refresh("two", "B")
		check("a refresh of an owner", "two/B")
		r.Refresh("three", "")
		check("a refresh of nobody")
		r.Pause(time.Now().Add(3 * time.Hour))
		r.wait(2 * time.Hour)
		check("a paused monitor")
		r.Refresh("one", "A")
		check("a refresh while paused", "one/A")
		r.Pause(time.Time{})
		check("the end of a pause", "one/A", "one/B", "two/A", "two/B")
		r.end()
	})
}

func TestTheEndOfAPauseIsSaid(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(t, config(source{}, "one"))
		r.Pause(time.Now().Add(5 * time.Minute)) // nothing is due for an hour
		synctest.Wait()
		if r.last().PausedUntil.IsZero() {
			t.Error("a pause is not shown")
		}
		r.wait(5 * time.Minute)
		if until := r.last().PausedUntil; !until.IsZero() {
			t.Errorf("after the pause it is still shown, until %v", until)
		}
		r.end()
	})
}

func TestPauseBringsNoStaleNews(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(t, config(source{}, "one"))
		r.Pause(time.Now().Add(10 * time.Hour))
		r.wait(5 * time.Hour)
		if r.last().Worst() != Unknown {
			t.Errorf("five hours into a pause the worst is %v, want unknown: nobody knows", r.last().Worst())
		}
		r.wait(5*time.Hour + time.Minute)
		if len(r.events()) != 0 || r.last().Worst() != OK {
			t.Errorf("after the pause: %v, events %+v; want ok and none", r.last().Worst(), r.events())
		}
		r.end()
	})
}

func TestPanickingSourceFailsAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(t, config(source{verdict: func(_ context.Context, site, _ string) (Verdict, error) {
			if site == "bad" {
				panic("slip")
			}
			return Verdict{Status: "Ok"}, nil
		}}, "bad", "good"))
		if r.last().Sites[0].Failure == nil || r.last().Sites[0].Reading || r.last().Sites[1].Severity != OK {
			t.Errorf("bad: %+v, good: %v", r.last().Sites[0].Failure, r.last().Sites[1].Severity)
		}
		r.end()
	})
}

func TestPublishedSnapshotsNeverChange(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		type seen struct {
			site *SiteState
			copy SiteState
		}
		var all []seen
		ctx, cancel := context.WithCancel(t.Context())
		m := New(config(source{}, "one", "two"))
		done := make(chan error)
		go func() {
			done <- m.Run(ctx, func(s Snapshot) {
				for _, site := range s.Sites {
					c := *site
					c.Owners = slices.Clone(site.Owners)
					all = append(all, seen{site, c})
				}
			})
		}()
		time.Sleep(5 * time.Hour)
		synctest.Wait()
		cancel()
		<-done
		for _, s := range all {
			if fmt.Sprint(*s.site) != fmt.Sprint(s.copy) {
				t.Fatalf("a published state changed from %+v to %+v", s.copy, *s.site)
			}
		}
	})
}
