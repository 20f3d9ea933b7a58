package settings

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"licensewatch/monitor"
)

const ruled = `# what is told
notify = "warning" # no mere news
remind_critical = "12h"
remind_warning = "off" # we look on Mondays
quiet = [
  "Mon-Fri 18:00-08:00", # nights
  "Sat-Sun 00:00-24:00",
]
quiet_zone = "Europe/Oslo"
command = ["/opt/to chat", "--channel", "licences"] # their own

# never sleeps
[[site]]
name = "Always"
url = "https://a.example.com/"
user = "svc"
quiet = [] # told at night too
notify = "all"

[[site]]
name = "Mute"
url = "https://b.example.com/"
user = "svc"
notify = "none"
`

func hours(t *testing.T, lines ...string) []monitor.Quiet {
	t.Helper()
	var list []monitor.Quiet
	for _, line := range lines {
		q, err := monitor.ParseQuiet(line)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, q)
	}
	return list
}

func TestRulesAreRead(t *testing.T) {
	s := load(t, file(t, ruled))
	oslo, err := monitor.LoadZone("Europe/Oslo")
	if err != nil {
		t.Fatal(err)
	}
	want := monitor.DefaultRules()
	want.Least, want.RemindCritical, want.RemindWarning = new(monitor.Warning), new(12*time.Hour), new(time.Duration(0))
	want.Quiet, want.Zone = hours(t, "Mon-Fri 18:00-08:00", "Sat-Sun 00:00-24:00"), &oslo
	if !reflect.DeepEqual(s.Rules, want) {
		t.Errorf("for all: %+v, want %+v", s.Rules, want)
	}
	if want := []string{"/opt/to chat", "--channel", "licences"}; !slices.Equal(s.Command, want) || s.Sound {
		t.Errorf("command %q, sound %v", s.Command, s.Sound)
	}
	if want := (monitor.Rules{Quiet: []monitor.Quiet{}, Least: new(monitor.OK)}); !reflect.DeepEqual(s.Sites[0].Rules, want) {
		t.Errorf("of the site: %+v, want %+v", s.Sites[0].Rules, want)
	}
	if want := (monitor.Rules{Least: new(monitor.Nothing)}); !reflect.DeepEqual(s.Sites[1].Rules, want) {
		t.Errorf("of the other site: %+v, want %+v", s.Sites[1].Rules, want)
	}
	if s := load(t, file(t, "sound = true\nquiet_zone = \"\"\nquiet_lets_critical = true\n")); !s.Sound || s.Rules.Zone.String() != "" || !*s.Rules.BreakQuiet {
		t.Errorf("sound %v, zone %q, rules %+v", s.Sound, s.Rules.Zone, s.Rules)
	}
	if s := load(t, file(t, "")); !reflect.DeepEqual(s.Rules, monitor.DefaultRules()) || s.Sound || s.Command != nil {
		t.Errorf("without any: %+v", s)
	}
}

func TestProblemsOfRules(t *testing.T) {
	const site = "[[site]]\nname = \"A\"\nurl = \"https://a.example/\"\nuser = \"u\"\n"
	tests := []struct {
		name, text, want string
	}{
		{"a reminder in words", "remind_critical = \"daily\"\n", `1 remind_critical must be a duration in quotes, as "24h", or "off"`},
		{"a reminder as a number", site + "remind_unknown = 24\n", `5 remind_unknown must be a duration in quotes`},
		{"a reminder of nothing", "remind_warning = \"0s\"\n", `1 remind_warning must be a duration in quotes, as "24h", or "off"`},
		{"a reminder every minute", site + "remind_warning = \"1m\"\n", `5 remind_warning is 1m, which is too short; use "1h" or more, or "off" for no reminder`},
		{"a reminder of the past", "remind_warning = \"-2h\"\n", `1 which is too short`},
		{"a reminder for heirs", "remind_critical = \"9000h\"\n", `1 remind_critical is 9000h, which is too long; use "8760h" or less`},
		{"quiet hours as a text", "quiet = \"Mon-Fri 18:00-08:00\"\n", `1 quiet must be a list of texts, as ["daily 18:00-08:00"`},
		{"quiet hours of no day", site + "quiet = [\n\"Mon-Fry 18:00-08:00\"]\n", `5 quiet must be a list of hours: "Mon-Fry" is not a day, such as Mon, nor days, such as Mon-Fri; write it as`},
		{"quiet for ever", "\nquiet = [\"Mon-Fri 18:00-08:00\", \"Mon-Fri 08:00-18:00\", \"Sat-Mon 00:00-24:00\"]\n", `2 quiet covers the whole week, so that nothing would ever be told; leave out some hours`},
		{"quiet for ever at a site", site + "quiet = [\"daily 00:00-24:00\"]\n", `5 quiet covers the whole week`},
		{"too many quiet hours", "quiet = [" + strings.Repeat("\"Mon 01:00-02:00\",", 51) + "]\n", `1 use at most 50`},
		{"a zone with a slip", site + "quiet_zone = \"Europe/Olso\"\n", `5 quiet_zone must be the name of a time zone, as "Europe/Oslo", and "Europe/Olso" is none`},
		{"an offset as zone", "quiet_zone = 1\n", `1 quiet_zone must be the name of a time zone`},
		{"a truth in quotes", "quiet_lets_critical = \"yes\"\n", `1 quiet_lets_critical must be true or false, without quotes`},
		{"another word for what is told", site + "notify = \"ok\"\n", `5 notify must be one of "all", "warning", "unknown", "critical" and "none"`},
		{"what is told without quotes", "notify = true\n", `1 notify must be one of`},
		{"a command line", "command = \"/bin/hook a\"\n", `1 command must be a list of texts, as ["/usr/local/bin/to-chat", "licences"]`},
		{"a command somewhere", "command = [\"hook\"]\n", `1 command does not begin with the whole path of a program; write it as command = ["/usr/local/bin/to-chat"`},
		{"a command in the folder", "command = [\"./hook\", \"a\"]\n", `1 command does not begin with the whole path`},
		{"a command with a control character", "command = [\"/bin/hook\", \"a\\u0000b\"]\n", `1 command holds characters that cannot be shown`},
		{"too many arguments", "command = [\"/bin/hook\"" + strings.Repeat(", \"a\"", 50) + "]\n", `1 command has too many arguments; put them into`},
		{"a command at a site", site + "command = [\"/bin/hook\"]\n", `5 key "command" is not known`},
		{"sound in words", "sound = \"loud\"\n", `1 sound must be true or false`},
		{"a slip", "quiet_zones = \"Europe/Oslo\"\n", `1 did you mean "quiet_zone"?`},
		{"rules of an owner", site + "[[site.owner]]\nname = \"X\"\nnotify = \"none\"\n", `7 key "notify" is not known`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { wantProblems(t, file(t, tt.text), tt.want) })
	}
}

func TestArgumentsOfACommandAreNoPartOfAProblem(t *testing.T) {
	for _, line := range []string{`command = ["hook", "hush-hush"]`, `command = ["/bin/hook", "hush-hush\u0000"]`} {
		if _, err := Load(file(t, line)); err == nil || strings.Contains(err.Error(), "hush") {
			t.Errorf("Load = %v", err)
		}
	}
}

func TestEditsOfRules(t *testing.T) {
	replace := func(pairs ...string) string { return strings.NewReplacer(pairs...).Replace(ruled) }
	const nights = "quiet = [\n  \"Mon-Fri 18:00-08:00\", # nights\n  \"Sat-Sun 00:00-24:00\",\n]\n"
	all := func(with func(*Settings)) func(path string) error {
		return func(path string) error { return Change(path, with) }
	}
	site := func(was string, with func(*Site)) func(path string) error {
		return func(path string) error {
			s := load(t, path)
			site := s.Sites[slices.IndexFunc(s.Sites, func(s Site) bool { return s.Name == was })]
			with(&site)
			return SaveSite(path, was, site)
		}
	}
	tests := []struct {
		name string
		edit func(path string) error
		want string
	}{
		{"nothing changes", all(func(s *Settings) { s.Rules = monitor.DefaultRules().Under(s.Rules) }), ruled},
		{"values in their places", all(func(s *Settings) {
			s.Rules.Least, s.Rules.RemindCritical, s.Rules.RemindWarning = new(monitor.OK), new(time.Duration(0)), new(48*time.Hour)
			s.Command = []string{"/opt/to chat"}
		}), replace(`notify = "warning"`, `notify = "all"`, `remind_critical = "12h"`, `remind_critical = "off"`, `remind_warning = "off"`, `remind_warning = "48h"`,
			`"/opt/to chat", "--channel", "licences"`, `"/opt/to chat"`)},
		{"other hours", all(func(s *Settings) { s.Rules.Quiet = hours(t, "daily 20:00-06:30") }), replace(nights, "quiet = [\"daily 20:00-06:30\"]\n")},
		{"none any more", all(func(s *Settings) { s.Rules.Quiet, s.Command = []monitor.Quiet{}, []string{} }),
			replace(nights, "quiet = []\n", `["/opt/to chat", "--channel", "licences"]`, "[]")},
		{"new keys follow the last one", all(func(s *Settings) {
			s.Sound, s.Rules.BreakQuiet, s.Rules.RemindUnknown = true, new(true), new(90*time.Minute)
		}),
			replace("# their own\n", "# their own\nsound = true\nremind_unknown = \"1h30m\"\nquiet_lets_critical = true\n")},
		{"a site does as all do again", site("Always", func(s *Site) { s.Rules = monitor.Rules{} }), replace("quiet = [] # told at night too\nnotify = \"all\"\n", "")},
		{"a site gets its own", site("Mute", func(s *Site) {
			s.Rules = monitor.Rules{Least: new(monitor.Critical), Zone: &monitor.Zone{}, RemindUnknown: new(time.Hour)}
		}), replace(`"none"`+"\n", `"critical"`+"\nremind_unknown = \"1h\"\nquiet_zone = \"\"\n")},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for _, nl := range []string{"\n", "\r\n"} {
				path := file(t, strings.ReplaceAll(ruled, "\n", nl))
				if err := tt.edit(path); err != nil {
					t.Fatal(err)
				}
				if got, want := text(t, path), strings.ReplaceAll(tt.want, "\n", nl); got != want {
					t.Errorf("the file is now\n%s\nwant\n%s", got, want)
				}
			}
		})
	}
}

func TestRulesThatCannotWorkAreNotSaved(t *testing.T) {
	path := file(t, ruled)
	err := Change(path, func(s *Settings) { s.Rules.Quiet = hours(t, "daily 00:00-24:00") })
	if err == nil || !strings.Contains(err.Error(), "nothing would ever be told") || text(t, path) != ruled {
		t.Errorf("Change = %v, want a refusal and the file as it was", err)
	}
	site := load(t, path).Sites[0]
	site.Rules.RemindCritical = new(time.Minute)
	if err := SaveSite(path, site.Name, site); err == nil || !strings.Contains(err.Error(), "remind_critical is 1m") || text(t, path) != ruled {
		t.Errorf("SaveSite = %v, want a refusal and the file as it was", err)
	}
}
