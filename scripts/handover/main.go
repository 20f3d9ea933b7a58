//go:build linux

// Handover measures how long it takes from a NetServer's reply to the notification that tells of it: the real agent in a virtual
// desktop, a NetServer in this process, and a notification service that notes when it is called.
//
//	go run ./scripts/handover [-sites 300] PROGRAM
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/godbus/dbus/v5"

	"licensewatch/internal/desktop"
	"licensewatch/monitor/link"
	"licensewatch/soapclient/simulator"
)

func main() {
	sites := flag.Int("sites", 300, "how many sites, each of which changes once")
	flag.Parse()
	program, err := filepath.Abs(flag.Arg(0))
	if flag.NArg() != 1 || err != nil || *sites < 1 {
		flag.Usage()
		os.Exit(64)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, program, *sites); err != nil {
		fmt.Fprintln(os.Stderr, "handover:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, program string, sites int) (err error) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Minute)
	defer cancel()
	d, err := desktop.Start(ctx, desktop.Options{NoKeyring: true, NoNotifications: true})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.Stop()) }()
	for _, v := range d.Env() { // this process finds the agent's socket and the bus as a program of the desktop does
		name, value, _ := strings.Cut(v, "=")
		os.Setenv(name, value)
	}
	desk := &desk{shown: make(chan shown, 16)}
	if err := desk.open(); err != nil {
		return err
	}
	sim := simulator.New(simulator.Build(sites, 1, 20))
	replies := &replies{last: map[string]time.Time{}}
	sim.OnRequest = replies.note
	if _, err := sim.Start("127.0.0.1:0"); err != nil {
		return err
	}
	defer sim.Close()
	if err := d.Configure(sim); err != nil {
		return err
	}
	agent := d.Command(ctx, program, "--secrets-dir="+d.Path("secrets"))
	agent.Stderr = os.Stderr
	if err := agent.Start(); err != nil {
		return err
	}
	client, err := known(ctx, d, sites)
	if err != nil {
		return err
	}
	defer client.Close()
	var took []time.Duration
	for _, site := range sim.World().Sites {
		one, err := change(ctx, sim, client, desk, replies, site)
		if err != nil {
			return err
		}
		took = append(took, one)
	}
	slices.Sort(took)
	at := func(percent int) time.Duration {
		return took[(len(took)*percent+99)/100-1].Round(100 * time.Microsecond)
	}
	fmt.Printf("reply to notification, %d changes: p50 %v, p99 %v (goal: at most 100 ms), longest %v\n", len(took), at(50), at(99), at(100))
	return nil
}

// change makes the licence of a site's owner bad, has it read, and returns how long after the reply the notification came.
func change(ctx context.Context, sim *simulator.Server, client *link.Client, desk *desk, replies *replies, site simulator.Site) (time.Duration, error) {
	if err := sim.Do(fmt.Sprintf("%s %s status ProblemWithLicense", site.Name, site.Owners[0].Name)); err != nil {
		return 0, err
	}
	if err := client.Refresh(ctx, site.Name, ""); err != nil {
		return 0, err
	}
	for {
		select {
		case s := <-desk.shown:
			if strings.Contains(s.text, site.Name) {
				return s.at.Sub(replies.of(site.Name)), nil
			}
		case <-time.After(20 * time.Second):
			return 0, fmt.Errorf("nothing is told of %s", site.Name)
		case <-ctx.Done():
			return 0, ctx.Err()
		}
	}
}

// replies are when the latest reply of each site was about to be sent.
type replies struct {
	mu   sync.Mutex
	last map[string]time.Time
}

func (r *replies) note(e simulator.Exchange) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.last[e.Site] = time.Now()
}

func (r *replies) of(site string) time.Time {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.last[site]
}

// desk is a notification service that notes what it gets.
type desk struct{ shown chan shown }

type shown struct {
	at   time.Time
	text string
}

const service = "org.freedesktop.Notifications"

func (k *desk) open() error {
	bus, err := dbus.ConnectSessionBus()
	if err != nil {
		return err
	}
	if err := bus.Export(k, "/org/freedesktop/Notifications", service); err != nil {
		return err
	}
	_, err = bus.RequestName(service, dbus.NameFlagDoNotQueue)
	return err
}

// Notify is what programs call to show a notification.
func (k *desk) Notify(_ string, _ uint32, _, summary, body string, _ []string, _ map[string]dbus.Variant, _ int32) (uint32, *dbus.Error) {
	k.shown <- shown{time.Now(), summary + "\n" + body}
	return 1, nil
}

// GetServerInformation says who this is.
func (k *desk) GetServerInformation() (name, vendor, version, spec string, err *dbus.Error) {
	return "handover", "Licensewatch", "1", "1.2", nil
}

// GetCapabilities says what this can show.
func (k *desk) GetCapabilities() ([]string, *dbus.Error) { return []string{"body"}, nil }

func config(d *desktop.Desktop) string { return d.Path("config", "licensewatch", "config.toml") }

// known returns a client of the agent once it has an answer of every site and reads none.
func known(ctx context.Context, d *desktop.Desktop, sites int) (client *link.Client, err error) {
	place, err := link.At(config(d))
	if err != nil {
		return nil, err
	}
	err = desktop.Until(ctx, "an answer from every site", func() error {
		if client == nil {
			if client, err = link.Dial(ctx, place); err != nil {
				client = nil
				return err
			}
		}
		v, err := client.View(ctx)
		if err != nil {
			return err
		}
		answered := 0
		for _, s := range v.Snapshot.Sites {
			if len(s.Owners) > 0 && s.Owners[0].Verdict != nil && !s.Reading {
				answered++
			}
		}
		if answered < sites {
			return fmt.Errorf("%d of %d have answered", answered, sites)
		}
		return nil
	})
	return client, err
}
