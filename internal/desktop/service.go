//go:build linux

package desktop

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
)

// Name is the name of a service of the desktop.
type Name string

// The services of a complete desktop, in the order of their start.
const (
	Display  Name = "display"  // Xvfb
	Bus      Name = "bus"      // dbus-daemon
	Manager  Name = "manager"  // openbox
	Keyring  Name = "keyring"  // gnome-keyring-daemon
	Notifier Name = "notifier" // dunst
	Panel    Name = "panel"    // xfce4-panel
)

// A Service is one program of the desktop, run as a child with its own log.
type Service struct {
	Name Name

	desktop *Desktop
	args    []string
	input   string                      // for its standard input
	output  *os.File                    // becomes its file descriptor 3, if not nil
	ready   func(context.Context) error // nil when it serves; asked until then
	mark    string                      // a file that it makes when it serves; may be empty

	mu   sync.Mutex
	cmd  *exec.Cmd
	done chan struct{} // closed when cmd has ended
}

// start runs the program without waiting for it to serve.
func (s *Service) start() error {
	log, err := os.OpenFile(s.logName(), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer log.Close()
	if s.mark != "" {
		os.Remove(s.desktop.Path(s.mark)) // of an earlier run
	}
	cmd := exec.Command(s.args[0], s.args[1:]...)
	cmd.Env, cmd.Dir = s.desktop.Env(), s.desktop.Path("home")
	cmd.Stdout, cmd.Stderr, cmd.Stdin = log, log, strings.NewReader(s.input)
	if s.output != nil {
		cmd.ExtraFiles = []*os.File{s.output}
	}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGTERM}
	if err := cmd.Start(); err != nil {
		return err
	}
	done := make(chan struct{})
	go func() { cmd.Wait(); close(done) }()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.cmd, s.done = cmd, done
	return nil
}

// wait returns when the service serves, or with its log when it does not.
func (s *Service) wait(ctx context.Context) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	done := s.exited()
	go func() {
		select {
		case <-done:
			cancel(errors.New("it has ended"))
		case <-ctx.Done():
		}
	}()
	if err := Until(ctx, string(s.Name), func() error { return s.ready(ctx) }); err != nil {
		return fmt.Errorf("%w\n%s", err, s.Log())
	}
	return nil
}

// PID returns the process id of the service.
func (s *Service) PID() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.cmd.Process.Pid
}

// Log returns what the service has written to its standard output and error.
func (s *Service) Log() string {
	b, _ := os.ReadFile(s.logName())
	return string(b)
}

// Kill ends the service as kill -9 does, and returns when it is gone.
func (s *Service) Kill() {
	s.signal(syscall.SIGKILL)
	<-s.exited()
}

// Pause makes the service hang (SIGSTOP): its connections stay open and nothing answers.
func (s *Service) Pause() error { return s.signal(syscall.SIGSTOP) }

// Resume ends a Pause.
func (s *Service) Resume() error { return s.signal(syscall.SIGCONT) }

// Restart kills the service, starts it anew and returns when it serves.
func (s *Service) Restart(ctx context.Context) error {
	s.Kill()
	if err := s.start(); err != nil {
		return err
	}
	return s.wait(ctx)
}

// signal sends to the service's process group, as some services have children of their own.
func (s *Service) signal(sig syscall.Signal) error {
	select {
	case <-s.exited():
		return os.ErrProcessDone
	default:
		return syscall.Kill(-s.PID(), sig)
	}
}

func (s *Service) exited() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.done
}

func (s *Service) logName() string { return s.desktop.Path("log", string(s.Name)+".log") }
