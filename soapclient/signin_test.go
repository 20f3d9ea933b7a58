package soapclient_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"licensewatch/internal/secret"
	"licensewatch/soapclient"
	"licensewatch/soapclient/simulator"
)

// reply answers with a status and a body.
func reply(r *http.Request, status int, body string) *http.Response {
	return &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body)), Request: r}
}

// enveloped is a SOAP reply of the version that r was sent to.
func enveloped(r *http.Request, header, wrapper, content string) string {
	action := strings.Trim(r.Header.Get("SOAPAction"), `"`)
	space, _, _ := strings.Cut(action, "/License/")
	space, _, _ = strings.Cut(space, "/SoPrincipal/")
	return fmt.Sprintf(`<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" xmlns="%s"><s:Header>%s</s:Header><s:Body><%s>%s</%[3]s></s:Body></s:Envelope>`, space, header, wrapper, content)
}

const okay = `<Response><LicenseStatus>Ok</LicenseStatus></Response>`

// answering plays a server that answers every licence status with Ok and signs in as it is told. It notes the tickets that came.
type answering struct {
	signIn  func(r *http.Request, token string) *http.Response
	tickets []string
	signIns int
}

func (a *answering) RoundTrip(r *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	if strings.Contains(r.URL.Path, "SoPrincipal") {
		a.signIns++
		return a.signIn(r, element(body, "AccessToken")), nil
	}
	a.tickets = append(a.tickets, element(body, "h:Ticket"))
	return reply(r, http.StatusOK, enveloped(r, "", "GetLicenseStatusFromLicenseServerResponse", okay)), nil
}

// element returns what stands in an element without attributes.
func element(body []byte, name string) string {
	_, after, _ := strings.Cut(string(body), "<"+name+">")
	text, _, _ := strings.Cut(after, "<")
	return text
}

func ask(t *testing.T, c *soapclient.Client) {
	t.Helper()
	if v, err := c.LicenceStatus(t.Context(), "SUPEROFFICE"); err != nil || v.Status != soapclient.StatusOk {
		t.Fatalf("LicenceStatus = %+v, %v", v, err)
	}
}

// renewed signs in with another ticket each time, which is to be renewed after an hour.
type renewed struct{ times int }

func (n *renewed) SignIn(context.Context, *soapclient.Client) (soapclient.Session, error) {
	n.times++
	return soapclient.Session{Ticket: secret.Text(fmt.Sprint("7T:", n.times)), Renew: time.Now().Add(time.Hour)}, nil
}

func TestSessionIsRenewedInTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := new(answering)
		c := &soapclient.Client{Address: soapclient.Address{Base: "http://h/Remote/", Version: "Services86"}, SignIn: new(renewed), Transport: server}
		ask(t, c)
		time.Sleep(time.Hour - time.Second)
		ask(t, c)
		time.Sleep(time.Second)
		ask(t, c)
		ask(t, c)
		if want := []string{"7T:1", "7T:1", "7T:2", "7T:2"}; !slices.Equal(server.tickets, want) {
			t.Errorf("the tickets sent are %v, want %v", server.tickets, want)
		}
	})
}

// tokens brings tokens that live for an hour, and counts them.
type tokens struct {
	life time.Duration // 0: it is not known
	n    int
}

func (o *tokens) token(context.Context) (soapclient.Token, error) {
	o.n++
	t := soapclient.Token{Text: secret.Text(fmt.Sprint("8A:Cust12345.", o.n))}
	if o.life != 0 {
		t.Expires = time.Now().Add(o.life)
	}
	return t, nil
}

const authenticated = `<Response><Associate>ada</Associate></Response><Credentials><Ticket>%s</Ticket></Credentials><AuthenticationSucceeded>true</AuthenticationSucceeded>`

// Where the access token is the ticket, it is replaced two minutes before its end; a ticket that came for it lives on.
func TestAccessTokenBecomesATicket(t *testing.T) {
	type answer = func(r *http.Request, token string) *http.Response
	says := func(content string) answer {
		return func(r *http.Request, token string) *http.Response {
			return reply(r, http.StatusOK, enveloped(r, "", "AuthenticateResponse", strings.ReplaceAll(content, "TOKEN", token)))
		}
	}
	page := func(status int) answer {
		return func(r *http.Request, _ string) *http.Response {
			return reply(r, status, "<html><title>404</title></html>")
		}
	}
	unsupported := func(r *http.Request, _ string) *http.Response {
		return reply(r, 500, `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><s:Fault>`+
			`<faultcode xmlns:a="http://schemas.microsoft.com/ws/2005/05/addressing/none">a:ActionNotSupported</faultcode><faultstring>no</faultstring></s:Fault></s:Body></s:Envelope>`)
	}
	ticket := fmt.Sprintf(authenticated, "7T:abc")
	direct, exchanged := []string{"8A:Cust12345.1", "8A:Cust12345.1", "8A:Cust12345.2"}, []string{"7T:abc", "7T:abc", "7T:abc"}
	tests := []struct {
		name    string
		version soapclient.Version
		signIn  answer
		want    []string
		who     string
		asked   int // how often the server was asked to sign in
	}{
		{"a ticket comes", "Services86", says(ticket), exchanged, "ada", 1},
		{"a ticket comes, newest version", "Services88", says(ticket), exchanged, "ada", 1},
		{"the token comes back", "Services87", says(fmt.Sprintf(authenticated, "TOKEN")), direct, "ada", 2},
		{"no ticket comes", "Services86", says(`<AuthenticationSucceeded>true</AuthenticationSucceeded>`), direct, "", 2},
		{"the server lacks the operation", "Services86", unsupported, direct, "", 2},
		{"the server lacks the service", "Services86", page(404), direct, "", 2},
		{"a version without the operation", "Services85", page(500), direct, "", 0},
		{"the oldest version", "Services84", page(500), direct, "", 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				server, source := &answering{signIn: tt.signIn}, &tokens{life: time.Hour}
				c := &soapclient.Client{Address: soapclient.Address{Base: "http://h/Remote/", Version: tt.version}, SignIn: soapclient.AccessToken{Token: source.token}, Transport: server}
				ask(t, c)
				time.Sleep(58*time.Minute - time.Second)
				ask(t, c)
				time.Sleep(time.Second)
				ask(t, c)
				if !slices.Equal(server.tickets, tt.want) || server.signIns != tt.asked {
					t.Errorf("the tickets sent are %v after %d sign-ins, want %v after %d", server.tickets, server.signIns, tt.want, tt.asked)
				}
				if p := c.Principal(); p.Associate != tt.who {
					t.Errorf("the principal is %+v, want %q", p, tt.who)
				}
			})
		})
	}
}

func TestAccessTokenNearItsEnd(t *testing.T) {
	for life, want := range map[time.Duration]int{time.Minute: 2, -time.Hour: 2, 0: 1} {
		synctest.Test(t, func(t *testing.T) {
			source := &tokens{life: life}
			s, err := soapclient.AccessToken{Token: source.token}.SignIn(t.Context(), &soapclient.Client{Address: soapclient.Address{Version: "Services84"}})
			if err != nil || !s.Renew.IsZero() && s.Renew.Before(time.Now()) || s.Renew.IsZero() != (life == 0) {
				t.Errorf("a token that ends in %v: renewal at %v (now is %v), %v", life, s.Renew, time.Now(), err)
			}
			source.n = 0
			c := &soapclient.Client{Address: soapclient.Address{Base: "http://h/Remote/", Version: "Services84"}, SignIn: soapclient.AccessToken{Token: source.token}, Transport: new(answering)}
			ask(t, c)
			ask(t, c)
			if source.n != want {
				t.Errorf("a token that ends in %v is asked for %d times in two calls, want %d", life, source.n, want)
			}
		})
	}
}

func TestAccessTokenAtASimulatedTenant(t *testing.T) {
	w := world()
	w.Sites[0].Tenant = &simulator.Tenant{ID: "Cust12345", ApplicationToken: "app & token"}
	good := true
	s, c := begin(t, w, func(s *simulator.Server) {
		s.AccessTokens = func(token string) (string, bool) { return "ADM0", good && token == "8A:Cust12345.1" }
	})
	c.AppToken = known("app & token")
	source := new(tokens)
	c.SignIn = soapclient.AccessToken{Token: source.token}
	if _, err := c.Licences(t.Context()); err != nil {
		t.Fatal(err)
	}
	if p := c.Principal(); p.FullName != "Ada Admin" || s.Requests("Head office", "AuthenticateWithAccessToken") != 1 {
		t.Errorf("principal %+v, want Ada Admin by AuthenticateWithAccessToken", p)
	}
	good = false
	_, err := soapclient.AccessToken{Token: source.token}.SignIn(t.Context(), c)
	e, ok := errors.AsType[*soapclient.Error](err)
	if !ok || e.Kind != soapclient.KindSignIn || e.Reason != soapclient.ReasonTicket || !e.Names("SoSessionException") || strings.Contains(e.Error(), "8A:") {
		t.Errorf("a token that is refused gives %+v, want reason %s", err, soapclient.ReasonTicket)
	}
	broken := errors.New("the consent is revoked")
	c = &soapclient.Client{Address: c.Address, Transport: c.Transport, SignIn: soapclient.AccessToken{
		Token: func(context.Context) (soapclient.Token, error) { return soapclient.Token{}, broken },
	}}
	if _, err := c.Licences(t.Context()); err != broken {
		t.Errorf("Token's error comes back as %v", err)
	}
}

// user is a Windows user whom a web server in front has let in.
type user struct {
	http.RoundTripper
	name string
}

func (u user) RoundTrip(r *http.Request) (*http.Response, error) {
	r.Header.Set("X-Remote-User", u.name)
	return u.RoundTripper.RoundTrip(r)
}

func TestWindowsUser(t *testing.T) {
	w := world()
	w.Sites[0].WindowsHeader, w.Sites[0].Users[0].Windows = "X-Remote-User", `EXAMPLE\ada`
	_, c := begin(t, w)
	c.SignIn = soapclient.Implicit{}
	under := c.Transport
	c.Transport = user{under, `EXAMPLE\eve`}
	_, err := c.Licences(t.Context())
	e, ok := errors.AsType[*soapclient.Error](err)
	if !ok || e.Kind != soapclient.KindSignIn || e.Reason != soapclient.ReasonCredentials || e.Op != "AuthenticateImplicit" {
		t.Errorf("a user whom NetServer does not know: %+v, want reason %s", err, soapclient.ReasonCredentials)
	}
	c.Transport = user{under, `EXAMPLE\ada`}
	if _, err := c.Licences(t.Context()); err != nil || c.Principal().FullName != "Ada Admin" {
		t.Errorf("Ada signs in as %+v, %v", c.Principal(), err)
	}
}

// A RoundTripper that knows what went wrong is believed; the error it returned stays as it was, others may hold it.
func TestTransportsOwnErrorKeepsItsReason(t *testing.T) {
	own := &soapclient.Error{Kind: soapclient.KindSignIn, Reason: soapclient.ReasonClock, Text: "the clocks differ"}
	c := &soapclient.Client{Address: soapclient.Address{Base: "http://h:8/Remote/", Version: "Services86"}, SignIn: soapclient.Implicit{}}
	c.Transport = roundTrip(func(*http.Request) (*http.Response, error) { return nil, fmt.Errorf("signing in: %w", own) })
	_, err := c.Licences(t.Context())
	e, ok := errors.AsType[*soapclient.Error](err)
	if !ok || e.Kind != own.Kind || e.Reason != own.Reason || e.Text != own.Text || e.Op != "AuthenticateImplicit" || e.Host != "h:8" {
		t.Errorf("error %+v, want that of the transport", err)
	}
	if own.Op != "" || own.Host != "" {
		t.Errorf("the transport's error was changed to %+v", own)
	}
}
