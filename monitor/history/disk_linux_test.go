package history

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"licensewatch/monitor"
)

// disk is a real file system of 1 MB in memory.
type disk struct {
	t    *testing.T
	path string
}

func newDisk(t *testing.T) disk {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("only root may mount the small file system that this test fills")
	}
	d := disk{t, t.TempDir()}
	if err := unix.Mount("tmpfs", d.path, "tmpfs", 0, "size=1m,mode=0700"); err != nil {
		t.Skipf("the small file system that this test fills cannot be mounted here: %v", err)
	}
	t.Cleanup(func() {
		if err := unix.Unmount(d.path, unix.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	return d
}

func (d disk) remount(flags uintptr) {
	d.t.Helper()
	if err := unix.Mount("", d.path, "", unix.MS_REMOUNT|flags, ""); err != nil {
		d.t.Fatal(err)
	}
}

func (d disk) file() string { return filepath.Join(d.path, "history.db") }

// fill takes all room that is left and returns what gives it back.
func (d disk) fill() (empty func()) {
	d.t.Helper()
	name := filepath.Join(d.path, "filler")
	f, err := os.Create(name)
	if err != nil {
		d.t.Fatal(err)
	}
	defer f.Close()
	for err == nil {
		_, err = f.Write(make([]byte, 4096))
	}
	return func() {
		if err := os.Remove(name); err != nil {
			d.t.Error(err)
		}
	}
}

// impatient opens a history that tries again soon what failed.
func impatient(t *testing.T, path string) *book {
	t.Helper()
	b := prepare(path)
	b.retry, b.maxRetry = 10*time.Millisecond, 10*time.Millisecond
	b.run(t)
	return b
}

func TestAReadOnlyDiskIsSurvivedAndHealed(t *testing.T) {
	for _, before := range []string{"empty", "with a history on it"} {
		t.Run(before, func(t *testing.T) {
			d := newDisk(t)
			want := told(time.Hour)
			if before != "empty" {
				written(t, d.file(), story(0)...)
				want = append(told(0), want...)
			}
			d.remount(unix.MS_RDONLY)
			b := impatient(t, d.file())
			for _, sn := range story(time.Hour) {
				b.Take(sn)
			}
			if err := b.Flush(t.Context()); err == nil {
				t.Error("Flush confirms what is in memory only")
			}
			b.Tell(monitor.Telling{At: noon.Add(time.Hour), Title: "T", About: []monitor.Subject{{Site: "A", Owner: "ONE"}}})
			if err := b.Looked(t.Context(), noon); err != nil {
				t.Errorf("Looked = %v", err)
			}
			past := b.past(t, "A", "ONE")
			wantBands(t, "in memory", past, told(time.Hour)...)
			if len(past.Events) != 1 || len(past.Tellings) != 1 {
				t.Errorf("in memory: %d events, %d notifications", len(past.Events), len(past.Tellings))
			}
			wantTroubles(t, "while it is read-only", b, "cannot be written")

			d.remount(0)
			until(t, "the file is written again", func() bool { return len(b.troubles()) == 2 })
			wantTroubles(t, "afterwards", b, "cannot be written", "")
			b.flush(t)
			past = b.past(t, "A", "ONE")
			wantBands(t, "in the file", past, want...)
			if at, err := b.LastLook(t.Context()); err != nil || !at.Equal(noon) {
				t.Errorf("LastLook = %v, %v", at, err)
			}
			b.stop()
			wantBands(t, "after a restart", openBook(t, d.file()).past(t, "A", "ONE"), want...)
		})
	}
}

func TestAFullDiskIsSurvivedAndHealed(t *testing.T) {
	d := newDisk(t)
	b := impatient(t, d.file())
	for _, sn := range story(0) {
		b.Take(sn)
	}
	b.flush(t)
	empty := d.fill()
	n := 0
	for ; len(b.troubles()) == 0; n++ { // what SQLite has reserved is used up first
		if n > 10_000 {
			t.Fatal("the full disk takes everything")
		}
		b.Tell(monitor.Telling{At: noon.Add(time.Duration(n) * time.Second), Title: "T", Text: strings.Repeat("long ", 200)})
		b.Flush(t.Context())
	}
	for _, sn := range story(time.Hour) {
		b.Take(sn)
	}
	wantTroubles(t, "while it is full", b, "is full")
	for _, when := range []string{"while it is full", "when there is room"} {
		wantBands(t, when, b.past(t, "A", "ONE"), append(told(0), told(time.Hour)...)...)
		if all := b.past(t, "", ""); len(all.Tellings) != n || len(all.Events) != 2 {
			t.Errorf("%s: %d notifications and %d events, want %d and 2", when, len(all.Tellings), len(all.Events), n)
		}
		if when == "while it is full" {
			empty()
			until(t, "the file is written again", func() bool { return len(b.troubles()) == 2 })
			wantTroubles(t, "afterwards", b, "is full", "")
			b.flush(t)
		}
	}
	b.stop()
	if all := openBook(t, d.file()).past(t, "", ""); len(all.Tellings) != n || len(all.Events) != 2 {
		t.Errorf("after a restart: %d notifications and %d events, want %d and 2", len(all.Tellings), len(all.Events), n)
	}
}
