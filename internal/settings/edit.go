package settings

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"

	"licensewatch/internal/atomicfile"
)

// ErrNoSite is what errors.Is finds when a site to change or remove is not in the file.
var ErrNoSite = errors.New("the settings have no such site")

// SaveSite writes site into the settings file at path, which may not exist yet: as a new site if was is
// empty, else in the place of the site named was. A site that cannot work gives *Error, without lines.
func SaveSite(path, was string, site Site) error {
	site.CAFile = absolute(path, site.CAFile)
	if len(site.Owners) == 0 {
		site.Owners = nil
	}
	return edit(path, func(doc *document, s *Settings) ([]patch, error) {
		i := slices.IndexFunc(s.Sites, func(other Site) bool { return other.Name == was })
		if was != "" && i < 0 {
			return nil, fmt.Errorf("%w: %q", ErrNoSite, was)
		}
		others := slices.Clone(s.Sites)
		if i >= 0 {
			others = slices.Delete(others, i, i+1)
		}
		if wrong := append(site.all(), unique(site.Name, others)...); len(wrong) > 0 {
			return nil, newError("", wrong)
		}
		if i < 0 {
			site.OwnerLimits = arranged(nil, site.OwnerLimits)
			s.Sites = append(s.Sites, site)
			return []patch{doc.appended(site)}, nil
		}
		before := s.Sites[i]
		site.OwnerLimits = arranged(before.OwnerLimits, site.OwnerLimits)
		s.Sites[i] = site
		patches := doc.changed(doc.sites[i], before.fields(), site.fields())
		return append(patches, doc.changedOwners(doc.sites[i], before.OwnerLimits, site.OwnerLimits)...), nil
	})
}

// RemoveSite takes the site with that name and its owners' blocks out of the settings file at path. Comments before and after
// its lines stay.
func RemoveSite(path, name string) error {
	return edit(path, func(doc *document, s *Settings) ([]patch, error) {
		i := slices.IndexFunc(s.Sites, func(other Site) bool { return other.Name == name })
		if i < 0 {
			return nil, fmt.Errorf("%w: %q", ErrNoSite, name)
		}
		s.Sites = slices.Delete(s.Sites, i, i+1)
		return []patch{doc.removed(doc.sites[i])}, nil
	})
}

// Change writes the values for all sites that change sets into the settings file at path, which may not exist yet. Values
// that cannot work give *Error, without lines.
func Change(path string, change func(*Settings)) error {
	return edit(path, func(doc *document, s *Settings) ([]patch, error) {
		before := *s
		change(s)
		if len(s.Command) == 0 {
			s.Command = nil
		}
		if wrong := s.check(); len(wrong) > 0 {
			return nil, newError("", wrong)
		}
		return doc.changed(doc.top, before.fields(), s.fields()), nil
	})
}

// edit reads the file, lets change alter the settings and say which text to patch for that, and writes
// the result if it reads back as those settings.
func edit(path string, change func(*document, *Settings) ([]patch, error)) error {
	data, err := read(path)
	if err != nil {
		return err
	}
	s, doc, err := parse(path, data)
	if err != nil {
		return err
	}
	patches, err := change(doc, &s)
	if err != nil {
		return err
	}
	after := apply(data, patches)
	if bytes.Equal(after, data) {
		return nil
	}
	again, _, err := parse(path, after)
	if len(s.Sites) == 0 {
		s.Sites = nil
	}
	if err != nil || !reflect.DeepEqual(again, s) {
		return fmt.Errorf("%s cannot be edited by the program without harm to what else is in it; edit it by hand", path)
	}
	return write(path, after)
}

// write replaces the file, which keeps its mode; a new one is its user's alone.
func write(path string, data []byte) error {
	perm := fs.FileMode(0o600)
	if about, err := os.Stat(path); err == nil {
		perm = about.Mode().Perm()
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fmt.Errorf("make the settings folder: %w", err)
	}
	if err := atomicfile.Write(path, data, perm); err != nil {
		return fmt.Errorf("save settings: %w", err)
	}
	return nil
}

// patch puts text in the place of a range of bytes.
type patch struct {
	span
	text string
}

// apply returns data with the patches in it; those at one place stay in their order.
func apply(data []byte, patches []patch) []byte {
	slices.SortStableFunc(patches, func(a, b patch) int { return a.start - b.start })
	var out []byte
	done := 0
	for _, p := range patches {
		out = append(append(out, data[done:p.start]...), p.text...)
		done = p.end
	}
	return append(out, data[done:]...)
}

// changed returns the patches that turn the section's values from before into after. Values that stay are
// not touched, new keys follow the last one.
func (d *document) changed(s section, before, after []field) []patch {
	var patches []patch
	var added []string
	for i, f := range after {
		text := encode(f.at)
		if text == encode(before[i].at) {
			continue
		}
		e, ok := s.find(f.key)
		switch {
		case ok && text == "":
			patches = append(patches, patch{span{d.lineStart(e.at), d.lineEnd(e.value.end)}, ""})
		case ok:
			patches = append(patches, patch{e.value, text})
		default:
			added = append(added, f.key+" = "+text)
		}
	}
	if len(added) > 0 {
		patches = append(patches, d.added(s, added))
	}
	return patches
}

// added puts lines behind the section's last key.
func (d *document) added(s section, lines []string) patch {
	nl := d.newline()
	if len(s.entries) == 0 && s.header.end == 0 {
		at := d.head()
		text := strings.Join(lines, nl) + nl
		if rest := d.data[at:]; len(rest) > 0 && !blankFirst(rest) {
			text += nl
		}
		return patch{span{at, at}, text}
	}
	first, _ := s.extent()
	if n := len(s.entries); n > 0 {
		first = s.entries[n-1].at
	}
	indent := d.indent(first)
	return d.follows(s, indent+strings.Join(lines, nl+indent)+nl)
}

// appended puts a block for site at the end.
func (d *document) appended(site Site) patch {
	nl := d.newline()
	var b strings.Builder
	if len(d.data) > 0 {
		if !bytes.HasSuffix(d.data, []byte("\n")) {
			b.WriteString(nl)
		}
		if !bytes.HasSuffix(d.data, []byte("\n\n")) && !bytes.HasSuffix(d.data, []byte("\n\r\n")) {
			b.WriteString(nl)
		}
	}
	b.WriteString("[[site]]" + nl + d.lines(site.fields()))
	for _, o := range site.OwnerLimits {
		b.WriteString(d.ownerBlock(o))
	}
	return patch{span{len(d.data), len(d.data)}, b.String()}
}

// lines returns the fields that hold something, a line each.
func (d *document) lines(fields []field) string {
	var b strings.Builder
	for _, f := range fields {
		if !reflect.ValueOf(f.at).Elem().IsZero() {
			b.WriteString(f.key + " = " + encode(f.at) + d.newline())
		}
	}
	return b.String()
}

// removed takes the block's lines out, from its header to the last value of it and of its owners' blocks, and the blank lines after them.
func (d *document) removed(s section) patch {
	first, last := s.whole()
	cut := span{d.lineStart(first), d.lineEnd(last)}
	for cut.end < len(d.data) && blankFirst(d.data[cut.end:]) {
		cut.end = d.lineEnd(cut.end)
	}
	return patch{cut, ""}
}
