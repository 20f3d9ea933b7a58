package keyring

import (
	"errors"
	"os/exec"
	"syscall"
	"time"
)

// MaxSecret is how many bytes a secret may have: what the Credential Manager takes.
const MaxSecret = 2560

const (
	tellsLocked = false
	refusedFor  = 15 * time.Minute
)

// desktop is Windows' own: the Credential Manager is open while its user is signed in.
type desktop struct{}

func (*desktop) open(request, func()) error { return nil }

func (*desktop) close() {}

// errNoLogonSession is what a process gets whose user has no Credential Manager, as some services.
const errNoLogonSession syscall.Errno = 1312

// systemState names the state that an error of the Credential Manager means, "" for none.
func systemState(err error) State {
	switch {
	case errors.Is(err, errNoLogonSession):
		return Absent
	case errors.Is(err, syscall.ERROR_ACCESS_DENIED):
		return Denied
	}
	return ""
}

// ownGroup keeps a console window from flashing up. The child starts no processes on Windows.
func ownGroup(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{HideWindow: true} }

func killGroup(cmd *exec.Cmd) error { return cmd.Process.Kill() }
