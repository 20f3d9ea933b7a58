package agent

import (
	"context"
	"fmt"
	"maps"
	"time"

	"licensewatch/internal/settings"
	"licensewatch/internal/source"
	"licensewatch/monitor"
	"licensewatch/monitor/link"
	"licensewatch/ui/notify"
)

// LongestRehearsal is how far back a rehearsal reaches: what is older is not on record.
const LongestRehearsal = 730 // days

// OnRecord is since when a rehearsal wants the past: all that there is, so that it is known what stood when it begins.
var OnRecord = time.UnixMilli(0)

// rehearse answers what other rules would have made of the past.
func (a *Agent) rehearse(ctx context.Context, what link.WhatIf) (monitor.Rehearsal, error) {
	s := a.settings.read()
	s.Rules = s.Rules.Under(what.Rules)
	s.Sites = append([]settings.Site(nil), s.Sites...)
	sites := maps.Clone(what.Sites)
	for i := range s.Sites {
		if rules, ok := sites[s.Sites[i].Name]; ok {
			s.Sites[i].Rules = rules
			delete(sites, s.Sites[i].Name)
		}
	}
	for name := range sites {
		return monitor.Rehearsal{}, fmt.Errorf("%w: %q", settings.ErrNoSite, name)
	}
	past, err := a.history.Past(ctx, "", "", OnRecord)
	if err != nil {
		return monitor.Rehearsal{}, err
	}
	return Rehearse(s, past, what.Days, time.Now())
}

// Rehearse says what the rules in the settings would have made of the last days of the past, which reaches back to OnRecord.
func Rehearse(s settings.Settings, past monitor.Past, days int, now time.Time) (monitor.Rehearsal, error) {
	if days < 1 || days > LongestRehearsal {
		return monitor.Rehearsal{}, fmt.Errorf("a rehearsal of %d days cannot be made: use 1 to %d", days, LongestRehearsal)
	}
	if err := settings.CheckRules(s.Rules); err != nil {
		return monitor.Rehearsal{}, plain(err)
	}
	var sites []monitor.Site
	for _, site := range s.Sites {
		if err := settings.CheckRules(site.Rules); err != nil {
			return monitor.Rehearsal{}, fmt.Errorf("of site %q: %w", site.Name, plain(err))
		}
		sites = append(sites, source.Watched(site))
	}
	return monitor.Rehearse(s.Rules, sites, past, now.AddDate(0, 0, -days), now, inWords), nil
}

// inWords words decisions as a notification does.
func inWords(list []monitor.Decision) (monitor.Rehearsed, bool) {
	m, ok := notify.Compose(list)
	return monitor.Rehearsed{Title: m.Title, Text: m.Body, Severity: m.Severity}, ok
}
