package simulator

import (
	"compress/gzip"
	"encoding/xml"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"licensewatch/internal/caldate"
)

func TestOwnersThatAreNotThere(t *testing.T) {
	s := started(t, Demo())
	base := s.URL("Head office")
	ticket := signIn(t, base)

	tests := []struct {
		name, operation, body string
		exception             string
	}{
		{"the database has none", "GetLicenseFromDB", "<OwnerName>NOBODY</OwnerName>", ""},
		{"no licence server to ask for its status", "GetLicenseStatusFromLicenseServer", "<OwnerName>NOBODY</OwnerName>", noLicence},
		{"no licence server to ask for a licence", "GetLicenseFromLicenseServer", "<OwnerName>NOBODY</OwnerName>", noLicence},
		{"an owner without a name", "GetLicenseStatusFromLicenseServer", "", noLicence},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := post(t, base, msg{"Services86", "License", tt.operation, ticket, tt.body})
			kind, _ := first(got.body, "ExceptionType")
			if got.status != 200 || kind != tt.exception || !strings.Contains(got.body, `<Response i:nil="true"`) {
				t.Errorf("the answer is %d with exception %q: %s", got.status, kind, got.body)
			}
		})
	}
}

func TestStatusOfEachService(t *testing.T) {
	s := started(t, Demo())
	base := s.URL("Head office")
	ticket := signIn(t, base)
	ask := func(v string) string {
		m := statusOf("SUPEROFFICE", ticket)
		m.services = v
		return heard(post(t, base, m))
	}
	for _, v := range versions {
		do(t, s, `Head office SUPEROFFICE status ProblemWithLicense`)
		if got := ask(v); got != "ProblemWithLicense" {
			t.Errorf("%s says %q, want ProblemWithLicense", v, got)
		}
		do(t, s, `Head office SUPEROFFICE status "NotInAnyContract"`)
		if got := ask(v); got != "NotInAnyContract" {
			t.Errorf("%s says %q, want the word as it is", v, got)
		}
		do(t, s, "Head office SUPEROFFICE status NewLicenseActivated")
		want := "SuperOffice.Exceptions.SoLicenseException"
		if v == "Services88" {
			want = "NewLicenseActivated"
		}
		if got := ask(v); got != want {
			t.Errorf("%s says %q for NewLicenseActivated, want %q", v, got, want)
		}
	}
	other := New(Demo())
	other.Activated = "UnknownError"
	if _, err := other.Start("127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	do(t, other, "Head office SUPEROFFICE status NewLicenseActivated")
	base = other.URL("Head office")
	if got := heard(post(t, base, statusOf("SUPEROFFICE", signIn(t, base)))); got != "UnknownError" {
		t.Errorf("Services86 says %q for NewLicenseActivated, want the word that was set", got)
	}
}

// extendedInfo is what a test reads of an ExtendedLicenseInfo. A New that is nil has no OwnerName.
type extendedInfo struct {
	CanBeActivated bool
	Reason         string
	New, Current   struct {
		OwnerName, CompanyName, SerialNr, ExpiryDate, GraceDate string
		ModuleLicenses                                          struct{ ModuleLicense []struct{ ModuleName string } }
	}
	ExtendedModuleLicenses struct {
		ExtendedModuleLicense []struct {
			Current                                         struct{ ModuleName, ExtraInfo string }
			NumberOfLicensesInUse, NumberOfLicensesFree     int
			NumberOfLicensesTotal, NumberOfLicensesNewTotal int
		}
	}
}

func readExtended(t *testing.T, r response, into any) {
	t.Helper()
	if err := xml.Unmarshal([]byte(r.body), into); err != nil {
		t.Fatalf("%v in %s", err, r.body)
	}
}

func TestLicenceOfTheDatabase(t *testing.T) {
	s := started(t, Demo())
	base := s.URL("Head office")
	do(t, s, "Head office SUPEROFFICE seats ten-sales 22/21")
	do(t, s, "Head office SUPEROFFICE date expiry 2027-06-30")
	var reply struct {
		All []extendedInfo `xml:"Body>GetLicenseForAllOwnersFromDBResponse>Response>ExtendedLicenseInfo"`
	}
	readExtended(t, post(t, base, msg{"Services84", "License", "GetLicenseForAllOwnersFromDB", signIn(t, base), ""}), &reply)
	if len(reply.All) != 3 {
		t.Fatalf("there are %d owners, want 3", len(reply.All))
	}
	got := reply.All[0]
	if got.New.OwnerName != "" || got.Current.OwnerName != "SUPEROFFICE" || got.Current.SerialNr != "1010000014" || got.Current.ExpiryDate != "2027-06-30T00:00:00" {
		t.Errorf("the first owner is %+v, with a new licence %+v", got.Current, got.New)
	}
	modules := got.ExtendedModuleLicenses.ExtendedModuleLicense
	if len(modules) != 50 || len(got.Current.ModuleLicenses.ModuleLicense) != 50 {
		t.Fatalf("there are %d and %d modules, want 50 twice", len(modules), len(got.Current.ModuleLicenses.ModuleLicense))
	}
	sales := modules[0]
	if sales.Current.ModuleName != "ten-sales" || !strings.HasPrefix(sales.Current.ExtraInfo, "set=user,web,") ||
		sales.NumberOfLicensesInUse != 22 || sales.NumberOfLicensesTotal != 21 || sales.NumberOfLicensesFree != -1 {
		t.Errorf("the first module is %+v", sales)
	}
	if endless := reply.All[2].Current; endless.ExpiryDate != "9999-12-31T00:00:00" || endless.GraceDate != "0001-01-01T00:00:00" {
		t.Errorf("a licence without end ends %s, its grace %s", endless.ExpiryDate, endless.GraceDate)
	}
}

func TestLicenceThatWaits(t *testing.T) {
	s := started(t, Demo())
	base := s.URL("Head office")
	ticket := signIn(t, base)
	ask := func() extendedInfo {
		var reply struct {
			One extendedInfo `xml:"Body>GetLicenseFromLicenseServerResponse>Response"`
		}
		readExtended(t, post(t, base, msg{"Services88", "License", "GetLicenseFromLicenseServer", ticket, "<OwnerName>superoffice</OwnerName>"}), &reply)
		return reply.One
	}
	if got := ask(); got.New.OwnerName != "" || got.CanBeActivated {
		t.Errorf("without news the licence that waits is %+v", got.New)
	}
	do(t, s, "Head office SUPEROFFICE status NewLicenseAvailable")
	now := caldate.Of(time.Now())
	got := ask()
	if want := now.AddDays(220+365).String() + "T00:00:00"; got.New.OwnerName == "" || got.New.ExpiryDate != want || !got.CanBeActivated {
		t.Fatalf("the new licence is %+v, want one that ends %s", got.New, want)
	}
	if n := got.ExtendedModuleLicenses.ExtendedModuleLicense[0].NumberOfLicensesNewTotal; n != 26 {
		t.Errorf("it has %d seats of the first plan, want 26", n)
	}
	do(t, s, "Head office SUPEROFFICE seats ten-sales 30/21")
	if got := ask(); got.CanBeActivated || got.Reason == "" {
		t.Errorf("with more seats in use than the new licence has, activation is %t with reason %q", got.CanBeActivated, got.Reason)
	}
	do(t, s, "Head office SUPEROFFICE status NewSerialAvailable")
	if got := ask(); got.New.OwnerName == "" || got.New.SerialNr == got.Current.SerialNr {
		t.Errorf("the new serial number is that of %+v", got.New)
	}
	do(t, s, "Head office SUPEROFFICE status NewCompanyNameAvailable")
	if got := ask(); got.New.OwnerName == "" || got.New.CompanyName == got.Current.CompanyName {
		t.Errorf("the new company name is that of %+v", got.New)
	}
}

func TestSystemInfoNeedsNoTicket(t *testing.T) {
	s := started(t, Demo())
	got := post(t, s.URL("Head office"), msg{"Services86", "SoPrincipal", "GetSystemInfo", "", ""})
	if serial, _ := first(got.body, "SerialNr"); serial != "1010000014" {
		t.Errorf("the serial number is %q in %s", serial, got.body)
	}
}

func TestDocumentedFormOfReplies(t *testing.T) {
	w := Demo()
	w.Sites[0].Documented = true
	s := started(t, w)
	base := s.URL("Head office")
	ticket := signIn(t, base)
	for _, m := range calls("Services86", "SUPEROFFICE", ticket) {
		got := post(t, base, m)
		if got.status != 200 {
			continue // an exception, for which that form has no place
		}
		for _, part := range []string{`="http://www.w3.org/2003/05/soap-envelope"`, `xsi:type="`} {
			if !strings.Contains(got.body, part) {
				t.Errorf("%s lacks %s: %.500s", m.operation, part, got.body)
			}
		}
		if strings.Contains(got.body, "Header") || !isWhole(got.body) {
			t.Errorf("%s has a Header or is not whole", m.operation)
		}
	}
	status := post(t, base, statusOf("SUPEROFFICE", ticket)).body
	if !strings.Contains(status, `<ns:LicenseStatus xsi:type="ns:LicenseStatus">Ok</ns:LicenseStatus>`) || !strings.Contains(status, `<ns:Message xsi:type="xsd:string">`) {
		t.Errorf("the status is %s", status)
	}
	info := post(t, base, msg{"Services86", "SoPrincipal", "GetSystemInfo", "", ""}).body
	if date, _ := first(info, "ExpiryDate"); !strings.HasSuffix(date, "T00:00:00Z") {
		t.Errorf("a date is %q, want one with Z", date)
	}
	if got := post(t, base, statusOf("SUPEROFFICE", "7T:gone")); got.status != 500 || !strings.Contains(got.body, "SoSessionException") {
		t.Errorf("an exception, which that form cannot hold, is answered %d %s", got.status, got.body)
	}
}

func TestRepliesAreCompressedForWhoTakesThat(t *testing.T) {
	s := started(t, Demo())
	base := s.URL("Head office")
	m := statusOf("SUPEROFFICE", signIn(t, base))
	for accept, want := range map[string]string{"gzip": "gzip", "deflate, GZIP;q=0.5": "gzip", "identity": "", "gzip;q=0": ""} {
		got, err := raw(t.Context(), base, m, http.Header{"Accept-Encoding": {accept}}, m.envelope())
		if err != nil {
			t.Fatal(err)
		}
		body := got.body
		if encoding := got.header.Get("Content-Encoding"); encoding != want {
			t.Errorf("Accept-Encoding %q is answered with %q, want %q", accept, encoding, want)
		} else if encoding == "gzip" {
			z, err := gzip.NewReader(strings.NewReader(body))
			if err != nil {
				t.Fatal(err)
			}
			b, err := io.ReadAll(z)
			if err != nil {
				t.Fatal(err)
			}
			body = string(b)
		}
		if word, _ := first(body, "LicenseStatus"); word != "Ok" {
			t.Errorf("Accept-Encoding %q: the status is %q", accept, word)
		}
	}
}

func TestExchangeTellsWhatWentOverTheWire(t *testing.T) {
	s := New(Demo())
	var mu sync.Mutex
	var seen []Exchange
	s.OnRequest = func(ex Exchange) {
		mu.Lock()
		defer mu.Unlock()
		seen = append(seen, ex)
	}
	if _, err := s.Start("127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	m := signInAs("admin", "wrong")
	got := post(t, s.URL("Nordlys"), m)
	mu.Lock()
	defer mu.Unlock()
	if len(seen) != 1 {
		t.Fatalf("%d exchanges were told, want 1", len(seen))
	}
	ex := seen[0]
	if ex.Site != "Nordlys" || ex.Services != m.services || ex.Service != m.service || ex.Operation != m.operation || ex.Method != "POST" ||
		ex.SOAPAction != m.action() || ex.ContentType != "text/xml; charset=utf-8" || string(ex.Request) != m.envelope() ||
		ex.Status != 200 || ex.ReplyType != "text/xml; charset=utf-8" || string(ex.Reply) != got.body {
		t.Errorf("the exchange is %+v", ex)
	}
	if a, b := s.Requests("Nordlys", ""), s.Requests("Head office", ""); a != 1 || b != 0 {
		t.Errorf("%d and %d requests are counted, want 1 and 0", a, b)
	}
}
