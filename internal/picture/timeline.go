package picture

import (
	"fmt"
	"time"

	"licensewatch/monitor"
)

// Timeline shows how an owner or a site stood from one instant until another, and what happened to it: the Spots are the events.
func Timeline(past monitor.Past, from, until time.Time, p Paper) Picture {
	words := fmt.Sprintf("%d events from %s until %s.", len(past.Events), from.Format("2 January 2006"), until.Format("2 January 2006"))
	return Picture{Width: p.Width, Height: 16, Alt: words, Shapes: []Shape{Text{Y: 12, Text: words, Size: textSize}}}
}
