package source

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"licensewatch/internal/keyring"
	"licensewatch/internal/secret"
)

// keepTime is how long a read may wait for a refresh token to be kept.
const keepTime = 5 * time.Second

// Keeper is Secrets that can take a secret that a server has put in the place of another.
type Keeper interface {
	Keep(ctx context.Context, site string, kind keyring.Kind, text secret.Text) error
}

// consent is the refresh token of a site, which the server may replace whenever it is used.
type consent struct {
	site    string
	secrets Secrets

	mu         sync.Mutex
	stored     secret.Text // as it was last read
	old, newer secret.Text // newer took the place of old and could not be kept
	told       bool
}

// token brings the refresh token, "" if nobody has signed in yet.
func (c *consent) token(ctx context.Context) (secret.Text, error) {
	stored, err := c.secrets.Get(ctx, c.site, keyring.Password)
	if e, ok := errors.AsType[*keyring.Error](err); ok && e.State == keyring.Missing {
		return "", nil
	}
	c.mu.Lock()
	c.stored = stored
	var waiting secret.Text
	if err == nil && stored == c.old {
		waiting = c.newer
	}
	c.mu.Unlock()
	if waiting != "" { // the place may take it by now
		return waiting, c.save(ctx, waiting)
	}
	return stored, err
}

// save keeps another refresh token, also when the read is called off: the one before is used up. One that cannot be kept lasts as
// long as the program, which is said once.
func (c *consent) save(ctx context.Context, text secret.Text) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), keepTime)
	defer cancel()
	err := errors.New("the place where it came from takes none")
	if k, ok := c.secrets.(Keeper); ok {
		err = k.Keep(ctx, c.site, keyring.Password, text)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if err == nil {
		c.old, c.newer = "", ""
		return nil
	}
	c.old, c.newer = c.stored, text
	if !c.told {
		c.told = true
		slog.Warn("a new refresh token cannot be kept; when this program ends, somebody has to sign in again", "site", c.site, "err", err)
	}
	return nil
}
