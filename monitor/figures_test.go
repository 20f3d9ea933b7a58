package monitor

import (
	"fmt"
	"testing"
	"time"
)

// notifier counts the notifications that would be made: what is told waits for company as long as Ripe says.
type notifier struct {
	w       *world
	waiting []Decision
	made    [][]Decision
}

// take is to be called with each snapshot, and often.
func (n *notifier) take(s Snapshot, now time.Time) {
	for _, d := range s.Decisions {
		if d.Fate == Tell {
			n.waiting = append(n.waiting, d)
		}
	}
	n.ripen(s, now)
}

func (n *notifier) ripen(s Snapshot, now time.Time) {
	if len(n.waiting) > 0 && Ripe(n.waiting, s, now) == 0 {
		n.made = append(n.made, n.waiting)
		n.waiting = nil
	}
}

// watchedBy returns a world of so many sites of one network each, or of one for all, with who counts its notifications.
func watchedBy(sites int, network func(i int) string) (*world, *notifier) {
	w := &world{sites: map[string]*truth{}, takes: 10 * time.Millisecond, many: sites > 50}
	w.law = newLaw(w)
	w.cfg = Config{Source: w, Policy: DefaultPolicy(10 * time.Minute), DetailsInterval: time.Hour, Rules: DefaultRules(), Jitter: func() float64 { return 0 }}
	for i := range sites {
		w.addSite()
		w.cfg.Sites[i].Network = network(i)
	}
	n := &notifier{w: w}
	w.notify = n
	w.boot()
	return w, n
}

func (n *notifier) want(t *testing.T, want int, when string) {
	t.Helper()
	if n.w.broken != "" {
		t.Error(n.w.broken)
	}
	if len(n.made) != want || len(n.waiting) > 0 {
		t.Errorf("%s: %d notifications, want %d; %d wait", when, len(n.made), want, len(n.waiting))
		for _, m := range n.made {
			t.Logf("%d decisions from %v on: %+v", len(m), m[0].At, m[0])
		}
	}
}

func direct(int) string { return NetworkDirect }

func TestAnUnchangedRestartMakesNoNotification(t *testing.T) {
	w, n := watchedBy(20, direct)
	for i := range 20 {
		o := w.sites[fmt.Sprintf("s%d", i)].owners["A"]
		o.status, o.inUse, o.expiry = statuses[i%len(statuses)], 9+i%3, i
		if i%4 == 0 {
			w.sites[fmt.Sprintf("s%d", i)].failure = failures[1+i/4]
		}
	}
	w.run(time.Hour)
	made := len(n.made)
	for _, off := range []time.Duration{0, time.Second, time.Hour, 14 * time.Hour} {
		if err := w.restart(off); err != nil {
			t.Fatal(err)
		}
		w.run(5 * time.Minute)
		n.want(t, made, fmt.Sprintf("a restart after %v", off))
	}
}

// fails has each site fail somewhere within two minutes, at once noticed since somebody asks.
func fails(w *world, sites int, how func(i int) *Failure) {
	for i := range sites {
		name := w.cfg.Sites[i].Name
		w.sites[name].failure = how(i)
		w.m.Refresh(name, "")
		w.run(2 * time.Minute / time.Duration(sites))
	}
	w.run(5 * time.Minute)
}

func Test500SitesThatFailWithinTwoMinutesMakeOneNotification(t *testing.T) {
	lost := func(int) *Failure { return failures[1] }
	causes := []*Failure{failures[3], failures[4], failures[5], {Kind: KindNetwork, Reason: "refused", Text: "It refuses."}}
	mixed := func(i int) *Failure { return causes[i%len(causes)] }
	own := func(i int) string { return fmt.Sprintf("proxy p%d:8080", i) }
	for name, tt := range map[string]struct {
		network func(int) string
		how     func(int) *Failure
	}{
		"one way out that fails":        {direct, lost},
		"many ways out and many causes": {own, mixed},
	} {
		w, n := watchedBy(500, tt.network)
		for _, t := range w.sites {
			t.owners["B"].gone = true
		}
		w.run(time.Minute)
		fails(w, 500, tt.how)
		n.want(t, 1, name)
	}
}

func TestWhatAlternatesAtEveryPollMakesThreeNotificationsADay(t *testing.T) {
	for _, other := range []string{"Ok", "NewLicenseAvailable", "UnknownError", "NewLicenseActivated", "no answer"} {
		w, n := watchedBy(1, direct)
		o := w.sites["s0"].owners["A"]
		w.run(10 * time.Minute)
		for range 24 * 60 / 20 {
			for _, status := range []string{"ProblemWithLicense", other} {
				if o.status, o.failure = status, nil; other == "no answer" { // and else all is well
					o.status, o.failure = "Ok", map[string]*Failure{other: ownFailures[1]}[status]
				}
				w.run(10 * time.Minute)
			}
		}
		if w.broken != "" || len(n.made) == 0 || len(n.made) > 3 {
			t.Errorf("with %s: %d notifications: %+v; %s", other, len(n.made), n.made, w.broken)
		}
	}
}

func TestALaptopShutForAMonthMakesOneNotification(t *testing.T) {
	w, n := watchedBy(1, direct)
	for _, o := range w.sites["s0"].owners {
		o.expiry = 63
	}
	w.run(time.Hour)
	n.want(t, 0, "63 days before the end")
	if err := w.do(deed{Kind: "sleep", D: 57 * 24 * time.Hour}); err != nil { // over the steps of 60, 30, 14 and 7 days
		t.Fatal(err)
	}
	w.run(time.Hour)
	if n.want(t, 1, "after waking"); t.Failed() {
		return
	}
	for _, d := range n.made[0] {
		if d.Act != Appeared || d.Finding.Case != "7 days" {
			t.Errorf("it tells of %+v, want only the most urgent step", d)
		}
	}
}

func TestARefusedSignInThatIsPutRightTellsNothingOfOldAnswers(t *testing.T) {
	w, n := watchedBy(1, direct)
	w.run(10 * time.Minute)
	w.sites["s0"].failure = failures[6]
	w.run(2 * time.Hour)
	w.sites["s0"].failure = nil
	w.run(time.Hour)
	n.want(t, 2, "a sign-in refused for two hours")
}
