// Package simulator is a NetServer in process: real HTTP over a real socket, faithful to SuperOffice's SOAP
// contract, with sites, owners and faults that a story changes as it goes. It is for the demo, for trying
// things out, and for tests, as net/http/httptest is for net/http.
//
//	World ─ New ─► Server ◄─ Apply, Play (a Story's changes)
//	                 │
//	POST ─ route ─ request ─ fault? ─ operation ─ reply ─► the wire, and OnRequest
//
// It was written from the contract and shares no code with the client, so that each checks the other. It
// answers, for Services84 to Services88, what of SoPrincipal and License reads (operations, in operation.go).
// Every other operation is refused as one that does not exist.
package simulator

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"

	"licensewatch/internal/caldate"
)

// Server plays a World. Its exported fields are set before the first request and not changed after it.
// Its methods may be called from any goroutine.
type Server struct {
	Now        func() time.Time // the clock of tickets and of dates such as +5d; nil: time.Now
	Random     io.Reader        // where tickets come from; nil: crypto/rand
	TicketLife time.Duration    // how long an unused ticket lives; 0: 6 h (domain.md §2.8)

	// Activated is the word that Services84 to Services87 send for NewLicenseActivated, which they do not
	// have. What real ones do is not known (domain.md §6); "" answers with an exception.
	Activated string

	// AccessTokens tells whose an access token is, by user name or e-mail address, and whether it is good now. Only
	// Online tenants ask, several goroutines at once. nil: no token is good.
	AccessTokens func(token string) (user string, ok bool)

	// OnRequest, if set, is told every exchange just before its reply is sent, by the goroutine that serves it.
	OnRequest func(Exchange)

	mu     sync.Mutex
	world  World
	places map[string]*place      // by lower-case path; the map itself never changes
	shared *gate                  // nil until Start
	key    func() *rsa.PrivateKey // signs the tokens of system users

	closed   bool
	closing  chan struct{} // closed with the server: ends what hangs
	handlers sync.WaitGroup
}

// place is a site with what has happened to it.
type place struct {
	*Site
	sessions map[string]*session // by ticket
	faults   map[string]fault    // by owner; "" is the whole site's
	changed  chan struct{}       // closed, and made anew, when faults change
	requests map[string]int      // by operation; "" are those that named none
	gates    []*gate             // of a site with ports of its own, once started
	gone     []bool              // which of gates refuse connections because the tenant has left them
	host     int                 // which of gates the site is at
	system   *User               // the system user of a tenant, who is in no list
}

// Exchange is one request and its reply as they went over the wire, the reply before compression and before
// it was cut or blown up. A request holds the password or ticket that it was sent with.
type Exchange struct {
	Site        string
	Services    string // "Services86"
	Service     string // "License"
	Operation   string // "" if the request named none that exists
	Method      string
	Header      http.Header // of the request
	SOAPAction  string      // as sent, quotes included
	ContentType string      // of the request
	Request     []byte
	Status      int // 0: no HTTP answer was given
	ReplyType   string
	Reply       []byte
}

// New returns a server of a copy of w. It serves as an http.Handler at once, and on sockets after Start.
// It panics if two sites have the same name or path or if they cannot be told in a story.
func New(w World) *Server {
	if err := w.check(); err != nil {
		panic("simulator: " + err.Error())
	}
	s := &Server{world: w.clone(), places: map[string]*place{}, closing: make(chan struct{}), key: sync.OnceValue(newKey)}
	for i := range s.world.Sites {
		site := &s.world.Sites[i]
		s.places[strings.ToLower(site.Path)] = &place{
			Site: site, sessions: map[string]*session{}, faults: map[string]fault{},
			changed: make(chan struct{}), requests: map[string]int{},
			system: &User{Name: "system user", Admin: true},
		}
	}
	return s
}

// World returns a copy of the world as it is now.
func (s *Server) World() World {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.world.clone()
}

// Do applies one change that is written as in a story, without its time:
// "Head office SUPEROFFICE status NewLicenseAvailable".
func (s *Server) Do(line string) error {
	c, err := ParseChange(line, s.World())
	if err != nil {
		return err
	}
	return s.Apply(c)
}

// Apply makes c happen now. It fails if the world lacks what c names, or if a port that was refused cannot
// be opened again.
func (s *Server) Apply(c Change) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	at := s.place(c.Site)
	if at == nil || c.what == nil {
		return fmt.Errorf("apply %q: there is no such site or change", c.Site)
	}
	if s.closed {
		return errors.New("the simulator is closed")
	}
	switch what := c.what.(type) {
	case fault:
		return at.befall(c.Owner, what)
	case tenantEffect:
		if at.Tenant == nil {
			return fmt.Errorf("apply %s: %s is no tenant of SuperOffice Online", c, c.Site)
		}
		return what.change(at)
	case ownerEffect:
		if o := at.owner(c.Owner); o != nil {
			if err := what.apply(o, caldate.Of(s.now())); err != nil {
				return fmt.Errorf("apply %s: %w", c, err)
			}
			return nil
		}
	}
	return fmt.Errorf("apply %s: %s has no owner %s", c, c.Site, c.Owner)
}

// befall makes f the fault of the owner or, if that is "", of the whole site.
func (p *place) befall(owner string, f fault) error {
	switch f.kind {
	case faultExpire:
		clear(p.sessions)
		return nil
	case faultPassword:
		clear(p.sessions) // a changed password is noticed at the next sign-in, which comes now
	}
	p.faults[strings.ToUpper(owner)] = f
	close(p.changed)
	p.changed = make(chan struct{})
	if owner != "" {
		return nil
	}
	return p.settle()
}

// settle opens and closes the site's listeners as its fault and its moves have it. The caller holds Server.mu.
func (p *place) settle() error {
	for i, g := range p.gates {
		refuse := p.gone[i]
		if i == p.host {
			refuse = p.faults[""].kind == faultRefuse
		}
		if refuse {
			g.close()
		} else if err := g.open(); err != nil {
			return err
		}
	}
	return nil
}

// Play makes the steps of the story happen, each at its time from now, and tells each as a line, or why it
// failed. It returns when the story is over or ctx ends, with ctx's error.
func (s *Server) Play(ctx context.Context, story Story, tell func(line string)) error {
	began := time.Now()
	timer := time.NewTimer(0)
	defer timer.Stop()
	for _, step := range story.Steps {
		timer.Reset(time.Until(began.Add(step.At)))
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-timer.C:
		}
		line := step.String()
		if err := s.Apply(step.Change); err != nil {
			line += ": " + err.Error()
		}
		tell(line)
	}
	return nil
}

// Requests returns how many requests have come in for the site and the operation; "" stands for all of them,
// OperationState and OperationSystemUser among them.
func (s *Server) Requests(site, operation string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for _, p := range s.places {
		if site != "" && site != p.Name {
			continue
		}
		for op, count := range p.requests {
			if operation == "" || operation == op {
				n += count
			}
		}
	}
	return n
}

// place returns the site of that name, or nil. The caller holds s.mu.
func (s *Server) place(name string) *place {
	site := s.world.site(name)
	if site == nil {
		return nil
	}
	return s.places[strings.ToLower(site.Path)]
}

func (s *Server) now() time.Time {
	if s.Now == nil {
		return time.Now()
	}
	return s.Now()
}

func (s *Server) random() io.Reader {
	if s.Random == nil {
		return rand.Reader
	}
	return s.Random
}
