package monitor

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
)

// failed is an observation of a failure with a reason.
func failed(kind Kind, reason string) Observation {
	return Observation{Failure: &Failure{Kind: kind, Reason: reason, Title: "In short", Text: "no", Remedy: "do"}}
}

func TestFailuresThatNeedAHand(t *testing.T) {
	tests := []struct {
		kind   Kind
		reason string
		want   bool
	}{
		{KindSignIn, "", true}, {KindSignIn, "sign-in-refused", true}, {KindSignIn, "ticket-refused", true},
		{KindSignIn, "sign-in-again", true}, {KindSignIn, "sign-in-first", true}, {KindSignIn, "application-unknown", true},
		{KindSignIn, "wrong-tenant", true}, {KindSignIn, "web-server-refuses", true}, {KindConfig, "settings", true},
		{KindSignIn, "clock", false}, {KindSignIn, "domain", false}, {KindKeyring, "keyring-locked", false},
		{KindTenant, "tenant-suspended", false}, {KindNetwork, "connection-refused", false},
	}
	for _, tt := range tests {
		if got := (&Failure{Kind: tt.kind, Reason: tt.reason}).needsHand(); got != tt.want {
			t.Errorf("%s %q needs a hand: %v, want %v", tt.kind, tt.reason, got, tt.want)
		}
	}
}

// The reasons that the monitor tells apart are words of the catalogue; another word there would be taken for any other.
func TestReasonsAreThoseOfTheCatalogue(t *testing.T) {
	page, err := os.ReadFile("../docs/failures.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, reason := range []string{reasonClock, reasonDomain, reasonFirst, reasonCut, reasonServerError, reasonMaintenance} {
		if !strings.Contains(string(page), fmt.Sprintf("<a id=%q></a>", reason)) {
			t.Errorf("docs/failures.md has no %q", reason)
		}
	}
}

func TestAWrongClockNeedsASecondLook(t *testing.T) {
	fine := Observation{Licences: licence(Dates{}), Read: true}
	s, events, _ := after(fine, verdict("Ok"), failed(KindSignIn, "clock"))
	if s.Severity != OK || len(events) != 0 {
		t.Errorf("after one look: %v, %+v; want nothing told", s.Severity, events)
	}
	s, events, _ = after(fine, verdict("Ok"), failed(KindSignIn, "clock"), failed(KindSignIn, "clock"))
	if len(events) != 1 || s.Findings[0].Reason != "clock" || s.Findings[0].Title != "In short" || s.Findings[0].Failure != KindSignIn {
		t.Errorf("after two: %+v, %+v; want it told with its reason", s.Findings, events)
	}
}

func TestTenants(t *testing.T) {
	fine := Observation{Licences: licence(Dates{}), Read: true}
	suspended := failed(KindTenant, "tenant-suspended")
	suspended.Failure.Severity = Warning
	told := []Observation{fine, verdict("Ok"), suspended}
	if s, events, _ := after(told...); s.Severity != OK || len(events) != 0 {
		t.Errorf("one look: %v, %+v", s.Severity, events)
	}
	told = append(told, suspended)
	s, events, now := after(told...)
	if f := s.Findings[0]; len(events) != 1 || f.Kind != FindingTenant || f.Severity != Warning || f.Case != "tenant-suspended" || f.Text != "no" || f.Action != "do" || f.Title != "In short" {
		t.Fatalf("two looks: %+v, %+v", s.Findings, events)
	}
	if s.Severity != Warning {
		t.Errorf("the site is %v, want the failure's own severity", s.Severity)
	}
	old, events := policy.Step(s, Observation{}, now.Add(4*time.Hour))
	if old.Severity != Unknown || len(events) != 0 {
		t.Errorf("with an answer too old to trust: %v, %+v; want unknown, in silence", old.Severity, events)
	}
	deleted, events := policy.Step(s, failed(KindTenant, "tenant-deleted"), now)
	if len(events) != 1 || events[0].Appeared[0].Case != "tenant-deleted" || events[0].Gone[0].Case != "tenant-suspended" || deleted.Severity != Unknown {
		t.Errorf("another state: %+v, want it told", events)
	}
	if _, events = policy.Step(s, fine, now); len(events) != 1 || len(events[0].Gone) != 1 {
		t.Errorf("a tenant that runs again: %+v", events)
	}
}

func TestPlannedWorkRaisesNothing(t *testing.T) {
	work := time.Date(2026, 3, 7, 19, 0, 0, 0, time.UTC) // Saturday, 20:00 by SuperOffice's clock; it lasts ten hours
	fresh := func(online bool) *SiteState {
		s := &SiteState{Site: Site{Name: "Cust12345", Online: online}}
		s, _ = policy.Step(s, Observation{Licences: licence(Dates{}), Read: true}, work.Add(-5*time.Minute))
		s, _ = policy.Step(s, verdict("Ok"), work.Add(-5*time.Minute))
		return s
	}
	quiet := []Observation{failed(KindNetwork, ""), failed(KindDNS, ""), failed(KindTimeout, ""), failed(KindHTTP, "server-error"), failed(KindTenant, "tenant-maintenance")}
	for _, obs := range quiet {
		s, n := fresh(true), 0
		for i := range 9 {
			var events []Event
			s, events = policy.Step(s, obs, work.Add(time.Duration(i)*time.Hour))
			n += len(events)
		}
		if n != 0 || len(s.Findings) != 0 || s.Failure == nil || s.Owners[0].Verdict == nil {
			t.Errorf("%s: %d events, findings %+v, failure %v", obs.Failure.Kind, n, s.Findings, s.Failure)
		}
		if f := s.Owners[0].Findings[0]; s.Severity != Unknown || f.Kind != FindingPending || f.Text != "SuperOffice Online has planned work until 8 March, 05:00, and the last answer is of 7 March, 18:55." {
			t.Errorf("%s: with an old answer it is %v: %+v", obs.Failure.Kind, s.Severity, f)
		}
		end := work.Add(10 * time.Hour)
		s, first := policy.Step(s, obs, end)
		_, second := policy.Step(s, obs, end.Add(30*time.Second))
		if len(first) != 0 || len(second) != 1 || second[0].Owner != "" {
			t.Errorf("%s: after the work one failure tells %+v, two %+v; want nothing, then the site's", obs.Failure.Kind, first, second)
		}
	}
	for _, obs := range []Observation{failed(KindSignIn, ""), failed(KindConfig, ""), failed(KindKeyring, ""), failed(KindTenant, "tenant-suspended"),
		failed(KindTenant, "tenant-deleted"), failed(KindTLS, ""), failed(KindServer, ""), failed(KindHTTP, "not-found"), failed(KindProxy, "")} {
		s, first := policy.Step(fresh(true), obs, work)
		_, second := policy.Step(s, obs, work.Add(30*time.Second))
		if len(first)+len(second) != 1 {
			t.Errorf("%s %s is kept quiet: %+v %+v", obs.Failure.Kind, obs.Failure.Reason, first, second)
		}
	}
	s, _ := policy.Step(fresh(false), quiet[0], work)
	if _, events := policy.Step(s, quiet[0], work.Add(time.Minute)); len(events) != 1 {
		t.Error("an installation of one's own has no planned work, and is kept quiet")
	}
}

func TestWhatWasToldBeforePlannedWorkStands(t *testing.T) {
	work := time.Date(2026, 3, 7, 19, 0, 0, 0, time.UTC)
	s := &SiteState{Site: Site{Name: "Cust12345", Online: true}}
	n := 0
	for _, at := range []time.Duration{-2 * time.Minute, -time.Minute, time.Minute, time.Hour, 11 * time.Hour, 11*time.Hour + time.Minute} {
		var events []Event
		s, events = policy.Step(s, failed(KindNetwork, ""), work.Add(at))
		n += len(events)
		if told := slices.ContainsFunc(s.Findings, func(f Finding) bool { return f.Kind == FindingUnreadable }); told != (at > -2*time.Minute) {
			t.Errorf("at %v the findings are %+v", at, s.Findings)
		}
	}
	if n != 1 {
		t.Errorf("told %d times, want once", n)
	}
}

func TestAnOwnersFailureInPlannedWork(t *testing.T) {
	work := time.Date(2026, 3, 7, 19, 0, 0, 0, time.UTC)
	s := &SiteState{Site: Site{Name: "Cust12345", Online: true}}
	s, _ = policy.Step(s, Observation{Licences: licence(Dates{}), Read: true}, work.Add(-time.Hour))
	for i := range 3 {
		var events []Event
		if s, events = policy.Step(s, refusedOwner(KindTimeout), work.Add(time.Duration(i)*time.Minute)); len(events) != 0 {
			t.Fatalf("told %+v", events)
		}
	}
	s, _ = policy.Step(s, verdict("Ok"), work.Add(-time.Hour))
	for _, at := range []time.Duration{-2 * time.Minute, -time.Minute, time.Minute, time.Hour} {
		var events []Event
		if s, events = policy.Step(s, refusedOwner(KindTimeout), work.Add(at)); (len(events) == 1) != (at == -time.Minute) {
			t.Errorf("at %v told %+v; want it told before the work, and to stand", at, events)
		}
	}
}

func TestARoundAfterASleepIsOneLook(t *testing.T) {
	s, _, now := after(Observation{Licences: licence(Dates{}), Read: true}, verdict("Ok"))
	early := refused(KindDNS)
	early.Waking = true
	n := 0
	step := func(obs Observation) {
		var events []Event
		now = now.Add(30 * time.Second)
		s, events = policy.Step(s, obs, now)
		n += len(events)
	}
	step(early)
	step(early)
	step(early)
	if n != 0 || s.Counted != 1 || s.Failures != 3 {
		t.Fatalf("while the network wakes: %d events, %d failures of which %d count", n, s.Failures, s.Counted)
	}
	step(refused(KindDNS))
	if n != 1 {
		t.Errorf("after that %d events, want one", n)
	}
}

func TestStaleThatWasToldStandsUntilAnAnswer(t *testing.T) {
	s, _, now := after(Observation{Asked: []string{"SUPEROFFICE"}}, verdict("Ok"))
	s, events := policy.Step(s, Observation{}, now.Add(4*time.Hour))
	if len(events) != 1 {
		t.Fatalf("events %+v, want it stale", events)
	}
	for _, obs := range []Observation{{Broken: true}, refused(KindNetwork), refused(KindNetwork), {Way: &Way{DownSince: now}}} {
		s, events = policy.Step(s, obs, now.Add(5*time.Hour))
		for _, e := range events {
			if e.Owner != "" {
				t.Errorf("%+v tells %+v: nothing became better", obs, e)
			}
		}
	}
	if _, events = policy.Step(s, verdict("Ok"), now.Add(6*time.Hour)); !slices.ContainsFunc(events, func(e Event) bool { return e.Owner != "" && e.Gone[0].Kind == FindingStale }) {
		t.Errorf("an answer tells %+v", events)
	}
}
