package window

import (
	"fmt"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/widget"

	"licensewatch/assets"
	"licensewatch/monitor"
	"licensewatch/monitor/link"
)

// steps lists how a connection test goes on, a line for each step, in the order in which they began.
type steps struct {
	box   *fyne.Container
	lines map[string]*stepLine
}

// stepLine is one step: its mark, what it does, how long that took, and below what it found.
type stepLine struct {
	turning       *widget.Activity
	mark          *canvas.Image
	words, detail *widget.Label
	took          *widget.Label
}

func newSteps() *steps {
	return &steps{box: container.New(layout.NewCustomPaddedVBoxLayout(-7)), lines: map[string]*stepLine{}}
}

// set shows s, in the line that it has already or in a new one.
func (l *steps) set(s link.Step) {
	line, ok := l.lines[s.Name]
	if !ok {
		line = l.add(s.Name)
	}
	line.set(s)
}

// stepMark is how wide and high the mark of a step is, and tookWidth what its time has room in.
const (
	stepMark  float32 = 16
	tookWidth float32 = 72
)

func (l *steps) add(name string) *stepLine {
	line := &stepLine{turning: widget.NewActivity(), mark: canvas.NewImageFromResource(nil), words: say(""), detail: quiet(""), took: quiet("")}
	line.mark.FillMode = canvas.ImageFillContain
	line.took.Wrapping, line.took.Alignment = fyne.TextWrapOff, fyne.TextAlignTrailing
	took := container.NewGridWrap(fyne.NewSize(tookWidth, line.took.MinSize().Height), line.took)
	l.lines[name] = line
	l.box.Add(framed(nil, nil, beforeStep(line.turning, line.mark), container.NewVBox(took), tight(line.words, line.detail)))
	return line
}

// beforeStep is the place of a mark, and of what turns there until there is one.
func beforeStep(marks ...fyne.CanvasObject) fyne.CanvasObject {
	slot := container.NewGridWrap(fyne.NewSquareSize(stepMark), container.NewStack(marks...))
	return container.NewVBox(container.New(layout.NewCustomPaddedLayout(6, 0, 7, 0), slot))
}

// stepLooks are the marks of the states that a step can end in.
var stepLooks = map[link.StepState]assets.Look{
	link.StepGood: assets.Good, link.StepCaution: assets.Caution, link.StepFailed: assets.Bad,
}

func (l *stepLine) set(s link.Step) {
	look, ended := stepLooks[s.State]
	visible(ended, l.mark)
	visible(!ended, l.turning)
	took := ""
	if ended {
		l.turning.Stop()
		l.mark.Resource = assets.Icon(look)
		l.mark.Refresh()
		took = tookWords(s.Took)
	} else {
		l.turning.Start()
	}
	l.took.SetText(took)
	l.words.SetText(monitor.Harmless(s.Words, 200))
	l.detail.SetText(monitor.Harmless(s.Detail, 300))
	visible(l.detail.Text != "", l.detail)
}

// stop ends what still turns: no more will come of it.
func (l *steps) stop() {
	for _, line := range l.lines {
		line.turning.Stop()
	}
}

// tookWords is a duration as it counts for a connection: "12 ms", "1.4 s".
func tookWords(d time.Duration) string {
	switch {
	case d < time.Millisecond:
		return "< 1 ms"
	case d < time.Second:
		return fmt.Sprintf("%d ms", d.Milliseconds())
	}
	return fmt.Sprintf("%.1f s", d.Seconds())
}
