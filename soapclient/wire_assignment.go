package soapclient

import "errors"

// This file knows, as wire.go does, the members of the types that are read on demand only.

func (r *reader) result(res *Result) error {
	seen := false
	err := r.members(func(name string) error {
		switch name {
		case "Succeeded":
			seen = true
			return r.bool(&res.Succeeded)
		case "Reason":
			return r.string(&res.Reason)
		}
		return r.skip()
	})
	if err == nil && !seen {
		return r.wrong(errors.New("the element Succeeded is missing"))
	}
	return err
}

func (r *reader) assignments(a *Assignments) error {
	return r.members(func(name string) error {
		switch name {
		case "Name":
			return r.string(&a.Owner)
		case "Description":
			return r.string(&a.Description)
		case "RestrictedModuleLicenses":
			return r.assignmentList(&a.Restricted)
		case "UnrestrictedModuleLicenses":
			return r.assignmentList(&a.Unrestricted)
		}
		return r.skip()
	})
}

func (r *reader) assignmentList(list *[]Assignment) error {
	return r.members(func(string) error {
		*list = append(*list, Assignment{})
		return r.assignment(&(*list)[len(*list)-1])
	})
}

func (r *reader) assignment(a *Assignment) error {
	return r.members(func(name string) error {
		switch name {
		case "Unrestricted":
			return r.bool(&a.Unrestricted)
		case "Total":
			return r.int(&a.Total)
		case "Tooltip":
			return r.string(&a.Tooltip)
		case "CanAssign":
			return r.bool(&a.CanAssign)
		case "Free":
			return r.int(&a.Free)
		case "InUse":
			return r.int(&a.InUse)
		case "IsHidden":
			return r.bool(&a.Hidden)
		case "Assigned":
			return r.bool(&a.Assigned)
		case "ModuleLicenseId":
			return r.int(&a.ID)
		case "Name":
			return r.string(&a.Name)
		case "Description":
			return r.string(&a.Description)
		case "PrerequisiteModuleName":
			return r.string(&a.Prerequisite)
		case "SortOrder":
			return r.int(&a.SortOrder)
		case "ExtraFlags":
			return r.int(&a.ExtraFlags)
		}
		return r.skip()
	})
}

func (r *reader) listItems(list *[]ListItem) error {
	return r.members(func(string) error {
		*list = append(*list, ListItem{})
		return r.listItem(&(*list)[len(*list)-1])
	})
}

func (r *reader) listItem(i *ListItem) error {
	return r.members(func(name string) error {
		switch name {
		case "Id":
			return r.int(&i.ID)
		case "Name":
			return r.string(&i.Name)
		case "ToolTip":
			return r.string(&i.Tooltip)
		case "Deleted":
			return r.bool(&i.Deleted)
		case "Rank":
			return r.int(&i.Rank)
		case "Type":
			return r.string(&i.Type)
		case "ColorBlock":
			return r.int(&i.ColourBlock)
		case "IconHint":
			return r.string(&i.IconHint)
		case "Selected":
			return r.bool(&i.Selected)
		case "LastChanged":
			return r.date(&i.LastChanged)
		case "ChildItems":
			return r.listItems(&i.Children)
		case "ExtraInfo":
			return r.string(&i.ExtraInfo)
		case "StyleHint":
			return r.string(&i.StyleHint)
		case "Hidden":
			return r.bool(&i.Hidden)
		case "FullName":
			return r.string(&i.FullName)
		}
		return r.skip()
	})
}

func (r *reader) userAndInstallation(u *UserAndInstallation) error {
	return r.members(func(name string) error {
		switch name {
		case "AdminWarningDate":
			return r.date(&u.AdminWarning)
		case "ExpiryDate":
			return r.date(&u.Expiry)
		case "GraceDate":
			return r.date(&u.Grace)
		case "CompanyName":
			return r.string(&u.Company)
		case "SerialNr":
			return r.string(&u.Serial)
		case "UserLicenses":
			return r.strings(&u.UserLicences)
		}
		return r.skip()
	})
}

func (r *reader) fencing(f *Fencing) error {
	return r.members(func(name string) error {
		switch name {
		case "ActiveCount":
			return r.int(&f.Active)
		case "Maximum":
			return r.int(&f.Maximum)
		case "IsNearingMaximum":
			return r.bool(&f.Nearing)
		case "HasReachedMaximum":
			return r.bool(&f.Reached)
		case "WarningMessage":
			return r.string(&f.Message)
		case "WarningTooltip":
			return r.string(&f.Tooltip)
		}
		return r.skip()
	})
}
