//go:build unix

package command

import (
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"licensewatch/internal/keyring"
)

func TestWrongUsageIsSaidInOneLine(t *testing.T) {
	s := begin(t, head)
	s.write("+5s Nowhere status Ok\n", "bad.story")
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	tests := []struct {
		name  string
		args  []string
		words []string
	}{
		{"a command that is not there", []string{"chekc"}, []string{`"chekc"`, "--help"}},
		{"a flag that is not there", []string{"check", "--colour"}, []string{"--colour", "licensewatch check --help"}},
		{"a flag of another command", []string{"status", "--site", head}, []string{"--site"}},
		{"an argument too many", []string{"check", head}, []string{head}},
		{"a format that is not there", []string{"check", "--format", "xml"}, []string{`"xml"`, "text, json or nagios"}},
		{"and none of status", []string{"status", "--format", "xml"}, []string{`"xml"`, "text, json or nagios"}},
		{"a time that is none", []string{"check", "--timeout", "soon"}, []string{"timeout", "soon"}},
		{"a time of nothing", []string{"check", "--timeout", "0s"}, []string{"--timeout", "60s"}},
		{"a time of less", []string{"check", "--timeout", "-5s"}, []string{"--timeout"}},
		{"a site that is not set up", []string{"check", "--site", "Nowhere"}, []string{`"Nowhere"`}},
		{"and one beside one that is", []string{"check", "--site", head, "--site", "Nowhere"}, []string{`"Nowhere"`}},
		{"an owner that no site lists", []string{"check", s.keys(), "--owner", "NOBODY"}, []string{`"NOBODY"`}},
		{"signin without a site", []string{"signin"}, []string{"name one site"}},
		{"signin with two", []string{"signin", head, oslo}, []string{"name one site"}},
		{"signin for a site that is not set up", []string{"signin", "Nowhere", "--stdin"}, []string{`"Nowhere"`, `"Head office"`}},
		{"signin without a terminal", []string{"signin", head}, []string{"--stdin"}},
		{"signin with nothing", []string{"signin", head, "--stdin"}, []string{"empty"}},
		{"signin where a folder has the secrets", []string{"signin", head, "--stdin", s.keys()}, []string{s.path("secrets"), `"Head office.secret"`}},
		{"a token and a proxy's password at once", []string{"signin", head, "--app-token", "--proxy"}, []string{"one after the other"}},
		{"and has the proxy's password", []string{"signin", head, "--stdin", "--proxy", s.keys()}, []string{`"Head office.proxy"`}},
		{"and has the token", []string{"signin", head, "--stdin", "--app-token", s.keys()}, []string{`"Head office.apptoken"`}},
		{"a story that is not there", []string{"simulate", "--story", "no.story"}, []string{"no.story"}},
		{"a story of a site that is not there", []string{"simulate", "--story", "bad.story"}, []string{"bad.story", "line 1", "Nowhere"}},
		{"an address that is taken", []string{"simulate", "--listen", taken.Addr().String()}, []string{"--listen"}},
		{"an address that is none", []string{"simulate", "--listen", "nonsense"}, []string{"--listen"}},
		{"fewer modules than none", []string{"simulate", "--sites", "1", "--modules", "-1"}, []string{"--modules"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := s.run(tt.args...)
			r.want(t, 64, tt.words...)
			if r.stdout != "" {
				t.Errorf("standard output has %q", r.stdout)
			}
		})
	}
}

func TestSettingsThatAreWrongNameLineAndKey(t *testing.T) {
	tests := []struct {
		name, text string
		words      []string
	}{
		{"a key that is not there", "interval = \"1h\"\ncolour = \"red\"\n", []string{":2:", `"colour"`}},
		{"a slip of the pen", "[[site]]\nname = \"A\"\nurl = \"https://a.example/\"\nusr = \"x\"\n", []string{":4:", `"usr"`, `"user"`}},
		{"a value that cannot be", "interval = \"1s\"\n", []string{":1:", "interval", "too short"}},
		{"no TOML", "interval 1h\n", []string{":1:"}},
		{"no site", "interval = \"1h\"\n", []string{"no site is set up"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := begin(t)
			s.write(tt.text, "config", "licensewatch", "config.toml")
			s.run("check").want(t, 78, append(tt.words, s.config())...)
			other := s.path("other.toml")
			s.write(tt.text, "other.toml")
			s.run("check", "--config", "other.toml").want(t, 78, append(tt.words, other)...)
		})
	}
	t.Run("every problem at once", func(t *testing.T) {
		s := begin(t)
		s.write("one = 1\ntwo = 2\n", "config", "licensewatch", "config.toml")
		if r := s.run("check"); r.code != 78 || !strings.Contains(r.stderr, ":1:") || !strings.Contains(r.stderr, ":2:") {
			t.Errorf("%v, want both lines", r)
		}
	})
	t.Run("a file that is not there, or is a folder", func(t *testing.T) {
		s := begin(t)
		s.run("check", "--config", filepath.Join(t.TempDir(), "nope.toml")).want(t, 78, "does not exist", "nope.toml")
		s.run("check", "--config", t.TempDir()).want(t, 78, "cannot be read")
	})
	t.Run("the agent and signin stop at them too", func(t *testing.T) {
		s := begin(t)
		s.write("one = 1\n", "config", "licensewatch", "config.toml")
		s.run().want(t, 78, `"one"`)
		s.feed("x\n", "signin", head, "--stdin").want(t, 78, `"one"`)
	})
}

func TestWithoutAnAgentThereIsNoStatus(t *testing.T) {
	s := begin(t, head)
	s.run("status").want(t, 69, "no agent is running", "licensewatch check")
	s.run("window", "--attached").want(t, 70, "no agent is running")
}

func TestSignInTakesNoKeyThatIsNone(t *testing.T) {
	s := begin(t)
	s.write("[[site]]\nname = \"Tenant\"\nsign_in = \"system-user\"\ntenant = \"Cust12345\"\nuser = \"App-x\"\n", "config", "licensewatch", "config.toml")
	s.run("signin", "Tenant").want(t, 64, "--stdin < key.pem")
	s.feed("-----BEGIN RSA PRIVATE KEY-----\nCanary\n-----END RSA PRIVATE KEY-----\n", "signin", "Tenant", "--stdin").want(t, 64, "nothing was stored")
	s.feed("token\n", "signin", "Tenant", "--stdin", "--app-token").want(t, 70, "no keyring") // that one is a line like others
}

func TestSignInSaysWhyTheKeyringFails(t *testing.T) {
	s := begin(t, head)
	s.feed(canary+"\n", "signin", head, "--stdin").want(t, 70, "no keyring", "--secrets-dir")
	s.feed(strings.Repeat("x", keyring.MaxSecret+1)+"\n", "signin", head, "--stdin").want(t, 70, "longer than")
}

func TestVersionNamesWhatItIsMadeOf(t *testing.T) {
	r := begin(t).run("version")
	r.want(t, 0)
	if !strings.HasPrefix(r.stdout, "licensewatch 1.2.3") || !strings.Contains(r.stdout, "Fyne v9.8.7") || !strings.Contains(r.stdout, "go1.") || strings.Count(r.stdout, "\n") != 1 {
		t.Errorf("standard output is %q, want one line with the versions", r.stdout)
	}
}

// The children of a service without a home must work as well.
func TestChildrenNeedNoHome(t *testing.T) {
	s := begin(t)
	for _, child := range []string{"keyring-child", "notify-child"} {
		cmd := s.command(child)
		cmd.Env = []string{role + "=program", "GORACE=atexit_sleep_ms=0"}
		cmd.Stdin = strings.NewReader("")
		if r := s.end(cmd); strings.Contains(r.stderr, "folder") {
			t.Errorf("%s: %v, want no word about folders", child, r)
		}
	}
	cmd := s.command("check")
	cmd.Env = []string{role + "=program", "GORACE=atexit_sleep_ms=0"}
	s.end(cmd).want(t, 70, "--config")
}

func TestSimulateEndsByInterrupt(t *testing.T) {
	s := begin(t)
	cmd := s.command("simulate", "--listen", "127.0.0.1:0", "--sites", "3")
	out, err := os.Create(s.path("out"))
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	cmd.Stdout, cmd.Stderr = out, out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	until(t, "the simulator's settings", func() bool {
		text, _ := os.ReadFile(out.Name())
		return strings.Count(string(text), "[[site]]") == 3 && strings.Contains(string(text), "Ctrl-C")
	})
	cmd.Process.Signal(syscall.SIGINT)
	if err := cmd.Wait(); err != nil {
		t.Errorf("it ends with %v, want 0", err)
	}
	text, _ := os.ReadFile(out.Name())
	s.write(string(text), "sim.toml")
	if r := s.run("check", "--config", "sim.toml", "--secrets-dir", filepath.Dir(out.Name())); r.code != 3 {
		t.Errorf("%v, want its output to be settings, of sites that are gone", r)
	}
}
