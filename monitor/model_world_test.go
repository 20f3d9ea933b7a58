package monitor

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"licensewatch/internal/caldate"
)

// world is a monitor in fake time, driven one event of its loop at a time, with all that it watches.
type world struct {
	*law
	now     time.Duration // since the beginning: the true time
	offset  time.Duration // by which the time of day is wrong
	woke    time.Duration // when it last woke from a sleep
	asleep  time.Duration // in which the computer's even clock stood still
	cfg     Config
	applied Config // what the monitor has taken of it
	general Rules  // of that
	m       *Monitor
	l       *loop
	reads   []func() // begun, not yet answered
	latest  Snapshot
	sites   map[string]*truth
	notify  *notifier     // who counts notifications, or nil
	takes   time.Duration // an answer
	many    bool          // too many sites to hold each event against the laws
	spare   int           // names of sites given so far
	events  int
}

// truth is how a site really is.
type truth struct {
	failure *Failure
	owners  map[string]*ownerTruth
}

type ownerTruth struct {
	status  string
	failure *Failure
	inUse   int
	expiry  int // days after the first day
	gone    bool
	said    string        // the latest good answer that the monitor took
	good    time.Duration // when; -1: none yet
}

var (
	firstDay   = time.Date(2027, 3, 1, 7, 20, 0, 0, time.UTC)
	modelNames = []string{"A", "B"} // of owners
	statuses   = []string{"Ok", "NewLicenseAvailable", "ProblemWithLicense", "NewLicenseActivated", "UnknownError"}
	failures   = []*Failure{
		nil,
		{Kind: KindNetwork, Text: "No connection."}, {Kind: KindDNS, Text: "No address."}, {Kind: KindTimeout, Text: "No answer."},
		{Kind: KindTLS, Text: "The certificate expired."}, {Kind: KindHTTP, Reason: reasonServerError, Text: "It says 503."},
		{Kind: KindSignIn, Text: "It refuses the password."}, {Kind: KindKeyring, Text: "The keyring is locked."},
		{Kind: KindTenant, Reason: "agreement", Severity: Critical, Text: "The agreement ended."}, {Kind: KindTenant, Reason: "migration", Severity: Warning, Text: "It is being moved."},
	}
	ownFailures = []*Failure{nil, {Kind: KindServer, Text: "The licence server is not there."}, {Kind: KindFault, Text: "A fault."}}
)

func newWorld() *world {
	w := &world{sites: map[string]*truth{}, takes: 200 * time.Millisecond}
	w.law = newLaw(w)
	w.cfg = Config{Source: w, Policy: DefaultPolicy(10 * time.Minute), DetailsInterval: time.Hour, Rules: DefaultRules(), Jitter: func() float64 { return 0 }}
	w.addSite()
	w.addSite()
	w.boot()
	return w
}

func (w *world) addSite() {
	name := fmt.Sprintf("s%d", w.spare)
	network := NetworkDirect
	if w.spare%3 == 2 {
		network = ""
	}
	w.spare++
	t := &truth{owners: map[string]*ownerTruth{}}
	for _, o := range modelNames {
		t.owners[o] = &ownerTruth{status: "Ok", inUse: 3, expiry: 400, good: -1}
	}
	w.sites[name] = t
	w.cfg.Sites = append(slices.Clone(w.cfg.Sites), Site{Name: name, Network: network})
}

// Details answers as the site truly is.
func (w *world) Details(_ context.Context, site string) (Details, error) {
	t := w.sites[site]
	if t.failure != nil {
		return Details{}, t.failure
	}
	var d Details
	for _, name := range modelNames {
		if o := t.owners[name]; !o.gone {
			d.Licences = append(d.Licences, Licence{
				Owner: name, Dates: Dates{Expiry: caldate.Of(firstDay.AddDate(0, 0, o.expiry))},
				Modules: []Module{{Name: "user", Type: userLicense, Total: 10, InUse: o.inUse}},
			})
		}
	}
	return d, nil
}

// Verdict answers as the owner truly is.
func (w *world) Verdict(_ context.Context, site, owner string) (Verdict, error) {
	t := w.sites[site]
	o := t.owners[owner]
	if f := cmpFailure(t.failure, o.failure); f != nil {
		return Verdict{}, f
	}
	return Verdict{Status: o.status}, nil
}

func cmpFailure(list ...*Failure) *Failure {
	for _, f := range list {
		if f != nil {
			return f
		}
	}
	return nil
}

func (w *world) wall() time.Time { return firstDay.Add(w.now + w.offset) }

// boot begins a run of the program.
func (w *world) boot() {
	w.apply(w.cfg)
	w.m = New(w.cfg)
	w.m.clock = func() (time.Time, time.Duration) { return w.wall(), w.now - w.asleep }
	w.reads = nil
	w.l = w.m.begin(context.Background(), w.publish, make(chan result, 1000))
	w.l.read = func(read func()) { w.reads = append(w.reads, read) }
}

func (w *world) apply(cfg Config) { w.applied, w.general = cfg, DefaultRules().Under(cfg.Rules) }

// restart ends the program and begins it again later, with what its state file keeps.
func (w *world) restart(after time.Duration) error {
	var kept struct {
		PausedUntil time.Time
		Sites       []*SiteState
		Alerts      []Alert
		Snoozes     []Hand
	}
	for _, s := range w.latest.Sites {
		bare := *s
		bare.Reading, bare.Owners = false, slices.Clone(s.Owners)
		for i := range bare.Owners {
			if o := &bare.Owners[i]; o.Licence != nil {
				licence := *o.Licence
				licence.Modules = nil
				o.Licence = &licence
			}
		}
		kept.Sites = append(kept.Sites, &bare)
	}
	kept.PausedUntil, kept.Alerts, kept.Snoozes = w.latest.PausedUntil, w.latest.Alerts, w.latest.Snoozes
	data, err := json.Marshal(kept)
	kept.Sites, kept.Alerts, kept.Snoozes = nil, nil, nil
	if err = errors.Join(err, json.Unmarshal(data, &kept)); err != nil {
		return err
	}
	saved := w.latest.At
	w.now += after
	w.asleep += after
	w.meddled()
	cfg := w.cfg
	w.cfg.SavedAt, w.cfg.Initial, w.cfg.PausedUntil, w.cfg.Alerts, w.cfg.Snoozes = saved, kept.Sites, kept.PausedUntil, kept.Alerts, kept.Snoozes
	w.boot()
	w.cfg = cfg
	return nil
}

// event lets the loop handle one event: an answer, an order, or that time passed, but no more than this.
func (w *world) event(within time.Duration) {
	w.events++
	w.l.startDue(w.l.lastLook)
	switch {
	case len(w.l.results) > 0:
		w.now += w.takes / 10
		r := <-w.l.results
		now := w.l.look()
		w.answered(r)
		w.l.take(r, now)
	case len(w.m.orders) > 0:
		w.m.obey(w.l, w.l.look())
	case len(w.reads) > 0:
		read := w.reads[0]
		w.reads = w.reads[1:]
		w.now += w.takes
		read()
		return
	default:
		wait := max(time.Millisecond, w.l.untilNext(w.l.lastLook)-(w.now-w.asleep-w.l.lastRan))
		if w.now += min(wait, within); wait <= within {
			w.l.pass(w.l.look())
		}
	}
	w.after()
	if w.notify != nil {
		w.notify.ripen(w.latest, w.wall())
	}
}

// answered counts the good answers.
func (w *world) answered(r result) {
	site, obs := r.site.state, r.obs
	if r.name != site.Site.Name {
		return // asked for under a former name
	}
	if obs.Read {
		w.looks[Subject{Site: site.Site.Name}]++
	}
	if obs.Verdict != nil && slices.Contains(w.l.sites, r.site) {
		o := w.sites[site.Site.Name].owners[obs.Owner]
		o.said, o.good = obs.Verdict.Status, w.now
		w.looks[Subject{Site: site.Site.Name, Owner: obs.Owner}]++
	}
	if owner := obs.Verdict != nil || obs.Failure != nil && obs.Owner != "" && !obs.Failure.siteWide(); owner && site.Failure != nil && site.Failure.siteWide() {
		w.looks[Subject{Site: site.Site.Name}]++ // it was reached
	}
}

// run lets so much time pass.
func (w *world) run(d time.Duration) {
	for end := w.now + d; w.now < end && w.broken == ""; {
		w.event(end - w.now)
	}
}

func (w *world) publish(s Snapshot) {
	w.latest = s
	if !w.many {
		w.shown(s)
	}
	if w.notify != nil {
		w.notify.take(s, s.At)
	}
}
