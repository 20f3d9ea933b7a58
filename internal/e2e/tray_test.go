//go:build linux

package e2e

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"slices"
	"strings"
	"testing"

	"licensewatch/assets"
	"licensewatch/internal/desktop"
)

func TestTheTrayIconShowsTheWorst(t *testing.T) {
	tests := []struct {
		change string
		look   assets.Look
	}{
		{"SUPEROFFICE status Ok", assets.Good},
		{"SUPEROFFICE status NewLicenseAvailable", assets.Caution},
		{"SUPEROFFICE status UnknownError", assets.Unsure},
		{"SUPEROFFICE status ProblemWithLicense", assets.Bad},
		{"SUPEROFFICE status Ok", assets.Good},
	}
	s := setUp(t, desktop.Options{})
	s.configure(head)
	s.signIn(head)
	a := s.startKnowing(head)
	titles := map[assets.Look]string{}
	for _, tt := range tests {
		s.do(head + " " + tt.change)
		a.refresh(head)
		a.soon("the icon of "+tt.change, func() error { return a.hasIcon(tt.look) })
		title, err := a.tray.Title(t.Context())
		if err != nil || !strings.Contains(title, "Licensewatch") {
			t.Errorf("title %q, %v; want the program's name in it", title, err)
		}
		if was, ok := titles[tt.look]; ok && was != title {
			t.Errorf("title %q, was %q for the same state", title, was)
		}
		titles[tt.look] = title
	}
	distinct := map[string]bool{}
	for _, title := range titles {
		distinct[title] = true
	}
	if len(distinct) != len(titles) {
		t.Errorf("titles %v do not tell the states apart", titles)
	}
}

// hasIcon says whether the icon on the bus is the mark of look, for either shade of panel.
func (a *agent) hasIcon(look assets.Look) error {
	icon, err := a.tray.Icon(a.t.Context())
	if err != nil {
		return err
	}
	for _, panel := range []assets.Panel{assets.Light, assets.Dark} {
		want, err := png.Decode(bytes.NewReader(assets.Tray(look, panel)))
		if err != nil {
			return err
		}
		if alike(icon, want) {
			return nil
		}
	}
	return fmt.Errorf("the icon on the bus is another one")
}

// alike compares shape, and colour where a pixel is opaque: programs do not agree on what a colour is where it
// is not.
func alike(got *image.NRGBA, want image.Image) bool {
	if got.Bounds().Size() != want.Bounds().Size() {
		return false
	}
	for y := range got.Bounds().Dy() {
		for x := range got.Bounds().Dx() {
			g, w := got.NRGBAAt(x, y), color.NRGBAModel.Convert(want.At(x, y)).(color.NRGBA)
			if g.A != w.A || g.A == 0xff && g != w {
				return false
			}
		}
	}
	return true
}

func TestRefreshInTheMenuCausesAPoll(t *testing.T) {
	s := setUp(t, desktop.Options{})
	s.configure(head, oslo)
	s.signIn(head, oslo)
	a := s.startKnowing(head, oslo)
	a.refresh(head, oslo) // waits for it
	s.do(oslo + " PARTNER01 status NewLicenseAvailable")
	a.refresh(head, oslo)
	a.shows(oslo, "PARTNER01", "NewLicenseAvailable")
}

func TestTheMenuNamesTheProblemsWorstFirst(t *testing.T) {
	s := setUp(t, desktop.Options{})
	s.configure(head, oslo)
	s.signIn(head, oslo)
	a := s.startKnowing(head, oslo)
	s.do(head+" SUPEROFFICE status NewLicenseAvailable", oslo+" PARTNER01 status ProblemWithLicense")
	a.refresh(head, oslo)
	a.soon("two problems in the menu", func() error {
		entries, err := a.tray.Menu(t.Context())
		if err != nil {
			return err
		}
		at := func(site, owner string) int {
			return slices.IndexFunc(entries, func(e desktop.MenuEntry) bool {
				return strings.Contains(e.Label, site) && strings.Contains(e.Label, owner)
			})
		}
		warning, critical := at(head, "SUPEROFFICE"), at(oslo, "PARTNER01")
		if critical < 0 || warning < critical {
			return fmt.Errorf("the critical one stands at %d, the warning at %d of %+v", critical, warning, entries)
		}
		return nil
	})
	for _, label := range []string{refreshNow, openWindow, quit} {
		if err := a.hasEntry(label); err != nil {
			t.Error(err)
		}
	}
}

// hasEntry returns an error unless the menu has an entry of this label, or one that begins so if it ends with a space.
func (a *agent) hasEntry(label string) error {
	entries, err := a.tray.Menu(a.t.Context())
	fits := func(e desktop.MenuEntry) bool {
		return e.Label == label || strings.HasSuffix(label, " ") && strings.HasPrefix(e.Label, label)
	}
	if err == nil && !slices.ContainsFunc(entries, fits) {
		err = fmt.Errorf("no entry %q in the menu %+v", label, entries)
	}
	return err
}

func TestTheMenuChangesOnlyWhenItsTextDoes(t *testing.T) {
	s := setUp(t, desktop.Options{})
	s.configure(head)
	s.signIn(head)
	a := s.startKnowing(head)
	before, err := a.tray.Menu(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	a.refresh(head)
	a.refresh(head)
	after, err := a.tray.Menu(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(before, after) { // a rebuilt menu has new numbers
		t.Errorf("menu %+v became %+v though nothing happened", before, after)
	}
}

func TestARestartedPanelShowsTheIconAgain(t *testing.T) {
	s := setUp(t, desktop.Options{})
	s.configure(head)
	s.signIn(head)
	a := s.startKnowing(head)
	s.do(head + " SUPEROFFICE status NewLicenseAvailable")
	a.refresh(head)
	s.received(1) // closes it too, which once made icons stay away
	s.do(head + " fault expire-tickets")
	a.refresh(head) // asks the keyring, or has no need to
	for range 2 {
		if err := s.Service(desktop.Panel).Restart(t.Context()); err != nil {
			t.Fatal(err)
		}
		a.inTray()
	}
	a.soon("the icon", func() error { return a.hasIcon(assets.Caution) }) // the tray follows at most twice a second
	a.refresh(head)
}

func TestWithoutATrayHostTheAgentSaysSoAndOpensTheWindow(t *testing.T) {
	s := setUp(t, desktop.Options{NoTray: true})
	s.configure(head)
	s.signIn(head)
	a := s.start()
	s.window()
	a.alive()
	a.soon("a word about the tray", func() error {
		if !strings.Contains(strings.ToLower(a.output()), "tray") {
			return fmt.Errorf("the log says: %s", a.output())
		}
		return nil
	})
	a.knows(head)
}

func TestWithATrayTheAgentStaysQuietlyThere(t *testing.T) {
	s := setUp(t, desktop.Options{})
	s.configure(head)
	s.signIn(head)
	s.startKnowing(head)
	if list := s.windows(); len(list) != 0 {
		t.Errorf("%d windows opened unasked", len(list))
	}
	s.received(0)
}

func TestTheFirstRunOpensTheWindow(t *testing.T) {
	s := setUp(t, desktop.Options{})
	a := s.start()
	a.inTray()
	s.window()
}

func TestPauseInTheMenuHoldsAndEnds(t *testing.T) {
	s := setUp(t, desktop.Options{NoNotifications: true})
	s.configure(head)
	s.signIn(head)
	a := s.startKnowing(head)
	a.choose("Pause checks", "For 1 hour")
	a.soon("a word about the pause", func() error { return a.hasEntry("Checks paused until ") })
	a.refresh(head) // a person's wish counts all the same
	a.choose("Checks paused", "Off")
	a.soon("the end of the pause", func() error { return a.hasEntry("Pause checks") })
}
