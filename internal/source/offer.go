package source

import (
	"context"
	"crypto/sha256"
	"crypto/x509"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"licensewatch/monitor"
	"licensewatch/soapclient"
)

// Offer is a value that would make a failed test go on.
type Offer struct {
	Words string // what it is, such as "Use Services88"
	Field string // of the site's form, by its JSON name
	Value string
}

// A test that failed asks around, without any credentials, no more often and for no longer than this.
const (
	maxProbes   = 12
	probingTime = 10 * time.Second
	probeTime   = 3 * time.Second // for one question
)

// offer looks for values with which the test would go on.
func (t *trial) offer(ctx context.Context, err error) {
	t.outcome.Offers = tenantOffers(t.site.URL)
	e, ok := errors.AsType[*soapclient.Error](err)
	if !ok || t.site.Tenant != "" || len(t.outcome.Offers) > 0 {
		return
	}
	address, failed := soapclient.ParseAddress(t.site.URL)
	if failed != nil {
		return
	}
	address.Version = soapclient.Version(t.site.Services)
	ctx, cancel := context.WithTimeout(ctx, probingTime)
	defer cancel()
	p := &prober{ctx: ctx, trial: t}
	switch entryOf(e).Reason {
	case "certificate-authority", "certificate-name", "certificate-pin":
		t.outcome.Offers = pinOffers(e)
	case "wrong-version":
		p.versions(address)
	case "not-found":
		p.versions(address)
		if len(t.outcome.Offers) == 0 {
			p.addresses(address, nearby(address.Base, t.line.location()))
		}
	case "web-page", "redirect", "web-server-refuses":
		p.addresses(address, nearby(address.Base, t.line.location()))
	case "plain-http", "connection-refused":
		p.addresses(address, usualPort(address.Base))
	}
}

// prober asks whether NetServer is at an address.
type prober struct {
	ctx   context.Context
	trial *trial
	asked int
}

// answers asks at an address, without credentials and without application token.
func (p *prober) answers(a soapclient.Address) (identity string, ok bool) {
	if p.asked++; p.asked > maxProbes || p.ctx.Err() != nil {
		return "", false
	}
	ctx, cancel := context.WithTimeout(p.ctx, probeTime)
	defer cancel()
	c := &soapclient.Client{Address: a, Transport: p.trial.line.bare, Gate: p.trial.source.gates.of(a.Base)}
	info, err := c.SystemInfo(ctx)
	if e, failed := errors.AsType[*soapclient.Error](err); failed && e.Kind == soapclient.KindServer {
		return "NetServer", true // it answers in its own words, if not to everybody
	}
	return identityOf(info), err == nil
}

func identityOf(info soapclient.SystemInfo) string {
	return identity(monitor.Harmless(info.Version, maxName), monitor.Harmless(info.Company, maxName), "")
}

// versions offers the other versions of the services that answer, newest first.
func (p *prober) versions(at soapclient.Address) {
	for _, v := range slices.Backward(soapclient.Versions) {
		if v == at.Version {
			continue
		}
		if _, ok := p.answers(soapclient.Address{Base: at.Base, Version: v}); ok {
			p.trial.found(origins[cause{soapclient.KindFault, soapclient.ReasonVersion}], fmt.Sprintf("the server has no %s", at.Version), Offer{fmt.Sprintf("Use %s", v), "services", string(v)})
		}
	}
}

// addresses offers those bases where NetServer answers.
func (p *prober) addresses(at soapclient.Address, bases []string) {
	for _, base := range bases {
		if who, ok := p.answers(soapclient.Address{Base: base, Version: at.Version}); ok {
			p.trial.found(origins[ownAddress], "NetServer is not at this address, but at another one", Offer{fmt.Sprintf("Use %s (%s answers there)", base, who), "url", base})
		}
	}
}

// found adds an offer. The failure is that of the entry then: it is known better now.
func (t *trial) found(e *Entry, sentence string, o Offer) {
	if len(t.outcome.Offers) == 0 {
		f := e.failure(t.site.Name, t.way.server.Host+": "+sentence, "")
		f.Kind = t.outcome.Failure.Kind
		t.outcome.Failure = f
	}
	t.outcome.Offers = append(t.outcome.Offers, o)
}

// nearby lists addresses that may be meant by base: https instead of http, where the server sends us if that is the same
// host, and other folders. It never leads from https to http.
func nearby(base, location string) []string {
	u, err := url.Parse(base)
	if err != nil {
		return nil
	}
	list := usualPort(base)
	if to, err := soapclient.ParseAddress(location); err == nil {
		if l, err := url.Parse(to.Base); err == nil && strings.EqualFold(l.Hostname(), u.Hostname()) && (l.Scheme == "https" || u.Scheme == "http") {
			list = append(list, to.Base)
		}
	}
	parts := strings.FieldsFunc(u.Path, func(r rune) bool { return r == '/' })
	parts = parts[:max(0, len(parts)-1)] // without Remote, which ParseAddress has seen to
	folder := func(parts ...string) {
		at := *u
		at.Path, at.RawPath = "/"+strings.Join(append(slices.Clone(parts), "Remote"), "/")+"/", ""
		list = append(list, at.String())
	}
	for n := len(parts) - 1; n >= 0; n-- {
		folder(parts[:n]...)
	}
	folder(append(slices.Clone(parts), "SuperOffice")...)
	folder("SuperOffice")
	var others []string
	for _, at := range list {
		same := func(other string) bool { return strings.EqualFold(at, other) }
		if !same(base) && !slices.ContainsFunc(others, same) {
			others = append(others, at)
		}
	}
	return others
}

// usualPort lists the same address by https at its usual port.
func usualPort(base string) []string {
	u, err := url.Parse(base)
	if err != nil || u.Scheme == "https" && (u.Port() == "" || u.Port() == "443") {
		return nil
	}
	u.Scheme = "https"
	u.Host = u.Hostname()
	if strings.Contains(u.Host, ":") { // IPv6
		u.Host = "[" + u.Host + "]"
	}
	return []string{u.String()}
}

// pinOffers offers the pin of the certificate that the server showed.
func pinOffers(e *soapclient.Error) []Offer {
	c := e.Certificate
	if c == nil {
		return nil
	}
	return []Offer{{
		Words: fmt.Sprintf("Trust this one certificate, issued by %s, valid until %s, SHA-256 fingerprint %s: compare the fingerprint with the server's administrator first",
			monitor.Harmless(authority(c), maxName), validUntil(c), fingerprint(c)),
		Field: "pin", Value: soapclient.Pin(c),
	}}
}

// fingerprint is a certificate's SHA-256 as browsers and Windows show it.
func fingerprint(c *x509.Certificate) string {
	sum := sha256.Sum256(c.Raw)
	var b strings.Builder
	for i, octet := range sum {
		if i > 0 {
			b.WriteByte(':')
		}
		fmt.Fprintf(&b, "%02X", octet)
	}
	return b.String()
}

var (
	onlineHost = regexp.MustCompile(`(?i)^(online|qaonline|sod|app)\d*\.superoffice\.com$`)
	tenantPath = regexp.MustCompile(`(?i)^/(cust\d+)(/|$)`)
)

// tenantOffers offers the tenant that an address of SuperOffice Online names: its host changes (domain.md §3.1).
func tenantOffers(pasted string) []Offer {
	u, err := url.Parse(strings.TrimSpace(pasted))
	if err != nil {
		return nil
	}
	host, tenant := onlineHost.FindStringSubmatch(u.Hostname()), tenantPath.FindStringSubmatch(u.Path)
	if host == nil || tenant == nil {
		return nil
	}
	name := "Cust" + tenant[1][len("Cust"):]
	list := []Offer{{fmt.Sprintf("Use the tenant %s of SuperOffice Online, whose host is looked up each time", name), "tenant", name}}
	if env := strings.ToLower(host[1]); env != "app" && env != "online" {
		list = append(list, Offer{fmt.Sprintf("Use the environment %s", env), "environment", env})
	}
	return list
}
