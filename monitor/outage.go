package monitor

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
)

// witnesses is how many other sites are asked when one fails in a way that may lie in the way out that they share.
const witnesses = 3

// NetworkDirect is the Site.Network of sites that are reached without a proxy. The others are "proxy host:port".
const NetworkDirect = "direct"

// Way is what the reads of a site tell of the way out to it (Site.Network), and what others that share it told.
type Way struct {
	TriedAt   time.Time `json:"tried_at,omitzero"`   // the latest read
	ReachedAt time.Time `json:"reached_at,omitzero"` // the latest that came through, whatever the answer was
	LostSince time.Time `json:"lost_since,omitzero"` // the first in a row that did not; zero: the latest did, or it cannot be told
	LostAt    time.Time `json:"lost_at,omitzero"`    // the latest of these
	Open      bool      `json:"open,omitempty"`      // others are asked whether the same happens to them
	DownSince time.Time `json:"down_since,omitzero"` // since when the way out fails for all; zero: it does not
}

// Down reports whether the way out fails for all sites that share it.
func (w Way) Down() bool { return !w.DownSince.IsZero() }

// excuses reports whether a failure may be that of the way out, so that it tells nothing of the site itself.
func (w Way) excuses(f *Failure) bool { return w.Open && f.lost() || w.Down() && f.unanswered() }

// Outage is a way out that fails for all sites that share it: one finding for all of them.
type Outage struct {
	Network string    `json:"network"` // see Site.Network
	Since   time.Time `json:"since"`
	Sites   int       `json:"sites"` // that share it
	Finding Finding   `json:"finding"`
}

// noteWay takes in what a read tells of the way out.
func (s *SiteState) noteWay(obs Observation, now time.Time) {
	w, f := &s.Way, obs.Failure
	w.TriedAt = now
	_, planned := s.plannedWork(now, f)
	switch {
	case f == nil || f.reached():
		w.ReachedAt, w.LostSince, w.LostAt, w.Open = now, time.Time{}, time.Time{}, false
	case planned || !f.lost(): // may lie anywhere
		w.LostSince, w.LostAt, w.Open = time.Time{}, time.Time{}, false
	case w.LostSince.IsZero():
		w.LostSince, w.LostAt, w.Open = now, now, obs.Shared && !w.Down()
	case obs.Waking:
		w.LostSince, w.LostAt = now, now
	default:
		w.LostAt = now
	}
}

// takeWay takes over what others tell of the way out. After an outage, what failed meanwhile says nothing about the site.
func (s *SiteState) takeWay(w Way, now time.Time) {
	if s.Way.Down() && !w.Down() {
		s.Counted = 0
		s.begin(now)
	}
	s.Way = w
}

// weigh judges a way out by all the sites that share it, and returns what each of them has to know of it from now on, and which of
// them to ask at once because it cannot be judged yet.
//
// What counts is what was read since anybody came through. It is an outage when one site did not come through at two looks, so far
// apart, and enough of the others did not either; one that comes through shows that each failure is the site's own, or that an
// outage is over.
func weigh(sites []*SiteState, apart time.Duration) (ways []Way, ask []int) {
	ways = make([]Way, len(sites))
	var reached, down time.Time
	for i, s := range sites {
		ways[i] = s.Way
		if s.Way.ReachedAt.After(reached) {
			reached = s.Way.ReachedAt
		}
		if s.Way.Down() {
			down = earliest(down, s.Way.DownSince)
		}
	}
	if !down.IsZero() {
		setDown(ways, down, reached)
		return ways, nil
	}
	first, twice := doubt(ways, reached, apart)
	if first.IsZero() {
		return ways, nil
	}
	lost, waiting, fresh := hearings(sites, first, reached)
	need := min(lost+waiting+len(fresh), 1+witnesses)
	switch {
	case lost < need:
		return ways, fresh[:min(len(fresh), max(0, need-lost-waiting))]
	case lost < 2: // nobody can tell
		for i := range ways {
			ways[i].Open = false
		}
	case twice:
		setDown(ways, first, reached)
	}
	return ways, nil
}

// setDown notes an outage since then or, if somebody has come through meanwhile, its end.
func setDown(ways []Way, since, reached time.Time) {
	for i := range ways {
		w := &ways[i]
		w.Open = false
		if reached.Before(since) {
			w.DownSince = since
		} else {
			w.DownSince, w.LostSince, w.LostAt = time.Time{}, time.Time{}, time.Time{}
		}
	}
}

// doubt closes the question for sites that failed before another came through. It returns since when others fail, zero if
// none does, and whether one of these failed at two looks so far apart.
func doubt(ways []Way, reached time.Time, apart time.Duration) (first time.Time, twice bool) {
	for i := range ways {
		switch w := &ways[i]; {
		case !w.Open:
		case !reached.Before(w.LostSince):
			w.Open = false
		default:
			first = earliest(first, w.LostSince)
			twice = twice || w.LostAt.Sub(w.LostSince) >= apart
		}
	}
	return first, twice
}

// hearings counts the sites that have not come through since anybody did, and those whose answer is waited for. It lists those that
// may be asked: the one that came through last, since it should again, then those that were asked longest ago.
func hearings(sites []*SiteState, first, reached time.Time) (lost, waiting int, fresh []int) {
	for i, s := range sites {
		switch {
		case s.Way.LostAt.After(reached):
			lost++
		case s.Reading:
			waiting++
		case s.patient() && s.Way.TriedAt.Before(first):
			fresh = append(fresh, i)
		}
	}
	slices.SortStableFunc(fresh, func(a, b int) int {
		last := func(i int) int { // before all others
			if at := sites[i].Way.ReachedAt; !at.IsZero() && at.Equal(reached) {
				return 0
			}
			return 1
		}
		return cmp.Or(cmp.Compare(last(a), last(b)), sites[a].Way.TriedAt.Compare(sites[b].Way.TriedAt))
	})
	return lost, waiting, fresh
}

// patient reports whether the site may be asked out of turn: where a sign-in was refused, that could lock the account.
func (s *SiteState) patient() bool { return s.Failure == nil || !s.Failure.needsHand() }

// outages returns the outages among all sites, in the order of their first sites.
func outages(sites []*SiteState) []Outage {
	var list []Outage
	for _, s := range sites {
		if !s.Way.Down() {
			continue
		}
		i := slices.IndexFunc(list, func(o Outage) bool { return o.Network == s.Site.Network })
		if i < 0 {
			i = len(list)
			list = append(list, Outage{Network: s.Site.Network, Since: s.Way.DownSince})
		}
		list[i].Sites++
	}
	for i := range list {
		list[i].Finding = outageFinding(list[i].Network, list[i].Sites)
	}
	return list
}

// outageNews tells what began and ended, given the outages of one network before and after.
func outageNews(before, after []Outage, now time.Time) []Event {
	switch {
	case len(before) == 0 && len(after) > 0:
		return []Event{{At: now, Network: after[0].Network, To: Unknown, Appeared: []Finding{after[0].Finding}}}
	case len(before) > 0 && len(after) == 0:
		return []Event{{At: now, Network: before[0].Network, From: Unknown, Gone: []Finding{before[0].Finding}}}
	}
	return nil
}

// outageFinding is what an outage tells for all its sites.
func outageFinding(network string, sites int) Finding {
	reach := fmt.Sprintf("none of its %d sites can be reached", sites)
	if sites == 1 {
		reach = "its site cannot be reached"
	}
	f := offline(network)
	if network == NetworkDirect {
		f.Text = fmt.Sprintf("This computer seems to be offline: %s.", reach)
	} else {
		f.Text = fmt.Sprintf("The proxy %s cannot be passed: %s.", proxy(network), reach)
	}
	return f
}

// offline is what an outage is at one of its sites.
func offline(network string) Finding {
	if network == NetworkDirect {
		return Finding{
			Kind: FindingOffline, Severity: Unknown, Title: "Offline", Text: "This computer seems to be offline.",
			Action: "Check its network and VPN; the sites are read again by themselves.",
		}
	}
	return Finding{
		Kind: FindingOffline, Severity: Unknown, Title: "Proxy not passed", Text: fmt.Sprintf("The proxy %s cannot be passed.", proxy(network)),
		Action: "Check the proxy, its sign-in and this computer's network; the sites are read again by themselves.",
	}
}

// proxy returns host and port of the proxy that a network is named by.
func proxy(network string) string { return Harmless(strings.TrimPrefix(network, "proxy "), 100) }
