package window

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"

	"licensewatch/assets"
	"licensewatch/internal/caldate"
	"licensewatch/monitor"
)

// tellingLag is how long after an event its notification may still come when another event has come between: they are told together.
const tellingLag = 10 * time.Minute

// tellings are the notifications that told of an event: the ones about its subject from then on until the next event of that, the
// latest last. Several are those that failed before one came through, and that somebody acknowledged it.
func tellings(p monitor.Past, e monitor.Event) []monitor.Telling {
	end := time.Time{}
	for _, other := range p.Events {
		if subjectOf(other) == subjectOf(e) && other.At.After(e.At) && (end.IsZero() || other.At.Before(end)) {
			end = other.At
		}
	}
	if soon := e.At.Add(tellingLag); !end.IsZero() && end.Before(soon) {
		end = soon
	}
	var list []monitor.Telling
	for _, t := range p.Tellings {
		if slices.Contains(t.About, subjectOf(e)) && !t.At.Before(e.At) && (end.IsZero() || t.At.Before(end)) {
			list = append(list, t)
		}
	}
	return list
}

func subjectOf(e monitor.Event) monitor.Subject { return monitor.Subject{Site: e.Site, Owner: e.Owner} }

// told says in a word what became of an event's notification.
func told(list []monitor.Telling) string {
	word := ""
	for _, t := range list {
		switch {
		case t.Outcome == monitor.Snoozed || t.Outcome == monitor.Resumed:
		case t.Outcome == monitor.Acknowledged:
			return "acknowledged"
		case t.Outcome == monitor.Sent:
			word = "notified"
		case word == "":
			word = "not sent"
		}
	}
	return word
}

// toldWords say the same in sentences, with the day where it is not that of the event.
func toldWords(list []monitor.Telling, event time.Time) []string {
	if len(list) == 0 {
		return []string{"No notification about it is on record."}
	}
	var words []string
	for _, t := range list {
		switch t.Outcome {
		case monitor.Sent:
			words = append(words, fmt.Sprintf("Notification sent %s: %s", atMoment(t.At, event), monitor.Harmless(t.Title, 200)))
		case monitor.Acknowledged, monitor.Snoozed, monitor.Resumed:
			parts := []string{outcomeWords[t.Outcome] + " " + atMoment(t.At, event) + "."}
			for _, more := range []string{monitor.Harmless(t.Text, 200), monitor.Harmless(t.Why, 300)} {
				if more != "" {
					parts = append(parts, ended(more))
				}
			}
			words = append(words, strings.Join(parts, " "))
		default:
			words = append(words, fmt.Sprintf("Notification not sent %s: %s", atMoment(t.At, event), ended(monitor.Harmless(t.Why, 300))))
		}
	}
	return words
}

// came says of an event in a few words what is new, and what is over.
func came(e monitor.Event) string {
	var parts []string
	for _, f := range e.Appeared {
		parts = append(parts, briefly(f))
	}
	for _, f := range over(e) {
		if len(e.Appeared) == 0 || f.Severity > monitor.OK {
			parts = append(parts, "over: "+lowered(briefly(f)))
		}
	}
	if len(parts) == 0 {
		return severityWords[e.To]
	}
	first, rest := parts[0], parts[1:]
	if len(e.Appeared) == 0 {
		first = "O" + first[1:]
	}
	return strings.Join(append([]string{first}, rest...), "; ")
}

// matters are what a finding is about where it takes the place of another: a licence that expired does not expire soon any more.
var matters = map[string]string{
	monitor.FindingExpiring: "end", monitor.FindingExpired: "end", monitor.FindingStopped: "end",
	monitor.FindingStatus: "status", monitor.FindingCertificate: "certificate",
}

// over are the findings that an event ended, but for those that only made way for another.
func over(e monitor.Event) []monitor.Finding {
	return slices.DeleteFunc(slices.Clone(e.Gone), func(f monitor.Finding) bool {
		return matters[f.Kind] != "" && slices.ContainsFunc(e.Appeared, func(a monitor.Finding) bool { return matters[a.Kind] == matters[f.Kind] })
	})
}

// lowered begins with a small letter what stands within a sentence, unless it begins with a name in capitals.
func lowered(text string) string {
	r := []rune(text)
	if len(r) < 2 || strings.ToUpper(string(r[:2])) == string(r[:2]) {
		return text
	}
	return strings.ToLower(string(r[:1])) + string(r[1:])
}

// changeWords say how an event changed things.
func changeWords(e monitor.Event) string {
	if e.From == e.To {
		return "It was " + severityWords[e.From] + " before, and stayed so."
	}
	return "From " + severityWords[e.From] + " to " + severityWords[e.To] + "."
}

// eventLines tell what came and went at an event, and what was told of it.
func eventLines(e monitor.Event, list []monitor.Telling) []fyne.CanvasObject {
	var parts []fyne.CanvasObject
	for _, f := range e.Appeared {
		parts = append(parts, findingLine(assets.Icon(lookOf(f.Severity)), ended(monitor.Harmless(f.Text, 600)), monitor.Harmless(f.Action, 600)))
	}
	for _, f := range over(e) {
		parts = append(parts, findingLine(theme.ContentRemoveIcon(), "", "No longer: "+ended(monitor.Harmless(f.Text, 600))))
	}
	for _, words := range toldWords(list, e.At) {
		parts = append(parts, quiet(words))
	}
	return parts
}

// closely sets such lines below each other.
func closely(lines ...fyne.CanvasObject) fyne.CanvasObject {
	return container.New(layout.NewCustomPaddedVBoxLayout(-5), lines...)
}

// findingLine is what came or went, behind its mark.
func findingLine(icon fyne.Resource, text, action string) fyne.CanvasObject {
	lines := tight()
	if text != "" {
		lines.Add(say(text))
	}
	if action != "" {
		lines.Add(quiet(action))
	}
	return framed(nil, nil, mark(icon, 16), nil, lines)
}

// moment is a day and a time for people, in the local zone, without what is as it is now.
func moment(t, now time.Time) string {
	t, now = t.Local(), now.Local()
	switch {
	case caldate.Of(t) == caldate.Of(now):
		return t.Format("15:04")
	case t.Year() == now.Year():
		return t.Format("2 Jan 15:04")
	}
	return t.Format("2 Jan 2006 15:04")
}

// atMoment is that within a sentence: "at 15:04", "on 2 Jan 15:04".
func atMoment(t, now time.Time) string {
	if caldate.Of(t.Local()) == caldate.Of(now.Local()) {
		return "at " + moment(t, now)
	}
	return "on " + moment(t, now)
}

// sinceWords say since when, as people do: "16:40", "yesterday 16:40", "Friday 16:40", "2 November 16:40".
func sinceWords(t, now time.Time) string {
	t, now = t.Local(), now.Local()
	switch days := caldate.Of(now).DaysFrom(caldate.Of(t)); {
	case days == 0:
		return t.Format("15:04")
	case days == 1:
		return "yesterday " + t.Format("15:04")
	case days > 1 && days < 7:
		return t.Format("Monday 15:04")
	case t.Year() == now.Year():
		return t.Format("2 January 15:04")
	}
	return t.Format("2 January 2006 15:04")
}
