//go:build unix

package command

import (
	"encoding/json"
	"os"
	"strings"
	"syscall"
	"testing"

	"licensewatch/monitor"
)

// rehearses fails the test unless the command ends well and prints all these words.
func (s *stage) rehearses(words ...string) {
	s.t.Helper()
	r := s.run("rehearse")
	r.want(s.t, 0)
	for _, word := range append(words, monitor.NotRehearsed) {
		if !strings.Contains(r.stdout, word) {
			s.t.Errorf("%v, want the words %q", r, word)
		}
	}
}

func TestRehearseWithTheAgentAndFromItsFiles(t *testing.T) {
	s := begin(t, head)
	s.rehearses("Nothing is on record yet.")
	s.do(head + " SUPEROFFICE status ProblemWithLicense")
	agent := s.agent()
	until(t, "a notification that would have been", func() bool {
		return strings.Contains(s.run("rehearse").stdout, "With these settings, the last day would have made 1 notification instead of")
	})
	var r monitor.Rehearsal
	if err := json.Unmarshal([]byte(s.run("rehearse", "--format", "json").stdout), &r); err != nil || len(r.List) != 1 || r.List[0].Severity != monitor.Critical || r.Days != 1 {
		t.Errorf("as JSON: %+v (%v), want one critical notification", r, err)
	}
	if err := agent.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	agent.Wait()
	s.rehearses("would have made 1 notification instead of", "critical")
	s.write("notify = \"none\"\n"+s.read(s.config()), "config", "licensewatch", "config.toml")
	s.rehearses("would have made 0 notifications instead of")
}

func TestWhatCannotBeRehearsed(t *testing.T) {
	s := begin(t, head)
	for _, args := range [][]string{{"--days", "0"}, {"--days", "731"}, {"--format", "html"}, {"more"}} {
		s.run(append([]string{"rehearse"}, args...)...).want(t, 64, args[len(args)-1])
	}
	s.write("quiet = [\"daily 00:00-24:00\"]\n", "config", "licensewatch", "config.toml")
	s.run("rehearse").want(t, 78, "config.toml:1", "nothing would ever be told")
	if err := os.Remove(s.config()); err != nil {
		t.Fatal(err)
	}
	s.run("rehearse").want(t, 78, "does not exist")
}
