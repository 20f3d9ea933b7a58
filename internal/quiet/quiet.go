// Package quiet silences the standard log while the program's packages initialise; the command line sets it up
// afterwards.
//
// Fyne complains there about the locale "C" before main begins, and so it would in every run of "check" by a
// monitoring system. This package needs only a few of the standard packages that Fyne needs and sorts before
// the rest of them, so by the language's rules it is initialised before Fyne.
package quiet

import (
	"io"
	"log"
)

func init() { log.SetOutput(io.Discard) }
