package command

import (
	"fmt"
	"runtime"
	"runtime/debug"
)

// versionText is one line: version, commit if the build knows it, Go, Fyne, system.
func versionText(p Program) string {
	commit := ""
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" {
				commit = ", commit " + s.Value
			}
		}
	}
	return fmt.Sprintf("licensewatch %s%s, %s, Fyne %s, %s/%s", p.Version, commit, runtime.Version(), p.Fyne, runtime.GOOS, runtime.GOARCH)
}
