package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"licensewatch/internal/agent"
	"licensewatch/internal/report"
	"licensewatch/internal/settings"
	"licensewatch/internal/source"
	"licensewatch/monitor"
	"licensewatch/monitor/link"
)

// formats are the ways to print a snapshot.
var formats = map[string]func(io.Writer, monitor.Snapshot, time.Time) error{
	"text": report.Text, "json": report.JSON, "nagios": report.Nagios,
}

func format(name string) (func(io.Writer, monitor.Snapshot, time.Time) error, error) {
	f, ok := formats[name]
	if !ok {
		return nil, usage("the format %q is not known: use text, json or nagios", name)
	}
	return f, nil
}

// print writes a snapshot; its exit code is the worst severity.
func print(w io.Writer, f func(io.Writer, monitor.Snapshot, time.Time) error, s monitor.Snapshot) error {
	if err := f(w, s, time.Now()); err != nil {
		return err
	}
	if code := report.Exit(report.Worst(s)); code != 0 {
		return &exit{code: code}
	}
	return nil
}

func (o *options) checkCommand() *cobra.Command {
	var sites, owners []string
	var name string
	var timeout time.Duration
	c := &cobra.Command{
		Use:   "check",
		Short: "Ask every site once, without the agent, and end with its severity",
		Long:  "Asks every site once and prints how its licences stand.\nExit codes: 0 ok, 1 warning, 2 critical, 3 unknown, 64 wrong usage, 78 wrong settings.",
		Args:  noArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			f, err := format(name)
			if err != nil {
				return err
			}
			snapshot, err := o.ask(c.Context(), sites, owners, timeout)
			if err != nil {
				return err
			}
			return print(c.OutOrStdout(), f, snapshot)
		},
	}
	choiceFlags(c, &sites, &owners)
	c.Flags().StringVar(&name, "format", "text", "text, json or nagios")
	c.Flags().DurationVar(&timeout, "timeout", 60*time.Second, "for all of it")
	return c
}

// choiceFlags adds the flags that choose sites and owners.
func choiceFlags(c *cobra.Command, sites, owners *[]string) {
	c.Flags().StringArrayVar(sites, "site", nil, "only this site (may be repeated)")
	c.Flags().StringArrayVar(owners, "owner", nil, "only this owner, in any case (may be repeated)")
}

// ask reads the chosen sites and owners once; no names are all.
func (o *options) ask(ctx context.Context, sites, owners []string, timeout time.Duration) (monitor.Snapshot, error) {
	if timeout <= 0 {
		return monitor.Snapshot{}, usage("--timeout must be longer than nothing, for example 60s")
	}
	s, err := o.loadPresent()
	if err != nil {
		return monitor.Snapshot{}, err
	}
	if s.Sites, err = choose(s.Sites, sites); err != nil {
		return monitor.Snapshot{}, err
	}
	if len(s.Sites) == 0 {
		return monitor.Snapshot{}, &exit{exitSettings, fmt.Sprintf("no site is set up: %s names none", o.config)}
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	secrets, done := o.secrets(0)
	defer done()
	snapshot := look(ctx, s, source.New(agent.Held{Secrets: secrets}, s.Sites), owners)
	if len(snapshot.Sites) == 0 {
		return monitor.Snapshot{}, noOwner(owners)
	}
	return snapshot, nil
}

func noOwner(owners []string) error {
	return usage("no site lists the owner %q", strings.Join(owners, `", "`))
}

// choose returns the sites with the given names, all if none is given.
func choose(all []settings.Site, names []string) ([]settings.Site, error) {
	var chosen []settings.Site
	for _, s := range all {
		if len(names) == 0 || slices.Contains(names, s.Name) {
			chosen = append(chosen, s)
		}
	}
	for _, name := range names {
		if !slices.ContainsFunc(all, func(s settings.Site) bool { return s.Name == name }) {
			return nil, usage("no site %q is set up", name)
		}
	}
	return chosen, nil
}

// look reads each site once and judges the answers as the monitor does, but takes the first failure for
// the last word.
func look(ctx context.Context, s settings.Settings, src *source.Source, owners []string) monitor.Snapshot {
	policy := monitor.DefaultPolicy(s.Interval)
	policy.Patience, policy.Limits = 1, s.Limits
	snapshot := monitor.Snapshot{Sites: make([]*monitor.SiteState, len(s.Sites))}
	var wg sync.WaitGroup
	for i, site := range s.Sites {
		wg.Go(func() {
			state := monitor.ReadOnce(ctx, src, policy, source.Watched(site), owners)
			snapshot.Sites[i] = state
		})
	}
	wg.Wait()
	snapshot.At = time.Now()
	return snapshot.Only(nil, owners) // sites that answer and do not know the owner have nothing to say
}

func (o *options) statusCommand() *cobra.Command {
	var name string
	c := &cobra.Command{
		Use:   "status",
		Short: "Print what the running agent knows, and end with its severity",
		Long:  "Prints what the running agent knows; it asks nobody.\nExit codes: 0 ok, 1 warning, 2 critical, 3 unknown, 64 wrong usage, 69 no agent runs.",
		Args:  noArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			f, err := format(name)
			if err != nil {
				return err
			}
			client, v, err := o.running(c.Context())
			if err != nil {
				return err
			}
			if client == nil {
				return &exit{exitNoAgent, "no agent is running: start licensewatch, or use licensewatch check"}
			}
			defer client.Close()
			return print(c.OutOrStdout(), f, v.Snapshot)
		},
	}
	c.Flags().StringVar(&name, "format", "text", "text, json or nagios")
	return c
}

// running returns a client of the running agent with what it shows, or nil if none runs.
func (o *options) running(ctx context.Context) (*link.Client, link.View, error) {
	place, err := o.place()
	if err != nil {
		return nil, link.View{}, err
	}
	client, err := link.Dial(ctx, place)
	if errors.Is(err, link.ErrNoAgent) {
		return nil, link.View{}, nil
	} else if err != nil {
		return nil, link.View{}, &exit{exitNoAgent, strings.TrimSuffix(err.Error(), ".")}
	}
	v, err := client.View(ctx)
	if err != nil {
		client.Close()
		return nil, link.View{}, &exit{exitNoAgent, err.Error()}
	}
	return client, v, nil
}
