package monitor

import (
	"cmp"
	"time"
)

// fates begin the sentence of why.
var fates = map[Fate]string{Tell: "sent: ", Hold: "held: ", Drop: "not sent: "}

// reasons end it.
var reasons = map[Reason]string{
	ReasonNew:          "new",
	ReasonWorse:        "worse than what was told before",
	ReasonReminder:     "a reminder, since nobody has acknowledged it",
	ReasonOver:         "what was told is over",
	ReasonFlapping:     "it changes too often to tell each time",
	ReasonSteady:       "it has been steady for half a day",
	ReasonReleased:     "it was held until now",
	ReasonSnoozed:      "snoozed",
	ReasonAcknowledged: "acknowledged",
	ReasonQuiet:        "quiet hours",
	ReasonPaused:       "paused",
	ReasonMild:         "milder than what the settings want told",
	ReasonUntold:       "it was over before it was told",
	ReasonOvertaken:    "later news took its place",
	ReasonRemoved:      "nobody watches it any more",
}

// Why says in one short sentence why the decision is as it is, with the day and time until which it holds.
func (d Decision) Why() string {
	why := cmp.Or(fates[d.Fate], string(d.Fate)+": ") + cmp.Or(reasons[d.Reason], string(d.Reason))
	switch {
	case d.Fate == Hold && !d.Until.IsZero():
		why += " until " + Moment(d.Until, d.At)
	case d.Reason == ReasonReleased && d.Held != "":
		why += ": " + cmp.Or(reasons[d.Held], string(d.Held))
	}
	return why
}

// Moment is an instant in the words of who reads it at now, in now's zone: "18:00" on the same day, "Tue 25 Nov 08:00" in the same
// year, else "5 Jan 2027 08:00". It stays true when it is read later, beside now.
func Moment(t, now time.Time) string {
	t = t.In(now.Location())
	y, m, d := t.Date()
	switch ny, nm, nd := now.Date(); {
	case y == ny && m == nm && d == nd:
		return t.Format("15:04")
	case y == ny:
		return t.Format("Mon 2 Jan 15:04")
	}
	return t.Format("2 Jan 2006 15:04")
}
