package soapclient_test

import (
	"fmt"
	"strings"
	"testing"

	"licensewatch/soapclient"
)

// sent is a licence as a server of some other make might write it: prefixes of its own, blanks, comments, types, a CDATA section,
// line ends by reference, members of a later version, keys of a foreign namespace, a nil module.
const sent = `<p:Response xmlns:p="%[1]s" xmlns:d="http://schemas.datacontract.org/2004/07/System.Security.Cryptography" x:type="p:ExtendedLicenseInfo">
  <p:Reason x:nil="1"/>
  <p:CanBeActivated>true</p:CanBeActivated><!-- a note -->
  <New xmlns="%[1]s"><CompanyName><![CDATA[Tom & <Co>]]></CompanyName><SerialNr> 1010000014 </SerialNr><OwnerName>ACME</OwnerName>
    <ModuleLicenses><ModuleLicense><ModuleName>plan</ModuleName></ModuleLicense></ModuleLicenses>
    <PublicKey><OwnerName>ACME</OwnerName><Key><d:Counter>105</d:Counter><d:G>R0c=</d:G></Key><Signature>MCwC
FA==</Signature></PublicKey><Signature>MC&#13;&#xA;w=</Signature></New>
  <p:Current x:nil="true"/>
  <p:ExtendedModuleLicenses>
    <p:ExtendedModuleLicense x:nil="true"/>
    <p:ExtendedModuleLicense><p:New><p:ModuleName>plan</p:ModuleName><p:ExtraInfo x:nil="true"></p:ExtraInfo></p:New><p:NumberOfLicensesTotal>5</p:NumberOfLicensesTotal></p:ExtendedModuleLicense>
    <p:ExtendedModuleLicense><p:Current><p:ModuleName>web</p:ModuleName><p:Signature/></p:Current></p:ExtendedModuleLicense>
  </p:ExtendedModuleLicenses>
  <p:AddedLater><any xmlns="urn:any" p:kind="x"><p:Thing>1</p:Thing></any></p:AddedLater>
</p:Response>`

const (
	planPosted = `<New><ModuleName>plan</ModuleName><ExtraInfo i:nil="true"/></New><NumberOfLicensesTotal>5</NumberOfLicensesTotal>`
	webPosted  = `<Current><ModuleName>web</ModuleName><Signature/></Current>`
	dsa        = ` xmlns="http://schemas.datacontract.org/2004/07/System.Security.Cryptography"`
	postedBack = `<LicenseInfo xmlns:i="http://www.w3.org/2001/XMLSchema-instance"><Reason i:nil="true"/><CanBeActivated>true</CanBeActivated>` +
		`<New><CompanyName>Tom &amp; &lt;Co&gt;</CompanyName><SerialNr> 1010000014 </SerialNr><OwnerName>ACME</OwnerName>` +
		`<ModuleLicenses><ModuleLicense><ModuleName>plan</ModuleName></ModuleLicense></ModuleLicenses>` +
		`<PublicKey><OwnerName>ACME</OwnerName><Key><Counter` + dsa + `>105</Counter><G` + dsa + `>R0c=</G></Key><Signature>MCwC&#xA;FA==</Signature></PublicKey>` +
		`<Signature>MC&#xD;&#xA;w=</Signature></New><Current i:nil="true"/>` +
		`<ExtendedModuleLicenses><ExtendedModuleLicense i:nil="true"/><ExtendedModuleLicense>` + planPosted + `</ExtendedModuleLicense>` +
		`<ExtendedModuleLicense>` + webPosted + `</ExtendedModuleLicense></ExtendedModuleLicenses>` +
		`<AddedLater><any xmlns="urn:any"><Thing xmlns="%[1]s">1</Thing></any></AddedLater></LicenseInfo>`
)

// A licence goes back as it came: all of it, in order, with the values that it had.
func TestLicenceGoesBackWhole(t *testing.T) {
	for _, version := range soapclient.Versions {
		t.Run(string(version), func(t *testing.T) {
			space := "http://www.superoffice.net/ws/crm/NetServer/" + string(version)
			licence := fmt.Sprintf(sent, space)
			n, c := canned(t, version, map[string]string{
				"GetLicenseFromLicenseServer":              licence,
				"GetLicenseFromFile":                       licence,
				"ValidateLicenseInfo":                      `<Response>` + carrier + `<Succeeded>true</Succeeded><Reason/></Response>`,
				"GetModuleLicenseHistoryFromLicenseServer": `<Response>Bought in 2020</Response>`,
			})
			l, d, err := c.LicenceDocument(t.Context(), "ACME")
			check(t, l, err)
			again, fromFile, err := c.LicenceFromFile(t.Context(), "\ufeff<LicenseInfo/>")
			check(t, again, err)
			if !strings.Contains(n.requests["GetLicenseFromFile"], `<FileContent>&lt;LicenseInfo/&gt;</FileContent>`) || fromFile != d {
				t.Errorf("the file was sent as %s and came back as another licence", n.requests["GetLicenseFromFile"])
			}
			want := fmt.Sprintf(postedBack, space)
			if res, err := c.ValidateLicence(t.Context(), d); err != nil || res != (soapclient.Result{Succeeded: true}) {
				t.Errorf("ValidateLicence = %+v, %v", res, err)
			}
			if got := n.requests["ValidateLicenseInfo"]; !strings.Contains(got, `<ValidateLicenseInfo xmlns="`+space+`">`+want+`</ValidateLicenseInfo>`) {
				t.Errorf("the request is\n%s\nand does not hold\n%s", got, want)
			}
			for module, use := range map[string]string{"plan": planPosted, "web": webPosted} {
				if text, err := c.ModuleHistory(t.Context(), d, module); err != nil || text != "Bought in 2020" {
					t.Errorf("ModuleHistory = %q, %v", text, err)
				}
				use = want + `<ModuleLicense xmlns:i="http://www.w3.org/2001/XMLSchema-instance">` + use + `</ModuleLicense></GetModuleLicenseHistoryFromLicenseServer>`
				if got := n.requests["GetModuleLicenseHistoryFromLicenseServer"]; !strings.Contains(got, use) {
					t.Errorf("the request is\n%s\nand does not hold\n%s", got, use)
				}
			}
		})
	}
}

func check(t *testing.T, l *soapclient.Licence, err error) {
	t.Helper()
	if err != nil || l == nil || l.New == nil || l.Current != nil || l.New.Company != "Tom & <Co>" || !l.CanBeActivated || len(l.Modules) != 2 || l.Modules[0].Total != 5 {
		t.Fatalf("the licence is read as %+v, %v", l, err)
	}
}

func TestWhereThereIsNoLicenceNoneIsPosted(t *testing.T) {
	n, c := canned(t, "Services86", map[string]string{"GetLicenseFromLicenseServer": `<Response x:nil="true"/>`, "GetLicenseFromFile": ``})
	l, d, err := c.LicenceDocument(t.Context(), "ACME")
	if l != nil || d != (soapclient.Document{}) || err != nil {
		t.Errorf("LicenceDocument = %v, %v, %v; want nothing", l, d, err)
	}
	if l, d, err = c.LicenceFromFile(t.Context(), "nonsense"); l != nil || d != (soapclient.Document{}) || err != nil {
		t.Errorf("LicenceFromFile = %v, %v, %v; want nothing", l, d, err)
	}
	if _, err := c.ValidateLicence(t.Context(), d); err == nil || !strings.Contains(err.Error(), "no licence to send") {
		t.Errorf("ValidateLicence of none: %v", err)
	}
	if _, err := c.ModuleHistory(t.Context(), d, "plan"); err == nil || !strings.Contains(err.Error(), "no licence to send") {
		t.Errorf("ModuleHistory of none: %v", err)
	}
	n.replies["GetLicenseFromLicenseServer"] = fmt.Sprintf(sent, "http://www.superoffice.net/ws/crm/NetServer/Services86")
	_, d, err = c.LicenceDocument(t.Context(), "ACME")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.ModuleHistory(t.Context(), d, "fax"); err == nil || !strings.Contains(err.Error(), "no module fax") {
		t.Errorf("ModuleHistory of a module that is not there: %v", err)
	}
	for _, file := range []string{"\x00\x01", "\xff\xfe<\x00"} {
		delete(n.requests, "GetLicenseFromFile")
		if _, _, err := c.LicenceFromFile(t.Context(), file); err == nil || !strings.Contains(err.Error(), "UTF-8") || n.requests["GetLicenseFromFile"] != "" {
			t.Errorf("the file %q: %v", file, err)
		}
	}
}

// What validation found is in the body; the header's Succeeded says that the call went well, and nothing else.
func TestValidationIsReadFromTheBody(t *testing.T) {
	for _, tt := range []struct {
		reply string
		want  soapclient.Result
		says  string
	}{
		{`<Response><Succeeded>false</Succeeded><Reason>Too many &amp; too few</Reason></Response>`, soapclient.Result{Reason: "Too many & too few"}, ""},
		{`<Response><Succeeded>1</Succeeded></Response>`, soapclient.Result{Succeeded: true}, ""},
		{`<Response><Reason/></Response>`, soapclient.Result{}, "Succeeded is missing"},
		{`<Response x:nil="true"/>`, soapclient.Result{}, "missing or nil"},
		{``, soapclient.Result{}, "missing or nil"},
		{`<Response><Succeeded>maybe</Succeeded></Response>`, soapclient.Result{}, "maybe"},
	} {
		_, c := canned(t, "Services86", map[string]string{
			"GetLicenseFromLicenseServer": fmt.Sprintf(sent, "http://www.superoffice.net/ws/crm/NetServer/Services86"), "ValidateLicenseInfo": tt.reply,
		})
		_, d, err := c.LicenceDocument(t.Context(), "ACME")
		if err != nil {
			t.Fatal(err)
		}
		got, err := c.ValidateLicence(t.Context(), d)
		if got != tt.want || (err == nil) != (tt.says == "") || err != nil && !strings.Contains(err.Error(), tt.says) {
			t.Errorf("%s: %+v, %v; want %+v and an error that says %q", tt.reply, got, err, tt.want, tt.says)
		}
	}
}
