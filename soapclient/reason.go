package soapclient

import (
	"regexp"
	"slices"
)

// What servers say, by the words in it that no language translates, or by .NET's English ones.
var (
	// requestTooLarge is WCF's about its limits for requests, which names the settings, and IIS's number for its own (domain.md §1.6).
	requestTooLarge = regexp.MustCompile(`maximum message size quota|MaxReceivedMessageSize|XmlDictionaryReaderQuotas|QuotaExceededException|\b404\.13\b`)

	// servicesOff is about NetServer's setting AllowWebServiceRequests; more than its name is not documented (domain.md §1.6).
	servicesOff = regexp.MustCompile(`AllowWebServiceRequests|(?i:web ?services? (requests |calls )?(is|are) (not (allowed|enabled)|disabled|switched off))`)

	// issuerAway is about a call of NetServer's own that failed: .NET's exceptions and their words.
	issuerAway = regexp.MustCompile(`EndpointNotFoundException|WebException|HttpRequestException|SocketException|CommunicationException|TimeoutException|` +
		`(?i:remote name could not be resolved|no such host is known|unable to connect to the remote server|no endpoint listening)`)
)

// reason tells SOAP faults and NetServer's exceptions apart (domain.md §1.6, §2.9). texts is all that was said besides types;
// issuer says that the operation asks a licence server.
func (e *Error) reason(texts []string, issuer bool) Reason {
	said := append(slices.Clone(e.Types), texts...)
	about := func(p *regexp.Regexp) bool { return slices.ContainsFunc(said, p.MatchString) }
	switch {
	case slices.Contains(e.Types, "ActionNotSupported"):
		return ReasonVersion
	case slices.Contains(e.Types, "EndpointNotFound"):
		return ReasonNotFound
	case about(servicesOff): // before the next: the type is the same
		return ReasonSwitchedOff
	case e.Names("SoSentryException"), e.Names("SoIllegalOperationException"):
		return ReasonRight
	case issuer && about(issuerAway): // before the next: NetServer's own call may have been too large
		return ReasonIssuer
	case about(requestTooLarge):
		return ReasonTooLarge
	case issuer && e.Names("SoLicenseException"): // after those that say why: this may be an owner that the site does not have
		return ReasonLicence
	}
	return ""
}
