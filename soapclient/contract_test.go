package soapclient_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"licensewatch/soapclient"
)

func listen(t *testing.T) net.Listener {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// TestEveryRequestKeepsTheContract holds what the client sends, for every operation and version, against
// SuperOffice's own WSDL and schema, where they are at hand.
func TestEveryRequestKeepsTheContract(t *testing.T) {
	checker := contractChecker(t)
	_, c := begin(t, world())
	requests := &recorder{under: c.Transport, seen: map[[sha256.Size]byte]recorded{}}
	for i, version := range soapclient.Versions {
		c := &soapclient.Client{Address: soapclient.Address{Base: c.Address.Base, Version: version}, SignIn: c.SignIn, Transport: requests}
		if i > 0 {
			c.AppToken = known("tok & en")
		}
		askEverything(t, c)
	}
	requests.check(t, checker)
	for op, since := range soapclient.Operations {
		for _, version := range soapclient.Versions {
			if sent := requests.has(version, op); sent != (version >= since) {
				t.Errorf("%s on %s: sent: %v, but %s is the first that has it", op, version, sent, since)
			}
		}
	}
}

// askEverything calls every operation with full, with odd and with empty arguments. What comes back does not matter here.
func askEverything(t *testing.T, c *soapclient.Client) {
	ctx := t.Context()
	for _, owner := range []string{`<Ærlig> & "Sønner"` + "\t\r\n]]>", ""} {
		c.LicenceStatus(ctx, owner)
		c.Licence(ctx, owner)
		c.LicenceFromIssuer(ctx, owner)
		c.ModuleLicence(ctx, owner, owner)
		c.ShopURL(ctx, owner)
		c.ThirdPartyLicences(ctx, len(owner), owner)
		c.LicenceFromFile(ctx, owner)
	}
	for _, id := range []int{0, -11} {
		c.UserLicences(ctx, id)
		c.SatelliteLicences(ctx, id)
		c.UserAndInstallation(ctx, id)
	}
	for _, way := range []soapclient.SignIn{soapclient.Implicit{}, soapclient.AccessToken{Token: func(context.Context) (soapclient.Token, error) {
		return soapclient.Token{Text: "8A:<token> & more"}, nil
	}}} {
		way.SignIn(ctx, c)
	}
	c.Licences(ctx)
	c.UserLicenceList(ctx)
	c.Fencing(ctx)
	c.SystemInfo(ctx)
	_, bare := canned(t, c.Address.Version, map[string]string{"GetLicenseFromLicenseServer": `<Response><ExtendedModuleLicenses>` +
		`<ExtendedModuleLicense><Current><ModuleName>x &amp; y</ModuleName></Current></ExtendedModuleLicense></ExtendedModuleLicenses></Response>`})
	for _, from := range []*soapclient.Client{c, bare} {
		l, d, err := from.LicenceDocument(ctx, "SUPEROFFICE")
		if err != nil {
			t.Fatal(err)
		}
		c.ValidateLicence(ctx, d)
		c.ModuleHistory(ctx, d, l.Modules[0].Current.Name)
	}
}

// recorder keeps every different request on its way.
type recorder struct {
	under http.RoundTripper
	mu    sync.Mutex
	seen  map[[sha256.Size]byte]recorded
}

type recorded struct {
	version, service, op string
	header               http.Header
	body                 []byte
}

func (rec *recorder) RoundTrip(r *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	r = r.Clone(r.Context())
	r.Body = io.NopCloser(bytes.NewReader(body))
	parts := strings.Split(strings.Trim(r.Header.Get("SOAPAction"), `"`), "/")
	if n := len(parts); n > 3 {
		rec.mu.Lock()
		rec.seen[sha256.Sum256(body)] = recorded{parts[n-3], parts[n-2], parts[n-1], r.Header, body}
		rec.mu.Unlock()
	}
	return rec.under.RoundTrip(r)
}

func (rec *recorder) has(version soapclient.Version, op string) bool {
	for _, r := range rec.seen {
		if r.version == string(version) && r.op == op {
			return true
		}
	}
	return false
}

// check holds every request against the contract.
func (rec *recorder) check(t *testing.T, checker string) {
	slots := make(chan struct{}, 2)
	var wg sync.WaitGroup
	for _, r := range rec.seen {
		wg.Go(func() {
			slots <- struct{}{}
			defer func() { <-slots }()
			cmd := exec.CommandContext(t.Context(), checker, "request", r.version, r.service, r.op, "-",
				"--action", r.header.Get("SOAPAction"), "--content-type", r.header.Get("Content-Type"))
			cmd.Stdin = bytes.NewReader(r.body)
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Errorf("%s/%s: %v\n%s\n%.2000s", r.version, r.op, err, out, r.body)
			}
		})
	}
	wg.Wait()
	t.Logf("%d different requests were checked", len(rec.seen))
}

// contractChecker returns the program that holds a message against the contract, or skips the test.
func contractChecker(t *testing.T) string {
	t.Helper()
	if testing.Short() {
		t.Skip("skipped: holding requests against the contract takes ten seconds")
	}
	check, err := filepath.Abs("../../shared/contract/check-envelope")
	if err == nil {
		_, err = os.Stat(check)
	}
	if err != nil {
		t.Skip("skipped: SuperOffice's WSDL and schema are not beside the project")
	}
	for _, program := range []string{"xmllint", "python3"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skipf("skipped: %s is not installed (Debian: libxml2-utils, python3)", program)
		}
	}
	return check
}
