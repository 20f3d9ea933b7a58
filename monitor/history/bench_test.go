package history

import (
	"fmt"
	"testing"

	"licensewatch/internal/caldate"
	"licensewatch/monitor"
)

// BenchmarkYearOfOneOwner reads what a plot of a year shows: 20 modules of one of 20 owners with two years on record.
func BenchmarkYearOfOneOwner(b *testing.B) {
	const owners, modules, days = 20, 20, 730
	s := Open(Options{Path: b.TempDir() + "/history.db"})
	defer s.close()
	var y Year
	for owner := range owners {
		life := Life{Site: "A", Owner: fmt.Sprint("OWNER ", owner)}
		for m := range modules {
			series := monitor.SeatSeries{Module: monitor.Module{Name: fmt.Sprint("module-", m)}}
			for day := range days {
				series.Samples = append(series.Samples, monitor.SeatSample{Day: caldate.Of(noon).AddDays(day), InUse: day % 97, Total: 100})
			}
			life.Seats = append(life.Seats, series)
		}
		y.Lives = append(y.Lives, life)
	}
	if err := s.file.transact(b.Context(), func(w *writing) { w.year(y) }); err != nil {
		b.Fatal(err)
	}
	n := 0
	for b.Loop() {
		list, err := s.Seats(b.Context(), "A", fmt.Sprint("OWNER ", n%owners), noon.AddDate(0, 0, days-365))
		if err != nil || len(list) != modules || len(list[0].Samples) != 365 {
			b.Fatalf("%d modules, %v", len(list), err)
		}
		n++
	}
}
