package notify

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

// role is the environment variable that makes this test binary play the child.
const role = "LICENSEWATCH_NOTIFY_ROLE"

func TestMain(m *testing.M) {
	switch os.Getenv(role) {
	case "":
		os.Exit(m.Run())
	case "deliver":
		if err := Deliver(os.Stdin, os.Stdout); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	case "note": // what it was started with and what it read, into the file that it was told
		in, _ := io.ReadAll(os.Stdin)
		note, _ := json.Marshal(child{os.Args[1:], os.Environ(), string(in)})
		if err := os.WriteFile(os.Getenv("NOTE"), note, 0o600); err != nil {
			os.Exit(1)
		}
		fmt.Println("{}")
	case "sound": // takes the message, and then its sound hangs
		fmt.Println(`{"service": "noisy <b> 1"}`)
		os.Stdout.Close()
		select {}
	case "refuse":
		fmt.Fprintln(os.Stderr, "licensewatch: no such\nservice\x1b[0m "+strings.Repeat("x", 1000))
		os.Exit(70)
	case "mute":
		os.Exit(70)
	case "hang": // and so does a process of its own, which keeps standard error open
		grandchild := exec.Command(os.Args[0])
		grandchild.Stderr = os.Stderr
		grandchild.ExtraFiles = []*os.File{os.NewFile(3, "alive")}
		grandchild.Env = append(os.Environ(), role+"=sleep")
		if err := grandchild.Start(); err != nil {
			panic(err)
		}
		os.NewFile(3, "alive").Write([]byte("."))
		select {}
	case "sleep":
		for wait := os.NewFile(3, "alive"); ; { // until the test ends and nobody reads any more
			if _, err := wait.Write(make([]byte, 1<<10)); err != nil {
				return
			}
		}
	}
}

// child is what the child "note" saw.
type child struct {
	Args, Env []string
	In        string
}

// sender makes children that play a role, and waits with patience.
func sender(play string, env ...string) *Sender {
	return &Sender{
		Command: func(ctx context.Context) *exec.Cmd {
			cmd := exec.CommandContext(ctx, os.Args[0], ChildCommand)
			cmd.Env = append(append(os.Environ(), role+"="+play, "GORACE=atexit_sleep_ms=0"), env...)
			return cmd
		},
		Icon:     func(m Message) string { return "/icons/" + m.Severity.String() + ".png" },
		Deadline: patience,
	}
}

const patience = 20 * time.Second

var message = Message{Title: "Head office: critical", Body: "Canary body, two\nlines", Severity: monitor.Critical}

func TestMessageAndIconReachTheChildByStandardInputOnly(t *testing.T) {
	file := filepath.Join(t.TempDir(), "note")
	if err := sender("note", "NOTE="+file).Send(t.Context(), message); err != nil {
		t.Fatal(err)
	}
	note, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var c child
	var p parcel
	if err := json.Unmarshal(note, &c); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal([]byte(c.In), &p); err != nil || p.Message != message || p.Icon != "/icons/critical.png" {
		t.Errorf("the child read %q (%v), want the message and its icon", c.In, err)
	}
	if !slices.Equal(c.Args, []string{ChildCommand}) {
		t.Errorf("the child's arguments are %q, want the name of the command alone", c.Args)
	}
	if strings.Contains(strings.Join(c.Env, "\n"), "Canary") {
		t.Error("the message is in the child's environment")
	}
}

func TestSendSaysWhyItFailed(t *testing.T) {
	gone := sender("")
	gone.Command = func(ctx context.Context) *exec.Cmd {
		return exec.CommandContext(ctx, filepath.Join(t.TempDir(), "no-program"))
	}
	tests := []struct {
		name string
		by   *Sender
		want string
	}{
		{"a child that fails, in its own words", sender("refuse"), "the notification service refuses: no such service"},
		{"a child that fails without a word", sender("mute"), "the notification service cannot be asked: exit status 70"},
		{"a child that cannot be started", gone, "the notification service cannot be asked: "},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			err := tt.by.Send(t.Context(), message)
			if err == nil || !strings.HasPrefix(err.Error(), tt.want) {
				t.Fatalf("Send = %v, want %q", err, tt.want)
			}
			if s := err.Error(); len(s) > 300 || strings.ContainsAny(s, "\n\x1b") || strings.Contains(s, "licensewatch:") {
				t.Errorf("Send = %q, want one short line fit for a notice", s)
			}
		})
	}
}

// hanging sends by a child that never ends, and returns what Send says. up is called once the child runs.
func hanging(t *testing.T, ctx context.Context, s *Sender, up func()) error {
	t.Helper()
	alive, its, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer alive.Close()
	plain := s.Command
	s.Command = func(ctx context.Context) *exec.Cmd {
		cmd := plain(ctx)
		cmd.ExtraFiles = []*os.File{its}
		return cmd
	}
	done := make(chan error, 1)
	go func() { done <- s.Send(ctx, message) }()
	go func() {
		if _, err := alive.Read([]byte{0}); err == nil {
			up()
		}
	}()
	defer its.Close()
	select {
	case err := <-done:
		return err
	case <-time.After(patience):
		t.Fatal("Send does not return")
		return nil
	}
}

func TestAChildThatHangsIsKilledAtTheDeadline(t *testing.T) {
	s := sender("hang")
	s.Deadline = time.Second
	err := hanging(t, t.Context(), s, func() {})
	if want := "the notification service does not answer within 1s"; err == nil || err.Error() != want {
		t.Errorf("Send = %v, want %q", err, want)
	}
}

// A notification that was taken must not be sent again because of its sound.
func TestASoundThatHangsIsNoFailure(t *testing.T) {
	s := sender("sound")
	s.Deadline = time.Second
	r, err := s.Try(t.Context(), message)
	if err != nil || r.Service != "noisy b 1" {
		t.Errorf("Try = %+v, %v, want that it was taken, and by whom", r, err)
	}
}

func TestTheChildIsAskedForASoundIfOneIsWanted(t *testing.T) {
	for _, loud := range []bool{false, true} {
		file := filepath.Join(t.TempDir(), "note")
		s := sender("note", "NOTE="+file)
		s.Sound = func(m Message) bool { return loud && m == message }
		if err := s.Send(t.Context(), message); err != nil {
			t.Fatal(err)
		}
		note, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Contains(string(note), `\"sound\":true`); got != loud {
			t.Errorf("the child is asked for a sound: %v, want %v", got, loud)
		}
	}
}

func TestTheEndOfTheProgramIsNoRefusal(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	err := hanging(t, ctx, sender("hang"), cancel)
	if !errors.Is(err, context.Canceled) {
		t.Errorf("Send = %v, want that it was called off", err)
	}
}

func TestDeliverRefusesWhatItCannotRead(t *testing.T) {
	for _, in := range []string{"", "{", `{"message": {"severity": "purple"}}`} {
		if err := Deliver(strings.NewReader(in), io.Discard); err == nil || !strings.Contains(err.Error(), "not understood") {
			t.Errorf("Deliver(%q) = %v, want that it is not understood", in, err)
		}
	}
}
