package soapclient

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// scanner reads XML from memory as far as SOAP needs it: elements, attributes, namespaces, text, CDATA and
// character references. Comments and processing instructions are passed over; a document type is an error,
// as SOAP demands, which also rules out entities of the sender's own.
//
// It exists because a reply with fifty modules is 143 KB and encoding/xml takes twice the time that a poll
// may cost; a fuzz test holds it against encoding/xml.
type scanner struct {
	data  []byte
	pos   int
	open  []tag     // elements not yet ended
	bound []binding // namespace declarations in force, innermost last
	attrs []attribute
	ended bool // the element just started ended in the same tag
	root  bool // the root element was seen
}

type tag struct {
	raw   []byte // the name as written, prefix and all
	bound int    // how many declarations were in force before it
}

type binding struct{ prefix, uri []byte }

type attribute struct{ prefix, local, value []byte }

// element names an element by namespace and local name, and says whether it is xsi:nil.
type element struct {
	space, local []byte // of the document, not copies
	null         bool
}

type tokenKind int

const (
	startToken tokenKind = iota
	endToken
	textToken
	eofToken
)

const (
	maxDepth = 64
	xsiSpace = "http://www.w3.org/2001/XMLSchema-instance"
	xmlSpace = "http://www.w3.org/XML/1998/namespace"
)

var errEnd = errors.New("the reply ends in the middle")

func newScanner(data []byte) (*scanner, error) {
	if !utf8.Valid(data) {
		return nil, errors.New("the reply is not UTF-8")
	}
	return &scanner{
		data: bytes.TrimPrefix(data, []byte("\ufeff")),
		open: make([]tag, 0, 16), bound: make([]binding, 0, 8), attrs: make([]attribute, 0, 4), // a reply needs no more
	}, nil
}

// next returns the next token: an element for startToken, text for textToken.
func (s *scanner) next() (tokenKind, element, []byte, error) {
	if s.ended {
		s.ended = false
		s.pop()
		return endToken, element{}, nil, nil
	}
	for {
		if s.pos == len(s.data) {
			if len(s.open) > 0 || !s.root {
				return eofToken, element{}, nil, errEnd
			}
			return eofToken, element{}, nil, nil
		}
		rest := s.data[s.pos:]
		switch {
		case rest[0] != '<':
			text, err := s.text()
			if err != nil || len(s.open) > 0 {
				return textToken, element{}, text, err
			}
			if len(bytes.TrimSpace(text)) > 0 {
				return textToken, element{}, nil, errors.New("text stands outside the root element")
			}
		case bytes.HasPrefix(rest, []byte("</")):
			return endToken, element{}, nil, s.end()
		case bytes.HasPrefix(rest, []byte("<![CDATA[")):
			text, err := s.cdata()
			return textToken, element{}, text, err
		case bytes.HasPrefix(rest, []byte("<!--")):
			if err := s.comment(); err != nil {
				return eofToken, element{}, nil, err
			}
		case bytes.HasPrefix(rest, []byte("<?")):
			if err := s.instruction(); err != nil {
				return eofToken, element{}, nil, err
			}
		case bytes.HasPrefix(rest, []byte("<!")):
			return eofToken, element{}, nil, errors.New("a document type declaration is not allowed")
		default:
			e, err := s.start()
			return startToken, e, nil, err
		}
	}
}

// start reads a start tag; s.pos stands on its "<".
func (s *scanner) start() (element, error) {
	if s.root && len(s.open) == 0 {
		return element{}, errors.New("a second root element follows the first")
	}
	if len(s.open) == maxDepth {
		return element{}, fmt.Errorf("elements stand more than %d deep", maxDepth)
	}
	s.root = true
	s.pos++
	raw, err := s.name()
	if err != nil {
		return element{}, err
	}
	s.open = append(s.open, tag{raw, len(s.bound)})
	s.attrs = s.attrs[:0]
	for {
		spaced := s.blank()
		if s.pos == len(s.data) {
			return element{}, errEnd
		}
		switch {
		case s.data[s.pos] == '>':
			s.pos++
			return s.resolve(raw)
		case bytes.HasPrefix(s.data[s.pos:], []byte("/>")):
			s.pos += 2
			s.ended = true
			return s.resolve(raw)
		case !spaced:
			return element{}, fmt.Errorf("blank missing in <%s>", raw)
		}
		if err := s.attribute(); err != nil {
			return element{}, err
		}
	}
}

// attribute reads one attribute; a namespace declaration comes into force, others wait for resolve.
func (s *scanner) attribute() error {
	raw, err := s.name()
	if err != nil {
		return err
	}
	s.blank()
	if s.pos == len(s.data) || s.data[s.pos] != '=' {
		return fmt.Errorf("attribute %s has no value", raw)
	}
	s.pos++
	s.blank()
	if s.pos == len(s.data) {
		return errEnd
	}
	quote := s.data[s.pos]
	if quote != '"' && quote != '\'' {
		return fmt.Errorf("the value of attribute %s is not quoted", raw)
	}
	s.pos++
	n := bytes.IndexByte(s.data[s.pos:], quote)
	if n < 0 {
		return errEnd
	}
	written := s.data[s.pos : s.pos+n]
	if bytes.IndexByte(written, '<') >= 0 {
		return fmt.Errorf("the value of attribute %s holds a <", raw)
	}
	value, err := unescape(written)
	if err != nil {
		return err
	}
	s.pos += n + 1
	prefix, local := split(raw)
	switch {
	case string(raw) == "xmlns":
		s.bound = append(s.bound, binding{nil, value})
	case string(prefix) == "xmlns":
		s.bound = append(s.bound, binding{local, value})
	default:
		s.attrs = append(s.attrs, attribute{prefix, local, value})
	}
	return nil
}

// resolve turns a raw name into a namespace and a local name, now that all declarations are known.
func (s *scanner) resolve(raw []byte) (element, error) {
	prefix, local := split(raw)
	space, ok := s.space(prefix)
	if !ok {
		return element{}, fmt.Errorf("the prefix of <%s> is not declared", raw)
	}
	e := element{space: space, local: local}
	for _, a := range s.attrs {
		if string(a.local) != "nil" || len(a.prefix) == 0 {
			continue
		}
		if space, _ := s.space(a.prefix); string(space) == xsiSpace {
			v := string(bytes.TrimSpace(a.value))
			e.null = v == "true" || v == "1"
		}
	}
	return e, nil
}

func (s *scanner) space(prefix []byte) ([]byte, bool) {
	for i := len(s.bound) - 1; i >= 0; i-- {
		if bytes.Equal(s.bound[i].prefix, prefix) {
			return s.bound[i].uri, true
		}
	}
	if string(prefix) == "xml" {
		return []byte(xmlSpace), true
	}
	return nil, len(prefix) == 0
}

// end reads an end tag; s.pos stands on its "</".
func (s *scanner) end() error {
	s.pos += 2
	raw, err := s.name()
	if err != nil {
		return err
	}
	s.blank()
	if s.pos == len(s.data) {
		return errEnd
	}
	if s.data[s.pos] != '>' {
		return fmt.Errorf("</%s is not closed", raw)
	}
	s.pos++
	if len(s.open) == 0 || !bytes.Equal(s.open[len(s.open)-1].raw, raw) {
		return fmt.Errorf("</%s> ends an element that is not open", raw)
	}
	s.pop()
	return nil
}

func (s *scanner) pop() {
	last := len(s.open) - 1
	s.bound = s.bound[:s.open[last].bound]
	s.open = s.open[:last]
}

// text reads up to the next "<".
func (s *scanner) text() ([]byte, error) {
	rest := s.data[s.pos:]
	n := bytes.IndexByte(rest, '<')
	if n < 0 {
		n = len(rest)
	}
	s.pos += n
	if bytes.Contains(rest[:n], []byte("]]>")) {
		return nil, errors.New("]]> stands in plain text")
	}
	return unescape(rest[:n])
}

func (s *scanner) cdata() ([]byte, error) {
	if len(s.open) == 0 {
		return nil, errors.New("text stands outside the root element")
	}
	s.pos += len("<![CDATA[")
	n := bytes.Index(s.data[s.pos:], []byte("]]>"))
	if n < 0 {
		return nil, errEnd
	}
	text := s.data[s.pos : s.pos+n]
	s.pos += n + len("]]>")
	return clean(text)
}

func (s *scanner) comment() error {
	s.pos += len("<!--")
	n := bytes.Index(s.data[s.pos:], []byte("--"))
	if n < 0 || s.pos+n+2 >= len(s.data) {
		return errEnd
	}
	s.pos += n + 2
	if s.data[s.pos] != '>' {
		return errors.New("-- stands in a comment")
	}
	s.pos++
	return nil
}

// instruction passes over <?…?>; an XML declaration may name no other encoding than UTF-8.
func (s *scanner) instruction() error {
	s.pos += len("<?")
	n := bytes.Index(s.data[s.pos:], []byte("?>"))
	if n < 0 {
		return errEnd
	}
	written := string(s.data[s.pos : s.pos+n])
	if target, _, _ := strings.Cut(written, " "); target == "xml" {
		if _, enc, ok := strings.Cut(written, "encoding="); ok && len(enc) > 1 {
			name, _, _ := strings.Cut(enc[1:], enc[:1])
			if !strings.EqualFold(name, "utf-8") {
				return fmt.Errorf("the encoding %q is not UTF-8", name)
			}
		}
	}
	s.pos += n + 2
	return nil
}

// name reads a name with or without a prefix.
func (s *scanner) name() ([]byte, error) {
	start := s.pos
	for s.pos < len(s.data) && nameByte(s.data[s.pos], s.pos == start) {
		s.pos++
	}
	raw := s.data[start:s.pos]
	prefix, local := split(raw)
	if len(local) == 0 || bytes.IndexByte(local, ':') >= 0 || len(prefix) == 0 && len(local) != len(raw) || !nameByte(local[0], true) {
		if s.pos == len(s.data) {
			return nil, errEnd
		}
		return nil, fmt.Errorf("a name is missing or wrong at byte %d", start)
	}
	return raw, nil
}

func nameByte(c byte, first bool) bool {
	switch {
	case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c == '_', c == ':', c >= utf8.RuneSelf:
		return true
	}
	return !first && (c >= '0' && c <= '9' || c == '-' || c == '.')
}

func split(raw []byte) (prefix, local []byte) {
	if i := bytes.IndexByte(raw, ':'); i >= 0 {
		return raw[:i], raw[i+1:]
	}
	return nil, raw
}

// blank passes over white space and reports whether there was any.
func (s *scanner) blank() bool {
	start := s.pos
	for s.pos < len(s.data) && strings.IndexByte(" \t\r\n", s.data[s.pos]) >= 0 {
		s.pos++
	}
	return s.pos > start
}
