package soapclient_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"errors"
	"math/big"
	"net"
	"net/http/httptest"
	"testing"
	"time"

	"licensewatch/soapclient"
	"licensewatch/soapclient/simulator"
)

// authority issues certificates.
type authority struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

const day = 24 * time.Hour

func newAuthority(t *testing.T, life time.Duration) *authority {
	t.Helper()
	a := &authority{key: newKey(t)}
	a.cert = sign(t, &x509.Certificate{
		Subject: pkix.Name{CommonName: "Fjord Test CA"}, NotAfter: time.Now().Add(life),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}, nil, a.key, a.key)
	return a
}

// issue makes a certificate for the loopback addresses that is good for 90 days, unless set changes it.
func (a *authority) issue(t *testing.T, key *ecdsa.PrivateKey, set func(*x509.Certificate)) tls.Certificate {
	t.Helper()
	c := &x509.Certificate{
		Subject: pkix.Name{CommonName: "crm"}, NotAfter: time.Now().Add(90 * day),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback},
	}
	if set != nil {
		set(c)
	}
	return tls.Certificate{Certificate: [][]byte{sign(t, c, a.cert, key, a.key).Raw}, PrivateKey: key}
}

func (a *authority) roots() *x509.CertPool {
	pool := x509.NewCertPool()
	pool.AddCert(a.cert)
	return pool
}

func newKey(t *testing.T) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// sign fills what a certificate needs; without a parent it signs itself.
func sign(t *testing.T, c, parent *x509.Certificate, key, with *ecdsa.PrivateKey) *x509.Certificate {
	t.Helper()
	c.SerialNumber = big.NewInt(time.Now().UnixNano())
	if c.NotBefore.IsZero() {
		c.NotBefore = time.Now().Add(-30 * day)
	}
	if parent == nil {
		parent = c
	}
	der, err := x509.CreateCertificate(rand.Reader, c, parent, key.Public(), with)
	if err != nil {
		t.Fatal(err)
	}
	made, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return made
}

// secure starts a simulated NetServer behind TLS, and returns it with a client that knows nothing of its certificate yet.
func secure(t *testing.T, cert tls.Certificate, set ...func(*httptest.Server)) (*simulator.Server, *soapclient.Client) {
	t.Helper()
	s, c := begin(t, world())
	front := httptest.NewUnstartedServer(s)
	front.Config.ErrorLog = quiet
	front.TLS = &tls.Config{Certificates: []tls.Certificate{cert}}
	for _, f := range set {
		f(front)
	}
	front.StartTLS()
	t.Cleanup(front.Close)
	c.Address.Base = front.URL + "/HeadOffice/Remote/"
	return s, c
}

// reach gives c a transport of its own.
func reach(t *testing.T, c *soapclient.Client, o soapclient.TransportOptions) {
	t.Helper()
	transport := soapclient.NewTransport(o)
	t.Cleanup(transport.CloseIdleConnections)
	c.Transport = transport
}

func TestCertificatesThatAreNotAccepted(t *testing.T) {
	own, strange := newAuthority(t, 365*day), newAuthority(t, 365*day)
	past := newAuthority(t, -day)
	pin := soapclient.Pin(own.cert)
	trusted := soapclient.TransportOptions{Roots: own.roots()}
	tests := []struct {
		name   string
		by     *authority
		cert   func(*x509.Certificate)
		o      soapclient.TransportOptions
		reason soapclient.Reason
		shown  bool // the certificate, with the error
	}{
		{"one that is in order", own, nil, trusted, "", false},
		{"one that has expired", own, func(c *x509.Certificate) { c.NotAfter = time.Now().Add(-time.Hour) }, trusted, soapclient.ReasonExpired, false},
		{"one that is not valid yet", own, func(c *x509.Certificate) { c.NotBefore = time.Now().Add(time.Hour) }, trusted, soapclient.ReasonExpired, false},
		{"one whose authority has expired", past, nil, soapclient.TransportOptions{Roots: past.roots()}, soapclient.ReasonExpired, false},
		{"another host's", own, func(c *x509.Certificate) { c.IPAddresses, c.DNSNames = nil, []string{"crm.example.com"} }, trusted, soapclient.ReasonName, true},
		{"one of an authority that nobody knows", strange, nil, trusted, soapclient.ReasonAuthority, true},
		{"another key than the pinned one, though all else is in order", own, nil, soapclient.TransportOptions{Roots: own.roots(), Pin: pin}, soapclient.ReasonPin, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			cert := tt.by.issue(t, newKey(t), tt.cert)
			s, c := secure(t, cert)
			reach(t, c, tt.o)
			_, err := c.Licences(t.Context())
			if tt.reason == "" {
				if err != nil {
					t.Errorf("it is refused: %v", err)
				}
				return
			}
			e, ok := errors.AsType[*soapclient.Error](err)
			if !ok || e.Kind != soapclient.KindTLS || e.Reason != tt.reason {
				t.Fatalf("error %+v, want kind tls and reason %s", err, tt.reason)
			}
			if tt.shown && (e.Certificate == nil || string(e.Certificate.Raw) != string(cert.Certificate[0])) || !tt.shown && e.Certificate != nil {
				t.Errorf("the error carries %v; to be there: %v", e.Certificate, tt.shown)
			}
			if n := s.Requests("Head office", "AuthenticateUsernamePassword"); n != 0 {
				t.Errorf("the password was sent all the same")
			}
		})
	}
}

func TestPinnedKeyIsEnough(t *testing.T) {
	key, strange := newKey(t), newAuthority(t, 365*day)
	spki, err := x509.MarshalPKIXPublicKey(key.Public())
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(spki)
	pin := "sha256/" + base64.StdEncoding.EncodeToString(sum[:])
	for _, tt := range []struct {
		name string
		set  func(*x509.Certificate)
	}{
		{"of a certificate of an unknown authority", nil},
		{"of another host's", func(c *x509.Certificate) { c.IPAddresses, c.DNSNames = nil, []string{"old.example.com"} }},
		{"of one that has expired", func(c *x509.Certificate) { c.NotAfter = time.Now().Add(-time.Hour) }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			cert := strange.issue(t, key, tt.set)
			leaf, err := x509.ParseCertificate(cert.Certificate[0])
			if err != nil {
				t.Fatal(err)
			}
			if got := soapclient.Pin(leaf); got != pin {
				t.Errorf("Pin = %s, want %s", got, pin)
			}
			_, c := secure(t, cert)
			reach(t, c, soapclient.TransportOptions{Pin: pin})
			if _, err := c.Licences(t.Context()); err != nil {
				t.Fatal(err)
			}
			if got := c.Certificate(); got == nil || !got.NotAfter.Equal(leaf.NotAfter) {
				t.Errorf("Certificate = %+v, want the end of the leaf, %v", got, leaf.NotAfter)
			}
		})
	}
}

func TestOldTLSIsRefused(t *testing.T) {
	a := newAuthority(t, 365*day)
	s, c := secure(t, a.issue(t, newKey(t), nil), func(s *httptest.Server) {
		s.TLS.MinVersion, s.TLS.MaxVersion = tls.VersionTLS10, tls.VersionTLS11
	})
	reach(t, c, soapclient.TransportOptions{Roots: a.roots()})
	_, err := c.Licences(t.Context())
	e, ok := errors.AsType[*soapclient.Error](err)
	if !ok || e.Kind != soapclient.KindTLS || e.Reason != soapclient.ReasonTLSVersion || s.Requests("Head office", "AuthenticateUsernamePassword") != 0 {
		t.Errorf("error %+v, want reason %s", err, soapclient.ReasonTLSVersion)
	}
}

func TestPlainHTTPWhereTLSIsAskedFor(t *testing.T) {
	_, c := begin(t, world())
	c.Address.Base = "https" + c.Address.Base[len("http"):]
	_, err := c.SystemInfo(t.Context())
	if e, ok := errors.AsType[*soapclient.Error](err); !ok || e.Kind != soapclient.KindTLS || e.Reason != soapclient.ReasonPlain {
		t.Errorf("error %+v, want reason %s", err, soapclient.ReasonPlain)
	}
}

func TestCertificateOfTheLatestReply(t *testing.T) {
	for _, tt := range []struct {
		name  string
		above time.Duration // how long the authority's own certificate holds
		first func(leaf, authority *x509.Certificate) time.Time
	}{
		{"the server's ends first", 365 * day, func(leaf, _ *x509.Certificate) time.Time { return leaf.NotAfter }},
		{"its authority's ends first", 9 * day, func(_, authority *x509.Certificate) time.Time { return authority.NotAfter }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a := newAuthority(t, tt.above)
			cert := a.issue(t, newKey(t), nil)
			leaf, err := x509.ParseCertificate(cert.Certificate[0])
			if err != nil {
				t.Fatal(err)
			}
			s, c := secure(t, cert)
			over := c.Address.Base
			at := over
			c.Locate = func(_ context.Context, _ string) (string, error) { return at, nil }
			reach(t, c, soapclient.TransportOptions{Roots: a.roots()})
			if got := c.Certificate(); got != nil {
				t.Errorf("before the first reply it is %+v", got)
			}
			for range 2 {
				if _, err := c.SystemInfo(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
			want := soapclient.Certificate{Host: host(t, over), NotAfter: tt.first(leaf, a.cert)}
			if got := c.Certificate(); got == nil || *got != want {
				t.Errorf("Certificate = %+v, want %+v", got, want)
			}
			at = s.URL("Head office")
			if _, err := c.SystemInfo(t.Context()); err != nil {
				t.Fatal(err)
			}
			if got := c.Certificate(); got != nil {
				t.Errorf("after a reply over plain http it is %+v", got)
			}
			if n := s.Requests("Head office", "GetSystemInfo"); n != 3 {
				t.Errorf("%d requests, want the 3 that were asked for", n)
			}
		})
	}
}

func pinOf(t *testing.T, cert tls.Certificate) string {
	t.Helper()
	leaf, err := x509.ParseCertificate(cert.Certificate[0])
	if err != nil {
		t.Fatal(err)
	}
	return soapclient.Pin(leaf)
}
