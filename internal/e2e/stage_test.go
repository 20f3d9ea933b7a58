//go:build linux

package e2e

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"licensewatch/internal/desktop"
	"licensewatch/internal/secret"
	"licensewatch/soapclient/simulator"
)

// canary is the password at every site. It must show up nowhere but in the keyring.
const canary = "Canary-Pa55wørd, with blanks"

// typed is the password of "typist": one that can be typed on any keyboard.
const typed = "Typed-Pa55word"

const (
	head = "Head office"
	oslo = "Branch Oslo"
)

// title is the window's.
const title = "Licensewatch"

// patience is how long anything may take that has no limit of its own.
const patience = 20 * time.Second

// A stage is a desktop with a NetServer of two sites, two owners each, all well.
type stage struct {
	*desktop.Desktop
	t    *testing.T
	sim  *simulator.Server
	path string // of the program
	*tickets
}

// tickets are those that the NetServer has given out.
type tickets struct {
	mu  sync.Mutex
	all []string
}

var inReply = regexp.MustCompile(`Ticket>([^<]+)<`)

// note looks for a ticket in what goes over the wire.
func (t *tickets) note(e simulator.Exchange) {
	if found := inReply.FindSubmatch(e.Reply); found != nil && e.Operation == "AuthenticateUsernamePassword" {
		t.mu.Lock()
		defer t.mu.Unlock()
		t.all = append(t.all, string(found[1]))
	}
}

// given returns the tickets so far; without any the test fails.
func (s *stage) given() []string {
	s.t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.all) == 0 {
		s.t.Fatal("the NetServer has given out no ticket")
	}
	return slices.Clone(s.all)
}

// setUp makes a stage that ends with the test, or skips it.
func setUp(t *testing.T, opts desktop.Options) *stage {
	t.Helper()
	path := os.Getenv("LICENSEWATCH_BINARY")
	if path == "" {
		t.Skip("LICENSEWATCH_BINARY is not set: make e2e builds the program and runs these tests")
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	d, err := desktop.Start(ctx, opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if t.Failed() && d.Service(desktop.Display) != nil {
			d.Screenshot(filepath.Join(t.ArtifactDir(), "screen.png"))
		}
		if err := d.Stop(); err != nil {
			t.Error(err)
		}
	})
	s := &stage{Desktop: d, t: t, sim: simulator.New(world()), path: path, tickets: &tickets{}}
	s.sim.OnRequest = s.note
	if _, err := s.sim.Start("127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.sim.Close)
	return s
}

// world has the owners SUPEROFFICE and PARTNER01 at both sites.
func world() simulator.World {
	w := simulator.Build(2, 2, 5)
	for i, name := range []string{head, oslo} {
		w.Sites[i].Name, w.Sites[i].OwnPort = name, true
		w.Sites[i].Users[0].Password = secret.Text(canary)
		w.Sites[i].Users = append(w.Sites[i].Users, simulator.User{Name: "typist", Password: typed, Admin: true})
	}
	return w
}

// configure writes a settings file with these sites.
func (s *stage) configure(sites ...string) {
	s.t.Helper()
	var b strings.Builder
	for _, name := range sites {
		fmt.Fprintf(&b, "[[site]]\nname = %q\nurl = %q\nuser = \"admin\"\n\n", name, s.sim.URL(name))
	}
	s.write(s.config(), b.String())
}

func (s *stage) config() string { return s.Path("config", "licensewatch", "config.toml") }

func (s *stage) write(path, text string) {
	s.t.Helper()
	err := os.MkdirAll(filepath.Dir(path), 0o700)
	if err == nil {
		err = os.WriteFile(path, []byte(text), 0o600)
	}
	if err != nil {
		s.t.Fatal(err)
	}
}

// read returns the content of a file of the desktop.
func (s *stage) read(file string) string {
	s.t.Helper()
	b, err := os.ReadFile(s.Path(file))
	if err != nil {
		s.t.Fatal(err)
	}
	return string(b)
}

// secrets makes a secrets folder with the password of each site and returns the flag that names it.
func (s *stage) secrets(sites ...string) string {
	s.t.Helper()
	dir := s.Path("secrets")
	for _, name := range sites {
		s.write(filepath.Join(dir, name+".secret"), canary)
	}
	return "--secrets-dir=" + dir
}

// result is how a run of the program ended.
type result struct {
	code           int
	stdout, stderr string
	took           time.Duration
}

func (r result) String() string {
	return fmt.Sprintf("exit code %d after %v\nstdout: %s\nstderr: %s", r.code, r.took, r.stdout, r.stderr)
}

// run runs the program to its end.
func (s *stage) run(args ...string) result { return s.exec(nil, "", args...) }

// runWith runs the program to its end with additions to its environment.
func (s *stage) runWith(env []string, args ...string) result { return s.exec(env, "", args...) }

// feed runs the program to its end with a standard input.
func (s *stage) feed(stdin string, args ...string) result { return s.exec(nil, stdin, args...) }

func (s *stage) exec(env []string, stdin string, args ...string) result {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.t.Context(), time.Minute)
	defer cancel()
	var out, errs bytes.Buffer
	cmd := s.Command(ctx, s.path, args...)
	cmd.Env = append(cmd.Env, env...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(stdin), &out, &errs
	start := time.Now()
	err := cmd.Run()
	if _, ok := errors.AsType[*exec.ExitError](err); err != nil && !ok {
		s.t.Fatalf("licensewatch %q: %v\n%s%s", args, err, &out, &errs)
	}
	return result{cmd.ProcessState.ExitCode(), out.String(), errs.String(), time.Since(start)}
}

// signIn puts the password of the sites into the keyring.
func (s *stage) signIn(sites ...string) {
	s.t.Helper()
	for _, name := range sites {
		if r := s.feed(canary+"\n", "signin", name, "--stdin"); r.code != 0 {
			s.t.Fatalf("signin %s: %v", name, r)
		}
	}
}

// do makes a change happen at the NetServer.
func (s *stage) do(changes ...string) {
	s.t.Helper()
	for _, line := range changes {
		if err := s.sim.Do(line); err != nil {
			s.t.Fatal(err)
		}
	}
}

// asked returns how often the licence server was asked about the site.
func (s *stage) asked(site string) int {
	return s.sim.Requests(site, "GetLicenseStatusFromLicenseServer")
}

// soon fails the test if try does not come true with patience.
func (s *stage) soon(what string, try func() error) {
	s.t.Helper()
	s.within(patience, what, try)
}

// within fails the test if try does not come true in time.
func (s *stage) within(limit time.Duration, what string, try func() error) {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.t.Context(), limit)
	defer cancel()
	if err := desktop.Until(ctx, what, try); err != nil {
		s.t.Fatal(err)
	}
}

// windows returns the program's windows.
func (s *stage) windows() []desktop.Window {
	s.t.Helper()
	list, err := s.Windows(s.t.Context(), title)
	if err != nil {
		s.t.Fatal(err)
	}
	return list
}

// window returns the program's window once it is mapped.
func (s *stage) window() desktop.Window {
	s.t.Helper()
	var list []desktop.Window
	s.soon("the window", func() error {
		if list = s.windows(); len(list) != 1 {
			return fmt.Errorf("%d windows are open", len(list))
		}
		return nil
	})
	return list[0]
}

// received returns the notifications once the daemon has received n, and fails if it has more.
func (s *stage) received(n int) []desktop.Notification {
	s.t.Helper()
	var list []desktop.Notification
	s.soon(fmt.Sprintf("%d notifications", n), func() (err error) {
		list, err = s.Notifications(s.t.Context())
		if err == nil && len(list) < n {
			err = fmt.Errorf("the daemon has %d", len(list))
		}
		return err
	})
	if len(list) != n {
		s.t.Fatalf("the daemon received %d notifications, want %d: %+v", len(list), n, list)
	}
	return list
}
