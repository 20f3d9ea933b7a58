package source

import (
	"context"
	"errors"

	"licensewatch/internal/keyring"
	"licensewatch/internal/secret"
)

// Fixed are secrets that are at hand, with a store behind them for those that are not.
type Fixed struct {
	Password, AppToken, Proxy secret.Text
	Behind                    Secrets
	Site                      string // the name under which Behind knows the site; empty: it does not

	Replaced func(password secret.Text) // is told what takes the place of Password; nil: nobody is
}

// Get returns a secret that is at hand, else asks Behind.
func (f Fixed) Get(ctx context.Context, site string, kind keyring.Kind) (secret.Text, error) {
	at := map[keyring.Kind]secret.Text{keyring.Password: f.Password, keyring.AppToken: f.AppToken, keyring.Proxy: f.Proxy}[kind]
	if at != "" {
		return at, nil
	}
	if f.Site == "" || f.Behind == nil {
		return (&keyring.Memory{}).Get(ctx, site, kind)
	}
	return f.Behind.Get(ctx, f.Site, kind)
}

// Keep takes what a server has put in the place of a secret, where that is.
func (f Fixed) Keep(ctx context.Context, site string, kind keyring.Kind, text secret.Text) error {
	if f.Password != "" && kind == keyring.Password {
		if f.Replaced == nil {
			return errors.New("it was typed, not stored")
		}
		f.Replaced(text)
		return nil
	}
	if k, ok := f.Behind.(Keeper); ok && f.Site != "" {
		return k.Keep(ctx, f.Site, kind, text)
	}
	return errors.New("nothing stands behind it")
}
