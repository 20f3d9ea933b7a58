package window

import (
	"os"
	"path/filepath"
	"testing"
)

func TestWhereDocumentsAre(t *testing.T) {
	elsewhere := t.TempDir()
	tests := []struct{ name, said, want string }{
		{"in the user's language", "# written by xdg-user-dirs-update\nXDG_DESKTOP_DIR=\"$HOME/Skrivebord\"\nXDG_DOCUMENTS_DIR=\"$HOME/Dokumenter\"\n", "~/Dokumenter"},
		{"with characters that a shell minds", `XDG_DOCUMENTS_DIR="$HOME/\$ \"mine\""`, `~/$ "mine"`},
		{"elsewhere", `XDG_DOCUMENTS_DIR="` + elsewhere + `"`, elsewhere},
		{"nowhere of their own", `XDG_DOCUMENTS_DIR="$HOME/"`, "~"},
		{"a folder that is gone", `XDG_DOCUMENTS_DIR="$HOME/gone"`, "~/Documents"},
		{"no whole path", `XDG_DOCUMENTS_DIR="Dokumenter"`, "~/Documents"},
		{"a remark", `# XDG_DOCUMENTS_DIR="$HOME/Dokumenter"`, "~/Documents"},
		{"nothing said", "", "~/Documents"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			home := homeOf(t, "Documents", "Dokumenter", `$ "mine"`, ".config")
			if err := os.WriteFile(filepath.Join(home, ".config", "user-dirs.dirs"), []byte(tt.said), 0o600); err != nil {
				t.Fatal(err)
			}
			want := tt.want
			if want[0] == '~' {
				want = filepath.Join(home, want[1:])
			}
			if got := documents(); got != want {
				t.Errorf("documents are in %s, want %s", got, want)
			}
		})
	}
}
