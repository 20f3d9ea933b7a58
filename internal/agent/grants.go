package agent

import (
	"context"
	"crypto/rand"
	"strings"
	"sync"
	"time"

	"licensewatch/internal/secret"
	"licensewatch/monitor/link"
)

const (
	signInTime = 5 * time.Minute // for a person in the browser
	grantTime  = time.Hour       // how long a sign-in waits to be saved
)

// grants keep what people brought from the browser until a form is saved with it, and the sign-ins that are under way.
type grants struct {
	mu      sync.Mutex
	kept    map[string]grant // by ID
	running map[string]*run  // by site's name, folded
}

// grant is a sign-in with its secret.
type grant struct {
	link.Grant
	refresh secret.Text
	until   time.Time
}

// run is a sign-in under way.
type run struct{ cancel context.CancelFunc }

// begin starts a sign-in for a site, which ends one that is under way for it: the person has clicked again. done must be
// called when it is over.
func (g *grants) begin(ctx context.Context, site string) (limited context.Context, done func()) {
	limited, cancel := context.WithTimeout(ctx, signInTime)
	this, key := &run{cancel}, strings.ToLower(site)
	g.mu.Lock()
	defer g.mu.Unlock()
	if before := g.running[key]; before != nil {
		before.cancel()
	}
	if g.running == nil {
		g.running = map[string]*run{}
	}
	g.running[key] = this
	return limited, func() {
		cancel()
		g.mu.Lock()
		defer g.mu.Unlock()
		if g.running[key] == this {
			delete(g.running, key)
		}
	}
}

// keep keeps a grant, and names it.
func (g *grants) keep(is link.Grant, refresh secret.Text) link.Grant {
	g.mu.Lock()
	defer g.mu.Unlock()
	now := time.Now()
	for id, other := range g.kept {
		if now.After(other.until) {
			delete(g.kept, id)
		}
	}
	if g.kept == nil {
		g.kept = map[string]grant{}
	}
	is.ID = rand.Text()
	g.kept[is.ID] = grant{is, refresh, now.Add(grantTime)}
	return is
}

// of returns the secret of a grant, if it is still there.
func (g *grants) of(id string) (secret.Text, bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	kept, ok := g.kept[id]
	return kept.refresh, ok && time.Now().Before(kept.until)
}

// replace puts another secret in the place of a grant's.
func (g *grants) replace(id string, refresh secret.Text) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if kept, ok := g.kept[id]; ok {
		kept.refresh = refresh
		g.kept[id] = kept
	}
}

// drop forgets a grant that is saved.
func (g *grants) drop(id string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	delete(g.kept, id)
}
