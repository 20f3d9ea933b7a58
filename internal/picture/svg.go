package picture

import (
	"bytes"
	"encoding/xml"
	"io"
	"strconv"
	"strings"

	"licensewatch/monitor"
)

// Style is the style sheet of the pictures that SVG writes. A page has it once, within <style>. The colours of texts and lines are those
// of the window's texts; areas and marks have those of the icons. Paper is light.
const Style = `.pic{max-width:100%;height:auto;font-family:system-ui,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;font-variant-numeric:tabular-nums}
.pic,.pi{color:#1c2733}.pq,.pic tspan{color:#525e6d;font-weight:400}.pg{color:#84909d}.pa{color:#1f6391}
.po{color:#187039}.pw{color:#825500}.pu{color:#4a55a8}.pc{color:#b3141f}
.fo{color:#23914f}.fw{color:#ffc21a}.fu{color:#5964b8}.fc{color:#c01722}
@media screen and (prefers-color-scheme:dark){
.pic,.pi{color:#e4e9ee}.pq,.pic tspan{color:#9ba8b5}.pg{color:#6b7784}.pa{color:#6db3e3}
.po{color:#6ccf95}.pw{color:#f3c14b}.pu{color:#adb6f7}.pc{color:#ff9090}
}
@media print{.pic{print-color-adjust:exact;-webkit-print-color-adjust:exact;break-inside:avoid}}
`

// The classes of Style, by role: of texts and lines, and of areas.
var (
	lineClass = [...]string{Ink: "pi", Quiet: "pq", Grid: "pg", Accent: "pa", OK: "po", Warning: "pw", Unknown: "pu", Critical: "pc"}
	areaClass = [...]string{Ink: "pi", Quiet: "pq", Grid: "pg", Accent: "pa", OK: "fo", Warning: "fw", Unknown: "fu", Critical: "fc"}
)

// SVG writes p as an <svg> element, which is also a file of its own. Its colours are classes of Style. The first sentence of Alt becomes
// its title, the rest its description.
func SVG(w io.Writer, p Picture) error {
	var s svg
	s.open(p)
	for _, shape := range p.Shapes {
		s.shape(shape)
	}
	s.flush()
	s.marks(p.Shapes)
	s.lettering(p.Shapes)
	for _, spot := range p.Spots {
		s.put(`<rect x="`, num(spot.X), `" y="`, num(spot.Y), `" width="`, num(spot.Width), `" height="`, num(spot.Height), `" fill-opacity="0">`)
		s.element("title", spot.Title)
		s.put("</rect>")
	}
	s.put("</svg>")
	_, err := w.Write(s.out.Bytes())
	return err
}

// svg writes shapes. Areas and lines that follow each other and look the same become one path, and texts one group.
type svg struct {
	out  bytes.Buffer
	look string // the attributes of the path that is open; empty: none is
	d    strings.Builder
}

func (s *svg) put(parts ...string) {
	for _, part := range parts {
		s.out.WriteString(part)
	}
}

func (s *svg) element(name, text string) {
	s.put("<", name, ">")
	s.text(text)
	s.put("</", name, ">")
}

func (s *svg) text(text string) {
	xml.EscapeText(&s.out, []byte(monitor.Harmless(text, 10_000))) // a Buffer takes everything
}

func (s *svg) open(p Picture) {
	width, height := num(p.Width), num(p.Height)
	s.put(`<svg xmlns="http://www.w3.org/2000/svg" class="pic" role="img" width="`, width, `" height="`, height,
		`" viewBox="0 0 `, width, " ", height, `" font-family="sans-serif" font-size="`, num(textSize), `" fill="currentColor">`)
	title, rest, _ := strings.Cut(p.Alt, ". ")
	s.element("title", strings.TrimSuffix(title, "."))
	if rest != "" {
		s.element("desc", rest)
	}
}

func (s *svg) shape(shape Shape) {
	switch v := shape.(type) {
	case Box:
		s.box(v)
	case Line:
		s.stroke(v.Role, v.Width, v.Opacity, v.Dashed)
		s.points([]Point{v.From, v.To})
	case Path:
		if v.Width > 0 {
			s.stroke(v.Role, v.Width, v.Opacity, false)
			s.points(v.Points)
			return
		}
		s.area(v.Role, v.Opacity)
		s.points(v.Points)
		s.d.WriteByte('z')
	}
}

// marks writes the icons.
func (s *svg) marks(shapes []Shape) {
	for _, shape := range shapes {
		m, ok := shape.(Mark)
		if !ok {
			continue
		}
		s.put(`<g transform="translate(`, num(m.X), pair(m.Y), ")")
		if m.Size != 16 {
			s.put(" scale(", strings.TrimPrefix(strconv.FormatFloat(float64(m.Size)/16, 'g', 3, 32), "0"), ")")
		}
		s.put(`">`, icons[RoleOf(m.Severity)], "</g>")
	}
}

// lettering writes the texts, which lie above all else.
func (s *svg) lettering(shapes []Shape) {
	group := ""
	for _, shape := range shapes {
		t, ok := shape.(Text)
		if !ok {
			continue
		}
		if look := textLook(t); look != group {
			if group != "" {
				s.put("</g>")
			}
			group = look
			if group != "" {
				s.put("<g", group, ">")
			}
		}
		s.put(`<text x="`, num(t.X), `" y="`, num(t.Y), `">`)
		s.text(t.Text)
		if t.More != "" {
			s.put(" ")
			s.element("tspan", t.More)
		}
		s.put("</text>")
	}
	if group != "" {
		s.put("</g>")
	}
}

// textLook is what sets a text apart from those in ink at their start.
func textLook(t Text) string {
	look := ""
	if t.Role != Ink {
		look = ` class="` + lineClass[t.Role] + `"`
	}
	if t.Size != textSize {
		look += ` font-size="` + num(t.Size) + `"`
	}
	if t.Bold {
		look += ` font-weight="600"`
	}
	switch t.Align {
	case Middle:
		look += ` text-anchor="middle"`
	case End:
		look += ` text-anchor="end"`
	}
	return look
}

func (s *svg) box(b Box) {
	if b.Pattern == Solid {
		s.area(b.Role, b.Opacity)
		s.rectangle(b.X, b.Y, b.Width, b.Height, b.Radius)
		return
	}
	for _, l := range b.Hatch() {
		s.shape(l)
	}
	s.stroke(b.Role, 1, b.Opacity, false)
	s.rectangle(b.X+.5, b.Y+.5, max(0, b.Width-1), max(0, b.Height-1), b.Radius)
}

// area begins a path that is filled, unless it is open.
func (s *svg) area(role Role, opacity float32) {
	s.begin(` class="` + areaClass[role] + `"` + faint(opacity))
}

// stroke begins a path that is a line, unless it is open.
func (s *svg) stroke(role Role, width, opacity float32, dashed bool) {
	look := ` class="` + lineClass[role] + `" fill="none" stroke="currentColor"` + faint(opacity)
	if width != 1 {
		look += ` stroke-width="` + num(width) + `"`
	}
	if dashed {
		look += ` stroke-dasharray="4 3"`
	}
	s.begin(look)
}

func faint(opacity float32) string {
	if opacity == 0 || opacity == 1 {
		return ""
	}
	return ` opacity="` + strings.Trim(strconv.FormatFloat(float64(opacity), 'f', 2, 32), "0") + `"`
}

func (s *svg) begin(look string) {
	if look != s.look {
		s.flush()
		s.look = look
	}
}

// flush ends the path that is open.
func (s *svg) flush() {
	if s.look != "" {
		s.put("<path", s.look, ` d="`, s.d.String(), `"/>`)
	}
	s.look = ""
	s.d.Reset()
}

// points draws lines from point to point, each by its distance from the one before, which is shorter.
func (s *svg) points(list []Point) {
	for i, p := range list {
		if i == 0 {
			s.d.WriteString("M" + num(p.X) + pair(p.Y))
			continue
		}
		before := list[i-1]
		x, y := tenth(p.X)-tenth(before.X), tenth(p.Y)-tenth(before.Y)
		switch {
		case x == 0 && y == 0:
		case y == 0:
			s.d.WriteString("h" + num(x))
		case x == 0:
			s.d.WriteString("v" + num(y))
		default:
			s.d.WriteString("l" + num(x) + pair(y))
		}
	}
}

func (s *svg) rectangle(x, y, width, height, radius float32) {
	r := min(radius, width/2, height/2)
	if r < 0.5 {
		s.d.WriteString("M" + num(x) + pair(y) + "h" + num(width) + "v" + num(height) + "h" + num(-width) + "z")
		return
	}
	if r == width/2 && r == height/2 {
		half := "a" + num(r) + pair(r) + " 0 1 1"
		s.d.WriteString("M" + num(x) + pair(y+r) + half + pair(width) + " 0" + half + pair(-width) + " 0z")
		return
	}
	corner := func(dx, dy float32) { s.d.WriteString("a" + num(r) + pair(r) + " 0 0 1" + pair(dx) + pair(dy)) }
	s.d.WriteString("M" + num(x+r) + pair(y) + "h" + num(width-2*r))
	corner(r, r)
	s.d.WriteString("v" + num(height-2*r))
	corner(-r, r)
	s.d.WriteString("h" + num(2*r-width))
	corner(-r, -r)
	s.d.WriteString("v" + num(2*r-height))
	corner(r, -r)
	s.d.WriteByte('z')
}

// icons are those of assets/svg without their rims, in a square of 16 whose middle is the origin.
var icons = [...]string{
	OK:       `<circle r="7" class="fo"/><path fill="none" stroke="#fff" stroke-width="2" stroke-linecap="round" stroke-linejoin="round" d="M-3.7.3-1 3l4.8-5.6"/>`,
	Warning:  `<path class="fw" stroke="currentColor" stroke-width="2" stroke-linejoin="round" d="M0-5.8 6.4 5.8H-6.4z"/><path stroke="#2b2100" stroke-width="2" stroke-linecap="round" d="M0-2.7v4.3m0 3.1v0"/>`,
	Unknown:  `<path class="fu" d="M0-7.2 7.2 0 0 7.2-7.2 0z"/><path fill="none" stroke="#fff" stroke-width="1.9" stroke-linecap="round" d="M-2.1-1.7C-2-5 2.1-4.3 2.1-1.9 2.1-.2 0-.3 0 1.2m0 2.6v0"/>`,
	Critical: `<path class="fc" d="M-2.9-7h5.8L7-2.9v5.8L2.9 7h-5.8L-7 2.9v-5.8z"/><path stroke="#fff" stroke-width="2.2" stroke-linecap="round" d="M-2.8-2.8 2.8 2.8m0-5.6-5.6 5.6"/>`,
}

// tenth rounds to one decimal: no screen shows more.
func tenth(v float32) float32 {
	n := v*10 + .5
	if n < 0 {
		n--
	}
	return float32(int(n)) / 10
}

// num writes a length without what can be left out.
func num(v float32) string {
	text := strconv.FormatFloat(float64(tenth(v)), 'f', 1, 32)
	text = strings.TrimSuffix(text, ".0")
	switch {
	case text == "-0":
		return "0"
	case strings.HasPrefix(text, "0."):
		return text[1:]
	case strings.HasPrefix(text, "-0."):
		return "-" + text[2:]
	}
	return text
}

// pair writes a number that follows another.
func pair(v float32) string {
	text := num(v)
	if text[0] == '-' {
		return text
	}
	return " " + text
}
