package source

import (
	"cmp"
	"slices"

	"licensewatch/internal/keyring"
	"licensewatch/monitor"
	"licensewatch/soapclient"
)

// Entry is one way in which a site cannot be read: the catalogue has one for each.
//
// A failure's sentence comes from whoever met it, who knows names, numbers and dates; that of the entry shows people who read
// about it how it looks. The remedy is the entry's.
type Entry struct {
	Reason   string // kebab-case, unique: monitor.Failure's, and the anchor in docs/failures.md
	Kind     monitor.Kind
	Severity monitor.Severity // as monitor.Failure has it
	Title    string           // a few words
	Sentence string           // without the host, which stands before it, and without what the server said, which stands behind
	Remedy   string           // one sentence
	Why      string           // why it happens, what to look at, who can mend it

	from []any // what it is the entry of: cause, keyring.State, own
}

// cause is a failure as soapclient tells them apart.
type cause struct {
	kind   soapclient.Kind
	reason soapclient.Reason
}

// own is a failure that this package finds without soapclient.
type own string

const (
	ownSettings  own = "settings"   // the site's settings cannot work
	ownLate      own = "late"       // the time for all was over before this could be asked
	ownCalledOff own = "called off" // who asked does not want to know any more
	ownAddress   own = "address"    // the test found NetServer at another address
	ownBug       own = "bug"        // an error that nobody foresaw
)

// chapter gathers the entries of a kind.
type chapter struct {
	kind    monitor.Kind
	heading string
}

// chapters are in the order of the way to a licence.
var chapters = []chapter{
	{monitor.KindConfig, "Settings"},
	{monitor.KindKeyring, "The keyring"},
	{monitor.KindTenant, "The tenant of SuperOffice Online"},
	{monitor.KindDNS, "The host's name"},
	{monitor.KindProxy, "The proxy"},
	{monitor.KindNetwork, "The connection"},
	{monitor.KindTLS, "The certificate"},
	{monitor.KindTimeout, "The time"},
	{monitor.KindHTTP, "The web server"},
	{monitor.KindSignIn, "Signing in"},
	{monitor.KindFault, "SOAP"},
	{monitor.KindServer, "NetServer"},
	{monitor.KindContract, "The reply"},
}

var entries = sorted(slices.Concat(wayEntries, certificateEntries, webEntries, signInEntries, serverEntries, tenantEntries, keyringEntries, localEntries))

func sorted(list []Entry) []Entry {
	place := func(e Entry) int { return slices.IndexFunc(chapters, func(c chapter) bool { return c.kind == e.Kind }) }
	slices.SortStableFunc(list, func(a, b Entry) int { return cmp.Compare(place(a), place(b)) })
	return list
}

// origins leads from what failed to its entry.
var origins = index(entries)

func index(list []Entry) map[any]*Entry {
	m := map[any]*Entry{}
	for i := range list {
		for _, from := range list[i].from {
			m[from] = &list[i]
		}
	}
	return m
}

// entryOf returns the one entry of an error of soapclient: its reason's, else its kind's. What NetServer's client may
// come to say later is never without one.
func entryOf(e *soapclient.Error) *Entry {
	for _, from := range []cause{{e.Kind, e.Reason}, {e.Kind, ""}} {
		if entry, ok := origins[from]; ok {
			return entry
		}
	}
	return origins[ownBug]
}

// keyringEntry returns the entry of a state of the keyring.
func keyringEntry(state keyring.State) *Entry {
	if entry, ok := origins[state]; ok {
		return entry
	}
	return origins[keyring.Failed]
}
