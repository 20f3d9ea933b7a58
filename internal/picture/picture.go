// Package picture lays out the pictures of a licence, for the window and for reports alike: where its dates lie, how its seats are
// used, how it has stood. A picture is a list of plain shapes in roles of colour; who shows it gives the roles their colours.
// Beside each picture stands a text that says the same.
package picture

// Picture is a drawing without colours. Its unit is that of the text around it: a Fyne unit, or a pixel of CSS.
type Picture struct {
	Width, Height float32
	Shapes        []Shape // the hindmost first
	Spots         []Spot
	Alt           string // all that it shows, in words
}

// Spot is a place that stands for a thing which can be asked about.
type Spot struct {
	X, Y, Width, Height float32
	Index               int    // of the event in Past.Events
	Title               string // in a few words
}

// Paper is what a picture is drawn on.
type Paper struct {
	Width float32
	// Measure returns the width of a text.
	Measure func(text string, size float32, bold bool) float32
}

// Shape is a Box, Line, Path, Text or Mark.
type Shape interface{ shape() }
