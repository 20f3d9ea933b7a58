//go:build !windows

package assets

import "embed"

//go:embed tray/*.png
var trays embed.FS

const trayForm = ".png"
