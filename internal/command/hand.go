package command

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"licensewatch/monitor"
	"licensewatch/monitor/link"
)

// said is what the command line says of alerts.
type said struct {
	all   bool
	note  string
	of    monitor.Subject
	name  string // of it, for people
	found bool   // it is watched
	until time.Time

	within string // what is snoozed and covers it, for people
}

// handLong ends the help of each of these commands.
const handLong = "\nIt needs the running agent. Exit codes: 0 done, 64 wrong usage, 69 no agent runs, 70 there is nothing to do."

func (o *options) ackCommand() *cobra.Command {
	var s said
	c := s.command("ack", "Say that what troubles an owner, a site or everything is known",
		"Acknowledges all that troubles an owner, a site with its owners, or everything. It stays listed and keeps its severity, but leaves the\n"+
			"icon's colour, and nothing reminds of it until it changes.")
	c.RunE = func(c *cobra.Command, args []string) error {
		return o.say(c, args, &s, func(client *link.Client) (string, error) {
			return fmt.Sprintf("Acknowledged %s: it stays listed, and you hear of it again when it changes.", s.name), client.Acknowledge(c.Context(), s.of, s.note)
		})
	}
	return c
}

func (o *options) snoozeCommand() *cobra.Command {
	var s said
	var length, until string
	c := s.command("snooze", "Let nothing be told of an owner, a site or everything for a while",
		"Holds back the notifications about an owner, a site with its owners, or everything. Checks go on, and what grows worse ends the snooze.\n"+
			"--for takes 30m, 1h or 2d; --until takes tomorrow, a day such as 2027-01-31 (both at 08:00), or \"2027-01-31 14:30\".")
	c.Flags().StringVar(&length, "for", "", "how long, such as 1h")
	c.Flags().StringVar(&until, "until", "", "until when, such as tomorrow")
	c.RunE = func(c *cobra.Command, args []string) (err error) {
		if s.until, err = snoozeEnd(length, until, time.Now()); err != nil {
			return err
		}
		return o.say(c, args, &s, func(client *link.Client) (string, error) {
			return fmt.Sprintf("Snoozed %s until %s: checks go on, and what grows worse is told at once.", s.name, monitor.Moment(s.until, time.Now())),
				client.Snooze(c.Context(), s.of, s.until, s.note)
		})
	}
	return c
}

func (o *options) resumeCommand() *cobra.Command {
	var s said
	c := s.command("resume", "Take back what was acknowledged or snoozed", "Takes back what was acknowledged or snoozed of an owner, a site with its owners, or everything.")
	c.RunE = func(c *cobra.Command, args []string) error {
		return o.say(c, args, &s, func(client *link.Client) (string, error) {
			done := fmt.Sprintf("Resumed %s: nothing of it is acknowledged or snoozed any more.", s.name)
			if s.within != "" {
				done = fmt.Sprintf("Resumed %s, but it is still snoozed as part of %s.", s.name, s.within)
			}
			return done, client.Resume(c.Context(), s.of)
		})
	}
	return c
}

// command makes one of these commands.
func (s *said) command(name, brief, long string) *cobra.Command {
	c := &cobra.Command{
		Use: name + " SITE [OWNER]", Short: brief, Long: long + handLong,
		Args: func(c *cobra.Command, args []string) error {
			if s.all != (len(args) == 0) || len(args) > 2 {
				return usage("name one site, one site and one of its owners, or --all; see: %s --help", c.CommandPath())
			}
			return nil
		},
	}
	c.Flags().BoolVar(&s.all, "all", false, "everything")
	if name != "resume" {
		c.Flags().StringVar(&s.note, "note", "", "why, in your words")
	}
	return c
}

// say has the running agent do something, and prints in a line what was done.
func (o *options) say(c *cobra.Command, args []string, s *said, do func(*link.Client) (string, error)) error {
	client, v, err := o.running(c.Context())
	if err != nil {
		return err
	}
	if client == nil {
		return &exit{exitNoAgent, "no agent is running: start licensewatch"}
	}
	defer client.Close()
	s.resolve(v.Snapshot, args)
	for _, z := range v.Snapshot.Snoozes {
		if z.Subject != s.of && z.Covers(s.of) && s.within != "everything" {
			s.within = cmp.Or(monitor.Harmless(z.Site, 100), "everything")
		}
	}
	done, err := do(client)
	if err != nil && !s.found {
		return usage("%v", err)
	}
	if err == nil {
		fmt.Fprintln(c.OutOrStdout(), done)
	}
	return err
}

// resolve finds what the arguments name, in any case of letters.
func (s *said) resolve(snapshot monitor.Snapshot, args []string) {
	if len(args) == 0 {
		s.of, s.name, s.found = monitor.Subject{}, "everything", true
		return
	}
	s.of.Site = args[0]
	if len(args) > 1 {
		s.of.Owner = args[1]
	}
	s.name = monitor.Harmless(strings.Join(args, ", "), 200)
	for _, site := range snapshot.Sites {
		if !strings.EqualFold(site.Site.Name, args[0]) {
			continue
		}
		s.of.Site, s.found = site.Site.Name, len(args) == 1
		for _, owner := range site.Owners {
			if len(args) > 1 && strings.EqualFold(owner.Owner, args[1]) {
				s.of.Owner, s.found = owner.Owner, true
			}
		}
		s.name = monitor.Harmless(s.of.Site, 100)
		if s.of.Owner != "" {
			s.name += ", " + monitor.Harmless(s.of.Owner, 100)
		}
	}
}

// snoozeEnd reads one of the two ways to say how long a snooze lasts.
func snoozeEnd(length, until string, now time.Time) (time.Time, error) {
	switch {
	case (length == "") == (until == ""):
		return time.Time{}, usage("say how long with either --for, such as --for 1h, or --until, such as --until tomorrow")
	case length != "":
		d, err := time.ParseDuration(length)
		if days, isDays := strings.CutSuffix(length, "d"); isDays {
			var n int
			n, err = strconv.Atoi(days)
			d = time.Duration(n) * 24 * time.Hour
		}
		if err != nil || d <= 0 {
			return time.Time{}, usage("--for %q is no time to come: write it as 30m, 1h or 2d", length)
		}
		return now.Add(d), nil
	}
	t, ok := monitor.ReadEnd(until, now)
	if !ok {
		return time.Time{}, usage("--until %q is not understood: write tomorrow, 2027-01-31 or \"2027-01-31 14:30\"", until)
	}
	if !t.After(now) {
		return time.Time{}, usage("--until %q is past", until)
	}
	return t, nil
}
