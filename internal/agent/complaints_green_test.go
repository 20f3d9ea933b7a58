package agent

import (
	"errors"
	"strings"
	"testing"
	"time"

	"licensewatch/assets"
	"licensewatch/internal/keyring"
	"licensewatch/internal/settings"
	"licensewatch/internal/source"
	"licensewatch/monitor"
)

// It looked fine, and it was not.
func TestFalseGreen(t *testing.T) {
	replay(t, false, []complaint{
		{"address-not-valid", addressNotValid},
		{"server-lost-and-still-green", serverLost},
		{"problems-read-as-ok", problemsReadAsOK},
		{"not-read-when-nobody-is-there", nobodyThere},
		{"disconnected-hard-to-see", hardToSee},
		{"no-way-back-without-a-hand", noWayBack},
		{"server-that-hangs-shown-as-connected", serverHangs},
		{"expiry-missing-from-the-answer", expiryMissing},
		{"early-warning-set-and-never-given", earlyWarning},
		{"icon-wrong-after-boot", iconAfterBoot},
		{"menu-shows-what-was", menuShowsWhatWas},
	})
}

func addressNotValid(o *office) {
	site := settings.Site{Name: "head", URL: "htp:/crm.example/%zz", Services: "Services88", SignIn: "password", User: "admin"}
	o.cfg.Source = source.New(&keyring.Memory{}, []settings.Site{site})
	o.start()
	after(time.Minute)
	o.wantLook("a minute after the start", assets.Unsure)
	o.wantTold("a minute after the start", "head")
	after(12 * time.Hour)
	o.wantLook("half a day later", assets.Unsure)
}

func serverLost(o *office) {
	o.start()
	o.wantLook("at first", assets.Good)
	o.sites.set("head", refused)
	after(2 * time.Hour)
	o.wantLook("two hours after nobody listens any more", assets.Unsure)
	o.wantTold("then", "Nobody listens there.")
	after(20 * time.Hour)
	o.wantLook("the day after", assets.Unsure)
}

func problemsReadAsOK(o *office) {
	o.watch("problem", "unknown", "new word", "nobody")
	o.sites.set("problem", problem)
	o.sites.set("unknown", reply{status: "UnknownError"})
	o.sites.set("new word", reply{status: "SomethingOfNextYear"})
	o.sites.set("nobody", reply{nobody: true})
	o.start()
	after(time.Minute)
	for _, s := range o.snapshot().Sites {
		if s.Severity == monitor.OK {
			o.t.Errorf("%s is well", s.Site.Name)
		}
	}
	o.wantLook("a minute after the start", assets.Bad)
	if n := len(o.face().Lines); n != 4 {
		o.t.Errorf("the menu has %d lines, want one for each", n)
	}
}

// A session that is cut off shows nothing and takes no notification.
func nobodyThere(o *office) {
	o.start()
	o.breaks(errors.New("the session has no desktop"))
	o.sites.set("head", problem)
	before := o.sites.asked("head")
	after(8 * time.Hour)
	if n := o.sites.asked("head") - before; n < 8 {
		o.t.Errorf("the site was asked %d times in eight hours, want each hour", n)
	}
	o.wantLook("meanwhile", assets.Bad)
	o.wantTold("meanwhile")
	o.breaks(nil)
	after(16 * time.Minute)
	o.wantTold("when somebody is there again", "head, A")
}

func hardToSee(o *office) {
	o.start()
	well := o.face()
	o.sites.set("head", refused)
	after(2 * time.Hour)
	f := o.face()
	if f.Look == well.Look || !strings.HasPrefix(f.Title, "Licensewatch: unknown") || len(f.Lines) != 1 || !strings.Contains(f.Lines[0].Text, "? head: Nobody listens there.") {
		o.t.Errorf("icon %v, title %q, menu %q: want all three to say that it is not known, and why", f.Look, f.Title, f.Lines)
	}
	if string(assets.Tray(f.Look, assets.Dark)) == string(assets.Tray(well.Look, assets.Dark)) {
		o.t.Error("the icon is drawn as when all is well")
	}
	for _, owner := range o.snapshot().Sites[0].Owners { // what the window shows of it
		if owner.Severity != monitor.Unknown {
			o.t.Errorf("the owner %s is %v in the list", owner.Owner, owner.Severity)
		}
	}
}

func noWayBack(o *office) {
	o.start()
	o.sites.set("head", refused)
	after(3 * 24 * time.Hour)
	o.wantLook("after three days without an answer", assets.Unsure)
	o.sites.set("head", reply{})
	after(time.Hour + time.Minute)
	o.wantLook("an hour after it answers again", assets.Good)
	o.wantTold("then: daily, and that it is over", "Nobody listens there.", "still", "still", "still", "It can be checked again.")
}

func serverHangs(o *office) {
	o.start()
	o.sites.set("head", reply{hangs: true})
	after(3*time.Hour + 5*time.Minute)
	o.wantLook("three intervals after the last answer", assets.Unsure)
	o.wantTold("then", "no good answer since")
	if o.snapshot().Sites[0].Owners[0].Severity == monitor.OK {
		o.t.Error("its owner is well in the list")
	}
}

func expiryMissing(o *office) {
	o.sites.set("head", o.expires(20))
	o.start()
	after(time.Minute)
	o.wantLook("twenty days before the end", assets.Caution)
	o.wantTold("then", "head, A")
	o.sites.set("head", reply{nobody: true})
	after(3 * time.Hour)
	o.wantTold("when the licence vanishes from the answer", "head, A", "not list")
	if l := o.face().Look; l == assets.Good {
		o.t.Error("the icon is green for a licence that is not told of any more")
	}
}

func earlyWarning(o *office) {
	o.cfg.Policy.Limits = monitor.DefaultLimits().Under(monitor.Limits{Ladder: []int{45}})
	o.sites.set("head", o.expires(47))
	o.start()
	after(47 * time.Hour)
	o.wantTold("46 days before the end")
	o.wantLook("46 days before the end", assets.Good)
	after(3 * time.Hour)
	o.wantTold("45 days before the end", "head, A")
	o.wantLook("45 days before the end", assets.Caution)
}

func iconAfterBoot(o *office) {
	o.sites.set("head", problem)
	o.start()
	after(time.Minute)
	o.restart(10 * time.Minute)
	if o.first.Look != assets.Bad {
		o.t.Errorf("the first icon after the start is %v, want what is known to be bad", o.first.Look)
	}
	o.sites.set("head", reply{})
	after(3 * time.Hour)
	o.wantLook("when it is well", assets.Good)
	o.sites.set("head", reply{hangs: true})
	o.restart(9 * time.Hour)
	if o.first.Look != assets.Unsure {
		o.t.Errorf("the first icon after a night is %v, want that nobody knows", o.first.Look)
	}
	o.sites.set("head", reply{})
	o.restart(time.Minute)
	o.wantLook("after an answer", assets.Good)
}

func menuShowsWhatWas(o *office) {
	o.start()
	o.m.Pause(time.Now().Add(5 * time.Minute)) // nothing is due for an hour
	after(time.Minute)
	if f := o.face(); f.Paused == "" || !strings.Contains(f.Title, "paused") {
		o.t.Errorf("in a pause the menu says %q, the title %q", f.Paused, f.Title)
	}
	after(4 * time.Minute)
	o.mu.Lock()
	until := o.latest.PausedUntil
	o.mu.Unlock()
	if f := o.face(); f.Paused != "" || !until.IsZero() {
		o.t.Errorf("after the pause the menu says %q, and what it was last told is a pause until %v", f.Paused, until)
	}
}
