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
)

// write puts text into a settings file of its own and returns its path.
func file(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "config.toml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestLoad(t *testing.T) {
	head := Site{Name: "Head office", URL: "https://crm.example.com/remote/", Services: "Services86", SignIn: "password", User: "svc"}
	with := func(change func(*Settings)) Settings {
		s := Default()
		s.Sites = []Site{head}
		change(&s)
		return s
	}
	const least = "[[site]]\nname = \"Head office\"\nurl = \"https://crm.example.com/remote/\"\nuser = \"svc\"\n"
	tests := []struct {
		name, text string
		want       Settings
	}{
		{"an empty file", "", Default()},
		{"comments only", "# nothing yet\n", Default()},
		{"a site's least", least, with(func(*Settings) {})},
		{"a byte order mark and Windows' line ends", "\ufeff" + strings.ReplaceAll(least, "\n", "\r\n"), with(func(*Settings) {})},
		{"all keys of the top", "interval = \"90m\"\ndetails_interval = '12h'\npanel = \"dark\"\n" + least, with(func(s *Settings) {
			s.Interval, s.DetailsInterval, s.Panel = 90*time.Minute, 12*time.Hour, "dark"
		})},
		{"an empty list of owners means all", least + "owners = []\n", with(func(*Settings) {})},
		{"owners over several lines", least + "owners = [\n  \"SUPEROFFICE\", # ours\n  'ADDON',\n]\n", with(func(s *Settings) {
			s.Sites[0].Owners = []string{"SUPEROFFICE", "ADDON"}
		})},
		{"a ticket needs no user", strings.ReplaceAll(least, `user = "svc"`, `sign_in = "ticket"`), with(func(s *Settings) {
			s.Sites[0].SignIn, s.Sites[0].User = "ticket", ""
		})},
		{"plain http that is wanted", strings.ReplaceAll(least, "https", "http") + "allow_http = true\n", with(func(s *Settings) {
			s.Sites[0].URL, s.Sites[0].AllowHTTP = "http://crm.example.com/remote/", true
		})},
		{"plain http to this machine", strings.ReplaceAll(least, "https://crm.example.com", "http://127.0.0.1:8086"), with(func(s *Settings) {
			s.Sites[0].URL = "http://127.0.0.1:8086/remote/"
		})},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := Load(file(t, tt.text))
			if err != nil || !reflect.DeepEqual(got, tt.want) {
				t.Errorf("Load = %+v, %v; want %+v", got, err, tt.want)
			}
		})
	}
}

func TestLoadWithoutAFile(t *testing.T) {
	got, err := Load(filepath.Join(t.TempDir(), "nowhere", "config.toml"))
	if err != nil || !reflect.DeepEqual(got, Default()) {
		t.Errorf("Load = %+v, %v; want the defaults", got, err)
	}
	if _, err := Load(t.TempDir()); err == nil {
		t.Error("a folder was read as settings")
	}
}

func TestCAFileIsRelativeToTheSettings(t *testing.T) {
	const site = "[[site]]\nname = \"A\"\nurl = \"https://a.example/\"\nuser = \"u\"\nca_file = \"ca.pem\"\n"
	path := file(t, site)
	ca := filepath.Join(filepath.Dir(path), "ca.pem")
	wantProblems(t, path, `5 ca_file`)
	if err := os.WriteFile(ca, []byte("not a certificate"), 0o600); err != nil {
		t.Fatal(err)
	}
	wantProblems(t, path, `5 holds no certificate`)
	if err := os.WriteFile(ca, []byte(certificate), 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := Load(path)
	if err != nil || s.Sites[0].CAFile != ca {
		t.Fatalf("Load = %+v, %v; want ca_file %s", s, err, ca)
	}
	s.Sites[0].User = "other"
	if err := SaveSite(path, "A", s.Sites[0]); err != nil {
		t.Fatal(err)
	}
	if got := text(t, path); !strings.Contains(got, `ca_file = "ca.pem"`) {
		t.Errorf("the relative name was rewritten though it did not change:\n%s", got)
	}
}

// wantProblems holds what Load says about the file against wants: a line, a blank, and a part of the words.
func wantProblems(t *testing.T, path string, wants ...string) {
	t.Helper()
	_, err := Load(path)
	wrong, ok := errors.AsType[*Error](err)
	if !ok {
		t.Fatalf("Load = %v, want an *Error", err)
	}
	lines := strings.Split(err.Error(), "\n")
	if len(lines) != len(wants) {
		t.Fatalf("%d problems, want %d:\n%s", len(lines), len(wants), err)
	}
	for i, want := range wants {
		line, words, _ := strings.Cut(want, " ")
		if !strings.HasPrefix(lines[i], path+":"+line+": ") || !strings.Contains(lines[i], words) {
			t.Errorf("%q, want line %s and the words %q", lines[i], line, words)
		}
		if wrong.Problems[i].Remedy == "" && !strings.Contains(words, "must be") {
			t.Errorf("%q names no remedy", lines[i])
		}
	}
}

func TestProblemsNameLineKeyAndRemedy(t *testing.T) {
	site := func(lines ...string) string {
		known := []string{`name = "A"`, `url = "https://a.example/"`, `user = "u"`}
		for _, line := range lines {
			key, _, _ := strings.Cut(line, " ")
			known = slices.DeleteFunc(known, func(s string) bool { return strings.HasPrefix(s, key+" ") })
		}
		return "[[site]]\n" + strings.Join(append(lines, known...), "\n") + "\n"
	}
	tenant := func(lines ...string) string {
		text := "[[site]]\n" + strings.Join(lines, "\n") + "\nname = \"A\"\n"
		if !strings.Contains(text, "tenant =") {
			text += "tenant = \"Cust12345\"\n"
		}
		return text
	}
	tests := []struct {
		name, text string
		want       []string
	}{
		{"a slip in a key", "# top\n\nintervall = \"1h\"\n", []string{`3 key "intervall" is not known; did you mean "interval"?`}},
		{"a key unlike any", "colour = 1\n", []string{`1 known here are interval, details_interval, panel`}},
		{"a key of sites at the top", "ca-file = \"x\"\n", []string{`1 key "ca-file" is not known`}},
		{"a slip in a site's key", site(`ca-file = "x"`), []string{`2 did you mean "ca_file"?`}},
		{"a dotted key", site(`login.name = "x"`), []string{`2 "login.name"`}},
		{"an interval without unit", "interval = 60\n", []string{`1 interval must be a duration in quotes`}},
		{"an interval that is no duration", "interval = \"soon\"\n", []string{`1 interval must be a duration`}},
		{"an interval too short", "interval = \"10s\"\n", []string{`1 interval is 10s, which is too short; use "1m" or more`}},
		{"an interval too long", "details_interval = \"9000h\"\n", []string{`1 details_interval is 9000h`}},
		{"an unknown panel", "panel = \"blue\"\n", []string{`1 use one of auto, light, dark`}},
		{"one bracket too few", "[site]\nname = \"A\"\n", []string{`1 begins with [[site]]`}},
		{"a table that is not a site", "[sites]\nx = 1\n", []string{`1 did you mean "site"?`}},
		{"sites as a list", `site = [{name = "A"}]`, []string{`1 write each site as a [[site]] block`}},
		{"no name", "[[site]]\nurl = \"https://a.example/\"\nuser = \"u\"\n", []string{`1 the site has no name`}},
		{"a number as name", site(`name = 7`), []string{`2 name must be a text in quotes`}},
		{"a name that is a path", site(`name = "../a"`), []string{`2 cannot have`}},
		{"a hidden name", site(`name = ".a"`), []string{`2 begins or ends`}},
		{"a name with a line feed", site(`name = "a\nb"`), []string{`2 cannot be shown`}},
		{"a name of 65 letters", site(`name = "` + strings.Repeat("å", 65) + `"`), []string{`2 at most 64`}},
		{"one name twice", site() + "\n" + site(`name = "a"`), []string{`7 there is a site named "A" already`}},
		{"no url", "[[site]]\nname = \"A\"\nuser = \"u\"\n", []string{`1 the site has no url`}},
		{"a url without scheme", site(`url = "crm.example.com"`), []string{`2 does not begin with https://`}},
		{"a url without host", site(`url = "https:///remote"`), []string{`2 names no host`}},
		{"plain http abroad", site(`url = "http://a.example/"`), []string{`2 allow_http = true`}},
		{"unknown services", site(`services = "Services99"`), []string{`2 Services88`}},
		{"no tenant", site(`sign_in = "system-user"`), []string{`1 the site has no tenant`}},
		{"no client id", tenant(`sign_in = "online"`), []string{`1 the site has no client_id`}},
		{"no system user", tenant(`sign_in = "system-user"`), []string{`1 the site has no system user`}},
		{"a tenant that is an address", tenant(`sign_in = "ticket"`, `tenant = "https://online.superoffice.com/Cust1"`), []string{`3 Cust12345`}},
		{"a password for a tenant", tenant(`sign_in = "password"`, `user = "u"`), []string{`2 does not work on SuperOffice Online`}},
		{"a tenant with an address", tenant(`sign_in = "ticket"`, `url = "https://online3.superoffice.com/Cust12345/"`), []string{`3 SuperOffice tells where`}},
		{"an unknown environment", tenant(`sign_in = "ticket"`, `environment = "live"`), []string{`3 online, qaonline, sod`}},
		{"an environment without TLS", tenant(`sign_in = "ticket"`, `environment = "http://login.example"`), []string{`3 use https`}},
		{"a proxy without scheme", site(`proxy = "proxy.example:3128"`), []string{`2 http://proxy.example.com:3128`}},
		{"a proxy for files", site(`proxy = "ftp://proxy.example"`), []string{`2 does not begin with http://`}},
		{"a proxy with a password", site(`proxy = "http://u:hush@proxy.example"`), []string{`2 signin --proxy`}},
		{"a proxy's user alone", site(`proxy_user = "u"`), []string{`2 name the proxy`}},
		{"a pin that is a fingerprint", site(`pin = "AB:CD"`), []string{`2 sha256/`}},
		{"a domain with a line feed", site(`domain = "a\nb"`), []string{`2 domain holds`}},
		{"an unknown sign-in", site(`sign_in = "magic"`), []string{`2 sign_in "magic" is not known`}},
		{"no user", "[[site]]\nname = \"A\"\nurl = \"https://a.example/\"\n", []string{`1 the site has no user`}},
		{"owners as text", site(`owners = "SUPEROFFICE"`), []string{`2 owners must be a list of texts`}},
		{"owners that are numbers", site(`owners = [1]`), []string{`2 owners must be a list of texts`}},
		{"a folder as ca_file", site(`ca_file = "."`), []string{`2 is not a file`}},
		{"an owner twice", site(`owners = ["A", "A"]`), []string{`2 named twice`}},
		{"a quoted truth", site(`allow_http = "yes"`), []string{`2 allow_http must be true or false`}},
		{"a Windows path in double quotes", site(`ca_file = "C:\certs\ca.pem"`), []string{`2 single quotes`}},
		{"no TOML", "interval = \"1h\"\nwhat\n", []string{`2 TOML`}},
		{"a key twice", "interval = \"1h\"\ninterval = \"2h\"\n", []string{`2 already defined`}},
		{"everything at once", "intervall = 1\npanel = 2\n" + site(`name = ""`, `url = "x"`) + "\n[other]\n",
			[]string{`1 interval`, `2 panel must be`, `4 no name`, `5 begin with`, `8 "other"`}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { wantProblems(t, file(t, tt.text), tt.want...) })
	}
}

// doors are sites of every sign-in, as a file has them.
const doors = `[[site]]
name = "Windows"
url = "https://crm.example.com/"
sign_in = "windows"
user = "svc-licence"
domain = "EXAMPLE"
proxy = "http://proxy.example.com:3128"
proxy_user = "svc"
pin = "sha256/47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
http1_only = true

[[site]]
name = "Online"
sign_in = "online"
tenant = "Cust12345"
client_id = "1a2b3c"

[[site]]
name = "System user"
sign_in = "system-user"
user = "My App-x1y2z3"
tenant = "Cust12346"
environment = "sod"
proxy = "none"
`

func TestEverySignInIsReadAndSaved(t *testing.T) {
	path := file(t, doors)
	s, err := Load(path)
	if err != nil {
		t.Fatal(err)
	}
	want := []Site{
		{Name: "Windows", URL: "https://crm.example.com/", Services: "Services86", SignIn: "windows", User: "svc-licence", Domain: "EXAMPLE",
			Proxy: "http://proxy.example.com:3128", ProxyUser: "svc", Pin: "sha256/47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=", HTTP1Only: true},
		{Name: "Online", Services: "Services86", SignIn: "online", Tenant: "Cust12345", ClientID: "1a2b3c"},
		{Name: "System user", Services: "Services86", SignIn: "system-user", User: "My App-x1y2z3", Tenant: "Cust12346", Environment: "sod", Proxy: "none"},
	}
	if !reflect.DeepEqual(s.Sites, want) {
		t.Errorf("Load = %+v\nwant %+v", s.Sites, want)
	}
	again := filepath.Join(t.TempDir(), "config.toml")
	for _, site := range s.Sites {
		if err := SaveSite(again, "", site); err != nil {
			t.Fatal(err)
		}
	}
	if saved, err := Load(again); err != nil || !reflect.DeepEqual(saved, s) {
		t.Errorf("saved as %+v, %v", saved, err)
	}
}

func TestWindowsNeedsAUserWhereNobodyIsSignedIn(t *testing.T) {
	site := Site{Name: "A", URL: "https://a.example/", Services: "Services86", SignIn: "windows"}
	if err := site.Check(); (err == nil) != ownIdentity {
		t.Errorf("Check = %v; a Windows user signed in: %v", err, ownIdentity)
	}
}

func TestProblemsRepeatNoPassword(t *testing.T) {
	for _, url := range []string{"https://u:hush@a.example/", "ftp://u:hush@a.example/", "https://u:hush@a example/%zz", "http://u:hush@a.example/"} {
		_, err := Load(file(t, "[[site]]\nname = \"A\"\nuser = \"u\"\nurl = \""+url+"\"\n"))
		if err == nil || strings.Contains(err.Error(), "hush") {
			t.Errorf("%s gives %v, want a problem without the password", url, err)
		}
		if p := proxy(url); p == nil || strings.Contains(p.String(), "hush") {
			t.Errorf("as a proxy %s gives %v, want a problem without the password", url, p)
		}
	}
}

func FuzzLoadNeverPanics(f *testing.F) {
	f.Add([]byte(sample))
	f.Add([]byte(limited))
	f.Add([]byte("[[site.owner]]\nladder = [1, 0x_2, -3]\nfree_seats = 1_0\n[site.owner]\nowner = 1\n"))
	f.Add([]byte("[[site]]\nname = \"A\"\n[[site.x]]\n[site.y]\nowners = [[1], {a = 1}]\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		s, _, err := parse("config.toml", data)
		if err != nil && !strings.HasPrefix(err.Error(), "config.toml:") {
			t.Errorf("%q names no line", err)
		}
		if err == nil && s.Interval < minInterval {
			t.Errorf("interval %v was accepted", s.Interval)
		}
	})
}
