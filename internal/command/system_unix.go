//go:build unix

package command

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"syscall"
)

// unixLike tells systems that follow the XDG folders from those that do not.
const unixLike = runtime.GOOS != "darwin"

// detach lets a process outlive the terminal it is started from.
func detach(c *exec.Cmd) { c.SysProcAttr = &syscall.SysProcAttr{Setsid: true} }

// nameBus names the place where a session's bus stands if the environment does not. Otherwise a library would start a
// bus of its own in each short-lived child and leave it behind.
func nameBus() {
	if os.Getenv("DBUS_SESSION_BUS_ADDRESS") != "" {
		return
	}
	dir := os.Getenv("XDG_RUNTIME_DIR")
	if dir == "" {
		dir = filepath.Join("/run/user", strconv.Itoa(os.Getuid()))
	}
	os.Setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path="+filepath.Join(dir, "bus"))
}
