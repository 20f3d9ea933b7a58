//go:build unix

package hook

import (
	"os/exec"
	"syscall"
)

// group lets the program lead a process group, which ends with it when its time is over.
func group(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
}
