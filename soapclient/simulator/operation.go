package simulator

import "fmt"

// operation is one of the calls that are answered.
type operation struct {
	service, name string
	wrapper       string   // of the reply
	members       []string // of the request, in sequence
	empty         body     // of the reply when there is nothing to say
	run           func(*call) (body, *exception)
}

// body writes the members of a reply's wrapper.
type body func(*reply)

// call is one request on its way. It runs under Server.mu.
type call struct {
	*request
	server *Server
	at     *place
	fault  fault
}

// operations are all that are answered.
var operations = []*operation{
	{"SoPrincipal", "AuthenticateUsernamePassword", "AuthenticateResponse", []string{"UserName", "Password"}, rejected, authenticate},
	{"SoPrincipal", "GetSystemInfo", "GetSystemInfoResponse", nil, nothing("SystemInfo"), systemInfo},
	{"License", "GetLicenseStatusFromLicenseServer", "GetLicenseStatusFromLicenseServerResponse", ownerName, nothing("Response"), licenseStatus},
	{"License", "GetLicenseForAllOwnersFromDB", "GetLicenseForAllOwnersFromDBResponse", nil, nothing("Response"), allOwners},
	{"License", "GetLicenseFromDB", "GetLicenseFromDBResponse", ownerName, nothing("Response"), fromDatabase},
	{"License", "GetLicenseFromLicenseServer", "GetLicenseFromLicenseServerResponse", ownerName, nothing("Response"), fromLicenseServer},
}

var ownerName = []string{"OwnerName"}

// perform runs the operation and returns its reply, or the exception's.
func (s *Server) perform(at *place, q *request, f fault) *answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := &call{request: q, server: s, at: at, fault: f}
	content, e := q.operation.empty, c.forbidden()
	if e == nil {
		content, e = q.operation.run(c)
	}
	if e != nil {
		content = q.operation.empty
	}
	if e != nil && at.Documented {
		return soapFault(" "+codeInternal, e.text, exceptionSpace+e.kind) // that form has no place for it
	}
	r := &reply{space: q.space(), documented: at.Documented}
	if f.kind == faultNamespace {
		r.space = "http://tempuri.org/"
	}
	r.envelope(q.operation.wrapper, e, content)
	return r.answer()
}

// forbidden returns why the call must not go on, or nil: the story's exception, no live ticket, no right.
func (c *call) forbidden() *exception {
	signsIn := c.operation.wrapper == "AuthenticateResponse"
	if c.fault.kind == faultException && !signsIn {
		return &exception{"SoServerException", "An error occurred in NetServer.", c.fault.text}
	}
	if c.service != "License" {
		return nil
	}
	user := c.server.session(c.at, c.ticket)
	switch {
	case user == nil || c.fault.kind == faultSession:
		return &exception{"SoSessionException", "Authentication failed!", ""}
	case !user.Admin:
		return &exception{"SoSentryException", "Access to the licence information is denied.",
			"You do not have the right to see licences. Ask an administrator."}
	}
	return nil
}

// nothing writes a member without a value.
func nothing(member string) body { return func(r *reply) { r.nilMember(member) } }

// licenseStatus answers what the owner's licence server says (domain.md §4.5).
func licenseStatus(c *call) (body, *exception) {
	o := c.at.owner(c.args["OwnerName"])
	if o == nil {
		return nil, c.noOwner()
	}
	word := o.Status
	switch {
	case word == "":
		word = "Ok"
	case word == newLicenseActivated && c.services != "Services88":
		if word = c.server.Activated; word == "" {
			return nil, &exception{"SoLicenseException", fmt.Sprintf("%s has no licence status %s.", c.services, o.Status), ""}
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
			r.extendedLicense(&c.at.Owners[i], nil)
			r.close("ExtendedLicenseInfo")
		}
		r.close("Response")
	}, nil
}

// fromDatabase answers nil for an owner that the site does not have (domain.md §4.6).
func fromDatabase(c *call) (body, *exception) {
	o := c.at.owner(c.args["OwnerName"])
	if o == nil {
		return nothing("Response"), nil
	}
	return extended(o, nil), nil
}

func fromLicenseServer(c *call) (body, *exception) {
	o := c.at.owner(c.args["OwnerName"])
	if o == nil {
		return nil, c.noOwner()
	}
	return extended(o, o.waiting()), nil
}

func extended(o *Owner, waiting *Licence) func(*reply) {
	return func(r *reply) {
		r.member("Response", "ExtendedLicenseInfo")
		r.extendedLicense(o, waiting)
		r.close("Response")
	}
}

func (c *call) noOwner() *exception {
	return &exception{"SoLicenseException", fmt.Sprintf("Could not find license owner '%s'.", c.args["OwnerName"]),
		"There is no licence of that owner."}
}
