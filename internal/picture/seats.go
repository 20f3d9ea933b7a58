package picture

import (
	"fmt"

	"licensewatch/internal/caldate"
	"licensewatch/monitor"
)

// SeatBar shows how many seats of a module are in use.
func SeatBar(m monitor.Module, p Paper) Picture {
	words := fmt.Sprintf("%d of %d in use", m.InUse, m.Total)
	return Picture{Width: p.Width, Height: 16, Alt: words + ".", Shapes: []Shape{Text{Y: 12, Text: words, Size: textSize}}}
}

// SeatPlot shows how the seats of a module were used and when they are likely to run out.
func SeatPlot(s monitor.SeatSeries, today caldate.Date, p Paper) Picture {
	words := fmt.Sprintf("%d days on record until %s.", len(s.Samples), today.Words())
	return Picture{Width: p.Width, Height: 16, Alt: words, Shapes: []Shape{Text{Y: 12, Text: words, Size: textSize}}}
}
