package windows

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"syscall"

	"github.com/alexbrainman/sspi"
	"github.com/alexbrainman/sspi/negotiate"

	"licensewatch/soapclient"
)

// Errors of the Windows security interface (winerror.h) that the library does not name.
const (
	errTargetUnknown = syscall.Errno(0x80090303) // SEC_E_TARGET_UNKNOWN
	errNoCredentials = syscall.Errno(0x8009030E) // SEC_E_NO_CREDENTIALS
	errNoAuthority   = syscall.Errno(0x80090311) // SEC_E_NO_AUTHENTICATING_AUTHORITY
	errTimeSkew      = syscall.Errno(0x80090324) // SEC_E_TIME_SKEW
)

// signInAsOwner signs in as the user whose program this is. Windows chooses between Kerberos and NTLM.
func (t *transport) signInAsOwner(c *call, offers offers) (*http.Response, error) {
	if !offers.has(schemeNegotiate) {
		return nil, offers.unknown()
	}
	d := &ownDialog{service: "HTTP/" + strings.ToLower(c.URL.Hostname())}
	defer d.release()
	resp, err := c.signIn(schemeNegotiate, d)
	switch {
	case errors.Is(err, errConnection):
		return nil, refusal(soapclient.ReasonWebServer, nil, "the web server does not keep the connection open that the sign-in needs")
	case err != nil:
		return nil, err
	case resp.StatusCode != http.StatusUnauthorized:
		return resp, nil
	}
	t.abandon(resp)
	return nil, refusal(soapclient.ReasonCredentials, nil, "the web server refuses the Windows user who is signed in to this computer")
}

// ownDialog signs in through Windows' own security interface.
type ownDialog struct {
	service     string
	credentials *sspi.Credentials
	context     *negotiate.ClientContext
}

func (d *ownDialog) token(_ context.Context, challenge []byte) (token []byte, err error) {
	if d.context == nil {
		if d.credentials, err = negotiate.AcquireCurrentUserCredentials(); err == nil {
			d.context, token, err = negotiate.NewClientContext(d.credentials, d.service)
		}
	} else {
		_, token, err = d.context.Update(challenge)
	}
	if err != nil {
		return nil, d.judge(err)
	}
	return token, nil
}

func (d *ownDialog) judge(err error) error {
	number, _ := errors.AsType[syscall.Errno](err)
	switch number {
	case sspi.SEC_E_LOGON_DENIED, errNoCredentials:
		return refusal(soapclient.ReasonCredentials, err, "Windows has no valid sign-in for the user of this computer")
	case errTimeSkew:
		return refusal(soapclient.ReasonClock, err, "this computer's clock differs too much from that of its domain")
	case errTargetUnknown, errNoAuthority:
		return refusal(soapclient.ReasonDomain, err, "no domain controller answers, or the domain knows no service %s", d.service)
	}
	return refusal(soapclient.ReasonDomain, err, "Windows cannot sign in to the web server: %v", err)
}

func (d *ownDialog) release() {
	if d.context != nil {
		d.context.Release()
	}
	if d.credentials != nil {
		d.credentials.Release()
	}
}
