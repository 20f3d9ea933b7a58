package monitor

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"
)

// spoken words a notification as its decisions, in order.
func spoken(list []Decision) (Rehearsed, bool) {
	r := Rehearsed{Severity: list[0].Finding.Severity}
	var words []string
	for _, d := range list {
		words = append(words, fmt.Sprintf("%s%s %s %s", d.Site, d.Owner, d.Act, d.Finding.Kind))
	}
	r.Text = strings.Join(words, "; ")
	return r, true
}

var (
	begun = time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC) // a Monday
	ended = begun.AddDate(0, 0, 90)
	full  = Finding{Kind: FindingSeats, Case: "few a", Severity: Warning}
	dead  = Finding{Kind: FindingStopped, Severity: Critical}
	lost  = Finding{Kind: FindingUnreadable, Severity: Unknown}
	fresh = Finding{Kind: FindingStatus, Case: "NewLicenseActivated"}
)

func on(day int, hour string) time.Time {
	at, err := time.Parse("15:04", hour)
	if err != nil {
		panic(err)
	}
	return begun.AddDate(0, 0, day).Add(time.Duration(at.Hour())*time.Hour + time.Duration(at.Minute())*time.Minute)
}

func came(at time.Time, site string, f Finding) Event {
	return Event{At: at, Site: site, Appeared: []Finding{f}}
}
func went(at time.Time, site string, f Finding) Event {
	return Event{At: at, Site: site, Gone: []Finding{f}}
}

func wantRehearsed(t *testing.T, got Rehearsal, want ...string) {
	t.Helper()
	var list []string
	for _, n := range got.List {
		list = append(list, n.At.UTC().Format("2 Jan 15:04 ")+n.Text)
	}
	if !slices.Equal(list, want) {
		t.Errorf("notifications:\n%s\nwant\n%s", strings.Join(list, "\n"), strings.Join(want, "\n"))
	}
}

func TestRehearse(t *testing.T) {
	off := new(time.Duration(0))
	never := Rules{RemindCritical: off, RemindUnknown: off, RemindWarning: off}
	night := never.Under(Rules{Quiet: hours(t, "daily 20:00-06:30"), Zone: new(place(t, "UTC"))})
	sites := []Site{{Name: "a"}, {Name: "b", Rules: Rules{Least: new(Critical)}}}
	tests := []struct {
		name   string
		rules  Rules
		events []Event
		want   []string
	}{
		{"nothing happened", Rules{}, nil, nil},
		{"one came and went", never, []Event{came(on(3, "10:00"), "a", full), went(on(4, "11:30"), "a", full)},
			[]string{"5 Mar 10:00 a appeared seats", "6 Mar 11:31 a over seats"}},
		{"too mild", never.Under(Rules{Least: new(Critical)}), []Event{came(on(3, "10:00"), "a", full), came(on(5, "10:00"), "a", dead)},
			[]string{"7 Mar 10:00 a appeared stopped"}},
		{"too mild for one site", never, []Event{came(on(3, "10:00"), "b", full), came(on(3, "10:00"), "a", full)}, []string{"5 Mar 10:00 a appeared seats"}},
		{"a site that is watched no more", never, []Event{came(on(3, "10:00"), "c", dead)}, nil},
		{"a night's news in the morning", night, []Event{came(on(3, "20:00"), "a", full), came(on(3, "23:00"), "b", dead), came(on(4, "03:00"), "a", lost), went(on(4, "05:00"), "a", lost)},
			[]string{"6 Mar 06:30 a appeared seats; a passed cannot-check; b appeared stopped"}},
		{"what is critical breaks through", night.Under(Rules{BreakQuiet: new(true)}), []Event{came(on(3, "20:00"), "a", full), came(on(3, "23:00"), "b", dead)},
			[]string{"5 Mar 23:00 b appeared stopped", "6 Mar 06:30 a appeared seats"}},
		{"reminders each week of what stood since long, until it is over", Rules{}, []Event{came(on(-31, "09:20"), "a", full), went(on(11, "12:00"), "a", full)},
			[]string{"6 Mar 10:00 a still seats", "13 Mar 10:00 a still seats", "13 Mar 12:01 a over seats"}},
		{"none where none is wanted", never, []Event{came(on(-31, "09:20"), "a", full)}, nil},
		{"what goes stood before, if nobody knows since when", never, []Event{went(on(1, "12:00"), "a", full)}, []string{"3 Mar 12:01 a over seats"}},
		{"a new licence, twice", never, []Event{came(on(1, "12:00"), "a", fresh), came(on(40, "12:00"), "a", fresh)}, []string{"3 Mar 12:00 a appeared status", "11 Apr 12:00 a appeared status"}},
		{"an outage", never, []Event{{At: on(1, "12:00"), Network: "direct", Appeared: []Finding{{Kind: FindingOffline, Severity: Unknown}}},
			{At: on(1, "13:00"), Network: "direct", Gone: []Finding{{Kind: FindingOffline, Severity: Unknown}}}}, []string{"3 Mar 12:00  appeared offline", "3 Mar 13:00  over offline"}},
		{"failures one after the other are told together", never, []Event{came(on(1, "12:00"), "a", lost), {At: on(1, "12:02"), Site: "a", Owner: "X", Appeared: []Finding{lost}},
			{At: on(1, "12:04"), Site: "a", Owner: "Y", Appeared: []Finding{lost}}}, []string{"3 Mar 12:02 a appeared cannot-check; aX appeared cannot-check", "3 Mar 12:04 aY appeared cannot-check"}},
		{"a failure does not wait for what a server says", never, []Event{came(on(1, "12:00"), "a", lost), {At: on(1, "12:02"), Site: "a", Owner: "X", Appeared: []Finding{full}}},
			[]string{"3 Mar 12:00 a appeared cannot-check", "3 Mar 12:02 aX appeared seats"}},
		{"what has just happened", never, []Event{came(ended, "a", full)}, []string{"31 May 00:00 a appeared seats"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			wantRehearsed(t, Rehearse(tt.rules, sites, Past{Events: tt.events}, begun, ended, spoken), tt.want...)
		})
	}
}

func TestAnOwnerThatTheMonitorForgotIsToldOfNoMore(t *testing.T) {
	unlisted := Finding{Kind: FindingUnlisted, Severity: Unknown}
	got := Rehearse(Rules{}, []Site{{Name: "a"}}, Past{Events: []Event{{At: on(1, "09:00"), Site: "a", Owner: "X", Appeared: []Finding{unlisted, full}}}}, begun, ended, spoken)
	if len(got.List) == 0 || len(got.List) > 2 || got.List[len(got.List)-1].At.After(on(2, "10:00")) {
		t.Errorf("notifications %+v", got.List)
	}
}

func TestWhatARehearsalIsComparedWith(t *testing.T) {
	told := func(at time.Time, o Outcome, about ...Subject) Telling {
		return Telling{At: at, Outcome: o, About: about}
	}
	past := Past{Invented: true, Events: []Event{came(on(2, "10:00"), "a", dead)}, Tellings: []Telling{
		told(on(-1, "10:00"), Sent), told(on(2, "10:00"), Sent, Subject{Site: "a"}), told(on(3, "10:00"), Sent), told(on(3, "11:00"), Failed), told(on(3, "12:00"), Dropped),
		told(on(4, "10:00"), Sent, Subject{Site: "gone"}), {At: on(5, "10:00"), Outcome: Sent, Why: WhyTest}}}
	got := Rehearse(Rules{RemindCritical: new(time.Duration(0))}, []Site{{Name: "a"}}, past, begun, ended, spoken)
	if got.Made != 2 || got.Days != 90 || !got.Since.Equal(begun) {
		t.Errorf("rehearsal %+v", got)
	}
	if want := "With these settings, the last 90 days would have made 1 notification instead of 2. Some of this past is the demo's, and never happened."; got.Words() != want {
		t.Errorf("words %q, want %q", got.Words(), want)
	}
	past.Tellings, past.Events[0].At = nil, on(80, "10:00")
	if got := Rehearse(Rules{}, []Site{{Name: "a"}}, past, begun, ended, spoken); got.Days != 10 || !got.Since.Equal(on(80, "10:00")) || !strings.Contains(got.Words(), "the last 10 days") {
		t.Errorf("of a young record: %+v", got)
	}
	if got := Rehearse(Rules{}, []Site{{Name: "a"}}, Past{}, begun, ended, spoken); got.Words() != "Nothing is on record yet." {
		t.Errorf("of no record: %q", got.Words())
	}
	if got := (Rehearsal{Days: 1, Made: 61, List: make([]Rehearsed, 14)}).Words(); got != "With these settings, the last day would have made 14 notifications instead of 61." {
		t.Errorf("words %q", got)
	}
}

// said is when and what a decision tells.
func said(at time.Time, d Decision) string {
	if d.Changes > 0 { // the count speaks for its findings
		return fmt.Sprint(at.Format("2 Jan 15:04 "), d.Owner, " ", d.Act, d.Changes, d.Held)
	}
	return fmt.Sprint(at.Format("2 Jan 15:04 "), d.Owner, " ", d.Act, d.Finding.Kind, d.Finding.Case, d.Held, d.Others)
}

// The rehearsal of what a monitor saw makes the decisions that were really made, when they were, if the rules are the same.
func TestARehearsalWithTheSameRulesTellsTheSame(t *testing.T) {
	zone := place(t, "Europe/Oslo")
	all := DefaultRules().Under(Rules{Quiet: hours(t, "Mon-Fri 18:00-08:00", "Sat-Sun 00:00-24:00"), Zone: &zone, BreakQuiet: new(true), RemindWarning: new(48 * time.Hour)})
	site := Site{Name: "a", Owners: []string{"X", "Y", "Z"}, Rules: Rules{RemindUnknown: new(12 * time.Hour)}}
	told := 0
	for seed := range uint64(20) {
		random := rand.New(rand.NewPCG(seed, 1))
		policy, alerts := DefaultPolicy(time.Hour), NewAlerts(nil, nil)
		state := &SiteState{Site: site}
		var events []Event
		var really []string
		statuses := map[string]string{}
		step := func(obs Observation, at time.Time) {
			var news []Event
			state, news = policy.Step(state, obs, at)
			events = append(events, news...)
		}
		for at := begun; !at.After(begun.AddDate(0, 0, 30)); at = at.Add(time.Hour) {
			for _, owner := range site.Owners {
				if statuses[owner] == "" || random.IntN([]int{40, 15, 4}[seed%3]) == 0 {
					statuses[owner] = []string{"Ok", "Ok", "Ok", "NewLicenseAvailable", "ProblemWithLicense", "UnknownError"}[random.IntN(6)]
				}
			}
			for _, again := range []time.Duration{0, 20 * time.Minute, 20*time.Minute + secondLook} { // time passes, a look, another to confirm it
				for _, owner := range site.Owners {
					if again == 0 {
						break
					}
					step(Observation{Owner: owner, Verdict: &Verdict{Status: statuses[owner]}}, at.Add(again))
				}
				for _, d := range alerts.Take(all, Snapshot{At: at.Add(again), Sites: []*SiteState{state}}, true) {
					if d.Fate == Tell {
						really = append(really, said(at.Add(again), d))
					}
				}
			}
		}
		var rehearsed []string
		Rehearse(all, []Site{site}, Past{Events: events}, begun, begun.AddDate(0, 0, 30).Add(30*time.Minute), func(list []Decision) (Rehearsed, bool) {
			for _, d := range list {
				rehearsed = append(rehearsed, said(d.At, d))
			}
			return Rehearsed{}, true
		})
		slices.Sort(really)
		slices.Sort(rehearsed)
		if !slices.Equal(really, rehearsed) {
			t.Fatalf("seed %d: really\n%s\nrehearsed\n%s", seed, strings.Join(really, "\n"), strings.Join(rehearsed, "\n"))
		}
		told += len(really)
	}
	if told < 200 {
		t.Errorf("%d decisions in all: too little happened", told)
	}
}

// A thousand owners, each in trouble for a third of 90 days.
func BenchmarkRehearse(b *testing.B) {
	random := rand.New(rand.NewPCG(1, 1))
	var past Past
	for owner := range 1000 {
		of := fmt.Sprintf("OWNER%04d", owner)
		for d := random.IntN(12); d < 90; d += 12 {
			past.Events = append(past.Events, Event{At: on(d, "09:12"), Site: "a", Owner: of, Appeared: []Finding{full}}, Event{At: on(d+4, "15:12"), Site: "a", Owner: of, Gone: []Finding{full}})
		}
	}
	slices.SortStableFunc(past.Events, func(a, b Event) int { return a.At.Compare(b.At) })
	rules := Rules{Quiet: hours(b, "Mon-Fri 18:00-08:00", "Sat-Sun 00:00-24:00")}
	for b.Loop() {
		if got := Rehearse(rules, []Site{{Name: "a"}}, past, begun, ended, spoken); len(got.List) < 50 {
			b.Fatal(len(got.List))
		}
	}
}
