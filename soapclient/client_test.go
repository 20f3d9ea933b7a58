package soapclient_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"licensewatch/internal/secret"
	"licensewatch/soapclient"
	"licensewatch/soapclient/simulator"
)

// world is one site with two owners and an administrator.
func world() simulator.World {
	w := simulator.Build(1, 2, 50)
	w.Sites[0].Name, w.Sites[0].Path, w.Sites[0].OwnPort = "Head office", "/HeadOffice", true
	w.Sites[0].Users = []simulator.User{
		{Name: "ADM0", Password: "s3cret & <more>", FullName: "Ada Admin", Admin: true},
		{Name: "guest", Password: "x"},
	}
	return w
}

// single is a site with one owner of 50 modules: its all-owners reply has about 143 KB.
func single() simulator.World {
	w := world()
	w.Sites[0].Owners = w.Sites[0].Owners[:1]
	return w
}

// begin starts a simulated NetServer and returns it with a client of it.
func begin(t testing.TB, w simulator.World, set ...func(*simulator.Server)) (*simulator.Server, *soapclient.Client) {
	t.Helper()
	s := simulator.New(w)
	for _, f := range set {
		f(s)
	}
	if _, err := s.Start("127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	transport := soapclient.NewTransport(soapclient.TransportOptions{})
	t.Cleanup(transport.CloseIdleConnections)
	return s, &soapclient.Client{
		Address:   soapclient.Address{Base: s.URL("Head office"), Version: "Services86"},
		SignIn:    soapclient.Password{User: "ADM0", Secret: known("s3cret & <more>")},
		Transport: transport,
	}
}

func known(s secret.Text) func(context.Context) (secret.Text, error) {
	return func(context.Context) (secret.Text, error) { return s, nil }
}

func do(t *testing.T, s *simulator.Server, line string) {
	t.Helper()
	if err := s.Do(line); err != nil {
		t.Fatal(err)
	}
}

func TestEveryOperationOnEveryVersion(t *testing.T) {
	for _, documented := range []bool{false, true} {
		w := world()
		w.Sites[0].Documented = documented
		s, c := begin(t, w)
		do(t, s, `Head office SUPEROFFICE status UseCustomMessageAndUrl`)
		do(t, s, `Head office SUPEROFFICE message "Renew <soon> & well" url "https://shop.example/renew?a=1&b=2"`)
		for _, version := range soapclient.Versions {
			t.Run(string(version), func(t *testing.T) {
				c := &soapclient.Client{Address: soapclient.Address{Base: c.Address.Base, Version: version}, SignIn: c.SignIn, Transport: c.Transport}
				v, err := c.LicenceStatus(t.Context(), "SUPEROFFICE")
				if err != nil || v.Status != soapclient.StatusUseCustomMessageAndURL || v.Message != "Renew <soon> & well" || v.URL != "https://shop.example/renew?a=1&b=2" {
					t.Errorf("LicenceStatus = %+v, %v", v, err)
				}
				checkOperations(t, c, w.Sites[0].Owners[0].Licence)
			})
		}
	}
}

func checkOperations(t *testing.T, c *soapclient.Client, want simulator.Licence) {
	t.Helper()
	ctx := t.Context()
	all, err := c.Licences(ctx)
	if err != nil || len(all) != 2 {
		t.Fatalf("Licences = %d, %v; want 2", len(all), err)
	}
	one, err := c.Licence(ctx, "SUPEROFFICE")
	if err != nil || one == nil {
		t.Fatalf("Licence = %v, %v", one, err)
	}
	issued, err := c.LicenceFromIssuer(ctx, "SUPEROFFICE")
	if err != nil || issued == nil || issued.Current == nil {
		t.Fatalf("LicenceFromIssuer = %+v, %v", issued, err)
	}
	for _, l := range []*soapclient.Licence{&all[0], one, issued} {
		terms := l.Current
		if terms == nil || terms.Owner != "SUPEROFFICE" || terms.Company != want.Company || terms.Serial != want.Serial {
			t.Fatalf("terms %+v, want company %s and serial %s", terms, want.Company, want.Serial)
		}
		if terms.Expiry != want.Expiry || terms.Grace != want.Grace || terms.AdminWarning != want.Warning || terms.Maintenance != want.Maintenance || terms.NextCheck != want.NextCheck {
			t.Errorf("dates %+v, want those of %+v", terms, want)
		}
		if len(l.Modules) != len(want.Modules) {
			t.Fatalf("%d modules, want %d", len(l.Modules), len(want.Modules))
		}
		for i, m := range l.Modules {
			w := want.Modules[i]
			if m.Current.Name != w.Name || m.Current.Description != w.Description || m.Current.Tooltip != w.Tooltip || m.Total != w.Total ||
				m.InUse != w.InUse || m.Current.Hidden != w.Hidden || m.Current.Unrestricted != w.Unrestricted || m.Current.ExtraInfo != w.ExtraInfo {
				t.Errorf("module %d is %+v of %+v, want %+v", i, m, m.Current, w)
			}
		}
	}
	info, err := c.SystemInfo(ctx)
	if err != nil || info.Serial != want.Serial || info.Company == "" || info.Version == "" {
		t.Errorf("SystemInfo = %+v, %v; want serial %s", info, err, want.Serial)
	}
	if v, err := c.LicenceStatus(ctx, "SUPEROFFICE"); err != nil || v.Status == "" {
		t.Errorf("LicenceStatus = %+v, %v", v, err)
	}
	if none, err := c.Licence(ctx, "NOBODY"); none != nil || err != nil {
		t.Errorf("the licence of an owner that is not there = %v, %v; want none", none, err)
	}
}

func TestErrorsByKind(t *testing.T) {
	tests := []struct {
		name, fault string
		kind        soapclient.Kind
		reason      soapclient.Reason
		says        string
	}{
		{"connection refused", "refuse", soapclient.KindNetwork, soapclient.ReasonRefused, "refused"},
		{"connection reset", "reset", soapclient.KindNetwork, soapclient.ReasonCut, "cut"},
		{"connection cut in the answer", "cut", soapclient.KindNetwork, soapclient.ReasonCut, "cut"},
		{"server that hangs", "hang", soapclient.KindTimeout, "", "no answer"},
		{"HTTP 503", "http 503", soapclient.KindHTTP, soapclient.ReasonUnavailable, "503"},
		{"HTTP 404", "http 404", soapclient.KindHTTP, soapclient.ReasonNotFound, "404"},
		{"HTTP 401", "http 401", soapclient.KindSignIn, soapclient.ReasonWebServer, "401"},
		{"HTTP 407", "http 407", soapclient.KindProxy, soapclient.ReasonProxySignIn, "407"},
		{"SOAP fault", "soapfault", soapclient.KindFault, "", "fault"},
		{"NetServer exception", `exception "The licence server is away"`, soapclient.KindServer, "", "The licence server is away"},
		{"truncated reply", "truncated", soapclient.KindContract, "", "ends in the middle"},
		{"HTML page", "html", soapclient.KindHTTP, soapclient.ReasonPage, "web page"},
		{"foreign namespace", "namespace", soapclient.KindContract, "", "namespace"},
		{"reply that never ends", "large", soapclient.KindContract, "", "16 MiB"},
		{"redirect to another host", `redirect "http://127.0.0.2:9/evil"`, soapclient.KindHTTP, soapclient.ReasonElsewhere, "127.0.0.2"},
		{"wrong password", "bad-password", soapclient.KindSignIn, soapclient.ReasonCredentials, "sign-in"},
		{"ticket refused for ever", "session", soapclient.KindSignIn, soapclient.ReasonTicket, "ticket"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s, c := begin(t, world())
			do(t, s, "Head office fault "+tt.fault)
			ctx := t.Context()
			if tt.fault == "hang" {
				var cancel context.CancelFunc
				ctx, cancel = context.WithTimeout(ctx, 100*time.Millisecond)
				defer cancel()
			}
			_, err := c.LicenceStatus(ctx, "SUPEROFFICE")
			e, ok := errors.AsType[*soapclient.Error](err)
			if !ok || e.Kind != tt.kind || e.Reason != tt.reason || !strings.Contains(err.Error(), tt.says) {
				t.Fatalf("error %v (%+v), want kind %s, reason %q, saying %q", err, e, tt.kind, tt.reason, tt.says)
			}
			if strings.Contains(err.Error(), "   at ") || strings.Contains(err.Error(), "s3cret") {
				t.Errorf("the error shows a stack trace or a secret: %v", err)
			}
		})
	}
}

func TestRetryAfterIsRead(t *testing.T) {
	s, c := begin(t, world())
	do(t, s, "Head office fault http 503 retry-after 30s")
	_, err := c.LicenceStatus(t.Context(), "SUPEROFFICE")
	if e, ok := errors.AsType[*soapclient.Error](err); !ok || e.RetryAfter != 30*time.Second {
		t.Errorf("error %+v, want a retry after 30s", e)
	}
}

func TestMissingRightIsNamed(t *testing.T) {
	_, c := begin(t, world())
	c.SignIn = soapclient.Password{User: "guest", Secret: known("x")}
	_, err := c.Licences(t.Context())
	if e, ok := errors.AsType[*soapclient.Error](err); !ok || e.Kind != soapclient.KindServer || !e.Names("SoSentryException") {
		t.Errorf("error %+v, want a SoSentryException", e)
	}
}

func TestNameWithoutAddress(t *testing.T) {
	_, c := begin(t, world())
	c.Address.Base = "http://nowhere.invalid/Remote/"
	_, err := c.SystemInfo(t.Context())
	if e, ok := errors.AsType[*soapclient.Error](err); !ok || e.Kind != soapclient.KindDNS || !strings.Contains(e.Text, "nowhere.invalid") {
		t.Errorf("error %v, want kind %s and the name", err, soapclient.KindDNS)
	}
}

func TestCancelledCallIsNoServerError(t *testing.T) {
	s, c := begin(t, world())
	do(t, s, "Head office fault hang")
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(50*time.Millisecond, cancel)
	_, err := c.Licences(ctx)
	if _, ok := errors.AsType[*soapclient.Error](err); ok || !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want context.Canceled", err)
	}
}

func TestTicketIsReused(t *testing.T) {
	s, c := begin(t, world())
	for range 3 {
		if _, err := c.LicenceStatus(t.Context(), "SUPEROFFICE"); err != nil {
			t.Fatal(err)
		}
	}
	if n := s.Requests("Head office", "AuthenticateUsernamePassword"); n != 1 {
		t.Errorf("%d sign-ins for three calls, want 1", n)
	}
	do(t, s, "Head office fault expire-tickets")
	if _, err := c.LicenceStatus(t.Context(), "SUPEROFFICE"); err != nil {
		t.Errorf("after the tickets expired: %v", err)
	}
	if n := s.Requests("Head office", "AuthenticateUsernamePassword"); n != 2 {
		t.Errorf("%d sign-ins, want one more", n)
	}
}

func TestRefusedTicketBringsOneSignIn(t *testing.T) {
	s, c := begin(t, world())
	do(t, s, "Head office fault session")
	_, err := c.LicenceStatus(t.Context(), "SUPEROFFICE")
	if err == nil {
		t.Fatal("a site that takes no ticket answers")
	}
	if n := s.Requests("Head office", "AuthenticateUsernamePassword"); n != 2 {
		t.Errorf("%d sign-ins, want 2: the first and one more", n)
	}
}

func TestConcurrentCallsShareOneSignIn(t *testing.T) {
	s, c := begin(t, world())
	for round, line := range []string{"", "Head office fault expire-tickets"} {
		if line != "" {
			do(t, s, line)
		}
		var wg sync.WaitGroup
		for range 20 {
			wg.Go(func() {
				if _, err := c.LicenceStatus(t.Context(), "SUPEROFFICE"); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if n := s.Requests("Head office", "AuthenticateUsernamePassword"); n != round+1 {
			t.Errorf("%d sign-ins after round %d, want %d", n, round, round+1)
		}
	}
}

func TestReadyTicket(t *testing.T) {
	var ticket secret.Text
	_, c := begin(t, world(), func(s *simulator.Server) {
		s.OnRequest = func(x simulator.Exchange) {
			if _, after, ok := strings.Cut(string(x.Reply), "<Ticket>"); ok && x.Operation == "AuthenticateUsernamePassword" {
				plain, _, _ := strings.Cut(after, "</Ticket>")
				ticket = secret.Text(plain)
			}
		}
	})
	if _, err := c.Licences(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name   string
		ticket secret.Text
		kind   soapclient.Kind
	}{{"good", ticket, ""}, {"bad", "7T:bm90aGluZw==", soapclient.KindSignIn}} {
		t.Run(tt.name, func(t *testing.T) {
			ready := &soapclient.Client{Address: c.Address, SignIn: soapclient.Ticket{Secret: known(tt.ticket)}, Transport: c.Transport}
			_, err := ready.Licences(t.Context())
			e, _ := errors.AsType[*soapclient.Error](err)
			if (err != nil) != (tt.kind != "") || e != nil && e.Kind != tt.kind {
				t.Errorf("error %v, want kind %q", err, tt.kind)
			}
		})
	}
}

func TestRedirectsCarryNothingElsewhere(t *testing.T) {
	var got sync.Map
	other := &http.Server{Handler: http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { got.Store(r.URL.Path, true) })}
	defer other.Close()
	listener := listen(t)
	go other.Serve(listener)
	s, c := begin(t, world())
	do(t, s, `Head office fault redirect "http://`+listener.Addr().String()+`/steal"`)
	if _, err := c.Licences(t.Context()); err == nil {
		t.Error("a redirect to another host is followed")
	}
	if _, reached := got.Load("/steal"); reached {
		t.Error("the other host was asked")
	}
}

func TestGateIsHeldForEachRequest(t *testing.T) {
	_, c := begin(t, world())
	inside, passed := 0, 0
	c.Gate = func(context.Context) (func(), error) {
		inside, passed = inside+1, passed+1
		return func() { inside-- }, nil
	}
	if _, err := c.Licences(t.Context()); err != nil {
		t.Fatal(err)
	}
	if inside != 0 || passed != 2 {
		t.Errorf("%d left inside, %d passed; want none, and one each for the sign-in and the call", inside, passed)
	}
	closed := errors.New("closed")
	c.Gate = func(context.Context) (func(), error) { return nil, closed }
	if _, err := c.Licences(t.Context()); !errors.Is(err, closed) {
		t.Errorf("a closed gate gives %v", err)
	}
}

func TestPrincipal(t *testing.T) {
	_, c := begin(t, world())
	if _, err := c.Licences(t.Context()); err != nil {
		t.Fatal(err)
	}
	if p := c.Principal(); p.FullName != "Ada Admin" || len(p.Rights) == 0 {
		t.Errorf("principal %+v, want Ada Admin with her rights", p)
	}
}
