package link

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"

	"github.com/Microsoft/go-winio"
	"golang.org/x/sys/windows"
)

// in returns a pipe's place; its name holds the user, since pipes have no folders.
func in(name string) (Place, error) {
	sid, err := user()
	return Place{name: `\\.\pipe\licensewatch-` + sid + "-" + name}, err
}

func user() (string, error) {
	u, err := windows.GetCurrentProcessToken().GetTokenUser()
	if err != nil {
		return "", fmt.Errorf("the user's identity cannot be read: %w", err)
	}
	return u.User.Sid.String(), nil
}

// Listen takes the place for the caller's agent, or returns ErrTaken. Only this user may open the pipe; it
// is gone when the process ends, however it ends.
func (p Place) Listen() (net.Listener, error) {
	sid, err := user()
	if err != nil {
		return nil, err
	}
	l, err := winio.ListenPipe(p.name, &winio.PipeConfig{SecurityDescriptor: "D:P(A;;GA;;;" + sid + ")"})
	if errors.Is(err, windows.ERROR_ACCESS_DENIED) || errors.Is(err, windows.ERROR_PIPE_BUSY) {
		return nil, ErrTaken
	}
	if err != nil {
		return nil, fmt.Errorf("the agent cannot listen: %w", err)
	}
	return l, nil
}

func (p Place) dial(ctx context.Context) (net.Conn, error) {
	conn, err := winio.DialPipeContext(ctx, p.name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, errNobody
	}
	return conn, err
}
