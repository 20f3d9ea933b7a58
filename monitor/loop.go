package monitor

import (
	"cmp"
	"context"
	"reflect"
	"slices"
	"sync"
	"time"
)

const spreadOver = time.Minute // after an outage its sites are read within this time, not all at once

// loop is the state of Run. Only Run's goroutine touches it.
type loop struct {
	cfg         Config
	ctx         context.Context // Run's; readers end with it
	publish     func(Snapshot)
	sites       []*watched
	alerts      *Alerts
	pausedUntil time.Time
	results     chan result
	readers     sync.WaitGroup
	read        func(func()) // begins a reader; tests set it
	clock       clock
	lastLook    time.Time     // at the clock
	lastRan     time.Duration // at the same time
	beats       uint64        // see Pulse
	steps       uint64        // in all rounds
	ticked      time.Time     // when the passing of time was last judged
	woke        time.Time     // from a sleep of the machine; zero: it never slept
}

// watched is a site with its schedule.
type watched struct {
	state   *SiteState
	due     time.Time          // of the next regular round
	retry   time.Time          // of a look at what failed; zero: nothing failed
	order   *round             // asked for by a person, not yet begun
	turn    *turn              // a read out of turn, not yet begun
	cancel  context.CancelFunc // of the read under way, nil if there is none
	since   time.Time          // when it began
	step    uint64             // see Round
	doubted bool               // the next round reads the database, to confirm what is found of the site as a whole
	wait    time.Duration      // the longest that the server asked for in this round
}

// round is what one visit to a site reads.
type round struct {
	licences bool
	owners   []string // nil: all
}

// turn is a read out of turn, because of an outage that there is, or may be, or was.
type turn struct {
	at time.Time
	round
}

// setSites takes over a list of sites and keeps what is known of those that stay. What the calendar brought
// while nobody looked is news.
func (l *loop) setSites(sites []Site, initial []*SiteState, now time.Time) []Event {
	var events []Event
	saved := Observation{Broken: l.cfg.SavedAt.IsZero()}
	if !saved.Broken {
		saved.Jump = now.Sub(l.cfg.SavedAt)
	}
	old := l.sites
	l.sites = nil
	for _, site := range sites {
		w, from := &watched{state: &SiteState{Severity: Unknown}, due: now}, Observation{}
		name := cmp.Or(l.cfg.Renamed[site.Name], site.Name)
		if i := slices.IndexFunc(old, func(w *watched) bool { return w.state.Site.Name == name }); i >= 0 {
			w = old[i]
			old = slices.Delete(old, i, i+1)
			w.due = earliest(w.due, now.Add(l.cfg.jittered(l.cfg.Policy.Interval)))
		} else if i := slices.IndexFunc(initial, func(s *SiteState) bool { return s.Site.Name == site.Name }); i >= 0 {
			w.state, from = initial[i], saved
		}
		state := *w.state
		state.Site = site
		state.Reading = w.cancel != nil
		state.NextCheck = notAfter(state.NextCheck, w.due)
		obs := from
		obs.Asked = site.Owners
		if w.state.Site.Network != site.Network {
			obs.Way = &Way{} // of another way nothing is known
		}
		var news []Event
		w.state, news = l.cfg.Policy.Step(&state, obs, now)
		events = append(events, news...)
		l.sites = append(l.sites, w)
	}
	for _, gone := range old {
		if gone.cancel != nil {
			gone.cancel()
		}
	}
	weighed := map[string]bool{}
	for _, w := range l.sites {
		// What an earlier run asked of others is asked again at once, so that nothing is concluded from their silence.
		if network := w.state.Site.Network; !weighed[network] && initial == nil {
			weighed[network] = true
			events = append(events, l.weigh(network, now)...)
		}
	}
	return events
}

// startDue begins a round at each site that is due and not being read.
func (l *loop) startDue(now time.Time) {
	paused := now.Before(l.pausedUntil)
	started := false
	for i, w := range l.sites {
		if w.cancel != nil {
			continue
		}
		r, ok := w.next(now, l.cfg.DetailsInterval, paused)
		if !ok {
			continue
		}
		if !w.due.After(now) && r.owners == nil {
			w.due = now.Add(l.nextInterval(w, i))
		}
		l.start(w, r, now)
		started = true
	}
	if started {
		l.emit(now, nil)
	}
}

// nextInterval spreads sites over the interval after their first round, then keeps their distance.
func (l *loop) nextInterval(w *watched, i int) time.Duration {
	interval := l.cfg.jittered(l.cfg.Policy.Interval)
	if w.state.NextCheck.IsZero() {
		return interval * time.Duration(i+1) / time.Duration(len(l.sites))
	}
	return interval
}

// next returns what is to be read at now, if anything.
func (w *watched) next(now time.Time, details time.Duration, paused bool) (round, bool) {
	s := w.state
	age := now.Sub(s.LicencesAt)
	licences := s.Failure != nil || w.doubted || s.LicencesAt.IsZero() || !hasModules(s) || age < 0 || age >= details
	switch {
	case w.order != nil:
		r := *w.order
		w.order = nil
		return r, true
	case paused:
		return round{}, false
	case !w.due.After(now):
		w.turn = nil
		return round{licences: licences}, true
	case w.turn != nil && !w.turn.at.After(now):
		r := w.turn.round
		w.turn = nil
		return r, true
	case !w.retry.IsZero() && !w.retry.After(now):
		r := round{licences: licences, owners: failing(s)}
		if s.Failure != nil && s.Failure.siteWide() {
			r.owners = nil
		}
		return r, true
	}
	return round{}, false
}

// hasModules tells what this run has read from what an earlier one saved: modules are not saved.
func hasModules(s *SiteState) bool {
	return slices.ContainsFunc(s.Owners, func(o OwnerState) bool { return o.Licence != nil && o.Licence.Modules != nil })
}

// failing lists the owners whose latest question failed; it is never nil.
func failing(s *SiteState) []string {
	list := []string{}
	for _, o := range s.Owners {
		if o.Failure != nil {
			list = append(list, o.Owner)
		}
	}
	return list
}

// refresh notes what a person wants read; startDue begins it.
func (l *loop) refresh(site, owner string) {
	for _, w := range l.sites {
		if site != "" && w.state.Site.Name != site {
			continue
		}
		r := &round{licences: true}
		if owner != "" {
			r.owners = []string{owner}
		}
		if w.order != nil && (w.order.owners == nil || owner == "") {
			r.owners = nil
		} else if w.order != nil {
			r.owners = append(r.owners, w.order.owners...)
		}
		w.order = r
	}
}

// untilNext returns how long nothing is to be done.
func (l *loop) untilNext(now time.Time) time.Duration {
	next := l.nextTick()
	if !l.pausedUntil.IsZero() {
		next = earliest(next, l.pausedUntil)
	}
	for _, w := range l.sites {
		if w.cancel != nil || now.Before(l.pausedUntil) {
			continue
		}
		next = earliest(next, w.due)
		if w.turn != nil {
			next = earliest(next, w.turn.at)
		}
		if !w.retry.IsZero() {
			next = earliest(next, w.retry)
		}
	}
	return max(0, next.Sub(now))
}

// take folds what a reader brings.
func (l *loop) take(r result, now time.Time) {
	if !slices.Contains(l.sites, r.site) {
		return // removed meanwhile
	}
	w := r.site
	l.step(w)
	var events []Event
	if r.done {
		w.finish(l.cfg.Policy.Interval, now)
		l.confirm(w, now)
	} else if r.name != w.state.Site.Name {
		return // renamed meanwhile: its source does not know it by that name any more
	} else {
		if f := r.obs.Failure; f != nil {
			w.wait = max(w.wait, f.RetryAfter)
		}
		r.obs.Waking = !l.woke.IsZero() && now.Sub(l.woke) < wakesFor
		r.obs.Shared = w.state.Site.Network != ""
		w.state, events = l.cfg.Policy.Step(w.state, r.obs, now)
	}
	l.emit(now, append(l.weigh(w.state.Site.Network, now), events...))
}

// step notes that a round goes on.
func (l *loop) step(w *watched) {
	l.steps++
	w.step = l.steps
}

// confirm has another look taken soon, where news waits for one.
func (l *loop) confirm(w *watched, now time.Time) {
	w.doubted = l.alerts.doubts(Subject{Site: w.state.Site.Name})
	owners, whole := l.alerts.doubtful(w.state, now.Add(-l.cfg.Policy.Interval*3/2))
	if len(owners) == 0 && !whole || w.turn != nil || !w.retry.IsZero() {
		return
	}
	r := round{licences: whole, owners: owners}
	if owners == nil {
		r.owners = []string{}
	}
	w.turn = &turn{now.Add(min(retries[0], l.cfg.Policy.Interval)), r}
}

// sharing returns the sites of a network, none for the empty one.
func (l *loop) sharing(network string) []*watched {
	var list []*watched
	for _, w := range l.sites {
		if network != "" && w.state.Site.Network == network {
			list = append(list, w)
		}
	}
	return list
}

// weigh judges a way out after something was learnt of it, has sites read that must tell more, and returns what is news.
func (l *loop) weigh(network string, now time.Time) []Event {
	sites := l.sharing(network)
	states := make([]*SiteState, len(sites))
	for i, w := range sites {
		states[i] = w.state
	}
	ways, ask := weigh(states, min(retries[0], l.cfg.Policy.Interval))
	for _, i := range ask {
		sites[i].turn = &turn{now, glance}
	}
	before := outages(states)
	var events []Event
	for i, w := range sites {
		if ways[i] == w.state.Way {
			continue
		}
		if w.state.Way.Down() && !ways[i].Down() && w.state.patient() { // what it missed is read soon
			w.turn = &turn{now.Add(spreadOver * time.Duration(i) / time.Duration(len(sites))), round{licences: true}}
		}
		var news []Event
		w.state, news = l.cfg.Policy.Step(w.state, Observation{Way: &ways[i]}, now)
		states[i] = w.state
		events = append(events, news...)
	}
	return append(outageNews(before, outages(states), now), events...)
}

// glance is a round that asks only whether the site answers.
var glance = round{licences: true, owners: []string{}}

// pass judges the passing of time when it is time to.
func (l *loop) pass(now time.Time) {
	if !now.Before(l.nextTick()) || !l.pausedUntil.IsZero() && !now.Before(l.pausedUntil) {
		l.tick(now, now.Before(l.pausedUntil))
	}
}

// nextTick is at the next full minute, when quiet hours, snoozes and days end.
func (l *loop) nextTick() time.Time { return l.ticked.Truncate(tickEvery).Add(tickEvery) }

// tick judges the passing of time: dates that are reached, answers that grow old.
// broken says that nobody was asked for a while.
func (l *loop) tick(now time.Time, broken bool) { l.age(now, Observation{Broken: broken}) }

// age is tick, with what obs says of the time.
func (l *loop) age(now time.Time, obs Observation) {
	var events []Event
	changed := !l.pausedUntil.IsZero() && !now.Before(l.pausedUntil)
	if changed { // the pause is over: say so, even if nothing is due
		l.pausedUntil = time.Time{}
	}
	l.ticked = now
	for _, w := range l.sites {
		next, news := l.cfg.Policy.Step(w.state, obs, now)
		if len(news) > 0 || !reflect.DeepEqual(next, w.state) {
			w.state = next
			events = append(events, news...)
			changed = true
		}
	}
	l.probe(now)
	s := l.snapshot(now)
	if s.Decisions = l.alerts.Take(l.cfg.Rules, s, true); changed || len(s.Decisions) > 0 || l.alerts.Unsaved() {
		s.Events = events
		l.show(s)
	}
}

// probe looks whether outages are over: at each tick by the site that was tried longest ago.
func (l *loop) probe(now time.Time) {
	longest := map[string]*watched{}
	for _, w := range l.sites {
		if !w.state.Way.Down() || !w.state.patient() || w.cancel != nil {
			continue
		}
		was := longest[w.state.Site.Network]
		if was == nil || w.state.Way.TriedAt.Before(was.state.Way.TriedAt) {
			longest[w.state.Site.Network] = w
		}
	}
	for _, w := range longest {
		w.turn = &turn{now, glance}
	}
}

// emit publishes what a site's state has become; judge does so too when rules, hands or the time may have changed what is to be told.
func (l *loop) emit(now time.Time, events []Event) { l.judge(now, events, false) }

func (l *loop) judge(now time.Time, events []Event, all bool) {
	s := l.snapshot(now)
	s.Events = events
	s.Decisions = l.alerts.Take(l.cfg.Rules, s, all)
	l.show(s)
}

func (l *loop) show(s Snapshot) {
	s.Alerts, s.Snoozes = l.alerts.Saved()
	l.publish(s)
}

// snapshot is what is known, without what is to be told of it.
func (l *loop) snapshot(now time.Time) Snapshot {
	s := Snapshot{At: now, Sites: make([]*SiteState, len(l.sites))}
	if now.Before(l.pausedUntil) {
		s.PausedUntil = l.pausedUntil
	}
	for i, w := range l.sites {
		s.Sites[i] = w.state
	}
	s.Outages = outages(s.Sites)
	return s
}
