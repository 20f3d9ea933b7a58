package simulator

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// node is an element of a request. A request is small (maxRequest), so it is read whole.
type node struct {
	name     xml.Name
	attrs    []xml.Attr
	text     string
	children []*node
	parent   *node
}

// maxDepth is the depth to which WCF reads (its reader quota MaxDepth).
const maxDepth = 32

// parseXML reads a document as WCF's reader does: no DTD, no undeclared prefix, nothing but white space around
// the root. With an error it returns what it had read so far.
func parseXML(data []byte) (root *node, err error) {
	d := xml.NewDecoder(bytes.NewReader(bytes.TrimPrefix(data, []byte("\ufeff"))))
	var at *node
	for depth := 0; ; {
		token, err := d.Token()
		if err == io.EOF && at == nil && root != nil {
			return root, nil
		}
		if err != nil {
			return root, err
		}
		switch t := token.(type) {
		case xml.StartElement:
			n := &node{name: t.Name, attrs: slices.Clone(t.Attr), parent: at}
			switch depth++; {
			case at != nil:
				at.children = append(at.children, n)
			case root != nil:
				return root, errors.New("there are several root elements")
			default:
				root = n
			}
			at = n
			if err := n.check(depth); err != nil {
				return root, err
			}
		case xml.EndElement:
			at = at.parent
			depth--
		case xml.CharData:
			if at != nil {
				at.text += string(t)
			} else if len(bytes.TrimSpace(t)) > 0 {
				return root, errors.New("text stands outside the root element")
			}
		case xml.Directive:
			return root, errors.New("a DTD is not allowed")
		}
	}
}

// check returns what a stricter reader than Go's refuses in the start tag of n.
func (n *node) check(depth int) error {
	if depth > maxDepth {
		return errors.New("elements are nested too deep")
	}
	spaces := []string{n.name.Space}
	for _, a := range n.attrs {
		if a.Name.Space != "xmlns" && a.Name.Space != "xml" && a.Name.Space != xmlSpace {
			spaces = append(spaces, a.Name.Space)
		}
	}
	for _, space := range spaces {
		if space != "" && !n.declares(space) {
			return fmt.Errorf("the prefix %q is not declared", space)
		}
	}
	return nil
}

const xmlSpace = "http://www.w3.org/XML/1998/namespace"

// declares reports whether a namespace is declared at n or above. Go's reader gives an undeclared prefix
// itself as namespace.
func (n *node) declares(space string) bool {
	for ; n != nil; n = n.parent {
		for _, a := range n.attrs {
			if a.Value == space && (a.Name.Space == "xmlns" || a.Name.Space == "" && a.Name.Local == "xmlns") {
				return true
			}
		}
	}
	return false
}

// child returns the first child of that name, or nil.
func (n *node) child(space, local string) *node {
	if n == nil {
		return nil
	}
	i := slices.IndexFunc(n.children, func(c *node) bool { return c.is(space, local) })
	if i < 0 {
		return nil
	}
	return n.children[i]
}

func (n *node) is(space, local string) bool { return n.name.Space == space && n.name.Local == local }

// attr returns the attribute of that name, or "".
func (n *node) attr(space, local string) string {
	for _, a := range n.attrs {
		if a.Name.Space == space && a.Name.Local == local {
			return a.Value
		}
	}
	return ""
}

// isNil reports whether n says that it has no value.
func (n *node) isNil() bool {
	v := strings.TrimSpace(n.attr(xsiSpace, "nil"))
	return v == "true" || v == "1"
}
