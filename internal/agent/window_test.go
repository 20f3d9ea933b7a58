//go:build unix

package agent

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"os/signal"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"licensewatch/ui/notify"
)

// role is the environment variable that makes this test binary play a window.
const role = "LICENSEWATCH_AGENT_ROLE"

func TestMain(m *testing.M) {
	if len(os.Args) == 2 && os.Args[1] == notify.ChildCommand {
		if err := notify.Deliver(os.Stdin, os.Stdout); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	play := os.Getenv(role)
	switch play {
	case "":
		os.Exit(m.Run())
	case "talker":
		fmt.Fprintln(os.Stderr, "first words")
		fmt.Fprintln(os.Stderr, strings.Repeat("x", 1<<20))
	case "stubborn":
		signal.Ignore(syscall.SIGTERM)
	case "parent": // leaves a process that holds its standard error
		heir := exec.Command(os.Args[0])
		heir.Env = append(os.Environ(), role+"=heir")
		heir.Stderr, heir.ExtraFiles = os.Stderr, []*os.File{os.NewFile(3, "pid"), os.NewFile(4, "life")}
		if err := heir.Start(); err != nil {
			panic(err)
		}
		fmt.Fprintln(os.NewFile(3, "pid"), os.Getpid())
		os.Exit(1)
	}
	if play != "heir" {
		fmt.Fprintln(os.NewFile(3, "pid"), os.Getpid()) // it is up
	}
	io.ReadAll(os.NewFile(4, "life")) // until the test wants its end
}

// patience is longer than anything may take that has to happen.
const patience = 20 * time.Second

// stand is where windows stand: a window under test with what it starts.
type stand struct {
	*window
	t      *testing.T
	pids   *bufio.Reader // a line from each process that is up
	life   *os.File      // closed: every process ends by itself
	raised chan struct{}
	says   *buffer
	failed error // of start
	orphan bool  // a window that another agent started is there
}

// buffer is a bytes.Buffer for several goroutines.
type buffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

func stands(t *testing.T, play string) *stand {
	t.Helper()
	up, itsUp, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	itsLife, life, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	s := &stand{t: t, pids: bufio.NewReader(up), life: life, raised: make(chan struct{}, 100), says: &buffer{}}
	s.window = &window{
		raise:   func() { s.raised <- struct{}{} },
		adopted: func() bool { return s.orphan },
		log:     slog.New(slog.NewTextHandler(s.says, nil)),
		start: func() (*exec.Cmd, error) {
			cmd := exec.Command(os.Args[0])
			cmd.Env = append(os.Environ(), role+"="+play, "GORACE=atexit_sleep_ms=0")
			cmd.ExtraFiles = []*os.File{itsUp, itsLife}
			return cmd, s.failed
		},
	}
	t.Cleanup(func() {
		life.Close()
		s.window.close()
		for _, f := range []*os.File{up, itsUp, itsLife} {
			f.Close()
		}
	})
	return s
}

// open shows the window and fails the test if that fails.
func (s *stand) open() {
	s.t.Helper()
	if err := s.show(); err != nil {
		s.t.Fatal(err)
	}
}

// pid waits for a process that is up.
func (s *stand) pid() int {
	s.t.Helper()
	line, err := s.pids.ReadString('\n')
	if err != nil {
		s.t.Fatal(err)
	}
	pid, err := strconv.Atoi(strings.TrimSpace(line))
	if err != nil {
		s.t.Fatal(err)
	}
	return pid
}

// gone waits until the window's process is known to have ended.
func (s *stand) gone() {
	s.t.Helper()
	until(s.t, "the end of the window's process", func() bool {
		s.mu.Lock()
		defer s.mu.Unlock()
		return s.process == nil
	})
}

// until waits for try, with patience.
func until(t *testing.T, what string, try func() bool) {
	t.Helper()
	deadline := time.After(patience)
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for !try() {
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatalf("%s: not within %v", what, patience)
		}
	}
}

func runs(pid int) bool { return syscall.Kill(pid, 0) == nil }

func TestThereIsOneWindow(t *testing.T) {
	s := stands(t, "window")
	started, plain := 0, s.start
	s.start = func() (*exec.Cmd, error) { started++; return plain() }
	s.open()
	pid := s.pid()
	s.open()
	s.open()
	if started != 1 || len(s.raised) != 2 {
		t.Errorf("shown three times, the window was started %d times and raised %d times, want 1 and 2", started, len(s.raised))
	}
	s.close()
	if runs(pid) {
		t.Error("the window outlives the agent")
	}
}

func TestAWindowThatOutlivedItsAgentIsRaised(t *testing.T) {
	s := stands(t, "window")
	s.orphan = true
	s.open()
	if len(s.raised) != 1 || s.process != nil {
		t.Errorf("raised %d times, own process %v; want the window that is there", len(s.raised), s.process)
	}
}

func TestAWindowThatIsKilledOpensAgain(t *testing.T) {
	s := stands(t, "window")
	s.open()
	first := s.pid()
	if err := syscall.Kill(first, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	s.gone()
	s.open()
	if second := s.pid(); second == first || !runs(second) {
		t.Errorf("process %d runs: %v, want a new one", second, runs(second))
	}
	if len(s.raised) != 0 {
		t.Error("a window that was gone was raised")
	}
}

func TestAWindowThatIsAskedForWhileItDiesOpensAgain(t *testing.T) {
	s := stands(t, "window")
	s.open()
	first := s.pid()
	s.open() // the agent does not know yet that it is about to die
	if err := syscall.Kill(first, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	if second := s.pid(); second == first || !runs(second) {
		t.Errorf("process %d runs: %v, want a new one", second, runs(second))
	}
}

// A browser that the window opened may live on with the window's standard error.
func TestAWindowsHeirDoesNotStandForIt(t *testing.T) {
	s := stands(t, "parent")
	s.open()
	first := s.pid()
	s.gone()
	s.open()
	if second := s.pid(); second == first {
		t.Error("no new window was started")
	}
	began := time.Now()
	s.close()
	if took := time.Since(began); took > patience/2 {
		t.Errorf("the agent's end waited %v for a process that is not its window", took)
	}
}

func TestTheEndOfTheAgentEndsAStubbornWindow(t *testing.T) {
	s := stands(t, "stubborn")
	s.open()
	pid := s.pid()
	began := time.Now()
	s.close()
	if took := time.Since(began); runs(pid) || took < 900*time.Millisecond || took > patience/2 {
		t.Errorf("after %v the window runs: %v; want it asked first, and killed after a second", took, runs(pid))
	}
	s.open()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.process != nil {
		t.Error("a window opens while the agent ends")
	}
}

func TestAnAgentWithoutAWindowEndsAtOnce(t *testing.T) {
	s := stands(t, "window")
	s.close() // must not block
	s.close()
}

func TestWhatTheWindowSaysIsLogged(t *testing.T) {
	s := stands(t, "talker")
	s.open()
	s.pid() // it said a line too long to log before it was up, and goes on
	until(t, "its words in the log", func() bool { return strings.Contains(s.says.String(), "first words") })
}

func TestAWindowThatCannotStartIsSaid(t *testing.T) {
	s := stands(t, "window")
	s.failed = errors.New("no display here")
	if err := s.show(); err == nil || err.Error() != "no display here" {
		t.Errorf("show = %v, want the reason", err)
	}
	s.failed = nil
	plain := s.start
	s.start = func() (*exec.Cmd, error) { return exec.Command("/no/such/program"), nil }
	if err := s.show(); err == nil || !strings.Contains(err.Error(), "does not start") {
		t.Errorf("show = %v, want that it does not start", err)
	}
	s.start = plain
	s.open() // and later it can
	s.pid()
}
