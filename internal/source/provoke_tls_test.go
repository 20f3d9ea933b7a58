package source

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"licensewatch/internal/settings"
	"licensewatch/soapclient/simulator"
)

// ca is a certificate authority of a test.
type ca struct {
	key  *ecdsa.PrivateKey
	cert *x509.Certificate
}

func newKey(t *testing.T) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func newCA(t *testing.T, name string) *ca {
	t.Helper()
	a := &ca{key: newKey(t)}
	a.cert = a.sign(t, &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name, Organization: []string{"Example AS"}}, IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageCertSign, NotBefore: time.Now().AddDate(-10, 0, 0), NotAfter: time.Now().AddDate(10, 0, 0),
	}, a.key)
	return a
}

// sign issues a certificate for a key; the authority's own first.
func (a *ca) sign(t *testing.T, c *x509.Certificate, key *ecdsa.PrivateKey) *x509.Certificate {
	t.Helper()
	parent := a.cert
	if parent == nil {
		parent = c
	}
	raw, err := x509.CreateCertificate(rand.Reader, c, parent, &key.PublicKey, a.key)
	if err != nil {
		t.Fatal(err)
	}
	signed, err := x509.ParseCertificate(raw)
	if err != nil {
		t.Fatal(err)
	}
	return signed
}

// issue makes a server's certificate: for 127.0.0.1 and a year unless change says otherwise.
func (a *ca) issue(t *testing.T, change func(*x509.Certificate)) tls.Certificate {
	t.Helper()
	c := &x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: "crm"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore: time.Now().AddDate(0, 0, -1), NotAfter: time.Now().AddDate(1, 0, 0), ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	if change != nil {
		change(c)
	}
	key := newKey(t)
	signed := a.sign(t, c, key)
	return tls.Certificate{Certificate: [][]byte{signed.Raw}, PrivateKey: key, Leaf: signed}
}

// file writes the authority's certificate for ca_file.
func (a *ca) file(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: a.cert.Raw}), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// overTLS is a simulated NetServer of one site over TLS, with that site.
func overTLS(t *testing.T, config *tls.Config) settings.Site {
	t.Helper()
	w := simulator.Build(1, 2, 3)
	w.Sites[0].Name = head
	server := httptest.NewUnstartedServer(simulator.New(w))
	server.Config.ErrorLog = log.New(io.Discard, "", 0) // handshakes fail on purpose
	server.TLS = config
	server.StartTLS()
	t.Cleanup(server.Close)
	return settings.Site{Name: head, URL: server.URL + w.Sites[0].Path + "/Remote/", Services: "Services86", SignIn: "password", User: "admin"}
}

// certified reads a site whose certificate is changed; its authority is known if trusted says so.
func certified(trusted bool, change func(*x509.Certificate), more ...func(*settings.Site)) func(*testing.T) error {
	return func(t *testing.T) error {
		a := newCA(t, "Example Root CA")
		site := overTLS(t, &tls.Config{Certificates: []tls.Certificate{a.issue(t, change)}})
		if trusted {
			site.CAFile = a.file(t)
		}
		for _, m := range more {
			m(&site)
		}
		return details(t.Context(), sourceOf(t, site))
	}
}

func certificateProvocations() []provocation {
	return []provocation{
		{"since March", "certificate-expired", "", certified(true, func(c *x509.Certificate) {
			c.NotBefore, c.NotAfter = time.Date(2025, 3, 3, 0, 0, 0, 0, time.UTC), time.Date(2026, 3, 3, 12, 0, 0, 0, time.UTC)
		}), "the server's certificate expired on 3 March 2026"},
		{"not valid yet", "certificate-expired", "", certified(true, func(c *x509.Certificate) {
			c.NotBefore, c.NotAfter = time.Date(2126, 3, 3, 12, 0, 0, 0, time.UTC), time.Date(2127, 3, 3, 0, 0, 0, 0, time.UTC)
		}), "not valid before 3 March 2126"},
		{"of another host", "certificate-name", "", certified(true, func(c *x509.Certificate) {
			c.IPAddresses, c.DNSNames = nil, []string{"www.example.com", "example.com"}
		}), "is for www.example.com, example.com"},
		{"of an unknown authority", "certificate-authority", "", certified(false, nil), "does not know the authority"},
		{"with another key than the pinned one", "certificate-pin", "", certified(true, nil, func(s *settings.Site) {
			s.Pin = "sha256/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
		}), "pin"},
		{"https to a port of http", "plain-http", "", simulated("", func(s *settings.Site) { s.URL = strings.Replace(s.URL, "http:", "https:", 1) }), "plain http"},
		{"nothing newer than TLS 1.1", "tls-version", "", func(t *testing.T) error {
			a := newCA(t, "Example Root CA")
			site := overTLS(t, &tls.Config{Certificates: []tls.Certificate{a.issue(t, nil)}, MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS11})
			site.CAFile = a.file(t)
			return details(t.Context(), sourceOf(t, site))
		}, "TLS 1.2"},
		{"a certificate that is not for servers", "secure-connection", "", certified(true, func(c *x509.Certificate) {
			c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}
		}), "incompatible key usage"},
	}
}

func TestAPinIsForNetServerAlone(t *testing.T) {
	l, err := sourceOf(t).connect(settings.Site{Pin: "sha256/AAAA"}, nil, false)
	if err != nil {
		t.Fatal(err)
	}
	if l.bare.(*http.Transport).TLSClientConfig.VerifyConnection == nil || l.services.(*http.Transport).TLSClientConfig.VerifyConnection != nil {
		t.Error("the pin is not for NetServer's certificate, or is for that of SuperOffice Online's services too")
	}
}

func TestTheCertificatesEndIsTold(t *testing.T) {
	a := newCA(t, "Example Root CA")
	end := time.Date(time.Now().Year()+1, 5, 6, 7, 8, 9, 0, time.UTC)
	site := overTLS(t, &tls.Config{Certificates: []tls.Certificate{a.issue(t, func(c *x509.Certificate) { c.NotAfter = end })}})
	site.CAFile = a.file(t)
	d, err := sourceOf(t, site).Details(t.Context(), head)
	if err != nil || d.Certificate == nil || !d.Certificate.NotAfter.Equal(end) || !strings.Contains(site.URL, d.Certificate.Host) {
		t.Errorf("certificate %+v (%v), want that of %s until %v", d.Certificate, err, site.URL, end)
	}
	_, sites := begin(t)
	if d, err := sourceOf(t, sites...).Details(t.Context(), head); err != nil || d.Certificate != nil {
		t.Errorf("without TLS the certificate is %+v (%v), want none", d.Certificate, err)
	}
}
