package soapclient

import "licensewatch/internal/caldate"

// Status is NetServer's LicenseStatus word, as sent (domain.md §1.4). A word that is none of these is
// possible, now or in a later version; it is never to be taken for StatusOk.
type Status string

// The status words of Services84 to Services88.
const (
	StatusOk                      Status = "Ok" // no news from the issuer; it says nothing about expiry
	StatusNewLicenseAvailable     Status = "NewLicenseAvailable"
	StatusNewCompanyNameAvailable Status = "NewCompanyNameAvailable"
	StatusNewSerialAvailable      Status = "NewSerialAvailable"
	StatusUseCustomMessage        Status = "UseCustomMessage"
	StatusUseCustomMessageAndURL  Status = "UseCustomMessageAndUrl"
	StatusNewLicenseActivated     Status = "NewLicenseActivated" // Services88 only
	StatusProblemWithLicense      Status = "ProblemWithLicense"
	StatusUnknownError            Status = "UnknownError"
)

// Verdict is what an owner's licence server says: CheckLicenseStatusResult (domain.md §1.4). Message and
// URL are text from that server, to be treated as data; both may come with any status.
type Verdict struct {
	Status  Status
	Message string
	URL     string
}

// Licence is ExtendedLicenseInfo (domain.md §1.4): an owner's licence as it is and, where the licence
// server was asked, as it would become.
type Licence struct {
	Reason               string // why New cannot be activated
	CanBeActivated       bool
	New, Current         *Terms // nil where NetServer sent none
	Modules              []ModuleUse
	AccumulatedNextCheck caldate.Date
}

// Terms is LicenseInfo (domain.md §1.4). Its dates are calendar days (§4.2, §4.4).
type Terms struct {
	Company, Serial    string
	Owner, Description string
	NextCheck          caldate.Date
	Maintenance        caldate.Date
	AdminWarning       caldate.Date
	Expiry             caldate.Date
	Grace              caldate.Date
	ExtraFlags         int
	LicenceURL         string // the issuer's licence server, for NetServer's use
	Version            string
	DeploymentType     int
	ProductType        string
	ProductDescription string
	Modules            []Module
}

// Module is ModuleLicense (domain.md §1.4).
type Module struct {
	Owner, Name, Description, Tooltip, Version string
	Type                                       string // SiteLicense, SatelliteLicense, UserLicense, Unknown
	Unrestricted                               bool   // the number is not enforced
	UserType                                   string // who may hold it
	Licences                                   int
	ExtraFlags                                 int // 1: a user plan (domain.md §4.1)
	ExtraInfo                                  string
	SortOrder                                  int
	Hidden                                     bool
	Prerequisite                               string
}

// ModuleUse is ExtendedModuleLicense (domain.md §1.4). InUse, Free and Total describe Current, the rest
// describes New and means nothing when New is nil.
type ModuleUse struct {
	New, Current *Module
	InUse        int
	Free         int
	Added        int
	NewTotal     int
	NewFree      int
	Total        int
}

// SystemInfo is the part of SoSystemInfoCarrier that tells installations apart (domain.md §1.4).
type SystemInfo struct {
	Company        string
	Serial         string // of the SUPEROFFICE licence; empty where the server does not tell
	Version        string // NetServer's file version
	Build          string
	DatabaseName   string
	DatabaseType   string
	DaysUntilEnd   int
	LicenceCompany string
}

// Principal is who signed in: the part of SoPrincipalCarrier that matters here (domain.md §1.4).
type Principal struct {
	Associate string
	FullName  string
	Role      string
	Database  string
	Rights    []string // function rights; "admin-all" is full access to Settings and maintenance
}
