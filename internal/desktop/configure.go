//go:build linux

package desktop

import (
	"fmt"
	"os"
	"strings"

	"licensewatch/soapclient/simulator"
)

// Configure writes the settings of all sites of sim, and their secrets into the folder "secrets", for scripts that measure.
func (d *Desktop) Configure(sim *simulator.Server) error {
	var b strings.Builder
	for _, dir := range []string{d.Path("config", "licensewatch"), d.Path("secrets")} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return err
		}
	}
	for _, site := range sim.World().Sites {
		fmt.Fprintf(&b, "[[site]]\nname = %q\nurl = %q\nuser = \"admin\"\n\n", site.Name, sim.URL(site.Name))
		if err := os.WriteFile(d.Path("secrets", site.Name+".secret"), []byte(simulator.DemoPassword), 0o600); err != nil {
			return err
		}
	}
	return os.WriteFile(d.Path("config", "licensewatch", "config.toml"), []byte(b.String()), 0o600)
}
