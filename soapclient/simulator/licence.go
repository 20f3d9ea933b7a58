package simulator

import (
	"crypto/sha512"
	"encoding/base64"
	"strconv"
	"strings"

	"licensewatch/internal/caldate"
)

// extendedLicense writes an ExtendedLicenseInfo's members: the licence in force and, unless it is nil, the
// one that waits. All orders are those of domain.md §1.4.
func (r *reply) extendedLicense(o *Owner, waiting *Licence) {
	r.optional("Reason", overAssigned(&o.Licence, waiting))
	r.bool("CanBeActivated", waiting != nil && overAssigned(&o.Licence, waiting) == "")
	if waiting == nil {
		r.null("New")
	} else {
		r.license("New", o, waiting)
	}
	r.license("Current", o, &o.Licence)
	r.open("ExtendedModuleLicenses", "ArrayOfExtendedModuleLicense")
	for i := range o.Licence.Modules {
		m := &o.Licence.Modules[i]
		r.open("ExtendedModuleLicense", "ExtendedModuleLicense")
		r.extendedModule(o, m, i, waiting)
		r.close("ExtendedModuleLicense")
	}
	r.close("ExtendedModuleLicenses")
	r.date("AccumulatedNextCheckDate", o.Licence.NextCheck.AddDays(1))
}

func (r *reply) extendedModule(o *Owner, m *Module, i int, waiting *Licence) {
	added, newTotal, newFree := 0, 0, 0
	if waiting == nil {
		r.null("New")
	} else {
		next := waiting.module(m.Name)
		r.module("New", o, waiting, next, i)
		added, newTotal, newFree = next.Total-m.Total, next.Total, next.Total-m.InUse
	}
	r.module("Current", o, &o.Licence, m, i)
	r.int("NumberOfLicensesInUse", m.InUse)
	r.int("NumberOfLicensesFree", m.Total-m.InUse)
	r.int("NumberOfLicensesAdded", added)
	r.int("NumberOfLicensesNewTotal", newTotal)
	r.int("NumberOfLicensesNewFree", newFree)
	r.int("NumberOfLicensesTotal", m.Total)
}

func (r *reply) license(name string, o *Owner, l *Licence) {
	r.open(name, "LicenseInfo")
	r.text("CompanyName", l.Company)
	r.text("SerialNr", l.Serial)
	r.text("OwnerName", o.Name)
	r.text("OwnerDescription", o.Description)
	r.date("NextCheckDate", l.NextCheck)
	r.date("MaintenanceDate", l.Maintenance)
	r.date("AdminWarningDate", l.Warning)
	r.date("ExpiryDate", l.Expiry)
	r.date("GraceDate", l.Grace)
	r.int("ExtraFlags", 0)
	r.text("LicenseUrl", l.URL)
	r.text("LicenseVersion", l.Version)
	r.int("DeploymentType", l.Deployment)
	r.optional("ProductType", l.Product)
	r.optional("ProductDescription", l.Product)
	r.open("ModuleLicenses", "ArrayOfModuleLicense")
	for i := range l.Modules {
		r.module("ModuleLicense", o, l, &l.Modules[i], i)
	}
	r.close("ModuleLicenses")
	r.publicKey(o)
	r.text("Signature", signature(o.Name, l.Serial))
	r.close(name)
}

func (r *reply) module(name string, o *Owner, l *Licence, m *Module, i int) {
	r.open(name, "ModuleLicense")
	r.text("OwnerName", o.Name)
	r.text("ModuleName", m.Name)
	r.text("ModuleDescription", m.Description)
	r.text("ModuleTooltip", m.Tooltip)
	r.text("ModuleVersion", l.Version)
	r.word("LicenseType", "LicenseType", orUnknown(m.Type))
	r.bool("Unrestricted", m.Unrestricted)
	r.word("AllowedUserType", "UserType", orUnknown(m.Users))
	r.int("NumberOfLicenses", m.Total)
	r.int("ExtraFlags", m.ExtraFlags)
	r.text("ExtraInfo", m.ExtraInfo)
	r.int("SortOrder", i+1)
	r.bool("IsHidden", m.Hidden)
	r.null("PrerequisiteModuleName")
	r.text("Signature", signature(o.Name, m.Name))
	r.close(name)
}

// publicKey writes the key that signs the owner's licences. Only SUPEROFFICE's is filled.
func (r *reply) publicKey(o *Owner) {
	if !strings.EqualFold(o.Name, superOffice) {
		r.null("PublicKey")
		return
	}
	r.open("PublicKey", "SignedPublicKey")
	r.text("OwnerName", o.Name)
	r.date("SignDate", caldate.New(2010, 1, 1))
	r.date("ExpiryDate", caldate.New(2035, 1, 1))
	prefix := "dsa"
	if r.documented {
		r.start("Key", "dsa:DSAParameters")
	} else {
		prefix = "a"
		r.raw(`<Key xmlns:a="` + dsaSpace + `">`)
	}
	r.foreign(prefix, "Counter", "105")
	r.foreign(prefix, "G", noise("g", 128))
	r.foreign(prefix, "J", noise("j", 108))
	r.foreign(prefix, "P", noise("p", 128))
	r.foreign(prefix, "Q", noise("q", 20))
	r.foreign(prefix, "Seed", noise("s", 20))
	r.foreign(prefix, "Y", noise("y", 128))
	r.close("Key")
	r.text("Signature", signature(o.Name, "key"))
	r.close("PublicKey")
}

// signature returns the base64 of a DSA signature's form, which signs nothing: two numbers of 20 bytes.
func signature(parts ...string) string {
	sum := sha512.Sum512([]byte(strings.Join(parts, ".")))
	der := append([]byte{0x30, 0x2c, 0x02, 0x14}, sum[:20]...)
	der = append(der, 0x02, 0x14)
	return base64.StdEncoding.EncodeToString(append(der, sum[20:40]...))
}

// noise returns the base64 of n bytes that look like a key.
func noise(seed string, n int) string {
	var b []byte
	for i := 0; len(b) < n; i++ {
		sum := sha512.Sum512([]byte(seed + strconv.Itoa(i)))
		b = append(b, sum[:]...)
	}
	return base64.StdEncoding.EncodeToString(b[:n])
}

// waiting returns the licence that the owner's licence server holds ready, or nil if there is none. It follows
// from the status: another year and five more seats in each plan, another company name, another serial number.
func (o *Owner) waiting() *Licence {
	next := o.Licence
	next.Modules = append([]Module(nil), next.Modules...)
	switch o.Status {
	case "NewLicenseAvailable":
		for _, d := range []*caldate.Date{&next.Maintenance, &next.Warning, &next.Expiry, &next.Grace} {
			*d = d.AddDays(365)
		}
		for i := range next.Modules {
			if next.Modules[i].ExtraFlags == 1 {
				next.Modules[i].Total += 5
			}
		}
	case "NewCompanyNameAvailable":
		next.Company += " Group"
	case "NewSerialAvailable":
		next.Serial = "1099000012"
	default:
		return nil
	}
	return &next
}

// overAssigned returns why a waiting licence cannot be activated: more seats in use than it has. "" is that
// it can, or that none waits.
func overAssigned(now, waiting *Licence) string {
	if waiting == nil {
		return ""
	}
	for _, m := range now.Modules {
		if next := waiting.module(m.Name); m.InUse > next.Total && !m.Unrestricted {
			return "More licences of " + m.Description + " are assigned than the new licence has."
		}
	}
	return ""
}

func orUnknown(word string) string {
	if word == "" {
		return "Unknown"
	}
	return word
}
