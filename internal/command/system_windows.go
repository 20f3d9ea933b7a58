package command

import (
	"os/exec"
	"syscall"
)

const unixLike = false

// detach lets a process outlive the console it is started from.
func detach(c *exec.Cmd) {
	const detachedProcess = 0x00000008
	c.SysProcAttr = &syscall.SysProcAttr{CreationFlags: detachedProcess | syscall.CREATE_NEW_PROCESS_GROUP}
}

// nameBus has nothing to do here: there is no session bus.
func nameBus() {}
