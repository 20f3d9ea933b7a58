//go:build linux

package e2e

import (
	"bytes"
	"context"
	"encoding/base64"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"licensewatch/internal/desktop"
)

// keyringItem is how the program's items are known in the keyring.
var keyringItem = map[string]string{"service": "licensewatch"}

func TestSignInPutsThePasswordIntoTheSecretService(t *testing.T) {
	s := setUp(t, desktop.Options{NoTray: true, NoNotifications: true})
	s.configure(head)
	if _, err := s.Secret(t.Context(), keyringItem); err == nil {
		t.Fatal("the keyring is not empty at first")
	}
	if r := s.feed(canary+"\n", "signin", head, "--stdin"); r.code != 0 {
		t.Fatal(r)
	}
	got, err := s.Secret(t.Context(), keyringItem)
	if err != nil {
		t.Fatal(err)
	}
	if got != canary {
		t.Errorf("the Secret Service holds %d bytes that are not the password", len(got))
	}
}

func TestSignInForASiteThatIsNotSetUpIsRefused(t *testing.T) {
	s := setUp(t, desktop.Options{NoTray: true, NoNotifications: true})
	s.configure(head)
	if r := s.feed(canary+"\n", "signin", "Elsewhere", "--stdin"); r.code == 0 || !strings.Contains(r.stderr, "Elsewhere") {
		t.Errorf("want an error that names the site: %v", r)
	}
	if got, err := s.Secret(t.Context(), keyringItem); err == nil {
		t.Errorf("%d bytes were stored all the same", len(got))
	}
}

func TestTheAgentPollsWithThePasswordFromTheKeyring(t *testing.T) {
	s := setUp(t, desktop.Options{})
	s.configure(head)
	s.signIn(head)
	a := s.startKnowing(head)
	if got := a.status(); got.Severity != "ok" {
		t.Errorf("severity %q, want ok: %+v", got.Severity, got.errors())
	}
	if n := s.sim.Requests(head, "AuthenticateUsernamePassword"); n != 1 {
		t.Errorf("%d sign-ins, want 1", n)
	}
}

func TestASecretShowsUpNowhere(t *testing.T) {
	s := setUp(t, desktop.Options{})
	s.configure(head, oslo)
	ctx, stop := context.WithCancel(t.Context())
	lines := make(chan []string, 1)
	go func() { lines <- commandLines(ctx) }()
	s.signIn(head, oslo)
	a := s.startKnowing(head, oslo)
	s.do(head + " SUPEROFFICE status NewLicenseAvailable")
	a.refresh(head, oslo)
	s.received(1)
	s.do(head + " fault bad-password")
	s.do(head + " fault expire-tickets")
	a.refresh(oslo)
	a.choose(openWindow)
	s.window()
	a.choose(quit)
	a.ends(patience)
	stop()

	seen := <-lines
	if !slices.ContainsFunc(seen, func(line string) bool { return strings.Contains(line, s.path) }) {
		t.Fatal("no command line of the program was seen: the test looks in the wrong place")
	}
	for _, line := range seen {
		if s.leaks([]byte(line)) {
			t.Errorf("a secret on the command line %q", line)
		}
	}
	for _, file := range s.files(".") {
		if content, err := os.ReadFile(s.Path(file)); err == nil && s.leaks(content) {
			t.Errorf("a secret in the file %s", file)
		}
	}
	if a.output() == "" {
		t.Error("the agent has no log to look into, for all that -v was given")
	}
}

// leaks reports whether b holds the password, plain or in base64, or a ticket.
func (s *stage) leaks(b []byte) bool {
	s.t.Helper()
	secrets := append(s.given(), canary, base64.StdEncoding.EncodeToString([]byte(canary))[:32])
	return slices.ContainsFunc(secrets, func(secret string) bool { return bytes.Contains(b, []byte(secret)) })
}

// commandLines looks at all processes, again and again until ctx ends, and returns their command lines.
func commandLines(ctx context.Context) []string {
	seen := map[string]bool{}
	for ctx.Err() == nil {
		files, _ := filepath.Glob("/proc/[0-9]*/cmdline")
		for _, file := range files {
			if b, err := os.ReadFile(file); err == nil {
				seen[string(bytes.ReplaceAll(b, []byte{0}, []byte{' '}))] = true
			}
		}
	}
	var all []string
	for line := range seen {
		all = append(all, line)
	}
	return all
}

// files returns the regular files below a folder of the desktop, relative to the desktop's own.
func (s *stage) files(dir string) []string {
	s.t.Helper()
	var list []string
	err := fs.WalkDir(os.DirFS(s.Path()), dir, func(path string, e fs.DirEntry, err error) error {
		if err == nil && e.Type().IsRegular() {
			list = append(list, path)
		}
		return nil // a file may vanish while we look
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return list
}

func TestALockedOrAbsentKeyringIsNamed(t *testing.T) {
	tests := []struct {
		name string
		opts desktop.Options
		word string
	}{
		{"locked", desktop.Options{LockedKeyring: true, NoTray: true, NoNotifications: true}, "locked"},
		{"no keyring service", desktop.Options{NoKeyring: true, NoTray: true, NoNotifications: true}, "keyring"},
		{"no session bus", desktop.Options{NoBus: true}, "keyring"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := setUp(t, tt.opts)
			s.configure(head)
			r := s.run("check", "--format", "json")
			if r.code != 3 {
				t.Errorf("want exit code 3: %v", r)
			}
			wrong := decode(t, r).errors()
			if len(wrong) == 0 || wrong[0].Kind != "keyring" || !strings.Contains(wrong[0].Text, tt.word) {
				t.Errorf("errors %+v, want kind keyring and the word %q", wrong, tt.word)
			}
			if s.sim.Requests(head, "") != 0 {
				t.Error("the site was asked without a password")
			}
		})
	}
}
