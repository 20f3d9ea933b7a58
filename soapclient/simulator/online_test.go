package simulator

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"
)

// applicationKey is the application's private key.
var applicationKey = sync.OnceValue(newKey)

const (
	applicationToken = "74252df1e0119f1913f64c6d8d000000"
	systemUserToken  = "Licence Watch-a1b2.c3d4e5" // a dot in it is no separator
)

// cloud is a world with a tenant beside the demo's sites.
func cloud() World {
	w := Demo()
	site := newSite("Cloud", "/Cust12345", company{"Cirrus AS", "1040011223"}.superOffice(w.Sites[0].Owners[0].Licence.NextCheck, 3, 200))
	site.OwnPort = false
	site.Tenant = &Tenant{ID: "Cust12345", Version: "Release_11.10_2026.02.24-02", ApplicationToken: applicationToken,
		SystemUser: &SystemUser{Token: systemUserToken, PublicKey: &applicationKey().PublicKey}}
	w.Sites = append(w.Sites, site)
	return w
}

// online is a server of cloud whose clock stands, and the address of SuperOffice Online.
func online(t *testing.T) (s *Server, c *clock, base string) {
	t.Helper()
	c = &clock{time.Date(2026, 11, 22, 12, 0, 30, 123456700, time.UTC)}
	s = New(cloud())
	s.Now = c.now
	s.AccessTokens = func(token string) (string, bool) {
		user, ok := strings.CutPrefix(token, "8A:Cust12345.")
		return user, ok
	}
	base, err := s.Start("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s, c, base
}

// by gives m the application token of an Online application.
func by(token string, m msg) string {
	return strings.Replace(m.envelope(), "></h:ApplicationToken>", ">"+token+"</h:ApplicationToken>", 1)
}

func postBy(t *testing.T, base, token string, m msg) response {
	t.Helper()
	resp, err := raw(t.Context(), base, m, nil, by(token, m))
	if err != nil {
		t.Fatalf("%s: %v", m.operation, err)
	}
	return resp
}

func fetchFrom(t *testing.T, method, url, kind, body string) response {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if kind != "" {
		req.Header.Set("Content-Type", kind)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response{resp.StatusCode, resp.Header, string(b)}
}

func TestStateAPI(t *testing.T) {
	s, _, base := online(t)
	u, err := url.Parse(s.URL("Cloud"))
	if err != nil {
		t.Fatal(err)
	}
	got := fetchFrom(t, "GET", base+"/api/state/Cust12345", "", "")
	want := `{"ContextIdentifier":"Cust12345","Endpoint":"http://` + u.Host + `/Cust12345","State":"Running","IsRunning":true,` +
		`"ValidUntil":"2026-11-22T12:05:30.1234567Z","Api":"http://` + u.Host + `/Cust12345/api","Version":"Release_11.10_2026.02.24-02"}`
	if got.status != 200 || got.body != want || got.header.Get("Content-Type") != "application/json; charset=utf-8" {
		t.Errorf("the state is %d %s\n%s\nwant\n%s", got.status, got.header.Get("Content-Type"), got.body, want)
	}
	for _, tt := range []struct {
		method, path string
		status       int
	}{{"GET", "/API/State/CUST12345", 200}, {"GET", "/api/state/Cust99999", 404}, {"GET", "/api/state/", 404}, {"POST", "/api/state/Cust12345", 405}} {
		if got := fetchFrom(t, tt.method, base+tt.path, "", ""); got.status != tt.status {
			t.Errorf("%s %s gives %d, want %d", tt.method, tt.path, got.status, tt.status)
		}
	}
	if n := s.Requests("Cloud", OperationState); n != 2 {
		t.Errorf("%d questions for the state are counted, want 2", n)
	}
}

func TestStatesOfATenant(t *testing.T) {
	s, _, base := online(t)
	m := msg{"Services86", "SoPrincipal", "GetSystemInfo", "", ""}
	for _, state := range append([]string{"Asleep"}, tenantStates...) {
		do(t, s, `Cloud state `+tenantState(state).String()[len("state "):])
		var told struct {
			State     string
			IsRunning bool
		}
		if err := json.Unmarshal([]byte(fetchFrom(t, "GET", base+"/api/state/Cust12345", "", "").body), &told); err != nil {
			t.Fatal(err)
		}
		runs := state == "Running" || state == "OnlineMaintenance"
		if told.State != state || told.IsRunning != runs {
			t.Errorf("%s is told as %+v", state, told)
		}
		want := 503
		if runs {
			want = 200
		}
		if got := postBy(t, s.URL("Cloud"), applicationToken, m); got.status != want {
			t.Errorf("%s: SOAP is answered %d, want %d", state, got.status, want)
		}
	}
	if got := post(t, s.URL("Head office"), m); got.status != 200 {
		t.Errorf("another site answers %d, want 200", got.status)
	}
}

func TestTenantMoves(t *testing.T) {
	s, _, base := online(t)
	m := msg{"Services86", "SoPrincipal", "GetSystemInfo", "", ""}
	first := s.URL("Cloud")
	if got := postBy(t, base+"/Cust12345/Remote/", applicationToken, m); got.status != 421 || !strings.Contains(got.body, "Wrong subdomain used to access tenant") {
		t.Errorf("SuperOffice Online's own host answers for a tenant %d %s", got.status, got.body)
	}
	do(t, s, "Cloud move")
	second := s.URL("Cloud")
	if first == second {
		t.Fatalf("the tenant is still at %s", first)
	}
	if got := postBy(t, first, applicationToken, m); got.status != 421 || !strings.Contains(got.body, "Wrong subdomain used to access tenant") {
		t.Errorf("the old host answers %d %s", got.status, got.body)
	}
	if got := postBy(t, second, applicationToken, m); got.status != 200 {
		t.Errorf("the new host answers %d, want 200", got.status)
	}
	if state := fetchFrom(t, "GET", base+"/api/state/Cust12345", "", "").body; !strings.Contains(state, strings.TrimSuffix(second, "/Remote/")+`"`) {
		t.Errorf("the state %s does not tell %s", state, second)
	}
	do(t, s, "Cloud move refuse")
	if s.URL("Cloud") != first {
		t.Errorf("of two hosts the next after the second is %s, want the first", s.URL("Cloud"))
	}
	if got, err := raw(t.Context(), second, m, nil, by(applicationToken, m)); err == nil {
		t.Errorf("the host that was left answers %d, want that it refuses", got.status)
	}
	if got := postBy(t, first, applicationToken, m); got.status != 200 {
		t.Errorf("the first host answers %d, want 200 again", got.status)
	}
	do(t, s, "Cloud fault refuse")
	if _, err := raw(t.Context(), first, m, nil, by(applicationToken, m)); err == nil {
		t.Error("a tenant that refuses was reached")
	}
	do(t, s, "Cloud move")
	if _, err := raw(t.Context(), second, m, nil, by(applicationToken, m)); err == nil {
		t.Error("a tenant that refuses was reached at its new host")
	}
	do(t, s, "Cloud fault none")
	if got := postBy(t, second, applicationToken, m); got.status != 200 {
		t.Errorf("after the fault the present host answers %d, want 200", got.status)
	}
}

func TestTenantTakesNoPasswordAndNoUnknownApplication(t *testing.T) {
	s, _, _ := online(t)
	base := s.URL("Cloud")
	for _, m := range []msg{signInAs("admin", string(DemoPassword)), {"Services86", "SoPrincipal", "AuthenticateImplicit", "", ""}} {
		got := postBy(t, base, applicationToken, m)
		if ok, _ := first(got.body, "AuthenticationSucceeded"); got.status != 200 || heard(got) != "SuperOffice.Exceptions.SoIllegalOperationException" || ok != "false" {
			t.Errorf("%s is answered %d %s, %s", m.operation, got.status, heard(got), ok)
		}
	}
	for _, token := range []string{"", "wrong", strings.ToUpper(applicationToken)} {
		for _, m := range []msg{
			{"Services86", "SoPrincipal", "GetSystemInfo", "", ""}, statusOf("SUPEROFFICE", "8A:Cust12345.admin"),
			{"Services86", "SoPrincipal", "AuthenticateWithAccessToken", "", "<AccessToken>8A:Cust12345.admin</AccessToken>"},
		} {
			got := postBy(t, base, token, m)
			if text, _ := first(got.body, "Message"); heard(got) != noSession || !strings.Contains(text, "application token") {
				t.Errorf("%s with the application token %q is answered %s, %q", m.operation, token, heard(got), text)
			}
		}
	}
}

func TestAccessTokens(t *testing.T) {
	s, _, _ := online(t)
	base := s.URL("Cloud")
	with := func(v, token string) msg {
		return msg{v, "SoPrincipal", "AuthenticateWithAccessToken", "", "<AccessToken>" + token + "</AccessToken>"}
	}
	got := postBy(t, base, applicationToken, with("Services86", "8A:Cust12345.ada@example.com"))
	ticket, _ := first(got.body, "Ticket")
	if associate, _ := first(got.body, "Associate"); associate != "admin" || heard(postBy(t, base, applicationToken, statusOf("SUPEROFFICE", ticket))) != "Ok" {
		t.Errorf("an access token signs in %q with the ticket %q: %s", associate, ticket, got.body)
	}
	if id, _ := first(got.body, "DatabaseContextIdentifier"); id != "Cust12345" || !strings.HasSuffix(plainTicket(t, ticket), ";Cust12345") {
		t.Errorf("the tenant is %q, the ticket %q", id, plainTicket(t, ticket))
	}
	for _, token := range []string{"8A:Other.admin", "8A:Cust12345.nobody", "", ticket} {
		got := postBy(t, base, applicationToken, with("Services88", token))
		if ok, _ := first(got.body, "AuthenticationSucceeded"); heard(got) != noSession || ok != "false" {
			t.Errorf("the token %q is answered %s, %s", token, heard(got), ok)
		}
	}
	if got := postBy(t, base, applicationToken, with("Services85", "8A:Cust12345.admin")); got.status != 500 {
		t.Errorf("Services85, which lacks the operation, answers %d", got.status)
	}
	for _, v := range versions {
		m := statusOf("SUPEROFFICE", "8A:Cust12345.admin")
		m.services = v
		want := noSession
		if v >= "Services86" {
			want = "Ok"
		}
		if got := heard(postBy(t, base, applicationToken, m)); got != want {
			t.Errorf("%s: an access token as ticket gives %q, want %q", v, got, want)
		}
	}
	if got := heard(postBy(t, base, applicationToken, statusOf("SUPEROFFICE", "8A:Cust12345.reader"))); got != noRight {
		t.Errorf("the token of one who is no administrator gives %q, want %q", got, noRight)
	}
	if got := heard(post(t, s.URL("Head office"), statusOf("SUPEROFFICE", "8A:Cust12345.admin"))); got != noSession {
		t.Errorf("on site an access token gives %q, want %q", got, noSession)
	}
	do(t, s, "Cloud consent Revoked")
	for _, token := range []string{ticket, "8A:Cust12345.admin"} {
		if got := heard(postBy(t, base, applicationToken, statusOf("SUPEROFFICE", token))); got != noSession {
			t.Errorf("after the consent was revoked %q gives %q, want %q", token, got, noSession)
		}
	}
	do(t, s, "Cloud consent Active")
	if got := heard(postBy(t, base, applicationToken, statusOf("SUPEROFFICE", "8A:Cust12345.admin"))); got != "Ok" {
		t.Errorf("after a new consent the token gives %q, want Ok", got)
	}
}

func TestExchangesOfOnlineAreTold(t *testing.T) {
	s := New(cloud())
	told := make(chan Exchange, 2)
	s.OnRequest = func(ex Exchange) { told <- ex }
	base, err := s.Start("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	state := fetchFrom(t, "GET", base+"/api/state/Cust12345", "", "")
	if ex := <-told; ex.Site != "Cloud" || ex.Operation != OperationState || ex.Status != 200 || string(ex.Reply) != state.body {
		t.Errorf("the question for the state is told as %+v", ex)
	}
	exchangeOf(t, base, "x", "y", "Cust12345", "JWT")
	if ex := <-told; ex.Operation != OperationSystemUser || ex.Method != "POST" || !strings.Contains(string(ex.Request), `"SignedSystemToken":"x"`) {
		t.Errorf("the exchange is told as %+v", ex)
	}
}
