package command

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"licensewatch/internal/atomicfile"
	"licensewatch/internal/report"
	"licensewatch/monitor"
)

const reportHelp = `Writes a report on all sites: html to read, print and pass on, csv for spreadsheets, json for scripts, ics for calendars.

The running agent makes it, with the last year; it asks nobody. Where no agent runs, every site is asked once, and the report has no past.
A file is written whole or not at all. A report of the same format is replaced; a file that is anything else is left alone. A new file
is readable by you alone.

Exit codes: 0 written, 64 wrong usage, 69 the agent does not answer, 70 it cannot be written, 78 wrong settings. How the licences stand does not
change the exit code: use check or status for that.`

func (o *options) reportCommand() *cobra.Command {
	var sites, owners []string
	var format, file string
	var timeout time.Duration
	c := &cobra.Command{
		Use:     "report",
		Short:   "Write a report: a page to print, a table, JSON, or a calendar",
		Long:    reportHelp,
		Example: "  licensewatch report --output licences.html\n  licensewatch report --format ics --owner SUPEROFFICE --output licences.ics",
		Args:    noArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			format, err := formatOf(format, file)
			if err != nil {
				return err
			}
			if err := replaceable(format, file); err != nil {
				return err
			}
			content, err := o.report(c.Context(), format, sites, owners, timeout, c.ErrOrStderr())
			if c.Context().Err() != nil {
				return &exit{code: exitInterrupted} // what was called off tells nothing of the sites
			}
			if err != nil {
				return err
			}
			return deliver(c.OutOrStdout(), file, content)
		},
	}
	choiceFlags(c, &sites, &owners)
	c.Flags().StringVar(&format, "format", "", report.Choices()+" (default: as the file's name ends, else html)")
	c.Flags().StringVarP(&file, "output", "o", "-", "`file` to write, - for the standard output")
	c.Flags().DurationVar(&timeout, "timeout", 60*time.Second, "for asking the sites, where no agent runs")
	return c
}

// formatOf returns the format that is meant.
func formatOf(format, file string) (string, error) {
	if format != "" {
		if !slices.Contains(report.Formats, format) {
			return "", usage("the format %q is not known: use %s", format, report.Choices())
		}
		return format, nil
	}
	if ending := strings.ToLower(strings.TrimPrefix(filepath.Ext(file), ".")); slices.Contains(report.Formats, ending) {
		return ending, nil
	}
	return "html", nil
}

// replaceable returns why a file cannot be written, nil if nothing is in the way: what is there may be a report of the same format alone.
func replaceable(format, file string) error {
	switch file {
	case "-":
		return nil
	case "":
		return usage("--output names no file: give one, or - for the standard output")
	}
	if folder := filepath.Dir(file); !isFolder(folder) {
		return usage("the folder %s does not exist: name another, or make it first", folder)
	}
	about, err := os.Stat(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	} else if err != nil {
		return &exit{exitFailure, fmt.Sprintf("the report cannot be written: %v", err)}
	}
	if !about.Mode().IsRegular() {
		return usage("%s is no file that can be replaced: name another, or leave --output out and redirect the standard output", file)
	}
	f, err := os.Open(file)
	if err != nil {
		return &exit{exitFailure, fmt.Sprintf("the report cannot be written: %v", err)}
	}
	defer f.Close()
	if same, err := report.Is(format, f); err != nil {
		return &exit{exitFailure, fmt.Sprintf("the report cannot be written: %v", err)}
	} else if !same && about.Size() > 0 {
		return usage("%s is there and is no %s report: name another file, or remove it first", file, format)
	}
	return nil
}

func isFolder(path string) bool {
	about, err := os.Stat(path)
	return err == nil && about.IsDir()
}

// report has the running agent make a report, or asks the sites itself where none runs.
func (o *options) report(ctx context.Context, format string, sites, owners []string, timeout time.Duration, say io.Writer) ([]byte, error) {
	client, v, err := o.running(ctx)
	if err != nil {
		return nil, err
	}
	if client != nil {
		defer client.Close()
		if err := listed(v.Snapshot, sites, owners); err != nil {
			return nil, err
		}
		return client.Report(ctx, format, sites, owners)
	}
	snapshot, err := o.ask(ctx, sites, owners, timeout)
	if err != nil {
		return nil, err
	}
	fmt.Fprintln(say, "licensewatch: no agent is running: every site was asked once, and the report has no past")
	var text bytes.Buffer
	err = report.Write(&text, format, report.Input{Snapshot: snapshot, Version: o.program.Version}, time.Now())
	return text.Bytes(), err
}

// listed returns wrong usage if a site is not set up, or no site lists the owners.
func listed(s monitor.Snapshot, sites, owners []string) error {
	for _, name := range sites {
		if !slices.ContainsFunc(s.Sites, func(s *monitor.SiteState) bool { return s.Site.Name == name }) {
			return usage("no site %q is set up", name)
		}
	}
	if len(owners) > 0 && len(s.Only(sites, owners).Sites) == 0 {
		return noOwner(owners)
	}
	return nil
}

// deliver writes a report to a file, whole or not at all, or to the standard output.
func deliver(out io.Writer, file string, content []byte) error {
	if file == "-" {
		if _, err := out.Write(content); err != nil {
			return &exit{exitFailure, fmt.Sprintf("the report cannot be written: %v", err)}
		}
		return nil
	}
	mode := fs.FileMode(0o600)
	if about, err := os.Stat(file); err == nil {
		mode = about.Mode().Perm()
	}
	if err := atomicfile.Replace(file, content, mode); err != nil {
		return &exit{exitFailure, fmt.Sprintf("the report cannot be written, and what was there is as it was: %v", err)}
	}
	return nil
}
