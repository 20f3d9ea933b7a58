package online

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"licensewatch/internal/oidcpeer"
	"licensewatch/internal/secret"
	"licensewatch/soapclient"
)

// store is a place for a refresh token.
type store struct {
	mu    sync.Mutex
	token secret.Text
	saves int
	err   error // of the next calls
}

func (s *store) load(context.Context) (secret.Text, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.token, s.err
}

func (s *store) save(_ context.Context, token secret.Text) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err != nil {
		return s.err
	}
	s.token = token
	s.saves++
	return nil
}

// bring returns a function that brings a secret.
func bring(text secret.Text) func(context.Context) (secret.Text, error) {
	return func(context.Context) (secret.Text, error) { return text, nil }
}

func start(t *testing.T, o oidcpeer.Options) *oidcpeer.Peer {
	t.Helper()
	p, err := oidcpeer.Start(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	return p
}

// user returns a user of the peer's first application, with an empty store.
func user(t *testing.T, p *oidcpeer.Peer) (*User, *store) {
	t.Helper()
	s := new(store)
	transport := soapclient.NewTransport(soapclient.TransportOptions{})
	t.Cleanup(transport.CloseIdleConnections)
	app := p.Applications[0]
	return &User{
		Base: p.Base, ClientID: app.ID, Tenant: "Cust12345", ClientSecret: bring(app.Secret),
		RefreshToken: s.load, Save: s.save, Transport: transport,
	}, s
}

// authorize lets the person sign in, and returns the page that the browser shows at the end.
func authorize(t *testing.T, p *oidcpeer.Peer, u *User, who oidcpeer.Person) (Grant, string, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	pages := make(chan string, 1)
	grant, err := u.Authorize(ctx, func(address string) error {
		go func() {
			page, err := p.BrowseAs(ctx, address, who)
			if err != nil {
				page += err.Error()
			}
			pages <- page
		}()
		return nil
	})
	return grant, <-pages, err
}

// signedIn returns a user who has signed in.
func signedIn(t *testing.T, p *oidcpeer.Peer) (*User, *store) {
	t.Helper()
	u, s := user(t, p)
	grant, _, err := authorize(t, p, u, oidcpeer.Person{})
	if err != nil {
		t.Fatal(err)
	}
	s.token = grant.RefreshToken
	return u, s
}

// want checks that err is the named failure, that its text contains words, and that it gives nothing away.
func want(t *testing.T, err error, kind soapclient.Kind, reason soapclient.Reason, words string, secrets ...secret.Text) {
	t.Helper()
	e, ok := errors.AsType[*soapclient.Error](err)
	if !ok {
		t.Fatalf("error %v, want one of kind %s and reason %q", err, kind, reason)
	}
	if e.Kind != kind || e.Reason != reason || !strings.Contains(e.Error(), words) {
		t.Errorf("error of kind %s and reason %q: %v; want kind %s, reason %q and the words %q", e.Kind, e.Reason, e, kind, reason, words)
	}
	for _, s := range secrets {
		if s != "" && strings.Contains(e.Error(), string(s)) {
			t.Errorf("the error tells a secret: %v", e)
		}
	}
}

// meddler changes what goes over the wire.
type meddler struct {
	http.RoundTripper
	request func(*http.Request, []byte) []byte
	reply   func(*http.Request, []byte) []byte
}

func (m meddler) RoundTrip(req *http.Request) (*http.Response, error) {
	if m.request != nil && req.Body != nil {
		body, err := io.ReadAll(req.Body)
		if err != nil {
			return nil, err
		}
		body = m.request(req, body)
		req.Body, req.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	}
	resp, err := m.RoundTripper.RoundTrip(req)
	if err != nil || m.reply == nil {
		return resp, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, err
	}
	body = m.reply(req, body)
	resp.Body, resp.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	resp.Header.Set("Content-Length", strconv.Itoa(len(body)))
	return resp, nil
}

// member sets a member of the token endpoint's replies, or with nil takes it away.
func member(name string, value any) func(*http.Request, []byte) []byte {
	return func(req *http.Request, body []byte) []byte {
		if !strings.HasSuffix(req.URL.Path, "/tokens") {
			return body
		}
		var reply map[string]any
		if err := json.Unmarshal(body, &reply); err != nil {
			panic(err)
		}
		if reply[name] = value; value == nil {
			delete(reply, name)
		}
		body, _ = json.Marshal(reply)
		return body
	}
}
