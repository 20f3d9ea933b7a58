package window

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"

	"licensewatch/assets"
	"licensewatch/monitor"
)

// eventLine is an event on a line of its own. A click, Enter or Space opens its details below, or closes them.
type eventLine struct {
	line
	keys   keys
	under  *fyne.Container // the details; hidden: they are closed
	card   func() fyne.CanvasObject
	grown  func()       // the details were opened or closed
	beside func(by int) // brings the focus to a line near by
}

var eventColumns = []column{{least: 106}, {least: 150, grow: 1}, {least: 92, right: true, wide: 460}}

// newEventLine shows one of the events of a past of an owner, or of a site, as of now.
func newEventLine(k keys, p monitor.Past, owner string, event int, now time.Time) *eventLine {
	e := p.Events[event]
	list := tellings(p, e)
	l := &eventLine{line: line{columns: eventColumns, iconAt: 1, icon: assets.Icon(lookOf(e.To))}, keys: k, under: container.NewStack()}
	l.cells = []cell{
		{text: moment(e.At, now), color: theme.ColorNamePlaceHolder},
		{text: whose(e, owner) + came(e), bold: e.To == monitor.Critical},
		{text: told(list), color: theme.ColorNamePlaceHolder},
	}
	l.card = func() fyne.CanvasObject {
		return closely(append([]fyne.CanvasObject{quiet(changeWords(e))}, eventLines(e, list)...)...)
	}
	l.tapped = func() {
		if c := fyne.CurrentApp().Driver().CanvasForObject(l); c != nil {
			c.Focus(l)
		}
		l.open(!l.under.Visible())
	}
	l.under.Hide()
	l.ExtendBaseWidget(l)
	return l
}

// whose says before what came about whom it is, where that is not the owner, or the site, whose past it is in.
func whose(e monitor.Event, owner string) string {
	switch {
	case e.Owner == owner || e.Site == "": // what came of a way out names it
		return ""
	case e.Owner == "":
		return "The whole site: "
	}
	return monitor.Harmless(e.Owner, 40) + ": "
}

// open shows the details and brings them into sight, or hides them.
func (l *eventLine) open(yes bool) {
	l.unfold(yes)
	l.grown()
	if yes {
		l.keys.reached(l.under)
	}
}

// unfold shows the details, or hides them. The page around is to be laid out again afterwards.
func (l *eventLine) unfold(yes bool) {
	if yes == l.under.Visible() {
		return
	}
	l.chosen = yes
	visible(yes, l.under)
	l.under.RemoveAll()
	if yes {
		l.under.Add(onPanel(theme.ColorNameInputBackground, 4, container.New(layout.NewCustomPaddedLayout(2, 6, eventColumns[0].least+gap+2, 8), l.card())))
	}
	l.Refresh()
}

// FocusGained shows that the keyboard is here.
func (l *eventLine) FocusGained() {
	l.chosen, l.focused = true, true
	l.Refresh()
	l.keys.reached(l)
}

// FocusLost shows that it is elsewhere.
func (l *eventLine) FocusLost() {
	l.chosen, l.focused = l.under.Visible(), false
	l.Refresh()
}

// TypedRune does nothing: no letter is meant for a line.
func (l *eventLine) TypedRune(rune) {}

// TypedKey opens and closes, and goes from line to line.
func (l *eventLine) TypedKey(e *fyne.KeyEvent) {
	switch e.Name {
	case fyne.KeyReturn, fyne.KeyEnter, fyne.KeySpace:
		l.open(!l.under.Visible())
	case fyne.KeyUp:
		l.beside(-1)
	case fyne.KeyDown:
		l.beside(1)
	case fyne.KeyEscape:
		l.keys.escape()
	default:
		l.keys.turn(e.Name)
	}
}
