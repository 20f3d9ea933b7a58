package window

import (
	"net/url"
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"

	"licensewatch/internal/caldate"
	"licensewatch/monitor"
)

func TestWebLink(t *testing.T) {
	for raw, want := range map[string]string{
		"https://shop.example/renew?c=1":    "shop.example",
		" http://shop.example:8080/ ":       "shop.example:8080",
		"https://[2001:db8::1]/":            "2001:db8::1",
		"https://sh\u043ep.example/":        "xn--shp-ted.example", // a Cyrillic о
		"javascript:alert(1)":               "",
		"file:///etc/passwd":                "",
		"https://superoffice.com@evil.test": "",
		"//shop.example/":                   "",
		"https://":                          "",
		"https://shop.example/\u202etxt":    "",
		"":                                  "",
	} {
		u, host, ok := webLink(raw)
		if host != want || ok != (want != "") || ok != (u != nil) {
			t.Errorf("webLink(%q) shows host %q, want %q", raw, host, want)
		}
	}
}

func TestDetailTellsAllOfAnOwner(t *testing.T) {
	o := owner("SUPEROFFICE", -5, expired, fine)
	o.Licence.Modules = []monitor.Module{
		{Name: "sales", Description: "Sales Premium", Type: "UserLicense", Total: 21, InUse: 20, Free: 1},
		{Name: "web", Description: "Web client", Type: "UserLicense", InUse: 40, Unrestricted: true},
		{Name: "inner", Description: "Inner key", Type: "UserLicense", Total: 1, Hidden: true},
	}
	w := open(t, &fake{}, site("Alfa", o))
	w.openRow(t, "Alfa")
	w.reads(t, "The licence expired.", "Renew the licence now.", "The licence server has no news.",
		"17 November 2026", "5 days ago", "29 November 2026", "in 7 days",
		"Sales Premium", "21", "20", "Web client", "no limit",
		"Fjord AS", "1010000014", "https://crm.example/remote/", "Services86", "11:50", "10:00")
	if strings.Contains(w.texts(), "Inner key") {
		t.Error("a hidden module shows unasked")
	}
	for _, o := range w.objects() {
		if c, ok := o.(*check); ok && strings.Contains(c.Text, "1 hidden module") {
			test.Tap(c)
		}
	}
	w.reads(t, "Inner key")
	text := w.texts()
	if strings.Index(text, "The licence expired.") > strings.Index(text, "The licence server has no news.") {
		t.Error("the worst finding does not come first")
	}
}

func TestAFailureThatIsNotConfirmedYet(t *testing.T) {
	s := site("Alfa", owner("SUPEROFFICE", 220, fine))
	s.Failure, s.Failures, s.FailingSince = &monitor.Failure{Kind: monitor.KindTimeout, Text: "crm.example did not answer."}, 1, noon
	w := open(t, &fake{}, s)
	w.openRow(t, "Alfa")
	w.reads(t, "The latest check failed: crm.example did not answer. It is asked again at 12:30.", "12:00 (1 time)")
}

func TestButtonsOfTheDetailPane(t *testing.T) {
	agent := &fake{}
	w := open(t, agent, fleet()...)
	w.openRow(t, "Bravo")
	w.press(t, "Check now")
	w.openRow(t, "Nord")
	w.press(t, "Check now")
	if got := strings.Join(agent.asked, ","); got != "refresh Bravo/SUPEROFFICE,refresh Nord/" {
		t.Errorf("the agent was asked %q", got)
	}
	w.openRow(t, "Zulu")
	w.press(t, "Copy text for SuperOffice")
	clip := fyne.CurrentApp().Clipboard().Content()
	for _, want := range []string{"Site: Zulu", "Serial number: 1010000014", "Critical: The licence expired.", "Licence expires: The licence expired 5 days ago, on 17 November 2026."} {
		if !strings.Contains(clip, want) {
			t.Errorf("the copied text lacks %q:\n%s", want, clip)
		}
	}
	w.Lost("it was stopped.")
	if !w.button("Check now").Disabled() || !w.button("Edit site…").Disabled() || w.button("Copy text for SuperOffice").Disabled() {
		t.Error("without an agent, only what needs none may be pressed")
	}
}

func TestWhatIsCopiedClaimsNoSeatsThatNobodyCounts(t *testing.T) {
	w := open(t, &fake{}, site("Alfa", staffed()))
	w.openRow(t, "Alfa")
	w.press(t, "Copy")
	clip := fyne.CurrentApp().Clipboard().Content()
	for _, want := range []string{"Module web: 40 in use, no limit\n", "Module mail: 33 in all, use not known\n", "Module sales: 15 in use, 21 in all\n"} {
		if !strings.Contains(clip, want) {
			t.Errorf("the copied text lacks %q:\n%s", want, clip)
		}
	}
	if strings.Contains(clip, "made up") {
		t.Error("it is said to be of a demo")
	}
	w.does(func() {
		v := w.now.view
		v.Demo = true
		w.Show(v)
	})
	w.press(t, "Copy")
	if clip := fyne.CurrentApp().Clipboard().Content(); !strings.HasSuffix(clip, "made up, for a demo.\n") {
		t.Errorf("in the demo, the copied text does not say so:\n%s", clip)
	}
}

func TestHostileTextIsInert(t *testing.T) {
	o := owner("**OWNER**\u202e", 12, monitor.Finding{Kind: monitor.FindingStatus, Severity: monitor.Warning, Text: "![x](file:///etc/passwd)\x1b[31m"})
	o.Verdict = &monitor.Verdict{Status: "UseCustomMessageAndUrl", Message: "[click](javascript:x) <b>\u202e" + strings.Repeat("long ", 9999), URL: "javascript:alert(1)"}
	o.Licence.Company = "A\nB\u200f"
	w := open(t, &fake{}, site("Alfa", o))
	w.openRow(t, "Alfa")
	w.reads(t, "[click](javascript:x) <b>long", "The server sent a link that Licensewatch does not open. It is: javascript:alert(1)", "![x](file:///etc/passwd)[31m", "**OWNER**")
	for _, o := range w.objects() {
		switch o := o.(type) {
		case *widget.Hyperlink:
			t.Errorf("there is a link %q", o.Text)
		case *button:
			if strings.HasPrefix(o.Text, "Open") {
				t.Errorf("there is a button %q", o.Text)
			}
		case *canvas.Text:
			if strings.ContainsAny(o.Text, "\u202e\u200f\x1b\n") {
				t.Errorf("%q has marks that turn text round or steer a terminal", o.Text)
			}
		case *widget.Label:
			if n := len([]rune(o.Text)); n > 2100 {
				t.Errorf("a label has %d letters", n)
			}
		}
	}
}

// browser keeps the addresses that it is asked to open.
type browser struct {
	fyne.App
	opened []string
}

func (b *browser) OpenURL(u *url.URL) error {
	b.opened = append(b.opened, u.String())
	return nil
}

func TestALinkIsOpenedByAPressOnItsHost(t *testing.T) {
	const address = "https://shop.example/renew?c=14"
	for name, findingURL := range map[string]string{"at its finding": address, "at the message": ""} {
		t.Run(name, func(t *testing.T) {
			o := owner("SUPEROFFICE", 12, monitor.Finding{Kind: monitor.FindingStatus, Severity: monitor.Warning, Text: "A message.", URL: findingURL})
			o.Verdict = &monitor.Verdict{Status: "UseCustomMessageAndUrl", Message: "Renew soon.", URL: address}
			w := open(t, &fake{}, site("Alfa", o))
			b := &browser{App: w.app}
			w.app = b
			w.openRow(t, "Alfa")
			w.reads(t, "Renew soon.", address)
			buttons := 0
			for _, o := range w.objects() {
				if b, ok := o.(*button); ok && strings.HasPrefix(b.Text, "Open ") {
					buttons++
				}
			}
			if buttons != 1 || len(b.opened) > 0 {
				t.Errorf("%d buttons open the link, and unasked %q was opened", buttons, b.opened)
			}
			w.press(t, "Open shop.example")
			if !slices.Equal(b.opened, []string{address}) {
				t.Errorf("opened %q", b.opened)
			}
		})
	}
}

func TestDatesThatAreNoDays(t *testing.T) {
	o := owner("SUPEROFFICE", 1, fine)
	o.Licence.Dates = monitor.Dates{Expiry: caldate.Never, Grace: caldate.Never}
	w := open(t, &fake{}, site("Alfa", o))
	w.openRow(t, "Alfa")
	w.reads(t, "The licence does not end.", "Modules do not stop.", "No date is set on which maintenance ends.")
}
