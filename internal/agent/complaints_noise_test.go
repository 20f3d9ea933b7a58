package agent

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"licensewatch/assets"
	"licensewatch/monitor"
)

const day = 24 * time.Hour

// It was told too often.
func TestNoise(t *testing.T) {
	replay(t, false, []complaint{
		{"expired-certificate-at-each-check", expiredCertificate},
		{"certificate-warned-of-again-and-again", certificateSteps},
		{"sent-on-every-check", everyCheck},
		{"every-failed-check-is-sent", everyFailure},
		{"several-thresholds-crossed-at-once", thresholdsAtOnce},
		{"thresholds-cannot-be-chosen", chosenThresholds},
		{"up-and-down-at-every-check", upAndDown},
		{"flapping-defeats-the-repeat-interval", flappingForDays},
		{"silenced-and-resolved-and-told-again", silencedAndResolved},
		{"resolved-is-repeated", resolvedAgain},
		{"one-bad-answer-is-told", oneBadAnswer},
		{"the-rare-alarm-drowns", rareAlarm},
		{"one-kind-cannot-be-muted", mutedKind},
		{"a-rule-nobody-can-explain", twoInARow},
	})
}

func expiredCertificate(o *office) {
	o.sites.set("head", reply{certificate: time.Now().Add(-48 * time.Hour)})
	o.start()
	after(6 * day)
	o.wantTold("within six days, a read in each hour", "Certificate expired")
	after(9 * day)
	o.wantTold("within fifteen", "Certificate expired", "still", "still")
}

func certificateSteps(o *office) {
	never := time.Duration(0)
	o.cfg.Rules.RemindWarning = &never
	o.sites.set("head", reply{certificate: time.Now().Add(31 * day)})
	after(30 * time.Minute) // a day does not begin with a read
	o.start()
	after(30 * day)
	o.wantTold("within thirty days, at its three steps", "30 days", "14 days", "7 days")
}

func everyCheck(o *office) {
	o.sites.set("head", offered)
	o.start()
	after(6 * day)
	if n := o.sites.asked("head"); n < 6*24 {
		o.t.Errorf("%d reads: the test tests nothing", n)
	}
	o.wantTold("within six days, a read in each hour", "head, A")
}

func everyFailure(o *office) {
	o.sites.set("head", refused)
	o.start()
	after(23 * time.Hour)
	o.wantTold("within a day of failures", "Nobody listens there.")
	o.wantBetween("then", 1, 1)
	after(3 * day)
	o.wantBetween("within four days: daily", 4, 4)
}

func thresholdsAtOnce(o *office) {
	o.sites.set("head", o.expires(32))
	o.start()
	after(time.Hour)
	o.wantTold("before the laptop is shut", "head, A") // the step of 60 days
	o.restart(29 * day)                                // over those of 30, 14, 7 and 3
	after(12 * time.Hour)
	o.wantTold("a month later", "head, A", "3 days")
}

func chosenThresholds(o *office) {
	o.watch("head", "branch", "plant")
	o.cfg.Sites[1].Limits = monitor.Limits{Ladder: []int{10}}
	o.cfg.Sites[2].OwnerLimits = []monitor.OwnerLimits{{Owner: "A", Limits: monitor.Limits{Ladder: []int{20, 5}}}}
	o.cfg.Policy.Limits = monitor.DefaultLimits().Under(monitor.Limits{Ladder: []int{45}})
	never := time.Duration(0)
	o.cfg.Rules.RemindWarning = &never
	o.sites.set("head", o.expires(47))
	o.sites.set("branch", o.expires(47))
	o.sites.set("plant", o.expires(47))
	after(30 * time.Minute) // a day does not begin with a read
	o.start()
	after(46 * day)
	o.wantTold("until the day before the end", "head, A", "plant, A", "branch, A", "plant, A")
}

func upAndDown(o *office) {
	o.start()
	o.sites.set("head", reply{status: problem.status, flips: true})
	after(day)
	if n := o.sites.asked("head"); n < 2*24 {
		o.t.Errorf("%d questions: the test tests nothing", n)
	}
	o.wantBetween("in a day of changes at every read", 1, 3)
	o.sites.set("head", reply{})
	after(14 * time.Hour)
	list := o.told()
	if last := list[len(list)-1]; !strings.Contains(last, "steady again, and ok") {
		o.t.Errorf("half a day after the last change it says %q, want that it is steady", last)
	}
	o.wantBetween("then", 2, 4)
}

func flappingForDays(o *office) {
	o.start()
	after(30 * time.Minute) // between two reads
	for i := range 5 * 24 {
		o.sites.set("head", []reply{problem, {}}[i%2])
		after(time.Hour)
	}
	o.wantBetween("in five days: four at first, then one a day", 4, 9)
}

func silencedAndResolved(o *office) {
	o.watch("head", "branch")
	o.sites.set("head", problem)
	o.sites.set("branch", offered)
	o.start()
	after(time.Hour)
	before := len(o.told())
	o.snooze("", 10*time.Hour)
	o.sites.set("branch", reply{status: offered.status, dates: o.expires(20).dates})
	after(3 * time.Hour)
	o.sites.set("head", reply{})
	o.sites.set("branch", offered)
	after(3 * time.Hour)
	o.wantBetween("in the silence", before, before)
	after(5 * time.Hour)
	o.wantBetween("after it, of what began before and what began in it", before+1, before+1)
	for _, part := range []string{"While it was snoozed", "head, A", "branch, A", "It is over."} {
		if all := o.told(); !strings.Contains(all[len(all)-1], part) {
			o.t.Errorf("after it: %q, want it to say %q", all[len(all)-1], part)
		}
	}
	after(5 * day)
	o.wantBetween("days later", before+1, before+1)
}

func resolvedAgain(o *office) {
	o.sites.set("head", problem)
	o.start()
	after(time.Hour)
	o.sites.set("head", reply{})
	after(3 * time.Hour)
	o.wantTold("when it is over", "head, A", "ok again")
	for range 3 {
		after(day)
		o.restart(time.Hour)
	}
	after(day)
	o.wantTold("days and restarts later", "head, A", "ok again")
}

func oneBadAnswer(o *office) {
	o.start()
	for range 12 {
		o.sites.set("head", refused)
		after(time.Hour + time.Second) // it fails once, and the second look half a minute later is good
		for o.snapshot().Sites[0].Failure == nil {
			after(time.Second)
		}
		o.sites.set("head", reply{})
		after(time.Hour)
	}
	o.wantTold("after twelve failures, each alone")
	o.wantLook("then", assets.Good)
}

func rareAlarm(o *office) {
	names := []string{"important"}
	for i := range 34 {
		names = append(names, fmt.Sprintf("noisy %02d", i))
	}
	o.watch(names...)
	o.start()
	after(30 * time.Minute)
	hour := func(i int) {
		for _, n := range names[1:] {
			o.sites.set(n, []reply{offered, {}}[i%2])
		}
		after(time.Hour)
	}
	for i := range 24 {
		hour(i)
	}
	before := len(o.told())
	if before > 34*4 {
		o.t.Errorf("%d notifications in a day of 34 noisy sites", before)
	}
	o.sites.set("important", problem)
	for i := range 3 {
		hour(i)
	}
	fresh := o.told()[before:]
	if len(fresh) != 1 || !strings.Contains(fresh[0], "important, A") {
		o.t.Errorf("among the noise it tells %q, want the one that matters alone", fresh)
	}
	if f := o.face(); f.Look != assets.Bad || f.Lines[0].Site != "important" {
		o.t.Errorf("the icon is %v, the first line of the menu %q", f.Look, f.Lines[0])
	}
}

func mutedKind(o *office) {
	o.watch("head", "branch")
	o.cfg.Rules.Least = new(monitor.Critical)
	o.cfg.Sites[1].Rules.Least = new(monitor.Warning)
	o.sites.set("head", offered)
	o.sites.set("branch", offered)
	o.start()
	after(time.Hour)
	o.wantTold("of two warnings, the one of the site that wants them", "branch, A")
	o.wantWhy("of the other", "not sent: milder than what the settings want told")
	if n := len(o.face().Lines); n != 2 {
		o.t.Errorf("the menu has %d lines, want both", n)
	}
	o.sites.set("head", problem)
	after(time.Hour)
	o.wantTold("when it grows critical", "branch, A", "head, A")
}

// Two failures in a row count, whatever came before.
func twoInARow(o *office) {
	o.cfg.Sites[0].Network = ""
	o.start()
	fails := func(times int) {
		before := o.snapshot().Sites[0].Failures
		o.sites.set("head", refused)
		o.m.Refresh("head", "")
		after(time.Second)
		if times == 2 {
			after(time.Minute)
		}
		if got := o.snapshot().Sites[0].Failures; before != 0 || got != times {
			o.t.Fatalf("%d failures in a row, want %d", got, times)
		}
		o.sites.set("head", reply{})
		o.m.Refresh("head", "")
		after(time.Second)
	}
	for range 5 {
		fails(1)
		after(time.Minute)
	}
	o.wantTold("after five failures, none in a row")
	fails(2)
	o.wantWhy("after two in a row", "sent: new")
	o.wantBetween("then", 1, 2)
}
