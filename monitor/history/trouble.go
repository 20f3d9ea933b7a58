package history

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"sync"
	"time"

	"modernc.org/sqlite"
	codes "modernc.org/sqlite/lib"
)

// code returns SQLite's primary result code of an error, 0 if it is none of SQLite's.
func code(err error) int {
	if e, ok := errors.AsType[*sqlite.Error](err); ok {
		return e.Code() & 0xff
	}
	return 0
}

// damaged reports whether an error says that the file is no history that can be read.
func damaged(err error) bool {
	c := code(err)
	return c == codes.SQLITE_CORRUPT || c == codes.SQLITE_NOTADB || errors.Is(err, errForeign)
}

// sentence says what is wrong and what to do.
func sentence(err error, path string) string {
	const memory = "the history is kept in memory only"
	switch c := code(err); {
	case errors.Is(err, errNewer):
		return fmt.Sprintf("The history in %s was written by a newer Licensewatch, so it is left alone and %s: update Licensewatch.", path, memory)
	case c == codes.SQLITE_FULL:
		return fmt.Sprintf("The disk of %s is full, so %s until there is room: make some.", path, memory)
	case c == codes.SQLITE_READONLY || c == codes.SQLITE_CANTOPEN || c == codes.SQLITE_PERM || errors.Is(err, fs.ErrPermission):
		return fmt.Sprintf("%s cannot be written (%v), so %s until it can: let this user write to it and its folder.", path, err, memory)
	case c == codes.SQLITE_BUSY || c == codes.SQLITE_LOCKED:
		return fmt.Sprintf("Another program holds %s, so %s until it lets go: close that program.", path, memory)
	}
	return fmt.Sprintf("%s cannot be written (%v), so %s until it can: look at its disk and folder.", path, err, memory)
}

// voice says what is wrong with the history, once.
type voice struct {
	tell func(string)
	log  *slog.Logger

	mu    sync.Mutex
	said  string    // what stands
	fail  bool      // it is about a failure that lasts
	since time.Time // the present write began; zero: there is none
}

func (v *voice) say(text string) {
	if text == v.said {
		return
	}
	v.said = text
	if text != "" {
		v.log.Warn(text)
	} else {
		v.log.Info("the history is in its file again")
	}
	if v.tell != nil {
		v.tell(text)
	}
}

// fails says that nothing can be written. Another reason for the same trouble is another sentence.
func (v *voice) fails(err error, path string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.fail = true
	v.say(sentence(err, path))
}

// works says that what failed works again.
func (v *voice) works() {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.fail {
		v.fail = false
		v.say("")
	}
}

// notes says something that is over, but that somebody should know.
func (v *voice) notes(text string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.fail = false
	v.say(text)
}

func (v *voice) begins(now time.Time) {
	v.mu.Lock()
	v.since = now
	v.mu.Unlock()
}

func (v *voice) ends() {
	v.mu.Lock()
	v.since = time.Time{}
	v.mu.Unlock()
}

// hangs says that the present write does not come back, if it does not.
func (v *voice) hangs(now time.Time, path string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if !v.since.IsZero() && now.Sub(v.since) > hangsAfter && !v.fail {
		v.fail = true
		v.say(fmt.Sprintf("The disk of %s does not answer, so the history is kept in memory only until it does: look at the disk or the network it is on.", path))
	}
}
