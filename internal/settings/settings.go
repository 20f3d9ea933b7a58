// Package settings reads the settings file and edits it without losing its author's comments and order.
//
// The file is TOML: a few keys for all sites, then one [[site]] block per site, which [[site.owner]] blocks may follow. Every problem of a file is
// reported at once, each with its line, its key and what to do. Edits change the text only where a value
// changes, and are not written unless they read back as meant. Two edits at one time are not foreseen: only
// one process edits, one edit after the other.
package settings

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"licensewatch/monitor"
)

// Settings is what the settings file says.
type Settings struct {
	Interval        time.Duration // between two questions to the licence server; 1 min to 30 days
	DetailsInterval time.Duration // between two reads of a site's database; 1 min to 30 days
	Panel           string        // the desktop panel that the icon stands on: "auto", "light" or "dark"
	Sites           []Site        // in the order of the file

	Limits  monitor.Limits // of sites that have none of their own; neither of its values is nil
	Rules   monitor.Rules  // of sites that have none of their own; none of its values is nil
	Sound   bool           // what is critical is told with a sound
	Command []string       // the absolute path of a program that is run for each event, and its arguments; nil: none
}

// Site is one installation to watch.
type Site struct {
	Name      string   // unique, also when case is ignored; names the site's secrets
	URL       string   // as written, absolute
	Services  string   // "Services84" … "Services88"
	SignIn    string   // "password", "windows", "online", "system-user" or "ticket"
	User      string   // of sign_in "system-user" the system user's token
	Owners    []string // nil: every owner that the site's database lists
	CAFile    string   // absolute path of a PEM file; in the file it may be relative to the file's folder
	AllowHTTP bool     // plain http to a host that is not loopback is wanted

	Domain string // sign_in "windows": the user's Windows domain; empty: the user's name carries it, or it is this computer's

	Tenant      string // of SuperOffice Online, such as "Cust12345"; then URL may be empty
	Environment string // of SuperOffice Online: "online", "qaonline", "sod", or an address for tests; empty: DefaultEnvironment
	ClientID    string // of the application that SuperOffice registered

	Proxy     string // an address; "none": no proxy; empty: that of the environment
	ProxyUser string
	Pin       string // "sha256/…": the one key that the server's certificate may have
	HTTP1Only bool   // HTTP/2 is not wanted

	Web         string                // address of the web client; empty: it follows from URL or Tenant
	Limits      monitor.Limits        // of owners that have none of their own
	OwnerLimits []monitor.OwnerLimits // the site's [[site.owner]] blocks, in the order of the file
	Rules       monitor.Rules         // of what is told of the site, where they differ from those for all sites
}

// Values that hold where the file says nothing.
const (
	DefaultInterval        = time.Hour
	DefaultDetailsInterval = 6 * time.Hour
	DefaultPanel           = "auto"
	DefaultServices        = "Services86"
	DefaultSignIn          = "password"
	DefaultEnvironment     = "online"
)

// Default returns the settings of a program that has no settings file yet.
func Default() Settings {
	return Settings{Interval: DefaultInterval, DetailsInterval: DefaultDetailsInterval, Panel: DefaultPanel,
		Limits: monitor.DefaultLimits(), Rules: monitor.DefaultRules()}
}

// Load reads the settings file at path; one that does not exist gives Default. What is wrong in the file
// comes back as *Error, all of it.
func Load(path string) (Settings, error) {
	data, err := read(path)
	if err != nil {
		return Settings{}, err
	}
	s, _, err := parse(path, data)
	return s, err
}

// read returns the file's text without the byte order mark that some editors put there; a file that does
// not exist is empty.
func read(path string) ([]byte, error) {
	data, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("read settings: %w", err)
	}
	return bytes.TrimPrefix(data, []byte("\ufeff")), nil
}

// parse reads data, the text of the file at path.
func parse(path string, data []byte) (Settings, *document, error) {
	doc, problems := outline(data)
	s := Default()
	problems = append(problems, doc.fill(doc.top, s.fields())...)
	problems = append(problems, doc.place(doc.top, s.check())...)
	for i, block := range doc.sites {
		site := Site{Services: DefaultServices, SignIn: DefaultSignIn}
		wrong := doc.fill(block, site.fields())
		owners, wrongOwners := doc.owners(block)
		site.OwnerLimits = owners
		if len(wrong) == 0 { // else the rest would only follow from that
			site.CAFile = absolute(path, site.CAFile)
			wrong = doc.place(block, append(site.check(), unique(site.Name, s.Sites[:i])...))
		}
		problems = append(append(problems, wrong...), wrongOwners...)
		s.Sites = append(s.Sites, site)
	}
	if len(problems) > 0 {
		return Settings{}, nil, newError(path, problems)
	}
	return s, doc, nil
}

// owners reads the owners' blocks of a site.
func (d *document) owners(site section) (list []monitor.OwnerLimits, problems []Problem) {
	for _, block := range site.owners {
		var o monitor.OwnerLimits
		wrong := d.fill(block, ownerFields(&o))
		if len(wrong) == 0 {
			wrong = d.place(block, checkOwner(o, list))
		}
		problems = append(problems, wrong...)
		list = append(list, o)
	}
	return list, problems
}

// absolute resolves file against the folder of the settings file at path.
func absolute(path, file string) string {
	if file == "" || filepath.IsAbs(file) {
		return file
	}
	joined := filepath.Join(filepath.Dir(path), file)
	if abs, err := filepath.Abs(joined); err == nil {
		return abs
	}
	return joined
}

// field ties a key of the file to the variable that holds its value: a *string, *bool, *[]string,
// *time.Duration, *[]int, **int or one of ruleFields. From *[]int on they may be nil: then the key is not in the file.
type field struct {
	key string
	at  any
}

// fields returns the keys that stand before the first block, in the order in which new ones are written.
func (s *Settings) fields() []field {
	return append([]field{
		{"interval", &s.Interval},
		{"details_interval", &s.DetailsInterval},
		{"panel", &s.Panel},
		{"ladder", &s.Limits.Ladder},
		{"free_seats", &s.Limits.FreeSeats},
		{"sound", &s.Sound},
		{"command", &s.Command},
	}, ruleFields(&s.Rules)...)
}

// fields returns the keys of a site's block, in the order in which new ones are written.
func (s *Site) fields() []field {
	return append([]field{
		{"name", &s.Name},
		{"url", &s.URL},
		{"services", &s.Services},
		{"sign_in", &s.SignIn},
		{"user", &s.User},
		{"owners", &s.Owners},
		{"ca_file", &s.CAFile},
		{"allow_http", &s.AllowHTTP},
		{"domain", &s.Domain},
		{"tenant", &s.Tenant},
		{"environment", &s.Environment},
		{"client_id", &s.ClientID},
		{"proxy", &s.Proxy},
		{"proxy_user", &s.ProxyUser},
		{"pin", &s.Pin},
		{"http1_only", &s.HTTP1Only},
		{"web", &s.Web},
		{"ladder", &s.Limits.Ladder},
		{"free_seats", &s.Limits.FreeSeats},
	}, ruleFields(&s.Rules)...)
}
