package simulator

import (
	"encoding/xml"
	"fmt"
	"slices"
	"strings"
)

// posted is a LicenseInfo as a client or a file brings it.
type posted struct {
	owner     string
	about     string // the owner's description
	licence   Licence
	signature string
	seals     []string // the modules' signatures
	key       *value
}

// licenceOf reads a LicenseInfo; nil is none.
func licenceOf(v *value) *posted {
	if v == nil {
		return nil
	}
	p := &posted{owner: v.string("OwnerName"), about: v.string("OwnerDescription"), signature: v.string("Signature"), key: v.get("PublicKey"), licence: Licence{
		Company: v.string("CompanyName"), Serial: v.string("SerialNr"), Version: v.string("LicenseVersion"), URL: v.string("LicenseUrl"),
		Deployment: v.int("DeploymentType"), Product: v.string("ProductType"),
		NextCheck: v.date("NextCheckDate"), Maintenance: v.date("MaintenanceDate"), Warning: v.date("AdminWarningDate"),
		Expiry: v.date("ExpiryDate"), Grace: v.date("GraceDate"),
	}}
	for _, m := range v.get("ModuleLicenses").list() {
		p.licence.Modules = append(p.licence.Modules, moduleOf(m))
		p.seals = append(p.seals, m.string("Signature"))
	}
	return p
}

func moduleOf(v *value) Module {
	return Module{Name: v.string("ModuleName"), Description: v.string("ModuleDescription"), Tooltip: v.string("ModuleTooltip"),
		Type: v.string("LicenseType"), Users: v.string("AllowedUserType"), Total: v.int("NumberOfLicenses"),
		ExtraFlags: v.int("ExtraFlags"), ExtraInfo: v.string("ExtraInfo"), Unrestricted: v.bool("Unrestricted"), Hidden: v.bool("IsHidden")}
}

// flaw returns what on the way has become of what the issuer signed; "": nothing.
func (p *posted) flaw() string {
	switch {
	case p.signature == "":
		return "The licence's signature is missing."
	case p.signature != p.licence.signature(p.owner):
		return "The licence does not match its signature."
	case !hasPublicKey(p.owner) && p.key != nil:
		return "The public key is not the owner's."
	case hasPublicKey(p.owner) && p.key == nil:
		return "The public key is missing."
	case hasPublicKey(p.owner) && !isPublicKey(p.key, p.owner):
		return "The public key is not the owner's."
	}
	for i, m := range p.licence.Modules {
		if m.signature(p.owner, p.licence.Version) != p.seals[i] {
			return fmt.Sprintf("The module %s does not match its signature.", m.Name)
		}
	}
	return ""
}

func isPublicKey(key *value, owner string) bool {
	for _, m := range publicKeyMembers() {
		if key.get("Key").string(m.name) != m.text {
			return false
		}
	}
	return key.string("OwnerName") == owner && key.string("Signature") == signature(owner, "key")
}

// inconsistency returns why a posted ExtendedLicenseInfo would not be activated; "": it would.
func (s *Site) inconsistency(v *value) string {
	now, waiting := licenceOf(v.get("Current")), licenceOf(v.get("New"))
	if now == nil {
		return "There is no current licence."
	}
	o := s.owner(now.owner)
	switch {
	case o == nil:
		return fmt.Sprintf("There is no owner '%s'.", now.owner)
	case now.flaw() != "":
		return now.flaw()
	case now.signature != o.Licence.signature(o.Name):
		return "The current licence is not the one in force: another serial number, date or number of licences."
	case len(v.get("ExtendedModuleLicenses").list()) < len(o.Licence.Modules):
		return "The use of the licences is missing."
	case waiting == nil:
		return overAssigned(&o.Licence, &now.licence)
	case !strings.EqualFold(waiting.owner, o.Name):
		return "The new licence is another owner's."
	case waiting.flaw() != "":
		return waiting.flaw()
	case !slices.Contains(o.serials(), waiting.licence.Serial):
		return "The new licence has another serial number."
	}
	return overAssigned(&o.Licence, &waiting.licence)
}

// serials returns the serial numbers that a licence of the owner may have at this site.
func (o *Owner) serials() []string {
	list := []string{o.Licence.Serial}
	if next := o.waiting(); next != nil {
		list = append(list, next.Serial)
	}
	return list
}

// validate answers whether what was posted is what was handed out, and can be activated.
func validate(c *call) (body, *exception) {
	why := c.at.inconsistency(c.args.get("LicenseInfo"))
	return func(r *reply) {
		r.member("Response", "LicenseResult")
		r.carrier()
		r.bool("Succeeded", why == "")
		r.optional("Reason", why)
		r.close("Response")
	}, nil
}

// history answers what the owner's licence server knows of a module, as text. It needs the whole licence.
func history(c *call) (body, *exception) {
	if why := c.at.inconsistency(c.args.get("LicenseInfo")); why != "" {
		return nil, &exception{kind: "SoLicenseException", text: why, friendly: why}
	}
	o := c.at.owner(c.owner())
	asked := moduleOf(c.args.get("ModuleLicense").get("Current"))
	m := o.Licence.module(asked.Name)
	if m == nil {
		return nil, &exception{kind: "SoLicenseException", text: fmt.Sprintf("%s has no module '%s'.", o.Name, asked.Name)}
	}
	return text(fmt.Sprintf("%s (%s)\r\nSerial number %s: %d licences since %s", m.Description, m.Name, o.Licence.Serial, m.Total,
		o.Licence.Expiry.AddDays(-365))), nil
}

// fromFile compares a licence file with what is in force.
func fromFile(c *call) (body, *exception) {
	file, err := readFile(c.args.string("FileContent"))
	if err != nil {
		return nil, &exception{kind: "SoLicenseException", text: "The licence file cannot be read: " + err.Error(),
			friendly: "The file is not a licence file."}
	}
	if why := file.flaw(); why != "" {
		return nil, &exception{kind: "SoLicenseException", text: why, friendly: why}
	}
	o := c.at.owner(file.owner)
	if o == nil {
		return extended(&Owner{Name: file.owner, Description: file.about}, nil, &file.licence), nil
	}
	if !slices.Contains(o.serials(), file.licence.Serial) {
		return nil, &exception{kind: "SoLicenseException", text: "The serial number of the file is " + file.licence.Serial + ".",
			friendly: "The licence file is another installation's."}
	}
	return extended(o, &o.Licence, &file.licence), nil
}

// fileSpace is where a file's elements live; the reader takes any.
const fileSpace = "http://schemas.datacontract.org/2004/07/SuperOffice.License"

// readFile reads a licence file: a LicenseInfo, members in alphabetical order (domain.md §4.3).
func readFile(content string) (*posted, error) {
	root, err := parseXML([]byte(content))
	if err != nil {
		return nil, err
	}
	if root == nil || root.name.Local != "LicenseInfo" {
		return nil, fmt.Errorf("it does not begin with LicenseInfo")
	}
	v, err := serializer{space: root.name.Space, alphabetical: true}.read(root, "LicenseInfo")
	if v == nil && err == nil {
		err = fmt.Errorf("it is empty")
	}
	return licenceOf(v), err
}

// LicenceFile returns the licence of a site's owner as the file that its issuer would send: the licence that
// waits, or else the one in force. It is "" if there is no such owner.
func (s *Server) LicenceFile(site, owner string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	at := s.place(site)
	if at == nil || at.owner(owner) == nil {
		return ""
	}
	o := at.owner(owner)
	l := o.waiting()
	if l == nil {
		l = &o.Licence
	}
	r := &reply{space: fileSpace}
	r.raw(`<file xmlns="` + fileSpace + `" xmlns:i="` + xsiSpace + `">`)
	r.license("LicenseInfo", o, l)
	r.raw(`</file>`)
	root, err := parseXML(r.Bytes())
	if err != nil {
		panic("simulator: a licence cannot be read back: " + err.Error())
	}
	var b strings.Builder
	root.children[0].writeSorted(&b, "")
	return `<?xml version="1.0" encoding="utf-8"?>` + b.String()
}

// writeSorted writes n with its elements in alphabetical order. space is the default namespace around it.
func (n *node) writeSorted(b *strings.Builder, space string) {
	b.WriteString("<" + n.name.Local)
	if n.name.Space != space {
		b.WriteString(` xmlns="` + n.name.Space + `"`)
	}
	if n.isNil() {
		b.WriteString(` xmlns:i="` + xsiSpace + `" i:nil="true"`)
	}
	b.WriteString(">")
	if len(n.children) == 0 {
		_ = xml.EscapeText(b, []byte(n.text)) // a Builder takes everything
	}
	sorted := slices.SortedStableFunc(slices.Values(n.children), func(x, y *node) int { return strings.Compare(x.name.Local, y.name.Local) })
	for _, child := range sorted {
		child.writeSorted(b, n.name.Space)
	}
	b.WriteString("</" + n.name.Local + ">")
}
