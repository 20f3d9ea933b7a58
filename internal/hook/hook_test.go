//go:build unix

package hook

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"licensewatch/monitor"
)

// program is the first argument that makes this test binary play the user's program.
const program = "play-the-program"

func TestMain(m *testing.M) {
	if len(os.Args) < 3 || os.Args[1] != program {
		os.Exit(m.Run())
	}
	switch os.Args[2] {
	case "note": // all that it got, into the file that it was told
		in, _ := io.ReadAll(os.Stdin)
		note, _ := json.Marshal(got{os.Args[3:], os.Environ(), string(in)})
		if err := os.WriteFile(os.Args[3], note, 0o600); err != nil {
			os.Exit(1)
		}
	case "fail":
		fmt.Fprintln(os.Stderr, "no such\nchannel\x1b[0m "+strings.Repeat("x", 1<<20))
		os.Exit(3)
	case "mute":
		os.Exit(4)
	case "hang": // with a child that holds the pipe that it was told
		child := exec.Command(os.Args[0], program, "hold", os.Args[3])
		child.Stderr = os.Stderr
		if err := child.Start(); err != nil {
			os.Exit(1)
		}
		child.Wait()
	case "leave": // something running that holds standard error, until the pipe that it was told is closed
		child := exec.Command(os.Args[0], program, "hold", os.Args[3])
		child.Stderr = os.Stderr
		if err := child.Start(); err != nil {
			os.Exit(1)
		}
	case "hold":
		f, err := os.OpenFile(os.Args[3], os.O_WRONLY, 0)
		for err == nil {
			_, err = f.Write(make([]byte, 1<<10))
		}
	}
}

// got is what the program "note" saw.
type got struct {
	Args, Env []string
	In        string
}

func command(play string, args ...string) []string {
	return append([]string{os.Args[0], program, play}, args...)
}

const patience = 20 * time.Second

var event = Event{Event: "appeared", At: time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC), Site: "Head office", Owner: "SUPEROFFICE; rm -rf $HOME",
	Title: "Head office: critical", Text: "It is bad.", Severity: monitor.Critical, Now: monitor.Critical}

func TestTheProgramGetsItsArgumentsAndTheEventAndNoSecret(t *testing.T) {
	t.Setenv("CREDENTIALS_DIRECTORY", "/run/canary")
	t.Setenv("HTTPS_PROXY", "http://user:canary@proxy")
	t.Setenv("LC_TIME", "nb_NO.UTF-8")
	file := filepath.Join(t.TempDir(), "a name with $blanks and `marks`")
	if err := Once(t.Context(), command("note", file, "*", "$HOME"), event); err != nil {
		t.Fatal(err)
	}
	note, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var g got
	if err := json.Unmarshal(note, &g); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(g.Args, []string{file, "*", "$HOME"}) {
		t.Errorf("the arguments are %q, want them as they are set", g.Args)
	}
	var read Event
	if err := json.Unmarshal([]byte(g.In), &read); err != nil || !strings.HasSuffix(g.In, "}\n") {
		t.Fatalf("it read %q (%v), want one line of JSON", g.In, err)
	}
	want := event
	want.Version = 1
	if read != want {
		t.Errorf("it read %+v, want %+v", read, want)
	}
	env := strings.Join(g.Env, "\n")
	if strings.Contains(env, "canary") || !strings.Contains(env, "PATH="+os.Getenv("PATH")) || !strings.Contains(env, "LC_TIME=nb_NO") {
		t.Errorf("its environment is\n%s\nwant the path and the language, and no secret", env)
	}
}

func TestAFailureIsOneSentence(t *testing.T) {
	name := filepath.Base(os.Args[0])
	folder := t.TempDir()
	tests := []struct {
		name    string
		command []string
		want    string
	}{
		{"it says why", command("fail"), "the command " + name + " failed (exit status 3): no such channel"},
		{"it says nothing", command("mute"), "the command " + name + " failed (exit status 4)"},
		{"it is not there", []string{filepath.Join(t.TempDir(), "nowhere")}, "the command nowhere cannot be started: no such file or directory"},
		{"it is no program", []string{folder}, "the command " + filepath.Base(folder) + " cannot be started: permission denied"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			err := Once(t.Context(), tt.command, event)
			if err == nil || !strings.HasPrefix(err.Error(), tt.want) {
				t.Fatalf("Once = %v, want %q", err, tt.want)
			}
			if s := err.Error(); len(s) > 300 || strings.ContainsAny(s, "\n\x1b") {
				t.Errorf("Once = %q, want one short line", s)
			}
		})
	}
}

// pipe makes a named pipe, and returns a function that waits until nobody holds it any more.
func pipe(t *testing.T) (name string, released func() error, open func()) {
	t.Helper()
	name = filepath.Join(t.TempDir(), "pipe")
	if out, err := exec.Command("mkfifo", name).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	began, done := make(chan *os.File, 1), make(chan error, 1)
	go func() {
		f, err := os.Open(name) // waits for the other end
		if err != nil {
			done <- err
			return
		}
		began <- f
		_, err = io.Copy(io.Discard, f)
		done <- err
	}()
	released = func() error {
		select {
		case err := <-done:
			return err
		case <-time.After(patience):
			return errors.New("somebody holds it")
		}
	}
	return name, released, func() { (<-began).Close() }
}

func TestAProgramThatHangsIsEndedWithAllThatItStarted(t *testing.T) {
	name, released, _ := pipe(t)
	err := run(t.Context(), command("hang", name), event, 2*time.Second)
	if err == nil || !strings.HasSuffix(err.Error(), " did not end within 2s and was ended") {
		t.Errorf("run = %v, want that its time was over", err)
	}
	if err := released(); err != nil {
		t.Errorf("what the program had started lives on: %v", err)
	}
}

func TestWhatTheProgramLeavesRunningIsNoFailure(t *testing.T) {
	name, _, let := pipe(t)
	if err := Once(t.Context(), command("leave", name), event); err != nil {
		t.Errorf("Once = %v, want that the program has ended well", err)
	}
	let()
}

// reported is how a run went.
type reported struct {
	title string
	err   error
}

func TestEventsHaveTheirTurnOneByOne(t *testing.T) {
	dir := t.TempDir()
	reports := make(chan reported)
	var now []string
	h := New(func() []string { return now }, func(e Event, err error) { reports <- reported{e.Title, err} })
	h.Put(Event{Title: "nobody wants to know"})
	now = command("note", filepath.Join(dir, "note"))
	h.Put(Event{Title: "first"})
	h.Put(Event{Title: "second"})
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		h.Run(ctx)
	}()
	for _, want := range []string{"first", "second"} {
		if r := <-reports; r.title != want || r.err != nil {
			t.Errorf("reported is %+v, want %q", r, want)
		}
	}
	cancel()
	<-done
}

func TestAProgramThatHangsBlocksNobody(t *testing.T) {
	var lost []error
	h := New(func() []string { return command("hang") }, func(_ Event, err error) { lost = append(lost, err) })
	for range waiting + 2 {
		h.Put(event)
	}
	if len(lost) != 2 || !strings.Contains(lost[0].Error(), "too slow") {
		t.Errorf("lost are %v, want the two for which there was no room", lost)
	}
}
