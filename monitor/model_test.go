package monitor

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

var (
	modelSteps = flag.Int64("model.steps", 20_000, "steps of the model test: what happens to its worlds, and what their loops handle")
	modelSeed  = flag.Uint64("model.seed", 1, "seed of the model test; 0: a random one")
)

// stepsOfAWorld is how many random things happen to a world.
const stepsOfAWorld = 1000

// deed is one thing that happens to a world.
type deed struct {
	Kind  string
	Site  int // of those that there are
	Owner int
	N     int
	D     time.Duration
}

func (s deed) String() string {
	return fmt.Sprintf("%s %d %d %d %v", s.Kind, s.Site, s.Owner, s.N, s.D)
}

// parseStep reads what String writes.
func parseStep(line string) (s deed, err error) {
	var d string
	if _, err = fmt.Sscan(line, &s.Kind, &s.Site, &s.Owner, &s.N, &d); err == nil {
		s.D, err = time.ParseDuration(d)
	}
	return s, err
}

// stepKinds are what may happen, as often as it is listed.
var stepKinds = strings.Fields(strings.Repeat("next ", 60) + strings.Repeat("pass ", 16) +
	strings.Repeat("status ", 8) + strings.Repeat("fail ", 5) + strings.Repeat("own ", 4) + strings.Repeat("mend ", 6) +
	"all all seats seats expiry gone " +
	"sleep jump restart restart ack ack snooze snooze resume pause interval rules rules quiet limits add remove rename refresh refresh")

func randomStep(r *rand.Rand) deed {
	s := deed{Kind: stepKinds[r.IntN(len(stepKinds))], Site: r.IntN(4), Owner: r.IntN(2), N: r.IntN(10)}
	switch s.Kind {
	case "pass":
		s.D = time.Duration(r.IntN(20)) * time.Minute
		if r.IntN(12) == 0 {
			s.D = time.Duration(r.IntN(30)) * 10 * time.Minute
		}
	case "sleep", "restart", "snooze", "pause":
		s.D = time.Duration(r.IntN(90)) * time.Minute
		if r.IntN(5) == 0 {
			s.D = time.Duration(r.IntN(40)) * time.Hour
		}
	case "jump":
		s.D = time.Duration(r.IntN(80)-40) * 31 * time.Minute
	}
	return s
}

// do lets a step happen.
func (w *world) do(s deed) error {
	switch s.Kind {
	case "next":
		for range s.N + 1 {
			w.event(time.Hour)
		}
		return nil
	case "pass":
		w.run(s.D)
		return nil
	}
	if len(w.cfg.Sites) == 0 {
		w.addSite()
		w.change()
		return nil
	}
	site := w.cfg.Sites[s.Site%len(w.cfg.Sites)]
	t := w.sites[site.Name]
	o := t.owners[modelNames[s.Owner]]
	of := Subject{Site: site.Name, Owner: modelNames[s.Owner]}
	if s.N%3 == 0 {
		of.Owner = ""
	}
	if s.N%5 == 4 {
		of = Subject{}
	}
	switch s.Kind {
	case "status":
		o.status = statuses[s.N%len(statuses)]
	case "seats":
		o.inUse = 8 + s.N%4
	case "expiry":
		o.expiry = int(w.now/(24*time.Hour)) + []int{-1, 1, 2, 8, 15, 31, 200}[s.N%7]
	case "gone":
		o.gone = !o.gone
	case "fail":
		t.failure = failures[s.N%len(failures)]
	case "own":
		o.failure = ownFailures[s.N%len(ownFailures)]
	case "mend":
		t.failure, o.failure = nil, nil
	case "all": // the way out fails, or works again
		for _, t := range w.sites {
			t.failure = failures[s.N%2]
		}
	case "refresh":
		w.m.Refresh(site.Name, "")
	default:
		w.meddled()
		return w.meddle(s, of)
	}
	return nil
}

// meddle lets a step happen that people or their computers do to the program.
func (w *world) meddle(s deed, of Subject) error {
	at := s.Site % len(w.cfg.Sites)
	switch s.Kind {
	case "sleep":
		w.now += s.D
		if s.N%2 == 0 {
			w.asleep += s.D // the even clock stood still
		}
		w.woke = w.now
		w.meddled()
	case "jump":
		w.offset += s.D
		w.ahead = w.now
	case "restart":
		if s.N%2 == 0 {
			s.D = 0
		}
		told, unchanged := w.told, w.wall().Sub(w.latest.At).Abs() < time.Second && s.D == 0
		err := w.restart(s.D)
		if unchanged && w.told > told {
			w.breaks("an unchanged restart tells %+v", w.latest.Decisions)
		}
		w.meddled()
		return err
	case "ack":
		w.m.Acknowledge(Hand{Subject: of, At: w.wall()})
	case "snooze":
		w.m.Snooze(Hand{Subject: of, At: w.wall(), Until: w.wall().Add(s.D)})
	case "resume":
		w.m.Resume(of)
	case "pause":
		w.m.Pause(w.wall().Add(s.D * time.Duration(s.N%2)))
	default:
		w.set(s, at)
		w.change()
	}
	return nil
}

// set changes the settings.
func (w *world) set(s deed, at int) {
	w.cfg.Sites = slices.Clone(w.cfg.Sites)
	w.cfg.Renamed = nil
	hour, day := time.Hour, 24*time.Hour
	switch s.Kind {
	case "interval":
		w.cfg.Policy.Interval = []time.Duration{5 * time.Minute, 10 * time.Minute, time.Hour}[s.N%3]
	case "rules":
		w.cfg.Rules = Rules{
			RemindCritical: []*time.Duration{&hour, &day, new(time.Duration(0))}[s.N%3], RemindUnknown: []*time.Duration{&hour, &day}[s.N%2],
			RemindWarning: []*time.Duration{&hour, &day}[s.Owner], Least: new(Severity([]int{0, 0, 0, 0, 1, 2, 3, 4}[s.N%8])),
			Quiet: w.cfg.Rules.Quiet, BreakQuiet: new(s.Site%2 == 0),
		}
	case "quiet":
		q, _ := ParseQuiet([]string{"daily 18:00-06:00", "Mon-Fri 09:10-09:50", "Sat-Sun 00:00-24:00"}[s.N%3])
		w.cfg.Rules.Quiet = []Quiet{q}[:s.Owner]
		if s.Site == 0 {
			w.cfg.Sites[at].Rules.Quiet = w.cfg.Rules.Quiet
		}
	case "limits":
		w.cfg.Policy.Limits.FreeSeats = new([]int{NoSeatWarning, 0, 1, 2}[s.N%4])
	case "add":
		if len(w.cfg.Sites) < 4 {
			w.addSite()
		}
	case "remove":
		w.cfg.Sites = slices.Delete(w.cfg.Sites, at, at+1)
	case "rename":
		was, is := w.cfg.Sites[at].Name, fmt.Sprintf("s%d", w.spare)
		w.spare++
		w.cfg.Sites[at].Name = is
		w.cfg.Renamed = map[string]string{is: was}
		w.sites[is] = w.sites[was]
	}
}

// change hands the settings over at once.
func (w *world) change() {
	cfg := w.cfg
	w.m.order(func(*loop, time.Time) {
		w.apply(cfg)
		for is, was := range cfg.Renamed {
			w.renamed(was, is)
		}
	})
	w.m.Update(cfg)
	w.m.obey(w.l, w.l.look())
	w.after()
}

// renamed keeps what is known of a site under its new name.
func (l *law) renamed(was, is string) {
	move(l.items, was, is)
	move(l.looks, was, is)
	move(l.unstable, was, is)
	move(l.lastTold, was, is)
	move(l.clear, was, is)
	move(l.knew, was, is)
	for key, d := range l.held {
		if key.Site == was {
			delete(l.held, key)
			key.Site = is
			l.held[key] = d
		}
	}
}

func move[V any](m map[Subject]V, was, is string) {
	for of, v := range m {
		if of.Site == was {
			delete(m, of)
			of.Site = is
			m[of] = v
		}
	}
}

// live lets steps happen to a new world and returns the first law that is broken, and by which step.
func live(steps []deed) (w *world, broken string, at int) {
	w = newWorld()
	for i, s := range steps {
		if err := w.do(s); err != nil {
			w.breaks("%v", err)
		}
		if w.broken != "" {
			return w, w.broken, i
		}
	}
	return w, "", len(steps)
}

// shorten leaves out steps that are not needed to break a law.
func shorten(steps []deed) []deed {
	for size := len(steps) / 2; size > 0; size /= 2 {
		for from := 0; from+size <= len(steps); {
			shorter := slices.Delete(slices.Clone(steps), from, from+size)
			if _, broken, at := live(shorter); broken != "" {
				steps = shorter[:at+1]
			} else {
				from += size
			}
		}
	}
	return steps
}

func script(steps []deed) string {
	var b strings.Builder
	for _, s := range steps {
		fmt.Fprintln(&b, s)
	}
	return b.String()
}

func TestModel(t *testing.T) {
	seed := *modelSeed
	if seed == 0 {
		seed = rand.Uint64()
	}
	began := time.Now()
	var next, done, events, told, days atomic.Int64
	var failed sync.Once
	var group sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		group.Go(func() {
			for i := next.Add(1); done.Load()+events.Load() < *modelSteps && !t.Failed(); i = next.Add(1) {
				r := rand.New(rand.NewPCG(seed, uint64(i)))
				steps := make([]deed, stepsOfAWorld)
				for k := range steps {
					steps[k] = randomStep(r)
				}
				w, broken, at := live(steps)
				done.Add(int64(at))
				events.Add(int64(w.events))
				told.Add(int64(w.told))
				days.Add(int64(w.now / (24 * time.Hour)))
				if broken != "" {
					failed.Do(func() {
						short := shorten(steps[:at+1])
						_, broken, _ = live(short)
						t.Errorf("seed %d, world %d breaks a law at %s\nkeep this in testdata/model:\n%s", seed, i, broken, script(short))
					})
				}
			}
		})
	}
	group.Wait()
	t.Logf("%d random steps: %d faults, clocks, settings and hands, %d answers and ticks, over %d days, made %d notifications; %v, seed %d",
		done.Load()+events.Load(), done.Load(), events.Load(), days.Load(), told.Load(), time.Since(began).Round(time.Millisecond), seed)
}

// TestModelKeepsWhatItFound plays what once broke a law.
func TestModelKeepsWhatItFound(t *testing.T) {
	files, err := filepath.Glob("testdata/model/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no scripts in testdata/model: %v", err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var steps []deed
		for line := range strings.Lines(string(data)) {
			if strings.HasPrefix(line, "#") {
				continue // says what was wrong
			}
			s, err := parseStep(line)
			if err != nil {
				t.Fatalf("%s: %q: %v", file, line, err)
			}
			steps = append(steps, s)
		}
		if _, broken, at := live(steps); broken != "" {
			t.Errorf("%s: step %d: %s", file, at, broken)
		}
	}
}
