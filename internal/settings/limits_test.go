package settings

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"licensewatch/monitor"
)

const limited = `ladder = [90, 30, 7] # for everybody
free_seats = 2

# the big one
[[site]]
name = "Head office"
url = "https://crm.example.com/"
user = "svc"
web = "https://web.example.com/SuperOffice/" # not where NetServer is
ladder = [] # they renew by themselves

  # sells add-ons of its own
  [[site.owner]]
  name = "ACMEADDON" # theirs
  ladder = [
    14, # two weeks
    7,
  ]
  free_seats = "off" # always full

[[site.owner]]
name = "GEOMAP"
free_seats = 0

# the other one
[[site]]
name = "Branch"
url = "https://b.example.com/"
user = "svc"
free_seats = 5
`

func TestLimitsAreRead(t *testing.T) {
	s := load(t, file(t, limited))
	if want := (monitor.Limits{Ladder: []int{90, 30, 7}, FreeSeats: new(2)}); !reflect.DeepEqual(s.Limits, want) {
		t.Errorf("for all: %+v, want %+v", s.Limits, want)
	}
	head, branch := s.Sites[0], s.Sites[1]
	if want := (monitor.Limits{Ladder: []int{}}); !reflect.DeepEqual(head.Limits, want) || head.Web != "https://web.example.com/SuperOffice/" {
		t.Errorf("of the site: %+v and %q, want %+v", head.Limits, head.Web, want)
	}
	want := []monitor.OwnerLimits{
		{Owner: "ACMEADDON", Limits: monitor.Limits{Ladder: []int{14, 7}, FreeSeats: new(monitor.NoSeatWarning)}},
		{Owner: "GEOMAP", Limits: monitor.Limits{FreeSeats: new(0)}},
	}
	if !reflect.DeepEqual(head.OwnerLimits, want) {
		t.Errorf("of the owners: %+v, want %+v", head.OwnerLimits, want)
	}
	if want := (monitor.Limits{FreeSeats: new(5)}); !reflect.DeepEqual(branch.Limits, want) || branch.OwnerLimits != nil {
		t.Errorf("of the other site: %+v, %+v", branch.Limits, branch.OwnerLimits)
	}
	if s := load(t, file(t, "")); !reflect.DeepEqual(s.Limits, monitor.DefaultLimits()) {
		t.Errorf("without any: %+v", s.Limits)
	}
}

func TestProblemsOfLimits(t *testing.T) {
	const site = "[[site]]\nname = \"A\"\nurl = \"https://a.example/\"\nuser = \"u\"\n"
	const owner = site + "[[site.owner]]\n"
	tests := []struct {
		name, text string
		want       []string
	}{
		{"a ladder that is a number", "ladder = 30\n", []string{`1 ladder must be a list of whole numbers of days, as [60, 30, 7]`}},
		{"a ladder of texts", "ladder = [\"30\"]\n", []string{`1 ladder must be a list of whole numbers`}},
		{"a ladder with half a day", "ladder = [30, 0.5]\n", []string{`1 ladder must be a list of whole numbers`}},
		{"a step on the day itself", "\nladder = [30, 0]\n", []string{`2 ladder has a step of 0 days, which is not between 1 and 3650; write it as`}},
		{"a step of a life", "ladder = [36500]\n", []string{`1 a step of 36500 days`}},
		{"a step twice", site + "ladder = [30, 7, 30]\n", []string{`5 ladder has the step of 30 days twice; leave one out`}},
		{"too many steps", "ladder = [" + strings.Repeat("1,", 21) + "]\n", []string{`1 at most 20`}},
		{"half a seat", "free_seats = 0.5\n", []string{`1 free_seats must be a whole number from 0, or "off"`}},
		{"seats below none", site + "free_seats = -1\n", []string{`5 free_seats must be a whole number from 0, or "off"`}},
		{"another word than off", "free_seats = \"never\"\n", []string{`1 free_seats must be a whole number from 0, or "off"`}},
		{"a number in quotes", "free_seats = \"1\"\n", []string{`1 free_seats must be a whole number`}},
		{"seats of a town", "free_seats = 200000\n", []string{`1 not between 0 and 100000; use a number such as 1, or "off"`}},
		{"a slip", site + "freeseats = 1\n", []string{`5 did you mean "free_seats"?`}},
		{"a slip at an owner", owner + "name = \"X\"\nlader = [1]\n", []string{`7 key "lader" is not known; did you mean "ladder"?`}},
		{"a key of sites at an owner", owner + "name = \"X\"\nservices = \"Services86\"\n", []string{`7 known here are name, ladder, free_seats`}},
		{"an owner without a name", owner + "ladder = [1]\n", []string{`5 the owner has no name; give it`}},
		{"an owner with a blank", owner + "name = \" X\"\n", []string{`6 owner " X" cannot be a licence owner's name`}},
		{"an owner twice", owner + "name = \"X\"\n\n[[site.owner]]\nname = \"x\"\n", []string{`9 the site has a block for owner "x" already; put all of it into one block`}},
		{"an owner's bad value", owner + "name = \"X\"\nladder = [1, 1]\n", []string{`7 the step of 1 days twice`}},
		{"an owner of a site that has a problem too", "[[site]]\nname = \"A\"\nurl = \"x\"\nuser = \"u\"\n[[site.owner]]\nfree_seats = true\n", []string{`3 begin with`, `6 free_seats must be`}},
		{"an owner before any site", "[[site.owner]]\nname = \"X\"\n", []string{`1 an owner's block follows its site's; put a [[site]] block before it`}},
		{"one bracket too few", site + "[site.owner]\nname = \"X\"\n", []string{`5 begins with [[site.owner]]; write it with two brackets`}},
		{"owners as a list", site + "owner = [{name = \"X\"}]\n", []string{`5 write each owner as a [[site.owner]] block`}},
		{"a slip in the block's name", site + "[[site.owners]]\nname = \"X\"\n", []string{`5 did you mean "site.owner"?`}},
		{"a web client without scheme", site + "web = \"crm.example.com\"\n", []string{`5 web is not the address of a web client`}},
		{"a script as web client", site + "web = \"javascript:alert(1)\"\n", []string{`5 write it as "https://crm.example.com/"`}},
		{"a web client with a password", site + "web = \"https://u:hush@crm.example.com/\"\n", []string{`5 without a user or a password`}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { wantProblems(t, file(t, tt.text), tt.want...) })
	}
}

func TestEditsOfLimits(t *testing.T) {
	replace := func(pairs ...string) string { return strings.NewReplacer(pairs...).Replace(limited) }
	without := func(from, to string) string {
		i := strings.Index(limited, from)
		return limited[:i] + limited[i+strings.Index(limited[i:], to):]
	}
	change := func(was string, with func(*Site)) func(path string, s Settings) error {
		return func(path string, s Settings) error {
			site := s.Sites[slices.IndexFunc(s.Sites, func(s Site) bool { return s.Name == was })]
			site.OwnerLimits = slices.Clone(site.OwnerLimits)
			with(&site)
			return SaveSite(path, was, site)
		}
	}
	fresh := monitor.OwnerLimits{Owner: "NEW", Limits: monitor.Limits{Ladder: []int{}, FreeSeats: new(monitor.NoSeatWarning)}}
	const freshBlock = "\n[[site.owner]]\nname = \"NEW\"\nladder = []\nfree_seats = \"off\"\n"
	tests := []struct {
		name string
		edit func(path string, s Settings) error
		want string
	}{
		{"nothing changes", change("Head office", func(*Site) {}), limited},
		{"owners in another order are no change", change("Head office", func(s *Site) { slices.Reverse(s.OwnerLimits) }), limited},
		{"for all", func(path string, _ Settings) error {
			return Change(path, func(s *Settings) { s.Limits = monitor.Limits{Ladder: []int{10}, FreeSeats: new(monitor.NoSeatWarning)} })
		}, replace("[90, 30, 7] #", "[10] #", "free_seats = 2\n", "free_seats = \"off\"\n")},
		{"of a site", change("Branch", func(s *Site) { s.Limits = monitor.Limits{Ladder: []int{9}, FreeSeats: new(6)} }),
			replace("free_seats = 5\n", "free_seats = 6\nladder = [9]\n")},
		{"a site does as all do again", change("Branch", func(s *Site) { s.Limits = monitor.Limits{} }), replace("free_seats = 5\n", "")},
		{"a site's new key does not go to its owner", change("Head office", func(s *Site) { s.Limits.FreeSeats = new(3) }),
			replace("by themselves\n", "by themselves\nfree_seats = 3\n")},
		{"of an owner", change("Head office", func(s *Site) { s.OwnerLimits[0].Ladder, s.OwnerLimits[1].Ladder = []int{5}, []int{} }),
			replace("[\n    14, # two weeks\n    7,\n  ]", "[5]", "free_seats = 0\n", "free_seats = 0\nladder = []\n")},
		{"an owner's value goes", change("Head office", func(s *Site) { s.OwnerLimits[0].Ladder = nil }), without("  ladder = [\n", "  free_seats = \"off\"")},
		{"an owner goes, the comment before it stays", change("Head office", func(s *Site) { s.OwnerLimits = s.OwnerLimits[1:] }),
			without("  [[site.owner]]", "[[site.owner]]\nname = \"GEOMAP\"")},
		{"all owners go", change("Head office", func(s *Site) { s.OwnerLimits = nil }), without("  [[site.owner]]", "# the other one")},
		{"an owner comes", change("Head office", func(s *Site) { s.OwnerLimits = append(s.OwnerLimits, fresh) }),
			replace("free_seats = 0\n", "free_seats = 0\n"+freshBlock)},
		{"one comes and the last goes", change("Head office", func(s *Site) { s.OwnerLimits[1] = fresh }),
			strings.Replace(without("\n[[site.owner]]\nname = \"GEOMAP\"", "\n# the other one"), "always full\n", "always full\n"+freshBlock, 1)},
		{"a first owner comes with a new key", change("Branch", func(s *Site) { s.Limits.Ladder, s.OwnerLimits = []int{}, []monitor.OwnerLimits{fresh} }),
			limited + "ladder = []\n" + freshBlock},
		{"a renamed site takes its owners along", change("Head office", func(s *Site) { s.Name = "Main" }), replace(`"Head office"`, `"Main"`)},
		{"a removed site takes its owners along", func(path string, _ Settings) error { return RemoveSite(path, "Head office") },
			without("[[site]]", "# the other one")},
		{"a new site with an owner", func(path string, _ Settings) error {
			return SaveSite(path, "", Site{Name: "New", URL: "https://n.example/", Services: "Services86", SignIn: "ticket", OwnerLimits: []monitor.OwnerLimits{fresh}})
		}, limited + "\n[[site]]\nname = \"New\"\nurl = \"https://n.example/\"\nservices = \"Services86\"\nsign_in = \"ticket\"\n" + freshBlock},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for _, nl := range []string{"\n", "\r\n"} {
				path := file(t, strings.ReplaceAll(limited, "\n", nl))
				if err := tt.edit(path, load(t, path)); err != nil {
					t.Fatal(err)
				}
				if got, want := text(t, path), strings.ReplaceAll(tt.want, "\n", nl); got != want {
					t.Errorf("the file is now\n%s\nwant\n%s", got, want)
				}
			}
		})
	}
}

func TestAnOwnerFollowsALastLineWithoutEnd(t *testing.T) {
	path := file(t, sample)
	site := load(t, path).Sites[2]
	site.OwnerLimits = []monitor.OwnerLimits{{Owner: "X", Limits: monitor.Limits{FreeSeats: new(3)}}}
	if err := SaveSite(path, site.Name, site); err != nil {
		t.Fatal(err)
	}
	if got := load(t, path).Sites[2]; !reflect.DeepEqual(got, site) || !strings.HasPrefix(text(t, path), sample) {
		t.Errorf("the site is now %+v in\n%s", got, text(t, path))
	}
}

func TestRefusedLimitsNameTheOwner(t *testing.T) {
	site := Site{Name: "A", URL: "https://a.example/", Services: "Services86", SignIn: "ticket"}
	for want, o := range map[string]monitor.OwnerLimits{
		`of owner "X": ladder has the step of 3 days twice`: {Owner: "X", Limits: monitor.Limits{Ladder: []int{3, 3}}},
		`of owner "X": free_seats is -2`:                    {Owner: "X", Limits: monitor.Limits{FreeSeats: new(-2)}},
		`the owner has no name`:                             {},
	} {
		site.OwnerLimits = []monitor.OwnerLimits{o}
		if err := site.Check(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Check = %v, want %q", err, want)
		}
		path := file(t, limited)
		if err := SaveSite(path, "", site); err == nil || !strings.Contains(err.Error(), want) || text(t, path) != limited {
			t.Errorf("SaveSite = %v, want %q and the file as it was", err, want)
		}
	}
}
