package soapclient

import (
	"bytes"
	"errors"

	"licensewatch/internal/secret"
)

// This file knows the members of NetServer's types (domain.md §1.4), one function per type. Members that
// are not named are passed over, so a newer server's additions do no harm.

func (r *reader) verdict(v *Verdict) error {
	seen := false
	err := r.members(func(name string) error {
		switch name {
		case "LicenseStatus":
			seen = true
			b, err := r.text()
			v.Status = Status(bytes.TrimSpace(b))
			return err
		case "Message":
			return r.string(&v.Message)
		case "Url":
			return r.string(&v.URL)
		}
		return r.skip()
	})
	if err == nil && (!seen || v.Status == "") {
		return r.wrong(errors.New("LicenseStatus is missing"))
	}
	return err
}

func (r *reader) licences(list *[]Licence) error {
	return r.members(func(name string) error {
		if name != "ExtendedLicenseInfo" {
			return r.skip()
		}
		var l Licence
		err := r.licence(&l)
		*list = append(*list, l)
		return err
	})
}

func (r *reader) licence(l *Licence) error {
	return r.members(func(name string) error {
		switch name {
		case "Reason":
			return r.string(&l.Reason)
		case "CanBeActivated":
			return r.bool(&l.CanBeActivated)
		case "New":
			l.New = new(Terms)
			return r.terms(l.New)
		case "Current":
			l.Current = new(Terms)
			return r.terms(l.Current)
		case "ExtendedModuleLicenses":
			return r.members(func(string) error {
				l.Modules = append(l.Modules, ModuleUse{})
				return r.moduleUse(&l.Modules[len(l.Modules)-1])
			})
		case "AccumulatedNextCheckDate":
			return r.date(&l.AccumulatedNextCheck)
		}
		return r.skip()
	})
}

func (r *reader) terms(t *Terms) error {
	return r.members(func(name string) error {
		switch name {
		case "CompanyName":
			return r.string(&t.Company)
		case "SerialNr":
			return r.string(&t.Serial)
		case "OwnerName":
			return r.string(&t.Owner)
		case "OwnerDescription":
			return r.string(&t.Description)
		case "NextCheckDate":
			return r.date(&t.NextCheck)
		case "MaintenanceDate":
			return r.date(&t.Maintenance)
		case "AdminWarningDate":
			return r.date(&t.AdminWarning)
		case "ExpiryDate":
			return r.date(&t.Expiry)
		case "GraceDate":
			return r.date(&t.Grace)
		case "ExtraFlags":
			return r.int(&t.ExtraFlags)
		case "LicenseUrl":
			return r.string(&t.LicenceURL)
		case "LicenseVersion":
			return r.string(&t.Version)
		case "DeploymentType":
			return r.int(&t.DeploymentType)
		case "ProductType":
			return r.string(&t.ProductType)
		case "ProductDescription":
			return r.string(&t.ProductDescription)
		case "ModuleLicenses":
			return r.members(func(string) error {
				t.Modules = append(t.Modules, Module{})
				return r.module(&t.Modules[len(t.Modules)-1])
			})
		}
		return r.skip()
	})
}

func (r *reader) module(m *Module) error {
	return r.members(func(name string) error {
		switch name {
		case "OwnerName":
			return r.string(&m.Owner)
		case "ModuleName":
			return r.string(&m.Name)
		case "ModuleDescription":
			return r.string(&m.Description)
		case "ModuleTooltip":
			return r.string(&m.Tooltip)
		case "ModuleVersion":
			return r.string(&m.Version)
		case "LicenseType":
			return r.string(&m.Type)
		case "Unrestricted":
			return r.bool(&m.Unrestricted)
		case "AllowedUserType":
			return r.string(&m.UserType)
		case "NumberOfLicenses":
			return r.int(&m.Licences)
		case "ExtraFlags":
			return r.int(&m.ExtraFlags)
		case "ExtraInfo":
			return r.string(&m.ExtraInfo)
		case "SortOrder":
			return r.int(&m.SortOrder)
		case "IsHidden":
			return r.bool(&m.Hidden)
		case "PrerequisiteModuleName":
			return r.string(&m.Prerequisite)
		}
		return r.skip()
	})
}

func (r *reader) moduleUse(u *ModuleUse) error {
	return r.members(func(name string) error {
		switch name {
		case "New":
			u.New = new(Module)
			return r.module(u.New)
		case "Current":
			u.Current = new(Module)
			return r.module(u.Current)
		case "NumberOfLicensesInUse":
			return r.int(&u.InUse)
		case "NumberOfLicensesFree":
			return r.int(&u.Free)
		case "NumberOfLicensesAdded":
			return r.int(&u.Added)
		case "NumberOfLicensesNewTotal":
			return r.int(&u.NewTotal)
		case "NumberOfLicensesNewFree":
			return r.int(&u.NewFree)
		case "NumberOfLicensesTotal":
			return r.int(&u.Total)
		}
		return r.skip()
	})
}

func (r *reader) systemInfo(s *SystemInfo) error {
	return r.members(func(name string) error {
		switch name {
		case "License":
			var t Terms
			err := r.terms(&t)
			s.Serial, s.LicenceCompany = t.Serial, t.Company
			return err
		case "CompanyName":
			return r.string(&s.Company)
		case "FileVersion":
			return r.string(&s.Version)
		case "BuildLabel":
			return r.string(&s.Build)
		case "DatabaseName":
			return r.string(&s.DatabaseName)
		case "DatabaseType":
			return r.string(&s.DatabaseType)
		case "DaysUntilNetServerExpiry":
			return r.int(&s.DaysUntilEnd)
		}
		return r.skip()
	})
}

func (r *reader) principal(p *Principal) error {
	return r.members(func(name string) error {
		switch name {
		case "Associate":
			return r.string(&p.Associate)
		case "FullName":
			return r.string(&p.FullName)
		case "RoleName":
			return r.string(&p.Role)
		case "DatabaseContextIdentifier":
			return r.string(&p.Database)
		case "FunctionRights":
			return r.strings(&p.Rights)
		}
		return r.skip()
	})
}

func (r *reader) credentials(ticket *secret.Text) error {
	return r.members(func(name string) error {
		if name == "Ticket" {
			return r.string((*string)(ticket))
		}
		return r.skip()
	})
}

// exception is SoExceptionInfo without its StackTrace, which is never read.
type exception struct {
	message, friendly, kind string
	inner                   *exception
}

func (r *reader) exception(x *exception) error {
	return r.members(func(name string) error {
		switch name {
		case "Message":
			return r.string(&x.message)
		case "FriendlyText":
			return r.string(&x.friendly)
		case "ExceptionType":
			return r.string(&x.kind)
		case "InnerException":
			x.inner = new(exception)
			return r.exception(x.inner)
		}
		return r.skip()
	})
}

// text returns what NetServer would show a user: the first friendly text on the way in, else the first message.
func (x *exception) text() string {
	for e := x; e != nil; e = e.inner {
		if e.friendly != "" {
			return e.friendly
		}
	}
	for e := x; e != nil; e = e.inner {
		if e.message != "" {
			return e.message
		}
	}
	return ""
}

// texts lists all messages and friendly texts.
func (x *exception) texts() []string {
	var texts []string
	for e := x; e != nil; e = e.inner {
		texts = append(texts, e.message, e.friendly)
	}
	return texts
}

// types lists the exception's type and those inside it, outermost first.
func (x *exception) types() []string {
	var types []string
	for e := x; e != nil; e = e.inner {
		types = append(types, e.kind)
	}
	return types
}
