package simulator

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// Start listens on addr, such as "127.0.0.1:8086", and serves every site there by its path; port 0 takes
// any. A site with OwnPort gets a listener of its own besides, a Tenant one for each of its hosts: on the ports
// that follow addr's, or on any free one. The base returned is the address of the shared listener, which is also
// that of SuperOffice Online; URL tells a site's. Close ends it all.
func (s *Server) Start(addr string) (base string, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.shared != nil || s.closed {
		return "", errors.New("the simulator was started before")
	}
	s.shared = &gate{addr: addr, handler: s}
	if err := s.shared.open(); err != nil {
		s.shared = nil
		return "", fmt.Errorf("the simulator cannot listen: %w", err)
	}
	if err := s.openOwns(addr); err != nil {
		s.closeGates()
		s.shared = nil
		return "", err
	}
	return "http://" + s.shared.addr, nil
}

// openOwns opens the listeners of the sites that have their own, when the shared one was asked to be at addr.
func (s *Server) openOwns(addr string) error {
	host, next, err := following(addr, s.shared.addr)
	if err != nil {
		return err
	}
	for i := range s.world.Sites {
		p := s.places[strings.ToLower(s.world.Sites[i].Path)]
		p.gates, p.gone = nil, nil // of a start that failed
		count := 0
		switch {
		case p.Tenant != nil:
			count = p.Tenant.hosts()
		case p.OwnPort:
			count = 1
		}
		for range count {
			if err := s.openOwn(p, host, next); err != nil {
				return fmt.Errorf("the simulator cannot listen for %s: %w", p.Name, err)
			}
			if next > 0 {
				next++
			}
		}
		if err := p.settle(); err != nil {
			return fmt.Errorf("the simulator cannot listen for %s: %w", p.Name, err)
		}
	}
	return nil
}

// following returns the host of addr, which was opened as asked, and the port after it; 0, any, if any was
// asked for.
func following(asked, addr string) (host string, next int, err error) {
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return "", 0, err
	}
	if _, p, _ := net.SplitHostPort(asked); p == port {
		next, err = strconv.Atoi(port)
		next++
	}
	return host, next, err
}

// openOwn gives the site one more listener of its own on port, or on any free one. The caller holds s.mu.
func (s *Server) openOwn(p *place, host string, port int) error {
	number := len(p.gates)
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { s.serve(w, r, p, number) })
	g := &gate{addr: net.JoinHostPort(host, strconv.Itoa(port)), handler: handler}
	p.gates, p.gone = append(p.gates, g), append(p.gone, false)
	err := g.open()
	if err != nil {
		g.addr = net.JoinHostPort(host, "0")
		err = g.open()
	}
	return err
}

// URL returns the address of a site as the settings file wants it: what stands before
// Services86/License.svc; a tenant's is that of its present host. Before Start, and for a site that is not there, it is "".
func (s *Server) URL(site string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.place(site)
	if p == nil || s.shared == nil {
		return ""
	}
	addr := s.shared.addr
	if len(p.gates) > 0 {
		addr = p.gates[p.host].addr
	}
	return (&url.URL{Scheme: "http", Host: addr, Path: p.Path + "/Remote/"}).String()
}

// Close ends every listener and connection and waits for all that Start began. It may be called twice.
func (s *Server) Close() {
	s.mu.Lock()
	if !s.closed {
		s.closed = true
		close(s.closing)
		s.closeGates()
	}
	s.mu.Unlock()
	s.handlers.Wait()
}

// closeGates refuses all connections from now on. The caller holds s.mu.
func (s *Server) closeGates() {
	for _, p := range s.places {
		for _, g := range p.gates {
			g.close()
		}
	}
	s.shared.close()
}

// gate is a listener that can be closed, so that connections are refused, and opened again on the same
// port. Its methods are called under Server.mu.
type gate struct {
	addr    string // as asked for; once open, as it is
	handler http.Handler
	server  *http.Server // nil: closed
	done    chan struct{}
}

// open listens and serves; an open gate stays open.
func (g *gate) open() error {
	if g.server != nil {
		return nil
	}
	l, err := new(net.ListenConfig).Listen(context.Background(), "tcp", g.addr)
	if err != nil {
		return err
	}
	g.addr = l.Addr().String()
	g.server = &http.Server{
		Handler:           g.handler,
		ReadHeaderTimeout: 10 * time.Second,
		ErrorLog:          log.New(io.Discard, "", 0), // connections torn on purpose are no news
	}
	done := make(chan struct{})
	g.done = done
	go func(srv *http.Server) {
		defer close(done)
		_ = srv.Serve(l) // it ends with ErrServerClosed, by close
	}(g.server)
	return nil
}

// close refuses new connections and ends the old ones. It does not wait for requests in flight: they find
// their connection gone.
func (g *gate) close() {
	if g == nil || g.server == nil {
		return
	}
	_ = g.server.Close() // the error is that of closing a socket
	<-g.done
	g.server = nil
}
