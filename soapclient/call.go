package soapclient

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"licensewatch/internal/secret"
)

const (
	soap11 = "http://schemas.xmlsoap.org/soap/envelope/"
	soap12 = "http://www.w3.org/2003/05/soap-envelope"

	maxReply  = 16 << 20 // bytes, after decompression
	userAgent = "Licensewatch"
)

// call is one question to one operation. Its fields say what is sent and how the reply's wrapper is read;
// do is the one road that all operations take.
type call struct {
	service, op string
	wrapper     string // local name of the reply's wrapper
	ticket      secret.Text
	token       secret.Text // the application token; do sets it
	timeout     time.Duration
	small       bool     // the reply is about a kilobyte
	posted      bool     // the members' values are Documents' content
	members     []member // of the request, in the contract's order: WCF drops what is out of order
	read        func(r *reader, name string) error
}

type member struct{ name, value string }

// issuer reports whether NetServer asks a licence server before it answers: only that is given so long.
func (q call) issuer() bool { return q.timeout == issuerTimeout }

// do sends q and reads the reply. Its errors are *Error, but for a cancelled context's.
func (c *Client) do(ctx context.Context, q call) error {
	err := c.permit(q.op)
	if err != nil {
		return err
	}
	if q.token, err = c.token(ctx); err != nil {
		return err
	}
	at, err := c.locate(ctx, "")
	if err != nil {
		return err
	}
	err = c.send(ctx, q, at)
	if e, ok := errors.AsType[*Error](err); !ok || !e.unreached() || c.Locate == nil {
		return err
	}
	now, moved := c.locate(ctx, at.Base)
	if moved != nil {
		return moved
	}
	if now == at {
		return err
	}
	return c.send(ctx, q, now)
}

// locate returns where the installation is.
func (c *Client) locate(ctx context.Context, failed string) (Address, error) {
	if c.Locate == nil {
		return c.Address, nil
	}
	base, err := c.Locate(ctx, failed)
	if err != nil {
		return Address{}, err
	}
	if known := c.base.Load(); known == nil || *known != base {
		c.base.Store(&base)
	}
	return Address{base, c.Address.Version}, nil
}

// host returns the server to name in errors.
func (c *Client) host() string {
	if base := c.base.Load(); base != nil {
		return Address{Base: *base}.host()
	}
	return c.Address.host()
}

// send makes the request once.
func (c *Client) send(ctx context.Context, q call, at Address) error {
	if c.Gate != nil {
		leave, err := c.Gate(ctx)
		if err != nil {
			return err
		}
		defer leave()
	}
	err := c.exchange(ctx, q, at)
	if e, ok := errors.AsType[*Error](err); ok && e.Op == "" {
		e.Op, e.Host = q.op, at.host()
	}
	return err
}

func (c *Client) exchange(ctx context.Context, q call, at Address) error {
	limited, cancel := context.WithTimeout(ctx, q.timeout)
	defer cancel()
	req, err := http.NewRequestWithContext(limited, http.MethodPost, at.service(q.service), bytes.NewReader(c.envelope(q)))
	if err != nil {
		return &Error{Kind: KindNetwork, Text: "the address cannot be used", Err: err}
	}
	req.Header.Set("Content-Type", "text/xml; charset=utf-8")
	// The quotes are part of the header's value (domain.md §1.1).
	req.Header.Set("SOAPAction", `"`+at.Version.namespace()+"/"+q.service+"/"+q.op+`"`)
	req.Header.Set("User-Agent", userAgent)
	if q.small {
		req.Header.Set("Accept-Encoding", "identity") // unpacking would cost more than it saves
	}
	// A transport, not an http.Client: it follows no redirect, so neither password nor ticket reaches another server.
	resp, err := c.transport().RoundTrip(req)
	if err != nil {
		return TransportError(ctx, err, q.timeout)
	}
	defer resp.Body.Close()
	c.see(req.URL, resp.TLS)
	body := bodies.Get().(*bytes.Buffer)
	defer func() { body.Reset(); bodies.Put(body) }()
	if n, err := body.ReadFrom(io.LimitReader(resp.Body, maxReply+1)); err != nil {
		return TransportError(ctx, err, q.timeout)
	} else if n > maxReply {
		return &Error{Kind: KindContract, Status: resp.StatusCode, Text: "the reply is larger than 16 MiB"}
	}
	return c.judge(q, resp, body.Bytes())
}

var bodies = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// judge decides what a reply means. Its order is that of domain.md §1.6: SOAP first, whatever the HTTP
// status, then the status.
func (c *Client) judge(q call, resp *http.Response, body []byte) error {
	e := c.decode(q, body)
	if errors.Is(e, errNoEnvelope) {
		return HTTPError(resp, body)
	}
	if err, ok := errors.AsType[*Error](e); ok {
		err.Status = resp.StatusCode
		err.RetryAfter = retryAfter(resp)
		return err
	}
	if e == nil && resp.StatusCode != http.StatusOK {
		return HTTPError(resp, nil)
	}
	return e
}

// errNoEnvelope says that a body is no attempt at SOAP: a page of a web server, a proxy, a portal.
var errNoEnvelope = errors.New("no SOAP envelope")

// decode reads the envelope. It reads the form of SuperOffice's documentation too: the SOAP 1.2 namespace, and
// header elements that stand directly in the Envelope or not at all (domain.md §1.7).
func (c *Client) decode(q call, body []byte) error {
	s, err := newScanner(body)
	if err != nil && !bytes.Contains(body, []byte("Envelope")) {
		return errNoEnvelope
	} else if err != nil {
		return &Error{Kind: KindContract, Text: err.Error()}
	}
	r := &reader{scanner: s, space: c.Address.Version.namespace()}
	_, root, _, err := r.next()
	if err == nil && string(root.local) != "Envelope" || err != nil && !bytes.Contains(body, []byte("Envelope")) {
		return errNoEnvelope
	} else if err != nil {
		return r.wrong(err)
	}
	soap := string(root.space)
	if soap != soap11 && soap != soap12 {
		return r.wrong(fmt.Errorf("the Envelope is of namespace %.80q, not of SOAP", soap))
	}
	reply := reply{reader: r, q: q, succeeded: true}
	if err := r.each(reply.envelope(soap)); err != nil {
		return err
	}
	if kind, _, _, err := r.next(); err != nil || kind != eofToken {
		return r.wrong(cmpErr(err, "something follows the Envelope"))
	}
	return reply.outcome()
}

func cmpErr(err error, text string) error {
	if err != nil {
		return err
	}
	return errors.New(text)
}

// reply gathers what an envelope tells while it is read.
type reply struct {
	*reader
	q         call
	succeeded bool
	exception *exception
	fault     *Error
	answered  bool // the wrapper was there
}

func (p *reply) envelope(soap string) func(element) error {
	return func(e element) error {
		switch {
		case string(e.space) == soap && string(e.local) == "Header":
			return p.each(p.header)
		case string(e.space) == soap && string(e.local) == "Body":
			return p.each(p.body(soap))
		default:
			return p.header(e)
		}
	}
}

func (p *reply) header(e element) error {
	if string(e.space) != p.space || e.null {
		return p.skip()
	}
	switch string(e.local) {
	case "Succeeded":
		return p.bool(&p.succeeded)
	case "ExceptionInfo":
		p.exception = new(exception)
		return p.reader.exception(p.exception)
	}
	return p.skip()
}

func (p *reply) body(soap string) func(element) error {
	return func(e element) error {
		switch {
		case string(e.space) == soap && string(e.local) == "Fault":
			p.fault = &Error{Kind: KindFault, Text: "the server answered with a SOAP fault"}
			return p.readFault(p.fault)
		case string(e.space) != p.space || string(e.local) != p.q.wrapper:
			return p.wrong(fmt.Errorf("%s of namespace %.80q came instead of %s of %.80q", e.local, e.space, p.q.wrapper, p.space))
		}
		p.answered = true
		return p.members(func(name string) error { return p.q.read(p.reader, name) })
	}
}

// readFault reads a SOAP 1.1 fault (faultcode, faultstring) or a 1.2 one (Code/Value, Reason/Text).
func (p *reply) readFault(f *Error) error {
	return p.each(func(e element) error {
		var code string
		var err error
		switch string(e.local) {
		case "faultcode":
			err = p.string(&code)
		case "faultstring":
			return p.string(&f.Server)
		case "Code":
			err = p.each(func(v element) error {
				if string(v.local) == "Value" {
					return p.string(&code)
				}
				return p.skip()
			})
		case "Reason":
			return p.each(func(element) error { return p.string(&f.Server) })
		case "detail", "Detail":
			return p.each(p.faultDetail(f))
		default:
			return p.skip()
		}
		_, local, found := strings.Cut(code, ":")
		if !found {
			local = code
		}
		f.Types = append(f.Types, local)
		return err
	})
}

// faultDetail reads the types from WCF's ExceptionDetail: with them come NetServer's exceptions when it leaves them to WCF
// (domain.md §1.6).
func (p *reply) faultDetail(f *Error) func(element) error {
	return func(e element) error {
		switch string(e.local) {
		case "ExceptionDetail", "InnerException":
			return p.each(p.faultDetail(f))
		case "Type":
			var name string
			err := p.string(&name)
			f.Types = append(f.Types, name)
			return err
		}
		return p.skip()
	}
}

// outcome weighs the three channels of domain.md §1.6.
func (p *reply) outcome() error {
	switch {
	case p.fault != nil:
		p.fault.Reason = p.fault.reason([]string{p.fault.Server}, p.q.issuer())
		return p.fault
	case p.exception != nil:
		e := &Error{Kind: KindServer, Text: "NetServer reports an error", Server: p.exception.text(), Types: p.exception.types()}
		e.Reason = e.reason(p.exception.texts(), p.q.issuer())
		return e
	case !p.succeeded:
		return &Error{Kind: KindServer, Text: "NetServer says that the call did not succeed, and not why"}
	case !p.answered:
		return p.wrong(fmt.Errorf("the wrapper %s is missing", p.q.wrapper))
	}
	return nil
}

// envelope writes the request as domain.md §1.1 to §1.4 has it: SOAP 1.1, token and ticket in the Header.
func (c *Client) envelope(q call) []byte {
	var b bytes.Buffer
	b.Grow(1024)
	write := func(parts ...string) {
		for _, s := range parts {
			b.WriteString(s)
		}
	}
	escape := func(s string) { xml.EscapeText(&b, []byte(s)) } // a bytes.Buffer does not fail
	ns := c.Address.Version.namespace()
	write(`<?xml version="1.0" encoding="utf-8"?><s:Envelope xmlns:s="`, soap11, `"><s:Header><h:ApplicationToken xmlns:h="`, ns, `">`)
	escape(string(q.token))
	write(`</h:ApplicationToken>`)
	if q.service != "SoPrincipal" { // its operations know no Credentials header (domain.md §1.3)
		write(`<h:Credentials xmlns:h="`, ns, `"><h:Ticket>`)
		escape(string(q.ticket))
		write(`</h:Ticket></h:Credentials>`)
	}
	write(`</s:Header><s:Body><`, q.op, ` xmlns="`, ns, `">`)
	for _, m := range q.members {
		if q.posted {
			write("<", m.name, ` xmlns:i="`, xsiSpace, `">`, m.value)
		} else {
			write("<", m.name, ">")
			escape(m.value)
		}
		write("</", m.name, ">")
	}
	write(`</`, q.op, `></s:Body></s:Envelope>`)
	return b.Bytes()
}

// retryAfter reads Retry-After, in seconds or as a date; 0 if there is none.
func retryAfter(resp *http.Response) time.Duration {
	v := resp.Header.Get("Retry-After")
	if s, err := strconv.Atoi(v); err == nil && s > 0 {
		return time.Duration(min(s, 24*60*60)) * time.Second
	}
	if at, err := http.ParseTime(v); err == nil {
		return min(max(0, time.Until(at)), 24*time.Hour)
	}
	return 0
}
