package monitor

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"
)

func TestRestartRepeatsNothingAndTellsWhatChanged(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		status := map[string]string{"one": "NewLicenseAvailable", "two": "Ok"}
		src := source{verdict: func(_ context.Context, site, _ string) (Verdict, error) {
			return Verdict{Status: status[site]}, nil
		}}
		first := start(t, config(src, "one", "two"))
		first.end()
		if len(first.events()) != 1 {
			t.Fatalf("first run tells %+v, want one event", first.events())
		}
		time.Sleep(9 * time.Hour) // the machine is off for a night
		cfg := config(src, "one", "two")
		cfg.Initial = first.last().Sites
		second := start(t, cfg)
		second.end()
		if len(second.events()) != 0 {
			t.Errorf("an unchanged restart tells %+v", second.events())
		}
		status["two"] = "ProblemWithLicense" // no reader is left
		cfg.Initial = second.last().Sites
		third := start(t, cfg)
		third.end()
		if len(third.events()) != 1 || third.events()[0].Site != "two" || third.events()[0].To != Critical {
			t.Errorf("a change while it was off tells %+v, want one about two", third.events())
		}
	})
}

func TestUpdateKeepsWhatIsKnown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hang := make(chan struct{})
		r := start(t, config(source{verdict: func(ctx context.Context, site, _ string) (Verdict, error) {
			if site == "gone" {
				close(hang)
				<-ctx.Done() // ends when the site is removed
				return Verdict{}, ctx.Err()
			}
			return Verdict{Status: "NewLicenseAvailable"}, nil
		}}, "stays", "gone"))
		<-hang
		kept := r.last().Sites[0].Owners
		r.Update(config(source{}, "new", "stays"))
		synctest.Wait()
		if got := fmt.Sprint(r.last().Sites[0].Site.Name, r.last().Sites[1].Site.Name, len(r.last().Sites)); got != "newstays2" {
			t.Fatalf("sites %s after the update", got)
		}
		if o := r.last().Sites[1].Owners; o[0].Verdict != kept[0].Verdict {
			t.Error("the site that stays lost its verdict")
		}
		if r.last().Sites[0].Severity != OK {
			t.Errorf("the new site is %v, want it read", r.last().Sites[0].Severity)
		}
		r.end()
	})
}

func TestARenamedSiteKeepsWhatIsKnown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		src := source{verdict: func(context.Context, string, string) (Verdict, error) {
			return Verdict{Status: "NewLicenseAvailable"}, nil
		}}
		r := start(t, config(src, "before"))
		cfg := config(src, "after")
		cfg.Renamed = map[string]string{"after": "before"}
		r.Update(cfg)
		r.Refresh("after", "")
		synctest.Wait()
		if s := r.last().Sites[0]; s.Site.Name != "after" || s.Owners[0].Verdict == nil || len(r.events()) != 1 {
			t.Errorf("site %q, events %+v; want one, told under the former name", s.Site.Name, r.events())
		}
		r.end()
	})
}

// A source forgets a site's former name before the monitor does: what is under way fails, and that says nothing about the site.
func TestAReadUnderAFormerNameSaysNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begun, renamed := make(chan struct{}), make(chan struct{})
		r := start(t, config(source{licences: func(_ context.Context, site string) ([]Licence, error) {
			if site == "before" {
				close(begun)
				<-renamed
				return nil, &Failure{Kind: KindConfig, Text: "the site is not set up"}
			}
			return []Licence{{Owner: "ONE"}}, nil
		}}, "before"))
		<-begun
		cfg := r.cfg
		cfg.Sites = []Site{{Name: "after"}}
		cfg.Renamed = map[string]string{"after": "before"}
		r.Update(cfg)
		synctest.Wait()
		close(renamed)
		synctest.Wait()
		if s := r.last().Sites[0]; s.Failure != nil || s.Reading || len(r.events()) > 0 {
			t.Errorf("the site says %+v, reading %t, events %+v", s.Failure, s.Reading, r.events())
		}
		r.Refresh("after", "")
		synctest.Wait()
		if s := r.last().Sites[0]; s.Severity != OK {
			t.Errorf("after a read under its new name it is %v, want it well", s.Severity)
		}
		r.end()
	})
}

func TestASiteThatItsSourceHasForgottenIsNoFailure(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(t, config(source{licences: func(context.Context, string) ([]Licence, error) {
			return nil, fmt.Errorf("%w: %w", ErrUnwatched, &Failure{Kind: KindConfig, Text: "the site is not set up"})
		}}, "gone"))
		synctest.Wait()
		if s := r.last().Sites[0]; s.Failure != nil || s.Reading || s.Severity != Unknown || len(r.events()) > 0 {
			t.Errorf("the site says %+v, reading %t, %v, events %+v; want nothing known, and no news", s.Failure, s.Reading, s.Severity, r.events())
		}
		r.end()
	})
}
