package window

import (
	"context"
	"fmt"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/widget"

	"licensewatch/assets"
	"licensewatch/monitor"
	"licensewatch/monitor/link"
)

const (
	rehearsedDays = 90
	rehearsedMost = 200 // notifications that are listed
)

// rehearsal is the part of a page that says which notifications its rules would have made of the past.
type rehearsal struct {
	page  *page
	rules func() (link.WhatIf, bool)
	do    *button
	shown *fyne.Container
	box   *fyne.Container
}

func newRehearsal(p *page, rules func() (link.WhatIf, bool)) *rehearsal {
	r := &rehearsal{page: p, rules: rules, shown: container.NewVBox()}
	r.do = newButton(p.w, "Rehearse", nil, r.start)
	words := quiet("Which notifications would these settings have made of the last 90 days? Nothing is saved by that.")
	r.box = container.NewVBox(rule(), framed(nil, nil, nil, container.NewVBox(r.do), words), r.shown)
	return r
}

// forget takes away what came of other rules.
func (r *rehearsal) forget() { r.shown.RemoveAll() }

func (r *rehearsal) start() {
	what, ok := r.rules()
	if !ok || r.page.cancel != nil {
		return
	}
	what.Days = rehearsedDays
	r.forget()
	turning := widget.NewActivity()
	turning.Start()
	r.shown.Add(container.NewHBox(beforeStep(turning), widget.NewLabel("Rehearsing…")))
	ended := func() {
		turning.Stop()
		r.page.cancel = nil
		r.forget()
	}
	var result monitor.Rehearsal
	w := r.page.w
	stop := w.ask(func(ctx context.Context) (err error) {
		result, err = w.agent.Rehearse(ctx, what)
		return err
	}, func(err error) {
		ended()
		if w.page != r.page {
			return
		}
		if err != nil {
			r.shown.Add(outcome(assets.Bad, "It could not be rehearsed.", say(sentence(err))))
			return
		}
		r.show(result)
	})
	r.page.cancel = func() {
		stop()
		ended()
	}
}

// show says what came of it, and lists the notifications, the newest first.
func (r *rehearsal) show(result monitor.Rehearsal) {
	r.shown.Add(outcome(assets.Good, result.Words(), quiet(monitor.NotRehearsed)))
	list := container.New(layout.NewCustomPaddedVBoxLayout(-2))
	for i := range result.List {
		if i == rehearsedMost {
			list.Add(quiet(fmt.Sprintf("And %d before these.", len(result.List)-i)))
			break
		}
		list.Add(rehearsed(result.List[len(result.List)-1-i], time.Now()))
	}
	r.shown.Add(list)
	r.page.scroll.Refresh() // it does not see that its content has grown
	intoSight(r.page.scroll, r.do, 220)
}

// rehearsed is a notification that would have been.
func rehearsed(n monitor.Rehearsed, now time.Time) fyne.CanvasObject {
	head := say(monitor.Harmless(n.Title, 200))
	at := quiet(moment(n.At, now))
	lines := tight(head, quiet(monitor.Harmless(n.Text, 600)))
	when := container.NewGridWrap(fyne.NewSize(104, at.MinSize().Height), at)
	return framed(nil, nil, container.NewHBox(mark(assets.Icon(lookOf(n.Severity)), 16), container.NewVBox(when)), nil, lines)
}
