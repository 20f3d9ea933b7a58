package soapclient

import (
	"context"
	"net/http"
	"time"

	"licensewatch/internal/secret"
)

// TransportError names what kept a request from its answer, as *Error without Op and Host. timeout is how long it was given. The
// error of a cancelled ctx comes back as it is. It is for those who speak SuperOffice's other services.
func TransportError(ctx context.Context, err error, timeout time.Duration) error {
	return transportError(ctx, err, timeout)
}

// HTTPError names an HTTP answer that is not the one that was asked for, without Op and Host. body may be nil.
func HTTPError(resp *http.Response, body []byte) *Error { return httpError(resp, body) }

// Token is an access token of SuperOffice Online.
type Token struct {
	Text    secret.Text
	Expires time.Time // zero: it is not known
}
