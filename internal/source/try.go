package source

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"licensewatch/internal/keyring"
	"licensewatch/internal/secret"
	"licensewatch/internal/settings"
	"licensewatch/monitor"
	"licensewatch/soapclient"
)

// Trial is what trying a site out brought.
type Trial struct {
	Failure *monitor.Failure // nil: all went well
	Company string
	Serial  string
	Version string // NetServer's own
	Owners  []string
	URL     string // the address as it was understood
	Warning string // one sentence
}

// Try signs in to a site as it is described, with secrets of its own, and reads its owners. It changes nothing.
func (s *Source) Try(ctx context.Context, site settings.Site, secrets Secrets) Trial {
	var t Trial
	fail := func(err error) Trial {
		if f, ok := errors.AsType[*monitor.Failure](failure(err, site.Name)); ok {
			t.Failure = f
		} else {
			t.Failure = &monitor.Failure{Kind: monitor.KindTimeout, Text: "the test was called off", Remedy: "Test again."}
		}
		return t
	}
	if err := site.Check(); err != nil {
		return fail(configProblem(err))
	}
	c, err := s.dial(site, secrets)
	if err != nil {
		return fail(err)
	}
	t.URL = c.Address.Base
	info, err := c.SystemInfo(ctx)
	if unreachable(err) {
		return fail(err)
	}
	if err == nil { // not every server tells without a sign-in; the next step decides
		t.Company, t.Serial, t.Version = monitor.Harmless(info.Company, maxName), monitor.Harmless(info.Serial, maxName), monitor.Harmless(info.Version, maxName)
	}
	list, err := c.Licences(ctx)
	if err != nil {
		return fail(err)
	}
	for _, l := range licences(list) {
		t.Owners = append(t.Owners, monitor.Harmless(l.Owner, maxName))
		if t.Company == "" {
			t.Company, t.Serial = l.Company, l.Serial
		}
	}
	if p := c.Principal(); site.SignIn != "ticket" && !slices.Contains(p.Rights, "admin-all") {
		t.Warning = fmt.Sprintf("%s is no General Administrator (admin-all): some servers then refuse to tell about licences.", monitor.Harmless(p.Associate, maxName))
	}
	if len(t.Owners) == 0 {
		t.Warning = "The site lists no licence owner."
	}
	return t
}

// unreachable reports whether a failure would only be met again by the next call.
func unreachable(err error) bool {
	e, ok := errors.AsType[*soapclient.Error](err)
	return ok && slices.Contains([]soapclient.Kind{soapclient.KindDNS, soapclient.KindNetwork, soapclient.KindTLS, soapclient.KindProxy, soapclient.KindTimeout}, e.Kind)
}

// configProblem words the first problem of settings.
func configProblem(err error) error {
	if e, ok := errors.AsType[*settings.Error](err); ok && len(e.Problems) > 0 {
		return configError(e.Problems[0].Text, e.Problems[0].Remedy)
	}
	return configError(err.Error(), "Correct the site's settings.")
}

// Fixed are secrets that are at hand, with a store behind them for those that are not.
type Fixed struct {
	Password, AppToken secret.Text
	Behind             Secrets
	Site               string // the name under which Behind knows the site; empty: it does not
}

// Get returns a secret that is at hand, else asks Behind.
func (f Fixed) Get(ctx context.Context, site string, kind keyring.Kind) (secret.Text, error) {
	at := f.Password
	if kind == keyring.AppToken {
		at = f.AppToken
	}
	if at != "" {
		return at, nil
	}
	if f.Site == "" || f.Behind == nil {
		return (&keyring.Memory{}).Get(ctx, site, kind)
	}
	return f.Behind.Get(ctx, f.Site, kind)
}
