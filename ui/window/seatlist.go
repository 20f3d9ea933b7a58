package window

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"licensewatch/internal/picture"
	"licensewatch/monitor"
)

// seatList lists modules. The arrow keys walk it as one; the module that is chosen unfolds below its line.
type seatList struct {
	widget.BaseWidget
	keys     keys
	box      *fyne.Container
	lines    []*seatLine // that can be chosen, in their order
	at       int         // the one with the cursor
	hasFocus bool
	onChoose func(i int, open bool)
}

// CreateRenderer shows the lines.
func (s *seatList) CreateRenderer() fyne.WidgetRenderer { return widget.NewSimpleRenderer(s.box) }

// TypedKey walks the lines, or folds the one that is chosen.
func (s *seatList) TypedKey(e *fyne.KeyEvent) {
	last := len(s.lines) - 1
	switch e.Name {
	case fyne.KeyUp:
		s.onChoose(max(0, s.at-1), true)
	case fyne.KeyDown:
		s.onChoose(min(last, s.at+1), true)
	case fyne.KeyHome:
		s.onChoose(0, true)
	case fyne.KeyEnd:
		s.onChoose(last, true)
	case fyne.KeyReturn, fyne.KeyEnter, fyne.KeySpace:
		s.onChoose(s.at, !s.lines[s.at].unfolded())
	case fyne.KeyEscape:
		s.keys.escape()
	}
}

// TypedRune does nothing: no letter chooses a module.
func (s *seatList) TypedRune(rune) {}

// FocusGained shows where the keys go.
func (s *seatList) FocusGained() {
	s.hasFocus = true
	s.mark()
	s.keys.reached(s)
}

// FocusLost shows that they go elsewhere.
func (s *seatList) FocusLost() {
	s.hasFocus = false
	s.mark()
}

func (s *seatList) mark() {
	for i, l := range s.lines {
		l.mark(i == s.at && (s.hasFocus || l.unfolded()), i == s.at && s.hasFocus)
	}
}

// seatLine is a module that is counted by seats: its numbers, a bar, and what is too many. What unfolds stands below.
type seatLine struct {
	module monitor.Module
	line   *line
	box    *fyne.Container
	below  *fyne.Container
}

func newSeatLine(k keys, m monitor.Module, few int, tapped func()) *seatLine {
	l := &seatLine{module: m, line: newLine(seatColumns, 0), below: container.NewVBox()}
	l.line.cells, l.line.tapped, l.line.icon = seatCells(m, few), tapped, theme.MenuExpandIcon()
	parts := []fyne.CanvasObject{l.line}
	if !m.Unrestricted && !m.Uncounted {
		bar := newDrawing(k, func(p picture.Paper) picture.Picture {
			p.Bare = true // the numbers stand above
			return picture.SeatBar(m, p)
		}, nil)
		padded := container.New(layout.NewCustomPaddedLayout(0, 4, margin+iconSize+6, margin), bar)
		parts = append(parts, container.NewStack(padded, newTapArea(tapped)))
	}
	if n := excess(m); n > 0 && !m.Hidden {
		note := newLine([]column{{least: 120, grow: 1}}, -1)
		note.cells = []cell{{text: "More in use than owned: remove " + plural(n, "user") + ".", color: colorCritical}}
		parts = append(parts, container.New(layout.NewCustomPaddedLayout(0, 0, iconSize+6, 0), note))
	}
	l.box = container.New(layout.NewCustomPaddedVBoxLayout(0), append(parts, l.below)...)
	l.below.Hide()
	return l
}

// tapArea makes what it lies on a place to tap.
type tapArea struct {
	widget.BaseWidget
	tapped func()
}

func newTapArea(tapped func()) *tapArea {
	t := &tapArea{tapped: tapped}
	t.ExtendBaseWidget(t)
	return t
}

// Tapped hands the tap on.
func (t *tapArea) Tapped(*fyne.PointEvent) { t.tapped() }

// CreateRenderer shows nothing.
func (t *tapArea) CreateRenderer() fyne.WidgetRenderer {
	return widget.NewSimpleRenderer(container.NewWithoutLayout())
}

func (l *seatLine) unfolded() bool { return len(l.below.Objects) > 0 }

// unfold shows content below the line, or nothing if content is nil.
func (l *seatLine) unfold(content fyne.CanvasObject) {
	l.below.Objects, l.line.icon = nil, theme.MenuExpandIcon()
	if content != nil {
		card := onPanel(colorCard, 6, container.New(layout.NewCustomPaddedLayout(4, 2, 0, 0), content))
		l.below.Objects = []fyne.CanvasObject{container.New(layout.NewCustomPaddedLayout(2, 8, margin, margin), card)}
		l.line.icon = theme.MenuDropDownIcon()
	}
	visible(content != nil, l.below)
	l.line.Refresh()
}

func (l *seatLine) mark(chosen, focused bool) {
	if l.line.chosen != chosen || l.line.focused != focused {
		l.line.chosen, l.line.focused = chosen, focused
		l.line.Refresh()
	}
}

// newSeatList lists the modules of the licence in their groups, and unfolds the one that is chosen.
func (d *detail) newSeatList(all []monitor.Module) *seatList {
	s := &seatList{keys: d.keys, onChoose: d.choose}
	var parts []fyne.CanvasObject
	few := d.row.fewSeats()
	for i, g := range seatGroups(all, d.showHidden) {
		parts = append(parts, groupHead(g, i == 0))
		for _, m := range g.modules {
			if !seated(m) {
				on := newLine(siteColumns, 0)
				on.cells = siteCells(m)
				if m.InUse > 0 {
					on.icon = theme.ConfirmIcon()
				}
				parts = append(parts, on)
				continue
			}
			at := len(s.lines)
			l := newSeatLine(d.keys, m, few, func() { d.clicked(at) })
			s.lines = append(s.lines, l)
			parts = append(parts, l.box)
		}
	}
	s.box = container.New(layout.NewCustomPaddedVBoxLayout(0), parts...)
	s.ExtendBaseWidget(s)
	return s
}

// groupHead names a group of modules and, where there are any, the columns of numbers.
func groupHead(g seatGroup, first bool) fyne.CanvasObject {
	columns := siteColumns
	if slices.ContainsFunc(g.modules, seated) {
		columns = seatColumns
	}
	head := newLine(columns, -1)
	for i, c := range columns {
		head.cells[i] = cell{text: c.title, color: theme.ColorNamePlaceHolder}
	}
	head.cells[0] = cell{text: g.title, color: theme.ColorNamePlaceHolder}
	above := float32(8)
	if first {
		above = 0
	}
	return container.New(layout.NewCustomPaddedLayout(above, 0, 0, 0), head)
}

// clicked chooses a line by the pointer: one that is unfolded already folds.
func (d *detail) clicked(i int) {
	l := d.list
	l.at = i // that the focus comes to
	if c := fyne.CurrentApp().Driver().CanvasForObject(l); c != nil {
		c.Focus(l)
	}
	d.choose(i, !l.lines[i].unfolded())
}

// choose moves the cursor to line i, and unfolds it or folds it. The line stays where it is under the pointer.
func (d *detail) choose(i int, open bool) {
	line := d.list.lines[i]
	before, _ := placeIn(d.scroll.Content, line.box)
	before -= d.scroll.Offset.Y
	d.use.picked, d.use.chosen = true, ""
	if open {
		d.use.chosen = line.module.Name
	}
	d.list.at = i
	d.showUse()
	d.seats.fresh = true
	d.settle()
	after, _ := placeIn(d.scroll.Content, line.box)
	d.scroll.ScrollToOffset(fyne.NewPos(0, max(0, after-before)))
	d.showChosen()
}

// showChosen brings the line with the cursor into sight, with what is unfolded below it.
func (d *detail) showChosen() {
	if at := d.list.at; at < len(d.list.lines) {
		intoSight(d.scroll, d.list.lines[at].box, 4)
	}
}

// showUse unfolds the line of the chosen module.
func (d *detail) showUse() {
	for i, l := range d.list.lines {
		switch open := l.module.Name == d.use.chosen; {
		case open && !l.unfolded():
			d.list.at = i
			l.unfold(d.unfold(l.module))
		case !open && l.unfolded():
			l.unfold(nil)
		}
	}
	arranged(d.list.box) // the list may need as much room as before
	d.list.mark()
}
