package simulator

import (
	"bytes"
	"encoding/xml"
	"net/http"
	"strconv"
	"strings"
	"unicode"

	"licensewatch/internal/caldate"
)

// reply writes the XML of an answer: as WCF writes it or, if documented, as SuperOffice's documentation shows
// it (domain.md §1.7). The methods name the schema's type because only the latter form tells it.
type reply struct {
	bytes.Buffer
	space      string // of everything but the envelope
	documented bool
}

// exception is an error that NetServer wraps into the header (domain.md §1.6).
type exception struct {
	kind, text, friendly string
	inner                *exception
}

// typeName returns the whole name of the exception's type, of which kind may be the last part only.
func (e *exception) typeName() string {
	switch {
	case strings.Contains(e.kind, "."):
		return e.kind
	case strings.HasPrefix(e.kind, "So"):
		return "SuperOffice.Exceptions." + e.kind
	}
	return "System.ServiceModel." + e.kind
}

// envelope writes a whole answer around content; e is nil if all went well.
func (r *reply) envelope(wrapper string, e *exception, content body) {
	if r.documented {
		r.raw(`<?xml version="1.0" encoding="utf-8"?><SOAP-ENV:Envelope xmlns:SOAP-ENV="` + soap12 + `" xmlns:xsi="` + xsiSpace +
			`" xmlns:xsd="` + xsdSpace + `" xmlns:arr="` + arraysSpace + `" xmlns:dsa="` + dsaSpace + `" xmlns:ns="` + r.space + `"><SOAP-ENV:Body><ns:` + wrapper + `>`)
		content(r)
		r.raw(`</ns:` + wrapper + `></SOAP-ENV:Body></SOAP-ENV:Envelope>`)
		return
	}
	r.raw(`<s:Envelope xmlns:s="` + soap11 + `"><s:Header>`)
	r.headers(e)
	r.raw(`</s:Header><s:Body><` + wrapper + ` xmlns="` + r.space + `">`)
	content(r)
	r.raw(`</` + wrapper + `></s:Body></s:Envelope>`)
}

// headers writes the four headers of every reply (domain.md §1.3).
func (r *reply) headers(e *exception) {
	h, i := ` xmlns:h="`+r.space+`"`, ` xmlns:i="`+xsiSpace+`"`
	if e == nil {
		r.raw(`<h:ExceptionInfo i:nil="true"` + h + i + `/>`)
	} else {
		r.raw(`<h:ExceptionInfo` + h + i + `>`)
		r.exceptionMembers(e)
		r.raw(`</h:ExceptionInfo>`)
	}
	r.raw(`<h:ExtraInfo i:nil="true"` + h + i + `/>`)
	r.raw(`<h:Succeeded` + h + `>` + strconv.FormatBool(e == nil) + `</h:Succeeded>`)
	r.raw(`<h:TimeZone i:nil="true"` + h + i + `/>`)
}

// exceptionMembers writes a SoExceptionInfo's members, in the prefix of headers.
func (r *reply) exceptionMembers(e *exception) {
	r.raw(`<h:Message>`)
	r.escape(e.text)
	r.raw(`</h:Message><h:StackTrace>`)
	r.escape(stackTrace)
	r.raw(`</h:StackTrace>`)
	if e.friendly == "" {
		r.raw(`<h:FriendlyText i:nil="true"/>`)
	} else {
		r.raw(`<h:FriendlyText>`)
		r.escape(e.friendly)
		r.raw(`</h:FriendlyText>`)
	}
	r.raw(`<h:ExceptionType>` + e.typeName() + `</h:ExceptionType><h:Source>SoCore</h:Source>`)
	if e.inner == nil {
		r.raw(`<h:InnerException i:nil="true"/>`)
	} else {
		r.raw(`<h:InnerException>`)
		r.exceptionMembers(e.inner)
		r.raw(`</h:InnerException>`)
	}
	r.raw(`<h:Parameters i:nil="true"/>`)
}

// answer returns what was written as an HTTP answer.
func (r *reply) answer() *answer {
	return &answer{status: http.StatusOK, mime: mimeSOAP, body: r.Bytes()}
}

// member opens a member of the body's wrapper, which declares the prefix that nil elements below it use.
func (r *reply) member(name, kind string) {
	if r.documented {
		r.open(name, kind)
		return
	}
	r.raw(`<` + name + ` xmlns:i="` + xsiSpace + `">`)
}

// nilMember writes a member of the body's wrapper that has no value.
func (r *reply) nilMember(name string) {
	if r.documented {
		r.null(name)
		return
	}
	r.raw(`<` + name + ` i:nil="true" xmlns:i="` + xsiSpace + `"/>`)
}

// open begins an element of a complex type of the service's own namespace.
func (r *reply) open(name, kind string) { r.start(name, "ns:"+kind) }

// start begins an element whose type is known by a whole name.
func (r *reply) start(name, kind string) {
	if r.documented {
		r.raw(`<ns:` + name + ` xsi:type="` + kind + `">`)
		return
	}
	r.raw(`<` + name + `>`)
}

// close ends an element; as WCF does, one that holds nothing becomes an empty tag.
func (r *reply) close(name string) {
	start := `<` + name + `>`
	switch {
	case r.documented:
		r.raw(`</ns:` + name + `>`)
	case bytes.HasSuffix(r.Bytes(), []byte(start)):
		r.Truncate(r.Len() - len(start))
		r.raw(`<` + name + `/>`)
	default:
		r.raw(`</` + name + `>`)
	}
}

// null writes an element without a value.
func (r *reply) null(name string) {
	if r.documented {
		r.raw(`<ns:` + name + ` xsi:nil="true"/>`)
		return
	}
	r.raw(`<` + name + ` i:nil="true"/>`)
}

// carrier writes the two members that types which extend Carrier begin with (domain.md §1.4).
func (r *reply) carrier() {
	r.null("TableRight")
	r.null("FieldProperties")
}

func (r *reply) simple(name, kind, value string) {
	r.start(name, kind)
	r.escape(value)
	r.close(name)
}

func (r *reply) text(name, value string) { r.simple(name, "xsd:string", value) }

// optional writes a text that has no value rather than an empty one.
func (r *reply) optional(name, value string) {
	if value == "" {
		r.null(name)
		return
	}
	r.text(name, value)
}

func (r *reply) word(name, kind, value string) { r.simple(name, "ns:"+kind, value) }
func (r *reply) int(name string, value int)    { r.simple(name, "xsd:int", strconv.Itoa(value)) }
func (r *reply) bool(name string, value bool) {
	r.simple(name, "xsd:boolean", strconv.FormatBool(value))
}
func (r *reply) foreign(prefix, n, v string) {
	r.raw(`<` + prefix + `:` + n + `>` + v + `</` + prefix + `:` + n + `>`)
}
func (r *reply) raw(s string) { _, _ = r.WriteString(s) }
func (r *reply) date(name string, d caldate.Date) {
	s := "0001-01-01" // .NET's DateTime.MinValue stands for none (domain.md §4.4)
	switch {
	case d.IsNever():
		s = "9999-12-31"
	case d.IsDay():
		s = d.String()
	}
	s += "T00:00:00"
	if r.documented {
		s += "Z"
	}
	r.simple(name, "xsd:dateTime", s)
}

// array writes words or numbers as an array of the Arrays namespace.
func (r *reply) array(name, kind string, items ...string) {
	prefix := "arr"
	if r.documented {
		r.raw(`<ns:` + name + ` xsi:type="arr:ArrayOf` + kind + `">`)
	} else {
		prefix = "a"
		r.raw(`<` + name + ` xmlns:a="` + arraysSpace + `">`)
	}
	for _, item := range items {
		r.foreign(prefix, kind, item)
	}
	r.close(name)
}

// escape writes text; what XML cannot hold becomes U+FFFD.
func (r *reply) escape(s string) {
	if isWord(s) {
		r.raw(s)
		return
	}
	_ = xml.EscapeText(&r.Buffer, []byte(s)) // a Buffer takes everything
}

// isWord reports whether s needs no escaping, as nearly all that is sent.
func isWord(s string) bool {
	for _, c := range []byte(s) {
		if c < ' ' || c > unicode.MaxASCII-1 || c == '<' || c == '>' || c == '&' || c == '"' || c == '\'' {
			return false
		}
	}
	return true
}
