package online

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"licensewatch/internal/oidcpeer"
	"licensewatch/internal/secret"
	"licensewatch/soapclient"
)

func TestARefreshTokenBringsAccessTokens(t *testing.T) {
	p := start(t, oidcpeer.Options{Life: 20 * time.Minute})
	u, s := signedIn(t, p)
	now := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	var sent url.Values
	u.Transport = meddler{RoundTripper: u.Transport, reply: member("id_token", nil), request: func(_ *http.Request, body []byte) []byte {
		sent, _ = url.ParseQuery(string(body))
		return body
	}}
	u.Now = func() time.Time { return now }
	token, err := u.Token(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if user, ok := p.AccessToken(string(token.Text)); !ok || user != "ada@example.com" || !strings.HasPrefix(string(token.Text), "8A:Cust12345.") {
		t.Errorf("the token is %q's, %v", user, ok)
	}
	if left := token.Expires.Sub(now); left > 20*time.Minute || left < 19*time.Minute {
		t.Errorf("it expires in %v", left)
	}
	for name, value := range map[string]string{
		"grant_type": "refresh_token", "client_id": u.ClientID, "client_secret": string(p.Applications[0].Secret),
		"refresh_token": string(s.token), "redirect_uri": refreshRedirect,
	} {
		if sent.Get(name) != value {
			t.Errorf("%s was sent as %q, want %q", name, sent.Get(name), value)
		}
	}
	if s.saves != 0 {
		t.Error("the refresh token stayed the same but was saved")
	}
}

func TestAnotherRefreshTokenIsSaved(t *testing.T) {
	p := start(t, oidcpeer.Options{Rotate: true})
	u, s := signedIn(t, p)
	first := s.token
	for range 3 {
		if _, err := u.Token(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if s.saves != 3 || s.token == first {
		t.Errorf("saved %d times", s.saves)
	}
	// Many at once use no refresh token twice.
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			if _, err := u.Token(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
}

func TestARefreshTokenThatAnotherProgramUsedUpIsNoEnd(t *testing.T) {
	p := start(t, oidcpeer.Options{Rotate: true})
	u, s := signedIn(t, p)
	used, load := s.token, u.RefreshToken
	if _, err := u.Token(t.Context()); err != nil {
		t.Fatal(err)
	}
	late := false
	u.RefreshToken = func(ctx context.Context) (secret.Text, error) { // at first as it was before the other program was there
		if !late {
			late = true
			return used, nil
		}
		return load(ctx)
	}
	if _, err := u.Token(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestARevokedConsentIsNamedAndHeals(t *testing.T) {
	p := start(t, oidcpeer.Options{})
	u, s := signedIn(t, p)
	token, err := u.Token(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	p.Revoke("ada@example.com")
	if _, ok := p.AccessToken(string(token.Text)); ok {
		t.Error("the access token outlives the consent")
	}
	_, err = u.Token(t.Context())
	want(t, err, soapclient.KindSignIn, soapclient.ReasonConsent, "revoked or has expired", s.token, p.Applications[0].Secret)
	grant, _, err := authorize(t, p, u, oidcpeer.Person{})
	if err != nil {
		t.Fatal(err)
	}
	s.token = grant.RefreshToken
	if _, err := u.Token(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestWhyThereIsNoAccessToken(t *testing.T) {
	p := start(t, oidcpeer.Options{Applications: []oidcpeer.Application{{ID: "ours", Secret: "s1"}, {ID: "theirs", Secret: "s2"}}})
	u, s := signedIn(t, p)
	granted := s.token
	t.Run("nobody has signed in", func(t *testing.T) {
		other, _ := user(t, p)
		_, err := other.Token(t.Context())
		want(t, err, soapclient.KindSignIn, soapclient.ReasonNoConsent, "nobody has signed in")
	})
	t.Run("the keyring's error comes back as it is", func(t *testing.T) {
		other, s := user(t, p)
		s.err = errors.New("the keyring is locked")
		if _, err := other.Token(t.Context()); err != s.err {
			t.Errorf("error %v", err)
		}
	})
	t.Run("the secret is wrong", func(t *testing.T) {
		other, s := user(t, p)
		s.token, other.ClientSecret = granted, bring("wrong secret")
		_, err := other.Token(t.Context())
		want(t, err, soapclient.KindSignIn, soapclient.ReasonApplication, "secret is another", "wrong secret", granted)
	})
	t.Run("the refresh token is another application's", func(t *testing.T) {
		other, s := user(t, p)
		s.token, other.ClientID, other.ClientSecret = granted, "theirs", bring("s2")
		_, err := other.Token(t.Context())
		want(t, err, soapclient.KindSignIn, soapclient.ReasonConsent, "", granted)
	})
	t.Run("the server repeats what it was sent", func(t *testing.T) {
		other, s := user(t, p)
		s.token, other.ClientSecret = "r3fr3sh", bring("s1")
		other.Transport = meddler{RoundTripper: other.Transport, reply: member("error_description", "no such token: r3fr3sh of s1")}
		_, err := other.Token(t.Context())
		want(t, err, soapclient.KindSignIn, soapclient.ReasonConsent, "no such token: … of …")
	})
	t.Run("a new token of another tenant", func(t *testing.T) {
		other, s := user(t, p)
		s.token, other.Tenant = granted, "Cust99999"
		_, err := other.Token(t.Context())
		want(t, err, soapclient.KindSignIn, soapclient.ReasonWrongTenant, "Cust99999")
	})
	t.Run("the server is gone", func(t *testing.T) {
		gone := start(t, oidcpeer.Options{})
		other, s := signedIn(t, gone)
		gone.Close()
		_, err := other.Token(t.Context())
		e, ok := errors.AsType[*soapclient.Error](err)
		if !ok || e.Kind != soapclient.KindNetwork || e.Host != strings.TrimPrefix(gone.Base, "http://") || strings.Contains(e.Error(), string(s.token)) {
			t.Errorf("error %v", err)
		}
	})
	t.Run("called off", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := u.Token(ctx); !errors.Is(err, context.Canceled) {
			t.Errorf("error %v", err)
		}
	})
}

func TestAWrongClockIsNamedAndHeals(t *testing.T) {
	for _, c := range []struct {
		server time.Duration
		words  string
	}{
		{-10 * time.Minute, "clock is 10 minutes ahead of the server's"},
		{10 * time.Minute, "clock is 10 minutes behind the server's"},
	} {
		t.Run(c.words, func(t *testing.T) {
			p := start(t, oidcpeer.Options{})
			u, s := signedIn(t, p)
			p.SetClock(c.server)
			_, err := u.Token(t.Context())
			want(t, err, soapclient.KindSignIn, soapclient.ReasonClock, c.words)
			_, _, err = authorize(t, p, u, oidcpeer.Person{})
			want(t, err, soapclient.KindSignIn, soapclient.ReasonClock, c.words)
			p.SetClock(0)
			if _, err := u.Token(t.Context()); err != nil {
				t.Error(err)
			}
			// Without a token to verify, the clock does no harm.
			p.SetClock(c.server)
			u.Transport = meddler{RoundTripper: u.Transport, reply: member("id_token", nil)}
			if token, err := u.Token(t.Context()); err != nil || time.Until(token.Expires) < 59*time.Minute || time.Until(token.Expires) > time.Hour {
				t.Errorf("expires %v, error %v", token.Expires, err)
			}
			if s.saves != 0 {
				t.Error("saved something")
			}
		})
	}
}

func TestAnOldTokenIsNotTheClocksFault(t *testing.T) {
	p := start(t, oidcpeer.Options{})
	u, _ := signedIn(t, p)
	p.SetClock(-time.Hour)
	u.Transport = dated{u.Transport}
	_, err := u.Token(t.Context())
	want(t, err, soapclient.KindContract, "", "out of date")
}

// dated gives replies this computer's date.
type dated struct{ http.RoundTripper }

func (d dated) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := d.RoundTripper.RoundTrip(req)
	if err == nil {
		resp.Header.Set("Date", time.Now().UTC().Format(http.TimeFormat))
	}
	return resp, err
}

func TestSecretsFollowNoRedirect(t *testing.T) {
	var stolen atomic.Bool
	thief := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { stolen.Store(true) }))
	defer thief.Close()
	away := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, thief.URL, http.StatusTemporaryRedirect) // with the body
	})
	p := start(t, oidcpeer.Options{Else: away})
	u, s := signedIn(t, p)
	service, err := u.discover(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	service.endpoint.TokenURL = p.Base + "/elsewhere"
	system := &SystemUser{Base: p.Base, Key: bring(pemOf(keys().application)), Application: bring("app-secret")}
	_, userErr := u.Token(t.Context())
	_, systemErr := system.SignIn(t.Context(), nil)
	for _, err := range []error{userErr, systemErr} {
		want(t, err, soapclient.KindHTTP, soapclient.ReasonElsewhere, "elsewhere", s.token, "app-secret")
	}
	if stolen.Load() {
		t.Error("another server was asked")
	}
}

// lockedOut is a transport that wants a proxy's password from a locked keyring.
type lockedOut struct{ err error }

func (l lockedOut) RoundTrip(*http.Request) (*http.Response, error) {
	return nil, soapclient.AsIs{Err: l.err}
}

func TestTheTransportsKeyringIsHeard(t *testing.T) {
	p := start(t, oidcpeer.Options{})
	locked := errors.New("the keyring is locked")
	fresh, s := user(t, p)
	s.token, fresh.Transport = "x", lockedOut{locked}
	if _, err := fresh.Token(t.Context()); err != locked {
		t.Errorf("discovery: error %v", err)
	}
	known, _ := signedIn(t, p)
	known.Transport = lockedOut{locked}
	if _, err := known.Token(t.Context()); err != locked {
		t.Errorf("token: error %v", err)
	}
	system, _ := systemUser(t)
	system.Transport = lockedOut{locked}
	if _, err := system.SignIn(t.Context(), nil); err != locked {
		t.Errorf("system user: error %v", err)
	}
	n, _, _ := tenant(t)
	n.Transport = lockedOut{locked}
	if _, err := n.Locate(t.Context(), ""); err != locked {
		t.Errorf("tenant: error %v", err)
	}
}

func TestAnswersThatAreNoneAreNamed(t *testing.T) {
	for name, c := range map[string]struct {
		answer http.HandlerFunc
		kind   soapclient.Kind
		words  string
	}{
		"a page": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html")
			w.Write([]byte("<title>Hotel</title>"))
		}, soapclient.KindHTTP, "a web page came"},
		"nothing there": {http.NotFound, soapclient.KindHTTP, "HTTP 404"},
		"elsewhere": {func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "http://127.0.0.1:1/evil", http.StatusFound)
		}, soapclient.KindHTTP, "elsewhere"},
		"no JSON":   {func(w http.ResponseWriter, _ *http.Request) { w.Write([]byte("hello")) }, soapclient.KindContract, "description"},
		"too large": {func(w http.ResponseWriter, _ *http.Request) { w.Write(make([]byte, maxReply+1)) }, soapclient.KindContract, "larger than 1 MiB"},
		"endpoints on another host": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			w.Write([]byte(`{"authorization_endpoint":"https://evil.example/a","token_endpoint":"https://evil.example/t","jwks_uri":"https://evil.example/k"}`))
		}, soapclient.KindContract, "evil.example"},
	} {
		t.Run(name, func(t *testing.T) {
			srv := httptest.NewServer(c.answer)
			defer srv.Close()
			u := &User{Base: srv.URL, ClientID: "x", ClientSecret: bring("s"), RefreshToken: bring("r3fr3sh")}
			_, err := u.Token(t.Context())
			e, ok := errors.AsType[*soapclient.Error](err)
			if !ok || e.Kind != c.kind || !strings.Contains(e.Error(), c.words) || strings.Contains(e.Error(), "r3fr3sh") {
				t.Errorf("error %v", err)
			}
		})
	}
}
