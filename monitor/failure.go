package monitor

import (
	"cmp"
	"time"
)

// Kind tells failures apart by what can be done about them.
type Kind string

const (
	KindSignIn   Kind = "signin"   // the site refuses the credentials
	KindNetwork  Kind = "network"  // no connection
	KindDNS      Kind = "dns"      // the host name has no address
	KindTLS      Kind = "tls"      // the certificate or the handshake is not acceptable
	KindProxy    Kind = "proxy"    // the proxy refuses
	KindTimeout  Kind = "timeout"  // connected, but no answer in time
	KindHTTP     Kind = "http"     // an HTTP answer that is not NetServer's
	KindFault    Kind = "fault"    // a SOAP fault
	KindServer   Kind = "server"   // NetServer answered with an exception
	KindContract Kind = "contract" // an answer that breaks the contract
	KindTenant   Kind = "tenant"   // SuperOffice Online says that the tenant is not available
	KindKeyring  Kind = "keyring"  // the secret cannot be had
	KindConfig   Kind = "config"   // the site's settings cannot work
)

// Failure is why a read failed. It is an error.
type Failure struct {
	Kind Kind `json:"kind"`
	// Reason tells failures of a kind apart and is a heading of docs/failures.md, such as "certificate-expired".
	Reason string `json:"reason,omitempty"`
	Title  string `json:"title,omitempty"` // the same in a few words, such as "Certificate expired"
	// Severity is that of the finding; OK, the zero value, stands for Unknown.
	Severity Severity `json:"severity,omitempty"`
	Text     string   `json:"text"`   // one sentence: what failed, with names
	Remedy   string   `json:"remedy"` // one sentence: what to do
	// RetryAfter is how long the server asked to be left alone; 0 if it did not.
	RetryAfter time.Duration `json:"retry_after,omitempty"`
}

func (f *Failure) Error() string { return f.Text }

// Reasons that the monitor itself tells apart.
const (
	reasonClock       = "clock"              // KindSignIn: this computer's clock is wrong
	reasonDomain      = "domain"             // KindSignIn: no domain controller helps
	reasonFirst       = "sign-in-first"      // KindSignIn: nobody has signed in yet, so nobody was asked
	reasonLocked      = "keyring-locked"     // KindKeyring
	reasonAbsent      = "keyring-absent"     // KindKeyring: it may not have begun yet
	reasonHangs       = "keyring-hangs"      // KindKeyring
	reasonCut         = "connection-cut"     // KindNetwork: there was a connection
	reasonServerError = "server-error"       // KindHTTP: HTTP 5xx
	reasonMaintenance = "tenant-maintenance" // KindTenant: offline for an upgrade
)

// siteWide reports whether the failure holds for every owner of the site, so that asking for the next
// one is useless.
func (f *Failure) siteWide() bool {
	switch f.Kind {
	case KindSignIn, KindNetwork, KindDNS, KindTLS, KindProxy, KindTenant, KindKeyring, KindConfig:
		return true
	}
	return false
}

// needsHand reports whether only a person can end the failure; such a failure needs no second look, and asking again early can
// lock an account. A clock that is wrong and a domain that is out of reach mend themselves, and no password is sent then.
func (f *Failure) needsHand() bool {
	switch f.Kind {
	case KindSignIn:
		return f.Reason != reasonClock && f.Reason != reasonDomain
	case KindConfig:
		return true
	}
	return false
}

// mayPass reports whether the failure is how a session begins that has not opened its keyring yet: somebody is about to, so that it
// counts later than others, and is looked at again soon, which disturbs nobody.
func (f *Failure) mayPass() bool {
	return f.Kind == KindKeyring && (f.Reason == reasonLocked || f.Reason == reasonAbsent || f.Reason == reasonHangs)
}

// lost reports whether the failure may lie in the way out that sites share: there was no connection at all.
func (f *Failure) lost() bool {
	switch f.Kind {
	case KindDNS, KindProxy:
		return true
	case KindNetwork:
		return f.Reason != reasonCut
	}
	return false
}

// unanswered reports whether nobody answered, at whatever step.
func (f *Failure) unanswered() bool {
	switch f.Kind {
	case KindNetwork, KindDNS, KindProxy, KindTimeout:
		return true
	}
	return false
}

// reached reports whether the failure is an answer all the same, so that the way out works. What may have been found without
// asking anybody is none, nor is silence on a connection that may be an old one.
func (f *Failure) reached() bool {
	switch f.Kind {
	case KindTLS, KindHTTP, KindFault, KindServer:
		return true
	case KindSignIn:
		return f.needsHand() && f.Reason != reasonFirst
	}
	return false
}

// maybePlanned reports whether planned work at SuperOffice Online can look like this: the tenant cannot be reached, or says that
// it is being upgraded. Whatever else it says is told at any hour: a certificate that is wrong, a refused sign-in, an agreement
// that ends, an exception of NetServer, a proxy of one's own.
func (f *Failure) maybePlanned() bool {
	switch f.Kind {
	case KindNetwork, KindDNS, KindTimeout:
		return true
	case KindHTTP:
		return f.Reason == reasonServerError
	case KindTenant:
		return f.Reason == reasonMaintenance
	}
	return false
}

// finding puts a failure that counts as a finding.
func (f *Failure) finding() Finding {
	finding := Finding{
		Kind: FindingUnreadable, Severity: cmp.Or(f.Severity, Unknown), Text: f.Text, Action: f.Remedy,
		Failure: f.Kind, Reason: f.Reason, Title: f.Title,
	}
	switch {
	case f.Kind == KindTenant:
		finding.Kind, finding.Case = FindingTenant, f.Reason // another state is news
	case f.needsHand() || f.Kind == KindKeyring:
		finding.Case = string(f.Kind) // another person's job, so news of its own
	}
	return finding
}

// standing returns the finding of an earlier failure among those of a site, or of an owner alone.
func standing(findings []Finding) (Finding, bool) {
	for _, f := range findings {
		if !f.Whole && (f.Kind == FindingUnreadable || f.Kind == FindingTenant) {
			return f, true
		}
	}
	return Finding{}, false
}
