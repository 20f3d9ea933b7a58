package command

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/cli/browser"
	"github.com/spf13/cobra"
	"golang.org/x/term"

	"licensewatch/internal/keyring"
	"licensewatch/internal/secret"
	"licensewatch/internal/settings"
	"licensewatch/internal/source"
	"licensewatch/monitor"
	"licensewatch/monitor/link"
	"licensewatch/soapclient/online"
)

// maxKey is how many bytes of a private key's file are read at most.
const maxKey = 1 << 16

func (o *options) signinCommand() *cobra.Command {
	var stdin, token, proxy bool
	c := &cobra.Command{
		Use:   "signin SITE",
		Short: "Put what a site's sign-in needs into the keyring",
		Long: `Put what a site's sign-in needs into the keyring: a password or ticket, typed without being shown or given on
standard input; a system user's private key, on standard input (signin SITE --stdin < key.pem); for
SuperOffice Online, what signing in with the browser brings.`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usage("name one site, for example: licensewatch signin \"Head office\"")
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error {
			kind := keyring.Password
			switch {
			case token && proxy:
				return usage("--app-token and --proxy name two secrets: give one after the other")
			case token:
				kind = keyring.AppToken
			case proxy:
				kind = keyring.Proxy
			}
			return o.signin(c.Context(), args[0], kind, stdin, c.InOrStdin(), c.ErrOrStderr())
		},
	}
	c.Flags().BoolVar(&stdin, "stdin", false, "read it from standard input, up to the first line end; a private key whole")
	c.Flags().BoolVar(&token, "app-token", false, "store the application token (client secret) instead")
	c.Flags().BoolVar(&proxy, "proxy", false, "store the password of the site's proxy instead")
	return c
}

func (o *options) signin(ctx context.Context, name string, kind keyring.Kind, stdin bool, in io.Reader, out io.Writer) error {
	site, err := o.site(name)
	if err != nil {
		return err
	}
	if o.secretsDir != "" {
		return usage("secrets come from the folder %s: put this one there as %q", o.secretsDir, keyring.FileName(name, kind))
	}
	var text secret.Text
	store := &keyring.Store{}
	defer store.Close()
	switch {
	case kind == keyring.Password && site.SignIn == "online" && !stdin:
		return o.signInOnline(ctx, site, store, out)
	case kind == keyring.Password && site.SignIn == "system-user":
		text, err = readKey(stdin, in)
	default:
		text, err = readSecret(ctx, stdin, in, out, words(site, kind))
	}
	if err != nil {
		return err
	}
	if err := store.Set(ctx, name, kind, text); err != nil {
		return failedToStore(err)
	}
	fmt.Fprintf(out, "The keyring has it. Refresh %q to use it.\n", name)
	return nil
}

func failedToStore(err error) error {
	if k, ok := errors.AsType[*keyring.Error](err); ok {
		return &exit{exitFailure, k.Text + ". " + k.Remedy}
	}
	return err
}

// signInLimit is how long a person has for signing in in the browser.
const signInLimit = 5 * time.Minute

// signInOnline has a person sign in in the browser. The agent does it where one runs, for it then uses the outcome at once.
func (o *options) signInOnline(ctx context.Context, site settings.Site, store *keyring.Store, out io.Writer) error {
	ctx, cancel := context.WithTimeout(ctx, signInLimit)
	defer cancel()
	place, err := o.place()
	if err != nil {
		return err
	}
	fmt.Fprintln(out, "Sign in in the browser that opens now.")
	client, err := link.Dial(ctx, place)
	if err == nil {
		defer client.Close()
		if err := client.SignInAgain(ctx, site.Name); err != nil {
			return &exit{exitFailure, err.Error()}
		}
		fmt.Fprintf(out, "Signed in to %q.\n", site.Name)
		return nil
	} else if !errors.Is(err, link.ErrNoAgent) {
		return err
	}
	grant, err := source.New(store, nil).Authorize(ctx, site, store, func(address string) error {
		fmt.Fprintf(out, "If none opens, open this address: %s\n", address)
		go browser.OpenURL(address) // some desktops' opener lives as long as the browser; one that fails leaves the address
		return nil
	})
	if err != nil {
		f := source.Failure(err, site.Name)
		return &exit{exitFailure, strings.TrimSuffix(f.Text, ".") + ". " + f.Remedy}
	}
	if err := store.Set(ctx, site.Name, keyring.Password, grant.RefreshToken); err != nil {
		return failedToStore(err)
	}
	fmt.Fprintf(out, "%s has signed in to %s; the keyring keeps it.\n", monitor.Harmless(grant.User, 80), monitor.Harmless(grant.Tenant, 80))
	return nil
}

// site returns the settings of the site with that name.
func (o *options) site(name string) (settings.Site, error) {
	s, err := o.loadPresent()
	if err != nil {
		return settings.Site{}, err
	}
	if i := slices.IndexFunc(s.Sites, func(site settings.Site) bool { return site.Name == name }); i >= 0 {
		return s.Sites[i], nil
	}
	if len(s.Sites) == 0 {
		return settings.Site{}, usage("no site %q is set up: %s names none", name, o.config)
	}
	var names []string
	for _, site := range s.Sites {
		names = append(names, fmt.Sprintf("%q", site.Name))
	}
	return settings.Site{}, usage("no site %q is set up; there is %s", name, strings.Join(names, ", "))
}

// words say which secret is asked for.
func words(site settings.Site, kind keyring.Kind) string {
	what := "Password"
	switch {
	case kind == keyring.AppToken:
		what = "Application token"
	case kind == keyring.Proxy:
		what = "Password of the proxy"
	case site.SignIn == "ticket":
		what = "Ticket"
	case site.SignIn == "online":
		what = "Refresh token"
	}
	return fmt.Sprintf("%s for %q", what, site.Name)
}

// readKey reads a private key from standard input and refuses what is none, before it takes the place of one.
func readKey(stdin bool, in io.Reader) (secret.Text, error) {
	if !stdin {
		return "", usage("a private key has many lines: give it on standard input, as: licensewatch signin SITE --stdin < key.pem")
	}
	b, err := io.ReadAll(io.LimitReader(in, maxKey))
	if err != nil {
		return "", fmt.Errorf("the key cannot be read: %w", err)
	}
	key := secret.Text(strings.TrimSpace(string(b)))
	if _, err := online.ParseKey(key); err != nil {
		return "", usage("%v: nothing was stored", err)
	}
	return key, nil
}

// readSecret reads one line, from a terminal without showing it.
func readSecret(ctx context.Context, stdin bool, in io.Reader, out io.Writer, what string) (secret.Text, error) {
	var line string
	if fd := int(os.Stdin.Fd()); !stdin {
		if !term.IsTerminal(fd) {
			return "", usage("this is no terminal: give the secret on standard input with --stdin")
		}
		fmt.Fprintf(out, "%s: ", what)
		b, err := prompt(ctx, fd)
		fmt.Fprintln(out)
		if err != nil {
			return "", err
		}
		line = string(b)
	} else {
		b, err := bufio.NewReader(io.LimitReader(in, 1<<16)).ReadString('\n')
		if err != nil && !errors.Is(err, io.EOF) {
			return "", fmt.Errorf("the secret cannot be read: %w", err)
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
			return nil, fmt.Errorf("the secret cannot be read: %w", l.err)
		}
		return l.text, nil
	case <-ctx.Done():
		term.Restore(fd, before)
		return nil, &exit{exitInterrupted, "nothing was stored"}
	}
}
