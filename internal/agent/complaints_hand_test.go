package agent

import (
	"encoding/json"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"licensewatch/assets"
	"licensewatch/monitor"
)

// It could not be hushed, or was hushed for good.
func TestSilence(t *testing.T) {
	replay(t, false, []complaint{
		{"silence-stops-the-checks", checksGoOn},
		{"nobody-can-say-that-it-is-known", saidToBeKnown},
		{"reminders-at-the-pace-of-checks", remindersApart},
		{"all-cannot-be-paused-for-an-hour", pausedForAnHour},
		{"mute-has-no-end", mutedForAWhile},
		{"told-outside-working-hours", workingHours},
		{"forgotten-by-the-morning", inTheMorning},
		{"acknowledged-at-the-server-or-not-at-all", hereAlone},
		{"acknowledged-and-still-red", leavesTheIcon},
		{"gone-before-anybody-saw-it", goneUnseen},
		{"acknowledged-for-good", endsByChange},
	})
}

func checksGoOn(o *office) {
	o.sites.set("head", problem)
	o.start()
	after(time.Hour)
	o.acknowledge("head")
	before := o.sites.asked("head")
	after(10 * time.Hour)
	if n := o.sites.asked("head") - before; n < 10 {
		o.t.Errorf("%d reads in ten hours of silence", n)
	}
	if h, ok := o.acknowledged("head"); !ok || h.Note != "ticket 7" {
		o.t.Errorf("it is acknowledged %v with the note %q", ok, h.Note)
	}
	o.sites.set("head", reply{})
	after(3 * time.Hour)
	if _, ok := o.acknowledged("head"); ok {
		o.t.Error("it is well, and still acknowledged")
	}
	o.wantTold("when it is over", "head, A", "ok again")
	o.sites.set("head", problem)
	after(3 * time.Hour)
	o.wantTold("when it comes back", "head, A", "ok again", "head, A")
}

func saidToBeKnown(o *office) {
	o.sites.set("head", problem)
	o.start()
	after(3 * day)
	before := len(o.told())
	if before != 3 && before != 4 {
		o.t.Errorf("in three days %q, want a reminder each day", o.told())
	}
	o.acknowledge("head")
	after(10 * day)
	o.wantBetween("ten days after somebody said that it is known", before, before)
}

func remindersApart(o *office) {
	every := 6 * time.Hour
	o.cfg.Rules.RemindCritical = &every
	o.sites.set("head", problem)
	o.start()
	after(24*time.Hour + time.Minute)
	o.wantTold("in a day of 24 reads", "head, A", "still", "still", "still", "still")
	o.cfg.Rules.RemindCritical = new(time.Duration(0))
	o.restart(time.Minute)
	after(3 * day)
	o.wantBetween("once reminders are off", 5, 5)
}

func pausedForAnHour(o *office) {
	o.watch("head", "branch")
	for _, long := range []time.Duration{5 * time.Minute, time.Hour, day} {
		o.start()
		after(time.Minute)
		o.m.Pause(time.Now().Add(long))
		after(time.Second)
		head, branch := o.sites.asked("head"), o.sites.asked("branch")
		after(long - 2*time.Second)
		if o.sites.asked("head") != head || o.sites.asked("branch") != branch || o.face().Paused == "" {
			o.t.Errorf("a pause of %v: asked in it, or not shown (%q)", long, o.face().Paused)
		}
		after(time.Hour + 2*time.Second)
		if o.sites.asked("head") == head || o.sites.asked("branch") == branch || o.face().Paused != "" {
			o.t.Errorf("a pause of %v does not end by itself", long)
		}
		o.stop()
	}
	o.wantTold("after three pauses")
}

func mutedForAWhile(o *office) {
	o.watch("head", "branch")
	o.sites.set("head", offered)
	o.start()
	after(time.Minute)
	o.snooze("head", 4*time.Hour)
	o.sites.set("head", o.expires(20))
	o.sites.set("branch", offered)
	after(3 * time.Hour)
	o.wantTold("while one is muted", "head, A", "branch, A")
	o.wantWhy("of the other", "held: snoozed until")
	after(time.Hour + time.Minute)
	o.wantTold("when that ends", "head, A", "branch, A", "While it was snoozed: The licence expires")
	if n := len(o.snapshot().Snoozes); n != 0 {
		o.t.Errorf("%d snoozes hold", n)
	}
}

// officeHours are those of the README's settings; the bubble begins on a Saturday at midnight in UTC.
func (o *office) officeHours() {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		o.t.Fatal(err)
	}
	found := regexp.MustCompile(`(?m)^quiet = (\[.*?\])`).FindSubmatch(readme)
	var hours []monitor.Quiet
	if found == nil || json.Unmarshal(found[1], &hours) != nil || len(hours) == 0 {
		o.t.Fatalf("the README has no quiet hours that can be read: %q", found)
	}
	zone, err := monitor.LoadZone("UTC")
	if err != nil {
		o.t.Fatal(err)
	}
	o.cfg.Rules.Quiet, o.cfg.Rules.Zone = hours, &zone
}

func workingHours(o *office) {
	o.officeHours()
	o.start()
	o.sites.set("head", problem)
	after(2 * day)
	o.wantTold("at the weekend")
	o.wantLook("at the weekend", assets.Bad)
	after(7*time.Hour + 58*time.Minute)
	o.wantTold("on Monday just before eight")
	after(5 * time.Minute)
	o.wantTold("on Monday at eight", "While it was quiet")
}

func inTheMorning(o *office) {
	o.watch("stays", "passes", "well")
	o.officeHours()
	o.start()
	after(2 * time.Hour)
	o.sites.set("stays", problem)
	o.sites.set("passes", problem)
	after(5 * time.Hour)
	o.sites.set("passes", reply{})
	after(2 * day) // Monday, 07:00
	o.wantTold("on Monday before eight")
	after(65 * time.Minute)
	o.wantTold("on Monday", "While it was quiet")
	list := o.told()
	for _, part := range []string{"stays, A", "passes, A", "It is over."} {
		if !strings.Contains(list[0], part) {
			o.t.Errorf("in the morning it says %q, want it to say %q", list[0], part)
		}
	}
	if strings.Contains(list[0], "well") {
		o.t.Errorf("in the morning it says %q: one was well all the time", list[0])
	}
}

// What somebody knows of is noted here, and no site has to allow that.
func hereAlone(o *office) {
	o.watch("head", "branch")
	o.sites.set("head", refused) // a site that could not be told
	o.start()
	after(time.Hour)
	before := o.sites.asked("branch")
	o.acknowledge("head")
	o.acknowledge("branch")
	if o.sites.asked("branch") != before {
		o.t.Error("a site is asked because somebody spoke")
	}
	o.restart(2 * day)
	after(10 * time.Minute)
	o.wantTold("after two days and a restart", "Nobody listens there.")
	if _, ok := o.acknowledged("head"); !ok {
		o.t.Error("what was said is forgotten")
	}
}

func leavesTheIcon(o *office) {
	o.watch("head", "branch")
	o.sites.set("head", problem)
	o.sites.set("branch", offered)
	o.start()
	after(time.Hour)
	o.wantLook("at first", assets.Bad)
	o.acknowledge("head")
	o.wantLook("when that is known", assets.Caution)
	if s := o.snapshot(); s.Open() != monitor.Warning || s.Sites[0].Severity != monitor.Critical {
		o.t.Errorf("the icon stands for %v, the list says %v; want a warning, and critical", s.Open(), s.Sites[0].Severity)
	}
	o.acknowledge("branch")
	if s := o.snapshot(); s.Open() != monitor.OK {
		o.t.Errorf("when all is known the icon stands for %v", s.Open())
	}
	o.sites.set("branch", reply{hangs: true})
	after(4 * time.Hour)
	o.acknowledge("branch")
	if _, ok := o.acknowledged("branch"); !ok {
		o.t.Error("that nobody knows how branch is cannot be acknowledged")
	}
	o.wantLook("when it is known that nobody knows how branch is", assets.Unsure)
}

func goneUnseen(o *office) {
	o.officeHours()
	o.start()
	o.sites.set("head", problem)
	after(3 * time.Hour)
	o.sites.set("head", reply{})
	after(2 * day)
	o.wantTold("at the weekend")
	o.restart(time.Minute)
	after(6 * time.Hour)
	o.wantTold("on Monday", "was critical, and is over")
}

func endsByChange(o *office) {
	o.sites.set("head", offered)
	o.start()
	after(time.Hour)
	o.acknowledge("head")
	after(30 * day)
	o.wantTold("as long as nothing changes", "head, A")
	o.sites.set("head", problem)
	after(2 * time.Hour)
	o.wantTold("when it grows worse", "head, A", "head, A")
	if _, ok := o.acknowledged("head"); ok {
		o.t.Error("it is acknowledged though it grew worse")
	}
	o.snooze("head", 30*day)
	o.sites.set("head", reply{status: problem.status, dates: o.expires(-1).dates})
	after(2 * time.Hour)
	if n := len(o.snapshot().Snoozes); n != 0 || len(o.told()) != 3 {
		o.t.Errorf("when it grows worse in a snooze: %d snoozes hold, told %q", n, o.told())
	}
	if !slices.ContainsFunc(o.told(), func(s string) bool { return strings.Contains(s, "expired on") }) {
		o.t.Errorf("told %q, want that it expired", o.told())
	}
}
