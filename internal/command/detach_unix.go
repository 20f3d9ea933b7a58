//go:build unix

package command

import (
	"os/exec"
	"runtime"
	"syscall"
)

// unixLike tells systems that follow the XDG folders from those that do not.
const unixLike = runtime.GOOS != "darwin"

// detach lets a process outlive the terminal it is started from.
func detach(c *exec.Cmd) { c.SysProcAttr = &syscall.SysProcAttr{Setsid: true} }
