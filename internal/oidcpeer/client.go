package oidcpeer

import (
	"net/url"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"
)

// idLife is how long an id_token lives (domain.md §2.6).
const idLife = 5 * time.Minute

// client is an application as the library sees it, and how far the provider's clock is ahead.
type client struct {
	Application
	ahead time.Duration
}

func (c client) GetID() string                       { return c.ID }
func (c client) RedirectURIs() []string              { return []string{"http://127.0.0.1"} } // any port, neither path nor slash
func (c client) PostLogoutRedirectURIs() []string    { return nil }
func (c client) ApplicationType() op.ApplicationType { return op.ApplicationTypeNative }
func (c client) ResponseTypes() []oidc.ResponseType {
	return []oidc.ResponseType{oidc.ResponseTypeCode}
}
func (c client) LoginURL(id string) string            { return personURL + "?id=" + url.QueryEscape(id) }
func (c client) AccessTokenType() op.AccessTokenType  { return op.AccessTokenTypeBearer }
func (c client) DevMode() bool                        { return false }
func (c client) IsScopeAllowed(string) bool           { return false }
func (c client) IDTokenUserinfoClaimsAssertion() bool { return true }
func (c client) ClockSkew() time.Duration             { return -c.ahead }
func (c client) IDTokenLifetime() time.Duration       { return idLife + 2*c.ahead } // the library takes the skew off it
func (c client) GrantTypes() []oidc.GrantType {
	return []oidc.GrantType{oidc.GrantTypeCode, oidc.GrantTypeRefreshToken}
}

func (c client) AuthMethod() oidc.AuthMethod {
	if c.Secret == "" {
		return oidc.AuthMethodNone
	}
	return oidc.AuthMethodPost
}

func (c client) RestrictAdditionalIdTokenScopes() func([]string) []string {
	return func(s []string) []string { return s }
}

func (c client) RestrictAdditionalAccessTokenScopes() func([]string) []string {
	return func(s []string) []string { return s }
}

// signer is the key that tokens are signed with.
type signer struct{}

func (signer) ID() string                                  { return "1" }
func (signer) SignatureAlgorithm() jose.SignatureAlgorithm { return jose.RS256 }
func (signer) Key() any {
	key, _ := signingKey() // Start has seen that it can be made
	return key
}

// half is what everybody may know of the key.
type half struct{ signer }

func (half) Algorithm() jose.SignatureAlgorithm { return jose.RS256 }
func (half) Use() string                        { return "sig" }
func (half) Key() any {
	key, _ := signingKey()
	return &key.PublicKey
}
