package simulator

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
)

func TestRefusals(t *testing.T) {
	s := started(t, Demo())
	base := s.URL("Head office")
	good := statusOf("SUPEROFFICE", signIn(t, base))
	envelope := good.envelope()
	head := func(k, v string) http.Header { return http.Header{http.CanonicalHeaderKey(k): {v}} }
	tests := []struct {
		name   string
		header http.Header
		body   string
		status int
		fault  string // the end of its faultcode; "" if there is none
	}{
		{"a right request is answered", nil, envelope, 200, ""},
		{"a byte order mark does no harm", nil, "\ufeff" + envelope, 200, ""},
		{"an action without quotes is taken", head("SOAPAction", strings.Trim(good.action(), `"`)), envelope, 200, ""},
		{"a charset in quotes is taken", head("Content-Type", `text/xml; charset="UTF-8"`), envelope, 200, ""},
		{"SOAP 1.2's content type is not", head("Content-Type", "application/soap+xml; charset=utf-8"), envelope, 415, ""},
		{"another charset is not", head("Content-Type", "text/xml; charset=latin1"), envelope, 415, ""},
		{"a missing content type is not", http.Header{"Content-Type": nil}, envelope, 415, ""},
		{"an action in single quotes is not", head("SOAPAction", strings.ReplaceAll(good.action(), `"`, "'")), envelope, 500, "ActionNotSupported"},
		{"a missing action is not", http.Header{"Soapaction": nil}, envelope, 500, "ActionNotSupported"},
		{"the action of another version is not", head("SOAPAction", strings.Replace(good.action(), "86", "87", 1)), envelope, 500, "ActionNotSupported"},
		{"the action of another service is not", head("SOAPAction", strings.Replace(good.action(), "License/", "SoPrincipal/", 1)), envelope, 500, "ActionNotSupported"},
		{"an operation that writes is not there", head("SOAPAction", strings.Replace(good.action(), "GetLicenseStatusFromLicenseServer", "RemoveLicenseFromDB", 1)), envelope, 500, "ActionNotSupported"},
		{"no body at all", nil, "", 400, ""},
		{"something else than XML", nil, `{"OwnerName":"SUPEROFFICE"}`, 400, ""},
		{"an envelope that breaks off before its body", nil, envelope[:strings.Index(envelope, "<s:Body>")], 400, ""},
		{"a body that breaks off", nil, envelope[:len(envelope)-30], 500, "DeserializationFailed"},
		{"a body that is not well-formed", nil, strings.Replace(envelope, "</OwnerName>", "</Owner>", 1), 500, "DeserializationFailed"},
		{"a prefix that is declared nowhere", nil, strings.Replace(envelope, "<OwnerName>", "<x:y/><OwnerName>", 1), 500, "DeserializationFailed"},
		{"a DTD", nil, "<!DOCTYPE x>" + envelope, 400, ""},
		{"something behind the envelope", nil, envelope + "<more/>", 500, "DeserializationFailed"},
		{"a root that is no envelope", nil, "<x/>", 500, "VersionMismatch"},
		{"headers outside the Header", nil, strings.NewReplacer("<s:Header>", "", "</s:Header>", "").Replace(envelope), 400, ""},
		{"a wrapper in the namespace of another version", nil, strings.ReplaceAll(envelope, "Services86", "Services85"), 500, "DeserializationFailed"},
		{"an empty Body", nil, strings.Split(envelope, "<s:Body>")[0] + "<s:Body/></s:Envelope>", 500, "DeserializationFailed"},
		{"a foreign header that must be understood", nil,
			strings.Replace(envelope, "</s:Header>", `<w:Security xmlns:w="urn:w" s:mustUnderstand="1"/></s:Header>`, 1), 500, "MustUnderstand"},
		{"a foreign header that may be passed over", nil, strings.Replace(envelope, "</s:Header>", `<w:Security xmlns:w="urn:w"/></s:Header>`, 1), 200, ""},
		{"elements nested deeper than WCF reads", nil, strings.Replace(envelope, "SUPEROFFICE", strings.Repeat("<a>", 40)+strings.Repeat("</a>", 40), 1), 500, "DeserializationFailed"},
		{"more than a million bytes", nil, strings.Replace(envelope, "SUPEROFFICE", strings.Repeat("A", 1_000_000), 1), 413, ""},
		{"elements where a text belongs", nil, strings.Replace(envelope, "SUPEROFFICE", "<a/>", 1), 500, "DeserializationFailed"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := raw(t.Context(), base, good, tt.header, tt.body)
			if err != nil {
				t.Fatal(err)
			}
			code, _ := first(got.body, "faultcode")
			if _, code, _ = strings.Cut(code, ":"); got.status != tt.status || code != tt.fault {
				t.Errorf("the answer is %d with fault %q, want %d with %q: %s", got.status, code, tt.status, tt.fault, got.body)
			}
			if word, _ := first(got.body, "LicenseStatus"); tt.status == 200 && word != "Ok" {
				t.Errorf("the status is %q, want Ok: %s", word, got.body)
			}
		})
	}
}

func TestChunkedRequestBeyondTheLimitIsBad(t *testing.T) {
	s := started(t, Demo())
	body := struct{ *strings.Reader }{strings.NewReader(strings.Repeat(" ", 1_000_001))} // hides its length
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.URL("Head office")+"Services86/License.svc", body)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "text/xml")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusBadRequest {
		t.Errorf("the answer is %d, want 400", resp.StatusCode)
	}
}

func TestMembersOutOfPlaceAreDropped(t *testing.T) {
	s := started(t, Demo())
	base := s.URL("Head office")
	const user, password = "<UserName>admin</UserName>", "<Password>" + string(DemoPassword) + "</Password>"
	tests := []struct {
		name, body string
		succeeds   string
	}{
		{"in sequence", user + password, "true"},
		{"the password first", password + user, "false"},
		{"a stranger between them", user + "<Stranger/>" + password, "true"},
		{"the name in another namespace", `<UserName xmlns="urn:other">admin</UserName>` + password, "false"},
		{"the password doubled", user + password + "<Password>x</Password>", "true"},
		{"the password nil", user + `<Password i:nil="true" xmlns:i="http://www.w3.org/2001/XMLSchema-instance">` + string(DemoPassword) + `</Password>`, "false"},
		{"the right user without a password", user, "false"},
		{"nothing", "", "false"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m := signInAs("", "")
			m.body = tt.body
			got := post(t, base, m)
			if ok, _ := first(got.body, "AuthenticationSucceeded"); ok != tt.succeeds || got.status != 200 {
				t.Errorf("AuthenticationSucceeded is %q with %d, want %q with 200", ok, got.status, tt.succeeds)
			}
		})
	}
}

// documentedRequest is m as SuperOffice's documentation shows requests: SOAP 1.2's namespace, no Header.
func documentedRequest(m msg) string {
	return fmt.Sprintf(`<?xml version="1.0" encoding="UTF-8"?>
<SOAP-ENV:Envelope xmlns:SOAP-ENV="http://www.w3.org/2003/05/soap-envelope" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
    xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:q="%[1]s">
  <q:ApplicationToken>1234567-1234-9876</q:ApplicationToken>
  <q:Credentials><q:Ticket>%[2]s</q:Ticket></q:Credentials>
  <SOAP-ENV:Body>
    <q:%[3]s>
      <q:OwnerName xsi:type="xsd:string">SUPEROFFICE</q:OwnerName>
    </q:%[3]s>
  </SOAP-ENV:Body>
</SOAP-ENV:Envelope>`, ns(m.services), m.ticket, m.operation)
}

func TestDocumentedRequestIsTaken(t *testing.T) {
	s := started(t, Demo())
	base := s.URL("Head office")
	m := statusOf("", signIn(t, base))
	got, err := raw(t.Context(), base, m, nil, documentedRequest(m))
	if err != nil {
		t.Fatal(err)
	}
	if word, _ := first(got.body, "LicenseStatus"); word != "Ok" {
		t.Errorf("the documentation's request is answered %d %s", got.status, got.body)
	}
}

func TestPathsAndMethods(t *testing.T) {
	s := started(t, Demo())
	office := strings.TrimSuffix(s.URL("Head office"), "HeadOffice/Remote/")
	tests := []struct {
		name, method, path string
		status             int
	}{
		{"a browser gets a help page", "GET", "HeadOffice/Remote/Services86/License.svc", 200},
		{"metadata is off", "GET", "HeadOffice/Remote/Services86/License.svc?wsdl", 200},
		{"case does not matter", "GET", "headoffice/REMOTE/services88/soprincipal.SVC", 200},
		{"other methods are not allowed", "PUT", "HeadOffice/Remote/Services86/License.svc", 405},
		{"a version before 84 is not there", "GET", "HeadOffice/Remote/Services83/License.svc", 404},
		{"another service is not there", "GET", "HeadOffice/Remote/Services86/Contact.svc", 404},
		{"another site is not at this port", "GET", "Oslo/Remote/Services86/License.svc", 404},
		{"the root is not there", "GET", "", 404},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			req, err := http.NewRequestWithContext(t.Context(), tt.method, office+tt.path, nil)
			if err != nil {
				t.Fatal(err)
			}
			resp, err := http.DefaultClient.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			resp.Body.Close()
			if resp.StatusCode != tt.status {
				t.Errorf("%s %s gives %d, want %d", tt.method, tt.path, resp.StatusCode, tt.status)
			}
			if tt.status != 405 && resp.Header.Get("Content-Type") != "text/html" {
				t.Errorf("the page's type is %q, want text/html", resp.Header.Get("Content-Type"))
			}
		})
	}
}

// FuzzUnderstand states that no bytes make the reader of requests panic, and that it gives either a request
// or a refusal.
func FuzzUnderstand(f *testing.F) {
	m := statusOf("SUPEROFFICE", "7T:x")
	f.Add(m.action(), m.envelope())
	f.Add(m.action(), documentedRequest(m))
	f.Add("", "<x:y/>")
	f.Add(m.action(), `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>`)
	f.Fuzz(func(t *testing.T, action, body string) {
		q, refusal := understand(action, []byte(body), route{"Services86", "License"})
		if (q == nil) == (refusal == nil) {
			t.Errorf("there is a request %v and a refusal %v", q, refusal)
		}
		if q != nil && q.operation == nil {
			t.Error("a request has no operation")
		}
	})
}
