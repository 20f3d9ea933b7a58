//go:build linux

package keyring

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/godbus/dbus/v5"

	"licensewatch/internal/secret"
)

// bus starts a session bus that starts no services by itself.
func bus(t *testing.T) (address string) {
	t.Helper()
	program := installed(t, "dbus-daemon")
	dir := t.TempDir()
	config := filepath.Join(dir, "bus.conf")
	const rules = `<busconfig><type>session</type><listen>unix:path=%s/bus</listen><auth>EXTERNAL</auth>
<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy></busconfig>`
	if err := os.WriteFile(config, fmt.Appendf(nil, rules, dir), 0o600); err != nil {
		t.Fatal(err)
	}
	daemon := exec.Command(program, "--config-file="+config, "--nofork", "--print-address=1")
	out, err := daemon.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	start(t, daemon)
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatalf("dbus-daemon tells no address: %v", err)
	}
	return strings.TrimSpace(line)
}

func installed(t *testing.T, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		t.Skipf("%s is not installed", name)
	}
	return path
}

func start(t *testing.T, cmd *exec.Cmd) {
	t.Helper()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
	})
}

func dial(t *testing.T, address string) *dbus.Conn {
	t.Helper()
	conn, err := dbus.Connect(address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return conn
}

// gnomeKeyring starts a real, unlocked gnome-keyring with a new login collection.
func gnomeKeyring(t *testing.T, address string) *os.Process {
	t.Helper()
	home := t.TempDir()
	daemon := exec.Command(installed(t, "gnome-keyring-daemon"), "--foreground", "--unlock", "--components=secrets", "--control-directory="+home)
	daemon.Stdin = strings.NewReader("login password")
	daemon.Env = append(os.Environ(), "HOME="+home, "XDG_DATA_HOME="+home, "XDG_RUNTIME_DIR="+home, "DBUS_SESSION_BUS_ADDRESS="+address)
	start(t, daemon)
	conn := dial(t, address)
	until(t, "the login keyring is open", func() bool {
		locked, err := conn.Object(busName, loginPath).GetProperty(collectionIface + ".Locked")
		return err == nil && locked.Value() == false
	})
	return daemon.Process
}

// unlockGnome opens the login keyring as the desktop does when its user has typed the password.
func unlockGnome(t *testing.T, conn *dbus.Conn) {
	t.Helper()
	service := conn.Object(busName, servicePath)
	var none dbus.Variant
	var session dbus.ObjectPath
	if err := service.Call(serviceIface+".OpenSession", 0, "plain", dbus.MakeVariant("")).Store(&none, &session); err != nil {
		t.Fatal(err)
	}
	password := struct {
		Session           dbus.ObjectPath
		Parameters, Value []byte
		ContentType       string
	}{session, []byte{}, []byte("login password"), "text/plain"}
	const master = "org.gnome.keyring.InternalUnsupportedGuiltRiddenInterface.UnlockWithMasterPassword"
	if err := service.Call(master, 0, loginPath, password).Err; err != nil {
		t.Fatalf("unlocking the keyring: %v", err)
	}
}

func onBus(address string) *children {
	return &children{role: "serve", env: []string{"DBUS_SESSION_BUS_ADDRESS=" + address}}
}

func TestSecretsInTheRealKeyring(t *testing.T) {
	address := bus(t)
	gnomeKeyring(t, address)
	s := store(t, onBus(address))
	_, err := s.Get(t.Context(), "Head office", Password)
	wantState(t, err, Missing)
	put := func(site string, kind Kind, text string) {
		t.Helper()
		if err := s.Set(t.Context(), site, kind, secret.Text(text)); err != nil {
			t.Fatal(err)
		}
	}
	want := func(site string, kind Kind, text string) {
		t.Helper()
		if got, err := s.Get(t.Context(), site, kind); string(got) != text || err != nil {
			t.Errorf("Get of %s, %s = %q, %v; want %q", site, kind, string(got), err, text)
		}
	}
	long := strings.Repeat("ø", MaxSecret/2)
	put("Head office", Password, "old")
	put("Head office", Password, "a\"b\\c\nd ü")
	put("Head office", AppToken, long)
	put("Søndre avdeling", Password, "other")
	want("Head office", Password, "a\"b\\c\nd ü")
	want("Head office", AppToken, long)
	want("Søndre avdeling", Password, "other")

	s.Remember("Head office", Password, "for now")
	want("Head office", Password, "for now")
	put("Head office", Password, "stored")
	want("Head office", Password, "stored")

	for range 2 { // a second time is no error
		if err := s.Delete(t.Context(), "Head office", Password); err != nil {
			t.Errorf("Delete = %v, want no error", err)
		}
	}
	_, err = s.Get(t.Context(), "Head office", Password)
	wantState(t, err, Missing)
	want("Head office", AppToken, long)
}

func TestAStoppedKeyringIsHung(t *testing.T) {
	address := bus(t)
	keyring := gnomeKeyring(t, address)
	c := onBus(address)
	s := store(t, c)
	if err := s.Set(t.Context(), "A", Password, "text"); err != nil {
		t.Fatal(err)
	}
	if err := keyring.Signal(syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	s.Deadline = 500 * time.Millisecond
	began := time.Now()
	_, err := s.Get(t.Context(), "A", Password)
	wantState(t, err, Hung)
	if took := time.Since(began); took > patience/2 {
		t.Errorf("the answer took %v", took)
	}
	asked := c.count.Load()
	_, err = s.Get(t.Context(), "A", Password)
	wantState(t, err, Hung)
	if c.count.Load() != asked {
		t.Error("a keyring that hung was asked again at once")
	}
	if err := keyring.Signal(syscall.SIGCONT); err != nil {
		t.Fatal(err)
	}
	s.Deadline = patience
	s.Retry()
	if got, err := s.Get(t.Context(), "A", Password); string(got) != "text" || err != nil {
		t.Errorf("Get from the keyring that goes on = %q, %v", string(got), err)
	}
}

func TestALockedRealKeyringWithoutAPrompter(t *testing.T) {
	address := bus(t)
	gnomeKeyring(t, address)
	s := store(t, onBus(address))
	if err := s.Set(t.Context(), "A", Password, "text"); err != nil {
		t.Fatal(err)
	}
	conn := dial(t, address)
	var locked []dbus.ObjectPath
	var prompt dbus.ObjectPath
	err := conn.Object(busName, servicePath).Call(serviceIface+".Lock", 0, []dbus.ObjectPath{loginPath}).Store(&locked, &prompt)
	if err != nil || len(locked) != 1 {
		t.Fatalf("locking the keyring: %v, %v", locked, err)
	}
	_, err = s.Get(t.Context(), "A", Password)
	wantState(t, err, Locked)
	unlockGnome(t, conn)
	if got, err := s.Get(t.Context(), "A", Password); string(got) != "text" || err != nil {
		t.Errorf("Get after it was unlocked elsewhere = %q, %v", string(got), err)
	}
}

func TestWithoutAKeyring(t *testing.T) {
	_, err := store(t, &children{role: "serve", env: noBus}).Get(t.Context(), "A", Password)
	wantState(t, err, Absent)
	c := onBus(bus(t)) // a bus, but nobody there
	_, err = store(t, c).Get(t.Context(), "A", Password)
	wantState(t, err, Absent)
	wantState(t, store(t, c).Set(t.Context(), "A", Password, "x"), Absent)
	wantState(t, store(t, c).Delete(t.Context(), "A", Password), Absent)
}

// prompter is a Secret Service with a locked login collection and no items. The test is its user.
type prompter struct {
	conn    *dbus.Conn
	prompts chan struct{} // one for each dialog
	answers chan bool     // true: the user unlocks

	mu     sync.Mutex
	locked bool
}

const promptPath = dbus.ObjectPath("/org/freedesktop/secrets/prompt/p1")

func newPrompter(t *testing.T, address string) *prompter {
	t.Helper()
	p := &prompter{conn: dial(t, address), prompts: make(chan struct{}, 100), answers: make(chan bool), locked: true}
	for _, export := range []struct {
		methods map[string]any
		path    dbus.ObjectPath
		iface   string
	}{
		{map[string]any{"Unlock": p.unlock, "SearchItems": p.searchAll}, servicePath, serviceIface},
		{map[string]any{"SearchItems": p.search}, loginPath, collectionIface},
		{map[string]any{"Prompt": p.prompt}, promptPath, promptIface},
		{map[string]any{"Get": p.property}, servicePath, "org.freedesktop.DBus.Properties"},
		{map[string]any{"Get": p.property}, loginPath, "org.freedesktop.DBus.Properties"},
	} {
		if err := p.conn.ExportMethodTable(export.methods, export.path, export.iface); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := p.conn.RequestName(busName, dbus.NameFlagDoNotQueue); err != nil || got != dbus.RequestNameReplyPrimaryOwner {
		t.Fatalf("owning %s: %v, %v", busName, got, err)
	}
	return p
}

func (p *prompter) isLocked() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.locked
}

// open unlocks the keyring as another program does.
func (p *prompter) open() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.locked = false
}

func (p *prompter) unlock(paths []dbus.ObjectPath) ([]dbus.ObjectPath, dbus.ObjectPath, *dbus.Error) {
	if p.isLocked() {
		return nil, promptPath, nil
	}
	return paths, noPath, nil
}

func (p *prompter) searchAll(map[string]string) (unlocked, locked []dbus.ObjectPath, _ *dbus.Error) {
	return []dbus.ObjectPath{}, []dbus.ObjectPath{}, nil
}

func (p *prompter) search(map[string]string) ([]dbus.ObjectPath, *dbus.Error) {
	return []dbus.ObjectPath{}, nil
}

func (p *prompter) property(_, name string) (dbus.Variant, *dbus.Error) {
	if name == "Locked" {
		return dbus.MakeVariant(p.isLocked()), nil
	}
	return dbus.MakeVariant([]dbus.ObjectPath{loginPath}), nil
}

// prompt returns at once, as the real one does; the answer is a signal.
func (p *prompter) prompt(string) *dbus.Error {
	p.prompts <- struct{}{}
	go func() {
		yes, ok := <-p.answers
		if !ok {
			return
		}
		p.mu.Lock()
		p.locked = p.locked && !yes
		p.mu.Unlock()
		// a signal of somebody else on the same bus must not be taken for the answer
		p.conn.Emit("/some/thing", "org.example.Thing.Completed", false)
		p.conn.Emit(promptPath, promptIface+".Completed", !yes, dbus.MakeVariant([]dbus.ObjectPath{}))
	}()
	return nil
}

func TestAPromptHasItsOwnDeadline(t *testing.T) {
	address := bus(t)
	user := newPrompter(t, address)
	s := store(t, onBus(address))
	s.Deadline = 2 * time.Second
	done := make(chan error)
	go func() { _, err := s.Get(t.Context(), "A", Password); done <- err }()
	<-user.prompts
	<-time.After(s.Deadline + s.Deadline/4) // the user looks for his password
	user.answers <- true
	wantState(t, <-done, Missing) // unlocked and searched
}

func TestAUserWhoDoesNotUnlock(t *testing.T) {
	address := bus(t)
	user := newPrompter(t, address)
	s := store(t, onBus(address))
	var callers sync.WaitGroup
	for i := range 20 {
		callers.Go(func() {
			_, err := s.Get(t.Context(), fmt.Sprint("site ", i), Password)
			wantState(t, err, Locked)
		})
	}
	user.answers <- false
	callers.Wait()
	_, err := s.Get(t.Context(), "A", Password)
	wantState(t, err, Locked)
	if n := len(user.prompts); n != 1 {
		t.Errorf("the user was asked %d times, want once", n)
	}

	again := make(chan error)
	go func() { again <- s.Set(t.Context(), "A", Password, "x") }()
	user.answers <- false
	wantState(t, <-again, Locked) // who sets a password is asked
	s.Retry()
	go func() { _, err := s.Get(t.Context(), "A", Password); again <- err }()
	user.answers <- true
	wantState(t, <-again, Missing) // Retry asks again, and this time he unlocks
	if n := len(user.prompts); n != 3 {
		t.Errorf("the user was asked %d times, want 3", n)
	}
}

// A program that starts with its desktop is there before the user has opened anything.
func TestAKeyringThatOthersOpenAfterLogIn(t *testing.T) {
	address := bus(t)
	user := newPrompter(t, address)
	s := store(t, onBus(address))
	s.QuietFor = time.Hour
	for range 3 {
		_, err := s.Get(t.Context(), "A", Password)
		wantState(t, err, Locked)
	}
	if n := len(user.prompts); n != 0 {
		t.Errorf("the user was asked %d times by a timer, want never so early", n)
	}
	user.open()
	_, err := s.Get(t.Context(), "A", Password)
	wantState(t, err, Missing) // opened and searched, with nothing done here
	close(user.answers)
}

func TestAUserWhoWantsItIsAskedAtOnceAfterLogIn(t *testing.T) {
	address := bus(t)
	user := newPrompter(t, address)
	s := store(t, onBus(address))
	s.QuietFor = time.Hour
	_, err := s.Get(t.Context(), "A", Password)
	wantState(t, err, Locked)
	s.Retry()
	done := make(chan error)
	go func() { _, err := s.Get(t.Context(), "A", Password); done <- err }()
	user.answers <- true
	wantState(t, <-done, Missing)
	if n := len(user.prompts); n != 1 {
		t.Errorf("the user was asked %d times, want once", n)
	}
}

func TestAUserWhoDoesNotUnlockIsNotAskedAgainByTheTimer(t *testing.T) {
	address := bus(t)
	user := newPrompter(t, address)
	s := store(t, onBus(address))
	s.RefusedFor = 0
	done := make(chan error)
	go func() { _, err := s.Get(t.Context(), "A", Password); done <- err }()
	user.answers <- false
	wantState(t, <-done, Locked)
	s.mu.Lock()
	until := time.Until(s.refused)
	s.mu.Unlock()
	if until < 30*24*time.Hour {
		t.Errorf("the user is asked again in %v", until)
	}
	user.open()
	_, err := s.Get(t.Context(), "A", Password)
	wantState(t, err, Missing)
}

func TestAPromptThatNobodyAnswers(t *testing.T) {
	address := bus(t)
	user := newPrompter(t, address)
	s := store(t, onBus(address))
	s.PromptDeadline = 300 * time.Millisecond
	_, err := s.Get(t.Context(), "A", Password)
	wantState(t, err, Locked)
	_, err = s.Get(t.Context(), "A", Password)
	wantState(t, err, Locked)
	if n := len(user.prompts); n != 1 {
		t.Errorf("the user was asked %d times, want once", n)
	}
	close(user.answers)
}

func TestAChildDoesNotOutliveItsParent(t *testing.T) {
	address := bus(t)
	user := newPrompter(t, address)
	child := onBus(address).command(t.Context())
	stdin, err := child.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	child.Stderr = nil
	start(t, child)
	if _, err := stdin.Write([]byte(`{"id":0,"op":"get","account":"A/password","ask":true}` + "\n")); err != nil {
		t.Fatal(err)
	}
	<-user.prompts
	stdin.Close() // as when the parent is killed
	ended := make(chan struct{})
	go func() { child.Process.Wait(); close(ended) }()
	select {
	case <-ended:
	case <-time.After(patience):
		t.Error("the child waits for ever for an answer that nobody will hear")
	}
	close(user.answers)
}
