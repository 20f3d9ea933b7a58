// Package keyring keeps the sites' secrets where the desktop keeps them, and never lets a keyring that is
// locked, broken or stuck hold up the program.
//
//	Store.Get ─ queue ─► one child at a time ─ Serve ─► go-keyring ─► Secret Service, Keychain, Credential Manager
//
// Neither go-keyring nor what is behind it takes a deadline, so each call runs in a short-lived child of
// the same binary that is killed when its time is over. Calls that arrive while a child runs go together
// into the next one, so that hundreds of sites need a handful of children. Arguments and secrets travel
// over the child's standard input and output only.
//
// An item's service is "licensewatch"; its account is the site's name, a slash (which a name cannot hold)
// and the kind: "Head office/password", "Head office/apptoken", "Head office/proxy".
//
// Dir and Memory answer the same question from a folder and from memory.
package keyring

import (
	"fmt"

	"licensewatch/internal/secret"
)

// Kind is which of a site's secrets is meant.
type Kind string

const (
	Password Kind = "password" // what the site's sign_in needs: a password, ticket, refresh token or private key
	AppToken Kind = "apptoken" // the application token, which not every site needs
	Proxy    Kind = "proxy"    // the password of the site's proxy
)

func (k Kind) words() string {
	switch k {
	case AppToken:
		return "application token"
	case Proxy:
		return "proxy password"
	}
	return "password"
}

// flag is what the command signin takes to store it.
func (k Kind) flag() string {
	switch k {
	case AppToken:
		return " --app-token"
	case Proxy:
		return " --proxy"
	}
	return ""
}

// FileName is the name of the file that a secrets folder has for a site's secret.
func FileName(site string, kind Kind) string {
	if kind == Password {
		return site + ".secret"
	}
	return site + "." + string(kind)
}

const service = "licensewatch"

// account names a site's secret in the keyring and in Memory.
func account(site string, kind Kind) string { return site + "/" + string(kind) }

// State is why a secret cannot be had.
type State string

const (
	Missing State = "missing"  // nothing is stored
	Locked  State = "locked"   // the keyring is locked and nobody unlocked it
	Absent  State = "absent"   // there is no keyring
	TooLong State = "too long" // the secret is longer than MaxSecret
	Denied  State = "denied"   // the user, or the system, said no
	Hung    State = "hung"     // no answer in time
	Failed  State = "failed"   // any other error of the keyring
)

// Error says why a secret cannot be had and what to do. It never holds a secret.
type Error struct {
	State  State
	Site   string
	Kind   Kind
	Text   string // one sentence
	Remedy string // one sentence
}

// Error returns the text without the remedy.
func (e *Error) Error() string { return e.Text }

const otherwise = ", keep the password for this session only, or use --secrets-dir"

// newError words a state of the keyring; reason, if there is one, is what the system says.
func newError(state State, site string, kind Kind, reason string) *Error {
	e := &Error{State: state, Site: site, Kind: kind}
	switch state {
	case Missing:
		e.Text = fmt.Sprintf("the keyring holds no %s for %q", kind.words(), site)
		e.Remedy = fmt.Sprintf("Enter it in the site's form, or run: licensewatch signin %q%s", site, kind.flag())
	case Locked:
		e.Text = "the keyring is locked"
		e.Remedy = "Unlock it and refresh" + otherwise + "."
	case Absent:
		e.Text = "there is no keyring that could be asked"
		e.Remedy = "Start one, such as gnome-keyring or KWallet" + otherwise + "."
	case TooLong:
		e.Text = fmt.Sprintf("the %s is longer than the %d bytes that the keyring takes", kind.words(), MaxSecret)
		e.Remedy = "Keep it for this session only, or use --secrets-dir."
	case Denied:
		e.Text = "the keyring may not be used"
		e.Remedy = "Allow it and refresh" + otherwise + "."
	case Hung:
		e.Text = "the keyring does not answer"
		e.Remedy = "Restart the keyring's service" + otherwise + "."
	default:
		e.State = Failed
		e.Text = "the keyring failed"
		e.Remedy = "Look at the keyring's own program" + otherwise + "."
	}
	if reason != "" {
		e.Text += " (" + reason + ")"
	}
	return e
}

// request is one line to the child.
type request struct {
	ID      int         `json:"id"`
	Op      op          `json:"op"`
	Account string      `json:"account"`
	Secret  secret.Text `json:"secret,omitempty"`
	Ask     bool        `json:"ask,omitempty"` // the user may be asked to unlock the keyring
}

type op string

const (
	get    op = "get"
	set    op = "set"
	remove op = "delete"
)

// reply is one line from the child: an answer, or the word that the user is being asked.
type reply struct {
	ID     int         `json:"id"`
	Prompt bool        `json:"prompt,omitempty"` // no answer yet: request ID waits for the user
	State  State       `json:"state,omitempty"`  // empty: it went well
	Reason string      `json:"reason,omitempty"`
	Secret secret.Text `json:"secret,omitempty"`
}

// closed reports whether the keyring did not open.
func (r reply) closed() bool { return r.State == Locked || r.State == Denied }
