// Package picture lays out the pictures of a licence, for the window and for reports alike: where its dates lie, how its seats are
// used, how it has stood. A picture is a list of plain shapes in roles of colour; who shows it gives the roles their colours.
// Beside each picture stands a text that says the same.
package picture

import "licensewatch/monitor"

// Picture is a drawing without colours. Its unit is that of the text around it: a Fyne unit, or a pixel of CSS.
type Picture struct {
	Width, Height float32
	Shapes        []Shape // the hindmost first; texts and marks lie above all else
	Spots         []Spot
	Alt           string // all that it shows, in words
}

// Spot is a place that stands for a thing which can be asked about, or for several that lie too close to tell apart.
type Spot struct {
	X, Y, Width, Height float32
	Index               int    // of its first event in Past.Events
	Count               int    // how many events it stands for, that one and those that follow it
	Title               string // in a few words
}

// Paper is what a picture is drawn on.
type Paper struct {
	Width float32
	// Measure returns the width of a text; nil: Approximate does.
	Measure func(text string, size float32, bold bool) float32
	// Bare leaves out the numbers of a seat bar, where they stand beside it anyway.
	Bare bool
}

// Shape is a Box, Line, Path, Text or Mark.
type Shape interface{ shape() }

// Role is what a colour is for.
type Role int

const (
	Ink      Role = iota // texts and what weighs as much
	Quiet                // texts that stand back
	Grid                 // lines to find one's way by, and what is empty
	Accent               // what is counted, and today
	OK                   // the four severities
	Warning              //
	Unknown              //
	Critical             //
)

// RoleOf returns the role of a severity.
func RoleOf(s monitor.Severity) Role {
	switch s {
	case monitor.OK:
		return OK
	case monitor.Warning:
		return Warning
	case monitor.Critical:
		return Critical
	}
	return Unknown
}

// Pattern is how an area is filled. It tells areas apart where their colours do not.
type Pattern int

const (
	Solid    Pattern = iota
	Hatched          // slanted lines and a rim
	Outlined         // a rim alone
)

// Point is a place in a picture.
type Point struct{ X, Y float32 }

// Box is a rectangle.
type Box struct {
	X, Y, Width, Height float32
	Radius              float32 // of its corners
	Role                Role
	Opacity             float32 // 0 counts as 1
	Pattern             Pattern
}

// Line is a straight line.
type Line struct {
	From, To Point
	Width    float32
	Role     Role
	Opacity  float32 // 0 counts as 1
	Dashed   bool
}

// Path is a line with corners or, if its Width is 0, the area within it.
type Path struct {
	Points  []Point
	Width   float32
	Role    Role
	Opacity float32 // 0 counts as 1
}

// Text is one line of text. Y is its baseline; X is its start, middle or end, as Align says.
type Text struct {
	X, Y  float32
	Text  string
	More  string // quiet and never bold, after a space; of a text at its start alone
	Size  float32
	Bold  bool
	Align Align
	Role  Role
}

// Align says which part of a text its X is.
type Align int

const (
	Start Align = iota
	Middle
	End
)

// Mark is the icon of a severity around a point.
type Mark struct {
	X, Y, Size float32
	Severity   monitor.Severity
}

func (Box) shape()  {}
func (Line) shape() {}
func (Path) shape() {}
func (Text) shape() {}
func (Mark) shape() {}

// The sizes of texts.
const (
	textSize  float32 = 12
	smallSize float32 = 11
)
