//go:build linux

package e2e

import (
	"fmt"
	"net"
	"regexp"
	"strings"
	"testing"
	"time"

	"licensewatch/internal/desktop"
	"licensewatch/soapclient/simulator"
)

// bare is a desktop for what needs none.
var bare = desktop.Options{NoBus: true}

func TestCheckTellsTheWorstByItsExitCode(t *testing.T) {
	tests := []struct {
		status   string
		code     int
		severity string
		nagios   string
	}{
		{"Ok", 0, "ok", "OK"},
		{"NewLicenseActivated", 0, "ok", "OK"},
		{"NewLicenseAvailable", 1, "warning", "WARNING"},
		{"ProblemWithLicense", 2, "critical", "CRITICAL"},
		{"UnknownError", 3, "unknown", "UNKNOWN"},
		{`"SomethingNew"`, 3, "unknown", "UNKNOWN"},
	}
	s := setUp(t, bare)
	s.write(s.config(), fmt.Sprintf("[[site]]\nname = %q\nurl = %q\nuser = \"admin\"\nservices = \"Services88\"\n", head, s.sim.URL(head)))
	secrets := s.secrets(head)
	for _, tt := range tests {
		t.Run(tt.status, func(t *testing.T) {
			s.do(head + " SUPEROFFICE status " + tt.status)
			r := s.run("check", secrets, "--format", "json")
			got := decode(t, r)
			owner := got.owner(head, "SUPEROFFICE")
			if r.code != tt.code || got.Version != 1 || got.Severity != tt.severity ||
				owner.Severity != tt.severity || owner.Status != strings.Trim(tt.status, `"`) {
				t.Errorf("want exit code %d and severity %s: %v", tt.code, tt.severity, r)
			}
			if r := s.run("check", secrets, "--format", "nagios"); r.code != tt.code || !nagiosLine(r.stdout, tt.nagios) {
				t.Errorf("nagios: want exit code %d and a first line with %s: %v", tt.code, tt.nagios, r)
			}
			if r := s.run("check", secrets); r.code != tt.code || !strings.Contains(r.stdout, head) || !strings.Contains(r.stdout, "SUPEROFFICE") {
				t.Errorf("text: want exit code %d, site and owner: %v", tt.code, r)
			}
		})
	}
}

// nagiosLine reports whether out is what the monitoring-plugins convention wants: a first line with the
// state and nothing of another state.
func nagiosLine(out, state string) bool {
	first, _, _ := strings.Cut(out, "\n")
	words := regexp.MustCompile(`\b(OK|WARNING|CRITICAL|UNKNOWN)\b`).FindString(first)
	return words == state
}

func TestCheckNamesEachFailureByItsKind(t *testing.T) {
	tests := []struct{ fault, kind string }{
		{"bad-password", "signin"},
		{"refuse", "network"},
		{"reset", "network"},
		{"hang", "timeout"},
		{"html", "http"},
		{"http 503", "http"},
		{"truncated", "contract"},
		{"namespace", "contract"},
		{"soapfault", "fault"},
		{`exception "The database is down."`, "server"},
	}
	s := setUp(t, bare)
	s.configure(head)
	secrets := s.secrets(head)
	texts := map[string]string{}
	for _, tt := range tests {
		t.Run(tt.fault, func(t *testing.T) {
			s.do(head+" fault none", head+" fault "+tt.fault)
			r := s.run("check", secrets, "--format", "json", "--timeout", "3s")
			wrong := decode(t, r).errors()
			if r.code != 3 || len(wrong) == 0 || wrong[0].Kind != tt.kind || wrong[0].Text == "" {
				t.Fatalf("want exit code 3 and kind %s: %v", tt.kind, r)
			}
			if r.took > 10*time.Second {
				t.Errorf("it took %v for all its --timeout of 3 s", r.took)
			}
			r = s.run("check", secrets, "--timeout", "3s")
			if !strings.Contains(r.stdout, head) {
				t.Errorf("text does not name the site: %v", r)
			}
			if other, ok := texts[r.stdout]; ok {
				t.Errorf("the same words as for %s: %s", other, r.stdout)
			}
			texts[r.stdout] = tt.fault
		})
	}
}

func TestCheckNamesAServerThatIsNotThere(t *testing.T) {
	s := setUp(t, bare)
	s.write(s.config(), "[[site]]\nname = \"Gone\"\nurl = \"https://no-such-host.invalid/remote/\"\nuser = \"admin\"\n")
	r := s.run("check", s.secrets("Gone"), "--format", "json", "--timeout", "20s")
	wrong := decode(t, r).errors()
	if r.code != 3 || len(wrong) == 0 || wrong[0].Kind != "dns" {
		t.Errorf("want exit code 3 and kind dns: %v", r)
	}
}

func TestCheckWorksWithEveryServicesVersion(t *testing.T) {
	s := setUp(t, bare)
	secrets := s.secrets(head)
	for _, services := range []string{"Services84", "Services85", "Services86", "Services87", "Services88"} {
		t.Run(services, func(t *testing.T) {
			s.write(s.config(), fmt.Sprintf("[[site]]\nname = %q\nurl = %q\nuser = \"admin\"\nservices = %q\n", head, s.sim.URL(head), services))
			r := s.run("check", secrets, "--format", "json")
			got := decode(t, r)
			if r.code != 0 || len(got.Sites) != 1 || got.Sites[0].Services != services || len(got.Sites[0].Owners) != 2 {
				t.Errorf("want two owners by %s: %v", services, r)
			}
			if n := len(got.owner(head, "SUPEROFFICE").Modules); n != 5 {
				t.Errorf("%d modules, want 5", n)
			}
		})
	}
}

func TestCheckTakesATicket(t *testing.T) {
	s := setUp(t, bare)
	s.configure(head)
	if r := s.run("check", s.secrets(head)); r.code != 0 {
		t.Fatalf("check by password: %v", r)
	}
	s.write(s.config(), fmt.Sprintf("[[site]]\nname = %q\nurl = %q\nsign_in = \"ticket\"\n", head, s.sim.URL(head)))
	s.write(s.Path("tickets", head+".secret"), s.given()[0])
	signIns := s.sim.Requests(head, "AuthenticateUsernamePassword")
	r := s.run("check", "--secrets-dir="+s.Path("tickets"), "--format", "json")
	if r.code != 0 || decode(t, r).owner(head, "SUPEROFFICE").Status != "Ok" {
		t.Errorf("want an answer: %v", r)
	}
	if n := s.sim.Requests(head, "AuthenticateUsernamePassword"); n != signIns {
		t.Error("it signed in although it has a ticket")
	}
}

func TestCheckLooksAtChosenSitesAndOwners(t *testing.T) {
	s := setUp(t, bare)
	s.configure(head, oslo)
	secrets := s.secrets(head, oslo)
	s.do(head + " SUPEROFFICE status ProblemWithLicense")
	tests := []struct {
		name string
		args []string
		code int
	}{
		{"all", nil, 2},
		{"the site that is well", []string{"--site", oslo}, 0},
		{"both sites", []string{"--site", oslo, "--site", head}, 2},
		{"the owner that is well", []string{"--site", head, "--owner", "PARTNER01"}, 0},
		{"the owner with the problem", []string{"--owner", "SUPEROFFICE"}, 2},
		{"a site that is not set up", []string{"--site", "Elsewhere"}, 64},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if r := s.run(append([]string{"check", secrets}, tt.args...)...); r.code != tt.code {
				t.Errorf("want exit code %d: %v", tt.code, r)
			}
		})
	}
}

func TestWrongUsageAndWrongSettingsHaveTheirExitCodes(t *testing.T) {
	tests := []struct {
		name     string
		settings string
		args     []string
		code     int
		says     string
	}{
		{"an unknown format", "", []string{"check", "--format", "xml"}, 64, "xml"},
		{"an unknown flag", "", []string{"check", "--frobnicate"}, 64, "frobnicate"},
		{"an unknown command", "", []string{"frobnicate"}, 64, "frobnicate"},
		{"an unknown key", "colour = \"red\"\n", []string{"check"}, 78, "colour"},
		{"a key's line", "\n\ninterval = \"soon\"\n", []string{"check"}, 78, "3"},
		{"a Windows user without a name", "[[site]]\nname = \"A\"\nurl = \"https://a.example/\"\nsign_in = \"windows\"\n", []string{"check"}, 78, "has no user"},
		{"plain http to another host", "[[site]]\nname = \"A\"\nurl = \"http://a.example/\"\nuser = \"me\"\n", []string{"check"}, 78, "allow_http"},
		{"no agent", "", []string{"status"}, 69, "agent"},
	}
	s := setUp(t, bare)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s.write(s.config(), tt.settings)
			r := s.run(tt.args...)
			if r.code != tt.code || !strings.Contains(r.stderr, tt.says) {
				t.Errorf("want exit code %d and the word %q: %v", tt.code, tt.says, r)
			}
			if strings.Contains(r.stderr, "goroutine ") {
				t.Error("it panicked")
			}
		})
	}
}

func TestCheckLeavesNoFiles(t *testing.T) {
	s := setUp(t, bare)
	s.configure(head)
	secrets := s.secrets(head)
	before := s.own()
	if r := s.run("check", secrets); r.code != 0 {
		t.Fatal(r)
	}
	if after := s.own(); after != before {
		t.Errorf("its files were\n%s\nand are\n%s", before, after)
	}
}

func TestStatusSaysWhatTheAgentKnows(t *testing.T) {
	s := setUp(t, desktop.Options{NoNotifications: true})
	s.configure(head)
	s.signIn(head)
	a := s.startKnowing(head)
	s.do(head + " SUPEROFFICE status ProblemWithLicense")
	a.refresh(head)
	a.shows(head, "SUPEROFFICE", "ProblemWithLicense")
	asked := s.asked(head)
	for _, format := range []string{"text", "json", "nagios"} {
		if r := s.run("status", "--format", format); r.code != 2 || r.stdout == "" {
			t.Errorf("%s: want exit code 2: %v", format, r)
		}
	}
	if n := s.asked(head); n != asked {
		t.Error("status polled the site")
	}
}

func TestSimulateAndCheckWorkFromTwoShells(t *testing.T) {
	s := setUp(t, bare)
	addr := freeAddress(t)
	story := s.Path("story")
	s.write(story, "+1s Head office SUPEROFFICE status ProblemWithLicense\n")
	cmd := s.Command(t.Context(), s.path, "simulate", "--listen", addr, "--story", story)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Cancel()
		cmd.Wait()
	})
	s.write(s.config(), fmt.Sprintf("[[site]]\nname = %q\nurl = \"http://%s/HeadOffice/Remote/\"\nuser = \"admin\"\n", head, addr))
	s.write(s.Path("demo", head+".secret"), string(simulator.DemoPassword))
	s.soon("the end of the story", func() error {
		r := s.run("check", "--secrets-dir="+s.Path("demo"), "--format", "json")
		if r.code != 2 || decode(t, r).owner(head, "SUPEROFFICE").Status != "ProblemWithLicense" {
			return fmt.Errorf("want exit code 2 and ProblemWithLicense: %v", r)
		}
		return nil
	})
}

// freeAddress returns an address that nobody listens on.
func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

func TestVersionNamesWhatItIsMadeOf(t *testing.T) {
	s := setUp(t, bare)
	r := s.run("version")
	if r.code != 0 || !strings.Contains(r.stdout, "go1.") || !strings.Contains(strings.ToLower(r.stdout), "fyne") {
		t.Errorf("want versions of program, Go and Fyne: %v", r)
	}
}
