package report

import (
	"fmt"
	"io"
	"strings"
	"time"

	"licensewatch/monitor"
)

// Input is what a report is made of.
type Input struct {
	Snapshot monitor.Snapshot
	Version  string // of the program
	Demo     bool   // the sites are made up

	// Seats returns how an owner's seats were used in the last year, with what is to be expected. Nil: that is not known.
	Seats func(site, owner string) []monitor.SeatSeries
	// Past returns what is on record of an owner, of a site as a whole if owner is empty, in the last year. Nil: that is not known.
	Past func(site, owner string) monitor.Past
}

// Formats are the formats that Write knows.
var Formats = []string{"html", "csv", "json", "ics"}

// Write writes a report on all that the input holds: "html" to read and print, "csv" for spreadsheets, "json" for scripts, "ics" for
// calendars. Days are counted from now's own date, and times are of its zone. What is written before an error is not whole.
func Write(w io.Writer, format string, in Input, now time.Time) error {
	switch format {
	case "html":
		return writeHTML(w, in, now)
	case "csv":
		return writeCSV(w, in, now)
	case "json":
		return writeJSON(w, in, now)
	case "ics":
		return writeICS(w, in, now)
	}
	return fmt.Errorf("the format %q is not known: use %s", format, Choices())
}

// Choices names the formats for people: "html, csv, json or ics".
func Choices() string {
	last := len(Formats) - 1
	return strings.Join(Formats[:last], ", ") + " or " + Formats[last]
}

// seats returns the series of an owner by the names of their modules, made harmless.
func (in Input) seats(e entry) map[string]monitor.SeatSeries {
	if in.Seats == nil || e.owner == nil {
		return nil
	}
	series := map[string]monitor.SeatSeries{}
	for _, s := range in.Seats(e.site.Site.Name, e.owner.Owner) {
		series[monitor.Harmless(s.Module.Name, short)] = s
	}
	return series
}

// Is reports whether a file holds a report in a format, of whatever version; an empty one holds none.
func Is(format string, file io.Reader) (bool, error) {
	begin := make([]byte, 4096)
	n, err := io.ReadFull(file, begin)
	if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
		return false, err
	}
	text := string(begin[:n])
	switch format {
	case "html":
		return strings.HasPrefix(text, "<!DOCTYPE html>") && strings.Contains(text, "<title>Licence report"), nil
	case "csv":
		return strings.HasPrefix(text, mark+strings.Join(columns[:4], ",")), nil
	case "json":
		return strings.HasPrefix(text, "{\"version\":"), nil
	}
	return strings.HasPrefix(text, "BEGIN:VCALENDAR\r\n") && strings.Contains(text, producer), nil
}
