package window

import "runtime"

// need is an input that a way to sign in has: which one, what it is called there, and what to enter and whom
// to ask, in one line.
type need struct{ key, label, hint string }

// signIn is a way to sign in. Its inputs stand between the name and the owners of a site.
type signIn struct {
	kind, words string
	needs       []need
	network     []need // under Advanced, before what all have there
}

// signIns are the ways to sign in, in the order of the choice. An input that several have keeps its value
// when another is chosen.
var signIns = []signIn{
	{"password", "User and password", []need{
		onSite, services,
		{"user", "User", "A SuperOffice administrator, best one for this program alone."},
		{"password", "Password", "Of that user; ask the SuperOffice administrator."},
		sessionOnly,
	}, []need{anyToken, plainHTTP}},
	{"windows", "Windows user", []need{
		onSite, services,
		{"user", "User", windowsUserHint},
		{"domain", "Domain", "As EXAMPLE; empty if the user has it already, as EXAMPLE\\anna."},
		{"password", "Password", "The one for Windows; ask the domain's administrator."},
		sessionOnly,
	}, []need{anyToken, plainHTTP}},
	{"online", "SuperOffice Online, sign in with the browser", []need{
		tenant,
		{"client_id", "Client ID", "Of the application that SuperOffice registered for you."},
		{"app_token", "Client secret", "Came with the client ID; SuperOffice also calls it application token."},
		{"grant", "Consent", grantHint},
		onlineServices, sessionOnly,
	}, []need{environment}},
	{"system-user", "SuperOffice Online, system user", []need{
		tenant,
		{"system", "System user token", "As App Name-x1y2z3; the tenant's approval brings it."},
		{"key", "Private key", keyHint},
		{"app_token", "Application token", "The application's client secret; SuperOffice sent it with the key."},
		onlineServices, sessionOnly,
	}, []need{environment}},
	{"ticket", "Ticket", []need{
		onSite, services,
		{"ticket", "Ticket", "From another program, as 7T:…; it ends six hours after its last use."},
		sessionOnly,
	}, []need{anyToken, plainHTTP}},
}

const (
	grantHint = "An administrator of the tenant signs in once, and approves."
	keyHint   = "Of your application: paste the whole file, PEM or RSA-XML."
)

var (
	onSite         = need{"url", "Address", "Of NetServer's web services; ask whoever runs the server."}
	services       = need{"services", "Web services", "The server's version; the test says which ones answer."}
	onlineServices = need{"services", "Web services", "As SuperOffice enabled for your application, mostly Services88."}
	tenant         = need{"tenant", "Tenant", "As Cust12345; it stands in the browser's address of SuperOffice."}
	sessionOnly    = need{"session_only", "", ""}

	anyToken    = need{"app_token", "Application token", "Rarely needed: an installation of your own does not check it."}
	environment = need{"environment", "Environment", "Empty for customers; qaonline and sod are SuperOffice's for tests."}
	plainHTTP   = need{"allow_http", "", ""}

	// everySite is under Advanced whatever the way to sign in.
	everySite = []need{
		{"ca_file", "Certificate authority", "A PEM file, if an authority of your own certifies the server."},
		{"pin", "Pinned key", "The only key to trust; the connection test shows and offers it."},
		{"proxy", "Proxy", "As http://proxy.example:3128, or none; ask who runs the network."},
		{"proxy_user", "Proxy user", "Only if the proxy wants a sign-in."},
		{"proxy_secret", "Proxy password", ""},
		{"http1_only", "", ""},
	}
)

// ownIdentity tells that the one who runs the program can sign in as that, as Windows users can.
const ownIdentity = runtime.GOOS == "windows"

var windowsUserHint = windowsHint(ownIdentity)

func windowsHint(own bool) string {
	if own {
		return "Empty: the one who is signed in to Windows; then no password."
	}
	return "A Windows user whom SuperOffice knows; ask the domain admin."
}

// signInOf finds a way to sign in by its kind or its words; the first if there is none.
func signInOf(name string) signIn {
	for _, k := range signIns {
		if k.kind == name || k.words == name {
			return k
		}
	}
	return signIns[0]
}

// needsOf are the inputs for a way to sign in, first those that show at once. A ticket of SuperOffice
// Online has a tenant in the place of the address.
func needsOf(k signIn, tenanted bool) (main, advanced []need) {
	main = append([]need{{"name", "Name", ""}, {"sign_in", "Sign-in", ""}}, k.needs...)
	advanced = append(append(advanced, k.network...), everySite...)
	if k.kind == "ticket" && tenanted {
		main[2] = tenant
		advanced = append([]need{environment}, advanced...)
	}
	return append(main, need{"owners", "Owners", "Separated by commas, to watch some of them only."}), advanced
}
