package simulator

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
)

// signed is a system user token signed at a time.
func signed(t *testing.T, key *rsa.PrivateKey, token string, at time.Time) string {
	t.Helper()
	text := token + "." + at.UTC().Format("200601021504")
	sum := sha256.Sum256([]byte(text))
	signature, err := rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA256, sum[:])
	if err != nil {
		t.Fatal(err)
	}
	return text + "." + base64.StdEncoding.EncodeToString(signature)
}

const exchangePath = "/Login/api/PartnerSystemUser/Authenticate"

// exchangeOf asks for a system user's token.
func exchangeOf(t *testing.T, base, signedToken, application, tenant, kind string) (token, refusal string) {
	t.Helper()
	b, err := json.Marshal(map[string]string{"SignedSystemToken": signedToken, "ApplicationToken": application, "ContextIdentifier": tenant, "ReturnTokenType": kind})
	if err != nil {
		t.Fatal(err)
	}
	got := fetchFrom(t, "POST", base+exchangePath, "application/json", string(b))
	var reply struct {
		IsSuccessful        bool
		Token, ErrorMessage *string
	}
	if err := json.Unmarshal([]byte(got.body), &reply); err != nil || got.status != 200 || reply.IsSuccessful != (reply.Token != nil) || reply.IsSuccessful == (reply.ErrorMessage != nil) {
		t.Fatalf("the exchange is answered %d %s", got.status, got.body)
	}
	if reply.IsSuccessful {
		return *reply.Token, ""
	}
	return "", *reply.ErrorMessage
}

func TestSystemUserGetsATicket(t *testing.T) {
	s, c, base := online(t)
	token, refusal := exchangeOf(t, base, signed(t, applicationKey(), systemUserToken, c.Time), applicationToken, "cust12345", "Jwt")
	if refusal != "" {
		t.Fatal(refusal)
	}
	var keys jose.JSONWebKeySet
	if err := json.Unmarshal([]byte(fetchFrom(t, "GET", base+"/login/.well-known/jwks", "", "").body), &keys); err != nil || len(keys.Keys) != 1 || !keys.Keys[0].IsPublic() {
		t.Fatalf("the keys are %+v, %v", keys, err)
	}
	parsed, err := jwt.ParseSigned(token, []jose.SignatureAlgorithm{jose.RS256})
	if err != nil {
		t.Fatal(err)
	}
	var claims jwt.Claims
	var own map[string]any
	if err := parsed.Claims(keys.Key(parsed.Headers[0].KeyID)[0], &claims, &own); err != nil {
		t.Fatalf("the token does not verify with the published key: %v", err)
	}
	expected := jwt.Expected{Issuer: "SuperOffice AS", AnyAudience: jwt.Audience{"spn:1040011223"}, Time: c.Time}
	if err := claims.ValidateWithLeeway(expected, 0); err != nil {
		t.Error(err)
	}
	expected.Time = c.Add(10 * time.Minute)
	if err := claims.ValidateWithLeeway(expected, 0); err == nil {
		t.Error("the token lives for 10 minutes")
	}
	ticket, _ := own["http://schemes.superoffice.net/identity/ticket"].(string)
	if !regexp.MustCompile(`^[0-9a-f]{32};\d+;Cust12345$`).MatchString(plainTicket(t, ticket)) {
		t.Errorf("the ticket holds %q", plainTicket(t, ticket))
	}
	if got := heard(postBy(t, s.URL("Cloud"), applicationToken, statusOf("SUPEROFFICE", ticket))); got != "Ok" {
		t.Errorf("the system user's ticket gives %q, want Ok", got)
	}
	do(t, s, "Cloud fault expire-tickets")
	if got := heard(postBy(t, s.URL("Cloud"), applicationToken, statusOf("SUPEROFFICE", ticket))); got != noSession {
		t.Errorf("once expired the ticket gives %q, want %q", got, noSession)
	}
}

func TestSystemUserIsRefused(t *testing.T) {
	s, c, base := online(t)
	good := signed(t, applicationKey(), systemUserToken, c.Time)
	minutes := func(n int) string {
		return signed(t, applicationKey(), systemUserToken, c.Add(time.Duration(n)*time.Minute))
	}
	tests := []struct{ name, signed, application, tenant, kind, want string }{
		{"as it should be", good, applicationToken, "Cust12345", "JWT", ""},
		{"five minutes late", minutes(-5), applicationToken, "Cust12345", "JWT", ""},
		{"five minutes early", minutes(5), applicationToken, "Cust12345", "JWT", ""},
		{"six minutes late", minutes(-6), applicationToken, "Cust12345", "JWT", "InvalidTimestamp"},
		{"six minutes early", minutes(6), applicationToken, "Cust12345", "JWT", "InvalidTimestamp"},
		{"a signature of another key", signed(t, newKey(), systemUserToken, c.Time), applicationToken, "Cust12345", "JWT", "InvalidSignature"},
		{"a time that was changed", strings.Replace(good, "2026", "2025", 1), applicationToken, "Cust12345", "JWT", "InvalidSignature"},
		{"no signature", systemUserToken, applicationToken, "Cust12345", "JWT", "InvalidSignature"},
		{"nothing", "", applicationToken, "Cust12345", "JWT", "InvalidSignature"},
		{"another system user", signed(t, applicationKey(), "Other App-1", c.Time), applicationToken, "Cust12345", "JWT", "Denied"},
		{"another application", good, "wrong", "Cust12345", "JWT", "application token"},
		{"another tenant", good, applicationToken, "Cust1", "JWT", "no tenant 'Cust1'"},
		{"another type of token", good, applicationToken, "Cust12345", "Saml", "JWT"},
	}
	for _, tt := range tests {
		if token, why := exchangeOf(t, base, tt.signed, tt.application, tt.tenant, tt.kind); (token != "") != (tt.want == "") || !strings.Contains(why, tt.want) {
			t.Errorf("%s: %q, want %q", tt.name, why, tt.want)
		}
	}
	for _, word := range consents[1:] {
		do(t, s, "Cloud consent "+word)
		if _, why := exchangeOf(t, base, good, applicationToken, "Cust12345", "JWT"); !strings.HasPrefix(why, word+" (") {
			t.Errorf("consent %s: %q", word, why)
		}
	}
	for _, tt := range []struct {
		method, kind, body string
		status             int
	}{{"GET", "", "", 405}, {"POST", "text/xml", "<x/>", 415}, {"POST", "application/json", "{", 400}} {
		if got := fetchFrom(t, tt.method, base+strings.ToLower(exchangePath), tt.kind, tt.body); got.status != tt.status {
			t.Errorf("%s %s %q gives %d, want %d", tt.method, tt.kind, tt.body, got.status, tt.status)
		}
	}
}
