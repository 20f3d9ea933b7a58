package keyring

import (
	"errors"
	"fmt"
	"os/exec"
	"syscall"
	"time"
)

// MaxSecret is how many bytes a secret may have: go-keyring gives it to macOS base64-encoded in one command of at
// most 4,096 bytes, in which the site's name stands too.
const MaxSecret = 2560

const (
	tellsLocked = false
	refusedFor  = 15 * time.Minute
)

// desktop is macOS' own: go-keyring runs its "security" tool, which asks the user by itself and does not
// tell whether it would.
type desktop struct{}

func (*desktop) open(r request, asking func()) error {
	if !r.Ask {
		return &refusal{Locked, ""}
	}
	asking()
	return nil
}

func (*desktop) close() {}

// systemState names the state that an exit code of "security" means, "" for none. The code is the lowest
// byte of the Security framework's error.
func systemState(err error) State {
	e, ok := errors.AsType[*exec.ExitError](err)
	if !ok {
		return ""
	}
	switch e.ExitCode() {
	case 36: // errSecInteractionNotAllowed
		return Locked
	case 50, 37: // errSecNoSuchKeychain, errSecNoDefaultKeychain
		return Absent
	case 51, 128: // errSecAuthFailed, userCanceledErr
		return Denied
	}
	return ""
}

// ownGroup puts the child into a process group of its own, for killGroup.
func ownGroup(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }

func killGroup(cmd *exec.Cmd) error {
	if err := syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL); err != nil {
		return fmt.Errorf("kill keyring child: %w", err)
	}
	return nil
}
