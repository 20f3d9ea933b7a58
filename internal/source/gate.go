package source

import (
	"context"
	"net/url"
	"strings"
	"sync"
	"time"
)

const (
	inFlight = 16               // requests under way at once, over all sites; each host gets one at a time
	suspects = inFlight / 2     // of these for hosts that were slow the last time
	slow     = 10 * time.Second // a longer request makes its host a suspect
)

// gates let requests through. A host that hangs delays only those that share it: it gets the suspects' places
// from its second request on, so however many hosts hang, half of the places stay with the others.
type gates struct {
	all, suspects chan struct{}

	mu    sync.Mutex
	hosts map[string]*host
}

// host is one server's place in the queue.
type host struct {
	turn    chan struct{}
	suspect bool // belongs to who has the turn
}

func newGates() *gates {
	return &gates{all: make(chan struct{}, inFlight), suspects: make(chan struct{}, suspects), hosts: map[string]*host{}}
}

// of returns the gate for requests to base's host.
func (g *gates) of(base string) func(context.Context) (func(), error) {
	name := base
	if u, err := url.Parse(base); err == nil {
		name = strings.ToLower(u.Host)
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	h, ok := g.hosts[name]
	if !ok {
		h = &host{turn: make(chan struct{}, 1)}
		g.hosts[name] = h
	}
	return func(ctx context.Context) (func(), error) { return g.enter(ctx, h) }
}

// enter takes the host's turn first, and a place of all last: who waits must not hold up others.
func (g *gates) enter(ctx context.Context, h *host) (func(), error) {
	var held []chan struct{}
	leave := func() {
		for _, c := range held {
			<-c
		}
	}
	take := func(c chan struct{}) bool {
		select {
		case c <- struct{}{}:
			held = append([]chan struct{}{c}, held...)
			return true
		case <-ctx.Done():
			return false
		}
	}
	if !take(h.turn) || h.suspect && !take(g.suspects) || !take(g.all) {
		leave()
		return nil, ctx.Err()
	}
	began := time.Now()
	return func() {
		h.suspect = time.Since(began) > slow
		leave()
	}, nil
}
