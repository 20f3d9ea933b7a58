package simulator

import (
	"mime"
	"net/http"
	"regexp"
	"slices"
	"strings"
)

const (
	soap11      = "http://schemas.xmlsoap.org/soap/envelope/"
	soap12      = "http://www.w3.org/2003/05/soap-envelope" // the documentation's, sent as text/xml all the same
	xsiSpace    = "http://www.w3.org/2001/XMLSchema-instance"
	xsdSpace    = "http://www.w3.org/2001/XMLSchema"
	arraysSpace = "http://schemas.microsoft.com/2003/10/Serialization/Arrays"
	dsaSpace    = "http://schemas.datacontract.org/2004/07/System.Security.Cryptography"
	crmSpace    = "http://www.superoffice.net/ws/crm/NetServer/" // the version follows
)

// maxRequest and smallRequest are limits for a message in bytes: the one that SuperOffice's sample configuration
// sets, and the one that WCF has by itself (domain.md §1.6).
const (
	maxRequest   = 1_000_000
	smallRequest = 64 << 10
)

// route is what a path names.
type route struct{ services, service string }

// space returns the namespace of everything in the route's version.
func (r route) space() string { return crmSpace + r.services }

var servicePath = regexp.MustCompile(`(?i)^(.*)/remote/services(8[4-8])/(license|soprincipal)\.svc$`)

// parsePath returns the path of a site, in lower case, and what is asked of it. IIS ignores case.
func parsePath(path string) (site string, r route, ok bool) {
	m := servicePath.FindStringSubmatch(path)
	if m == nil {
		return "", route{}, false
	}
	service := "License"
	if strings.EqualFold(m[3], "SoPrincipal") {
		service = "SoPrincipal"
	}
	return strings.ToLower(m[1]), route{"Services" + m[2], service}, true
}

// request is a call that was understood.
type request struct {
	route
	operation   *operation
	application string // the application token
	ticket      string
	windows     string // the Windows user that the front end names
	args        *value
}

// owner returns the owner that the call names, in upper case, or "".
func (r *request) owner() string {
	if r == nil {
		return ""
	}
	posted := r.args.get("LicenseInfo").get("Current").string("OwnerName")
	return strings.ToUpper(r.args.string("OwnerName") + r.args.string("ModuleOwner") + posted)
}

// understand reads a message as WCF's BasicHttpBinding does; what it cannot read gets the answer returned.
// action is the SOAPAction as sent.
func understand(action string, body []byte, r route) (*request, *answer) {
	root, broken := parseXML(body)
	if root == nil {
		return nil, plain(http.StatusBadRequest)
	}
	headers, wrapper, refusal := openEnvelope(root, broken)
	if refusal != nil {
		return nil, refusal
	}
	op := findOperation(r, action)
	switch {
	case op == nil:
		return nil, actionNotSupported(action)
	case notUnderstood(headers, r.space()) != nil:
		return nil, mustUnderstand(notUnderstood(headers, r.space()))
	case broken != nil:
		return nil, deserializationFailed(broken.Error())
	case wrapper == nil || !wrapper.is(r.space(), op.name):
		return nil, wrongWrapper(op.name, r.space(), wrapper)
	}
	from := serializer{space: r.space()}
	args, err := from.members(wrapper, contract{members: op.members})
	if err != nil {
		return nil, deserializationFailed(err.Error())
	}
	q := &request{route: r, operation: op, args: args}
	for _, header := range headers {
		switch {
		case header.is(r.space(), "Credentials"):
			credentials, err := from.read(header, "SoCredentials")
			if err != nil {
				return nil, deserializationFailed(err.Error())
			}
			q.ticket = credentials.string("Ticket")
		case header.is(r.space(), "ApplicationToken") && !header.isNil():
			q.application = header.text
		}
	}
	return q, nil
}

// contentTypeFits reports whether WCF's text encoder for SOAP 1.1 takes the type.
func contentTypeFits(s string) bool {
	kind, params, err := mime.ParseMediaType(s)
	charset := params["charset"]
	return err == nil && kind == "text/xml" && (charset == "" || strings.EqualFold(charset, "utf-8"))
}

// openEnvelope returns the headers and the body's element of an envelope, or the answer to what is none. It
// takes the documentation's form too: SOAP 1.2's namespace, and headers that stand straight in the Envelope.
func openEnvelope(root *node, broken error) (headers []*node, wrapper *node, refusal *answer) {
	space := root.name.Space
	if root.name.Local != "Envelope" || space != soap11 && space != soap12 {
		return nil, nil, versionMismatch(root)
	}
	body := root.child(space, "Body")
	if body == nil {
		return nil, nil, plain(http.StatusBadRequest)
	}
	for i, child := range root.children {
		switch {
		case child == body:
		case child.is(space, "Header") && i == 0:
			headers = append(headers, child.children...)
		case space == soap12:
			headers = append(headers, child)
		default:
			return nil, nil, plain(http.StatusBadRequest)
		}
	}
	if len(body.children) > 0 {
		wrapper = body.children[0]
	}
	if len(body.children) > 1 && broken == nil {
		return nil, nil, deserializationFailed("The Body holds more than one element.")
	}
	return headers, wrapper, nil
}

// findOperation returns the operation that a SOAPAction names, or nil. Quotes may be missing, but no others
// will do.
func findOperation(r route, action string) *operation {
	if len(action) >= 2 && action[0] == '"' && action[len(action)-1] == '"' {
		action = action[1 : len(action)-1]
	}
	i := slices.IndexFunc(operations, func(op *operation) bool {
		return op.service == r.service && op.since <= r.services && action == r.space()+"/"+r.service+"/"+op.name
	})
	if i < 0 {
		return nil
	}
	return operations[i]
}

// notUnderstood returns a header that demands to be understood and is not ours, or nil.
func notUnderstood(headers []*node, space string) *node {
	for _, h := range headers {
		if must := h.attr(soap11, "mustUnderstand"); (must == "1" || must == "true") && h.name.Space != space {
			return h
		}
	}
	return nil
}
