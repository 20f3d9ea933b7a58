package window

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"
)

// homeOf is the home of the user, with some folders.
func homeOf(t *testing.T, folders ...string) string {
	t.Helper()
	home := t.TempDir()
	t.Setenv("HOME", home)
	t.Setenv("USERPROFILE", home) // Windows
	t.Setenv("XDG_CONFIG_HOME", filepath.Join(home, ".config"))
	for _, name := range folders {
		if err := os.Mkdir(filepath.Join(home, name), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	return home
}

// exporting is a window with the page "Export", and the home of its user.
func exporting(t *testing.T, agent Agent, folders ...string) (w *Window, home string) {
	t.Helper()
	home = homeOf(t, folders...)
	w = open(t, agent, fleet()...)
	w.ctrl(fyne.KeyE)
	return w, home
}

// file is the input for the file's name.
func (w *Window) file() *entry {
	for _, o := range w.objects() {
		if e, ok := o.(*entry); ok {
			return e
		}
	}
	return nil
}

func TestExport(t *testing.T) {
	agent := &fake{}
	w, home := exporting(t, agent, "Documents")
	b := &browser{App: w.app}
	w.app = b
	file := filepath.Join(home, "Documents", "licensewatch-2026-11-22.html")
	if got := w.file().Text; got != file {
		t.Errorf("the file is to be %s, want %s", got, file)
	}
	w.press(t, "Export")
	w.reads(t, "The report is saved.", file)
	if want := []string{"export html " + file}; !slices.Equal(agent.asked, want) {
		t.Errorf("the agent was asked %q, want %q", agent.asked, want)
	}
	w.key(fyne.KeyReturn) // the focus is on "Open"
	if len(b.opened) != 1 || !strings.HasPrefix(b.opened[0], "file:///") || !strings.HasSuffix(b.opened[0], "licensewatch-2026-11-22.html") {
		t.Errorf("opened %q", b.opened)
	}
	w.key(fyne.KeyEscape)
	if w.page != nil {
		t.Error("Esc does not leave the page")
	}
}

func TestExportFormats(t *testing.T) {
	agent := &fake{}
	w, home := exporting(t, agent)
	for _, f := range exportFormats {
		choose(t, w, f.words)
		w.reads(t, f.hint)
		w.press(t, "Export")
		if want := "export " + f.name + " " + filepath.Join(home, "licensewatch-2026-11-22."+f.name); agent.asked[len(agent.asked)-1] != want {
			t.Errorf("the agent was asked %q, want %q", agent.asked, want)
		}
		if w.reads(t, "The report is saved."); f.name == "csv" {
			w.file().SetText(filepath.Join(home, "mine.csv"))
			if strings.Contains(w.texts(), "The report is saved.") {
				t.Error("of another file it says that it is saved")
			}
			w.file().SetText(filepath.Join(home, "licensewatch-2026-11-22.csv"))
		}
	}
	w.file().SetText(filepath.Join(home, "mine.txt"))
	choose(t, w, exportFormats[0].words)
	if got := w.file().Text; got != filepath.Join(home, "mine.txt") {
		t.Errorf("a name with an end of its own becomes %s", got)
	}
}

func TestAFileThatCannotBe(t *testing.T) {
	agent := &fake{}
	w, home := exporting(t, agent)
	for text, want := range map[string]string{
		"report.html": "Give the file with its whole path, such as " + filepath.Join(home, "report.html") + ".",
		"":            "Give the file with its whole path",
		home:          "This is a folder: add the name of a file.",
		filepath.Join(home, "none", "report.csv"): "There is no folder " + filepath.Join(home, "none") + ".",
	} {
		w.file().SetText(text)
		w.press(t, "Export")
		w.reads(t, want)
	}
	w.file().SetText(filepath.Join(home, "report.html"))
	if strings.Contains(w.texts(), "Give the file") || len(agent.asked) > 0 {
		t.Errorf("the fault stays, or the agent was asked %q", agent.asked)
	}
	agent.err = errors.New("/x/report.html cannot be written: the disk is full")
	w.key(fyne.KeyEscape)
	w.ctrl(fyne.KeyE)
	w.press(t, "Export")
	w.reads(t, "The report is not saved.", "/x/report.html cannot be written: the disk is full.")
	if b := w.button("Export"); b == nil || b.Disabled() {
		t.Error("it cannot be tried again")
	}
}

func TestAFileThatIsThereIsReplacedOnlyAfterAYes(t *testing.T) {
	agent := &fake{}
	w, home := exporting(t, agent)
	file := filepath.Join(home, "licensewatch-2026-11-22.html")
	if err := os.WriteFile(file, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	w.press(t, "Export")
	w.reads(t, "Replace the file?", file+" is there already.")
	w.press(t, "Keep")
	if len(agent.asked) > 0 {
		t.Fatalf("after a no the agent was asked %q", agent.asked)
	}
	w.press(t, "Export")
	w.press(t, "Replace")
	if want := []string{"export html " + file}; !slices.Equal(agent.asked, want) {
		t.Errorf("the agent was asked %q, want %q", agent.asked, want)
	}
}

func TestTheFolderOfAReportIsChosen(t *testing.T) {
	w, home := exporting(t, &fake{}, "reports")
	w.press(t, "Folder…")
	if w.chooser == nil {
		t.Fatal("no folder can be chosen")
	}
	w.key(fyne.KeyEscape)
	if w.chooser != nil || w.page == nil || len(w.win.Canvas().Overlays().List()) > 0 {
		t.Error("Esc does not close the choice, or more than it")
	}
	w.press(t, "Folder…")
	w.chooser.Dismiss()
	if got := w.file().Text; w.chooser != nil || got != filepath.Join(home, "licensewatch-2026-11-22.html") {
		t.Errorf("after no choice the file is %s", got)
	}
	w.file().SetText(filepath.Join(home, "none", "mine.html"))
	w.press(t, "Folder…")
	for _, o := range w.objects() {
		if b, ok := o.(*widget.Button); ok && b.Text == "Choose" {
			test.Tap(b)
		}
	}
	if got := w.file().Text; w.chooser != nil || got != filepath.Join(home, "mine.html") {
		t.Errorf("after a choice the file is %s", got)
	}
	if got := nearest(filepath.Join(home, "reports", "none", "deep", "x.html")); got != filepath.Join(home, "reports") {
		t.Errorf("the choice begins in %s", got)
	}
}

// deaf is an agent whose export ends only when nobody waits for it.
type deaf struct {
	*fake
	writing chan struct{}
}

func (d *deaf) Export(ctx context.Context, _, _ string) error {
	close(d.writing)
	<-ctx.Done()
	return ctx.Err()
}

func TestAnExportCanBeCancelled(t *testing.T) {
	agent := &deaf{&fake{}, make(chan struct{})}
	w, _ := exporting(t, agent)
	w.button("Export").OnTapped()
	<-agent.writing
	w.reads(t, "Writing the report…")
	w.typeKey(fyne.KeyEscape)
	if strings.Contains(w.texts(), "Writing the report") || w.button("Export").Disabled() {
		t.Error("a cancelled export seems to go on")
	}
	w.calls.Wait()
	if text := w.texts(); strings.Contains(text, "not saved") || w.page == nil {
		t.Errorf("a cancelled export has an outcome:\n%s", text)
	}
}

func TestWithoutAnAgentNothingIsExported(t *testing.T) {
	w := open(t, &fake{}, fleet()...)
	w.Lost("The agent has ended.")
	w.ctrl(fyne.KeyE)
	if w.page != nil || !w.button("Export…").Disabled() {
		t.Error("without an agent there is an export")
	}
}
