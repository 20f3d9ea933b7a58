package monitor

import (
	"slices"
	"testing"
	"time"
)

var (
	inWeeks   = Finding{Kind: FindingExpiring, Case: "14 days", Severity: Warning}
	inDays    = Finding{Kind: FindingExpiring, Case: "7 days", Severity: Warning}
	expired   = Finding{Kind: FindingExpired, Severity: Critical}
	activated = Finding{Kind: FindingStatus, Case: "NewLicenseActivated"}
)

func TestWhatTakesThePlaceOfAnotherTellsOfItsEnd(t *testing.T) {
	e := newTeller(t)
	e.want(e.look(inWeeks), "appeared tell new")
	e.want(e.look(inDays), "appeared tell new")
	e.want(e.look(expired), "appeared tell new")
	e.look(expired)
	e.want(e.look(expired))
	e = newTeller(t)
	e.rules.Least = new(Critical)
	e.want(e.look(bad), "appeared tell new")
	e.look(mild)
	e.want(e.look(mild), "over tell over", "appeared drop mild") // what is not told cannot speak for it
}

func TestStepsThatAreReachedWhileItIsQuietAreToldOnce(t *testing.T) {
	e := newTeller(t)
	e.hush = Hush{Reason: ReasonSnoozed, Until: e.now.Add(time.Hour)}
	e.want(e.look(inWeeks), "appeared hold snoozed")
	e.want(e.look(inDays), "appeared drop overtaken", "appeared hold snoozed")
	e.hush = Hush{}
	if e.want(e.pass(time.Hour), "appeared tell released"); e.all[len(e.all)-1].Finding.Case != inDays.Case {
		t.Errorf("%+v, want the step that was reached last", e.all[len(e.all)-1])
	}
}

func TestAnActivatedLicenceIsToldOnceWithoutAnEnd(t *testing.T) {
	e := newTeller(t)
	e.want(e.look(activated), "appeared tell new")
	e.want(e.pass(30 * 24 * time.Hour))
	e.look()
	e.want(e.look())
	e = newTeller(t)
	e.rules.Least = new(Warning)
	e.want(e.look(activated), "appeared drop mild")
	e.rules.Least = new(OK)
	e.want(e.pass(time.Minute), "appeared tell new")
}

// acked lets somebody know of the findings.
func (e *teller) acked(list ...Finding) {
	e.alert.Ack = &Hand{At: e.now, Severity: worst(list)}
	for _, f := range list {
		e.alert.Ack.Keys = append(e.alert.Ack.Keys, f.key())
	}
}

func TestAnAcknowledgementHoldsUntilAChangeIsCertain(t *testing.T) {
	e := newTeller(t)
	e.look(bad)
	e.acked(bad)
	e.look() // one good answer
	e.look(bad)
	e.want(e.pass(48 * time.Hour))
	if e.alert.Ack == nil {
		t.Error("one good answer ended the acknowledgement")
	}
	e.look(bad, activated)
	if e.alert.Ack == nil {
		t.Error("good news ended the acknowledgement")
	}
	e.want(e.look(bad, expired), "appeared tell new")
	if e.alert.Ack != nil {
		t.Error("another trouble did not end the acknowledgement")
	}
}

func TestWhatIsAcknowledgedWhileItIsHeldIsNotTold(t *testing.T) {
	e := newTeller(t)
	e.hush = Hush{Reason: ReasonQuiet, Until: e.now.Add(time.Hour)}
	e.look(bad)
	e.acked(bad)
	e.want(e.pass(time.Minute), "appeared drop acknowledged")
	e.hush = Hush{}
	e.want(e.pass(time.Hour))
	e.look()
	e.want(e.look(), "over tell over")
}

func TestWhatComesBackBeforeItsEndWasToldIsNoNews(t *testing.T) {
	e := newTeller(t)
	e.look(bad)
	e.hush = Hush{Reason: ReasonQuiet, Until: e.now.Add(time.Hour)}
	e.look()
	e.want(e.look(), "over hold quiet")
	e.look(bad)
	e.want(e.look(bad), "over drop untold")
	e.hush = Hush{}
	e.want(e.pass(time.Hour))
}

func TestANightWithoutLooksMakesNothingSteady(t *testing.T) {
	e := newTeller(t)
	for range 3 {
		e.look(mild)
		e.look()
	}
	if e.alert.Unstable.IsZero() {
		t.Fatal("it is not unstable")
	}
	e.want(e.pass(14 * time.Hour))
	e.want(e.look(), "steady tell steady")
}

func TestASubjectThatStaysUnstableIsReminded(t *testing.T) {
	e := newTeller(t)
	for range 30 {
		e.look(bad)
		e.pass(time.Hour)
		e.look()
		e.pass(time.Hour)
	}
	i := slices.IndexFunc(e.all, func(d Decision) bool { return d.Act == Still })
	if i < 0 || e.all[i].Changes < 24 || tells(e.all) != 4 {
		t.Errorf("%d told, %+v; want it, that it is unstable, and two reminders with the count", tells(e.all), e.all)
	}
}

func TestASnoozeOfAllEndsWhenSomethingElseTurnsCritical(t *testing.T) {
	site := func(name string, found ...Finding) *SiteState {
		return &SiteState{Site: Site{Name: name}, Owners: []OwnerState{{Owner: "A", Findings: found}}}
	}
	at := time.Date(2027, 3, 1, 10, 20, 0, 0, time.UTC)
	a := NewAlerts(nil, nil)
	s := Snapshot{At: at, Sites: []*SiteState{site("s", bad), site("t")}}
	a.Take(DefaultRules(), s, true)
	a.snooze(Hand{At: at, Until: at.Add(time.Hour)}, s)
	s.Sites = []*SiteState{site("s", bad), site("t", mild)}
	if d := a.Take(DefaultRules(), s, false); len(d) != 1 || d[0].Fate != Hold {
		t.Errorf("%+v, want it held", d)
	}
	s.Sites = []*SiteState{site("s", bad), site("t", mild, expired)}
	if d := a.Take(DefaultRules(), s, false); tells(d) != 2 {
		t.Errorf("%+v, want both told: it grew worse", d)
	}
}

func TestTwoSitesThatSwapTheirNamesSwapTheirAlerts(t *testing.T) {
	a := NewAlerts([]Alert{{Subject: Subject{Site: "s"}, Troubles: []Trouble{{Finding: bad}}}, {Subject: Subject{Site: "t", Owner: "A"}, Troubles: []Trouble{{Finding: mild}}}},
		[]Hand{{Subject: Subject{Site: "s"}, Keys: []string{"s\x00\x00key"}}})
	a.rename(map[string]string{"s": "t", "t": "s"})
	alerts, snoozes := a.Saved()
	if len(alerts) != 2 || alerts[0].Subject != (Subject{Site: "s", Owner: "A"}) || alerts[1].Subject != (Subject{Site: "t"}) {
		t.Errorf("%+v", alerts)
	}
	if len(snoozes) != 1 || snoozes[0].Site != "t" || snoozes[0].Keys[0] != "t\x00\x00key" {
		t.Errorf("%+v", snoozes)
	}
}
