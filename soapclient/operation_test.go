package soapclient_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"licensewatch/internal/caldate"
	"licensewatch/soapclient"
)

// reads are NetServer's operations that this program may call. An operation is added here only when NetServer's own
// documentation says that it changes nothing.
var reads = []string{
	"AuthenticateImplicit", "AuthenticateUsernamePassword", "AuthenticateWithAccessToken", "GetFencingInfo",
	"GetLicenseForAllOwnersFromDB", "GetLicenseFromDB", "GetLicenseFromFile", "GetLicenseFromLicenseServer",
	"GetLicenseStatusFromLicenseServer", "GetModuleLicenseFromDB", "GetModuleLicenseHistoryFromLicenseServer",
	"GetSatelliteLicenses", "GetShopUrl", "GetSystemInfo", "GetThirdPartyLicenseAssignments",
	"GetUserAndInstallationLicenceStatus", "GetUserLicenses", "GetUserLicensesMDOList", "ValidateLicenseInfo",
}

// writes are those that change licences. No file of the program may so much as name one.
var writes = []string{
	"ActivateLicenseInfo", "AddLicenseFromFile", "ChangeSerialNumber", "RemoveLicenseFromDB", "AssignThirdPartyLicenses",
	"UnassignThirdPartyLicenses", "SaveCentralLicense",
}

func TestTheClientCallsWhatReadsAndNothingElse(t *testing.T) {
	if got := slices.Sorted(maps.Keys(soapclient.Operations)); !slices.Equal(got, reads) {
		t.Errorf("the client can call\n%v\nwant\n%v", got, reads)
	}
}

// The table is what the client itself goes by: an operation taken out of it is not sent.
func TestWhatIsNotListedIsNotSent(t *testing.T) {
	for op, ask := range map[string]func(*soapclient.Client) error{
		"GetShopUrl":    func(c *soapclient.Client) error { _, err := c.ShopURL(t.Context(), "SUPEROFFICE"); return err },
		"GetSystemInfo": func(c *soapclient.Client) error { _, err := c.SystemInfo(t.Context()); return err },
	} {
		n, c := canned(t, "Services86", nil)
		since := soapclient.Operations[op]
		delete(soapclient.Operations, op)
		err := ask(c)
		soapclient.Operations[op] = since
		if err == nil || !strings.Contains(err.Error(), op+" is not among") || len(n.requests) > 0 {
			t.Errorf("%v after %d requests, want an error before any", err, len(n.requests))
		}
	}
}

func TestNoFileNamesAnOperationThatWrites(t *testing.T) {
	files := 0
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		files++
		text, err := os.ReadFile(path)
		for _, op := range writes {
			if bytes.Contains(text, []byte(op)) {
				t.Errorf("%s names %s", path, op)
			}
		}
		return err
	})
	if err != nil || files < 50 {
		t.Errorf("%d files were searched, %v; want the whole program", files, err)
	}
}

// netserver answers each operation with the content that it is given for the reply's wrapper.
type netserver struct {
	replies  map[string]string
	requests map[string]string // the last one of each operation
}

func (n *netserver) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	space, op, _ := strings.Cut(strings.Trim(r.Header.Get("SOAPAction"), `"`), "/License/")
	body, _ := io.ReadAll(r.Body)
	n.requests[op] = string(body)
	w.Header().Set("Content-Type", "text/xml; charset=utf-8")
	fmt.Fprintf(w, `<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Header><h:Succeeded xmlns:h="%[1]s">true</h:Succeeded></e:Header><e:Body>`+
		`<%[2]sResponse xmlns="%[1]s" xmlns:x="http://www.w3.org/2001/XMLSchema-instance">%[3]s</%[2]sResponse></e:Body></e:Envelope>`, space, op, n.replies[op])
}

func canned(t *testing.T, version soapclient.Version, replies map[string]string) (*netserver, *soapclient.Client) {
	t.Helper()
	n := &netserver{replies, map[string]string{}}
	s := httptest.NewServer(n)
	t.Cleanup(s.Close)
	return n, &soapclient.Client{
		Address:   soapclient.Address{Base: s.URL + "/Remote/", Version: version},
		SignIn:    soapclient.Ticket{Secret: known("7T:dGlja2V0")},
		Transport: s.Client().Transport,
	}
}

const carrier = `<TableRight x:nil="true"/><FieldProperties><FieldPropertyDictionaryKeyValuePair><Key>Name</Key><Value x:nil="true"/></FieldPropertyDictionaryKeyValuePair></FieldProperties>`

// answers are replies of each operation that is not polled, and what they say.
var answers = []struct {
	op, reply string
	ask       func(*testing.T, *soapclient.Client) (any, error)
	want      any // nothing: the value for a Response that is nil
	nothing   any
	sent      string // in the request
}{
	{
		"GetModuleLicenseFromDB",
		`<Response><OwnerName>ACME</OwnerName><ModuleName>plan</ModuleName><ModuleDescription>Plan &lt;A&gt;</ModuleDescription><ModuleTooltip/><ModuleVersion>10</ModuleVersion>` +
			`<LicenseType>UserLicense</LicenseType><Unrestricted>true</Unrestricted><AllowedUserType>InternalAssociate</AllowedUserType><NumberOfLicenses>5</NumberOfLicenses>` +
			`<ExtraFlags>1</ExtraFlags><ExtraInfo>set=user,web</ExtraInfo><SortOrder>3</SortOrder><IsHidden>false</IsHidden><PrerequisiteModuleName x:nil="true"/><Signature>c2ln</Signature></Response>`,
		func(t *testing.T, c *soapclient.Client) (any, error) {
			return c.ModuleLicence(t.Context(), "ACME & <co>", "plan")
		},
		&soapclient.Module{Owner: "ACME", Name: "plan", Description: "Plan <A>", Version: "10", Type: "UserLicense", Unrestricted: true,
			UserType: "InternalAssociate", Licences: 5, ExtraFlags: 1, ExtraInfo: "set=user,web", SortOrder: 3},
		(*soapclient.Module)(nil),
		`<OwnerName>ACME &amp; &lt;co&gt;</OwnerName><ModuleName>plan</ModuleName>`,
	},
	{
		"GetShopUrl", `<Response>https://shop.example/?a=1&amp;b=2</Response>`,
		func(t *testing.T, c *soapclient.Client) (any, error) { return c.ShopURL(t.Context(), "ACME") },
		"https://shop.example/?a=1&b=2", "", `<OwnerName>ACME</OwnerName>`,
	},
	{
		"GetUserLicenses",
		`<Response><LicenseOwner>` + carrier + `<Name>ACME</Name><Description>Acme</Description><RestrictedModuleLicenses><ModuleLicenseLink>` + carrier +
			`<Unrestricted>false</Unrestricted><Total>9</Total><Tooltip>tip</Tooltip><CanAssign>true</CanAssign><Free>2</Free><InUse>7</InUse><IsHidden>true</IsHidden>` +
			`<Assigned>true</Assigned><ModuleLicenseId>12</ModuleLicenseId><Name>plan</Name><Description>Plan</Description><PrerequisiteModuleName>user</PrerequisiteModuleName>` +
			`<SortOrder>4</SortOrder><ExtraFlags>1</ExtraFlags></ModuleLicenseLink></RestrictedModuleLicenses><UnrestrictedModuleLicenses><ModuleLicenseLink><Unrestricted>true</Unrestricted></ModuleLicenseLink>` +
			`</UnrestrictedModuleLicenses></LicenseOwner><LicenseOwner><Name>OTHER</Name><RestrictedModuleLicenses x:nil="true"/></LicenseOwner></Response>`,
		func(t *testing.T, c *soapclient.Client) (any, error) { return c.UserLicences(t.Context(), 11) },
		[]soapclient.Assignments{{Owner: "ACME", Description: "Acme", Restricted: []soapclient.Assignment{assigned}, Unrestricted: []soapclient.Assignment{{Unrestricted: true}}}, {Owner: "OTHER"}},
		[]soapclient.Assignments(nil),
		`<AssociateId>11</AssociateId>`,
	},
	{
		"GetSatelliteLicenses", `<Response><LicenseOwner><Name>ACME</Name></LicenseOwner></Response>`,
		func(t *testing.T, c *soapclient.Client) (any, error) { return c.SatelliteLicences(t.Context(), 0) },
		[]soapclient.Assignments{{Owner: "ACME"}}, []soapclient.Assignments(nil), `<SatelliteId>0</SatelliteId>`,
	},
	{
		"GetThirdPartyLicenseAssignments",
		`<Response><ModuleLicenseLink><Total>9</Total><Tooltip>tip</Tooltip><CanAssign>true</CanAssign><Free>2</Free><InUse>7</InUse><IsHidden>true</IsHidden><Assigned>1</Assigned>` +
			`<ModuleLicenseId>12</ModuleLicenseId><Name>plan</Name><Description>Plan</Description><PrerequisiteModuleName>user</PrerequisiteModuleName><SortOrder>4</SortOrder><ExtraFlags>1</ExtraFlags></ModuleLicenseLink></Response>`,
		func(t *testing.T, c *soapclient.Client) (any, error) {
			return c.ThirdPartyLicences(t.Context(), 11, "ACME")
		},
		[]soapclient.Assignment{assigned}, []soapclient.Assignment(nil), `<AssociateId>11</AssociateId><ModuleOwner>ACME</ModuleOwner>`,
	},
	{
		"GetUserLicensesMDOList",
		`<Response><SelectableMDOListItem>` + carrier + `<Id>7</Id><Name>Sales</Name><ToolTip>tip</ToolTip><Deleted>true</Deleted><Rank>2</Rank><Type>licence</Type><ColorBlock>255</ColorBlock>` +
			`<IconHint>icon</IconHint><Selected>true</Selected><LastChanged>2026-03-27T23:59:59.123</LastChanged><ChildItems><SelectableMDOListItem><Id>8</Id></SelectableMDOListItem></ChildItems>` +
			`<ExtraInfo>more</ExtraInfo><StyleHint>style</StyleHint><Hidden>true</Hidden><FullName>Sales, all</FullName></SelectableMDOListItem></Response>`,
		func(t *testing.T, c *soapclient.Client) (any, error) { return c.UserLicenceList(t.Context()) },
		[]soapclient.ListItem{{ID: 7, Name: "Sales", FullName: "Sales, all", Tooltip: "tip", Type: "licence", Rank: 2, Selected: true, Deleted: true, Hidden: true,
			LastChanged: caldate.New(2026, 3, 27), ColourBlock: 255, IconHint: "icon", StyleHint: "style", ExtraInfo: "more", Children: []soapclient.ListItem{{ID: 8}}}},
		[]soapclient.ListItem(nil), "GetUserLicensesMDOList",
	},
	{
		"GetUserAndInstallationLicenceStatus",
		`<Response><AdminWarningDate>2027-02-27T00:00:00</AdminWarningDate><ExpiryDate>2027-03-27T00:00:00</ExpiryDate><GraceDate>9999-12-31T00:00:00</GraceDate>` +
			`<CompanyName>Acme AS</CompanyName><SerialNr>1010000014</SerialNr><UserLicenses xmlns:n="http://schemas.microsoft.com/2003/10/Serialization/Arrays"><n:string>plan</n:string><n:string>web</n:string></UserLicenses></Response>`,
		func(t *testing.T, c *soapclient.Client) (any, error) { return c.UserAndInstallation(t.Context(), 11) },
		&soapclient.UserAndInstallation{AdminWarning: caldate.New(2027, 2, 27), Expiry: caldate.New(2027, 3, 27), Grace: caldate.Never, Company: "Acme AS", Serial: "1010000014",
			UserLicences: []string{"plan", "web"}},
		(*soapclient.UserAndInstallation)(nil), `<AssociateId>11</AssociateId>`,
	},
	{
		"GetFencingInfo",
		`<Response>` + carrier + `<ActiveCount>86</ActiveCount><Maximum>100</Maximum><IsNearingMaximum>true</IsNearingMaximum><HasReachedMaximum>false</HasReachedMaximum><WarningMessage>Nearly</WarningMessage><WarningTooltip>14 left</WarningTooltip></Response>`,
		func(t *testing.T, c *soapclient.Client) (any, error) { return c.Fencing(t.Context()) },
		&soapclient.Fencing{Active: 86, Maximum: 100, Nearing: true, Message: "Nearly", Tooltip: "14 left"}, (*soapclient.Fencing)(nil), "GetFencingInfo",
	},
}

var assigned = soapclient.Assignment{ID: 12, Name: "plan", Description: "Plan", Tooltip: "tip", Assigned: true, CanAssign: true, Total: 9, InUse: 7, Free: 2,
	Hidden: true, Prerequisite: "user", SortOrder: 4, ExtraFlags: 1}

func TestAnswers(t *testing.T) {
	for _, tt := range answers {
		t.Run(tt.op, func(t *testing.T) {
			n, c := canned(t, "Services88", map[string]string{tt.op: tt.reply})
			if got, err := tt.ask(t, c); err != nil || !reflect.DeepEqual(got, tt.want) {
				t.Errorf("%+v, %v; want %+v", got, err, tt.want)
			}
			if !strings.Contains(n.requests[tt.op], tt.sent) {
				t.Errorf("the request %s does not hold %s", n.requests[tt.op], tt.sent)
			}
			for _, empty := range []string{`<Response x:nil="true"/>`, ``} {
				n.replies[tt.op] = empty
				if got, err := tt.ask(t, c); err != nil || !reflect.DeepEqual(got, tt.nothing) {
					t.Errorf("for %q: %+v, %v; want %+v", empty, got, err, tt.nothing)
				}
			}
			if strings.HasPrefix(tt.reply, `<Response><`) {
				n.replies[tt.op] = `<Response><SortOrder>x</SortOrder><SelectableMDOListItem><Id>x</Id></SelectableMDOListItem><LicenseOwner><RestrictedModuleLicenses><ModuleLicenseLink>` +
					`<Total>x</Total></ModuleLicenseLink></RestrictedModuleLicenses></LicenseOwner><ModuleLicenseLink><Total>x</Total></ModuleLicenseLink><ExpiryDate>x</ExpiryDate><Maximum>x</Maximum></Response>`
				got, err := tt.ask(t, c)
				if e, ok := errors.AsType[*soapclient.Error](err); !ok || e.Kind != soapclient.KindContract || e.Op != tt.op || !reflect.DeepEqual(got, tt.nothing) {
					t.Errorf("a value that is none gives %+v, %v; want a breach of the contract", got, err)
				}
			}
		})
	}
}

func TestWhatOnlyServices88HasIsNotAskedOfOlderServers(t *testing.T) {
	for _, tt := range answers[len(answers)-2:] {
		for _, version := range soapclient.Versions[:4] {
			n, c := canned(t, version, nil)
			c.SignIn = soapclient.Password{User: "ADM0", Secret: known("s3cret")} // it would ask the server
			_, err := tt.ask(t, c)
			e, ok := errors.AsType[*soapclient.Error](err)
			if !ok || e.Kind != soapclient.KindFault || e.Reason != soapclient.ReasonVersion || e.Host == "" || !strings.Contains(e.Text, string(version)) || !strings.Contains(e.Text, "Services88") {
				t.Errorf("%s on %s: %+v, want an error that names both versions", tt.op, version, err)
			}
			if len(n.requests) > 0 {
				t.Errorf("%s was sent to %s", tt.op, version)
			}
		}
	}
}
