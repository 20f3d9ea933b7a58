package simulator

import (
	"slices"
	"strconv"
)

// rejected is the reply to a sign-in that failed (domain.md §1.8, A).
func rejected(r *reply) {
	r.nilMember("Response")
	r.nilMember("Credentials")
	r.bool("AuthenticationSucceeded", false)
}

func authenticate(c *call) (body, *exception) {
	if c.at.Tenant != nil {
		return nil, onSiteOnly
	}
	ticket, user := c.server.signIn(c.at, c.args.string("UserName"), c.args.string("Password"))
	if user == nil {
		return rejected, nil
	}
	return signedIn(c.at, user, ticket), nil
}

// onSiteOnly is the refusal of a sign-in that SuperOffice Online does not have (domain.md §2.1).
var onSiteOnly = &exception{kind: "SoIllegalOperationException", text: "This way to sign in is not allowed in SuperOffice Online."}

// accepted gives the user a ticket and writes both.
func (c *call) accepted(u *User) body { return signedIn(c.at, u, c.server.ticketFor(c.at, u)) }

func signedIn(at *place, user *User, ticket string) body {
	return func(r *reply) {
		r.member("Response", "SoPrincipalCarrier")
		r.principal(at, user)
		r.close("Response")
		r.member("Credentials", "SoCredentials")
		r.text("Ticket", ticket)
		r.close("Credentials")
		r.bool("AuthenticationSucceeded", true)
	}
}

func (r *reply) principal(at *place, u *User) {
	id := at.associateID(u)
	role, rights := "User level 1", []string{"bulk-update"}
	if u.Admin {
		role, rights = "User level 0", []string{"admin-all", "admin-users", "bulk-update"}
	}
	r.word("UserType", "UserType", "InternalAssociate")
	r.text("Associate", u.Name)
	r.int("AssociateId", id)
	r.bool("IsPerson", true)
	r.int("PersonId", 136+id)
	r.int("CountryId", 578)
	r.int("HomeCountryId", 578)
	r.int("ContactId", 2)
	r.int("GroupId", 1)
	r.int("BusinessId", 7)
	r.int("CategoryId", 4)
	r.int("ContactOwner", 5)
	r.int("RoleId", 1)
	r.text("RoleName", role)
	r.text("RoleDescription", "")
	r.word("RoleType", "RoleType", "Employee")
	r.open("Licenses", "ArrayOfGrantedModuleLicense")
	r.granted(at)
	r.close("Licenses")
	r.text("FullName", u.FullName)
	r.text("EMailAddress", u.EMail)
	r.array("FunctionRights", "string", rights...)
	r.int("EjUserId", id)
	r.int("EjAccessLevel", 0)
	r.word("EjUserStatus", "EjUserStatus", "StatusNormal")
	r.open("ProvidedCredentials", "ArrayOfProvidedCredential")
	r.close("ProvidedCredentials")
	r.array("SecondaryGroups", "int", strconv.Itoa(1))
	context := "Default"
	if at.Tenant != nil {
		context = at.Tenant.ID
	}
	r.text("DatabaseContextIdentifier", context)
}

// granted writes the licence by which anybody may sign in, if the site has it.
func (r *reply) granted(at *place) {
	o := at.owner(superOffice)
	if o == nil {
		return
	}
	i := slices.IndexFunc(o.Licence.Modules, func(m Module) bool { return m.Name == "user" })
	if i < 0 {
		return
	}
	m := o.Licence.Modules[i]
	r.open("GrantedModuleLicense", "GrantedModuleLicense")
	r.carrier()
	r.int("OwnerId", 1)
	r.text("OwnerName", o.Name)
	r.text("OwnerDescription", o.Description)
	r.int("ModuleId", i+1)
	r.text("Name", m.Name)
	r.text("Description", m.Description)
	r.text("Version", o.Licence.Version)
	r.word("LicenseType", "LicenseType", orUnknown(m.Type))
	r.int("ExtraFlags", m.ExtraFlags)
	r.int("SortOrder", i+1)
	r.int("LicenseNumber", m.Total)
	r.bool("IsHidden", m.Hidden)
	r.bool("IsUnrestricted", m.Unrestricted)
	r.date("ExpiryDate", o.Licence.Expiry)
	r.close("GrantedModuleLicense")
}

// systemInfo needs no ticket and tells SUPEROFFICE's licence (domain.md §1.4).
func systemInfo(c *call) (body, *exception) {
	o := c.at.owner(superOffice)
	return func(r *reply) {
		r.member("SystemInfo", "SoSystemInfoCarrier")
		r.carrier()
		if o == nil {
			r.null("License")
			o = &Owner{}
		} else {
			r.license("License", o, &o.Licence)
		}
		r.text("WarningEnglish", "")
		r.text("WarningResource", "")
		r.text("BranchName", "Release")
		r.text("BuildLabel", "Release_11.11_2026.06.11-01")
		r.text("AssemblyVersion", "11.11.0.0")
		r.date("AccumulatedNextCheckDate", o.Licence.NextCheck.AddDays(1))
		r.text("FileVersion", "11.11.9658.1234")
		r.text("Description", "Simulated by Licensewatch")
		r.int("DaysUntilNetServerExpiry", 0)
		r.word("BuildType", "NetServerBuildType", "Release")
		r.int("DatabaseVersion", 480)
		r.bool("IsUnicode", true)
		r.text("CompanyName", o.Licence.Company)
		r.int("CompanyId", 1)
		r.text("DatabaseType", "MSSQL")
		r.text("DatabaseMinor", "2019")
		r.text("DatabaseName", "SuperOffice")
		r.bool("IsOnTravel", false)
		r.bool("IsSatellite", false)
		r.close("SystemInfo")
	}, nil
}
