package soapclient_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"licensewatch/soapclient"
)

// Servers keep WCF's limit of 64 KiB unless an administrator raised it (domain.md §1.6). A licence of fifty modules does not pass.
func TestLicenceThatIsTooLargeToGoBack(t *testing.T) {
	const wcfFault = `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><s:Fault><faultcode xmlns:a="http://schemas.microsoft.com/net/2005/12/windowscommunicationfoundation/dispatcher">` +
		`a:%s</faultcode><faultstring xml:lang="en-US">%s</faultstring></s:Fault></s:Body></s:Envelope>`
	netserver, full := begin(t, single())
	l, d, err := full.LicenceDocument(t.Context(), "SUPEROFFICE")
	if err != nil || len(l.Modules) != 50 {
		t.Fatalf("LicenceDocument = %v, %v", l, err)
	}
	for _, fault := range []string{"limit", "limit soapfault"} {
		do(t, netserver, "Head office fault "+fault)
		_, err := full.ValidateLicence(t.Context(), d)
		if e, ok := errors.AsType[*soapclient.Error](err); !ok || e.Reason != soapclient.ReasonTooLarge {
			t.Errorf("fault %s: %+v, want %s", fault, err, soapclient.ReasonTooLarge)
		}
		if _, err := full.LicenceStatus(t.Context(), "SUPEROFFICE"); err != nil {
			t.Errorf("fault %s: what is small is refused too: %v", fault, err)
		}
	}
	for _, tt := range []struct {
		name, body string
		status     int
	}{
		{"HTTP 413 without a word", "", http.StatusRequestEntityTooLarge},
		{"the quota of messages", fmt.Sprintf(wcfFault, "InternalServiceFault", "The maximum message size quota for incoming messages (65536) has been exceeded. To increase the quota, use the MaxReceivedMessageSize property on the appropriate binding element."), 500},
		{"the quota of texts", fmt.Sprintf(wcfFault, "DeserializationFailed", "The formatter threw an exception while trying to deserialize the message: The maximum string content length quota (8192) has been exceeded while reading XML data. This quota may be increased by changing the MaxStringContentLength property on the XmlDictionaryReaderQuotas object used when creating the XML reader."), 500},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if n, _ := io.Copy(io.Discard, io.LimitReader(r.Body, 64<<10+1)); n <= 64<<10 {
					t.Errorf("the request has %d bytes only", n)
				}
				w.Header().Set("Content-Type", "text/xml; charset=utf-8")
				w.WriteHeader(tt.status)
				io.WriteString(w, tt.body)
			}))
			defer s.Close()
			c := &soapclient.Client{Address: soapclient.Address{Base: s.URL + "/Remote/", Version: "Services86"}, SignIn: soapclient.Ticket{Secret: known("7T:dGlja2V0")}, Transport: s.Client().Transport}
			_, err := c.ValidateLicence(t.Context(), d)
			if e, ok := errors.AsType[*soapclient.Error](err); !ok || e.Reason != soapclient.ReasonTooLarge || e.Op != "ValidateLicenseInfo" {
				t.Errorf("%+v, want %s", err, soapclient.ReasonTooLarge)
			}
			_, err = c.ModuleHistory(t.Context(), d, l.Modules[0].Current.Name)
			if e, ok := errors.AsType[*soapclient.Error](err); !ok || e.Reason != soapclient.ReasonTooLarge {
				t.Errorf("%+v, want %s", err, soapclient.ReasonTooLarge)
			}
		})
	}
}
