package window

import (
	"context"
	"errors"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"licensewatch/monitor"
	"licensewatch/monitor/link"
)

// endless is text without a blank, of letters that are wide.
var endless = strings.Repeat("W", 2000)

// hostileSite is one where every text that a server sends is endless.
func hostileSite(name string) *monitor.SiteState {
	address := "https://superoffice.com." + strings.Repeat("w", 200) + ".evil.example/x"
	o := owner(endless, 12,
		monitor.Finding{Kind: monitor.FindingStatus, Severity: monitor.Warning, Text: endless, Action: endless, URL: address},
		monitor.Finding{Kind: monitor.FindingUnreadable, Severity: monitor.Unknown, Text: endless, Action: endless})
	o.Verdict = &monitor.Verdict{Status: endless, Message: endless, URL: address}
	o.Licence.Company, o.Licence.Serial, o.Licence.Description = endless, endless, endless
	o.Licence.Modules = []monitor.Module{{Name: endless, Description: endless, Type: endless, Total: 1e9, InUse: 1e9}, {Name: endless, Hidden: true}}
	s := site(name, o)
	s.Site.URL = "https://" + endless
	s.Failure = &monitor.Failure{Text: endless, Remedy: endless}
	return s
}

// least is the size that the window cannot be made smaller than.
func (w *Window) least() fyne.Size { return w.win.Canvas().Content().MinSize() }

func TestNothingThatAServerSendsSizesTheWindow(t *testing.T) {
	for _, width := range []float32{560, 1200} {
		w := open(t, &fake{trial: passes}, fleet()...)
		w.win.Resize(fyne.NewSize(width, 400))
		w.openRow(t, "Alfa")
		want := w.least()
		w.closeDetail()
		w.Show(link.View{Snapshot: monitor.Snapshot{At: noon, Sites: []*monitor.SiteState{hostileSite(endless)}}})
		if got := w.least(); got != want {
			t.Errorf("%v wide: its rows change the minimum from %v to %v", width, want, got)
		}
		w.openRow(t, endless)
		if got := w.least(); got != want {
			t.Errorf("%v wide: its details change the minimum from %v to %v", width, want, got)
		}
		if got := w.detail.scroll.Content.MinSize().Width; got > paneWidth {
			t.Errorf("%v wide: its details are %v wide, and the pane %v", width, got, paneWidth)
		}
		w.key(fyne.KeyDelete)
		for _, o := range w.win.Canvas().Overlays().List() {
			if got := o.(*widget.PopUp).Content.MinSize(); got.Width > 540 || got.Height > 300 {
				t.Errorf("%v wide: a question about it needs %v", width, got)
			}
		}
	}
}

func TestBannersLeaveRoomForTheTable(t *testing.T) {
	w := open(t, &fake{err: errors.New(endless)}, fleet()...)
	w.win.Resize(fyne.NewSize(600, 400))
	before := w.least()
	w.press(t, "Refresh")
	w.Show(link.View{Snapshot: w.now.view.Snapshot, Demo: true, Notices: []string{endless, endless + "!"}})
	w.Lost(endless)
	if got := w.least(); got.Width != before.Width || got.Height > 400 {
		t.Errorf("endless banners make the minimum %v, before %v", got, before)
	}
}

func TestTheEndOfAHostShows(t *testing.T) {
	for _, letter := range []string{"a", "w", "i", "a."} {
		host := "superoffice.com." + strings.Repeat(letter, 100) + ".evil.example"
		address := "https://" + host + "/x?y=1#z"
		o := owner("SUPEROFFICE", 12, monitor.Finding{Kind: monitor.FindingStatus, Severity: monitor.Warning, Text: "A message.", URL: address})
		o.Verdict = &monitor.Verdict{Status: messageAndLink, Message: "Renew soon.", URL: address}
		w := open(t, &fake{}, site("Alfa", o))
		w.openRow(t, "Alfa")
		w.reads(t, ".evil.example/x?y=1#z")
		var shown *button
		for _, o := range w.objects() {
			if b, ok := o.(*button); ok && strings.HasPrefix(b.Text, "Open") {
				shown = b
			}
		}
		if shown == nil || !strings.HasPrefix(shown.Text, "Open …") || !strings.HasSuffix(shown.Text, ".evil.example") {
			t.Fatalf("of %q the button shows %+v", host, shown)
		}
		if most := paneWidth - 80; shown.MinSize().Width > most {
			t.Errorf("the button is %v wide", shown.MinSize().Width)
		}
	}
}

func TestALinkIsSpelledOut(t *testing.T) {
	for raw, want := range map[string]string{
		"https://shop.example":               "https://shop.example/",
		"https://shop.example:8443/a%20b?c=": "https://shop.example:8443/a%20b?c=",
		"https://sh\u043ep.example/":         "https://xn--shp-ted.example/", // a Cyrillic о
	} {
		u, host, _ := webLink(raw)
		if got := spelled(u, host); got != want {
			t.Errorf("%q is spelled %q, want %q", raw, got, want)
		}
	}
}

func TestARefusedLinkIsNotAdvised(t *testing.T) {
	advice := "Read the message; open the link if you trust its host."
	tests := []struct {
		name, status, message, url string
		reads, not                 []string
	}{
		{"one that the agent took away", messageAndLink, "Renew.", "", []string{"Read the message.", "The server sent a link that Licensewatch does not open."}, []string{advice}},
		{"one without a message", messageAndLink, "", "", []string{"The server sent a link that Licensewatch does not open."}, []string{advice, "Read the message"}},
		{"a host that is no host name", messageAndLink, "Renew.", "https://a..b-/", []string{"does not open. It is: https://a..b-/"}, []string{advice}},
		{"one that opens", messageAndLink, "Renew.", "https://shop.example/", []string{advice, "https://shop.example/"}, []string{"does not open"}},
		{"another status keeps its advice", "NewLicenseAvailable", "Renew.", "file:///x", []string{advice, "does not open. It is: file:///x"}, nil},
		{"another status without a link", "NewLicenseAvailable", "Renew.", "", []string{advice}, []string{"does not open"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			o := owner("SUPEROFFICE", 12, monitor.Finding{Kind: monitor.FindingStatus, Severity: monitor.Warning, Text: "A message.", Action: advice, URL: monitor.WebLink(tt.url)})
			o.Verdict = &monitor.Verdict{Status: tt.status, Message: tt.message, URL: tt.url}
			w := open(t, &fake{}, site("Alfa", o))
			w.openRow(t, "Alfa")
			w.reads(t, tt.reads...)
			for _, text := range tt.not {
				if strings.Contains(w.texts(), text) {
					t.Errorf("it says %q", text)
				}
			}
		})
	}
}

func TestTheOutcomeOfATestDoesNotWidenTheForm(t *testing.T) {
	answers := map[string]func(context.Context) (link.Trial, error){
		"it passes": func(context.Context) (link.Trial, error) {
			return link.Trial{Company: endless, Serial: endless, Version: endless, Owners: []string{endless, endless}, URL: endless, Warning: endless}, nil
		},
		"it fails": func(context.Context) (link.Trial, error) {
			return link.Trial{Failure: &monitor.Failure{Text: endless, Remedy: endless}}, nil
		},
		"it cannot be made": func(context.Context) (link.Trial, error) { return link.Trial{}, errors.New(endless) },
	}
	for name, answer := range answers {
		t.Run(name, func(t *testing.T) {
			w := open(t, &fake{trial: answer}, fleet()...)
			w.win.Resize(fyne.NewSize(600, 400))
			newSite(t, w)
			want := w.least()
			w.key(fyne.KeyReturn)
			if w.button("Test again") == nil {
				t.Fatal("there is no outcome")
			}
			if got := w.least(); got.Width != want.Width || got.Height > 400 {
				t.Errorf("the minimum was %v and is %v", want, got)
			}
		})
	}
}

func TestFitEnd(t *testing.T) {
	test.NewTempApp(t)
	size, style := theme.TextSize(), fyne.TextStyle{}
	if got := fitEnd("shop.example", 300, size, style); got != "shop.example" {
		t.Errorf("what fits becomes %q", got)
	}
	got := fitEnd(endless+".example", 100, size, style)
	if w := fyne.MeasureText(got, size, style).Width; w > 100 || w < 80 || !strings.HasSuffix(got, "W.example") || !strings.HasPrefix(got, "…W") {
		t.Errorf("%q is %v wide, want nearly 100", got, w)
	}
}
