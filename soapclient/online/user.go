package online

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"

	"licensewatch/internal/secret"
	"licensewatch/soapclient"
)

// User is a person of SuperOffice Online who signs in once in the browser (Authorize); from then on Token brings access
// tokens without that person. Its exported fields must not change once it is used; then it is safe for concurrent use.
type User struct {
	Base     string // of the environment, see Environment
	ClientID string // of the application that SuperOffice registered
	Tenant   string // who signs in must belong to it; empty: to any

	// ClientSecret brings the application's secret, or "" where it has none. Its errors come back unchanged.
	ClientSecret func(ctx context.Context) (secret.Text, error)
	// RefreshToken brings what Authorize granted, or "" before. Its errors come back unchanged.
	RefreshToken func(ctx context.Context) (secret.Text, error)
	// Save keeps another refresh token in the place of the old one, which may be used up: what it cannot store it has to bring
	// all the same while the program runs. Its errors come back unchanged.
	Save func(ctx context.Context, refreshToken secret.Text) error

	Transport http.RoundTripper // nil: soapclient.NewTransport(nil), shared
	Now       func() time.Time  // nil: time.Now

	turn    sync.Mutex // one refresh at a time, for it may use the refresh token up
	mu      sync.Mutex
	service *service // nil: not discovered yet; guarded by mu
}

// service is what an environment says of its sign-in service.
type service struct {
	endpoint oauth2.Endpoint
	verifier verifier
}

// refreshRedirect is sent where SuperOffice lists a redirect_uri for a refresh (domain.md §2.6), which no browser will follow. It has
// the form that every native application may use.
const refreshRedirect = "http://127.0.0.1:8080"

// Token exchanges the refresh token for an access token. Its expiry is counted from now by this computer's clock, so that a
// wrong one does no harm. Without a refresh token the reason is ReasonNoConsent; when the consent was revoked it is ReasonConsent.
func (u *User) Token(ctx context.Context) (soapclient.Token, error) {
	u.turn.Lock()
	defer u.turn.Unlock()
	stored, err := u.RefreshToken(ctx)
	if err != nil {
		return soapclient.Token{}, err
	}
	if stored == "" {
		return soapclient.Token{}, u.failure(soapclient.ReasonNoConsent, "nobody has signed in yet")
	}
	clientSecret, err := u.ClientSecret(ctx)
	if err != nil {
		return soapclient.Token{}, err
	}
	var c clock
	reply, err := u.refresh(ctx, stored, clientSecret, &c)
	if other, ok := u.overtaken(ctx, err, stored); ok {
		stored = other
		reply, err = u.refresh(ctx, stored, clientSecret, &c)
	}
	if err != nil {
		return soapclient.Token{}, err
	}
	received := u.now()
	if next := secret.Text(reply.RefreshToken); next != stored {
		if err := u.Save(ctx, next); err != nil {
			return soapclient.Token{}, err
		}
	}
	if raw, ok := reply.Extra("id_token").(string); ok && raw != "" {
		if _, err := u.identify(ctx, raw, &c); err != nil {
			return soapclient.Token{}, err
		}
	}
	token := soapclient.Token{Text: secret.Text(reply.AccessToken)}
	if life := lifetime(reply); life > 0 {
		token.Expires = received.Add(life)
	}
	return token, nil
}

// overtaken returns the refresh token that has taken the place of one which was refused: another program that shares it, or
// somebody who signed in, was faster.
func (u *User) overtaken(ctx context.Context, refused error, sent secret.Text) (other secret.Text, ok bool) {
	if e, ok := errors.AsType[*soapclient.Error](refused); !ok || e.Reason != soapclient.ReasonConsent {
		return "", false
	}
	other, err := u.RefreshToken(ctx)
	return other, err == nil && other != "" && other != sent
}

// refresh asks with the library's client credentials, whose grant type it lets us choose, for its refresh does not send a
// redirect_uri.
func (u *User) refresh(ctx context.Context, refresh, clientSecret secret.Text, c *clock) (*oauth2.Token, error) {
	s, err := u.discover(ctx)
	if err != nil {
		return nil, err
	}
	grant := clientcredentials.Config{
		ClientID: u.ClientID, ClientSecret: string(clientSecret), TokenURL: s.endpoint.TokenURL, AuthStyle: oauth2.AuthStyleInParams,
		EndpointParams: map[string][]string{
			"grant_type": {"refresh_token"}, "refresh_token": {string(refresh)}, "redirect_uri": {refreshRedirect},
		},
	}
	reply, err := grant.Token(u.road(c).with(ctx))
	if err != nil {
		gone := u.failure(soapclient.ReasonConsent, "the consent was revoked or has expired")
		return nil, u.refused(err, gone, refresh, clientSecret)
	}
	return reply, nil
}

// lifetime returns how long an access token lives, as the server said; 0 if it did not.
func lifetime(t *oauth2.Token) time.Duration {
	switch v := t.Extra("expires_in").(type) {
	case float64:
		return time.Duration(v) * time.Second
	case string:
		n, _ := strconv.Atoi(v)
		return time.Duration(n) * time.Second
	}
	return 0
}

// refused names what the token endpoint said; gone is what an invalid grant means. The secrets are those that were sent.
func (u *User) refused(err error, gone *soapclient.Error, sent ...secret.Text) error {
	r, ok := errors.AsType[*oauth2.RetrieveError](err)
	if !ok {
		return named(err, hostOf(u.Base), "the answer of the sign-in service is not one of OAuth 2.0")
	}
	e := u.failure(soapclient.ReasonApplication, "the sign-in service refuses: "+said(r.ErrorCode, sent...))
	switch status := r.Response.StatusCode; {
	case r.ErrorCode == "invalid_grant":
		e = gone
	case r.ErrorCode == "invalid_client", r.ErrorCode == "unauthorized_client":
		e.Text = "the application is not known, or its secret is another"
	case r.ErrorCode == "", status >= 500:
		u.forget()
		e = soapclient.HTTPError(r.Response, nil)
		e.Op, e.Host = opSignIn, hostOf(u.Base)
		return e
	}
	e.Status, e.Server = r.Response.StatusCode, said(r.ErrorDescription, sent...)
	return e
}

const opSignIn = "OpenID Connect" // in errors

func (u *User) failure(reason soapclient.Reason, text string) *soapclient.Error {
	return &soapclient.Error{Kind: soapclient.KindSignIn, Reason: reason, Op: opSignIn, Host: hostOf(u.Base), Text: text}
}

func (u *User) now() time.Time {
	if u.Now == nil {
		return time.Now()
	}
	return u.Now()
}

func (u *User) road(c *clock) road {
	return road{op: opSignIn, under: u.Transport, now: u.now, clock: c}
}

// discover reads, once, where the environment's endpoints and keys are. Tokens name the environment as their issuer, without
// the /login under which discovery is (domain.md §2.6).
func (u *User) discover(ctx context.Context) (*service, error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.service != nil {
		return u.service, nil
	}
	host := hostOf(u.Base)
	with := oidc.InsecureIssuerURLContext(u.road(nil).with(ctx), u.Base) // the verifier checks the issuer of every token
	provider, err := oidc.NewProvider(with, u.Base+"/login")
	if err != nil {
		return nil, named(err, host, "the answer is not a description of a sign-in service")
	}
	var more struct {
		Keys string `json:"jwks_uri"`
	}
	if err := provider.Claims(&more); err != nil {
		return nil, named(err, host, "the description of the sign-in service names no keys")
	}
	s := &service{endpoint: provider.Endpoint()}
	for _, address := range []string{s.endpoint.AuthURL, s.endpoint.TokenURL, more.Keys} {
		if err := near(u.Base, address); err != nil {
			return nil, &soapclient.Error{Kind: soapclient.KindContract, Op: opSignIn, Host: host, Text: "the sign-in service is not to be trusted: " + err.Error()}
		}
	}
	s.endpoint.AuthStyle = oauth2.AuthStyleInParams
	s.verifier = verifier{
		issuer: u.Base, keys: oidc.NewRemoteKeySet(with, more.Keys), host: host,
		config: oidc.Config{ClientID: u.ClientID, Now: u.now},
	}
	u.service = s
	return s, nil
}

// forget makes the next exchange discover the endpoints anew.
func (u *User) forget() {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.service = nil
}

// identity is an id_token whose origin is certain.
type identity struct {
	*oidc.IDToken
	claims map[string]json.RawMessage
}

// identify verifies an id_token and that its bearer belongs to the tenant.
func (u *User) identify(ctx context.Context, raw string, c *clock) (identity, error) {
	s, err := u.discover(ctx)
	if err != nil {
		return identity{}, err
	}
	token, err := s.verifier.verify(ctx, raw, c)
	if err != nil {
		return identity{}, err
	}
	id := identity{IDToken: token}
	if err := token.Claims(&id.claims); err != nil {
		return identity{}, named(err, hostOf(u.Base), "the claims of the server's token cannot be read")
	}
	if tenant := id.text("ctx"); u.Tenant != "" && !strings.EqualFold(tenant, u.Tenant) {
		return identity{}, u.failure(soapclient.ReasonWrongTenant, "the sign-in is of tenant "+strconv.Quote(said(tenant))+", not of "+strconv.Quote(u.Tenant))
	}
	return id, nil
}

// text returns one of SuperOffice's claims; "" if it is missing. Some are strings in one place and another type in the next.
func (id identity) text(name string) string {
	raw := id.claims[claim+name]
	var s string
	if json.Unmarshal(raw, &s) == nil {
		return s
	}
	return string(raw)
}
