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

	"licensewatch/internal/keyring"
	"licensewatch/internal/secret"
	"licensewatch/internal/settings"
	"licensewatch/monitor"
	"licensewatch/soapclient/simulator"
)

// known is a password at hand.
func known() Fixed { return Fixed{Password: simulator.DemoPassword} }

func TestTryTellsWhichInstallationItIs(t *testing.T) {
	sim, sites := begin(t)
	site := sites[0]
	site.URL = strings.TrimSuffix(site.URL, "/") + "/Services86/License.svc?wsdl"
	trial := sourceOf(t).Try(t.Context(), site, known())
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

func TestTrySaysWhatFailed(t *testing.T) {
	tests := []struct {
		name    string
		fault   string
		change  func(*settings.Site)
		secrets Secrets
		kind    monitor.Kind
		text    string
		asked   bool // the server
	}{
		{"settings that cannot work are not sent anywhere", "", func(s *settings.Site) { s.Name = "a/b" }, known(), monitor.KindConfig, "a/b", false},
		{"a way to sign in that is not there yet", "", func(s *settings.Site) { s.SignIn = "windows" }, known(), monitor.KindConfig, "not supported yet", false},
		{"no password", "", nil, Fixed{}, monitor.KindKeyring, "no password", true},
		{"a wrong password", "", nil, Fixed{Password: "wrong"}, monitor.KindSignIn, "refused", true},
		{"a server that is not there", "refuse", nil, known(), monitor.KindNetwork, "refused", false},
		{"another web site", "html", nil, known(), monitor.KindHTTP, "web page", true},
		{"a user without the right", "", func(s *settings.Site) { s.User = "reader" }, known(), monitor.KindServer, "", true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			sim, sites := begin(t)
			if tt.fault != "" {
				do(t, sim, head+" fault "+tt.fault)
			}
			site := sites[0]
			if tt.change != nil {
				tt.change(&site)
			}
			trial := sourceOf(t, sites...).Try(t.Context(), site, tt.secrets)
			if trial.Failure == nil {
				t.Fatalf("trial %+v went well", trial)
			}
			wantFailure(t, trial.Failure, tt.kind, tt.text, "")
			if trial.Failure.Remedy == "" {
				t.Errorf("failure %+v has no remedy", trial.Failure)
			}
			if asked := sim.Requests("", "") > 0; asked != tt.asked {
				t.Errorf("the server was asked: %v, want %v", asked, tt.asked)
			}
		})
	}
}

func TestTryEndsWithItsCaller(t *testing.T) {
	sim, sites := begin(t)
	do(t, sim, head+" fault hang")
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan Trial, 1)
	go func() { done <- sourceOf(t, sites...).Try(ctx, sites[0], known()) }()
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
	trial := sourceOf(t).Try(t.Context(), sites[0], known())
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
	trial := sourceOf(t).Try(t.Context(), site, known())
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
	s.Try(t.Context(), other, known())
	before := sim.Requests(head, "AuthenticateUsernamePassword")
	read(t, s, head)
	if got := sim.Requests(head, "AuthenticateUsernamePassword"); got != before {
		t.Error("a trial made the site sign in anew")
	}
}

func TestFixedSecretsAreAtHandOrStored(t *testing.T) {
	var stored keyring.Memory
	stored.Set(t.Context(), "Old name", keyring.Password, "stored")
	stored.Set(t.Context(), "Old name", keyring.AppToken, "stored token")
	tests := []struct {
		name string
		f    Fixed
		kind keyring.Kind
		want secret.Text // empty: missing
	}{
		{"what is at hand counts", Fixed{Password: "typed", Behind: &stored, Site: "Old name"}, keyring.Password, "typed"},
		{"what is not is taken from the store, under the old name", Fixed{Password: "typed", Behind: &stored, Site: "Old name"}, keyring.AppToken, "stored token"},
		{"a token at hand is no password", Fixed{AppToken: "typed", Behind: &stored, Site: "Old name"}, keyring.Password, "stored"},
		{"a new site has nothing stored", Fixed{Behind: &stored}, keyring.Password, ""},
		{"without a store there is nothing more", Fixed{Site: "Old name"}, keyring.Password, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := tt.f.Get(t.Context(), "New name", tt.kind)
			if tt.want == "" {
				wantFailure(t, failure(err, "New name"), monitor.KindKeyring, `"New name"`, "")
			} else if err != nil || string(got) != string(tt.want) {
				t.Errorf("Get brings %d bytes and %v, want the %d of %s", len(got), err, len(tt.want), tt.name)
			}
		})
	}
}
