package source

import (
	"licensewatch/monitor"
	"licensewatch/soapclient"
)

// webEntries are answers that are not NetServer's.
var webEntries = []Entry{
	{
		Reason: "not-found", Kind: monitor.KindHTTP, Title: "Nothing at this address",
		Sentence: "nothing is at this address (HTTP 404)",
		Remedy:   "Check the address, which must end in front of ServicesNN, as https://crm.example.com/Remote/, and the services version.",
		Why: "A web server answers, and has no NetServer web services at this path. The path is that of the site's web services in IIS, most often /Remote/ or /SuperOffice/Remote/; the services version is a folder in it. " +
			"The connection test looks for the right ones and offers what answers.",
		from: []any{cause{soapclient.KindHTTP, soapclient.ReasonNotFound}, cause{soapclient.KindFault, soapclient.ReasonNotFound}},
	},
	{
		Reason: "wrong-address", Kind: monitor.KindHTTP, Title: "Wrong address",
		Sentence: "NetServer is not at this address but at another one",
		Remedy:   "Take over the address that answers.",
		Why:      "The connection test asked at addresses that are near to the one that was entered, without any password, and NetServer answered there. Compare company and serial number with the installation that you mean.",
		from:     []any{ownAddress},
	},
	{
		Reason: "wrong-version", Kind: monitor.KindFault, Title: "Services version not there",
		Sentence: "the server answered with a SOAP fault: The message with Action '…/Services88/…' cannot be processed at the receiver",
		Remedy:   "Choose another services version: the connection test offers those that answer.",
		Why: "NetServer speaks several versions of its web services at once, each under its own name. Old installations lack the newest, and SuperOffice Online opens to each application only those that it asked for. " +
			"All versions from 84 to 88 tell the same about licences.",
		from: []any{cause{soapclient.KindFault, soapclient.ReasonVersion}, cause{soapclient.KindHTTP, soapclient.ReasonVersion}},
	},
	{
		Reason: "web-page", Kind: monitor.KindHTTP, Title: "A web page instead of NetServer",
		Sentence: "a web page came instead of a SOAP reply",
		Remedy:   "Check the address: a sign-in page, a proxy or another web site answers there.",
		Why: "Something answered kindly, with a page for people. It can be the sign-in page of a portal or of a network (as in hotels), a gateway's notice, or SuperOffice's own web client, whose address lacks /Remote/. " +
			"Opening the address in a browser shows which.",
		from: []any{cause{soapclient.KindHTTP, soapclient.ReasonPage}},
	},
	{
		Reason: "redirect", Kind: monitor.KindHTTP, Title: "Sent elsewhere",
		Sentence: "the server sends us elsewhere (HTTP 301), to https://crm2.example.com/Remote/",
		Remedy:   "Use the address that the server names, if you trust it.",
		Why: "The web server says that the services are at another address. Neither password nor ticket is carried along, since whoever answers there might be anybody. " +
			"Servers often send from http to https, or from an old name to a new one; sign-in portals send to their own page.",
		from: []any{cause{soapclient.KindHTTP, soapclient.ReasonElsewhere}},
	},
	{
		Reason: "server-error", Kind: monitor.KindHTTP, Title: "Web server fails",
		Sentence: "the server answered with HTTP 503 Service Unavailable",
		Remedy:   "Look at the web server: it answers, but NetServer behind it does not.",
		Why: "The web server, or a gateway in front of it, is there, and what stands behind it is not. In IIS the application pool of the web services is stopped, starting, or fails at once, as after a bad change of web.config. " +
			"The Windows event log of the server tells why. At SuperOffice Online it passes by itself.",
		from: []any{cause{soapclient.KindHTTP, soapclient.ReasonUnavailable}},
	},
	{
		Reason: "tenant-moved", Kind: monitor.KindHTTP, Title: "Tenant is on another host",
		Sentence: "the tenant is on another host (HTTP 421)",
		Remedy:   "Leave the site's address empty and enter the tenant, so that its host is looked up; else wait for the move to end.",
		Why: "SuperOffice Online moves tenants between its hosts as it likes, and the host that was asked does not have this one any more. " +
			"A site that names its tenant follows by itself; if it is refused at the new host too, the move is under way and over in a few minutes.",
		from: []any{cause{soapclient.KindHTTP, soapclient.ReasonMoved}},
	},
	{
		Reason: "request-too-large", Kind: monitor.KindHTTP, Title: "Request too large",
		Sentence: "the request is larger than the server takes (HTTP 413)",
		Remedy:   "Have the server's administrator raise the size of messages that the web services' binding takes.",
		Why: "Web services of NetServer take 64 KiB in one message unless their configuration says more (maxReceivedMessageSize), and a gateway may have a limit of its own. " +
			"Questions about licences are small; only those that send a whole licence back can be too large.",
		from: []any{cause{soapclient.KindHTTP, soapclient.ReasonTooLarge}, cause{soapclient.KindFault, soapclient.ReasonTooLarge}, cause{soapclient.KindServer, soapclient.ReasonTooLarge}},
	},
	{
		Reason: "http-answer", Kind: monitor.KindHTTP, Title: "Unexpected HTTP answer",
		Sentence: "the server answered with HTTP 418 I'm a teapot",
		Remedy:   "Check the address and what stands between this computer and the server.",
		Why:      "The answer is neither NetServer's nor one of those that web servers give when something is wrong with it. A gateway or a filter on the way may have made it; the number and the words say more to whoever runs that.",
		from:     []any{cause{kind: soapclient.KindHTTP}},
	},
}

// serverEntries are what NetServer itself answers.
var serverEntries = []Entry{
	{
		Reason: "soap-fault", Kind: monitor.KindFault, Title: "SOAP fault",
		Sentence: "the server answered with a SOAP fault",
		Remedy:   "Look into NetServer's log, or try another services version.",
		Why:      "The request reached the web services and failed there before NetServer could answer in its own words. Behind it is most often an error inside NetServer, which its log names, or a services version that is not whole on this server.",
		from:     []any{cause{kind: soapclient.KindFault}},
	},
	{
		Reason: "missing-right", Kind: monitor.KindServer, Title: "Right missing",
		Sentence: "NetServer reports an error: You do not have the right to see licences",
		Remedy:   "Give the user the right General Administrator (admin-all), or use another user.",
		Why: "NetServer knows the user and does not let it do this. Licences belong to Settings and maintenance, which the function right admin-all opens. " +
			"An administrator of SuperOffice gives it to the user's role; a user made for Licensewatch alone is best.",
		from: []any{cause{soapclient.KindServer, soapclient.ReasonRight}},
	},
	{
		Reason: "licence-server", Kind: monitor.KindServer, Title: "Licence server not reached",
		Sentence: "NetServer reports an error: Unable to connect to the remote server",
		Remedy:   "Let the server out to https://license.superoffice.com, or to the licence server of the add-on's vendor.",
		Why: "NetServer passes the question on to whoever issued the licence, and got no answer. On-site servers often have no way out to the internet; then licences are renewed by file only. " +
			"Dates and seats come from the site's own database and are still right.",
		from: []any{cause{soapclient.KindServer, soapclient.ReasonIssuer}, cause{soapclient.KindFault, soapclient.ReasonIssuer}},
	},
	{
		Reason: "licence-error", Kind: monitor.KindServer, Title: "Licence not told",
		Sentence: "NetServer reports an error: There is no licence of that owner",
		Remedy:   "Check the owner's name in the site's settings; if it is right, look into NetServer's log, and check the server's way out.",
		Why: "NetServer has one kind of error for all that goes wrong with a licence, and only the words behind the colon, which are its own, say what it was. " +
			"An owner that this installation does not have is one cause: a name that is given in the site's settings is asked for even if the database does not list it.",
		from: []any{cause{soapclient.KindServer, soapclient.ReasonLicence}, cause{soapclient.KindFault, soapclient.ReasonLicence}},
	},
	{
		Reason: "switched-off", Kind: monitor.KindServer, Title: "Web services switched off",
		Sentence: "NetServer reports an error: AllowWebServiceRequests is false",
		Remedy:   "Have the server's administrator set AllowWebServiceRequests to true in the web.config of the web services.",
		Why:      "NetServer can be told to answer its own web client only. One switch in the section WebServices of its configuration does that, and it holds for everybody who asks over SOAP.",
		from:     []any{cause{soapclient.KindServer, soapclient.ReasonSwitchedOff}, cause{soapclient.KindFault, soapclient.ReasonSwitchedOff}},
	},
	{
		Reason: "netserver-error", Kind: monitor.KindServer, Title: "NetServer reports an error",
		Sentence: "NetServer reports an error: The database is not available",
		Remedy:   "Look into NetServer's log; if it is about the licence server, check the server's way out.",
		Why:      "NetServer understood the question and failed to answer it. The words behind the colon are its own. Its log has the whole story; while an upgrade or a restart is under way, such errors come and go.",
		from:     []any{cause{kind: soapclient.KindServer}},
	},
	{
		Reason: "contract", Kind: monitor.KindContract, Title: "Reply not understood",
		Sentence: "GetLicenseForAllOwnersFromDBResponse/Response is missing or nil",
		Remedy:   "Check that the address leads to NetServer's web services and that the services version is right; else report it as a bug, with NetServer's version.",
		Why: "Something that looks like SOAP came, and it is not what this service promises: an element is missing, of another namespace, or holds what it cannot hold. The sentence names the element. " +
			"A gateway that rewrites or cuts replies does this, and a NetServer that is newer than this program can.",
		from: []any{cause{kind: soapclient.KindContract}},
	},
	{
		Reason: "bug", Kind: monitor.KindContract, Title: "Error in this program",
		Sentence: "an error that nobody foresaw",
		Remedy:   "Report this as a bug, with NetServer's version.",
		Why:      "The program met an error that it has no name for. That is never right, so please tell.",
		from:     []any{ownBug},
	},
}
