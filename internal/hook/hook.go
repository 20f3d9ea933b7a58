// Package hook runs a program of the user's for each event, so that mail, chat or a ticket system can be fed (docs/hook.md).
//
// The program is started without a shell, with fixed arguments, and reads one event as JSON from its standard input. It has ten
// seconds; then it is ended with all that it started. Nothing of the agent's secrets is in its environment.
package hook

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"licensewatch/monitor"
)

// Limit is how long the program may run.
const Limit = 10 * time.Second

const (
	waiting  = 1000 // events that may wait for their turn
	lastWait = time.Second
	maxSaid  = 4 << 10 // bytes that are read of what the program says
	maxWords = 200     // characters of that in an error
)

// Event is what the program reads. Fields are only ever added within a version.
type Event struct {
	Version  int              `json:"version"` // 1
	Event    string           `json:"event"`   // monitor.Act's word, or "test"
	At       time.Time        `json:"at"`
	Site     string           `json:"site"`    // empty: it is about the way out of several sites
	Owner    string           `json:"owner"`   // empty: about the site as a whole
	Network  string           `json:"network"` // the way out, or empty
	Title    string           `json:"title"`   // one line
	Text     string           `json:"text"`    // a sentence or two, with what to do
	Kind     string           `json:"kind"`    // of the finding
	Severity monitor.Severity `json:"severity"`
	Now      monitor.Severity `json:"now"` // the worst of the owner or site from now on
	Action   string           `json:"action"`
	URL      string           `json:"url"`
	Since    time.Time        `json:"since,omitzero"` // of the finding
	Reason   string           `json:"reason"`         // monitor.Reason's word
	Why      string           `json:"why"`            // the same in words
	Changes  int              `json:"changes,omitempty"`
}

// Hook runs the program for one event after the other.
type Hook struct {
	queue   chan Event
	command func() []string
	report  func(Event, error)
	limit   time.Duration
}

// New returns a hook that runs what command returns when an event has its turn; nil or nothing: it runs nothing. It reports how each run
// went, on Run's goroutine or, if there is no room for an event, on Put's.
func New(command func() []string, report func(Event, error)) *Hook {
	return &Hook{queue: make(chan Event, waiting), command: command, report: report, limit: Limit}
}

// Put lets the program be run for an event. It never blocks.
func (h *Hook) Put(e Event) {
	if len(h.command()) == 0 {
		return
	}
	select {
	case h.queue <- e:
	default:
		h.report(e, fmt.Errorf("the command is too slow: %d events wait for it already", waiting))
	}
}

// Run runs the program for the events until ctx ends.
func (h *Hook) Run(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case e := <-h.queue:
			command := h.command()
			if len(command) == 0 {
				continue
			}
			if err := run(ctx, command, e, h.limit); ctx.Err() == nil {
				h.report(e, err)
			}
		}
	}
}

// Once runs a program for one event now.
func Once(ctx context.Context, command []string, e Event) error { return run(ctx, command, e, Limit) }

func run(parent context.Context, command []string, e Event, limit time.Duration) error {
	e.Version = 1
	in, err := json.Marshal(e)
	if err != nil {
		return err
	}
	name := monitor.Harmless(filepath.Base(command[0]), 60)
	if ext := strings.ToLower(filepath.Ext(command[0])); runtime.GOOS == "windows" && (ext == ".bat" || ext == ".cmd") {
		return fmt.Errorf("the command %s is not run: Windows would start a shell for it", name)
	}
	ctx, cancel := context.WithTimeout(parent, limit)
	defer cancel()
	cmd := exec.CommandContext(ctx, command[0], command[1:]...)
	said := &head{}
	cmd.Stdin, cmd.Stderr = bytes.NewReader(append(in, '\n')), said
	cmd.Env, cmd.Dir = environment(os.Environ()), os.TempDir()
	cmd.WaitDelay = lastWait
	group(cmd)
	err = cmd.Run()
	switch {
	case err == nil, errors.Is(err, exec.ErrWaitDelay): // the latter: it left something running that holds its standard error
		return nil
	case parent.Err() != nil:
		return parent.Err()
	case ctx.Err() != nil:
		return fmt.Errorf("the command %s did not end within %v and was ended", name, limit)
	}
	exit, ok := errors.AsType[*exec.ExitError](err)
	switch words := monitor.Harmless(string(said.text), maxWords); {
	case !ok:
		return fmt.Errorf("the command %s cannot be started: %w", name, cause(err))
	case words != "":
		return fmt.Errorf("the command %s failed (%v): %s", name, exit, words)
	}
	return fmt.Errorf("the command %s failed (%v)", name, exit)
}

// cause is the reason alone: the path is in the settings.
func cause(err error) error {
	if e, ok := errors.AsType[*os.PathError](err); ok {
		return e.Err
	}
	if e, ok := errors.AsType[*exec.Error](err); ok {
		return e.Err
	}
	return err
}

// head keeps the beginning of what is written to it.
type head struct{ text []byte }

func (h *head) Write(b []byte) (int, error) {
	h.text = append(h.text, b[:min(len(b), maxSaid-len(h.text))]...)
	return len(b), nil
}

// passed are the variables that the program gets: where things are, whose desktop it is, and the language. Others may hold secrets.
var passed = []string{
	"PATH", "HOME", "USER", "LOGNAME", "LANG", "LANGUAGE", "TZ", "TMPDIR",
	"DISPLAY", "WAYLAND_DISPLAY", "XAUTHORITY", "XDG_RUNTIME_DIR", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "DBUS_SESSION_BUS_ADDRESS",
	"SystemRoot", "SystemDrive", "windir", "ComSpec", "PATHEXT", "TEMP", "TMP", "USERNAME", "USERDOMAIN", "USERPROFILE", "COMPUTERNAME",
	"HOMEDRIVE", "HOMEPATH", "APPDATA", "LOCALAPPDATA", "ProgramData", "ProgramFiles", "ProgramFiles(x86)", "PROCESSOR_ARCHITECTURE",
}

func environment(all []string) []string {
	env := []string{}
	for _, v := range all {
		name, _, _ := strings.Cut(v, "=")
		same := func(n string) bool { return n == name || runtime.GOOS == "windows" && strings.EqualFold(n, name) }
		if strings.HasPrefix(name, "LC_") || slices.ContainsFunc(passed, same) {
			env = append(env, v)
		}
	}
	return env
}
