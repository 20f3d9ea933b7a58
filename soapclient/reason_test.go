package soapclient_test

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"

	"licensewatch/soapclient"
)

// saying returns a client with a ticket, whose server says the same to every question.
func saying(status int, contentType string, body func(r *http.Request) string) *soapclient.Client {
	return &soapclient.Client{
		Address: soapclient.Address{Base: "https://h/Remote/", Version: "Services86"}, SignIn: soapclient.Ticket{Secret: known("7T:abc")},
		Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
			resp := reply(r, status, body(r))
			resp.Header.Set("Content-Type", contentType)
			return resp, nil
		}),
	}
}

// status and licences ask what NetServer has to ask a licence server for, and what it reads from its database.
func status(ctx context.Context, c *soapclient.Client) error {
	_, err := c.LicenceStatus(ctx, "SUPEROFFICE")
	return err
}

func licences(ctx context.Context, c *soapclient.Client) error {
	_, err := c.Licences(ctx)
	return err
}

func TestExceptionsByReason(t *testing.T) {
	exception := func(kind, message string) string {
		return `<Message>` + message + `</Message><ExceptionType>` + kind + `</ExceptionType>`
	}
	const server, away = "SuperOffice.Exceptions.SoServerException", "System.ServiceModel.EndpointNotFoundException"
	const quota = "The maximum message size quota for incoming messages (65536) has been exceeded. To increase the quota, use the MaxReceivedMessageSize property."
	inside := func(outer, inner string) string { return outer + `<InnerException>` + inner + `</InnerException>` }
	tests := []struct {
		name, info string
		ask        func(context.Context, *soapclient.Client) error
		kind       soapclient.Kind
		reason     soapclient.Reason
	}{
		{"no right", exception("SuperOffice.Exceptions.SoSentryException", "no"), licences, soapclient.KindServer, soapclient.ReasonRight},
		{"no right, within another", inside(exception(server, "no"), exception("SuperOffice.Exceptions.SoIllegalOperationException", "no")), status, soapclient.KindServer, soapclient.ReasonRight},
		{"the licence server does not listen", inside(exception(server, "failed"), exception(away, "There was no endpoint listening at https://license.superoffice.com/")), status, soapclient.KindServer, soapclient.ReasonIssuer},
		{"the licence server's name is not known, by words alone", exception(server, "The remote name could not be resolved: 'license.superoffice.com'"), status, soapclient.KindServer, soapclient.ReasonIssuer},
		{"by the words of an inner exception", inside(exception(server, "failed")+"<FriendlyText>Sorry</FriendlyText>", exception("", "Unable to connect to the remote server")), status, soapclient.KindServer, soapclient.ReasonIssuer},
		{"CoreWCF's HttpRequestException", exception("System.Net.Http.HttpRequestException", "x"), status, soapclient.KindServer, soapclient.ReasonIssuer},
		{"a licence server that is late", exception("System.TimeoutException", "x"), status, soapclient.KindServer, soapclient.ReasonIssuer},
		{"a licence exception, which may be about the owner", exception("SuperOffice.Exceptions.SoLicenseException", "Could not find license owner 'X'."), status, soapclient.KindServer, soapclient.ReasonLicence},
		{"a licence exception about the licence server", inside(exception("SuperOffice.Exceptions.SoLicenseException", "x"), exception(away, "x")), status, soapclient.KindServer, soapclient.ReasonIssuer},
		{"a licence exception of the database", exception("SuperOffice.Exceptions.SoLicenseException", "x"), licences, soapclient.KindServer, ""},
		{"NetServer's own question was too large", exception("System.ServiceModel.CommunicationException", quota), status, soapclient.KindServer, soapclient.ReasonIssuer},
		{"the same of the database says nothing of a licence server", exception("System.Net.Sockets.SocketException", "x"), licences, soapclient.KindServer, ""},
		{"too large", exception(server, quota), licences, soapclient.KindServer, soapclient.ReasonTooLarge},
		{"web services are switched off", exception(server, "AllowWebServiceRequests is false"), licences, soapclient.KindServer, soapclient.ReasonSwitchedOff},
		{"web services are switched off, as something that is not allowed", exception("SuperOffice.Exceptions.SoIllegalOperationException", "AllowWebServiceRequests is false"), licences, soapclient.KindServer, soapclient.ReasonSwitchedOff},
		{"web services are switched off, in words", exception(server, "Web service requests are not allowed."), licences, soapclient.KindServer, soapclient.ReasonSwitchedOff},
		{"another one", exception("System.NullReferenceException", "Object reference not set"), status, soapclient.KindServer, ""},
		{"the ticket is refused, the new one too", exception("SuperOffice.Exceptions.SoSessionException", "Authentication failed!"), licences, soapclient.KindSignIn, soapclient.ReasonTicket},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := saying(http.StatusOK, "text/xml", func(r *http.Request) string {
				operation := r.Header.Get("SOAPAction")[strings.LastIndex(r.Header.Get("SOAPAction"), "/")+1:]
				return enveloped(r, "<Succeeded>false</Succeeded><ExceptionInfo>"+tt.info+"</ExceptionInfo>", strings.TrimSuffix(operation, `"`)+"Response", "")
			})
			expect(t, tt.ask(t.Context(), c), tt.kind, tt.reason)
		})
	}
}

func expect(t *testing.T, err error, kind soapclient.Kind, reason soapclient.Reason) {
	t.Helper()
	if e, ok := errors.AsType[*soapclient.Error](err); !ok || e.Kind != kind || e.Reason != reason || e.Text == "" || e.Op == "" || e.Host != "h" {
		t.Errorf("error %v (%+v), want kind %s and reason %q", err, e, kind, reason)
	}
}

func TestFaultsByReason(t *testing.T) {
	detail := func(kind string) string {
		return `<detail><ExceptionDetail xmlns="http://schemas.datacontract.org/2004/07/System.ServiceModel"><HelpLink/><InnerException><Type>` + kind +
			`</Type></InnerException><StackTrace>   at Secret.Place()</StackTrace><Type>System.Exception</Type></ExceptionDetail></detail>`
	}
	tests := []struct {
		name, code, text, detail string
		ask                      func(context.Context, *soapclient.Client) error
		kind                     soapclient.Kind
		reason                   soapclient.Reason
	}{
		{"no such action", "a:ActionNotSupported", "x", "", licences, soapclient.KindFault, soapclient.ReasonVersion},
		{"no such service", "a:EndpointNotFound", "x", "", licences, soapclient.KindFault, soapclient.ReasonNotFound},
		{"text that is too long", "a:DeserializationFailed", "Change the MaxStringContentLength property on the XmlDictionaryReaderQuotas object", "", licences, soapclient.KindFault, soapclient.ReasonTooLarge},
		{"web services are switched off", "s:Server", "AllowWebServiceRequests", "", licences, soapclient.KindFault, soapclient.ReasonSwitchedOff},
		{"an exception of NetServer's that WCF tells: no right", "a:InternalServiceFault", "x", detail("SuperOffice.Exceptions.SoSentryException"), licences, soapclient.KindFault, soapclient.ReasonRight},
		{"no licence server", "a:InternalServiceFault", "x", detail("System.ServiceModel.EndpointNotFoundException"), status, soapclient.KindFault, soapclient.ReasonIssuer},
		{"a licence exception that WCF tells", "a:InternalServiceFault", "x", detail("SuperOffice.Exceptions.SoLicenseException"), status, soapclient.KindFault, soapclient.ReasonLicence},
		{"no valid ticket", "a:InternalServiceFault", "x", detail("SuperOffice.Exceptions.SoSessionException"), licences, soapclient.KindSignIn, soapclient.ReasonTicket},
		{"another one", "a:InternalServiceFault", "Object reference not set", "", licences, soapclient.KindFault, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := saying(http.StatusInternalServerError, "text/xml", func(*http.Request) string {
				return `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><s:Fault><faultcode xmlns:a="u">` + tt.code + `</faultcode><faultstring>` +
					tt.text + `</faultstring>` + tt.detail + `</s:Fault></s:Body></s:Envelope>`
			})
			err := tt.ask(t.Context(), c)
			expect(t, err, tt.kind, tt.reason)
			if strings.Contains(err.Error(), "Secret.Place") {
				t.Errorf("the error shows a stack trace: %v", err)
			}
		})
	}
}

func TestAnswersThatAreNoSOAPByReason(t *testing.T) {
	const html = "<!DOCTYPE html><html><head><title>Some page</title></head></html>"
	tests := []struct {
		name   string
		status int
		mime   string
		body   string
		kind   soapclient.Kind
		reason soapclient.Reason
	}{
		{"a page", 200, "text/html", html, soapclient.KindHTTP, soapclient.ReasonPage},
		{"a page that does not say so", 200, "", html, soapclient.KindHTTP, soapclient.ReasonPage},
		{"something else", 200, "application/json", "{}", soapclient.KindContract, ""},
		{"a redirect", 302, "", "", soapclient.KindHTTP, soapclient.ReasonElsewhere},
		{"a bad request", 400, "", "", soapclient.KindHTTP, ""},
		{"401", 401, "text/html", html, soapclient.KindSignIn, soapclient.ReasonWebServer},
		{"403", 403, "", "", soapclient.KindSignIn, soapclient.ReasonWebServer},
		{"404", 404, "text/html", html, soapclient.KindHTTP, soapclient.ReasonNotFound},
		{"IIS's 404 for what is too large", 404, "text/html", "<title>IIS 10.0 Detailed Error - 404.13 - Not Found</title>", soapclient.KindHTTP, soapclient.ReasonTooLarge},
		{"407", 407, "", "", soapclient.KindProxy, soapclient.ReasonProxySignIn},
		{"413", 413, "", "", soapclient.KindHTTP, soapclient.ReasonTooLarge},
		{"421", 421, "text/html", html, soapclient.KindHTTP, soapclient.ReasonMoved},
		{"500", 500, "", "", soapclient.KindHTTP, soapclient.ReasonUnavailable},
		{"503", 503, "text/html", html, soapclient.KindHTTP, soapclient.ReasonUnavailable},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			err := licences(t.Context(), saying(tt.status, tt.mime, func(*http.Request) string { return tt.body }))
			expect(t, err, tt.kind, tt.reason)
			if e, _ := errors.AsType[*soapclient.Error](err); e.Status != tt.status {
				t.Errorf("status %d, want %d", e.Status, tt.status)
			}
		})
	}
}

// A breach of the contract says in which element it stands, however deep.
func TestBreachNamesItsElement(t *testing.T) {
	const op = "GetLicenseForAllOwnersFromDBResponse"
	const at = "Body/" + op + "/Response/ExtendedLicenseInfo/"
	info := func(inner string) string {
		return `<Response><ExtendedLicenseInfo>` + inner + `</ExtendedLicenseInfo></Response>`
	}
	tests := []struct{ name, header, content, says string }{
		{"a date", "", info(`<Current><ExpiryDate>soon</ExpiryDate></Current>`), `in ` + at + `Current/ExpiryDate: "soon" is not a date`},
		{"a number in an array", "", info(`<ExtendedModuleLicenses><ExtendedModuleLicense/><ExtendedModuleLicense><New><NumberOfLicenses>many</NumberOfLicenses></New></ExtendedModuleLicense></ExtendedModuleLicenses>`),
			`in ` + at + `ExtendedModuleLicenses/ExtendedModuleLicense/New/NumberOfLicenses: "many" is not a number`},
		{"a word", "", info(`<CanBeActivated>maybe</CanBeActivated>`), `in ` + at + `CanBeActivated: "maybe" is neither`},
		{"after one that is in order", "", info(`<Current><CompanyName>A</CompanyName></Current><AccumulatedNextCheckDate>x</AccumulatedNextCheckDate>`), `in ` + at + `AccumulatedNextCheckDate: "x"`},
		{"in what is passed over", "", info(`<New><PublicKey><p:Key xmlns:p="u"><p:Counter>&wrong;</p:Counter></p:Key></PublicKey></New>`), `in ` + at + `New/PublicKey/Key/Counter: `},
		{"an end that does not fit", "", info(`<New><PublicKey></Wrong></PublicKey></New>`), `in ` + at + `New/PublicKey: </Wrong>`},
		{"in the header", "<Succeeded>perhaps</Succeeded>", info(""), `in Header/Succeeded: "perhaps" is neither`},
		{"in an exception", "<ExceptionInfo><InnerException><Message><</Message></InnerException></ExceptionInfo>", info(""), `in Header/ExceptionInfo/InnerException/Message: `},
		{"a response that is not there", "", "", op + `/Response is missing or nil`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := saying(http.StatusOK, "text/xml", func(r *http.Request) string { return enveloped(r, tt.header, op, tt.content) })
			err := licences(t.Context(), c)
			expect(t, err, soapclient.KindContract, "")
			if !strings.Contains(err.Error(), tt.says) {
				t.Errorf("error %q, want it to say %q", err, tt.says)
			}
		})
	}
}

// What a web server answers with 401 or 403 may be a ticket that has expired: one new sign-in, then it is the web server's.
func TestWebServersRefusalBringsOneSignIn(t *testing.T) {
	for _, status := range []int{http.StatusUnauthorized, http.StatusForbidden} {
		c := saying(status, "text/html", func(*http.Request) string { return "" })
		server := c.Transport
		var sent []string
		c.Transport = roundTrip(func(r *http.Request) (*http.Response, error) {
			sent = append(sent, r.URL.Path)
			return server.RoundTrip(r)
		})
		signIns := new(renewed)
		c.SignIn = signIns
		expect(t, licences(t.Context(), c), soapclient.KindSignIn, soapclient.ReasonWebServer)
		if signIns.times != 2 || !slices.Equal(sent, []string{"/Remote/Services86/License.svc", "/Remote/Services86/License.svc"}) {
			t.Errorf("HTTP %d: %d sign-ins and requests %v, want two of each", status, signIns.times, sent)
		}
	}
}
