// Package caldate holds calendar dates as licences use them: a day without time and zone, "none", or "never".
//
// NetServer sends licence dates as xs:dateTime, with or without an offset, though they mean a day. The day is
// kept as written and never converted: a midnight shifted by an offset would be another day.
package caldate

import (
	"fmt"
	"time"
)

// Date is a calendar date. The zero Date is "none". Dates compare with ==.
type Date struct {
	year  int16
	month int8
	day   int8
}

// Never is a date that does not come: a licence that does not end.
var Never = Date{year: 9999, month: 12, day: 31}

// Of returns the calendar date of t in t's own zone.
func Of(t time.Time) Date {
	y, m, d := t.Date()
	return New(y, m, d)
}

// New returns the date with the given year, month and day. A year before 1900 gives "none" and one from
// 9999 on gives Never: .NET's DateTime.MinValue and MaxValue stand for these in NetServer's replies.
func New(year int, month time.Month, day int) Date {
	switch {
	case year < 1900:
		return Date{}
	case year >= 9999:
		return Never
	}
	return Date{int16(year), int8(month), int8(day)}
}

// Parse reads an xs:dateTime or xs:date and keeps the day that is written there, whatever follows it.
// Empty text is "none".
func Parse(s string) (Date, error) {
	if s == "" {
		return Date{}, nil
	}
	wrong := fmt.Errorf("%q is not a date", s)
	if len(s) < 10 || len(s) > 10 && s[10] != 'T' && s[10] != 'Z' && s[10] != '+' && s[10] != '-' {
		return Date{}, wrong
	}
	day, err := time.Parse(time.DateOnly, s[:10])
	if err != nil {
		return Date{}, wrong
	}
	if len(s) > 10 && s[10] == 'T' {
		if err := checkClock(s[11:]); err != nil {
			return Date{}, wrong
		}
	}
	return Of(day), nil
}

// checkClock holds what follows the T against the layouts of xs:dateTime; its value is not used.
func checkClock(s string) error {
	if _, err := time.Parse("15:04:05", s); err == nil {
		return nil
	}
	_, err := time.Parse("15:04:05Z07:00", s)
	return err
}

// IsNone reports whether there is no date.
func (d Date) IsNone() bool { return d == Date{} }

// IsNever reports whether the date does not come.
func (d Date) IsNever() bool { return d == Never }

// IsDay reports whether d is a real day, neither none nor never.
func (d Date) IsDay() bool { return !d.IsNone() && !d.IsNever() }

// Reached reports whether d is a day and today is that day or a later one.
func (d Date) Reached(today Date) bool { return d.IsDay() && d.DaysFrom(today) <= 0 }

// DaysFrom returns how many calendar days lie between today and d, negative when d is past.
// Both must be days.
func (d Date) DaysFrom(today Date) int {
	const day = 24 * 60 * 60
	return int((d.utc().Unix() - today.utc().Unix()) / day) // a Duration would end after 292 years
}

func (d Date) utc() time.Time {
	return time.Date(int(d.year), time.Month(d.month), int(d.day), 0, 0, 0, 0, time.UTC)
}

// AddDays returns the day n days after d; none and never stay what they are.
func (d Date) AddDays(n int) Date {
	if !d.IsDay() {
		return d
	}
	return Of(d.utc().AddDate(0, 0, n))
}

// String returns "2027-06-30", "never", or "" for none.
func (d Date) String() string {
	switch {
	case d.IsNone():
		return ""
	case d.IsNever():
		return "never"
	}
	return d.utc().Format(time.DateOnly)
}

// Words returns the date for people, "30 June 2027", "never" or "none".
func (d Date) Words() string {
	switch {
	case d.IsNone():
		return "none"
	case d.IsNever():
		return "never"
	}
	return d.utc().Format("2 January 2006")
}

// MarshalJSON writes null for none, else String's text.
func (d Date) MarshalJSON() ([]byte, error) {
	if d.IsNone() {
		return []byte("null"), nil
	}
	return []byte(`"` + d.String() + `"`), nil
}

// UnmarshalJSON reads what MarshalJSON writes.
func (d *Date) UnmarshalJSON(b []byte) error {
	switch s := string(b); s {
	case "null":
		*d = Date{}
	case `"never"`:
		*d = Never
	default:
		if len(s) < 2 || s[0] != '"' {
			return fmt.Errorf("%s is not a date", s)
		}
		parsed, err := Parse(s[1 : len(s)-1])
		if err != nil {
			return err
		}
		*d = parsed
	}
	return nil
}
