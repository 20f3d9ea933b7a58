package keyring

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

func TestDir(t *testing.T) {
	top := t.TempDir()
	dir := filepath.Join(top, "secrets")
	files := map[string]string{
		"secrets/Head office.secret":   "pass word\n",
		"secrets/Head office.apptoken": "token",
		"secrets/Head office.proxy":    "proxied",
		"secrets/Windows.secret":       "pass\r\n",
		"secrets/Blank.secret":         "  two ends \n\n",
		"secrets/Empty.secret":         "\n",
		"secrets/Huge.secret":          strings.Repeat("x", maxFile+1),
		"secrets/sub/inner.secret":     "inner",
		"outside.secret":               "outside",
	}
	for name, text := range files {
		path := filepath.Join(top, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(filepath.Join(dir, "Folder.secret"), 0o700); err != nil {
		t.Fatal(err)
	}
	if runtime.GOOS != "windows" {
		for name, target := range map[string]string{"Link": "../outside.secret", "Inside": "sub/inner.secret"} {
			if err := os.Symlink(target, filepath.Join(dir, name+".secret")); err != nil {
				t.Fatal(err)
			}
		}
	}
	tests := []struct {
		name, site string
		kind       Kind
		want       string
		state      State // "": no error
		posix      bool  // needs links
	}{
		{"a password, its line end off", "Head office", Password, "pass word", "", false},
		{"a token", "Head office", AppToken, "token", "", false},
		{"a line end of Windows", "Windows", Password, "pass", "", false},
		{"blanks belong to it, and so does a second line end", "Blank", Password, "  two ends \n", "", false},
		{"no such site", "Nobody", Password, "", Missing, false},
		{"no such kind", "Windows", AppToken, "", Missing, false},
		{"a proxy's password", "Head office", Proxy, "proxied", "", false},
		{"a file that holds nothing", "Empty", Password, "", Missing, false},
		{"a file too large", "Huge", Password, "", TooLong, false},
		{"a folder", "Folder", Password, "", Failed, false},
		{"a name that climbs out", "../outside", Password, "", Failed, false},
		{"a name with a folder", "sub/inner", Password, "", Failed, false},
		{"a link that leads out", "Link", Password, "", Failed, true},
		{"a link that stays inside", "Inside", Password, "inner", "", true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if tt.posix && runtime.GOOS == "windows" {
				t.Skip("Windows: links are not for everybody")
			}
			got, err := Dir(dir).Get(t.Context(), tt.site, tt.kind)
			if string(got) != tt.want {
				t.Errorf("Get = %q, want %q", string(got), tt.want)
			}
			if tt.state != "" {
				wantState(t, err, tt.state)
			} else if err != nil {
				t.Errorf("Get = %v, want no error", err)
			}
		})
	}
	_, err := Dir(filepath.Join(top, "nowhere")).Get(t.Context(), "A", Password)
	wantState(t, err, Absent)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Dir(dir).Get(ctx, "Head office", Password); !errors.Is(err, context.Canceled) {
		t.Errorf("Get with an ended context = %v, want context.Canceled", err)
	}
}

// The command that a remedy names must store the secret that is missing, and no other.
func TestTheRemedyNamesTheCommandThatStoresTheSecret(t *testing.T) {
	for kind, command := range map[Kind]string{
		Password: `licensewatch signin "Head office"`,
		AppToken: `licensewatch signin "Head office" --app-token`,
		Proxy:    `licensewatch signin "Head office" --proxy`,
	} {
		_, err := new(Memory).Get(t.Context(), "Head office", kind)
		if e, ok := errors.AsType[*Error](err); !ok || !strings.HasSuffix(e.Remedy, ": "+command) {
			t.Errorf("%s: %+v, want the remedy to end with %s", kind, err, command)
		}
	}
}

func TestMemory(t *testing.T) {
	var m Memory
	_, err := m.Get(t.Context(), "A", Password)
	wantState(t, err, Missing)
	m.Set(t.Context(), "A", Password, "before")
	m.Set(t.Context(), "A", Password, "hush")
	m.Set(t.Context(), "A", AppToken, "token")
	m.Set(t.Context(), "B", Password, "other")
	if got, err := m.Get(t.Context(), "A", Password); string(got) != "hush" || err != nil {
		t.Errorf("Get = %q, %v; want the last secret", string(got), err)
	}
	if s := fmt.Sprintf("%v %+v %#v", &m, &m, &m); strings.Contains(s, "hush") {
		t.Errorf("the secrets show in %s", s)
	}
	m.Delete(t.Context(), "A", Password)
	_, err = m.Get(t.Context(), "A", Password)
	wantState(t, err, Missing)
	for _, kept := range []struct {
		site string
		kind Kind
		want string
	}{{"A", AppToken, "token"}, {"B", Password, "other"}} {
		if got, err := m.Get(t.Context(), kept.site, kept.kind); string(got) != kept.want || err != nil {
			t.Errorf("Get of %s, %s = %q, %v; want it kept", kept.site, kept.kind, string(got), err)
		}
	}
}
