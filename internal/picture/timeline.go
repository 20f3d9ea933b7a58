package picture

import (
	"fmt"
	"slices"
	"time"

	"licensewatch/monitor"
)

// Sizes of a timeline, from its top down.
const (
	spotSize   float32 = 24 // of a place to tap
	bandTop    float32 = 30
	bandBottom float32 = 50
	unitWidth  float32 = 2 // the narrowest band
)

// bandLooks is how each severity's bands look: the worse, the higher, and what is not known is hatched.
var bandLooks = map[monitor.Severity]struct {
	height  float32
	pattern Pattern
	opacity float32
}{
	monitor.OK: {6, Solid, 0.7}, monitor.Warning: {12, Solid, 1}, monitor.Unknown: {16, Hatched, 1}, monitor.Critical: {bandBottom - bandTop, Solid, 1},
}

// Timeline shows how an owner or a site stood from one instant until another, and what happened to it, in the zone of from: the Spots are
// the events of that time, of which those that lie too close share one. Where bands are too narrow to draw, the worst of them shows.
func Timeline(past monitor.Past, from, until time.Time, p Paper) Picture {
	if !until.After(from) {
		until = from.Add(time.Hour)
	}
	t := &timeline{sheet: newSheet(p, leastWidth), past: past, from: from, until: until}
	t.several = slices.ContainsFunc(past.Events, func(e monitor.Event) bool {
		return e.Site != past.Events[0].Site || e.Owner != past.Events[0].Owner
	})
	t.bands()
	t.events()
	row := &room{}
	t.axis(row, oriented(ticks(from, until, t.width, hourly)), t.at, bandBottom+1, 0, t.width)
	return t.picture(t.legend(t.entries(), bandBottom+20), t.words())
}

// timeline is a timeline while it is drawn.
type timeline struct {
	*sheet
	past        monitor.Past
	from, until time.Time
	shown       [monitor.Critical + 1]bool // severities that have a band
	gaps        bool                       // somewhere nobody watched
	several     bool                       // its events are not of one owner alone
}

func (t *timeline) at(instant time.Time) float32 {
	part := float64(instant.Sub(t.from)) / float64(t.until.Sub(t.from))
	return t.width * float32(min(1, max(0, part)))
}

// bands draws how it stood. They are gathered in columns of which each shows the worst, so that a minute that was critical is seen in a
// year, and there are never more shapes than columns.
func (t *timeline) bands() {
	columns := make([]int, int(t.width/unitWidth)) // 0: nobody watched, else the severity and 1
	for _, b := range t.past.Bands {
		if !b.Until.After(t.from) || !b.From.Before(t.until) || !b.Until.After(b.From) {
			continue
		}
		first := min(int(t.at(b.From)/unitWidth), len(columns)-1)
		last := max(first, min(int(t.at(b.Until)/unitWidth), len(columns))-1)
		for i := first; i <= last; i++ {
			columns[i] = max(columns[i], int(severity(b.Severity))+1)
		}
	}
	for begin := 0; begin < len(columns); {
		end := begin
		for end < len(columns) && columns[end] == columns[begin] {
			end++
		}
		from, until := float32(begin)*unitWidth, float32(end)*unitWidth
		if end == len(columns) {
			until = t.width
		}
		t.band(columns[begin]-1, from, until)
		begin = end
	}
}

// band draws one; -1 is a gap.
func (t *timeline) band(s int, from, until float32) {
	if s < 0 {
		t.gaps = true
		t.add(Line{From: Point{from, bandBottom - 3.5}, To: Point{until, bandBottom - 3.5}, Width: 1, Role: Quiet, Dashed: true})
		return
	}
	t.shown[s] = true
	t.add(bandBox(monitor.Severity(s), from, bandBottom, until-from))
}

// bandBox is a band that stands on y.
func bandBox(s monitor.Severity, x, y, width float32) Box {
	look := bandLooks[s]
	return Box{X: x, Y: y - look.height, Width: width, Height: look.height, Role: RoleOf(s), Pattern: look.pattern, Opacity: look.opacity}
}

// severity is s, or Unknown if it is none that is known.
func severity(s monitor.Severity) monitor.Severity {
	if s < monitor.OK || s > monitor.Critical {
		return monitor.Unknown
	}
	return s
}

// entries explain the bands that are there.
func (t *timeline) entries() []entry {
	var list []entry
	for s, shown := range t.shown {
		if shown {
			list = append(list, entry{text: severityWords[s], role: Ink, swatch: func(x, y float32) {
				box := bandBox(monitor.Severity(s), x, 0, swatchWidth)
				box.Height = min(box.Height, 14)
				box.Y = whole(y) + 6 - box.Height
				t.add(box)
			}})
		}
	}
	if t.gaps {
		list = append(list, entry{text: "nobody watched", role: Ink, swatch: func(x, y float32) {
			t.add(Line{From: Point{x, half(y)}, To: Point{x + swatchWidth, half(y)}, Width: 1, Role: Quiet, Dashed: true})
		}})
	}
	if t.past.Invented {
		list = append(list, entry{text: "invented for the demo", role: Quiet})
	}
	return list
}

var severityWords = [...]string{monitor.OK: "OK", monitor.Warning: "warning", monitor.Unknown: "unknown", monitor.Critical: "critical"}

// lasted says how long something was.
func lasted(d time.Duration) string {
	switch {
	case d < time.Minute:
		return "less than a minute"
	case d < 2*time.Hour:
		return plural(int(d.Minutes()), "minute")
	case d < 48*time.Hour:
		return plural(int(d.Hours()), "hour")
	}
	return monitor.Days(int(d.Hours() / 24))
}

func plural(n int, one string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %ss", n, one)
}
