package online

import (
	"bytes"
	"context"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"

	"licensewatch/internal/secret"
	"licensewatch/soapclient"
)

// SystemUser signs in as a tenant's system user, with the application's private key and no person (domain.md §2.5). Its fields
// must not change once it is used; then it is safe for concurrent use.
type SystemUser struct {
	Base   string // of the environment, see Environment
	Tenant string
	Token  string // the system user's, such as "My App-x1y2z3w4v5": constant for a tenant and application

	// Key brings the application's private key, in one of ParseKey's forms, and Application its secret. Their errors come back
	// unchanged.
	Key         func(ctx context.Context) (secret.Text, error)
	Application func(ctx context.Context) (secret.Text, error)

	Transport http.RoundTripper // nil: soapclient.NewTransport(nil), shared
	Now       func() time.Time  // nil: time.Now

	mu   sync.Mutex
	keys *oidc.RemoteKeySet // of the environment; nil: not asked yet
}

const opSystemUser = "PartnerSystemUser/Authenticate" // in errors

// SignIn exchanges a signed token for a ticket. SuperOffice renews the ticket with each use, so it is used until it is refused.
func (s *SystemUser) SignIn(ctx context.Context, _ *soapclient.Client) (soapclient.Session, error) {
	text, err := s.Key(ctx)
	if err != nil {
		return soapclient.Session{}, err
	}
	key, err := ParseKey(text)
	if err != nil {
		return soapclient.Session{}, err
	}
	application, err := s.Application(ctx)
	if err != nil {
		return soapclient.Session{}, err
	}
	signed, err := s.sign(key)
	if err != nil {
		return soapclient.Session{}, s.failure(soapclient.ReasonApplication, "the private key cannot sign")
	}
	var c clock
	raw, err := s.exchange(ctx, signed, application, &c)
	if err != nil {
		return soapclient.Session{}, err
	}
	ticket, err := s.ticket(ctx, raw, &c)
	return soapclient.Session{Ticket: ticket}, err
}

// sign returns the system user's token with the present minute, in UTC, and the signature of both.
func (s *SystemUser) sign(key *rsa.PrivateKey) (string, error) {
	text := s.Token + "." + s.now().UTC().Format("200601021504")
	sum := sha256.Sum256([]byte(text))
	signature, err := rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA256, sum[:])
	return text + "." + base64.StdEncoding.EncodeToString(signature), err
}

// exchange returns the JWT that the service gives for the signed token.
func (s *SystemUser) exchange(ctx context.Context, signed string, application secret.Text, c *clock) (string, error) {
	body, err := json.Marshal(map[string]string{
		"SignedSystemToken": signed, "ApplicationToken": string(application), "ContextIdentifier": s.Tenant, "ReturnTokenType": "JWT",
	})
	if err != nil {
		return "", err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, s.Base+"/Login/api/PartnerSystemUser/Authenticate", bytes.NewReader(body))
	if err != nil {
		return "", &soapclient.Error{Kind: soapclient.KindNetwork, Text: "the environment's address cannot be used"}
	}
	req.Header.Set("Content-Type", "application/json; charset=utf-8")
	req.Header.Set("Accept", "application/json")
	resp, err := s.road(c).ask(req)
	if err != nil {
		return "", err
	}
	text, _ := io.ReadAll(resp.Body) // it is in memory
	var reply struct {
		IsSuccessful        bool
		Token, ErrorMessage string
	}
	switch err := json.Unmarshal(text, &reply); {
	case err == nil && reply.IsSuccessful && reply.Token != "" && resp.StatusCode == http.StatusOK:
		return reply.Token, nil
	case err == nil && reply.ErrorMessage != "":
		e := s.refused(reply.ErrorMessage, c)
		e.Status, e.Server = resp.StatusCode, said(reply.ErrorMessage, secret.Text(signed), application)
		return "", e
	case resp.StatusCode != http.StatusOK:
		e := soapclient.HTTPError(resp, nil)
		e.Op, e.Host = opSystemUser, hostOf(s.Base)
		return "", e
	case err == nil && !reply.IsSuccessful:
		return "", s.failure(soapclient.ReasonApplication, "the service refuses the system user, and does not say why")
	}
	return "", named(err, hostOf(s.Base), "the answer to the system user's sign-in is not the one agreed")
}

// refusals are the words of domain.md §2.4, with what they mean here.
var refusals = []struct {
	word   string
	reason soapclient.Reason
	text   string
}{
	{"Revoked", soapclient.ReasonApproval, "the customer has revoked the application's approval"},
	{"NeedsReapproval", soapclient.ReasonApproval, "the application has changed, and an administrator of the customer has to approve it again"},
	{"Denied", soapclient.ReasonApproval, "the customer has not approved the application"},
	{"InvalidTimestamp", soapclient.ReasonClock, ""},
	{"InvalidSignature", soapclient.ReasonApplication, "the private key is not that of the application"},
	{"Expired", soapclient.ReasonApproval, "the application's approval has expired"},
}

// refused names what the service said, in which one of its words may stand alone or in a sentence.
func (s *SystemUser) refused(message string, c *clock) *soapclient.Error {
	flat := strings.ToLower(strings.ReplaceAll(message, " ", ""))
	for _, r := range refusals {
		if !strings.Contains(flat, strings.ToLower(r.word)) {
			continue
		}
		e := s.failure(r.reason, r.text)
		if r.reason == soapclient.ReasonClock {
			e = c.failure(hostOf(s.Base))
			e.Op = opSystemUser
		}
		e.Types = []string{r.word}
		return e
	}
	return s.failure(soapclient.ReasonApplication, "the service refuses the system user")
}

// ticket verifies the JWT and takes the ticket from it.
func (s *SystemUser) ticket(ctx context.Context, raw string, c *clock) (secret.Text, error) {
	host := hostOf(s.Base)
	v := verifier{
		issuer: "SuperOffice AS", keys: s.keySet(), host: host,
		config: oidc.Config{SkipClientIDCheck: true, SupportedSigningAlgs: []string{oidc.RS256}, Now: s.now}, // the audience is checked below
	}
	token, err := v.verify(ctx, raw, c)
	if err != nil {
		return "", err
	}
	if !slices.ContainsFunc(token.Audience, func(a string) bool { return strings.HasPrefix(a, "spn:") }) {
		return "", named(nil, host, "the server's token is meant for somebody else")
	}
	var claims struct {
		Ticket string `json:"http://schemes.superoffice.net/identity/ticket"`
		Tenant string `json:"http://schemes.superoffice.net/identity/ctx"`
	}
	switch err := token.Claims(&claims); {
	case err != nil || claims.Ticket == "":
		return "", named(nil, host, "the server's token holds no ticket")
	case claims.Tenant != "" && !strings.EqualFold(claims.Tenant, s.Tenant):
		return "", s.failure(soapclient.ReasonWrongTenant, "the ticket is of tenant "+strconv.Quote(said(claims.Tenant))+", not of "+strconv.Quote(s.Tenant))
	}
	return secret.Text(claims.Ticket), nil
}

// keySet returns the keys that the environment signs with. They are kept, and asked anew when a token names one that is missing.
func (s *SystemUser) keySet() *oidc.RemoteKeySet {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.keys == nil {
		s.keys = oidc.NewRemoteKeySet(s.road(nil).with(context.Background()), s.Base+"/login/.well-known/jwks")
	}
	return s.keys
}

func (s *SystemUser) road(c *clock) road {
	return road{op: opSystemUser, under: s.Transport, now: s.now, clock: c}
}

func (s *SystemUser) now() time.Time {
	if s.Now == nil {
		return time.Now()
	}
	return s.Now()
}

func (s *SystemUser) failure(reason soapclient.Reason, text string) *soapclient.Error {
	return &soapclient.Error{Kind: soapclient.KindSignIn, Reason: reason, Op: opSystemUser, Host: hostOf(s.Base), Text: text}
}
