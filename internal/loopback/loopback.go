// Package loopback tells this computer from others: to it alone plain http may carry secrets unasked.
package loopback

import (
	"net/netip"
	"strings"
)

// Host reports whether a host, a name or an address without port and brackets, is this computer itself. No name is looked up:
// what a name server says is no ground for trust.
func Host(host string) bool {
	if addr, err := netip.ParseAddr(host); err == nil {
		return addr.Unmap().IsLoopback()
	}
	return strings.EqualFold(host, "localhost")
}
