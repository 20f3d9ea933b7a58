package window

import (
	"context"

	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"licensewatch/monitor/link"
)

// settingsForm edits what holds for all sites.
type settingsForm struct {
	page
	was                         link.Settings
	interval, details           *entry
	intervalField, detailsField *field
	save                        *button
}

// editSettings asks the agent for the settings and opens their form.
func (w *Window) editSettings() {
	if w.now.lost != "" || w.page != nil {
		return
	}
	var now link.Settings
	w.ask(func(ctx context.Context) (err error) {
		now, err = w.agent.Settings(ctx)
		return err
	}, func(err error) {
		w.complain(err)
		if err == nil && w.page == nil {
			w.openSettings(now)
		}
	})
}

func (w *Window) openSettings(now link.Settings) *settingsForm {
	s := &settingsForm{page: page{w: w}, was: now, interval: newEntry(w, "1h"), details: newEntry(w, "6h")}
	s.interval.Text, s.details.Text = spell(now.Interval), spell(now.DetailsInterval)
	s.intervalField, s.detailsField = newField("Ask licence servers every", s.interval), newField("Read databases every", s.details)
	for _, e := range []*entry{s.interval, s.details} {
		e.OnChanged = func(string) {
			s.changed = true
			s.check()
		}
		e.OnSubmitted = func(string) { s.store() }
	}
	s.save = newButton(w, "Save", theme.DocumentSaveIcon(), s.store)
	s.save.Importance = widget.HighImportance
	fields := container.NewVBox(grid(s.intervalField, s.detailsField),
		quiet("The licence server's word on each owner changes rarely; an hour is plenty. "+
			"Owners, dates and seats come from each site's own database, which costs it more: read them less often."))
	when := newButton(w, "When to warn…", nil, func() { s.leaveFor(func() { w.warnWhen("", "") }) })
	when.Importance = widget.LowImportance
	what := newButton(w, "What is told…", nil, func() { s.leaveFor(func() { w.setRules("") }) })
	what.Importance = widget.LowImportance
	buttons := container.NewHBox(when, what, layout.NewSpacer(), newButton(w, "Cancel", nil, s.leave), s.save)
	w.openPage(&s.page, "Settings", fields, buttons, s.interval)
	return s
}

// check shows what is wrong with the inputs, and returns them.
func (s *settingsForm) check() (link.Settings, bool) {
	interval, wrong := readInterval(s.interval.Text)
	s.intervalField.blame(wrong)
	details, wrongDetails := readInterval(s.details.Text)
	s.detailsField.blame(wrongDetails)
	now := s.was
	now.Interval, now.DetailsInterval = interval, details
	return now, wrong == "" && wrongDetails == ""
}

// store saves the settings and closes the form.
func (s *settingsForm) store() {
	settings, ok := s.check()
	if !ok {
		s.focusFault(s.intervalField, s.detailsField)
		return
	}
	s.w.ask(func(ctx context.Context) error { return s.w.agent.SaveSettings(ctx, settings) }, func(err error) {
		s.w.complain(err)
		if err == nil && s.w.page == &s.page {
			s.w.closePage()
			s.w.bar.note("The settings are saved.")
		}
	})
}
