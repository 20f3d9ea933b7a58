package peers

import "testing"

// Need skips the test, or fails it where a gap would go unnoticed, when one of these programs is not installed.
func Need(t testing.TB, programs ...string) {
	t.Helper()
	for _, name := range programs {
		program(t, name)
	}
}
