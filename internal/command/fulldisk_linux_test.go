package command

import (
	"os"
	"os/exec"
	"strings"
	"testing"
)

func TestReportOnAFullDiskLeavesTheOldOneWhole(t *testing.T) {
	s := begin(t, head, oslo)
	s.write("", "disk", "mark")
	report := s.command("report", s.keys(), "-o", s.path("disk", "licences.json"))
	// A disk of its own in a mount namespace of its own, so that it is gone with the test. The last line is what a reader still finds.
	script := `set -e
mount -t tmpfs -o size=128k none "$0"
"$@" --site "Head office" 2>/dev/null
cp "$0/licences.json" before
dd if=/dev/zero of="$0/ballast" bs=4k 2>/dev/null || :
code=0
"$@" || code=$?
ls -A "$0" | tr '\n' ' '
cmp "$0/licences.json" before && echo "exit code $code, and whole"`
	own := []string{"--mount", "sh", "-c", script, s.path("disk")}
	if os.Geteuid() != 0 { // root needs no namespace of users, and within a chroot it gets none
		own = append([]string{"--map-root-user"}, own...)
	}
	cmd := exec.CommandContext(t.Context(), "unshare", append(own, report.Args...)...)
	cmd.Dir = s.dir
	cmd.Env = append(report.Env, "PATH=/usr/sbin:/usr/bin:/sbin:/bin")
	r := s.end(cmd)
	if !strings.HasSuffix(r.stdout, "ballast licences.json exit code 70, and whole\n") || !strings.Contains(r.stderr, "cannot be written") || !strings.Contains(r.stderr, "no space left") {
		t.Errorf("%v, want exit code 70, the old report whole and nothing else", r)
	}
}
