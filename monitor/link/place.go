package link

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"path/filepath"
)

// ErrTaken says that another agent has the place.
var ErrTaken = errors.New("another agent is running with these settings")

// errNobody is in the error of a dial when nobody listens.
var errNobody = errors.New("nobody listens")

// Place is where an agent and its clients meet: one per user and settings file.
type Place struct {
	dir  string // where sockets are; empty on Windows
	name string
}

// At returns the place of the agent that uses the settings file with that absolute path.
func At(config string) (Place, error) { return in("agent-" + Name(config)) }

// Name returns a short name for the settings file with that absolute path, for files that belong to it.
func Name(config string) string {
	sum := sha256.Sum256([]byte(filepath.Clean(config)))
	return hex.EncodeToString(sum[:6])
}
