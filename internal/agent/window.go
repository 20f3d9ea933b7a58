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
	// adopted reports whether a window is there that this agent has not started: one that outlived its agent.
	adopted func() bool
	log     *slog.Logger

	mu      sync.Mutex
	process *exec.Cmd
	ended   chan struct{} // closed when process is gone
	raised  time.Time     // when process was last asked to the front
	closed  bool
}

// show starts the window, or brings it to the front if it runs.
func (w *window) show() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.closed {
		return nil
	}
	if w.process == nil && w.adopted() {
		w.raise()
		return nil
	}
	if w.process != nil {
		w.raised = time.Now()
		w.raise()
		return nil
	}
	cmd, err := w.start()
	if err != nil {
		return err
	}
	says, stderr := io.Pipe()
	cmd.Stderr, cmd.WaitDelay = stderr, time.Second // what the window started may hold its standard error longer than it lives
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("it does not start: %w", err)
	}
	w.process, w.ended = cmd, make(chan struct{})
	go w.listen(says)
	go w.attend(cmd, stderr, w.ended)
	return nil
}

// listen passes on what the window says.
func (w *window) listen(says io.Reader) {
	for lines := bufio.NewScanner(says); lines.Scan(); {
		w.log.Info("window", "says", lines.Text())
	}
	io.Copy(io.Discard, says) // a line too long is no reason to block the window
}

// attend waits for the window's end.
func (w *window) attend(cmd *exec.Cmd, stderr io.Closer, ended chan struct{}) {
	err := cmd.Wait()
	stderr.Close()
	w.log.Info("the window is closed", "err", err)
	w.mu.Lock()
	w.process = nil
	dying := time.Since(w.raised) < time.Second // it was asked to the front when it was already going
	w.mu.Unlock()
	close(ended)
	if dying {
		if err := w.show(); err != nil {
			w.log.Error("the window cannot be opened", "err", err)
		}
	}
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
