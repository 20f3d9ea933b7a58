//go:build unix

package link

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"syscall"

	"github.com/gofrs/flock"
)

// in returns a place in the user's runtime folder or, where there is none, in a private folder for temporary files. A shell
// of cron or ssh may not name the runtime folder, but must find the same agent.
func in(name string) (Place, error) {
	uid := strconv.Itoa(os.Getuid())
	if dir := os.Getenv("XDG_RUNTIME_DIR"); dir != "" {
		return Place{filepath.Join(dir, "licensewatch"), name}, nil
	}
	if dir := filepath.Join("/run/user", uid); own(dir) == nil {
		return Place{filepath.Join(dir, "licensewatch"), name}, nil
	}
	return Place{filepath.Join(os.TempDir(), "licensewatch-"+uid), name}, nil
}

func (p Place) socket() string { return filepath.Join(p.dir, p.name+".sock") }

// Listen takes the place for the caller's agent, or returns ErrTaken. The place is held by a lock that the
// system lets go when the process ends, however it ends: a socket file that a killed agent left is no
// obstacle.
func (p Place) Listen() (net.Listener, error) {
	if err := private(p.dir); err != nil {
		return nil, err
	}
	lock := flock.New(filepath.Join(p.dir, p.name+".lock"), flock.SetPermissions(0o600))
	held, err := lock.TryLock()
	if err != nil {
		return nil, fmt.Errorf("the lock of the agent cannot be taken: %w", err)
	}
	if !held {
		return nil, ErrTaken
	}
	if err := os.Remove(p.socket()); err != nil && !errors.Is(err, fs.ErrNotExist) {
		lock.Close()
		return nil, fmt.Errorf("the socket of an agent that is gone cannot be removed: %w", err)
	}
	l, err := net.Listen("unix", p.socket())
	if err == nil {
		err = os.Chmod(p.socket(), 0o600)
	}
	if err != nil {
		lock.Close()
		return nil, fmt.Errorf("the agent cannot listen: %w", err)
	}
	return &listener{l, lock}, nil
}

// listener lets the lock go with the socket.
type listener struct {
	net.Listener
	lock *flock.Flock
}

func (l *listener) Close() error {
	err := l.Listener.Close() // removes the socket file
	return errors.Join(err, l.lock.Close())
}

// private makes dir, or makes sure that it is the user's alone.
func private(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("the agent's folder cannot be made: %w", err)
	}
	if err := own(dir); err != nil {
		return err
	}
	return os.Chmod(dir, 0o700)
}

// own returns an error unless dir is a folder of this user's: in a shared folder another user could have put
// it there, with an agent of his own inside.
func own(dir string) error {
	info, err := os.Lstat(dir)
	if err != nil {
		return err
	}
	if owner, ok := info.Sys().(*syscall.Stat_t); !info.IsDir() || ok && int(owner.Uid) != os.Getuid() {
		return fmt.Errorf("%s is not a folder of this user's: remove it", dir)
	}
	return nil
}

func (p Place) dial(ctx context.Context) (net.Conn, error) {
	if err := own(p.dir); errors.Is(err, fs.ErrNotExist) {
		return nil, errNobody
	} else if err != nil {
		return nil, err
	}
	conn, err := new(net.Dialer).DialContext(ctx, "unix", p.socket())
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ECONNREFUSED) {
		return nil, errNobody
	}
	return conn, err
}
