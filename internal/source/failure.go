package source

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"

	"licensewatch/internal/keyring"
	"licensewatch/monitor"
	"licensewatch/soapclient"
)

// config is a failure of a site's settings.
type config struct{ text, remedy string }

func (c *config) Error() string { return c.text }

func configError(text, remedy string) error { return &config{text, remedy} }

// failed is failure with a line in the log, the only one about it.
func failed(err error, site, owner string) error {
	if !errors.Is(err, context.Canceled) {
		slog.Info("a read failed", "site", site, "owner", owner, "err", err)
	}
	return failure(err, site)
}

// failure words an error for the monitor: what failed, and what to do.
func failure(err error, site string) error {
	if c, ok := errors.AsType[*config](err); ok {
		return &monitor.Failure{Kind: monitor.KindConfig, Text: c.text, Remedy: c.remedy}
	}
	if k, ok := errors.AsType[*keyring.Error](err); ok {
		return &monitor.Failure{Kind: monitor.KindKeyring, Text: k.Text, Remedy: k.Remedy}
	}
	if e, ok := errors.AsType[*soapclient.Error](err); ok {
		return &monitor.Failure{
			Kind: monitor.Kind(e.Kind), Text: monitor.Harmless(e.Error(), 300), Remedy: remedy(e, site), RetryAfter: e.RetryAfter,
		}
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return &monitor.Failure{Kind: monitor.KindTimeout, Text: "the time for the check was over before it could be asked", Remedy: "Give more time with --timeout."}
	}
	if errors.Is(err, context.Canceled) {
		return &monitor.Failure{Kind: monitor.KindTimeout, Text: "the check was called off", Remedy: "Check again."}
	}
	return err
}

// remedy says what to do about an error.
func remedy(e *soapclient.Error, site string) string {
	switch e.Kind {
	case soapclient.KindSignIn:
		switch {
		case e.Status == 401 || e.Status == 403:
			return "Check whether the web server wants a Windows sign-in; then correct user and password."
		case e.Op == "AuthenticateUsernamePassword":
			return fmt.Sprintf("Correct user and password in the site's form, or run: licensewatch signin %q", site)
		}
		return fmt.Sprintf("Get a new ticket and enter it in the site's form, or run: licensewatch signin %q", site)
	case soapclient.KindNetwork:
		return "Check that the server runs and that its address, VPN and firewall let this computer through."
	case soapclient.KindDNS:
		return "Check the host name in the site's address, and this computer's network or VPN."
	case soapclient.KindTLS:
		if errors.Is(e, http.ErrSchemeMismatch) {
			return "Correct the port, or write http:// if this server is meant to be without encryption."
		}
		return "Have the server's certificate corrected, or name the authority that issued it with ca_file."
	case soapclient.KindProxy:
		return "Check the proxy in the environment (HTTPS_PROXY, NO_PROXY) and its sign-in."
	case soapclient.KindTimeout:
		return "Check whether NetServer is overloaded, and whether it can reach its licence server."
	case soapclient.KindHTTP:
		return httpRemedy(e.Status)
	case soapclient.KindFault:
		if e.Names("ActionNotSupported") {
			return "Choose another services version: this server does not know the present one."
		}
		return "Look into NetServer's log, or try another services version."
	case soapclient.KindServer:
		if e.Names("SoSentryException") {
			return "Give the user the right General Administrator (admin-all), or use another user."
		}
		return "Look into NetServer's log; if it is about the licence server, check the server's way out."
	}
	return "Check that the address leads to NetServer's web services and that the services version is right."
}

func httpRemedy(status int) string {
	switch {
	case status == 404:
		return "Check the address, which must end in front of ServicesNN, as https://crm.example.com/Remote/, and the services version."
	case status >= 300 && status < 400:
		return "Use the address that the server names, if you trust it."
	case status >= 500:
		return "Look at the web server: it answers, but NetServer behind it does not."
	case status == 200:
		return "Check the address: a sign-in page, a proxy or another web site answers there."
	}
	return "Check the address and what stands between this computer and the server."
}
