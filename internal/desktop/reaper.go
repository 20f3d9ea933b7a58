//go:build linux

package desktop

import (
	_ "embed"
	"fmt"
	"io"
	"os/exec"
	"path/filepath"
	"syscall"
)

// A reaper is a process that outlives ours by an instant: when its standard input ends, because we closed
// it or were killed, it kills every process with this desktop in its environment and removes the folder.
// Process groups and parent-death signals alone miss the grandchildren of a killed test.
type reaper struct {
	cmd *exec.Cmd
	in  io.Closer
}

//go:embed files/reap.sh
var reapScript string

func startReaper(dir string) (*reaper, error) {
	cmd := exec.Command("sh", "-c", reapScript, "reap", dir, runtimeDir+filepath.Join(dir, "run"))
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true} // out of reach of a terminal's Ctrl-C
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	return &reaper{cmd, in}, nil
}

// stop returns when all is gone.
func (r *reaper) stop() error {
	r.in.Close()
	if err := r.cmd.Wait(); err != nil {
		return fmt.Errorf("clearing the virtual desktop away: %w", err)
	}
	return nil
}
