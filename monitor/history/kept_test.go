package history

import (
	"context"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"testing/synctest"
	"time"

	"licensewatch/monitor"
)

func TestAnOwnerThatWasForgottenMayComeBack(t *testing.T) {
	b := prepare(newPath(t))
	defer b.close()
	b.Keep = 24 * time.Hour
	for _, sn := range append(story(0), at(noon.Add(3*time.Minute))) { // then it is not watched any more
		b.Take(sn)
	}
	if err := b.save(t.Context()); err != nil {
		t.Fatal(err)
	}
	for range 2 { // what is said of an owner goes first, then the owner
		b.pruned = pruning{}
		b.prune(t.Context(), noon.AddDate(0, 0, 3))
	}
	if n := number(t, b.Path, `select count(*) from owners where name = 'ONE'`); n != 0 {
		t.Fatalf("after three days %d owners are left, want none", n)
	}
	after := 80 * time.Hour
	for _, sn := range story(after) {
		b.Take(sn)
	}
	if err := b.save(t.Context()); err != nil {
		t.Fatal(err)
	}
	past := b.past(t, "A", "ONE")
	wantBands(t, "when it is watched again", past, told(after)...)
	if len(past.Events) != 1 {
		t.Errorf("events are %v, want one", past.Events)
	}
}

func TestANewFileKnowsWhatLasts(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("Windows does not let go of a file that is open")
	}
	path := newPath(t)
	b := openBook(t, path)
	well := site("A", "ONE", monitor.OK, "")
	b.Take(at(noon, well))
	b.flush(t)
	b.past(t, "A", "ONE") // a connection to the old file
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	sn := at(noon.Add(time.Minute), well)
	sn.Events = []monitor.Event{{At: sn.At, Network: monitor.NetworkDirect}}
	b.Take(sn)
	b.flush(t)
	if n := number(t, path, `select count(*) from bands where until is null`); n != 2 {
		t.Errorf("%d states last, want the owner's and the site's", n)
	}
	if past := b.past(t, "A", "ONE"); len(past.Events) != 1 {
		t.Errorf("events are %v, want that of the site's way out", past.Events)
	}
}

func TestSeatsHaveTheNewNameBeforeItIsWritten(t *testing.T) {
	b := prepare(newPath(t))
	defer b.close()
	b.Take(at(noon, licensed(site("A", "ONE", monitor.OK, ""), noon, monitor.Module{Name: "plan", Plan: true, Total: 9})))
	if err := b.save(t.Context()); err != nil {
		t.Fatal(err)
	}
	b.rename("A", "B")
	if is, was := b.seats(t, "B", "ONE"), b.seats(t, "A", "ONE"); len(is) != 1 || len(was) != 0 {
		t.Errorf("seats are %v, and %v under the old name", is, was)
	}
}

func TestALookIsRememberedInMemory(t *testing.T) {
	path := newPath(t)
	if err := os.MkdirAll(filepath.Join(path, "taken"), 0o700); err != nil { // a folder where the file should be
		t.Fatal(err)
	}
	b := openBook(t, path)
	if err := b.Looked(t.Context(), noon); err != nil {
		t.Fatal(err)
	}
	if at, err := b.LastLook(t.Context()); err != nil || !at.Equal(noon) {
		t.Errorf("LastLook = %v, %v; want %v", at, err, noon)
	}
}

func TestAWriteThatDoesNotComeBackIsSaid(t *testing.T) {
	path := newPath(t)
	synctest.Test(t, func(t *testing.T) {
		b := prepare(path)
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error)
		go func() { done <- b.Run(ctx) }()
		b.gate <- struct{}{} // the write cannot end
		b.Take(monitor.Snapshot{At: time.Now(), Sites: []*monitor.SiteState{site("A", "ONE", monitor.OK, "")}})
		time.Sleep(10 * time.Minute)
		synctest.Wait()
		wantTroubles(t, "while it does not", b, "does not answer")
		<-b.gate
		synctest.Wait()
		wantTroubles(t, "when it has", b, "does not answer", "")
		cancel()
		<-done
	})
}
