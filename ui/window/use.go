package window

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"licensewatch/internal/caldate"
	"licensewatch/internal/picture"
	"licensewatch/monitor"
	"licensewatch/monitor/link"
)

// use is how the seats of the row in the pane were used until now, as far as the agent has told.
type use struct {
	asked   seatQuestion
	series  []monitor.SeatSeries
	known   bool   // series is an answer, if perhaps to an earlier question
	problem string // why there is no answer to the latest question, a sentence
	cancel  func() // ends the question under way; nil: there is none

	chosen string // the module that is unfolded, by its name; empty: none is
	picked bool   // somebody chose it
}

// seatQuestion is what the use was asked for. Another day or other numbers may give another answer.
type seatQuestion struct {
	day     caldate.Date
	modules []monitor.Module
}

// stop ends the question under way.
func (u *use) stop() {
	if u.cancel != nil {
		u.cancel()
		u.cancel = nil
	}
}

// askUse has the agent tell of the row's seats, unless it has told of just these.
func (d *detail) askUse() {
	l := d.row.licence()
	if l == nil || len(l.Modules) == 0 || d.lost {
		return
	}
	q := seatQuestion{caldate.Of(d.now.Local()), l.Modules}
	if !reflect.DeepEqual(d.use.asked, q) {
		d.use.asked = q
		d.readUse()
	}
}

// readUse asks for the past year.
func (d *detail) readUse() {
	d.use.stop()
	d.use.problem = ""
	of := link.Target{Site: d.row.site, Owner: d.row.key.owner}
	d.use.cancel = d.do.readSeats(of, d.now.AddDate(-1, 0, 0), func(series []monitor.SeatSeries, err error) {
		d.use.cancel = nil
		if err != nil {
			d.use.problem = sentence(err)
		} else {
			d.use.series, d.use.known = series, true
		}
		if d.row != nil {
			d.fillSeats()
			d.settle()
		}
	})
}

// useNote is a line about the whole of the use: that it is waited for, or why it is not known. It is nil once it is known.
func (d *detail) useNote() fyne.CanvasObject {
	switch u := &d.use; {
	case u.problem != "":
		again := newButton(d.keys, "Read again", nil, func() {
			d.readUse()
			d.fillSeats()
			d.settle()
		})
		again.Importance = widget.LowImportance
		if d.lost {
			again.Disable()
		}
		return framed(nil, nil, nil, container.NewVBox(again), quiet("Use over time: "+u.problem))
	case u.known:
		return nil
	case d.lost:
		return quiet("Use over time: not known while the agent is gone.")
	}
	turning := widget.NewActivity()
	turning.Start()
	return container.NewHBox(turning, widget.NewLabel("Reading how they were used…"))
}

// seriesOf is what is on record of a module; nil if nothing is.
func (u *use) seriesOf(module string) *monitor.SeatSeries {
	i := slices.IndexFunc(u.series, func(s monitor.SeatSeries) bool { return s.Module.Name == module })
	if i < 0 || len(u.series[i].Samples) == 0 {
		return nil
	}
	return &u.series[i]
}

// unfoldFirst chooses the module that runs out first, once it is known which that is and unless somebody has chosen.
func (d *detail) unfoldFirst() {
	var open []monitor.Module
	for _, l := range d.list.lines {
		if !l.module.Hidden {
			open = append(open, l.module)
		}
	}
	if d.use.known && !d.use.picked && len(open) > 0 {
		d.use.chosen = d.use.first(open)
	}
}

// first is the module that runs out first: by what is to be expected, else by the seats that are free now.
func (u *use) first(of []monitor.Module) string {
	return slices.MinFunc(of, func(a, b monitor.Module) int {
		return cmp.Or(cmp.Compare(u.daysLeft(a), u.daysLeft(b)), scarcest(a, b))
	}).Name
}

// daysLeft is how many days are expected to pass until m has no free seat; noDays if that is not expected.
func (u *use) daysLeft(m monitor.Module) int {
	s := u.seriesOf(m.Name)
	if s == nil || !s.Forecast.Known || !s.Forecast.Day.IsDay() {
		return noDays
	}
	return s.Forecast.Day.DaysFrom(u.asked.day)
}

// unfold shows how the seats of a module were used, and what is to be expected.
func (d *detail) unfold(m monitor.Module) fyne.CanvasObject {
	s := d.use.seriesOf(m.Name)
	switch {
	case !d.use.known:
		return quiet("How its seats were used is not known yet.")
	case s == nil:
		return quiet("There is no history yet: seats are noted once a day.")
	}
	today := d.use.asked.day
	plot := func(p picture.Paper) picture.Picture { return picture.SeatPlot(*s, today, p) }
	parts := container.New(layout.NewCustomPaddedVBoxLayout(0))
	if name := moduleName(m); measure(name, theme.TextSize(), false) > shortName {
		whole := say(name) // its line may have no room for it
		whole.TextStyle.Bold = true
		parts.Add(whole)
	}
	parts.Add(inset(newDrawing(d.keys, plot, nil)))
	parts.Add(say(forecastWords(s, today)))
	return parts
}

// What a forecast needs: days that were counted, the last of them not long ago.
const (
	daysNeeded  = 14
	daysCurrent = 7
)

// forecastWords say what is to be expected of a module, or why nothing can be.
func forecastWords(s *monitor.SeatSeries, today caldate.Date) string {
	last := s.Samples[len(s.Samples)-1].Day
	switch days := len(s.Samples); {
	case s.Module.Unrestricted:
		return "There is no limit to run into."
	case s.Forecast.Known:
		return ended(monitor.Harmless(s.Forecast.Words, 300))
	case days < daysNeeded:
		return fmt.Sprintf("A forecast needs %d days of history; so far there %s.", daysNeeded, amount(days))
	case last.DaysFrom(today) < -daysCurrent:
		return fmt.Sprintf("Seats were last counted on %s, too long ago for a forecast.", last.Words())
	}
	return "What is on record says too little for a forecast."
}

// amount is "is 1", "are 2".
func amount(n int) string {
	if n == 1 {
		return "is 1"
	}
	return fmt.Sprintf("are %d", n)
}

// shortName is how wide a module's name is that its line has room for in the narrowest pane.
const shortName float32 = 140
