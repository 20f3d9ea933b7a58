//go:build !linux

package source

import "testing"

func blackHole(t *testing.T) string {
	t.Helper()
	t.Skip("a listener whose queue is full answers in another way here")
	return ""
}
