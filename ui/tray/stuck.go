package tray

import (
	"slices"

	"licensewatch/assets"
)

// Stuck returns the face as it is when what it shows is not up to date for the reason that text gives, in a few words: it knows of
// nothing any more that it is well.
func (f Face) Stuck(text string) Face {
	if f.Look != assets.Bad {
		f.Look = assets.Unsure
	}
	f.Title = "Licensewatch: " + text
	if len(f.Lines) == maxLines {
		f.Lines, f.More = f.Lines[:maxLines-1], f.More+1
	}
	f.Lines = slices.Concat([]Line{{Text: text}}, f.Lines)
	return f
}
