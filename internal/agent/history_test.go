//go:build unix

package agent

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"licensewatch/monitor"
	"licensewatch/monitor/link"
)

// owner is one that each site of a stage has.
const owner = "SUPEROFFICE"

// ailing makes the owner's licence server report a problem, and waits until the agent knows.
func (s *stage) ailing(site string) {
	s.t.Helper()
	if err := s.sim.Do(site + " " + owner + " status ProblemWithLicense"); err != nil {
		s.t.Fatal(err)
	}
	if err := s.client.Refresh(s.t.Context(), site, ""); err != nil {
		s.t.Fatal(err)
	}
	s.shows(site, monitor.Critical)
}

// recalls waits until what is on record of an owner is as ok wants it.
func (s *stage) recalls(of link.Target, what string, ok func(monitor.Past) bool) {
	s.t.Helper()
	until(s.t, what, func() bool {
		p, err := s.client.Past(s.t.Context(), of, time.Now().Add(-time.Hour))
		if err != nil {
			s.t.Fatal(err)
		}
		return ok(p)
	})
}

func TestWhatChangedIsOnRecordAfterARestartAndUnderANewName(t *testing.T) {
	s := begin(t, head)
	s.shows(head, monitor.OK)
	s.ailing(head)
	changed := func(p monitor.Past) bool {
		n := len(p.Bands)
		return n >= 2 && p.Bands[n-2].Severity == monitor.OK && p.Bands[n-1].Severity == monitor.Critical && len(p.Events) == 1 &&
			p.Events[0].To == monitor.Critical
	}
	s.recalls(link.Target{Site: head, Owner: owner}, "a band of each state and one event", changed)
	s.stop()
	s.run()
	s.recalls(link.Target{Site: head, Owner: owner}, "the same after a restart", func(p monitor.Past) bool {
		return len(p.Events) == 1 && len(p.Bands) >= 2
	})
	f := s.form(oslo)
	f.Was, f.URL, f.Secret = head, s.sim.URL(head), ""
	if err := s.client.Save(t.Context(), f); err != nil {
		t.Fatal(err)
	}
	s.recalls(link.Target{Site: oslo, Owner: owner}, "the same under the new name", func(p monitor.Past) bool { return len(p.Events) == 1 })
}

func TestSeatsAreOnRecordWithTheirModules(t *testing.T) {
	s := begin(t, head)
	s.shows(head, monitor.OK)
	var list []monitor.SeatSeries
	until(t, "a sample of each plan", func() bool {
		var err error
		if list, err = s.client.Seats(t.Context(), link.Target{Site: head, Owner: owner}, time.Now().AddDate(0, 0, -7)); err != nil {
			t.Fatal(err)
		}
		return len(list) == 3
	})
	for _, series := range list {
		m := series.Module
		if len(series.Samples) != 1 || series.Samples[0].Total != m.Total || m.Description == "" || !m.Plan || series.Forecast.Known || series.Invented {
			t.Errorf("%s: %+v, want one sample of a plan, without a forecast", m.Name, series)
		}
	}
}

func TestAwayTellsWhatHappenedSinceTheWindowWasClosed(t *testing.T) {
	s := begin(t, head)
	s.shows(head, monitor.OK)
	if p, err := s.client.Away(t.Context()); err != nil || len(p.Events) > 0 {
		t.Errorf("to somebody who has never looked, Away = %+v, %v", p, err)
	}
	ctx, shut := context.WithCancel(t.Context())
	seen, gone := make(chan struct{}, 1), make(chan struct{})
	go func() {
		defer close(gone)
		s.client.Watch(ctx, func(link.View) {
			select {
			case seen <- struct{}{}:
			default:
			}
		})
	}()
	<-seen
	shut()
	<-gone
	until(t, "that the window was closed is noted", func() bool {
		at, err := s.agent.history.LastLook(t.Context())
		return err == nil && !at.IsZero()
	})
	s.ailing(head)
	until(t, "the change is told to who comes back", func() bool {
		p, err := s.client.Away(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return len(p.Events) == 1 && p.Events[0].Owner == owner && !p.Since.IsZero()
	})
}

func TestAReportIsWrittenWholeOrNotAtAll(t *testing.T) {
	s := begin(t, head)
	s.shows(head, monitor.OK)
	for format, part := range map[string]string{"html": "<html", "csv": owner, "json": `"version":1`, "ics": "BEGIN:VCALENDAR"} {
		file := s.path("licences." + format)
		if err := s.client.Export(t.Context(), format, file); err != nil {
			t.Fatalf("%s: %v", format, err)
		}
		content, err := os.ReadFile(file)
		if err != nil || !bytes.Contains(content, []byte(part)) || !bytes.Contains(content, []byte(head)) {
			t.Errorf("%s: the file (%v) does not hold %q and the site", format, err, part)
		}
		if content, err = s.client.Report(t.Context(), format, nil, nil); err != nil || !bytes.Contains(content, []byte(part)) {
			t.Errorf("%s: Report = %d bytes, %v", format, len(content), err)
		}
	}
	for file, want := range map[string]string{"licences.html": "its whole path", s.path("nowhere", "licences.html"): "cannot be written"} {
		if err := s.client.Export(t.Context(), "html", file); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Export to %s = %v, want %q", filepath.Base(file), err, want)
		}
	}
	if err := s.client.Export(t.Context(), "docx", s.path("licences.docx")); err == nil || !strings.Contains(err.Error(), "docx") {
		t.Errorf("Export of an unknown format = %v, want it named", err)
	}
}

func TestAHistoryThatCannotBeKeptStopsNothing(t *testing.T) {
	s := begin(t)
	s.stop()
	os.Remove(s.path("state", "history.db"))
	if err := os.MkdirAll(s.path("state", "history.db", "taken"), 0o700); err != nil { // a folder where the file should be
		t.Fatal(err)
	}
	s.run()
	if err := s.client.Save(t.Context(), s.form(head)); err != nil {
		t.Fatal(err)
	}
	s.shows(head, monitor.OK)
	s.sees("a notice about the history", func(v link.View) bool {
		return len(v.Notices) > 0 && strings.Contains(strings.Join(v.Notices, "\n"), "history")
	})
	s.ailing(head)
	s.recalls(link.Target{Site: head, Owner: owner}, "the change, from memory", func(p monitor.Past) bool { return len(p.Events) == 1 })
}
