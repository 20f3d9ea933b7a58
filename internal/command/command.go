// Package command is the command line: what each subcommand does and which exit code it ends with.
package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log"
	"log/slog"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"github.com/spf13/cobra"

	"licensewatch/internal/settings"
	"licensewatch/monitor/link"
)

// Exit codes beside those of the monitoring plugins (0 ok, 1 warning, 2 critical, 3 unknown); the numbers are
// those of sysexits.h.
const (
	exitFailure  = 70 // something that should not happen
	exitUsage    = 64 // wrong usage
	exitNoAgent  = 69 // no agent runs
	exitSettings = 78 // wrong settings

	exitInterrupted = 130 // by Ctrl-C, as shells have it
)

// Program is what main adds: what this package must not know.
type Program struct {
	Version string
	Fyne    string // version
	// CanShow returns why no window can open here, nil if one can.
	CanShow func() error
	// Show runs the window on the agent behind client until it is closed.
	Show func(ctx context.Context, client *link.Client) error
}

// exit is an error that carries an exit code. An empty text is not printed.
type exit struct {
	code int
	text string
}

func (e *exit) Error() string { return e.text }

func usage(format string, args ...any) error { return &exit{exitUsage, fmt.Sprintf(format, args...)} }

// options are the flags that work on all commands.
type options struct {
	program    Program
	config     string
	secretsDir string
	verbose    bool
}

// Main runs the program with the given arguments and returns its exit code.
func Main(args []string, p Program) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	root := root(p)
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return 0
	}
	code, text := exitFailure, err.Error()
	if e, ok := errors.AsType[*exit](err); ok {
		code, text = e.code, e.text
	} else if _, ok := errors.AsType[*settings.Error](err); ok {
		code = exitSettings
	}
	if text != "" {
		fmt.Fprintln(os.Stderr, "licensewatch: "+text)
	}
	return code
}

func root(p Program) *cobra.Command {
	o := &options{program: p}
	var demo bool
	c := &cobra.Command{
		Use:   "licensewatch",
		Short: "Watches the licences of SuperOffice installations from the tray",
		Long: "Licensewatch asks SuperOffice installations how their licences stand, shows the worst as a tray icon,\n" +
			"and tells once when something really changed. Without a command it is the agent with its tray icon.",
		Args:          noArgs,
		SilenceErrors: true,
		SilenceUsage:  true,
		RunE: func(c *cobra.Command, _ []string) error {
			if demo {
				return o.demo(c.Context(), c.OutOrStdout())
			}
			return o.agent(c.Context())
		},
	}
	c.Flags().BoolVar(&demo, "demo", false, "show everything on the built-in NetServer; touches nothing of yours")
	flags := c.PersistentFlags()
	flags.StringVar(&o.config, "config", "", "settings `file` (default: licensewatch/config.toml in the configuration folder)")
	flags.StringVar(&o.secretsDir, "secrets-dir", os.Getenv("CREDENTIALS_DIRECTORY"), "read secrets from `folder`, not from the keyring")
	flags.BoolVarP(&o.verbose, "verbose", "v", false, "log to standard error")
	c.PersistentPreRunE = func(c *cobra.Command, _ []string) error { return o.complete(c.Annotations[alone] == "") }
	c.SetFlagErrorFunc(func(c *cobra.Command, err error) error { return usage("%v; see: %s --help", err, c.CommandPath()) })
	c.CompletionOptions.HiddenDefaultCmd = true
	c.AddCommand(o.windowCommand(), o.checkCommand(), o.statusCommand(), o.ackCommand(), o.snoozeCommand(), o.resumeCommand(), o.reportCommand(),
		o.rehearseCommand(), o.signinCommand(), simulateCommand(), o.versionCommand(),
		keyringChild(), notifyChild())
	return c
}

// noArgs refuses arguments as wrong usage; cobra's own check does not tell usage from other errors.
func noArgs(c *cobra.Command, args []string) error {
	if len(args) > 0 {
		return usage("%q is not understood after %q; see: licensewatch --help", args[0], c.CommandPath())
	}
	return nil
}

// alone marks commands that have no use for a settings file, so that they run where there is no home.
const alone = "alone"

// complete finds what the flags leave open and sets logging up.
func (o *options) complete(settings bool) error {
	slog.SetDefault(o.logger())
	log.SetFlags(0)
	log.SetOutput(io.Discard) // libraries log there, about matters that are named elsewhere
	if o.verbose {
		log.SetOutput(os.Stderr)
	}
	nameBus()
	if !settings {
		return nil
	}
	if o.config == "" {
		dir, err := os.UserConfigDir()
		if err != nil {
			return fmt.Errorf("the configuration folder is not known (%w): name the settings file with --config", err)
		}
		o.config = filepath.Join(dir, "licensewatch", "config.toml")
	}
	path, err := filepath.Abs(o.config)
	if err != nil {
		return err
	}
	o.config = path
	return nil
}

// logger logs what matters to a person who looks, and everything with -v.
func (o *options) logger() *slog.Logger {
	level := slog.LevelWarn
	if o.verbose {
		level = slog.LevelDebug
	}
	return slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: level}))
}

// load reads the settings file, which may not exist yet.
func (o *options) load() (settings.Settings, error) {
	s, err := settings.Load(o.config)
	if _, listed := errors.AsType[*settings.Error](err); err != nil && !listed {
		err = &exit{exitSettings, fmt.Sprintf("the settings cannot be read: %v", err)}
	}
	return s, err
}

// loadPresent reads a settings file that must exist.
func (o *options) loadPresent() (settings.Settings, error) {
	if _, err := os.Stat(o.config); errors.Is(err, fs.ErrNotExist) {
		return settings.Settings{}, &exit{exitSettings, fmt.Sprintf("the settings file %s does not exist: add a site in the window, or name the file with --config", o.config)}
	}
	return o.load()
}

func (o *options) place() (link.Place, error) { return link.At(o.config) }

func (o *options) versionCommand() *cobra.Command {
	return &cobra.Command{
		Use: "version", Short: "Print version, commit, and the versions of Go and Fyne", Args: noArgs,
		Annotations: map[string]string{alone: "yes"},
		RunE: func(c *cobra.Command, _ []string) error {
			fmt.Fprintln(c.OutOrStdout(), versionText(o.program))
			return nil
		},
	}
}
