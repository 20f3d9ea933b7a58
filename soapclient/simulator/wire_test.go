package simulator

import (
	"context"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
)

// msg is a request as a client writes it: by hand, so that nothing of the server's own code makes it.
type msg struct {
	services, service, operation string
	ticket                       string
	body                         string // the wrapper's content
}

func ns(services string) string { return "http://www.superoffice.net/ws/crm/NetServer/" + services }

// envelope is the message in the form of domain.md §1.8.
func (m msg) envelope() string {
	credentials := ""
	if m.service == "License" {
		credentials = fmt.Sprintf(`<h:Credentials xmlns:h="%s"><h:Ticket>%s</h:Ticket></h:Credentials>`, ns(m.services), m.ticket)
	}
	return fmt.Sprintf(`<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Header>`+
		`<h:ApplicationToken xmlns:h="%[1]s"></h:ApplicationToken>%[2]s</s:Header><s:Body>`+
		`<%[3]s xmlns="%[1]s">%[4]s</%[3]s></s:Body></s:Envelope>`, ns(m.services), credentials, m.operation, m.body)
}

func (m msg) action() string {
	return `"` + ns(m.services) + "/" + m.service + "/" + m.operation + `"`
}

// response is an HTTP answer, read whole.
type response struct {
	status int
	header http.Header
	body   string
}

// raw sends any bytes to a service of a site and gives what came back.
func raw(ctx context.Context, base string, m msg, header http.Header, body string) (response, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, base+m.services+"/"+m.service+".svc", strings.NewReader(body))
	if err != nil {
		return response{}, err
	}
	req.Header.Set("Content-Type", "text/xml; charset=utf-8")
	req.Header.Set("SOAPAction", m.action())
	for k, v := range header {
		req.Header[k] = v
	}
	client := &http.Client{
		Transport:     &http.Transport{DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	resp, err := client.Do(req)
	if err != nil {
		return response{}, err
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	return response{resp.StatusCode, resp.Header, string(b)}, err
}

// post sends m as it should be sent.
func post(t *testing.T, base string, m msg) response {
	t.Helper()
	resp, err := raw(t.Context(), base, m, nil, m.envelope())
	if err != nil {
		t.Fatalf("%s: %v", m.operation, err)
	}
	return resp
}

// first returns the text of the first element of that local name, and whether there is one.
func first(doc, local string) (string, bool) {
	d := xml.NewDecoder(strings.NewReader(doc))
	for {
		token, err := d.Token()
		if err != nil {
			return "", false
		}
		if start, ok := token.(xml.StartElement); ok && start.Name.Local == local {
			var text string
			if err := d.DecodeElement(&text, &start); err != nil {
				return "", false
			}
			return text, true
		}
	}
}

func signInAs(user, password string) msg {
	return msg{"Services86", "SoPrincipal", "AuthenticateUsernamePassword", "",
		"<UserName>" + user + "</UserName><Password>" + password + "</Password>"}
}

// signIn returns a ticket of the demo's administrator.
func signIn(t *testing.T, base string) string {
	t.Helper()
	ticket, _ := first(post(t, base, signInAs("admin", string(DemoPassword))).body, "Ticket")
	if !strings.HasPrefix(ticket, "7T:") {
		t.Fatalf("signing in gave the ticket %q", ticket)
	}
	return ticket
}

func statusOf(owner, ticket string) msg {
	return msg{"Services86", "License", "GetLicenseStatusFromLicenseServer", ticket, "<OwnerName>" + owner + "</OwnerName>"}
}

// started returns a server of w on sockets, for as long as the test lives.
func started(t *testing.T, w World) *Server {
	t.Helper()
	s := New(w)
	if _, err := s.Start("127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

func do(t *testing.T, s *Server, line string) {
	t.Helper()
	if err := s.Do(line); err != nil {
		t.Fatal(err)
	}
}

func TestBuildIsAsLargeAsAskedFor(t *testing.T) {
	s := started(t, Build(2, 1, 50))
	base := s.URL("Site 002")
	reply := post(t, base, msg{"Services88", "License", "GetLicenseForAllOwnersFromDB", signIn(t, base), ""})
	if kb := len(reply.body) / 1000; kb < 138 || kb > 148 {
		t.Errorf("an owner of 50 modules fills %d KB, want about 143", kb)
	}
	if n := strings.Count(reply.body, "<ExtendedModuleLicense>"); n != 50 {
		t.Errorf("the reply has %d modules, want 50", n)
	}
}
