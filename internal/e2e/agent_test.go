//go:build linux

package e2e

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"licensewatch/internal/desktop"
)

// An agent is a running "licensewatch".
type agent struct {
	*stage
	cmd  *exec.Cmd
	tray *desktop.TrayItem
	log  string        // the file with its standard output and error
	done chan struct{} // closed when it has ended
}

// menu entries that the tests choose.
const (
	refreshNow = "Refresh now"
	openWindow = "Open Licensewatch"
	quit       = "Quit"
)

// start starts an agent without waiting for anything.
func (s *stage) start(args ...string) *agent {
	s.t.Helper()
	return s.startWith(nil, args...)
}

// startWith starts an agent with additions to its environment.
func (s *stage) startWith(env []string, args ...string) *agent {
	s.t.Helper()
	log, err := os.CreateTemp(s.Path("log"), "agent-*.log")
	if err != nil {
		s.t.Fatal(err)
	}
	defer log.Close()
	cmd := s.Command(s.t.Context(), s.path, append([]string{"-v"}, args...)...)
	cmd.Env = append(cmd.Env, env...)
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	a := &agent{stage: s, cmd: cmd, log: log.Name(), done: make(chan struct{})}
	a.tray = s.TrayItem(cmd.Process.Pid)
	go func() { cmd.Wait(); close(a.done) }()
	s.t.Cleanup(func() {
		cmd.Cancel()
		<-a.done
		if s.t.Failed() {
			s.t.Logf("the agent's log:\n%s", a.output())
		}
	})
	return a
}

// startKnowing starts an agent and waits until it is in the tray and has asked every owner of the sites and
// knows the answers, whatever it remembered.
func (s *stage) startKnowing(sites ...string) *agent {
	s.t.Helper()
	before := s.counts(sites)
	a := s.start()
	a.inTray()
	a.polls(before)
	a.knows(sites...)
	return a
}

// counts returns how often the licence server was asked about each site.
func (s *stage) counts(sites []string) map[string]int {
	n := map[string]int{}
	for _, name := range sites {
		n[name] = s.asked(name)
	}
	return n
}

// polls waits until both owners of each site were asked once more than before.
func (a *agent) polls(before map[string]int) {
	a.t.Helper()
	for name, was := range before {
		a.soon("a poll of "+name, func() error {
			a.alive()
			if n := a.asked(name) - was; n < 2 {
				return fmt.Errorf("%d of its 2 owners were asked", n)
			}
			return nil
		})
	}
}

func (a *agent) output() string {
	b, _ := os.ReadFile(a.log)
	return string(b)
}

// alive fails the test if the agent has ended.
func (a *agent) alive() {
	a.t.Helper()
	select {
	case <-a.done:
		a.t.Fatalf("the agent has ended: %v", a.cmd.ProcessState)
	default:
	}
}

// inTray waits until the tray's watcher lists the agent's icon.
func (a *agent) inTray() {
	a.t.Helper()
	a.soon("the icon in the tray", func() error {
		a.alive()
		ok, err := a.tray.Registered(a.t.Context())
		if err == nil && !ok {
			err = errors.New("the watcher does not list it")
		}
		return err
	})
}

// choose chooses an entry of the icon's menu.
func (a *agent) choose(path ...string) {
	a.t.Helper()
	a.soon(strings.Join(path, " ▸ "), func() error { return a.tray.Activate(a.t.Context(), path...) })
}

// refresh chooses "Refresh now" and waits until every owner of the sites was asked once more.
func (a *agent) refresh(sites ...string) {
	a.t.Helper()
	before := a.counts(sites)
	a.choose(refreshNow)
	a.polls(before)
}

// knows waits until the agent has an answer from both owners of each site.
func (a *agent) knows(sites ...string) {
	a.t.Helper()
	a.soon("the agent's first answers", func() error {
		a.alive()
		known := 0
		for _, site := range a.status().Sites {
			for _, o := range site.Owners {
				if o.Status != "" {
					known++
				}
			}
		}
		if known < 2*len(sites) {
			return fmt.Errorf("%d owners are known", known)
		}
		return nil
	})
}

// shows waits until "licensewatch status" has the owner's status.
func (a *agent) shows(site, owner, status string) {
	a.t.Helper()
	a.soon("the agent to know", func() error {
		if got := a.status().owner(site, owner).Status; got != status {
			return fmt.Errorf("%s at %s is %q, want %q", owner, site, got, status)
		}
		return nil
	})
}

// status is what the agent knows; empty if it does not say.
func (a *agent) status() answer {
	a.t.Helper()
	r := a.run("status", "--format", "json")
	if r.code > 3 {
		return answer{}
	}
	return decode(a.t, r)
}

// ends waits until the agent has ended and returns how.
func (a *agent) ends(limit time.Duration) *os.ProcessState {
	a.t.Helper()
	select {
	case <-a.done:
	case <-time.After(limit):
		a.t.Fatalf("the agent still runs after %v", limit)
	}
	return a.cmd.ProcessState
}

// kill ends the agent as kill -9 does.
func (a *agent) kill() {
	a.t.Helper()
	if err := a.cmd.Process.Signal(syscall.SIGKILL); err != nil {
		a.t.Fatal(err)
	}
	<-a.done
}

// answer is the JSON of "check" and "status".
type answer struct {
	Version  int
	Severity string
	Sites    []siteAnswer
}

type siteAnswer struct {
	Site, URL, Services, Severity string
	Error                         *failure
	Owners                        []ownerAnswer
}

type ownerAnswer struct {
	Owner, Status, Message, URL, Severity string
	Error                                 *failure
	Findings                              []struct{ Kind, Severity, Text, Action string }
	DaysLeft                              *int `json:"days_left"`
	Acknowledged                          *struct{ By, Note string }
	Modules                               []struct{ Name string }
}

type failure struct{ Kind, Text string }

// decode reads the JSON in r.
func decode(t *testing.T, r result) answer {
	t.Helper()
	var a answer
	if err := json.NewDecoder(strings.NewReader(r.stdout)).Decode(&a); err != nil {
		t.Fatalf("not JSON: %v\n%v", err, r)
	}
	return a
}

// owner returns the owner at the site, or an empty one.
func (a answer) owner(site, owner string) ownerAnswer {
	for _, s := range a.Sites {
		for _, o := range s.Owners {
			if s.Site == site && o.Owner == owner {
				return o
			}
		}
	}
	return ownerAnswer{}
}

// errors returns all failures of sites and owners.
func (a answer) errors() []failure {
	var list []failure
	for _, s := range a.Sites {
		if s.Error != nil {
			list = append(list, *s.Error)
		}
		for _, o := range s.Owners {
			if o.Error != nil {
				list = append(list, *o.Error)
			}
		}
	}
	return list
}
