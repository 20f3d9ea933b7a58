package report

import (
	"encoding/json"
	"io"
	"time"

	"licensewatch/internal/caldate"
	"licensewatch/monitor"
)

// version of the JSON; fields are only ever added within one.
const version = 1

type (
	document struct {
		Version   int              `json:"version"`
		CheckedAt string           `json:"checked_at"` // RFC 3339, UTC
		Severity  monitor.Severity `json:"severity"`
		Sites     []site           `json:"sites"`
		Outages   []outage         `json:"outages"`
	}
	outage struct {
		Network string `json:"network"`
		Since   string `json:"since"` // RFC 3339, UTC
		Sites   int    `json:"sites"` // how many share it
		Text    string `json:"text"`
		Action  string `json:"action"`
	}
	site struct {
		Site     string           `json:"site"`
		URL      string           `json:"url"`
		Services string           `json:"services"`
		Severity monitor.Severity `json:"severity"`
		Error    *failure         `json:"error"`
		Owners   []owner          `json:"owners"`
	}
	owner struct {
		Owner       string           `json:"owner"`
		Description string           `json:"description"`
		Company     string           `json:"company"`
		Serial      string           `json:"serial"`
		Status      string           `json:"status"`
		Message     string           `json:"message"`
		URL         string           `json:"url"`
		Severity    monitor.Severity `json:"severity"`
		Findings    []finding        `json:"findings"`
		Dates       monitor.Dates    `json:"dates"`
		DaysLeft    *int             `json:"days_left"`
		Modules     []monitor.Module `json:"modules"`
		Error       *failure         `json:"error"`
	}
	finding struct {
		Kind     string           `json:"kind"`
		Severity monitor.Severity `json:"severity"`
		Text     string           `json:"text"`
		Action   string           `json:"action"`
		Reason   string           `json:"reason"` // of a finding that comes of a failure: a heading of docs/failures.md
	}
	failure struct {
		Kind   monitor.Kind `json:"kind"`
		Text   string       `json:"text"`
		Reason string       `json:"reason"`
	}
)

// JSON writes the snapshot for scripts (the form is a contract: design, "JSON of check and status"). Sites
// and owners keep their order. Days are counted from now's own date.
func JSON(w io.Writer, s monitor.Snapshot, now time.Time) error {
	return writeJSON(w, Input{Snapshot: s}, now)
}

func writeJSON(w io.Writer, in Input, now time.Time) error {
	s := in.Snapshot
	doc := document{
		Version: version, CheckedAt: checkedAt(s, now).UTC().Format(time.RFC3339), Severity: Worst(s),
		Sites: make([]site, len(s.Sites)), Outages: make([]outage, len(s.Outages)),
	}
	for i, o := range s.Outages {
		doc.Outages[i] = outage{
			monitor.Harmless(o.Network, short), o.Since.UTC().Format(time.RFC3339), o.Sites,
			monitor.Harmless(o.Finding.Text, long), monitor.Harmless(o.Finding.Action, long),
		}
	}
	for i, state := range s.Sites {
		doc.Sites[i] = siteOf(state, caldate.Of(now))
	}
	out := json.NewEncoder(w)
	out.SetEscapeHTML(false)
	out.SetIndent("", "  ")
	return out.Encode(doc)
}

func siteOf(state *monitor.SiteState, today caldate.Date) site {
	s := site{
		Site: state.Site.Name, URL: state.Site.URL, Services: state.Site.Services,
		Severity: state.Severity, Error: failureOf(state.Failure), Owners: make([]owner, len(state.Owners)),
	}
	for i := range state.Owners {
		s.Owners[i] = ownerOf(state, &state.Owners[i], today)
	}
	return s
}

func ownerOf(state *monitor.SiteState, o *monitor.OwnerState, today caldate.Date) owner {
	out := owner{
		Owner: monitor.Harmless(o.Owner, long), Severity: o.Severity, Error: failureOf(o.Failure),
		Findings: []finding{}, Modules: []monitor.Module{},
	}
	for _, f := range o.Findings {
		out.Findings = append(out.Findings, finding{f.Kind, f.Severity, monitor.Harmless(f.Text, long), monitor.Harmless(f.Action, long), f.Reason})
	}
	if v := o.Verdict; v != nil {
		out.Status, out.Message, out.URL = monitor.Harmless(v.Status, long), monitor.Harmless(v.Message, long), monitor.Harmless(v.URL, long)
	}
	if l := o.Licence; l != nil {
		out.Description, out.Company, out.Serial = monitor.Harmless(l.Description, long), monitor.Harmless(l.Company, long), monitor.Harmless(l.Serial, long)
		out.Dates = l.Dates
		for _, m := range l.Modules {
			m.Name, m.Description, m.Type = monitor.Harmless(m.Name, long), monitor.Harmless(m.Description, long), monitor.Harmless(m.Type, long)
			out.Modules = append(out.Modules, m)
		}
	}
	if days, ok := (entry{site: state, owner: o}).daysLeft(today); ok {
		out.DaysLeft = &days
	}
	return out
}

func failureOf(f *monitor.Failure) *failure {
	if f == nil {
		return nil
	}
	return &failure{f.Kind, monitor.Harmless(f.Text, long), f.Reason}
}
