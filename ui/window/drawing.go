package window

import (
	"image"
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"licensewatch/assets"
	"licensewatch/internal/picture"
)

// drawing shows a picture, which is laid out anew when its width changes. The places in it that can be asked about are to be
// tapped, or reached with the arrow keys. Fyne has nothing for a screen reader; AltText is what one would say.
type drawing struct {
	widget.BaseWidget
	draw  func(picture.Paper) picture.Picture
	shown picture.Picture
	spots *spotLayer
}

// newDrawing shows what draw lays out. onSpot is told which spot somebody chose; nil: nothing can be chosen.
func newDrawing(k keys, draw func(picture.Paper) picture.Picture, onSpot func(picture.Spot)) *drawing {
	d := &drawing{draw: draw, spots: newSpotLayer(k, onSpot)}
	d.lay(paneWidth - 40) // until the width is known
	d.ExtendBaseWidget(d)
	return d
}

// AltText says in words what is drawn.
func (d *drawing) AltText() string { return d.shown.Alt }

// TappedSecondary offers the words to be copied.
func (d *drawing) TappedSecondary(e *fyne.PointEvent) {
	words := fyne.NewMenuItem("Copy as text", func() { fyne.CurrentApp().Clipboard().SetContent(d.AltText()) })
	widget.ShowPopUpMenuAtPosition(fyne.NewMenu("", words), fyne.CurrentApp().Driver().CanvasForObject(d), e.AbsolutePosition)
}

func (d *drawing) lay(width float32) {
	d.shown = d.draw(picture.Paper{Width: width, Measure: measure})
	d.spots.show(d.shown.Spots)
}

func measure(text string, size float32, bold bool) float32 {
	return fyne.MeasureText(text, size, fyne.TextStyle{Bold: bold}).Width
}

// CreateRenderer draws.
func (d *drawing) CreateRenderer() fyne.WidgetRenderer {
	r := &drawingRenderer{d: d}
	r.Refresh()
	return r
}

type drawingRenderer struct {
	d       *drawing
	objects []fyne.CanvasObject
}

func (r *drawingRenderer) Objects() []fyne.CanvasObject { return r.objects }
func (r *drawingRenderer) Destroy()                     {}

// leastDrawing is the width below which no picture can be read.
const leastDrawing = 120

func (r *drawingRenderer) MinSize() fyne.Size {
	return fyne.NewSize(leastDrawing, r.d.shown.Height+r.d.spots.caption())
}

func (r *drawingRenderer) Layout(size fyne.Size) {
	if size.Width == r.d.shown.Width || size.Width < leastDrawing {
		return
	}
	before := r.MinSize().Height
	r.d.lay(size.Width)
	if r.MinSize().Height != before {
		r.d.Refresh() // what is around it makes room
		return
	}
	r.Refresh()
}

// Refresh draws all anew, in the colours of the theme as it is now.
func (r *drawingRenderer) Refresh() {
	shown := r.d.shown
	size := fyne.NewSize(shown.Width, shown.Height)
	sheet := canvas.NewRaster(func(w, h int) image.Image { return painted(shown, w, h) })
	sheet.Resize(size)
	r.objects = append(r.objects[:0:0], sheet)
	for _, shape := range shown.Shapes {
		switch s := shape.(type) {
		case picture.Text:
			text := lettering(s)
			r.objects = append(r.objects, text)
			if s.More != "" {
				more := picture.Text{X: s.X + text.Size().Width + measure(" ", s.Size, false), Y: s.Y, Text: s.More, Size: s.Size, Role: picture.Quiet}
				r.objects = append(r.objects, lettering(more))
			}
		case picture.Mark:
			icon := canvas.NewImageFromResource(assets.Icon(lookOf(s.Severity)))
			icon.Move(fyne.NewPos(s.X-s.Size/2, s.Y-s.Size/2))
			icon.Resize(fyne.NewSquareSize(s.Size))
			r.objects = append(r.objects, icon)
		}
	}
	r.d.spots.Resize(fyne.NewSize(shown.Width, shown.Height+r.d.spots.caption()))
	r.d.spots.Refresh()
	r.objects = append(r.objects, r.d.spots)
	canvas.Refresh(r.d)
}

// painted are the areas and lines of a picture on a sheet of that many pixels.
func painted(shown picture.Picture, w, h int) image.Image {
	p := painter{img: image.NewRGBA(image.Rect(0, 0, w, h)), scale: float32(w) / shown.Width, color: roleColor}
	for _, shape := range shown.Shapes {
		p.shape(shape)
	}
	return p.img
}

// lettering is a text of a picture; its place is that of its baseline.
func lettering(t picture.Text) *canvas.Text {
	text := canvas.NewText(t.Text, roleColor(t.Role, false))
	text.TextSize, text.TextStyle.Bold = t.Size, t.Bold
	size, baseline := fyne.CurrentApp().Driver().RenderedTextSize(t.Text, t.Size, text.TextStyle, nil)
	x := t.X
	switch t.Align {
	case picture.Middle:
		x -= size.Width / 2
	case picture.End:
		x -= size.Width
	}
	text.Move(fyne.NewPos(x, t.Y-baseline))
	text.Resize(size)
	return text
}

// iconColors are those of the marks in assets/svg, for areas.
var iconColors = map[picture.Role]color.NRGBA{
	picture.OK: rgb(0x23914f), picture.Warning: rgb(0xffc21a), picture.Unknown: rgb(0x5964b8), picture.Critical: rgb(0xc01722),
}

var roleNames = [...]fyne.ThemeColorName{
	picture.Ink: theme.ColorNameForeground, picture.Quiet: theme.ColorNamePlaceHolder, picture.Grid: theme.ColorNameInputBorder,
	picture.Accent: theme.ColorNamePrimary, picture.OK: colorOK, picture.Warning: colorWarning, picture.Unknown: colorUnknown,
	picture.Critical: colorCritical,
}

// roleColor is the theme's colour of a role. Areas in a severity have that of its icon.
func roleColor(role picture.Role, area bool) color.NRGBA {
	if c, ok := iconColors[role]; ok && area {
		return c
	}
	return color.NRGBAModel.Convert(theme.Color(roleNames[role])).(color.NRGBA)
}
