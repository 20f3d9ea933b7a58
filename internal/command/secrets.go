package command

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"licensewatch/internal/agent"
	"licensewatch/internal/keyring"
	"licensewatch/internal/secret"
	"licensewatch/ui/notify"
)

// secrets returns where secrets come from, and what ends it.
func (o *options) secrets() (agent.Secrets, func()) {
	if o.secretsDir != "" {
		return &folder{dir: keyring.Dir(o.secretsDir)}, func() {}
	}
	store := &keyring.Store{}
	return store, store.Close
}

// volatile keeps secrets in memory only.
type volatile struct{ keyring.Memory }

func (v *volatile) Remember(site string, kind keyring.Kind, text secret.Text) {
	v.Set(context.Background(), site, kind, text) // a memory does not fail
}

func (v *volatile) Remembered(site string, kind keyring.Kind) (secret.Text, bool) {
	text, err := v.Memory.Get(context.Background(), site, kind)
	return text, err == nil
}

func (v *volatile) Retry() {}

// folder reads secrets from a folder that somebody else fills. What a form brings can only be remembered.
type folder struct {
	dir keyring.Dir
	volatile
}

func (f *folder) Get(ctx context.Context, site string, kind keyring.Kind) (secret.Text, error) {
	if text, err := f.Memory.Get(ctx, site, kind); err == nil {
		return text, nil
	}
	return f.dir.Get(ctx, site, kind)
}

func (f *folder) Set(_ context.Context, site string, kind keyring.Kind, _ secret.Text) error {
	return fmt.Errorf("secrets come from the folder %s, which Licensewatch does not write: put this one there as %q, or keep it for this session only",
		string(f.dir), keyring.FileName(site, kind))
}

func (o *options) signinCommand() *cobra.Command {
	var stdin, token bool
	c := &cobra.Command{
		Use:   "signin SITE",
		Short: "Put a site's password, ticket or application token into the keyring",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usage("name one site, for example: licensewatch signin \"Head office\"")
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error {
			kind := keyring.Password
			if token {
				kind = keyring.AppToken
			}
			return o.signin(c.Context(), args[0], kind, stdin, c.InOrStdin(), c.ErrOrStderr())
		},
	}
	c.Flags().BoolVar(&stdin, "stdin", false, "read it from standard input, up to the first line end")
	c.Flags().BoolVar(&token, "app-token", false, "store the application token instead of the password or ticket")
	return c
}

func (o *options) signin(ctx context.Context, name string, kind keyring.Kind, stdin bool, in io.Reader, out io.Writer) error {
	s, err := o.loadPresent()
	if err != nil {
		return err
	}
	var names []string
	found := false
	for _, site := range s.Sites {
		names = append(names, fmt.Sprintf("%q", site.Name))
		found = found || site.Name == name
	}
	switch {
	case !found && len(names) == 0:
		return usage("no site %q is set up: %s names none", name, o.config)
	case !found:
		return usage("no site %q is set up; there is %s", name, strings.Join(names, ", "))
	case o.secretsDir != "":
		return usage("secrets come from the folder %s: put this one there as %q", o.secretsDir, keyring.FileName(name, kind))
	}
	text, err := readSecret(ctx, stdin, in, out, name)
	if err != nil {
		return err
	}
	var store keyring.Store
	defer store.Close()
	if err := store.Set(ctx, name, kind, text); err != nil {
		if k, ok := errors.AsType[*keyring.Error](err); ok {
			return &exit{exitFailure, k.Text + ". " + k.Remedy}
		}
		return err
	}
	fmt.Fprintf(out, "The keyring has it. Refresh %q to use it.\n", name)
	return nil
}

// readSecret reads one line, from a terminal without showing it.
func readSecret(ctx context.Context, stdin bool, in io.Reader, out io.Writer, site string) (secret.Text, error) {
	var line string
	if fd := int(os.Stdin.Fd()); !stdin {
		if !term.IsTerminal(fd) {
			return "", usage("this is no terminal: give the secret on standard input with --stdin")
		}
		fmt.Fprintf(out, "Password or ticket for %q: ", site)
		b, err := prompt(ctx, fd)
		fmt.Fprintln(out)
		if err != nil {
			return "", err
		}
		line = string(b)
	} else {
		b, err := bufio.NewReader(io.LimitReader(in, 1<<16)).ReadString('\n')
		if err != nil && !errors.Is(err, io.EOF) {
			return "", fmt.Errorf("the password cannot be read: %w", err)
		}
		line = strings.TrimRight(b, "\r\n")
	}
	if line == "" {
		return "", usage("the secret is empty: nothing was stored")
	}
	return secret.Text(line), nil
}

// prompt reads a line without showing it. Ctrl-C ends it, and leaves the terminal as it was.
func prompt(ctx context.Context, fd int) ([]byte, error) {
	before, err := term.GetState(fd)
	if err != nil {
		return nil, fmt.Errorf("the terminal cannot be used: %w", err)
	}
	type line struct {
		text []byte
		err  error
	}
	read := make(chan line, 1)
	go func() { // ends with the process if nobody types
		text, err := term.ReadPassword(fd)
		read <- line{text, err}
	}()
	select {
	case l := <-read:
		if l.err != nil {
			return nil, fmt.Errorf("the password cannot be read: %w", l.err)
		}
		return l.text, nil
	case <-ctx.Done():
		term.Restore(fd, before)
		return nil, &exit{exitInterrupted, "nothing was stored"}
	}
}

// keyringChildCommand is the argument that keyring.Store gives its child.
const keyringChildCommand = "keyring-child"

// keyringChild and notifyChild are the short-lived children: see keyring.Serve and notify.Deliver. They need no settings, so
// they run without a home too.
func keyringChild() *cobra.Command {
	return &cobra.Command{
		Use: keyringChildCommand, Hidden: true, Args: noArgs, Annotations: map[string]string{alone: "yes"},
		RunE: func(c *cobra.Command, _ []string) error { return keyring.Serve(c.InOrStdin(), c.OutOrStdout()) },
	}
}

func notifyChild() *cobra.Command {
	return &cobra.Command{
		Use: notify.ChildCommand, Hidden: true, Args: noArgs, Annotations: map[string]string{alone: "yes"},
		RunE: func(c *cobra.Command, _ []string) error { return notify.Deliver(c.InOrStdin()) },
	}
}
