package link

import (
	"context"
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"sync"
	"time"

	"licensewatch/monitor"
)

const (
	// protocol is the version of what goes over the socket. Window and agent are one binary, but an update may leave
	// an old agent running.
	protocol       = "4"
	protocolHeader = "Licensewatch-Link"
	versionHeader  = "Licensewatch-Version"

	frameGap   = 50 * time.Millisecond // between two frames of a stream: no eye is faster
	maxRequest = 1 << 20
)

// Server serves an agent's views and takes commands for it.
type Server struct {
	version string
	cmd     Commands

	mu      sync.Mutex
	view    View
	shown   bool          // there is a view
	streams int           // clients that watch
	changed chan struct{} // closed when view is replaced
}

// NewServer returns a server for an agent of the given program version.
func NewServer(version string, cmd Commands) *Server {
	return &Server{version: version, cmd: cmd, changed: make(chan struct{})}
}

// Show makes v what clients see. It returns at once; a slow client misses views in between, never the latest.
func (s *Server) Show(v View) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.view, s.shown = v, true
	close(s.changed)
	s.changed = make(chan struct{})
}

// current returns the view and what tells of the next one. It waits for the first.
func (s *Server) current(ctx context.Context) (View, <-chan struct{}, error) {
	for {
		s.mu.Lock()
		v, changed, shown := s.view, s.changed, s.shown
		s.mu.Unlock()
		if shown {
			return v, changed, nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return View{}, nil, ctx.Err()
		}
	}
}

// Serve answers on l until ctx ends, and closes l. It returns nil when ctx ended it.
func (s *Server) Serve(ctx context.Context, l net.Listener) error {
	server := &http.Server{
		Handler:           s.checked(s.routes()),
		ReadHeaderTimeout: 10 * time.Second,
		BaseContext:       func(net.Listener) context.Context { return ctx },
	}
	stop := context.AfterFunc(ctx, func() { server.Close() })
	defer stop()
	if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

func (s *Server) routes() *http.ServeMux {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /stream", s.stream)
	mux.HandleFunc("GET /view", s.once)
	handle(mux, "refresh", func(_ context.Context, in Target) (none, error) {
		s.cmd.Refresh(in.Site, in.Owner)
		return none{}, nil
	})
	handle(mux, "pause", func(_ context.Context, in pause) (none, error) {
		s.cmd.Pause(in.Until)
		return none{}, nil
	})
	handle(mux, "show", func(context.Context, none) (none, error) { return none{}, s.cmd.Show() })
	handle(mux, "nogl", func(_ context.Context, in reason) (none, error) { return none{}, s.cmd.NoGL(in.Reason) })
	handle(mux, "settings", func(context.Context, none) (Settings, error) { return s.cmd.Settings(), nil })
	handle(mux, "settings/save", func(_ context.Context, in Settings) (none, error) { return none{}, s.cmd.SaveSettings(in) })
	handle(mux, "sites", func(context.Context, none) ([]SiteForm, error) { return s.cmd.Sites(), nil })
	mux.HandleFunc("POST /sites/test", s.test)
	handle(mux, "sites/save", func(ctx context.Context, in SiteForm) (none, error) { return none{}, s.cmd.Save(ctx, in) })
	handle(mux, "sites/remove", func(ctx context.Context, in Target) (none, error) { return none{}, s.cmd.Remove(ctx, in.Site) })
	handle(mux, "signin", func(ctx context.Context, in SiteForm) (Grant, error) { return s.cmd.SignIn(ctx, in) })
	handle(mux, "signin/again", func(ctx context.Context, in Target) (none, error) { return none{}, s.cmd.SignInAgain(ctx, in.Site) })
	handle(mux, "help", func(_ context.Context, in reason) (none, error) { return none{}, s.cmd.Help(in.Reason) })
	handle(mux, "past", func(ctx context.Context, in since) (monitor.Past, error) { return s.cmd.Past(ctx, in.Of, in.Since) })
	handle(mux, "seats", func(ctx context.Context, in since) ([]monitor.SeatSeries, error) {
		return s.cmd.Seats(ctx, in.Of, in.Since)
	})
	handle(mux, "away", func(ctx context.Context, _ none) (monitor.Past, error) { return s.cmd.Away(ctx) })
	handle(mux, "acknowledge", func(ctx context.Context, in wish) (none, error) {
		return none{}, s.cmd.Acknowledge(ctx, in.Of, in.Note)
	})
	handle(mux, "snooze", func(ctx context.Context, in wish) (none, error) {
		return none{}, s.cmd.Snooze(ctx, in.Of, in.Until, in.Note)
	})
	handle(mux, "resume", func(ctx context.Context, in wish) (none, error) { return none{}, s.cmd.Resume(ctx, in.Of) })
	handle(mux, "log", func(ctx context.Context, in since) ([]monitor.Telling, error) { return s.cmd.Log(ctx, in.Since) })
	handle(mux, "notification/test", func(ctx context.Context, _ none) (string, error) { return s.cmd.TestNotification(ctx) })
	handle(mux, "offer", func(ctx context.Context, in Target) (monitor.Offer, error) { return s.cmd.Offer(ctx, in) })
	handle(mux, "shop", func(ctx context.Context, in Target) (string, error) { return s.cmd.Shop(ctx, in) })
	handle(mux, "rehearse", func(ctx context.Context, in WhatIf) (monitor.Rehearsal, error) { return s.cmd.Rehearse(ctx, in) })
	handle(mux, "report", func(ctx context.Context, in extract) ([]byte, error) {
		return s.cmd.Report(ctx, in.Format, in.Sites, in.Owners)
	})
	handle(mux, "export", func(ctx context.Context, in export) (none, error) {
		return none{}, s.cmd.Export(ctx, in.Format, in.File)
	})
	return mux
}

// What commands carry besides the exported types.
type (
	none   struct{}
	pause  struct{ Until time.Time }
	reason struct{ Reason string }
	failed struct{ Error string }
	since  struct {
		Of    Target
		Since time.Time
	}
	wish struct { // of a person: see Commands
		Of    monitor.Subject
		Until time.Time
		Note  string
	}
	export  struct{ Format, File string }
	extract struct {
		Format        string
		Sites, Owners []string
	}

	// progress is a line of a test's answer: a step, or the outcome, which is the last.
	progress struct {
		Step  *Step  `json:"step,omitempty"`
		Trial *Trial `json:"trial,omitempty"`
	}
)

// handle makes a command of f: JSON in, JSON out, an error as its text.
func handle[In, Out any](mux *http.ServeMux, path string, f func(context.Context, In) (Out, error)) {
	mux.HandleFunc("POST /"+path, func(w http.ResponseWriter, r *http.Request) {
		in, ok := question[In](w, r)
		if !ok {
			return
		}
		out, err := f(r.Context(), in)
		if err != nil {
			answer(w, http.StatusUnprocessableEntity, failed{err.Error()})
			return
		}
		answer(w, http.StatusOK, out)
	})
}

// question reads what a client sent; if it cannot be read, it has been answered.
func question[In any](w http.ResponseWriter, r *http.Request) (in In, ok bool) {
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxRequest)).Decode(&in); err != nil {
		answer(w, http.StatusBadRequest, failed{"the request is not understood: " + err.Error()})
		return in, false
	}
	return in, true
}

func answer(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(v) // the client is gone if this fails
}

// test tries a site out and sends each step as it happens.
func (s *Server) test(w http.ResponseWriter, r *http.Request) {
	form, ok := question[SiteForm](w, r)
	if !ok {
		return
	}
	w.Header().Set("Content-Type", "application/jsonl")
	control, out := http.NewResponseController(w), json.NewEncoder(w)
	var mu sync.Mutex // steps may be reported by another goroutine than the one that tests
	tell := func(p progress) {
		mu.Lock()
		defer mu.Unlock()
		out.Encode(p) // if these fail the client is gone, and with it r.Context()
		control.Flush()
	}
	trial := s.cmd.Test(r.Context(), form, func(step Step) { tell(progress{Step: &step}) })
	tell(progress{Trial: &trial})
}

// checked turns away clients of another protocol with a clear word.
func (s *Server) checked(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set(protocolHeader, protocol)
		w.Header().Set(versionHeader, s.version)
		if r.Header.Get(protocolHeader) != protocol {
			answer(w, http.StatusConflict, failed{"the running agent is of version " + s.version + " and does not understand this one: quit it from its tray menu and start Licensewatch again"})
			return
		}
		next.ServeHTTP(w, r)
	})
}

// once sends the present view.
func (s *Server) once(w http.ResponseWriter, r *http.Request) {
	v, _, err := s.current(r.Context())
	if err != nil {
		return // the client is gone
	}
	send(json.NewEncoder(w), newEnd(), v) // the client is gone if this fails
}

// send writes the frames of v for an end that knows known.
func send(out *json.Encoder, known *end, v View) error {
	for f := range known.encode(v) {
		if err := out.Encode(f); err != nil {
			return err
		}
	}
	return nil
}

// Watched reports whether a client watches: a window.
func (s *Server) Watched() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.streams > 0
}

func (s *Server) watched(by int) {
	s.mu.Lock()
	s.streams += by
	left := s.streams == 0
	s.mu.Unlock()
	if left && s.cmd.Left != nil {
		s.cmd.Left()
	}
}

// stream sends the present view and then, frame by frame, what changes.
func (s *Server) stream(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/jsonl")
	control := http.NewResponseController(w)
	s.watched(1)
	defer s.watched(-1)
	out, known := json.NewEncoder(w), newEnd()
	for {
		v, changed, err := s.current(r.Context())
		if err != nil {
			return
		}
		if send(out, known, v) != nil || control.Flush() != nil {
			return
		}
		select {
		case <-time.After(frameGap):
		case <-r.Context().Done():
			return
		}
		select {
		case <-changed:
		case <-r.Context().Done():
			return
		}
	}
}
