package monitor

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Quiet are hours of some days of the week, "Mon-Fri 18:00-08:00": they belong to the day on which they begin.
type Quiet struct {
	days        [7]bool // by time.Weekday
	from, until int     // minutes of the day; until at or before from is on the next day
}

const (
	quietSample = `write it as "Mon-Fri 18:00-08:00"`
	minutesADay = 24 * 60
)

var everyDay = [7]bool{true, true, true, true, true, true, true}

var dayNames = [...]string{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"}

// ParseQuiet reads what String writes: "daily", a day, a range of days, or several with commas, and two times of the day.
func ParseQuiet(s string) (Quiet, error) {
	at := strings.IndexAny(s, "0123456789")
	if at < 0 {
		return Quiet{}, fmt.Errorf("%q has no hours; %s", s, quietSample)
	}
	var q Quiet
	days := strings.TrimSpace(s[:at])
	if days == "" {
		return Quiet{}, fmt.Errorf("%q has no days; %s", s, quietSample)
	}
	for part := range strings.SplitSeq(days, ",") {
		if err := q.add(strings.TrimSpace(part)); err != nil {
			return Quiet{}, err
		}
	}
	from, until, ok := strings.Cut(s[at:], "-")
	if !ok {
		return Quiet{}, fmt.Errorf("%q has no end; %s", s, quietSample)
	}
	var err error
	if q.from, err = minute(from); err == nil {
		q.until, err = minute(until)
	}
	switch {
	case err != nil:
		return Quiet{}, err
	case q.from == minutesADay:
		return Quiet{}, fmt.Errorf("%q begins at the end of a day; %s", s, quietSample)
	}
	return q, nil
}

func (q *Quiet) add(days string) error {
	if strings.EqualFold(days, "daily") {
		q.days = everyDay
		return nil
	}
	first, last, ranged := strings.Cut(days, "-")
	if !ranged {
		last = first
	}
	from, to := weekday(first), weekday(last)
	if from < 0 || to < 0 {
		return fmt.Errorf("%q is not a day, such as Mon, nor days, such as Mon-Fri; %s", days, quietSample)
	}
	for d := from; ; d = (d + 1) % 7 {
		q.days[d] = true
		if d == to {
			return nil
		}
	}
}

func weekday(name string) int {
	for i, n := range dayNames {
		if strings.EqualFold(n, strings.TrimSpace(name)) {
			return i
		}
	}
	return -1
}

// minute reads a time of the day, to 24:00.
func minute(s string) (int, error) {
	s = strings.TrimSpace(s)
	if s == "24:00" {
		return minutesADay, nil
	}
	t, err := time.Parse("15:04", s)
	if err != nil {
		return 0, fmt.Errorf("%q is not a time of the day; %s", s, quietSample)
	}
	return t.Hour()*60 + t.Minute(), nil
}

// String writes the hours as ParseQuiet reads them.
func (q Quiet) String() string {
	var parts []string
	for i := range 7 { // from Monday on
		d := (i + 1) % 7
		if !q.days[d] || i > 0 && q.days[(d+6)%7] {
			continue // not one, or within a range
		}
		last := i
		for last < 6 && q.days[(last+2)%7] {
			last++
		}
		part := dayNames[d]
		if last > i {
			part += "-" + dayNames[(last+1)%7]
		}
		parts = append(parts, part)
	}
	days := strings.Join(parts, ",")
	if q.days == everyDay {
		days = "daily"
	}
	return fmt.Sprintf("%s %02d:%02d-%02d:%02d", days, q.from/60, q.from%60, q.until/60, q.until%60)
}

// MarshalText writes String's words.
func (q Quiet) MarshalText() ([]byte, error) { return []byte(q.String()), nil }

// UnmarshalText reads what ParseQuiet reads.
func (q *Quiet) UnmarshalText(b []byte) (err error) {
	*q, err = ParseQuiet(string(b))
	return err
}

// untilFrom returns when the hours that hold at t end; t carries the zone.
func (q Quiet) untilFrom(t time.Time) (end time.Time, ok bool) {
	for back := range 2 { // those that began today, and yesterday
		y, m, d := t.Date()
		day := time.Date(y, m, d-back, 12, 0, 0, 0, t.Location())
		if !q.days[day.Weekday()] {
			continue
		}
		until := q.until
		if until <= q.from {
			until += minutesADay
		}
		from, to := time.Date(y, m, d-back, 0, q.from, 0, 0, t.Location()), time.Date(y, m, d-back, 0, until, 0, 0, t.Location())
		if !t.Before(from) && t.Before(to) && to.After(end) {
			end, ok = to, true
		}
	}
	return end, ok
}

// QuietUntil returns when the quiet hours that hold at now end, with those that follow at once; in a week at the latest.
func (r Rules) QuietUntil(now time.Time) (end time.Time, quiet bool) {
	t := now.In(r.Zone.location())
	for latest := now.AddDate(0, 0, 7); t.Before(latest); quiet = true {
		from := t
		for _, q := range r.Quiet {
			if e, ok := q.untilFrom(t); ok && e.After(t) {
				t = e
			}
		}
		if !t.After(from) {
			break
		}
	}
	return t, quiet
}

// AlwaysQuiet reports whether the hours leave no minute of the week in which something could be told.
func AlwaysQuiet(hours []Quiet) bool {
	var covered [7 * minutesADay]bool
	for _, q := range hours {
		for day, on := range q.days {
			until := q.until
			if until <= q.from {
				until += minutesADay
			}
			for m := q.from; on && m < until; m++ {
				covered[(day*minutesADay+m)%len(covered)] = true
			}
		}
	}
	return !slices.Contains(covered[:], false)
}

// Zone is a time zone by its IANA name, "Europe/Oslo". The zero Zone is this computer's.
type Zone struct{ place *time.Location }

// LoadZone returns the zone of that name; an empty one is this computer's.
func LoadZone(name string) (Zone, error) {
	if name == "" {
		return Zone{}, nil
	}
	place, err := time.LoadLocation(name)
	if err != nil || name == "Local" {
		return Zone{}, fmt.Errorf("%q is not a time zone; write it as \"Europe/Oslo\"", name)
	}
	return Zone{place}, nil
}

// String returns the zone's name, empty for this computer's.
func (z Zone) String() string {
	if z.place == nil {
		return ""
	}
	return z.place.String()
}

// MarshalText writes String's name.
func (z Zone) MarshalText() ([]byte, error) { return []byte(z.String()), nil }

// UnmarshalText reads what LoadZone reads.
func (z *Zone) UnmarshalText(b []byte) (err error) {
	*z, err = LoadZone(string(b))
	return err
}

func (z *Zone) location() *time.Location {
	if z == nil || z.place == nil {
		return time.Local
	}
	return z.place
}
