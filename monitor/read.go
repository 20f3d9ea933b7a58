package monitor

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
)

// result is what a reader sends to Run's goroutine: an observation, or that it is done.
type result struct {
	site *watched
	name string // of the site when the read began
	obs  Observation
	done bool
}

// start begins a round at w in a goroutine of its own.
func (l *loop) start(w *watched, r round, now time.Time) {
	ctx, cancel := context.WithCancel(l.ctx)
	w.cancel, w.since = cancel, now
	l.step(w)
	state := *w.state
	state.Reading = true
	if state.AskedSince.IsZero() {
		state.AskedSince = now
	}
	w.state = &state
	reader := reader{ctx: ctx, source: l.cfg.Source, site: state.Site, send: func(obs Observation, done bool) {
		l.results <- result{site: w, name: state.Site.Name, obs: obs, done: done}
	}}
	for _, o := range state.Owners {
		if o.Unlisted.IsZero() {
			reader.known = append(reader.known, o.Owner)
		}
	}
	l.read(func() { reader.read(r) })
}

// drain waits for all readers and drops what they still bring: a cancelled read says nothing about its site.
func (l *loop) drain() {
	go func() {
		l.readers.Wait()
		close(l.results)
	}()
	for range l.results {
	}
}

// reader reads one round at one site.
type reader struct {
	ctx    context.Context
	source Source
	site   Site
	known  []string // owners known before
	only   []string // ask no other owners; nil: all
	last   bool     // the end of ctx is a failure, since nobody will ask again
	send   func(obs Observation, done bool)
}

func (r *reader) read(what round) {
	defer r.send(Observation{}, true)
	defer func() {
		if p := recover(); p != nil { // a source's slip is this site's failure, not the program's
			r.fail("", &Failure{Kind: KindContract, Text: fmt.Sprintf("reading the answer failed: %v", p), Remedy: "Report this as a bug, with the NetServer version."})
		}
	}()
	owners := r.site.Owners
	if len(owners) == 0 {
		owners = r.known
	}
	if what.licences {
		details, err := r.source.Details(r.ctx, r.site.Name)
		if err != nil {
			if f := r.fail("", err); f == nil || f.siteWide() {
				return
			}
		} else {
			r.send(Observation{Licences: details.Licences, Certificate: details.Certificate, Read: true}, false)
			if len(r.site.Owners) == 0 {
				owners = names(details.Licences)
			}
		}
	}
	if what.owners != nil {
		owners = what.owners
	}
	if r.only != nil {
		owners = slices.DeleteFunc(slices.Clone(owners), func(o string) bool { return !named(r.only, o) })
	}
	r.send(Observation{Asked: owners}, false)
	for _, owner := range owners {
		verdict, err := r.source.Verdict(r.ctx, r.site.Name, owner)
		if err == nil {
			r.send(Observation{Owner: owner, Verdict: &verdict}, false)
		} else if f := r.fail(owner, err); f == nil || f.siteWide() || r.ctx.Err() != nil {
			return
		}
	}
}

// fail sends why a read failed and returns it; nil when the read was only called off, or the site is another's by now.
func (r *reader) fail(owner string, err error) *Failure {
	if !r.last && (r.ctx.Err() != nil || errors.Is(err, ErrUnwatched)) {
		return nil
	}
	f, ok := errors.AsType[*Failure](err)
	if !ok {
		f = &Failure{Kind: KindContract, Text: err.Error(), Remedy: "Report this as a bug."}
	}
	r.send(Observation{Owner: owner, Failure: f}, false)
	return f
}

// names lists the owners of licences, each once.
func names(licences []Licence) []string {
	var list []string
	for _, l := range licences {
		list = append(list, l.Owner)
	}
	slices.Sort(list)
	return slices.Compact(list)
}
