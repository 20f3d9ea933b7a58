package window

import (
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/test"

	"licensewatch/monitor"
	"licensewatch/monitor/link"
)

func TestEveryScreenFitsIntoASmallWindow(t *testing.T) {
	screens := map[string]func(*testing.T, *Window){
		"the table":   func(*testing.T, *Window) {},
		"the details": func(t *testing.T, w *Window) { w.openRow(t, "Zulu") },
		"a form": func(_ *testing.T, w *Window) {
			w.openForm(link.SiteForm{Was: endless, Name: endless, AllowHTTP: true, SignIn: "password"})
		},
		"settings": func(_ *testing.T, w *Window) {
			w.openSettings(link.Settings{Interval: time.Hour, DetailsInterval: time.Hour})
		},
		"what happened": func(_ *testing.T, w *Window) {
			w.away.past = absence()
			w.away.show()
		},
		"the export":   func(_ *testing.T, w *Window) { w.exportReport() },
		"the timeline": func(_ *testing.T, w *Window) { w.does(func() { w.openTimeline("Zulu", "SUPEROFFICE") }) },
		"a comparison": func(_ *testing.T, w *Window) { w.does(func() { w.compareOffer("Alfa", "SUPEROFFICE") }) },
		"a note":       func(_ *testing.T, w *Window) { w.bar.note(endless + " is saved.") },
		"no site":      func(_ *testing.T, w *Window) { w.Show(link.View{Snapshot: monitor.Snapshot{At: noon}}) },
		"no row":       func(_ *testing.T, w *Window) { w.bar.filter.SetText(endless) },
		"when to warn": func(_ *testing.T, w *Window) {
			w.openWarnForm(link.Settings{}, link.SiteForm{Was: endless, Name: endless}, endless)
		},
		"what is told": func(_ *testing.T, w *Window) {
			w.openRules(link.Settings{Command: []string{"/bin/" + endless, endless}}, []link.SiteForm{{Name: endless}}, endless)
			w.press(t, "Rehearse")
		},
		"modules": func(t *testing.T, w *Window) {
			o := staffed()
			for i := range o.Licence.Modules {
				o.Licence.Modules[i].Description = endless
			}
			w.Show(link.View{Snapshot: monitor.Snapshot{At: noon, Sites: []*monitor.SiteState{site("Zulu", o)}}})
			w.openRow(t, "Zulu")
		},
	}
	for name, show := range screens {
		t.Run(name, func(t *testing.T) {
			w := open(t, &fake{offer: shortOffer(), rehearsal: monitor.Rehearsal{List: []monitor.Rehearsed{{Title: endless, Text: endless}}}}, fleet()...)
			w.win.Resize(fyne.NewSize(560, 400))
			show(t, w)
			if got := w.least(); got.Width > 560 || got.Height > 360 {
				t.Errorf("the window cannot be smaller than %v", got)
			}
		})
	}
}

func TestTheToolbarLeavesRoomForTheFilter(t *testing.T) {
	w := open(t, &fake{}, fleet()...)
	for _, width := range []float32{1200, 560, 600, 700, 1200} {
		w.win.Resize(fyne.NewSize(width, 400))
		if got := w.bar.filter.Size().Width; got < 190 {
			t.Errorf("%v wide: the filter has %v", width, got)
		}
		if words := w.button("Export…") != nil; words != (width > 680) {
			t.Errorf("%v wide: the buttons have their words: %t", width, words)
		}
	}
}

func TestANarrowWindowShowsDetailsInThePlaceOfTheTable(t *testing.T) {
	w := open(t, &fake{}, fleet()...)
	w.win.Resize(fyne.NewSize(600, 400))
	w.openRow(t, "Zulu")
	w.reads(t, "The licence expired.")
	shows := func(table, pane bool) {
		t.Helper()
		var gotTable, gotPane bool
		for _, o := range w.objects() {
			gotTable = gotTable || o == w.table
			gotPane = gotPane || o == w.detail.pane
		}
		if gotTable != table || gotPane != pane {
			t.Errorf("the table shows: %t, the pane: %t; want %t, %t", gotTable, gotPane, table, pane)
		}
	}
	shows(false, true)
	if got := w.detail.pane.Size().Width; got < 580 {
		t.Errorf("the pane is %v wide, not as wide as the window", got)
	}
	w.key(fyne.KeyDown)
	w.reads(t, "The site refuses the user.") // the keys still walk the rows
	w.win.Resize(fyne.NewSize(1200, 800))
	shows(true, true)
	w.win.Resize(fyne.NewSize(600, 400))
	shows(false, true)
	w.key(fyne.KeyEscape)
	shows(true, false)
	if got := w.table.Size().Width; got < 580 {
		t.Errorf("the table is %v wide, not as wide as the window", got)
	}
}

func TestFilterAndDetailsOfANarrowWindow(t *testing.T) {
	w := open(t, &fake{}, fleet()...)
	w.win.Resize(fyne.NewSize(600, 400))
	w.bar.filter.SetText("bravo")
	w.openRow(t, "Bravo")
	w.key(fyne.KeyEscape)
	if w.detailOpen() || w.bar.filter.Text != "bravo" {
		t.Errorf("Esc goes back to what was filtered: the details are open: %t, the filter is %q", w.detailOpen(), w.bar.filter.Text)
	}
	w.openRow(t, "Bravo")
	w.bar.filter.SetText("alfa")
	w.reads(t, "Alfa")
	if w.detailOpen() {
		t.Error("the details hide what the filter finds")
	}
}

func TestAColumnThatIsNotShownDoesNotSort(t *testing.T) {
	w := open(t, &fake{}, fleet()...)
	w.table.sortBy(colNext)
	byNext := w.listed()
	w.win.Resize(fyne.NewSize(640, 400))
	w.lists(t, "Zulu/SUPEROFFICE", "Nord/", "Bravo/SUPEROFFICE", "Bravo/IZIGO", "Alfa/SUPEROFFICE")
	if w.button("Status").Icon == nil {
		t.Error("no arrow shows how the rows stand")
	}
	w.win.Resize(fyne.NewSize(1200, 800))
	w.lists(t, byNext...)
	if w.button("Next check").Icon == nil || w.button("Status").Icon != nil {
		t.Error("in a wide window the user's order is not back")
	}
	w.openRow(t, "Zulu")
	w.lists(t, byNext...) // the rows do not move under the pointer
	w.win.Resize(fyne.NewSize(640, 400))
	w.closeDetail()
	w.press(t, "Status")
	if got := w.table.order; got != (order{by: colStatus}) {
		t.Errorf("a press on the column with the arrow gives %+v, want it turned round", got)
	}
}

// places returns where the label and the arrow of a header's button are in the window, from left to right.
func places(b *button) (label, arrow [2]float32) {
	for _, o := range test.WidgetRenderer(b).Objects() {
		from := o.Position().X
		switch o := o.(type) {
		case *canvas.Image:
			arrow = [2]float32{from, from + o.Size().Width}
		case *canvas.Rectangle:
		default:
			label = [2]float32{from, from + o.MinSize().Width}
		}
	}
	return label, arrow
}

func TestTitlesHaveRoomForTheirArrow(t *testing.T) {
	for _, width := range []float32{560, 600, 740, 880, 1200} {
		w := open(t, &fake{}, fleet()...)
		w.win.Resize(fyne.NewSize(width, 400))
		for i, c := range columns {
			b := w.button(c.title)
			if b == nil {
				continue // left out
			}
			w.table.setOrder(order{by: i})
			label, arrow := places(b)
			if label[0] < 0 || label[1] > arrow[0] || arrow[1] > b.Size().Width {
				t.Errorf("%v wide, %s: the title is at %v and the arrow at %v of %v", width, c.title, label, arrow, b.Size().Width)
			}
		}
	}
}

func TestTheMarkOfTheWorstCoversNoText(t *testing.T) {
	w := New(test.NewTempApp(t), &fake{})
	w.win.Resize(fyne.NewSize(1200, 800))
	check := func(when string) {
		t.Helper()
		icon, text, right := w.bar.worst, w.bar.summary, w.bar.state.Objects[2]
		if icon.Size().Width < 10 || icon.Position().X+icon.Size().Width > text.Position().X {
			t.Errorf("%s: the icon is at %v, %v wide, the text at %v", when, icon.Position(), icon.Size().Width, text.Position())
		}
		if text.Position().X+text.Size().Width > right.Position().X {
			t.Errorf("%s: the text ends at %v and what is right of it begins at %v", when, text.Position().X+text.Size().Width, right.Position())
		}
		if got := right.MinSize().Width; got > right.Size().Width {
			t.Errorf("%s: what is right of the text needs %v and has %v", when, got, right.Size().Width)
		}
	}
	check("before the first view")
	sites := fleet()
	w.Show(link.View{Snapshot: monitor.Snapshot{At: noon, Sites: sites}})
	check("with rows")
	reading := *sites[0]
	reading.Reading = true
	w.Show(link.View{Snapshot: monitor.Snapshot{At: noon, Sites: append(sites[1:], &reading)}})
	check("while sites are read")
	w.bar.filter.SetText("izigo")
	check("with a filter")
}

func TestTheWindowShowsWhatTheUserWantsToSee(t *testing.T) {
	view := func(raise int, at link.Target) link.View {
		return link.View{Snapshot: monitor.Snapshot{At: noon, Sites: fleet()}, Raise: raise, Focus: at}
	}
	is := func(w *Window, site, owner string) {
		t.Helper()
		if !w.detailOpen() || w.detail.row.key != (key{site, owner}) || w.table.cursor == nil || *w.table.cursor != (key{site, owner}) {
			t.Errorf("the details show %+v, want those of %s/%s", w.detail.row, site, owner)
		}
	}
	w := open(t, &fake{}, fleet()...)
	w.bar.filter.SetText("zulu")
	w.Show(view(1, link.Target{Site: "Bravo", Owner: "IZIGO"}))
	is(w, "Bravo", "IZIGO")
	if w.bar.filter.Text != "" {
		t.Errorf("the filter %q hides the row", w.bar.filter.Text)
	}
	w.Show(view(2, link.Target{Site: "Bravo"}))
	is(w, "Bravo", "SUPEROFFICE") // the worst of the site
	w.bar.filter.SetText("bravo")
	w.Show(view(3, link.Target{Site: "Bravo", Owner: "IZIGO"}))
	if is(w, "Bravo", "IZIGO"); w.bar.filter.Text != "bravo" {
		t.Error("a filter that does not hide the row is cleared")
	}
	for name, v := range map[string]link.View{
		"nothing special":       view(4, link.Target{}),
		"an unknown site":       view(5, link.Target{Site: "Nowhere"}),
		"no wish to come front": view(5, link.Target{Site: "Zulu"}),
	} {
		w.now.view.Raise = v.Raise - 1
		if name == "no wish to come front" {
			w.now.view.Raise = v.Raise
		}
		w.Show(v)
		if w.detail.row.key != (key{"Bravo", "IZIGO"}) {
			t.Errorf("%s: the details show %s", name, w.detail.row.site)
		}
	}
	opening := New(test.NewTempApp(t), &fake{})
	opening.win.Resize(fyne.NewSize(600, 400))
	opening.Show(view(0, link.Target{Site: "Zulu", Owner: "SUPEROFFICE"}))
	is(opening, "Zulu", "SUPEROFFICE")
}

func TestWhatTheUserTypesStaysWhenTheWindowIsRaised(t *testing.T) {
	view := link.View{Snapshot: monitor.Snapshot{At: noon, Sites: fleet()}, Raise: 1, Focus: link.Target{Site: "Zulu"}}
	w := open(t, &fake{}, fleet()...)
	w.ctrl(fyne.KeyN)
	w.Show(view)
	if w.page != nil {
		t.Error("an untouched form hides the row")
	}
	newSite(t, w)
	view.Raise++
	w.Show(view)
	if w.page == nil {
		t.Error("what was typed is lost")
	}
}
