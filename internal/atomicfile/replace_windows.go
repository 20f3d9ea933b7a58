package atomicfile

import (
	"errors"
	"os"
	"syscall"
	"time"
)

// Windows' word for a file that another process holds open.
const errSharing syscall.Errno = 32

// rename replaces to by from. Virus scanners and indexers hold a fresh file open for an instant, which
// makes the first tries fail.
func rename(from, to string) error {
	for pause := time.Millisecond; ; pause *= 2 {
		err := os.Rename(from, to)
		held := errors.Is(err, errSharing) || errors.Is(err, syscall.ERROR_ACCESS_DENIED)
		if !held || pause > 500*time.Millisecond {
			return err
		}
		time.Sleep(pause)
	}
}

// syncDir does nothing: Windows has no such call, and NTFS keeps its own journal of renames.
func syncDir(string) error { return nil }
