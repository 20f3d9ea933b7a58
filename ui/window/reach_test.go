package window

import (
	"testing"

	"fyne.io/fyne/v2"

	"licensewatch/monitor/link"
)

func TestTabBringsEachInputIntoSight(t *testing.T) {
	for _, k := range signIns {
		w := open(t, &fake{})
		s := w.openForm(link.SiteForm{Services: "Services86", SignIn: k.kind})
		s.showAdvanced(true)
		w.win.Resize(fyne.NewSize(600, 401))
		w.win.Resize(fyne.NewSize(600, 400))
		place := fyne.CurrentApp().Driver().AbsolutePositionForObject
		from, to := place(s.scroll).Y, place(s.scroll).Y+s.scroll.Size().Height
		seen := map[fyne.CanvasObject]bool{}
		for range 60 {
			at, ok := w.win.Canvas().Focused().(fyne.CanvasObject)
			if ok && !seen[at] && at != fyne.CanvasObject(s.try) && at != fyne.CanvasObject(w.button("Cancel")) {
				if top := place(at).Y; top < from || top+at.Size().Height > to {
					t.Errorf("%s: control %d is at %v to %v, and %v to %v is in sight", k.kind, len(seen), top, top+at.Size().Height, from, to)
				}
			}
			seen[at] = true
			w.win.Canvas().FocusNext()
		}
	}
}
