package hook

import (
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
)

// group shows no console, and ends the program with what it started when its time is over.
func group(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{HideWindow: true}
	cmd.Cancel = func() error {
		kill := exec.Command(filepath.Join(os.Getenv("SystemRoot"), "System32", "taskkill.exe"), "/T", "/F", "/PID", strconv.Itoa(cmd.Process.Pid))
		kill.SysProcAttr = &syscall.SysProcAttr{HideWindow: true}
		if kill.Run() == nil {
			return nil
		}
		return cmd.Process.Kill()
	}
}
