package settings

import (
	"bytes"
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/pelletier/go-toml/v2"
	"github.com/pelletier/go-toml/v2/unstable"

	"licensewatch/monitor"
)

// document is the text of a settings file with the places of its parts.
type document struct {
	data  []byte
	top   section   // what stands before the first block
	sites []section // the [[site]] blocks, with their owners'
}

// section is a run of key-value lines.
type section struct {
	header  span // the key in the block's header; empty for the top
	entries []entry
	owners  []section // of a site: its [[site.owner]] blocks
}

// span is a range of bytes.
type span struct{ start, end int }

// entry is one key with its value.
type entry struct {
	key   string
	at    int  // where the key begins
	value span // the value as written
	kind  unstable.Kind
	text  string   // of a scalar, without quotes and escapes
	items []string // of an array of strings; nil if it holds anything else
	whole []int    // of an array of whole numbers; nil if it holds anything else
}

// outline finds the parts of data, and what has no place in a settings file.
func outline(data []byte) (*document, []Problem) {
	doc := &document{data: data}
	if p := doc.syntax(); p != nil {
		return doc, []Problem{*p}
	}
	var problems []Problem
	var parser unstable.Parser
	parser.Reset(data)
	strange := &section{}
	into := &doc.top
	for parser.NextExpression() {
		node := parser.Expression()
		name, place := dotted(node)
		switch {
		case node.Kind == unstable.KeyValue:
			into.entries = append(into.entries, newEntry(data, node, name, place))
		case name == "site" && node.Kind == unstable.ArrayTable:
			doc.sites = append(doc.sites, section{header: place})
			into = &doc.sites[len(doc.sites)-1]
		case name == "site.owner" && node.Kind == unstable.ArrayTable && len(doc.sites) > 0:
			site := &doc.sites[len(doc.sites)-1]
			site.owners = append(site.owners, section{header: place})
			into = &site.owners[len(site.owners)-1]
		default:
			problems = append(problems, doc.strangeTable(name, place))
			into = strange // its keys are not worth more words
		}
	}
	return doc, problems
}

// syntax holds the whole text against TOML, duplicate keys included, which the parser of expressions
// does not look for.
func (d *document) syntax() *Problem {
	var all map[string]any
	err := toml.Unmarshal(d.data, &all)
	if err == nil {
		return nil
	}
	p := &Problem{Line: 1, Text: strings.TrimPrefix(err.Error(), "toml: "), Remedy: "correct this line; the file's form is TOML"}
	if at, ok := errors.AsType[*toml.DecodeError](err); ok {
		p.Line, _ = at.Position()
	}
	if bytes.ContainsRune(d.lineText(p.Line), '\\') {
		p.Remedy = `put a text with a backslash into single quotes, as 'C:\ca.pem'`
	}
	return p
}

func (d *document) strangeTable(name string, place span) Problem {
	p := unknown(name, []string{"site", "site.owner"})
	switch {
	case name == "site":
		p = Problem{Key: name, Text: "a site's block begins with [[site]]", Remedy: "write it with two brackets"}
	case name == "site.owner" && len(d.sites) == 0:
		p = Problem{Key: name, Text: "an owner's block follows its site's", Remedy: "put a [[site]] block before it"}
	case name == "site.owner":
		p = Problem{Key: name, Text: "an owner's block begins with [[site.owner]]", Remedy: "write it with two brackets"}
	}
	p.Line = d.line(place.start)
	return p
}

// dotted returns the key of a node, its parts joined by dots, and where it stands.
func dotted(node *unstable.Node) (name string, place span) {
	for it := node.Key(); it.Next(); {
		part := it.Node()
		if name == "" && place.end == 0 {
			name, place.start = string(part.Data), int(part.Raw.Offset)
		} else {
			name += "." + string(part.Data)
		}
		place.end = int(part.Raw.Offset + part.Raw.Length)
	}
	return name, place
}

func newEntry(data []byte, node *unstable.Node, name string, place span) entry {
	value := node.Value()
	e := entry{key: name, at: place.start, kind: value.Kind, text: string(value.Data)}
	e.value.end = int(node.Raw.Offset + node.Raw.Length)
	e.value.start = place.end + bytes.IndexByte(data[place.end:], '=') + 1
	e.value.start += len(data[e.value.start:]) - len(bytes.TrimLeft(data[e.value.start:], " \t"))
	if value.Kind == unstable.Array {
		e.items, e.whole = texts(value), numbers(value)
	}
	return e
}

// texts returns the elements of an array that holds strings only, else nil.
func texts(array *unstable.Node) []string {
	items := []string{}
	for it := array.Children(); it.Next(); {
		if it.Node().Kind != unstable.String {
			return nil
		}
		items = append(items, string(it.Node().Data))
	}
	return items
}

// numbers returns the elements of an array that holds whole numbers only, else nil.
func numbers(array *unstable.Node) []int {
	list := []int{}
	for it := array.Children(); it.Next(); {
		n, ok := number(it.Node().Kind, string(it.Node().Data))
		if !ok {
			return nil
		}
		list = append(list, n)
	}
	return list
}

// number returns a whole number as TOML writes it.
func number(kind unstable.Kind, text string) (int, bool) {
	n, err := strconv.ParseInt(text, 0, 32)
	return int(n), err == nil && kind == unstable.Integer
}

// fill stores the section's values in fields.
func (d *document) fill(s section, fields []field) []Problem {
	var problems []Problem
	var known []string
	at := map[string]any{}
	for _, f := range fields {
		known = append(known, f.key)
		at[f.key] = f.at
	}
	for _, e := range s.entries {
		p := Problem{Key: e.key}
		switch target, ok := at[e.key]; {
		case ok:
			p.Text = e.store(target)
		case e.key == "site":
			p.Text, p.Remedy = "sites are not written as a list", "write each site as a [[site]] block"
		case e.key == "owner" && s.header.end > 0:
			p.Text, p.Remedy = "owners' limits are not written as a list", "write each owner as a [[site.owner]] block behind the site's"
		default:
			p = unknown(e.key, known)
		}
		if p.Text != "" {
			p.Line = d.line(e.at)
			problems = append(problems, p)
		}
	}
	return problems
}

// samples show how keys that hold a list of texts are written.
var samples = map[string]string{"owners": `["SUPEROFFICE"]`, "command": `["/usr/local/bin/to-chat", "licences"]`}

// store puts the entry's value into target, or says how it should have been written.
func (e entry) store(target any) (complaint string) {
	switch target := target.(type) {
	case *string:
		if e.kind == unstable.String {
			*target = e.text
			return ""
		}
		return e.key + " must be a text in quotes"
	case *bool:
		if e.kind == unstable.Bool {
			*target = e.text == "true"
			return ""
		}
		return e.key + " must be true or false, without quotes"
	case *[]string:
		if e.items == nil {
			return e.key + ` must be a list of texts, as ` + samples[e.key]
		}
		*target = e.items
		if len(e.items) == 0 {
			*target = nil
		}
		return ""
	case *time.Duration:
		d, err := time.ParseDuration(e.text)
		if e.kind != unstable.String || err != nil {
			return e.key + ` must be a duration in quotes, as "1h" or "30m"`
		}
		*target = d
		return ""
	case *[]int:
		if e.whole == nil {
			return e.key + " must be a list of whole numbers of days, as [60, 30, 7]"
		}
		*target = e.whole
		return ""
	case **int:
		n, ok := number(e.kind, e.text)
		switch {
		case ok && n >= 0:
			*target = &n
		case e.kind == unstable.String && e.text == off:
			*target = new(monitor.NoSeatWarning)
		default:
			return e.key + ` must be a whole number from 0, or "off"`
		}
		return ""
	}
	return e.storeRule(target)
}

// place gives each problem the line of its key in s, or that of the block's header.
func (d *document) place(s section, problems []Problem) []Problem {
	for i, p := range problems {
		at := s.header.start
		if e, ok := s.find(p.Key); ok {
			at = e.at
		}
		problems[i].Line = d.line(at)
	}
	return problems
}

func (s section) find(key string) (entry, bool) {
	for _, e := range s.entries {
		if e.key == key {
			return e, true
		}
	}
	return entry{}, false
}

// line returns the number of the line that offset is in, from 1.
func (d *document) line(offset int) int { return 1 + bytes.Count(d.data[:offset], []byte("\n")) }

func (d *document) lineText(line int) []byte {
	lines := bytes.Split(d.data, []byte("\n"))
	return lines[min(max(line, 1), len(lines))-1]
}
