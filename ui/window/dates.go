package window

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"licensewatch/assets"
	"licensewatch/internal/caldate"
	"licensewatch/internal/picture"
	"licensewatch/monitor"
)

// fillDates tells the five dates of the licence: the next one that matters first, then where they lie, then the others, and
// maintenance apart.
func (d *detail) fillDates() {
	if d.row.licence() == nil {
		d.dates.show(false, func() []fyne.CanvasObject { return nil })
		return
	}
	today := caldate.Of(d.now.Local())
	list := d.row.owner.Countdowns(today)
	what := struct {
		list []monitor.Countdown
		lost bool
	}{list, d.lost}
	d.dates.show(what, func() []fyne.CanvasObject {
		next := nextOf(list)
		parts := []fyne.CanvasObject{d.datesTitle(), lead(list[next])}
		line := func(p picture.Paper) picture.Picture { return picture.DateLine(list, today, p) }
		parts = append(parts, inset(newDrawing(d.keys, line, nil)))
		others, maintenance := tight(), tight()
		for i, c := range list {
			switch {
			case i == next:
			case c.Apart:
				maintenance.Add(countdown(c))
			default:
				others.Add(countdown(c))
			}
		}
		return append(parts, others, rule(), maintenance)
	})
}

// nextOf is the index of the date that matters next: the earliest ahead on which the licence or its modules end. When both have passed
// it is the later, and when there is none the expiry, which says so.
func nextOf(list []monitor.Countdown) int {
	last, expiry := -1, 0
	for i, c := range list {
		if c.Kind == monitor.DateExpiry {
			expiry = i
		}
		if c.Kind != monitor.DateExpiry && c.Kind != monitor.DateGrace || !c.Date.IsDay() {
			continue
		}
		if c.Days > 0 {
			return i
		}
		last = i
	}
	if last >= 0 {
		return last
	}
	return expiry
}

func (d *detail) datesTitle() fyne.CanvasObject {
	when := newButton(d.keys, "When to warn…", nil, func() { d.do.warnWhen(d.row.site, d.row.key.owner) })
	when.Importance = widget.LowImportance
	if d.lost {
		when.Disable()
	}
	return framed(nil, nil, nil, when, title("Dates"))
}

// lead is the countdown that matters next.
func lead(c monitor.Countdown) fyne.CanvasObject {
	words := say(c.Words)
	words.TextStyle.Bold, words.SizeName = true, theme.SizeNameSubHeadingText
	return marked(assets.Icon(lookOf(c.Severity)), words)
}

// countdown is one of the others. What has come to pass is marked.
func countdown(c monitor.Countdown) fyne.CanvasObject {
	if c.Severity == monitor.OK {
		return marked(nil, quiet(c.Words))
	}
	return marked(assets.Icon(lookOf(c.Severity)), say(c.Words))
}

// marked sets words beside an icon in the middle of their first line. Without an icon they stand where those of others do.
func marked(icon fyne.Resource, words *widget.Label) fyne.CanvasObject {
	const size, width float32 = 17, 28
	one := widget.NewLabel("M")
	one.SizeName = words.SizeName
	place := container.NewGridWrap(fyne.NewSize(width, one.MinSize().Height))
	if icon != nil {
		img := canvas.NewImageFromResource(icon)
		img.FillMode = canvas.ImageFillContain
		img.SetMinSize(fyne.NewSquareSize(size))
		left := theme.InnerPadding()
		place.Add(container.New(layout.NewCustomPaddedLayout(0, 0, left, width-left-size), container.NewCenter(img)))
	}
	return framed(nil, nil, container.NewVBox(place), nil, words)
}

// inset sets a picture under the texts of labels, which have air around them.
func inset(o fyne.CanvasObject) fyne.CanvasObject {
	pad := theme.InnerPadding()
	return container.New(layout.NewCustomPaddedLayout(2, 6, pad, pad), o)
}
