package foreign

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"licensewatch/internal/peers"
	"licensewatch/soapclient"
)

// contract is where SuperOffice's WSDL and schema lie, beside the project.
const contract = "../../../shared/contract"

// Secrets of the generated servers. They travel over standard input.
const (
	token    = "tok & en"
	user     = "admin"
	password = "s3cret & <more>"
)

// stack is a SOAP stack for one version of the services.
type stack interface {
	server() *exec.Cmd            // a NetServer, which prints its port
	client(base string) *exec.Cmd // calls all operations at base; see testdata
}

var stacks = map[string]func(*testing.T, soapclient.Version) stack{"npm's soap": newNode, "gSOAP": newGSOAP}

// each runs a test for every stack and version.
func each(t *testing.T, test func(*testing.T, stack, soapclient.Version)) {
	if _, err := os.Stat(contract); err != nil {
		t.Skip("skipped: SuperOffice's WSDL and schema are not beside the project")
	}
	peers.Need(t, "xmllint", "python3")
	for name, make := range stacks {
		for _, version := range soapclient.Versions {
			t.Run(name+"/"+string(version), func(t *testing.T) {
				t.Parallel()
				test(t, make(t, version), version)
			})
		}
	}
}

// wsdl returns the absolute path of a service's WSDL.
func wsdl(t *testing.T, version soapclient.Version, service string) string {
	t.Helper()
	path, err := filepath.Abs(filepath.Join(contract, "wsdl", string(version)+"-"+service+".wsdl"))
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// node is npm's soap, with the packages of package-lock.json.
type node struct {
	dir     string
	version soapclient.Version
	wsdls   []string
}

// workshop is where the stacks are made, once for all tests.
var workshop string

func TestMain(m *testing.M) {
	var err error
	if workshop, err = os.MkdirTemp("", "foreign-"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	code := m.Run()
	os.RemoveAll(workshop)
	os.Exit(code)
}

// packages installs npm's packages.
var packages = sync.OnceValues(func() (string, error) {
	dir := filepath.Join(workshop, "npm")
	if err := os.CopyFS(dir, os.DirFS("testdata/node")); err != nil {
		return dir, err
	}
	cmd := exec.Command("npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts")
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		return dir, fmt.Errorf("npm ci: %w\n%s", err, out)
	}
	return dir, nil
})

func newNode(t *testing.T, version soapclient.Version) stack {
	peers.Need(t, "node", "npm")
	dir, err := packages()
	if err != nil {
		t.Fatal(err)
	}
	return node{dir, version, []string{wsdl(t, version, "License"), wsdl(t, version, "SoPrincipal")}}
}

func (n node) run(script string, more ...string) *exec.Cmd {
	cmd := exec.Command("node", append(append([]string{script, string(n.version)}, n.wsdls...), more...)...)
	cmd.Dir = n.dir
	cmd.Env = append(os.Environ(), "TZ=UTC", "NO_PROXY=127.0.0.1") // the generated client shows days of its own zone
	return cmd
}

func (n node) server() *exec.Cmd            { return n.run("netserver.js") }
func (n node) client(base string) *exec.Cmd { return n.run("client.js", base) }

// gsoap is gSOAP: wsdl2h and soapcpp2 make C++ of the WSDL.
type gsoap struct{ dir string }

// made are the programs of each version, by its name.
var made sync.Map

func newGSOAP(t *testing.T, version soapclient.Version) stack {
	peers.Need(t, "wsdl2h", "soapcpp2", "clang++")
	wsdls := []string{wsdl(t, version, "License"), wsdl(t, version, "SoPrincipal")}
	make, _ := made.LoadOrStore(version, sync.OnceValues(func() (string, error) { return generate(version, wsdls) }))
	dir, err := make.(func() (string, error))()
	if err != nil {
		t.Fatal(err)
	}
	return gsoap{dir}
}

// generate makes server and client of a version, and returns their folder.
func generate(version soapclient.Version, wsdls []string) (string, error) {
	source, err := filepath.Abs("testdata/gsoap")
	if err != nil {
		return "", err
	}
	types, err := os.ReadFile(filepath.Join(source, "typemap.dat"))
	if err != nil {
		return "", err
	}
	dir := filepath.Join(workshop, string(version))
	if err := os.Mkdir(dir, 0o700); err != nil {
		return "", err
	}
	types = bytes.ReplaceAll(types, []byte("ServicesNN"), []byte(version))
	if err := os.WriteFile(filepath.Join(dir, "typemap.dat"), types, 0o600); err != nil {
		return "", err
	}
	const binding = "soapBasicHttpBinding_USCORELicense"
	compile := []string{"clang++", "-O0", "-w", "-DWITH_PURE_VIRTUAL", "-DSERVICES=" + strings.TrimPrefix(string(version), "Services"), "-I."}
	for _, step := range [][]string{
		append([]string{"wsdl2h", "-t", "typemap.dat", "-o", "netserver.h"}, wsdls...),
		{"soapcpp2", "-1", "-j", "-w", "-x", "-I/usr/share/gsoap/import", "netserver.h"},
		slices.Concat(compile, []string{"-c", "soapC.cpp"}),
		slices.Concat(compile, []string{"-o", "netserver", filepath.Join(source, "netserver.cpp"), binding + "Service.cpp", "soapC.o", "-lgsoap++"}),
		slices.Concat(compile, []string{"-o", "client", filepath.Join(source, "client.cpp"), binding + "Proxy.cpp", "soapC.o", "-lgsoap++"}),
	} {
		cmd := exec.Command(step[0], step[1:]...)
		cmd.Dir = dir
		if out, err := cmd.CombinedOutput(); err != nil {
			return "", fmt.Errorf("%s: %w\n%s", step[0], err, out)
		}
	}
	return dir, nil
}

func (g gsoap) server() *exec.Cmd { return exec.Command(filepath.Join(g.dir, "netserver")) }
func (g gsoap) client(base string) *exec.Cmd {
	return exec.Command(filepath.Join(g.dir, "client"), base)
}

// start starts a stack's server and returns its origin.
func start(t *testing.T, cmd *exec.Cmd) string {
	t.Helper()
	var trouble bytes.Buffer
	cmd.Stderr = &trouble
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
		if t.Failed() && trouble.Len() > 0 {
			t.Logf("the server wrote %s", trouble.String())
		}
	})
	port, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatalf("the server did not start: %v", err)
	}
	go io.Copy(io.Discard, out) // ends with the process
	return "http://127.0.0.1:" + strings.TrimSpace(port)
}

// call runs a stack's client and returns what each operation brought.
func call(t *testing.T, cmd *exec.Cmd) map[string]string {
	t.Helper()
	cmd.Stdin = strings.NewReader(token + "\n" + user + "\n" + password + "\n")
	var trouble bytes.Buffer
	cmd.Stderr = &trouble
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("the client failed: %v\n%s", err, trouble.String())
	}
	brought := map[string]string{}
	for line := range strings.Lines(string(out)) {
		op, what, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		brought[op] = strings.TrimSpace(what)
	}
	return brought
}
