package command

import (
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"licensewatch/soapclient/simulator"
)

func simulateCommand() *cobra.Command {
	var listen, story string
	var sites, owners, modules int
	c := &cobra.Command{
		Use:   "simulate",
		Short: "Run the built-in NetServer alone",
		Long: "Runs a NetServer with invented sites on the given address, until Ctrl-C, and prints a settings file for it.\n" +
			"A story is a text file of timed changes:\n\n" +
			"  +20s Head office SUPEROFFICE status NewLicenseAvailable\n" +
			"  +30s Head office SUPEROFFICE message \"Renew soon\" url \"https://shop.example/renew\"\n" +
			"  +40s Head office SUPEROFFICE seats ten-sales 21/21\n" +
			"  +50s Head office SUPEROFFICE date expiry +5d\n" +
			"  +60s Head office fault hang\n\n" +
			"Faults of a site are: " + simulator.FaultForms + ".\n\n" +
			"What happens to the licence that waits for an owner: " + simulator.OfferForms + ".",
		Args:        noArgs,
		Annotations: map[string]string{alone: "yes"},
		RunE: func(c *cobra.Command, _ []string) error {
			if sites < 0 || owners < 0 || modules < 0 {
				return usage("--sites, --owners and --modules cannot be less than nothing")
			}
			world := simulator.Demo()
			if sites > 0 {
				world = simulator.Build(sites, owners, modules)
			}
			plot := simulator.Story{}
			if story != "" {
				text, err := os.ReadFile(story)
				if err != nil {
					return usage("the story cannot be read: %v", err)
				}
				if plot, err = simulator.ParseStory(string(text), world); err != nil {
					return usage("%s: %v", story, err)
				}
			}
			server := simulator.New(world)
			if _, err := server.Start(listen); err != nil {
				return usage("%v: choose another address with --listen", err)
			}
			defer server.Close()
			out := c.OutOrStdout()
			for _, s := range world.Sites {
				fmt.Fprintf(out, "[[site]]\nname = %q\nurl = %q\nuser = %q\n\n", s.Name, server.URL(s.Name), s.Users[0].Name)
			}
			fmt.Fprintf(out, "# Every password is %q. Ctrl-C ends it.\n", string(world.Sites[0].Users[0].Password))
			say := speaker(out)
			if err := server.Play(c.Context(), plot, func(line string) { say(strings.TrimSpace(line)) }); err != nil && c.Context().Err() == nil {
				return err
			}
			<-c.Context().Done()
			return nil
		},
	}
	c.Flags().StringVar(&listen, "listen", "127.0.0.1:8086", "`address` to listen on; sites of their own port take the next ones")
	c.Flags().StringVar(&story, "story", "", "`file` of timed changes")
	c.Flags().IntVar(&sites, "sites", 0, "so many equal sites instead of the demo's")
	c.Flags().IntVar(&owners, "owners", 2, "owners of each, with --sites")
	c.Flags().IntVar(&modules, "modules", 50, "modules of each owner, with --sites")
	return c
}
