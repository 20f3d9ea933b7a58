package agent

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"licensewatch/internal/atomicfile"
	"licensewatch/internal/caldate"
	"licensewatch/internal/report"
	"licensewatch/monitor"
	"licensewatch/monitor/forecast"
	"licensewatch/monitor/history"
	"licensewatch/monitor/link"
)

// reported is how far back a report looks.
const reported = 365 * 24 * time.Hour

// recorded keeps the history until end is called, which returns when all is written. What the demo invents is there before anybody can
// ask.
func (a *Agent) recorded(ctx context.Context) (end func()) {
	running, cancel := context.WithCancel(context.WithoutCancel(ctx))
	var done sync.WaitGroup
	done.Go(func() { a.history.Run(running) })
	if a.Invented != nil {
		if err := a.history.Invent(ctx, *a.Invented); err != nil {
			a.Log.Warn("the demo has no past", "err", err)
		}
	}
	return func() {
		if a.server.Watched() {
			a.left() // its stream ends with the agent, and may do so later
		}
		cancel()
		done.Wait()
	}
}

// historyTrouble shows what is wrong with the history, or that nothing is any more.
func (a *Agent) historyTrouble(text string) { a.stand(&a.noHistory, text) }

// renamed lets a site keep its history under its new name.
func (a *Agent) renamed(ctx context.Context, was, is string) {
	if err := a.history.Rename(ctx, was, is); err != nil {
		a.Log.Warn("the history of a renamed site stays under its old name", "site", was, "err", err)
	}
}

// past answers what is on record of an owner, a site or all.
func (a *Agent) past(ctx context.Context, of link.Target, since time.Time) (monitor.Past, error) {
	return a.history.Past(ctx, of.Site, of.Owner, since)
}

// seats answers how an owner's seats were used, and what that and what was before lets expect.
func (a *Agent) seats(ctx context.Context, of link.Target, since time.Time) ([]monitor.SeatSeries, error) {
	now := time.Now()
	from := now.AddDate(0, 0, -forecast.Memory)
	if since.Before(from) {
		from = since
	}
	list, err := a.history.Seats(ctx, of.Site, of.Owner, from)
	asked := caldate.Of(since.Local())
	for i := range list {
		series := &list[i]
		if series.Module.Counted() {
			series.Forecast = forecast.Of(series.Samples, caldate.Of(now))
		}
		series.Samples = slices.DeleteFunc(series.Samples, func(s monitor.SeatSample) bool { return s.Day.DaysFrom(asked) < 0 })
	}
	return slices.DeleteFunc(list, func(s monitor.SeatSeries) bool { return len(s.Samples) == 0 }), err
}

// away answers what happened since somebody last looked. Nobody has been away who was never here.
func (a *Agent) away(ctx context.Context) (monitor.Past, error) {
	since, err := a.history.LastLook(ctx)
	if err != nil || since.IsZero() {
		return monitor.Past{Since: time.Now()}, err
	}
	return a.history.Past(ctx, "", "", since)
}

// left notes that nobody looks any more.
func (a *Agent) left() {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second) // not the client's, which is gone
	defer cancel()
	if err := a.history.Looked(ctx, time.Now()); err != nil && !errors.Is(err, history.ErrEnded) {
		a.Log.Warn("when the window was last looked at cannot be kept", "err", err)
	}
}

// report writes what is known now of the sites and owners that are named, with its past; no names are all.
func (a *Agent) report(ctx context.Context, format string, sites, owners []string) ([]byte, error) {
	a.mu.Lock()
	view := a.view
	a.mu.Unlock()
	since := time.Now().Add(-reported)
	var failed error
	in := report.Input{
		Snapshot: view.Snapshot.Only(sites, owners), Version: a.Version, Demo: view.Demo,
		Seats: func(site, owner string) []monitor.SeatSeries {
			list, err := a.seats(ctx, link.Target{Site: site, Owner: owner}, since)
			failed = cmp.Or(failed, err)
			return list
		},
		Past: func(site, owner string) monitor.Past {
			p, err := a.history.Past(ctx, site, owner, since)
			failed = cmp.Or(failed, err)
			return p
		},
	}
	var text bytes.Buffer
	err := report.Write(&text, format, in, time.Now())
	return text.Bytes(), errors.Join(err, failed)
}

// export writes a report to a file, whole or not at all.
func (a *Agent) export(ctx context.Context, format, file string) error {
	if !filepath.IsAbs(file) {
		return fmt.Errorf("%q does not say in which folder: choose a file with its whole path", file)
	}
	content, err := a.report(ctx, format, nil, nil)
	if err != nil {
		return err
	}
	if err := atomicfile.Replace(file, content, 0o600); err != nil {
		return fmt.Errorf("the report cannot be written (%w): choose another folder, or make room", err)
	}
	return nil
}
