package window

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"licensewatch/assets"
	"licensewatch/monitor"
)

var logColumns = []column{{least: 106}, {least: 150, grow: 3}, {least: 104, wide: 360}, {least: 120, grow: 2, wide: 620}}

// logList shows notifications, a line each, and makes only the lines that are in sight. One line carries the cursor.
type logList struct {
	widget.List
	keys     keys
	shown    []monitor.Telling
	now      time.Time
	at       int
	hasFocus bool
	onMove   func(monitor.Telling)
}

func newLogList(k keys, onMove func(monitor.Telling)) *logList {
	l := &logList{keys: k, onMove: onMove}
	l.Length = func() int { return len(l.shown) }
	l.CreateItem = func() fyne.CanvasObject { return newLine(logColumns, 1) }
	l.UpdateItem = func(i widget.ListItemID, o fyne.CanvasObject) { l.update(o.(*line), i) }
	l.HideSeparators = true
	l.ExtendBaseWidget(l)
	return l
}

func (l *logList) show(list []monitor.Telling, now time.Time) {
	l.shown, l.now, l.at = list, now, 0
	l.Refresh()
}

// update puts a notification on a line.
func (l *logList) update(line *line, i int) {
	if i >= len(l.shown) {
		return
	}
	t := l.shown[i]
	quiet := theme.ColorNamePlaceHolder
	title := cell{text: monitor.Harmless(t.Title, 200)}
	switch t.Outcome {
	case monitor.Sent:
	case monitor.Failed:
		title.bold = true
	default:
		title.color = quiet
	}
	copy(line.cells, []cell{{text: moment(t.At, l.now), color: quiet}, title, {text: outcomeWords[t.Outcome], color: title.color, bold: title.bold}, {text: reason(t), color: quiet}})
	line.icon, line.faded = assets.Icon(lookOf(t.Severity)), t.Outcome != monitor.Sent && t.Outcome != monitor.Failed
	if t.Outcome == monitor.Acknowledged || t.Outcome == monitor.Snoozed || t.Outcome == monitor.Resumed {
		line.icon = theme.AccountIcon() // it is a person's word, and neither good nor bad
	}
	line.chosen = i == l.at
	line.focused = line.chosen && l.hasFocus
	line.tapped = func() {
		if c := fyne.CurrentApp().Driver().CanvasForObject(l); c != nil {
			c.Focus(l)
		}
		l.moveTo(i)
	}
	line.Refresh()
}

// moveTo puts the cursor on a line, or on the nearest there is, and brings it into sight.
func (l *logList) moveTo(i int) {
	if i = max(0, min(i, len(l.shown)-1)); i < len(l.shown) {
		l.at = i
		l.ScrollTo(i)
		l.Refresh()
		l.onMove(l.shown[i])
	}
}

// TypedKey walks the lines.
func (l *logList) TypedKey(e *fyne.KeyEvent) {
	page := max(1, int(l.Size().Height/(newLine(logColumns, 1).MinSize().Height+theme.Padding()))-1)
	switch e.Name {
	case fyne.KeyUp:
		l.moveTo(l.at - 1)
	case fyne.KeyDown:
		l.moveTo(l.at + 1)
	case fyne.KeyPageUp:
		l.moveTo(l.at - page)
	case fyne.KeyPageDown:
		l.moveTo(l.at + page)
	case fyne.KeyHome:
		l.moveTo(0)
	case fyne.KeyEnd:
		l.moveTo(len(l.shown) - 1)
	case fyne.KeyEscape:
		l.keys.escape()
	}
}

// FocusGained shows where the cursor is.
func (l *logList) FocusGained() {
	l.hasFocus = true
	l.Refresh()
}

// FocusLost shows that keys go elsewhere.
func (l *logList) FocusLost() {
	l.hasFocus = false
	l.Refresh()
}
