//go:build linux

package e2e

import (
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"licensewatch/internal/desktop"
)

// quickly is how long an agent may take to end.
const quickly = 2 * time.Second

func TestASecondStartHandsOver(t *testing.T) {
	s := setUp(t, desktop.Options{})
	s.configure(head)
	s.signIn(head)
	a := s.startKnowing(head)
	r := s.run()
	if r.code != 0 || r.took > time.Second {
		t.Errorf("want exit code 0 within 1 s: %v", r)
	}
	s.window() // it asked for it
	a.alive()
}

func TestAKilledAgentLeavesNoObstacle(t *testing.T) {
	s := setUp(t, desktop.Options{})
	s.configure(head)
	s.signIn(head)
	a := s.startKnowing(head)
	a.kill()
	if !s.hasSocket() {
		t.Fatal("the killed agent has left no socket: the test tests nothing")
	}
	if r := s.run("status"); r.code != 69 {
		t.Errorf("status without an agent: want exit code 69: %v", r)
	}
	s.startKnowing(head)
}

// hasSocket reports whether there is a socket of the program's below the runtime folder.
func (s *stage) hasSocket() bool {
	found := false
	filepath.WalkDir(s.Path("run"), func(path string, e fs.DirEntry, err error) error {
		if err == nil && e.Type() == fs.ModeSocket && strings.Contains(strings.ToLower(path[len(s.Path("run")):]), "licensewatch") {
			found = true
		}
		return nil
	})
	return found
}

func TestTheSocketIsTheUsersAlone(t *testing.T) {
	s := setUp(t, desktop.Options{NoNotifications: true, NoKeyring: true})
	s.start().inTray()
	sockets := 0
	err := filepath.WalkDir(s.Path("run", "licensewatch"), func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		about, err := e.Info()
		if err != nil {
			return err
		}
		if about.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s has mode %v", path, about.Mode())
		}
		if e.Type() == fs.ModeSocket {
			sockets++
		}
		return nil
	})
	if err != nil || sockets == 0 {
		t.Errorf("%d sockets, %v", sockets, err)
	}
}

func TestTheAgentEndsCleanly(t *testing.T) {
	tests := []struct {
		name string
		end  func(a *agent)
	}{
		{"by SIGTERM", func(a *agent) { a.cmd.Process.Signal(syscall.SIGTERM) }},
		{"by Ctrl-C", func(a *agent) { a.cmd.Process.Signal(syscall.SIGINT) }},
		{"by Quit in the menu", func(a *agent) { a.choose(quit) }},
		{"while a site hangs", func(a *agent) {
			a.do(oslo + " fault hang")
			a.refresh(head)
			a.cmd.Process.Signal(syscall.SIGTERM)
		}},
		{"with its window open", func(a *agent) {
			a.choose(openWindow)
			a.window()
			a.cmd.Process.Signal(syscall.SIGTERM)
		}},
		{"while the keyring hangs", func(a *agent) {
			a.Service(desktop.Keyring).Pause()
			a.do(oslo + " fault expire-tickets")
			a.refresh(head)
			a.cmd.Process.Signal(syscall.SIGTERM)
		}},
	}
	s := setUp(t, desktop.Options{})
	s.configure(head, oslo)
	s.signIn(head, oslo)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			sub := *s
			sub.t = t
			a := sub.startKnowing(head, oslo)
			tt.end(a)
			if state := a.ends(quickly); state.ExitCode() != 0 {
				t.Errorf("%v, want exit code 0", state)
			}
			if strings.Contains(a.output(), "panic:") {
				t.Error("it panicked")
			}
			sub.do(oslo + " fault none")
			sub.Service(desktop.Keyring).Resume()
		})
	}
}

func TestWithoutASessionBusTheAgentGoesOnAndEndsCleanly(t *testing.T) {
	s := setUp(t, desktop.Options{NoBus: true})
	s.configure(head, oslo)
	a := s.start(s.secrets(head, oslo))
	s.window()
	a.knows(head, oslo)
	a.alive()
	a.cmd.Process.Signal(syscall.SIGTERM)
	if state := a.ends(quickly); state.ExitCode() != 0 || strings.Contains(a.output(), "panic:") {
		t.Errorf("%v", state)
	}
}

func TestWithASecretsFolderTheKeyringIsNotAsked(t *testing.T) {
	s := setUp(t, desktop.Options{NoNotifications: true})
	s.configure(head)
	if err := s.Service(desktop.Keyring).Pause(); err != nil {
		t.Fatal(err)
	}
	a := s.start(s.secrets(head))
	a.inTray()
	s.within(5*time.Second, "an answer", func() error { return a.shown(head, "Ok") })
}

func TestTheDemoTouchesNothingOfTheUsers(t *testing.T) {
	s := setUp(t, desktop.Options{})
	const mine = "# mine\n[[site]]\nname = \"Mine\"\nurl = \"http://127.0.0.1:1/\"\nuser = \"me\"\n"
	s.write(s.config(), mine)
	before := s.own()
	a := s.start("--demo")
	a.inTray()
	s.showsSomething(s.window())
	s.within(time.Minute, "the first change of the story and its notification", func() error {
		list, err := s.Notifications(t.Context())
		if err == nil && (len(list) == 0 || !strings.Contains(a.output(), "Head office SUPEROFFICE status")) {
			err = fmt.Errorf("%d notifications; it prints %s", len(list), a.output())
		}
		return err
	})
	a.cmd.Process.Signal(syscall.SIGTERM)
	if state := a.ends(quickly); state.ExitCode() != 0 {
		t.Errorf("%v", state)
	}
	if after := s.own(); after != before {
		t.Errorf("the program's files were\n%s\nand are\n%s", before, after)
	}
	if _, err := s.Secret(t.Context(), keyringItem); err == nil {
		t.Error("the demo has put something into the keyring")
	}
}

// own lists the program's files in the user's folders, with their content.
func (s *stage) own() string {
	var b strings.Builder
	for _, dir := range []string{"home", "config", "data", "state", "cache"} {
		for _, file := range s.files(dir) {
			if strings.Contains(strings.ToLower(file), "licensewatch") && !strings.Contains(file, "/fyne/") {
				b.WriteString(file + ": " + s.read(file) + "\n")
			}
		}
	}
	return b.String()
}
