package online

import (
	"context"
	"strings"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"

	"licensewatch/soapclient"
)

// leeway is how far in the future a token may have been issued.
const leeway = 5 * time.Minute

// claim is what the names of SuperOffice's claims begin with (domain.md §2.6).
const claim = "http://schemes.superoffice.net/identity/"

// verifier checks the tokens of one issuer.
type verifier struct {
	issuer string
	keys   oidc.KeySet
	config oidc.Config // with Now
	host   string      // for errors
}

// remembering is a key set that keeps why its keys could not be had, which the library's error does not.
type remembering struct {
	oidc.KeySet
	err error
}

func (r *remembering) VerifySignature(ctx context.Context, jwt string) ([]byte, error) {
	payload, err := r.KeySet.VerifySignature(ctx, jwt)
	r.err = err
	return payload, err
}

// verify checks a token that came just now. Where nothing but its time is wrong, the blame is the clock's, unless the clock is
// known to be right.
func (v verifier) verify(ctx context.Context, raw string, c *clock) (*oidc.IDToken, error) {
	keys := &remembering{KeySet: v.keys}
	config := v.config
	token, err := oidc.NewVerifier(v.issuer, keys, &config).Verify(ctx, raw)
	if err == nil && !token.IssuedAt.After(config.Now().Add(leeway)) {
		return token, nil
	}
	if keys.err != nil {
		return nil, named(keys.err, v.host, "the signature of the server's token is not that of the server")
	}
	config.SkipExpiryCheck = true
	token, err = oidc.NewVerifier(v.issuer, keys, &config).Verify(ctx, raw)
	switch {
	case err != nil:
		text := strings.TrimPrefix(err.Error(), "oidc: ")
		return nil, &soapclient.Error{Kind: soapclient.KindContract, Host: v.host, Text: "the server's token is not acceptable: " + said(text)}
	case !c.wrong():
		return nil, &soapclient.Error{Kind: soapclient.KindContract, Host: v.host, Text: "the server's token was out of date as it came"}
	case !c.known && !token.IssuedAt.IsZero():
		c.ahead, c.known = config.Now().Sub(token.IssuedAt), true
	}
	return nil, c.failure(v.host)
}
