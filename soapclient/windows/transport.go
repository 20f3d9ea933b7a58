package windows

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"slices"
	"strings"

	"licensewatch/soapclient"
)

// transport sends requests and signs in where it must.
type transport struct {
	base     *http.Transport
	id       account
	turn     chan struct{} // held by the request that is under way: nothing may come between the steps of a sign-in
	kerberos kerberos
}

// CloseIdleConnections signs out: it closes the connections and forgets the Kerberos tickets, unless a request is under way.
func (t *transport) CloseIdleConnections() {
	t.base.CloseIdleConnections()
	select {
	case t.turn <- struct{}{}:
		t.kerberos = kerberos{}
		<-t.turn
	default:
	}
}

// RoundTrip sends a request, at first without credentials: the connection may be signed in already.
func (t *transport) RoundTrip(req *http.Request) (*http.Response, error) {
	c := &call{Request: req, base: t.base}
	if req.Body != nil {
		var err error
		c.body, err = io.ReadAll(req.Body)
		req.Body.Close()
		if err != nil {
			return nil, err
		}
	}
	select {
	case t.turn <- struct{}{}:
		defer func() { <-t.turn }()
	case <-req.Context().Done():
		return nil, req.Context().Err()
	}
	resp, err := c.send("", true)
	if err != nil || resp.StatusCode != http.StatusUnauthorized {
		return resp, err
	}
	offers := offered(resp.Header)
	if len(offers) == 0 {
		return resp, nil // not the web server's refusal, but that of an application behind it
	}
	drain(resp)
	if t.id.user == "" {
		return t.signInAsOwner(c, offers)
	}
	return t.signIn(c, offers)
}

// call is one request of a caller, which may have to be sent several times.
type call struct {
	*http.Request
	base *http.Transport
	body []byte
	conn net.Conn // that of the latest send
}

// send sends the request once, with or without its body.
func (c *call) send(authorization string, whole bool) (*http.Response, error) {
	trace := &httptrace.ClientTrace{GotConn: func(i httptrace.GotConnInfo) { c.conn = i.Conn }}
	req := c.Clone(httptrace.WithClientTrace(c.Context(), trace))
	req.Body, req.ContentLength, req.GetBody = http.NoBody, 0, nil
	if whole && len(c.body) > 0 {
		req.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(c.body)), nil }
		req.Body, _ = req.GetBody()
		req.ContentLength = int64(len(c.body))
	}
	if authorization != "" {
		req.Header.Set("Authorization", authorization)
	}
	return c.base.RoundTrip(req)
}

// mechanism is one way to sign in.
type mechanism interface {
	// token answers what the server has said, nil at the beginning.
	token(ctx context.Context, challenge []byte) ([]byte, error)
}

// ntlmOpening is how NTLM's first message begins, alone or inside SPNEGO.
var ntlmOpening = []byte("NTLMSSP\x00\x01\x00\x00\x00")

const maxSteps = 4 // of one sign-in; NTLM takes two, Kerberos one

// errConnection says that the server did not keep the connection that is being signed in.
var errConnection = errors.New("the connection was not kept")

// signIn goes through the steps of a mechanism. The answer has status 401 when the server refuses.
//
// NTLM's first message goes without the request's body: a server that answers before it has read a long body
// closes the connection, and with it the sign-in.
func (c *call) signIn(scheme string, m mechanism) (*http.Response, error) {
	var challenge []byte
	var conn net.Conn
	for step := 1; ; step++ {
		token, err := m.token(c.Context(), challenge)
		if err != nil {
			return nil, err
		}
		opening := bytes.Contains(token, ntlmOpening)
		resp, err := c.send(scheme+" "+base64.StdEncoding.EncodeToString(token), !opening)
		if err != nil {
			return nil, err
		}
		if step > 1 && c.conn != conn {
			drain(resp)
			return nil, errConnection
		}
		conn = c.conn
		if resp.StatusCode != http.StatusUnauthorized {
			if opening {
				drain(resp)
				return c.send("", true)
			}
			return resp, nil
		}
		challenge = offered(resp.Header).challenge(scheme)
		if challenge == nil || step == maxSteps {
			return resp, nil
		}
		drain(resp)
	}
}

// drain reads the rest of an answer, so that its connection can be used again.
func drain(resp *http.Response) {
	io.Copy(io.Discard, io.LimitReader(resp.Body, 1<<20))
	resp.Body.Close()
}

// abandon closes the connection of an answer: after a failed sign-in some servers take it for half signed in.
func (t *transport) abandon(resp *http.Response) {
	resp.Body.Close()             // closes it while there is something left to read,
	t.base.CloseIdleConnections() // else it is idle already
}

// offers are the schemes by which a server lets sign in.
type offers []offer

type offer struct{ scheme, token string }

// offered reads the headers WWW-Authenticate: one scheme each, or several in one line with their parameters.
func offered(h http.Header) offers {
	var list offers
	for _, line := range h.Values("WWW-Authenticate") {
		quoted := false
		parts := strings.FieldsFunc(line, func(r rune) bool {
			quoted = quoted != (r == '"')
			return r == ',' && !quoted
		})
		for _, part := range parts {
			scheme, token, _ := strings.Cut(strings.TrimSpace(part), " ")
			if scheme != "" && !strings.Contains(scheme, "=") {
				list = append(list, offer{scheme, strings.TrimSpace(token)})
			}
		}
	}
	return list
}

func (o offers) has(scheme string) bool {
	return slices.ContainsFunc(o, func(o offer) bool { return strings.EqualFold(o.scheme, scheme) })
}

// challenge returns what the server answers to our token; nil if nothing.
func (o offers) challenge(scheme string) []byte {
	for _, o := range o {
		if strings.EqualFold(o.scheme, scheme) && o.token != "" {
			if b, err := base64.StdEncoding.DecodeString(o.token); err == nil {
				return b
			}
		}
	}
	return nil
}

// unknown is the error of a server that offers none of our schemes.
func (o offers) unknown() error {
	var names []string
	for _, o := range o {
		names = append(names, o.scheme)
	}
	e := refusal(soapclient.ReasonWebServer, nil, "the web server does not offer Windows authentication (Negotiate or NTLM), only")
	e.Server = strings.Join(names, ", ")
	return e
}
