//go:build unix

package command

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"licensewatch/internal/secret"
	"licensewatch/monitor/link"
	"licensewatch/soapclient/simulator"
)

// role is the environment variable that makes this test binary play the program, with its children.
const role = "LICENSEWATCH_COMMAND_ROLE"

func TestMain(m *testing.M) {
	if os.Getenv(role) == "" {
		os.Exit(m.Run())
	}
	os.Exit(Main(os.Args[1:], Program{
		Version: "1.2.3", Fyne: "v9.8.7",
		CanShow: func() error { return errors.New("OpenGL is missing") },
		Show:    func(context.Context, *link.Client) error { return errors.New("a window was shown without OpenGL") },
	}))
}

// canary is the password at every site. It must show up nowhere.
const canary = "Canary-Pa55wørd, with blanks"

const (
	head = "Head office"
	oslo = "Branch Oslo"
)

// patience is longer than anything may take that has to happen.
const patience = 20 * time.Second

// stage is a place to run the program in, with a NetServer of two sites and two owners each, all well.
type stage struct {
	t   *testing.T
	dir string
	sim *simulator.Server
}

// begin makes a stage with a settings file and a secrets folder for the sites.
func begin(t *testing.T, sites ...string) *stage {
	t.Helper()
	dir, err := os.MkdirTemp("", "command") // a socket's path must be short
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	w := simulator.Build(2, 2, 3)
	for i, name := range []string{head, oslo} {
		w.Sites[i].Name, w.Sites[i].OwnPort = name, true
		w.Sites[i].Users[0].Password = secret.Text(canary)
	}
	s := &stage{t: t, dir: dir, sim: simulator.New(w)}
	if _, err := s.sim.Start("127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.sim.Close)
	var text strings.Builder
	for _, name := range sites {
		fmt.Fprintf(&text, "[[site]]\nname = %q\nurl = %q\nuser = \"admin\"\n\n", name, s.sim.URL(name))
		s.write(canary+"\n", "secrets", name+".secret")
	}
	s.write(text.String(), "config", "licensewatch", "config.toml")
	return s
}

func (s *stage) path(elem ...string) string {
	return filepath.Join(append([]string{s.dir}, elem...)...)
}

// config is the settings file where the program looks for it by itself.
func (s *stage) config() string { return s.path("config", "licensewatch", "config.toml") }

// keys is the flag that names the secrets folder.
func (s *stage) keys() string { return "--secrets-dir=" + s.path("secrets") }

func (s *stage) write(text string, elem ...string) {
	s.t.Helper()
	path := s.path(elem...)
	err := os.MkdirAll(filepath.Dir(path), 0o700)
	if err == nil {
		err = os.WriteFile(path, []byte(text), 0o600)
	}
	if err != nil {
		s.t.Fatal(err)
	}
}

func (s *stage) do(line string) {
	s.t.Helper()
	if err := s.sim.Do(line); err != nil {
		s.t.Fatal(err)
	}
}

// command makes a run of the program that sees nothing of the desktop it runs on.
func (s *stage) command(args ...string) *exec.Cmd {
	return s.commandUntil(context.Background(), args...)
}

// commandUntil is command, and the end of ctx interrupts the program.
func (s *stage) commandUntil(ctx context.Context, args ...string) *exec.Cmd {
	ctx, cancel := context.WithTimeout(ctx, patience)
	s.t.Cleanup(cancel)
	cmd := exec.CommandContext(ctx, os.Args[0], args...)
	cmd.Cancel, cmd.WaitDelay = func() error { return cmd.Process.Signal(os.Interrupt) }, patience/2
	cmd.Dir = s.dir
	cmd.Env = []string{
		role + "=program", "GORACE=atexit_sleep_ms=0", "HOME=" + s.path("home"), "PATH=" + s.path("bin"), "TMPDIR=" + s.dir,
		"XDG_CONFIG_HOME=" + s.path("config"), "XDG_STATE_HOME=" + s.path("state"), "XDG_CACHE_HOME=" + s.path("cache"),
		"XDG_RUNTIME_DIR=" + s.dir, "DBUS_SESSION_BUS_ADDRESS=unix:path=" + s.path("nobody"),
	}
	return cmd
}

// result is how a run of the program ended.
type result struct {
	code           int
	stdout, stderr string
}

func (r result) String() string {
	return fmt.Sprintf("exit code %d\nstdout: %s\nstderr: %s", r.code, r.stdout, r.stderr)
}

// run runs the program to its end, with nothing on its standard input.
func (s *stage) run(args ...string) result { return s.feed("", args...) }

// feed runs the program to its end with a standard input.
func (s *stage) feed(stdin string, args ...string) result {
	s.t.Helper()
	cmd := s.command(args...)
	cmd.Stdin = strings.NewReader(stdin)
	return s.end(cmd)
}

// end runs cmd to its end. No run may give the password away.
func (s *stage) end(cmd *exec.Cmd) result {
	s.t.Helper()
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	err := cmd.Run()
	if _, ok := errors.AsType[*exec.ExitError](err); err != nil && !ok {
		s.t.Fatalf("%q: %v", cmd.Args, err)
	}
	r := result{cmd.ProcessState.ExitCode(), out.String(), errs.String()}
	if strings.Contains(r.stdout+r.stderr, "Canary") {
		s.t.Errorf("%q gives the password away", cmd.Args[1:])
	}
	return r
}

// want fails the test if r is not as described: an exit code, and words on standard error in one line that begins
// with the program's name. No words: nothing may stand there.
func (r result) want(t *testing.T, code int, words ...string) {
	t.Helper()
	if r.code != code {
		t.Errorf("want exit code %d, got %v", code, r)
	}
	if len(words) == 0 && r.stderr != "" || len(words) > 0 && (!strings.HasPrefix(r.stderr, "licensewatch: ") || strings.Count(r.stderr, "\n") != 1) {
		t.Errorf("standard error is %q, want one line with %q", r.stderr, words)
	}
	for _, word := range words {
		if !strings.Contains(r.stderr, word) {
			t.Errorf("standard error is %q, want a word of %q", r.stderr, word)
		}
	}
}

// until waits for try, with patience.
func until(t *testing.T, what string, try func() bool) {
	t.Helper()
	deadline := time.After(patience)
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for !try() {
		select {
		case <-tick.C:
		case <-deadline:
			t.Errorf("%s: not within %v", what, patience)
			return
		}
	}
}
