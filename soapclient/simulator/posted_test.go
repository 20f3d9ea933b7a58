package simulator

import (
	"encoding/xml"
	"regexp"
	"strings"
	"testing"
)

// handedOut returns the members of an ExtendedLicenseInfo as a site wrote them.
func handedOut(t *testing.T, base, services, ticket, operation, owner string) string {
	t.Helper()
	got := post(t, base, msg{services, "License", operation, ticket, "<OwnerName>" + owner + "</OwnerName>"})
	_, rest, _ := strings.Cut(got.body, "<Response xmlns:i=\"http://www.w3.org/2001/XMLSchema-instance\">")
	inner, _, ok := strings.Cut(rest, "</Response>")
	if !ok {
		t.Fatalf("%s gave %.1000s", operation, got.body)
	}
	return inner
}

func posting(member, content string) string {
	return "<" + member + ` xmlns:i="http://www.w3.org/2001/XMLSchema-instance">` + content + "</" + member + ">"
}

func validateOf(services, ticket, content string) msg {
	return msg{services, "License", "ValidateLicenseInfo", ticket, posting("LicenseInfo", content)}
}

// historyOf asks for a module with the ExtendedModuleLicense that stands in content.
func historyOf(services, ticket, content, module string) msg {
	var found string
	for _, part := range strings.SplitAfter(content, "</ExtendedModuleLicense>") {
		if _, inner, ok := strings.Cut(part, "<ExtendedModuleLicense>"); ok && strings.Contains(inner, "<ModuleName>"+module+"</ModuleName>") {
			found = strings.TrimSuffix(inner, "</ExtendedModuleLicense>")
		}
	}
	return msg{services, "License", "GetModuleLicenseHistoryFromLicenseServer", ticket, posting("LicenseInfo", content) + posting("ModuleLicense", found)}
}

func fileOf(services, ticket, content string) msg {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(content))
	return msg{services, "License", "GetLicenseFromFile", ticket, "<FileContent>" + b.String() + "</FileContent>"}
}

// verdict returns what a LicenseResult says.
func verdict(t *testing.T, r response) (succeeded, reason string) {
	t.Helper()
	var reply struct {
		Result struct{ Succeeded, Reason string } `xml:"Body>ValidateLicenseInfoResponse>Response"`
	}
	if err := xml.Unmarshal([]byte(r.body), &reply); err != nil {
		t.Fatalf("%v in %s", err, r.body)
	}
	return reply.Result.Succeeded, reply.Result.Reason
}

// section returns the first element of that name with its tags.
func section(doc, name string) string {
	from := strings.Index(doc, "<"+name)
	end := strings.Index(doc[from:], "</"+name+">") + len("</"+name+">")
	return doc[from : from+end]
}

func TestWhatIsHandedOutValidates(t *testing.T) {
	s := started(t, corners())
	for _, v := range versions {
		for _, status := range []string{"Ok", "NewLicenseAvailable", "NewSerialAvailable", "NewCompanyNameAvailable"} {
			do(t, s, "Head office SUPEROFFICE status "+status)
			base := s.URL("Head office")
			ticket := signIn(t, base)
			for _, owner := range []string{"SUPEROFFICE", "ACMEADDON", "GEOMAP"} {
				content := handedOut(t, base, v, ticket, "GetLicenseFromLicenseServer", owner)
				if ok, why := verdict(t, post(t, base, validateOf(v, ticket, content))); ok != "true" || why != "" {
					t.Errorf("%s: %s with status %s gives %s, %q", v, owner, status, ok, why)
				}
			}
		}
	}
	base := s.URL("Odd")
	ticket := signIn(t, base)
	do(t, s, "Odd ODD seats over 1/1")
	content := handedOut(t, base, "Services86", ticket, "GetLicenseFromDB", "ODD")
	if ok, why := verdict(t, post(t, base, validateOf("Services86", ticket, content))); ok != "true" {
		t.Errorf("texts that need escaping give %s, %q", ok, why)
	}
}

func TestWhatIsLostOnTheWayDoesNotValidate(t *testing.T) {
	s := started(t, Demo())
	base := s.URL("Head office")
	ticket := signIn(t, base)
	good := handedOut(t, base, "Services86", ticket, "GetLicenseFromDB", "SUPEROFFICE")
	key, modules := section(good, "PublicKey"), section(good, "ModuleLicenses")
	usage := section(good, "ExtendedModuleLicenses")
	change := func(old, new string) string { return strings.Replace(good, old, new, 1) }
	tests := []struct{ name, content, reason string }{
		{"the public key is dropped", change(key, ""), "public key is missing"},
		{"the public key is nil", change(key, `<PublicKey i:nil="true"/>`), "public key is missing"},
		{"the public key stands before the modules, so that they are dropped", change(modules+key, key+modules), "does not match its signature"},
		{"the key's parameters are in the service's namespace", change(key, strings.NewReplacer("a:", "", ` xmlns:a="http://schemas.datacontract.org/2004/07/System.Security.Cryptography"`, "").Replace(key)), ""},
		{"a parameter of the key is changed", change("<a:Q>", "<a:Q>AAAA"), "not the owner's"},
		{"the signature is dropped", regexp.MustCompile(`<Signature>[^<]*</Signature></Current>`).ReplaceAllString(good, "</Current>"), "signature is missing"},
		{"the serial number is another", change("<SerialNr>1010000014", "<SerialNr>1010000022"), "does not match its signature"},
		{"the owner is another", change("<OwnerName>SUPEROFFICE", "<OwnerName>ACMEADDON"), "does not match its signature"},
		{"the owner is unknown", change("<OwnerName>SUPEROFFICE", "<OwnerName>NOBODY"), "no owner 'NOBODY'"},
		{"the owner stands before the serial number, which is dropped", change("<SerialNr>1010000014</SerialNr><OwnerName>SUPEROFFICE</OwnerName>",
			"<OwnerName>SUPEROFFICE</OwnerName><SerialNr>1010000014</SerialNr>"), "does not match its signature"},
		{"a day slips", change("<ExpiryDate>2", "<ExpiryDate>3"), "does not match its signature"},
		{"a module's tooltip is lost", strings.Replace(good, "<ModuleTooltip>User Plan: Can edit Companies, Diary, Sales, Selections, Reports</ModuleTooltip>", "", 1), "ten-sales does not match"},
		{"the use is dropped", change(usage, ""), "use of the licences is missing"},
		{"nothing but the use is posted", usage, "no current licence"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if tt.content == good {
				t.Fatal("nothing was changed")
			}
			got := post(t, base, validateOf("Services86", ticket, tt.content))
			if tt.reason == "" {
				if code, _ := first(got.body, "faultcode"); got.status != 500 || code != "a:DeserializationFailed" {
					t.Errorf("the answer is %d %.500s, want a fault", got.status, got.body)
				}
				return
			}
			if ok, why := verdict(t, got); ok != "false" || !strings.Contains(why, tt.reason) {
				t.Errorf("the verdict is %s, %q, want false, %q", ok, why, tt.reason)
			}
		})
	}
}

func TestWhatNoLongerHoldsDoesNotValidate(t *testing.T) {
	s := started(t, Demo())
	base := s.URL("Head office")
	ticket := signIn(t, base)
	do(t, s, "Head office SUPEROFFICE status NewSerialAvailable")
	old := handedOut(t, base, "Services86", ticket, "GetLicenseFromLicenseServer", "SUPEROFFICE")
	do(t, s, "Head office SUPEROFFICE status Ok")
	if ok, why := verdict(t, post(t, base, validateOf("Services86", ticket, old))); ok != "false" || !strings.Contains(why, "serial number") {
		t.Errorf("a licence that is not offered any more gives %s, %q", ok, why)
	}
	do(t, s, "Head office SUPEROFFICE seats ten-sales 22/21")
	content := handedOut(t, base, "Services86", ticket, "GetLicenseFromDB", "SUPEROFFICE")
	if ok, why := verdict(t, post(t, base, validateOf("Services86", ticket, content))); ok != "false" || !strings.Contains(why, "Sales Premium") {
		t.Errorf("with more seats in use than owned the verdict is %s, %q", ok, why)
	}
	do(t, s, "Head office SUPEROFFICE seats ten-sales 22/23")
	if ok, why := verdict(t, post(t, base, validateOf("Services86", ticket, content))); ok != "false" || !strings.Contains(why, "not the one in force") {
		t.Errorf("a licence of yesterday gives %s, %q", ok, why)
	}
}

func TestHistoryNeedsTheWholeLicence(t *testing.T) {
	s := started(t, Demo())
	base := s.URL("Head office")
	ticket := signIn(t, base)
	content := handedOut(t, base, "Services86", ticket, "GetLicenseFromDB", "SUPEROFFICE")
	got := post(t, base, historyOf("Services86", ticket, content, "ten-sales"))
	if text, _ := first(got.body, "Response"); !strings.Contains(text, "Sales Premium (ten-sales)") || !strings.Contains(text, "21 licences") {
		t.Errorf("the history is %q in %.1000s", text, got.body)
	}
	cut := strings.Replace(content, section(content, "PublicKey"), "", 1)
	if got := heard(post(t, base, historyOf("Services86", ticket, cut, "ten-sales"))); got != noLicence {
		t.Errorf("without the public key it is %q, want %q", got, noLicence)
	}
	if got := heard(post(t, base, historyOf("Services86", ticket, content, "no-such-module"))); got != noLicence {
		t.Errorf("without a module it is %q, want %q", got, noLicence)
	}
}

func TestLicenceFile(t *testing.T) {
	s := started(t, Demo())
	base := s.URL("Head office")
	ticket := signIn(t, base)
	do(t, s, "Head office SUPEROFFICE status NewLicenseAvailable")
	file := s.LicenceFile("Head office", "superoffice")
	if a, b := strings.Index(file, "<AdminWarningDate>"), strings.Index(file, "<CompanyName>"); a < 0 || b < a {
		t.Fatalf("the members of the file are not in alphabetical order: %.500s", file)
	}
	var reply struct {
		One extendedInfo `xml:"Body>GetLicenseFromFileResponse>Response"`
	}
	readExtended(t, post(t, base, fileOf("Services86", ticket, file)), &reply)
	got := reply.One
	if !got.CanBeActivated || got.New.OwnerName != "SUPEROFFICE" || got.New.ExpiryDate <= got.Current.ExpiryDate || len(got.ExtendedModuleLicenses.ExtendedModuleLicense) != 50 {
		t.Errorf("the file compares as %+v", got)
	}
	do(t, s, "Head office SUPEROFFICE seats ten-sales 40/40")
	readExtended(t, post(t, base, fileOf("Services86", ticket, file)), &reply)
	if reply.One.CanBeActivated || reply.One.Reason == "" {
		t.Errorf("with more seats in use than in the file, activation is %t with reason %q", reply.One.CanBeActivated, reply.One.Reason)
	}
	for name, content := range map[string]string{
		"is no XML":                           "licence",
		"is empty":                            "",
		"is something else":                   "<Invoice/>",
		"is cut":                              file[:len(file)/2],
		"was changed":                         strings.Replace(file, "<NumberOfLicenses>26<", "<NumberOfLicenses>99<", 1),
		"has the sequence of SOAP":            "<LicenseInfo>" + section(handedOut(t, base, "Services86", ticket, "GetLicenseFromDB", "SUPEROFFICE"), "Current") + "</LicenseInfo>",
		"belongs to another installation":     s.LicenceFile("Nordlys", "SUPEROFFICE"),
		"has a number that is none in a date": strings.Replace(file, "<ExpiryDate>", "<ExpiryDate>x", 1),
	} {
		if got := heard(post(t, base, fileOf("Services86", ticket, content))); got != noLicence {
			t.Errorf("a file that %s gives %q, want %q", name, got, noLicence)
		}
	}
	other := s.LicenceFile("Nordlys", "METERSYNC")
	reply.One = extendedInfo{}
	readExtended(t, post(t, base, fileOf("Services86", ticket, other)), &reply)
	if got := reply.One; got.Current.OwnerName != "" || got.New.OwnerName != "METERSYNC" || len(got.ExtendedModuleLicenses.ExtendedModuleLicense) != 2 {
		t.Errorf("the file of an owner that is new compares as %+v", got)
	}
	if s.LicenceFile("Head office", "NOBODY") != "" || s.LicenceFile("Nowhere", "SUPEROFFICE") != "" {
		t.Error("there is a file of nobody")
	}
}

func TestRequestsBeyondTheLimit(t *testing.T) {
	s := started(t, Demo())
	base := s.URL("Head office")
	ticket := signIn(t, base)
	content := handedOut(t, base, "Services86", ticket, "GetLicenseFromDB", "SUPEROFFICE")
	large, small := validateOf("Services86", ticket, content), statusOf("SUPEROFFICE", ticket)
	if len(large.envelope()) <= 64<<10 {
		t.Fatalf("the licence of 50 modules is %d bytes, too few for this test", len(large.envelope()))
	}
	for fault, holds := range map[string]func(response) bool{
		"limit": func(r response) bool { return r.status == 413 && r.body == "" },
		"limit soapfault": func(r response) bool {
			text, _ := first(r.body, "faultstring")
			return r.status == 500 && strings.Contains(text, "MaxReceivedMessageSize")
		},
		"none": func(r response) bool { return r.status == 200 },
	} {
		do(t, s, "Head office fault "+fault)
		if got := post(t, base, large); !holds(got) {
			t.Errorf("fault %s: the large request is answered %d %.500s", fault, got.status, got.body)
		}
		if got := heard(post(t, base, small)); got != "Ok" {
			t.Errorf("fault %s: the small request is answered %q", fault, got)
		}
	}
}
