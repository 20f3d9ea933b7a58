// Package assets holds the icons: one mark for each look, told apart by shape as well as by colour.
//
// The masters are svg/*.svg; scripts/icons renders the other files from them.
package assets

import (
	"embed"

	"fyne.io/fyne/v2"
)

// Look is what a mark says at a glance.
type Look int

const (
	Good    Look = iota // a tick in a circle
	Caution             // an exclamation mark in a triangle
	Unsure              // a question mark in a diamond
	Bad                 // a cross in an octagon
)

// Panel is the shade of what a tray icon lies on.
type Panel int

const (
	Light Panel = iota
	Dark
)

//go:embed svg png
var files embed.FS

var (
	looks  = [...]string{"good", "caution", "unsure", "bad"}
	panels = [...]string{"light", "dark"}
	icons  = [...]fyne.Resource{svg("good"), svg("caution"), svg("unsure"), svg("bad")}
	app    = svg("app")
)

// Icon returns the mark of look for the window.
func Icon(look Look) fyne.Resource { return icons[look] }

// App returns the icon of the program for its window.
func App() fyne.Resource { return app }

// PNG returns the mark of look for a notification, 96 pixels wide.
func PNG(look Look) []byte { return read(files, "png/"+looks[look]+".png") }

// Tray returns the mark of look with a rim that sets it off from panel, in the form that this system's
// tray takes: an ICO of several sizes on Windows, else a PNG of 64 pixels.
func Tray(look Look, panel Panel) []byte {
	return read(trays, "tray/"+looks[look]+"-"+panels[panel]+trayForm)
}

func svg(name string) fyne.Resource {
	return fyne.NewStaticResource(name+".svg", read(files, "svg/"+name+".svg"))
}

// read returns a file that is known to be embedded.
func read(from embed.FS, name string) []byte {
	content, err := from.ReadFile(name)
	if err != nil {
		panic(err) // a name that is not in this package's folders
	}
	return content
}
