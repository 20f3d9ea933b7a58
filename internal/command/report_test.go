//go:build unix

package command

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	ics "github.com/arran4/golang-ical"
)

// noAgent is what a report without an agent says on standard error.
const noAgent = "no agent is running: every site was asked once, and the report has no past"

func TestReportAsksTheSitesWhereNoAgentRuns(t *testing.T) {
	s := begin(t, head, oslo)
	s.do(oslo + " PARTNER01 status ProblemWithLicense")
	for _, format := range []string{"html", "csv", "json", "ics"} {
		t.Run(format, func(t *testing.T) {
			file := s.path("licences." + format)
			r := s.run("report", s.keys(), "--output", file) // the format is that of the name
			r.want(t, 0, noAgent)
			if r.stdout != "" {
				t.Errorf("standard output is %q, want nothing", r.stdout)
			}
			content := s.read(file)
			wantReport(t, format, content, head, oslo)
			if about, err := os.Stat(file); err != nil || about.Mode().Perm() != 0o600 {
				t.Errorf("the file is %v (%v), want that its user alone can read it", about.Mode(), err)
			}
			other := s.run("report", s.keys(), "--format", format)
			other.want(t, 0, noAgent)
			wantReport(t, format, other.stdout, head, oslo)
		})
	}
	if r := s.run("report", s.keys(), "-o", "-"); !strings.HasPrefix(r.stdout, "<!DOCTYPE html>") {
		t.Errorf("without a format: %v, want HTML", r)
	}
}

// wantReport checks that content is a report of that format and tells of the sites.
func wantReport(t *testing.T, format, content string, sites ...string) {
	t.Helper()
	var err error
	switch format {
	case "html":
		if !strings.HasSuffix(content, "</html>\n") {
			t.Errorf("the page has no end: %q", content[max(0, len(content)-40):])
		}
	case "csv":
		_, err = csv.NewReader(strings.NewReader(content)).ReadAll()
	case "json":
		err = json.Unmarshal([]byte(content), &struct{}{})
	case "ics":
		_, err = ics.ParseCalendar(strings.NewReader(content))
	}
	if err != nil {
		t.Errorf("%s: %v", format, err)
	}
	for _, site := range sites {
		if !strings.Contains(content, site) {
			t.Errorf("%s does not tell of %s", format, site)
		}
	}
	if strings.Contains(content, "Canary") {
		t.Errorf("%s holds a password", format)
	}
}

func (s *stage) read(path string) string {
	s.t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		s.t.Fatal(err)
	}
	return string(content)
}

func TestReportOfTheRunningAgentAsksNobody(t *testing.T) {
	s := begin(t, head, oslo)
	s.agent()
	until(t, "an agent that has read both sites", func() bool { return s.run("status").code == 0 })
	asked := s.sim.Requests("", "")
	for _, format := range []string{"html", "csv", "json", "ics"} {
		file := s.path("licences." + format)
		s.run("report", "--format", format, "--output", file).want(t, 0)
		wantReport(t, format, s.read(file), head, oslo)
	}
	if r := s.run("report", "--format", "csv", "--site", oslo, "--owner", "partner01"); r.code != 0 || strings.Contains(r.stdout, head) || strings.Contains(r.stdout, "SUPEROFFICE") || !strings.Contains(r.stdout, "PARTNER01") {
		t.Errorf("%v, want one owner of one site", r)
	}
	s.run("report", "--site", "Nowhere").want(t, 64, "no site", "Nowhere")
	s.run("report", "--owner", "Nobody").want(t, 64, "no site lists the owner", "Nobody")
	if n := s.sim.Requests("", "") - asked; n != 0 {
		t.Errorf("report asked the servers %d times", n)
	}
}

func TestReportIsOnWhatWasChosen(t *testing.T) {
	s := begin(t, head, oslo)
	r := s.run("report", s.keys(), "--format", "csv", "--site", oslo, "--owner", "partner01")
	r.want(t, 0, noAgent)
	if !strings.Contains(r.stdout, oslo) || !strings.Contains(r.stdout, "PARTNER01") || strings.Contains(r.stdout, head) || strings.Contains(r.stdout, "SUPEROFFICE") {
		t.Errorf("%v, want one owner of one site, whatever the case of its name", r)
	}
	if n := s.sim.Requests("", "GetLicenseStatusFromLicenseServer"); n != 1 {
		t.Errorf("%d questions to licence servers, want 1", n)
	}
}

func TestReportReplacesReportsAlone(t *testing.T) {
	s := begin(t, head)
	s.write("", "empty.csv")
	s.write("dear diary\n", "diary.csv")
	s.run("report", s.keys(), "-o", s.path("licences.csv")).want(t, 0, noAgent)
	old := s.read(s.path("licences.csv"))
	if err := os.Chmod(s.path("licences.csv"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("licences.csv", s.path("link.csv")); err != nil {
		t.Fatal(err)
	}
	s.do(head + " SUPEROFFICE status ProblemWithLicense")
	for _, tt := range []struct {
		name, file, format string
		code               int
		words              string
	}{
		{"an empty file", "empty.csv", "csv", 0, noAgent},
		{"a report of the same format", "licences.csv", "csv", 0, noAgent},
		{"a link to one", "link.csv", "csv", 0, noAgent},
		{"a report of another format", "licences.csv", "html", 64, "is no html report"},
		{"somebody's file", "diary.csv", "csv", 64, "is no csv report"},
		{"the settings", "config/licensewatch/config.toml", "html", 64, "is no html report"},
		{"a folder", "config", "csv", 64, "no file that can be replaced"},
		{"a folder that is not there", "nowhere/licences.csv", "csv", 64, "make it first"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			before, _ := os.ReadFile(s.path(tt.file))
			s.run("report", s.keys(), "-o", s.path(tt.file), "--format", tt.format).want(t, tt.code, tt.words)
			if after, _ := os.ReadFile(s.path(tt.file)); tt.code != 0 && !bytes.Equal(before, after) {
				t.Errorf("%s is %.100q now", tt.file, after)
			}
		})
	}
	if now := s.read(s.path("licences.csv")); now == old || !strings.Contains(now, "ProblemWithLicense") {
		t.Error("a report was not replaced")
	}
	if about, err := os.Lstat(s.path("licences.csv")); err != nil || about.Mode() != 0o644 {
		t.Errorf("the replaced file is %v (%v), want the mode that it had", about.Mode(), err)
	}
	if strays, err := filepath.Glob(s.path(".*.tmp")); err != nil || len(strays) > 0 {
		t.Errorf("%q stay behind (%v)", strays, err)
	}
	s.run("report", s.keys(), "-o", "/dev/null").want(t, 64, "/dev/null is no file")
}

func TestReportEndsWithItsExitCode(t *testing.T) {
	s := begin(t, head)
	s.do(head + " SUPEROFFICE status ProblemWithLicense")
	for _, tt := range []struct {
		name  string
		args  []string
		code  int
		words string
	}{
		{"whatever the licences' state", []string{s.keys()}, 0, noAgent},
		{"an unknown format", []string{"--format", "pdf"}, 64, "html, csv, json or ics"},
		{"no file's name", []string{s.keys(), "--output", ""}, 64, "names no file"},
		{"an argument", []string{"licences.html"}, 64, "not understood"},
		{"an unknown site", []string{s.keys(), "--site", "Nowhere"}, 64, "Nowhere"},
		{"an unknown owner", []string{s.keys(), "--owner", "Nobody"}, 64, "Nobody"},
		{"no time", []string{s.keys(), "--timeout", "0s"}, 64, "--timeout"},
		{"no settings", []string{"--config", s.path("other.toml")}, 78, "does not exist"},
	} {
		t.Run(tt.name, func(t *testing.T) { s.run(append([]string{"report"}, tt.args...)...).want(t, tt.code, tt.words) })
	}
}

func TestReportThatIsCalledOffReplacesNothing(t *testing.T) {
	s := begin(t, head)
	file := s.path("licences.html")
	s.run("report", s.keys(), "-o", file).want(t, 0, noAgent)
	old := s.read(file)
	s.do(head + " fault hang")
	before := s.sim.Requests(head, "")
	ctx, interrupt := context.WithCancel(t.Context())
	defer interrupt()
	go func() {
		until(t, "a request that hangs", func() bool { return s.sim.Requests(head, "") > before })
		interrupt()
	}()
	if r := s.end(s.commandUntil(ctx, "report", s.keys(), "-o", file)); r.code != 130 || s.read(file) != old {
		t.Errorf("%v, want exit code 130 and the file as it was", r)
	}
}
