package peers

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// Realm is the Kerberos realm of every Domain.
const Realm = "EXAMPLE.TEST"

// Domain is a Kerberos realm with its domain controller. It knows the web server HTTP/localhost.
type Domain struct {
	Config string // path of a krb5.conf that knows the realm, for KRB5_CONFIG
	Keytab string // path of the web server's keys

	t       testing.TB
	dir     string
	address string
	clock   time.Duration
	running *process
}

// KDC starts a domain controller with these users.
func KDC(t testing.TB, users Users) *Domain {
	t.Helper()
	program(t, "krb5kdc")
	dir := folder(t)
	d := &Domain{Config: filepath.Join(dir, "krb5.conf"), Keytab: filepath.Join(dir, "http.keytab"), t: t, dir: dir, address: loopback(freePort(t))}
	write(t, d.Config, fmt.Sprintf(krb5Conf, Realm, Realm, d.address, Realm))
	write(t, filepath.Join(dir, "kdc.conf"), strings.NewReplacer("DIR", dir, "REALM", Realm, "ADDRESS", d.address).Replace(kdcConf))
	// What would be arguments comes by standard input, so that no password is on a command line.
	run(t, d.env(), "master\nmaster\n", program(t, "kdb5_util"), "create", "-s", "-r", Realm)
	var commands strings.Builder
	for name, password := range users {
		fmt.Fprintf(&commands, "addprinc +requires_preauth -pw %q %s\n", password, name)
	}
	fmt.Fprintf(&commands, "addprinc -randkey HTTP/localhost\nktadd -k %s HTTP/localhost\n", d.Keytab)
	run(t, d.env(), commands.String(), program(t, "kadmin.local"), "-r", Realm)
	if err := os.Chmod(d.Keytab, 0o644); err != nil {
		t.Fatal(err)
	}
	d.Start()
	return d
}

const krb5Conf = `[libdefaults]
default_realm = %s
dns_lookup_kdc = false
dns_canonicalize_hostname = false
rdns = false
[realms]
%s = {
  kdc = %s
}
[domain_realm]
localhost = %s
`

const kdcConf = `[kdcdefaults]
kdc_listen = ADDRESS
kdc_tcp_listen = ADDRESS
[realms]
REALM = {
  database_name = DIR/principal
  key_stash_file = DIR/stash
  acl_file = DIR/acl
  supported_enctypes = aes256-cts-hmac-sha1-96:normal aes128-cts-hmac-sha1-96:normal
}
[logging]
kdc = STDERR
`

func (d *Domain) env() []string {
	return []string{"KRB5_CONFIG=" + d.Config, "KRB5_KDC_PROFILE=" + filepath.Join(d.dir, "kdc.conf")}
}

// Start starts the domain controller again after Stop.
func (d *Domain) Start() {
	d.t.Helper()
	cmd := exec.Command(program(d.t, "krb5kdc"), "-n", "-P", filepath.Join(d.dir, "pid"))
	cmd.Env = append(os.Environ(), d.env()...)
	if d.clock != 0 {
		library := file(d.t, "/usr/lib/*/faketime/libfaketime.so.1", "/usr/lib64/faketime/libfaketime.so.1")
		cmd.Env = append(cmd.Env, "LD_PRELOAD="+library, fmt.Sprintf("FAKETIME=%+.0fs", d.clock.Seconds()), "FAKETIME_DONT_FAKE_MONOTONIC=1")
	}
	d.running = serve(d.t, d.dir, d.address, cmd)
}

// Stop ends the domain controller; nobody listens at its port then.
func (d *Domain) Stop() { d.running.stop() }

// Shift restarts the domain controller with a clock that is ahead of this computer's, or behind it.
func (d *Domain) Shift(ahead time.Duration) {
	d.t.Helper()
	d.Stop()
	d.clock = ahead
	d.Start()
}

// Log returns what the domain controller has written, one line a request: "PREAUTH_FAILED: alice@…" and the like.
func (d *Domain) Log() string { return d.running.output() }
