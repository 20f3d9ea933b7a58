package command

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"licensewatch/internal/agent"
	"licensewatch/internal/keyring"
	"licensewatch/internal/secret"
	"licensewatch/ui/notify"
)

// logInFor is how long a desktop may take to open its keyring when its user signs in.
const logInFor = time.Minute

// secrets returns where secrets come from, and what ends it. For so long nobody is asked to unlock a keyring.
func (o *options) secrets(quiet time.Duration) (agent.Secrets, func()) {
	if o.secretsDir != "" {
		return &folder{dir: keyring.Dir(o.secretsDir)}, func() {}
	}
	store := &keyring.Store{QuietFor: quiet}
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
		RunE: func(c *cobra.Command, _ []string) error { return notify.Deliver(c.InOrStdin(), c.OutOrStdout()) },
	}
}
