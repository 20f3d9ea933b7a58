package source

import (
	"cmp"
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"strings"

	"licensewatch/internal/keyring"
	"licensewatch/internal/settings"
	"licensewatch/monitor"
	"licensewatch/soapclient"
)

// config is a failure of a site's settings.
type config struct{ text, remedy string }

func (c *config) Error() string { return c.text }

func configError(text, remedy string) error { return &config{text, remedy} }

// errUnknownSite is of a site that is not set up.
var errUnknownSite = configError("the site is not set up", "Add it in the window or in the settings file.")

// configProblem words the first problem of settings.
func configProblem(err error) error {
	if e, ok := errors.AsType[*settings.Error](err); ok && len(e.Problems) > 0 {
		return configError(e.Problems[0].Text, e.Problems[0].Remedy)
	}
	return configError(err.Error(), "")
}

// failed is failure with a line in the log, the only one about it.
func failed(err error, site, owner string) error {
	f := Failure(err, site)
	if err == errUnknownSite { // it was removed or renamed, and the monitor has yet to hear of it
		return fmt.Errorf("%w: %w", monitor.ErrUnwatched, f)
	}
	if f.Reason != origins[ownCalledOff].Reason {
		slog.Info("a read failed", "site", site, "owner", owner, "reason", f.Reason, "err", err)
	}
	return f
}

// Failure words an error of this package for the monitor by its entry in the catalogue: what failed, and what to do.
func Failure(err error, site string) *monitor.Failure {
	if c, ok := errors.AsType[*config](err); ok {
		return origins[ownSettings].failure(site, c.text, c.remedy)
	}
	if k, ok := errors.AsType[*keyring.Error](err); ok {
		return keyringEntry(k.State).failure(site, k.Text, k.Remedy)
	}
	if e, ok := errors.AsType[*soapclient.Error](err); ok {
		f := entryOf(e).failure(site, e.Error(), "")
		f.Kind, f.RetryAfter = monitor.Kind(e.Kind), e.RetryAfter // two kinds may share an entry
		return f
	}
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return origins[ownLate].failure(site, origins[ownLate].Sentence, "")
	case errors.Is(err, context.Canceled):
		return origins[ownCalledOff].failure(site, origins[ownCalledOff].Sentence, "")
	}
	return origins[ownBug].failure(site, err.Error(), "")
}

// maxFailure is the length of a failure's sentence, in characters: a server's words may be part of it.
const maxFailure = 300

// failure is the entry's failure in a single case; without a remedy of its own it has the entry's.
func (e *Entry) failure(site, text, remedy string) *monitor.Failure {
	return &monitor.Failure{
		Kind: e.Kind, Reason: e.Reason, Title: e.Title, Severity: e.Severity, Text: monitor.Harmless(text, maxFailure),
		Remedy: cmp.Or(remedy, strings.ReplaceAll(e.Remedy, "{site}", strconv.Quote(site))),
	}
}

// authority names who issued a certificate.
func authority(c *x509.Certificate) string {
	if len(c.Issuer.Organization) > 0 && c.Issuer.CommonName != "" && c.Issuer.Organization[0] != c.Issuer.CommonName {
		return fmt.Sprintf("%s (%s)", c.Issuer.CommonName, c.Issuer.Organization[0])
	}
	return cmp.Or(c.Issuer.CommonName, c.Issuer.String(), "nobody")
}
