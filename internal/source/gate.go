package source

import (
	"context"
	"net/url"
	"strings"
	"sync"
)

// inFlight is how many requests may be under way at once, over all sites. Each server gets one at a time.
const inFlight = 16

// gates let requests through: one at a time to each host, inFlight in all. A host that hangs holds one of these
// and delays nobody but those that share it.
type gates struct {
	all   chan struct{}
	mu    sync.Mutex
	hosts map[string]chan struct{}
}

func newGates() *gates {
	return &gates{all: make(chan struct{}, inFlight), hosts: map[string]chan struct{}{}}
}

// of returns the gate for requests to base's host.
func (g *gates) of(base string) func(context.Context) (func(), error) {
	host := base
	if u, err := url.Parse(base); err == nil {
		host = strings.ToLower(u.Host)
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	own, ok := g.hosts[host]
	if !ok {
		own = make(chan struct{}, 1)
		g.hosts[host] = own
	}
	return func(ctx context.Context) (func(), error) {
		for _, c := range []chan struct{}{own, g.all} { // the host first: who waits for it must not hold up others
			select {
			case c <- struct{}{}:
			case <-ctx.Done():
				if c == g.all {
					<-own
				}
				return nil, ctx.Err()
			}
		}
		return func() { <-g.all; <-own }, nil
	}
}
