package window

import (
	"strings"

	"fyne.io/fyne/v2"

	"licensewatch/internal/secret"
	"licensewatch/monitor/link"
)

// inputs are all that the form of a site has, whichever of them show. They keep their values when another way to
// sign in is chosen.
type inputs struct {
	name, address, user, domain, password, ticket, owners *entry
	tenant, client, system, key, environment              *entry
	token, caFile, pin, proxy, proxyUser, proxyPassword   *entry
	services, signIn                                      *choice
	allowHTTP, http1, session                             *check
}

var serviceNames = []string{"Services84", "Services85", "Services86", "Services87", "Services88"}

// onlineVersion is what SuperOffice enables for a new application (domain.md §2.4).
const onlineVersion = "Services88"

func newInputs(k keys) inputs {
	in := inputs{
		name: newEntry(k, "Head office"), address: newEntry(k, "https://crm.example.com/remote/"), user: newEntry(k, ""),
		domain: newEntry(k, ""), password: newSecretEntry(k), ticket: newSecretEntry(k), owners: newEntry(k, "all that the site lists"),
		tenant: newEntry(k, "Cust12345"), client: newEntry(k, ""), system: newEntry(k, ""), key: newKeyEntry(k), environment: newEntry(k, "online"),
		token: newSecretEntry(k), caFile: newEntry(k, "/path/to/authority.pem"), pin: newEntry(k, "sha256/…"),
		proxy: newEntry(k, "as this computer's settings say"), proxyUser: newEntry(k, ""), proxyPassword: newSecretEntry(k),
		services:  newChoice(k, serviceNames, nil),
		signIn:    newChoice(k, nil, nil),
		allowHTTP: newCheck(k, "Allow plain http: others on the way can read the password", nil),
		http1:     newCheck(k, "HTTP/1.1 only, where HTTP/2 fails on the way", nil),
		session:   newCheck(k, "Keep the secret for this session only, not in the keyring", nil),
	}
	for _, way := range signIns {
		in.signIn.Options = append(in.signIn.Options, way.words)
	}
	return in
}

// named are the inputs by the key of a need.
func (in *inputs) named() map[string]fyne.CanvasObject {
	return map[string]fyne.CanvasObject{
		"name": in.name, "sign_in": in.signIn, "url": in.address, "services": in.services, "user": in.user, "domain": in.domain,
		"password": in.password, "ticket": in.ticket, "session_only": in.session, "owners": in.owners,
		"tenant": in.tenant, "client_id": in.client, "system": in.system, "key": in.key, "environment": in.environment,
		"app_token": in.token, "ca_file": in.caFile, "pin": in.pin, "allow_http": in.allowHTTP, "http1_only": in.http1,
		"proxy": in.proxy, "proxy_user": in.proxyUser, "proxy_secret": in.proxyPassword,
	}
}

// way is the chosen way to sign in.
func (in *inputs) way() signIn { return signInOf(in.signIn.Selected) }

// fill puts f into the inputs. There is no secret in it.
func (in *inputs) fill(f link.SiteForm) {
	way := signInOf(f.SignIn)
	in.signIn.Selected, in.services.Selected = way.words, f.Services
	in.name.Text, in.address.Text, in.domain.Text, in.owners.Text = f.Name, f.URL, f.Domain, strings.Join(f.Owners, ", ")
	if way.kind == "system-user" {
		in.system.Text = f.User
	} else {
		in.user.Text = f.User
	}
	in.tenant.Text, in.client.Text, in.environment.Text = f.Tenant, f.ClientID, f.Environment
	in.caFile.Text, in.pin.Text, in.proxy.Text, in.proxyUser.Text = f.CAFile, f.Pin, f.Proxy, f.ProxyUser
	in.allowHTTP.Checked, in.http1.Checked, in.session.Checked = f.AllowHTTP, f.HTTP1Only, f.SessionOnly
}

// keep says at the secrets of a site that is set up that they need not be entered again.
func (in *inputs) keep(was link.SiteForm) {
	const stored = "stored, and not shown: empty keeps it"
	hint := func(e *entry, yes bool) {
		words := ""
		if yes && was.Was != "" {
			words = stored
		}
		e.SetPlaceHolder(words)
	}
	same := in.way().kind == was.SignIn
	for _, e := range []*entry{in.password, in.ticket, in.key} {
		hint(e, same)
	}
	hint(in.token, same)
	if kind := in.way().kind; in.token.PlaceHolder != "" && kind != "online" && kind != "system-user" {
		in.token.SetPlaceHolder("empty keeps what is stored, if anything is") // few have one
	}
	hint(in.proxyPassword, was.ProxyUser != "")
}

// read returns what the inputs hold, without what the chosen way to sign in has no use for.
func (in *inputs) read(tenanted bool) link.SiteForm {
	text := func(e *entry) string { return strings.TrimSpace(e.Text) }
	f := link.SiteForm{
		Name: text(in.name), Services: in.services.Selected, SignIn: in.way().kind, Owners: split(in.owners.Text),
		CAFile: text(in.caFile), Pin: text(in.pin), HTTP1Only: in.http1.Checked, SessionOnly: in.session.Checked, AppToken: secret.Text(text(in.token)),
		Proxy: text(in.proxy), ProxyUser: text(in.proxyUser), ProxySecret: secret.Text(in.proxyPassword.Text),
	}
	switch f.SignIn {
	case "password":
		f.User, f.Secret = text(in.user), secret.Text(in.password.Text)
	case "windows":
		f.User, f.Domain, f.Secret = text(in.user), text(in.domain), secret.Text(in.password.Text)
	case "system-user":
		f.User, f.Secret = text(in.system), secret.Text(text(in.key))
	case "ticket":
		f.Secret = secret.Text(text(in.ticket))
	}
	if tenanted {
		f.Tenant, f.Environment, f.ClientID = text(in.tenant), text(in.environment), text(in.client)
	} else {
		f.URL, f.AllowHTTP = text(in.address), in.allowHTTP.Checked
	}
	return f
}

// split reads a list with commas.
func split(list string) []string {
	var names []string
	for name := range strings.SplitSeq(list, ",") {
		if name = strings.TrimSpace(name); name != "" {
			names = append(names, name)
		}
	}
	return names
}

// servicesIn is the version of the services that an address names, as that of a service does; empty if it
// names none that there is.
func servicesIn(address string) string {
	address, _, _ = strings.Cut(address, "?")
	if _, rest, ok := strings.Cut(address, "://"); ok {
		address = rest
	}
	_, path, _ := strings.Cut(address, "/") // what stands before is the host
	for part := range strings.SplitSeq(path, "/") {
		for _, name := range serviceNames {
			if strings.EqualFold(strings.TrimSpace(part), name) {
				return name
			}
		}
	}
	return ""
}
