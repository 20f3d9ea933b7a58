package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"strings"
	"sync"
	"time"

	"github.com/gofrs/flock"

	"licensewatch/internal/agent"
	"licensewatch/internal/invent"
	"licensewatch/internal/keyring"
	"licensewatch/internal/settings"
	"licensewatch/monitor/link"
	"licensewatch/soapclient/simulator"
)

// agent runs the agent, or hands over to the one that runs.
func (o *options) agent(ctx context.Context) error {
	place, err := o.place()
	if err != nil {
		return err
	}
	l, err := takeOver(ctx, place)
	if err != nil || l == nil {
		return err
	}
	defer l.Close()
	s, err := o.load()
	if err != nil {
		return err
	}
	state, cache, err := folders(o.config)
	if err != nil {
		return err
	}
	unlock, err := lockState(state)
	if err != nil {
		return err
	}
	defer unlock()
	secrets, done := o.secrets(logInFor)
	defer done()
	debug.SetGCPercent(50) // it is idle nearly always: memory matters more than the collector's time
	return agent.New(agent.Options{
		Version: o.program.Version, Config: o.config, Settings: s, State: state, History: historyFile(state), Cache: cache, Secrets: secrets,
		Window: o.windowProcess(o.config), Log: slog.Default(),
	}).Run(ctx, l)
}

// takeOver returns a listener at place, or nil after it asked the agent that is there to show its window.
func takeOver(ctx context.Context, place link.Place) (net.Listener, error) {
	for try := 0; ; try++ {
		client, err := link.Dial(ctx, place)
		if err == nil {
			defer client.Close()
			return nil, client.Show(ctx)
		}
		if !errors.Is(err, link.ErrNoAgent) {
			return nil, fmt.Errorf("another Licensewatch is running: %w", err)
		}
		l, err := place.Listen()
		if !errors.Is(err, link.ErrTaken) || try == 5 {
			return l, err
		}
		time.Sleep(100 * time.Millisecond) // it is just starting, or just ending
	}
}

// lockState keeps a second agent from the same state: one that was started where the runtime folder has another
// name would not meet the first at its socket.
func lockState(state string) (unlock func() error, err error) {
	if err := os.MkdirAll(filepath.Dir(state), 0o700); err != nil {
		return func() error { return nil }, nil // a state that cannot be saved cannot be spoilt; the agent says so
	}
	lock := flock.New(state+".lock", flock.SetPermissions(0o600))
	if held, err := lock.TryLock(); err == nil && !held {
		return nil, &exit{exitNoAgent, "another Licensewatch is running with these settings in another session: end it there first"}
	}
	return lock.Close, nil
}

// folders returns where states and what can be made again are kept for a settings file.
func folders(config string) (state, cache string, err error) {
	dir, err := stateDir()
	if err != nil {
		return "", "", fmt.Errorf("no folder for the state is known: %w", err)
	}
	cache, err = os.UserCacheDir()
	if err != nil {
		return "", "", fmt.Errorf("no folder for the cache is known: %w", err)
	}
	return filepath.Join(dir, "licensewatch", link.Name(config)+".json"), filepath.Join(cache, "licensewatch"), nil
}

// historyFile returns where the history is that goes with a state file: beside it.
func historyFile(state string) string { return strings.TrimSuffix(state, ".json") + ".history.db" }

// stateDir is the XDG state folder, or the system's like.
func stateDir() (string, error) {
	if dir := os.Getenv("XDG_STATE_HOME"); filepath.IsAbs(dir) {
		return dir, nil
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "", err
	}
	if dir, err := os.UserCacheDir(); err == nil && !unixLike {
		return dir, nil // local to the machine
	}
	return filepath.Join(home, ".local", "state"), nil
}

// windowProcess makes the agent's window.
func (o *options) windowProcess(config string) agent.Command {
	return func() (*exec.Cmd, error) {
		self, err := os.Executable()
		if err != nil {
			return nil, fmt.Errorf("the program cannot find itself: %w", err)
		}
		args := []string{"window", "--attached", "--config", config}
		if o.verbose {
			args = append(args, "-v")
		}
		return exec.Command(self, args...), nil
	}
}

// demo runs the agent on the built-in NetServer with files, secrets and a place of its own.
func (o *options) demo(ctx context.Context, out io.Writer) error {
	dir, err := os.MkdirTemp("", "licensewatch-demo-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	server := simulator.New(simulator.Demo())
	if _, err := server.Start("127.0.0.1:0"); err != nil {
		return err
	}
	defer server.Close()
	config := filepath.Join(dir, "config.toml")
	var secrets volatile
	var names []string
	for _, s := range server.World().Sites {
		names = append(names, s.Name)
		site := settings.Site{Name: s.Name, URL: server.URL(s.Name), Services: settings.DefaultServices, SignIn: settings.DefaultSignIn, User: s.Users[0].Name}
		if err := settings.SaveSite(config, "", site); err != nil {
			return err
		}
		secrets.Remember(s.Name, keyring.Password, s.Users[0].Password)
	}
	loaded, err := settings.Load(config)
	if err != nil {
		return err
	}
	place, err := link.At(config)
	if err != nil {
		return err
	}
	l, err := place.Listen()
	if err != nil {
		return err
	}
	defer l.Close()
	say := speaker(out)
	past := invent.Year(server.World(), time.Now())
	say("the built-in NetServer plays " + strings.Join(names, ", "))
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	var story sync.WaitGroup
	defer story.Wait()
	defer stop()
	story.Go(func() {
		if err := server.Play(ctx, simulator.DemoStory(), say); err != nil && ctx.Err() == nil {
			slog.Error("the demo's story failed", "err", err)
		}
	})
	return agent.New(agent.Options{
		Version: o.program.Version, Config: config, Settings: loaded, State: filepath.Join(dir, "state.json"), History: filepath.Join(dir, "history.db"), Invented: &past,
		Cache: dir, Secrets: &secrets, Window: o.windowProcess(config), Tempo: demoTempo, Demo: true, Say: say, Log: slog.Default(),
	}).Run(ctx, l)
}

// demoTempo is how often the demo asks: often enough to see its story happen.
const demoTempo = 3 * time.Second

// speaker prints lines with the time since it was made; many goroutines may use it.
func speaker(out io.Writer) func(string) {
	began := time.Now()
	var mu sync.Mutex
	return func(line string) {
		mu.Lock()
		defer mu.Unlock()
		fmt.Fprintf(out, "%3.0fs  %s\n", time.Since(began).Seconds(), line)
	}
}
