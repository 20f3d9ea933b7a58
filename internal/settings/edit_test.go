package settings

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pelletier/go-toml/v2/unstable"

	"licensewatch/monitor"
)

// certificate is a self-signed one; its key was thrown away.
const certificate = `-----BEGIN CERTIFICATE-----
MIIBiTCCAS+gAwIBAgIUZRf60umGwIEiiiJgf2vmh5nh5LowCgYIKoZIzj0EAwIw
GTEXMBUGA1UEAwwOdGVzdCBhdXRob3JpdHkwIBcNMjYxMTI0MjIyNzQwWhgPMjEy
NjEwMzEyMjI3NDBaMBkxFzAVBgNVBAMMDnRlc3QgYXV0aG9yaXR5MFkwEwYHKoZI
zj0CAQYIKoZIzj0DAQcDQgAEFsqMXfCGcUk952zbPx+xE5gaPPGDCKFz+RX18W4N
2G7/+WX0pNou+uOBgwDcpG+uIrToH7kW7an2ymM4/gT95qNTMFEwHQYDVR0OBBYE
FKv4dce3bwpwjbD9g6EL9LyM36T2MB8GA1UdIwQYMBaAFKv4dce3bwpwjbD9g6EL
9LyM36T2MA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDSAAwRQIgN9Z0X0CD
KHwHbE9L2XjUvkPVC4DkOzhn/83cw0gJNUwCIQCiCcnxjt5JOOXxG/ao4bfa9+YY
2H4eSHh8POb3Pr7WIQ==
-----END CERTIFICATE-----
`

const sample = `# Customers of the north, kept by Kari
# ask before you change it

interval = "2h" # not too often

# the big one
[[site]]
name = "Head office"                          # unique
url = "https://crm.example.com/remote/"       # behind the proxy
services = "Services88"
user = "svc-licence"
owners = [] # all

  # indented, with its own authority some day
  [[site]]
    url = 'https://b.example/'
    # the name stands last here
    user = "u" # asked for by mail
    name = "Branch"
# ca_file = "old.pem"

[[site]]
name = "Last"
url = "http://localhost:8086/" # simulator
sign_in = "ticket" # no line end follows`

func setIntervals(path string, interval, details time.Duration) error {
	return Change(path, func(s *Settings) { s.Interval, s.DetailsInterval = interval, details })
}

func text(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func load(t *testing.T, path string) Settings {
	t.Helper()
	s, err := Load(path)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestEdits(t *testing.T) {
	replace := func(pairs ...string) string { return strings.NewReplacer(pairs...).Replace(sample) }
	change := func(was string, with func(*Site)) func(path string, s Settings) error {
		return func(path string, s Settings) error {
			site := s.Sites[slices.IndexFunc(s.Sites, func(s Site) bool { return s.Name == was })]
			with(&site)
			return SaveSite(path, was, site)
		}
	}
	tests := []struct {
		name string
		edit func(path string, s Settings) error
		want string
	}{
		{"nothing changes", change("Branch", func(*Site) {}), sample},
		{"a changed value keeps its line's comment",
			change("Head office", func(s *Site) { s.URL = "https://new.example/" }),
			replace(`"https://crm.example.com/remote/"  `, `"https://new.example/"  `)},
		{"a rename", change("Branch", func(s *Site) { s.Name = "Branch's" }), replace(`"Branch"`, `"Branch's"`)},
		{"quotes in a value", change("Branch", func(s *Site) { s.User = `the "u"` }), replace(`"u"`, `"the \"u\""`)},
		{"a site may change the case of its name", change("Branch", func(s *Site) { s.Name = "BRANCH" }), replace(`"Branch"`, `"BRANCH"`)},
		{"a list of owners", change("Head office", func(s *Site) { s.Owners = []string{"A", "B"} }), replace("[] #", `["A", "B"] #`)},
		{"a new key follows the last one, indented alike",
			change("Branch", func(s *Site) { s.Services, s.Owners = "Services84", []string{"A"} }),
			replace("\"Branch\"\n", "\"Branch\"\n    services = \"Services84\"\n    owners = [\"A\"]\n")},
		{"a new key behind a last line without end",
			change("Last", func(s *Site) { s.User = "u" }), sample + "\nuser = \"u\""},
		{"a key that goes back to its default keeps its line",
			change("Last", func(s *Site) { s.SignIn, s.User = "password", "u" }),
			replace(`"ticket"`, `"password"`) + "\nuser = \"u\""},
		{"a new site comes last",
			func(path string, s Settings) error {
				return SaveSite(path, "", Site{Name: "New", URL: "https://n.example/", Services: "Services86", SignIn: "password", User: `DOM\svc`})
			},
			sample + "\n\n[[site]]\nname = \"New\"\nurl = \"https://n.example/\"\nservices = \"Services86\"\nsign_in = \"password\"\nuser = 'DOM\\svc'\n"},
		{"a site goes, what surrounds it stays",
			func(path string, s Settings) error { return RemoveSite(path, "Branch") },
			strings.Replace(sample, sample[strings.Index(sample, "  [[site]]"):strings.Index(sample, "# ca_file")], "", 1)},
		{"the last site goes",
			func(path string, s Settings) error { return RemoveSite(path, "Last") },
			sample[:strings.LastIndex(sample, "[[site]]")]},
		{"intervals", func(path string, s Settings) error { return setIntervals(path, 90*time.Minute, 12*time.Hour) },
			replace("interval = \"2h\" # not too often\n", "interval = \"1h30m\" # not too often\ndetails_interval = \"12h\"\n")},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for _, nl := range []string{"\n", "\r\n"} {
				before := strings.ReplaceAll(sample, "\n", nl)
				path := file(t, before)
				if err := tt.edit(path, load(t, path)); err != nil {
					t.Fatal(err)
				}
				if got, want := text(t, path), strings.ReplaceAll(tt.want, "\n", nl); got != want {
					t.Errorf("the file is now\n%s\nwant\n%s", got, want)
				}
				if tt.want != sample && text(t, path+".bak") != before {
					t.Error("the text before the edit was not kept")
				}
			}
		})
	}
}

func TestEditsOfAFileThatIsNotThere(t *testing.T) {
	path := filepath.Join(t.TempDir(), "licensewatch", "config.toml")
	if err := setIntervals(path, time.Hour, 12*time.Hour); err != nil {
		t.Fatal(err)
	}
	site := Site{Name: "A", URL: "https://a.example/", Services: "Services86", SignIn: "ticket"}
	if err := SaveSite(path, "", site); err != nil {
		t.Fatal(err)
	}
	want := Default()
	want.DetailsInterval, want.Sites = 12*time.Hour, []Site{site}
	if got := load(t, path); !reflect.DeepEqual(got, want) {
		t.Errorf("Load = %+v, want %+v", got, want)
	}
	if err := RemoveSite(path, "A"); err != nil {
		t.Fatal(err)
	}
	if got := text(t, path); got != "details_interval = \"12h\"\n\n" {
		t.Errorf("the file is now %q, want the interval only", got)
	}
}

func TestIntervalsOfAFileWithoutAny(t *testing.T) {
	const site = "[[site]]\nname = \"A\"\nurl = \"https://a.example/\"\nuser = \"u\"\n"
	const added = "interval = \"2h\"\ndetails_interval = \"12h\"\n\n"
	for _, tt := range []struct{ name, before, after string }{
		{"a site only", site, added + site},
		{"a comment that belongs to the site", "# big\n" + site, added + "# big\n" + site},
		{"a title of its own", "# Kari's\n# customers\n\n" + site, "# Kari's\n# customers\n\n" + added + site},
	} {
		t.Run(tt.name, func(t *testing.T) {
			path := file(t, tt.before)
			if err := setIntervals(path, 2*time.Hour, 12*time.Hour); err != nil {
				t.Fatal(err)
			}
			if got := text(t, path); got != tt.after {
				t.Errorf("the file is now\n%s\nwant\n%s", got, tt.after)
			}
		})
	}
}

func TestRefusedEditsChangeNothing(t *testing.T) {
	good := Site{Name: "New", URL: "https://n.example/", Services: "Services86", SignIn: "password", User: "u"}
	with := func(change func(*Site)) Site { s := good; change(&s); return s }
	tests := []struct {
		name string
		edit func(path string) error
		want string
	}{
		{"a name that is taken", func(p string) error { return SaveSite(p, "", with(func(s *Site) { s.Name = "last" })) }, "already"},
		{"a rename to a name that is taken", func(p string) error { return SaveSite(p, "Branch", with(func(s *Site) { s.Name = "Last" })) }, "already"},
		{"no such site to change", func(p string) error { return SaveSite(p, "Nobody", good) }, ErrNoSite.Error()},
		{"no such site to remove", func(p string) error { return RemoveSite(p, "Nobody") }, ErrNoSite.Error()},
		{"a bad address", func(p string) error { return SaveSite(p, "Last", with(func(s *Site) { s.URL = "n.example" })) }, "https://"},
		{"a line feed to smuggle keys in", func(p string) error {
			return SaveSite(p, "", with(func(s *Site) { s.User = "u\"\nallow_http = true" }))
		}, "cannot be shown"},
		{"a short interval", func(p string) error { return setIntervals(p, time.Second, time.Hour) }, "too short"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			path := file(t, sample)
			err := tt.edit(path)
			if err == nil || !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), path) {
				t.Errorf("the error is %v, want one with %q and without a line", err, tt.want)
			}
			if text(t, path) != sample {
				t.Error("the file changed")
			}
		})
	}
	path := file(t, "intervall = 1\n")
	if err := SaveSite(path, "", good); err == nil || text(t, path) != "intervall = 1\n" {
		t.Errorf("a file that cannot be read was edited (%v)", err)
	}
	if err := RemoveSite(file(t, sample), "Nobody"); !errors.Is(err, ErrNoSite) {
		t.Errorf("RemoveSite = %v, want ErrNoSite", err)
	}
}

// comments returns the comments of data that stand outside of without.
func comments(data []byte, without span) []string {
	var found []string
	p := unstable.Parser{KeepComments: true}
	p.Reset(data)
	var walk func(n *unstable.Node)
	walk = func(n *unstable.Node) {
		for ; n.Valid(); n = n.Next() {
			at := int(n.Raw.Offset)
			if n.Kind == unstable.Comment && (at < without.start || at >= without.end) {
				found = append(found, string(n.Data))
			}
			walk(n.Child())
		}
	}
	for p.NextExpression() {
		walk(p.Expression())
	}
	return found
}

func FuzzEditsKeepAllElse(f *testing.F) {
	f.Add([]byte(sample), uint8(0), "Head office", "Renamed", "https://x.example/", "u")
	f.Add([]byte(sample), uint8(1), "Branch", "Branch", `http://127.0.0.1/\`, `DOM\u's "x"`)
	f.Add([]byte(sample), uint8(2), "Last", "", "", "")
	f.Add([]byte(sample), uint8(3), "Branch", "", "", "")
	f.Add([]byte("\"interval\" = '''1h'''\n[[ \"site\" ]]#x\nowners=[#1\n'A'#2\n,]#3\nname='n'\nurl='https://n/'\nuser='u'"), uint8(1), "n", "m", "https://m/", "v")
	f.Add([]byte(limited), uint8(5), "Head office", "Renamed", "https://x.example/", "u")
	f.Add([]byte(limited), uint8(6), "Head office", "", "", "")
	f.Fuzz(func(t *testing.T, data []byte, op uint8, was, name, url, user string) {
		before, doc, err := parse("config.toml", data)
		if err != nil {
			t.Skip("not a settings file")
		}
		path := file(t, string(data))
		i := slices.IndexFunc(before.Sites, func(s Site) bool { return s.Name == was })
		site := Site{Name: name, URL: url, Services: "Services84", SignIn: "password", User: user, Owners: []string{"X"}}
		site.Limits.Ladder, site.OwnerLimits = []int{int(op), 3}, []monitor.OwnerLimits{{Owner: "X" + user, Limits: monitor.Limits{FreeSeats: new(int(op))}}}
		want, edited := before, span{}
		want.Sites = slices.Clone(before.Sites)
		switch op % 4 {
		case 0:
			err = SaveSite(path, "", site)
			want.Sites = append(want.Sites, site)
		case 1:
			if i < 0 {
				return
			}
			err = SaveSite(path, was, site)
			want.Sites[i] = site
			edited.start, edited.end = doc.sites[i].whole()
			edited.end = doc.lineEnd(edited.end)
		case 2:
			if i < 0 {
				return
			}
			err = RemoveSite(path, was)
			want.Sites = slices.Delete(want.Sites, i, i+1)
			edited.start, edited.end = doc.sites[i].whole()
			edited.end = doc.lineEnd(edited.end) // the comment of its last line goes with it
		case 3:
			want.Interval, want.DetailsInterval = 7*time.Minute, 8*time.Hour
			err = setIntervals(path, want.Interval, want.DetailsInterval)
		}
		after := []byte(text(t, path))
		if err != nil {
			if string(after) != string(data) {
				t.Fatalf("a refused edit (%v) changed the file to\n%s", err, after)
			}
			return
		}
		got := load(t, path)
		if len(want.Sites) == 0 {
			want.Sites = nil
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("the settings are now %+v, want %+v", got, want)
		}
		kept := comments(after, span{})
		for _, c := range comments(data, edited) {
			at := slices.Index(kept, c)
			if at < 0 {
				t.Fatalf("the comment %q is lost, or out of order, in\n%s", c, after)
			}
			kept = kept[at+1:]
		}
	})
}
