package windows

import (
	"context"
	"errors"
	"net/http"
	"strings"

	ntlmssp "github.com/Azure/go-ntlmssp"

	"licensewatch/internal/secret"
	"licensewatch/soapclient"
)

const (
	schemeNegotiate = "Negotiate"
	schemeNTLM      = "NTLM"
)

// unfit is why Kerberos cannot be used. It says nothing about the password, so NTLM may be tried.
type unfit struct{ why *soapclient.Error }

func (u unfit) Error() string { return u.why.Error() }

// signIn tries Kerberos, then NTLM, as far as the server offers them.
func (t *transport) signIn(c *call, offers offers) (*http.Response, error) {
	if !offers.has(schemeNegotiate) && !offers.has(schemeNTLM) {
		return nil, offers.unknown()
	}
	password := once(t.id.password)
	var why *soapclient.Error // why not Kerberos
	if offers.has(schemeNegotiate) && t.id.domain != "" {
		dialog := &kerberosDialog{&t.kerberos, t.id, password, "HTTP/" + strings.ToLower(c.URL.Hostname())}
		resp, err := c.signIn(schemeNegotiate, dialog)
		no, isUnfit := errors.AsType[unfit](err)
		switch {
		case isUnfit:
			why = no.why
		case err != nil:
			return nil, err
		case resp.StatusCode != http.StatusUnauthorized:
			return resp, nil
		default:
			t.abandon(resp)
			why = dialog.refused().why
		}
	}
	scheme := schemeNegotiate // by which a server may take NTLM too
	if offers.has(schemeNTLM) {
		scheme = schemeNTLM
	}
	return t.signInByNTLM(c, scheme, password, why)
}

// signInByNTLM signs in by NTLM. why is why it is not done by Kerberos, if that was tried.
func (t *transport) signInByNTLM(c *call, scheme string, password asker, why *soapclient.Error) (*http.Response, error) {
	dialog := &ntlmDialog{id: t.id, password: password}
	resp, err := c.signIn(scheme, dialog)
	if errors.Is(err, errConnection) { // perhaps the last request that the server takes on one connection
		dialog = &ntlmDialog{id: t.id, password: password}
		resp, err = c.signIn(scheme, dialog)
	}
	if errors.Is(err, errConnection) {
		return nil, refusal(soapclient.ReasonWebServer, nil, "the web server does not keep the connection open that NTLM needs for the sign-in")
	}
	if err != nil || resp.StatusCode != http.StatusUnauthorized {
		return resp, err
	}
	t.abandon(resp)
	switch {
	case dialog.answered:
		e := refusal(soapclient.ReasonCredentials, nil, "the web server refuses user or password of %s", t.id)
		if why != nil {
			e.Text += " (NTLM; Kerberos cannot be used: " + why.Text + ")"
			e.Err = why
		}
		return nil, e
	case why != nil:
		return nil, why
	}
	return nil, refusal(soapclient.ReasonDomain, nil, "the web server takes Kerberos only, and for that the domain of %s must be known", t.id)
}

type asker = func(context.Context) (secret.Text, error)

// once asks for the password at most once.
func once(ask asker) asker {
	var known *secret.Text
	return func(ctx context.Context) (secret.Text, error) {
		if known == nil {
			password, err := ask(ctx)
			if err != nil {
				return "", soapclient.AsIs{Err: err}
			}
			known = &password
		}
		return *known, nil
	}
}

// ntlmDialog signs in by NTLMv2.
type ntlmDialog struct {
	id       account
	password asker
	answered bool // the password has been put to the test
}

func (d *ntlmDialog) token(ctx context.Context, challenge []byte) ([]byte, error) {
	if challenge == nil {
		return ntlmssp.NewNegotiateMessage("", "")
	}
	password, err := d.password(ctx)
	if err != nil {
		return nil, err
	}
	name := d.id.user
	switch {
	case d.id.mail:
		name += "@" + d.id.domain
	case d.id.domain != "":
		name = d.id.domain + `\` + name
	}
	token, err := ntlmssp.NewAuthenticateMessage(challenge, name, string(password), nil)
	if err != nil {
		return nil, refusal(soapclient.ReasonWebServer, err, "the web server wants a form of NTLM that is not safe or not known (%v)", err)
	}
	d.answered = true
	return token, nil
}
