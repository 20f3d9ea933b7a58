package online

import (
	"context"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"licensewatch/internal/secret"
	"licensewatch/soapclient"
)

// keys are made once, for they take a while.
var keys = sync.OnceValue(func() (k struct{ application, service, stranger *rsa.PrivateKey }) {
	for _, to := range []**rsa.PrivateKey{&k.application, &k.service, &k.stranger} {
		key, err := rsa.GenerateKey(rand.Reader, 2048)
		if err != nil {
			panic(err)
		}
		*to = key
	}
	return k
})

// partner is SuperOffice's service for system users, written from domain.md §2.5.
type partner struct {
	now     func() time.Time
	message string          // what it refuses with; "": nothing
	signer  *rsa.PrivateKey // of its tokens
	claims  map[string]any  // in the place of the right ones
	asked   map[string]string
	keys    int // how often its keys were asked
	noKeys  bool
}

const ticket = "7T:bQB5AHQAaQBjAGsAZQB0AA=="

func (p *partner) serve(t *testing.T) (base string) {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /Login/api/PartnerSystemUser/Authenticate", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Date", p.now().UTC().Format(http.TimeFormat))
		p.asked = nil
		if err := json.NewDecoder(r.Body).Decode(&p.asked); err != nil {
			t.Error(err)
		}
		message := p.message
		if message == "" {
			message = p.refuses(p.asked["SignedSystemToken"])
		}
		reply := map[string]any{"IsSuccessful": message == "", "Token": nil, "ErrorMessage": message}
		if message == "" {
			reply["Token"] = p.token(t)
		}
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		json.NewEncoder(w).Encode(reply)
	})
	mux.HandleFunc("GET /login/.well-known/jwks", func(w http.ResponseWriter, r *http.Request) {
		p.keys++
		if p.noKeys {
			http.Error(w, "away", http.StatusServiceUnavailable)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		json.NewEncoder(w).Encode(jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: &keys().service.PublicKey, KeyID: "k1", Algorithm: "RS256", Use: "sig"}}})
	})
	srv := httptest.NewServer(mux)
	t.Cleanup(srv.Close)
	return srv.URL
}

// refuses checks the signature, and the time to five minutes.
func (p *partner) refuses(signed string) string {
	parts := strings.Split(signed, ".")
	if len(parts) != 3 {
		return "InvalidSignature"
	}
	signature, _ := base64.StdEncoding.DecodeString(parts[2])
	sum := sha256.Sum256([]byte(parts[0] + "." + parts[1]))
	if rsa.VerifyPKCS1v15(&keys().application.PublicKey, crypto.SHA256, sum[:], signature) != nil {
		return "InvalidSignature"
	}
	if at, err := time.Parse("200601021504", parts[1]); err != nil || p.now().Sub(at).Abs() > 5*time.Minute+time.Minute {
		return "Authentication failed: Invalid Timestamp"
	}
	return ""
}

func (p *partner) token(t *testing.T) string {
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.RS256, Key: jose.JSONWebKey{Key: p.signer, KeyID: "k1"}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	claims := map[string]any{
		"iss": "SuperOffice AS", "aud": "spn:1010000014", "iat": p.now().Unix(), "nbf": p.now().Unix(), "exp": p.now().Add(5 * time.Minute).Unix(),
		claim + "ticket": ticket, claim + "ctx": "Cust12345",
	}
	for name, value := range p.claims {
		if claims[name] = value; value == nil {
			delete(claims, name)
		}
	}
	token, err := jwt.Signed(signer).Claims(claims).Serialize()
	if err != nil {
		t.Fatal(err)
	}
	return token
}

func pemOf(key *rsa.PrivateKey) secret.Text {
	return secret.Text(pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)}))
}

// systemUser returns a system user of a new service.
func systemUser(t *testing.T) (*SystemUser, *partner) {
	t.Helper()
	p := &partner{now: time.Now, signer: keys().service}
	return &SystemUser{
		Base: p.serve(t), Tenant: "Cust12345", Token: "My App-x1y2z3w4v5", Key: bring(pemOf(keys().application)), Application: bring("app-secret"),
	}, p
}

func TestASystemUserSignsIn(t *testing.T) {
	s, p := systemUser(t)
	for range 2 {
		session, err := s.SignIn(t.Context(), nil)
		if err != nil || session.Ticket != ticket || !session.Renew.IsZero() {
			t.Fatalf("ticket %q, renew %v, error %v", string(session.Ticket), session.Renew, err)
		}
	}
	if p.keys != 1 {
		t.Errorf("the service's keys were asked %d times, want once", p.keys)
	}
	signed := p.asked["SignedSystemToken"]
	delete(p.asked, "SignedSystemToken")
	if p.asked["ApplicationToken"] != "app-secret" || p.asked["ContextIdentifier"] != "Cust12345" || p.asked["ReturnTokenType"] != "JWT" || len(p.asked) != 3 {
		t.Errorf("asked %v", p.asked)
	}
	if !strings.HasPrefix(signed, "My App-x1y2z3w4v5."+time.Now().UTC().Format("20060102")) {
		t.Errorf("signed %q", signed)
	}
}

func TestTheSignedMinuteIsUTC(t *testing.T) {
	s, p := systemUser(t)
	at := time.Date(2026, 3, 1, 0, 30, 59, 0, time.FixedZone("", 2*60*60))
	s.Now = func() time.Time { return at }
	p.now = s.Now
	if _, err := s.SignIn(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	if signed := p.asked["SignedSystemToken"]; !strings.HasPrefix(signed, "My App-x1y2z3w4v5.202602282230.") {
		t.Errorf("signed %q", signed)
	}
}

func TestWhyASystemUserIsRefused(t *testing.T) {
	for message, c := range map[string]struct {
		reason soapclient.Reason
		words  string
	}{
		"Revoked":                  {soapclient.ReasonApproval, "revoked"},
		"Expired":                  {soapclient.ReasonApproval, "expired"},
		"Denied":                   {soapclient.ReasonApproval, "not approved"},
		"NeedsReapproval":          {soapclient.ReasonApproval, "approve it again"},
		"InvalidSignature":         {soapclient.ReasonApplication, "private key is not that"},
		"Something else":           {soapclient.ReasonApplication, "Something else"},
		"no app-secret, no ticket": {soapclient.ReasonApplication, "no …, no ticket"},
	} {
		t.Run(message, func(t *testing.T) {
			s, p := systemUser(t)
			p.message = message
			_, err := s.SignIn(t.Context(), nil)
			want(t, err, soapclient.KindSignIn, c.reason, c.words, "app-secret")
			p.message = ""
			if _, err := s.SignIn(t.Context(), nil); err != nil {
				t.Errorf("it does not heal: %v", err)
			}
		})
	}
	t.Run("the key is another's", func(t *testing.T) {
		s, _ := systemUser(t)
		s.Key = bring(pemOf(keys().stranger))
		_, err := s.SignIn(t.Context(), nil)
		want(t, err, soapclient.KindSignIn, soapclient.ReasonApplication, "private key is not that")
	})
	t.Run("the key cannot be read", func(t *testing.T) {
		s, _ := systemUser(t)
		s.Key = bring("MIIE-not-a-key")
		_, err := s.SignIn(t.Context(), nil)
		want(t, err, soapclient.KindSignIn, soapclient.ReasonApplication, "PKCS#8", "MIIE-not-a-key")
	})
	t.Run("the keyring's errors come back as they are", func(t *testing.T) {
		locked := errors.New("the keyring is locked")
		fails := func(context.Context) (secret.Text, error) { return "", locked }
		s, _ := systemUser(t)
		s.Application = fails
		if _, err := s.SignIn(t.Context(), nil); err != locked {
			t.Errorf("error %v", err)
		}
		s.Key = fails
		if _, err := s.SignIn(t.Context(), nil); err != locked {
			t.Errorf("error %v", err)
		}
	})
	t.Run("the service is gone", func(t *testing.T) {
		s, _ := systemUser(t)
		s.Base = "http://127.0.0.1:1"
		_, err := s.SignIn(t.Context(), nil)
		if e, ok := errors.AsType[*soapclient.Error](err); !ok || e.Kind != soapclient.KindNetwork || e.Host != "127.0.0.1:1" {
			t.Errorf("error %v", err)
		}
	})
}

func TestASystemUsersClock(t *testing.T) {
	for _, c := range []struct {
		off   time.Duration
		words string
	}{
		{10 * time.Minute, "clock is 10 minutes ahead of the server's"},
		{-10 * time.Minute, "clock is 10 minutes behind the server's"},
	} {
		s, _ := systemUser(t)
		s.Now = func() time.Time { return time.Now().Add(c.off) }
		_, err := s.SignIn(t.Context(), nil)
		want(t, err, soapclient.KindSignIn, soapclient.ReasonClock, c.words, "app-secret")
		s.Now = nil
		if _, err := s.SignIn(t.Context(), nil); err != nil {
			t.Errorf("it does not heal: %v", err)
		}
	}
}

func TestTheServicesTokenIsVerified(t *testing.T) {
	ago := func(d time.Duration) int64 { return time.Now().Add(-d).Unix() }
	for name, c := range map[string]struct {
		signer *rsa.PrivateKey
		claims map[string]any
		kind   soapclient.Kind
		reason soapclient.Reason
		words  string
	}{
		"of another signer":  {signer: keys().stranger, kind: soapclient.KindContract, words: "signature"},
		"of another issuer":  {claims: map[string]any{"iss": "Eve AS"}, kind: soapclient.KindContract, words: "different provider"},
		"for somebody else":  {claims: map[string]any{"aud": "urn:else"}, kind: soapclient.KindContract, words: "somebody else"},
		"for nobody":         {claims: map[string]any{"aud": nil}, kind: soapclient.KindContract, words: "somebody else"},
		"without a ticket":   {claims: map[string]any{claim + "ticket": nil}, kind: soapclient.KindContract, words: "no ticket"},
		"of another tenant":  {claims: map[string]any{claim + "ctx": "Cust666"}, kind: soapclient.KindSignIn, reason: soapclient.ReasonWrongTenant, words: "Cust666"},
		"out of date":        {claims: map[string]any{"exp": ago(time.Hour)}, kind: soapclient.KindContract, words: "out of date"},
		"not valid yet":      {claims: map[string]any{"nbf": ago(-time.Hour), "iat": ago(-time.Hour)}, kind: soapclient.KindContract, words: "out of date"},
		"without any tenant": {claims: map[string]any{claim + "ctx": nil}},
	} {
		t.Run(name, func(t *testing.T) {
			s, p := systemUser(t)
			p.claims = c.claims
			if c.signer != nil {
				p.signer = c.signer
			}
			session, err := s.SignIn(t.Context(), nil)
			if c.kind == "" {
				if err != nil {
					t.Error(err)
				}
				return
			}
			want(t, err, c.kind, c.reason, c.words, ticket)
			if session.Ticket != "" {
				t.Error("it brought a ticket all the same")
			}
		})
	}
}

func TestATokenWithAWrongClock(t *testing.T) {
	for _, c := range []struct {
		off   time.Duration
		words string
	}{{10 * time.Minute, "10 minutes ahead"}, {-10 * time.Minute, "10 minutes behind"}} {
		s, p := systemUser(t)
		off := c.off
		s.Now = func() time.Time { return time.Now().Add(off) }
		raw := p.token(t)
		clock := clock{ahead: off, known: true}
		_, err := s.ticket(t.Context(), raw, &clock)
		want(t, err, soapclient.KindSignIn, soapclient.ReasonClock, c.words)
		clock.known = false // the server did not tell its time: the token does
		_, err = s.ticket(t.Context(), raw, &clock)
		want(t, err, soapclient.KindSignIn, soapclient.ReasonClock, c.words)
		off = 0
		if _, err := s.ticket(t.Context(), raw, &clock); err != nil {
			t.Errorf("it does not heal: %v", err)
		}
	}
}

func TestKeysThatCannotBeHadAreNoForgery(t *testing.T) {
	s, p := systemUser(t)
	p.noKeys = true
	_, err := s.SignIn(t.Context(), nil)
	if e, ok := errors.AsType[*soapclient.Error](err); !ok || e.Kind != soapclient.KindHTTP || e.Status != http.StatusServiceUnavailable {
		t.Errorf("error %v", err)
	}
	p.noKeys = false
	if _, err := s.SignIn(t.Context(), nil); err != nil {
		t.Errorf("it does not heal: %v", err)
	}
}

func TestKeysThatChangeAreAskedAnew(t *testing.T) {
	s, p := systemUser(t)
	if _, err := s.SignIn(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	p.signer = keys().stranger
	_, err := s.SignIn(t.Context(), nil)
	want(t, err, soapclient.KindContract, "", "signature")
	if p.keys < 2 {
		t.Error("the keys were not asked again")
	}
}
