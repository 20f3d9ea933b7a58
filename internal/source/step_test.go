package source

import (
	"crypto/tls"
	"crypto/x509"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"licensewatch/internal/peers"
	"licensewatch/internal/settings"
	"licensewatch/soapclient/simulator"
)

// heard collects what a test reports.
type heard struct {
	mu   sync.Mutex
	list []Step
}

func (h *heard) step(s Step) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.list = append(h.list, s)
}

// try tests a site and checks that what was reported is what is returned: each step as it begins and as it ends.
func try(t *testing.T, site settings.Site, secrets Secrets) Trial {
	t.Helper()
	var h heard
	trial := sourceOf(t).Try(t.Context(), site, secrets, h.step)
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.list) != 2*len(trial.Steps) {
		t.Fatalf("%d reports of %d steps: %+v", len(h.list), len(trial.Steps), h.list)
	}
	for i, s := range trial.Steps {
		began, ended := h.list[2*i], h.list[2*i+1]
		if began.State != StepRunning || began.Name != s.Name || began.Words != s.Words || ended != s {
			t.Errorf("step %+v was reported as %+v and %+v", s, began, ended)
		}
		if s.Words == "" || s.Took < 0 || s.State == StepRunning {
			t.Errorf("step %+v is not over, or says nothing", s)
		}
	}
	if f := trial.Failure; f != nil {
		wantNoSecret(t, f)
	}
	return trial
}

// line is a trial's steps in a line: names, each with ! when it failed and ? when there is something to know.
func stepLine(trial Trial) string {
	var names []string
	for _, s := range trial.Steps {
		names = append(names, s.Name+map[StepState]string{StepFailed: "!", StepCaution: "?"}[s.State])
	}
	return strings.Join(names, " ")
}

func TestATestTakesItsStepsAndStopsAtTheFirstThatFails(t *testing.T) {
	a := newCA(t, "Example Root CA")
	secured := func(t *testing.T) settings.Site {
		site := overTLS(t, &tls.Config{Certificates: []tls.Certificate{a.issue(t, nil)}, NextProtos: []string{"h2", "http/1.1"}})
		site.CAFile = a.file(t)
		return site
	}
	plain := func(fault string) func(*testing.T) settings.Site {
		return func(t *testing.T) settings.Site {
			sim, sites := begin(t)
			if fault != "" {
				do(t, sim, head+" "+fault)
			}
			return sites[0]
		}
	}
	tests := []struct {
		name    string
		site    func(*testing.T) settings.Site
		change  func(*settings.Site)
		secrets Secrets
		steps   string
		last    string // part of the last step's words or detail
	}{
		{"all is well", plain(""), nil, known(), "settings connect netserver sign-in licences licence-server", "Ok"},
		{"by name", plain(""), func(s *settings.Site) { s.URL = strings.Replace(s.URL, "127.0.0.1", "localhost", 1) }, known(), "settings name connect netserver sign-in licences licence-server", "Ok"},
		{"over TLS", secured, nil, known(), "settings connect tls netserver sign-in licences licence-server", "Ok"},
		{"a certificate that ends soon", func(t *testing.T) settings.Site {
			site := overTLS(t, &tls.Config{Certificates: []tls.Certificate{a.issue(t, func(c *x509.Certificate) { c.NotAfter = time.Now().AddDate(0, 0, 5) })}})
			site.CAFile = a.file(t)
			return site
		}, nil, known(), "settings connect tls? netserver sign-in licences licence-server", "Ok"},
		{"with a ticket there is no sign-in", plain("fault session"), func(s *settings.Site) { s.SignIn = "ticket" }, known(), "settings connect netserver licences!", "ticket"},
		{"settings that cannot work", plain(""), func(s *settings.Site) { s.Name = "a/b" }, known(), "settings!", "a/b"},
		{"no such host", plain(""), func(s *settings.Site) { s.URL = "https://no-such-host.invalid/Remote/" }, known(), "settings name!", "no-such-host.invalid"},
		{"nobody listens", plain(""), func(s *settings.Site) { s.URL = "http://127.0.0.1:1/Remote/" }, known(), "settings connect!", "refused"},
		{"an unknown authority", secured, func(s *settings.Site) { s.CAFile = "" }, known(), "settings connect tls!", "Example Root CA"},
		{"a web page", plain("fault html"), nil, known(), "settings connect netserver!", "web page"},
		{"no password", plain(""), nil, Fixed{}, "settings connect netserver sign-in!", "no password"},
		{"a wrong password", plain(""), nil, Fixed{Password: "wrong"}, "settings connect netserver sign-in!", "refused"},
		{"no administrator", plain(""), func(s *settings.Site) { s.User = "reader" }, known(), "settings connect netserver sign-in? licences!", "licences"},
		{"no licence server", plain(`SUPEROFFICE fault exception "It is asleep"`), nil, known(), "settings connect netserver sign-in licences licence-server?", "It is asleep"},
		{"the owner that is meant", plain(""), func(s *settings.Site) { s.Owners = []string{"PARTNER01"} }, known(), "settings connect netserver sign-in licences licence-server", "Ok"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			site := tt.site(t)
			if tt.change != nil {
				tt.change(&site)
			}
			trial := try(t, site, tt.secrets)
			if got := stepLine(trial); got != tt.steps {
				t.Errorf("steps %q, want %q (%v)", got, tt.steps, trial.Failure)
			}
			if failed := strings.HasSuffix(tt.steps, "!"); failed != (trial.Failure != nil) {
				t.Errorf("failure %v", trial.Failure)
			}
			if last := trial.Steps[len(trial.Steps)-1]; !strings.Contains(last.Words+last.Detail, tt.last) {
				t.Errorf("the last step is %+v, want %q", last, tt.last)
			}
		})
	}
}

func TestStepsSayWhatTheyFound(t *testing.T) {
	a := newCA(t, "Example Root CA")
	site := overTLS(t, &tls.Config{Certificates: []tls.Certificate{a.issue(t, nil)}})
	site.CAFile = a.file(t)
	want := map[string][]string{
		"tls":            {"issued by Example Root CA (Example AS)", "valid until ", "TLS 1.3", "HTTP/1.1"},
		"netserver":      {"NetServer 11", "Company 001 AS", "serial number 1"},
		"sign-in":        {"admin"},
		"licences":       {"SUPEROFFICE, PARTNER01"},
		"licence-server": {"Ok"},
	}
	for _, s := range try(t, site, known()).Steps {
		for _, words := range want[s.Name] {
			if !strings.Contains(s.Detail, words) {
				t.Errorf("%s says %q, want %q in it", s.Name, s.Detail, words)
			}
		}
		if s.Took <= 0 {
			t.Errorf("%s took %v", s.Name, s.Took)
		}
		if s.Detail != "" && strings.Contains(s.Words, s.Detail) {
			t.Errorf("%s says %q twice", s.Name, s.Detail)
		}
		delete(want, s.Name)
	}
	if len(want) > 0 {
		t.Errorf("steps are missing: %v", want)
	}
}

func TestAProxyIsAStepOfItsOwn(t *testing.T) {
	squid := peers.Squid(t, "proxy user", proxySecret)
	a := newCA(t, "Example Root CA")
	site := overTLS(t, &tls.Config{Certificates: []tls.Certificate{a.issue(t, nil)}})
	site.CAFile, site.Proxy, site.ProxyUser = a.file(t), "http://"+squid.Address, "proxy user"
	trial := try(t, site, Fixed{Password: simulator.DemoPassword, Proxy: proxySecret})
	if got := stepLine(trial); got != "settings connect proxy tls netserver sign-in licences licence-server" || trial.Failure != nil {
		t.Errorf("steps %q (%v)", got, trial.Failure)
	}
	if words := trial.Steps[1].Words; words != "Connect to the proxy "+squid.Address {
		t.Errorf("the step is %q, want the proxy", words)
	}
	trial = try(t, site, Fixed{Password: simulator.DemoPassword, Proxy: "wrong"})
	if got := stepLine(trial); got != "settings connect proxy!" || trial.Failure == nil || trial.Failure.Reason != "proxy-sign-in" {
		t.Errorf("steps %q (%v), want that the proxy refuses", got, trial.Failure)
	}
}

func TestVersionsThatAnswerAreOfferedNewestFirst(t *testing.T) {
	_, site := lacking(t, "Services86", "Services88")
	trial := try(t, site, known())
	if got := offered(trial); trial.Failure == nil || trial.Failure.Reason != "wrong-version" || !slices.Equal(got, []string{"services=Services87", "services=Services85", "services=Services84"}) {
		t.Errorf("offers %q (%v)", got, trial.Failure)
	}
}

// offered lists what a trial offers, each as field=value.
func offered(trial Trial) []string {
	var list []string
	for _, o := range trial.Offers {
		list = append(list, o.Field+"="+o.Value)
	}
	return list
}

func TestOffersMakeATestGoOn(t *testing.T) {
	sim, sites := begin(t)
	base := sites[0].URL
	tests := []struct {
		name   string
		change func(*settings.Site)
		want   []string
	}{
		{"too deep", func(s *settings.Site) { s.URL = strings.Replace(base, "/Remote/", "/web/Remote/", 1) }, []string{"url=" + base}},
		{"nothing is near", func(s *settings.Site) { s.URL = strings.Replace(base, "/Site001/", "/Nowhere/", 1) }, nil},
		{"a wrong password is no reason to look elsewhere", func(s *settings.Site) { s.User = "nobody" }, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			site := sites[0]
			tt.change(&site)
			before := sim.Requests("", "")
			trial := try(t, site, known())
			if got := offered(trial); trial.Failure == nil || !slices.Equal(got, tt.want) {
				t.Fatalf("offers %q (%v), want %q", got, trial.Failure, tt.want)
			}
			if asked := sim.Requests("", "") - before; asked > maxProbes+3 {
				t.Errorf("%d requests to find that out", asked)
			}
			for _, o := range trial.Offers {
				site.URL = o.Value
				if again := try(t, site, known()); again.Failure != nil {
					t.Errorf("with %+v the test fails: %v", o, again.Failure)
				}
			}
		})
	}
}

func TestAPinIsOfferedForTheShownCertificate(t *testing.T) {
	a := newCA(t, "Example Root CA")
	for name, change := range map[string]func(*x509.Certificate){
		"an unknown authority": nil,
		"another host's":       func(c *x509.Certificate) { c.IPAddresses, c.DNSNames = nil, []string{"crm.example.com"} },
	} {
		t.Run(name, func(t *testing.T) {
			certificate := a.issue(t, change)
			site := overTLS(t, &tls.Config{Certificates: []tls.Certificate{certificate}})
			if change != nil {
				site.CAFile = a.file(t)
			}
			trial := try(t, site, known())
			if trial.Failure == nil || len(trial.Offers) != 1 || trial.Offers[0].Field != "pin" {
				t.Fatalf("offers %+v (%v), want a pin", trial.Offers, trial.Failure)
			}
			words := trial.Offers[0].Words
			if !strings.Contains(words, fingerprint(certificate.Leaf)) || !strings.Contains(words, "Example Root CA") || !strings.Contains(words, "administrator") {
				t.Errorf("the offer says %q, want issuer, fingerprint and a warning", words)
			}
			site.Pin = trial.Offers[0].Value
			if again := try(t, site, known()); again.Failure != nil {
				t.Errorf("with the pin the test fails: %v", again.Failure)
			}
			renewed := overTLS(t, &tls.Config{Certificates: []tls.Certificate{a.issue(t, change)}})
			renewed.Pin = site.Pin
			if other := try(t, renewed, known()); other.Failure == nil || other.Failure.Reason != "certificate-pin" || len(other.Offers) != 1 || other.Offers[0].Value == site.Pin {
				t.Errorf("another key ends with %v and offers %+v", other.Failure, other.Offers)
			}
		})
	}
}

func TestAnAddressOfSuperOfficeOnlineIsATenant(t *testing.T) {
	tests := []struct {
		url  string
		want []string
	}{
		{"https://online3.superoffice.com/Cust12345/Remote/Services86/License.svc", []string{"tenant=Cust12345"}},
		{"https://online.superoffice.com/cust12345", []string{"tenant=Cust12345"}},
		{"https://qaonline2.superoffice.com/Cust26759/", []string{"tenant=Cust26759", "environment=qaonline"}},
		{"https://crm.example.com/Cust12345/", nil},
		{"https://online.superoffice.com.example.com/Cust12345/", nil},
		{"https://online.superoffice.com/login", nil},
	}
	for _, tt := range tests {
		if got := offered(Trial{Offers: tenantOffers(tt.url)}); !slices.Equal(got, tt.want) {
			t.Errorf("%s offers %q, want %q", tt.url, got, tt.want)
		}
	}
}

func TestAddressesNearby(t *testing.T) {
	tests := []struct {
		base, location string
		want           []string
	}{
		{"https://crm.example.com/Remote/", "", []string{"https://crm.example.com/SuperOffice/Remote/"}},
		{"https://crm.example.com/a/b/Remote/", "", []string{"https://crm.example.com/a/Remote/", "https://crm.example.com/Remote/",
			"https://crm.example.com/a/b/SuperOffice/Remote/", "https://crm.example.com/SuperOffice/Remote/"}},
		{"http://crm.example.com:8080/Remote/", "", []string{"https://crm.example.com/Remote/", "http://crm.example.com:8080/SuperOffice/Remote/"}},
		{"https://crm.example.com/Remote/", "https://crm.example.com/so/Remote/", []string{"https://crm.example.com/so/Remote/", "https://crm.example.com/SuperOffice/Remote/"}},
		{"https://crm.example.com/Remote/", "http://crm.example.com/so/", []string{"https://crm.example.com/SuperOffice/Remote/"}},
		{"https://crm.example.com/Remote/", "https://other.example.com/so/", []string{"https://crm.example.com/SuperOffice/Remote/"}},
		{"https://[::1]:8443/Remote/", "", []string{"https://[::1]/Remote/", "https://[::1]:8443/SuperOffice/Remote/"}},
	}
	for _, tt := range tests {
		if got := nearby(tt.base, tt.location); !slices.Equal(got, tt.want) {
			t.Errorf("near %s are %q, want %q", tt.base, got, tt.want)
		}
	}
}
