package simulator

import (
	"fmt"
	"slices"
	"strings"

	"licensewatch/internal/caldate"
)

// The operations here show which licences are assigned to whom (domain.md §4.6).

// holds reports whether the user has a user licence: by itself, by a plan that grants it, or as everybody.
func (u *User) holds(l *Licence, m *Module) bool {
	if m.Name == "user" || slices.Contains(u.Licences, m.Name) {
		return true
	}
	return slices.ContainsFunc(u.Licences, func(name string) bool {
		plan := l.module(name)
		return plan != nil && slices.Contains(plan.grants(), m.Name)
	})
}

// grants returns the user licences that a plan brings with it (domain.md §4.1).
func (m *Module) grants() []string {
	set, ok := strings.CutPrefix(m.ExtraInfo, "set=")
	if !ok {
		return nil
	}
	return strings.Split(set, ",")
}

// associate returns the user that the call names by number.
func (c *call) associate() (*User, *exception) {
	id := c.args.int("AssociateId")
	i := slices.IndexFunc(c.at.Users, func(u User) bool { return c.at.associateID(&u) == id })
	if i < 0 {
		return nil, &exception{kind: "SoNotFoundException", text: fmt.Sprintf("There is no associate %d.", id)}
	}
	return &c.at.Users[i], nil
}

func userLicences(c *call) (body, *exception) {
	u, e := c.associate()
	if e != nil {
		return nil, e
	}
	return c.owners("UserLicense", u), nil
}

// satelliteLicences knows the central database alone, whose number is 0.
func satelliteLicences(c *call) (body, *exception) {
	if id := c.args.int("SatelliteId"); id != 0 {
		return nil, &exception{kind: "SoNotFoundException", text: fmt.Sprintf("There is no satellite %d.", id)}
	}
	return c.owners("SatelliteLicense", nil), nil
}

// owners writes every owner's modules of one type and which of them u has; nil has all.
func (c *call) owners(kind string, u *User) body {
	return func(r *reply) {
		r.member("Response", "ArrayOfLicenseOwner")
		for i := range c.at.Owners {
			o := &c.at.Owners[i]
			r.open("LicenseOwner", "LicenseOwner")
			r.carrier()
			r.text("Name", o.Name)
			r.text("Description", o.Description)
			for _, list := range []struct {
				name         string
				unrestricted bool
			}{{"RestrictedModuleLicenses", false}, {"UnrestrictedModuleLicenses", true}} {
				r.open(list.name, "ArrayOfModuleLicenseLink")
				r.links(c.services, o, u, func(m *Module) bool { return m.Type == kind && m.Unrestricted == list.unrestricted })
				r.close(list.name)
			}
			r.close("LicenseOwner")
		}
		r.close("Response")
	}
}

// assignments answers the user licences of one owner. The operations that change them are not here.
func assignments(c *call) (body, *exception) {
	u, e := c.associate()
	if e != nil {
		return nil, e
	}
	o := c.at.owner(c.args.string("ModuleOwner"))
	if o == nil {
		return nil, c.noOwner()
	}
	return func(r *reply) {
		r.member("Response", "ArrayOfModuleLicenseLink")
		r.links(c.services, o, u, func(m *Module) bool { return m.Type == "UserLicense" })
		r.close("Response")
	}, nil
}

// links writes the modules that are wanted and whether u has them; nil has all.
func (r *reply) links(services string, o *Owner, u *User, wanted func(*Module) bool) {
	for i := range o.Licence.Modules {
		m := &o.Licence.Modules[i]
		if !wanted(m) {
			continue
		}
		assigned := u == nil || u.holds(&o.Licence, m)
		r.open("ModuleLicenseLink", "ModuleLicenseLink")
		r.carrier()
		r.bool("Unrestricted", m.Unrestricted)
		r.int("Total", m.Total)
		r.text("Tooltip", m.Tooltip)
		r.bool("CanAssign", assigned || m.Unrestricted || m.InUse < m.Total)
		r.int("Free", m.Total-m.InUse)
		r.int("InUse", m.InUse)
		if services >= "Services87" {
			r.bool("IsHidden", m.Hidden)
		}
		r.bool("Assigned", assigned)
		r.int("ModuleLicenseId", i+1)
		r.text("Name", m.Name)
		r.text("Description", m.Description)
		r.null("PrerequisiteModuleName")
		r.int("SortOrder", i+1)
		if services >= "Services88" {
			r.int("ExtraFlags", m.ExtraFlags)
		}
		r.close("ModuleLicenseLink")
	}
}

// userLicenceList answers every owner as a heading with its user licences below.
func userLicenceList(c *call) (body, *exception) {
	return func(r *reply) {
		r.member("Response", "ArrayOfSelectableMDOListItem")
		for i := range c.at.Owners {
			o := &c.at.Owners[i]
			r.listItem(i+1, o.Name, o.Description, "moduleowner", false, func() {
				for j, m := range o.Licence.Modules {
					if m.Type == "UserLicense" {
						r.listItem(j+1, m.Description, m.Tooltip, m.Name, m.Hidden, nil)
					}
				}
			})
		}
		r.close("Response")
	}, nil
}

// listItem writes a SelectableMDOListItem with what children writes inside; nil is none.
func (r *reply) listItem(id int, name, tip, kind string, hidden bool, children func()) {
	r.open("SelectableMDOListItem", "SelectableMDOListItem")
	r.carrier()
	r.int("Id", id)
	r.text("Name", name)
	r.text("ToolTip", tip)
	r.bool("Deleted", false)
	r.int("Rank", id)
	r.text("Type", kind)
	r.int("ColorBlock", 0)
	r.text("IconHint", "")
	r.bool("Selected", false)
	r.date("LastChanged", caldate.Date{})
	r.open("ChildItems", "ArrayOfSelectableMDOListItem")
	if children != nil {
		children()
	}
	r.close("ChildItems")
	r.text("ExtraInfo", "")
	r.text("StyleHint", "")
	r.bool("Hidden", hidden)
	r.text("FullName", name)
	r.close("SelectableMDOListItem")
}

// userAndInstallation answers SUPEROFFICE's dates and a user's licences by name; it is nil without SUPEROFFICE.
func userAndInstallation(c *call) (body, *exception) {
	u, e := c.associate()
	if e != nil {
		return nil, e
	}
	o := c.at.owner(superOffice)
	if o == nil {
		return nothing("Response"), nil
	}
	var names []string
	for i := range o.Licence.Modules {
		if m := &o.Licence.Modules[i]; m.Type == "UserLicense" && u.holds(&o.Licence, m) {
			names = append(names, escaped(m.Name))
		}
	}
	return func(r *reply) {
		r.member("Response", "UserAndInstallationLicenceStatus")
		r.date("AdminWarningDate", o.Licence.Warning)
		r.date("ExpiryDate", o.Licence.Expiry)
		r.date("GraceDate", o.Licence.Grace)
		r.text("CompanyName", o.Licence.Company)
		r.text("SerialNr", o.Licence.Serial)
		r.array("UserLicenses", "string", names...)
		r.close("Response")
	}, nil
}

// fencing answers how far the plan is used: from 85 % on it nears its limit (domain.md §4.3).
func fencing(c *call) (body, *exception) {
	l := c.at.Limit
	near, full := l.Maximum > 0 && 100*l.Active >= 85*l.Maximum, l.Maximum > 0 && l.Active >= l.Maximum
	warning := ""
	switch {
	case full:
		warning = "The limit of your plan is reached."
	case near:
		warning = "The limit of your plan is near."
	}
	return func(r *reply) {
		r.member("Response", "FencingInfo")
		r.carrier()
		r.int("ActiveCount", l.Active)
		r.int("Maximum", l.Maximum)
		r.bool("IsNearingMaximum", near)
		r.bool("HasReachedMaximum", full)
		r.optional("WarningMessage", warning)
		r.optional("WarningTooltip", warning)
		r.close("Response")
	}, nil
}
