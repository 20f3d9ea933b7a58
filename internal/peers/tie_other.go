//go:build !linux

package peers

import "os/exec"

func tie(*exec.Cmd) {}
