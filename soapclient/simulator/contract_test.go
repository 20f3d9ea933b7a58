package simulator

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

var versions = []string{"Services84", "Services85", "Services86", "Services87", "Services88"}

// TestRepliesKeepTheContract holds the bytes of every kind of reply against SuperOffice's own WSDL and schema.
func TestRepliesKeepTheContract(t *testing.T) {
	check := contractChecker(t)
	s := New(corners())
	s.AccessTokens = func(token string) (string, bool) { return "admin", token == "8A:admin" }
	var mu sync.Mutex
	var seen []Exchange
	s.OnRequest = func(ex Exchange) {
		mu.Lock()
		defer mu.Unlock()
		same := func(e Exchange) bool {
			return e.Services == ex.Services && e.Operation == ex.Operation && bytes.Equal(e.Reply, ex.Reply)
		}
		if !slices.ContainsFunc(seen, same) {
			seen = append(seen, ex)
		}
	}
	if _, err := s.Start("127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for _, v := range versions {
		askAll(t, s, v)
	}
	askWords(t, s)

	replies := make(chan Exchange)
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() {
			for ex := range replies {
				if out, err := check(ex); err != nil {
					t.Errorf("%s %s: %v: %s\n%.2000s", ex.Services, ex.Operation, err, out, ex.Reply)
				}
			}
		})
	}
	for _, ex := range seen {
		replies <- ex
	}
	close(replies)
	wg.Wait()
	if want := 5 * 15 * 5; len(seen) < want {
		t.Errorf("%d different replies were checked, want %d at least", len(seen), want)
	}
	t.Logf("%d different replies were checked", len(seen))

	foreign := seen[0]
	foreign.Reply = bytes.ReplaceAll(foreign.Reply, []byte(ns(foreign.Services)), []byte("http://tempuri.org/"))
	if _, err := check(foreign); err == nil {
		t.Error("a reply in a foreign namespace passes, so the check is worth nothing")
	}
}

// corners is a world with all that a reply may have to carry: texts that need escaping, no owners, no modules,
// every date sentinel, more seats in use than owned.
func corners() World {
	w := cloud()
	odd := Owner{Name: "ODD", Description: `<b>&amp; "quoted" 'text'` + "\x00\u202e\r\n\t]]>", Licence: Licence{
		Company: "Ærlig & Sønner \U0001F600 \xff", Modules: []Module{{Name: "over", Type: "UserLicense", Total: 1, InUse: 9}, {}}}}
	w.Sites = append(w.Sites,
		newSite("Nothing", "/Nothing"),
		newSite("Odd", "", odd, Owner{Name: "EMPTY"}),
	)
	return w
}

// calls are all operations of a version, for an owner.
func calls(v, owner, ticket string) []msg {
	name := "<OwnerName>" + owner + "</OwnerName>"
	const associate = "<AssociateId>11</AssociateId>"
	list := []msg{
		{v, "SoPrincipal", "AuthenticateUsernamePassword", "", signInAs("admin", string(DemoPassword)).body},
		{v, "SoPrincipal", "AuthenticateImplicit", "", ""},
		{v, "SoPrincipal", "GetSystemInfo", "", ""},
		{v, "License", "GetLicenseStatusFromLicenseServer", ticket, name},
		{v, "License", "GetLicenseForAllOwnersFromDB", ticket, ""},
		{v, "License", "GetLicenseFromDB", ticket, name},
		{v, "License", "GetLicenseFromLicenseServer", ticket, name},
		{v, "License", "GetModuleLicenseFromDB", ticket, name + "<ModuleName>ten-sales</ModuleName>"},
		{v, "License", "GetModuleLicenseHistoryFromLicenseServer", ticket, ""},
		{v, "License", "GetShopUrl", ticket, name},
		{v, "License", "ValidateLicenseInfo", ticket, ""},
		{v, "License", "GetLicenseFromFile", ticket, "<FileContent>no licence</FileContent>"},
		{v, "License", "GetUserLicenses", ticket, associate},
		{v, "License", "GetSatelliteLicenses", ticket, "<SatelliteId>0</SatelliteId>"},
		{v, "License", "GetUserLicensesMDOList", ticket, ""},
		{v, "License", "GetThirdPartyLicenseAssignments", ticket, associate + "<ModuleOwner>" + owner + "</ModuleOwner>"},
	}
	if v >= "Services86" {
		list = append(list, msg{v, "SoPrincipal", "AuthenticateWithAccessToken", "", "<AccessToken>8A:admin</AccessToken>"})
	}
	if v == "Services88" {
		list = append(list, msg{v, "License", "GetUserAndInstallationLicenceStatus", ticket, associate}, msg{v, "License", "GetFencingInfo", ticket, ""})
	}
	return list
}

// askAll draws every operation's plain reply, exception, fault and corners in one version.
func askAll(t *testing.T, s *Server, v string) {
	ask := func(site, owner, ticket string) {
		for _, m := range calls(v, owner, ticket) {
			post(t, s.URL(site), m)
		}
	}
	signIn := func(site string) string { return signIn(t, s.URL(site)) }
	ask("Warehouse", "SUPEROFFICE", signIn("Warehouse"))
	ask("Nothing", "SUPEROFFICE", signIn("Nothing"))
	ask("Odd", "ODD", signIn("Odd"))
	ask("Odd", "EMPTY", signIn("Odd"))
	askPosted(t, s, v)
	for _, m := range calls(v, "SUPEROFFICE", "8A:admin") {
		postBy(t, s.URL("Cloud"), applicationToken, m)
	}
	ask("Warehouse", "SUPEROFFICE", "7T:gone")
	post(t, s.URL("Odd"), msg{v, "SoPrincipal", "AuthenticateUsernamePassword", "", "<UserName>admin</UserName>"})
	do(t, s, `Warehouse fault exception "<text> & more"`)
	ask("Warehouse", "SUPEROFFICE", "7T:any")
	do(t, s, `Warehouse fault exception-type SoLicenseException "<text>" inner EndpointNotFoundException "& more"`)
	post(t, s.URL("Warehouse"), statusOf("SUPEROFFICE", "7T:any"))
	do(t, s, "Warehouse fault soapfault")
	post(t, s.URL("Warehouse"), statusOf("SUPEROFFICE", ""))
	do(t, s, "Warehouse fault none")
}

// askPosted draws the replies to what was handed out and comes back.
func askPosted(t *testing.T, s *Server, v string) {
	base := s.URL("Head office")
	ticket := signIn(t, base)
	do(t, s, "Head office SUPEROFFICE status NewLicenseAvailable")
	defer do(t, s, "Head office SUPEROFFICE status Ok")
	from := handedOut(t, base, v, ticket, "GetLicenseFromLicenseServer", "SUPEROFFICE")
	for _, m := range []msg{
		validateOf(v, ticket, from), historyOf(v, ticket, from, "ten-sales"),
		fileOf(v, ticket, s.LicenceFile("Head office", "SUPEROFFICE")),
	} {
		if got := post(t, base, m); !strings.Contains(got.body, `Succeeded xmlns:h="`+ns(v)+`">true`) {
			t.Errorf("%s %s is answered %.1000s", v, m.operation, got.body)
		}
	}
}

// askWords draws every word of status, and what goes with it, on an old service and on the newest.
func askWords(t *testing.T, s *Server) {
	base := s.URL("Odd")
	ticket := signIn(t, base)
	do(t, s, `Odd ODD message "<i>Renew</i> & \"more\"" url "https://shop.example/?a=1&b=2"`)
	do(t, s, "Odd ODD date expiry +5d")
	do(t, s, "Odd ODD date grace never")
	for _, word := range statusWords[1:] {
		do(t, s, "Odd ODD status "+word)
		for _, v := range []string{"Services86", "Services88"} {
			for _, m := range calls(v, "ODD", ticket) {
				if strings.HasSuffix(m.operation, "FromLicenseServer") { // the others say the same whatever the word
					post(t, base, m)
				}
			}
		}
	}
}

// contractChecker returns the checker of the contract that is kept beside this repository, or skips the test.
func contractChecker(t *testing.T) func(Exchange) (string, error) {
	t.Helper()
	if testing.Short() {
		t.Skip("holding replies against the contract takes half a minute")
	}
	path := filepath.Join(repositoryRoot(t), "..", "shared", "contract", "check-envelope")
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		t.Skip("../shared/contract/check-envelope is not here, so replies are not held against the contract")
	}
	for _, tool := range []string{"python3", "xmllint"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("%s is missing, so replies are not held against the contract", tool)
		}
	}
	return func(ex Exchange) (string, error) {
		cmd := exec.CommandContext(t.Context(), "python3", path, "response", ex.Services, ex.Service, ex.Operation, "-", "--content-type", ex.ReplyType)
		cmd.Stdin = bytes.NewReader(ex.Reply)
		out, err := cmd.CombinedOutput()
		return strings.TrimSpace(string(out)), err
	}
}

// repositoryRoot returns the folder of go.mod.
func repositoryRoot(t *testing.T) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for at := dir; ; at = filepath.Dir(at) {
		if _, err := os.Stat(filepath.Join(at, "go.mod")); err == nil {
			return at
		}
		if at == filepath.Dir(at) {
			t.Fatal(fmt.Errorf("no go.mod above %s", dir))
		}
	}
}
