package windows_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"licensewatch/internal/peers"
	"licensewatch/soapclient"
	"licensewatch/soapclient/simulator"
)

// client is of the NetServer behind a web server.
func client(t *testing.T, web string, transport http.RoundTripper) *soapclient.Client {
	t.Helper()
	address, err := soapclient.ParseAddress(web + "/HeadOffice/Remote/Services86/")
	if err != nil {
		t.Fatal(err)
	}
	return &soapclient.Client{Address: address, Transport: transport, SignIn: soapclient.Implicit{}}
}

// netServer starts a NetServer that believes the web server in front, and returns the address of its host.
func netServer(t *testing.T) string {
	t.Helper()
	w := simulator.Build(1, 2, 50)
	w.Sites[0].Name, w.Sites[0].Path, w.Sites[0].OwnPort = "Head office", "/HeadOffice", true
	w.Sites[0].WindowsHeader = peers.UserHeader
	w.Sites[0].Users = []simulator.User{{Name: "ADM0", Windows: `EXAMPLE\alice`, FullName: "Ada Admin", Admin: true}}
	s := simulator.New(w)
	if _, err := s.Start("127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	base, err := url.Parse(s.URL("Head office"))
	if err != nil {
		t.Fatal(err)
	}
	return "http://" + base.Host
}

func TestNetServerBehindWindowsAuthentication(t *testing.T) {
	d := domain(t)
	for name, w := range map[string]peers.Web{"Kerberos": {Domain: d}, "NTLM": {NTLM: users}} {
		t.Run(name, func(t *testing.T) {
			if w.Domain == nil {
				noDomain(t)
			}
			w.Backend, w.TLS = netServer(t), true
			s := peers.Apache(t, w)
			v := visit(t, soapclient.NewTransport(soapclient.TransportOptions{Roots: s.CA}), "alice", "EXAMPLE", password)
			c := client(t, s.URL, v)
			if info, err := c.SystemInfo(t.Context()); err != nil || info.Serial == "" {
				t.Errorf("system info: %+v, %v", info, err)
			}
			licences, err := c.Licences(t.Context())
			if err != nil || len(licences) != 2 {
				t.Fatalf("licences: %v, %v", licences, err)
			}
			if verdict, err := c.LicenceStatus(t.Context(), licences[0].Current.Owner); err != nil || verdict.Status == "" {
				t.Errorf("status: %+v, %v", verdict, err)
			}
			if who := c.Principal().FullName; who != "Ada Admin" || v.asked.Load() != 1 {
				t.Errorf("signed in as %q, the password was asked %d times", who, v.asked.Load())
			}
		})
	}
}

func TestRefusedPasswordReachesTheCallerOnce(t *testing.T) {
	noDomain(t)
	s := peers.Apache(t, peers.Web{Backend: netServer(t), NTLM: users})
	v := visit(t, nil, "alice", "EXAMPLE", "wrong")
	_, err := client(t, s.URL, v).Licences(t.Context())
	e, ok := err.(*soapclient.Error)
	if !ok || e.Kind != soapclient.KindSignIn || e.Reason != soapclient.ReasonCredentials || e.Op != "AuthenticateImplicit" || !strings.HasPrefix(e.Error(), "localhost:") {
		t.Errorf("got %#v", err)
	}
	answered(t, s, "401", "401", "401")
}

func TestWindowsUserWhomNetServerDoesNotKnow(t *testing.T) {
	noDomain(t)
	s := peers.Apache(t, peers.Web{Backend: netServer(t), NTLM: users})
	v := visit(t, nil, "bob", "EXAMPLE", users["bob"])
	_, err := client(t, s.URL, v).Licences(t.Context())
	if e, ok := err.(*soapclient.Error); !ok || e.Kind != soapclient.KindSignIn || !strings.Contains(e.Error(), "does not know the Windows user") {
		t.Errorf("got %#v", err)
	}
}
