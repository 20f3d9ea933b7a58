package keyring

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"licensewatch/internal/secret"
)

// noBus makes sure that children find no keyring.
var noBus = []string{"DBUS_SESSION_BUS_ADDRESS=unix:path=/nonexistent/bus"}

func wantState(t *testing.T, err error, want State) {
	t.Helper()
	e, ok := errors.AsType[*Error](err)
	if !ok || e.State != want {
		t.Errorf("the error is %v, want state %q", err, want)
		return
	}
	if e.Text == "" || !strings.HasSuffix(e.Remedy, ".") && !strings.Contains(e.Remedy, "licensewatch signin") {
		t.Errorf("%q with the remedy %q does not tell a user enough", e.Text, e.Remedy)
	}
}

func TestManyCallsShareFewChildren(t *testing.T) {
	const calls = 500
	c := &children{role: "chatter"} // answers none but the first
	starting, gate := make(chan struct{}, calls), make(chan struct{})
	s := store(t, c)
	s.Command = func(ctx context.Context) *exec.Cmd {
		starting <- struct{}{}
		<-gate
		return c.command(ctx)
	}
	var callers sync.WaitGroup
	call := func(i int) {
		callers.Go(func() { s.Get(t.Context(), fmt.Sprint("site ", i), Password) })
	}
	call(0)
	<-starting // the first child is busy when all others come
	for i := 1; i < calls; i++ {
		call(i)
	}
	full := func() bool {
		s.mu.Lock()
		defer s.mu.Unlock()
		return len(s.queue) == calls-1
	}
	for !full() {
		runtime.Gosched()
	}
	close(gate)
	callers.Wait()
	if got, want := c.count.Load(), int32(1+(calls-1+maxBatch-1)/maxBatch); got != want {
		t.Errorf("%d children for %d calls, want %d", got, calls, want)
	}
}

func TestAChildsAnswersAreTakenOneByOne(t *testing.T) {
	s := store(t, &children{role: "chatter"})
	got, err := s.Get(t.Context(), "A", Password)
	if string(got) != "found" || err != nil {
		t.Errorf("Get = %q, %v; want the answer among the chatter", string(got), err)
	}
}

func TestAChildThatFails(t *testing.T) {
	for _, tt := range []struct{ name, role string }{
		{"it ends without an answer", "crash"},
		{"it writes a line without end", "endless"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := store(t, &children{role: tt.role}).Get(t.Context(), "A", Password)
			wantState(t, err, Failed)
		})
	}
	s := store(t, &children{})
	s.Command = func(ctx context.Context) *exec.Cmd { return exec.CommandContext(ctx, "/nonexistent/licensewatch") }
	_, err := s.Get(t.Context(), "A", Password)
	wantState(t, err, Failed)
}

func TestAStuckChildIsKilledWithAllItStarted(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("Windows: the child starts no processes there, and files are not inherited by number")
	}
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	c := &children{role: "mute", files: []*os.File{w}}
	s := store(t, c)
	s.Deadline = 300 * time.Millisecond
	_, err = s.Get(t.Context(), "A", Password)
	wantState(t, err, Hung)

	w.Close() // now only the child and its own child held the pipe open
	r.SetReadDeadline(time.Now().Add(patience))
	if _, err := io.ReadAll(r); err != nil {
		t.Errorf("a process of the child still lives: %v", err)
	}

	_, err = s.Get(t.Context(), "B", Password)
	wantState(t, err, Hung)
	if n := c.count.Load(); n != 1 {
		t.Errorf("%d children were started, want 1: a keyring that hung is left alone for a while", n)
	}
	s.Retry()
	_, err = s.Get(t.Context(), "B", Password)
	wantState(t, err, Hung)
	if n := c.count.Load(); n != 2 {
		t.Errorf("%d children were started, want 2: Retry asks again", n)
	}
}

func TestNobodyQueuesBehindAHungKeyring(t *testing.T) {
	c := &children{role: "mute", files: []*os.File{os.Stderr}}
	s := store(t, c)
	s.Deadline = 300 * time.Millisecond
	var callers sync.WaitGroup
	for i := range 20 {
		callers.Go(func() {
			_, err := s.Get(t.Context(), fmt.Sprint("site ", i), Password)
			wantState(t, err, Hung)
		})
	}
	callers.Wait()
	if n := c.count.Load(); n != 1 {
		t.Errorf("%d children hung one after the other, want 1", n)
	}
}

func TestACallerMayLeave(t *testing.T) {
	c := &children{role: "mute", files: []*os.File{os.Stderr}}
	s := store(t, c)
	ctx, cancel := context.WithCancel(t.Context())
	left := make(chan error)
	go func() { _, err := s.Get(ctx, "A", Password); left <- err }()
	until(t, "a child runs", func() bool { return c.count.Load() == 1 })
	cancel()
	if err := <-left; !errors.Is(err, context.Canceled) {
		t.Errorf("Get = %v, want context.Canceled", err)
	}
	_, err := s.Get(ctx, "B", Password)
	if !errors.Is(err, context.Canceled) {
		t.Errorf("Get with an ended context = %v, want context.Canceled", err)
	}
}

func TestCloseEndsTheChildAndItsCallers(t *testing.T) {
	c := &children{role: "mute", files: []*os.File{os.Stderr}}
	s := store(t, c)
	var callers sync.WaitGroup
	for range 2 {
		callers.Go(func() {
			_, err := s.Get(t.Context(), "A", Password)
			wantState(t, err, Absent)
		})
	}
	until(t, "a child runs", func() bool { return c.count.Load() == 1 })
	s.Close()
	callers.Wait()
	_, err := s.Get(t.Context(), "A", Password)
	wantState(t, err, Absent)
	if n := c.count.Load(); n != 1 {
		t.Errorf("%d children, want none after Close", n)
	}
}

func TestASecretTooLongIsRefusedBeforeAnythingIsAsked(t *testing.T) {
	c := &children{role: "crash"}
	s := store(t, c)
	text := secret.Text(strings.Repeat("x", MaxSecret+1))
	err := s.Set(t.Context(), "A", AppToken, text)
	wantState(t, err, TooLong)
	if c.count.Load() != 0 || strings.Contains(fmt.Sprintf("%v %+v %#v", err, err, err), "xxx") {
		t.Errorf("%d children were started, the error is %v; want none, and no secret in it", c.count.Load(), err)
	}
	wantState(t, s.Set(t.Context(), "A", AppToken, text[1:]), Failed) // this length is passed on
}

func TestMaxSecretFitsIntoMacOSsOneCommand(t *testing.T) {
	const site, quoted = 64, 5 // a name's longest form is 64 quotes, each written as five
	command := len("add-generic-password -U -s licensewatch -a '/apptoken' -w go-keyring-base64:\n")
	const secret = 2560 // MaxSecret there
	if got := command + site*quoted + (secret+2)/3*4; got > 4096 {
		t.Errorf("the command may have %d bytes, want 4096 at most", got)
	}
}

func TestRememberedSecretsGoBeforeTheKeyring(t *testing.T) {
	c := &children{role: "serve", env: noBus}
	s := store(t, c)
	s.Remember("A", Password, "for now")
	got, err := s.Get(t.Context(), "A", Password)
	if string(got) != "for now" || err != nil || c.count.Load() != 0 {
		t.Errorf("Get = %q, %v with %d children; want the remembered secret and no child", string(got), err, c.count.Load())
	}
	if err := s.Set(t.Context(), "A", Password, "new"); err == nil {
		t.Fatal("Set worked without a keyring")
	}
	if got, _ := s.Get(t.Context(), "A", Password); string(got) != "for now" {
		t.Error("a Set that failed took the remembered secret away")
	}
	s.Delete(t.Context(), "A", Password)
	if _, err := s.Get(t.Context(), "A", Password); err == nil {
		t.Error("Delete left the remembered secret")
	}
}

func TestServeEndsWithItsInput(t *testing.T) {
	var out strings.Builder
	if err := Serve(strings.NewReader(""), &out); err != nil || out.Len() > 0 {
		t.Errorf("Serve of nothing = %v, %q; want nothing", err, out.String())
	}
	err := Serve(strings.NewReader("{\"secret\": \"hush\"\n"), &out)
	if err == nil || strings.Contains(err.Error(), "hush") {
		t.Errorf("Serve of a broken line = %v, want an error without the line", err)
	}
	err = Serve(strings.NewReader(strings.Repeat("x", 2*maxLine)), &out)
	if err == nil {
		t.Error("Serve took a line without end")
	}
}
