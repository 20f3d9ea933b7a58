//go:build unix

package agent

import (
	"testing"
	"time"

	"licensewatch/internal/caldate"
	"licensewatch/monitor"
	"licensewatch/monitor/history"
	"licensewatch/monitor/link"
)

// TestAForecastKnowsMoreThanIsAskedFor asks for a week of seats that were counted for a year.
func TestAForecastKnowsMoreThanIsAskedFor(t *testing.T) {
	s := begin(t, head)
	today := caldate.Of(time.Now())
	seats := func(name, kind string, inUse func(ago int) int, total int) monitor.SeatSeries {
		series := monitor.SeatSeries{Module: monitor.Module{Name: name, Type: kind}}
		for ago := 370; ago >= 0; ago-- {
			series.Samples = append(series.Samples, monitor.SeatSample{Day: today.AddDays(-ago), InUse: inUse(ago), Total: total})
		}
		return series
	}
	err := s.agent.history.Invent(t.Context(), history.Year{Lives: []history.Life{{Site: "Elsewhere", Owner: owner, Seats: []monitor.SeatSeries{
		seats("plan", "UserLicense", func(ago int) int { return 80 - (ago+6)/7 }, 83),
		seats("server", "SiteLicense", func(int) int { return 1 }, 1),
	}}}})
	if err != nil {
		t.Fatal(err)
	}
	list, err := s.client.Seats(t.Context(), link.Target{Site: "Elsewhere", Owner: owner}, time.Now().AddDate(0, 0, -7))
	if err != nil || len(list) != 2 || len(list[0].Samples) != 8 {
		t.Fatalf("the seats are %+v, %v", list, err)
	}
	if f := list[0].Forecast; !f.Known || !f.Late.IsDay() || f.Day.DaysFrom(today) < 14 || f.Day.DaysFrom(today) > 22 {
		t.Errorf("the plan's forecast is %+v", f)
	}
	if f := list[1].Forecast; f.Known {
		t.Errorf("a licence of the whole site is said to run out: %+v", f)
	}
}
