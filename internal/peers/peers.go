// Package peers starts real servers of Debian's on loopback for tests: a Kerberos domain controller (MIT krb5), a web
// server that wants Windows users (Apache with mod_auth_gssapi, and NTLM by gss-ntlmssp), and a proxy that asks for a
// password (squid).
//
// Each is an ordinary process with its files in the test's folder, and ends with the test. None needs root; started by
// root, Apache and squid run as nobody. "scripts/setup peers" installs them.
package peers

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

const startTime = 30 * time.Second // until a server must serve

// Users are names with their passwords.
type Users map[string]string

// program returns the path of a program. Where it is missing the test is skipped, but fails in CI, and wherever
// LICENSEWATCH_PEERS is set, for there it would go unnoticed.
func program(t testing.TB, name string) string {
	t.Helper()
	for _, dir := range append(filepath.SplitList(os.Getenv("PATH")), "/usr/sbin", "/usr/local/sbin", "/usr/lib/squid", "/usr/lib64/squid") {
		if path, err := exec.LookPath(filepath.Join(dir, name)); err == nil {
			return path
		}
	}
	absent(t, name)
	return ""
}

// file returns the path of an installed file, by a pattern.
func file(t testing.TB, patterns ...string) string {
	t.Helper()
	for _, pattern := range patterns {
		if found, _ := filepath.Glob(pattern); len(found) > 0 {
			return found[0]
		}
	}
	absent(t, filepath.Base(patterns[0]))
	return ""
}

func absent(t testing.TB, what string) {
	t.Helper()
	if os.Getenv("CI") != "" || os.Getenv("LICENSEWATCH_PEERS") != "" {
		t.Fatalf("%s is not installed: run scripts/setup peers", what)
	}
	t.Skipf("skipped: %s is not installed: run scripts/setup peers", what)
}

// folder makes a folder for a server that may run as another user than the test.
func folder(t testing.TB) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.Chmod(filepath.Dir(dir), 0o711); err != nil {
		t.Fatal(err)
	}
	return dir
}

func write(t testing.TB, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// freePort returns a port of 127.0.0.1 that is free for TCP and UDP.
func freePort(t testing.TB) int {
	t.Helper()
	for range 20 {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		if u, err := net.ListenPacket("udp", l.Addr().String()); err == nil {
			u.Close()
			return l.Addr().(*net.TCPAddr).Port
		}
	}
	t.Fatal("no port is free")
	return 0
}

// process is a server that runs.
type process struct {
	name string
	log  string // path of what it writes
	cmd  *exec.Cmd
	done chan struct{} // closed when it has ended
}

// serve starts a server and returns when it takes connections at address.
func serve(t testing.TB, dir, address string, cmd *exec.Cmd) *process {
	t.Helper()
	p := &process{name: filepath.Base(cmd.Path), cmd: cmd, done: make(chan struct{})}
	p.log = filepath.Join(dir, p.name+".out")
	out, err := os.OpenFile(p.log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, out, out
	tie(cmd)
	if err := cmd.Start(); err != nil {
		t.Fatalf("starting %s: %v", p.name, err)
	}
	go func() { cmd.Wait(); close(p.done) }()
	t.Cleanup(p.stop)
	Until(t, p.name+" takes connections at "+address, func() bool {
		select {
		case <-p.done:
			t.Fatalf("%s has ended:\n%s", p.name, p.output())
		default:
		}
		c, err := net.Dial("tcp", address)
		if err == nil {
			c.Close()
		}
		return err == nil
	})
	return p
}

// stop ends the server and returns when it is gone.
func (p *process) stop() {
	p.cmd.Process.Signal(os.Interrupt)
	select {
	case <-p.done:
	case <-time.After(5 * time.Second):
		p.cmd.Process.Kill()
		<-p.done
	}
}

func (p *process) output() string {
	b, _ := os.ReadFile(p.log)
	return string(b)
}

// run runs a command to its end.
func run(t testing.TB, env []string, input, program string, args ...string) {
	t.Helper()
	cmd := exec.Command(program, args...)
	cmd.Env, cmd.Stdin = append(os.Environ(), env...), strings.NewReader(input)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", program, err, out)
	}
}

// Until waits until ok is true, and fails the test when that takes too long.
func Until(t testing.TB, what string, ok func() bool) {
	t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for deadline := time.Now().Add(startTime); !ok(); <-tick.C {
		if time.Now().After(deadline) {
			t.Fatalf("it did not happen within %v: %s", startTime, what)
		}
	}
}

func loopback(port int) string { return fmt.Sprintf("127.0.0.1:%d", port) }
