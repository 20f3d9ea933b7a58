// Package oidcpeer is an OpenID Connect provider for tests, laid out as SuperOffice's sign-in service is (domain.md §2.6). The protocol
// is that of a library that knows nothing of this program; ours are the people, the addresses and the claims.
package oidcpeer

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/zitadel/oidc/v3/pkg/op"

	"licensewatch/internal/secret"
)

// Options say what a Peer knows. The zero value is one application with a secret, one user, and refresh tokens that stay.
type Options struct {
	Applications []Application
	Users        []User
	Rotate       bool          // each refresh uses its refresh token up and brings another
	Life         time.Duration // of access tokens; 0: 1 h
	// Else serves what is not of people's sign-in: the state API, system users and the keys for these. The provider's own keys are
	// elsewhere then, where its discovery says. Nil: nothing is there.
	Else http.Handler
}

// Application is one that was registered.
type Application struct {
	ID     string
	Secret secret.Text // empty: it has none
}

// User is a person of a tenant.
type User struct {
	Name          string // unique
	Tenant        string
	Company       string
	Serial        string
	NetServerURL  string
	Administrator bool
}

// Peer is a running provider. Its methods may be called from any goroutine.
type Peer struct {
	Base string // of the environment: http://127.0.0.1:PORT, the issuer
	Options

	server *http.Server
	served chan struct{}

	mu       sync.Mutex
	ahead    time.Duration
	requests map[string]*request // by id
	codes    map[string]string   // ids of requests by code
	access   map[string]*access  // by id
	refresh  map[string]*grant   // by refresh token
}

// signingKey is made once, for it takes a while.
var signingKey = sync.OnceValues(func() (*rsa.PrivateKey, error) { return rsa.GenerateKey(rand.Reader, 2048) })

// Start brings a provider up on a port of its own. Close ends it.
func Start(o Options) (*Peer, error) {
	if len(o.Applications) == 0 {
		o.Applications = []Application{{ID: "1a2b3c4d5e6f", Secret: "the application's secret"}}
	}
	if len(o.Users) == 0 {
		o.Users = []User{{
			Name: "ada@example.com", Tenant: "Cust12345", Company: "Example AS", Serial: "1010000014", Administrator: true,
			NetServerURL: "https://sod.superoffice.com/Cust12345/Remote/Services86/",
		}}
	}
	if o.Life == 0 {
		o.Life = time.Hour
	}
	l, err := new(net.ListenConfig).Listen(context.Background(), "tcp4", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	p := &Peer{
		Base: "http://" + l.Addr().String(), Options: o, served: make(chan struct{}),
		requests: map[string]*request{}, codes: map[string]string{}, access: map[string]*access{}, refresh: map[string]*grant{},
	}
	handler, err := p.handler()
	if err != nil {
		l.Close()
		return nil, err
	}
	p.server = &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second}
	go func() {
		defer close(p.served)
		_ = p.server.Serve(l) // it ends with ErrServerClosed, by Close
	}()
	return p, nil
}

// Close ends the provider and all its connections.
func (p *Peer) Close() {
	_ = p.server.Close() // the error is that of closing a socket
	<-p.served
}

// The addresses of domain.md §2.6. The library has its discovery at the root of the issuer; SuperOffice has it under /login.
const (
	discovery = "/.well-known/openid-configuration"
	keysURL   = "/login/.well-known/jwks"
	personURL = "/login/person"
)

func (p *Peer) handler() (http.Handler, error) {
	if _, err := signingKey(); err != nil {
		return nil, err
	}
	var key [32]byte
	rand.Read(key[:])
	config := &op.Config{CodeMethodS256: true, AuthMethodPost: true, GrantTypeRefreshToken: true}
	keys := keysURL
	if p.Else != nil {
		keys = "/login/common/oauth/keys"
	}
	provider, err := op.NewProvider(config, storage{p}, op.StaticIssuer(p.Base),
		op.WithAllowInsecure(),
		op.WithCrypto(envelope{op.NewAES256GCMCrypto(key, "peer"), p}),
		op.WithCustomAuthEndpoint(op.NewEndpoint("/login/common/oauth/authorize")),
		op.WithCustomTokenEndpoint(op.NewEndpoint("/login/common/oauth/tokens")),
		op.WithCustomKeysEndpoint(op.NewEndpoint(keys)),
	)
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.Handle("/login/", provider)
	mux.HandleFunc("GET /login"+discovery, func(w http.ResponseWriter, r *http.Request) {
		r.URL.Path = discovery
		provider.ServeHTTP(w, r)
	})
	mux.HandleFunc(personURL, p.servePerson)
	if p.Else != nil {
		mux.Handle("/", p.Else)
		mux.Handle(keysURL, p.Else)
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Date", time.Now().Add(p.clock()).UTC().Format(http.TimeFormat))
		mux.ServeHTTP(w, r)
	}), nil
}

// SetClock makes the provider's clock run ahead of this computer's, or behind it.
func (p *Peer) SetClock(ahead time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.ahead = ahead
}

func (p *Peer) clock() time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.ahead
}

// Revoke ends a user's consent: no token that was given works any more. Signing in again gives new ones.
func (p *Peer) Revoke(user string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for token, g := range p.refresh {
		if g.user.Name == user {
			delete(p.refresh, token)
		}
	}
	for id, a := range p.access {
		if a.user.Name == user {
			delete(p.access, id)
		}
	}
}

// AccessToken tells whose a valid access token is.
func (p *Peer) AccessToken(token string) (user string, ok bool) {
	id, ok := strings.CutPrefix(token, "8A:")
	if !ok {
		return "", false
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, a := range p.access {
		if a.token == "8A:"+id && time.Now().Before(a.ends) {
			return a.user.Name, true
		}
	}
	return "", false
}

// user returns the user of that name, or nil.
func (p *Peer) user(name string) *User {
	i := slices.IndexFunc(p.Users, func(u User) bool { return u.Name == name })
	if i < 0 {
		return nil
	}
	return &p.Users[i]
}

// envelope makes access tokens look like SuperOffice's: 8A:, the tenant, and what the library encrypts (domain.md §2.7).
type envelope struct {
	op.Crypto
	peer *Peer
}

func (e envelope) Encrypt(text string) (string, error) {
	sealed, err := e.Crypto.Encrypt(text)
	id, name, isToken := strings.Cut(text, ":") // the library seals codes too
	if err != nil || !isToken {
		return sealed, err
	}
	user := e.peer.user(name)
	if user == nil {
		return "", fmt.Errorf("there is no user %q", name)
	}
	token := "8A:" + user.Tenant + "." + sealed
	e.peer.mu.Lock()
	defer e.peer.mu.Unlock()
	if a := e.peer.access[id]; a != nil {
		a.token = token
	}
	return token, nil
}
