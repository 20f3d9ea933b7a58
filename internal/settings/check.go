package settings

import (
	"crypto/x509"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"runtime"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"licensewatch/internal/loopback"
	"licensewatch/monitor"
)

const (
	minInterval = time.Minute
	maxInterval = 30 * 24 * time.Hour
	maxName     = 64  // runes; an account in the keyring has room for it everywhere
	maxText     = 500 // runes
)

// notInNames are what a file's name cannot hold on some system, and "/" also ends the site's part of a
// keyring account.
const notInNames = `/\:*?"<>|`

var (
	panels   = []string{"auto", "light", "dark"}
	services = []string{"Services84", "Services85", "Services86", "Services87", "Services88"}
	signIns  = []string{"password", "windows", "online", "system-user", "ticket"}
)

// Check returns what is wrong with the site by itself as *Error, nil if nothing is.
func (s Site) Check() error {
	if problems := s.all(); len(problems) > 0 {
		return newError("", problems)
	}
	return nil
}

func (s Settings) check() []Problem {
	return append(problems(
		duration("interval", s.Interval),
		duration("details_interval", s.DetailsInterval),
		oneOf("panel", s.Panel, panels),
		ladder(s.Limits.Ladder),
		freeSeats(s.Limits.FreeSeats),
		command(s.Command),
	), checkRules(s.Rules)...)
}

// all returns the problems of the site and of its owners' blocks.
func (s Site) all() []Problem {
	all := s.check()
	for i, o := range s.OwnerLimits {
		for _, p := range checkOwner(o, s.OwnerLimits[:i]) {
			p.Text = fmt.Sprintf("of owner %q: %s", o.Owner, p.Text) // there is no line to tell it by
			all = append(all, p)
		}
	}
	return all
}

// check returns the problems of the keys of the site's own block.
func (s Site) check() []Problem {
	return append(problems(
		siteName(s.Name),
		s.place(),
		oneOf("services", s.Services, services),
		oneOf("sign_in", s.SignIn, signIns),
		user(s.User, s.SignIn),
		ownerNames(s.Owners),
		caFile(s.CAFile),
		plainText("domain", s.Domain, "EXAMPLE"),
		s.environment(),
		s.clientID(),
		proxy(s.Proxy),
		s.proxyUser(),
		pin(s.Pin),
		web(s.Web),
		ladder(s.Limits.Ladder),
		freeSeats(s.Limits.FreeSeats),
	), checkRules(s.Rules)...)
}

// problems drops the nil ones.
func problems(found ...*Problem) []Problem {
	var all []Problem
	for _, p := range found {
		if p != nil {
			all = append(all, *p)
		}
	}
	return all
}

func problem(key, text, remedy string) *Problem {
	return &Problem{Key: key, Text: text, Remedy: remedy}
}

func duration(key string, d time.Duration) *Problem {
	switch {
	case d < minInterval:
		return problem(key, fmt.Sprintf("%s is %s, which is too short", key, words(d)), `use "1m" or more`)
	case d > maxInterval:
		return problem(key, fmt.Sprintf("%s is %s, which is too long", key, words(d)), `use "720h" or less`)
	}
	return nil
}

func oneOf(key, value string, known []string) *Problem {
	if slices.Contains(known, value) {
		return nil
	}
	return problem(key, fmt.Sprintf("%s %q is not known", key, value), "use one of "+strings.Join(known, ", "))
}

func siteName(name string) *Problem {
	say := func(text, remedy string) *Problem { return problem("name", text, remedy) }
	switch {
	case name == "":
		return say("the site has no name", `give it one, as name = "Head office"`)
	case utf8.RuneCountInString(name) > maxName:
		return say("the name is too long", fmt.Sprintf("use at most %d characters", maxName))
	case !printable(name):
		return say("the name holds characters that cannot be shown", "use letters, digits and blanks")
	case strings.ContainsAny(name, notInNames):
		return say(fmt.Sprintf("name %q holds a character that a file's name cannot have", name), "leave out "+notInNames)
	case strings.TrimSpace(name) != name || strings.HasSuffix(name, ".") || name[0] == '.':
		return say(fmt.Sprintf("name %q begins or ends with a blank or a dot", name), "leave that out")
	}
	return nil
}

// unique holds name against the sites before it. Case makes no difference to Windows' keyring nor to
// many file systems.
func unique(name string, others []Site) []Problem {
	for _, other := range others {
		if name != "" && strings.EqualFold(name, other.Name) {
			return []Problem{{Key: "name", Text: fmt.Sprintf("there is a site named %q already", other.Name), Remedy: "choose another name"}}
		}
	}
	return nil
}

// address never repeats the address in its words: it may carry a password.
func address(written string, allowHTTP bool) *Problem {
	say := func(text, remedy string) *Problem { return problem("url", text, remedy) }
	const sample = "write what stands before Services86/License.svc, as https://crm.example.com/remote/"
	if written == "" {
		return say("the site has no url", sample)
	}
	u, err := url.Parse(written)
	switch {
	case err != nil || !printable(written) || strings.TrimSpace(written) != written:
		return say("the url is not an address", sample)
	case u.Scheme != "http" && u.Scheme != "https":
		return say("the url does not begin with https:// or http://", sample)
	case u.Hostname() == "":
		return say("the url names no host", sample)
	case u.User != nil:
		return say("the url carries a user or a password", `use the key user, and "licensewatch signin" for the password`)
	case u.Scheme == "http" && !loopback.Host(u.Hostname()) && !allowHTTP:
		return say("the url is plain http, so anybody on the way could read the password", "use https, or add allow_http = true to accept that")
	}
	return nil
}

func web(written string) *Problem {
	if written == "" || printable(written) && monitor.WebLink(written) != "" {
		return nil
	}
	return problem("web", "web is not the address of a web client, without a user or a password", `write it as "https://crm.example.com/", or leave it out`)
}

func user(name, signIn string) *Problem {
	switch {
	case name == "" && signIn == "password":
		return problem("user", "the site has no user", `sign_in "password" needs one, as user = "svc-licence"`)
	case name == "" && signIn == "windows" && !ownIdentity:
		return problem("user", "the site has no user", `sign_in "windows" needs one on this system, as user = "svc-licence" and domain = "EXAMPLE"`)
	case name == "" && signIn == "system-user":
		return problem("user", "the site has no system user", `put its token there, as user = "App Name-x1y2z3"`)
	}
	return plainText("user", name, "svc-licence")
}

// ownIdentity tells that the one who runs the program can sign in with that, as Windows users can.
const ownIdentity = runtime.GOOS == "windows"

// plainText refuses what no line can show and what is too long to be meant.
func plainText(key, value, sample string) *Problem {
	switch {
	case !printable(value) || strings.TrimSpace(value) != value:
		return problem(key, key+" holds characters that cannot be shown, or blanks around it", fmt.Sprintf("type it again, as %s = %q", key, sample))
	case utf8.RuneCountInString(value) > maxText:
		return problem(key, key+" is too long", fmt.Sprintf("use at most %d characters", maxText))
	}
	return nil
}

// ownerName reports whether a licence owner may have that name.
func ownerName(s string) bool {
	return s != "" && strings.TrimSpace(s) == s && printable(s) && utf8.RuneCountInString(s) <= maxText
}

func ownerNames(owners []string) *Problem {
	for i, owner := range owners {
		switch {
		case !ownerName(owner):
			return problem("owners", fmt.Sprintf("owner %q cannot be a licence owner's name", owner), `write it as NetServer does, as "SUPEROFFICE"`)
		case slices.Contains(owners[:i], owner):
			return problem("owners", fmt.Sprintf("owner %q is named twice", owner), "leave one out")
		}
	}
	return nil
}

func caFile(path string) *Problem {
	if path == "" {
		return nil
	}
	say := func(text string) *Problem {
		return problem("ca_file", text, "name a PEM file with the certificate authority's certificate, or leave ca_file empty")
	}
	if !printable(path) {
		return say("the name of ca_file holds characters that cannot be shown")
	}
	var pem []byte
	about, err := os.Stat(path)
	if err == nil && !about.Mode().IsRegular() {
		return say(fmt.Sprintf("ca_file %q is not a file", path)) // a device or pipe might never end
	}
	if err == nil {
		pem, err = os.ReadFile(path)
	}
	if err != nil {
		if at, ok := errors.AsType[*fs.PathError](err); ok {
			err = at.Err
		}
		return say(fmt.Sprintf("ca_file %q cannot be read (%v)", path, err))
	}
	if !x509.NewCertPool().AppendCertsFromPEM(pem) {
		return say(fmt.Sprintf("ca_file %q holds no certificate", path))
	}
	return nil
}

// printable reports whether s is sound UTF-8 that one line can show.
func printable(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) })
}
