package picture

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"licensewatch/internal/caldate"
	"licensewatch/monitor"
)

// today is when the pictures of these tests are drawn.
var today = caldate.New(2026, time.November, 22)

// area is what a shape covers.
type area struct{ left, top, right, bottom float32 }

func (a area) meets(b area) bool {
	return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom
}

func areaOf(shape Shape) area {
	around := func(more float32, points ...Point) area {
		a := area{math.MaxFloat32, math.MaxFloat32, -math.MaxFloat32, -math.MaxFloat32}
		for _, p := range points {
			a = area{min(a.left, p.X-more), min(a.top, p.Y-more), max(a.right, p.X+more), max(a.bottom, p.Y+more)}
		}
		return a
	}
	switch s := shape.(type) {
	case Box:
		return area{s.X, s.Y, s.X + s.Width, s.Y + s.Height}
	case Line:
		return around(s.Width/2, s.From, s.To)
	case Path:
		return around(s.Width/2, s.Points...)
	case Mark:
		return around(s.Size/2, Point{s.X, s.Y})
	case Text:
		width := Approximate(s.Text, s.Size, s.Bold)
		if s.More != "" {
			width += Approximate(" "+s.More, s.Size, false)
		}
		left := s.X - width*float32(s.Align)/2
		return area{left, s.Y - 0.75*s.Size, left + width, s.Y + 0.22*s.Size}
	}
	panic("no such shape")
}

// checkLaws holds a picture against what is true of each: all is on the paper, and no text covers another or is crossed by a pole.
func checkLaws(t *testing.T, p Picture) {
	t.Helper()
	if !(p.Width > 0 && p.Height > 0 && p.Height < 2000) || p.Alt == "" {
		t.Fatalf("a picture of %v by %v that says %q", p.Width, p.Height, p.Alt)
	}
	const loose = 1.6 // half of a line at the edge is outside
	var texts, poles []area
	for _, shape := range p.Shapes {
		a := areaOf(shape)
		if !(a.left >= -loose && a.top >= -loose && a.right <= p.Width+loose && a.bottom <= p.Height+loose) {
			t.Errorf("%#v is not on paper of %v by %v", shape, p.Width, p.Height)
		}
		if !(a.right >= a.left && a.bottom >= a.top) {
			t.Errorf("%#v has a negative size", shape)
		}
		switch s := shape.(type) {
		case Text:
			for _, other := range texts {
				if a.meets(other) {
					t.Errorf("%q lies on another text", s.Text)
				}
			}
			texts = append(texts, a)
		case Line:
			if s.From.X == s.To.X && s.Role == Grid {
				poles = append(poles, a)
			}
		}
	}
	for _, pole := range poles {
		for _, text := range texts {
			if text.meets(pole) {
				t.Errorf("a pole at %v crosses a text at %v", pole, text)
			}
		}
	}
	for i, s := range p.Spots {
		if !(s.X >= 0 && s.Y >= 0 && s.X+s.Width <= p.Width+0.1 && s.Y+s.Height <= p.Height && s.Width >= 20 && s.Height >= 20) || s.Title == "" {
			t.Errorf("spot %d is %+v on paper of %v by %v", i, s, p.Width, p.Height)
		}
		if i > 0 && p.Spots[i-1].X+p.Spots[i-1].Width > s.X+0.1 {
			t.Errorf("spots %d and %d lie on each other", i-1, i)
		}
	}
}

// each draws with many random numbers, at widths from the narrowest to the widest.
func each(t *testing.T, draw func(t *testing.T, r *rand.Rand, p Paper)) {
	for seed := range uint64(400) {
		r := rand.New(rand.NewPCG(seed, 1))
		width := float32(320 + r.IntN(881))
		t.Run(fmt.Sprintf("seed %d, width %v", seed, width), func(t *testing.T) { draw(t, r, Paper{Width: width}) })
	}
}

// randomDay is near, far or past, none or never.
func randomDay(r *rand.Rand) caldate.Date {
	switch r.IntN(9) {
	case 0:
		return caldate.Date{}
	case 1:
		return caldate.Never
	case 2:
		return today.AddDays(r.IntN(4000) - 1000)
	case 3:
		return today.AddDays(r.IntN(400000))
	}
	return today.AddDays(r.IntN(160) - 40)
}

func TestLawsOfTheDateLine(t *testing.T) {
	each(t, func(t *testing.T, r *rand.Rand, p Paper) {
		list := monitor.Countdowns(monitor.Dates{
			NextCheck: randomDay(r), Maintenance: randomDay(r), AdminWarning: randomDay(r), Expiry: randomDay(r), Grace: randomDay(r),
		}, today)
		for i := range list {
			list[i].Severity = monitor.Severity(r.IntN(4))
		}
		line := DateLine(list, today, p)
		checkLaws(t, line)
		checkDates(t, line, list)
	})
}

func TestLawsOfTheSeatBar(t *testing.T) {
	each(t, func(t *testing.T, r *rand.Rand, p Paper) {
		size := []int{1, 10, 100, 100000}[r.IntN(4)]
		m := monitor.Module{
			Name: "user", Type: "UserLicense", Total: r.IntN(size), InUse: r.IntN(size),
			Unrestricted: r.IntN(5) == 0, Uncounted: r.IntN(5) == 0,
		}
		p.Bare = r.IntN(3) == 0
		if r.IntN(2) == 0 {
			p.Width = float32(1 + r.IntN(300))
		}
		checkLaws(t, SeatBar(m, p))
	})
}

func TestLawsOfTheSeatPlot(t *testing.T) {
	each(t, func(t *testing.T, r *rand.Rand, p Paper) {
		checkLaws(t, SeatPlot(randomSeries(r), today, p))
	})
}

func randomSeries(r *rand.Rand) monitor.SeatSeries {
	s := monitor.SeatSeries{Module: monitor.Module{Name: "user", Type: "UserLicense", Unrestricted: r.IntN(8) == 0}, Invented: r.IntN(2) == 0}
	size := []int{0, 3, 60, 100000}[r.IntN(4)]
	for day := -r.IntN(730); day <= 0; day++ {
		if r.IntN(10) == 0 {
			day += r.IntN(30)
		}
		s.Samples = append(s.Samples, monitor.SeatSample{Day: today.AddDays(day), InUse: r.IntN(size + 1), Total: r.IntN(size + 1)})
	}
	if r.IntN(2) == 0 {
		day := r.IntN(900) - 20
		s.Forecast = monitor.Forecast{Known: true, Day: today.AddDays(day), Early: today.AddDays(day - r.IntN(50)), Late: today.AddDays(day + r.IntN(300)), Words: "They run out."}
		if r.IntN(3) == 0 {
			s.Forecast.Late = caldate.Never
		}
		if r.IntN(4) == 0 {
			s.Forecast.Day = caldate.Never
		}
	}
	return s
}

func TestLawsOfTheTimeline(t *testing.T) {
	each(t, func(t *testing.T, r *rand.Rand, p Paper) {
		from := time.Date(2026, time.Month(r.IntN(12)), r.IntN(28), r.IntN(24), 0, 0, 0, time.UTC)
		until := from.Add([]time.Duration{time.Hour, 30 * time.Hour, 20 * 24 * time.Hour, 300 * 24 * time.Hour, 5000 * 24 * time.Hour}[r.IntN(5)])
		past := monitor.Past{Invented: r.IntN(2) == 0}
		whole := until.Sub(from)
		for at := from.Add(-whole / 10); at.Before(until.Add(whole / 10)); {
			end := at.Add(1 + rand.N(whole/time.Duration(1+r.IntN(40))))
			s := monitor.Severity(r.IntN(4))
			if r.IntN(5) > 0 {
				past.Bands = append(past.Bands, monitor.Band{From: at, Until: end, Severity: s})
			}
			past.Events = append(past.Events, monitor.Event{At: at, Site: "A", Owner: "SUPEROFFICE", To: s})
			at = end
		}
		line := Timeline(past, from, until, p)
		checkLaws(t, line)
		checkSpots(t, line, past, from, until)
	})
}

// checkSpots holds the spots against the events: each event of the time is of one spot, in order.
func checkSpots(t *testing.T, p Picture, past monitor.Past, from, until time.Time) {
	t.Helper()
	var want, got []int
	for i, e := range past.Events {
		if !e.At.Before(from) && e.At.Before(until) {
			want = append(want, i)
		}
	}
	for _, s := range p.Spots {
		for i := range s.Count {
			got = append(got, s.Index+i)
		}
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("the spots stand for the events %v, want %v", got, want)
	}
}
