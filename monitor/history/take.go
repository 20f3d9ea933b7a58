package history

import (
	"slices"
	"time"

	"licensewatch/internal/caldate"
	"licensewatch/monitor"
)

// known is what the latest snapshot said, to tell what changes.
type known struct {
	sites    []*monitor.SiteState
	lasting  map[string]map[string]band // by site and owner
	networks map[string]string          // by site
	renamed  map[string]string          // new names by former ones, until the monitor knows them
	carried  time.Time                  // until when somebody is known to have watched
	began    time.Time                  // since when, without a break
	full     bool                       // something was forgotten since the last write
}

func newKnown() known {
	return known{lasting: map[string]map[string]band{}, networks: map[string]string{}, renamed: map[string]string{}}
}

func (k *known) rename(was, is string) {
	for former, name := range k.renamed {
		if name == was {
			k.renamed[former] = is
		}
	}
	k.renamed[was] = is
	delete(k.renamed, is)
	if of, ok := k.lasting[was]; ok {
		delete(k.lasting, was)
		for owner, b := range of {
			b.site = is
			of[owner] = b
		}
		k.lasting[is] = of
	}
	if network, ok := k.networks[was]; ok {
		delete(k.networks, was)
		k.networks[is] = network
	}
}

// name returns the name that a site has by now.
func (k *known) name(site string) string {
	if is, ok := k.renamed[site]; ok {
		return is
	}
	return site
}

// forgetNames forgets new names that the monitor has learnt.
func (k *known) forgetNames(sites []*monitor.SiteState) {
	for was, is := range k.renamed {
		if slices.ContainsFunc(sites, func(s *monitor.SiteState) bool { return s.Site.Name == is }) {
			delete(k.renamed, was)
		}
	}
}

// before returns the state of a site in the snapshot before.
func (k *known) before(name string) *monitor.SiteState {
	i := slices.IndexFunc(k.sites, func(s *monitor.SiteState) bool { return k.name(s.Site.Name) == name })
	if i < 0 {
		return nil
	}
	return k.sites[i]
}

// Take notes what a snapshot brings. It never blocks. Snapshots come in the order in which they were published.
func (s *Store) Take(sn monitor.Snapshot) {
	at := s.pass(sn.At)
	s.mu.Lock()
	defer s.mu.Unlock()
	k := &s.known
	k.forgetNames(sn.Sites)
	list := len(sn.Sites) != len(k.sites)
	for i, site := range sn.Sites {
		if i < len(k.sites) && k.sites[i] == site {
			continue
		}
		list = list || k.sites[i].Site.Name != site.Site.Name
		s.takeSite(site, at)
	}
	if list {
		s.endGone(sn.Sites, at)
	}
	k.sites = sn.Sites
	for _, e := range sn.Events {
		e.Site = k.name(e.Site)
		s.queue.events = append(s.queue.events, e)
	}
	s.bound()
	if s.queue.news() {
		s.nudge()
	}
}

// takeSite notes what changed at a site.
func (s *Store) takeSite(site *monitor.SiteState, at time.Time) {
	k := &s.known
	name := k.name(site.Site.Name)
	was := k.before(name)
	of := k.lasting[name]
	if of == nil {
		of = map[string]band{}
		k.lasting[name] = of
	}
	s.change(of, siteBand(name, site, at))
	for i := range site.Owners {
		o := &site.Owners[i]
		s.change(of, ownerBand(name, o, at))
		if o.Licence != nil && (was == nil || licence(was, o.Owner) != o.Licence) {
			s.sample(place{name, o.Owner}, site.LicencesAt, o.Licence)
		}
	}
	for owner, b := range of {
		if owner != "" && !slices.ContainsFunc(site.Owners, func(o monitor.OwnerState) bool { return o.Owner == owner }) {
			s.end(of, b, at)
		}
	}
	if network, ok := k.networks[name]; !ok || network != site.Site.Network {
		k.networks[name] = site.Site.Network
		s.queue.networks = merged(s.queue.networks, map[string]string{name: site.Site.Network})
	}
}

func licence(s *monitor.SiteState, owner string) *monitor.Licence {
	for i := range s.Owners {
		if s.Owners[i].Owner == owner {
			return s.Owners[i].Licence
		}
	}
	return nil
}

func siteBand(name string, s *monitor.SiteState, at time.Time) band {
	b := band{place: place{site: name}, from: at, severity: s.Severity}
	if b.text = worstText(s.Findings, s.Severity); b.text != "" {
		return b
	}
	for _, o := range s.Owners {
		if text := worstText(o.Findings, s.Severity); text != "" {
			b.text = o.Owner + ": " + text
			return b
		}
	}
	return b
}

func ownerBand(site string, o *monitor.OwnerState, at time.Time) band {
	b := band{place: place{site, o.Owner}, from: at, severity: o.Severity, text: worstText(o.Findings, o.Severity)}
	if o.Verdict != nil {
		b.status = o.Verdict.Status
	}
	return b
}

// worstText returns the sentence of the first finding that is as bad as the whole.
func worstText(list []monitor.Finding, worst monitor.Severity) string {
	for _, f := range list {
		if f.Severity == worst && worst > monitor.OK {
			return f.Text
		}
	}
	return ""
}

// change begins a new band of a place if it stands otherwise than before.
func (s *Store) change(of map[string]band, now band) {
	was, ok := of[now.owner]
	if ok && was.same(now) {
		return
	}
	if ok {
		s.end(of, was, now.from)
	}
	of[now.owner] = now
	s.queue.bands = append(s.queue.bands, now)
}

// end ends a band.
func (s *Store) end(of map[string]band, b band, at time.Time) {
	delete(of, b.owner)
	b.until = at
	s.queue.bands = append(s.queue.bands, b)
}

// endGone ends the bands of sites that are not watched any more.
func (s *Store) endGone(sites []*monitor.SiteState, at time.Time) {
	stay := make(map[string]bool, len(sites))
	for _, site := range sites {
		stay[s.known.name(site.Site.Name)] = true
	}
	for name, of := range s.known.lasting {
		if stay[name] {
			continue
		}
		for _, b := range of {
			s.end(of, b, at)
		}
		delete(s.known.lasting, name)
		delete(s.known.networks, name)
	}
}

// sample notes the day's seats. Modules are missing in what an earlier agent saved: those seats are on record already.
func (s *Store) sample(at place, read time.Time, l *monitor.Licence) {
	var counted []monitor.Module
	for _, m := range l.Modules {
		if !m.Hidden || m.Plan {
			counted = append(counted, m)
		}
	}
	if len(counted) == 0 || read.IsZero() {
		return
	}
	if s.queue.seats == nil {
		s.queue.seats = map[onDay][]monitor.Module{}
	}
	s.queue.seats[onDay{at, caldate.Of(read.Local())}] = counted
}

// pass notes that somebody watched until now and returns now, or what it was before if the clock went back a little. After a gap
// all bands end with it and begin anew: how things stood meanwhile is not known.
func (s *Store) pass(now time.Time) time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	k := &s.known
	now = now.Round(0)
	gap := now.Sub(k.carried)
	if !k.carried.IsZero() && gap <= 0 && gap >= -sleptAfter {
		return k.carried
	}
	if k.carried.IsZero() || gap > sleptAfter || gap < 0 {
		for _, of := range k.lasting {
			for owner, b := range of {
				over := b
				over.until, b.from = k.carried, now
				of[owner] = b
				s.queue.bands = append(s.queue.bands, over, b)
			}
		}
		k.began = now
	}
	k.carried = now
	if n := len(s.queue.watches); n > 0 && s.queue.watches[n-1].from.Equal(k.began) {
		s.queue.watches = append(s.queue.watches[:n-1:n-1], watch{k.began, now})
	} else {
		s.queue.watches = append(s.queue.watches, watch{k.began, now})
	}
	return now
}

// bound keeps the queue from growing without end while nothing can be written.
func (s *Store) bound() {
	if s.queue.bound() && !s.known.full {
		s.known.full = true
		s.Log.Warn("too much history is waiting to be written: the oldest of it is forgotten", "file", s.Path)
	}
}
