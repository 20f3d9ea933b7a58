package window

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"licensewatch/monitor/link"
)

func TestEveryHintFitsOnOneLineOfASmallWindow(t *testing.T) {
	w := open(t, &fake{})
	for _, k := range signIns {
		s := w.openForm(link.SiteForm{Services: "Services86", SignIn: k.kind})
		s.showAdvanced(true)
		w.win.Resize(fyne.NewSize(600, 401))
		w.win.Resize(fyne.NewSize(600, 400))
		for _, f := range append(s.shown, s.deep...) {
			width := fyne.MeasureText(f.hint.Text, theme.TextSize(), fyne.TextStyle{}).Width + 2*theme.InnerPadding()
			if room := f.box.Size().Width; width > room {
				t.Errorf("%s, %s: the hint %q needs %v and has %v", k.kind, f.name.Text, f.hint.Text, width, room)
			}
		}
	}
}
