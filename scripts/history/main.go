// History fills a history with two years of many sites, day by day as an agent does, and prints what that costs.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"time"

	"licensewatch/monitor"
	"licensewatch/monitor/history"
)

const (
	owners  = 2  // of each site
	modules = 20 // of each owner
)

func main() {
	sites := flag.Int("sites", 1000, "how many sites")
	days := flag.Int("days", 730, "how many days")
	keep := flag.String("keep", "", "a file to keep the history in")
	flag.Parse()
	if err := run(*sites, *days, *keep); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(sites, days int, path string) error {
	if path == "" {
		dir, err := os.MkdirTemp(".", "history-")
		if err != nil {
			return err
		}
		defer os.RemoveAll(dir)
		path = filepath.Join(dir, "history.db")
	}
	s := history.Open(history.Options{Path: path, Trouble: func(text string) { fmt.Println(text) }})
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	ended := make(chan error)
	go func() { ended <- s.Run(ctx) }()

	world := newWorld(sites)
	began, first := time.Now(), time.Now().AddDate(0, 0, -days)
	var day time.Duration
	for n := range days {
		at := first.AddDate(0, 0, n)
		sn := world.day(at)
		start := time.Now()
		s.Take(sn)
		if err := s.Flush(ctx); err != nil {
			return err
		}
		day = time.Since(start)
		if (n+1)%73 == 0 {
			about, err := os.Stat(path)
			if err != nil {
				return err
			}
			fmt.Printf("day %d: %d MB, this day took %v\n", n+1, about.Size()>>20, day.Round(time.Millisecond))
		}
	}
	fmt.Printf("%d sites, %d owners each, %d modules each, %d days: filled in %v\n", sites, owners, modules, days, time.Since(began).Round(time.Second))
	if err := read(ctx, s, sites, time.Now().AddDate(-1, 0, 0)); err != nil {
		return err
	}
	cancel()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		return err
	}
	about, err := os.Stat(path)
	if err != nil {
		return err
	}
	fmt.Printf("file: %d MB, %.1f bytes a sample; a day's write: %v\n", about.Size()>>20,
		float64(about.Size())/float64(sites*owners*modules*days), day.Round(time.Millisecond))
	return nil
}

// read reads the year of some owners.
func read(ctx context.Context, s *history.Store, sites int, since time.Time) error {
	const times = 50
	var seats, past time.Duration
	for range times {
		site, owner := siteName(rand.IntN(sites)), ownerName(rand.IntN(owners))
		start := time.Now()
		list, err := s.Seats(ctx, site, owner, since)
		if err != nil || len(list) != modules {
			return fmt.Errorf("the seats of %s, %s are of %d modules: %w", site, owner, len(list), err)
		}
		seats += time.Since(start)
		start = time.Now()
		if _, err := s.Past(ctx, site, owner, since); err != nil {
			return err
		}
		past += time.Since(start)
	}
	fmt.Printf("a year of one owner: its seats in %v, its states and events in %v\n", (seats / times).Round(time.Microsecond), (past / times).Round(time.Microsecond))
	return nil
}

// world is many sites whose seats change every day.
type world struct{ licences []*monitor.Licence }

func newWorld(sites int) *world {
	w := &world{}
	for range sites * owners {
		l := &monitor.Licence{}
		for m := range modules {
			l.Modules = append(l.Modules, monitor.Module{Name: fmt.Sprint("module-", m), Description: fmt.Sprint("Module ", m),
				Type: "UserLicense", Total: 50 + rand.IntN(500), InUse: 50, Plan: m < 3})
		}
		w.licences = append(w.licences, l)
	}
	return w
}

// day is how all sites stand on a day.
func (w *world) day(at time.Time) monitor.Snapshot {
	sn := monitor.Snapshot{At: at}
	for n := range len(w.licences) / owners {
		state := &monitor.SiteState{Site: monitor.Site{Name: siteName(n)}, LicencesAt: at}
		for i := range owners {
			was := w.licences[n*owners+i]
			l := &monitor.Licence{Modules: make([]monitor.Module, modules)}
			for m, module := range was.Modules {
				module.InUse = max(0, module.InUse+1+rand.IntN(4)) % (module.Total + 1)
				module.Free = module.Total - module.InUse
				l.Modules[m] = module
			}
			w.licences[n*owners+i] = l
			state.Owners = append(state.Owners, monitor.OwnerState{Owner: ownerName(i), Licence: l})
		}
		sn.Sites = append(sn.Sites, state)
	}
	return sn
}

func siteName(n int) string { return fmt.Sprintf("Site %04d", n) }

func ownerName(n int) string { return fmt.Sprintf("OWNER%d", n) }
