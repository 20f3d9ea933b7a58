package soapclient

import (
	"bytes"
	"context"
	"encoding/xml"
	"strings"
	"unicode/utf8"
)

// Document is an owner's licence as NetServer sent it, kept whole because it must go back whole: every member in its order,
// the issuer's keys and signatures, and members that this package does not know (domain.md §1.4). The zero Document is none.
type Document struct {
	// content is what stands inside the ExtendedLicenseInfo, written anew: the service's namespace is the default one and
	// goes unsaid, every other is declared where it begins, and nil is i:nil. So it depends on no prefix that the server chose
	// and fits into a request of any version. Other attributes are no part of the contract and are left out.
	content string
}

// LicenceDocument is LicenceFromIssuer that also keeps the licence as it came, for ValidateLicence and ModuleHistory
// (GetLicenseFromLicenseServer, domain.md §4.6). The Licence is nil when there is none.
func (c *Client) LicenceDocument(ctx context.Context, owner string) (*Licence, Document, error) {
	return c.document(ctx, call{op: "GetLicenseFromLicenseServer", timeout: issuerTimeout, members: []member{{"OwnerName", owner}}})
}

// LicenceFromFile has NetServer read the text of a licence file and set it beside the present licence. It activates
// nothing (GetLicenseFromFile, domain.md §4.6). The Licence is nil when NetServer made nothing of the file.
func (c *Client) LicenceFromFile(ctx context.Context, file string) (*Licence, Document, error) {
	file = strings.TrimPrefix(file, "\ufeff") // a mark of text files, which .NET's readers of strings refuse
	if _, err := clean([]byte(file)); err != nil || !utf8.ValidString(file) {
		return nil, Document{}, &Error{Kind: KindContract, Op: "GetLicenseFromFile", Host: c.host(),
			Text: "the licence file is not plain text in UTF-8: take the XML file that SuperOffice sent"}
	}
	return c.document(ctx, call{op: "GetLicenseFromFile", timeout: databaseTimeout, members: []member{{"FileContent", file}}})
}

func (c *Client) document(ctx context.Context, q call) (l *Licence, d Document, err error) {
	err = c.answer(ctx, q, func(r *reader) error {
		content, err := r.capture()
		if err != nil {
			return err
		}
		d.content, l = content, new(Licence)
		return r.reread(content, func(inner *reader) error { return inner.licence(l) })
	})
	if err != nil {
		return nil, Document{}, err
	}
	return l, d, nil
}

// Result is LicenseResult (domain.md §1.4): what NetServer found when it validated a licence.
type Result struct {
	Succeeded bool   // the licence is in order; the call itself succeeded in either case
	Reason    string // why not
}

// ValidateLicence asks NetServer whether a licence is consistent, without activating it (ValidateLicenseInfo,
// domain.md §4.6). The request is as large as the licence, and servers with WCF's limit of 64 KiB refuse it with
// ReasonTooLarge (§1.6).
func (c *Client) ValidateLicence(ctx context.Context, d Document) (Result, error) {
	q := call{op: "ValidateLicenseInfo", timeout: databaseTimeout, posted: true, members: []member{{"LicenseInfo", d.content}}}
	if d.content == "" {
		return Result{}, c.nothingToPost(q.op)
	}
	var res Result
	found := false
	err := c.answer(ctx, q, func(r *reader) error {
		res, found = Result{}, true
		return r.result(&res)
	})
	switch {
	case err != nil:
		return Result{}, err
	case !found:
		return Result{}, c.missing(q.op)
	}
	return res, nil
}

// ModuleHistory returns what the issuer tells about one module of a licence, as text (GetModuleLicenseHistoryFromLicenseServer,
// domain.md §4.6). It is empty when the issuer tells nothing. The size of the request is that of ValidateLicence.
func (c *Client) ModuleHistory(ctx context.Context, d Document, module string) (string, error) {
	q := call{op: "GetModuleLicenseHistoryFromLicenseServer", timeout: issuerTimeout, posted: true}
	if d.content == "" {
		return "", c.nothingToPost(q.op)
	}
	use, err := d.module(module, c.Address.Version.namespace())
	if err != nil {
		return "", err
	}
	if use == "" {
		return "", &Error{Kind: KindContract, Op: q.op, Host: c.host(), Text: "the licence has no module " + module}
	}
	q.members = []member{{"LicenseInfo", d.content}, {"ModuleLicense", use}}
	return c.textAnswer(ctx, q)
}

func (c *Client) nothingToPost(op string) error {
	return &Error{Kind: KindContract, Op: op, Host: c.host(),
		Text: "there is no licence to send: fetch it from the licence server or from a file first"}
}

// module returns the content of a module's ExtendedModuleLicense; it is empty if there is none of that name. space is the
// service's namespace.
func (d Document) module(name, space string) (string, error) {
	r := &reader{space: space}
	found := ""
	err := r.reread(d.content, func(r *reader) error {
		return r.members(func(member string) error {
			if member != "ExtendedModuleLicenses" {
				return r.skip()
			}
			return r.members(func(string) error {
				content, err := r.capture()
				if err != nil {
					return err
				}
				var use ModuleUse
				err = r.reread(content, func(r *reader) error { return r.moduleUse(&use) })
				for _, m := range []*Module{use.Current, use.New} {
					if found == "" && m != nil && m.Name == name {
						found = content
					}
				}
				return err
			})
		})
	})
	return found, err
}

// standalone returns content as a document of its own, with space for the service's namespace.
func standalone(content, space string) string {
	return `<ExtendedLicenseInfo xmlns="` + space + `" xmlns:i="` + xsiSpace + `">` + content + `</ExtendedLicenseInfo>`
}

// reread reads captured content with f, as if it stood where it was captured.
func (r *reader) reread(content string, f func(*reader) error) error {
	s, err := newScanner([]byte(standalone(content, r.space)))
	if err != nil {
		return r.wrong(err)
	}
	if _, _, _, err := s.next(); err != nil {
		return r.wrong(err)
	}
	return f(&reader{scanner: s, space: r.space, path: r.path[:len(r.path):len(r.path)]})
}

// capture returns the content of the element just started in the form of Document's.
func (r *reader) capture() (string, error) {
	var b bytes.Buffer
	if err := r.copyContent(&b, r.space); err != nil {
		return "", err
	}
	return b.String(), nil
}

// copyContent writes what stands inside the element just started; around is the default namespace there. White space between
// elements is left out, text is not changed.
func (r *reader) copyContent(to *bytes.Buffer, around string) error {
	var text []byte
	parent := false
	for {
		kind, e, piece, err := r.next()
		if err != nil {
			return r.wrong(err)
		}
		if kind == textToken {
			text = append(text, piece...)
			continue
		}
		parent = parent || kind == startToken
		if !parent || len(bytes.Trim(text, " \t\r\n")) > 0 {
			xml.EscapeText(to, text) // a bytes.Buffer does not fail
		}
		text = text[:0]
		if kind == endToken {
			return nil
		}
		if err := r.copyElement(to, e, around); err != nil {
			return err
		}
	}
}

func (r *reader) copyElement(to *bytes.Buffer, e element, around string) error {
	space := string(e.space)
	to.WriteByte('<')
	to.Write(e.local)
	if space != around {
		to.WriteString(` xmlns="`)
		xml.EscapeText(to, e.space)
		to.WriteByte('"')
	}
	if e.null {
		to.WriteString(` i:nil="true"`)
	}
	to.WriteByte('>')
	start := to.Len()
	if err := r.copyContent(to, space); err != nil {
		return err
	}
	if to.Len() == start {
		to.Truncate(start - 1)
		to.WriteString("/>")
		return nil
	}
	to.WriteString("</")
	to.Write(e.local)
	to.WriteByte('>')
	return nil
}
