package source

import (
	"context"
	"crypto/x509"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"sync"

	"licensewatch/internal/keyring"
	"licensewatch/internal/secret"
	"licensewatch/internal/settings"
	"licensewatch/soapclient"
	"licensewatch/soapclient/windows"
)

// line is what a site's requests go over.
type line struct {
	full     http.RoundTripper // as the site's requests take it
	bare     http.RoundTripper // without anything that signs in to the server
	services http.RoundTripper // to the services of SuperOffice Online, which no pin is meant for
	fresh    bool              // nothing is shared with other lines

	mu       sync.Mutex
	sentTo   string       // where the latest answer sends us, if it does
	password *secret.Text // of the proxy, once it is known
}

// connect makes a line for a site; nothing is sent yet. A fresh one shares no connection with others.
func (s *Source) connect(site settings.Site, secrets Secrets, fresh bool) (*line, error) {
	l := &line{fresh: fresh, bare: s.plain, services: s.plain}
	o := soapclient.TransportOptions{Pin: site.Pin, HTTP1Only: site.HTTP1Only}
	if site.CAFile != "" {
		var err error
		if o.Roots, err = certificates(site.CAFile); err != nil {
			return nil, configError(err.Error(), "Correct ca_file of the site: it must be a file of PEM certificates.")
		}
	}
	if err := l.proxy(site, secrets, &o); err != nil {
		return nil, err
	}
	if fresh || o.Roots != nil || o.Pin != "" || o.Proxy != nil || o.HTTP1Only {
		l.bare = soapclient.NewTransport(o)
		l.services = l.bare
	}
	l.full = l.bare
	if site.SignIn == "windows" {
		l.full = windows.Transport(soapclient.NewTransport(o), windows.Identity{
			User: site.User, Domain: site.Domain,
			Password: func(ctx context.Context) (secret.Text, error) { return secrets.Get(ctx, site.Name, keyring.Password) },
		})
	}
	if o.Pin != "" {
		o.Pin = ""
		l.services = soapclient.NewTransport(o)
	}
	return l, nil
}

// proxy makes the requests take the site's proxy. Its password is fetched once it is needed.
func (l *line) proxy(site settings.Site, secrets Secrets, o *soapclient.TransportOptions) error {
	switch site.Proxy {
	case "":
		return nil // that of the environment
	case settings.NoProxy:
		o.Proxy = func(*http.Request) (*url.URL, error) { return nil, nil }
		return nil
	}
	at, err := url.Parse(site.Proxy)
	if err != nil {
		return configError("the proxy is not an address", "Correct the proxy of the site.")
	}
	o.Proxy = func(req *http.Request) (*url.URL, error) {
		if site.ProxyUser == "" {
			return at, nil
		}
		password, err := l.proxyPassword(req.Context(), func(ctx context.Context) (secret.Text, error) { return secrets.Get(ctx, site.Name, keyring.Proxy) })
		if err != nil {
			return nil, soapclient.AsIs{Err: err}
		}
		to := *at
		to.User = url.UserPassword(site.ProxyUser, string(password))
		return &to, nil
	}
	return nil
}

func (l *line) proxyPassword(ctx context.Context, get func(context.Context) (secret.Text, error)) (secret.Text, error) {
	l.mu.Lock()
	known := l.password
	l.mu.Unlock()
	if known != nil {
		return *known, nil
	}
	password, err := get(ctx)
	if err != nil {
		return "", err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.password = &password
	return password, nil
}

// note takes in how a request ended. A proxy that fails is given the password anew the next time.
func (l *line) note(resp *http.Response, err error) {
	if err != nil || resp.StatusCode == http.StatusProxyAuthRequired {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.password = nil
	}
}

// serviceLine is the line's way to the services of SuperOffice Online.
type serviceLine struct{ *line }

func (s serviceLine) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := s.services.RoundTrip(req)
	s.note(resp, err)
	return resp, err
}

// RoundTrip sends a request and notes where its answer sends us.
func (l *line) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := l.full.RoundTrip(req)
	l.note(resp, err)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.sentTo = ""
	if err == nil {
		if to, err := resp.Location(); err == nil {
			l.sentTo = to.String()
		}
	}
	return resp, err
}

// location returns where the latest answer sent us; empty if it did not.
func (l *line) location() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.sentTo
}

// close ends the connections of a fresh line.
func (l *line) close() {
	for _, t := range []http.RoundTripper{l.full, l.bare, l.services} {
		if t, ok := t.(interface{ CloseIdleConnections() }); ok {
			t.CloseIdleConnections()
		}
	}
}

// certificates adds the authorities of a PEM file to those of the system.
func certificates(file string) (*x509.CertPool, error) {
	roots, err := x509.SystemCertPool()
	if err != nil {
		roots = x509.NewCertPool()
	}
	pem, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	if !roots.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("%s holds no certificate", file)
	}
	return roots, nil
}
