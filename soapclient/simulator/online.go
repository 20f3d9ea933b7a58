package simulator

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
)

// What is here stands at SuperOffice Online's own host, beside the tenants' hosts: the shared listener.

// The operations under which Requests and Exchange know what is not SOAP.
const (
	OperationState      = "state"             // GET /api/state/{tenant}
	OperationSystemUser = "PartnerSystemUser" // POST /Login/api/PartnerSystemUser/Authenticate
)

const mimeJSON = "application/json; charset=utf-8"

// front answers what is asked of SuperOffice Online itself, or returns nil if r asks for something else. IIS
// ignores the case of paths.
func (s *Server) front(r *http.Request) *answer {
	path := strings.ToLower(r.URL.Path)
	id, isState := strings.CutPrefix(path, "/api/state/")
	switch {
	case isState:
		return s.state(r, s.tenant(id))
	case path == "/login/api/partnersystemuser/authenticate":
		return s.exchange(r)
	case path == "/login/.well-known/jwks":
		return s.keys(r)
	}
	return nil
}

// tenant returns the site of the tenant with that id, in any case, or nil.
func (s *Server) tenant(id string) *place {
	for i := range s.world.Sites {
		site := &s.world.Sites[i]
		if site.Tenant != nil && strings.EqualFold(site.Tenant.ID, id) {
			return s.places[strings.ToLower(site.Path)]
		}
	}
	return nil
}

// told counts a request for at, tells the exchange and returns a.
func (s *Server) told(r *http.Request, at *place, operation string, body []byte, a *answer) *answer {
	s.mu.Lock()
	at.requests[operation]++
	s.mu.Unlock()
	if s.OnRequest != nil {
		s.OnRequest(Exchange{Site: at.Name, Operation: operation, Method: r.Method, Header: r.Header,
			ContentType: r.Header.Get("Content-Type"), Request: body, Status: a.status, ReplyType: a.mime, Reply: a.body})
	}
	return a
}

// state answers the state API (domain.md §3.1).
func (s *Server) state(r *http.Request, at *place) *answer {
	switch {
	case at == nil:
		return notFound()
	case r.Method != http.MethodGet:
		return notAllowed(http.MethodGet)
	}
	return s.told(r, at, OperationState, nil, s.stateOf(r, at))
}

func (s *Server) stateOf(r *http.Request, at *place) *answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := at.Tenant
	addr, life := r.Host, t.StateLife
	if len(at.gates) > 0 {
		addr = at.gates[at.host].addr
	}
	if life == 0 {
		life = 5 * time.Minute
	}
	endpoint := (&url.URL{Scheme: "http", Host: addr, Path: at.Path}).String()
	return jsonOf(struct {
		ContextIdentifier, Endpoint, State string
		IsRunning                          bool
		ValidUntil, Api, Version           string
	}{t.ID, endpoint, t.state(), t.running(), s.now().Add(life).UTC().Format("2006-01-02T15:04:05.0000000Z"), endpoint + "/api", t.Version})
}

func jsonOf(v any) *answer {
	b, err := json.Marshal(v)
	if err != nil {
		panic("simulator: " + err.Error()) // only texts and booleans are written
	}
	return &answer{status: http.StatusOK, mime: mimeJSON, body: b}
}

// systemRequest is what an application sends for a ticket of its system user (domain.md §2.5).
type systemRequest struct {
	SignedSystemToken, ApplicationToken, ContextIdentifier, ReturnTokenType string
}

// exchange gives a token that holds a ticket for a signed system user token.
func (s *Server) exchange(r *http.Request) *answer {
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	switch {
	case r.Method != http.MethodPost:
		return notAllowed(http.MethodPost)
	case kind != "application/json":
		return plain(http.StatusUnsupportedMediaType)
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, smallRequest))
	if err != nil {
		return &answer{}
	}
	var q systemRequest
	if err := json.Unmarshal(body, &q); err != nil {
		return plain(http.StatusBadRequest)
	}
	at := s.tenant(q.ContextIdentifier)
	if at == nil {
		return refusedExchange(fmt.Sprintf("There is no tenant '%s'.", q.ContextIdentifier))
	}
	return s.told(r, at, OperationSystemUser, body, s.exchanged(at, q))
}

func (s *Server) exchanged(at *place, q systemRequest) *answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	if why := s.exchangeRefusal(at.Tenant, q); why != "" {
		return refusedExchange(why)
	}
	token := s.systemToken(at)
	return jsonOf(exchanged{IsSuccessful: true, Token: &token})
}

type exchanged struct {
	IsSuccessful bool
	Token        *string
	ErrorMessage *string
}

func refusedExchange(why string) *answer { return jsonOf(exchanged{ErrorMessage: &why}) }

// exchangeRefusal returns why the application gets no token, or "". The error codes are those of domain.md §2.4.
func (s *Server) exchangeRefusal(t *Tenant, q systemRequest) string {
	if t.SystemUser == nil || q.ApplicationToken != string(t.ApplicationToken) {
		return "The application token is not that of an application of this tenant."
	}
	if !strings.EqualFold(q.ReturnTokenType, "JWT") {
		return "Only the token type JWT is issued."
	}
	cut := strings.LastIndexByte(q.SignedSystemToken, '.')
	if cut < 0 {
		return "InvalidSignature (7)"
	}
	signed := q.SignedSystemToken[:cut]
	signature, err := base64.StdEncoding.DecodeString(q.SignedSystemToken[cut+1:])
	sum := sha256.Sum256([]byte(signed))
	if err != nil || rsa.VerifyPKCS1v15(t.SystemUser.PublicKey, crypto.SHA256, sum[:], signature) != nil {
		return "InvalidSignature (7)"
	}
	cut = strings.LastIndexByte(signed, '.')
	if cut < 0 || signed[:cut] != t.SystemUser.Token {
		return "Denied (4): the system user token is not that of this tenant."
	}
	minute, err := time.Parse("200601021504", signed[cut+1:])
	if late := s.now().Truncate(time.Minute).Sub(minute).Abs(); err != nil || late > 5*time.Minute {
		return "InvalidTimestamp (6)"
	}
	if codes := map[string]int{"Revoked": 1, "Expired": 3, "Denied": 4, "NeedsReapproval": 5}; !t.consented() {
		return fmt.Sprintf("%s (%d)", t.Consent, codes[t.Consent])
	}
	return ""
}

// claimSpace is before the names of SuperOffice's own claims (domain.md §2.6).
const claimSpace = "http://schemes.superoffice.net/identity/"

// systemToken returns a signed token that holds a ticket of the tenant's system user. The caller holds s.mu.
func (s *Server) systemToken(at *place) string {
	var serial, company string
	if o := at.owner(superOffice); o != nil {
		serial, company = o.Licence.Serial, o.Licence.Company
	}
	now := s.now()
	claims := jwt.Claims{
		Issuer: "SuperOffice AS", Audience: jwt.Audience{"spn:" + serial},
		IssuedAt: jwt.NewNumericDate(now), NotBefore: jwt.NewNumericDate(now), Expiry: jwt.NewNumericDate(now.Add(5 * time.Minute)),
	}
	key := jose.SigningKey{Algorithm: jose.RS256, Key: jose.JSONWebKey{Key: s.key(), KeyID: keyID}}
	signer, err := jose.NewSigner(key, new(jose.SignerOptions).WithType("JWT"))
	if err != nil {
		panic("simulator: " + err.Error()) // the key fits the algorithm
	}
	token, err := jwt.Signed(signer).Claims(claims).Claims(map[string]any{
		claimSpace + "ticket": s.ticketFor(at, at.system), claimSpace + "ctx": at.Tenant.ID,
		claimSpace + "serial": serial, claimSpace + "company_name": company,
	}).Serialize()
	if err != nil {
		panic("simulator: " + err.Error())
	}
	return token
}

const keyID = "simulator-1"

// keys publishes the key that signs system users' tokens.
func (s *Server) keys(r *http.Request) *answer {
	if r.Method != http.MethodGet {
		return notAllowed(http.MethodGet)
	}
	return jsonOf(jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: s.key().Public(), KeyID: keyID, Algorithm: string(jose.RS256), Use: "sig"}}})
}

func newKey() *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic("simulator: " + err.Error())
	}
	return key
}

// withAccessToken signs in whom an access token names (domain.md §1.8, B).
func withAccessToken(c *call) (body, *exception) {
	u := c.bearer()
	if u == nil {
		return nil, &exception{kind: "SoSessionException", text: "Failed to validate tokens: the access token has expired or is not valid."}
	}
	return c.accepted(u), nil
}

// bearer returns the user whose access token the call carries, as long as the consent lives, or nil.
func (c *call) bearer() *User {
	if c.vouched == "" || !c.at.Tenant.consented() {
		return nil
	}
	return c.at.user(c.vouched)
}

// vouch asks whose access token the request carries: as an argument or, from Services86 on, as its ticket. "" is
// that there is none, or that it is worth nothing. It holds no lock while it asks.
func (s *Server) vouch(at *place, q *request) string {
	token := q.ticket
	if q.service == "SoPrincipal" {
		token = q.args.string("AccessToken")
	}
	if at.Tenant == nil || s.AccessTokens == nil || token == "" || strings.HasPrefix(token, "7T:") || q.services < "Services86" {
		return ""
	}
	if user, ok := s.AccessTokens(token); ok {
		return user
	}
	return ""
}
