package command

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"licensewatch/internal/agent"
	"licensewatch/monitor"
	"licensewatch/monitor/history"
	"licensewatch/monitor/link"
)

const rehearseHelp = `Plays what is on record through the settings as they are, and prints which notifications they would have made, beside how many
were really made. Change the settings in the window, or in the file while no agent runs, and rehearse again.

` + monitor.NotRehearsed + `

The running agent answers, from its own settings. Where none runs, the history and the settings file are read and left as they are.

Exit codes: 0 rehearsed, 64 wrong usage, 69 the agent does not answer, 70 the history cannot be read, 78 wrong settings.`

func (o *options) rehearseCommand() *cobra.Command {
	var days int
	var format string
	c := &cobra.Command{
		Use:     "rehearse",
		Short:   "Print which notifications the settings would have made of the past",
		Long:    rehearseHelp,
		Example: "  licensewatch rehearse --days 30",
		Args:    noArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			write := map[string]func(io.Writer, monitor.Rehearsal) error{"text": rehearsalText, "json": rehearsalJSON}[format]
			if write == nil {
				return usage("the format %q is not known: use text or json", format)
			}
			if days < 1 || days > agent.LongestRehearsal {
				return usage("--days %d cannot be: use 1 to %d", days, agent.LongestRehearsal)
			}
			r, err := o.rehearse(c.Context(), days)
			if c.Context().Err() != nil {
				return &exit{code: exitInterrupted}
			}
			if err != nil {
				return err
			}
			return write(c.OutOrStdout(), r)
		},
	}
	c.Flags().IntVar(&days, "days", 90, "how far back")
	c.Flags().StringVar(&format, "format", "text", "text or json")
	return c
}

// rehearse has the running agent rehearse its settings, or reads the files where none runs.
func (o *options) rehearse(ctx context.Context, days int) (monitor.Rehearsal, error) {
	client, _, err := o.running(ctx)
	if err != nil {
		return monitor.Rehearsal{}, err
	}
	if client != nil {
		defer client.Close()
		return client.Rehearse(ctx, link.WhatIf{Days: days})
	}
	s, err := o.loadPresent()
	if err != nil {
		return monitor.Rehearsal{}, err
	}
	state, _, err := folders(o.config)
	if err != nil {
		return monitor.Rehearsal{}, err
	}
	past, err := history.Read(ctx, historyFile(state), agent.OnRecord)
	if err != nil {
		return monitor.Rehearsal{}, err
	}
	return agent.Rehearse(s, past, days, time.Now())
}

func rehearsalJSON(w io.Writer, r monitor.Rehearsal) error {
	out := json.NewEncoder(w)
	out.SetIndent("", "  ")
	return out.Encode(r)
}

// rehearsalText writes the sentence, then a line for each notification and one for its text.
func rehearsalText(w io.Writer, r monitor.Rehearsal) error {
	if _, err := fmt.Fprintf(w, "%s\n%s\n", r.Words(), monitor.NotRehearsed); err != nil {
		return err
	}
	for _, n := range r.List {
		at := n.At.Local().Format("Mon 2006-01-02 15:04")
		if _, err := fmt.Fprintf(w, "\n%s  %-8s  %s\n    %s\n", at, n.Severity, monitor.Harmless(n.Title, 200), monitor.Harmless(n.Text, 1000)); err != nil {
			return err
		}
	}
	return nil
}
