package window

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"licensewatch/assets"
	"licensewatch/monitor"
)

// palette is Fyne's theme with calmer colours and less air, so that more rows fit, and with a text colour
// for each severity. Light or dark is the system's choice.
type palette struct{ fyne.Theme }

// Colours that Fyne has no name for.
const (
	colorCard     fyne.ThemeColorName = "card" // behind a finding and a banner
	colorOK       fyne.ThemeColorName = "severity-ok"
	colorWarning  fyne.ThemeColorName = "severity-warning"
	colorUnknown  fyne.ThemeColorName = "severity-unknown"
	colorCritical fyne.ThemeColorName = "severity-critical"
)

var light = map[fyne.ThemeColorName]color.NRGBA{
	theme.ColorNameBackground:          rgb(0xf6f7f9),
	theme.ColorNameOverlayBackground:   rgb(0xffffff),
	theme.ColorNameMenuBackground:      rgb(0xffffff),
	theme.ColorNameInputBackground:     rgb(0xf3f5f8),
	theme.ColorNameHeaderBackground:    rgb(0xe9edf2),
	theme.ColorNameForeground:          rgb(0x1c2733),
	theme.ColorNamePlaceHolder:         rgb(0x525e6d),
	theme.ColorNameDisabled:            rgb(0x566270),
	theme.ColorNamePrimary:             rgb(0x1f6391),
	theme.ColorNameHyperlink:           rgb(0x1f6391),
	theme.ColorNameForegroundOnPrimary: rgb(0xffffff),
	theme.ColorNameFocus:               {R: 0x1f, G: 0x63, B: 0x91, A: 0x55},
	theme.ColorNameSelection:           {R: 0x1f, G: 0x63, B: 0x91, A: 0x22},
	theme.ColorNameHover:               {R: 0x1c, G: 0x27, B: 0x33, A: 0x10},
	theme.ColorNameButton:              rgb(0xe6ebf0),
	theme.ColorNameDisabledButton:      rgb(0xeef1f4),
	theme.ColorNameInputBorder:         rgb(0x84909d),
	theme.ColorNameSeparator:           rgb(0xe0e5ea),
	theme.ColorNameShadow:              {A: 0x1c},
	theme.ColorNameError:               rgb(0xb3141f),
	theme.ColorNameForegroundOnError:   rgb(0xffffff),
	colorCard:                          rgb(0xffffff),
	colorOK:                            rgb(0x187039),
	colorWarning:                       rgb(0x825500),
	colorUnknown:                       rgb(0x4a55a8),
	colorCritical:                      rgb(0xb3141f),
}

var dark = map[fyne.ThemeColorName]color.NRGBA{
	theme.ColorNameBackground:          rgb(0x1b2026),
	theme.ColorNameOverlayBackground:   rgb(0x242b33),
	theme.ColorNameMenuBackground:      rgb(0x2a323b),
	theme.ColorNameInputBackground:     rgb(0x1b2026),
	theme.ColorNameHeaderBackground:    rgb(0x252c34),
	theme.ColorNameForeground:          rgb(0xe4e9ee),
	theme.ColorNamePlaceHolder:         rgb(0x9ba8b5),
	theme.ColorNameDisabled:            rgb(0x97a3b0),
	theme.ColorNamePrimary:             rgb(0x6db3e3),
	theme.ColorNameHyperlink:           rgb(0x6db3e3),
	theme.ColorNameForegroundOnPrimary: rgb(0x0f1720),
	theme.ColorNameFocus:               {R: 0x6d, G: 0xb3, B: 0xe3, A: 0x66},
	theme.ColorNameSelection:           {R: 0x6d, G: 0xb3, B: 0xe3, A: 0x2c},
	theme.ColorNameHover:               {R: 0xff, G: 0xff, B: 0xff, A: 0x12},
	theme.ColorNameButton:              rgb(0x303943),
	theme.ColorNameDisabledButton:      rgb(0x272e36),
	theme.ColorNameInputBorder:         rgb(0x6b7784),
	theme.ColorNameSeparator:           rgb(0x2e363f),
	theme.ColorNameShadow:              {A: 0x55},
	theme.ColorNameError:               rgb(0xff9090),
	theme.ColorNameForegroundOnError:   rgb(0x2a0a0a),
	colorCard:                          rgb(0x242b33),
	colorOK:                            rgb(0x6ccf95),
	colorWarning:                       rgb(0xf3c14b),
	colorUnknown:                       rgb(0xadb6f7),
	colorCritical:                      rgb(0xff9090),
}

func rgb(v uint32) color.NRGBA {
	return color.NRGBA{R: uint8(v >> 16), G: uint8(v >> 8), B: uint8(v), A: 0xff}
}

func (p palette) Color(name fyne.ThemeColorName, variant fyne.ThemeVariant) color.Color {
	own := light
	if variant == theme.VariantDark {
		own = dark
	}
	if c, ok := own[name]; ok {
		return c
	}
	return p.Theme.Color(name, variant)
}

func (p palette) Size(name fyne.ThemeSizeName) float32 {
	switch name {
	case theme.SizeNameText:
		return 13
	case theme.SizeNameInnerPadding:
		return 7
	case theme.SizeNameInlineIcon:
		return 17
	case theme.SizeNameSubHeadingText:
		return 16
	}
	return p.Theme.Size(name)
}

// lookOf is the mark of a severity.
func lookOf(s monitor.Severity) assets.Look {
	switch s {
	case monitor.OK:
		return assets.Good
	case monitor.Warning:
		return assets.Caution
	case monitor.Critical:
		return assets.Bad
	}
	return assets.Unsure
}

// colorOf is the text colour of a severity.
func colorOf(s monitor.Severity) fyne.ThemeColorName {
	switch s {
	case monitor.OK:
		return colorOK
	case monitor.Warning:
		return colorWarning
	case monitor.Critical:
		return colorCritical
	}
	return colorUnknown
}
