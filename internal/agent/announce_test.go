package agent

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"licensewatch/monitor"
	"licensewatch/ui/notify"
)

// desk is a desktop that takes notifications, and an agent around an announcer.
type desk struct {
	*announcer
	log   bytes.Buffer
	began time.Time

	mu     sync.Mutex
	broken error // why notifications do not get through; nil: they do
	seen   seen
}

// seen is what has come to the desk.
type seen struct {
	asked   []time.Duration // when a notification came, whether it got through or not
	sent    []string        // titles of those that did
	notices []string        // that stand
	told    []monitor.Telling
}

// sit makes an announcer on a state file. Call it inside a bubble.
func sit(file string) *desk {
	d := &desk{began: time.Now()}
	d.announcer = newAnnouncer(Options{State: file, Log: slog.New(slog.NewTextHandler(&d.log, nil))}, d.hand, func(was, is string) {
		d.mu.Lock()
		defer d.mu.Unlock()
		d.seen.notices = slices.DeleteFunc(d.seen.notices, func(n string) bool { return n == was })
		if is != "" {
			d.seen.notices = append(d.seen.notices, is)
		}
	}, func(t monitor.Telling) {
		d.mu.Lock()
		defer d.mu.Unlock()
		t.At = time.Time{}
		d.seen.told = append(d.seen.told, t)
	})
	return d
}

// hand takes a notification, or does not.
func (d *desk) hand(_ context.Context, m notify.Message) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.seen.asked = append(d.seen.asked, time.Since(d.began))
	if d.broken == nil {
		d.seen.sent = append(d.seen.sent, m.Title)
	}
	return d.broken
}

// breaks lets no notification through, for a reason; nil lets them through again.
func (d *desk) breaks(why error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.broken = why
}

func (d *desk) look() seen {
	d.mu.Lock()
	defer d.mu.Unlock()
	return seen{slices.Clone(d.seen.asked), slices.Clone(d.seen.sent), slices.Clone(d.seen.notices), slices.Clone(d.seen.told)}
}

// start runs the announcer until the returned function is called.
func (d *desk) start(t *testing.T) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error)
	go func() { done <- d.run(ctx) }()
	synctest.Wait()
	return func() {
		cancel()
		if err := <-done; !errors.Is(err, context.Canceled) {
			t.Errorf("run = %v, want context.Canceled", err)
		}
	}
}

// after lets fake time pass.
func after(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

func (d *desk) wantSent(t *testing.T, when string, want ...string) {
	t.Helper()
	if sent := d.look().sent; !slices.Equal(sent, want) {
		t.Errorf("%s: notified %q, want %q", when, sent, want)
	}
}

func (d *desk) wantNotice(t *testing.T, when, part string) {
	t.Helper()
	notices := d.look().notices
	if part == "" && len(notices) > 0 || part != "" && (len(notices) != 1 || !strings.Contains(notices[0], part)) {
		t.Errorf("%s: the notices are %q, want one that says %q", when, notices, part)
	}
}

// wantTold holds what is on record of notifications against want, but for their texts, which tests of their own hold.
func (d *desk) wantTold(t *testing.T, want ...monitor.Telling) {
	t.Helper()
	told := d.look().told
	for i := range told {
		if told[i].Text == "" || told[i].Severity != monitor.Critical {
			t.Errorf("on record is a notification of severity %v that says %q", told[i].Severity, told[i].Text)
		}
		told[i].Text, told[i].Severity = "", monitor.OK
	}
	if !reflect.DeepEqual(told, want) {
		t.Errorf("on record is %+v, want %+v", told, want)
	}
}

// bad is news about an owner.
func bad(owner string) monitor.Decision {
	f := monitor.Finding{Kind: "status", Case: "Problem" + owner, Severity: monitor.Critical, Text: "It is bad."}
	return monitor.Decision{At: time.Now(), Subject: monitor.Subject{Site: "S", Owner: owner}, Act: monitor.Appeared, Fate: monitor.Tell,
		Reason: monitor.ReasonNew, Finding: f, Since: time.Now(), To: monitor.Critical}
}

// told is a snapshot of one site, with what was decided.
func told(reading bool, news ...monitor.Decision) monitor.Snapshot {
	s := &monitor.SiteState{Site: monitor.Site{Name: "S"}, Reading: reading, NextCheck: time.Now().Round(0)}
	return monitor.Snapshot{At: time.Now().Round(0), Sites: []*monitor.SiteState{s}, Decisions: news}
}

// inBubble runs f in fake time with the name of a state file that does not exist.
func inBubble(t *testing.T, f func(t *testing.T, file string)) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "state", "state.json")
	synctest.Test(t, func(t *testing.T) { f(t, file) })
}

func TestNewsOfARoundIsOneNotification(t *testing.T) {
	inBubble(t, func(t *testing.T, file string) {
		d := sit(file)
		defer d.start(t)()
		d.take(told(true, bad("A")))
		after(3 * time.Second)
		d.take(told(true, bad("B")))
		after(3 * time.Second)
		d.wantSent(t, "while the round goes on")
		d.take(told(false, bad("C")))
		after(2 * time.Second)
		d.wantSent(t, "after the round", "3 licence changes, the worst critical")
		d.take(told(false, bad("D")))
		after(2 * time.Second)
		d.wantSent(t, "after the next news", "3 licence changes, the worst critical", "S, D: critical")
	})
}

func TestNewsDoesNotWaitForARoundThatHangs(t *testing.T) {
	inBubble(t, func(t *testing.T, file string) {
		d := sit(file)
		defer d.start(t)()
		d.take(told(true, bad("A")))
		after(9 * time.Second)
		d.wantSent(t, "within ten seconds")
		after(3 * time.Second)
		d.wantSent(t, "after them", "S, A: critical")
	})
}

func TestWhatCameToNothingIsNotTold(t *testing.T) {
	inBubble(t, func(t *testing.T, file string) {
		d := sit(file)
		defer d.start(t)()
		bad := bad("A")
		over := bad
		over.Act, over.Reason, over.To = monitor.Over, monitor.ReasonOver, monitor.OK
		d.take(told(true, bad))
		d.take(told(false, over))
		after(time.Minute)
		d.wantSent(t, "after a minute")
		if m := saved(t, file); len(m.Outbox) != 0 {
			t.Errorf("%d decisions are kept", len(m.Outbox))
		}
		list := d.look().told
		if len(list) != 2 || list[0].Outcome != monitor.Dropped || list[0].Why != "not sent: it was over before it was told" || list[0].Title != "S, A: critical" {
			t.Errorf("on record is %+v, want that both were over before they were told", list)
		}
	})
}

func TestAFailedDeliveryIsKeptAndTriedAgain(t *testing.T) {
	inBubble(t, func(t *testing.T, file string) {
		d := sit(file)
		defer d.start(t)()
		d.breaks(errors.New("nobody listens"))
		d.take(told(false, bad("A")))
		after(time.Second)
		d.wantNotice(t, "after the first failure", "nobody listens")
		d.take(told(false, bad("B"))) // does not make it ask earlier
		after(time.Hour)
		want := []time.Duration{0, 30 * time.Second, 90 * time.Second, 390 * time.Second, 1290 * time.Second, 2190 * time.Second, 3090 * time.Second}
		if asked := d.look().asked; !slices.Equal(asked, want) {
			t.Errorf("the desktop was asked after %v, want %v", asked, want)
		}
		d.wantNotice(t, "after an hour", "nobody listens")
		d.breaks(errors.New("somebody refuses"))
		after(15 * time.Minute)
		d.wantNotice(t, "for another reason", "somebody refuses")
		d.breaks(nil)
		after(15 * time.Minute)
		d.wantSent(t, "when it works again", "2 licence changes, the worst critical")
		d.wantNotice(t, "when it works again", "")
		a, b := monitor.Subject{Site: "S", Owner: "A"}, monitor.Subject{Site: "S", Owner: "B"}
		d.wantTold(t,
			monitor.Telling{Title: "S, A: critical", Outcome: monitor.Failed, Why: "nobody listens", About: []monitor.Subject{a}},
			monitor.Telling{Title: "2 licence changes, the worst critical", Outcome: monitor.Failed, Why: "somebody refuses", About: []monitor.Subject{a, b}},
			monitor.Telling{Title: "2 licence changes, the worst critical", Outcome: monitor.Sent, Why: "sent: new", About: []monitor.Subject{a, b}})
		before := len(d.look().asked)
		d.breaks(errors.New("nobody listens"))
		d.take(told(false, bad("C")))
		after(31 * time.Second)
		if n := len(d.look().asked) - before; n != 2 {
			t.Errorf("asked %d times within 31 s, want 2: the waits begin anew", n)
		}
	})
}

// What is held or dropped goes on record when that is decided, by the policy itself, and not at each look.
func TestWhatIsHeldIsOnRecordOnce(t *testing.T) {
	inBubble(t, func(t *testing.T, file string) {
		d := sit(file)
		stop := d.start(t)
		rules, alerts := monitor.DefaultRules(), monitor.NewAlerts(nil, nil)
		look := func(d *desk, paused time.Time) {
			s := told(false)
			s.PausedUntil = paused
			site := *s.Sites[0]
			site.Owners = []monitor.OwnerState{{Owner: "A", Severity: monitor.Critical, Findings: []monitor.Finding{bad("A").Finding}, Looks: time.Now().Minute()}}
			s.Sites[0] = &site
			s.Decisions = alerts.Take(rules, s, true)
			s.Alerts, s.Snoozes = alerts.Saved()
			d.take(s)
			after(time.Minute)
		}
		until := time.Now().Add(10 * time.Minute)
		look(d, until)
		look(d, until)
		stop()
		d.wantSent(t, "while it is paused")
		why := "held: paused until " + until.Format("15:04")
		d.wantTold(t, monitor.Telling{Title: "S, A: critical", Outcome: monitor.Held, Why: why, About: []monitor.Subject{{Site: "S", Owner: "A"}}})

		next := sit(file)
		m := next.load()
		alerts = monitor.NewAlerts(m.Alerts, m.Snoozes)
		defer next.start(t)()
		look(next, until)
		if list := next.look().told; len(list) != 0 {
			t.Errorf("after a restart there is on record %+v, want nothing again", list)
		}
		look(next, time.Time{})
		next.wantSent(t, "when the pause is over", "S, A: critical")
		if list := next.look().told; len(list) != 1 || list[0].Why != "sent: it was held until now: paused" || !strings.HasPrefix(list[0].Text, "While it was paused: ") {
			t.Errorf("on record is %+v, want that it was told because it was held until now", list)
		}
	})
}

// What waits for company or for a desktop that takes nothing is held by a pause or a snooze that comes meanwhile.
func TestAHandHoldsWhatStillWaits(t *testing.T) {
	inBubble(t, func(t *testing.T, file string) {
		d := sit(file)
		stop := d.start(t)
		d.take(told(true, bad("A"), bad("B")))
		after(time.Second)
		s := told(false)
		until := time.Now().Add(time.Hour).Round(0)
		s.Snoozes = []monitor.Hand{{Subject: monitor.Subject{Site: "S", Owner: "A"}, At: s.At, Until: until}}
		d.take(s)
		after(time.Second)
		d.wantSent(t, "what is not snoozed", "S, B: critical")
		stop()

		next := sit(file)
		next.load()
		defer next.start(t)()
		next.take(s)
		after(59 * time.Minute)
		next.wantSent(t, "while it is snoozed")
		after(2 * time.Minute)
		next.wantSent(t, "when the snooze is over", "S, A: critical")
		about := func(owner string) []monitor.Subject { return []monitor.Subject{{Site: "S", Owner: owner}} }
		d.wantTold(t, monitor.Telling{Title: "S, A: critical", Outcome: monitor.Held, Why: "held: snoozed until " + until.Format("15:04"), About: about("A")},
			monitor.Telling{Title: "S, B: critical", Outcome: monitor.Sent, Why: "sent: new", About: about("B")})
		next.wantTold(t, monitor.Telling{Title: "S, A: critical", Outcome: monitor.Sent, Why: "sent: it was held until now: snoozed", About: about("A")})
	})
}

func TestAPauseHoldsWhatStillWaits(t *testing.T) {
	inBubble(t, func(t *testing.T, file string) {
		d := sit(file)
		defer d.start(t)()
		d.breaks(errors.New("nobody listens"))
		d.take(told(false, bad("A")))
		after(time.Second)
		d.breaks(nil)
		s := told(false)
		s.PausedUntil = time.Now().Add(time.Hour)
		d.take(s)
		after(59 * time.Minute)
		d.wantSent(t, "in the pause")
		after(2 * time.Minute)
		d.wantSent(t, "after it", "S, A: critical")
	})
}

func TestTheEndOfTheAgentIsNoFailureOfTheDesktop(t *testing.T) {
	inBubble(t, func(t *testing.T, file string) {
		d := sit(file)
		d.send = func(ctx context.Context, _ notify.Message) error {
			<-ctx.Done()
			return ctx.Err()
		}
		stop := d.start(t)
		d.take(told(false, bad("A")))
		after(time.Second)
		stop()
		if seen := d.look(); len(seen.told)+len(seen.notices) != 0 {
			t.Errorf("as the agent ended, %+v was put on record, and %q shown", seen.told, seen.notices)
		}
		if m := sit(file).load(); len(m.Outbox) != 1 {
			t.Errorf("%+v is saved to be told, want one", m.Outbox)
		}
	})
}

func TestOneNotificationSaysOnceThatItIsSent(t *testing.T) {
	fresh, worse := monitor.Decision{Fate: monitor.Tell, Reason: monitor.ReasonNew}, monitor.Decision{Fate: monitor.Tell, Reason: monitor.ReasonWorse}
	if got := why([]monitor.Decision{fresh, worse, fresh}); got != "sent: new; worse than what was told before" {
		t.Errorf("it is %q", got)
	}
}
