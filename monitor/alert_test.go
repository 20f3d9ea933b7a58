package monitor

import (
	"slices"
	"testing"
	"time"
)

// teller drives one subject's alert through time.
type teller struct {
	t     *testing.T
	rules Rules
	alert Alert
	seen  Seen
	hush  Hush
	now   time.Time
	all   []Decision
}

func newTeller(t *testing.T) *teller {
	return &teller{t: t, rules: DefaultRules(), now: time.Date(2027, 3, 1, 10, 20, 0, 0, time.UTC)}
}

// look shows findings at one more look, and returns what is decided.
func (e *teller) look(findings ...Finding) []Decision {
	e.seen.Findings, e.seen.Look = findings, e.seen.Look+1
	return e.pass(0)
}

// pass lets time pass without a look.
func (e *teller) pass(d time.Duration) []Decision {
	e.now = e.now.Add(d)
	var list []Decision
	e.alert, list = e.rules.Alert(e.alert, e.seen, e.hush, e.now)
	e.all = append(e.all, list...)
	return list
}

func tells(list []Decision) int {
	n := 0
	for _, d := range list {
		if d.Fate == Tell {
			n++
		}
	}
	return n
}

func (e *teller) want(list []Decision, want ...string) {
	e.t.Helper()
	var got []string
	for _, d := range list {
		got = append(got, string(d.Act)+" "+string(d.Fate)+" "+string(d.Reason))
	}
	if !slices.Equal(got, want) {
		e.t.Errorf("%v; want %v", got, want)
	}
}

var (
	mild = Finding{Kind: FindingStatus, Case: "NewLicenseAvailable", Severity: Warning}
	bad  = Finding{Kind: FindingStatus, Case: "ProblemWithLicense", Severity: Critical}
)

func TestNewsIsToldOnceAndItsEndAfterTwoLooks(t *testing.T) {
	e := newTeller(t)
	e.want(e.look(mild), "appeared tell new")
	e.want(e.look(mild))
	e.want(e.look())
	e.want(e.look(), "over tell over")
	e.want(e.look())
}

func TestWhatAlternatesAtEveryPollIsToldAtMostThreeTimesADay(t *testing.T) {
	for name, other := range map[string][]Finding{"good and bad": nil, "mild and bad": {mild}, "two of a kind": {{Kind: FindingStatus, Case: "UseCustomMessage", Severity: Critical}}} {
		e := newTeller(t)
		for range 12 {
			e.look(bad)
			e.pass(time.Hour)
			e.look(other...)
			e.pass(time.Hour)
		}
		if n := tells(e.all); n > 3 || n == 0 {
			t.Errorf("%s: %d notifications: %+v", name, n, e.all)
		}
	}
}

func TestUnstableIsToldOnceInAndOnceOut(t *testing.T) {
	e := newTeller(t)
	for range 3 {
		e.look(mild)
		e.look(mild)
		e.pass(time.Hour)
		e.look()
		e.look()
		e.pass(time.Hour)
	}
	if n := tells(e.all); n != 4 || e.all[3].Act != Unstable {
		t.Errorf("%d told, %+v; want in, out, in, and that it is unstable", n, e.all)
	}
	e.want(e.pass(12*time.Hour), "steady tell steady")
	e.want(e.pass(12 * time.Hour))
}

func TestRemindersComeWithinTheirIntervalOnlyOnce(t *testing.T) {
	for _, tt := range []struct {
		f     Finding
		every time.Duration
	}{{bad, 24 * time.Hour}, {mild, 7 * 24 * time.Hour}, {Finding{Kind: FindingMaintenance, Severity: Warning}, 24 * time.Hour}} {
		e := newTeller(t)
		e.look(tt.f)
		e.want(e.pass(tt.every))
		e.want(e.pass(40*time.Minute), "still tell reminder")
		e.want(e.pass(tt.every - time.Minute))
		e.want(e.pass(time.Minute), "still tell reminder")
	}
}

func TestWhatIsHeldIsToldLaterOrIsSaidToHavePassed(t *testing.T) {
	e := newTeller(t)
	e.hush = Hush{Reason: ReasonQuiet, Until: e.now.Add(time.Hour)}
	e.want(e.look(mild), "appeared hold quiet")
	e.want(e.pass(time.Minute))
	e.hush = Hush{}
	e.want(e.pass(time.Hour), "appeared tell released")
	e.hush = Hush{Reason: ReasonQuiet, Until: e.now.Add(time.Hour), Break: true}
	e.want(e.look(mild, bad), "appeared tell worse")
	e.want(e.look(mild))
	e.want(e.look(mild), "over hold quiet") // the mild one has been there all the time: it says nothing of the bad one's end
	e.hush = Hush{}
	e.want(e.pass(0), "over tell released")
	e = newTeller(t)
	e.hush = Hush{Reason: ReasonSnoozed, Until: e.now.Add(time.Hour)}
	e.want(e.look(bad), "appeared hold snoozed")
	e.look()
	e.want(e.look(), "over drop untold")
	e.hush = Hush{}
	e.want(e.pass(time.Hour), "passed tell released")
}

func TestWhatANewLicenceEndsIsToldTogether(t *testing.T) {
	e := newTeller(t)
	expiring := Finding{Kind: FindingExpiring, Case: "30", Severity: Warning}
	e.look(expiring, mild)
	e.look(mild) // new dates; the licence server's word follows a look later
	waiting := e.look()
	e.want(waiting, "over tell over")
	if wait := Ripe(waiting, Snapshot{Alerts: []Alert{e.alert}}, e.now); wait != companyFor {
		t.Errorf("told in %v, want to wait for the other end", wait)
	}
	waiting = append(waiting, e.look()...)
	e.want(waiting, "over tell over", "over tell over")
	if wait := Ripe(waiting, Snapshot{Alerts: []Alert{e.alert}}, e.now); wait != 0 {
		t.Errorf("told in %v, want at once", wait)
	}
}

func TestWhatTookThePlaceOfWhatIsKnownIsToldToBeOver(t *testing.T) {
	e := newTeller(t)
	few, over := Finding{Kind: FindingSeats, Case: "few sales", Severity: Warning}, Finding{Kind: FindingSeats, Case: "over sales", Severity: Critical}
	e.look(few)
	waiting := e.look(over)
	e.look()
	waiting = append(waiting, e.look()...)
	left, dropped := Settle(waiting, Snapshot{})
	e.want(left, "over tell over")
	e.want(dropped, "appeared drop untold")
}
