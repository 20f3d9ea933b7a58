package window

import (
	"fmt"
	"image"
	"image/color"
	"math"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/driver/software"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"licensewatch/assets"
	"licensewatch/internal/picture"
	"licensewatch/monitor"
)

// handed remembers what a focused widget hands on.
type handed struct {
	escaped int
	turned  []fyne.KeyName
	last    fyne.CanvasObject
}

func (h *handed) escape()                     { h.escaped++ }
func (h *handed) shortcut(fyne.Shortcut)      {}
func (h *handed) turn(name fyne.KeyName)      { h.turned = append(h.turned, name) }
func (h *handed) reached(o fyne.CanvasObject) { h.last = o }

// inVariant is the window's theme, light or dark whatever the system says.
type inVariant struct {
	palette
	variant fyne.ThemeVariant
}

func (v inVariant) Color(name fyne.ThemeColorName, _ fyne.ThemeVariant) color.Color {
	return v.palette.Color(name, v.variant)
}

// photograph shows a picture alone, on a card.
func photograph(t *testing.T, p picture.Picture) image.Image {
	t.Helper()
	d := newDrawing(&handed{}, func(picture.Paper) picture.Picture { return p }, nil)
	c := software.NewTransparentCanvas()
	c.SetPadded(false)
	c.SetContent(container.NewStack(canvas.NewRectangle(theme.Color(colorCard)), d))
	c.Resize(fyne.NewSize(p.Width, p.Height))
	return c.Capture()
}

// grey is part of a photograph without its colours.
func grey(img image.Image, x, y, w, h int) []float64 {
	var all []float64
	for j := range h {
		for i := range w {
			all = append(all, float64(color.GrayModel.Convert(img.At(x+i, y+j)).(color.Gray).Y))
		}
	}
	return all
}

// difference is how far two parts differ on average, of 255.
func difference(a, b []float64) float64 {
	var sum float64
	for i := range a {
		sum += math.Abs(a[i] - b[i])
	}
	return sum / float64(len(a))
}

func TestSeveritiesAreToldApartWithoutColours(t *testing.T) {
	now := noon.UTC()
	var past monitor.Past
	for s := monitor.OK; s <= monitor.Critical; s++ {
		from := now.Add(time.Duration(s) * time.Hour)
		past.Bands = append(past.Bands, monitor.Band{From: from, Until: from.Add(time.Hour), Severity: s})
		past.Events = append(past.Events, monitor.Event{At: from.Add(30 * time.Minute), To: s})
	}
	line := picture.Timeline(past, now, now.Add(4*time.Hour), picture.Paper{Width: 400, Measure: measure})
	for name, v := range map[string]fyne.ThemeVariant{"light": theme.VariantLight, "dark": theme.VariantDark} {
		test.NewTempApp(t).Settings().SetTheme(inVariant{palette{theme.DefaultTheme()}, v})
		img := photograph(t, line)
		for a := range 4 {
			for b := range a {
				band := func(s int) []float64 { return grey(img, 100*s+10, 28, 30, 24) }
				mark := func(s int) []float64 { return grey(img, 100*s+42, 4, 17, 17) }
				if d := difference(band(a), band(b)); d < 15 {
					t.Errorf("%s: the bands of %v and %v differ by %.0f of 255", name, monitor.Severity(a), monitor.Severity(b), d)
				}
				if d := difference(mark(a), mark(b)); d < 15 {
					t.Errorf("%s: the marks of %v and %v differ by %.0f of 255", name, monitor.Severity(a), monitor.Severity(b), d)
				}
			}
		}
	}
}

func TestADrawingTakesTheThemesColours(t *testing.T) {
	box := picture.Picture{Width: 40, Height: 20, Shapes: []picture.Shape{picture.Box{Width: 40, Height: 20, Role: picture.Accent}}}
	app := test.NewTempApp(t)
	app.Settings().SetTheme(inVariant{palette{theme.DefaultTheme()}, theme.VariantLight})
	d := newDrawing(&handed{}, func(picture.Paper) picture.Picture { return box }, nil)
	w := test.NewTempWindow(t, d)
	w.SetPadded(false)
	w.Resize(fyne.NewSize(40, 20))
	at := func() color.NRGBA {
		return color.NRGBAModel.Convert(w.Canvas().Capture().At(20, 10)).(color.NRGBA)
	}
	if got, want := at(), light[theme.ColorNamePrimary]; got != want {
		t.Errorf("in light it is %v, want %v", got, want)
	}
	app.Settings().SetTheme(inVariant{palette{theme.DefaultTheme()}, theme.VariantDark})
	d.Refresh() // as Fyne does for all that a window shows
	if got, want := at(), dark[theme.ColorNamePrimary]; got != want {
		t.Errorf("in dark it is %v, want %v", got, want)
	}
}

func TestADrawingIsLaidOutForItsWidth(t *testing.T) {
	test.NewTempApp(t)
	var widths []float32
	d := newDrawing(&handed{}, func(p picture.Paper) picture.Picture {
		widths = append(widths, p.Width)
		return picture.Picture{Width: p.Width, Height: 10000 / p.Width, Alt: fmt.Sprint("as wide as ", p.Width)}
	}, nil)
	w := test.NewTempWindow(t, container.NewVBox(d))
	w.SetPadded(false)
	for _, width := range []float32{500, 250} {
		w.Resize(fyne.NewSize(width, 100))
		if got := widths[len(widths)-1]; got != width {
			t.Errorf("in a window of %v it is drawn %v wide", width, got)
		}
		if got, want := d.MinSize().Height, 10000/width; got != want {
			t.Errorf("in a window of %v it asks for a height of %v, want %v", width, got, want)
		}
		if got, want := d.AltText(), fmt.Sprint("as wide as ", width); got != want {
			t.Errorf("the words beside it are %q, want %q", got, want)
		}
	}
	n := len(widths)
	d.Resize(fyne.NewSize(250, 300))
	if len(widths) != n {
		t.Error("it is laid out anew though it is as wide as before")
	}
}

// threeSpots is a picture with a spot at 10, 60 and 110; the last stands for two events.
func threeSpots(p picture.Paper) picture.Picture {
	pic := picture.Picture{Width: p.Width, Height: 40, Alt: "Three spots."}
	for i := range 3 {
		pic.Spots = append(pic.Spots, picture.Spot{X: 10 + 50*float32(i), Y: 5, Width: 24, Height: 24, Index: 4 + i, Count: 1, Title: fmt.Sprint("Event ", 4+i)})
	}
	pic.Spots[2].Count = 2
	return pic
}

func TestASpotIsChosenByATapAndByKeys(t *testing.T) {
	test.NewTempApp(t)
	var got []int
	k := &handed{}
	d := newDrawing(k, threeSpots, func(s picture.Spot) { got = append(got, s.Index) })
	w := test.NewTempWindow(t, d)
	w.Resize(fyne.NewSize(300, 100))

	test.TapAt(d.spots, fyne.NewPos(62, 10))
	test.TapAt(d.spots, fyne.NewPos(50, 10)) // beside
	if !slices.Equal(got, []int{5}) {
		t.Fatalf("a tap on the second spot and one beside it chose %v, want [5]", got)
	}
	if w.Canvas().Focused() != d.spots || k.last != d.spots {
		t.Error("a tap does not bring the focus")
	}
	for _, name := range []fyne.KeyName{fyne.KeyRight, fyne.KeyReturn, fyne.KeyRight, fyne.KeySpace, fyne.KeyHome, fyne.KeyReturn, fyne.KeyLeft, fyne.KeyEnter, fyne.KeyEnd, fyne.KeyReturn, fyne.KeyEscape, fyne.KeyDown} {
		d.spots.TypedKey(&fyne.KeyEvent{Name: name})
	}
	if want := []int{5, 6, 6, 4, 4, 6}; !slices.Equal(got, want) {
		t.Fatalf("keys chose %v, want %v", got, want)
	}
	if k.escaped != 1 || !slices.Equal(k.turned, []fyne.KeyName{fyne.KeyDown}) {
		t.Errorf("Esc was handed on %d times, and %v; want once, and the arrow down", k.escaped, k.turned)
	}
}

func TestTheLineBeneathTellsOfTheSpot(t *testing.T) {
	test.NewTempApp(t)
	d := newDrawing(&handed{}, threeSpots, func(picture.Spot) {})
	w := test.NewTempWindow(t, d)
	w.Resize(fyne.NewSize(300, 100))
	r := test.WidgetRenderer(d.spots).(*spotLayerRenderer)
	tells := func(when, want string, focus, hover bool) {
		t.Helper()
		if r.line.Text != want || r.ring.Visible() != focus || r.shade.Visible() != hover {
			t.Errorf("%s: it says %q, focus %t, pointer %t; want %q, %t, %t", when, r.line.Text, r.ring.Visible(), r.shade.Visible(), want, focus, hover)
		}
	}
	tells("at first", spotHint, false, false)
	w.Canvas().Focus(d.spots)
	tells("with the focus", "Event 6", true, false)
	over := &desktop.MouseEvent{PointEvent: fyne.PointEvent{Position: fyne.NewPos(12, 12)}}
	d.spots.MouseMoved(over)
	tells("pointed at another", "Event 4", true, true)
	if d.spots.Cursor() != desktop.PointerCursor {
		t.Error("the cursor over a spot is no hand")
	}
	d.spots.MouseOut()
	w.Canvas().Unfocus()
	tells("left again", spotHint, false, false)
	if bottom := r.line.Position().Y + r.line.Size().Height; r.line.Position().Y < 40 || bottom > d.MinSize().Height+0.1 {
		t.Errorf("the line is from %v to %v, want it between the picture and %v", r.line.Position().Y, bottom, d.MinSize().Height)
	}
}

func TestThePlaceOfTheFocusOutlivesANewWidth(t *testing.T) {
	test.NewTempApp(t)
	d := newDrawing(&handed{}, threeSpots, func(picture.Spot) {})
	w := test.NewTempWindow(t, d)
	w.Resize(fyne.NewSize(300, 100))
	d.spots.TypedKey(&fyne.KeyEvent{Name: fyne.KeyHome})
	w.Resize(fyne.NewSize(400, 100))
	if got := d.spots.spots[d.spots.at].Index; got != 4 {
		t.Errorf("after a new width, the focus is at event %d, want 4", got)
	}
}

func TestADrawingWithNothingToChooseTakesNoFocus(t *testing.T) {
	test.NewTempApp(t)
	k := &handed{}
	plain, button := newDrawing(k, threeSpots, nil), newButton(k, "Next", nil, func() {})
	w := test.NewTempWindow(t, container.NewVBox(plain, button))
	w.Canvas().FocusNext()
	if w.Canvas().Focused() != button {
		t.Errorf("the first with the focus is %T, want the button", w.Canvas().Focused())
	}
	if got := plain.MinSize().Height; got != 40 {
		t.Errorf("without spots, its height is %v, want the picture's", got)
	}
}

func TestADrawingIsCopiedAsText(t *testing.T) {
	app := test.NewTempApp(t)
	d := newDrawing(&handed{}, threeSpots, func(picture.Spot) {})
	w := test.NewTempWindow(t, d)
	w.Resize(fyne.NewSize(300, 100))
	test.TapSecondaryAt(d, fyne.NewPos(150, 20))
	var menu *widget.PopUpMenu
	for _, o := range test.WidgetRenderer(w.Canvas().Overlays().Top().(fyne.Widget)).Objects() {
		if m, ok := o.(*widget.PopUpMenu); ok {
			menu = m
		}
	}
	if menu == nil {
		t.Fatal("there is no menu")
	}
	menu.Items[0].(fyne.Tappable).Tapped(&fyne.PointEvent{})
	if got := app.Clipboard().Content(); got != "Three spots." {
		t.Errorf("the clipboard has %q, want the words beside the picture", got)
	}
}

// styleColors are the colours of classes in a style sheet.
func styleColors(css string) map[string]string {
	colors := map[string]string{}
	for _, rule := range regexp.MustCompile(`([^{}\n]+)\{color:(#[0-9a-f]{6})`).FindAllStringSubmatch(css, -1) {
		for selector := range strings.SplitSeq(rule[1], ",") {
			colors[strings.TrimPrefix(strings.TrimSpace(selector), ".")] = rule[2]
		}
	}
	return colors
}

func TestReportsHaveTheWindowsColours(t *testing.T) {
	plain, night, ok := strings.Cut(picture.Style, "@media screen and (prefers-color-scheme:dark)")
	if !ok {
		t.Fatal("the style sheet has no dark part")
	}
	hex := func(c color.NRGBA) string { return fmt.Sprintf("#%02x%02x%02x", c.R, c.G, c.B) }
	for _, part := range []struct {
		css     string
		palette map[fyne.ThemeColorName]color.NRGBA
	}{{plain, light}, {night, dark}} {
		colors := styleColors(part.css)
		for class, role := range map[string]picture.Role{"pi": picture.Ink, "pq": picture.Quiet, "pg": picture.Grid, "pa": picture.Accent,
			"po": picture.OK, "pw": picture.Warning, "pu": picture.Unknown, "pc": picture.Critical} {
			if got, want := colors[class], hex(part.palette[roleNames[role]]); got != want {
				t.Errorf("class %s is %s, want %s", class, got, want)
			}
		}
	}
	colors := styleColors(plain)
	for class, role := range map[string]picture.Role{"fo": picture.OK, "fw": picture.Warning, "fu": picture.Unknown, "fc": picture.Critical} {
		want := hex(iconColors[role])
		if got := colors[class]; got != want {
			t.Errorf("class %s is %s, want %s", class, got, want)
		}
		if icon := string(assets.Icon(lookOf(severityOf(role))).Content()); !strings.Contains(icon, want) {
			t.Errorf("the icon has not the colour %s of class %s", want, class)
		}
	}
}

func severityOf(role picture.Role) monitor.Severity {
	for s := monitor.OK; s <= monitor.Critical; s++ {
		if picture.RoleOf(s) == role {
			return s
		}
	}
	panic("no severity has that role")
}

func TestMarksInReportsAreTheIcons(t *testing.T) {
	test.NewTempApp(t)
	colors := styleColors(picture.Style[:strings.Index(picture.Style, "@media")])
	for s := monitor.OK; s <= monitor.Critical; s++ {
		var b strings.Builder
		if err := picture.SVG(&b, picture.Picture{Width: 16, Height: 16, Shapes: []picture.Shape{picture.Mark{X: 8, Y: 8, Size: 16, Severity: s}}}); err != nil {
			t.Fatal(err)
		}
		// The renderer knows no style sheets.
		plain := regexp.MustCompile(`class="(f.)"`).ReplaceAllStringFunc(b.String(), func(class string) string {
			return `fill="` + colors[class[7:9]] + `"`
		})
		plain = strings.ReplaceAll(plain, "currentColor", colors["f"+map[monitor.Severity]string{monitor.OK: "o", monitor.Warning: "w", monitor.Unknown: "u", monitor.Critical: "c"}[s]])
		drawn := func(r fyne.Resource) image.Image {
			c := software.NewTransparentCanvas()
			c.SetPadded(false)
			c.SetContent(canvas.NewImageFromResource(r))
			c.Resize(fyne.NewSize(64, 64))
			return c.Capture()
		}
		got := grey(drawn(fyne.NewStaticResource(fmt.Sprint("mark", s, ".svg"), []byte(plain))), 0, 0, 64, 64)
		want := grey(drawn(assets.Icon(lookOf(s))), 0, 0, 64, 64)
		if d := difference(got, want); d > 6 {
			t.Errorf("the mark of %v differs from its icon by %.1f of 255", s, d)
		}
	}
}
