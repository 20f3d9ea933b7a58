package simulator

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
)

// operation is one of the calls that are answered.
type operation struct {
	service, name string
	wrapper       string   // of the reply
	since         string   // the first version that has it; "": all have
	members       []member // of the request, in sequence
	empty         body     // of the reply when there is nothing to say
	run           func(*call) (body, *exception)
}

// body writes the members of a reply's wrapper.
type body func(*reply)

// call is one request on its way. It runs under Server.mu.
type call struct {
	*request
	server  *Server
	at      *place
	fault   fault
	vouched string // the user whose access token it carries; ""
}

var (
	ownerName   = member{"OwnerName", kindString}
	associateID = member{"AssociateId", kindInt}
	licenseInfo = member{"LicenseInfo", "ExtendedLicenseInfo"}
)

// operations are all that are answered.
var operations = []*operation{
	signsIn("AuthenticateUsernamePassword", authenticate, member{"UserName", kindString}, member{"Password", kindString}),
	signsIn("AuthenticateImplicit", implicit),
	since86(signsIn("AuthenticateWithAccessToken", withAccessToken, member{"AccessToken", kindString})),
	{service: "SoPrincipal", name: "GetSystemInfo", wrapper: "GetSystemInfoResponse", empty: nothing("SystemInfo"), run: systemInfo},
	licences("GetLicenseStatusFromLicenseServer", licenseStatus, ownerName),
	licences("GetLicenseForAllOwnersFromDB", allOwners),
	licences("GetLicenseFromDB", fromDatabase, ownerName),
	licences("GetLicenseFromLicenseServer", fromLicenseServer, ownerName),
	licences("GetModuleLicenseFromDB", moduleFromDatabase, ownerName, member{"ModuleName", kindString}),
	licences("GetModuleLicenseHistoryFromLicenseServer", history, licenseInfo, member{"ModuleLicense", "ExtendedModuleLicense"}),
	licences("GetShopUrl", shopURL, ownerName),
	licences("ValidateLicenseInfo", validate, licenseInfo),
	licences("GetLicenseFromFile", fromFile, member{"FileContent", kindString}),
	licences("GetUserLicenses", userLicences, associateID),
	licences("GetSatelliteLicenses", satelliteLicences, member{"SatelliteId", kindInt}),
	licences("GetUserLicensesMDOList", userLicenceList),
	licences("GetThirdPartyLicenseAssignments", assignments, associateID, member{"ModuleOwner", kindString}),
	since88(licences("GetUserAndInstallationLicenceStatus", userAndInstallation, associateID)),
	since88(licences("GetFencingInfo", fencing)),
}

func signsIn(name string, run func(*call) (body, *exception), members ...member) *operation {
	return &operation{service: "SoPrincipal", name: name, wrapper: "AuthenticateResponse", members: members, empty: rejected, run: run}
}

func licences(name string, run func(*call) (body, *exception), members ...member) *operation {
	return &operation{service: "License", name: name, wrapper: name + "Response", members: members, empty: nothing("Response"), run: run}
}

func since86(op *operation) *operation {
	op.since = "Services86"
	return op
}

func since88(op *operation) *operation {
	op.since = "Services88"
	return op
}

// perform runs the operation and returns its reply, or the exception's.
func (s *Server) perform(at *place, q *request, f fault) *answer {
	vouched := s.vouch(at, q)
	s.mu.Lock()
	defer s.mu.Unlock()
	c := &call{request: q, server: s, at: at, fault: f, vouched: vouched}
	content, e := q.operation.empty, c.forbidden()
	if e == nil {
		content, e = q.operation.run(c)
	}
	if e != nil {
		content = q.operation.empty
	}
	if e != nil && at.Documented {
		return soapFault(" "+codeInternal, e.text, e.typeName()) // that form has no place for it
	}
	r := &reply{space: q.space(), documented: at.Documented}
	if f.kind == faultNamespace {
		r.space = "http://tempuri.org/"
	}
	r.envelope(q.operation.wrapper, e, content)
	return r.answer()
}

// forbidden returns why the call must not go on, or nil: the story's exception, an application that is unknown,
// no live ticket, no right.
func (c *call) forbidden() *exception {
	signsIn := c.operation.wrapper == "AuthenticateResponse"
	if c.fault.kind == faultOff {
		return &exception{kind: "SoIllegalOperationException", text: "Web service requests are not allowed: AllowWebServiceRequests is false."}
	}
	if e := c.fault.exception(); e != nil && !signsIn {
		return e
	}
	if t := c.at.Tenant; t != nil && c.application != string(t.ApplicationToken) {
		return &exception{kind: "SoSessionException", text: "Failed to validate tokens: the application token is not valid."}
	}
	if c.service != "License" {
		return nil
	}
	user := c.server.session(c.at, c.ticket)
	if user == nil {
		user = c.bearer()
	}
	switch {
	case user == nil || c.fault.kind == faultSession:
		return &exception{kind: "SoSessionException", text: "Authentication failed!"}
	case !user.Admin:
		return &exception{kind: "SoSentryException", text: "Access to the licence information is denied.",
			friendly: "You do not have the right to see licences. Ask an administrator."}
	}
	return nil
}

// nothing writes a member without a value.
func nothing(member string) body { return func(r *reply) { r.nilMember(member) } }

// licenseStatus answers what the owner's licence server says (domain.md §4.5).
func licenseStatus(c *call) (body, *exception) {
	o := c.at.owner(c.args.string("OwnerName"))
	if o == nil {
		return nil, c.noOwner()
	}
	word := o.Status
	switch {
	case word == "":
		word = "Ok"
	case word == newLicenseActivated && c.services != "Services88":
		if word = c.server.Activated; word == "" {
			return nil, &exception{kind: "SoLicenseException", text: fmt.Sprintf("%s has no licence status %s.", c.services, o.Status)}
		}
	}
	return func(r *reply) {
		r.member("Response", "CheckLicenseStatusResult")
		r.word("LicenseStatus", "LicenseStatus", word)
		r.text("Message", o.Message)
		r.text("Url", o.URL)
		r.close("Response")
	}, nil
}

func allOwners(c *call) (body, *exception) {
	return func(r *reply) {
		r.member("Response", "ArrayOfExtendedLicenseInfo")
		for i := range c.at.Owners {
			r.open("ExtendedLicenseInfo", "ExtendedLicenseInfo")
			r.extendedLicense(&c.at.Owners[i], &c.at.Owners[i].Licence, nil)
			r.close("ExtendedLicenseInfo")
		}
		r.close("Response")
	}, nil
}

// fromDatabase answers nil for an owner that the site does not have (domain.md §4.6).
func fromDatabase(c *call) (body, *exception) {
	o := c.at.owner(c.args.string("OwnerName"))
	if o == nil {
		return nothing("Response"), nil
	}
	return extended(o, &o.Licence, nil), nil
}

func fromLicenseServer(c *call) (body, *exception) {
	o := c.at.owner(c.args.string("OwnerName"))
	if o == nil {
		return nil, c.noOwner()
	}
	return extended(o, &o.Licence, o.waiting()), nil
}

func extended(o *Owner, now, waiting *Licence) body {
	return func(r *reply) {
		r.member("Response", "ExtendedLicenseInfo")
		r.extendedLicense(o, now, waiting)
		r.close("Response")
	}
}

// moduleFromDatabase answers nil for a module that is not there (domain.md §4.6).
func moduleFromDatabase(c *call) (body, *exception) {
	o := c.at.owner(c.args.string("OwnerName"))
	if o == nil {
		return nothing("Response"), nil
	}
	name := c.args.string("ModuleName")
	i := slices.IndexFunc(o.Licence.Modules, func(m Module) bool { return strings.EqualFold(m.Name, name) })
	if i < 0 {
		return nothing("Response"), nil
	}
	return func(r *reply) {
		r.member("Response", "ModuleLicense")
		r.moduleMembers(o.Name, o.Licence.Version, &o.Licence.Modules[i], i)
		r.close("Response")
	}, nil
}

// shopURL answers where the owner sells licences.
func shopURL(c *call) (body, *exception) {
	o := c.at.owner(c.args.string("OwnerName"))
	if o == nil {
		return nil, c.noOwner()
	}
	shop := o.Shop
	if shop == "" {
		shop = "https://shop." + strings.ToLower(o.Name) + ".example/?serial=" + url.QueryEscape(o.Licence.Serial)
	}
	return text(shop), nil
}

// text writes a Response that is a text.
func text(s string) body { return func(r *reply) { r.text("Response", s) } }

func (c *call) noOwner() *exception {
	return &exception{kind: "SoLicenseException", text: fmt.Sprintf("Could not find license owner '%s'.", c.owner()),
		friendly: "There is no licence of that owner."}
}
