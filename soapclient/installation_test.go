package soapclient_test

import (
	"errors"
	"strings"
	"testing"

	"licensewatch/soapclient"
)

const admin = 11 // her number at the simulated sites

// TestWhatIsNotPolledOnEveryVersion asks a NetServer for all that a licence's owner may want to look up, in both forms of replies.
func TestWhatIsNotPolledOnEveryVersion(t *testing.T) {
	for _, documented := range []bool{false, true} {
		w := world()
		w.Sites[0].Documented = documented
		w.Sites[0].Owners[0].Licence.Modules[3].Tooltip = "two\r\nlines & <more>"
		w.Sites[0].Limit.Active, w.Sites[0].Limit.Maximum = 90, 100
		s, c := begin(t, w)
		do(t, s, "Head office SUPEROFFICE status NewLicenseAvailable")
		for _, version := range soapclient.Versions {
			t.Run(string(version), func(t *testing.T) {
				c := &soapclient.Client{Address: soapclient.Address{Base: c.Address.Base, Version: version}, SignIn: c.SignIn, Transport: c.Transport}
				checkPosting(t, c, s.LicenceFile("Head office", "SUPEROFFICE"))
				checkAssignments(t, c)
				checkNewest(t, c)
			})
		}
	}
}

// checkPosting has the server check that what comes back is what it handed out, keys and signatures and all.
func checkPosting(t *testing.T, c *soapclient.Client, file string) {
	t.Helper()
	ctx := t.Context()
	l, d, err := c.LicenceDocument(ctx, "SUPEROFFICE")
	if err != nil || l == nil || l.New == nil || len(l.Modules) != 50 || l.Modules[3].Current.Tooltip != "two\r\nlines & <more>" {
		t.Fatalf("LicenceDocument = %+v, %v", l, err)
	}
	if res, err := c.ValidateLicence(ctx, d); err != nil || res != (soapclient.Result{Succeeded: true}) {
		t.Errorf("ValidateLicence = %+v, %v", res, err)
	}
	module := l.Modules[3].Current
	if text, err := c.ModuleHistory(ctx, d, module.Name); err != nil || !strings.Contains(text, "("+module.Name+")\r\nSerial number "+l.Current.Serial) {
		t.Errorf("ModuleHistory = %q, %v", text, err)
	}
	if one, err := c.ModuleLicence(ctx, "SUPEROFFICE", module.Name); err != nil || one == nil || *one != *module {
		t.Errorf("ModuleLicence = %+v, %v; want %+v", one, err, module)
	}
	if none, err := c.ModuleLicence(ctx, "SUPEROFFICE", "fax"); err != nil || none != nil {
		t.Errorf("a module that is not there: %+v, %v", none, err)
	}
	if url, err := c.ShopURL(ctx, "SUPEROFFICE"); err != nil || url != "https://shop.superoffice.example/?serial="+l.Current.Serial {
		t.Errorf("ShopURL = %q, %v", url, err)
	}
	fromFile, d, err := c.LicenceFromFile(ctx, file)
	if err != nil || fromFile == nil || fromFile.New == nil || fromFile.New.Expiry != l.New.Expiry {
		t.Fatalf("LicenceFromFile = %+v, %v", fromFile, err)
	}
	if res, err := c.ValidateLicence(ctx, d); err != nil || !res.Succeeded {
		t.Errorf("ValidateLicence of the file's = %+v, %v", res, err)
	}
}

func checkAssignments(t *testing.T, c *soapclient.Client) {
	t.Helper()
	ctx := t.Context()
	assigned := func(list []soapclient.Assignment) (names []string) {
		for _, a := range list {
			if a.Assigned {
				names = append(names, a.Name)
			}
		}
		return names
	}
	owners, err := c.UserLicences(ctx, admin)
	if err != nil || len(owners) != 2 || owners[0].Owner != "SUPEROFFICE" || len(owners[0].Restricted)+len(owners[0].Unrestricted) == 0 {
		t.Fatalf("UserLicences = %+v, %v", owners, err)
	}
	mine := append(assigned(owners[0].Restricted), assigned(owners[0].Unrestricted)...)
	other, err := c.ThirdPartyLicences(ctx, admin, owners[0].Owner)
	if err != nil || len(mine) == 0 || len(assigned(other)) != len(mine) {
		t.Errorf("ThirdPartyLicences = %+v, %v; want those of %v", other, err, mine)
	}
	central, err := c.SatelliteLicences(ctx, 0)
	if err != nil || len(central) != 2 || central[1].Owner != "PARTNER01" {
		t.Errorf("SatelliteLicences = %+v, %v", central, err)
	}
	list, err := c.UserLicenceList(ctx)
	if err != nil || len(list) != 2 || list[0].Name != "SUPEROFFICE" || len(list[0].Children) != len(owners[0].Restricted)+len(owners[0].Unrestricted) {
		t.Errorf("UserLicenceList = %+v, %v", list, err)
	}
	if _, err := c.UserLicences(ctx, 999); err == nil {
		t.Error("an associate that is not there has licences")
	}
}

func checkNewest(t *testing.T, c *soapclient.Client) {
	t.Helper()
	u, err := c.UserAndInstallation(t.Context(), admin)
	f, err2 := c.Fencing(t.Context())
	if c.Address.Version == "Services88" {
		if err != nil || u == nil || !u.Expiry.IsDay() || u.Serial == "" || len(u.UserLicences) == 0 {
			t.Errorf("UserAndInstallation = %+v, %v", u, err)
		}
		if err2 != nil || f == nil || f.Active != 90 || f.Maximum != 100 || !f.Nearing || f.Reached || f.Message == "" {
			t.Errorf("Fencing = %+v, %v", f, err2)
		}
		return
	}
	for _, err := range []error{err, err2} {
		if e, ok := errors.AsType[*soapclient.Error](err); !ok || e.Reason != soapclient.ReasonVersion {
			t.Errorf("%v, want %s", err, soapclient.ReasonVersion)
		}
	}
}
