package simulator

import (
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"licensewatch/internal/caldate"
)

// A request's members are read as WCF's serialiser reads them: by the types of domain.md §1.4, in sequence.
// What stands out of order, in another namespace or twice is passed over in silence (domain.md §1.1); what
// is there and cannot be of its type is refused.

// member is one of a contract's. Its kind is a type of XML Schema, an enumeration, or a contract.
type member struct{ name, kind string }

// contract is a type that has members.
type contract struct {
	members  []member // in sequence; an array's are one, which repeats
	array    bool
	space    string // "" is the service's own
	required bool   // all members must be there
}

const (
	kindString = "string"
	kindInt    = "int"
	kindBool   = "boolean"
	kindDate   = "dateTime"
	kindBase64 = "base64Binary"
)

// contracts are the types that requests post.
var contracts = map[string]contract{
	"SoCredentials": {members: []member{{"Ticket", kindString}}},
	"ExtendedLicenseInfo": {members: []member{{"Reason", kindString}, {"CanBeActivated", kindBool}, {"New", "LicenseInfo"},
		{"Current", "LicenseInfo"}, {"ExtendedModuleLicenses", "ArrayOfExtendedModuleLicense"}, {"AccumulatedNextCheckDate", kindDate}}},
	"LicenseInfo": {members: []member{{"CompanyName", kindString}, {"SerialNr", kindString}, {"OwnerName", kindString},
		{"OwnerDescription", kindString}, {"NextCheckDate", kindDate}, {"MaintenanceDate", kindDate}, {"AdminWarningDate", kindDate},
		{"ExpiryDate", kindDate}, {"GraceDate", kindDate}, {"ExtraFlags", kindInt}, {"LicenseUrl", kindString},
		{"LicenseVersion", kindString}, {"DeploymentType", kindInt}, {"ProductType", kindString}, {"ProductDescription", kindString},
		{"ModuleLicenses", "ArrayOfModuleLicense"}, {"PublicKey", "SignedPublicKey"}, {"Signature", kindString}}},
	"ModuleLicense": {members: []member{{"OwnerName", kindString}, {"ModuleName", kindString}, {"ModuleDescription", kindString},
		{"ModuleTooltip", kindString}, {"ModuleVersion", kindString}, {"LicenseType", "LicenseType"}, {"Unrestricted", kindBool},
		{"AllowedUserType", "UserType"}, {"NumberOfLicenses", kindInt}, {"ExtraFlags", kindInt}, {"ExtraInfo", kindString},
		{"SortOrder", kindInt}, {"IsHidden", kindBool}, {"PrerequisiteModuleName", kindString}, {"Signature", kindString}}},
	"ExtendedModuleLicense": {members: []member{{"New", "ModuleLicense"}, {"Current", "ModuleLicense"},
		{"NumberOfLicensesInUse", kindInt}, {"NumberOfLicensesFree", kindInt}, {"NumberOfLicensesAdded", kindInt},
		{"NumberOfLicensesNewTotal", kindInt}, {"NumberOfLicensesNewFree", kindInt}, {"NumberOfLicensesTotal", kindInt}}},
	"SignedPublicKey": {members: []member{{"OwnerName", kindString}, {"SignDate", kindDate}, {"ExpiryDate", kindDate},
		{"Key", "DSAParameters"}, {"Signature", kindString}}},
	"DSAParameters": {space: dsaSpace, required: true, members: []member{{"Counter", kindInt}, {"G", kindBase64}, {"J", kindBase64},
		{"P", kindBase64}, {"Q", kindBase64}, {"Seed", kindBase64}, {"Y", kindBase64}}},
	"ArrayOfModuleLicense":         {array: true, members: []member{{"ModuleLicense", "ModuleLicense"}}},
	"ArrayOfExtendedModuleLicense": {array: true, members: []member{{"ExtendedModuleLicense", "ExtendedModuleLicense"}}},
}

// enumerations are the types that are words (domain.md §1.4).
var enumerations = map[string][]string{
	"LicenseType": {"Unknown", "SiteLicense", "SatelliteLicense", "UserLicense"},
	"UserType": {"Unknown", "InternalAssociate", "ResourceAssociate", "ExternalAssociate", "AnonymousAssociate",
		"SystemAssociate"},
}

// value is an element that was read. A nil value is one that is absent or nil.
type value struct {
	text    string
	members map[string]*value
	items   []*value // of an array, nil ones left out
}

// get returns a member, or nil.
func (v *value) get(name string) *value {
	if v == nil {
		return nil
	}
	return v.members[name]
}

func (v *value) string(name string) string {
	if m := v.get(name); m != nil {
		return m.text
	}
	return ""
}

// int returns a member of that type, which was checked as it was read.
func (v *value) int(name string) int {
	n, _ := strconv.Atoi(strings.TrimSpace(v.string(name)))
	return n
}

func (v *value) bool(name string) bool {
	s := strings.TrimSpace(v.string(name))
	return s == "true" || s == "1"
}

func (v *value) date(name string) caldate.Date {
	d, _ := caldate.Parse(strings.TrimSpace(v.string(name)))
	return d
}

func (v *value) list() []*value {
	if v == nil {
		return nil
	}
	return v.items
}

// serializer reads contracts.
type serializer struct {
	space        string // the service's
	alphabetical bool   // the order of members in files (domain.md §4.3), instead of the sequence
}

// read returns n as kind, or why it cannot be that.
func (s serializer) read(n *node, kind string) (*value, error) {
	c, isContract := contracts[kind]
	switch {
	case n.isNil() && (isContract && kind != "DSAParameters" || kind == kindString || kind == kindBase64):
		return nil, nil
	case isContract:
		return s.members(n, c)
	case len(n.children) > 0:
		return nil, fmt.Errorf("element '%s' holds elements where %s is expected", n.name.Local, kind)
	}
	if err := checkScalar(strings.TrimSpace(n.text), kind); err != nil {
		return nil, fmt.Errorf("the value '%.40s' of element '%s' cannot be parsed as the type '%s'", n.text, n.name.Local, kind)
	}
	return &value{text: n.text}, nil
}

// members reads what n holds of c.
func (s serializer) members(n *node, c contract) (*value, error) {
	v := &value{members: map[string]*value{}}
	space := c.space
	if space == "" {
		space = s.space
	}
	next := c.members
	if s.alphabetical {
		next = slices.SortedFunc(slices.Values(next), func(a, b member) int { return strings.Compare(a.name, b.name) })
	}
	for _, child := range n.children {
		i := slices.IndexFunc(next, func(m member) bool { return child.is(space, m.name) })
		if i < 0 {
			continue
		}
		read, err := s.read(child, next[i].kind)
		switch {
		case err != nil:
			return nil, err
		case c.array && read != nil:
			v.items = append(v.items, read)
		case !c.array:
			v.members[next[i].name] = read
			next = next[i+1:]
		}
	}
	if c.required && len(v.members) < len(c.members) {
		return nil, fmt.Errorf("'%s' lacks a member that is required", n.name.Local)
	}
	return v, nil
}

func checkScalar(text, kind string) (err error) {
	switch kind {
	case kindString:
	case kindInt:
		_, err = strconv.ParseInt(text, 10, 32)
	case kindBool:
		if !slices.Contains([]string{"true", "false", "1", "0"}, text) {
			err = errors.New("not a boolean")
		}
	case kindDate:
		if _, err = caldate.Parse(text); err == nil && !strings.Contains(text, "T") {
			err = errors.New("not a dateTime")
		}
	case kindBase64:
		_, err = base64.StdEncoding.DecodeString(text)
	default:
		if !slices.Contains(enumerations[kind], text) {
			err = errors.New("not one of the words")
		}
	}
	return err
}
