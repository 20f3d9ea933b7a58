// Licensewatch watches the licences of SuperOffice installations from the desktop's tray.
//
//	main ─► soapclient      main ─► monitor      main ─► ui/...        ui/... ─► monitor, assets
//
//	SOAP reply ─ source ─► Observation ─ Step ─► State, Events ─► Snapshot ─┬─► tray icon, notification   (agent)
//	                                                                        └─ link ─► window, status, scripts
//	clicks ─► link ─► Refresh, Pause, Save …
//
// One binary has two modes: the agent, which is resident and needs no OpenGL, and the window, which the agent starts
// when somebody wants to look. The command line is in internal/command, the wiring of the agent in
// internal/agent; this file adds what only the window needs.
package main

import (
	"os"
	"runtime/debug"
	_ "time/tzdata" // quiet hours name a zone, and Windows has no names that Go knows

	"licensewatch/internal/command"
	_ "licensewatch/internal/quiet"
)

// version is set by the linker.
var version = "development"

func main() {
	os.Exit(command.Main(os.Args[1:], command.Program{Version: version, Fyne: fyneVersion(), CanShow: canShow, Show: show}))
}

// fyneVersion is the version of Fyne that was built in.
func fyneVersion() string {
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, m := range info.Deps {
			if m.Path == "fyne.io/fyne/v2" {
				return m.Version
			}
		}
	}
	return "unknown"
}
