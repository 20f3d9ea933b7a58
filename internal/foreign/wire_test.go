package foreign

import (
	"bytes"
	"crypto/sha256"
	"io"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"licensewatch/soapclient"
)

// exchange is a request with its reply.
type exchange struct {
	version, service, operation string
	action, contentType         string
	request, reply              []byte
}

// wire stands between a client and a server, passes everything on and keeps it. Like the web server in front of a NetServer, it names
// the Windows user.
type wire struct {
	to  string // the server's origin
	URL string

	mu   sync.Mutex
	seen []exchange
}

func tap(t *testing.T, to string) *wire {
	t.Helper()
	w := &wire{to: to}
	s := httptest.NewServer(w)
	t.Cleanup(s.Close)
	w.URL = s.URL
	return w
}

func (w *wire) ServeHTTP(reply http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		http.Error(reply, err.Error(), http.StatusBadRequest)
		return
	}
	onward, err := http.NewRequestWithContext(r.Context(), r.Method, w.to+r.URL.Path, bytes.NewReader(body))
	if err != nil {
		http.Error(reply, err.Error(), http.StatusBadGateway)
		return
	}
	onward.Header = r.Header.Clone()
	onward.Header.Set("X-Remote-User", user)
	onward.Header.Set("Accept-Encoding", "identity") // what is kept must be readable
	resp, err := http.DefaultTransport.RoundTrip(onward)
	if err != nil {
		http.Error(reply, err.Error(), http.StatusBadGateway)
		return
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if err != nil {
		http.Error(reply, err.Error(), http.StatusBadGateway)
		return
	}
	w.keep(r, body, answer)
	for _, name := range []string{"Content-Type"} {
		reply.Header().Set(name, resp.Header.Get(name))
	}
	reply.WriteHeader(resp.StatusCode)
	reply.Write(answer)
}

func (w *wire) keep(r *http.Request, request, reply []byte) {
	x := exchange{action: r.Header.Get("SOAPAction"), contentType: r.Header.Get("Content-Type"), request: request, reply: reply}
	parts := strings.Split(strings.Trim(x.action, `"`), "/")
	if n := len(parts); n >= 3 {
		x.version, x.service, x.operation = parts[n-3], parts[n-2], parts[n-1]
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.seen = append(w.seen, x)
}

// hold holds each message against SuperOffice's WSDL and schema, and wants every operation that the client knows.
func (w *wire) hold(t *testing.T, version soapclient.Version, operations []string) {
	t.Helper()
	check, err := filepath.Abs(filepath.Join(contract, "check-envelope"))
	if err != nil {
		t.Fatal(err)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	seen, held := map[string]bool{}, map[[32]byte]bool{}
	for _, x := range w.seen {
		seen[x.operation] = true
		for direction, message := range map[string][]byte{"request": x.request, "response": x.reply} {
			sum := sha256.Sum256(append([]byte(direction+x.operation), message...))
			if held[sum] {
				continue
			}
			held[sum] = true
			args := []string{direction, x.version, x.service, x.operation, "-"}
			if direction == "request" {
				args = append(args, "--action", x.action, "--content-type", x.contentType)
			}
			cmd := exec.Command(check, args...)
			cmd.Stdin = bytes.NewReader(message)
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Errorf("%s of %s: %v\n%s\n%.2000s", direction, x.operation, err, out, message)
			}
		}
	}
	for _, op := range operations {
		if !seen[op] {
			t.Errorf("%s was not called", op)
		}
	}
}
