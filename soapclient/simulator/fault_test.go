package simulator

import (
	"context"
	"encoding/xml"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// eventually waits for cond, which a socket or another goroutine makes true soon.
func eventually(t *testing.T, what string, cond func() bool) {
	t.Helper()
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	deadline := time.After(10 * time.Second)
	for !cond() {
		select {
		case <-deadline:
			t.Fatalf("after 10 s still not: %s", what)
		case <-tick.C:
		}
	}
}

func isWhole(doc string) bool {
	d := xml.NewDecoder(strings.NewReader(doc))
	for {
		if _, err := d.Token(); err != nil {
			return errors.Is(err, io.EOF)
		}
	}
}

func TestFaultsThatAnswer(t *testing.T) {
	s := started(t, Demo())
	base := s.URL("Head office")
	m := statusOf("SUPEROFFICE", signIn(t, base))
	good := post(t, base, m)
	tests := []struct {
		fault string
		holds func(response) bool
	}{
		{"http 503", func(r response) bool {
			return r.status == 503 && strings.Contains(r.body, "<html>") && r.header.Get("Retry-After") == ""
		}},
		{"http 503 retry-after 1m30s", func(r response) bool { return r.status == 503 && r.header.Get("Retry-After") == "90" }},
		{"http 401", func(r response) bool { return r.status == 401 && r.header.Get("WWW-Authenticate") == "Negotiate" }},
		{"http 421", func(r response) bool { return r.status == 421 && strings.Contains(r.body, "Wrong subdomain") }},
		{"html", func(r response) bool { return r.status == 200 && r.header.Get("Content-Type") == "text/html" }},
		{`redirect "http://127.0.0.1:9/x"`, func(r response) bool { return r.status == 307 && r.header.Get("Location") == "http://127.0.0.1:9/x" }},
		{"soapfault", func(r response) bool {
			code, _ := first(r.body, "faultcode")
			kind, _ := first(r.body, "Type")
			return r.status == 500 && code == "a:InternalServiceFault" && kind == "System.NullReferenceException"
		}},
		{`exception "The <database> is busy"`, func(r response) bool {
			text, _ := first(r.body, "FriendlyText")
			ok, _ := first(r.body, "Succeeded")
			return r.status == 200 && text == "The <database> is busy" && ok == "false"
		}},
		{`exception-type SoSentryException "No <right>"`, func(r response) bool {
			text, _ := first(r.body, "Message")
			return r.status == 200 && heard(r) == noRight && text == "No <right>" && !strings.Contains(r.body, "<h:InnerException>")
		}},
		{`exception-type SoLicenseException "Unreachable" inner EndpointNotFoundException "No endpoint"`, func(r response) bool {
			return r.status == 200 && heard(r) == noLicence && strings.Contains(r.body, "<h:InnerException><h:Message>No endpoint<") &&
				strings.Contains(r.body, "<h:ExceptionType>System.ServiceModel.EndpointNotFoundException<")
		}},
		{`exception-type System.TimeoutException "Late"`, func(r response) bool { return heard(r) == "System.TimeoutException" }},
		{"switched-off", func(r response) bool {
			text, _ := first(r.body, "Message")
			return r.status == 200 && strings.Contains(text, "AllowWebServiceRequests")
		}},
		{"lacks Services85 Services86", func(r response) bool {
			return r.status == 404 && r.header.Get("Content-Type") == "text/html" && strings.Contains(r.body, "404 - File")
		}},
		{"lacks Services86 soapfault", func(r response) bool {
			code, _ := first(r.body, "faultcode")
			return r.status == 500 && code == "a:ActionNotSupported" && strings.Contains(r.body, ns("Services86"))
		}},
		{"truncated", func(r response) bool {
			return r.status == 200 && strings.HasPrefix(good.body, r.body) && len(r.body) == len(good.body)/2 && !isWhole(r.body)
		}},
		{"namespace", func(r response) bool {
			return r.status == 200 && isWhole(r.body) && strings.Contains(r.body, "tempuri") && !strings.Contains(r.body, ns("Services86"))
		}},
		{"large", func(r response) bool { return r.status == 200 && len(r.body) > 16<<20 && isWhole(r.body) }},
		{"session", func(r response) bool { return heard(r) == noSession }},
	}
	for _, tt := range tests {
		t.Run(tt.fault, func(t *testing.T) {
			do(t, s, "Head office fault "+tt.fault)
			if got := post(t, base, m); !tt.holds(got) {
				t.Errorf("with the fault the answer is %d %v %.1000s", got.status, got.header, got.body)
			}
			do(t, s, "Head office fault none")
			if got := post(t, base, m); got.body != good.body {
				t.Errorf("after the fault the answer is %d %s, want what it was before", got.status, got.body)
			}
		})
	}
}

func TestFaultsOfSignIn(t *testing.T) {
	s := started(t, Demo())
	base := s.URL("Head office")
	old := statusOf("SUPEROFFICE", signIn(t, base))
	do(t, s, "Head office fault expire-tickets")
	if got := heard(post(t, base, old)); got != noSession {
		t.Errorf("an expired ticket gives %q, want %q", got, noSession)
	}
	fresh := statusOf("SUPEROFFICE", signIn(t, base))
	if got := heard(post(t, base, fresh)); got != "Ok" {
		t.Errorf("a new ticket gives %q, want Ok", got)
	}
	do(t, s, "Head office fault bad-password")
	if got := heard(post(t, base, fresh)); got != noSession {
		t.Errorf("the ticket of a changed password gives %q, want %q", got, noSession)
	}
	if ok, _ := first(post(t, base, signInAs("admin", string(DemoPassword))).body, "AuthenticationSucceeded"); ok != "false" {
		t.Errorf("with a changed password AuthenticationSucceeded is %q, want false", ok)
	}
	do(t, s, "Head office fault none")
	signIn(t, base)
}

func TestWhatReachesSignIn(t *testing.T) {
	s := started(t, Demo())
	base := s.URL("Head office")
	do(t, s, `Head office fault exception-type SoLicenseException "Not now"`)
	signIn(t, base)
	do(t, s, "Head office fault switched-off")
	got := post(t, base, signInAs("admin", string(DemoPassword)))
	if ok, _ := first(got.body, "AuthenticationSucceeded"); ok != "false" || heard(got) != "SuperOffice.Exceptions.SoIllegalOperationException" {
		t.Errorf("where web services are switched off a sign-in is answered %s, %s", ok, heard(got))
	}
}

func TestVersionsThatAreNotThere(t *testing.T) {
	s := started(t, Demo())
	base := s.URL("Head office")
	for fault, want := range map[string]int{"lacks Services87 Services88": 404, "lacks Services87 Services88 soapfault": 500} {
		do(t, s, "Head office fault "+fault)
		for _, v := range versions {
			m := msg{v, "SoPrincipal", "GetSystemInfo", "", ""}
			expect := 200
			if v >= "Services87" {
				expect = want
			}
			if got := post(t, base, m); got.status != expect {
				t.Errorf("fault %s: %s is answered %d, want %d", fault, v, got.status, expect)
			}
		}
	}
}

func TestExceptionOfASiteLetsSignInGoOn(t *testing.T) {
	s := started(t, Demo())
	do(t, s, `Head office fault exception "Not now"`)
	signIn(t, s.URL("Head office"))
}

func TestFaultOfAnOwnerLeavesTheOthersAlone(t *testing.T) {
	s := started(t, Demo())
	base := s.URL("Head office")
	ticket := signIn(t, base)
	do(t, s, "Head office ACMEADDON fault http 502")
	for owner, want := range map[string]int{"ACMEADDON": 502, "acmeaddon": 502, "SUPEROFFICE": 200} {
		if got := post(t, base, statusOf(owner, ticket)); got.status != want {
			t.Errorf("%s is answered %d, want %d", owner, got.status, want)
		}
	}
	if got := post(t, base, msg{"Services86", "License", "GetLicenseForAllOwnersFromDB", ticket, ""}); got.status != 200 {
		t.Errorf("the database is answered %d, want 200", got.status)
	}
}

func TestFaultsOfTheConnection(t *testing.T) {
	s := started(t, Demo())
	base := s.URL("Head office")
	m := statusOf("SUPEROFFICE", signIn(t, base))
	tests := []struct {
		fault string
		holds func(response, error) bool
	}{
		{"refuse", func(_ response, err error) bool {
			op, ok := errors.AsType[*net.OpError](err)
			return ok && op.Op == "dial"
		}},
		{"reset", func(_ response, err error) bool {
			op, ok := errors.AsType[*net.OpError](err)
			return ok && op.Op == "read"
		}},
		{"cut", func(r response, err error) bool { return errors.Is(err, io.ErrUnexpectedEOF) && r.status == 200 }},
	}
	for _, tt := range tests {
		t.Run(tt.fault, func(t *testing.T) {
			do(t, s, "Head office fault "+tt.fault)
			if got, err := raw(t.Context(), base, m, nil, m.envelope()); !tt.holds(got, err) {
				t.Errorf("with the fault: %d, %v", got.status, err)
			}
			if got := post(t, s.URL("Nordlys"), signInAs("", "")); got.status != 200 {
				t.Errorf("another site answers %d meanwhile, want 200", got.status)
			}
			do(t, s, "Head office fault none")
			if got := heard(post(t, base, m)); got != "Ok" {
				t.Errorf("after the fault the same address answers %q, want Ok", got)
			}
		})
	}
}

func TestRefusedSiteIsResetAtTheSharedPort(t *testing.T) {
	s := New(Demo())
	shared, err := s.Start("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	do(t, s, "Head office fault refuse")
	m := signInAs("", "")
	if got, err := raw(t.Context(), shared+"/HeadOffice/Remote/", m, nil, m.envelope()); err == nil {
		t.Errorf("the shared port answers %d for a site that refuses", got.status)
	}
	if got := post(t, shared+"/Oslo/Remote/", m); got.status != 200 {
		t.Errorf("the shared port answers %d for another site, want 200", got.status)
	}
}

func TestSiteThatRefusedBeforeStartIsReachedAfterwards(t *testing.T) {
	s := New(Demo())
	do(t, s, "Head office fault refuse")
	if _, err := s.Start("127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	m := signInAs("", "")
	if _, err := raw(t.Context(), s.URL("Head office"), m, nil, m.envelope()); err == nil {
		t.Error("a site that refuses was reached")
	}
	do(t, s, "Head office fault none")
	post(t, s.URL("Head office"), m)
}

// inProcess answers m for the head office without a socket.
func inProcess(ctx context.Context, s *Server, m msg) *httptest.ResponseRecorder {
	req := httptest.NewRequestWithContext(ctx, http.MethodPost, "/HeadOffice/Remote/"+m.services+"/"+m.service+".svc", strings.NewReader(m.envelope()))
	req.Header.Set("Content-Type", "text/xml; charset=utf-8")
	req.Header.Set("SOAPAction", m.action())
	rec := httptest.NewRecorder()
	s.ServeHTTP(rec, req)
	return rec
}

func TestSlowAnswerIsRightAndLate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := New(Demo())
		do(t, s, "Head office fault slow 5s")
		began := time.Now()
		rec := inProcess(t.Context(), s, signInAs("admin", string(DemoPassword)))
		if took := time.Since(began); took != 5*time.Second || !strings.Contains(rec.Body.String(), ">true</AuthenticationSucceeded>") {
			t.Errorf("after %v the answer is %d %s", took, rec.Code, rec.Body)
		}
	})
}

func TestHangingAnswerComesWhenTheFaultEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := New(Demo())
		do(t, s, "Head office fault hang")
		var rec *httptest.ResponseRecorder
		go func() { rec = inProcess(t.Context(), s, signInAs("admin", string(DemoPassword))) }()
		time.Sleep(time.Hour) // fake time
		synctest.Wait()
		if rec != nil {
			t.Fatal("there was an answer while the site hangs")
		}
		if n := s.Requests("Head office", "AuthenticateUsernamePassword"); n != 1 {
			t.Errorf("%d requests are counted while one hangs, want 1", n)
		}
		do(t, s, "Head office ACMEADDON fault soapfault") // another fault does not end this one
		synctest.Wait()
		if rec != nil {
			t.Fatal("a fault of an owner ended the site's")
		}
		do(t, s, "Head office fault none")
		synctest.Wait()
		if rec == nil || !strings.Contains(rec.Body.String(), ">true</AuthenticationSucceeded>") {
			t.Errorf("once the fault has ended the answer is %v", rec)
		}
	})
}

func TestClientThatLeavesEndsItsHangingRequest(t *testing.T) {
	s := New(Demo())
	heard := make(chan Exchange, 1)
	s.OnRequest = func(ex Exchange) { heard <- ex }
	if _, err := s.Start("127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	do(t, s, "Head office fault hang")
	ctx, leave := context.WithCancel(t.Context())
	m := signInAs("", "")
	gone := make(chan error, 1)
	go func() {
		_, err := raw(ctx, s.URL("Head office"), m, nil, m.envelope())
		gone <- err
	}()
	eventually(t, "the request came in", func() bool { return s.Requests("", "") == 1 })
	leave()
	if err := <-gone; !errors.Is(err, context.Canceled) {
		t.Errorf("the client left with %v", err)
	}
	if ex := <-heard; ex.Status != 0 || ex.Reply != nil {
		t.Errorf("a client that left was answered %d %s", ex.Status, ex.Reply)
	}
}

func TestCloseEndsWhatHangs(t *testing.T) {
	s := started(t, Demo())
	do(t, s, "Head office fault hang")
	do(t, s, "Branch Oslo fault slow 1h")
	ended := make(chan error, 2)
	for _, site := range []string{"Head office", "Branch Oslo"} {
		url := s.URL(site)
		go func() {
			m := signInAs("", "")
			_, err := raw(t.Context(), url, m, nil, m.envelope())
			ended <- err
		}()
	}
	eventually(t, "both requests came in", func() bool { return s.Requests("", "") == 2 })
	s.Close()
	for range 2 {
		if err := <-ended; err == nil {
			t.Error("a hanging request was answered when the server closed")
		}
	}
	if err := s.Do("Head office fault none"); err == nil {
		t.Error("a closed server takes a change")
	}
}
