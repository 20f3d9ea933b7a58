package picture

import (
	"licensewatch/internal/caldate"
	"licensewatch/monitor"
)

// DateLine shows where the dates of a licence lie, seen from today.
func DateLine(list []monitor.Countdown, today caldate.Date, p Paper) Picture {
	c := Picture{Width: p.Width, Alt: "Today is " + today.Words() + "."}
	for _, d := range list {
		c.Height += 18
		c.Shapes = append(c.Shapes, Mark{X: 8, Y: c.Height - 7, Size: 14, Severity: d.Severity}, Text{X: 20, Y: c.Height - 4, Text: d.Title + " " + d.Date.Words(), Size: textSize})
		c.Alt += " " + d.Words
	}
	return c
}
