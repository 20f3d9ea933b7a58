package agent

import (
	"bufio"
	"fmt"
	"io"
	"log/slog"
	"os/exec"
	"sync"
	"time"
)

// Command makes a process that shows the window, or an error where that cannot be.
type Command func() (*exec.Cmd, error)

// window is the window's process. It may crash, hang or be closed; the agent goes on.
type window struct {
	start Command
	raise func() // asks a window that runs to the front
	log   *slog.Logger

	mu      sync.Mutex
	process *exec.Cmd
	ended   chan struct{} // closed when process is gone
	closed  bool
}

// show starts the window, or brings it to the front if it runs.
func (w *window) show() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.closed {
		return nil
	}
	if w.process != nil {
		w.raise()
		return nil
	}
	cmd, err := w.start()
	if err != nil {
		return err
	}
	stderr, err := cmd.StderrPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("it does not start: %w", err)
	}
	w.process, w.ended = cmd, make(chan struct{})
	go w.attend(cmd, stderr, w.ended)
	return nil
}

// attend passes on what the window says and waits for its end.
func (w *window) attend(cmd *exec.Cmd, stderr io.Reader, ended chan struct{}) {
	for lines := bufio.NewScanner(stderr); lines.Scan(); {
		w.log.Info("window", "says", lines.Text())
	}
	err := cmd.Wait()
	w.log.Info("the window is closed", "err", err)
	w.mu.Lock()
	w.process = nil
	w.mu.Unlock()
	close(ended)
}

// close ends the window with the agent, for no longer than a second.
func (w *window) close() {
	w.mu.Lock()
	w.closed = true
	process, ended := w.process, w.ended
	w.mu.Unlock()
	if process == nil {
		return
	}
	terminate(process.Process)
	select {
	case <-ended:
	case <-time.After(time.Second):
		process.Process.Kill()
		<-ended
	}
}
