package window

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"licensewatch/internal/picture"
)

// handed remembers what a focused widget hands on.
type handed struct {
	escaped int
	last    fyne.CanvasObject
}

func (h *handed) escape()                     { h.escaped++ }
func (h *handed) shortcut(fyne.Shortcut)      {}
func (h *handed) reached(o fyne.CanvasObject) { h.last = o }
func (h *handed) turn(fyne.KeyName)           {}

// threeSpots is a picture with a spot at 10, 60 and 110; the last stands for two events.
func threeSpots(p picture.Paper) picture.Picture {
	pic := picture.Picture{Width: p.Width, Height: 40, Alt: "Three spots."}
	for i := range 3 {
		pic.Spots = append(pic.Spots, picture.Spot{X: 10 + 50*float32(i), Y: 5, Width: 24, Height: 24, Index: 4 + i, Count: 1, Title: "Event"})
	}
	pic.Spots[2].Count = 2
	return pic
}

func TestASpotIsChosenByATapAndByKeys(t *testing.T) {
	test.NewTempApp(t)
	var got []int
	k := &handed{}
	d := newDrawing(k, threeSpots, func(i int) { got = append(got, i) })
	w := test.NewTempWindow(t, d)
	w.Resize(fyne.NewSize(300, 100))

	test.TapAt(d.spots, fyne.NewPos(62, 10))
	test.TapAt(d.spots, fyne.NewPos(50, 10)) // beside
	if len(got) != 1 || got[0] != 5 {
		t.Fatalf("a tap on the second spot and one beside it chose %v, want [5]", got)
	}
	if w.Canvas().Focused() != d.spots || k.last != d.spots {
		t.Error("a tap does not bring the focus")
	}
	for _, name := range []fyne.KeyName{fyne.KeyRight, fyne.KeyReturn, fyne.KeyRight, fyne.KeySpace, fyne.KeyHome, fyne.KeyReturn, fyne.KeyLeft, fyne.KeyEnter, fyne.KeyEscape} {
		d.spots.TypedKey(&fyne.KeyEvent{Name: name})
	}
	want := []int{5, 6, 6, 4, 4}
	if len(got) != len(want) {
		t.Fatalf("keys chose %v, want %v", got, want)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Fatalf("keys chose %v, want %v", got, want)
		}
	}
	if k.escaped != 1 {
		t.Errorf("Esc was handed on %d times, want once", k.escaped)
	}
}
