package foreign

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"licensewatch/internal/caldate"
	"licensewatch/internal/secret"
	"licensewatch/soapclient"
	"licensewatch/soapclient/simulator"
)

// operations are all that the client calls, in the given version.
func operations(version soapclient.Version) []string {
	list := []string{
		"GetSystemInfo", "AuthenticateUsernamePassword", "AuthenticateImplicit", "GetLicenseStatusFromLicenseServer", "GetLicenseForAllOwnersFromDB",
		"GetLicenseFromDB", "GetLicenseFromLicenseServer", "ValidateLicenseInfo", "GetModuleLicenseHistoryFromLicenseServer", "GetModuleLicenseFromDB",
		"GetLicenseFromFile", "GetShopUrl", "GetUserLicenses", "GetSatelliteLicenses", "GetUserLicensesMDOList", "GetThirdPartyLicenseAssignments",
	}
	if version >= "Services86" {
		list = append(list, "AuthenticateWithAccessToken")
	}
	if version >= "Services88" {
		list = append(list, "GetUserAndInstallationLicenceStatus", "GetFencingInfo")
	}
	return list
}

func known(text secret.Text) func(context.Context) (secret.Text, error) {
	return func(context.Context) (secret.Text, error) { return text, nil }
}

func client(w *wire, version soapclient.Version, signIn soapclient.SignIn) *soapclient.Client {
	return &soapclient.Client{
		Address: soapclient.Address{Base: w.URL + "/Remote/", Version: version}, SignIn: signIn, AppToken: known(token),
		Transport: soapclient.NewTransport(soapclient.TransportOptions{}),
	}
}

// Facts that the generated servers tell of every licence.
var (
	expiry = caldate.New(2027, 6, 30)
	grace  = caldate.New(2027, 7, 12)
)

func TestOurClientReadsForeignServers(t *testing.T) {
	each(t, func(t *testing.T, s stack, version soapclient.Version) {
		w := tap(t, start(t, s.server()))
		c := client(w, version, soapclient.Password{User: user, Secret: known(password)})
		q := asker{t, c}
		q.polled()
		q.posted()
		q.assignments(version)
		if p := c.Principal(); p.Associate != "admin" || p.FullName != "Ada Admin" || fmt.Sprint(p.Rights) != "[admin-all]" {
			t.Errorf("signed in as %+v", p)
		}
		signIns(t, w, version)
		w.hold(t, version, operations(version))
	})
}

// signIns tries the other ways in, and a ticket that the server does not know.
func signIns(t *testing.T, w *wire, version soapclient.Version) {
	accessToken := soapclient.AccessToken{Token: func(context.Context) (soapclient.Token, error) {
		return soapclient.Token{Text: "8A:Cust12345.token"}, nil
	}}
	for _, signIn := range []soapclient.SignIn{soapclient.Implicit{}, accessToken} {
		_, direct := signIn.(soapclient.AccessToken)
		_, err := client(w, version, signIn).LicenceStatus(t.Context(), "ACME")
		if direct = direct && version < "Services86"; (err == nil) == direct { // there the token itself is the ticket, which these servers do not know
			t.Errorf("%T: %v", signIn, err)
		}
	}
	for _, wrong := range []soapclient.SignIn{soapclient.Password{User: user, Secret: known("wrong")}, soapclient.Ticket{Secret: known("7T:old")}} {
		_, err := client(w, version, wrong).Licences(t.Context())
		e, ok := errors.AsType[*soapclient.Error](err)
		if !ok || e.Kind != soapclient.KindSignIn || e.Reason == "" || strings.Contains(err.Error(), "   at ") {
			t.Errorf("%T: %v, want a sign-in that is refused", wrong, err)
		}
	}
}

// asker asks a foreign server with our client and compares.
type asker struct {
	*testing.T
	c *soapclient.Client
}

func (q asker) want(op string, err error, got, want any) {
	q.Helper()
	if err != nil || fmt.Sprint(got) != fmt.Sprint(want) {
		q.Errorf("%s = %v, %v; want %v", op, got, err, want)
	}
}

// facts are what a licence says, in a line.
func facts(l *soapclient.Licence) string {
	if l == nil || l.Current == nil {
		return "none"
	}
	c := l.Current
	line := fmt.Sprint(c.Owner, " ", c.Description, " ", c.Company, " ", c.Serial, " ", c.AdminWarning, " ", c.Expiry, " ", c.Grace, " ", c.Maintenance, " ", c.NextCheck, " ", l.AccumulatedNextCheck)
	for _, m := range l.Modules {
		line += fmt.Sprintf(" %s %q %s %d %q %v %d/%d/%d", m.Current.Name, m.Current.Description, m.Current.Type, m.Current.ExtraFlags, m.Current.ExtraInfo, m.Current.Hidden, m.InUse, m.Free, m.Total)
	}
	return line + fmt.Sprint(" ", len(c.Modules))
}

func licenceOf(owner string) string {
	return fmt.Sprint(owner, " Issuer ", owner, " Fjord AS 1010000014 ", caldate.New(2027, 5, 31), " ", expiry, " ", grace, " ", expiry, " ", caldate.New(2026, 12, 1), " ", caldate.New(2026, 12, 2),
		` ten-sales "Sales <Premium> & more" UserLicense 1 "set=user,web" false 20/1/21 1`)
}

func (q asker) polled() {
	ctx := q.Context()
	info, err := q.c.SystemInfo(ctx)
	q.want("GetSystemInfo", err, info.Company+" "+info.Serial+" "+info.Version, "Fjord AS 1010000014 11.11.9658.1")
	v, err := q.c.LicenceStatus(ctx, "SUPEROFFICE")
	q.want("GetLicenseStatusFromLicenseServer", err, v, soapclient.Verdict{Status: "UseCustomMessageAndUrl", Message: "Renew <soon> & well", URL: "https://shop.example/?a=1&b=2"})
	all, err := q.c.Licences(ctx)
	var lines []string
	for _, l := range all {
		lines = append(lines, facts(&l))
	}
	q.want("GetLicenseForAllOwnersFromDB", err, lines, []string{licenceOf("SUPEROFFICE"), licenceOf("ACME")})
	one, err := q.c.Licence(ctx, "ACME")
	q.want("GetLicenseFromDB", err, facts(one), licenceOf("ACME"))
	none, err := q.c.Licence(ctx, "NOBODY")
	q.want("GetLicenseFromDB of nobody", err, facts(none), "none")
	issued, err := q.c.LicenceFromIssuer(ctx, "SUPEROFFICE")
	q.want("GetLicenseFromLicenseServer", err, facts(issued), licenceOf("SUPEROFFICE"))
	m, err := q.c.ModuleLicence(ctx, "ACME", "ten <sales>")
	if q.want("GetModuleLicenseFromDB", err, m != nil, true); m != nil {
		q.want("its module", nil, m.Owner+" "+m.Name, "ACME ten <sales>")
	}
	shop, err := q.c.ShopURL(ctx, "ACME")
	q.want("GetShopUrl", err, shop, "https://shop.example/?owner=ACME&more=1")
}

// posted sends a licence back; the server says what arrived of it.
func (q asker) posted() {
	ctx := q.Context()
	const whole = "1010000014 prime 7 MCwCFA== 1"
	l, d, err := q.c.LicenceDocument(ctx, "SUPEROFFICE")
	q.want("GetLicenseFromLicenseServer", err, facts(l), licenceOf("SUPEROFFICE"))
	res, err := q.c.ValidateLicence(ctx, d)
	q.want("ValidateLicenseInfo", err, res, soapclient.Result{Succeeded: true, Reason: whole})
	history, err := q.c.ModuleHistory(ctx, d, "ten-sales")
	q.want("GetModuleLicenseHistoryFromLicenseServer", err, history, "ten-sales of "+whole)
	file, _, err := q.c.LicenceFromFile(ctx, "<licence>å & ü</licence>")
	if q.want("GetLicenseFromFile", err, file != nil, true); file != nil {
		q.want("its reason", nil, file.Reason, "<licence>å & ü</licence>")
	}
}

func (q asker) assignments(version soapclient.Version) {
	ctx := q.Context()
	seat := soapclient.Assignment{ID: 12, Name: "ten-sales", Description: "Sales Premium", Tooltip: "tip", Assigned: true, CanAssign: true, Total: 21, InUse: 20, Free: 1, SortOrder: 73}
	seat.Hidden = version >= "Services87"
	if version >= "Services88" {
		seat.ExtraFlags = 1
	}
	list, err := q.c.UserLicences(ctx, 11)
	q.want("GetUserLicenses", err, list, []soapclient.Assignments{{Owner: "SUPEROFFICE", Description: "user 11", Restricted: []soapclient.Assignment{seat}}})
	list, err = q.c.SatelliteLicences(ctx, 0)
	q.want("GetSatelliteLicenses", err, list, []soapclient.Assignments{{Owner: "SUPEROFFICE", Description: "satellite 0", Restricted: []soapclient.Assignment{seat}}})
	items, err := q.c.UserLicenceList(ctx)
	q.want("GetUserLicensesMDOList", err, items, []soapclient.ListItem{{ID: 12, Name: "Sales Premium", LastChanged: caldate.New(2026, 1, 2)}})
	third, err := q.c.ThirdPartyLicences(ctx, 11, "ACME")
	q.want("GetThirdPartyLicenseAssignments", err, third, []soapclient.Assignment{seat})
	if version < "Services88" {
		return
	}
	u, err := q.c.UserAndInstallation(ctx, 11)
	if q.want("GetUserAndInstallationLicenceStatus", err, u != nil, true); u != nil {
		q.want("its contents", nil, fmt.Sprint(u.Company, u.Expiry, u.UserLicences), fmt.Sprint("Fjord AS", expiry, []string{"ten-sales", "web"}))
	}
	f, err := q.c.Fencing(ctx)
	if q.want("GetFencingInfo", err, f != nil, true); f != nil {
		q.want("its contents", nil, *f, soapclient.Fencing{Active: 86, Maximum: 100, Nearing: true})
	}
}

func TestForeignClientsReadOurSimulator(t *testing.T) {
	each(t, func(t *testing.T, s stack, version soapclient.Version) {
		world := simulator.Build(1, 2, 3)
		site := &world.Sites[0]
		site.Path, site.WindowsHeader = "", "X-Remote-User"
		site.Users[0].Name, site.Users[0].Password, site.Users[0].Windows = user, password, user
		site.Owners[0].Status, site.Owners[0].Message, site.Owners[0].URL = "UseCustomMessage", "Renew <soon>", ""
		site.Owners[1].Name = "ACME"
		sim := simulator.New(world)
		address, err := sim.Start("127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(sim.Close)
		w := tap(t, address)
		brought := call(t, s.client(w.URL+"/Remote/"+string(version)+"/"))
		compare(t, brought, site.Owners, version)
		w.hold(t, version, operations(version))
	})
}

// compare holds what a foreign client understood against the simulator's world.
func compare(t *testing.T, brought map[string]string, owners []simulator.Owner, version soapclient.Version) {
	t.Helper()
	line := func(o simulator.Owner) string {
		l := o.Licence
		text := fmt.Sprint(o.Name, " ", l.Company, " ", l.Serial, " ", l.Expiry, " ", l.Grace)
		for _, m := range l.Modules {
			text += fmt.Sprintf(" %s=%d/%d", m.Name, m.InUse, m.Total)
		}
		return text
	}
	main := owners[0]
	want := map[string]string{
		"AuthenticateImplicit":              "true " + user + " admin-all admin-users bulk-update",
		"AuthenticateUsernamePassword":      "true " + user + " admin-all admin-users bulk-update",
		"GetLicenseStatusFromLicenseServer": "UseCustomMessage Renew <soon>",
		"GetLicenseForAllOwnersFromDB":      line(owners[0]) + "; " + line(owners[1]) + ";",
		"GetLicenseFromDB":                  line(main),
		"GetLicenseFromLicenseServer":       line(main),
		"GetModuleLicenseFromDB":            main.Licence.Modules[0].Name,
	}
	for op, what := range want {
		if got := brought[op]; got != what {
			t.Errorf("%s brought %q, want %q", op, got, what)
		}
	}
	contain := map[string]string{
		"ValidateLicenseInfo":                      "true",
		"GetSystemInfo":                            main.Licence.Serial,
		"GetModuleLicenseHistoryFromLicenseServer": main.Licence.Modules[0].Name,
		"GetShopUrl":                               "https://",
		"GetUserLicenses":                          "SUPEROFFICE: ",
		"GetSatelliteLicenses":                     "SUPEROFFICE: ",
	}
	if version >= "Services88" {
		contain["GetUserAndInstallationLicenceStatus"] = fmt.Sprint(main.Licence.Expiry)
		contain["GetFencingInfo"] = "/"
	}
	for op, what := range contain {
		if got := brought[op]; !strings.Contains(got, what) {
			t.Errorf("%s brought %q, want %q in it", op, got, what)
		}
	}
	for op, what := range brought {
		if strings.HasPrefix(what, "failed: ") {
			t.Errorf("%s %s", op, what)
		}
	}
}
