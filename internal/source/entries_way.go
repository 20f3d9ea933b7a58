package source

import (
	"licensewatch/monitor"
	"licensewatch/soapclient"
)

// wayEntries are what goes wrong before anybody speaks of SOAP.
var wayEntries = []Entry{
	{
		Reason: "name-not-found", Kind: monitor.KindDNS, Title: "Host name not found",
		Sentence: "the name crm.example.com has no address",
		Remedy:   "Check the host name in the site's address, and this computer's network or VPN.",
		Why: "The name servers that this computer asks do not know the host. Names of an office's own network are often known inside it or over its VPN only, " +
			"and a slip of the pen in the address looks the same. Whoever runs the network can say where the name should be known.",
		from: []any{cause{kind: soapclient.KindDNS}},
	},
	{
		Reason: "proxy-sign-in", Kind: monitor.KindProxy, Title: "Proxy wants a sign-in",
		Sentence: "the proxy asks for a sign-in (HTTP 407)",
		Remedy:   "Enter the proxy's user and password in the site's form.",
		Why: "Between this computer and the server stands a proxy that lets only known users through, and it was given no user, or refuses the password. " +
			"It is not NetServer's user: ask whoever runs the proxy for an account that services may use. A proxy that wants a Windows sign-in can be told to let this server's name through without one.",
		from: []any{cause{soapclient.KindProxy, soapclient.ReasonProxySignIn}},
	},
	{
		Reason: "proxy-down", Kind: monitor.KindProxy, Title: "Proxy not reached",
		Sentence: "the proxy cannot be reached",
		Remedy:   "Check the proxy's address in the site's form or in HTTPS_PROXY, or set it to none where no proxy is needed.",
		Why: "The way out leads over a proxy, and nobody answers at its address. A laptop away from the office often cannot reach the office's proxy, and needs none. " +
			"The site's own proxy comes first, then the environment (HTTPS_PROXY, HTTP_PROXY, NO_PROXY).",
		from: []any{cause{soapclient.KindProxy, soapclient.ReasonProxyDown}},
	},
	{
		Reason: "proxy-denies", Kind: monitor.KindProxy, Title: "Proxy does not connect",
		Sentence: "the proxy opens no way to the server (HTTP 403)",
		Remedy:   "Check that the server runs, and ask whoever runs the proxy to let this computer through; set the proxy to none where the server is on the own network.",
		Why: "The proxy answers and does not bring the connection about. With HTTP 403 its rules forbid the way to that host or port: servers on the own network are often refused by a proxy that is only meant for the way out. " +
			"With HTTP 502, 503 or 504 it could not reach the server itself. Whoever runs the proxy sees the cause in its log.",
		from: []any{cause{soapclient.KindProxy, soapclient.ReasonProxyDenies}, cause{kind: soapclient.KindProxy}},
	},
	{
		Reason: "connection-refused", Kind: monitor.KindNetwork, Title: "Connection refused",
		Sentence: "the connection was refused",
		Remedy:   "Check that the web server runs, and the port in the site's address.",
		Why: "The computer is there and says that no program listens at this port. The web server (IIS) is stopped, or listens at another port: https is 443, http is 80. " +
			"A firewall can answer the same in its place. The server's administrator can see which sites IIS serves, and where.",
		from: []any{cause{soapclient.KindNetwork, soapclient.ReasonRefused}},
	},
	{
		Reason: "connection-timeout", Kind: monitor.KindNetwork, Title: "Server not reached",
		Sentence: "no connection in time",
		Remedy:   "Check that the server runs and that VPN and firewall let this computer through.",
		Why: "Nobody said yes or no, or this computer itself has no way there because it is offline. The server is off, has another address now, or a firewall drops what comes from here without a word; without the VPN this is usual for servers of an office's network. " +
			"If other computers reach the server, look at the network between; else ask its administrator.",
		from: []any{cause{soapclient.KindNetwork, soapclient.ReasonNoAnswer}, cause{kind: soapclient.KindNetwork}},
	},
	{
		Reason: "connection-cut", Kind: monitor.KindNetwork, Title: "Connection cut",
		Sentence: "the connection was cut before the whole answer came",
		Remedy:   "Check again; if it stays, look at the web server's log and at what stands between this computer and the server.",
		Why: "The connection was there and ended in the middle. A server that restarts, a network that changed, or a gateway that limits time or size does this. " +
			"Once is nothing; if it stays, the logs of the web server and of the gateway tell who cut it.",
		from: []any{cause{soapclient.KindNetwork, soapclient.ReasonCut}},
	},
	{
		Reason: "timeout", Kind: monitor.KindTimeout, Title: "No answer in time",
		Sentence: "no answer within 2m0s",
		Remedy:   "Check whether NetServer is overloaded, and whether it can reach its licence server.",
		Why: "The connection stands, and NetServer does not answer. It may be starting, which takes a minute after a restart of IIS, or wait for its database. " +
			"Questions that it has to pass on to a licence server last as long as that one takes; an on-site server without a way out to it waits in vain.",
		from: []any{cause{kind: soapclient.KindTimeout}},
	},
}

// certificateEntries are what goes wrong with TLS.
var certificateEntries = []Entry{
	{
		Reason: "certificate-expired", Kind: monitor.KindTLS, Title: "Certificate expired",
		Sentence: "the server's certificate expired on 3 March 2026",
		Remedy:   "Have the server's administrator renew the certificate.",
		Why: "A certificate holds for a span of days, and today is not among them. It can be one further up that has ended, not the server's own. " +
			"If the days look right, look at this computer's clock. Nothing is sent to a server that cannot prove who it is, so there is no way around it here.",
		from: []any{cause{soapclient.KindTLS, soapclient.ReasonExpired}},
	},
	{
		Reason: "certificate-name", Kind: monitor.KindTLS, Title: "Certificate for another host",
		Sentence: "the server's certificate is for www.example.com, example.com",
		Remedy:   "Use one of the certificate's names in the site's address, or have the certificate issued for this name.",
		Why: "The certificate is sound but names other hosts. The address may be a short name or an IP address where the certificate has the full name, or a web server that serves many sites shows that of another one. " +
			"If neither can be changed, the site can be tied to exactly this certificate by a pin, once its fingerprint is compared with the server's administrator.",
		from: []any{cause{soapclient.KindTLS, soapclient.ReasonName}},
	},
	{
		Reason: "certificate-authority", Kind: monitor.KindTLS, Title: "Unknown certificate authority",
		Sentence: "this computer does not know the authority that issued the server's certificate: CN=Example Root CA,O=Example AS",
		Remedy:   "Name the authority's certificate file in the site's form, under Advanced, or as ca_file in the settings file, or have the server send its whole chain.",
		Why: "This computer trusts a list of authorities, and the issuer is not on it. Offices often have an authority of their own, known to its Windows computers only; " +
			"self-signed certificates have none at all. A server that leaves out a certificate in between looks the same. Ask the domain's administrator for the authority's certificate as a PEM file.",
		from: []any{cause{soapclient.KindTLS, soapclient.ReasonAuthority}},
	},
	{
		Reason: "certificate-pin", Kind: monitor.KindTLS, Title: "Certificate is not the pinned one",
		Sentence: "the certificate's key is not the pinned one",
		Remedy:   "Ask the server's administrator whether the certificate was renewed with a new key; if so, test the connection and take over the new pin.",
		Why: "The site is tied to one key, and the server shows another. A renewed certificate often has a new key; then the pin has to be renewed too. " +
			"It can also mean that somebody else answers in the server's place, so compare the fingerprint before you take it over.",
		from: []any{cause{soapclient.KindTLS, soapclient.ReasonPin}},
	},
	{
		Reason: "plain-http", Kind: monitor.KindTLS, Title: "The server speaks plain http",
		Sentence: "the server speaks plain http at this address",
		Remedy:   "Correct the port, or write http:// if this server is meant to be without encryption.",
		Why: "The address says https, and at this port the server speaks http. Usually the port belongs to another binding of IIS: https has 443 unless somebody chose another. " +
			"Plain http shows the password to everybody on the way, so it needs allow_http in the site's settings.",
		from: []any{cause{soapclient.KindTLS, soapclient.ReasonPlain}},
	},
	{
		Reason: "tls-version", Kind: monitor.KindTLS, Title: "Encryption out of date",
		Sentence: "the server speaks no TLS 1.2 or newer",
		Remedy:   "Have the server's administrator allow TLS 1.2 or newer.",
		Why: "Windows servers from before 2016 often offer nothing newer than TLS 1.1, which is broken and not accepted any more. " +
			"Newer ones can be set so, by a policy of the domain or a gateway in front. It is a setting of Windows (Schannel), not of SuperOffice.",
		from: []any{cause{soapclient.KindTLS, soapclient.ReasonTLSVersion}},
	},
	{
		Reason: "secure-connection", Kind: monitor.KindTLS, Title: "No secure connection",
		Sentence: "the secure connection failed: remote error: tls: handshake failure",
		Remedy:   "Have the server's administrator look at its certificate and its TLS settings, and at what stands between this computer and the server.",
		Why: "Client and server could not agree on how to encrypt, or the certificate is not one for servers. Gateways that look into the traffic break it in their own ways. " +
			"The words after the colon say what the other side did.",
		from: []any{cause{kind: soapclient.KindTLS}},
	},
}
