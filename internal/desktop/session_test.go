//go:build linux

package desktop

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"fyne.io/systray"
	"github.com/godbus/dbus/v5"
)

// role makes this test's binary play another program: one with a tray item, one that is killed.
const role = "DESKTOP_TEST_ROLE"

func TestMain(m *testing.M) {
	switch os.Getenv(role) {
	case "item":
		playItem()
	case "hold":
		playHold()
	default:
		os.Exit(m.Run())
	}
}

// playItem shows a tray item whose menu changes its title.
func playItem() {
	systray.Run(func() {
		look := func() {
			systray.SetIcon(dot(color.NRGBA{R: 200, A: 255}))
			systray.SetTitle("two problems")
		}
		look()
		more := systray.AddMenuItem("Under_score", "")
		off := systray.AddMenuItem("Never", "")
		off.Disable()
		systray.AddSeparator()
		go func() {
			for again := time.Tick(100 * time.Millisecond); ; { // systray loses what it is told while it connects
				select {
				case <-again:
					look()
				case <-more.ClickedCh:
					systray.SetTitle("clicked")
					again = nil
				}
			}
		}()
	}, nil)
}

// playHold brings a desktop up, says where, and waits to be killed.
func playHold() {
	d, err := Start(context.Background(), Options{})
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	fmt.Println(d.dir)
	select {}
}

func dot(c color.Color) []byte {
	img := image.NewNRGBA(image.Rect(0, 0, 22, 22))
	for n := range 22 * 22 {
		img.Set(n%22, n/22, c)
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		panic(err)
	}
	return b.Bytes()
}

// item starts a program with a tray item and returns the item once the tray lists it.
func item(t *testing.T, d *Desktop) *TrayItem {
	t.Helper()
	cmd := d.Command(t.Context(), executable(t))
	cmd.Env = append(cmd.Env, role+"=item")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Cancel()
		cmd.Wait()
	})
	i := d.TrayItem(cmd.Process.Pid)
	soon(t, "the item in the tray", i.listed(t))
	return i
}

func (i *TrayItem) listed(t *testing.T) func() error {
	return func() error {
		ok, err := i.Registered(t.Context())
		if err == nil && !ok {
			err = errors.New("it is not listed")
		}
		return err
	}
}

func TestTheTrayShowsAnItemAndItsMenuWorks(t *testing.T) {
	d := begin(t, Options{NoKeyring: true, NoNotifications: true})
	i := item(t, d)
	soon(t, "its icon and title", func() error { // an item is listed before it has them
		icon, err := i.Icon(t.Context())
		if err != nil || icon.Bounds().Dx() != 22 || icon.NRGBAAt(3, 3) != (color.NRGBA{R: 200, A: 255}) {
			return fmt.Errorf("Icon = %v, %w; want 22 red pixels a line", icon, err)
		}
		title, err := i.Title(t.Context())
		if err != nil || title != "two problems" {
			return fmt.Errorf("Title = %q, %w", title, err)
		}
		return nil
	})
	menu, err := i.Menu(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if len(menu) != 3 || menu[0].Label != "Underscore" || !menu[0].Enabled || menu[1].Enabled || !menu[2].Separator {
		t.Errorf("Menu = %+v", menu)
	}
	if err := i.Activate(t.Context(), "Never"); err == nil {
		t.Error("a disabled entry can be chosen")
	}
	if err := i.Activate(t.Context(), "Underscore"); err != nil {
		t.Fatal(err)
	}
	soon(t, "the clicked title", func() error {
		title, err := i.Title(t.Context())
		if err == nil && title != "clicked" {
			err = fmt.Errorf("title %q", title)
		}
		return err
	})
}

func TestTheTrayListsAnItemAgainAfterARestart(t *testing.T) {
	d := begin(t, Options{NoKeyring: true, NoNotifications: true})
	i := item(t, d)
	d.Service(Panel).Kill()
	if ok, err := i.Registered(t.Context()); ok || err == nil {
		t.Errorf("without a panel: Registered = %v, %v", ok, err)
	}
	if err := d.Service(Panel).Restart(t.Context()); err != nil {
		t.Fatal(err)
	}
	soon(t, "the item in the new panel", i.listed(t))
}

func TestNotificationsAreReadBackFromTheDaemon(t *testing.T) {
	d := begin(t, Options{NoKeyring: true, NoTray: true})
	before, err := d.Screen()
	if err != nil {
		t.Fatal(err)
	}
	for _, body := range []string{"first", "second", "second"} {
		call := d.bus.Object("org.freedesktop.Notifications", dunstPath).Call("org.freedesktop.Notifications.Notify", 0,
			"Tester", uint32(0), "", "News", body, []string{}, map[string]dbus.Variant{}, int32(-1))
		if call.Err != nil {
			t.Fatal(call.Err)
		}
	}
	soon(t, "three notifications on the screen", func() error {
		shown, all, err := d.Notified(t.Context())
		if err == nil && (shown != 3 || all != 3) {
			err = fmt.Errorf("%d of %d are shown", shown, all)
		}
		return err
	})
	soon(t, "the picture of them", func() error {
		after, err := d.Screen()
		if err == nil && bytes.Equal(before.Pix, after.Pix) {
			err = errors.New("the screen is as before")
		}
		return err
	})
	got, err := d.Notifications(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != 3 || got[0].App != "Tester" || got[0].Summary != "News" || got[0].Body != "first" || got[2].Body != "second" {
		t.Errorf("Notifications = %+v", got)
	}
}

func TestAWindowIsFoundClickedAndSeen(t *testing.T) {
	if _, err := exec.LookPath("xmessage"); err != nil {
		t.Skip("xmessage, a small program with a window, is not installed (x11-utils)")
	}
	d := begin(t, Options{NoBus: true})
	if none, err := d.Windows(t.Context(), "Probe (a+b)"); err != nil || len(none) != 0 {
		t.Errorf("before: %v, %v", none, err)
	}
	cmd := d.Command(t.Context(), "xmessage", "-title", "Probe (a+b)", "-buttons", "Okay:7", "-default", "Okay", "hello")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan int, 1)
	go func() { cmd.Wait(); ended <- cmd.ProcessState.ExitCode() }()
	var w Window
	soon(t, "the window", func() error {
		found, err := d.Windows(t.Context(), "Probe (a+b)")
		if err == nil && len(found) != 1 {
			err = fmt.Errorf("found %v", found)
		}
		if err == nil {
			w = found[0]
		}
		return err
	})
	if w.Bounds.Dx() < 20 || w.Bounds.Dy() < 20 {
		t.Errorf("bounds %v", w.Bounds)
	}
	shot := filepath.Join(t.TempDir(), "shot.png")
	if err := d.Screenshot(shot); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(shot); err != nil || info.Size() == 0 {
		t.Errorf("screenshot: %v", err)
	}
	soon(t, "the focus", func() error { return d.Raise(t.Context(), w) })
	if err := d.Key(t.Context(), "Return"); err != nil {
		t.Fatal(err)
	}
	select {
	case code := <-ended:
		if code != 7 {
			t.Errorf("exit code %d, want 7", code)
		}
	case <-time.After(10 * time.Second):
		t.Error("the key did not reach the window")
	}
}

func executable(t *testing.T) string {
	t.Helper()
	name, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return name
}
