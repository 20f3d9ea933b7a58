package window

import (
	"maps"
	"testing"

	"licensewatch/monitor/link"
)

const (
	pemKey = "-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----"
	xmlKey = "<RSAKeyValue><Modulus>x</Modulus><D>y</D></RSAKeyValue>"
)

// goodForms are forms of new sites in which nothing is wrong.
func goodForms() map[string]link.SiteForm {
	return map[string]link.SiteForm{
		"password":    {Name: "A", SignIn: "password", URL: "https://crm.example/", User: "svc", Secret: "x"},
		"windows":     {Name: "A", SignIn: "windows", URL: "https://crm.example/", User: "svc", Domain: "EXAMPLE", Secret: "x"},
		"online":      {Name: "A", SignIn: "online", Tenant: "Cust1", ClientID: "id", AppToken: "x", Grant: "g"},
		"system-user": {Name: "A", SignIn: "system-user", Tenant: "Cust1", User: "App-x", AppToken: "x", Secret: pemKey},
		"ticket":      {Name: "A", SignIn: "ticket", URL: "https://crm.example/", Secret: "7T:x"},
	}
}

func TestFaultsOfAForm(t *testing.T) {
	const plain = "Over http, others on the way can read the password. Use https, or allow http under Advanced."
	tests := []struct {
		name, signIn string
		change       func(*link.SiteForm)
		want         faults
	}{
		{"no name", "password", func(f *link.SiteForm) { f.Name = "" }, faults{"name": "Give the site a name, for you to know it by."}},
		{"a name that is taken", "password", func(f *link.SiteForm) { f.Name = "Nord" }, faults{"name": "There is a site of that name already."}},
		{"no address", "password", func(f *link.SiteForm) { f.URL = "" }, faults{"url": "Enter the address of the installation."}},
		{"an address as people say it", "windows", func(f *link.SiteForm) { f.URL = "crm.example/remote" }, faults{}},
		{"another scheme", "password", func(f *link.SiteForm) { f.URL = "ftp://crm.example" }, faults{"url": "The address must begin with https:// or http://."}},
		{"no host", "ticket", func(f *link.SiteForm) { f.URL = "https://" }, faults{"url": "This is not a web address."}},
		{"plain http", "password", func(f *link.SiteForm) { f.URL = "http://crm.example" }, faults{"url": plain}},
		{"plain http that is allowed", "password", func(f *link.SiteForm) { f.URL, f.AllowHTTP = "http://crm.example", true }, faults{}},
		{"plain http on this machine", "password", func(f *link.SiteForm) { f.URL = "http://127.0.0.1:8086/" }, faults{}},
		{"no user", "password", func(f *link.SiteForm) { f.User = "" }, faults{"user": "Enter the user to sign in as."}},
		{"no password", "password", func(f *link.SiteForm) { f.Secret = "" }, faults{"password": "Enter the password."}},
		{"no Windows user", "windows", func(f *link.SiteForm) { f.User = "" }, faults{"user": "Enter the Windows user to sign in as."}},
		{"no password of the Windows user", "windows", func(f *link.SiteForm) { f.Secret = "" }, faults{"password": "Enter the password."}},
		{"no domain: the user's name may have it", "windows", func(f *link.SiteForm) { f.Domain = "" }, faults{}},
		{"no ticket", "ticket", func(f *link.SiteForm) { f.Secret = "" }, faults{"ticket": "Enter the ticket."}},
		{"a ticket of a tenant", "ticket", func(f *link.SiteForm) { f.URL, f.Tenant = "", "Cust1" }, faults{}},
		{"no tenant", "online", func(f *link.SiteForm) { f.Tenant = "" }, faults{"tenant": "Enter the tenant."}},
		{"nothing of the application", "online", func(f *link.SiteForm) { f.ClientID, f.AppToken = "", "" },
			faults{"client_id": "Enter the client ID of your application.", "app_token": "Enter the client secret."}},
		{"nobody has signed in", "online", func(f *link.SiteForm) { f.Grant = "" }, faults{"grant": "Sign in with the browser first."}},
		{"no system user", "system-user", func(f *link.SiteForm) { f.User = "" }, faults{"system": "Enter the system user token."}},
		{"no application token", "system-user", func(f *link.SiteForm) { f.AppToken = "" }, faults{"app_token": "Enter the application token."}},
		{"no key", "system-user", func(f *link.SiteForm) { f.Secret = "" }, faults{"key": "Paste the private key."}},
		{"a key as RSA-XML", "system-user", func(f *link.SiteForm) { f.Secret = xmlKey }, faults{}},
		{"another text for a key", "system-user", func(f *link.SiteForm) { f.Secret = "key" }, faults{"key": "This is neither a PEM file nor RSA-XML. Paste the whole file."}},
		{"a public key", "system-user", func(f *link.SiteForm) { f.Secret = "-----BEGIN PUBLIC KEY-----" }, faults{"key": "This is the public key. The private one is needed."}},
		{"a public key as RSA-XML", "system-user", func(f *link.SiteForm) { f.Secret = "<RSAKeyValue><Modulus>x</Modulus></RSAKeyValue>" },
			faults{"key": "This is the public half of an RSA key. The private one is needed."}},
		{"a proxy's user without the proxy", "password", func(f *link.SiteForm) { f.ProxyUser = "p" }, faults{"proxy": "Enter the proxy that the user is for."}},
		{"a proxy with its user", "password", func(f *link.SiteForm) { f.ProxyUser, f.Proxy = "p", "http://proxy.example:3128" }, faults{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := goodForms()[tt.signIn]
			tt.change(&f)
			if got := faultsOf(f, link.SiteForm{}, []string{"Nord"}, false); !maps.Equal(got, tt.want) {
				t.Errorf("faultsOf = %v, want %v", got, tt.want)
			}
		})
	}
}

func TestAGoodFormHasNoFaults(t *testing.T) {
	for name, f := range goodForms() {
		if got := faultsOf(f, link.SiteForm{}, []string{"Nord"}, false); len(got) > 0 {
			t.Errorf("%s: faultsOf = %v", name, got)
		}
	}
}

func TestAnEditedSiteKeepsItsSecrets(t *testing.T) {
	for name, f := range goodForms() {
		f.Secret, f.AppToken, f.Grant, f.Was = "", "", "", "Old"
		was := f
		if got := faultsOf(f, was, nil, false); len(got) > 0 {
			t.Errorf("%s: faultsOf = %v", name, got)
		}
		was.SignIn = "another"
		if got := faultsOf(f, was, nil, false); len(got) == 0 {
			t.Errorf("%s: the secret of another way to sign in would do", name)
		}
	}
}

func TestAStoredConsentIsOneTenantsAndOneApplications(t *testing.T) {
	was := goodForms()["online"]
	was.Was, was.AppToken, was.Grant = "A", "", ""
	for name, tt := range map[string]struct {
		change func(*link.SiteForm)
		holds  bool
	}{
		"another tenant":                         {func(f *link.SiteForm) { f.Tenant = "Cust2" }, false},
		"another case of the tenant":             {func(f *link.SiteForm) { f.Tenant = "cust1" }, true},
		"another application":                    {func(f *link.SiteForm) { f.ClientID = "other" }, false},
		"another environment":                    {func(f *link.SiteForm) { f.Environment = "sod" }, false},
		"the environment that is meant by none":  {func(f *link.SiteForm) { f.Environment = "online" }, true},
		"another name and version, and no proxy": {func(f *link.SiteForm) { f.Name, f.Services, f.Proxy = "B", "Services87", "none" }, true},
	} {
		f := was
		tt.change(&f)
		if got := faultsOf(f, was, nil, false); (got["grant"] == "") != tt.holds {
			t.Errorf("%s: faultsOf = %v, want that the consent holds: %t", name, got, tt.holds)
		}
	}
}

func TestTheOneWhoIsSignedInToWindows(t *testing.T) {
	f := goodForms()["windows"]
	f.User, f.Domain, f.Secret = "", "", ""
	if got := faultsOf(f, link.SiteForm{}, nil, true); len(got) > 0 {
		t.Errorf("on Windows an empty user has faults %v", got)
	}
	f.Secret = "x"
	if got := faultsOf(f, link.SiteForm{}, nil, true); got["user"] == "" {
		t.Error("a password without its user goes through")
	}
	if own, elsewhere := windowsHint(true), windowsHint(false); own == elsewhere {
		t.Errorf("on Windows and elsewhere the hint is %q", own)
	}
}
