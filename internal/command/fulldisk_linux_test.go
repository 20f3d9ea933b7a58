package command

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

func TestReportOnAFullDiskLeavesTheOldOneWhole(t *testing.T) {
	s := begin(t, head, oslo)
	s.write("", "disk", "mark")
	report := s.command("report", s.keys(), "-o", s.path("disk", "licences.json"))
	// A disk of its own. The last line is what a reader still finds.
	script := `set -e
mount -t tmpfs -o size=128k none "$0"
"$@" --site "Head office" 2>/dev/null
cp "$0/licences.json" before
dd if=/dev/zero of="$0/ballast" bs=4k 2>/dev/null || :
code=0
"$@" || code=$?
ls -A "$0" | tr '\n' ' '
cmp "$0/licences.json" before && echo "exit code $code, and whole"`
	words := append([]string{"sh", "-c", script, s.path("disk")}, report.Args...)
	if os.Geteuid() != 0 { // a mount namespace of its own, with a user who may mount there
		words = append([]string{"unshare", "--map-root-user", "--mount"}, words...)
	} else { // root needs neither, and within a chroot gets neither
		t.Cleanup(func() { unix.Unmount(s.path("disk"), unix.MNT_DETACH) })
	}
	cmd := exec.CommandContext(t.Context(), words[0], words[1:]...)
	cmd.Dir = s.dir
	cmd.Env = append(report.Env, "PATH=/usr/sbin:/usr/bin:/sbin:/bin")
	r := s.end(cmd)
	if !strings.HasSuffix(r.stdout, "ballast licences.json exit code 70, and whole\n") || !strings.Contains(r.stderr, "cannot be written") || !strings.Contains(r.stderr, "no space left") {
		t.Errorf("%v, want exit code 70, the old report whole and nothing else", r)
	}
}
