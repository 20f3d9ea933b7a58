package simulator

import (
	"bytes"
	"compress/gzip"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// ServeHTTP answers for every site by its path.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.serve(w, r, nil, noHost) }

// noHost is the shared listener, which is none of a tenant's hosts.
const noHost = -1

// serve answers for the site of the path, which must be only unless that is nil. host is which of its listeners
// the request came to.
func (s *Server) serve(w http.ResponseWriter, r *http.Request, only *place, host int) {
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		tear(w)
		return
	}
	s.handlers.Add(1)
	s.mu.Unlock()
	defer s.handlers.Done()

	if only == nil {
		if a := s.front(r); a != nil {
			send(w, r, a)
			return
		}
	}
	path, to, ok := parsePath(r.URL.Path)
	at := s.places[path]
	if !ok || at == nil || only != nil && at != only {
		send(w, r, notFound())
		return
	}
	ex := Exchange{Site: at.Name, Services: to.services, Service: to.service, Method: r.Method, Header: r.Header,
		SOAPAction: r.Header.Get("SOAPAction"), ContentType: r.Header.Get("Content-Type")}
	a := s.answer(r, at, host, to, &ex)
	if s.OnRequest != nil {
		ex.Status, ex.ReplyType, ex.Reply = a.status, a.mime, a.body
		s.OnRequest(ex)
	}
	send(w, r, a)
}

// answer reads the request, lives through the site's fault and returns what to say.
func (s *Server) answer(r *http.Request, at *place, host int, to route, ex *Exchange) *answer {
	body, err := io.ReadAll(io.LimitReader(r.Body, maxRequest+1))
	if err != nil {
		return &answer{}
	}
	ex.Request = body
	q, refusal := s.read(r, body, to)
	if q != nil {
		ex.Operation, q.windows = q.operation.name, at.windowsName(r.Header)
	}
	if away := s.away(at, host, ex.Operation); away != nil {
		return away
	}
	f, ok := s.suffer(r, at, q)
	switch {
	case !ok, f.kind == faultRefuse, f.kind == faultReset:
		return &answer{}
	case f.kind == faultHTTP:
		return statusPage(f)
	case f.kind == faultHTML:
		return proxyPage()
	case f.kind == faultRedirect:
		return &answer{status: http.StatusTemporaryRedirect, header: [2]string{"Location", f.text}}
	case f.lacks(to.services) && !f.soap:
		return notFound()
	case f.lacks(to.services) && r.Method == http.MethodPost:
		return actionNotSupported(ex.SOAPAction)
	case refusal != nil:
		return refusal
	case f.kind == faultLimit && len(body) > smallRequest:
		return tooLarge(f.soap)
	case f.kind == faultSOAP:
		return internalFault("Object reference not set to an instance of an object.")
	}
	return spoil(s.perform(at, q, f), f)
}

// read understands a request or returns the answer to what cannot be understood.
func (s *Server) read(r *http.Request, body []byte, to route) (*request, *answer) {
	switch r.Method {
	case http.MethodPost:
		switch {
		case !contentTypeFits(r.Header.Get("Content-Type")):
			return nil, plain(http.StatusUnsupportedMediaType) // WCF says why in the reason phrase only
		case len(body) > maxRequest && r.ContentLength >= 0:
			return nil, plain(http.StatusRequestEntityTooLarge)
		case len(body) > maxRequest:
			return nil, plain(http.StatusBadRequest) // a chunked one is found out too late for 413
		}
		return understand(r.Header.Get("SOAPAction"), body, to)
	case http.MethodGet, http.MethodHead:
		return nil, helpPage(to.service)
	}
	return nil, notAllowed("GET, HEAD, POST")
}

// away counts the request and returns what to answer if the tenant is not at that host, or not to be called now; nil
// if it is.
func (s *Server) away(at *place, host int, operation string) *answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	at.requests[operation]++
	switch {
	case at.Tenant == nil:
		return nil
	case len(at.gates) > 0 && host != at.host:
		return statusPage(fault{code: http.StatusMisdirectedRequest})
	case !at.Tenant.running():
		return page(http.StatusServiceUnavailable, "503 - Service Unavailable", "The tenant is not available now.")
	}
	return nil
}

// suffer waits while the fault of the site, or of the owner that is named, makes it
// hang or late. It returns the fault that remains, and false if the client or the server left meanwhile.
func (s *Server) suffer(r *http.Request, at *place, q *request) (fault, bool) {
	s.mu.Lock()
	f, changed := at.fault(q)
	s.mu.Unlock()
	for f.kind == faultHang {
		select {
		case <-r.Context().Done():
			return f, false
		case <-s.closing:
			return f, false
		case <-changed:
		}
		s.mu.Lock()
		f, changed = at.fault(q)
		s.mu.Unlock()
	}
	if f.kind != faultSlow {
		return f, true
	}
	late := time.NewTimer(f.delay)
	defer late.Stop()
	select {
	case <-r.Context().Done():
		return f, false
	case <-s.closing:
		return f, false
	case <-late.C:
		return f, true
	}
}

// fault returns what is wrong with a request, the site's fault before the owner's, and a channel that is
// closed when that changes.
func (p *place) fault(q *request) (fault, <-chan struct{}) {
	f := p.faults[""]
	if f.kind == faultNone {
		f = p.faults[q.owner()]
	}
	return f, p.changed
}

// spoil does to a good answer what f says.
func spoil(a *answer, f fault) *answer {
	switch f.kind {
	case faultCut:
		a.cut = true
	case faultTruncated:
		a.body = a.body[:len(a.body)/2]
	case faultLarge:
		a.padding = 17 << 20
	}
	return a
}

// send writes a over HTTP, compressed if the client takes that.
func send(w http.ResponseWriter, r *http.Request, a *answer) {
	if a.status == 0 {
		tear(w)
		return
	}
	h := w.Header()
	h.Set("Server", "Microsoft-IIS/10.0")
	if a.header[0] != "" {
		h.Set(a.header[0], a.header[1])
	}
	h["Content-Type"] = nil // none, rather than one that is guessed
	if a.mime != "" {
		h.Set("Content-Type", a.mime)
	}
	body := a.body
	if len(body) > 0 && acceptsGzip(r.Header.Get("Accept-Encoding")) {
		h.Set("Content-Encoding", "gzip")
		h.Set("Vary", "Accept-Encoding")
		body = compress(a)
	} else if a.padding > 0 {
		body = padded(a)
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(a.status)
	if a.cut {
		_, _ = w.Write(body[:len(body)/2])
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler) // the client sees the connection end
	}
	_, _ = w.Write(body) // an error means that the client has left
}

func compress(a *answer) []byte {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = z.Write(padded(a))
	_ = z.Close() // a Buffer takes everything
	return b.Bytes()
}

// padded returns the body with white space behind its first start tag, where XML allows it.
func padded(a *answer) []byte {
	if a.padding == 0 {
		return a.body
	}
	cut := bytes.IndexByte(a.body, '>') + 1
	return bytes.Join([][]byte{a.body[:cut], bytes.Repeat([]byte(" "), a.padding), a.body[cut:]}, nil)
}

// acceptsGzip reports whether an Accept-Encoding header takes gzip.
func acceptsGzip(header string) bool {
	for part := range strings.SplitSeq(header, ",") {
		coding, params, _ := strings.Cut(part, ";")
		q := strings.TrimSpace(params)
		if strings.EqualFold(strings.TrimSpace(coding), "gzip") && q != "q=0" && q != "q=0.0" {
			return true
		}
	}
	return false
}

// tear ends the connection without a word: with a reset where there is a socket.
func tear(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0) // unsent data is dropped and the peer gets RST
	}
	_ = conn.Close()
}
