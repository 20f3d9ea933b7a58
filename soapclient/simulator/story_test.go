package simulator

import (
	"context"
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"licensewatch/internal/caldate"
)

// storyWorld has site names of which one begins as another does.
func storyWorld() World {
	owner := func(name string) Owner {
		return Owner{Name: name, Licence: Licence{Modules: []Module{{Name: "ten-sales", Total: 21, InUse: 20}}}}
	}
	return World{Sites: []Site{
		{Name: "Head", Path: "/a", Owners: []Owner{owner("OFFICE"), owner("SUPEROFFICE")}},
		{Name: "Head office", Path: "/b", Owners: []Owner{owner("SUPEROFFICE")}},
		{Name: "Cloud", Path: "/Cust1", Tenant: &Tenant{ID: "Cust1", ApplicationToken: "app"}, Owners: []Owner{owner("SUPEROFFICE")}},
	}}
}

func TestStoryIsReadLineByLine(t *testing.T) {
	const text = `# a comment
+30s  Head office SUPEROFFICE seats ten-sales 21/21   # in use, owned
+20s Head office SUPEROFFICE status NewLicenseAvailable
+20s	Head OFFICE status "SomethingElse"

+1m30s Head office SUPEROFFICE message "say \"#hi\"" url "https://x.example/#a"
+2m Head office superoffice date expiry +5d
+2m Head office SUPEROFFICE date grace 2027-06-30
+2m Head office SUPEROFFICE date warning none
+2m Head office SUPEROFFICE date maintenance never
+150s Head office fault http 503 retry-after 30s
+3m Head office SUPEROFFICE fault exception ""
+3m Head fault exception-type SoSentryException "no"
+3m Head OFFICE fault exception-type A.B "no" inner C ""
+3m Head fault lacks Services86   Services88 soapfault # old
+3m Head fault lacks Services84
+3m Head fault switched-off
+3m Head fault limit
+3m Head fault limit soapfault
+3m Head fault none
+3m Head OFFICE offer seats ten-sales 26
+3m Head OFFICE offer module new-plan 10   # that it lacks
+3m Head OFFICE offer module "new plan" 0
+3m Head OFFICE offer without ten-sales
+3m Head OFFICE offer date expiry +585d
+3m Head OFFICE offer company "Fjord \"Group\" AS"
+3m Head OFFICE offer company Fjord
+3m Head OFFICE offer serial 1010000014
+3m Head OFFICE offer none
+3m Head OFFICE offer activate
+4m Cloud state Suspended
+4m Cloud state "Asleep"
+4m Cloud move
+4m Cloud move refuse   # the old host
+4m Cloud consent Revoked
`
	story, err := ParseStory(text, storyWorld())
	if err != nil {
		t.Fatal(err)
	}
	const want = `+20s Head office SUPEROFFICE status NewLicenseAvailable
+20s Head OFFICE status "SomethingElse"
+30s Head office SUPEROFFICE seats ten-sales 21/21
+1m30s Head office SUPEROFFICE message "say \"#hi\"" url "https://x.example/#a"
+2m0s Head office SUPEROFFICE date expiry +5d
+2m0s Head office SUPEROFFICE date grace 2027-06-30
+2m0s Head office SUPEROFFICE date warning none
+2m0s Head office SUPEROFFICE date maintenance never
+2m30s Head office fault http 503 retry-after 30s
+3m0s Head office SUPEROFFICE fault exception ""
+3m0s Head fault exception-type SoSentryException "no"
+3m0s Head OFFICE fault exception-type A.B "no" inner C ""
+3m0s Head fault lacks Services86 Services88 soapfault
+3m0s Head fault lacks Services84
+3m0s Head fault switched-off
+3m0s Head fault limit
+3m0s Head fault limit soapfault
+3m0s Head fault none
+3m0s Head OFFICE offer seats ten-sales 26
+3m0s Head OFFICE offer module new-plan 10
+3m0s Head OFFICE offer module "new plan" 0
+3m0s Head OFFICE offer without ten-sales
+3m0s Head OFFICE offer date expiry +585d
+3m0s Head OFFICE offer company "Fjord \"Group\" AS"
+3m0s Head OFFICE offer company Fjord
+3m0s Head OFFICE offer serial 1010000014
+3m0s Head OFFICE offer none
+3m0s Head OFFICE offer activate
+4m0s Cloud state Suspended
+4m0s Cloud state "Asleep"
+4m0s Cloud move
+4m0s Cloud move refuse
+4m0s Cloud consent Revoked
`
	if got := story.String(); got != want {
		t.Errorf("the story is\n%s\nwant\n%s", got, want)
	}
}

func TestStoryErrorsNameLineAndRemedy(t *testing.T) {
	tests := []struct{ name, line, remedy string }{
		{"no time", "Head office SUPEROFFICE status Ok", "+20s"},
		{"a time before the beginning", "+-5s Head fault none", "+20s"},
		{"no site", "+1s Hed office SUPEROFFICE status Ok", "Head, Head office"},
		{"a site's name that goes on", "+1s Headline SUPEROFFICE status Ok", "Head, Head office"},
		{"nothing happens", "+1s Head office", "name an owner (SUPEROFFICE)"},
		{"no owner", "+1s Head ACME status Ok", "OFFICE, SUPEROFFICE"},
		{"no verb", "+1s Head OFFICE", "status, message, seats, date, offer or fault"},
		{"another verb", "+1s Head OFFICE explode", "status, message, seats, date, offer or fault"},
		{"a status that is misspelt", "+1s Head OFFICE status Okay", "put it in quotes"},
		{"no status", "+1s Head OFFICE status", "ProblemWithLicense"},
		{"a message without quotes", "+1s Head OFFICE message Renew soon", "in quotes"},
		{"quotes that do not end", `+1s Head OFFICE message "Renew`, "in quotes"},
		{"something behind the message", `+1s Head OFFICE message "a" link "b"`, `url "https://…"`},
		{"a link that is missing", `+1s Head OFFICE message "a" url`, "address"},
		{"an unknown module", "+1s Head OFFICE seats ten-sails 1/2", "no module ten-sails"},
		{"seats without a total", "+1s Head OFFICE seats ten-sales 21", "seats ten-sales 21/21"},
		{"seats below zero", "+1s Head OFFICE seats ten-sales -1/2", "seats ten-sales 21/21"},
		{"another date", "+1s Head OFFICE date birthday +5d", "expiry"},
		{"an offer of nothing", "+1s Head OFFICE offer", "offer seats ten-sales 26"},
		{"another offer", "+1s Head OFFICE offer peace", "offer seats ten-sales 26"},
		{"an offer of no module", "+1s Head OFFICE offer seats ten-sails 26", "no module ten-sails"},
		{"an offer without no module", "+1s Head OFFICE offer without ten-sails", "no module ten-sails"},
		{"offered seats without a number", "+1s Head OFFICE offer module new-plan", "offer module ten-sales 26"},
		{"offered seats below zero", "+1s Head OFFICE offer seats ten-sales -1", "offer seats ten-sales 26"},
		{"an offered date that is none", "+1s Head OFFICE offer date expiry soon", "2027-06-30"},
		{"an offer of no company", "+1s Head OFFICE offer company", "offer company"},
		{"an offer that goes on", "+1s Head OFFICE offer company Fjord Group AS", "behind #"},
		{"no day", "+1s Head OFFICE date expiry soon", "2027-06-30"},
		{"a day that does not exist", "+1s Head OFFICE date expiry 2027-02-30", "2027-06-30"},
		{"another fault", "+1s Head fault explode", "refuse, reset"},
		{"no fault", "+1s Head fault", "refuse, reset"},
		{"slow without a time", "+1s Head fault slow", "slow 5s"},
		{"a status that HTTP does not know", "+1s Head fault http 799", "http 503"},
		{"a status that is no error", "+1s Head fault http 200", "http 503"},
		{"half a second of retry-after", "+1s Head fault http 503 retry-after 500ms", "whole seconds"},
		{"an exception without quotes", "+1s Head fault exception Busy", `exception "text"`},
		{"a redirect to nowhere", "+1s Head fault redirect /x", "whole address"},
		{"a state of a site that is not Online", "+1s Head state Running", "no tenant of SuperOffice Online"},
		{"a state that is misspelt", "+1s Cloud state Runing", "OnlineMaintenance"},
		{"no state", "+1s Cloud state", "OnlineMaintenance"},
		{"a move to where", "+1s Cloud move away", "refuse"},
		{"a consent that is none", "+1s Cloud consent Perhaps", "NeedsReapproval"},
		{"a type without a text", "+1s Head fault exception-type SoSentryException", "exception-type SoSentryException"},
		{"a type that is none", `+1s Head fault exception-type "<x>" "text"`, "exception-type SoSentryException"},
		{"something behind the type", `+1s Head fault exception-type X "text" outer Y "text"`, "inner TYPE"},
		{"a version that is none", "+1s Head fault lacks Services99", "Services86"},
		{"no version", "+1s Head fault lacks soapfault", "Services86"},
		{"an owner that lacks a version", "+1s Head OFFICE fault lacks Services86", "leave out the owner"},
		{"a limit of what", "+1s Head fault limit 5", "limit soapfault"},
		{"an owner that refuses connections", "+1s Head OFFICE fault refuse", "leave out the owner"},
		{"too much", "+1s Head fault none please", "behind #"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := ParseStory("\n# comment\n"+tt.line, storyWorld())
			if err == nil || !strings.HasPrefix(err.Error(), "line 3: ") || !strings.Contains(err.Error(), tt.remedy) {
				t.Errorf("%q gives %v, want line 3 and %q", tt.line, err, tt.remedy)
			}
		})
	}
}

// FuzzParseStory states that the parser never panics, and that what it accepts it prints back and reads as
// the same.
func FuzzParseStory(f *testing.F) {
	for _, line := range []string{
		"+20s Head office SUPEROFFICE status NewLicenseAvailable", `+1m Head OFFICE status "x"`, `+1s Head OFFICE message "a\xff" url "b" # c`,
		"+1s Head OFFICE seats ten-sales 1/2", "+1s Head OFFICE date expiry -5d", "+1s Head OFFICE date grace never", "+1s Head OFFICE date next-check 2027-01-31",
		"+1s Head fault slow 1.5s", "+1s Head fault http 503 retry-after 30s", `+1s Head fault redirect "http://h/"`, `+1s Head fault exception "\n"`, "+1s Head fault none",
		`+1s Head fault exception-type A.B "x" inner C "y"`, "+1s Head fault lacks Services84 Services85 soapfault", "+1s Head fault limit soapfault",
		"+1s Head OFFICE offer seats ten-sales 26", `+1s Head OFFICE offer module "\x00" 1`, "+1s Head OFFICE offer date grace +5d", `+1s Head OFFICE offer company "a b"`,
		"+1s Head OFFICE offer serial é", "+1s Head OFFICE offer without ten-sales", "+1s Head OFFICE offer none", "+1s Head OFFICE offer activate",
		"+1s Cloud state Suspended", `+1s Cloud state "x"`, "+1s Cloud move refuse", "+1s Cloud consent Expired",
	} {
		f.Add(line)
	}
	w := storyWorld()
	f.Fuzz(func(t *testing.T, text string) {
		story, err := ParseStory(text, w)
		if err != nil {
			return
		}
		again, err := ParseStory(story.String(), w)
		if err != nil || !reflect.DeepEqual(again, story) {
			t.Errorf("%q is printed as %q and read back as %v, %v", text, story.String(), again, err)
		}
	})
}

func TestPlayKeepsTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := storyWorld()
		story, err := ParseStory("+0s Head OFFICE status UnknownError\n+20s Head OFFICE status ProblemWithLicense\n+1m Head OFFICE status Ok", w)
		if err != nil {
			t.Fatal(err)
		}
		s := New(w)
		began := time.Now()
		var told []string
		err = s.Play(t.Context(), story, func(line string) {
			told = append(told, time.Since(began).String()+" "+line+" "+s.World().Sites[0].Owners[0].Status)
		})
		want := []string{
			"0s +0s Head OFFICE status UnknownError UnknownError",
			"20s +20s Head OFFICE status ProblemWithLicense ProblemWithLicense",
			"1m0s +1m0s Head OFFICE status Ok Ok",
		}
		if err != nil || !slices.Equal(told, want) {
			t.Errorf("Play = %v and told %q, want %q", err, told, want)
		}
	})
}

func TestPlayEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		told := 0
		err := New(Demo()).Play(ctx, DemoStory(), func(string) { told++ })
		if !errors.Is(err, context.DeadlineExceeded) || told == 0 || told == len(DemoStory().Steps) {
			t.Errorf("after a minute Play = %v and told %d of %d steps", err, told, len(DemoStory().Steps))
		}
	})
}

func TestPlayTellsWhatFailed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var told string
		if err := New(World{}).Play(t.Context(), Story{DemoStory().Steps[:1]}, func(line string) { told = line }); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(told, "no such site") {
			t.Errorf("a step that fails is told as %q", told)
		}
	})
}

func TestChangesDoWhatTheySay(t *testing.T) {
	s := New(storyWorld())
	s.Now = func() time.Time { return time.Date(2026, 12, 30, 23, 0, 0, 0, time.UTC) }
	for _, line := range []string{
		`Head OFFICE message "Renew" url "https://x.example"`, "Head OFFICE status UseCustomMessageAndUrl", "Head OFFICE seats ten-sales 22/21",
		"Head OFFICE date expiry +2d", "Head OFFICE date grace 2027-06-30", "Head OFFICE date warning never", "Head OFFICE date next-check -1d",
		"Head SUPEROFFICE date maintenance +1d", "Head SUPEROFFICE date maintenance none",
	} {
		do(t, s, line)
	}
	got := s.World().Sites[0].Owners[0]
	want := Owner{Name: "OFFICE", Status: "UseCustomMessageAndUrl", Message: "Renew", URL: "https://x.example", Licence: Licence{
		NextCheck: caldate.New(2026, 12, 29), Warning: caldate.Never, Expiry: caldate.New(2027, 1, 1), Grace: caldate.New(2027, 6, 30),
		Modules: []Module{{Name: "ten-sales", Total: 21, InUse: 22}},
	}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("the owner is %+v, want %+v", got, want)
	}
	if other := s.World().Sites[1].Owners[0]; !reflect.DeepEqual(other, storyWorld().Sites[1].Owners[0]) {
		t.Errorf("the owner of another site changed to %+v", other)
	}
	do(t, s, "Head OFFICE status Ok")
	if o := s.World().Sites[0].Owners[0]; o.Message != "" || o.URL != "" {
		t.Errorf("an owner that is Ok still says %q and %q", o.Message, o.URL)
	}
	if err := s.Do("Head OFFICE status Okay"); err == nil {
		t.Error("a misspelt change is taken")
	}
	if err := s.Apply(Change{}); err == nil {
		t.Error("an empty change is taken")
	}
}
