//go:build linux

// Footprint measures what the idle agent costs with 1,000 owners, in a virtual desktop and against a
// NetServer in this process:
//
//	go run ./scripts/footprint [-seconds 60] [-sites 100] [-owners 10] PROGRAM
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"time"

	"licensewatch/internal/desktop"
	"licensewatch/soapclient/simulator"
)

func main() {
	seconds := flag.Int("seconds", 60, "how long to look at the idle agent")
	sites := flag.Int("sites", 100, "how many sites")
	owners := flag.Int("owners", 10, "how many owners each site has")
	flag.Parse()
	program, err := filepath.Abs(flag.Arg(0))
	if flag.NArg() != 1 || err != nil {
		flag.Usage()
		os.Exit(64)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, program, *sites, *owners, time.Duration(*seconds)*time.Second); err != nil {
		fmt.Fprintln(os.Stderr, "footprint:", err)
		os.Exit(1)
	}
}

// run measures and prints as it goes.
func run(ctx context.Context, program string, sites, owners int, idle time.Duration) (err error) {
	limited, cancel := context.WithTimeout(ctx, idle+5*time.Minute)
	defer cancel()
	ctx = limited
	d, err := desktop.Start(ctx, desktop.Options{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.Stop()) }()
	sim := simulator.New(simulator.Build(sites, owners, 50))
	if _, err := sim.Start("127.0.0.1:0"); err != nil {
		return err
	}
	defer sim.Close()
	if err := d.Configure(sim); err != nil {
		return err
	}

	start := time.Now()
	agent := d.Command(ctx, program, "--secrets-dir="+d.Path("secrets"))
	agent.Stderr = os.Stderr
	if err := agent.Start(); err != nil {
		return err
	}
	tray := d.TrayItem(agent.Process.Pid)
	if err := desktop.Until(ctx, "the tray icon", listed(ctx, tray)); err != nil {
		return err
	}
	say("start to tray", "%d ms", time.Since(start).Milliseconds(), "300 ms")
	if err := desktop.Until(ctx, "an answer from every owner", allKnown(ctx, d, program, sites*owners)); err != nil {
		return err
	}
	say(fmt.Sprintf("first answers of %d owners", sites*owners), "%.1f s", time.Since(start).Seconds(), "")
	if err := idleCost(ctx, agent.Process.Pid, start, idle); err != nil {
		return err
	}
	return windowCost(ctx, d, tray)
}

func say(what, format string, figure any, goal string) {
	if goal != "" {
		goal = "(goal: at most " + goal + ")"
	}
	fmt.Printf("%-34s %12s  %s\n", what, fmt.Sprintf(format, figure), goal)
}

func listed(ctx context.Context, tray *desktop.TrayItem) func() error {
	return func() error {
		ok, err := tray.Registered(ctx)
		if err == nil && !ok {
			err = errors.New("it is not listed")
		}
		return err
	}
}

// allKnown asks "licensewatch status" whether all owners have answered.
func allKnown(ctx context.Context, d *desktop.Desktop, program string, owners int) func() error {
	return func() error {
		out, err := d.Command(ctx, program, "status", "--format", "json").Output()
		if _, ok := errors.AsType[*exec.ExitError](err); err != nil && !ok {
			return err
		}
		var answer struct {
			Sites []struct{ Owners []struct{ Status string } }
		}
		if err := json.Unmarshal(out, &answer); err != nil {
			return err
		}
		known := 0
		for _, site := range answer.Sites {
			for _, owner := range site.Owners {
				if owner.Status != "" {
					known++
				}
			}
		}
		if known < owners {
			return fmt.Errorf("%d of %d owners have answered", known, owners)
		}
		return nil
	}
}

// idleCost lets the agent come to rest and looks at it for so long.
func idleCost(ctx context.Context, pid int, start time.Time, idle time.Duration) error {
	if err := rest(ctx, pid, start); err != nil {
		return err
	}
	before, err := look(pid)
	if err != nil {
		return err
	}
	if err := wait(ctx, idle); err != nil {
		return err
	}
	after, err := look(pid)
	if err != nil {
		return err
	}
	say("agent, resident memory", "%.1f MB", float64(after.rss)/1e6, "40 MB")
	say("agent, of that not pages of files", "%.1f MB", float64(after.own)/1e6, "")
	say("agent, processor over "+idle.String(), "%.3f %%", 100*float64(after.cpu-before.cpu)/float64(idle), "0.1 %")
	say("agent, wake-ups a second", "%.1f", float64(after.wakeups-before.wakeups)/idle.Seconds(), "")
	return nil
}

// windowCost opens the window by the icon's menu.
func windowCost(ctx context.Context, d *desktop.Desktop, tray *desktop.TrayItem) error {
	start := time.Now()
	if err := tray.Activate(ctx, "Open Licensewatch"); err != nil {
		return err
	}
	var w desktop.Window
	err := desktop.Until(ctx, "the window", func() error {
		found, err := d.Windows(ctx, "Licensewatch")
		if err == nil && len(found) == 0 {
			err = errors.New("it is not mapped")
		}
		if err == nil {
			w = found[0]
		}
		return err
	})
	if err != nil {
		return err
	}
	say("click to mapped window", "%d ms", time.Since(start).Milliseconds(), "1000 ms")
	window, err := look(w.PID)
	if err != nil {
		return err
	}
	say("window, resident memory", "%.1f MB", float64(window.rss)/1e6, "")
	return nil
}
