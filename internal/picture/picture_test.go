package picture

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"licensewatch/internal/caldate"
	"licensewatch/monitor"
)

// texts are all that is written in a picture.
func texts(p Picture) []string {
	var all []string
	for _, shape := range p.Shapes {
		if t, ok := shape.(Text); ok {
			all = append(all, strings.TrimSpace(t.Text+" "+t.More))
		}
	}
	return all
}

func writes(t *testing.T, p Picture, want ...string) {
	t.Helper()
	all := strings.Join(texts(p), "\n")
	for _, text := range want {
		if !strings.Contains(all, text) {
			t.Errorf("%q is not written in the picture; it has\n%s", text, all)
		}
	}
}

// find returns the first shape of a kind that is as it should be.
func find[S Shape](t *testing.T, p Picture, what string, is func(S) bool) S {
	t.Helper()
	for _, shape := range p.Shapes {
		if s, ok := shape.(S); ok && is(s) {
			return s
		}
	}
	t.Fatalf("there is no %s", what)
	panic("unreachable")
}

// checkDates holds a date line against the dates: each day is written, and named in the words beside it.
func checkDates(t *testing.T, p Picture, list []monitor.Countdown) {
	t.Helper()
	all := strings.Join(texts(p), "\n")
	for _, c := range list {
		if !strings.Contains(p.Alt, c.Words) {
			t.Errorf("the words beside the line do not say %q: %s", c.Words, p.Alt)
		}
		if c.Date.IsDay() && !strings.Contains(all, short(c.Date)) {
			t.Errorf("%s of %s is not on the line:\n%s", c.Date, c.Kind, all)
		}
	}
}

func TestDatesFarApartAreAllToBeRead(t *testing.T) {
	list := monitor.Countdowns(monitor.Dates{
		NextCheck: today.AddDays(7), AdminWarning: today.AddDays(557), Expiry: today.AddDays(585), Grace: today.AddDays(597), Maintenance: today.AddDays(557),
	}, today)
	line := DateLine(list, today, Paper{Width: 340})
	checkDates(t, line, list)
	writes(t, line, "Today", "557 days") // the line is broken there, and says so
	find(t, line, "slanted line where the line is broken", func(l Line) bool { return l.From.X != l.To.X && l.From.Y != l.To.Y })
	now := find(t, line, "line of today", func(l Line) bool { return l.Role == Accent })
	check := find(t, line, "label of the next check", func(l Text) bool { return l.Text == "Next check" })
	if apart := check.X - flagGap - now.From.X; apart < 9 || apart > 40 {
		t.Errorf("the check in a week is %v from today, want it near and apart", apart)
	}
}

func TestTheLineSaysHowTheLicenceStands(t *testing.T) {
	dates := func(warning, expiry, grace int) monitor.Dates {
		return monitor.Dates{AdminWarning: today.AddDays(warning), Expiry: today.AddDays(expiry), Grace: today.AddDays(grace)}
	}
	strong := func(b Box) bool { return b.Height == barHeight && b.Opacity == 0 }
	for name, c := range map[string]struct {
		dates   monitor.Dates
		role    Role
		pattern Pattern
	}{
		"it runs":           {dates(100, 130, 140), OK, Solid},
		"reminders":         {dates(-1, 20, 30), Warning, Solid},
		"the last day":      {dates(-28, 1, 12), Warning, Solid},
		"it expires today":  {dates(-28, 0, 12), Critical, Hatched},
		"grace":             {dates(-40, -10, 2), Critical, Hatched},
		"modules stop":      {dates(-40, -12, 0), Critical, Solid},
		"stopped long ago":  {dates(-900, -600, -590), Critical, Solid},
		"no end":            {monitor.Dates{Expiry: caldate.Never}, OK, Solid},
		"grace alone":       {monitor.Dates{Grace: today.AddDays(-1)}, Critical, Solid},
		"grace too early":   {dates(-40, 10, -10), Warning, Solid},
		"nothing is stated": {monitor.Dates{}, OK, Solid},
	} {
		t.Run(name, func(t *testing.T) {
			line := DateLine(monitor.Countdowns(c.dates, today), today, Paper{Width: 700})
			if b := find(t, line, "strong stretch", strong); b.Role != c.role || b.Pattern != c.pattern {
				t.Errorf("today's stretch has role %d and pattern %d, want %d and %d", b.Role, b.Pattern, c.role, c.pattern)
			}
		})
	}
}

func TestALicenceWithoutEndHasAnArrow(t *testing.T) {
	line := DateLine(monitor.Countdowns(monitor.Dates{NextCheck: today.AddDays(3), Expiry: caldate.Never}, today), today, Paper{Width: 700})
	writes(t, line, "does not end")
	head := find(t, line, "arrow", func(p Path) bool { return p.Width == 0 && len(p.Points) == 3 })
	if head.Points[1].X != 700 {
		t.Errorf("the arrow ends at %v, want the end of the paper", head.Points[1].X)
	}
}

func TestSeatBars(t *testing.T) {
	user := func(inUse, total int) monitor.Module {
		return monitor.Module{Name: "user", Description: "Sales", Type: "UserLicense", InUse: inUse, Total: total}
	}
	for name, c := range map[string]struct {
		module monitor.Module
		text   string
		alt    string
	}{
		"free":      {user(37, 50), "37 of 50, 13 free", "Seats of Sales: 37 of 50 in use, 13 free."},
		"full":      {user(50, 50), "50 of 50, none free", "Seats of Sales: 50 of 50 in use, 0 free."},
		"over":      {user(53, 50), "53 of 50, 3 over", "Seats of Sales: 53 in use, 3 more than the 50 that are owned."},
		"none":      {user(0, 0), "none owned", "Seats of Sales: 0 of 0 in use, 0 free."},
		"no limit":  {monitor.Module{Name: "x", InUse: 7, Total: 1, Unrestricted: true}, "7, no limit", "Seats of x: 7 in use, without a limit."},
		"uncounted": {monitor.Module{Name: "x", InUse: 7, Total: 9, Uncounted: true}, "9 owned", "Seats of x: 9 owned, and nobody tells how many are in use."},
	} {
		t.Run(name, func(t *testing.T) {
			bar := SeatBar(c.module, Paper{Width: 400})
			writes(t, bar, c.text)
			if bar.Alt != c.alt {
				t.Errorf("the bar says %q, want %q", bar.Alt, c.alt)
			}
			if bare := SeatBar(c.module, Paper{Width: 400, Bare: true}); len(texts(bare)) > 0 || bare.Alt != c.alt {
				t.Errorf("a bare bar writes %q and says %q", texts(bare), bare.Alt)
			}
		})
	}
	over := SeatBar(user(100, 50), Paper{Width: 400, Bare: true})
	owned := find(t, over, "owned part", func(b Box) bool { return b.Role == Accent })
	more := find(t, over, "part beyond", func(b Box) bool { return b.Role == Critical && b.Pattern == Hatched })
	if owned.X+owned.Width != more.X || owned.Width != more.Width {
		t.Errorf("the bar is owned for %v and goes on at %v for %v, want two halves", owned.Width, more.X, more.Width)
	}
	find(t, over, "mark", func(m Mark) bool { return m.Severity == monitor.Critical })
}

// line is the line of use in a plot.
func useLines(p Picture) []Path {
	var all []Path
	for _, shape := range p.Shapes {
		if path, ok := shape.(Path); ok && path.Width == 2 && path.Role == Accent {
			all = append(all, path)
		}
	}
	return all
}

func TestAPlotKeepsExtremesAndGaps(t *testing.T) {
	var s monitor.SeatSeries
	for day := -729; day <= 0; day++ {
		inUse := 500
		switch {
		case day == -400:
			inUse = 900
		case day == -200:
			inUse = 100
		case day < -500 && day > -560:
			continue
		}
		s.Samples = append(s.Samples, monitor.SeatSample{Day: today.AddDays(day), InUse: inUse, Total: 1000})
	}
	plot := SeatPlot(s, today, Paper{Width: 320})
	lines := useLines(plot)
	if len(lines) != 2 {
		t.Fatalf("two years with one gap are %d lines, want 2", len(lines))
	}
	y := func(p Point) float32 { return p.Y }
	var ys []float32
	points := 0
	for _, l := range lines {
		points += len(l.Points)
		for _, p := range l.Points {
			ys = append(ys, y(p))
		}
	}
	zero := find(t, plot, "zero line", func(l Line) bool { return l.Role == Grid && l.From.Y == l.To.Y }).From.Y
	share := (zero - slices.Min(ys)) / (zero - slices.Max(ys))
	if share < 8.5 || share > 9.5 {
		t.Errorf("the peak is %.2f times as high as the trough, want 9", share)
	}
	if points > 2*320 {
		t.Errorf("the lines have %d points on 320 units", points)
	}
	if !strings.Contains(plot.Alt, "59 days in between are not on record") || !strings.Contains(plot.Alt, "at most 900") {
		t.Errorf("the words beside the plot are %q", plot.Alt)
	}
}

func TestAPlotSaysWhatIsAhead(t *testing.T) {
	s := monitor.SeatSeries{
		Module: monitor.Module{Name: "Sales"}, Invented: true,
		Forecast: monitor.Forecast{Known: true, Day: today.AddDays(30), Early: today.AddDays(20), Late: today.AddDays(60), Words: "It is full on 22 December 2026."},
	}
	for day := -50; day <= 0; day++ {
		s.Samples = append(s.Samples, monitor.SeatSample{Day: today.AddDays(day), InUse: 50 + day, Total: 80})
	}
	plot := SeatPlot(s, today, Paper{Width: 700})
	writes(t, plot, "in use: 50", "owned: 80", "likely full 22 Dec 2026", "12 Dec 2026 to 21 Jan 2027", "today", "invented for the demo")
	if !strings.Contains(plot.Alt, s.Forecast.Words) || !strings.Contains(plot.Alt, "invented") {
		t.Errorf("the words beside the plot are %q", plot.Alt)
	}
	band := find(t, plot, "range", func(b Box) bool { return b.Role == Warning && b.Height == plotHeight })
	likely := find(t, plot, "likely day", func(l Line) bool { return l.Role == Warning && l.To.Y-l.From.Y == plotHeight })
	if likely.From.X < band.X || likely.From.X > band.X+band.Width {
		t.Errorf("the likely day is at %v, outside of its range from %v to %v", likely.From.X, band.X, band.X+band.Width)
	}
	s.Forecast.Late = caldate.Never
	writes(t, SeatPlot(s, today, Paper{Width: 700}), "not before 12 Dec 2026")
	writes(t, SeatPlot(monitor.SeatSeries{}, today, Paper{Width: 700}), "on record yet")
}

func TestAMinuteThatWasCriticalIsSeenInAYear(t *testing.T) {
	until := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	from := until.AddDate(-1, 0, 0)
	bad := from.AddDate(0, 5, 3)
	past := monitor.Past{Bands: []monitor.Band{
		{From: from, Until: bad}, {From: bad, Until: bad.Add(time.Minute), Severity: monitor.Critical}, {From: bad.Add(time.Minute), Until: until.AddDate(0, -1, 0)},
	}}
	line := Timeline(past, from, until, Paper{Width: 400})
	writes(t, line, "critical", "nobody watched")
	band := find(t, line, "critical band", func(b Box) bool { return b.Role == Critical && b.Y+b.Height == bandBottom })
	if band.Width < 1 || band.Width > 4 {
		t.Errorf("a minute in a year is %v wide, want a unit or two", band.Width)
	}
	find(t, line, "gap", func(l Line) bool { return l.Dashed && l.To.X == 400 })
	if want := "critical for 1 minute"; !strings.Contains(line.Alt, want) {
		t.Errorf("the words beside the line do not say %q: %s", want, line.Alt)
	}
}

func TestBandsDifferInMoreThanColour(t *testing.T) {
	seen := map[string]monitor.Severity{}
	for s := monitor.OK; s <= monitor.Critical; s++ {
		b := bandBox(s, 0, 0, 10)
		look := fmt.Sprint(b.Height, b.Pattern)
		if other, ok := seen[look]; ok {
			t.Errorf("bands of %v and %v look the same without colours", s, other)
		}
		seen[look] = s
	}
}

func TestManyEventsShareASpotThatSaysHowMany(t *testing.T) {
	from := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	past := monitor.Past{}
	for i := range 40 {
		past.Events = append(past.Events, monitor.Event{At: from.Add(time.Duration(i) * time.Minute), Site: "A", To: monitor.Severity(i % 4)})
	}
	past.Events = append(past.Events, monitor.Event{At: from.AddDate(0, 6, 0), Site: "B", Appeared: []monitor.Finding{{Severity: monitor.Warning, Title: "Few seats"}}, To: monitor.Warning})
	line := Timeline(past, from, from.AddDate(1, 0, 0), Paper{Width: 600})
	if len(line.Spots) != 2 || line.Spots[0].Count != 40 || line.Spots[1].Index != 40 {
		t.Fatalf("40 events of an hour and one of half a year later have the spots %+v", line.Spots)
	}
	writes(t, line, "40")
	if got := line.Spots[0].Title; !strings.HasPrefix(got, "40 events from 1 Jan 2026 00:00") || !strings.Contains(got, "critical") {
		t.Errorf("the cluster is called %q", got)
	}
	if got, want := line.Spots[1].Title, "1 Jul 2026 00:00: B warning, Few seats"; got != want {
		t.Errorf("the other is called %q, want %q", got, want)
	}
	if strings.Count(line.Alt, "2026") > 20 {
		t.Errorf("the words beside the line tell all of 41 events: %s", line.Alt)
	}
}
