package agent

import (
	"bytes"
	"context"
	"fmt"
	"html/template"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"github.com/cli/browser"

	"licensewatch/internal/source"
)

// noGL shows the report in the browser, since the window cannot open.
func (a *Agent) noGL(why string) error {
	a.Log.Warn("the window cannot open here, so the report is shown in the browser", "why", why)
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	content, err := a.report(ctx, "html", nil, nil)
	if err != nil {
		return err
	}
	return a.page("status.html", func(w io.Writer) error {
		_, err := w.Write(content)
		return err
	})
}

// help opens the page about findings and failures, at one of them. Some systems open a file without its anchor, so what is opened is a page that
// leads there.
func (a *Agent) help(reason string) error {
	if err := a.write("guide.html", source.HelpPage); err != nil {
		return err
	}
	return a.page("help.html", func(w io.Writer) error { return leading.Execute(w, "guide.html#"+url.PathEscape(reason)) })
}

var leading = template.Must(template.New("help").Parse(`<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Licensewatch</title><meta http-equiv="refresh" content="0; url={{.}}"></head>
<body><a href="{{.}}">What it means, and what to do</a></body></html>
`))

// page writes a page to the cache folder and opens it in the browser.
func (a *Agent) page(name string, write func(io.Writer) error) error {
	if err := a.write(name, write); err != nil {
		return err
	}
	path := filepath.Join(a.Cache, name)
	if err := browse("file://" + path); err != nil {
		return fmt.Errorf("no browser can be started; the page is %s: %w", path, err)
	}
	return nil
}

func (a *Agent) write(name string, write func(io.Writer) error) error {
	var text bytes.Buffer
	if err := write(&text); err != nil {
		return err
	}
	if err := os.MkdirAll(a.Cache, 0o700); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(a.Cache, name), text.Bytes(), 0o600); err != nil {
		return fmt.Errorf("the page %s cannot be written: %w", name, err)
	}
	return nil
}

// browse opens an address in the browser. Some desktops' opener lives as long as the browser does, so one that has
// not failed after a few seconds has done its work.
func browse(address string) error {
	opened := make(chan error, 1)
	go func() { opened <- browser.OpenURL(address) }()
	select {
	case err := <-opened:
		return err
	case <-time.After(3 * time.Second):
		return nil
	}
}
