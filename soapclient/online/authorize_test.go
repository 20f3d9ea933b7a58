package online

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"licensewatch/internal/oidcpeer"
	"licensewatch/internal/secret"
	"licensewatch/soapclient"
)

func TestAPersonSignsInInTheBrowser(t *testing.T) {
	for name, app := range map[string]oidcpeer.Application{
		"an application with a secret":    {ID: "one", Secret: "a secret & more"},
		"an application without a secret": {ID: "two"},
	} {
		t.Run(name, func(t *testing.T) {
			p := start(t, oidcpeer.Options{Applications: []oidcpeer.Application{app}})
			u, _ := user(t, p)
			grant, page, err := authorize(t, p, u, oidcpeer.Person{})
			if err != nil {
				t.Fatal(err)
			}
			if grant.RefreshToken == "" {
				t.Error("no refresh token came")
			}
			grant.RefreshToken = ""
			if want := (Grant{User: "ada@example.com", Tenant: "Cust12345", Company: "Example AS"}); grant != want {
				t.Errorf("granted %+v, want %+v", grant, want)
			}
			if !strings.Contains(page, "you can close this window") {
				t.Errorf("the page says %q", page)
			}
			if loads := regexp.MustCompile(`(?i)src=|href=|url\(|<script`).FindString(page); loads != "" {
				t.Errorf("the page loads something: %q", loads)
			}
		})
	}
}

func TestTheAddressForTheBrowserIsTheOneAgreed(t *testing.T) {
	p := start(t, oidcpeer.Options{})
	u, _ := user(t, p)
	var opened *url.URL
	_, err := u.Authorize(t.Context(), func(address string) (err error) {
		if opened, err = url.Parse(address); err != nil {
			t.Fatal(err)
		}
		return errors.New("no browser")
	})
	want(t, err, soapclient.KindSignIn, soapclient.ReasonNoConsent, "browser cannot be opened")
	q := opened.Query()
	if opened.Path != "/login/common/oauth/authorize" || q.Get("scope") != "openid" || q.Get("code_challenge_method") != "S256" ||
		q.Get("acr_values") != "tenant:Cust12345" || q.Get("response_type") != "code" || len(q.Get("state")) < 32 || len(q.Get("nonce")) < 32 {
		t.Errorf("opened %v", opened)
	}
	// The whitelist of domain.md §1.7, row 17.
	if !regexp.MustCompile(`^http://127\.0\.0\.1:\d{4,10}$`).MatchString(q.Get("redirect_uri")) {
		t.Errorf("redirect_uri is %q", q.Get("redirect_uri"))
	}
	if c, err := net.Dial("tcp", strings.TrimPrefix(q.Get("redirect_uri"), "http://")); err == nil {
		c.Close()
		t.Error("the listener is open after the end")
	}
}

func TestWhatGoesWrongInTheBrowserIsNamed(t *testing.T) {
	p := start(t, oidcpeer.Options{Users: []oidcpeer.User{
		{Name: "ada@example.com", Tenant: "Cust12345"},
		{Name: "eve@example.org", Tenant: "Cust666"},
	}})
	t.Run("declined", func(t *testing.T) {
		u, _ := user(t, p)
		_, page, err := authorize(t, p, u, oidcpeer.Person{Declines: true})
		want(t, err, soapclient.KindSignIn, soapclient.ReasonNoConsent, "declined")
		if !strings.Contains(page, "did not succeed") || !strings.Contains(page, "declined") || strings.Contains(page, "..") {
			t.Errorf("the page says %q", page)
		}
	})
	t.Run("a person of another tenant", func(t *testing.T) {
		u, _ := user(t, p)
		_, page, err := authorize(t, p, u, oidcpeer.Person{User: "eve@example.org"})
		want(t, err, soapclient.KindSignIn, soapclient.ReasonWrongTenant, `"Cust666", not of "Cust12345"`)
		if !strings.Contains(page, "Cust666") {
			t.Errorf("the page says %q", page)
		}
	})
	t.Run("any tenant will do", func(t *testing.T) {
		u, _ := user(t, p)
		u.Tenant = ""
		grant, _, err := authorize(t, p, u, oidcpeer.Person{User: "eve@example.org"})
		if err != nil || grant.Tenant != "Cust666" {
			t.Errorf("tenant %q, error %v", grant.Tenant, err)
		}
	})
	t.Run("the application's secret is another", func(t *testing.T) {
		u, _ := user(t, p)
		u.ClientSecret = bring("another secret")
		_, _, err := authorize(t, p, u, oidcpeer.Person{})
		want(t, err, soapclient.KindSignIn, soapclient.ReasonApplication, "secret is another", "another secret")
	})
	t.Run("nobody comes, for the application is not known", func(t *testing.T) {
		u, _ := user(t, p)
		u.ClientID = "nobody knows it"
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		shut := make(chan error, 1)
		soon, end := context.WithCancelCause(ctx)
		_, err := u.Authorize(deadline{soon}, func(address string) error {
			go func() { shut <- p.Browse(ctx, address); end(nil) }()
			return nil
		})
		if said := <-shut; said == nil {
			t.Error("the provider let an unknown application in")
		}
		want(t, err, soapclient.KindSignIn, soapclient.ReasonNoConsent, "in time")
		want(t, err, soapclient.KindSignIn, soapclient.ReasonNoConsent, "client ID is wrong")
	})
	t.Run("called off", func(t *testing.T) {
		u, _ := user(t, p)
		ctx, cancel := context.WithCancel(t.Context())
		if _, err := u.Authorize(ctx, func(string) error { cancel(); return nil }); !errors.Is(err, context.Canceled) {
			t.Errorf("error %v", err)
		}
	})
	t.Run("the secret cannot be had", func(t *testing.T) {
		u, _ := user(t, p)
		locked := errors.New("the keyring is locked")
		u.ClientSecret = func(context.Context) (secret.Text, error) { return "", locked }
		if _, err := u.Authorize(t.Context(), nil); err != locked {
			t.Errorf("error %v", err)
		}
	})
}

// deadline is a context whose end counts as that of its time.
type deadline struct{ context.Context }

func (d deadline) Err() error {
	if d.Context.Err() != nil {
		return context.DeadlineExceeded
	}
	return nil
}

func TestForgedAndStolenTokensAreRefused(t *testing.T) {
	apps := []oidcpeer.Application{{ID: "ours", Secret: "s1"}, {ID: "theirs", Secret: "s2"}}
	p := start(t, oidcpeer.Options{Applications: apps})
	// tokenOf returns a genuine id_token that the peer gives to the application.
	tokenOf := func(app oidcpeer.Application) (token string) {
		u, _ := user(t, p)
		u.ClientID, u.ClientSecret = app.ID, bring(app.Secret)
		u.Transport = meddler{RoundTripper: u.Transport, reply: func(req *http.Request, body []byte) []byte {
			if m := regexp.MustCompile(`"id_token":"([^"]+)"`).FindSubmatch(body); m != nil {
				token = string(m[1])
			}
			return body
		}}
		if _, _, err := authorize(t, p, u, oidcpeer.Person{}); err != nil {
			t.Fatal(err)
		}
		return token
	}
	other := start(t, oidcpeer.Options{Applications: apps})
	ours := tokenOf(apps[0])
	for name, c := range map[string]struct {
		value any
		words string
	}{
		"of an earlier sign-in":    {ours, "another sign-in"},
		"for another application":  {tokenOf(apps[1]), "audience"},
		"with a changed signature": {ours[:len(ours)-8] + "AAAAAAAA", "signature"},
		"without a signature":      {ours[:strings.LastIndex(ours, ".")+1], "signature"},
		"that says it needs none":  {"eyJhbGciOiJub25lIn0" + ours[strings.Index(ours, "."):strings.LastIndex(ours, ".")+1], "not acceptable"},
		"of no form":               {"x.y", "not acceptable"},
		"none at all":              {nil, "no token that says who"},
	} {
		t.Run(name, func(t *testing.T) {
			u, _ := user(t, p)
			u.Transport = meddler{RoundTripper: u.Transport, reply: member("id_token", c.value)}
			grant, page, err := authorize(t, p, u, oidcpeer.Person{})
			want(t, err, soapclient.KindContract, "", c.words, secret.Text(ours))
			if grant != (Grant{}) {
				t.Errorf("granted %+v all the same", grant)
			}
			if strings.Contains(page, ours) {
				t.Error("the page tells the token")
			}
		})
	}
	t.Run("of another issuer", func(t *testing.T) {
		u, _ := user(t, other)
		u.Base = strings.Replace(other.Base, "127.0.0.1", "localhost", 1)
		_, _, err := authorize(t, other, u, oidcpeer.Person{})
		want(t, err, soapclient.KindContract, "", "different provider")
	})
	t.Run("no refresh token", func(t *testing.T) {
		u, _ := user(t, p)
		u.Transport = meddler{RoundTripper: u.Transport, reply: member("refresh_token", nil)}
		_, _, err := authorize(t, p, u, oidcpeer.Person{})
		want(t, err, soapclient.KindSignIn, soapclient.ReasonApplication, "ask SuperOffice")
	})
}

func TestTheProviderChecksTheCode(t *testing.T) {
	p := start(t, oidcpeer.Options{})
	t.Run("the verifier", func(t *testing.T) {
		u, _ := user(t, p)
		u.Transport = meddler{RoundTripper: u.Transport, request: func(_ *http.Request, body []byte) []byte {
			return regexp.MustCompile(`code_verifier=[^&]*`).ReplaceAll(body, []byte("code_verifier="+strings.Repeat("A", 43)))
		}}
		_, _, err := authorize(t, p, u, oidcpeer.Person{})
		want(t, err, soapclient.KindSignIn, soapclient.ReasonNoConsent, "code was used before")
	})
	t.Run("that it is used once", func(t *testing.T) {
		u, _ := user(t, p)
		under := u.Transport
		u.Transport = meddler{RoundTripper: under, request: func(req *http.Request, body []byte) []byte {
			again := req.Clone(context.Background())
			again.Body = io.NopCloser(strings.NewReader(string(body)))
			resp, err := under.RoundTrip(again)
			if err != nil || resp.StatusCode != http.StatusOK {
				t.Errorf("the first use gave %v, %v", resp, err)
				return body
			}
			resp.Body.Close()
			return body
		}}
		_, _, err := authorize(t, p, u, oidcpeer.Person{})
		want(t, err, soapclient.KindSignIn, soapclient.ReasonNoConsent, "code was used before")
	})
}

func TestTheListenerOutlivesStrangers(t *testing.T) {
	p := start(t, oidcpeer.Options{})
	u, _ := user(t, p)
	pages := make(chan error, 1)
	grant, err := u.Authorize(t.Context(), func(address string) error {
		opened, _ := url.Parse(address)
		back, state := opened.Query().Get("redirect_uri"), opened.Query().Get("state")
		for _, stranger := range []struct {
			method, at, host string
			status           int
		}{
			{"GET", "/favicon.ico", "", 404},
			{"GET", "/", "", 400},
			{"GET", "/?code=x", "", 400},
			{"GET", "/?code=x&state=" + state[1:], "", 400},
			{"GET", "/?error=access_denied&state=wrong", "", 400},
			{"GET", "/?state=" + state, "", 400},
			{"POST", "/?code=x&state=" + state, "", 405},
			{"HEAD", "/?code=x&state=" + state, "", 405},
			{"GET", "/?code=x&state=" + state, "evil.example", 421},
			{"GET", "/elsewhere?code=x&state=" + state, "", 404},
		} {
			req, err := http.NewRequest(stranger.method, back+stranger.at, nil)
			if err != nil {
				t.Fatal(err)
			}
			req.Host = stranger.host
			resp, err := new(http.Transport).RoundTrip(req)
			if err != nil {
				t.Fatal(err)
			}
			if resp.Body.Close(); resp.StatusCode != stranger.status {
				t.Errorf("%s %s of %q: %s", stranger.method, stranger.at, stranger.host, resp.Status)
			}
		}
		// Half a request, and none at all, hold nobody up.
		for _, half := range []string{"", "GET /?code=x HTTP/1.1\r\nHost"} {
			c, err := net.Dial("tcp", strings.TrimPrefix(back, "http://"))
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { c.Close() })
			io.WriteString(c, half)
		}
		go func() { pages <- p.Browse(t.Context(), address) }()
		return nil
	})
	if err != nil || grant.Tenant != "Cust12345" {
		t.Errorf("grant %+v, error %v", grant, err)
	}
	if err := <-pages; err != nil {
		t.Error(err)
	}
}

func TestTextFromOutsideIsEscapedOnThePage(t *testing.T) {
	p := start(t, oidcpeer.Options{})
	u, _ := user(t, p)
	var page string
	_, err := u.Authorize(t.Context(), func(address string) error {
		opened, _ := url.Parse(address)
		q := url.Values{"error": {`<script>x`}, "error_description": {"<img src=x>"}, "state": {opened.Query().Get("state")}}
		resp, err := http.Get(opened.Query().Get("redirect_uri") + "?" + q.Encode())
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		body, err := io.ReadAll(resp.Body)
		page = string(body)
		return err
	})
	want(t, err, soapclient.KindSignIn, soapclient.ReasonApplication, "sign-in page says")
	if strings.Contains(page, "<script") || strings.Contains(page, "<img") || !strings.Contains(page, "&lt;script&gt;x") {
		t.Errorf("the page says %q", page)
	}
}
