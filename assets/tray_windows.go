package assets

import "embed"

//go:embed tray/*.ico
var trays embed.FS

const trayForm = ".ico"
