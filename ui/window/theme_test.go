package window

import (
	"image/color"
	"math"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
)

func TestTextStandsOutInLightAndDark(t *testing.T) {
	p := palette{theme.DefaultTheme()}
	texts := []fyne.ThemeColorName{theme.ColorNameForeground, theme.ColorNamePlaceHolder, theme.ColorNameDisabled, theme.ColorNameError,
		colorOK, colorWarning, colorUnknown, colorCritical}
	grounds := []fyne.ThemeColorName{theme.ColorNameBackground, colorCard, theme.ColorNameHeaderBackground, theme.ColorNameInputBackground, theme.ColorNameOverlayBackground}
	for name, v := range map[string]fyne.ThemeVariant{"light": theme.VariantLight, "dark": theme.VariantDark} {
		check := func(text, ground fyne.ThemeColorName, least float64, over color.Color) {
			t.Helper()
			if got := contrast(p.Color(text, v), over); got < least {
				t.Errorf("%s: %s on %s has a contrast of %.2f, want %.1f", name, text, ground, got, least)
			}
		}
		for _, ground := range grounds {
			for _, text := range texts {
				check(text, ground, 4.5, p.Color(ground, v))
			}
			check(theme.ColorNameInputBorder, ground, 2.6, p.Color(ground, v))
		}
		selected := blend(p.Color(theme.ColorNameSelection, v), p.Color(theme.ColorNameBackground, v))
		for _, text := range texts {
			check(text, theme.ColorNameSelection, 4.5, selected)
		}
		check(theme.ColorNameForegroundOnPrimary, theme.ColorNamePrimary, 4.5, p.Color(theme.ColorNamePrimary, v))
		check(theme.ColorNameForegroundOnError, theme.ColorNameError, 4.5, p.Color(theme.ColorNameError, v))
	}
}

// contrast is WCAG's ratio, from 1 to 21.
func contrast(a, b color.Color) float64 {
	x, y := luminance(a), luminance(b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

func luminance(c color.Color) float64 {
	r, g, b, _ := c.RGBA()
	linear := func(v uint32) float64 {
		s := float64(v) / 0xffff
		if s <= 0.04045 {
			return s / 12.92
		}
		return math.Pow((s+0.055)/1.055, 2.4)
	}
	return 0.2126*linear(r) + 0.7152*linear(g) + 0.0722*linear(b)
}

// blend is a translucent colour over an opaque one.
func blend(over, under color.Color) color.Color {
	r, g, b, a := over.RGBA()
	x, y, z, _ := under.RGBA()
	mix := func(o, u uint32) uint16 { return uint16(o + u*(0xffff-a)/0xffff) }
	return color.RGBA64{R: mix(r, x), G: mix(g, y), B: mix(b, z), A: 0xffff}
}
