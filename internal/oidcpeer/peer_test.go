package oidcpeer

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestWhatIsNotOfTheSignInGoesElsewhere(t *testing.T) {
	p, err := Start(Options{Else: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "else "+r.URL.Path) })})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	for path, want := range map[string]string{
		"/api/state/Cust12345":                    "else /api/state/Cust12345",
		"/.well-known/openid-configuration":       "else /.well-known/openid-configuration", // SuperOffice has none there
		"/login/.well-known/openid-configuration": `"issuer":"` + p.Base + `"`,
		"/login/.well-known/jwks":                 "else /login/.well-known/jwks",
		"/login/common/oauth/keys":                `"kty":"RSA"`,
	} {
		w := httptest.NewRecorder()
		p.server.Handler.ServeHTTP(w, httptest.NewRequest("GET", path, nil))
		if !strings.Contains(w.Body.String(), want) {
			t.Errorf("%s answers %q, want %q", path, w.Body.String(), want)
		}
	}
}

func TestNoTokenIsMadeUp(t *testing.T) {
	p, err := Start(Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	for _, token := range []string{"", "8A:", "8A:Cust12345.x", "7T:x"} {
		if user, ok := p.AccessToken(token); ok {
			t.Errorf("%q is a token of %q", token, user)
		}
	}
}
