package window

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"
)

// Fyne gives a key to the focused widget alone. The ones here hand on what is the window's: Esc, and
// the shortcuts that an entry would swallow. They also tell when they get the focus, for Fyne does not bring
// into sight what it gives the focus.

// keys is what the window does for a focused widget.
type keys interface {
	escape()
	shortcut(fyne.Shortcut)
	reached(fyne.CanvasObject)
	turn(fyne.KeyName) // an arrow, or another key that moves through what is shown
}

// button is a Button that hands Esc on.
type button struct {
	widget.Button
	keys keys
}

func newButton(k keys, text string, icon fyne.Resource, tapped func()) *button {
	b := &button{keys: k}
	b.Text, b.Icon, b.OnTapped = text, icon, tapped
	b.ExtendBaseWidget(b)
	return b
}

func (b *button) FocusGained() {
	b.Button.FocusGained()
	b.keys.reached(b)
}

// TypedKey presses the button at Enter, too.
func (b *button) TypedKey(e *fyne.KeyEvent) {
	switch e.Name {
	case fyne.KeyEscape:
		b.keys.escape()
	case fyne.KeyReturn, fyne.KeyEnter:
		b.Tapped(nil)
	case fyne.KeySpace:
		b.Button.TypedKey(e)
	default:
		b.keys.turn(e.Name)
	}
}

// entry is an Entry that hands Esc and the window's shortcuts on.
type entry struct {
	widget.Entry
	keys keys
	down func() // the arrow key, nil: nothing
}

func newEntry(k keys, hint string) *entry {
	e := &entry{keys: k}
	e.PlaceHolder = hint
	e.ExtendBaseWidget(e)
	return e
}

// newSecretEntry is an entry that shows no text.
func newSecretEntry(k keys) *entry {
	e := newEntry(k, "")
	e.Password = true
	return e
}

// newKeyEntry is one for a private key, which has many lines.
func newKeyEntry(k keys) *entry {
	e := newSecretEntry(k)
	e.MultiLine, e.Wrapping = true, fyne.TextWrapBreak
	e.SetMinRowsVisible(3)
	return e
}

// AcceptsTab hands Tab on, also from an entry of many lines.
func (e *entry) AcceptsTab() bool { return false }

func (e *entry) FocusGained() {
	e.Entry.FocusGained()
	e.keys.reached(e)
}

func (e *entry) TypedKey(ev *fyne.KeyEvent) {
	switch {
	case ev.Name == fyne.KeyEscape:
		e.keys.escape()
	case ev.Name == fyne.KeyDown && e.down != nil:
		e.down()
	default:
		e.Entry.TypedKey(ev)
	}
}

func (e *entry) TypedShortcut(s fyne.Shortcut) {
	if _, own := s.(*desktop.CustomShortcut); own {
		e.keys.shortcut(s)
	}
	e.Entry.TypedShortcut(s) // it knows word jumps of its own by the same type
}

// check is a Check that hands Esc on.
type check struct {
	widget.Check
	keys keys
}

func newCheck(k keys, text string, changed func(bool)) *check {
	c := &check{keys: k}
	c.Text, c.OnChanged = text, changed
	c.ExtendBaseWidget(c)
	return c
}

func (c *check) FocusGained() {
	c.Check.FocusGained()
	c.keys.reached(c)
}

func (c *check) TypedKey(e *fyne.KeyEvent) {
	if e.Name == fyne.KeyEscape {
		c.keys.escape()
		return
	}
	c.keys.turn(e.Name)
}

// choice is a Select that hands Esc on.
type choice struct {
	widget.Select
	keys keys
}

func newChoice(k keys, options []string, changed func(string)) *choice {
	c := &choice{keys: k}
	c.Options, c.OnChanged = options, changed
	c.ExtendBaseWidget(c)
	return c
}

func (c *choice) FocusGained() {
	c.Select.FocusGained()
	c.keys.reached(c)
}

func (c *choice) TypedKey(e *fyne.KeyEvent) {
	if e.Name == fyne.KeyEscape {
		c.keys.escape()
		return
	}
	c.Select.TypedKey(e)
}
