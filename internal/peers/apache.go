package peers

import (
	"crypto/x509"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// NTLMDomain is the Windows domain of a Web's NTLM users.
const NTLMDomain = "EXAMPLE"

// UserHeader is the request header in which a Web tells its backend who has signed in.
const UserHeader = "X-Remote-User"

// Web says what a web server asks of its visitors.
type Web struct {
	Backend string  // URL of what it passes requests to
	Domain  *Domain // takes Kerberos tickets of this domain; nil: none
	NTLM    Users   // takes these users of NTLMDomain by NTLM, whose passwords hold no colon; nil: no NTLM
	TLS     bool    // speaks https

	NegotiateOnly bool // does not offer NTLM by its own name, but takes it within Negotiate
}

// Server is a web server that runs.
type Server struct {
	URL string         // http(s)://localhost:PORT
	CA  *x509.CertPool // with TLS: who issued its certificate

	access, errors string // paths of its logs
}

// Apache starts a web server that asks for HTTP Negotiate, and for NTLM too where it has NTLM users. A sign-in
// holds for its connection.
func Apache(t testing.TB, w Web) *Server {
	t.Helper()
	httpd := program(t, "apache2")
	modules := filepath.Dir(file(t, "/usr/lib/apache2/modules/mod_auth_gssapi.so"))
	dir, port := folder(t), freePort(t)
	s := &Server{URL: fmt.Sprintf("http://localhost:%d", port), access: filepath.Join(dir, "access.log"), errors: filepath.Join(dir, "error.log")}
	env := []string{"KRB5RCACHENAME=file2:" + filepath.Join(dir, "replay")}
	var extra, mechanisms []string
	if w.Domain != nil {
		mechanisms = append(mechanisms, "GssapiAllowedMech krb5")
		if w.NTLM == nil {
			none := filepath.Join(dir, "mechanisms") // else a token of NTLM sometimes crashes the server, which has no use for it
			write(t, none, "")
			env = append(env, "GSS_MECH_CONFIG="+none)
		}
		env = append(env, "KRB5_CONFIG="+w.Domain.Config, "KRB5_KTNAME="+w.Domain.Keytab)
	}
	if w.NTLM != nil {
		file(t, "/usr/lib/*/gssntlmssp/gssntlmssp.so", "/usr/lib64/gssntlmssp/gssntlmssp.so")
		mechanisms = append(mechanisms, "GssapiAllowedMech ntlmssp")
		var lines strings.Builder
		for name, password := range w.NTLM {
			fmt.Fprintf(&lines, "%s:%s:%s\n", NTLMDomain, name, password)
		}
		users := filepath.Join(dir, "ntlm.users")
		write(t, users, lines.String())
		env = append(env, "NTLM_USER_FILE="+users)
	}
	if w.TLS {
		s.URL = strings.Replace(s.URL, "http:", "https:", 1)
		s.CA = certificate(t, dir)
		extra = append(extra, "LoadModule ssl_module "+modules+"/mod_ssl.so", "SSLEngine on", "SSLCertificateFile "+dir+"/server.pem")
	}
	if w.NegotiateOnly {
		extra = append(extra, "Header always edit* WWW-Authenticate ^NTLM X-None")
	}
	config := strings.NewReplacer("MODULES", modules, "DIR", dir, "ADDRESS", loopback(port), "BACKEND", w.Backend, "HEADER", UserHeader,
		"EXTRA", strings.Join(extra, "\n"), "MECHANISMS", strings.Join(mechanisms, "\n")).Replace(httpdConf)
	write(t, filepath.Join(dir, "httpd.conf"), config)
	cmd := exec.Command(httpd, "-DFOREGROUND", "-f", filepath.Join(dir, "httpd.conf"))
	cmd.Env = append(os.Environ(), env...)
	demote(t, dir, cmd)
	serve(t, dir, loopback(port), cmd)
	return s
}

const httpdConf = `LoadModule mpm_event_module MODULES/mod_mpm_event.so
LoadModule authn_core_module MODULES/mod_authn_core.so
LoadModule authz_core_module MODULES/mod_authz_core.so
LoadModule authz_user_module MODULES/mod_authz_user.so
LoadModule auth_gssapi_module MODULES/mod_auth_gssapi.so
LoadModule headers_module MODULES/mod_headers.so
LoadModule proxy_module MODULES/mod_proxy.so
LoadModule proxy_http_module MODULES/mod_proxy_http.so
ServerRoot DIR
DefaultRuntimeDir DIR
ServerName localhost
Listen ADDRESS
PidFile DIR/pid
Mutex file:DIR
ErrorLog DIR/error.log
LogLevel info auth_gssapi:debug
LogFormat "%{remote}p %>s %u" who
CustomLog DIR/access.log who
StartServers 1
ServerLimit 1
ThreadsPerChild 8
MaxRequestWorkers 8
EXTRA
<Location />
AuthType GSSAPI
AuthName Windows
MECHANISMS
GssapiConnectionBound On
Require valid-user
RequestHeader set HEADER expr=%{REMOTE_USER}
</Location>
ProxyPass / BACKEND/
`

// Request is a request as a web server has logged it.
type Request struct {
	Connection string // the visitor's port
	Status     string
	User       string // "-" before the sign-in
}

// Requests returns the requests that the server has answered so far. It writes them just after the answer.
func (s *Server) Requests(t testing.TB) []Request {
	t.Helper()
	b, err := os.ReadFile(s.access)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	var list []Request
	for line := range strings.Lines(string(b)) {
		if f := strings.Fields(line); len(f) == 3 && strings.HasSuffix(line, "\n") {
			list = append(list, Request{f[0], f[1], f[2]})
		}
	}
	return list
}

// Log returns the server's error log.
func (s *Server) Log() string {
	b, _ := os.ReadFile(s.errors)
	return string(b)
}
