package soapclient

import (
	"errors"
	"strings"
	"testing"
)

const ns86 = "http://www.superoffice.net/ws/crm/NetServer/Services86"

func statusOf(body string) (Verdict, error) {
	var v Verdict
	c := &Client{Address: Address{Base: "http://h/Remote/", Version: "Services86"}}
	err := c.decode(call{wrapper: "GetLicenseStatusFromLicenseServerResponse", read: func(r *reader, name string) error {
		if name != "Response" {
			return r.skip()
		}
		return r.verdict(&v)
	}}, []byte(body))
	return v, err
}

// documented is a reply in the form that SuperOffice's documentation shows and no server sends: SOAP 1.2, no Header, types
// on every element.
const documented = `<?xml version="1.0" encoding="UTF-8"?>
<SOAP-ENV:Envelope xmlns:SOAP-ENV="http://www.w3.org/2003/05/soap-envelope" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
 xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:NetServerServices862="` + ns86 + `">
 <SOAP-ENV:Body>
  <NetServerServices862:GetLicenseStatusFromLicenseServerResponse>
   <NetServerServices862:Response xsi:type="NetServerServices862:CheckLicenseStatusResult">
    <NetServerServices862:LicenseStatus xsi:type="NetServerServices862:LicenseStatus">UseCustomMessage</NetServerServices862:LicenseStatus>
    <NetServerServices862:Message xsi:type="xsd:string">Call us</NetServerServices862:Message>
    <NetServerServices862:Url xsi:type="xsd:string"></NetServerServices862:Url>
   </NetServerServices862:Response>
  </NetServerServices862:GetLicenseStatusFromLicenseServerResponse>
 </SOAP-ENV:Body>
</SOAP-ENV:Envelope>`

func envelope11(header, body string) string {
	return `<s:Envelope xmlns:s="` + soap11 + `" xmlns:i="` + xsiSpace + `"><s:Header>` + header + `</s:Header><s:Body>` + body + `</s:Body></s:Envelope>`
}

func response(inner string) string {
	return `<GetLicenseStatusFromLicenseServerResponse xmlns="` + ns86 + `">` + inner + `</GetLicenseStatusFromLicenseServerResponse>`
}

const (
	yes    = `<h:Succeeded xmlns:h="` + ns86 + `">true</h:Succeeded>`
	no     = `<h:Succeeded xmlns:h="` + ns86 + `">false</h:Succeeded>`
	thrown = `<h:ExceptionInfo xmlns:h="` + ns86 + `"><h:Message>inner words</h:Message><h:StackTrace>   at Secret.Place()</h:StackTrace>` +
		`<h:FriendlyText i:nil="true"/><h:ExceptionType>SuperOffice.Exceptions.SoLicenseException</h:ExceptionType>` +
		`<h:InnerException><h:FriendlyText>kind words</h:FriendlyText><h:ExceptionType>X.SoSessionException</h:ExceptionType></h:InnerException></h:ExceptionInfo>`
	okay = `<Response><LicenseStatus>Ok</LicenseStatus><Message/><Url i:nil="true"/></Response>`
)

func TestReply(t *testing.T) {
	tests := []struct {
		name, body string
		want       Status
		kind       Kind
		says       string
	}{
		{"the documented form", documented, "UseCustomMessage", "", ""},
		{"the form on the wire", envelope11(yes, response(okay)), "Ok", "", ""},
		{"no header at all", strings.Replace(envelope11("", response(okay)), "<s:Header></s:Header>", "", 1), "Ok", "", ""},
		{"a word of a later version stays that word", envelope11(yes, response(`<Response><LicenseStatus>BrandNew</LicenseStatus></Response>`)), "BrandNew", "", ""},
		{"unknown members are passed over", envelope11(yes, response(`<Extra><Deep/></Extra>`+okay+`<More/>`)), "Ok", "", ""},
		{"members of another namespace do not count", envelope11(yes, response(`<Response><LicenseStatus>Ok</LicenseStatus><x:LicenseStatus xmlns:x="u">Bad</x:LicenseStatus></Response>`)), "Ok", "", ""},
		{"a status that is missing", envelope11(yes, response(`<Response><Message/></Response>`)), "", KindContract, "LicenseStatus"},
		{"a status that is empty", envelope11(yes, response(`<Response><LicenseStatus/></Response>`)), "", KindContract, "LicenseStatus"},
		{"a status that is nil", envelope11(yes, response(`<Response><LicenseStatus i:nil="true"/></Response>`)), "", KindContract, "LicenseStatus"},
		{"another operation's answer", envelope11(yes, `<Other xmlns="`+ns86+`"/>`), "", KindContract, "Other"},
		{"an empty body", envelope11(yes, ``), "", KindContract, "missing"},
		{"another version's namespace", strings.ReplaceAll(envelope11(yes, response(okay)), "Services86", "Services88"), "", KindContract, "namespace"},
		{"an envelope that is no SOAP", `<Envelope xmlns="urn:x"/>`, "", KindContract, "not of SOAP"},
		{"an exception", envelope11(no+thrown, response(`<Response i:nil="true"/>`)), "", KindServer, "kind words"},
		{"an exception although it says that it succeeded", envelope11(yes+thrown, response(okay)), "", KindServer, "kind words"},
		{"failed without a reason", envelope11(no, response(okay)), "", KindServer, "not why"},
		{"a fault", envelope11("", `<s:Fault><faultcode xmlns:a="u">a:ActionNotSupported</faultcode><faultstring xml:lang="en-US">no such action</faultstring></s:Fault>`), "", KindFault, "no such action"},
		{"a SOAP 1.2 fault", strings.ReplaceAll(envelope11("", `<s:Fault><s:Code><s:Value>s:Sender</s:Value></s:Code><s:Reason><s:Text>no</s:Text></s:Reason></s:Fault>`), soap11, soap12), "", KindFault, "no"},
		{"a document type", `<!DOCTYPE x>` + envelope11(yes, response(okay)), "", KindContract, "document type"},
		{"something after the envelope", envelope11(yes, response(okay)) + "<more/>", "", KindContract, "second root"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			v, err := statusOf(tt.body)
			if tt.kind == "" {
				if err != nil || v.Status != tt.want {
					t.Errorf("status %q, %v; want %q", v.Status, err, tt.want)
				}
				return
			}
			e, ok := errors.AsType[*Error](err)
			if !ok || e.Kind != tt.kind || !strings.Contains(e.Error(), tt.says) || strings.Contains(e.Error(), "Secret.Place") {
				t.Errorf("error %v, want kind %s saying %q and no stack trace", err, tt.kind, tt.says)
			}
		})
	}
}

func TestInnerExceptionsAreFound(t *testing.T) {
	_, err := statusOf(envelope11(no+thrown, response(`<Response i:nil="true"/>`)))
	e, _ := errors.AsType[*Error](err)
	if e == nil || !e.Names("SoSessionException") || !e.Names("SoLicenseException") || e.Names("SoSentryException") {
		t.Errorf("error %+v, want both exception types and no other", e)
	}
}

// Whatever comes, reading it ends, and only NetServer's envelope is taken for a reply.
func FuzzReply(f *testing.F) {
	f.Add(documented)
	f.Add(envelope11(yes, response(okay)))
	f.Add(envelope11(no+thrown, response(okay)))
	f.Add(`<html><body>Sign in</body></html>`)
	f.Fuzz(func(t *testing.T, body string) {
		_, err := statusOf(body)
		if _, ok := errors.AsType[*Error](err); err != nil && !ok && !errors.Is(err, errNoEnvelope) {
			t.Errorf("%v is no *Error", err)
		}
		if err == nil && (!strings.Contains(body, "Envelope") || !strings.Contains(body, ns86)) {
			t.Errorf("%q is taken for a reply", body)
		}
	})
}
