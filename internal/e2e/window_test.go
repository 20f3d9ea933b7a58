//go:build linux

package e2e

import (
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"os"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"licensewatch/internal/desktop"
)

func TestOpenInTheMenuOpensAWindowThatShowsSomething(t *testing.T) {
	s := setUp(t, desktop.Options{})
	s.configure(head, oslo)
	s.signIn(head, oslo)
	a := s.startKnowing(head, oslo)
	a.choose(openWindow)
	s.within(10*time.Second, "the window", func() error {
		if len(s.windows()) != 1 {
			return fmt.Errorf("%d windows are open", len(s.windows()))
		}
		return nil
	})
	s.showsSomething(s.window())
}

// showsSomething waits until the window's part of the screen is a picture with text in it: many shades, and
// no colour that fills it.
func (s *stage) showsSomething(w desktop.Window) {
	s.t.Helper()
	s.soon("a picture in the window", func() error {
		screen, err := s.Screen()
		if err != nil {
			return err
		}
		shades, most, all := map[color.RGBA]int{}, 0, 0
		area := w.Bounds.Intersect(screen.Bounds())
		for y := area.Min.Y; y < area.Max.Y; y++ {
			for x := area.Min.X; x < area.Max.X; x++ {
				c := screen.RGBAAt(x, y)
				shades[c]++
				most = max(most, shades[c])
				all++
			}
		}
		if len(shades) < 50 || most > all*98/100 {
			return fmt.Errorf("%d shades in %v, the most frequent on %d of %d pixels", len(shades), area, most, all)
		}
		return nil
	})
}

func TestAClickOnTheIconOpensTheWindow(t *testing.T) {
	s := setUp(t, desktop.Options{})
	s.configure(head)
	s.signIn(head)
	a := s.startKnowing(head)
	if err := a.tray.Click(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.window()
	if err := a.tray.Click(t.Context()); err != nil {
		t.Fatal(err)
	}
	a.refresh(head) // after the second click was served
	if n := len(s.windows()); n != 1 {
		t.Errorf("%d windows after two clicks, want 1", n)
	}
}

func TestKillingTheWindowLeavesTheAgent(t *testing.T) {
	s := setUp(t, desktop.Options{})
	s.configure(head)
	s.signIn(head)
	a := s.startKnowing(head)
	a.choose(openWindow)
	w := s.window()
	if w.PID == 0 || w.PID == a.cmd.Process.Pid {
		t.Fatalf("the window belongs to process %d, the agent is %d", w.PID, a.cmd.Process.Pid)
	}
	if err := syscall.Kill(w.PID, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	s.soon("the end of the window", func() error { return s.gone(w) })
	a.refresh(head)
	a.inTray()
	a.alive()
	a.choose(openWindow)
	if again := s.window(); again.PID == w.PID {
		t.Error("the killed window is back with the same process")
	}
}

func TestClosingTheWindowLeavesTheAgent(t *testing.T) {
	s := setUp(t, desktop.Options{})
	s.configure(head)
	s.signIn(head)
	a := s.startKnowing(head)
	a.choose(openWindow)
	w := s.window()
	s.showsSomething(w)
	s.press(w, "alt+F4", "the end of the window", func() error { return s.gone(w) })
	a.refresh(head)
	a.inTray()
}

// gone says whether no window is open and the process of w has ended and was waited for.
func (s *stage) gone(w desktop.Window) error {
	if n := len(s.windows()); n != 0 {
		return fmt.Errorf("%d windows are open", n)
	}
	if err := syscall.Kill(w.PID, 0); err == nil {
		return fmt.Errorf("its process %d still runs", w.PID)
	}
	return nil
}

// press brings the window to the front and presses a key, and again every other second until done: a busy
// machine may lose a key while the focus moves.
func (s *stage) press(w desktop.Window, key, what string, done func() error) {
	s.t.Helper()
	var pressed time.Time
	s.soon(what, func() error {
		err := done()
		if err == nil || time.Since(pressed) < 2*time.Second {
			return err
		}
		pressed = time.Now()
		return errors.Join(err, s.Raise(s.t.Context(), w), s.Key(s.t.Context(), key))
	})
}

func TestControlRInTheWindowCausesAPoll(t *testing.T) {
	s := setUp(t, desktop.Options{})
	s.configure(head)
	s.signIn(head)
	a := s.startKnowing(head)
	a.choose(openWindow)
	w := s.window()
	s.showsSomething(w)
	before := s.asked(head)
	s.press(w, "ctrl+r", "a poll", func() error {
		if s.asked(head) == before {
			return fmt.Errorf("no question to the licence server")
		}
		return nil
	})
}

func TestASiteIsAddedByKeyboardAlone(t *testing.T) {
	s := setUp(t, desktop.Options{})
	a := s.start()
	a.inTray()
	w := s.window() // the first run opens it
	s.showsSomething(w)
	before := s.picture(w)
	s.press(w, "ctrl+n", "a form", func() error {
		if n := differing(s.picture(w), before); n < len(before)/20 { // the focus alone changes less
			return fmt.Errorf("the window shows what it did, but for %d of %d bytes", n, len(before))
		}
		return nil
	})
	enter := func(keys string, text string) {
		t.Helper()
		if keys != "" {
			if err := s.Key(t.Context(), strings.Fields(keys)...); err != nil {
				t.Fatal(err)
			}
		}
		if err := s.Type(t.Context(), text); err != nil {
			t.Fatal(err)
		}
	}
	enter("", head)
	enter("Tab Tab", s.sim.URL(head)) // past the way to sign in
	enter("Tab Tab", "typist")        // past the web services
	enter("Tab", typed)
	enter("Return", "") // tests the connection
	s.soon("the connection test", func() error {
		if s.sim.Requests(head, "GetLicenseForAllOwnersFromDB") == 0 {
			return fmt.Errorf("the site's owners were not read")
		}
		return nil
	})
	if _, err := os.Stat(s.config()); err == nil {
		t.Error("the site was saved before the test had passed")
	}
	s.soon("the saved site", func() error {
		if _, err := os.Stat(s.config()); err != nil {
			enter("Return", "") // once the outcome is there, it saves
			return err
		}
		return nil
	})
	a.shows(head, "SUPEROFFICE", "Ok")
	if got, err := s.Secret(t.Context(), keyringItem); err != nil || got != typed {
		t.Errorf("the keyring holds another password, or none: %v", err)
	}
}

func TestTheWindowShowsAChange(t *testing.T) {
	s := setUp(t, desktop.Options{NoNotifications: true})
	s.configure(head)
	s.signIn(head)
	a := s.startKnowing(head)
	a.choose(openWindow)
	w := s.window()
	s.showsSomething(w)
	before := s.red(w)
	s.do(head + " SUPEROFFICE status ProblemWithLicense")
	a.refresh(head)
	s.soon("the red of a critical state", func() error {
		if now := s.red(w); now <= before {
			return fmt.Errorf("%d red pixels, were %d", now, before)
		}
		return nil
	})
}

// differing counts the bytes in which two pictures of the same size differ.
func differing(a, b []byte) int {
	n := 0
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			n++
		}
	}
	return n
}

// picture returns the pixels of the window's part of the screen.
func (s *stage) picture(w desktop.Window) []byte {
	s.t.Helper()
	screen, err := s.Screen()
	if err != nil {
		s.t.Fatal(err)
	}
	part := image.NewRGBA(w.Bounds.Intersect(screen.Bounds()))
	draw.Draw(part, part.Rect, screen, part.Rect.Min, draw.Src)
	return part.Pix
}

// red counts the red pixels in the window's part of the screen.
func (s *stage) red(w desktop.Window) int {
	n := 0
	for p := range slices.Chunk(s.picture(w), 4) {
		if p[0] > 150 && p[1] < 90 && p[2] < 90 {
			n++
		}
	}
	return n
}

func TestTheWindowCommandStartsAnAgentIfNoneRuns(t *testing.T) {
	s := setUp(t, desktop.Options{NoNotifications: true})
	s.configure(head)
	s.signIn(head)
	cmd := s.Command(t.Context(), s.path, "window")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Cancel()
		cmd.Wait()
	})
	s.window()
	s.soon("an agent", func() error {
		if r := s.run("status"); r.code > 3 {
			return fmt.Errorf("status: %v", r)
		}
		return nil
	})
}

func TestWithoutOpenGLTheStatusPageOpensInTheBrowser(t *testing.T) {
	s := setUp(t, desktop.Options{NoGL: true})
	s.configure(head, oslo)
	s.signIn(head, oslo)
	browser := s.fakeBrowser()
	a := s.startWith(browser)
	a.inTray()
	a.knows(head, oslo)

	r := s.runWith(browser, "window")
	if r.code == 0 || !strings.Contains(r.stderr, "OpenGL") || strings.Contains(r.stderr, "goroutine ") {
		t.Errorf("want one sentence about OpenGL: %v", r)
	}
	page := s.opened()
	for _, want := range []string{"<html", head, oslo, "SUPEROFFICE"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not hold %q:\n%s", want, page)
		}
	}
	for _, outside := range []string{"src=\"http", "href=\"http", "<script"} {
		if strings.Contains(page, outside) {
			t.Errorf("the page is not self-contained: it has %q", outside)
		}
	}
	if s.leaks([]byte(page)) {
		t.Error("the page holds a secret")
	}
	a.alive()
}

func TestWithoutOpenGLAClickOnTheIconOpensTheStatusPage(t *testing.T) {
	s := setUp(t, desktop.Options{NoGL: true})
	s.configure(head)
	s.signIn(head)
	a := s.startWith(s.fakeBrowser())
	a.inTray()
	a.knows(head)
	a.choose(openWindow)
	if page := s.opened(); !strings.Contains(page, head) {
		t.Errorf("the page does not name the site:\n%s", page)
	}
	a.alive()
}

// fakeBrowser makes a browser that only notes what it is told to open, and returns the environment in which
// it is the browser.
func (s *stage) fakeBrowser() []string {
	s.t.Helper()
	for _, name := range []string{"xdg-open", "x-www-browser", "www-browser"} {
		s.write(s.Path("bin", name), "#!/bin/sh\nprintf '%s\\n' \"$1\" >>"+s.Path("opened")+"\n")
		if err := os.Chmod(s.Path("bin", name), 0o700); err != nil {
			s.t.Fatal(err)
		}
	}
	return []string{"PATH=" + s.Path("bin") + ":" + os.Getenv("PATH")}
}

// opened returns the page that the browser was told to open.
func (s *stage) opened() string {
	s.t.Helper()
	var page string
	s.soon("a page in the browser", func() error {
		lines, err := os.ReadFile(s.Path("opened"))
		if err != nil {
			return err
		}
		first, _, _ := strings.Cut(string(lines), "\n")
		b, err := os.ReadFile(strings.TrimPrefix(first, "file://"))
		page = string(b)
		return err
	})
	return page
}
