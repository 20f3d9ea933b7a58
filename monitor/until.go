package monitor

import (
	"strings"
	"time"
)

// Morning is the hour at which what lasts until a day ends.
const Morning = 8

// Tomorrow returns 08:00 of the day after now, in now's zone: when a pause or a snooze "until tomorrow" ends.
func Tomorrow(now time.Time) time.Time {
	y, m, d := now.Date()
	return time.Date(y, m, d+1, Morning, 0, 0, 0, now.Location())
}

// ReadEnd reads when something ends as people write it, in now's zone: "tomorrow", a day such as "2027-01-31", both at 08:00, or
// "2027-01-31 14:30".
func ReadEnd(text string, now time.Time) (end time.Time, ok bool) {
	text = strings.TrimSpace(text)
	if strings.EqualFold(text, "tomorrow") {
		return Tomorrow(now), true
	}
	if day, err := time.ParseInLocation(time.DateOnly, text, now.Location()); err == nil {
		y, m, d := day.Date()
		return time.Date(y, m, d, Morning, 0, 0, 0, now.Location()), true
	}
	end, err := time.ParseInLocation("2006-01-02 15:04", text, now.Location())
	return end, err == nil
}
