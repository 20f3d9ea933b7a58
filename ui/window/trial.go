package window

import (
	"context"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"licensewatch/assets"
	"licensewatch/monitor"
	"licensewatch/monitor/link"
)

// test has the agent try what is in the form, and shows how that goes.
func (s *siteForm) test() {
	if !s.valid() || s.testing {
		return
	}
	s.passed, s.testing = false, true
	s.attempt++
	attempt := s.attempt
	s.progress()
	s.settle()
	f := s.values()
	var trial link.Trial
	stop := s.w.ask(func(ctx context.Context) (err error) {
		trial, err = s.w.agent.Test(ctx, f, func(link.Step) {})
		return err
	}, func(err error) {
		if attempt != s.attempt {
			return // it was cancelled
		}
		s.testing, s.cancel = false, nil
		s.conclude(trial, err)
	})
	s.cancel = func() {
		stop()
		s.attempt++
		s.testing, s.cancel = false, nil
		s.outcome.RemoveAll()
		s.settle()
	}
}

// progress shows that a test is under way, and how to end it.
func (s *siteForm) progress() {
	turning := widget.NewActivity()
	turning.Start()
	end := newButton(s.w, "Cancel test", nil, func() { s.leave() })
	s.outcome.RemoveAll()
	s.outcome.Add(container.NewHBox(turning, widget.NewLabel("Signing in and reading the owners…"), end))
}

// conclude shows the outcome of a test.
func (s *siteForm) conclude(t link.Trial, err error) {
	switch {
	case err != nil:
		s.fail(sentence(err), "")
	case t.Failure != nil:
		s.fail(t.Failure.Text, t.Failure.Remedy)
	default:
		s.passed = true
		s.outcome.RemoveAll()
		s.outcome.Add(outcome(assets.Good, "Connected. Is this the installation you meant?", "", found(t)))
		s.settle()
		s.scroll.ScrollToBottom()
	}
}

// fail says what failed and what to do.
func (s *siteForm) fail(text, remedy string) {
	s.passed = false
	s.outcome.RemoveAll()
	s.outcome.Add(outcome(assets.Bad, monitor.Harmless(text, 600), monitor.Harmless(remedy, 600), nil))
	s.settle()
	s.scroll.ScrollToBottom()
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

// outcome is a card with a mark, a sentence, what to do, and more below.
func outcome(look assets.Look, text, remedy string, more fyne.CanvasObject) fyne.CanvasObject {
	head := say(text)
	head.TextStyle.Bold = true
	lines := tight(head)
	if remedy != "" {
		lines.Add(say(remedy))
	}
	if more != nil {
		lines.Add(more)
	}
	return onPanel(theme.ColorNameHeaderBackground, 6, framed(nil, nil, mark(assets.Icon(look), 18), nil, lines))
}
