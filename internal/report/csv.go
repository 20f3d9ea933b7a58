package report

import (
	"encoding/csv"
	"io"
	"regexp"
	"strconv"
	"strings"
	"time"

	"licensewatch/internal/caldate"
	"licensewatch/monitor"
)

// columns are those of the table: one row for each module that SuperOffice shows, and one for an owner or a site without any.
var columns = []string{
	"Site", "Owner", "Company", "Serial", "Severity", "Status", "Finding", "Next action", "Other findings",
	"Warning from", "Expires", "Modules stop", "Maintenance until", "Next check", "Days left",
	"Module", "Module name", "User plan", "Total", "In use", "Free", "Unrestricted", "Runs out at the earliest", "Runs out at the latest",
	"Last answer",
}

// demoColumn is one more in the demo: its heading, and what all rows say.
var demoColumn = []string{"Demo", "made up"}

// mark is the byte order mark, by which Excel knows UTF-8.
const mark = "\ufeff"

// writeCSV writes a table for spreadsheets (RFC 4180): one header, comma, CRLF, UTF-8 with the mark by which Excel knows it, days as
// 2027-06-30. A missing date is empty, one that does not come is "never".
func writeCSV(w io.Writer, in Input, now time.Time) error {
	if _, err := io.WriteString(w, mark); err != nil {
		return err
	}
	out := csv.NewWriter(w)
	out.UseCRLF = true
	rows := [][]string{columns}
	for _, e := range entries(in.Snapshot) {
		rows = append(rows, e.rows(in.seats(e), now)...)
	}
	if in.Demo {
		for i := range rows {
			rows[i] = append(rows[i][:len(columns):len(columns)], demoColumn[min(i, 1)])
		}
	}
	return out.WriteAll(rows)
}

// rows returns the lines of the table for an owner or a site.
func (e entry) rows(series map[string]monitor.SeatSeries, now time.Time) [][]string {
	var status, company, serial string
	var dates monitor.Dates
	var shown []monitor.Module
	if e.owner != nil {
		if v := e.owner.Verdict; v != nil {
			status = v.Status
		}
		if l := e.owner.Licence; l != nil {
			company, serial, dates, shown = l.Company, l.Serial, l.Dates, modules(l.Modules)
		}
	}
	finding, action, others := e.told()
	left := ""
	if days, ok := e.daysLeft(caldate.Of(now)); ok {
		left = strconv.Itoa(days)
	}
	head := []string{
		cell(e.site.Site.Name), cell(e.ownerName()), cell(company), cell(serial), e.severity.String(), cell(status),
		cell(finding), cell(action), cell(others),
		dates.AdminWarning.String(), dates.Expiry.String(), dates.Grace.String(), dates.Maintenance.String(), dates.NextCheck.String(), left,
	}
	tail := e.answered().In(now.Location()).Format("2006-01-02 15:04")
	if e.answered().IsZero() {
		tail = ""
	}
	if len(shown) == 0 {
		return [][]string{append(append(head, make([]string, len(columns)-len(head)-1)...), tail)}
	}
	rows := make([][]string, len(shown))
	for i, m := range shown {
		rows[i] = append(append(append([]string{}, head...), seatCells(m, series[m.Name].Forecast)...), tail)
	}
	return rows
}

// told returns the worst finding with its action, and the other findings.
func (e entry) told() (finding, action, others string) {
	for i, r := range e.remarks() {
		if i == 0 {
			finding, action = r.text, r.action
			continue
		}
		others = strings.TrimLeft(others+" "+r.text, " ")
	}
	return finding, action, others
}

// seatCells returns a module's part of a row. What is not restricted has no total and none free; it never runs out.
func seatCells(m monitor.Module, f monitor.Forecast) []string {
	total, inUse, free, early, late := strconv.Itoa(m.Total), strconv.Itoa(m.InUse), strconv.Itoa(m.Free), "", ""
	switch {
	case m.Unrestricted:
		total, free = "", ""
	case m.Uncounted:
		inUse, free = "", ""
	case f.Known:
		early, late = f.Early.String(), f.Late.String()
	}
	return []string{cell(m.Description), cell(m.Name), yes(m.Plan), total, inUse, free, yes(m.Unrestricted), early, late}
}

func yes(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

// formula finds where a spreadsheet would begin to calculate: at the start of a cell, and behind a semicolon, which is
// what Excel takes for the end of a cell in much of Europe.
var formula = regexp.MustCompile(`(^|;)([\s"']*)([=+\-@＝＋－＠])`)

// cell makes a text from outside fit for a spreadsheet, which must not calculate with it.
func cell(text string) string {
	return formula.ReplaceAllString(monitor.Harmless(text, long), "$1$2'$3")
}
