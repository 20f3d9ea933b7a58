package source

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"licensewatch/internal/oidcpeer"
	"licensewatch/internal/settings"
	"licensewatch/monitor"
	"licensewatch/soapclient/simulator"
)

// answering reads a site whose server answers everything with the same envelope.
func answering(status int, envelope string) func(*testing.T) error {
	return func(t *testing.T) error {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "text/xml; charset=utf-8")
			w.WriteHeader(status)
			fmt.Fprint(w, envelope)
		}))
		t.Cleanup(server.Close)
		return at(t, server.URL+"/Remote/")
	}
}

// faulted is a SOAP fault as WCF writes it (domain.md §1.8, E2).
func faulted(code, text string) string {
	return `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><s:Fault><faultcode xmlns:a="http://schemas.microsoft.com/ws/2005/05/addressing/none">` +
		code + `</faultcode><faultstring xml:lang="en-US">` + text + `</faultstring></s:Fault></s:Body></s:Envelope>`
}

// excepted is an exception as NetServer wraps it (domain.md §1.8, E1).
func excepted(kind, text string) string {
	const ns = "http://www.superoffice.net/ws/crm/NetServer/Services86"
	return `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Header><h:ExceptionInfo xmlns:h="` + ns + `"><h:Message>` + text +
		`</h:Message><h:StackTrace>   at SuperOffice.License.LicenseManager.Ping()</h:StackTrace><h:ExceptionType>` + kind + `</h:ExceptionType></h:ExceptionInfo>` +
		`<h:Succeeded xmlns:h="` + ns + `">false</h:Succeeded></s:Header><s:Body/></s:Envelope>`
}

func serverProvocations() []provocation {
	return []provocation{
		{"the action is not there", "wrong-version", "", answering(500, faulted("a:ActionNotSupported", "The message cannot be processed at the receiver")), "cannot be processed"},
		{"another version answers", "wrong-version", "http", func(t *testing.T) error {
			_, site := lacking(t, "Services86")
			trial := sourceOf(t).Try(t.Context(), site, known(), quiet)
			return trial.Failure
		}, "the server has no Services86"},
		{"any fault", "soap-fault", "", simulated("soapfault"), "SOAP fault"},
		{"no administrator", "missing-right", "", simulated("", func(s *settings.Site) { s.User = "reader" }), "do not have the right"},
		{"any exception", "netserver-error", "", simulated(`exception "The database is asleep"`), "The database is asleep"},
		{"half a reply", "contract", "", simulated("truncated"), "ends in the middle"},
		{"a reply without end", "contract", "", simulated("large"), "16 MiB"},
		{"another namespace", "contract", "", simulated("namespace"), "AuthenticateResponse"},
		{"no wrapper", "contract", "", answering(200, `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body/></s:Envelope>`), "AuthenticateResponse is missing"},
		{"another wrapper", "contract", "", answering(200, `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><Pong xmlns="x"/></s:Body></s:Envelope>`), "Pong"},
		{"no licence server", "licence-server", "", unanswered, "Unable to connect"},
		{"an owner that the site does not have", "licence-error", "", func(t *testing.T) error {
			_, site := fronted(t, func(http.ResponseWriter, *http.Request) bool { return false })
			_, err := sourceOf(t, site).Verdict(t.Context(), head, "NOBODY")
			return err
		}, "There is no licence of that owner"},
		{"switched off", "switched-off", "", answering(200, excepted("SuperOffice.Exceptions.SoServerException", "Web service requests are not allowed (AllowWebServiceRequests)")), "AllowWebServiceRequests"},
	}
}

// unanswered asks for an owner whose licence server NetServer does not reach.
func unanswered(t *testing.T) error {
	_, site := fronted(t, func(w http.ResponseWriter, r *http.Request) bool {
		if !strings.Contains(r.Header.Get("SOAPAction"), "GetLicenseStatusFromLicenseServer") {
			return false
		}
		fmt.Fprint(w, excepted("System.Net.WebException", "Unable to connect to the remote server"))
		return true
	})
	s := sourceOf(t, site)
	read(t, s, head) // dates and seats are read all the same
	_, err := s.Verdict(t.Context(), head, "SUPEROFFICE")
	return err
}

// fronted is a simulated NetServer of one site behind a server that may answer in its place, with that site.
func fronted(t *testing.T, answer func(http.ResponseWriter, *http.Request) bool) (*simulator.Server, settings.Site) {
	t.Helper()
	w := simulator.Build(1, 2, 3)
	w.Sites[0].Name = head
	sim := simulator.New(w)
	server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if !answer(rw, r) {
			sim.ServeHTTP(rw, r)
		}
	}))
	t.Cleanup(server.Close)
	return sim, settings.Site{Name: head, URL: server.URL + w.Sites[0].Path + "/Remote/", Services: "Services86", SignIn: "password", User: "admin"}
}

// lacking is a NetServer without some versions of the services.
func lacking(t *testing.T, versions ...string) (*simulator.Server, settings.Site) {
	t.Helper()
	return fronted(t, func(w http.ResponseWriter, r *http.Request) bool {
		for _, v := range versions {
			if strings.Contains(r.URL.Path, v) {
				http.NotFound(w, r)
				return true
			}
		}
		return false
	})
}

func signInProvocations() []provocation {
	return []provocation{
		{"a wrong password", "sign-in-refused", "", simulated("bad-password"), `the sign-in of "admin" is refused`},
		{"nobody's name", "sign-in-refused", "", simulated("", func(s *settings.Site) { s.User = "nobody" }), `"nobody"`},
		{"no ticket is good enough", "ticket-refused", "", simulated("session"), "a new one too"},
		{"no domain controller", "domain", "", func(t *testing.T) error {
			d, _, site := domained(t)
			d.Stop()
			return details(t.Context(), with(t, safe(t, winter), site))
		}, ""},
		{"a ready ticket that has ended", "ticket-refused", "", simulated("", func(s *settings.Site) { s.SignIn = "ticket" }), "refuses the ticket: "},
	}
}

// The remedy names the site, as a person types it.
func TestARemedyNamesItsSite(t *testing.T) {
	for name, fail := range map[string]func(*testing.T) error{
		"a wrong password": simulated("bad-password"),
		"nobody has signed in": func(t *testing.T) error {
			y := newTenancy(t, oidcpeer.Options{})
			return details(t.Context(), with(t, y.secrets, y.site))
		},
	} {
		f, ok := errors.AsType[*monitor.Failure](fail(t))
		if !ok || !strings.HasSuffix(f.Remedy, `licensewatch signin "Head office"`) {
			t.Errorf("%s: failure %+v, want the command that mends it", name, f)
		}
	}
}
