package report

import (
	"encoding/csv"
	"strings"
	"testing"

	"licensewatch/internal/caldate"
	"licensewatch/monitor"
)

// table reads a CSV report back as one map for each row, by the names of the columns.
func table(t *testing.T, in Input) []map[string]string {
	t.Helper()
	text, marked := strings.CutPrefix(written(t, "csv", in), "\ufeff")
	if !marked {
		t.Error("the table does not begin with the mark by which Excel knows UTF-8")
	}
	if strings.Count(text, "\n") != strings.Count(text, "\r\n") {
		t.Error("not every line ends as RFC 4180 has it")
	}
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatal(err) // a row of another length is one
	}
	var list []map[string]string
	for _, row := range rows[1:] {
		m := map[string]string{}
		for i, name := range rows[0] {
			m[name] = row[i]
		}
		list = append(list, m)
	}
	return list
}

func TestTheTableHasARowForEachModule(t *testing.T) {
	s := sample()
	o := &s.Sites[1].Owners[0]
	o.Licence.Modules = append(o.Licence.Modules, monitor.Module{Name: "web", Type: userLicence, Total: 4000, InUse: 7, Free: 3993, Unrestricted: true},
		monitor.Module{Name: "mail", Type: userLicence, Total: 33, Free: 33, Uncounted: true})
	day := caldate.New(2027, 3, 1)
	expected := monitor.Forecast{Known: true, Day: day, Early: day.AddDays(-9), Late: caldate.Never}
	in := Input{Snapshot: s, Seats: func(site, owner string) []monitor.SeatSeries {
		if site != "Head office" || owner != "SUPEROFFICE" {
			return nil
		}
		return []monitor.SeatSeries{{Module: o.Licence.Modules[0], Forecast: expected}, {Module: o.Licence.Modules[2], Forecast: expected}}
	}}
	rows := table(t, in)
	if len(rows) != 5 {
		t.Fatalf("%d rows, want one for the site without owners, three for the shown modules, one for the owner without any", len(rows))
	}
	for i, want := range []map[string]string{
		{"Site": "Lost", "Owner": "", "Severity": "unknown", "Finding": "lost.example has no address", "Next action": "Check the address.", "Module": "", "Last answer": ""},
		{
			"Site": "Head office", "Owner": "SUPEROFFICE", "Company": "Fjord AS", "Serial": "1010000014", "Status": "UseCustomMessageAndUrl",
			"Other findings": "The latest question failed: the licence server did not answer",
			"Warning from":   "", "Expires": "2027-06-30", "Modules stop": "2027-07-12", "Next check": "2026-12-01", "Days left": "220",
			"Module": "Sales Premium", "Module name": "ten-sales", "User plan": "no", "Total": "21", "In use": "20", "Free": "1", "Unrestricted": "no",
			"Runs out at the earliest": "2027-02-20", "Runs out at the latest": "never", "Last answer": "2026-11-22 22:30",
		},
		{"Module": "web", "Total": "", "In use": "7", "Free": "", "Unrestricted": "yes", "Runs out at the earliest": "", "Runs out at the latest": ""},
		{"Module": "mail", "Total": "33", "In use": "", "Free": ""},
		{"Site": "Branch", "Severity": "ok", "Finding": "", "Expires": "never", "Days left": "", "Total": ""},
	} {
		if _, says := rows[i]["Demo"]; says {
			t.Errorf("row %d is said to be of a demo", i+1)
		}
		for column, value := range want {
			if got, known := rows[i][column]; !known || got != value {
				t.Errorf("row %d has %q as %s, want %q", i+1, got, column, value)
			}
		}
	}
}

func TestTheTableOfTheDemoSaysSo(t *testing.T) {
	for i, row := range table(t, Input{Snapshot: sample(), Demo: true}) {
		if row["Demo"] != "made up" || row["Severity"] == "" {
			t.Errorf("row %d is %v, want it to say that it is made up", i+1, row)
		}
	}
}

func TestNoSpreadsheetCalculatesWithTextsOfServers(t *testing.T) {
	for evil, want := range map[string]string{
		`=HYPERLINK("http://evil.example","x")`: `'=HYPERLINK("http://evil.example","x")`,
		"+1":                                    "'+1",
		"-1":                                    "'-1",
		"@SUM(A1)":                              "'@SUM(A1)",
		"\t=1":                                  "'=1",
		"\r\n=1,2":                              "'=1,2",
		"\x00\u202e=1":                          "'=1",
		"＝1":                                    "'＝1",
		`"=1`:                                   `"'=1`,
		"Fjord;=1+1":                            "Fjord;'=1+1",
		`Fjord; " @SUM()`:                       `Fjord; " '@SUM()`,
		"A-B + C = D; e":                        "A-B + C = D; e",
		"Blåbær, Øst":                           "Blåbær, Øst",
		"two\nlines":                            "two lines",
	} {
		s := sample()
		o := &s.Sites[1].Owners[0]
		o.Owner, o.Licence.Company, o.Licence.Serial, o.Verdict.Status, o.Licence.Modules[0].Description = evil, evil, evil, evil, evil
		o.Findings[0].Text, o.Findings[0].Action, o.Failure.Text, s.Sites[1].Site.Name, o.Licence.Modules[0].Name = evil, evil, evil, evil, evil
		row := table(t, Input{Snapshot: s})[1]
		for _, column := range []string{"Site", "Owner", "Company", "Serial", "Status", "Finding", "Next action", "Module", "Module name"} {
			if row[column] != want {
				t.Errorf("%q is %q as %s, want %q", evil, row[column], column, want)
			}
		}
	}
}

func TestSeatsThatNobodyCountsAreNotCalledFree(t *testing.T) {
	mail := monitor.Module{Name: "mail", Type: userLicence, Total: 33, Free: 33, Uncounted: true}
	if got := seatWords(mail); got != "33 owned, use not known" {
		t.Errorf("the seats are %q", got)
	}
	if got := seatsInUse([]monitor.Module{mail, {Name: "sales", Type: userLicence, Total: 21, InUse: 15}}); got != "not known" {
		t.Errorf("the seats in use are %q", got)
	}
}
