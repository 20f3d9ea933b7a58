package online

import (
	"context"
	"crypto/subtle"
	_ "embed"
	"html/template"
	"io"
	"log"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"time"
)

// answer is what the browser brings back.
type answer struct{ code, refusal, description string }

// outcome is how a sign-in ended.
type outcome struct {
	grant Grant
	err   error
}

// waiter listens for the browser that comes back. It takes one answer, the first that knows the state; whatever else knocks at the
// port, be it a web page or another program, gets a short refusal and changes nothing.
type waiter struct {
	host    string
	state   string
	redeem  func(answer) (Grant, error)
	taken   atomic.Bool
	outcome chan outcome // gets one
	server  *http.Server
	served  chan struct{}
}

func newWaiter(l net.Listener, state string, redeem func(answer) (Grant, error)) *waiter {
	w := &waiter{host: l.Addr().String(), state: state, redeem: redeem, outcome: make(chan outcome, 1), served: make(chan struct{})}
	w.server = &http.Server{
		Handler: w, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 10 * time.Second, MaxHeaderBytes: 64 << 10,
		ErrorLog: log.New(io.Discard, "", 0), // it would tell what strangers sent
	}
	w.server.SetKeepAlivesEnabled(false)
	go func() {
		defer close(w.served)
		_ = w.server.Serve(l) // it ends with ErrServerClosed, by close
	}()
	return w
}

// close lets a page that is being sent get through, and ends everything.
func (w *waiter) close() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	_ = w.server.Shutdown(ctx) // what is left is cut off
	_ = w.server.Close()
	<-w.served
}

func (w *waiter) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	if r.Host != w.host { // a web page whose name was bent to this address
		http.Error(rw, http.StatusText(http.StatusMisdirectedRequest), http.StatusMisdirectedRequest)
		return
	}
	if r.URL.Path != "/" {
		http.NotFound(rw, r)
		return
	}
	if r.Method != http.MethodGet {
		http.Error(rw, http.StatusText(http.StatusMethodNotAllowed), http.StatusMethodNotAllowed)
		return
	}
	q := r.URL.Query()
	a := answer{code: q.Get("code"), refusal: q.Get("error"), description: q.Get("error_description")}
	if subtle.ConstantTimeCompare([]byte(q.Get("state")), []byte(w.state)) != 1 || a.code == "" && a.refusal == "" {
		show(rw, http.StatusBadRequest, "Not the awaited answer", "This page does not belong to the sign-in that Licensewatch waits for; nothing was changed.")
		return
	}
	if !w.taken.CompareAndSwap(false, true) {
		show(rw, http.StatusConflict, "Answered before", "This sign-in was answered before; you can close this window.")
		return
	}
	grant, err := w.redeem(a)
	if err != nil {
		show(rw, http.StatusBadRequest, "Not signed in", "The sign-in did not succeed: "+strings.TrimSuffix(err.Error(), ".")+".")
	} else {
		show(rw, http.StatusOK, "Signed in", "Licensewatch is signed in; you can close this window.")
	}
	w.outcome <- outcome{grant, err}
}

//go:embed page.html
var pageText string

var page = template.Must(template.New("page").Parse(pageText))

// show writes the one page, which loads nothing from anywhere.
func show(rw http.ResponseWriter, status int, title, sentence string) {
	h := rw.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'")
	h.Set("Cache-Control", "no-store")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("X-Content-Type-Options", "nosniff")
	rw.WriteHeader(status)
	_ = page.Execute(rw, struct{ Title, Sentence string }{title, sentence}) // the browser may be gone
}
