package online

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/coreos/go-oidc/v3/oidc"

	"licensewatch/internal/secret"
	"licensewatch/soapclient"
)

const (
	timeout  = 30 * time.Second // for one exchange with SuperOffice's sign-in or state service
	maxReply = 1 << 20          // bytes
)

// road is the way of every request: 30 s each, at most 1 MiB back, no redirect followed, so that no secret reaches another
// server. It needs no closing: it reads replies whole.
type road struct {
	op    string // for errors
	under http.RoundTripper
	now   func() time.Time
	clock *clock // nil: nobody wants to know
}

var defaultTransport = soapclient.NewTransport(soapclient.TransportOptions{})

// RoundTrip is ask for the libraries. What is not *soapclient.Error, and so is to reach the caller as it is, is marked, for they wrap
// it.
func (r road) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := r.ask(req)
	if _, ok := errors.AsType[*soapclient.Error](err); err != nil && !ok {
		return nil, soapclient.AsIs{Err: err}
	}
	return resp, err
}

// ask lets pass what a POST answers, for errors of OAuth come in replies, and of a GET only what succeeded. Its errors are
// *soapclient.Error, but for a cancelled context's and those of a keyring that the transport asked.
func (r road) ask(req *http.Request) (*http.Response, error) {
	resp, body, err := r.exchange(req)
	if err != nil {
		return nil, r.name(req, err)
	}
	if r.clock != nil {
		r.clock.measure(resp, r.now())
	}
	page := strings.Contains(resp.Header.Get("Content-Type"), "html")
	switch code := resp.StatusCode; {
	case code == http.StatusOK && page:
		return nil, r.name(req, &soapclient.Error{Kind: soapclient.KindHTTP, Reason: soapclient.ReasonPage, Status: code, Text: "a web page came instead of an answer"})
	case code == http.StatusProxyAuthRequired, code/100 == 3, req.Method == http.MethodGet && code != http.StatusOK:
		return nil, r.name(req, soapclient.HTTPError(resp, body))
	}
	resp.Body = io.NopCloser(bytes.NewReader(body))
	return resp, nil
}

func (r road) exchange(req *http.Request) (*http.Response, []byte, error) {
	ctx, cancel := context.WithTimeout(req.Context(), timeout)
	defer cancel()
	limited := req.Clone(ctx)
	limited.Header.Set("User-Agent", "Licensewatch")
	under := r.under
	if under == nil {
		under = defaultTransport
	}
	resp, err := under.RoundTrip(limited)
	if err != nil {
		return nil, nil, soapclient.TransportError(req.Context(), err, timeout)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxReply+1))
	if err != nil {
		return nil, nil, soapclient.TransportError(req.Context(), err, timeout)
	}
	if len(body) > maxReply {
		return nil, nil, &soapclient.Error{Kind: soapclient.KindContract, Status: resp.StatusCode, Text: "the reply is larger than 1 MiB"}
	}
	return resp, body, nil
}

// name says in an error whom was asked what.
func (r road) name(req *http.Request, err error) error {
	if e, ok := errors.AsType[*soapclient.Error](err); ok {
		e.Op, e.Host = r.op, req.URL.Host
	}
	return err
}

// client returns the road as libraries take it.
func (r road) client() *http.Client { return &http.Client{Transport: r} }

// with returns a context that makes the libraries of OAuth and OpenID Connect take the road.
func (r road) with(ctx context.Context) context.Context { return oidc.ClientContext(ctx, r.client()) }

// named finds what the road said in a library's error. What a library itself finds wrong breaks the contract; its words are
// left out, for some hold the whole reply.
func named(err error, host, text string) error {
	if e, ok := errors.AsType[*soapclient.Error](err); ok {
		return e
	}
	if as, ok := errors.AsType[soapclient.AsIs](err); ok {
		return as.Err
	}
	if errors.Is(err, context.Canceled) {
		return context.Canceled
	}
	return &soapclient.Error{Kind: soapclient.KindContract, Host: host, Text: text}
}

// said returns what a server said, short, and without the secrets that it was sent.
func said(text string, secrets ...secret.Text) string {
	for _, s := range secrets {
		if s != "" {
			text = strings.ReplaceAll(text, string(s), "…")
		}
	}
	const most = 300
	if len(text) <= most {
		return text
	}
	n := most
	for !utf8.RuneStart(text[n]) {
		n--
	}
	return text[:n] + "…"
}
