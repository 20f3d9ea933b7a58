package soapclient

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"licensewatch/internal/secret"
)

// The fuzz tests of this file take every reply that a server might send through the client itself. One law holds for all:
// reading ends, in a value or in an *Error, and what a reply says does not depend on how it is written. That is why each reply is
// written anew, with other prefixes and no blanks, and read again.

const ns88 = "http://www.superoffice.net/ws/crm/NetServer/Services88"

// question asks a client for one thing, whatever it is.
type question func(context.Context, *Client) (any, error)

func fuzz(f *testing.F, ask question, seeds ...string) {
	for _, body := range seeds {
		f.Add(body)
	}
	f.Fuzz(func(t *testing.T, body string) { readTwice(t, ask, body) })
}

func readTwice(t *testing.T, ask question, body string) {
	said, err := ask(t.Context(), fixed(body))
	e, ok := errors.AsType[*Error](err)
	switch {
	case err != nil && !ok:
		t.Fatalf("%v is no *Error", err)
	case ok && e.Kind != KindServer && e.Kind != KindFault && e.Kind != KindSignIn:
		return // it was not read to its end, and need not be well-formed
	}
	anew, wrong := rewritten(body)
	if wrong != nil {
		t.Fatalf("%q was read and cannot be written anew: %v", body, wrong)
	}
	again, err2 := ask(t.Context(), fixed(anew))
	e2, _ := errors.AsType[*Error](err2)
	if dense(t, said) != dense(t, again) || (e == nil) != (e2 == nil) || e != nil && (e.Kind != e2.Kind || e.Reason != e2.Reason || !slices.Equal(e.Types, e2.Types)) {
		t.Fatalf("%q says\n%+v, %v\nand as %q\n%+v, %v", body, said, err, anew, again, err2)
	}
}

// rewritten returns the reply as Document writes XML.
func rewritten(body string) (string, error) {
	s, err := newScanner([]byte(body))
	if err != nil {
		return "", err
	}
	_, root, _, err := s.next()
	if err != nil {
		return "", err
	}
	r := &reader{scanner: s, space: string(root.space)}
	content, err := r.capture()
	return `<Envelope xmlns="` + r.space + `" xmlns:i="` + xsiSpace + `">` + content + `</Envelope>`, err
}

// dense shows a value without blanks: those between elements may be text where a server breaks the contract.
func dense(t *testing.T, v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return strings.NewReplacer(" ", "", `\t`, "", `\n`, "", `\r`, "").Replace(string(b))
}

// fixed returns a client whose server answers body, whatever it is asked.
func fixed(body string) *Client {
	return &Client{
		Address:   Address{Base: "http://h/Remote/", Version: "Services88"},
		SignIn:    Ticket{Secret: func(context.Context) (secret.Text, error) { return "7T:dGlja2V0", nil }},
		Transport: always(body),
	}
}

type always string

func (a always) RoundTrip(r *http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(string(a))), Request: r}, nil
}

// reply88 is a whole reply of Services88 around the content of its wrapper.
func reply88(wrapper, content string) string {
	return strings.ReplaceAll(envelope11(yes, `<`+wrapper+` xmlns="`+ns86+`">`+content+`</`+wrapper+`>`), ns86, ns88)
}

const (
	module88  = `<OwnerName>ACME</OwnerName><ModuleName>plan</ModuleName><ModuleDescription>P &lt;A&gt;</ModuleDescription><LicenseType>UserLicense</LicenseType><Unrestricted>1</Unrestricted><NumberOfLicenses>5</NumberOfLicenses><ExtraInfo i:nil="true"/><IsHidden>false</IsHidden><Signature>c2ln</Signature>`
	terms88   = `<CompanyName>Acme</CompanyName><SerialNr>1010000014</SerialNr><OwnerName>ACME</OwnerName><NextCheckDate>2026-01-02T03:04:05.6Z</NextCheckDate><ExpiryDate>0001-01-01T00:00:00</ExpiryDate><GraceDate>9999-12-31T00:00:00</GraceDate><ExtraFlags>-1</ExtraFlags><ModuleLicenses><ModuleLicense>` + module88 + `</ModuleLicense></ModuleLicenses><PublicKey><Key xmlns:a="http://schemas.datacontract.org/2004/07/System.Security.Cryptography"><a:Counter>105</a:Counter><a:G>R0c=</a:G></Key></PublicKey><Signature>MC&#xD;&#xA;w=</Signature>`
	licence88 = `<Reason i:nil="true"/><CanBeActivated>true</CanBeActivated><New>` + terms88 + `</New><Current i:nil="true"/><ExtendedModuleLicenses> <ExtendedModuleLicense><New>` + module88 + `</New><NumberOfLicensesInUse>3</NumberOfLicensesInUse></ExtendedModuleLicense> </ExtendedModuleLicenses><AccumulatedNextCheckDate>2026-01-02</AccumulatedNextCheckDate>`
	link88    = `<ModuleLicenseLink><TableRight i:nil="true"/><Unrestricted>false</Unrestricted><Total>9</Total><Tooltip>tip</Tooltip><CanAssign>true</CanAssign><Free>2</Free><InUse>7</InUse><IsHidden>0</IsHidden><Assigned>true</Assigned><ModuleLicenseId>12</ModuleLicenseId><Name>plan</Name><Description>Plan</Description><SortOrder>4</SortOrder><ExtraFlags>1</ExtraFlags></ModuleLicenseLink>`
)

func FuzzLicences(f *testing.F) {
	fuzz(f, func(ctx context.Context, c *Client) (any, error) { return c.Licences(ctx) },
		reply88("GetLicenseForAllOwnersFromDBResponse", `<Response><ExtendedLicenseInfo>`+licence88+`</ExtendedLicenseInfo></Response>`))
}

func FuzzLicence(f *testing.F) {
	fuzz(f, func(ctx context.Context, c *Client) (any, error) { return c.Licence(ctx, "ACME") },
		reply88("GetLicenseFromDBResponse", `<Response>`+licence88+`</Response>`), reply88("GetLicenseFromDBResponse", `<Response i:nil="true"/>`))
}

func FuzzModuleLicence(f *testing.F) {
	fuzz(f, func(ctx context.Context, c *Client) (any, error) { return c.ModuleLicence(ctx, "ACME", "plan") },
		reply88("GetModuleLicenseFromDBResponse", `<Response>`+module88+`</Response>`))
}

func FuzzShopURL(f *testing.F) {
	fuzz(f, func(ctx context.Context, c *Client) (any, error) { return c.ShopURL(ctx, "ACME") },
		reply88("GetShopUrlResponse", `<Response>https://shop.example/?a=1&amp;b=<![CDATA[2]]></Response>`))
}

func FuzzUserLicences(f *testing.F) {
	fuzz(f, func(ctx context.Context, c *Client) (any, error) { return c.UserLicences(ctx, 1) },
		reply88("GetUserLicensesResponse", `<Response><LicenseOwner><FieldProperties i:nil="true"/><Name>ACME</Name><Description/><RestrictedModuleLicenses>`+link88+
			`</RestrictedModuleLicenses><UnrestrictedModuleLicenses/></LicenseOwner></Response>`))
}

func FuzzSatelliteLicences(f *testing.F) {
	fuzz(f, func(ctx context.Context, c *Client) (any, error) { return c.SatelliteLicences(ctx, 0) },
		reply88("GetSatelliteLicensesResponse", `<Response><LicenseOwner><Name>ACME</Name></LicenseOwner><LicenseOwner i:nil="true"/></Response>`))
}

func FuzzThirdPartyLicences(f *testing.F) {
	fuzz(f, func(ctx context.Context, c *Client) (any, error) { return c.ThirdPartyLicences(ctx, 1, "ACME") },
		reply88("GetThirdPartyLicenseAssignmentsResponse", `<Response>`+link88+`</Response>`))
}

func FuzzUserLicenceList(f *testing.F) {
	fuzz(f, func(ctx context.Context, c *Client) (any, error) { return c.UserLicenceList(ctx) },
		reply88("GetUserLicensesMDOListResponse", `<Response><SelectableMDOListItem><Id>7</Id><Name>Sales</Name><Selected>true</Selected><LastChanged>2026-03-27T23:59:59.123</LastChanged><ChildItems>`+
			`<SelectableMDOListItem><Id>8</Id><ChildItems i:nil="true"/></SelectableMDOListItem></ChildItems><FullName>All</FullName></SelectableMDOListItem></Response>`))
}

func FuzzUserAndInstallation(f *testing.F) {
	fuzz(f, func(ctx context.Context, c *Client) (any, error) { return c.UserAndInstallation(ctx, 1) },
		reply88("GetUserAndInstallationLicenceStatusResponse", `<Response><ExpiryDate>2027-03-27T00:00:00</ExpiryDate><SerialNr>1</SerialNr>`+
			`<UserLicenses xmlns:a="http://schemas.microsoft.com/2003/10/Serialization/Arrays"><a:string>plan</a:string></UserLicenses></Response>`))
}

func FuzzFencing(f *testing.F) {
	fuzz(f, func(ctx context.Context, c *Client) (any, error) { return c.Fencing(ctx) },
		reply88("GetFencingInfoResponse", `<Response><ActiveCount>86</ActiveCount><Maximum>100</Maximum><IsNearingMaximum>true</IsNearingMaximum><WarningMessage>Nearly</WarningMessage></Response>`))
}

func FuzzResult(f *testing.F) {
	fuzz(f, func(ctx context.Context, c *Client) (any, error) {
		return c.ValidateLicence(ctx, Document{"<CanBeActivated>true</CanBeActivated>"})
	}, reply88("ValidateLicenseInfoResponse", `<Response><TableRight i:nil="true"/><Succeeded>false</Succeeded><Reason>Too many</Reason></Response>`))
}

func FuzzSystemInfo(f *testing.F) {
	fuzz(f, func(ctx context.Context, c *Client) (any, error) { return c.SystemInfo(ctx) },
		reply88("GetSystemInfoResponse", `<SystemInfo><License>`+terms88+`</License><BuildLabel>b</BuildLabel><FileVersion>10.2</FileVersion><DaysUntilNetServerExpiry>85</DaysUntilNetServerExpiry><CompanyName>Acme</CompanyName></SystemInfo>`))
}

func FuzzPrincipal(f *testing.F) {
	password := Password{User: "ADM0", Secret: func(context.Context) (secret.Text, error) { return "s3cret", nil }}
	fuzz(f, func(ctx context.Context, c *Client) (any, error) {
		s, err := password.SignIn(ctx, c)
		return []any{s.Principal, string(s.Ticket)}, err
	}, reply88("AuthenticateResponse", `<Response><Associate>ADM0</Associate><RoleName>User level 0</RoleName><FullName>Ada</FullName><FunctionRights xmlns:a="http://schemas.microsoft.com/2003/10/Serialization/Arrays">`+
		`<a:string>admin-all</a:string></FunctionRights><DatabaseContextIdentifier>Default</DatabaseContextIdentifier></Response><Credentials><Ticket>7T:MAA=</Ticket></Credentials><AuthenticationSucceeded>true</AuthenticationSucceeded>`),
		reply88("AuthenticateResponse", `<AuthenticationSucceeded>false</AuthenticationSucceeded>`))
}

func FuzzException(f *testing.F) {
	fuzz(f, status, strings.ReplaceAll(envelope11(no+thrown, response(`<Response i:nil="true"/>`)), ns86, ns88),
		strings.ReplaceAll(envelope11(no+strings.ReplaceAll(thrown, "SoLicenseException", "SoSentryException"), response(okay)), ns86, ns88))
}

func FuzzFault(f *testing.F) {
	fault := `<s:Fault><faultcode xmlns:a="u">a:ActionNotSupported</faultcode><faultstring xml:lang="en-US">no such action</faultstring><detail><x:ExceptionDetail xmlns:x="v"><x:Message>m</x:Message></x:ExceptionDetail></detail></s:Fault>`
	fuzz(f, status, envelope11("", fault), strings.ReplaceAll(envelope11("", `<s:Fault><s:Code><s:Value>s:Sender</s:Value></s:Code><s:Reason><s:Text>no</s:Text></s:Reason></s:Fault>`), soap11, soap12))
}

func status(ctx context.Context, c *Client) (any, error) { return c.LicenceStatus(ctx, "ACME") }

// What is kept of a licence says to a reader of another make what the server's own words said, and goes out as it was kept.
func FuzzDocument(f *testing.F) {
	f.Add(reply88("GetLicenseFromLicenseServerResponse", `<Response>`+licence88+`</Response>`))
	f.Add(reply88("GetLicenseFromLicenseServerResponse", `<Response><Later><any xmlns="urn:any" k="v">a<b xmlns=""/> c</any></Later><New><CompanyName> <![CDATA[<>]]>&#9;</CompanyName></New></Response>`))
	f.Fuzz(func(t *testing.T, body string) {
		c := fixed(body)
		l, d, err := c.LicenceDocument(t.Context(), "ACME")
		if err != nil || d.content == "" {
			return
		}
		kept := standalone(d.content, ns88)
		if _, err := oracle([]byte(body)); err != nil || strings.Count(body, "Response") > 4 {
			return // encoding/xml does not take the server's own words, or there are several licences
		}
		got, err := oracle([]byte(kept))
		if want := spoken(t, body); err != nil || !slices.Equal(got[1:len(got)-1], want) {
			t.Fatalf("%q\nis kept as %q\nwhich says\n%q, %v\nwant\n%q", body, kept, got, err, want)
		}
		var posted string
		var read Licence
		err = throughEnvelope(c, d, func(r *reader) error {
			posted, err = r.capture()
			return errors.Join(err, r.reread(posted, func(r *reader) error { return r.licence(&read) }))
		})
		if err != nil || posted != d.content || dense(t, read) != dense(t, l) {
			t.Fatalf("%q\nis posted as %q, %v\nand read as %+v\nwant %+v", d.content, posted, err, read, l)
		}
	})
}

// throughEnvelope writes a request that posts d and has f read its LicenseInfo.
func throughEnvelope(c *Client, d Document, f func(*reader) error) error {
	s, err := newScanner(c.envelope(call{service: "License", op: "ValidateLicenseInfo", posted: true, members: []member{{"LicenseInfo", d.content}}}))
	if err != nil {
		return err
	}
	r := &reader{scanner: s, space: ns88}
	if _, _, _, err := r.next(); err != nil {
		return err
	}
	return r.each(func(part element) error {
		return r.each(func(element) error {
			if string(part.local) != "Body" {
				return r.skip()
			}
			return r.members(func(string) error { return f(r) })
		})
	})
}

// spoken lists what the first Response of a reply says, as events does, without the blanks between elements.
func spoken(t *testing.T, body string) []string {
	all, err := events([]byte(body))
	if err != nil {
		t.Fatal(err)
	}
	begin := slices.Index(all, "<:"+ns88+" Response")
	depth := 0
	var list []string
	for i := begin; ; i++ {
		what := all[i]
		switch {
		case strings.HasPrefix(what, "<:"):
			depth++
		case strings.HasPrefix(what, ">:"):
			depth--
		case len(bytes.Trim([]byte(what[len("text:"):]), " \t\r\n")) == 0 && !(strings.HasPrefix(all[i-1], "<:") && strings.HasPrefix(all[i+1], ">:")):
			continue
		}
		if depth == 0 {
			return list[1:]
		}
		list = append(list, what)
	}
}
