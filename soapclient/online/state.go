package online

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"golang.org/x/net/publicsuffix"

	"licensewatch/internal/loopback"
	"licensewatch/soapclient"
)

// state is what the state API says of a tenant (domain.md §3.1).
type state struct {
	base  string            // with /Remote/; empty if the tenant is not to be called
	err   *soapclient.Error // why it is not; nil: it runs
	until time.Time         // by the server's clock; zero: it does not say
}

// states are the words for the states in which a tenant is not called. The numbers are the API's other way to write them.
var states = map[string]struct {
	number int
	reason soapclient.Reason
	text   string
}{
	"Provisioning":       {1, soapclient.ReasonProvisioning, "the tenant is being set up"},
	"Deleted":            {3, soapclient.ReasonDeleted, "the tenant is deleted"},
	"Suspended":          {4, soapclient.ReasonSuspended, "the tenant is suspended: its agreement is ending"},
	"OfflineMaintenance": {6, soapclient.ReasonMaintenance, "the tenant is being upgraded, which takes minutes"},
	"ProvisioningFailed": {8, soapclient.ReasonProvisioningFailed, "setting the tenant up has failed"},
	"Deleting":           {10, soapclient.ReasonDeleting, "the tenant is being deleted"},
	"DeleteFailed":       {11, soapclient.ReasonDeleteFailed, "the tenant was to be deleted, which has failed"},
	"MigrationPending":   {12, soapclient.ReasonMigration, "the tenant is being moved to SuperOffice Online, which takes days or weeks"},
}

// parseState reads a reply of the state API of the environment at base.
func parseState(body []byte, base string) (state, error) {
	var reply struct {
		Endpoint   string
		State      stateName
		IsRunning  *bool
		ValidUntil string
	}
	if err := json.Unmarshal(body, &reply); err != nil || reply.IsRunning == nil {
		return state{}, errors.New("the answer of the state service cannot be read")
	}
	var s state
	s.until, _ = time.Parse(time.RFC3339Nano, reply.ValidUntil) // without it there are bounds
	if !*reply.IsRunning {
		s.err = stopped(string(reply.State))
		return s, nil
	}
	if err := near(base, reply.Endpoint); err != nil {
		return state{}, fmt.Errorf("the state service sends us where no password should go: %w", err)
	}
	s.base = strings.TrimRight(reply.Endpoint, "/") + "/Remote/"
	return s, nil
}

// stateName is a state's name, which may be written as its number.
type stateName string

func (n *stateName) UnmarshalJSON(text []byte) error {
	var number int
	if json.Unmarshal(text, &number) != nil {
		return json.Unmarshal(text, (*string)(n))
	}
	*n = stateName(strconv.Itoa(number))
	for name, s := range states {
		if s.number == number {
			*n = stateName(name)
		}
	}
	return nil
}

// stopped says that a tenant is not to be called, in the words of its state. Types holds the state's own name.
func stopped(name string) *soapclient.Error {
	name = said(name)
	e := &soapclient.Error{Kind: soapclient.KindTenant, Reason: soapclient.ReasonNotRunning, Types: []string{name}}
	e.Text = "the tenant does not run, and SuperOffice Online calls its state " + strconv.Quote(name)
	if s, ok := states[name]; ok {
		e.Reason, e.Text = s.reason, s.text
	}
	return e
}

// unknown says that the environment has no such tenant.
func unknown() *soapclient.Error {
	return &soapclient.Error{
		Kind: soapclient.KindTenant, Reason: soapclient.ReasonTenantUnknown, Status: http.StatusNotFound,
		Text: "SuperOffice Online knows no such tenant in this environment",
	}
}

// near reports why credentials must not follow to an address that the environment at base names: they go by https and stay under
// the environment's registered domain. In a test the environment is on this computer; then so is the address.
func near(base, address string) error {
	home, err := url.Parse(base)
	if err != nil {
		return errors.New("the environment's address cannot be read")
	}
	u, err := url.Parse(address)
	switch {
	case err != nil || u.Hostname() == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "":
		return errors.New("the address it names cannot be used")
	case loopback.Host(home.Hostname()):
		if !loopback.Host(u.Hostname()) || u.Scheme != "http" && u.Scheme != "https" {
			return fmt.Errorf("%q is not on this computer, as %s is", said(u.Host), home.Host)
		}
	case u.Scheme != "https":
		return fmt.Errorf("%q is not reached by https", said(u.Host))
	case !strings.EqualFold(registered(u.Hostname()), registered(home.Hostname())):
		return fmt.Errorf("%q does not belong to %s", said(u.Host), registered(home.Hostname()))
	}
	return nil
}

// registered returns the domain that somebody registered and that a host is under, such as "superoffice.com"; of an IP address, and
// of a name without a domain, the whole.
func registered(host string) string {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	domain, err := publicsuffix.EffectiveTLDPlusOne(host)
	if err != nil {
		return host
	}
	return domain
}
