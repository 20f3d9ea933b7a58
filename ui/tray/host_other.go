//go:build darwin || windows

package tray

import (
	"context"
	"runtime"
	"strings"
)

// label makes text fit for a menu entry: "&" marks a mnemonic on Windows.
func label(s string) string {
	if runtime.GOOS == "windows" {
		return strings.ReplaceAll(s, "&", "&&")
	}
	return s
}

// Host reports whether the desktop can be reached at all, and whether it has a tray that shows icons: here
// it always has.
func Host(context.Context) (reachable, shown bool) { return true, true }

// Dark reports whether the desktop prefers dark colours, and whether it told: here the rim of the icons
// serves both.
func Dark(context.Context) (dark, told bool) { return false, false }
