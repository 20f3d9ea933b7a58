package soapclient

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"licensewatch/internal/caldate"
)

// reader walks a reply by (namespace, local name), whatever its prefixes. Every function of it leaves the
// scanner behind the end of the element it was called for.
type reader struct {
	*scanner
	space string   // the namespace of the service version
	path  [][]byte // names of the elements around, for error texts
}

// each calls f for every child of the element just started; f consumes the child.
func (r *reader) each(f func(e element) error) error {
	for {
		kind, e, _, err := r.next()
		if err != nil {
			return r.wrong(err)
		}
		switch kind {
		case endToken:
			return nil
		case startToken:
			r.path = append(r.path, e.local)
			if err := f(e); err != nil {
				return err
			}
			r.path = r.path[:len(r.path)-1]
		}
	}
}

// members is each for an element of the service: children of another namespace, and nil ones, are passed over.
func (r *reader) members(f func(name string) error) error {
	return r.each(func(e element) error {
		if string(e.space) != r.space || e.null {
			return r.skip()
		}
		return f(string(e.local))
	})
}

// skip passes over the element just started.
func (r *reader) skip() error {
	for depth := 1; depth > 0; {
		kind, _, _, err := r.next()
		if err != nil {
			return r.wrong(err)
		}
		switch kind {
		case startToken:
			depth++
		case endToken:
			depth--
		}
	}
	return nil
}

// text returns the text of the element just started; elements inside it do not count.
func (r *reader) text() ([]byte, error) {
	var whole []byte
	for {
		kind, _, piece, err := r.next()
		if err != nil {
			return nil, r.wrong(err)
		}
		switch kind {
		case endToken:
			return whole, nil
		case startToken:
			if err := r.skip(); err != nil {
				return nil, err
			}
		case textToken:
			if whole == nil {
				whole = piece // nearly always the only piece: no copy
			} else {
				whole = append(whole[:len(whole):len(whole)], piece...)
			}
		}
	}
}

func (r *reader) string(to *string) error {
	b, err := r.text()
	*to = string(b)
	return err
}

// strings reads an array of strings; its items are of a namespace of their own (domain.md §1.1).
func (r *reader) strings(to *[]string) error {
	return r.each(func(element) error {
		var item string
		err := r.string(&item)
		*to = append(*to, item)
		return err
	})
}

func (r *reader) int(to *int) error {
	b, err := r.text()
	if err != nil {
		return err
	}
	if *to, err = strconv.Atoi(strings.TrimSpace(string(b))); err != nil {
		return r.wrong(fmt.Errorf("%.40q is not a number", b))
	}
	return nil
}

func (r *reader) bool(to *bool) error {
	b, err := r.text()
	if err != nil {
		return err
	}
	switch strings.TrimSpace(string(b)) {
	case "true", "1":
		*to = true
	case "false", "0":
		*to = false
	default:
		return r.wrong(fmt.Errorf("%.40q is neither true nor false", b))
	}
	return nil
}

func (r *reader) date(to *caldate.Date) error {
	b, err := r.text()
	if err != nil {
		return err
	}
	if *to, err = caldate.Parse(strings.TrimSpace(string(b))); err != nil {
		return r.wrong(fmt.Errorf("%.40q is not a date", b))
	}
	return nil
}

// wrong makes a breach of the contract that says in which element it stands, from the Envelope's children inwards.
func (r *reader) wrong(err error) error {
	names := slices.Clone(r.path)
	for _, t := range r.open[min(len(r.path)+1, len(r.open)):] { // elements that are passed over
		_, local := split(t.raw)
		names = append(names, local)
	}
	if len(names) == 0 {
		return &Error{Kind: KindContract, Text: err.Error()}
	}
	return &Error{Kind: KindContract, Text: fmt.Sprintf("in %s: %v", bytes.Join(names, []byte("/")), err)}
}
