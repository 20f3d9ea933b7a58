package picture

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"licensewatch/monitor"
)

// cluster is events that lie too close to be told apart; one alone is a cluster, too.
type cluster struct {
	first, count int // events, by index in Past.Events
	x            float32
	worst        monitor.Severity
}

// width is that of a cluster's spot: of its icon, and of its number if it has one.
func (t *timeline) clusterWidth(c cluster) float32 {
	if c.count == 1 {
		return spotSize
	}
	return spotSize + 1 + t.measure(fmt.Sprint(c.count), textSize, true)
}

// left is where a cluster's spot begins.
func (t *timeline) clusterLeft(c cluster) float32 {
	width := t.clusterWidth(c)
	return max(0, min(c.x-width/2, t.width-width))
}

// events draws a spot for each event from from until until, or for several.
func (t *timeline) events() {
	for _, c := range t.clusters() {
		left, width := t.clusterLeft(c), t.clusterWidth(c)
		middle := left + spotSize/2
		stem := min(max(c.x, left+2), left+width-2)
		t.hair(stem, spotSize-2, stem, bandTop+20, Grid, 0.8)
		t.add(Mark{X: middle, Y: spotSize / 2, Size: 16, Severity: c.worst})
		if c.count > 1 {
			t.add(Text{X: middle + 10, Y: spotSize/2 + 4, Text: fmt.Sprint(c.count), Size: textSize, Bold: true})
		}
		t.spots = append(t.spots, Spot{X: left, Y: 0, Width: width, Height: spotSize, Index: c.first, Count: c.count, Title: t.title(c)})
	}
}

// clusters joins the events that would cover each other.
func (t *timeline) clusters() []cluster {
	var list []cluster
	for i, e := range t.past.Events {
		if e.At.Before(t.from) || !e.At.Before(t.until) {
			continue
		}
		list = append(list, cluster{i, 1, t.at(e.At), severity(e.To)})
		for n := len(list); n > 1; n = len(list) {
			a, b := list[n-2], list[n-1]
			if t.clusterLeft(a)+t.clusterWidth(a) <= t.clusterLeft(b) {
				break
			}
			whole := float32(a.count + b.count)
			joined := cluster{a.first, b.first + b.count - a.first, (a.x*float32(a.count) + b.x*float32(b.count)) / whole, max(a.worst, b.worst)}
			list = append(list[:n-2], joined)
		}
	}
	return list
}

// title says in a few words what happened.
func (t *timeline) title(c cluster) string {
	first, last := t.past.Events[c.first], t.past.Events[c.first+c.count-1]
	if c.count == 1 {
		return t.clock(first.At) + ": " + t.event(first)
	}
	return fmt.Sprintf("%d events from %s to %s, at worst %s", c.count, t.clock(first.At), t.clock(last.At), severityWords[c.worst])
}

// clock is an instant for people, in the zone of the picture.
func (t *timeline) clock(instant time.Time) string {
	return instant.In(t.from.Location()).Format("2 Jan 2006 15:04")
}

// event says what happened, and to whom if the picture shows several.
func (t *timeline) event(e monitor.Event) string {
	words := severityWords[severity(e.To)]
	switch {
	case len(e.Appeared) > 0:
		worst := slices.MaxFunc(e.Appeared, func(a, b monitor.Finding) int { return cmp.Compare(a.Severity, b.Severity) })
		words += ", " + monitor.Harmless(cmp.Or(worst.Title, worst.Text), 120)
	case len(e.Gone) > 0:
		words += ", no longer: " + monitor.Harmless(cmp.Or(e.Gone[0].Title, e.Gone[0].Text), 120)
	}
	if !t.several {
		return words
	}
	return strings.TrimSpace(monitor.Harmless(e.Site+" "+e.Owner, 80) + " " + words)
}

// told is how many events the text beside a timeline tells; the latest are.
const told = 12

// words say what the timeline shows.
func (t *timeline) words() string {
	parts := []string{fmt.Sprintf("Timeline from %s until %s.", t.clock(t.from), t.clock(t.until))}
	var spent [monitor.Critical + 1]time.Duration
	watched := time.Duration(0)
	for _, b := range t.past.Bands {
		from, until := later(b.From, t.from), b.Until
		if until.After(t.until) {
			until = t.until
		}
		if until.After(from) {
			spent[severity(b.Severity)] += until.Sub(from)
			watched += until.Sub(from)
		}
	}
	var stood []string
	for s := monitor.Critical; s >= monitor.OK; s-- {
		if spent[s] > 0 {
			stood = append(stood, severityWords[s]+" for "+lasted(spent[s]))
		}
	}
	if gap := t.until.Sub(t.from) - watched; gap >= time.Minute {
		stood = append(stood, "nobody watched for "+lasted(gap))
	}
	if len(stood) > 0 {
		parts = append(parts, "In all: "+strings.Join(stood, ", ")+".")
	}
	parts = append(parts, t.story()...)
	if t.past.Invented {
		parts = append(parts, "Some of it was invented for the demo.")
	}
	return strings.Join(parts, " ")
}

// story tells the latest events.
func (t *timeline) story() []string {
	var within []monitor.Event
	for _, e := range t.past.Events {
		if !e.At.Before(t.from) && e.At.Before(t.until) {
			within = append(within, e)
		}
	}
	parts := []string{plural(len(within), "event") + ":"}
	switch n := len(within); {
	case n == 0:
		return []string{"Nothing happened."}
	case n > told:
		parts[0] = fmt.Sprintf("%d events, the latest %d of them:", n, told)
		within = within[n-told:]
	}
	for _, e := range within {
		parts = append(parts, t.clock(e.At)+": "+strings.TrimSuffix(t.event(e), ".")+".")
	}
	return parts
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
