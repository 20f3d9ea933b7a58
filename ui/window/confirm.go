package window

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// question is asked over all else, before something is lost. Esc is no.
type question struct {
	w       *Window
	pop     *widget.PopUp
	yes, no *button
}

// questionWidth is what a question's words have room in; every window is wider.
const questionWidth float32 = 420

// confirm asks a question, and calls then if the answer is yes.
func (w *Window) confirm(head, text, yes, no string, then func()) *question {
	q := &question{w: w}
	q.no = newButton(q, no, nil, q.escape)
	q.yes = newButton(q, yes, nil, func() {
		q.escape()
		then()
	})
	q.yes.Importance = widget.DangerImportance
	heading := say(head)
	heading.TextStyle.Bold, heading.SizeName = true, theme.SizeNameSubHeadingText
	words := container.NewVBox(heading, say(text))
	words.Resize(fyne.NewSize(questionWidth, 0)) // so that it knows how high it gets
	content := container.NewVBox(container.NewGridWrap(fyne.NewSize(questionWidth, words.MinSize().Height), words),
		container.NewHBox(layout.NewSpacer(), q.no, q.yes))
	q.pop = widget.NewModalPopUp(container.New(layout.NewCustomPaddedLayout(10, 12, 12, 12), content), w.win.Canvas())
	w.question = q
	q.pop.Show()
	w.win.Canvas().Focus(q.no)
	return q
}

// escape takes the question away.
func (q *question) escape() {
	q.w.question = nil
	q.pop.Hide()
}

// reached does nothing: all of a question is in sight.
func (q *question) reached(fyne.CanvasObject) {}

// turn does nothing, for the same reason.
func (q *question) turn(fyne.KeyName) {}

// shortcut does nothing: the question comes first.
func (q *question) shortcut(fyne.Shortcut) {}
