package agent

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"licensewatch/internal/caldate"
	"licensewatch/monitor"
)

func TestUntoldNewsSurvivesARestart(t *testing.T) {
	inBubble(t, func(t *testing.T, file string) {
		first := sit(file)
		stop := first.start(t)
		first.breaks(errors.New("nobody listens"))
		first.take(told(false, bad("A")))
		after(time.Second)
		stop()

		second := sit(file)
		second.load()
		stop = second.start(t)
		second.take(told(false))
		after(time.Second)
		second.wantSent(t, "after a restart", "S, A: critical")
		if n := len(saved(t, file).Outbox); n != 0 { // even if the agent is killed now
			t.Errorf("%d told events are saved as untold", n)
		}
		stop()

		third := sit(file)
		third.load()
		defer third.start(t)()
		third.take(told(false))
		after(time.Hour)
		third.wantSent(t, "after the next")
	})
}

// An agent whose desktop took nothing starts with news at hand. Before the monitor has spoken it does not know how things stand.
func TestBeforeTheMonitorSpeaksNothingIsToldOrOverwritten(t *testing.T) {
	inBubble(t, func(t *testing.T, file string) {
		first := sit(file)
		stop := first.start(t)
		first.breaks(errors.New("nobody listens"))
		s := told(false, bad("A"))
		s.PausedUntil = time.Now().Add(time.Hour).Round(0)
		first.take(s)
		after(time.Second)
		stop()

		second := sit(file)
		m := second.load()
		if !m.PausedUntil.Equal(s.PausedUntil) || len(m.Sites) != 1 {
			t.Errorf("loaded a pause until %v and %d sites, want %v and one", m.PausedUntil, len(m.Sites), s.PausedUntil)
		}
		stop = second.start(t)
		after(time.Minute)
		second.wantSent(t, "before a snapshot")
		stop()
		if got := saved(t, file); len(got.Sites) != 1 || len(got.Outbox) != 1 || !got.PausedUntil.Equal(s.PausedUntil) {
			t.Errorf("saved %d sites, %d decisions, paused until %v: the state of the agent before is lost", len(got.Sites), len(got.Outbox), got.PausedUntil)
		}
	})
}

func TestStatesAreSavedAtOnceWithNewsAndElseNowAndThen(t *testing.T) {
	inBubble(t, func(t *testing.T, file string) {
		d := sit(file)
		d.breaks(errors.New("nobody listens"))
		stop := d.start(t)
		next := func() time.Time { return saved(t, file).Sites[0].NextCheck }
		d.take(told(false))
		synctest.Wait()
		first := next()
		after(time.Second)
		d.take(told(false))
		after(saveEvery - 2*time.Second)
		if !next().Equal(first) {
			t.Error("states without news are saved again within 5 minutes")
		}
		after(2 * time.Second)
		second := next()
		if second.Equal(first) {
			t.Error("states are not saved after 5 minutes")
		}
		after(time.Second)
		d.take(told(false, bad("A")))
		synctest.Wait()
		if m := saved(t, file); len(m.Outbox) != 1 || m.Sites[0].NextCheck.Equal(second) {
			t.Error("news is not saved at once")
		}
		after(time.Second)
		last := told(false)
		d.take(last)
		stop()
		if !next().Equal(last.Sites[0].NextCheck) {
			t.Error("the last states are not saved at the end")
		}
	})
}

func TestWhatAPersonDidIsSavedAtOnce(t *testing.T) {
	inBubble(t, func(t *testing.T, file string) {
		d := sit(file)
		defer d.start(t)()
		d.take(told(false))
		after(time.Second)
		paused := told(false)
		paused.PausedUntil = time.Now().Add(time.Hour).Round(0)
		d.take(paused)
		synctest.Wait()
		if got := saved(t, file).PausedUntil; !got.Equal(paused.PausedUntil) {
			t.Errorf("a pause until %v is saved as %v", paused.PausedUntil, got)
		}
		after(time.Second)
		renamed := told(false)
		renamed.Sites[0].Site.Name = "T"
		d.take(renamed)
		synctest.Wait()
		if m := saved(t, file); m.Sites[0].Site.Name != "T" || !m.PausedUntil.IsZero() {
			t.Errorf("saved are %q and a pause until %v, want a site by its new name and no pause", m.Sites[0].Site.Name, m.PausedUntil)
		}
	})
}

// saved reads a state file.
func saved(t *testing.T, file string) (m memory) {
	t.Helper()
	data, err := os.ReadFile(file)
	if err == nil {
		err = json.Unmarshal(data, &m)
	}
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestStatesAreSavedWithoutModulesAndAreNoNewsAgain(t *testing.T) {
	inBubble(t, func(t *testing.T, file string) {
		policy, now := monitor.DefaultPolicy(time.Hour), time.Now().Round(0)
		licences := []monitor.Licence{{Owner: "A", Company: "Fjord AS", Dates: monitor.Dates{Expiry: caldate.Of(now).AddDays(20)},
			Modules: []monitor.Module{{Name: "sales"}}}}
		known := monitor.Observation{Licences: licences, Read: true}
		state, _ := policy.Step(&monitor.SiteState{Site: monitor.Site{Name: "S"}}, known, now)
		state, _ = policy.Step(state, monitor.Observation{Owner: "A", Verdict: &monitor.Verdict{Status: "NewLicenseAvailable"}}, now)
		d := sit(file)
		stop := d.start(t)
		d.take(monitor.Snapshot{At: now, Sites: []*monitor.SiteState{state}})
		stop()
		if len(state.Owners[0].Licence.Modules) != 1 {
			t.Error("saving took the modules from the state that others read")
		}
		sites := sit(file).load().Sites
		if len(sites) != 1 || len(sites[0].Owners) != 1 || sites[0].Owners[0].Licence == nil {
			t.Fatalf("loaded %+v, want the site with its owner", sites)
		}
		if l := sites[0].Owners[0].Licence; l.Modules != nil || l.Company != "Fjord AS" || l.Dates != licences[0].Dates {
			t.Errorf("loaded licence %+v, want all but the modules", l)
		}
		if next, events := policy.Step(sites[0], known, now); len(events) != 0 || next.Severity != state.Severity {
			t.Errorf("after a restart the same answer is %v with the news %+v", next.Severity, events)
		}
	})
}

func TestAStateFileThatCannotBeReadIsKeptAndSaid(t *testing.T) {
	for name, text := range map[string]string{"garbage": "{", "a newer version": `{"version": 3, "sites": []}`, "an empty file": ""} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, file string) {
				write(t, file, text)
				d := sit(file)
				if m := d.load(); len(m.Sites)+len(m.Outbox) != 0 {
					t.Errorf("loaded %+v", m)
				}
				if kept, err := os.ReadFile(file + ".unreadable"); err != nil || string(kept) != text {
					t.Errorf("the file beside it holds %q (%v), want %q", kept, err, text)
				}
				if !strings.Contains(d.log.String(), "counts as new") || !strings.Contains(d.log.String(), filepath.Base(file)) {
					t.Errorf("the log says %q, want what that means", d.log.String())
				}
			})
		})
	}
}

func TestTheStateBeforeStandsInForADamagedOne(t *testing.T) {
	inBubble(t, func(t *testing.T, file string) {
		write(t, file+".bak", `{"version": 1, "sites": [{"site": {"name": "S"}, "owners": null, "severity": "ok"}], "outbox": [{"site": "S", "from": "ok", "to": "critical", "appeared": [{"kind": "stopped", "severity": "critical"}]}]}`)
		write(t, file, `{"version": 1, "sites": [{"site"`)
		d := sit(file)
		if m := d.load(); len(m.Sites) != 1 || len(d.outbox) != 1 {
			t.Errorf("loaded %+v with %d decisions, want what was saved before", m, len(d.outbox))
		}
	})
}

// The program before knew events and told all of them, but for those in its outbox.
func TestTheMemoryOfAnEarlierProgramIsTakenOver(t *testing.T) {
	const earlier = `{"version": 1, "paused_until": "2026-11-25T12:00:00Z", "sites": [{"site": {"name": "S"}, "severity": "critical", "owners": [
		{"owner": "A", "severity": "critical", "findings": [{"kind": "stopped", "severity": "critical", "text": "It stopped."}]},
		{"owner": "B", "severity": "warning", "findings": [{"kind": "maintenance", "severity": "warning", "text": "It ended."}]}]}],
		"outbox": [
			{"site": "S", "owner": "A", "from": "warning", "to": "critical", "appeared": [{"kind": "stopped", "severity": "critical", "text": "It stopped."}], "gone": [{"kind": "expired", "severity": "critical", "text": "It expired."}]},
			{"site": "S", "owner": "C", "from": "unknown", "to": "ok", "gone": [{"kind": "stale", "severity": "unknown", "text": "It was old."}]}]}`
	inBubble(t, func(t *testing.T, file string) {
		write(t, file, earlier)
		d := sit(file)
		m := d.load()
		if len(m.Sites) != 1 || !m.PausedUntil.Equal(time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)) {
			t.Errorf("loaded %d sites and a pause until %v, want all of it", len(m.Sites), m.PausedUntil)
		}
		alerts := monitor.NewAlerts(m.Alerts, m.Snoozes)
		s := monitor.Snapshot{At: time.Now().Round(0), Sites: m.Sites}
		if again := alerts.Take(monitor.DefaultRules(), s, true); len(again) != 0 {
			t.Errorf("what was told before is told again: %+v", again)
		}
		s.Alerts, s.Snoozes = alerts.Saved()
		defer d.start(t)()
		d.take(s)
		after(time.Second)
		d.wantSent(t, "what the program before had not told", "2 changes, the worst critical")
		if list := d.look().told; len(list) != 1 || !strings.Contains(list[0].Text, "S, A: It stopped.") || !strings.Contains(list[0].Text, "S, C: The licence server answers again.") {
			t.Errorf("it said %+v, want both pieces of news", list)
		}
		if m := saved(t, file); m.Version != 2 || len(m.Alerts) != 2 || len(m.Outbox) != 0 {
			t.Errorf("saved version %d with %d alerts and %d decisions, want 2 with two alerts and none", m.Version, len(m.Alerts), len(m.Outbox))
		}
		s.At = s.At.Add(25 * time.Hour)
		if due := alerts.Take(monitor.DefaultRules(), s, true); len(due) != 2 || due[0].Act != monitor.Still {
			t.Errorf("a day later %+v, want reminders of what is overdue", due)
		}
	})
}

func TestWhatPeopleSaidIsSavedAtOnce(t *testing.T) {
	inBubble(t, func(t *testing.T, file string) {
		d := sit(file)
		defer d.start(t)()
		d.take(told(false))
		after(time.Second)
		of := monitor.Subject{Site: "S"}
		s := told(false)
		s.Snoozes = []monitor.Hand{{Subject: of, At: s.At, Until: s.At.Add(time.Hour)}}
		d.take(s)
		synctest.Wait()
		if m := saved(t, file); len(m.Snoozes) != 1 {
			t.Error("a snooze is not saved at once")
		}
		s = told(false)
		s.Alerts = []monitor.Alert{{Subject: of, Ack: &monitor.Hand{Subject: of, At: s.At, By: "ada"}}}
		d.take(s)
		synctest.Wait()
		if m := saved(t, file); len(m.Snoozes) != 0 || len(m.Alerts) != 1 || m.Alerts[0].Ack.By != "ada" {
			t.Errorf("saved %+v and %+v, want the acknowledgement alone, at once", m.Alerts, m.Snoozes)
		}
	})
}

func TestAFirstStartIsQuiet(t *testing.T) {
	inBubble(t, func(t *testing.T, file string) {
		d := sit(file)
		if m := d.load(); len(m.Sites) != 0 || d.log.Len() > 0 {
			t.Errorf("loaded %+v, and the log says %q", m, d.log.String())
		}
		if _, err := os.Stat(file + ".unreadable"); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("a file was put aside: %v", err)
		}
	})
}

func TestADiskThatIsFullSilencesNobody(t *testing.T) {
	inBubble(t, func(t *testing.T, file string) {
		write(t, file, "a file where the folder should be")
		d := sit(filepath.Join(file, "state.json"))
		stop := d.start(t)
		d.take(told(false, bad("A")))
		after(time.Second)
		d.wantSent(t, "without a state file", "S, A: critical")
		stop()
		if !strings.Contains(d.log.String(), "cannot be saved") {
			t.Errorf("the log says %q, want that states are not saved", d.log.String())
		}
	})
}

func write(t *testing.T, file, text string) {
	t.Helper()
	err := os.MkdirAll(filepath.Dir(file), 0o700)
	if err == nil {
		err = os.WriteFile(file, []byte(text), 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}
