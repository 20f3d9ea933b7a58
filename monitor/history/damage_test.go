package history

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"time"
)

func TestDamageThatOnlyForgettingMeetsIsHealedToo(t *testing.T) {
	path := newPath(t)
	written(t, path, story(0)...)
	root := number(t, path, `select rootpage from sqlite_schema where name = 'seats'`)
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteAt(bytes.Repeat([]byte{0xa5}, 4096), int64(root-1)*4096); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	b := prepare(path)
	defer b.close()
	wantTroubles(t, "at the start", b)
	b.prune(t.Context(), noon.Add(time.Hour))
	if err := b.save(t.Context()); err != nil {
		t.Fatal(err)
	}
	wantTroubles(t, "after the next write", b, "could not be read")
}

func TestWhatIsSetAsideReplacesNothing(t *testing.T) {
	path := newPath(t)
	names := map[string]bool{}
	for range 3 { // within a second or two
		write(t, path, []byte("damaged"))
		write(t, path+"-wal", []byte("the latest of it"))
		aside, err := setAside(path)
		if err != nil {
			t.Fatal(err)
		}
		names[aside] = true
	}
	if files, err := filepath.Glob(path + ".damaged-*"); err != nil || len(files) != 6 || len(names) != 3 {
		t.Errorf("three files, with what is in their WAL, were set aside as %q, %v", files, err)
	}
}

// One who reads may learn that the file is damaged when it has been set aside for another who learnt it.
func TestANewFileIsNotSetAsideForTheDamageOfTheOld(t *testing.T) {
	path := newPath(t)
	written(t, path, story(0)...)
	b := openBook(t, path)
	reads := 0
	if err := b.look(t.Context(), "", func(*view) error {
		if reads++; reads > 1 {
			return nil
		}
		b.suspect(errForeign)
		b.flush(t)
		return errForeign
	}); err != nil {
		t.Fatal(err)
	}
	b.flush(t)
	wantTroubles(t, "after both", b, "could not be read")
}
