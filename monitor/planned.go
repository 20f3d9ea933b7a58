package monitor

import "time"

// superOffice is the clock by which SuperOffice plans: UTC+1 in winter and summer (domain.md §3.2).
var superOffice = time.FixedZone("UTC+1", 3600)

// window is a time of the week in which SuperOffice Online may be interrupted. It is shorter than a day.
type window struct {
	day   time.Weekday
	from  int           // hour
	lasts time.Duration // may reach into the next day
}

// windows are the planned interruptions of production. Upgrades come "every third week" on Tuesdays and Fridays, and nobody says in which
// one: each Tuesday and Friday night counts as if it were. That keeps us quiet for some hours too many, at night, and hides
// nothing that is known; the other way round people would be woken by an upgrade.
var windows = append(nightly(),
	window{time.Tuesday, 20, 9 * time.Hour},  // upgrades
	window{time.Thursday, 22, 8 * time.Hour}, // patches, reboots
	window{time.Friday, 20, 9 * time.Hour},   // upgrades
	window{time.Saturday, 20, 10 * time.Hour},
)

// nightly is when application pools are recycled.
func nightly() []window {
	var all []window
	for day := time.Sunday; day <= time.Saturday; day++ {
		all = append(all, window{day, 1, 2 * time.Hour})
	}
	return all
}

// planned reports whether SuperOffice Online may be interrupted at t, and until when. The end is not part of a window.
func planned(t time.Time) (until time.Time, ok bool) {
	t = t.In(superOffice)
	y, m, d := t.Date()
	for _, w := range windows {
		back := (int(t.Weekday()) - int(w.day) + 7) % 7 // days since the window's latest day
		from := time.Date(y, m, d-back, w.from, 0, 0, 0, superOffice)
		if end := from.Add(w.lasts); !t.Before(from) && t.Before(end) && end.After(until) {
			until = end
		}
	}
	return until, !until.IsZero()
}
