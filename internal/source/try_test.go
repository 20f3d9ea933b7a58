package source

import (
	"bytes"
	"context"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"licensewatch/internal/settings"
	"licensewatch/soapclient/simulator"
)

// quiet listens to no step.
func quiet(Step) {}

// known is a password at hand.
func known() Fixed { return Fixed{Password: simulator.DemoPassword} }

func TestTryTellsWhichInstallationItIs(t *testing.T) {
	sim, sites := begin(t)
	site := sites[0]
	site.URL = strings.TrimSuffix(site.URL, "/") + "/Services86/License.svc?wsdl"
	trial := sourceOf(t).Try(t.Context(), site, known(), quiet)
	if trial.Failure != nil || trial.Warning != "" {
		t.Fatalf("trial %+v (%v), want success", trial, trial.Failure)
	}
	if trial.Company != "Company 001 AS" || len(trial.Serial) != 10 || trial.Version == "" {
		t.Errorf("trial %+v, want the company, its serial number and NetServer's version", trial)
	}
	if !slices.Equal(trial.Owners, []string{"SUPEROFFICE", "PARTNER01"}) || trial.URL != sim.URL(head) {
		t.Errorf("trial has owners %q at %s, want both at %s", trial.Owners, trial.URL, sim.URL(head))
	}
}

func TestTryEndsWithItsCaller(t *testing.T) {
	sim, sites := begin(t)
	do(t, sim, head+" fault hang")
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan Trial, 1)
	go func() { done <- sourceOf(t, sites...).Try(ctx, sites[0], known(), quiet) }()
	until(t, "a request that hangs", func() bool { return sim.Requests(head, "") > 0 })
	cancel()
	select {
	case trial := <-done:
		if trial.Failure == nil || !strings.Contains(trial.Failure.Text, "called off") {
			t.Errorf("trial %+v (%v), want that it was called off", trial, trial.Failure)
		}
	case <-time.After(patience):
		t.Fatal("the trial goes on without its caller")
	}
}

func TestTryWarnsOfASiteWithoutOwners(t *testing.T) {
	w := simulator.Build(1, 0, 0)
	_, sites := start(t, w)
	trial := sourceOf(t).Try(t.Context(), sites[0], known(), quiet)
	if trial.Failure != nil || len(trial.Owners) != 0 || !strings.Contains(trial.Warning, "lists no licence owner") {
		t.Errorf("trial %+v (%v), want a warning that nothing is there to watch", trial, trial.Failure)
	}
}

// Some servers let a user who is no administrator read licences. The simulator does not, so one stands in front of it that
// hides the right.
func TestTryWarnsOfAUserWithoutTheRight(t *testing.T) {
	w := simulator.Build(1, 1, 1)
	sim := simulator.New(w)
	server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		r.Header.Del("Accept-Encoding")
		rec := httptest.NewRecorder()
		sim.ServeHTTP(rec, r)
		body := bytes.ReplaceAll(rec.Body.Bytes(), []byte("admin-all"), []byte("reader"))
		rw.Header().Set("Content-Type", rec.Header().Get("Content-Type"))
		rw.Header().Set("Content-Length", strconv.Itoa(len(body)))
		rw.WriteHeader(rec.Code)
		rw.Write(body)
	}))
	t.Cleanup(server.Close)
	site := settings.Site{Name: head, URL: server.URL + w.Sites[0].Path + "/Remote/", Services: "Services86", SignIn: "password", User: "admin"}
	trial := sourceOf(t).Try(t.Context(), site, known(), quiet)
	if trial.Failure != nil || len(trial.Owners) != 1 || !strings.Contains(trial.Warning, "is no General Administrator") {
		t.Errorf("trial %+v (%v), want success with a warning about the right", trial, trial.Failure)
	}
}

func TestTryLeavesTicketsAlone(t *testing.T) {
	sim, sites := begin(t)
	s := sourceOf(t, sites...)
	read(t, s, head)
	other := sites[0]
	other.User = "nobody"
	s.Try(t.Context(), other, known(), quiet)
	before := sim.Requests(head, "AuthenticateUsernamePassword")
	read(t, s, head)
	if got := sim.Requests(head, "AuthenticateUsernamePassword"); got != before {
		t.Error("a trial made the site sign in anew")
	}
}
