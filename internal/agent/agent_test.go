//go:build unix

package agent

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"licensewatch/internal/keyring"
	"licensewatch/internal/secret"
	"licensewatch/internal/settings"
	"licensewatch/monitor"
	"licensewatch/monitor/link"
	"licensewatch/soapclient/simulator"
)

const (
	head = "Head office"
	oslo = "Branch Oslo"
)

// vault keeps secrets in memory, tells those for this session apart, and can be shut.
type vault struct {
	keyring.Memory
	kept    keyring.Memory // for this session, also when it is shut
	mu      sync.Mutex
	shut    keyring.State // empty: open
	session []string      // what Remember was given
	stored  []string      // what Set was given
	retried int
}

func (v *vault) closed(site string, kind keyring.Kind) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.shut == "" {
		return nil
	}
	return &keyring.Error{State: v.shut, Site: site, Kind: kind, Text: "the keyring is " + string(v.shut), Remedy: "Mend it."}
}

func (v *vault) shutTo(state keyring.State) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.shut = state
}

func (v *vault) Get(ctx context.Context, site string, kind keyring.Kind) (secret.Text, error) {
	if text, ok := v.Remembered(site, kind); ok {
		return text, nil
	}
	if err := v.closed(site, kind); err != nil {
		return "", err
	}
	return v.Memory.Get(ctx, site, kind)
}

func (v *vault) Set(ctx context.Context, site string, kind keyring.Kind, text secret.Text) error {
	if err := v.closed(site, kind); err != nil {
		return err
	}
	v.note(&v.stored, site, kind)
	return v.Memory.Set(ctx, site, kind, text)
}

func (v *vault) Delete(ctx context.Context, site string, kind keyring.Kind) error {
	v.kept.Delete(ctx, site, kind)
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := v.closed(site, kind); err != nil {
		return err
	}
	return v.Memory.Delete(ctx, site, kind)
}

func (v *vault) Remember(site string, kind keyring.Kind, text secret.Text) {
	v.note(&v.session, site, kind)
	v.kept.Set(context.Background(), site, kind, text)
}

func (v *vault) Remembered(site string, kind keyring.Kind) (secret.Text, bool) {
	text, err := v.kept.Get(context.Background(), site, kind)
	return text, err == nil
}

func (v *vault) Retry() {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.retried++
}

func (v *vault) note(list *[]string, site string, kind keyring.Kind) {
	v.mu.Lock()
	defer v.mu.Unlock()
	*list = append(*list, site+"/"+string(kind))
}

func (v *vault) retries() int {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.retried
}

// has returns a secret that is kept, whether the vault is open or not.
func (v *vault) has(site string, kind keyring.Kind) string {
	text, _ := v.Memory.Get(context.Background(), site, kind)
	return string(text)
}

// stage is an agent with a NetServer and a client.
type stage struct {
	t       *testing.T
	dir     string
	sim     *simulator.Server
	secrets *vault
	agent   *Agent
	client  *link.Client
	says    *buffer
	prepare func(*Agent) // before it runs; nil: nothing
	stop    func()
	mu      sync.Mutex
	windows int // asked for
}

// begin runs an agent without a desktop that watches the sites, and dials it. All of it ends with the test.
func begin(t *testing.T, sites ...string) *stage {
	t.Helper()
	dir, err := os.MkdirTemp("", "agent") // a socket's path must be short
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	t.Setenv("XDG_RUNTIME_DIR", dir)
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path="+filepath.Join(dir, "nobody"))
	w := simulator.Build(2, 2, 3)
	w.Sites[0].Name, w.Sites[1].Name = head, oslo
	s := &stage{t: t, dir: dir, sim: simulator.New(w), secrets: &vault{}, says: &buffer{}}
	if _, err := s.sim.Start("127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.sim.Close)
	for _, name := range sites {
		f := s.form(name)
		if err := settings.SaveSite(s.config(), "", site(f)); err != nil {
			t.Fatal(err)
		}
		s.secrets.Memory.Set(t.Context(), name, keyring.Password, f.Secret)
	}
	s.run()
	return s
}

// run starts an agent and a client of it.
func (s *stage) run() {
	s.t.Helper()
	loaded, err := settings.Load(s.config())
	if err != nil {
		s.t.Fatal(err)
	}
	place, err := link.At(s.config())
	if err != nil {
		s.t.Fatal(err)
	}
	l, err := place.Listen()
	if err != nil {
		s.t.Fatal(err)
	}
	a := New(Options{
		Version: "1.0", Config: s.config(), Settings: loaded, State: s.path("state", "state.json"), History: s.path("state", "history.db"), Cache: s.path("cache"), Secrets: s.secrets,
		Window: s.window, Log: slog.New(slog.NewTextHandler(s.says, nil)),
	})
	s.agent = a
	if s.prepare != nil {
		s.prepare(a)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- a.Run(ctx, l) }()
	s.stop = sync.OnceFunc(func() {
		cancel()
		select {
		case err := <-done:
			if err != nil {
				s.t.Errorf("Run = %v", err)
			}
		case <-time.After(patience):
			s.t.Error("the agent does not end")
		}
	})
	s.t.Cleanup(s.stop)
	if s.client, err = link.Dial(s.t.Context(), place); err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(s.client.Close)
}

// window is asked for and cannot open.
func (s *stage) window() (*exec.Cmd, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.windows++
	return nil, errors.New("no display here")
}

func (s *stage) path(elem ...string) string {
	return filepath.Join(append([]string{s.dir}, elem...)...)
}

func (s *stage) config() string { return s.path("config", "config.toml") }

// form is a site's form as a person fills it in, with the right password.
func (s *stage) form(name string) link.SiteForm {
	return link.SiteForm{Name: name, URL: s.sim.URL(name), Services: "Services86", SignIn: "password", User: "admin", Secret: simulator.DemoPassword}
}

// saved returns the names of the sites in the settings file.
func (s *stage) saved() []string {
	s.t.Helper()
	loaded, err := settings.Load(s.config())
	if err != nil {
		s.t.Fatal(err)
	}
	names := []string{}
	for _, site := range loaded.Sites {
		names = append(names, site.Name)
	}
	return names
}

func (s *stage) wantSaved(names ...string) {
	s.t.Helper()
	if got := s.saved(); !slices.Equal(got, append([]string{}, names...)) {
		s.t.Errorf("the settings file has the sites %q, want %q", got, names)
	}
}

func (s *stage) wantSecret(site string, kind keyring.Kind, want secret.Text) {
	s.t.Helper()
	if s.secrets.has(site, kind) != string(want) {
		s.t.Errorf("the %s of %q is not the one that was expected (empty: %v)", kind, site, s.secrets.has(site, kind) == "")
	}
}

// sees waits until the agent shows what ok is content with.
func (s *stage) sees(what string, ok func(link.View) bool) {
	s.t.Helper()
	until(s.t, what, func() bool {
		v, err := s.client.View(s.t.Context())
		if err != nil {
			s.t.Fatal(err)
		}
		return ok(v)
	})
}

// shows waits until the agent shows the site with a severity.
func (s *stage) shows(site string, severity monitor.Severity) {
	s.t.Helper()
	s.sees(site+" as "+severity.String(), func(v link.View) bool {
		return slices.ContainsFunc(v.Snapshot.Sites, func(st *monitor.SiteState) bool {
			return st.Site.Name == site && st.Severity == severity && !st.Reading
		})
	})
}

func (s *stage) notes(part string) {
	s.t.Helper()
	s.sees("a notice of "+part, func(v link.View) bool {
		return slices.ContainsFunc(v.Notices, func(n string) bool { return strings.Contains(n, part) })
	})
}

func TestAnAgentWithoutADesktopSaysSo(t *testing.T) {
	s := begin(t, head)
	s.shows(head, monitor.OK)
	s.notes("shows no tray icons")
	s.notes("The window cannot be opened: no display here.")
	if !strings.Contains(s.says.String(), "no tray icons") {
		t.Errorf("the log says %q, want a word about the tray", s.says)
	}
}

func TestTheFirstRunOpensTheWindow(t *testing.T) {
	s := begin(t)
	s.notes("The window cannot be opened: no display here.")
	if v, err := s.client.View(t.Context()); err != nil || len(v.Snapshot.Sites) != 0 {
		t.Errorf("the agent shows %d sites (%v), want none", len(v.Snapshot.Sites), err)
	}
}

func TestRefreshAsksTheSiteAndTheKeyringAgain(t *testing.T) {
	s := begin(t, head, oslo)
	s.shows(head, monitor.OK)
	s.shows(oslo, monitor.OK)
	asked := s.sim.Requests(oslo, "")
	if err := s.sim.Do(head + " PARTNER01 status ProblemWithLicense"); err != nil {
		t.Fatal(err)
	}
	if err := s.client.Refresh(t.Context(), head, "PARTNER01"); err != nil {
		t.Fatal(err)
	}
	s.shows(head, monitor.Critical)
	if n := s.sim.Requests(oslo, ""); n != asked {
		t.Errorf("the other site was asked %d times too", n-asked)
	}
	if s.secrets.retries() == 0 {
		t.Error("a keyring that failed is not asked again")
	}
}

func TestAPauseOutlivesTheAgent(t *testing.T) {
	s := begin(t, head)
	s.shows(head, monitor.OK)
	end := time.Now().Add(time.Hour)
	if err := s.client.Pause(t.Context(), end); err != nil {
		t.Fatal(err)
	}
	paused := func(v link.View) bool { return v.Snapshot.PausedUntil.Equal(end) }
	s.sees("the pause", paused)
	s.stop()
	s.run()
	s.sees("the pause after a restart", paused)
	if err := s.client.Pause(t.Context(), time.Time{}); err != nil {
		t.Fatal(err)
	}
	s.sees("its end", func(v link.View) bool { return v.Snapshot.PausedUntil.IsZero() })
	s.shows(head, monitor.OK)
}

func TestWhatIsKnownOutlivesTheAgent(t *testing.T) {
	s := begin(t, head)
	s.shows(head, monitor.OK)
	s.stop()
	if err := s.sim.Do(head + " fault refuse"); err != nil {
		t.Fatal(err)
	}
	s.run()
	v, err := s.client.View(t.Context())
	if err != nil || len(v.Snapshot.Sites) != 1 || len(v.Snapshot.Sites[0].Owners) != 2 {
		t.Errorf("after a restart the agent shows %+v (%v), want the site with its two owners", v.Snapshot.Sites, err)
	}
}

func TestAnAgentEndsSoon(t *testing.T) {
	s := begin(t, head)
	if err := s.sim.Do(head + " fault hang"); err != nil {
		t.Fatal(err)
	}
	s.client.Refresh(t.Context(), "", "")
	until(t, "a request that hangs", func() bool { return s.sim.Requests(head, "") > 0 })
	began := time.Now()
	s.stop()
	if took := time.Since(began); took > 10*time.Second {
		t.Errorf("the end took %v", took)
	}
}
