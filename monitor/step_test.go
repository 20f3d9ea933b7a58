package monitor

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"licensewatch/internal/caldate"
)

var (
	noon   = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	policy = DefaultPolicy(time.Hour)
)

func day(n int) caldate.Date { return caldate.Of(noon).AddDays(n) }

func licence(d Dates) []Licence { return []Licence{{Owner: "SUPEROFFICE", Dates: d}} }

func verdict(status string) Observation {
	return Observation{Owner: "SUPEROFFICE", Verdict: &Verdict{Status: status}}
}

func refused(kind Kind) Observation {
	return Observation{Failure: &Failure{Kind: kind, Text: "no", Remedy: "do"}}
}

func refusedOwner(kind Kind) Observation {
	o := refused(kind)
	o.Owner = "SUPEROFFICE"
	return o
}

// after folds observations into a new site, a minute apart, and returns the state and the last step's news.
func after(observations ...Observation) (*SiteState, []Event, time.Time) {
	s := &SiteState{Site: Site{Name: "Head office"}}
	now, events := noon, []Event(nil)
	for i, o := range observations {
		now = noon.Add(time.Duration(i) * time.Minute)
		s, events = policy.Step(s, o, now)
	}
	return s, events, now
}

func TestStep(t *testing.T) {
	fine := Observation{Licences: licence(Dates{Expiry: day(200)}), Read: true}
	dated := func(d Dates) Observation { return Observation{Licences: licence(d), Read: true} }
	tests := []struct {
		name   string
		told   []Observation
		want   Severity
		events int
		kind   string // of the last event's first finding that appeared or, if none did, is gone
	}{
		{"a site that nobody asked is not known", []Observation{{}}, Unknown, 0, ""},
		{"a licence without a verdict is not known", []Observation{fine}, Unknown, 0, ""},
		{"first look, healthy, is no news", []Observation{fine, verdict("Ok")}, OK, 0, ""},
		{"first look, unhealthy, is news", []Observation{fine, verdict("ProblemWithLicense")}, Critical, 1, "status"},
		{"still healthy is no news", []Observation{fine, verdict("Ok"), verdict("Ok")}, OK, 0, ""},
		{"a new licence is news", []Observation{fine, verdict("Ok"), verdict("NewLicenseAvailable")}, Warning, 1, "status"},
		{"the same trouble again is no news", []Observation{fine, verdict("NewLicenseAvailable"), verdict("NewLicenseAvailable")}, Warning, 0, ""},
		{"another trouble is news", []Observation{fine, verdict("NewLicenseAvailable"), verdict("NewSerialAvailable")}, Warning, 1, "status"},
		{"recovery is news", []Observation{fine, verdict("NewLicenseAvailable"), verdict("Ok")}, OK, 1, "status"},
		{"an activated licence is in order and news", []Observation{fine, verdict("Ok"), verdict("NewLicenseActivated")}, OK, 1, "status"},
		{"after an activated licence Ok is no news", []Observation{fine, verdict("NewLicenseActivated"), verdict("Ok")}, OK, 0, ""},
		{"an unknown word is never ok", []Observation{fine, verdict("Okay")}, Unknown, 1, "status"},
		{"an empty word is never ok", []Observation{fine, verdict("")}, Unknown, 1, "status"},
		{"one hiccup changes nothing", []Observation{fine, verdict("Ok"), refused(KindNetwork)}, OK, 0, ""},
		{"two in a row are news", []Observation{fine, verdict("Ok"), refused(KindNetwork), refused(KindNetwork)}, Unknown, 1, "cannot-check"},
		{"a third is none", []Observation{fine, verdict("Ok"), refused(KindNetwork), refused(KindNetwork), refused(KindDNS)}, Unknown, 0, ""},
		{"a good answer between hiccups forgives", []Observation{fine, verdict("Ok"), refused(KindNetwork), verdict("Ok"), refused(KindNetwork)}, OK, 0, ""},
		{"a refused sign-in needs no second look", []Observation{fine, verdict("Ok"), refused(KindSignIn)}, Unknown, 1, "cannot-check"},
		{"a site that answers again is news", []Observation{fine, verdict("Ok"), refused(KindSignIn), fine}, OK, 1, "cannot-check"},
		{"a site that never answered is news once", []Observation{refused(KindDNS), refused(KindDNS)}, Unknown, 1, "cannot-check"},
		{"an owner's failure is the owner's", []Observation{fine, verdict("Ok"), refusedOwner(KindServer), refusedOwner(KindServer)}, Unknown, 1, "cannot-check"},
		{"a network failure under an owner is the site's", []Observation{fine, verdict("Ok"), refusedOwner(KindNetwork), refusedOwner(KindNetwork)}, Unknown, 1, "cannot-check"},
		{"critical stays visible behind a failing site", []Observation{fine, verdict("ProblemWithLicense"), refused(KindSignIn)}, Critical, 1, "cannot-check"},
		{"61 days left are quiet", []Observation{dated(Dates{Expiry: day(61)}), verdict("Ok")}, OK, 0, ""},
		{"60 days left warn", []Observation{verdict("Ok"), dated(Dates{Expiry: day(60)})}, Warning, 1, "expiring"},
		{"the next step of the ladder is news", []Observation{verdict("Ok"), dated(Dates{Expiry: day(31)}), dated(Dates{Expiry: day(30)})}, Warning, 1, "expiring"},
		{"a day further on the same step is none", []Observation{verdict("Ok"), dated(Dates{Expiry: day(59)}), dated(Dates{Expiry: day(58)})}, Warning, 0, ""},
		{"the issuer's warning date warns early", []Observation{verdict("Ok"), dated(Dates{AdminWarning: day(0), Expiry: day(90)})}, Warning, 1, "expiring"},
		{"expired is critical on the day", []Observation{verdict("Ok"), dated(Dates{Expiry: day(0), Grace: day(12)})}, Critical, 1, "expired"},
		{"stopped on the grace day", []Observation{verdict("Ok"), dated(Dates{Expiry: day(-12), Grace: day(0)})}, Critical, 1, "stopped"},
		{"grace before expiry stops nothing yet", []Observation{verdict("Ok"), dated(Dates{Expiry: day(100), Grace: day(-1)})}, OK, 0, ""},
		{"expired without grace", []Observation{verdict("Ok"), dated(Dates{Expiry: day(-1)})}, Critical, 1, "expired"},
		{"maintenance ended warns", []Observation{verdict("Ok"), dated(Dates{Maintenance: day(0), Expiry: caldate.Never})}, Warning, 1, "maintenance"},
		{"no dates at all are fine", []Observation{verdict("Ok"), dated(Dates{})}, OK, 0, ""},
		{"a licence that never ends is fine", []Observation{verdict("Ok"), dated(Dates{Expiry: caldate.Never, Grace: caldate.Never})}, OK, 0, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s, events, _ := after(tt.told...)
			if s.Severity != tt.want || len(events) != tt.events {
				t.Fatalf("severity %v with %d events %+v, want %v with %d", s.Severity, len(events), events, tt.want, tt.events)
			}
			if tt.events > 0 {
				if got := slices.Concat(events[0].Appeared, events[0].Gone)[0].Kind; got != tt.kind {
					t.Errorf("the news is about %q, want %q", got, tt.kind)
				}
			}
		})
	}
}

func TestFailureKeepsWhatIsKnown(t *testing.T) {
	s, _, _ := after(Observation{Licences: licence(Dates{Expiry: day(200)}), Read: true}, verdict("NewLicenseAvailable"),
		refused(KindNetwork), refused(KindNetwork), refusedOwner(KindServer), refusedOwner(KindServer))
	o := s.Owners[0]
	if o.Licence == nil || o.Licence.Dates.Expiry != day(200) || o.Verdict == nil || o.Verdict.Status != "NewLicenseAvailable" {
		t.Errorf("after failures the owner is %+v, want licence and verdict kept", o)
	}
}

func TestStaleAfterThreeIntervals(t *testing.T) {
	s, _, asked := after(Observation{Asked: []string{"SUPEROFFICE"}}, verdict("Ok"))
	at := func(d time.Duration, obs Observation) (Severity, int) {
		next, events := policy.Step(s, obs, asked.Add(d))
		return next.Severity, len(events)
	}
	if got, n := at(3*time.Hour, Observation{}); got != OK || n != 0 {
		t.Errorf("after three intervals: %v with %d events, want ok and none", got, n)
	}
	if got, n := at(3*time.Hour+2*time.Minute, Observation{}); got != Unknown || n != 1 {
		t.Errorf("past three intervals: %v with %d events, want unknown and one", got, n)
	}
	if got, n := at(24*time.Hour, Observation{Broken: true}); got != Unknown || n != 0 {
		t.Errorf("after a night's sleep: %v with %d events, want unknown, which is no news yet", got, n)
	}
}

func owners(s *SiteState) string {
	var all []string
	for _, o := range s.Owners {
		all = append(all, o.Owner)
	}
	return strings.Join(all, " ")
}

func TestAnOwnerThatIsNotListedAnyMoreIsToldAndThenForgotten(t *testing.T) {
	list := func(names ...string) Observation {
		obs := Observation{Read: true}
		for _, name := range names {
			obs.Licences = append(obs.Licences, Licence{Owner: name})
		}
		return obs
	}
	s, _, now := after(list("A", "B"), Observation{Owner: "A", Verdict: &Verdict{Status: "ProblemWithLicense"}}, Observation{Owner: "B", Verdict: &Verdict{Status: "Ok"}})
	s, events := policy.Step(s, list("B"), now)
	if owners(s) != "A B" || len(events) != 1 || events[0].Owner != "A" || events[0].Appeared[0].Kind != FindingUnlisted || s.Severity != Critical {
		t.Fatalf("owners %q, %v, events %+v; want A kept, told, and as critical as it was", owners(s), s.Severity, events)
	}
	s, events = policy.Step(s, list("B"), now.Add(5*time.Hour))
	if owners(s) != "A B" || len(events) != 0 {
		t.Errorf("hours later: owners %q, events %+v", owners(s), events)
	}
	back, events := policy.Step(s, list("A", "B"), now.Add(6*time.Hour))
	if owners(back) != "A B" || !slices.ContainsFunc(events, func(e Event) bool { return e.Owner == "A" && e.Gone[0].Kind == FindingUnlisted }) {
		t.Errorf("listed again: owners %q, events %+v; want to be told", owners(back), events)
	}
	s, _ = policy.Step(s, list("B"), now.Add(25*time.Hour))
	if owners(s) != "B" {
		t.Errorf("a day later: owners %q, want B alone", owners(s))
	}
}

func TestASiteThatListsNobodyIsToldAndNotGreen(t *testing.T) {
	s, events, _ := after(Observation{Read: true})
	if s.Severity != Unknown || len(events) != 1 || events[0].Appeared[0].Kind != FindingNoOwner {
		t.Errorf("%v with events %+v, want unknown and told", s.Severity, events)
	}
}

func TestNamedOwnersAreTheOnlyOnes(t *testing.T) {
	s := &SiteState{Site: Site{Name: "Head office", Owners: []string{"B", "ELSEWHERE"}}}
	s, _ = policy.Step(s, Observation{Asked: s.Site.Owners}, noon)
	s, _ = policy.Step(s, Observation{Read: true, Licences: []Licence{{Owner: "A"}, {Owner: "B"}}}, noon)
	if owners(s) != "B ELSEWHERE" || s.Owners[0].Licence == nil || s.Owners[1].Licence != nil {
		t.Errorf("owners %q: %+v", owners(s), s.Owners)
	}
}

func BenchmarkStepOfThousandOwners(b *testing.B) {
	s := &SiteState{Site: Site{Name: "large"}}
	obs := Observation{Read: true}
	for i := range 1000 {
		obs.Licences = append(obs.Licences, Licence{Owner: fmt.Sprintf("OWNER%04d", i), Dates: Dates{Expiry: day(200)}})
	}
	s, _ = policy.Step(s, obs, noon)
	answer := Observation{Owner: "OWNER0500", Verdict: &Verdict{Status: "Ok"}}
	for b.Loop() {
		s, _ = policy.Step(s, answer, noon)
	}
}

func TestEveryStatusHasTextAndAction(t *testing.T) {
	for word, f := range verdicts {
		if f.Text == "" || f.Action == "" && word != "Ok" {
			t.Errorf("%s has text %q and action %q", word, f.Text, f.Action)
		}
	}
	if len(verdicts) != 9 {
		t.Errorf("%d status words are known, want the 9 of Services88", len(verdicts))
	}
}

func TestWebLink(t *testing.T) {
	for _, good := range []string{"https://shop.example/renew?x=1", "http://shop.example"} {
		if WebLink(good) != good {
			t.Errorf("%s is refused", good)
		}
	}
	for _, bad := range []string{"", "javascript:alert(1)", "file:///etc/passwd", "https://", "//shop.example", "https://bank.example@evil.example/",
		"https://shop.example/\u202efdp", "https://shop.example/a b\x00", "shop.example"} {
		if got := WebLink(bad); got != "" {
			t.Errorf("%q is let through as %q", bad, got)
		}
	}
}

// The laws of Step, on observations made of arbitrary bytes.
func FuzzStep(f *testing.F) {
	f.Add([]byte{0, 1, 2, 3, 4, 5, 6, 7})
	f.Add([]byte{2, 6, 6, 1, 5, 5, 0})
	words := []string{"Ok", "NewLicenseAvailable", "ProblemWithLicense", "NewLicenseActivated", "Nonsense"}
	f.Fuzz(func(t *testing.T, script []byte) {
		s, now := &SiteState{Site: Site{Name: "x", Online: len(script)%2 == 0, Network: NetworkDirect}}, noon
		for _, b := range script {
			var obs Observation
			switch b % 9 {
			case 0:
				now = now.Add(time.Duration(b) * time.Hour)
			case 1, 2:
				obs = verdict(words[int(b/9)%len(words)])
			case 3:
				obs = Observation{Read: true, Licences: licence(Dates{Expiry: day(int(b) - 60), Grace: day(int(b) - 50)})}
			case 4:
				obs = refused(KindNetwork)
			case 5:
				obs = refusedOwner(KindServer)
			case 6:
				obs = refused(KindSignIn)
			case 7:
				obs = failed(KindTenant, "tenant-maintenance")
			case 8:
				obs.Way = &Way{}
				if b > 128 {
					obs.Way.DownSince = now
				}
			}
			obs.Shared, obs.Waking = b%2 == 0, b%5 == 0
			before := *s
			before.Owners = slices.Clone(s.Owners)
			next, events := policy.Step(s, obs, now)
			again, eventsAgain := policy.Step(s, obs, now)
			if !reflect.DeepEqual(next, again) || !reflect.DeepEqual(events, eventsAgain) {
				t.Fatal("the same input gives another output")
			}
			if !reflect.DeepEqual(&before, s) {
				t.Fatal("Step changed the state it was given")
			}
			checkLaws(t, s, next, obs, events, now)
			s = next
		}
	})
}

func checkLaws(t *testing.T, prev, next *SiteState, obs Observation, events []Event, now time.Time) {
	t.Helper()
	if quiet, e := policy.Step(next, Observation{}, now); len(e) > 0 || quiet.Severity != next.Severity {
		t.Fatalf("judging again at the same instant brings %v and %+v", quiet.Severity, e)
	}
	for _, o := range next.Owners {
		if o.Severity == OK && (o.Verdict == nil || o.Verdict.Status != "Ok" && o.Verdict.Status != "NewLicenseActivated" || now.Sub(o.VerdictAt) > 3*time.Hour+time.Minute) {
			t.Fatalf("ok without a young good answer: %+v", o)
		}
		if next.Severity < o.Severity {
			t.Fatalf("the site is %v, its owner %v", next.Severity, o.Severity)
		}
		if (o.Failure == nil) != (o.Failures == 0) || o.Counted > o.Failures {
			t.Fatalf("failure %v counted %d times", o.Failure, o.Failures)
		}
	}
	if obs.Failure != nil {
		for i, o := range prev.Owners {
			if next.Owners[i].Verdict != o.Verdict || next.Owners[i].Licence != o.Licence {
				t.Fatal("a failure erased an answer")
			}
		}
	}
	for _, e := range events {
		if len(e.Appeared)+len(e.Gone) == 0 {
			t.Fatalf("an event about nothing: %+v", e)
		}
	}
}
