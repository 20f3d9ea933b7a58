package peers

import (
	"crypto/md5"
	"encoding/hex"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// DeniedHost is a host that a Proxy refuses to go to, before it asks for a password.
const DeniedHost = "denied.example.test"

// Proxy is a web proxy that runs. It asks for user and password (Basic) and passes plain http and CONNECT to any
// host but DeniedHost.
type Proxy struct {
	Address string // host:port

	access string
}

// Squid starts a proxy that lets this user through.
func Squid(t testing.TB, user, password string) *Proxy {
	t.Helper()
	squid := program(t, "squid")
	dir := folder(t)
	p := &Proxy{Address: loopback(freePort(t)), access: filepath.Join(dir, "access.log")}
	sum := md5.Sum([]byte(password)) // what basic_ncsa_auth takes without the program htpasswd
	write(t, filepath.Join(dir, "users"), fmt.Sprintf("%s:%s\n", user, hex.EncodeToString(sum[:])))
	config := strings.NewReplacer("DIR", dir, "ADDRESS", p.Address, "CHECKER", program(t, "basic_ncsa_auth"), "DENIED", DeniedHost).Replace(squidConf)
	write(t, filepath.Join(dir, "squid.conf"), config)
	cmd := exec.Command(squid, "-N", "-f", filepath.Join(dir, "squid.conf"))
	demote(t, dir, cmd)
	serve(t, dir, p.Address, cmd)
	return p
}

const squidConf = `http_port ADDRESS
auth_param basic program CHECKER DIR/users
auth_param basic realm proxy
auth_param basic children 1
acl denied dstdomain DENIED
acl signed proxy_auth REQUIRED
http_access deny denied
http_access allow signed
http_access deny all
cache deny all
cache_mem 8 MB
cache_log DIR/cache.log
access_log stdio:DIR/access.log
pid_filename DIR/pid
coredump_dir DIR
netdb_filename none
pinger_enable off
visible_hostname localhost
max_filedescriptors 1024
shutdown_lifetime 0 seconds
`

// Log returns the proxy's access log, one line a request.
func (p *Proxy) Log(t testing.TB) string {
	t.Helper()
	b, err := os.ReadFile(p.access)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
