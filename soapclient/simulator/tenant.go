package simulator

import (
	"crypto/rsa"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"licensewatch/internal/secret"
)

// Tenant makes a site one of SuperOffice Online (domain.md §2.1, §3). It is on one of its hosts, each a listener,
// and answers HTTP 421 on the others and on the shared listener; that one plays the part of
// https://online.superoffice.com and has the state API and the exchange of system user tokens. Passwords are
// refused, and every call must carry the application token.
type Tenant struct {
	ID      string // such as "Cust12345"; unique
	State   string // a word of domain.md §3.1, or another; "" is Running
	Version string // such as "Release_11.10_2026.02.24-02"
	Hosts   int    // how many hosts it may be on; 0: 2

	StateLife time.Duration // how long the state API's answer may be kept; 0: 5 min
	Consent   string        // an approval status or error of domain.md §2.4; "" is Active

	ApplicationToken secret.Text // the client secret of the application
	SystemUser       *SystemUser // nil: the application has none at this tenant
}

// SystemUser is how an application proves itself without a person (domain.md §2.5).
type SystemUser struct {
	Token     string         // the system user token, such as "My App-a1b2c3d4e5"
	PublicKey *rsa.PublicKey // of the application
}

const (
	stateRunning  = "Running"
	consentActive = "Active"
)

// tenantStates are the words of the state API (domain.md §3.1).
var tenantStates = []string{stateRunning, "OnlineMaintenance", "OfflineMaintenance", "Suspended", "MigrationPending", "Deleted",
	"Deleting", "DeleteFailed", "Provisioning", "ProvisioningFailed", "Unknown"}

// consents are what may have become of an administrator's consent (domain.md §2.4).
var consents = []string{consentActive, "Revoked", "Expired", "Denied", "NeedsReapproval"}

func (t *Tenant) state() string {
	if t.State == "" {
		return stateRunning
	}
	return t.State
}

// running reports whether the tenant may be called.
func (t *Tenant) running() bool { return t.state() == stateRunning || t.state() == "OnlineMaintenance" }

// consented reports whether the application may act at the tenant.
func (t *Tenant) consented() bool { return t.Consent == "" || t.Consent == consentActive }

func (t *Tenant) hosts() int {
	if t.Hosts == 0 {
		return 2
	}
	return t.Hosts
}

func (t *Tenant) check() error {
	switch {
	case t.ID == "" || strings.ContainsAny(t.ID, "/?#"):
		return fmt.Errorf("%q is no tenant's id", t.ID)
	case t.ApplicationToken == "":
		return errors.New("a tenant needs an application token")
	case t.Hosts < 0:
		return errors.New("a tenant needs a host")
	}
	return nil
}

// tenantEffect is what a change does to a tenant.
type tenantEffect interface {
	effect
	change(*place) error
}

// tenantVerbs are the effects that an Online tenant knows.
var tenantVerbs = map[string]func(*words) (effect, error){"state": parseState, "move": parseMove, "consent": parseConsent}

// tenantState is a word of tenantStates, or another.
type tenantState string

func (s tenantState) String() string {
	if slices.Contains(tenantStates, string(s)) {
		return "state " + string(s)
	}
	return "state " + strconv.Quote(string(s))
}

func (s tenantState) change(p *place) error {
	p.Tenant.State = string(s)
	return nil
}

func parseState(w *words) (effect, error) {
	word, quoted, err := w.next()
	if err != nil || word == "" || !quoted && !slices.Contains(tenantStates, word) {
		return nil, fmt.Errorf("state needs one of %s, or another word in quotes", strings.Join(tenantStates, ", "))
	}
	return tenantState(word), nil
}

// move brings the tenant to its next host. The old one answers that the host is wrong, or refuses connections.
type move struct{ refuse bool }

func (m move) String() string {
	if m.refuse {
		return "move refuse"
	}
	return "move"
}

func (m move) change(p *place) error {
	if len(p.gates) < 2 {
		return fmt.Errorf("%s has no other host to move to", p.Name)
	}
	p.gone[p.host] = m.refuse
	p.host = (p.host + 1) % len(p.gates)
	p.gone[p.host] = false
	return p.settle()
}

func parseMove(w *words) (effect, error) {
	if w.done() {
		return move{}, nil
	}
	if word, _, _ := w.next(); word != "refuse" {
		return nil, errors.New("after move only refuse may stand: the old host refuses connections")
	}
	return move{refuse: true}, nil
}

// consent is a word of consents.
type consent string

func (c consent) String() string { return "consent " + string(c) }

// change ends what was signed in with the consent.
func (c consent) change(p *place) error {
	p.Tenant.Consent = string(c)
	if !p.Tenant.consented() {
		clear(p.sessions)
	}
	return nil
}

func parseConsent(w *words) (effect, error) {
	word, _, err := w.next()
	if err != nil || !slices.Contains(consents, word) {
		return nil, fmt.Errorf("consent needs one of %s", strings.Join(consents, ", "))
	}
	return consent(word), nil
}
