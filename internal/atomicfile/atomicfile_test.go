package atomicfile

import (
	"bytes"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

var errDamaged = errors.New("damaged")

// whole accepts a complete JSON object.
func whole(b []byte) error {
	if !json.Valid(b) || !bytes.HasPrefix(b, []byte("{")) {
		return errDamaged
	}
	return nil
}

const first, second, third = `{"generation": 1}`, `{"generation": 2}`, `{"generation": 3}`

func mustWrite(t *testing.T, path, text string) {
	t.Helper()
	if err := Write(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func wantRead(t *testing.T, path, want string) {
	t.Helper()
	got, err := Read(path, whole)
	if err != nil || string(got) != want {
		t.Errorf("Read = %q, %v; want %q", got, err, want)
	}
}

func TestWriteKeepsOnePreviousGeneration(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "state.json")
	for _, text := range []string{first, second, third} {
		mustWrite(t, path, text)
	}
	wantRead(t, path, third)
	wantRead(t, path+backup, second)
	names, err := os.ReadDir(dir)
	if err != nil || len(names) != 2 {
		t.Errorf("the folder holds %v (%v), want the file and its previous generation only", names, err)
	}
}

func TestReplaceLeavesNothingBesideTheFile(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "report.html")
	for _, text := range []string{first, second} {
		if err := Replace(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		wantRead(t, path, text)
	}
	if names, err := os.ReadDir(dir); err != nil || len(names) != 1 {
		t.Errorf("the folder holds %v (%v), want the file alone", names, err)
	}
	if err := os.Mkdir(filepath.Join(dir, "taken"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := Replace(filepath.Join(dir, "taken"), []byte(third), 0o600); err == nil {
		t.Error("Replace of a folder succeeds")
	}
	if names, err := os.ReadDir(dir); err != nil || len(names) != 2 {
		t.Errorf("after a failed Replace the folder holds %v (%v), want no temporary file", names, err)
	}
}

func TestReadOfAFileCutAtAnyByteGivesThePreviousGeneration(t *testing.T) {
	path := filepath.Join(t.TempDir(), "state.json")
	mustWrite(t, path, first)
	mustWrite(t, path, second)
	for n := range len(second) {
		if err := os.WriteFile(path, []byte(second[:n]), 0o600); err != nil {
			t.Fatal(err)
		}
		wantRead(t, path, first)
	}
}

func TestRead(t *testing.T) {
	tests := []struct {
		name      string
		file, old string // "": no such file
		want      string
		err       error
	}{
		{"the file is good", second, first, second, nil},
		{"the file is gone", "", first, first, nil},
		{"the file is damaged", "{", first, first, nil},
		{"there never was a file", "", "", "", fs.ErrNotExist},
		{"both are damaged", "{", "{", "", errDamaged},
		{"the file is damaged and there is nothing before it", "{", "", "", errDamaged},
		{"the file is gone and the one before damaged", "", "{", "", errDamaged},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "state.json")
			for name, text := range map[string]string{path: tt.file, path + backup: tt.old} {
				if text == "" {
					continue
				}
				if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			got, err := Read(path, whole)
			if string(got) != tt.want || !errors.Is(err, tt.err) {
				t.Errorf("Read = %q, %v; want %q, %v", got, err, tt.want, tt.err)
			}
		})
	}
}

func TestACrashAfterAnyStepLeavesTheOldOrTheNewContent(t *testing.T) {
	const swapped = 3 // steps until the new content is in place
	for _, present := range []struct{ name, file, old, want string }{
		{"the present file is good", second, first, second},
		{"the present file is damaged", "{", first, first},
		{"the present file is gone", "", first, first},
	} {
		t.Run(present.name, func(t *testing.T) {
			for crash := range len((&writing{}).steps()) + 1 {
				path := filepath.Join(t.TempDir(), "state.json")
				mustWrite(t, path+backup, present.old)
				if present.file != "" {
					mustWrite(t, path, present.file)
					mustWrite(t, path+backup, present.old)
				}
				w := &writing{path: path, data: []byte(third), perm: 0o600}
				for _, step := range w.steps()[:crash] {
					if err := step(); err != nil {
						t.Fatal(err)
					}
				}
				if crash < swapped {
					wantRead(t, path, present.want)
				} else {
					wantRead(t, path, third)
				}
				mustWrite(t, path, third) // what is left behind is no obstacle
				wantRead(t, path, third)
			}
		})
	}
}

func TestAFailedWriteChangesNothing(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "taken")
	if err := os.Mkdir(path, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := Write(path, []byte(first), 0o600); err == nil {
		t.Error("a folder was replaced by a file")
	}
	names, err := os.ReadDir(dir)
	if err != nil || len(names) != 1 || !names[0].IsDir() {
		t.Errorf("the folder holds %v (%v), want it as it was", names, err)
	}
	err = Write(filepath.Join(dir, "nowhere", "file"), nil, 0o600)
	if !errors.Is(err, fs.ErrNotExist) || strings.Contains(err.Error(), ".tmp") {
		t.Errorf("Write into a missing folder = %v, want fs.ErrNotExist, without the name of a temporary file", err)
	}
}

func TestModesAndLinks(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("Windows has neither these modes nor links for everybody")
	}
	dir := t.TempDir()
	target, link := filepath.Join(dir, "target.json"), filepath.Join(dir, "link.json")
	mustWrite(t, target, first)
	if err := os.Symlink(target, link); err != nil {
		t.Fatal(err)
	}
	if err := Write(link, []byte(second), 0o640); err != nil {
		t.Fatal(err)
	}
	wantRead(t, target, second)
	if about, err := os.Lstat(link); err != nil || about.Mode()&fs.ModeSymlink == 0 {
		t.Errorf("the link is now %v (%v), want a link still", about, err)
	}
	for name, want := range map[string]fs.FileMode{target: 0o640, target + backup: 0o600} {
		if about, err := os.Stat(name); err != nil || about.Mode().Perm() != want {
			t.Errorf("%s has mode %v (%v), want %v", name, about.Mode().Perm(), err, want)
		}
	}
}
