package monitor

import (
	"context"
	"slices"
	"strings"
	"time"
)

// ReadOnce reads a site once, without a schedule, and returns what comes of it: its database and its owners or,
// if only is not nil, those of them that only names, in whatever case (domain.md §4.1). The end of ctx is a failure like any other.
func ReadOnce(ctx context.Context, source Source, p Policy, site Site, only []string) *SiteState {
	now := func() time.Time { return time.Now().Round(0) }
	state, _ := p.Step(&SiteState{Site: site}, Observation{Asked: site.Owners}, now())
	r := reader{ctx: ctx, source: source, site: site, only: only, last: true, send: func(obs Observation, done bool) {
		if !done {
			state, _ = p.Step(state, obs, now())
		}
	}}
	r.read(round{licences: true})
	if only == nil {
		return state
	}
	return state.Only(only)
}

// Only returns the state with those owners alone that are named, in whatever case (domain.md §4.1), and with the severity that this gives.
func (s *SiteState) Only(owners []string) *SiteState {
	chosen := *s
	chosen.Severity = worst(s.Findings)
	chosen.Owners = slices.DeleteFunc(slices.Clone(s.Owners), func(o OwnerState) bool { return !named(owners, o.Owner) })
	for _, o := range chosen.Owners {
		chosen.Severity = max(chosen.Severity, o.Severity)
	}
	return &chosen
}

func named(owners []string, owner string) bool {
	return slices.ContainsFunc(owners, func(o string) bool { return strings.EqualFold(o, owner) })
}

// Only returns the snapshot with those sites and owners alone that are named; no names are all. Of the sites that list none of the
// owners, those that cannot be read stay: what they would list is not known.
func (s Snapshot) Only(sites, owners []string) Snapshot {
	chosen := s
	chosen.Sites = nil
	networks := map[string]bool{}
	for _, site := range s.Sites {
		if len(sites) > 0 && !slices.Contains(sites, site.Site.Name) {
			continue
		}
		if len(owners) > 0 {
			site = site.Only(owners)
			if len(site.Owners) == 0 && site.Failure == nil {
				continue
			}
		}
		chosen.Sites = append(chosen.Sites, site)
		networks[site.Site.Network] = true
	}
	chosen.Outages = slices.DeleteFunc(slices.Clone(s.Outages), func(o Outage) bool { return !networks[o.Network] })
	return chosen
}
