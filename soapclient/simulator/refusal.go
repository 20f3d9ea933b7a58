package simulator

import (
	"encoding/xml"
	"fmt"
	"net/http"
	"strings"
)

// answer is what goes back over HTTP.
type answer struct {
	status  int // 0: the connection is torn down without a word
	mime    string
	header  [2]string // one more header, if its name is not ""
	body    []byte
	cut     bool // the connection is torn down in the middle of the body
	padding int  // bytes of white space that follow the body's first element's start
}

const (
	mimeSOAP = "text/xml; charset=utf-8"
	mimeHTML = "text/html"
)

// plain answers with a status and nothing more, as WCF does below SOAP.
func plain(status int) *answer { return &answer{status: status} }

func notAllowed(methods string) *answer {
	a := plain(http.StatusMethodNotAllowed)
	a.header = [2]string{"Allow", methods}
	return a
}

// faultCodes that WCF uses, with their namespaces (domain.md §1.8, E2).
const (
	codeInternal = `xmlns:a="http://schemas.microsoft.com/net/2005/12/windowscommunicationfoundation/dispatcher">a:InternalServiceFault`
	codeFormat   = `xmlns:a="http://schemas.microsoft.com/net/2005/12/windowscommunicationfoundation/dispatcher">a:DeserializationFailed`
	codeAction   = `xmlns:a="http://schemas.microsoft.com/ws/2005/05/addressing/none">a:ActionNotSupported`
)

// soapFault answers HTTP 500 with a SOAP fault. code is what follows "<faultcode"; a type adds the exception's
// detail, which the sample configurations switch on.
func soapFault(code, text, exceptionType string) *answer {
	var b strings.Builder
	fmt.Fprintf(&b, `<s:Envelope xmlns:s="%s"><s:Body><s:Fault><faultcode%s</faultcode>`+
		`<faultstring xml:lang="en-US">%s</faultstring>`, soap11, code, escaped(text))
	if exceptionType != "" {
		fmt.Fprintf(&b, `<detail><ExceptionDetail xmlns="http://schemas.datacontract.org/2004/07/System.ServiceModel" xmlns:i="%s">`+
			`<HelpLink i:nil="true"/><InnerException i:nil="true"/><Message>%s</Message><StackTrace>%s</StackTrace><Type>%s</Type>`+
			`</ExceptionDetail></detail>`, xsiSpace, escaped(text), stackTrace, exceptionType)
	}
	b.WriteString(`</s:Fault></s:Body></s:Envelope>`)
	return &answer{status: http.StatusInternalServerError, mime: mimeSOAP, body: []byte(b.String())}
}

// escaped returns text as XML can hold it.
func escaped(text string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(text)) // a Builder takes everything
	return b.String()
}

// stackTrace is what a client must never show.
const stackTrace = "   at SuperOffice.License.LicenseManager.Check(String ownerName)\r\n   at SuperOffice.Services.LicenseAgent.Invoke()"

func internalFault(text string) *answer {
	return soapFault(" "+codeInternal, text, "System.NullReferenceException")
}

func deserializationFailed(why string) *answer {
	return soapFault(" "+codeFormat, "The formatter threw an exception while trying to deserialize the message: "+
		"Error in deserializing body of request message. "+why, "System.ServiceModel.Dispatcher.NetDispatcherFaultException")
}

func wrongWrapper(name, space string, got *node) *answer {
	found := "the end of the Body"
	if got != nil {
		found = fmt.Sprintf("node type 'Element' with name '%s' and namespace '%s'", got.name.Local, got.name.Space)
	}
	return deserializationFailed(fmt.Sprintf("OperationFormatter encountered an invalid Message body. "+
		"Expected to find node type 'Element' with name '%s' and namespace '%s'. Found %s.", name, space, found))
}

func actionNotSupported(action string) *answer {
	return soapFault(" "+codeAction, fmt.Sprintf("The message with Action '%s' cannot be processed at the receiver, "+
		"due to a ContractFilter mismatch at the EndpointDispatcher. This may be because of either a contract mismatch "+
		"(mismatched Actions between sender and receiver) or a binding/security mismatch between the sender and the receiver. "+
		" Check that sender and receiver have the same contract and the same binding (including security requirements, "+
		"e.g. Message, Transport, None).", strings.Trim(action, `"`)), "")
}

func mustUnderstand(header *node) *answer {
	return soapFault(">s:MustUnderstand", fmt.Sprintf("The header '%s' from the namespace '%s' was not understood by the "+
		"recipient of this message, causing the message to not be processed.", header.name.Local, header.name.Space), "")
}

// tooLarge answers a message beyond smallRequest: on HTTP's level or, once it was read, with a fault.
func tooLarge(asFault bool) *answer {
	if !asFault {
		return plain(http.StatusRequestEntityTooLarge)
	}
	return soapFault(">s:Client", fmt.Sprintf("The maximum message size quota for incoming messages (%d) has been exceeded. "+
		"To increase the quota, use the MaxReceivedMessageSize property on the appropriate binding element.", smallRequest),
		"System.ServiceModel.QuotaExceededException")
}

func versionMismatch(root *node) *answer {
	return soapFault(">s:VersionMismatch", fmt.Sprintf("The element '%s' from the namespace '%s' is no Envelope that "+
		"this endpoint knows.", root.name.Local, root.name.Space), "")
}

// notFound is IIS's page for an address that is not there.
func notFound() *answer {
	return page(http.StatusNotFound, "404 - File or directory not found.",
		"The resource you are looking for might have been removed, had its name changed, or is temporarily unavailable.")
}

// helpPage is what a service shows to a browser.
func helpPage(service string) *answer {
	return page(http.StatusOK, service+" Service", "You have created a service. Metadata publishing for this service is currently disabled.")
}

// proxyPage is a page that somebody between client and server sends with HTTP 200.
func proxyPage() *answer {
	return page(http.StatusOK, "Sign in to continue", "Your organisation asks you to sign in before you use this network.")
}

// statusPage is IIS's page for a status, with what a client may act upon: Retry-After, or the ways to sign in.
func statusPage(f fault) *answer {
	text := "The server answers so because its story says so."
	if f.code == http.StatusMisdirectedRequest {
		text = "Wrong subdomain used to access tenant" // domain.md §3.1
	}
	a := page(f.code, fmt.Sprintf("%d - %s", f.code, http.StatusText(f.code)), text)
	switch {
	case f.delay > 0:
		a.header = [2]string{"Retry-After", fmt.Sprint(int(f.delay.Seconds()))}
	case f.code == http.StatusUnauthorized:
		a.header = [2]string{"WWW-Authenticate", "Negotiate"}
	}
	return a
}

func page(status int, title, text string) *answer {
	body := fmt.Sprintf("<!DOCTYPE html>\r\n<html><head><title>%[1]s</title></head>\r\n<body><h2>%[1]s</h2><p>%[2]s</p></body></html>\r\n", title, text)
	return &answer{status: status, mime: mimeHTML, body: []byte(body)}
}
