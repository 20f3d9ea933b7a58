package window

import (
	"context"
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"licensewatch/assets"
	"licensewatch/monitor"
	"licensewatch/monitor/link"
)

// test has the agent try what is in the form, and shows its steps as they are taken.
func (s *siteForm) test() {
	if s.cancel != nil || !s.valid() {
		return
	}
	s.passed, s.offered, s.testing = false, false, true
	taken := newSteps()
	s.progress(taken)
	f := s.values()
	var trial link.Trial
	s.call(func(ctx context.Context) (err error) {
		trial, err = s.w.agent.Test(ctx, f, func(step link.Step) {
			s.w.onUI(func() { s.advance(taken, step) })
		})
		return err
	}, func() {
		s.testing = false
		taken.stop()
		s.outcome.RemoveAll()
	}, func(err error) { s.conclude(taken, trial, err) })
}

// progress shows that a test is under way, and how to end it.
func (s *siteForm) progress(taken *steps) {
	turning := widget.NewActivity()
	turning.Start()
	end := newButton(s.w, "Cancel test", nil, func() { s.leave() })
	s.outcome.RemoveAll()
	s.outcome.Add(taken.box)
	s.outcome.Add(container.NewHBox(beforeStep(turning), widget.NewLabel("Testing the connection…"), end))
	s.toEnd()
}

// advance shows a step of a test, and brings it into sight. Of a test that was cancelled nothing shows any more.
func (s *siteForm) advance(taken *steps, step link.Step) {
	taken.set(step)
	if s.testing {
		s.outcome.Refresh()
		s.toEnd()
	}
}

// conclude shows the outcome of a test below its steps.
func (s *siteForm) conclude(taken *steps, t link.Trial, err error) {
	for _, step := range t.Steps {
		if t.Failure != nil && step.Detail == t.Failure.Text {
			step.Detail = "" // it stands below, with what to do
		}
		taken.set(step)
	}
	s.outcome.Add(taken.box)
	switch {
	case err != nil:
		s.fail(sentence(err), "")
	case t.Failure != nil:
		s.outcome.Add(s.failed(t.Failure, t.Offers))
	default:
		s.passed = true
		s.outcome.Add(outcome(assets.Good, "Connected. Is this the installation you meant?", found(t)))
	}
	s.settle()
	s.toEnd()
}

// fail says what failed and what is to know about that.
func (s *siteForm) fail(text, more string) {
	s.passed = false
	var rest []fyne.CanvasObject
	if more != "" {
		rest = append(rest, say(more))
	}
	s.outcome.Add(outcome(assets.Bad, monitor.Harmless(text, 600), rest...))
	s.settle()
	s.toEnd()
}

// failed says what a test failed at, what to do, and what would make it go on.
func (s *siteForm) failed(f *monitor.Failure, offers []link.Offer) fyne.CanvasObject {
	head, lines := monitor.Harmless(f.Title, 80), tight()
	if text := ended(monitor.Harmless(f.Text, 600)); head == "" {
		head = text
	} else {
		lines.Add(say(text))
	}
	if remedy := monitor.Harmless(f.Remedy, 600); remedy != "" {
		lines.Add(say(remedy))
	}
	parts := container.NewVBox(lines)
	for _, o := range offers {
		if row := s.offer(o); row != nil {
			s.offered = true
			parts.Add(row)
		}
	}
	if f.Reason != "" {
		parts.Add(container.NewHBox(newHelp(s.w, f.Reason, s.w.help)))
	}
	return outcome(assets.Bad, head, parts)
}

// offer is a button that puts a value into the form and tests again, with the value beside it: what the value
// says, a server may have said. It is nil for one that the form cannot take.
func (s *siteForm) offer(o link.Offer) fyne.CanvasObject {
	value := monitor.Harmless(o.Value, 400)
	if value == "" || value != o.Value || !s.takes(o.Field, value) {
		return nil
	}
	all := monitor.Harmless(o.Words, 400)
	words, _ := fit(all, 240, theme.TextSize(), fyne.TextStyle{Bold: true})
	use := newButton(s.w, words, nil, func() {
		s.put(o.Field, value)
		s.test()
	})
	use.Importance = widget.HighImportance
	beside := ""
	switch {
	case words != all: // such as a fingerprint, to be compared first
		beside = all
	case s.entryOf(o.Field) != nil && !strings.Contains(words, value):
		beside = value
	}
	return container.New(layout.NewCustomPaddedLayout(0, 0, 6, 6), framed(nil, nil, container.NewVBox(use), nil, quiet(beside)))
}

// entryOf is the entry of a field of the form; nil if it is another input, a secret, or none.
func (s *siteForm) entryOf(key string) *entry {
	if f, ok := s.fields[key]; ok {
		if e, ok := f.input.(*entry); ok && !e.Password {
			return e
		}
	}
	return nil
}

// takes reports whether a value can be put into the field of that name.
func (s *siteForm) takes(key, value string) bool {
	f := s.fields[key]
	switch {
	case !slices.Contains(s.shown, f) && !slices.Contains(s.deep, f):
		return false
	case key == "services":
		return slices.Contains(serviceNames, value)
	case key == "http1_only":
		return value == "true" || value == "false"
	}
	return s.entryOf(key) != nil
}

// put enters a value in the field of that name, and shows the field.
func (s *siteForm) put(key, value string) {
	switch e := s.entryOf(key); {
	case e != nil:
		e.SetText(value)
	case key == "services":
		s.services.SetSelected(value)
	case key == "http1_only":
		s.http1.SetChecked(value == "true")
	}
	if slices.Contains(s.deep, s.fields[key]) {
		s.showAdvanced(true)
	}
}

// found is what the test learned of the installation.
func found(t link.Trial) fyne.CanvasObject {
	facts := tight()
	for _, f := range [][2]string{
		{"Company", t.Company}, {"Serial number", t.Serial}, {"NetServer", t.Version},
		{"Owners", strings.Join(t.Owners, ", ")}, {"Address", t.URL},
	} {
		fact(facts, f[0], monitor.Harmless(f[1], 300))
	}
	if t.Warning == "" {
		return facts
	}
	return container.NewVBox(facts, framed(nil, nil, mark(assets.Icon(assets.Caution), 18), nil, say(monitor.Harmless(t.Warning, 400))))
}

// outcome is a card with a mark, a sentence, and more below.
func outcome(look assets.Look, text string, more ...fyne.CanvasObject) fyne.CanvasObject {
	head := say(text)
	head.TextStyle.Bold = true
	lines := tight(append([]fyne.CanvasObject{head}, more...)...)
	return onPanel(theme.ColorNameHeaderBackground, 6, framed(nil, nil, mark(assets.Icon(look), 18), nil, lines))
}
