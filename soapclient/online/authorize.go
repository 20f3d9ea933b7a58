package online

import (
	"cmp"
	"context"
	"errors"
	"net"
	"strconv"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"licensewatch/internal/secret"
	"licensewatch/soapclient"
)

// Grant is what a person allowed by signing in, and who it was. All but the token are for showing.
type Grant struct {
	RefreshToken secret.Text
	User         string // a name, mostly an e-mail address
	Tenant       string // such as "Cust12345"
	Company      string
}

// Authorize lets a person sign in: it opens the sign-in page in the browser and waits on this computer, at a port of 127.0.0.1, for
// the browser to come back with the answer. ctx limits the whole; the listener is closed on return.
func (u *User) Authorize(ctx context.Context, open func(url string) error) (Grant, error) {
	clientSecret, err := u.ClientSecret(ctx)
	if err != nil {
		return Grant{}, err
	}
	s, err := u.discover(ctx)
	if err != nil {
		return Grant{}, err
	}
	l, err := new(net.ListenConfig).Listen(ctx, "tcp4", "127.0.0.1:0") // a port that the system chooses has four digits or more
	if err != nil {
		return Grant{}, u.failure("", "this computer gives no port on which the browser could answer")
	}
	config := oauth2.Config{
		ClientID: u.ClientID, ClientSecret: string(clientSecret), Endpoint: s.endpoint, Scopes: []string{oidc.ScopeOpenID},
		RedirectURL: "http://" + l.Addr().String(), // without path or slash (domain.md §2.6)
	}
	// The library's verifiers are 256 random bits, which is what state and nonce need too.
	state, nonce, code := oauth2.GenerateVerifier(), oauth2.GenerateVerifier(), oauth2.GenerateVerifier()
	options := []oauth2.AuthCodeOption{oauth2.S256ChallengeOption(code), oidc.Nonce(nonce)}
	if u.Tenant != "" {
		options = append(options, oauth2.SetAuthURLParam("acr_values", "tenant:"+u.Tenant))
	}
	w := newWaiter(l, state, func(a answer) (Grant, error) {
		if a.refusal != "" {
			return Grant{}, u.declined(a)
		}
		return u.redeem(ctx, config, a.code, code, nonce)
	})
	defer w.close()
	if err := open(config.AuthCodeURL(state, options...)); err != nil {
		return Grant{}, u.failure(soapclient.ReasonNoConsent, "the browser cannot be opened")
	}
	select {
	case o := <-w.outcome:
		return o.grant, o.err
	case <-ctx.Done():
		if errors.Is(ctx.Err(), context.DeadlineExceeded) {
			e := u.failure(soapclient.ReasonNoConsent, "nobody finished the sign-in in the browser in time; if the page there called the application unknown, the client ID is wrong")
			e.Err = ctx.Err()
			return Grant{}, e
		}
		return Grant{}, ctx.Err()
	}
}

// declined names the answer of a sign-in page that gives no code.
func (u *User) declined(a answer) *soapclient.Error {
	e := u.failure(soapclient.ReasonApplication, "the sign-in page says "+strconv.Quote(said(a.refusal)))
	switch a.refusal {
	case "access_denied":
		e.Reason, e.Text = soapclient.ReasonNoConsent, "the sign-in was declined in the browser"
	case "unauthorized_client", "invalid_client":
		e.Text = "the application is not known, or may not sign people in"
	}
	e.Server = said(a.description)
	return e
}

// redeem exchanges the code for tokens.
func (u *User) redeem(ctx context.Context, config oauth2.Config, code, verifier, nonce string) (Grant, error) {
	var c clock
	reply, err := config.Exchange(u.road(&c).with(ctx), code, oauth2.VerifierOption(verifier))
	if err != nil {
		gone := u.failure(soapclient.ReasonNoConsent, "the sign-in took too long, or its code was used before")
		return Grant{}, u.refused(err, gone, secret.Text(code), secret.Text(verifier), secret.Text(config.ClientSecret))
	}
	raw, _ := reply.Extra("id_token").(string)
	if raw == "" {
		return Grant{}, named(nil, hostOf(u.Base), "the sign-in brought no token that says who signed in")
	}
	id, err := u.identify(ctx, raw, &c)
	if err != nil {
		return Grant{}, err
	}
	if id.Nonce != nonce {
		return Grant{}, named(nil, hostOf(u.Base), "the server's token belongs to another sign-in")
	}
	if reply.RefreshToken == "" {
		return Grant{}, u.failure(soapclient.ReasonApplication, "the application gets no refresh token: ask SuperOffice to allow it the authorization code flow")
	}
	return Grant{
		RefreshToken: secret.Text(reply.RefreshToken),
		User:         cmp.Or(id.text("upn"), id.text("email"), id.Subject),
		Tenant:       id.text("ctx"),
		Company:      id.text("company_name"),
	}, nil
}
