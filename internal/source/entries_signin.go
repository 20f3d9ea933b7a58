package source

import (
	"licensewatch/internal/keyring"
	"licensewatch/monitor"
	"licensewatch/soapclient"
)

// signInEntries are refusals to let somebody in.
var signInEntries = []Entry{
	{
		Reason: "sign-in-refused", Kind: monitor.KindSignIn, Title: "Sign-in refused",
		Sentence: `the sign-in of "svc-licence" is refused`,
		Remedy:   "Correct user and password in the site's form, or run: licensewatch signin {site}",
		Why: "The server does not take this user with this password. The password may have changed or expired, the user may be locked, or have no licence of its own: everybody who signs in needs one. " +
			"Administrators can also forbid passwords for some kinds of users in NetServer's settings.",
		from: []any{cause{kind: soapclient.KindSignIn}, cause{soapclient.KindSignIn, soapclient.ReasonCredentials}},
	},
	{
		Reason: "ticket-refused", Kind: monitor.KindSignIn, Title: "Ticket refused",
		Sentence: "the server refuses the ticket",
		Remedy:   "Get a new ticket and enter it in the site's form, or run: licensewatch signin {site}",
		Why: "A ticket holds for six hours after its last use, and ends when the server is set up anew. Where the site signs in with a ready ticket there is no way to a new one from here. " +
			"If a ticket that was just fetched is refused too, the server's clock or its database is at fault.",
		from: []any{cause{soapclient.KindSignIn, soapclient.ReasonTicket}},
	},
	{
		Reason: "web-server-refuses", Kind: monitor.KindSignIn, Title: "Web server refuses access",
		Sentence: "the web server refuses access (HTTP 401)",
		Remedy:   "Check whether the web server wants a Windows sign-in: if so choose it in the site's form; else correct user and password.",
		Why: "It is the web server that says no, before NetServer is asked. IIS does so where Windows authentication is on for the web services and the site signs in another way, " +
			"where the Windows user may not enter, or where only some addresses may. At SuperOffice Online it means that the application may not use these services.",
		from: []any{cause{soapclient.KindSignIn, soapclient.ReasonWebServer}},
	},
	{
		Reason: "sign-in-again", Kind: monitor.KindSignIn, Title: "Sign in again",
		Sentence: "the consent is revoked or has expired",
		Remedy:   "Sign in again in the browser: with the button in the site's form, or with: licensewatch signin {site}",
		Why: "At SuperOffice Online somebody has allowed this program to read in his or her name, and that does not hold any more: it was revoked by the tenant, by the application's vendor or by SuperOffice, or the person has left. " +
			"An administrator who signs in again gives a new one.",
		from: []any{cause{soapclient.KindSignIn, soapclient.ReasonConsent}},
	},
	{
		Reason: "sign-in-first", Kind: monitor.KindSignIn, Title: "Nobody has signed in yet",
		Sentence: "nobody has signed in to SuperOffice Online yet",
		Remedy:   "Sign in in the browser: with the button in the site's form, or with: licensewatch signin {site}",
		Why:      "The site is set up for SuperOffice Online, where a person has to sign in once in the browser. From then on the program reads by itself.",
		from:     []any{cause{soapclient.KindSignIn, soapclient.ReasonNoConsent}},
	},
	{
		Reason: "not-approved", Kind: monitor.KindSignIn, Title: "Application not approved",
		Sentence: "the customer has revoked the application's approval: Revoked (1)",
		Remedy:   "Have an administrator of the tenant approve the application; if it is approved, correct the system user token in the site's form.",
		Why: "A system user reads for an application, which an administrator of the tenant has approved once. That does not hold any more, or the application asks for more now and has to be approved again. " +
			"Its vendor has the address at which that is done. Each tenant has its own system user token: one of another tenant is refused in the same way.",
		from: []any{cause{soapclient.KindSignIn, soapclient.ReasonApproval}},
	},
	{
		Reason: "application-unknown", Kind: monitor.KindSignIn, Title: "Application not accepted",
		Sentence: "SuperOffice Online does not accept client id or client secret",
		Remedy:   "Correct client ID or system user token, application token (client secret) and private key, which belong together and to one environment.",
		Why: "SuperOffice Online lets in applications that it knows, each by an id and a secret (the application token), and servers by a key besides. One of them is wrong, or of another environment: development, stage and production have different ones. " +
			"It may also be that the tenant has not approved the application. Its vendor finds all of it in SuperOffice's developer portal.",
		from: []any{cause{soapclient.KindSignIn, soapclient.ReasonApplication}},
	},
	{
		Reason: "wrong-tenant", Kind: monitor.KindSignIn, Title: "Another tenant",
		Sentence: "the one who signed in belongs to Cust54321, not to Cust12345",
		Remedy:   "Sign in as a user of the site's tenant, or correct the tenant in the site's form.",
		Why:      "The sign-in went well, but it is for another installation than the one that the site names. People with access to several tenants choose one while they sign in; a browser remembers the last.",
		from:     []any{cause{soapclient.KindSignIn, soapclient.ReasonWrongTenant}},
	},
	{
		Reason: "clock", Kind: monitor.KindSignIn, Title: "Clocks differ",
		Sentence: "this computer's clock is 10 minutes ahead of the server's",
		Remedy:   "Set this computer's clock, or the server's, by a time server.",
		Why: "Signing in with Windows or with signed tokens holds for a few minutes only, so both sides must agree on the time: to five minutes, as a rule. " +
			"Virtual machines that slept and computers outside of a domain drift. The time zone does not matter, the time itself does.",
		from: []any{cause{soapclient.KindSignIn, soapclient.ReasonClock}},
	},
	{
		Reason: "domain", Kind: monitor.KindSignIn, Title: "Domain does not help",
		Sentence: "no domain controller of EXAMPLE answers",
		Remedy:   "Check the domain in the site's form and the network or VPN to its controllers; use the host name that the domain knows the server by.",
		Why: "For a Windows sign-in a domain controller has to vouch for the user, and it was not reached or does not know the server by this name. Away from the office that needs the VPN. " +
			"The server's name must be registered with the domain (setspn): ask the domain's administrator.",
		from: []any{cause{soapclient.KindSignIn, soapclient.ReasonDomain}},
	},
}

// keyringEntries are why a secret cannot be had. The failure's own sentence and remedy are those of the keyring or
// the folder, which know where the secret should be.
var keyringEntries = []Entry{
	{
		Reason: "secret-missing", Kind: monitor.KindKeyring, Title: "Secret not stored",
		Sentence: `the keyring holds no password for "Head office"`,
		Remedy:   "Enter it in the site's form, or run: licensewatch signin {site}",
		Why:      "Nothing is kept for this site under this name. That is so for a site that was written into the settings file by hand or renamed there, and after a change of the computer or its user.",
		from:     []any{keyring.Missing},
	},
	{
		Reason: "keyring-locked", Kind: monitor.KindKeyring, Title: "Keyring locked",
		Sentence: "the keyring is locked",
		Remedy:   "Unlock it and refresh, keep the password for this session only, or use --secrets-dir.",
		Why:      "The desktop keeps secrets in a keyring that opens when its user signs in. It stays locked after an automatic sign-in, when its password differs from the user's, or when nobody answered its question.",
		from:     []any{keyring.Locked},
	},
	{
		Reason: "keyring-absent", Kind: monitor.KindKeyring, Title: "No keyring",
		Sentence: "there is no keyring that could be asked",
		Remedy:   "Start one, such as gnome-keyring or KWallet, keep the password for this session only, or use --secrets-dir.",
		Why:      "Small desktops, servers and containers have none. For those there is a folder with one file per secret, as systemd and Kubernetes make them; passwords are never written anywhere else.",
		from:     []any{keyring.Absent},
	},
	{
		Reason: "secret-too-long", Kind: monitor.KindKeyring, Title: "Secret too long",
		Sentence: "the password is longer than the 2560 bytes that keyrings take",
		Remedy:   "Keep it for this session only, or use --secrets-dir.",
		Why:      "Keyrings take secrets up to a length that differs between systems. Passwords and tickets are far below it; long private keys can be above, and then belong into a folder of secrets.",
		from:     []any{keyring.TooLong},
	},
	{
		Reason: "keyring-denied", Kind: monitor.KindKeyring, Title: "Keyring refuses",
		Sentence: "the keyring may not be used",
		Remedy:   "Allow it and refresh, keep the password for this session only, or use --secrets-dir.",
		Why:      "The user or the system said that this program may not have the secret. The keyring's own program shows what it allows to whom.",
		from:     []any{keyring.Denied},
	},
	{
		Reason: "keyring-hangs", Kind: monitor.KindKeyring, Title: "Keyring does not answer",
		Sentence: "the keyring does not answer",
		Remedy:   "Restart the keyring's service, keep the password for this session only, or use --secrets-dir.",
		Why:      "The keyring's service runs and says nothing. It may show a question behind another window; else signing out and in again starts it anew.",
		from:     []any{keyring.Hung},
	},
	{
		Reason: "keyring-fails", Kind: monitor.KindKeyring, Title: "Keyring fails",
		Sentence: "the keyring failed",
		Remedy:   "Look at the keyring's own program, keep the password for this session only, or use --secrets-dir.",
		Why:      "The keyring reports an error of its own, which stands in brackets.",
		from:     []any{keyring.Failed},
	},
}

// localEntries are what is found without asking anybody.
var localEntries = []Entry{
	{
		Reason: "settings", Kind: monitor.KindConfig, Title: "Settings cannot work",
		Sentence: "the url names no host",
		Remedy:   "Correct the site's settings.",
		Why:      "Something that the site is set up with cannot be right, so nobody was asked. The sentence names it, and the window's form shows it; the settings file holds the same by its key.",
		from:     []any{ownSettings},
	},
	{
		Reason: "not-asked", Kind: monitor.KindTimeout, Title: "Not asked in time",
		Sentence: "the time for the check was over before it could be asked",
		Remedy:   "Give more time with --timeout.",
		Why:      "Only so many servers are asked at once, each host by one request at a time. Where some are slow, the last have to wait.",
		from:     []any{ownLate},
	},
	{
		Reason: "called-off", Kind: monitor.KindTimeout, Title: "Called off",
		Sentence: "the check was called off",
		Remedy:   "Check again.",
		Why:      "Whoever asked went away before the answer came: the window was closed or the program ended.",
		from:     []any{ownCalledOff},
	},
}
