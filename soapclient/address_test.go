package soapclient

import (
	"strings"
	"testing"
)

func TestParseAddress(t *testing.T) {
	tests := []struct {
		name, in, base string
		version        Version
	}{
		{"as it should be", "https://crm.example.com/Remote/", "https://crm.example.com/Remote/", ""},
		{"no trailing slash", "https://crm.example.com/Remote", "https://crm.example.com/Remote/", ""},
		{"lower case stays", "https://crm.example.com/remote", "https://crm.example.com/remote/", ""},
		{"web root alone", "https://crm.example.com", "https://crm.example.com/Remote/", ""},
		{"web root in a folder", "http://socrm.myorganization.com/Sales/", "http://socrm.myorganization.com/Sales/Remote/", ""},
		{"a whole service address", "https://crm.example.com/Remote/Services86/License.svc", "https://crm.example.com/Remote/", "Services86"},
		{"with ?wsdl and blanks", "  https://crm.example.com/remote/services88/License.svc?wsdl ", "https://crm.example.com/remote/", "Services88"},
		{"the other service", "https://crm.example.com/Remote/Services84/SoPrincipal.svc", "https://crm.example.com/Remote/", "Services84"},
		{"a version folder", "https://crm.example.com/Remote/Services87/", "https://crm.example.com/Remote/", "Services87"},
		{"Online", "https://online2.superoffice.com/Cust12345/Remote/Services86/License.svc", "https://online2.superoffice.com/Cust12345/Remote/", "Services86"},
		{"IPv6 and port", "http://[::1]:8086/HeadOffice/Remote", "http://[::1]:8086/HeadOffice/Remote/", ""},
		{"IPv6 without port", "https://[2001:db8::1]", "https://[2001:db8::1]/Remote/", ""},
		{"IPv6 of one network card", "http://[fe80::1%25eth0]:8086/Remote/", "http://[fe80::1%25eth0]:8086/Remote/", ""},
		{"fragment and query", "https://crm.example.com/Remote/?x=1#top", "https://crm.example.com/Remote/", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := ParseAddress(tt.in)
			if err != nil || got.Base != tt.base || got.Version != tt.version {
				t.Errorf("ParseAddress(%q) = %+v, %v; want %q %q", tt.in, got, err, tt.base, tt.version)
			}
		})
	}
	for _, bad := range []string{"", "crm.example.com", "ftp://crm.example.com", "https://", "https://user:pw@crm.example.com/", "https://crm.example.com/License.svc", "http://%zz", "http://::1/", "https://2001:db8::1/Remote", "https://fe80::1:8443"} {
		if got, err := ParseAddress(bad); err == nil {
			t.Errorf("ParseAddress(%q) = %+v, want an error", bad, got)
		}
	}
}

func TestAddressesNameTheirHost(t *testing.T) {
	for base, want := range map[string]string{
		"https://crm.example.com/Remote/": "crm.example.com", "http://[::1]:8086/Remote/": "[::1]:8086", "https://[2001:db8::1]/Remote/": "[2001:db8::1]",
	} {
		if got := (Address{Base: base}).host(); got != want {
			t.Errorf("the host of %s is %q, want %q", base, got, want)
		}
	}
	if _, err := ParseAddress("http://::1/"); err == nil || !strings.Contains(err.Error(), "brackets") {
		t.Errorf("an IPv6 address without brackets gives %v, want a word about brackets", err)
	}
}

func FuzzParseAddress(f *testing.F) {
	f.Add("https://crm.example.com/Remote/Services86/License.svc?wsdl")
	f.Add("http://h/../a//b%2f/")
	f.Fuzz(func(t *testing.T, s string) {
		a, err := ParseAddress(s)
		if err != nil {
			return
		}
		again, err := ParseAddress(a.Base)
		if err != nil || again.Base != a.Base {
			t.Errorf("%q gives %q, which gives %q, %v", s, a.Base, again.Base, err)
		}
	})
}
