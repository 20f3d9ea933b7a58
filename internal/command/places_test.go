//go:build unix

package command

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"licensewatch/internal/keyring"
	"licensewatch/internal/settings"
)

func TestStatesLieInTheStateFolder(t *testing.T) {
	home := t.TempDir()
	t.Setenv("HOME", home)
	t.Setenv("XDG_CACHE_HOME", filepath.Join(home, "cache"))
	under := func(set, want string) {
		t.Helper()
		t.Setenv("XDG_STATE_HOME", set)
		state, cache, err := folders("/etc/one.toml")
		if err != nil || filepath.Dir(state) != want || cache != filepath.Join(home, "cache", "licensewatch") {
			t.Errorf("XDG_STATE_HOME=%q: %s and %s (%v), want a file in %s", set, state, cache, err, want)
		}
	}
	if unixLike {
		under(filepath.Join(home, "state"), filepath.Join(home, "state", "licensewatch"))
		under("", filepath.Join(home, ".local", "state", "licensewatch"))
		under("relative", filepath.Join(home, ".local", "state", "licensewatch"))
	}
	one, _, _ := folders("/etc/one.toml")
	two, _, _ := folders("/etc/two.toml")
	if one == two {
		t.Error("two settings files share their states")
	}
}

func TestChooseKeepsTheOrderOfTheSettings(t *testing.T) {
	all := []settings.Site{{Name: "a"}, {Name: "b"}, {Name: "c"}}
	for _, tt := range []struct {
		names []string
		want  string
	}{{nil, "abc"}, {[]string{"c", "a"}, "ac"}, {[]string{"b", "b"}, "b"}, {[]string{"b", "x"}, ""}} {
		chosen, err := choose(all, tt.names)
		got := ""
		for _, s := range chosen {
			got += s.Name
		}
		if got != tt.want || (err != nil) != slices.Contains(tt.names, "x") {
			t.Errorf("choose(%q) = %q, %v, want %q", tt.names, got, err, tt.want)
		}
	}
}

// Secrets from a folder are read only: what a form brings is for this session.
func TestAFolderOfSecretsIsNotWritten(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, head+".secret"), []byte("filed\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	f, done := (&options{secretsDir: dir}).secrets(0)
	defer done()
	has := func(when, want string) {
		t.Helper()
		if got, err := f.Get(t.Context(), head, keyring.Password); err != nil || string(got) != want {
			t.Errorf("%s: another secret than the one %s (%v)", when, want, err)
		}
	}
	has("at first", "filed")
	for kind, file := range map[keyring.Kind]string{keyring.Password: head + ".secret", keyring.AppToken: head + ".apptoken"} {
		if err := f.Set(t.Context(), head, kind, "typed"); err == nil || !strings.Contains(err.Error(), file) || !strings.Contains(err.Error(), "session only") {
			t.Errorf("Set = %v, want the name of the file %q and the other way", err, file)
		}
	}
	f.Remember(head, keyring.Password, "typed")
	has("in this session", "typed")
	if err := f.Delete(t.Context(), head, keyring.Password); err != nil {
		t.Errorf("Delete = %v", err)
	}
	has("afterwards", "filed")
	_, err := f.Get(t.Context(), oslo, keyring.Password)
	if e, ok := errors.AsType[*keyring.Error](err); !ok || e.State != keyring.Missing {
		t.Errorf("Get of another site = %v, want that it is missing", err)
	}
	if files, err := os.ReadDir(dir); err != nil || len(files) != 1 {
		t.Errorf("the folder has %v (%v), want the one file", files, err)
	}
}
