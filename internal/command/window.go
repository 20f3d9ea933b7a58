package command

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"time"

	"github.com/spf13/cobra"

	"licensewatch/monitor/link"
)

func (o *options) windowCommand() *cobra.Command {
	var attached bool
	c := &cobra.Command{
		Use: "window", Short: "Open the window; start the agent if none runs", Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			place, err := o.place()
			if err != nil {
				return err
			}
			client, err := o.connect(c.Context(), place, attached)
			if err != nil {
				return err
			}
			defer client.Close()
			if err := o.program.CanShow(); err != nil {
				text := fmt.Sprintf("no window can open here: %v. The report opens in the browser instead.", err)
				if err := client.NoGL(c.Context(), text); err != nil {
					text = fmt.Sprintf("%s But: %v.", text, err)
				}
				return &exit{exitFailure, text}
			}
			if !attached {
				return client.Show(c.Context()) // the agent's own window, so that there is only one
			}
			return o.program.Show(c.Context(), client)
		},
	}
	c.Flags().BoolVar(&attached, "attached", false, "be the window itself")
	c.Flags().MarkHidden("attached")
	return c
}

// connect returns a client of the agent, which it starts if it has to and may.
func (o *options) connect(ctx context.Context, place link.Place, attached bool) (*link.Client, error) {
	client, err := link.Dial(ctx, place)
	if !errors.Is(err, link.ErrNoAgent) || attached {
		return client, err
	}
	self, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("the program cannot find itself: %w", err)
	}
	args := []string{"--config", o.config}
	if o.secretsDir != "" {
		args = append(args, "--secrets-dir", o.secretsDir)
	}
	agent := exec.Command(self, args...)
	detach(agent)
	if err := agent.Start(); err != nil {
		return nil, fmt.Errorf("the agent does not start: %w", err)
	}
	ended := make(chan error, 1)
	go func() { ended <- agent.Wait() }()
	deadline := time.After(10 * time.Second)
	for {
		if client, err := link.Dial(ctx, place); err == nil {
			return client, nil
		}
		select {
		case <-time.After(100 * time.Millisecond):
		case err := <-ended:
			return nil, fmt.Errorf("the agent ended at once (%v): run licensewatch to see why", err)
		case <-deadline:
			return nil, errors.New("the agent does not answer: run licensewatch -v to see why")
		}
	}
}
