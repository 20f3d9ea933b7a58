package assets

import (
	"bytes"
	"encoding/binary"
	"encoding/xml"
	"errors"
	"image"
	"image/png"
	"io"
	"os"
	"path/filepath"
	"testing"
)

var everyLook = []Look{Good, Caution, Unsure, Bad}

func TestMarksDifferInGreyAtSixteenPixels(t *testing.T) {
	for _, panel := range []Panel{Light, Dark} {
		for i, a := range everyLook {
			for _, b := range everyLook[i+1:] {
				// 0 is the same picture and 1 is black against white.
				if d := distance(grey(t, a, panel), grey(t, b, panel)); d < 0.15 {
					t.Errorf("%s and %s on a %s panel differ by %.3f only", looks[a], looks[b], panels[panel], d)
				}
			}
		}
	}
}

func TestMarksStandOutFromThePanel(t *testing.T) {
	for _, panel := range []Panel{Light, Dark} {
		empty := [16 * 16]float64{}
		for i := range empty {
			empty[i] = shade(panel)
		}
		for _, look := range everyLook {
			if d := distance(grey(t, look, panel), empty); d < 0.15 {
				t.Errorf("%s on a %s panel differs from it by %.3f only", looks[look], panels[panel], d)
			}
		}
	}
}

// grey is the mark on the panel, as a tray of 16 pixels without colour shows it. It reads the 64-pixel PNG,
// which every system's ICO is rendered beside.
func grey(t *testing.T, look Look, panel Panel) (small [16 * 16]float64) {
	t.Helper()
	name := filepath.Join("tray", looks[look]+"-"+panels[panel]+".png")
	content, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	img, err := png.Decode(bytes.NewReader(content))
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	if size := img.Bounds().Size(); size != image.Pt(64, 64) {
		t.Fatalf("%s is %v large, want 64 by 64", name, size)
	}
	for y := range 64 {
		for x := range 64 {
			r, g, b, a := img.At(x, y).RGBA() // premultiplied
			luma := (0.2126*float64(r) + 0.7152*float64(g) + 0.0722*float64(b)) / 0xffff
			under := shade(panel) * (1 - float64(a)/0xffff)
			small[y/4*16+x/4] += (luma + under) / 16
		}
	}
	return small
}

func shade(panel Panel) float64 {
	if panel == Dark {
		return 0.13
	}
	return 0.93
}

// distance is the mean difference of the pixels.
func distance(a, b [16 * 16]float64) float64 {
	sum := 0.0
	for i := range a {
		sum += max(a[i]-b[i], b[i]-a[i])
	}
	return sum / float64(len(a))
}

func TestEveryFileIsWellFormed(t *testing.T) {
	for _, look := range everyLook {
		checkXML(t, looks[look], Icon(look).Content())
		checkPNG(t, looks[look], PNG(look), 96)
		for _, panel := range []Panel{Light, Dark} {
			if len(Tray(look, panel)) == 0 {
				t.Errorf("no tray icon for %s on a %s panel", looks[look], panels[panel])
			}
			checkICO(t, filepath.Join("tray", looks[look]+"-"+panels[panel]+".ico"))
		}
	}
	checkXML(t, "app", App().Content())
	icon, err := os.ReadFile("app.png")
	if err != nil {
		t.Fatal(err)
	}
	checkPNG(t, "app.png", icon, 512)
}

func checkXML(t *testing.T, name string, content []byte) {
	t.Helper()
	d := xml.NewDecoder(bytes.NewReader(content))
	for {
		_, err := d.Token()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
	}
}

func checkPNG(t *testing.T, name string, content []byte, size int) {
	t.Helper()
	img, err := png.Decode(bytes.NewReader(content))
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	if got := img.Bounds().Size(); got != image.Pt(size, size) {
		t.Errorf("%s is %v large, want %d", name, got, size)
	}
}

// checkICO reads the directory of an ICO: a header of 6 bytes, then 16 bytes for each picture.
func checkICO(t *testing.T, name string) {
	t.Helper()
	content, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	want := []byte{16, 20, 24, 32, 48}
	if !bytes.HasPrefix(content, []byte{0, 0, 1, 0, byte(len(want)), 0}) {
		t.Fatalf("%s is no ICO of %d pictures", name, len(want))
	}
	for i, size := range want {
		entry := content[6+16*i:][:16]
		end := binary.LittleEndian.Uint32(entry[8:]) + binary.LittleEndian.Uint32(entry[12:])
		if entry[0] != size || entry[1] != size || int(end) > len(content) {
			t.Errorf("%s: picture %d is %d by %d and ends at byte %d of %d, want %d pixels", name, i, entry[0], entry[1], end, len(content), size)
		}
	}
}
