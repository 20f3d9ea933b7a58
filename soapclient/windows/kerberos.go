package windows

import (
	"context"
	"errors"
	"io/fs"
	"maps"
	"os"
	"strings"
	"time"

	"github.com/jcmturner/gokrb5/v8/client"
	"github.com/jcmturner/gokrb5/v8/config"
	"github.com/jcmturner/gokrb5/v8/iana/nametype"
	"github.com/jcmturner/gokrb5/v8/messages"
	"github.com/jcmturner/gokrb5/v8/spnego"
	"github.com/jcmturner/gokrb5/v8/types"

	"licensewatch/soapclient"
)

// kerberos is what a user got from the domain controller: the tickets do until they expire, the password is not kept.
// Its fields are never changed, only replaced all together, for an exchange that nobody waits for any more still reads them.
type kerberos struct {
	client   *client.Client // nil: not signed in yet
	granting ticket
	services map[string]ticket
}

type ticket struct {
	messages.Ticket
	key types.EncryptionKey
	end time.Time
}

// fresh reports whether the ticket will do for the next minute.
func (t ticket) fresh() bool { return time.Until(t.end) > time.Minute }

// kerberosDialog signs in by Kerberos.
type kerberosDialog struct {
	state    *kerberos
	id       account
	password asker
	service  string
}

// token returns the service's ticket. It leaves when ctx ends, although the library goes on until its own
// deadlines of 5 s a domain controller.
func (d *kerberosDialog) token(ctx context.Context, challenge []byte) ([]byte, error) {
	if challenge != nil {
		return nil, d.refused()
	}
	type outcome struct {
		state kerberos
		err   error
	}
	done := make(chan outcome, 1)
	state := *d.state
	go func() {
		err := d.fetch(ctx, &state)
		done <- outcome{state, err}
	}()
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case o := <-done:
		*d.state = o.state
		if o.err != nil {
			return nil, o.err
		}
	}
	service := d.state.services[d.service]
	first, err := spnego.NewNegTokenInitKRB5(d.state.client, service.Ticket, service.key)
	if err != nil {
		return nil, unfit{refusal(soapclient.ReasonDomain, err, "Kerberos does not work for %s", d.id)}
	}
	return (&spnego.SPNEGOToken{Init: true, NegTokenInit: first}).Marshal()
}

// refused gives up the tickets, which were of no use.
func (d *kerberosDialog) refused() unfit {
	*d.state = kerberos{}
	return unfit{refusal(soapclient.ReasonWebServer, nil,
		"the web server refuses the Kerberos ticket of %s: its clock, or the account of its service, is not what the domain has", d.id)}
}

// fetch gets the service's ticket into k, and the user's before that if there is none that the domain takes.
func (d *kerberosDialog) fetch(ctx context.Context, k *kerberos) error {
	if k.services[d.service].fresh() {
		return nil
	}
	if k.granting.fresh() {
		err := k.ask(d.service)
		if code := kerberosCode(err); err == nil || code == unknownService || code == noAnswer {
			return d.judge(err, nil)
		}
	}
	conf, err := configuration()
	if err != nil {
		return unfit{refusal(soapclient.ReasonDomain, err, "Kerberos cannot be used: %v", err)}
	}
	password, err := d.password(ctx)
	if err != nil {
		return err
	}
	realm := realm(conf, d.id.domain)
	*k = kerberos{client: client.NewWithPassword(d.id.user, realm, string(password), conf, client.DisablePAFXFAST(true))}
	req, err := messages.NewASReqForTGT(realm, conf, k.client.Credentials.CName())
	if err != nil {
		return d.judge(err, nil)
	}
	// Not Login: that would sign in again in the background, and with a password that has changed since then lock the account.
	rep, err := k.client.ASExchange(realm, req, 0)
	k.client.Credentials.WithPassword("")
	if err != nil {
		return d.judge(err, func() (time.Duration, bool) { return clockDifference(conf, realm, req) })
	}
	k.granting = ticket{rep.Ticket, rep.DecryptedEncPart.Key, rep.DecryptedEncPart.EndTime}
	return d.judge(k.ask(d.service), nil)
}

// ask gets a ticket for a service with that of the user.
func (k *kerberos) ask(service string) error {
	name := types.NewPrincipalName(nametype.KRB_NT_PRINCIPAL, service)
	_, rep, err := k.client.TGSREQGenerateAndExchange(name, k.client.Credentials.Domain(), k.granting.Ticket, k.granting.key, false)
	if err != nil {
		return err
	}
	services := maps.Clone(k.services)
	if services == nil {
		services = map[string]ticket{}
	}
	services[service] = ticket{rep.Ticket, rep.DecryptedEncPart.Key, rep.DecryptedEncPart.EndTime}
	k.services = services
	return nil
}

// configuration reads krb5.conf. Domain controllers that it does not name are asked of the DNS.
func configuration() (*config.Config, error) {
	path := os.Getenv("KRB5_CONFIG")
	if path == "" {
		path = "/etc/krb5.conf"
	}
	file, err := os.Open(path)
	conf := config.New()
	if err == nil {
		defer file.Close()
		conf, err = config.NewFromReader(file)
	}
	_, partly := errors.AsType[config.UnsupportedDirective](err)
	if err != nil && !partly && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	conf.LibDefaults.DNSLookupKDC = true
	return conf, nil
}

// realm is the Kerberos name of a Windows domain. Of a short name (NetBIOS) the realm is that whose first label it is.
func realm(conf *config.Config, domain string) string {
	domain = strings.ToUpper(domain)
	known := []string{conf.LibDefaults.DefaultRealm}
	for _, r := range conf.Realms {
		known = append(known, r.Realm)
	}
	for _, r := range known {
		if strings.HasPrefix(strings.ToUpper(r), domain+".") {
			return r
		}
	}
	return domain
}
