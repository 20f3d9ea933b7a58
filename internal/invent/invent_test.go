package invent

import (
	"fmt"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"licensewatch/internal/caldate"
	"licensewatch/monitor"
	"licensewatch/monitor/forecast"
	"licensewatch/monitor/history"
	"licensewatch/soapclient/simulator"
	"licensewatch/ui/notify"
)

// moments are when a demo may be started: the world of it is today's, so that the other days only shift its past.
func moments(t *testing.T) []time.Time {
	oslo, err := time.LoadLocation("Europe/Oslo")
	if err != nil {
		t.Fatal(err)
	}
	y, m, d := time.Now().Date()
	return []time.Time{
		time.Date(y, m, d, 0, 0, 30, 0, oslo), time.Date(y, m, d, 2, 30, 0, 0, oslo), time.Date(y, m, d, 12, 0, 0, 0, time.UTC), time.Date(y, m, d, 23, 59, 0, 0, oslo),
	}
}

func TestThePastEndsWhereTheDemoBegins(t *testing.T) {
	for _, now := range moments(t) {
		w := simulator.Demo()
		got := Year(w, now)
		if again := Year(simulator.Demo(), now); !reflect.DeepEqual(got, again) {
			t.Errorf("%v: a second past differs", now)
		}
		for _, site := range w.Sites {
			for _, o := range site.Owners {
				l := life(t, got, site.Name, o.Name)
				last := l.Bands[len(l.Bands)-1]
				if want := begins(o); last.Severity != want || !last.Until.Equal(now) {
					t.Errorf("%v: at the end %s at %s is %v until %v, want %v until now", now, o.Name, site.Name, last.Severity, last.Until, want)
				}
				for _, s := range l.Seats {
					i := slices.IndexFunc(o.Licence.Modules, func(m simulator.Module) bool { return m.Name == s.Module.Name })
					m, seen := o.Licence.Modules[i], s.Samples[len(s.Samples)-1]
					if yesterday := caldate.Of(now).AddDays(-1); seen.Day != yesterday || seen.Total != m.Total || seen.InUse < m.InUse-1 || seen.InUse > m.InUse+1 {
						t.Errorf("%v: on %v %s at %s had %d of %d, and today has %d of %d", now, seen.Day, m.Name, site.Name, seen.InUse, seen.Total, m.InUse, m.Total)
					}
				}
			}
		}
	}
}

// begins is how an owner of the demo stands at first.
func begins(o simulator.Owner) monitor.Severity {
	if o.Status != "" || o.Licence.Warning.Reached(caldate.Of(time.Now())) {
		return monitor.Warning
	}
	return monitor.OK
}

func life(t *testing.T, y history.Year, site, owner string) history.Life {
	t.Helper()
	i := slices.IndexFunc(y.Lives, func(l history.Life) bool { return l.Site == site && l.Owner == owner })
	if i < 0 {
		t.Fatalf("there is no life of %s at %s", owner, site)
	}
	return y.Lives[i]
}

func TestThePastIsInOrder(t *testing.T) {
	for _, now := range moments(t) {
		y := Year(simulator.Demo(), now)
		within := func(what string, at time.Time) {
			if at.After(now) || now.Sub(at) > (days+1)*24*time.Hour {
				t.Errorf("%v: %s is of %v", now, what, at)
			}
		}
		for i, e := range y.Events {
			within("an event", e.At)
			if i > 0 && e.At.Before(y.Events[i-1].At) {
				t.Errorf("%v: an event of %v comes after one of %v", now, e.At, y.Events[i-1].At)
			}
		}
		for _, tell := range y.Tellings {
			within("a notification", tell.At)
		}
		for _, l := range y.Lives {
			for i, b := range l.Bands {
				within("a band", b.From)
				if !b.Until.After(b.From) || i > 0 && b.From.Before(l.Bands[i-1].Until) {
					t.Errorf("%v: %s %s stood so from %v until %v, after %v", now, l.Site, l.Owner, b.From, b.Until, l.Bands[max(0, i-1)].Until)
				}
			}
		}
	}
}

func TestMuchHappenedInThePast(t *testing.T) {
	now := time.Now()
	y := Year(simulator.Demo(), now)
	var seen, news []string
	for _, e := range y.Events {
		for _, f := range e.Appeared {
			text := fmt.Sprintf("%s %s %s %s %v", e.Site, e.Owner, f.Kind, f.Case, f.Severity)
			seen = append(seen, text)
			if e.At.After(y.Looked) {
				news = append(news, text)
			}
		}
	}
	for _, want := range []string{
		"Head office SUPEROFFICE expiring 60 days warning", "Head office SUPEROFFICE expiring 14 days warning", "Head office SUPEROFFICE status NewLicenseAvailable warning",
		"Nordlys METERSYNC expired  critical", "Nordlys METERSYNC status ProblemWithLicense critical", "Web shop SUPEROFFICE seats over ten-marketing critical",
		"Nordlys SUPEROFFICE seats few standard-sales warning", "Warehouse  cannot-check  unknown", "Nordlys  cannot-check  unknown",
	} {
		if !slices.Contains(seen, want) {
			t.Errorf("%q did not happen, but\n%s", want, strings.Join(seen, "\n"))
		}
	}
	for _, want := range []string{"Web shop CARTLINK status UseCustomMessage warning", "Head office SUPEROFFICE seats few ten-complete warning", "Web shop  cannot-check  unknown"} {
		if !slices.Contains(news, want) {
			t.Errorf("%q is no news since the last look, but %q", want, news)
		}
	}
	if since := now.Sub(y.Looked); since < 48*time.Hour || since > 96*time.Hour || len(news) > 6 {
		t.Errorf("the last look was %v ago, and %q is news", since, news)
	}
	if len(y.Tellings) < 30 || !slices.ContainsFunc(y.Tellings, func(t monitor.Telling) bool {
		return t.Severity == monitor.Critical && slices.Contains(t.About, monitor.Subject{Site: "Nordlys", Owner: "METERSYNC"})
	}) {
		t.Errorf("%d notifications were sent, but none about METERSYNC at Nordlys", len(y.Tellings))
	}
	for _, l := range y.Lives {
		if l.Site == "Warehouse" && !slices.ContainsFunc(l.Bands, func(b monitor.Band) bool {
			return b.Severity == monitor.Unknown && b.From.Weekday() == time.Friday && b.Until.Weekday() == time.Monday
		}) {
			t.Errorf("%s %s was well all weekends", l.Site, l.Owner)
		}
	}
}

func TestTheUsualSettingsWouldHaveToldWhatWasTold(t *testing.T) {
	for _, now := range moments(t) {
		w := simulator.Demo()
		y := Year(w, now)
		var sites []monitor.Site
		for _, s := range w.Sites {
			sites = append(sites, monitor.Site{Name: s.Name})
		}
		past := monitor.Past{Events: y.Events, Tellings: y.Tellings}
		r := monitor.Rehearse(monitor.Rules{}, sites, past, now.AddDate(0, 0, -90), now, func(list []monitor.Decision) (monitor.Rehearsed, bool) {
			m, ok := notify.Compose(list)
			return monitor.Rehearsed{Title: m.Title, Text: m.Body, Severity: m.Severity}, ok
		})
		if n := len(r.List); n < 10 || r.Made != n {
			t.Errorf("%v: %s", now, r.Words())
		}
	}
}

func TestOneUserPlanWillRunOut(t *testing.T) {
	for fortnight := range 26 { // holidays leave their mark
		now := time.Date(2026, 1, 1+14*fortnight, 12, 0, 0, 0, time.UTC)
		today, y := caldate.Of(now), Year(simulator.Demo(), now)
		var soon []string
		for _, site := range simulator.Demo().Sites {
			for _, o := range site.Owners {
				for _, s := range life(t, y, site.Name, o.Name).Seats {
					i := slices.IndexFunc(o.Licence.Modules, func(m simulator.Module) bool { return m.Name == s.Module.Name })
					m := o.Licence.Modules[i]
					f := forecast.Of(append(s.Samples, monitor.SeatSample{Day: today, InUse: m.InUse, Total: m.Total}), today)
					if f.Day.IsDay() && f.Day.DaysFrom(today) < 60 {
						soon = append(soon, site.Name+" "+m.Name)
						if !f.Late.IsDay() || f.Late.DaysFrom(today) > 90 || f.Early.DaysFrom(today) < 3 {
							t.Errorf("%v: %s %s: %s", today, site.Name, m.Name, f.Words)
						}
					}
					if steps := purchases(s); m.Name == "standard-sales" && site.Name == "Nordlys" && !slices.Equal(steps, []int{20, 30}) {
						t.Errorf("%v: %s at %s has had %v seats", now, m.Name, site.Name, steps)
					}
				}
			}
		}
		if !slices.Equal(soon, []string{"Nordlys standard-sales"}) {
			t.Errorf("%v: %q run out soon", today, soon)
		}
	}
}

func purchases(s monitor.SeatSeries) []int {
	var list []int
	for _, x := range s.Samples {
		list = append(list, x.Total)
	}
	return slices.Compact(list)
}

func TestTheHistoryTakesThePast(t *testing.T) {
	y := Year(simulator.Demo(), time.Now())
	s := history.Open(history.Options{Path: filepath.Join(t.TempDir(), "history.db")})
	ended := make(chan error)
	go func() { ended <- s.Run(t.Context()) }()
	t.Cleanup(func() { <-ended })
	if err := s.Invent(t.Context(), y); err != nil {
		t.Fatal(err)
	}
	past, err := s.Past(t.Context(), "Nordlys", "METERSYNC", time.Now().AddDate(-1, 0, 0))
	if err != nil || !past.Invented || len(past.Events) == 0 || len(past.Tellings) == 0 || len(past.Bands) == 0 {
		t.Errorf("of METERSYNC %d events, %d notifications and %d bands are on record, invented: %t, %v", len(past.Events), len(past.Tellings), len(past.Bands), past.Invented, err)
	}
	seats, err := s.Seats(t.Context(), "Nordlys", "SUPEROFFICE", time.Now().AddDate(-1, 0, 0))
	if err != nil || len(seats) != 8 || !seats[0].Invented || len(seats[0].Samples) < 300 {
		t.Errorf("of the seats %d series are on record, %v", len(seats), err)
	}
	if looked, err := s.LastLook(t.Context()); err != nil || !looked.Equal(y.Looked) {
		t.Errorf("the last look is of %v, %v, want %v", looked, err, y.Looked)
	}
}

func BenchmarkYear(b *testing.B) {
	w, now := simulator.Demo(), time.Now()
	for b.Loop() {
		Year(w, now)
	}
}
