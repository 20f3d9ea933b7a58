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

// maxRequest is WCF's limit for a message, in bytes (domain.md §1.6).
const maxRequest = 64 << 10

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
	operation *operation
	ticket    string
	args      map[string]string // members in place and not nil
}

// owner returns the owner that the call names, in upper case, or "".
func (r *request) owner() string {
	if r == nil {
		return ""
	}
	return strings.ToUpper(r.args["OwnerName"])
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
	q := &request{route: r, operation: op, args: members(wrapper, r.space(), op.members)}
	for _, header := range headers {
		if header.is(r.space(), "Credentials") {
			q.ticket = members(header, r.space(), []string{"Ticket"})["Ticket"]
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
		return op.service == r.service && action == r.space()+"/"+r.service+"/"+op.name
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

// members returns the text of the members of n that stand where the sequence has them. One out of order, in
// another namespace or doubled is passed over in silence, as WCF does (domain.md §1.1).
func members(n *node, space string, sequence []string) map[string]string {
	found := map[string]string{}
	for _, child := range n.children {
		for i, name := range sequence {
			if !child.is(space, name) {
				continue
			}
			if !child.isNil() {
				found[name] = child.text
			}
			sequence = sequence[i+1:]
			break
		}
	}
	return found
}
