package monitor

import (
	"context"
	"slices"
	"time"
)

// ReadOnce reads a site once, without a schedule, and returns what comes of it: its database and its owners or,
// if only is not nil, those of them that only names. The end of ctx is a failure like any other.
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
	chosen := *state
	chosen.Severity = worst(state.Findings)
	chosen.Owners = slices.DeleteFunc(slices.Clone(state.Owners), func(o OwnerState) bool { return !slices.Contains(only, o.Owner) })
	for _, o := range chosen.Owners {
		chosen.Severity = max(chosen.Severity, o.Severity)
	}
	return &chosen
}
