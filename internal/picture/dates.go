package picture

import (
	"cmp"
	"slices"
	"strings"

	"licensewatch/internal/caldate"
	"licensewatch/monitor"
)

// DateLine shows where the dates of a licence lie, seen from today: above the line those that lead to its end, below it what goes on
// beside. Where a stretch is far longer than another the line is broken, and says how many days it leaves out; all that is not broken is
// of one scale.
func DateLine(list []monitor.Countdown, today caldate.Date, p Paper) Picture {
	l := &dateLine{sheet: newSheet(p, leastWidth), today: today, list: list}
	l.gather()
	l.arrange()
	above, below := l.lanes(l.over), l.lanes(l.under)
	l.bar = float32(above)*laneHeight + 4
	l.ticks = l.bar + barHeight + 13
	l.rail = l.ticks - 2
	if l.has(monitor.DateMaintenance) {
		l.rail += 13
	}
	bottom := l.ticks + 4
	if len(l.under) > 0 {
		bottom = l.rail + 8 + float32(below)*laneHeight
	}
	l.reserve()
	l.stretches()
	l.maintenance()
	l.flags()
	l.scale()
	return l.picture(bottom, l.words())
}

const (
	leastWidth float32 = 280 // below it, nothing can be read
	laneHeight float32 = 17  // of one row of labels
	barHeight  float32 = 12
	iconSize   float32 = 13
	flagGap    float32 = 5 // between a pole and its label
)

// dateLine is a date line while it is drawn.
type dateLine struct {
	*sheet
	today caldate.Date
	list  []monitor.Countdown
	stops []stop
	over  []*flag // in the order of their days
	under []*flag

	bar, ticks, rail float32 // y of the bar's top, of the words beneath it, of the line of maintenance
	taken            room    // of the row of words beneath the bar
}

// stop is a day on the line; the first and the last are its ends.
type stop struct {
	day    int // from today
	x      float32
	broken bool // what leads here from the stop before is shortened
}

// flag is a label on a pole, which stands on the line.
type flag struct {
	day   int
	name  string
	date  string
	width float32
	lane  int // how far from the line, 0 first
	role  Role
	what  monitor.Countdown // nothing for today
}

// gather collects the days to show, and chooses labels that leave the line enough room.
func (l *dateLine) gather() {
	days := []int{0}
	for _, c := range l.list {
		if c.Date.IsDay() && c.Kind != monitor.DateNextCheck {
			days = append(days, c.Days)
		}
	}
	for _, c := range l.list {
		// The next check is often so near that a scale which told it from today would have no room for the rest.
		if c.Date.IsDay() && c.Kind == monitor.DateNextCheck && (c.Days < slices.Min(days) || c.Days > slices.Max(days)) {
			days = append(days, c.Days)
		}
	}
	slices.Sort(days)
	for _, day := range slices.Compact(days) {
		l.stops = append(l.stops, stop{day: day})
	}
	for wording := range 3 {
		l.over, l.under = []*flag{{name: "Today", date: short(l.today), role: Accent}}, nil
		for _, c := range l.list {
			if !c.Date.IsDay() {
				continue
			}
			f := newFlag(c, wording)
			if c.Apart || c.Kind == monitor.DateNextCheck {
				l.under = append(l.under, f)
			} else {
				l.over = append(l.over, f)
			}
		}
		if l.widest() <= 0.36*l.width {
			break
		}
	}
	for _, flags := range [][]*flag{l.over, l.under} {
		slices.SortStableFunc(flags, func(a, b *flag) int { return cmp.Compare(a.day, b.day) })
	}
}

// shortNames are for narrow lines.
var shortNames = map[monitor.DateKind]string{
	monitor.DateNextCheck: "Next check", monitor.DateAdminWarning: "Reminders", monitor.DateMaintenance: "Maintenance",
	monitor.DateExpiry: "Expires", monitor.DateGrace: "Stops",
}

// newFlag words a label: 0 in full, 1 without the days, 2 in short.
func newFlag(c monitor.Countdown, wording int) *flag {
	f := &flag{day: c.Days, name: c.Title, date: short(c.Date), role: Ink, what: c}
	if c.Severity > monitor.OK {
		f.role = RoleOf(c.Severity)
	}
	switch name, ok := shortNames[c.Kind]; {
	case wording == 0:
		f.date += ", " + monitor.InDays(c.Days)
	case wording == 2 && ok:
		f.name = name
	}
	return f
}

// widest measures the labels and returns the width of the widest.
func (l *dateLine) widest() float32 {
	var widest float32
	for _, f := range append(append([]*flag(nil), l.over...), l.under...) {
		f.width = flagGap + f.icon() + l.measure(f.name, textSize, f.bold()) + l.measure(" "+f.date, textSize, false)
		widest = max(widest, f.width)
	}
	return widest
}

// icon is the width of its icon.
func (f *flag) icon() float32 {
	if f.what.Severity > monitor.OK {
		return iconSize + 4
	}
	return 0
}

func (f *flag) bold() bool { return f.role != Ink }

// lanes puts each label into the lowest row where neither another label nor the pole of one is in its way, and returns how many rows
// there are. Labels stand to the right of their poles, so that a pole never meets a label that stands to its right.
func (l *dateLine) lanes(flags []*flag) int {
	rows := 0
	for i := len(flags) - 1; i >= 0; i-- {
		f := flags[i]
		end := l.at(f.day) + f.width
		for _, right := range flags[i+1:] {
			if l.at(right.day) < end+8 {
				f.lane = max(f.lane, right.lane+1)
			}
		}
		rows = max(rows, f.lane+1)
	}
	return rows
}

// state is how a licence stands on a day.
type state int

const (
	runs state = iota
	reminds
	expired
	stopped
)

func (l *dateLine) state(day int) state {
	reached := func(kind monitor.DateKind) (known, past bool) {
		for _, c := range l.list {
			if c.Kind == kind && c.Date.IsDay() {
				return true, c.Days <= day
			}
		}
		return false, false
	}
	ends, over := reached(monitor.DateExpiry)
	_, late := reached(monitor.DateGrace)
	_, warned := reached(monitor.DateAdminWarning)
	switch {
	case late && (over || !ends):
		return stopped
	case over:
		return expired
	case warned:
		return reminds
	}
	return runs
}

// words say what the line shows.
func (l *dateLine) words() string {
	parts := []string{"Dates of the licence, seen from " + l.today.Words() + "."}
	for _, c := range l.list {
		parts = append(parts, c.Words)
	}
	return strings.Join(parts, " ")
}
