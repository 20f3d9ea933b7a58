package history

import (
	"maps"
	"slices"
	"time"

	"licensewatch/internal/caldate"
	"licensewatch/monitor"
)

// What memory holds at most while nothing can be written, some 40 MB; beyond it the oldest is forgotten.
const (
	maxBands    = 40_000
	maxEvents   = 10_000
	maxTellings = 5_000
	maxReadings = 10_000 // an owner's modules on one day
)

// place is an owner of a site, or the site as a whole if owner is empty. An outage is of no site.
type place struct{ site, owner string }

// band is how a place stood.
type band struct {
	place
	from, until time.Time // until is zero while it lasts
	severity    monitor.Severity
	status      string // the licence server's word
	text        string // the worst finding; empty when all is well
}

func (b band) same(as band) bool {
	return b.severity == as.severity && b.status == as.status && b.text == as.text
}

// watch is a stretch of time through which somebody watched.
type watch struct{ from, until time.Time }

// onDay is a place on a day.
type onDay struct {
	place
	day caldate.Date
}

type renaming struct{ was, is string }

// batch is what was taken and is not in the file. It applies in the order of its fields; of two entries about the same the later holds.
type batch struct {
	renames  []renaming
	networks map[string]string // by site
	watches  []watch
	bands    []band
	events   []monitor.Event
	tellings []monitor.Telling
	seats    map[onDay][]monitor.Module // those that are counted, in the licence's order
	looked   time.Time
}

// news reports whether there is more in it than that somebody still watches.
func (b *batch) news() bool {
	return len(b.renames)+len(b.networks)+len(b.bands)+len(b.events)+len(b.tellings)+len(b.seats) > 0 || !b.looked.IsZero()
}

// rename changes a site's name in all that is noted, in copies: others may be reading.
func (b *batch) rename(was, is string) {
	b.renames = append(slices.Clip(b.renames), renaming{was, is})
	name := func(site *string) {
		if *site == was {
			*site = is
		}
	}
	b.bands, b.events, b.tellings = slices.Clone(b.bands), slices.Clone(b.events), slices.Clone(b.tellings)
	for i := range b.bands {
		name(&b.bands[i].site)
	}
	for i := range b.events {
		name(&b.events[i].Site)
	}
	for i, t := range b.tellings {
		b.tellings[i].About = slices.Clone(t.About)
		for j := range t.About {
			name(&b.tellings[i].About[j].Site)
		}
	}
	seats := make(map[onDay][]monitor.Module, len(b.seats))
	for at, modules := range b.seats {
		name(&at.site)
		seats[at] = modules
	}
	networks := make(map[string]string, len(b.networks))
	for site, network := range b.networks {
		name(&site)
		networks[site] = network
	}
	b.seats, b.networks = seats, networks
}

// joined returns what is in a batch and in one that was taken after it.
func joined(a, b batch) batch {
	for _, r := range b.renames {
		a.rename(r.was, r.is)
	}
	a.watches = append(slices.Clip(a.watches), b.watches...)
	a.bands = append(slices.Clip(a.bands), b.bands...)
	a.events = append(slices.Clip(a.events), b.events...)
	a.tellings = append(slices.Clip(a.tellings), b.tellings...)
	a.networks = merged(a.networks, b.networks)
	a.seats = merged(a.seats, b.seats)
	if b.looked.After(a.looked) {
		a.looked = b.looked
	}
	return a
}

func merged[K comparable, V any](a, b map[K]V) map[K]V {
	m := make(map[K]V, len(a)+len(b))
	maps.Copy(m, a)
	maps.Copy(m, b)
	return m
}

// bound forgets the oldest of what is too much, and reports whether there was any.
func (b *batch) bound() bool {
	over := shorten(&b.bands, maxBands)
	over = shorten(&b.events, maxEvents) || over
	over = shorten(&b.tellings, maxTellings) || over
	over = shorten(&b.watches, maxTellings) || over
	for len(b.seats) > maxReadings {
		over = true
		oldest := caldate.Never
		for at := range b.seats {
			if at.day.DaysFrom(oldest) < 0 {
				oldest = at.day
			}
		}
		for at := range b.seats {
			if at.day == oldest && len(b.seats) > maxReadings*3/4 {
				delete(b.seats, at)
			}
		}
	}
	return over
}

// shorten takes a quarter off a list that is too long, so that it is not done again for each that comes.
func shorten[T any](list *[]T, limit int) bool {
	if len(*list) <= limit {
		return false
	}
	*list = slices.Clone((*list)[len(*list)-limit*3/4:]) // a copy: others may be reading
	return true
}
