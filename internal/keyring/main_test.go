package keyring

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"sync/atomic"
	"testing"
	"time"
)

// role is the environment variable that makes this test binary play a child.
const role = "LICENSEWATCH_KEYRING_ROLE"

func TestMain(m *testing.M) {
	switch os.Getenv(role) {
	case "":
		os.Exit(m.Run())
	case "serve":
		if err := Serve(os.Stdin, os.Stdout); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	case "mute": // never answers, and neither does a process of its own
		grandchild := exec.Command(os.Args[0])
		grandchild.ExtraFiles = []*os.File{os.NewFile(3, "alive")}
		grandchild.Env = append(os.Environ(), role+"=forever")
		if err := grandchild.Start(); err != nil {
			panic(err)
		}
		select {}
	case "forever":
		select {}
	case "crash":
		os.Exit(3)
	case "chatter":
		fmt.Println("warning: this is no JSON")
		fmt.Println(`{"id": 77, "secret": "for nobody"}`)
		fmt.Println(`{"id": 0, "secret": "found"}`)
	case "endless":
		for {
			fmt.Print("no line ends here ")
		}
	}
}

// children makes the processes of a Store and counts them.
type children struct {
	role  string
	env   []string
	files []*os.File
	count atomic.Int32
}

func (c *children) command(ctx context.Context) *exec.Cmd {
	c.count.Add(1)
	cmd := exec.CommandContext(ctx, os.Args[0])
	cmd.Env = append(append(os.Environ(), role+"="+c.role, "GORACE=atexit_sleep_ms=0"), c.env...)
	cmd.ExtraFiles = c.files
	cmd.Stderr = os.Stderr
	return cmd
}

// patience is longer than anything may take that has to happen.
const patience = 20 * time.Second

func store(t *testing.T, c *children) *Store {
	t.Helper()
	s := &Store{Command: c.command, Deadline: patience, PromptDeadline: patience, HungFor: time.Hour, RefusedFor: time.Hour}
	t.Cleanup(s.Close)
	return s
}

// until repeats look until it is content.
func until(t *testing.T, what string, look func() bool) {
	t.Helper()
	deadline := time.After(patience)
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for !look() {
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatalf("%s: not within %v", what, patience)
		}
	}
}
