package window

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// documents is the folder where people keep what they make: that of their documents, else their own.
func documents() string {
	home, err := os.UserHomeDir()
	if err != nil {
		return ""
	}
	for _, folder := range []string{ownDocuments(home), filepath.Join(home, "Documents")} {
		if info, err := os.Stat(folder); err == nil && info.IsDir() {
			return folder
		}
	}
	return home
}

// What xdg-user-dirs writes: the value is quoted as a shell has it, and begins with $HOME or a slash.
var (
	documentsLine = regexp.MustCompile(`(?m)^\s*XDG_DOCUMENTS_DIR="((?:[^"\\]|\\.)*)"`)
	shellEscape   = regexp.MustCompile(`\\(.)`)
)

// ownDocuments is the folder of documents as a Linux desktop was told, in the user's language most often; empty if it was not.
func ownDocuments(home string) string {
	config, err := os.UserConfigDir()
	if err != nil {
		return ""
	}
	data, err := os.ReadFile(filepath.Join(config, "user-dirs.dirs"))
	if err != nil {
		return ""
	}
	found := documentsLine.FindSubmatch(data)
	if found == nil {
		return ""
	}
	path := shellEscape.ReplaceAllString(string(found[1]), "$1")
	if below, ok := strings.CutPrefix(path, "$HOME/"); ok {
		return filepath.Join(home, below)
	}
	if !filepath.IsAbs(path) {
		return ""
	}
	return path
}
