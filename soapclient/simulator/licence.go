package simulator

import (
	"crypto/sha512"
	"encoding/base64"
	"strconv"
	"strings"

	"licensewatch/internal/caldate"
)

// extendedLicense writes an ExtendedLicenseInfo's members: the licence in force and the one that waits, of
// which either may be nil. All orders are those of domain.md §1.4.
func (r *reply) extendedLicense(o *Owner, now, waiting *Licence) {
	reason := overAssigned(now, waiting)
	r.optional("Reason", reason)
	r.bool("CanBeActivated", waiting != nil && reason == "")
	r.licenseOrNil("New", o, waiting)
	r.licenseOrNil("Current", o, now)
	r.open("ExtendedModuleLicenses", "ArrayOfExtendedModuleLicense")
	for i, name := range moduleNames(now, waiting) {
		r.open("ExtendedModuleLicense", "ExtendedModuleLicense")
		r.extendedModule(o, name, i, now, waiting)
		r.close("ExtendedModuleLicense")
	}
	r.close("ExtendedModuleLicenses")
	next := now
	if next == nil {
		next = waiting
	}
	r.date("AccumulatedNextCheckDate", next.NextCheck.AddDays(1))
}

// moduleNames returns the modules of both licences: those in force first. Either may be nil.
func moduleNames(now, waiting *Licence) []string {
	var names []string
	for _, l := range []*Licence{now, waiting} {
		if l == nil {
			continue
		}
		for _, m := range l.Modules {
			if l == now || now.module(m.Name) == nil {
				names = append(names, m.Name)
			}
		}
	}
	return names
}

func (r *reply) extendedModule(o *Owner, name string, i int, now, waiting *Licence) {
	var m, next Module // the zero Module has no seats
	added := 0
	r.moduleOrNil("New", o, waiting, name, i, &next)
	r.moduleOrNil("Current", o, now, name, i, &m)
	if waiting != nil {
		added = next.Total - m.Total
	}
	newFree := 0
	if waiting != nil {
		newFree = next.Total - m.InUse
	}
	r.int("NumberOfLicensesInUse", m.InUse)
	r.int("NumberOfLicensesFree", m.Total-m.InUse)
	r.int("NumberOfLicensesAdded", added)
	r.int("NumberOfLicensesNewTotal", next.Total)
	r.int("NumberOfLicensesNewFree", newFree)
	r.int("NumberOfLicensesTotal", m.Total)
}

// moduleOrNil writes the module of that name and copies it to found, if the licence is there and has it.
func (r *reply) moduleOrNil(element string, o *Owner, l *Licence, name string, i int, found *Module) {
	m := l.module(name)
	if m == nil {
		r.null(element)
		return
	}
	*found = *m
	r.module(element, o, l, m, i)
}

func (r *reply) licenseOrNil(name string, o *Owner, l *Licence) {
	if l == nil {
		r.null(name)
		return
	}
	r.license(name, o, l)
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
	r.text("Signature", l.signature(o.Name))
	r.close(name)
}

func (r *reply) module(name string, o *Owner, l *Licence, m *Module, i int) {
	r.open(name, "ModuleLicense")
	r.moduleMembers(o.Name, l.Version, m, i)
	r.close(name)
}

func (r *reply) moduleMembers(owner, version string, m *Module, i int) {
	r.text("OwnerName", owner)
	r.text("ModuleName", m.Name)
	r.text("ModuleDescription", m.Description)
	r.text("ModuleTooltip", m.Tooltip)
	r.text("ModuleVersion", version)
	r.word("LicenseType", "LicenseType", orUnknown(m.Type))
	r.bool("Unrestricted", m.Unrestricted)
	r.word("AllowedUserType", "UserType", orUnknown(m.Users))
	r.int("NumberOfLicenses", m.Total)
	r.int("ExtraFlags", m.ExtraFlags)
	r.text("ExtraInfo", m.ExtraInfo)
	r.int("SortOrder", i+1)
	r.bool("IsHidden", m.Hidden)
	r.null("PrerequisiteModuleName")
	r.text("Signature", m.signature(owner, version))
}

// publicKey writes the key that signs the owner's licences. Only SUPEROFFICE's is filled.
func (r *reply) publicKey(o *Owner) {
	if !hasPublicKey(o.Name) {
		r.null("PublicKey")
		return
	}
	r.open("PublicKey", "SignedPublicKey")
	r.text("OwnerName", o.Name)
	r.date("SignDate", caldate.New(2010, 1, 1))
	r.date("ExpiryDate", caldate.New(2035, 1, 1))
	prefix, nilPrefix := "dsa", "xsi"
	if r.documented {
		r.start("Key", "dsa:DSAParameters")
	} else {
		prefix, nilPrefix = "a", "i"
		r.raw(`<Key xmlns:a="` + dsaSpace + `">`)
	}
	for _, m := range publicKeyMembers() {
		if m.text == "" {
			r.raw(`<` + prefix + `:` + m.name + ` ` + nilPrefix + `:nil="true"/>`)
		} else {
			r.foreign(prefix, m.name, m.text)
		}
	}
	r.close("Key")
	r.text("Signature", signature(o.Name, "key"))
	r.close("PublicKey")
}

// publicKeyMembers returns the DSAParameters of the key, in sequence; "" is nil (domain.md §1.8, D).
func publicKeyMembers() []struct{ name, text string } {
	return []struct{ name, text string }{{"Counter", "0"}, {"G", noise("g", 128)}, {"J", ""}, {"P", noise("p", 128)},
		{"Q", noise("q", 20)}, {"Seed", ""}, {"Y", noise("y", 128)}}
}

// hasPublicKey reports whether the owner's licences come with the key: SUPEROFFICE's alone do.
func hasPublicKey(owner string) bool { return strings.EqualFold(owner, superOffice) }

// signature returns the issuer's signature of all that l says, its modules by name and number.
func (l *Licence) signature(owner string) string {
	parts := []string{owner, l.Company, l.Serial, l.Version, l.URL, strconv.Itoa(l.Deployment), l.Product,
		l.NextCheck.String(), l.Maintenance.String(), l.Warning.String(), l.Expiry.String(), l.Grace.String()}
	for i := range l.Modules {
		parts = append(parts, l.Modules[i].Name, strconv.Itoa(l.Modules[i].Total))
	}
	return signature(parts...)
}

// signature returns the issuer's signature of all that m says.
func (m *Module) signature(owner, version string) string {
	return signature(owner, m.Name, m.Description, m.Tooltip, version, orUnknown(m.Type), strconv.FormatBool(m.Unrestricted),
		orUnknown(m.Users), strconv.Itoa(m.Total), strconv.Itoa(m.ExtraFlags), m.ExtraInfo, strconv.FormatBool(m.Hidden))
}

// signature returns the base64 of a DSA signature's form: two numbers of 20 bytes. It is a hash of parts as XML
// can hold them, and nobody needs a key to make it.
func signature(parts ...string) string {
	for i, part := range parts {
		if !isWord(part) {
			parts[i] = escaped(part)
		}
	}
	sum := sha512.Sum512([]byte(strings.Join(parts, "\x00")))
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

func orUnknown(word string) string {
	if word == "" {
		return "Unknown"
	}
	return word
}
