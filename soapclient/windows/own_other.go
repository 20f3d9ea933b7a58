//go:build !windows

package windows

import (
	"net/http"

	"licensewatch/soapclient"
)

func (t *transport) signInAsOwner(*call, offers) (*http.Response, error) {
	return nil, refusal(soapclient.ReasonCredentials, nil, "this computer has no Windows user of its own to sign in with: enter user, domain and password")
}
