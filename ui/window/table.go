package window

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"licensewatch/assets"
)

// table shows rows under a header that sorts them. It is a List and not Fyne's Table, because its lines
// are chosen and walked as a whole, and share the window's width. One line carries the cursor; it stays
// with its row however the rows move. All methods run on the UI thread.
type table struct {
	widget.List

	all, shown []*row
	filter     string
	order      order   // as the user wants it; see sorted
	width      float32 // that all columns share when nothing stands beside the table
	cursor     *key    // nil: on no row
	hasFocus   bool
	dim        bool // the rows are old news

	head     *header
	keys     keys
	onOpen   func(*row)                // a click or Enter
	onMove   func(*row)                // the cursor came to another row
	onRemove func(*row)                // Del
	onAsk    func(*row, fyne.Position) // the other mouse button, at a place of the window
	onOrder  func()
}

func newTable(k keys) *table {
	t := &table{order: problemsFirst, keys: k}
	t.Length = func() int { return len(t.shown) }
	t.CreateItem = func() fyne.CanvasObject { return newLine(columns, colStatus) }
	t.UpdateItem = func(i widget.ListItemID, o fyne.CanvasObject) { t.update(o.(*line), i) }
	t.head = newHeader(k, columns, t.sortBy)
	t.head.mark(t.sorted())
	t.ExtendBaseWidget(t)
	return t
}

// content is the table with its header.
func (t *table) content() fyne.CanvasObject {
	top := onPanel(theme.ColorNameHeaderBackground, 4, t.head.bar)
	return framed(top, nil, nil, nil, t)
}

// show replaces the rows.
func (t *table) show(rows []*row, dim bool) {
	t.all, t.dim = rows, dim
	t.arrange()
}

// find sets the filter.
func (t *table) find(filter string) {
	t.filter = filter
	t.arrange()
}

func (t *table) arrange() {
	t.shown = arrange(t.all, t.filter, t.sorted())
	t.Refresh()
}

// sortBy sorts by a column, or turns it round if it is sorted by it already.
func (t *table) sortBy(col int) {
	down := col == colStatus // whose worst is what matters
	if now := t.sorted(); now.by == col {
		down = !now.down
	}
	t.setOrder(order{by: col, down: down})
	t.onOrder()
}

func (t *table) setOrder(o order) {
	t.order = o
	t.head.mark(t.sorted())
	t.arrange()
}

// sorted is how the rows stand: as the user wants it but, in a window too narrow for that column, problems
// first, for nobody could see how they stand otherwise.
func (t *table) sorted() order {
	if t.width > 0 && t.width < columns[t.order.by].wide {
		return problemsFirst
	}
	return t.order
}

// fit tells the table how wide it is, or would be without the detail pane.
func (t *table) fit(width float32) {
	before := t.sorted()
	if t.width = width; t.sorted() != before {
		t.setOrder(t.order)
	}
}

// update puts row i on a line.
func (t *table) update(l *line, i int) {
	if i >= len(t.shown) {
		return
	}
	r := t.shown[i]
	copy(l.cells, r.cells)
	if t.dim {
		for c := range l.cells {
			l.cells[c].color = theme.ColorNameDisabled
		}
	}
	l.icon, l.faded = assets.Icon(lookOf(r.severity)), t.dim || r.said.known
	l.chosen = t.cursor != nil && *t.cursor == r.key
	l.focused = l.chosen && t.hasFocus
	l.tapped = func() {
		if c := fyne.CurrentApp().Driver().CanvasForObject(t); c != nil {
			c.Focus(t)
		}
		t.moveTo(i)
		t.onOpen(r)
	}
	l.asked = func(at fyne.Position) {
		t.moveTo(i)
		t.Refresh()
		t.onAsk(r, at)
	}
	l.Refresh()
}

// at is the index of the row with the cursor, -1 if it is not shown.
func (t *table) at() int {
	if t.cursor == nil {
		return -1
	}
	return slices.IndexFunc(t.shown, func(r *row) bool { return r.key == *t.cursor })
}

// moveTo puts the cursor on row i, or on the nearest there is, and brings it into sight.
func (t *table) moveTo(i int) {
	i = min(i, len(t.shown)-1)
	if i < 0 {
		return
	}
	r := t.shown[i]
	moved := t.cursor == nil || *t.cursor != r.key
	t.cursor = &r.key
	t.ScrollTo(i)
	if moved {
		t.onMove(r)
	}
}

// TypedKey walks the rows, opens the one with the cursor, or removes its site.
func (t *table) TypedKey(e *fyne.KeyEvent) {
	at := t.at()
	page := max(1, int(t.Size().Height/(t.lineHeight()+theme.Padding()))-1)
	switch e.Name {
	case fyne.KeyUp:
		t.moveTo(max(0, at-1))
	case fyne.KeyDown:
		t.moveTo(at + 1)
	case fyne.KeyPageUp:
		t.moveTo(max(0, at-page))
	case fyne.KeyPageDown:
		t.moveTo(at + page)
	case fyne.KeyHome:
		t.moveTo(0)
	case fyne.KeyEnd:
		t.moveTo(len(t.shown) - 1)
	case fyne.KeyReturn, fyne.KeyEnter, fyne.KeySpace:
		if at >= 0 {
			t.onOpen(t.shown[at])
		}
	case fyne.KeyDelete:
		if at >= 0 {
			t.onRemove(t.shown[at])
		}
	case fyne.KeyEscape:
		t.keys.escape()
	}
}

func (t *table) lineHeight() float32 { return newLine(columns, colStatus).MinSize().Height }

// FocusGained shows where the cursor is.
func (t *table) FocusGained() {
	t.hasFocus = true
	if t.at() < 0 && len(t.shown) > 0 {
		t.cursor = &t.shown[0].key
	}
	t.Refresh()
}

// FocusLost shows that keys go elsewhere.
func (t *table) FocusLost() {
	t.hasFocus = false
	t.Refresh()
}

// header is a bar of one button for each column.
type header struct {
	bar     *fyne.Container
	buttons []*button
}

func newHeader(k keys, columns []column, sortBy func(int)) *header {
	h := &header{}
	var objects []fyne.CanvasObject
	for i, c := range columns {
		b := newButton(k, c.title, nil, func() { sortBy(i) })
		b.Importance, b.Alignment, b.IconPlacement = widget.LowImportance, widget.ButtonAlignLeading, widget.ButtonIconTrailingText
		if c.right {
			b.Alignment = widget.ButtonAlignTrailing
		}
		h.buttons = append(h.buttons, b)
		objects = append(objects, b)
	}
	h.bar = container.New(&headerLayout{columns}, objects...)
	return h
}

// mark shows by an arrow how the table is sorted.
func (h *header) mark(o order) {
	for i, b := range h.buttons {
		switch {
		case i != o.by:
			b.SetIcon(nil)
		case o.down:
			b.SetIcon(theme.MoveDownIcon())
		default:
			b.SetIcon(theme.MoveUpIcon())
		}
	}
}

// headerLayout puts each title above its column's texts.
type headerLayout struct{ columns []column }

func (h *headerLayout) MinSize(objects []fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(leastWidth(h.columns), objects[0].MinSize().Height)
}

func (h *headerLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	inset := theme.InnerPadding()
	for i, at := range spans(h.columns, size.Width) {
		if at.width == 0 {
			objects[i].Hide()
			continue
		}
		objects[i].Show()
		objects[i].Move(fyne.NewPos(at.x-inset, 0))
		objects[i].Resize(fyne.NewSize(at.width+2*inset, size.Height))
	}
}
