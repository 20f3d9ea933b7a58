//go:build unix

package link

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"licensewatch/monitor"
)

func place(t *testing.T) Place {
	t.Helper()
	t.Setenv("XDG_RUNTIME_DIR", t.TempDir())
	p, err := At("config.toml")
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// serve runs an agent's server at p until the test ends.
func serve(t *testing.T, p Place, cmd Commands) *Server {
	t.Helper()
	l, err := p.Listen()
	if err != nil {
		t.Fatal(err)
	}
	s := NewServer("1.0", cmd)
	s.Show(View{})
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error)
	go func() { done <- s.Serve(ctx, l) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("Serve = %v", err)
		}
	})
	return s
}

func dial(t *testing.T, p Place) *Client {
	t.Helper()
	c, err := Dial(t.Context(), p)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

func view(names ...string) View {
	var v View
	for _, name := range names {
		v.Snapshot.Sites = append(v.Snapshot.Sites, &monitor.SiteState{Site: monitor.Site{Name: name}, Severity: monitor.Warning})
	}
	return v
}

func names(v View) string {
	var all []string
	for _, s := range v.Snapshot.Sites {
		all = append(all, s.Site.Name)
	}
	return strings.Join(all, " ")
}

func TestWatchFollowsTheAgent(t *testing.T) {
	p := place(t)
	s := serve(t, p, Commands{})
	first := view("a", "b", "c")
	first.Notices, first.Demo = []string{"take note"}, true
	first.Snapshot.Outages = []monitor.Outage{{Network: "direct", Sites: 3, Finding: monitor.Finding{Text: "offline"}}}
	s.Show(first)
	views := make(chan View)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	go func() { done <- dial(t, p).Watch(ctx, func(v View) { views <- v }) }()
	got := <-views
	if names(got) != "a b c" || len(got.Notices) != 1 || !got.Demo || got.Snapshot.Worst() != monitor.Warning {
		t.Errorf("first view %+v", got)
	}
	if !reflect.DeepEqual(got.Snapshot.Outages, first.Snapshot.Outages) {
		t.Errorf("outages %+v come as %+v", first.Snapshot.Outages, got.Snapshot.Outages)
	}
	second := first
	second.Snapshot.Sites = append([]*monitor.SiteState{{Site: monitor.Site{Name: "new"}}}, first.Snapshot.Sites[1:]...)
	s.Show(second)
	next := <-views
	if names(next) != "new b c" {
		t.Errorf("second view has %q", names(next))
	}
	if next.Snapshot.Sites[1] != got.Snapshot.Sites[1] {
		t.Error("a site that did not change was sent again")
	}
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Errorf("Watch = %v", err)
	}
}

func TestFramesCarryOnlyWhatChanged(t *testing.T) {
	known, v := newEnd(), view("a", "b")
	carried := func() (n int) {
		for f := range known.encode(v) {
			n += len(f.Changed)
		}
		return n
	}
	if n := carried(); n != 2 {
		t.Errorf("the first view carries %d sites, want 2", n)
	}
	if n := carried(); n != 0 {
		t.Errorf("an unchanged view carries %d sites", n)
	}
	v.Snapshot.Sites = v.Snapshot.Sites[:1]
	if n := carried(); n != 0 || len(known.sites) != 1 {
		t.Errorf("a removed site leaves %d known and carries %d", len(known.sites), n)
	}
}

// What people said of alerts reaches the views, once, and alerts that nobody said anything about do not.
func TestFramesCarryWhatPeopleSaid(t *testing.T) {
	near, far := newEnd(), newEnd()
	pass := func(v View) (got View, carried bool) {
		for f := range near.encode(v) {
			text, err := json.Marshal(f)
			var g frame
			if err != nil || json.Unmarshal(text, &g) != nil {
				t.Fatalf("the frame %s cannot be read (%v)", text, err)
			}
			got, _ = far.decode(g)
			carried = carried || g.Hands != nil
		}
		return got, carried
	}
	at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	known, plain, held := monitor.Subject{Site: "a", Owner: "A"}, monitor.Subject{Site: "b"}, monitor.Subject{Site: "c"}
	v := view("a", "b", "c")
	v.Snapshot.Alerts = []monitor.Alert{
		{Subject: known, Ack: &monitor.Hand{Subject: known, By: "ola", Note: "ordered"}, Unstable: at, Counter: 5},
		{Subject: plain, Troubles: []monitor.Trouble{{Told: at}}},
		{Subject: held, Held: []monitor.Decision{{Reason: monitor.ReasonQuiet}, {Reason: monitor.ReasonSnoozed, Until: at}}},
	}
	v.Snapshot.Snoozes = []monitor.Hand{{Subject: held, Until: at, By: "kari"}}
	for i, want := range []bool{true, false} {
		got, carried := pass(v)
		if carried != want {
			t.Errorf("view %d carries it: %t", i, carried)
		}
		a, _ := got.Snapshot.Alert(known)
		if a.Ack == nil || a.Ack.By != "ola" || a.Ack.Note != "ordered" || !a.Unstable.Equal(at) || a.Counter != 5 {
			t.Errorf("view %d has the alert %+v", i, a)
		}
		if h, _ := got.Snapshot.Alert(held); len(h.Held) != 2 || h.Held[1].Reason != monitor.ReasonSnoozed || !h.Held[1].Until.Equal(at) {
			t.Errorf("view %d holds %+v", i, h.Held)
		}
		if _, ok := got.Snapshot.Alert(plain); ok {
			t.Errorf("view %d has an alert that nobody needs", i)
		}
		if z, ok := got.Snapshot.Snoozed(held); !ok || z.By != "kari" {
			t.Errorf("view %d has the snooze %+v", i, z)
		}
	}
	v.Snapshot.Alerts, v.Snapshot.Snoozes = nil, nil
	if got, carried := pass(v); !carried || len(got.Snapshot.Alerts) > 0 || len(got.Snapshot.Snoozes) > 0 {
		t.Errorf("what was taken back stays: %+v", got.Snapshot)
	}
}

func TestLargeViewsGoInPieces(t *testing.T) {
	var all []string
	for i := range 3*perFrame + 1 {
		all = append(all, fmt.Sprint("site", i))
	}
	frames, far := 0, newEnd()
	var got View
	for f := range newEnd().encode(view(all...)) {
		frames++
		v, complete := far.decode(f)
		if complete != (frames == 4) {
			t.Errorf("frame %d completes the view: %v", frames, complete)
		}
		got = v
	}
	if frames != 4 || names(got) != strings.Join(all, " ") {
		t.Errorf("%d frames bring %q", frames, names(got))
	}
}

func TestCommandsReachTheAgent(t *testing.T) {
	p := place(t)
	calls := make(chan string, 20)
	until := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	serve(t, p, Commands{
		Refresh:      func(site, owner string) { calls <- "refresh " + site + "/" + owner },
		Pause:        func(at time.Time) { calls <- "pause " + at.UTC().String() },
		Show:         func() error { return errors.New("no display here") },
		NoGL:         func(why string) error { calls <- "nogl " + why; return nil },
		Settings:     func() Settings { return Settings{Interval: time.Hour} },
		SaveSettings: func(s Settings) error { calls <- fmt.Sprint("settings ", s.Interval); return nil },
		Sites:        func() []SiteForm { return []SiteForm{{Name: "one"}} },
		Test: func(_ context.Context, f SiteForm, report func(Step)) Trial {
			report(Step{Name: "connect", State: StepRunning})
			report(Step{Name: "connect", State: StepGood, Took: time.Second})
			return Trial{Company: string(f.Secret), Failure: &monitor.Failure{Kind: monitor.KindSignIn, Text: "no"}}
		},
		Save:   func(_ context.Context, f SiteForm) error { calls <- "save " + f.Name; return nil },
		Remove: func(_ context.Context, name string) error { calls <- "remove " + name; return nil },
		SignIn: func(_ context.Context, f SiteForm) (Grant, error) {
			return Grant{ID: "g1", Tenant: f.Tenant}, nil
		},
		SignInAgain: func(_ context.Context, site string) error { calls <- "again " + site; return nil },
		Help:        func(reason string) error { calls <- "help " + reason; return nil },
		Acknowledge: func(_ context.Context, of monitor.Subject, note string) error {
			calls <- fmt.Sprint("acknowledge ", of, " ", note)
			return nil
		},
		Snooze: func(_ context.Context, of monitor.Subject, at time.Time, note string) error {
			calls <- fmt.Sprint("snooze ", of, " ", at.UTC(), " ", note)
			return nil
		},
		Resume: func(_ context.Context, of monitor.Subject) error { calls <- fmt.Sprint("resume ", of); return nil },
		Log: func(_ context.Context, from time.Time) ([]monitor.Telling, error) {
			return []monitor.Telling{{At: from, Outcome: monitor.Held, Why: "snoozed"}}, nil
		},
		TestNotification: func(context.Context) (string, error) { return "It was shown.", nil },
	})
	c, ctx := dial(t, p), t.Context()
	for _, tt := range []struct {
		err  error
		want string
	}{
		{c.Refresh(ctx, "Head office", "A"), "refresh Head office/A"},
		{c.Pause(ctx, until), "pause " + until.String()},
		{c.NoGL(ctx, "no GLX"), "nogl no GLX"},
		{c.SaveSettings(ctx, Settings{Interval: time.Minute}), "settings 1m0s"},
		{c.Save(ctx, SiteForm{Name: "x"}), "save x"},
		{c.Remove(ctx, "x"), "remove x"},
		{c.SignInAgain(ctx, "x"), "again x"},
		{c.Help(ctx, "clock"), "help clock"},
		{c.Acknowledge(ctx, monitor.Subject{Site: "x", Owner: "A"}, "ordered"), "acknowledge {x A } ordered"},
		{c.Snooze(ctx, monitor.Subject{}, until, "moving"), "snooze {  } " + until.String() + " moving"},
		{c.Resume(ctx, monitor.Subject{Site: "x"}), "resume {x  }"},
	} {
		if got := <-calls; tt.err != nil || got != tt.want {
			t.Errorf("the agent saw %q (%v), want %q", got, tt.err, tt.want)
		}
	}
	if err := c.Show(ctx); err == nil || err.Error() != "no display here" {
		t.Errorf("Show = %v, want the agent's own words", err)
	}
	if s, err := c.Settings(ctx); err != nil || s.Interval != time.Hour {
		t.Errorf("Settings = %v, %v", s, err)
	}
	if list, err := c.Sites(ctx); err != nil || len(list) != 1 || list[0].Name != "one" {
		t.Errorf("Sites = %v, %v", list, err)
	}
	var steps []string
	trial, err := c.Test(ctx, SiteForm{Secret: "pw"}, func(s Step) { steps = append(steps, fmt.Sprint(s.Name, " ", s.State, " ", s.Took)) })
	if err != nil || trial.Company != "pw" || trial.Failure.Kind != monitor.KindSignIn {
		t.Errorf("Test = %+v, %v", trial, err)
	}
	if got := strings.Join(steps, ", "); got != "connect running 0s, connect good 1s" {
		t.Errorf("the test reported %q", got)
	}
	if list, err := c.Log(ctx, until); err != nil || len(list) != 1 || !list[0].At.Equal(until) || list[0].Why != "snoozed" {
		t.Errorf("Log = %v, %v", list, err)
	}
	if text, err := c.TestNotification(ctx); err != nil || text != "It was shown." {
		t.Errorf("TestNotification = %q, %v", text, err)
	}
	if g, err := c.SignIn(ctx, SiteForm{Tenant: "Cust12345"}); err != nil || g.ID != "g1" || g.Tenant != "Cust12345" {
		t.Errorf("SignIn = %+v, %v", g, err)
	}
}

func TestOneAgentPerPlace(t *testing.T) {
	p := place(t)
	if _, err := Dial(t.Context(), p); !errors.Is(err, ErrNoAgent) {
		t.Errorf("Dial with no agent = %v, want ErrNoAgent", err)
	}
	l, err := p.Listen()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.Listen(); !errors.Is(err, ErrTaken) {
		t.Errorf("a second Listen = %v, want ErrTaken", err)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	l, err = p.Listen()
	if err != nil {
		t.Fatalf("Listen after the first agent ended: %v", err)
	}
	l.Close()
}

func TestSocketOfADeadAgentIsNoObstacle(t *testing.T) {
	p := place(t)
	if err := os.MkdirAll(p.dir, 0o755); err != nil {
		t.Fatal(err)
	}
	dead, err := net.Listen("unix", p.socket())
	if err != nil {
		t.Fatal(err)
	}
	dead.(*net.UnixListener).SetUnlinkOnClose(false)
	dead.Close()
	if _, err := Dial(t.Context(), p); !errors.Is(err, ErrNoAgent) {
		t.Errorf("Dial = %v, want ErrNoAgent", err)
	}
	serve(t, p, Commands{})
	dial(t, p)
	for path, want := range map[string]os.FileMode{p.dir: 0o700, p.socket(): 0o600} {
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != want {
			t.Errorf("%s has mode %v, want %v (%v)", filepath.Base(path), info.Mode().Perm(), want, err)
		}
	}
}

func TestAFolderOfAnotherUserIsNotTrusted(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("skipped: only root can give a folder to another user")
	}
	p := place(t)
	if err := os.Mkdir(p.dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Chown(p.dir, 65534, 65534); err != nil {
		t.Fatal(err)
	}
	impostor, err := net.Listen("unix", p.socket())
	if err != nil {
		t.Fatal(err)
	}
	defer impostor.Close()
	go http.Serve(impostor, NewServer("1.0", Commands{}).checked(http.NotFoundHandler()))
	if _, err := Dial(t.Context(), p); err == nil || errors.Is(err, ErrNoAgent) || !strings.Contains(err.Error(), "not a folder of this user") {
		t.Errorf("Dial = %v, want a word about the folder", err)
	}
	if _, err := p.Listen(); err == nil {
		t.Error("an agent listens there")
	}
}

func TestAnotherVersionGetsAClearWord(t *testing.T) {
	p := place(t)
	serve(t, p, Commands{})
	old := &http.Client{Transport: &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) { return p.dial(ctx) }}}
	defer old.CloseIdleConnections()
	req, _ := http.NewRequest("GET", "http://agent/view", nil)
	req.Header.Set(protocolHeader, "0")
	resp, err := old.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var f failed
	if err := json.NewDecoder(resp.Body).Decode(&f); err != nil || resp.StatusCode != http.StatusConflict || !strings.Contains(f.Error, "version 1.0") {
		t.Errorf("HTTP %d %+v %v, want a conflict that names the agent's version", resp.StatusCode, f, err)
	}
}

func TestClientSaysThatAnAgentIsOfAnotherVersion(t *testing.T) {
	p := place(t)
	l, err := p.Listen()
	if err != nil {
		t.Fatal(err)
	}
	other := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.Header().Set(protocolHeader, "99") })}
	go other.Serve(l)
	defer other.Close()
	if _, err := Dial(t.Context(), p); err == nil || !strings.Contains(err.Error(), "another version") {
		t.Errorf("Dial = %v, want a word about versions", err)
	}
}

func TestHungAgentIsNotWaitedFor(t *testing.T) {
	p := place(t)
	l, err := p.Listen() // takes connections and never answers
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	began := time.Now()
	if _, err := Dial(t.Context(), p); err == nil || errors.Is(err, ErrNoAgent) || time.Since(began) > 10*time.Second {
		t.Errorf("Dial = %v after %v, want an error soon", err, time.Since(began))
	}
}

func TestStepsComeWhileTheTestGoesOn(t *testing.T) {
	p := place(t)
	seen := make(chan string)
	serve(t, p, Commands{Test: func(ctx context.Context, _ SiteForm, report func(Step)) Trial {
		report(Step{Name: "connect"})
		select { // the client has the step before the test is over
		case <-seen:
		case <-ctx.Done():
		}
		return Trial{Version: "11"}
	}})
	trial, err := dial(t, p).Test(t.Context(), SiteForm{}, func(s Step) { seen <- s.Name })
	if err != nil || trial.Version != "11" {
		t.Errorf("Test = %+v, %v", trial, err)
	}
}

func TestATestThatIsCalledOffEndsAtTheAgent(t *testing.T) {
	p := place(t)
	ended := make(chan error, 1)
	serve(t, p, Commands{Test: func(ctx context.Context, _ SiteForm, report func(Step)) Trial {
		report(Step{Name: "connect"})
		<-ctx.Done()
		ended <- ctx.Err()
		return Trial{}
	}})
	ctx, cancel := context.WithCancel(t.Context())
	if _, err := dial(t, p).Test(ctx, SiteForm{}, func(Step) { cancel() }); err == nil {
		t.Error("Test of a cancelled context succeeded")
	}
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("the agent's test ended with %v", err)
	}
}
