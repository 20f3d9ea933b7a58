//go:build unix

package command

import (
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"
)

func TestCheckEndsWithTheWorst(t *testing.T) {
	tests := []struct {
		name    string
		change  string // at the NetServer
		code    int
		word    string // the severity
		mention string // in each format
	}{
		{"all well", "", 0, "ok", head},
		{"a warning", oslo + " PARTNER01 status NewLicenseAvailable", 1, "warning", "A new licence is available."},
		{"trouble", oslo + " PARTNER01 status ProblemWithLicense", 2, "critical", "reports a problem"},
		{"an expired licence", oslo + " SUPEROFFICE date expiry -1d", 2, "critical", "expired"},
		{"a word that nobody knows", oslo + ` PARTNER01 status "Brandnew"`, 3, "unknown", "Brandnew"},
		{"a site that cannot be read", oslo + " fault html", 3, "unknown", "web page"},
		{"a server that takes no password", oslo + " fault bad-password", 3, "unknown", "refused"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := begin(t, head, oslo)
			if tt.change != "" {
				s.do(tt.change)
			}
			for _, format := range []string{"text", "json", "nagios"} {
				r := s.run("check", s.keys(), "--format", format)
				r.want(t, tt.code)
				if !strings.Contains(r.stdout, tt.mention) {
					t.Errorf("%s does not mention %q: %v", format, tt.mention, r)
				}
				switch format {
				case "json":
					var all struct{ Severity string }
					if err := json.Unmarshal([]byte(r.stdout), &all); err != nil || all.Severity != tt.word {
						t.Errorf("JSON says %q (%v), want %q", all.Severity, err, tt.word)
					}
				case "nagios":
					if want := "LICENSEWATCH " + strings.ToUpper(tt.word) + " - "; !strings.HasPrefix(r.stdout, want) {
						t.Errorf("the plugin's output begins with %.60q, want %q", r.stdout, want)
					}
				}
			}
		})
	}
}

func TestCheckLooksAtWhatWasChosen(t *testing.T) {
	s := begin(t, head, oslo)
	s.do(head + " PARTNER01 status NewLicenseAvailable")
	s.do(oslo + " SUPEROFFICE status ProblemWithLicense")
	tests := []struct {
		name         string
		args         []string
		code         int
		with, naming string // what must and what must not stand in the output
	}{
		{"everything", nil, 2, head, "Nowhere"},
		{"one site", []string{"--site", head}, 1, head, oslo},
		{"both sites", []string{"--site", head, "--site", oslo}, 2, oslo, "Nowhere"},
		{"one owner of all sites", []string{"--owner", "PARTNER01"}, 1, oslo, "SUPEROFFICE"},
		{"an owner in another case", []string{"--owner", "partner01"}, 1, oslo, "SUPEROFFICE"},
		{"one owner of one site", []string{"--site", head, "--owner", "SUPEROFFICE"}, 0, "SUPEROFFICE", "PARTNER01"},
		{"two owners", []string{"--owner", "SUPEROFFICE", "--owner", "PARTNER01"}, 2, "PARTNER01", "Nowhere"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := s.run(append([]string{"check", s.keys()}, tt.args...)...)
			r.want(t, tt.code)
			if !strings.Contains(r.stdout, tt.with) || strings.Contains(r.stdout, tt.naming) {
				t.Errorf("%v, want %q in it and not %q", r, tt.with, tt.naming)
			}
		})
	}
	t.Run("an owner is asked for alone", func(t *testing.T) {
		before := s.sim.Requests(head, "GetLicenseStatusFromLicenseServer")
		s.run("check", s.keys(), "--site", head, "--owner", "SUPEROFFICE")
		if n := s.sim.Requests(head, "GetLicenseStatusFromLicenseServer") - before; n != 1 {
			t.Errorf("%d questions to licence servers, want 1", n)
		}
	})
	t.Run("a site that fails is not passed over for want of owners", func(t *testing.T) {
		s.do(oslo + " fault refuse")
		if r := s.run("check", s.keys(), "--owner", "SUPEROFFICE"); r.code != 3 || !strings.Contains(r.stdout, oslo) {
			t.Errorf("%v, want the site that cannot be read", r)
		}
	})
}

func TestCheckNamesASecretThatIsMissing(t *testing.T) {
	s := begin(t, head, oslo)
	if err := os.Remove(s.path("secrets", oslo+".secret")); err != nil {
		t.Fatal(err)
	}
	r := s.run("check", s.keys())
	r.want(t, 3)
	if !strings.Contains(r.stdout, oslo+".secret") || !strings.Contains(r.stdout, "OK        "+head) {
		t.Errorf("%v, want the file that is missing, and the other site well", r)
	}
	cmd := s.command("check", "--site", head)
	cmd.Env = append(cmd.Env, "CREDENTIALS_DIRECTORY="+s.path("secrets")) // as systemd gives it
	s.end(cmd).want(t, 0)
	if r := s.run("check", "--site", head); r.code != 3 || !strings.Contains(r.stdout, "no keyring") {
		t.Errorf("without the folder: %v, want that there is no keyring", r)
	}
}

func TestCheckWarnsAsTheSettingsSay(t *testing.T) {
	s := begin(t, head, oslo)
	s.do(oslo + " SUPEROFFICE seats ten-sales 20/21")
	s.do(oslo + " PARTNER01 seats ten-sales 23/21")
	s.do(head + " SUPEROFFICE date expiry +80d")
	settings, err := os.ReadFile(s.config())
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name, top, owner string // settings for all, and for the owners of the last site
		code             int
		with             []string
		without          string
	}{
		{"as usual", "", "", 2, []string{"Sales Premium has 1 free seat of 21.", "Sales Premium is assigned to 23 users, 2 more than the 21 seats owned.", "Remove it from 2 users"}, "expires in"},
		{"a longer ladder", "ladder = [90]\n", "", 2, []string{"The licence expires in 80 days"}, "nothing"},
		{"few seats switched off for one owner", "", "[[site.owner]]\nname = \"SUPEROFFICE\"\nfree_seats = \"off\"\n", 2, []string{"Sales Premium is assigned"}, "1 free seat"},
		{"more seats are few", "free_seats = 4\n", "", 2, []string{"Sales Premium has 4 free seats of 21."}, "expires in"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s.write(tt.top+string(settings)+"\n"+tt.owner, "config", "licensewatch", "config.toml")
			r := s.run("check", s.keys())
			r.want(t, tt.code)
			for _, words := range tt.with {
				if !strings.Contains(r.stdout, words) {
					t.Errorf("%v\nwant %q in it", r, words)
				}
			}
			if strings.Contains(r.stdout, tt.without) {
				t.Errorf("%v\nwant no %q in it", r, tt.without)
			}
		})
	}
}

func TestCheckKeepsItsTime(t *testing.T) {
	s := begin(t, head, oslo)
	s.do(oslo + " fault hang")
	began := time.Now()
	r := s.run("check", s.keys(), "--timeout", "1s")
	r.want(t, 3)
	if took := time.Since(began); took > patience/2 {
		t.Errorf("it took %v", took)
	}
	if !strings.Contains(r.stdout, "no answer in time") || !strings.Contains(r.stdout, "OK        "+head) {
		t.Errorf("%v, want the timeout of one site and the other site well", r)
	}
}

func TestCheckEndsByInterrupt(t *testing.T) {
	s := begin(t, head)
	s.do(head + " fault hang")
	ctx, interrupt := context.WithCancel(t.Context())
	defer interrupt()
	go func() {
		until(t, "a request that hangs", func() bool { return s.sim.Requests(head, "") > 0 })
		interrupt()
	}()
	r := s.end(s.commandUntil(ctx, "check", s.keys()))
	if r.code != 3 || !strings.Contains(r.stdout, "called off") || strings.Contains(r.stdout, "bug") {
		t.Errorf("%v, want exit code 3 and that it was called off", r)
	}
}

func TestTheLogHoldsNoSecret(t *testing.T) {
	s := begin(t, head, oslo)
	s.write("Canary token", "secrets", head+".apptoken")
	s.do(oslo + " fault bad-password")
	r := s.run("check", "-v", s.keys()) // which looks for canaries
	if r.code != 3 || !strings.Contains(r.stderr, oslo) {
		t.Errorf("%v, want a log that names the site that failed", r)
	}
	if quiet := s.run("check", s.keys()); quiet.stderr != "" {
		t.Errorf("without -v the log is %q", quiet.stderr)
	}
}

// agent starts the agent, and ends it with the test.
func (s *stage) agent(args ...string) *exec.Cmd {
	s.t.Helper()
	log, err := os.Create(s.path("agent.log"))
	if err != nil {
		s.t.Fatal(err)
	}
	defer log.Close()
	cmd := s.command(append([]string{"-v", s.keys()}, args...)...)
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() {
		if cmd.ProcessState == nil {
			cmd.Process.Kill()
			cmd.Wait()
		}
	})
	return cmd
}

func TestStatusSaysWhatTheAgentKnows(t *testing.T) {
	s := begin(t, head, oslo)
	s.do(oslo + " PARTNER01 status NewLicenseAvailable")
	cmd := s.agent()
	until(t, "an agent that has read both sites", func() bool { return s.run("status").code == 1 })
	asked := s.sim.Requests("", "")
	r := s.run("status", "--format", "json")
	r.want(t, 1)
	var all struct {
		Severity string
		Sites    []struct{ Site string }
	}
	if err := json.Unmarshal([]byte(r.stdout), &all); err != nil || all.Severity != "warning" || len(all.Sites) != 2 {
		t.Errorf("JSON says %+v (%v), want a warning at two sites", all, err)
	}
	if n := s.sim.Requests("", "") - asked; n != 0 {
		t.Errorf("status asked the servers %d times", n)
	}
	s.run("status", "--config", s.path("other.toml")).want(t, 69, "no agent is running") // that is another agent's
	began := time.Now()
	cmd.Process.Signal(syscall.SIGTERM)
	if err := cmd.Wait(); err != nil || time.Since(began) > patience/2 {
		t.Errorf("the agent ends with %v after %v, want 0 soon", err, time.Since(began))
	}
	s.run("status").want(t, 69, "no agent is running")
	log, err := os.ReadFile(s.path("agent.log"))
	if err != nil || strings.Contains(string(log), "Canary") || !strings.Contains(string(log), "tray") {
		t.Errorf("the agent's log (%v) holds the password, or nothing about the tray", err)
	}
}

func TestASecondStartHandsOver(t *testing.T) {
	s := begin(t, head)
	s.agent()
	until(t, "an agent", func() bool { return s.run("status").code == 0 })
	if r := s.run(s.keys()); r.code != 0 || r.stderr != "" {
		t.Errorf("a second start: %v, want 0", r)
	}
	if r := s.run("status"); r.code != 0 {
		t.Errorf("after it: %v, want the first agent", r)
	}
}

func TestAWindowWithoutOpenGLSaysSo(t *testing.T) {
	s := begin(t, head)
	s.agent()
	until(t, "an agent", func() bool { return s.run("status").code == 0 })
	s.run("window").want(t, 70, "OpenGL is missing", "status.html")
}
