package agent

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"licensewatch/assets"
	"licensewatch/internal/caldate"
	"licensewatch/monitor"
	"licensewatch/ui/tray"
)

// complaint is one that people have about programs of this kind: docs/complaints.md says who, and where.
type complaint struct {
	name   string // what went wrong there
	replay func(*office)
}

// replay replays complaints. Saves is set where it matters that states are saved as they change, and not at the end alone.
func replay(t *testing.T, saves bool, list []complaint) {
	for _, c := range list {
		t.Run(c.name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, file string) {
				o := &office{desk: sit(file), t: t, file: file, saves: saves, sites: &sites{replies: map[string]reply{}, reads: map[string]int{}}}
				o.cfg = monitor.Config{Source: o.sites, Policy: monitor.DefaultPolicy(time.Hour), DetailsInterval: time.Hour, Jitter: func() float64 { return 0 }}
				o.watch("head")
				c.replay(o)
				if o.end != nil {
					o.stop()
				}
			})
		})
	}
}

// office is Licensewatch in fake time, whole but for what draws and what sends: sites that answer as a test says, the monitor, what is
// handed to the desktop, the state file, and the tray's face.
type office struct {
	*desk
	t     *testing.T
	file  string
	saves bool
	sites *sites
	cfg   monitor.Config
	m     *monitor.Monitor
	end   func() // nil: it does not run

	mu     sync.Mutex
	first  tray.Face // that was shown after the latest start
	latest monitor.Snapshot
}

// reply is how a site answers.
type reply struct {
	status      string           // of its owner A; empty: Ok
	flips       bool             // to Ok, at every other question
	fails       *monitor.Failure // nil: it does not
	hangs       bool             // until nobody waits any more
	nobody      bool             // its database lists no owner
	dates       monitor.Dates
	certificate time.Time // its end; zero: there is none
}

// sites is a source.
type sites struct {
	mu      sync.Mutex
	replies map[string]reply
	reads   map[string]int
	flipped bool
}

func (s *sites) ask(ctx context.Context, site string) (reply, error) {
	s.mu.Lock()
	s.reads[site]++
	r := s.replies[site]
	s.mu.Unlock()
	if r.hangs {
		<-ctx.Done()
		return reply{}, ctx.Err()
	}
	if r.fails != nil {
		return reply{}, r.fails
	}
	return r, nil
}

func (s *sites) Details(ctx context.Context, site string) (monitor.Details, error) {
	r, err := s.ask(ctx, site)
	if err != nil || r.nobody {
		return monitor.Details{}, err
	}
	d := monitor.Details{Licences: []monitor.Licence{{Owner: "A", Dates: r.dates, Modules: []monitor.Module{{Name: "user"}}}}}
	if !r.certificate.IsZero() {
		d.Certificate = &monitor.Certificate{Host: "crm.example", NotAfter: r.certificate}
	}
	return d, nil
}

func (s *sites) Verdict(ctx context.Context, site, _ string) (monitor.Verdict, error) {
	r, err := s.ask(ctx, site)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.flipped = !s.flipped
	if r.status == "" || r.flips && s.flipped {
		r.status = "Ok"
	}
	return monitor.Verdict{Status: r.status}, err
}

// asked returns how often a site was asked, for its database or its owner.
func (s *sites) asked(site string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.reads[site]
}

// set has a site answer so from now on.
func (s *sites) set(site string, r reply) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.replies[site] = r
}

var (
	problem = reply{status: "ProblemWithLicense"}
	offered = reply{status: "NewLicenseAvailable"}
	refused = reply{fails: &monitor.Failure{Kind: monitor.KindNetwork, Reason: "connection-refused", Text: "Nobody listens there.", Remedy: "Look."}}
)

// expires is a site whose licence ends in so many days.
func (o *office) expires(days int) reply {
	return reply{dates: monitor.Dates{Expiry: o.day(days), Grace: caldate.Never}}
}

// day is so many days from now.
func (o *office) day(n int) caldate.Date { return caldate.Of(time.Now()).AddDays(n) }

// watch has these sites watched, from the next start on.
func (o *office) watch(names ...string) {
	o.cfg.Sites = nil
	for _, n := range names {
		o.cfg.Sites = append(o.cfg.Sites, monitor.Site{Name: n})
	}
}

// start begins, or begins again with what the state file holds.
func (o *office) start() {
	o.t.Helper()
	before := o.look()
	o.desk = sit(o.file)
	o.desk.seen = before
	m := o.load()
	cfg := o.cfg
	cfg.Initial, cfg.SavedAt, cfg.PausedUntil, cfg.Alerts, cfg.Snoozes = m.Sites, m.At, m.PausedUntil, m.Alerts, m.Snoozes
	o.m, o.first = monitor.New(cfg), tray.Face{}
	ctx, cancel := context.WithCancel(o.t.Context())
	var parts sync.WaitGroup
	parts.Go(func() {
		if o.saves {
			o.run(ctx)
		} else {
			o.deliver(ctx)
			o.save()
		}
	})
	parts.Go(func() { o.m.Run(ctx, o.see) })
	o.end = func() {
		cancel()
		parts.Wait()
	}
	synctest.Wait()
}

// see is told of each snapshot, as the agent is.
func (o *office) see(s monitor.Snapshot) {
	o.mu.Lock()
	if o.first.Title == "" {
		o.first = tray.FaceOf(s, s.At)
	}
	o.latest = s
	o.mu.Unlock()
	o.take(s)
}

func (o *office) stop() {
	o.end()
	o.end = nil
}

// restart ends it, and begins again after a while.
func (o *office) restart(later time.Duration) {
	o.t.Helper()
	o.stop()
	time.Sleep(later) // the bubble's clock
	o.start()
}

func (o *office) snapshot() monitor.Snapshot {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.latest
}

func (o *office) face() tray.Face { return tray.FaceOf(o.snapshot(), time.Now()) }

// wantLook checks the tray's icon.
func (o *office) wantLook(when string, want assets.Look) {
	o.t.Helper()
	if f := o.face(); f.Look != want {
		o.t.Errorf("%s: the icon is %v with %q and %q, want %v", when, f.Look, f.Title, f.Lines, want)
	}
}

// wantTold checks all notifications so far: there are as many as parts, and each title or text holds its part.
func (o *office) wantTold(when string, parts ...string) {
	o.t.Helper()
	got := o.told()
	ok := len(got) == len(parts)
	for i := 0; ok && i < len(parts); i++ {
		ok = strings.Contains(got[i], parts[i])
	}
	if !ok {
		o.t.Errorf("%s: %d notifications %q, want %d with %q", when, len(got), got, len(parts), parts)
	}
}

// told are the notifications that the desktop took, each its title and text.
func (o *office) told() []string {
	var list []string
	for _, t := range o.look().told {
		if t.Outcome == monitor.Sent {
			list = append(list, t.Title+" | "+t.Text)
		}
	}
	return list
}

// wantBetween checks how many notifications there were so far.
func (o *office) wantBetween(when string, least, most int) {
	o.t.Helper()
	if got := o.told(); len(got) < least || len(got) > most {
		o.t.Errorf("%s: %d notifications %q, want %d to %d", when, len(got), got, least, most)
	}
}

// wantWhy checks that something is on record with this reason.
func (o *office) wantWhy(when, why string) {
	o.t.Helper()
	if !slices.ContainsFunc(o.look().told, func(t monitor.Telling) bool { return strings.HasPrefix(t.Why, why) }) {
		o.t.Errorf("%s: on record is %+v, want one that says %q", when, o.look().told, why)
	}
}

// hand is what somebody says of a subject for a while.
func (o *office) hand(site string, long time.Duration) monitor.Hand {
	h := monitor.Hand{Subject: monitor.Subject{Site: site}, At: time.Now().Round(0), By: "ada", Note: "ticket 7"}
	if long > 0 {
		h.Until = h.At.Add(long)
	}
	return h
}

func (o *office) acknowledge(site string) {
	o.m.Acknowledge(o.hand(site, 0))
	synctest.Wait()
}

func (o *office) snooze(site string, long time.Duration) {
	o.m.Snooze(o.hand(site, long))
	synctest.Wait()
}

// acknowledged returns what was said of the site, or of its owner if one is known, if that still holds.
func (o *office) acknowledged(site string) (monitor.Hand, bool) {
	s := o.snapshot()
	i := slices.IndexFunc(s.Sites, func(w *monitor.SiteState) bool { return w.Site.Name == site })
	if len(s.Sites[i].Owners) == 0 {
		return s.Acknowledged(s.Sites[i], "")
	}
	return s.Acknowledged(s.Sites[i], "A")
}
