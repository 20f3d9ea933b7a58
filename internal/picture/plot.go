package picture

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"licensewatch/internal/caldate"
	"licensewatch/monitor"
)

// Sizes of a plot, and what it shows at least.
const (
	plotHeight = float32(110)
	plotDays   = 14  // so that a single day is not as wide as the plot
	future     = 1.5 // at most, of what is ahead, in pasts
)

// SeatPlot shows how the seats of a module were used against how many were owned, a step for each day, and when they are likely to run
// out. Days without a sample are gaps; of days that lie too close to draw, the extremes stay.
func SeatPlot(series monitor.SeatSeries, today caldate.Date, p Paper) Picture {
	g := &plot{sheet: newSheet(p, leastWidth), series: series, today: today}
	g.gather()
	if len(g.samples) == 0 {
		g.add(Text{X: 0, Y: 13, Text: "No use of these seats is on record yet.", Size: textSize, Role: Quiet})
		return g.picture(18, g.words())
	}
	g.scope()
	g.top = g.legend(g.entries(), 0) + 6
	g.bottom = g.top + plotHeight
	g.frame()
	g.forecast()
	g.use()
	return g.picture(g.bottom+17, g.words())
}

// plot is a seat plot while it is drawn.
type plot struct {
	*sheet
	series  monitor.SeatSeries
	today   caldate.Date
	samples []sample
	missing int // days without a sample, between the first and the last

	first, until int // days from today that are shown; until is not
	most, step   int // the end of the axis of seats, and its ticks
	left         float32
	top, bottom  float32
}

// sample is one day's seats; day counts from today.
type sample struct{ day, inUse, total int }

func (g *plot) gather() {
	for _, s := range g.series.Samples {
		if s.Day.IsDay() {
			g.samples = append(g.samples, sample{s.Day.DaysFrom(g.today), max(0, s.InUse), max(0, s.Total)})
		}
	}
	slices.SortStableFunc(g.samples, func(a, b sample) int { return cmp.Compare(a.day, b.day) })
	g.samples = slices.CompactFunc(g.samples, func(a, b sample) bool { return a.day == b.day })
	for i := 1; i < len(g.samples); i++ {
		g.missing += g.samples[i].day - g.samples[i-1].day - 1
	}
}

// scope chooses what the axes show.
func (g *plot) scope() {
	last := g.samples[len(g.samples)-1].day
	g.until = max(last, 0) + 1
	g.first = min(g.samples[0].day, g.until-plotDays)
	if f := g.series.Forecast; g.ahead() {
		end := f.Day
		if f.Late.IsDay() {
			end = f.Late
		}
		past := float64(g.until - g.first)
		g.until = min(end.DaysFrom(g.today)+2+int(past/20), g.until+int(past*future))
	}
	for _, s := range g.samples {
		g.most = max(g.most, s.inUse, g.owned(s))
	}
	g.step = round(float64(g.most) / 3)
	g.most = max(1, g.most)
	g.left = g.measure(fmt.Sprint(g.most), smallSize, false) + 8
}

// ahead reports whether the forecast names a day that is still to come.
func (g *plot) ahead() bool {
	f := g.series.Forecast
	return f.Known && f.Day.IsDay() && f.Day.DaysFrom(g.today) > 0 && !g.series.Module.Unrestricted
}

// owned are the seats of a day as far as there is a limit.
func (g *plot) owned(s sample) int {
	if g.series.Module.Unrestricted {
		return 0
	}
	return s.total
}

// round is the least of 1, 2 and 5 times a power of ten that is not below v.
func round(v float64) int {
	power := math.Pow(10, math.Floor(math.Log10(max(v, 1))))
	for _, n := range []float64{1, 2, 5} {
		if n*power >= v {
			return int(n * power)
		}
	}
	return int(10 * power)
}

func (g *plot) x(day float32) float32 {
	return g.left + (g.width-g.left)*(day-float32(g.first))/float32(g.until-g.first)
}

func (g *plot) y(seats int) float32 {
	return g.bottom - (plotHeight-4)*float32(seats)/float32(g.most)
}

// entries explain the plot.
func (g *plot) entries() []entry {
	last := g.samples[len(g.samples)-1]
	list := []entry{{text: fmt.Sprintf("in use: %d", last.inUse), role: Ink, swatch: func(x, y float32) {
		g.add(Box{X: x, Y: y - 4, Width: swatchWidth, Height: 9, Role: Accent, Opacity: 0.25},
			Line{From: Point{x, y - 4}, To: Point{x + swatchWidth, y - 4}, Width: 2, Role: Accent})
	}}}
	if g.series.Module.Unrestricted {
		list = append(list, entry{text: "no limit", role: Quiet})
	} else {
		list = append(list, entry{text: fmt.Sprintf("owned: %d", last.total), role: Ink, swatch: func(x, y float32) {
			g.add(Line{From: Point{x, half(y)}, To: Point{x + swatchWidth, half(y)}, Width: 1.5, Role: Ink})
		}})
	}
	if slices.ContainsFunc(g.samples, func(s sample) bool { return s.inUse > s.total && !g.series.Module.Unrestricted }) {
		list = append(list, entry{text: "more than owned", role: Critical, swatch: func(x, y float32) {
			g.add(Box{X: x, Y: whole(y) - 5, Width: swatchWidth, Height: 10, Role: Critical, Opacity: 0.6})
		}})
	}
	if g.ahead() {
		list = append(list, g.outlook()...)
	}
	if g.series.Invented {
		list = append(list, entry{text: "invented for the demo", role: Quiet})
	}
	return list
}

// outlook explains when the seats run out.
func (g *plot) outlook() []entry {
	f := g.series.Forecast
	likely := entry{text: "likely full " + short(f.Day), role: Warning, bold: true, swatch: func(x, y float32) {
		x += swatchWidth / 2
		g.add(Line{From: Point{x, y - 6}, To: Point{x, y + 6}, Width: 2, Role: Warning})
	}}
	if f.Day.DaysFrom(g.today) >= g.until { // out of the picture
		likely.swatch = nil
	}
	list := []entry{likely}
	if !f.Early.IsDay() || f.Early == f.Late {
		return list
	}
	span := entry{text: "not before " + short(f.Early), role: Warning, swatch: func(x, y float32) {
		g.add(Box{X: x, Y: whole(y) - 5, Width: swatchWidth, Height: 10, Role: Warning, Opacity: 0.3})
	}}
	if f.Late.IsDay() {
		span.text = short(f.Early) + " to " + short(f.Late)
	}
	if f.Early.DaysFrom(g.today) >= g.until { // out of the picture
		span.swatch = nil
	}
	return append(list, span)
}

// frame draws the axes.
func (g *plot) frame() {
	for seats := 0; seats <= g.most; seats += g.step {
		y := g.y(seats)
		g.hair(g.left, y, g.width, y, Grid, 0.35)
		g.add(Text{X: g.left - 6, Y: half(y) + 4, Text: fmt.Sprint(seats), Size: smallSize, Align: End, Role: Quiet})
	}
	zero := calendar(g.today)
	from, until := zero.AddDate(0, 0, g.first), zero.AddDate(0, 0, g.until)
	at := func(t time.Time) float32 { return g.x(float32(t.Sub(zero) / (24 * time.Hour))) }
	row := &room{}
	g.now(row)
	g.axis(row, oriented(ticks(from, until, g.width-g.left, daily)), at, g.bottom, g.left, g.width)
}

// now marks today where something lies ahead of it.
func (g *plot) now(row *room) {
	if g.until <= 2 {
		return
	}
	x, width := g.x(0.5), g.measure("today", smallSize, true)
	middle := min(max(x, g.left+width/2), g.width-width/2)
	row.take(middle-width/2-4, middle+width/2+4)
	g.add(Line{From: Point{half(x), g.top}, To: Point{half(x), g.bottom + 3}, Width: 1.5, Role: Accent},
		Text{X: middle, Y: g.bottom + 13, Text: "today", Size: smallSize, Bold: true, Align: Middle, Role: Accent})
}

// forecast shades the range in which the seats run out, and points at the likely day.
func (g *plot) forecast() {
	f := g.series.Forecast
	if !g.ahead() {
		return
	}
	early, late, day := f.Day, f.Day, g.x(float32(f.Day.DaysFrom(g.today)))
	if f.Early.IsDay() {
		early, late = f.Early, f.Late
	}
	from, until := max(g.left, g.x(float32(early.DaysFrom(g.today)))), g.width
	if late.IsDay() {
		until = min(g.width, g.x(float32(late.DaysFrom(g.today)+1)))
	}
	if until > from {
		g.add(Box{X: whole(from), Y: g.top, Width: max(2, whole(until)-whole(from)), Height: plotHeight, Role: Warning, Opacity: 0.3})
	}
	last := g.samples[len(g.samples)-1]
	begin, end := Point{g.x(float32(last.day + 1)), g.y(last.inUse)}, Point{day, g.y(last.total)}
	if day > g.width { // as far as there is room
		part := (g.width - begin.X) / (day - begin.X)
		end = Point{g.width, begin.Y + (end.Y-begin.Y)*part}
	} else {
		g.add(Line{From: Point{half(day), g.top}, To: Point{half(day), g.bottom}, Width: 2, Role: Warning})
	}
	g.add(Line{From: begin, To: end, Width: 1.5, Role: Accent, Dashed: true},
		Line{From: Point{begin.X, g.y(last.total)}, To: Point{g.width, g.y(last.total)}, Width: 1, Role: Ink, Dashed: true})
}

// words say what the plot shows.
func (g *plot) words() string {
	parts := []string{"Use of the seats of " + moduleName(g.series.Module) + "."}
	if len(g.samples) == 0 {
		return parts[0] + " No day is on record yet."
	}
	first, last := g.samples[0], g.samples[len(g.samples)-1]
	least, most := first, first
	for _, s := range g.samples {
		if s.inUse < least.inUse {
			least = s
		}
		if s.inUse > most.inUse {
			most = s
		}
	}
	words := func(day int) string { return g.today.AddDays(day).Words() }
	parts = append(parts, fmt.Sprintf("From %s until %s: at first %d, at least %d (%s), at most %d (%s), at last %d in use.", words(first.day), words(last.day),
		first.inUse, least.inUse, words(least.day), most.inUse, words(most.day), last.inUse))
	switch {
	case g.series.Module.Unrestricted:
		parts = append(parts, "There is no limit.")
	case first.total == last.total:
		parts = append(parts, fmt.Sprintf("%d are owned.", last.total))
	default:
		parts = append(parts, fmt.Sprintf("%d were owned at first, %d at last.", first.total, last.total))
	}
	if g.missing > 0 {
		parts = append(parts, monitor.Days(g.missing)+" in between are not on record.")
	}
	if f := g.series.Forecast; f.Known && f.Words != "" {
		parts = append(parts, monitor.Harmless(f.Words, 400))
	}
	if g.series.Invented {
		parts = append(parts, "Some of it was invented for the demo.")
	}
	return strings.Join(parts, " ")
}
