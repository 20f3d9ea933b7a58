package window

import (
	"context"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/storage"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"licensewatch/assets"
	"licensewatch/monitor"
)

// exportFormat is a form in which a report can be had. Its name is the end of its file's, too.
type exportFormat struct{ name, words, hint string }

var exportFormats = []exportFormat{
	{"html", "Report (HTML)", "A page to read, print and send on. No secret is in it."},
	{"csv", "Table (CSV)", "A table for a spreadsheet, with a line for each module."},
	{"json", "Data (JSON)", "All that is known, for scripts."},
	{"ics", "Calendar (ICS)", "The dates of all licences, for a calendar."},
}

// exportForm asks for what to export, and where to. The agent writes the file.
type exportForm struct {
	page
	format          *choice
	file            *entry
	formatIn, where *field
	outcome         *fyne.Container
	folder, do      *button
}

// exportReport opens the page.
func (w *Window) exportReport() {
	if w.now.lost != "" || !w.now.seen || w.page != nil {
		return
	}
	e := &exportForm{page: page{w: w}, file: newEntry(w, ""), outcome: container.NewVBox()}
	var words []string
	for _, f := range exportFormats {
		words = append(words, f.words)
	}
	e.format = newChoice(w, words, nil)
	e.format.Selected = words[0]
	e.format.OnChanged = func(string) { e.turnTo(e.chosen()) }
	e.file.Text = filepath.Join(documents(), "licensewatch-"+w.now.view.Snapshot.At.Local().Format("2006-01-02")+".html")
	e.file.OnChanged = func(string) { e.settle() }
	e.file.OnSubmitted = func(string) { e.start() }
	e.folder = newButton(w, "Folder…", theme.FolderOpenIcon(), e.chooseFolder)
	e.do = newButton(w, "Export", theme.DocumentSaveIcon(), e.start)
	e.do.Importance = widget.HighImportance
	e.formatIn = newField("What", e.format)
	e.where = newField("Where to", framed(nil, nil, nil, e.folder, e.file))
	e.formatIn.advise(exportFormats[0].hint)
	fields := container.NewVBox(grid(e.formatIn, e.where), container.New(layout.NewCustomPaddedLayout(8, 0, 0, 0), e.outcome))
	buttons := container.NewHBox(layout.NewSpacer(), newButton(w, "Close", nil, e.leave), e.do)
	w.openPage(&e.page, "Export", fields, buttons, e.format)
}

func (e *exportForm) chosen() exportFormat {
	i := slices.IndexFunc(exportFormats, func(f exportFormat) bool { return f.words == e.format.Selected })
	return exportFormats[max(i, 0)]
}

// turnTo takes another format, and turns the end of the file's name to it unless somebody gave it one of their own.
func (e *exportForm) turnTo(f exportFormat) {
	e.formatIn.advise(f.hint)
	end := filepath.Ext(e.file.Text)
	if slices.ContainsFunc(exportFormats, func(f exportFormat) bool { return end == "."+f.name }) {
		e.file.SetText(strings.TrimSuffix(e.file.Text, end) + "." + f.name)
	}
	e.settle()
}

// settle takes back what was said of another file.
func (e *exportForm) settle() {
	e.where.blame("")
	e.outcome.RemoveAll()
}

// path is the file that was named; what is wrong with it otherwise.
func (e *exportForm) path() (path, wrong string) {
	path = strings.TrimSpace(e.file.Text)
	if !filepath.IsAbs(path) {
		return "", "Give the file with its whole path, such as " + filepath.Join(documents(), "report."+e.chosen().name) + "."
	}
	path = filepath.Clean(path)
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return "", "This is a folder: add the name of a file."
	}
	if info, err := os.Stat(filepath.Dir(path)); err != nil || !info.IsDir() {
		return "", "There is no folder " + monitor.Harmless(filepath.Dir(path), 200) + "."
	}
	return path, ""
}

// start exports, and asks first when a file would be replaced.
func (e *exportForm) start() {
	if e.cancel != nil {
		return
	}
	path, wrong := e.path()
	e.where.blame(wrong)
	if wrong != "" {
		e.w.win.Canvas().Focus(e.file)
		return
	}
	if _, err := os.Lstat(path); err == nil {
		e.w.confirm("Replace the file?", monitor.Harmless(path, 300)+" is there already. What it holds is lost.", "Replace", "Keep", func() { e.export(path) })
		return
	}
	e.export(path)
}

// export has the agent write the file.
func (e *exportForm) export(path string) {
	e.outcome.RemoveAll()
	turning := widget.NewActivity()
	turning.Start()
	e.outcome.Add(container.NewHBox(beforeStep(turning), widget.NewLabel("Writing the report…")))
	e.do.Disable()
	ended := func() {
		turning.Stop()
		e.cancel = nil
		e.do.Enable()
		e.outcome.RemoveAll()
	}
	format := e.chosen().name
	stop := e.w.ask(func(ctx context.Context) error { return e.w.agent.Export(ctx, format, path) }, func(err error) {
		ended()
		if e.w.page != &e.page {
			return
		}
		if err != nil {
			e.outcome.Add(outcome(assets.Bad, "The report is not saved.", say(sentence(err))))
			return
		}
		open := newButton(e.w, "Open", nil, func() { e.w.openFile(path) })
		e.outcome.Add(outcome(assets.Good, "The report is saved.", say(monitor.Harmless(path, 500))))
		e.outcome.Add(container.New(layout.NewCustomPaddedLayout(4, 0, 0, 0), container.NewHBox(open)))
		e.toEnd()
		e.w.win.Canvas().Focus(open)
	})
	e.cancel = func() {
		stop()
		ended()
	}
}

// openFile opens a file with the program that this desktop has for it.
func (w *Window) openFile(path string) {
	slashes := filepath.ToSlash(path)
	if !strings.HasPrefix(slashes, "/") {
		slashes = "/" + slashes // C:/…
	}
	w.complain(w.app.OpenURL(&url.URL{Scheme: "file", Path: slashes}))
}

// chooseFolder lets somebody pick the folder. It is not a choice of a file: that would make an empty one, or empty one that is there.
func (e *exportForm) chooseFolder() {
	chooser := dialog.NewFolderOpen(func(folder fyne.ListableURI, err error) {
		if err != nil {
			e.w.complain(err)
		}
		if folder != nil {
			e.file.SetText(filepath.Join(filepath.FromSlash(folder.Path()), filepath.Base(e.file.Text)))
		}
	}, e.w.win)
	chooser.SetTitleText("Folder for the report")
	chooser.SetConfirmText("Choose")
	if at, err := storage.ListerForURI(storage.NewFileURI(nearest(e.file.Text))); err == nil {
		chooser.SetLocation(at)
	}
	e.w.chooser = chooser
	chooser.SetOnClosed(func() {
		e.w.chooser = nil
		e.w.win.Canvas().Focus(e.file)
	})
	chooser.Show()
	chooser.Resize(fyne.NewSize(720, 480))
}

// nearest is the folder of a file or, if there is none, the first above that there is.
func nearest(file string) string {
	for dir := filepath.Dir(file); ; dir = filepath.Dir(dir) {
		info, err := os.Stat(dir)
		if err == nil && info.Mode().Type() == fs.ModeDir {
			return dir
		}
		if dir == filepath.Dir(dir) {
			return documents()
		}
	}
}
