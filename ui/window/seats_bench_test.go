package window

import (
	"fmt"
	"testing"
	"time"

	"licensewatch/monitor"
	"licensewatch/monitor/link"
)

// crowded is an owner with as many modules as large installations have.
func crowded(n int) monitor.OwnerState {
	o := owner("SUPEROFFICE", 220, fine)
	for i := range n {
		m := monitor.Module{Name: fmt.Sprint("module-", i), Description: fmt.Sprint("Module number ", i), Type: "UserLicense", Total: 40, InUse: 40 - i, Free: i, Plan: i < 5}
		if i%3 == 2 {
			m.Type, m.Total, m.InUse, m.Free = "SiteLicense", 1, 1, 0
		}
		o.Licence.Modules = append(o.Licence.Modules, m)
	}
	return o
}

// BenchmarkOpeningAnOwnerOf50Modules opens the pane on one owner and then on another, without what is on record of them.
func BenchmarkOpeningAnOwnerOf50Modules(b *testing.B) {
	w := open(b, &fake{}, site("Alfa", crowded(50)), site("Bravo", crowded(50)))
	rows := w.table.shown
	for b.Loop() {
		w.open(rows[0])
		w.open(rows[1])
	}
}

// BenchmarkASnapshotWithoutNews shows an owner of 50 modules again, of which nothing has changed but when it was asked.
func BenchmarkASnapshotWithoutNews(b *testing.B) {
	w := open(b, &fake{}, site("Alfa", crowded(50)))
	w.open(w.table.shown[0])
	for i := 0; b.Loop(); i++ {
		s := *w.now.view.Snapshot.Sites[0]
		s.NextCheck = noon.Add(time.Duration(i) * time.Minute)
		w.Show(link.View{Snapshot: monitor.Snapshot{At: noon, Sites: []*monitor.SiteState{&s}}})
	}
}
