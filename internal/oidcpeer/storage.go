package oidcpeer

import (
	"context"
	"crypto/rand"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"
)

// storage is what the library asks for: who, what was asked, what was given. The embedded Peer holds it all.
type storage struct{ *Peer }

// request is a sign-in under way. The embedded form is what the program asked for.
type request struct {
	*oidc.AuthRequest
	id   string
	user *User // nil: nobody has signed in yet
	at   time.Time
}

func (r *request) GetID() string                      { return r.id }
func (r *request) GetACR() string                     { return "" }
func (r *request) GetAMR() []string                   { return nil }
func (r *request) GetAudience() []string              { return []string{r.ClientID} }
func (r *request) GetAuthTime() time.Time             { return r.at }
func (r *request) GetClientID() string                { return r.ClientID }
func (r *request) GetNonce() string                   { return r.Nonce }
func (r *request) GetResponseMode() oidc.ResponseMode { return r.ResponseMode }
func (r *request) Done() bool                         { return r.user != nil }
func (r *request) GetScopes() []string                { return scopes }
func (r *request) GetCodeChallenge() *oidc.CodeChallenge {
	if r.CodeChallenge == "" {
		return nil
	}
	return &oidc.CodeChallenge{Challenge: r.CodeChallenge, Method: r.CodeChallengeMethod}
}

func (r *request) GetSubject() string {
	if r.user == nil {
		return ""
	}
	return r.user.Name
}

// scopes are given whatever is asked: SuperOffice knows openid alone and gives a refresh token all the same.
var scopes = []string{oidc.ScopeOpenID, oidc.ScopeOfflineAccess}

// grant is a consent, for which a refresh token stands.
type grant struct {
	user     *User
	clientID string
	at       time.Time
}

func (g *grant) GetAMR() []string          { return nil }
func (g *grant) GetAudience() []string     { return []string{g.clientID} }
func (g *grant) GetAuthTime() time.Time    { return g.at }
func (g *grant) GetClientID() string       { return g.clientID }
func (g *grant) GetScopes() []string       { return scopes }
func (g *grant) GetSubject() string        { return g.user.Name }
func (g *grant) SetCurrentScopes([]string) {}

// access is an access token that was given.
type access struct {
	user  *User
	token string
	ends  time.Time
}

var errUnknown = errors.New("unknown")

func (s storage) CreateAuthRequest(_ context.Context, form *oidc.AuthRequest, _ string) (op.AuthRequest, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q := &request{AuthRequest: form, id: rand.Text()}
	s.requests[q.id] = q
	return q, nil
}

func (s storage) AuthRequestByID(_ context.Context, id string) (op.AuthRequest, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if q := s.requests[id]; q != nil {
		return q, nil
	}
	return nil, errUnknown
}

func (s storage) AuthRequestByCode(ctx context.Context, code string) (op.AuthRequest, error) {
	s.mu.Lock()
	id := s.codes[code]
	s.mu.Unlock()
	return s.AuthRequestByID(ctx, id)
}

func (s storage) SaveAuthCode(_ context.Context, id, code string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.codes[code] = id
	return nil
}

func (s storage) DeleteAuthRequest(_ context.Context, id string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.requests, id)
	return nil
}

func (s storage) CreateAccessToken(_ context.Context, r op.TokenRequest) (id string, expires time.Time, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	a := &access{user: s.user(r.GetSubject()), ends: time.Now().Add(s.Life)}
	if a.user == nil {
		return "", time.Time{}, errUnknown
	}
	id = rand.Text()
	s.access[id] = a
	return id, a.ends.Add(s.ahead), nil // the library takes the clock's error off again
}

func (s storage) CreateAccessAndRefreshTokens(ctx context.Context, r op.TokenRequest, current string) (id, refresh string, expires time.Time, err error) {
	id, expires, err = s.CreateAccessToken(ctx, r)
	if err != nil || current != "" && !s.Rotate {
		return id, "", expires, err // SuperOffice's refresh tokens stay, and its replies do not repeat them
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.refresh, current)
	g := &grant{user: s.user(r.GetSubject()), at: time.Now()}
	switch r := r.(type) {
	case *request:
		g.clientID = r.ClientID
	case *grant:
		g.clientID = r.clientID
	}
	refresh = rand.Text()
	s.refresh[refresh] = g
	return id, refresh, expires, nil
}

func (s storage) TokenRequestByRefreshToken(_ context.Context, refresh string) (op.RefreshTokenRequest, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if g := s.refresh[refresh]; g != nil {
		return g, nil
	}
	return nil, op.ErrInvalidRefreshToken
}

func (s storage) GetClientByClientID(_ context.Context, id string) (op.Client, error) {
	i := slices.IndexFunc(s.Applications, func(a Application) bool { return a.ID == id })
	if i < 0 {
		return nil, oidc.ErrInvalidClient().WithDescription("there is no such application")
	}
	return client{s.Applications[i], s.clock()}, nil
}

func (s storage) AuthorizeClientIDSecret(_ context.Context, id, secret string) error {
	if !slices.ContainsFunc(s.Applications, func(a Application) bool { return a.ID == id && string(a.Secret) == secret }) {
		return errUnknown
	}
	return nil
}

// SetUserinfoFromScopes puts SuperOffice's claims into the id_token (domain.md §2.6).
func (s storage) SetUserinfoFromScopes(_ context.Context, info *oidc.UserInfo, name, _ string, _ []string) error {
	u := s.user(name)
	if u == nil {
		return errUnknown
	}
	administrator := "False"
	if u.Administrator {
		administrator = "True"
	}
	for claim, value := range map[string]string{
		"ctx": u.Tenant, "company_name": u.Company, "serial": u.Serial, "netserver_url": u.NetServerURL,
		"is_administrator": administrator, "email": u.Name, "upn": u.Name,
		"webapi_url": strings.TrimSuffix(u.NetServerURL, "Remote/Services86/") + "api/",
	} {
		info.AppendClaims("http://schemes.superoffice.net/identity/"+claim, value)
	}
	return nil
}

func (s storage) SigningKey(context.Context) (op.SigningKey, error) { return signer{}, nil }
func (s storage) KeySet(context.Context) ([]op.Key, error)          { return []op.Key{half{}}, nil }
func (s storage) SignatureAlgorithms(context.Context) ([]jose.SignatureAlgorithm, error) {
	return []jose.SignatureAlgorithm{jose.RS256}, nil
}

// What SuperOffice's service does not offer.

func (storage) TerminateSession(context.Context, string, string) error { return errUnknown }
func (storage) RevokeToken(context.Context, string, string, string) *oidc.Error {
	return oidc.ErrInvalidRequest()
}

func (storage) GetRefreshTokenInfo(context.Context, string, string) (user, id string, err error) {
	return "", "", op.ErrInvalidRefreshToken
}

func (storage) SetUserinfoFromToken(context.Context, *oidc.UserInfo, string, string, string) error {
	return errUnknown
}

func (storage) SetIntrospectionFromToken(context.Context, *oidc.IntrospectionResponse, string, string, string) error {
	return errUnknown
}

func (storage) GetPrivateClaimsFromScopes(context.Context, string, string, []string) (map[string]any, error) {
	return nil, nil
}

func (storage) GetKeyByIDAndClientID(context.Context, string, string) (*jose.JSONWebKey, error) {
	return nil, errUnknown
}

func (storage) ValidateJWTProfileScopes(context.Context, string, []string) ([]string, error) {
	return nil, errUnknown
}

func (storage) Health(context.Context) error { return nil }
